//! Reference: the pages of `docs/reference/`. A language has one for each client and one for the models; all share errors and options.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    errors, javascript, list,
    operations::{Argument, arguments},
    python::waited,
    text,
};

/// Every page: its path and its text. `core` is core's code, which has Rust's signatures and examples; `read` gives what stands on a page.
pub(crate) fn pages(
    contract: &Value,
    core: &str,
    read: impl Fn(&str) -> Result<String>,
) -> Result<Vec<(String, String)>> {
    let mut pages = Vec::new();
    for language in &LANGUAGES {
        let page = Page { contract, core, language };
        let sections =
            |key: &str| list(contract, key)?.iter().map(|one| page.operation(one)).collect::<Result<Vec<_>>>();
        let partner = [sections("operations")?, sections("fleet")?, sections("functions")?].concat();
        let models = contract["models"].as_object().context("there are no models")?.into_iter();
        let models = models.map(|(model, _)| Ok(page.model(model, &arguments(&contract["models"], model)?)));
        let models = models.collect::<Result<Vec<_>>>()?;
        let of = [
            ("partner", "the partner's client", partner),
            ("instance", "an instance's client", sections("instance_operations")?),
            ("models", "models", models),
        ];
        for (file, title, sections) in of {
            let text =
                format!("{HEAD}\n\n# {}: {title}\n\n{}\n\n{}\n", language.title, READ_THIS, sections.join("\n\n"));
            pages.push((format!("docs/reference/{}/{file}.md", language.name), text));
        }
    }
    for (path, tables) in [
        ("docs/reference/errors.md", vec![errors::rows(contract)?]),
        ("docs/reference/options.md", vec![options(contract)?, settings(contract)?]),
    ] {
        pages.push((path.to_owned(), with_tables(&read(path)?, tables)?));
    }
    Ok(pages)
}

const HEAD: &str = "<!-- Written by `cargo xtask sync` from core's table. Do not edit. -->";
const READ_THIS: &str = "What holds for all of them, and how a client is made, is in [how to read this](../README.md).";

/// Whose words a page has.
struct Language {
    name: &'static str,
    title: &'static str,
    /// Whose names of operations, and whose prose, it has.
    spelling: &'static str,
    /// Its type for each of `KINDS`.
    types: &'static str,
}

const VARIABLES: &str =
    "`SSL_CERT_FILE`, `SSL_CERT_DIR`, and `REQUESTS_CA_BUNDLE` (Python) or `NODE_EXTRA_CA_CERTS` (Node)";
const KINDS: &str = "text, int, number, id, flag, time, phone, json, object, bytes, duration, decimal, date, error, instance, path, ids, ledger, journal, store, specs, prices";
const LANGUAGES: [Language; 3] = [
    Language {
        name: "python",
        title: "Python",
        spelling: "python",
        types: "`str`, `int`, `float`, `int` or `str`, `bool`, `datetime`, `int` or `str`, JSON, `dict`, `bytes` or a path, `float` (seconds), `Decimal`, `date`, `GreenApiError`, `Instance`, `str` or a path, ids or instances, `Ledger`, `Journal` or `str` or a path, `Store` or `str` or a path, `str` or `dict` of each, `Decimal` or `str` or `int` or a `dict` of them by tariff",
    },
    Language {
        name: "node",
        title: "Node",
        spelling: "node",
        types: "`string`, `number`, `number`, `number` or `bigint` or `string`, `boolean`, `Date`, `number` or `string`, JSON, object, bytes or a path, `number` (milliseconds), `string`, `string`, `GreenApiError`, `Instance`, `string`, ids or instances, `Ledger`, `Journal` or `string`, `Store` or `string`, `string` or object of each, `string` or an object of them by tariff",
    },
    Language {
        name: "rust",
        title: "Rust",
        spelling: "python",
        types: "text, `u64`, `f64`, `u64`, `bool`, `Timestamp`, text, `Value`, `Value` (an object), `File` or `Vec<u8>`, `Duration`, `Decimal`, `Date`, `Error`, `Instance`, a path, `Vec<u64>`, `Ledger`, `Journal` (a path will do), `Store`, `Vec<CreateInstance>`, `Prices`",
    },
];

struct Page<'a> {
    contract: &'a Value,
    core: &'a str,
    language: &'a Language,
}

