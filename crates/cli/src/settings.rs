//! Settings as a shell gives them: `name=value`.

use std::{fs, path::Path};

use greenapi_partner::{Kind, contract};
use serde_json::{Map, Value};

use crate::exit::{Failure, Outcome};

/// Reads settings of an operation, their names in any spelling: `incomingWebhook=yes`, `webhook-url=https://…`. A value that is to
/// stay out of `ps` stands in a file: `webhookUrlToken=@FILE`.
pub(crate) fn read<'a>(operation: &str, given: impl IntoIterator<Item = &'a String>) -> Outcome<Map<String, Value>> {
    given.into_iter().map(|setting| one(operation, setting)).collect()
}

fn one(operation: &str, given: &str) -> Outcome<(String, Value)> {
    let Some((name, text)) = given.split_once('=') else {
        // It may be a value, and that a secret.
        return Err(Failure::usage("a setting has no `=`: give name=value"));
    };
    let name = name.trim().replace('-', "_");
    let text = match text.strip_prefix('@') {
        Some(file) => fs::read_to_string(Path::new(file))
            .map_err(|error| Failure::usage(format!("{name}: {file}: {error}")))?
            .trim()
            .to_owned(),
        None => text.to_owned(),
    };
    let value = value(contract::kind_of(operation, &name), &name, text)?;
    Ok((name, value))
}

/// A text as the value of a setting of this kind. What there is no setting for stays text: core says what it may have been.
pub(crate) fn value(kind: Option<Kind>, name: &str, text: String) -> Outcome<Value> {
    match kind {
        Some(Kind::Flag) => match text.to_ascii_lowercase().as_str() {
            "yes" | "true" | "on" => Ok(true.into()),
            "no" | "false" | "off" => Ok(false.into()),
            _ => Err(Failure::usage(format!("{name} must be yes or no"))),
        },
        Some(Kind::Int) => {
            text.parse::<u64>().map(Into::into).map_err(|_| Failure::usage(format!("{name} must be a whole number")))
        }
        _ => Ok(text.into()),
    }
}
