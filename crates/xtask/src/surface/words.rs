//! Words: the texts that a value can be, as types of each language and as constants to import.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Parts,
    classes::{exported_later, listed},
    layout::fitting,
    list,
    operations::camel,
    text,
};

/// What a text can be.
pub(super) struct Words<'a> {
    /// The name of the type; that of its constants is the plural.
    pub(super) name: &'a str,
    /// Whether upstream may have others.
    is_open: bool,
    texts: Vec<&'a str>,
    doc: &'a str,
}

/// All of them, in core's order.
pub(super) fn all<'a>(contract: &'a Value) -> Result<Vec<Words<'a>>> {
    let all = contract["words"].as_object().context("there are no words")?;
    let read = |(name, facts): (&'a String, &'a Value)| {
        let texts = list(facts, "words")?.iter().filter_map(Value::as_str).collect();
        Ok(Words { name, is_open: facts["open"] == true, texts, doc: text(facts, "doc")? })
    };
    all.iter().map(read).collect()
}

impl Words<'_> {
    /// The name of the constants.
    pub(super) fn constants(&self) -> String {
        if self.name.ends_with('s') { format!("{}es", self.name) } else { format!("{}s", self.name) }
    }
}

/// Python's aliases and classes of constants.
pub(super) fn python(contract: &Value) -> Result<Parts> {
    let all = all(contract)?;
    let code = all.iter().map(|one| {
        let quoted: Vec<_> = one.texts.iter().map(|word| format!("\"{word}\"")).collect();
        let broken = || format!("{}: TypeAlias = Literal[\n    {},\n]", one.name, quoted.join(",\n    "));
        let alias = fitting(format!("{}: TypeAlias = Literal[{}]", one.name, quoted.join(", ")), broken);
        let constants = one.texts.iter().map(|word| format!("\n    {}: Final = \"{word}\"", upper(word)));
        format!(
            "{alias}\n\"\"\"{}\"\"\"\n\n\n@final\nclass {}:\n    \"\"\"{}\"\"\"\n{}\n",
            one.told(),
            one.constants(),
            one.told(),
            constants.collect::<String>()
        )
    });
    // Nothing but empty lines may follow a class.
    Ok([("words".to_owned(), code.collect::<Vec<_>>().join("\n\n") + "\n")].into())
}

/// JavaScript's objects of constants, and what exports them.
pub(super) fn javascript(contract: &Value) -> Result<Parts> {
    let all = all(contract)?;
    let code = all.iter().map(|one| {
        let words = one.texts.iter().map(|word| format!("\n  {}: '{word}',", camel(word)));
        format!("const {} = Object.freeze({{{}\n}})", one.constants(), words.collect::<String>())
    });
    let names: Vec<_> = all.iter().map(Words::constants).collect();
    Ok([
        ("words".to_owned(), code.collect::<Vec<_>>().join("\n\n")),
        ("names of words".to_owned(), listed(&names)),
        ("exported words".to_owned(), exported_later("words", &names)),
    ]
    .into())
}

/// The types of JavaScript.
pub(super) fn types(contract: &Value) -> Result<String> {
    let code = all(contract)?.into_iter().map(|one| {
        let (told, constants) = (one.told(), one.constants());
        let open = one.is_open.then(|| "(string & {})".to_owned());
        let union: Vec<_> = one.texts.iter().map(|word| format!("'{word}'")).chain(open).collect();
        let broken = || format!("export type {} =\n  | {}", one.name, union.join("\n  | "));
        let union = fitting(format!("export type {} = {}", one.name, union.join(" | ")), broken);
        let words = one.texts.iter().map(|word| format!("\n  readonly {}: '{word}'", camel(word)));
        format!(
            "/** {told} */\n{union}\n\n/** {told} */\nexport const {constants}: {{{}\n}}",
            words.collect::<String>()
        )
    });
    Ok(code.collect::<Vec<_>>().join("\n\n"))
}

impl Words<'_> {
    fn told(&self) -> String {
        let open = if self.is_open { " Upstream may have others." } else { "" };
        format!("{}{open}", self.doc)
    }
}

/// `notAuthorized` and `not_authorized` as `NOT_AUTHORIZED`.
fn upper(word: &str) -> String {
    word.chars().fold(String::new(), |upper, letter| {
        let between = if letter.is_uppercase() { "_" } else { "" };
        upper + between + &letter.to_ascii_uppercase().to_string()
    })
}
