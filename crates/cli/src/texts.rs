//! Texts of the table of operations, as a shell has them: an argument is `--max-new` there.

use serde_json::Value;

/// The flag of an argument: `--max-new` of `max_new`, without its dashes.
pub(crate) fn flag(argument: &str) -> String {
    match argument {
        "price_per_day" => "price".to_owned(),
        "phone_number" => "phone".to_owned(),
        argument => argument.replace('_', "-"),
    }
}

/// What the table says of an argument, the others of its operation by their flags.
pub(crate) fn help(doc: &str, others: &[Value]) -> String {
    let is_argument = |word: &str| others.iter().any(|other| other["name"] == word);
    let words = doc.split('`').enumerate().map(|(place, text)| match place % 2 {
        1 if is_argument(text) => format!("--{}", flag(text)),
        _ => text.to_owned(),
    });
    words.collect::<String>().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_argument_is_named_by_its_flag_and_nothing_else_is() {
        let others = [json!({ "name": "price_per_day" }), json!({ "name": "max_new" })];
        assert_eq!(
            help("At `price_per_day`: see `inspect`. Not above `max_new`.", &others),
            "At --price: see inspect. Not above --max-new"
        );
        assert_eq!(flag("retry_unknown"), "retry-unknown");
    }
}