impl Page<'_> {
    fn operation(&self, one: &Value) -> Result<String> {
        let Language { name, spelling, .. } = self.language;
        let mut parts = vec![format!("## {}", text(one, spelling)?)];
        let fenced = |code: &str| format!("```{}\n{code}\n```", name.replace("node", "js"));
        if *name == "rust" {
            parts.push(fenced(&signature(text(one, "python")?, self.core)?));
        }
        parts.push(text(&one["prose"], spelling)?.replace("\nErrors", "\n[Errors](../errors.md)"));
        // In Rust the time of a call is an option of the client.
        let given: &[&str] = if *name == "rust" { &["params", "beside"] } else { &["params", "beside", "call"] };
        let given = given.iter().filter_map(|part| one[*part].as_array()).flatten().map(Argument::read);
        let extra = (one["takes_extra"] == true).then(Argument::extra);
        parts.extend(self.table("argument", &given.chain(extra.map(Ok)).collect::<Result<Vec<_>>>()?));
        if let Some(model) =
            one["returns"]["model"].as_str().filter(|model| self.contract["models"].get(model).is_some())
        {
            let many = if one["returns"]["kind"] == "models" { "a list of " } else { "" };
            parts.push(format!("Gives {many}[`{model}`](models.md#{}).", model.to_lowercase()));
        }
        let example = match (*name, one["examples"][name].as_str()) {
            ("rust", _) => rust_example(text(one, "python")?, self.core),
            ("python", example) => example.map(waited),
            (_, example) => example.map(str::to_owned),
        };
        parts.extend(example.map(|example| fenced(&example)));
        if let Some(page) = one["page"].as_str() {
            let [verb, path, retry] = ["method", "path", "retry"].map(|key| one[key].as_str().unwrap_or_default());
            let sent = format!(": `{verb} {path}`, [`{retry}`](../../guides/errors.md#what-is-repeated-by-itself)");
            parts.push(format!("[Upstream's page]({page}){}", if path.is_empty() { "" } else { &sent }));
        }
        Ok(parts.join("\n\n"))
    }

    fn model(&self, model: &str, fields: &[Argument<'_>]) -> String {
        let doc = self.contract["classes"][model][self.language.spelling].as_str().map(str::to_owned);
        let table = self.table("field", fields);
        [Some(format!("## {model}")), doc, table].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }

    fn table(&self, of: &str, all: &[Argument<'_>]) -> Option<String> {
        let row = |one: &Argument<'_>| {
            let name = if self.language.spelling == "node" { one.own.as_str() } else { one.name };
            let name = name.rsplit('.').next().unwrap_or(name);
            // As an argument an instance is its id, or what has one.
            let kind = if of == "argument" && one.kind == "instance" { "id" } else { one.kind };
            let needed = if one.required { ", required" } else { "" };
            format!("| `{name}` | {}{needed} | {} |", self.type_of(one, kind), self.doc(one))
        };
        let rows: Vec<_> = all.iter().map(row).collect();
        (!rows.is_empty()).then(|| format!("| {of} | type | |\n|---|---|---|\n{}", rows.join("\n")))
    }

    fn type_of(&self, one: &Argument<'_>, kind: &str) -> String {
        if one.one_of.first().is_some_and(|word| word.starts_with('"')) {
            return format!("`{}`", one.one_of.join("`, `").replace('"', ""));
        }
        let (kind, many) = match (one.list_of, kind) {
            (Some(kind), _) => (kind, "list of "),
            (None, "texts") => ("text", "list of "),
            (None, "objects") => ("object", "list of "),
            (None, kind) => (kind, ""),
        };
        let own = KINDS.split(", ").zip(self.language.types.split(", ")).find(|(known, _)| *known == kind);
        format!("{many}{}", own.map_or(kind, |(_, own)| own))
    }

    /// What is said of it, in the language's spelling and units, with its default.
    fn doc(&self, one: &Argument<'_>) -> String {
        let doc = if self.language.spelling == "node" { javascript::told(one) } else { one.told() };
        doc.replace("{CA_VARIABLES}", VARIABLES).replace('|', "\\|").replace('\n', " ")
    }
}

