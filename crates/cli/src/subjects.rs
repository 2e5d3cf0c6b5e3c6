//! Subjects: the instances that a command is about, by their ids or names, or from stdin.

use std::io::BufRead as _;

use greenapi_partner::{Instance, PartnerClient};

use crate::{
    context::find,
    exit::{Failure, Outcome},
};

/// What stands in the arguments, with the lines of stdin in place of `-`. A line's first word counts: ids, or a list of them as
/// `--csv id` prints it.
pub(crate) fn given(arguments: &[String]) -> Outcome<Vec<String>> {
    let mut given = Vec::new();
    for argument in arguments {
        if argument != "-" {
            given.push(argument.clone());
            continue;
        }
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            let word = line.split([',', ' ', '\t']).next().unwrap_or_default().trim();
            if !word.is_empty() && !is_heading(word) {
                given.push(word.to_owned());
            }
        }
    }
    if given.is_empty() {
        return Err(Failure::usage("no instance is named: nothing was sent"));
    }
    Ok(given)
}

/// The ids among the arguments; a name will not do where something is deleted.
pub(crate) fn ids(arguments: &[String]) -> Outcome<Vec<u64>> {
    let id = |text: String| {
        greenapi_partner::id_instance(&text)
            .map_err(|_| Failure::usage(format!("{text:?} is no id of an instance: names will not do here")))
    };
    given(arguments)?.into_iter().map(id).collect()
}

/// The live instances by ids or names; all of them are looked up before anything else is done.
pub(crate) async fn instances(partner: &PartnerClient, arguments: &[String]) -> Outcome<Vec<Instance>> {
    let given = given(arguments)?;
    let listed = partner.get_instances().await?;
    given.iter().map(|asked| find(&listed, asked)).collect()
}

/// The first line of a list in CSV.
fn is_heading(word: &str) -> bool {
    matches!(word, "id" | "idInstance" | "id_instance")
}
