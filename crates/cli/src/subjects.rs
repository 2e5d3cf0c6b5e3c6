//! Subjects: the instances that a command is about, by their ids or names, or from stdin.

use std::io::Read;

use greenapi_partner::{Instance, PartnerClient};

use crate::{
    context::find,
    exit::{Failure, Outcome},
};

/// What stands in the arguments, with what stdin lists in place of `-`.
pub(crate) fn given(arguments: &[String]) -> Outcome<Vec<String>> {
    let mut given = Vec::new();
    for argument in arguments {
        if argument == "-" {
            given.extend(listed(std::io::stdin().lock())?);
        } else {
            given.push(argument.clone());
        }
    }
    if given.is_empty() {
        return Err(Failure::usage("no instance is named: nothing was sent"));
    }
    Ok(given)
}

/// The first cell of each row of CSV: ids or names, one a line, or a list as `instances list --csv` prints it. A name may have an
/// end of a line in it, so what looks like a line of its own may be none.
fn listed(mut from: impl Read) -> Outcome<Vec<String>> {
    let wrong = |what: &str| Failure::usage(format!("stdin: {what}: nothing was sent"));
    let mut text = String::new();
    from.read_to_string(&mut text).map_err(|error| wrong(&error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    if !is_quoted_well(text) {
        return Err(wrong("a quotation mark is not closed, or opens inside of a cell"));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut given = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|_| wrong("it is no CSV"))?;
        let cell = row.get(0).unwrap_or_default();
        let begins = row.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        // It is the place of the blank lines before it, where there are some.
        let rest = text.get(begins..).unwrap_or_default().trim_start_matches(['\r', '\n']);
        let is_quoted = rest.starts_with('"');
        let cell = if is_quoted { cell } else { cell.trim() };
        if !is_quoted && cell.contains(char::is_whitespace) {
            let line = text.lines().count() + 1 - rest.lines().count();
            // It is not told: it may be of another column, which holds a token.
            return Err(wrong(&format!("line {line} has several words in its first cell"))
                .advised("give one id or name a line; a name of several words in quotation marks"));
        }
        if !cell.is_empty() && !is_heading(cell) {
            given.push(cell.to_owned());
        }
    }
    Ok(given)
}

/// Whether each quotation mark that opens stands where a cell begins, and is closed; otherwise nobody knows where a row ends.
fn is_quoted_well(text: &str) -> bool {
    let (mut is_open, mut before) = (false, '\n');
    for letter in text.chars() {
        if letter == '"' {
            is_open = !is_open;
            // One right after another stands for itself.
            if is_open && !matches!(before, ',' | '\r' | '\n' | '"') {
                return false;
            }
        }
        before = letter;
    }
    !is_open
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cell_of_a_row_counts() {
        let table: [(&str, &[&str]); 9] = [
            ("7\n8\n", &["7", "8"]),
            ("\u{feff}idInstance,name\r\n7,shop\r\n\r\n  \r\n 8 , a shop", &["7", "8"]),
            ("id\n7\nid_instance\n8\n", &["7", "8"]),
            ("7,\"a\n8,b\"\n9\n", &["7", "9"]),
            ("\n\n\"a shop\"\n\n\"8\nx\",y\n", &["a shop", "8\nx"]),
            ("\"a \"\"good\"\" shop\"\n", &["a \"good\" shop"]),
            ("7,a,b\n8\n", &["7", "8"]),
            (",shop\n\"\"\n", &[]),
            ("магазин\nöl,\"ä\n\"\n", &["магазин", "öl"]),
        ];
        for (text, cells) in table {
            assert_eq!(listed(text.as_bytes()).unwrap(), cells, "{text:?}");
        }
    }

    #[test]
    fn what_may_be_several_is_refused() {
        let quoted = ["7,\"a\n8\n", "7, \"a\n8,b\"\n", "7,a\"b\n8,\"\n", "\""];
        for text in ["8 9", "7\n8\t9\n", "a shop,7\n", "8\u{a0}9"].into_iter().chain(quoted) {
            assert_eq!(listed(text.as_bytes()).unwrap_err().exit, crate::exit::USAGE, "{text:?}");
        }
        assert!(listed(&b"7\n\xff\n"[..]).is_err());
        let failure = listed("7\n\n8 9\n".as_bytes()).unwrap_err();
        assert!(failure.what.contains("line 3 "), "{failure}");
    }
}