/// Rust's signature, as it stands in core.
fn signature(name: &str, core: &str) -> Result<String> {
    if name.starts_with(char::is_uppercase) {
        return Ok(format!("pub struct {name}"));
    }
    let begins = ["pub async fn NAME(", "pub fn NAME("].map(|begin| begin.replace("NAME", name));
    let begin = begins.iter().find_map(|begin| core.find(begin)).with_context(|| format!("core has no {name}"))?;
    let (signature, _) = core[begin..].split_once([';', '{']).context("it has no body")?;
    let words = signature.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(words.replace("( ", "(").replace(", )", ")"))
}

/// What the function of that name does among the examples that core's tests run.
fn rust_example(name: &str, core: &str) -> Option<String> {
    let (_, after) = core.split_once("//! Examples of Rust's reference")?;
    let begin =
        after.find(&format!("\nasync fn {}(", name.to_lowercase())).or_else(|| after.find(&format!("\nfn {name}(")))?;
    let (_, body) = after[begin..].split_once("{\n")?;
    let (body, _) = body.split_once("    Ok(())\n}\n")?;
    Some(body.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n"))
}

/// In the words of Python.
const PLAIN: Page<'_> = Page { contract: &Value::Null, core: "", language: &LANGUAGES[0] };

/// The rows of a client's options.
fn options(contract: &Value) -> Result<String> {
    let row = |says: &Value| {
        let one = Argument::read(says)?;
        let variable = says["env"].as_str().map(|name| format!("`{name}`")).unwrap_or_default();
        let Argument { name, own, kind, .. } = &one;
        Ok(format!("| `{name}` | `{own}` | {} | {variable} | {} |", PLAIN.type_of(&one, kind), PLAIN.doc(&one)))
    };
    Ok(list(&contract["options"], "client")?.iter().map(row).collect::<Result<Vec<_>>>()?.join("\n"))
}

/// The rows of an instance's settings.
fn settings(contract: &Value) -> Result<String> {
    let fields =
        [arguments(&contract["models"], "CreateInstance")?, arguments(&contract["models"], "Settings")?].concat();
    let row = |setting: &Value| {
        let wire = text(setting, "wire")?;
        let one = fields.iter().find(|one| one.own == wire).with_context(|| format!("nothing tells of {wire}"))?;
        let marks: Vec<_> = ["create", "set", "read"].into_iter().filter(|key| setting[*key] == true).collect();
        let (kind, marks) = (PLAIN.type_of(one, one.kind), marks.join(", "));
        Ok(format!("| `{}` | `{wire}` | {kind} | {marks} | {} |", one.name, PLAIN.doc(one)))
    };
    Ok(list(contract, "settings")?.iter().map(row).collect::<Result<Vec<_>>>()?.join("\n"))
}

/// The page with these rows in its tables, in their order.
fn with_tables(page: &str, tables: Vec<String>) -> Result<String> {
    let (mut done, mut rest) = (String::new(), page);
    for rows in tables {
        let head = rest.find("\n|---").context("a table is missing")? + 1;
        let begin = head + rest[head..].find('\n').context("a table has no rows")?;
        let end = begin + rest[begin..].find("\n\n").context("nothing follows a table")?;
        done = done + &rest[..begin] + "\n" + &rows;
        rest = &rest[end..];
    }
    Ok(done + rest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn rows_take_the_place_of_what_a_table_had() {
        let page = "a\n\n| x |\n|---|\n| old |\n\nb\n\n| y |\n|---|---|\n\nc\n";
        let new = "a\n\n| x |\n|---|\n| 1 |\n\nb\n\n| y |\n|---|---|\n| 2 |\n\nc\n";
        let tables = || vec!["| 1 |".to_owned(), "| 2 |".to_owned()];
        assert_eq!(with_tables(page, tables()).unwrap(), new);
        assert_eq!(with_tables(new, tables()).unwrap(), new);
        assert!(with_tables("a\n", tables()).is_err());
    }

    #[test]
    fn a_signature_is_found_over_several_lines() {
        let core = "    pub fn ab(&self) {}\n    pub async fn a(\n        &self,\n        b: u64,\n    ) -> u64 {\n";
        assert_eq!(signature("a", core).unwrap(), "pub async fn a(&self, b: u64) -> u64");
        assert!(signature("c", core).is_err());
    }
}
