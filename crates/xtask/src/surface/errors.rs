//! Errors: one class per code of core, in Python and JavaScript, and the table of the reference.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{list, template::filled, text};

/// Python's module of errors.
pub(crate) fn python(contract: &Value) -> Result<String> {
    let codes = codes(contract)?;
    let names = codes.iter().map(|code| code.class).chain(["GreenApiError"]);
    let mut names: Vec<_> = names.map(|name| format!("    \"{name}\",")).collect();
    names.sort();
    let places = [
        (
            "tree",
            tree(&codes, "        ", |code| if code.is_pythons() { " (also a TimeoutError)" } else { "" }.to_owned()),
        ),
        ("classes", joined(&codes, "\n\n\n", Code::python)),
        ("names", names.join("\n")),
    ];
    filled(include_str!("errors.py.in"), &[], &places)
}

/// JavaScript's module of errors.
pub(crate) fn javascript(contract: &Value) -> Result<String> {
    let codes = codes(contract)?;
    let class = codes.iter().map(|one| one.class.len()).max().unwrap_or_default();
    let code = codes.iter().map(|one| one.name.len()).max().unwrap_or_default();
    let places = [
        (
            "tree",
            tree(&codes, "//     ", |one| {
                let gap = " ".repeat(class - one.class.len());
                format!("{gap}   {:code$}   {}", one.name, one.node_advice())
            }),
        ),
        (
            "classes",
            joined(&codes, "\n", |one| {
                format!("class {} extends GreenApiError {{\n  static code = '{}'\n}}", one.class, one.name)
            }),
        ),
        ("names", joined(&codes, "\n", |one| format!("  {},", one.class))),
    ];
    filled(include_str!("errors.js.in"), &[], &places)
}

/// The types of JavaScript's classes.
pub(super) fn types(contract: &Value) -> Result<String> {
    Ok(joined(&codes(contract)?, "\n", |one| {
        let Code { name: code, class, when, .. } = one;
        let when = greenapi_partner::contract::in_javascript(when);
        let told = format!("/** `{code}`: {when}. What to do: {}. */", one.node_advice());
        format!("{told}\nexport class {class} extends GreenApiError {{\n  readonly code: '{code}'\n}}")
    }))
}

/// The rows of the reference's table.
pub(super) fn rows(contract: &Value) -> Result<String> {
    Ok(joined(&codes(contract)?, "\n", |Code { name, class, when, advice, .. }| {
        format!("| `{name}` | `{class}` | {when} | {advice} |")
    }))
}

struct Code<'a> {
    name: &'a str,
    class: &'a str,
    retryable: bool,
    when: &'a str,
    advice: &'a str,
}

fn codes<'a>(contract: &'a Value) -> Result<Vec<Code<'a>>> {
    let read = |one: &'a Value| -> Result<Code<'a>> {
        let retryable = Value::as_bool(&one["retryable"]).context("an error does not say whether it is retryable")?;
        let [code, class, when, advice] = ["code", "class", "when", "advice"].map(|key| text(one, key));
        Ok(Code { name: code?, class: class?, retryable, when: when?, advice: advice? })
    };
    list(contract, "errors")?.iter().map(read).collect()
}

impl Code<'_> {
    /// Whether Python has a class for it, too.
    fn is_pythons(&self) -> bool {
        self.name == "timeout"
    }

    fn python(&self) -> String {
        let Self { name, class, when, advice, .. } = self;
        let bases = if self.is_pythons() { "GreenApiError, TimeoutError" } else { "GreenApiError" };
        let (first, rest) = when.split_at(1);
        let retryable = if self.retryable { "\n    retryable = True" } else { "" };
        let told = format!("\"\"\"{}{rest}.\n\n    What to do: {advice}.\n    \"\"\"", first.to_uppercase());
        format!("class {class}({bases}):\n    {told}\n\n    code = \"{name}\"{retryable}")
    }

    fn node_advice(&self) -> String {
        greenapi_partner::contract::in_javascript(self.advice)
    }
}

/// The classes as branches of a tree.
fn tree(codes: &[Code<'_>], before: &str, after: impl Fn(&Code<'_>) -> String) -> String {
    let line = |(place, code): (usize, &Code<'_>)| {
        let branch = if place + 1 == codes.len() { "└──" } else { "├──" };
        format!("{before}{branch} {}{}", code.class, after(code))
    };
    codes.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn joined<'a>(codes: &[Code<'a>], between: &str, shown: impl Fn(&Code<'a>) -> String) -> String {
    codes.iter().map(shown).collect::<Vec<_>>().join(between)
}
