//! `cargo xtask sync`: writes what is derived: `tests/contract.json` from core, core's part of files that are otherwise by
//! hand, and the copies that make each package and example whole. (Rust takes core's prose in as it compiles; a napi class
//! cannot.)

use std::fmt;
use std::{fs, io};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    address,
    checkout::{Checkout, files_below},
    surface::{self, Mode},
};

/// The file that has prose of core between marker lines.
const WITH_PROSE: &str = "js/index.d.ts";
/// The other files with parts that are written.
const WITH_PARTS: [&str; 6] =
    ["js/index.js", "js/index.mjs", "js/options.js", "js/partner-options.js", "js/records.js", "js/words.js"];
/// Python's files with parts that are written.
const WITH_PYTHON_PARTS: [&str; 8] = [
    "python/greenapi_partner/__init__.py",
    "python/greenapi_partner/_native.pyi",
    "python/greenapi_partner/contents.py",
    "python/greenapi_partner/events.py",
    "python/greenapi_partner/fleet.py",
    "python/greenapi_partner/models.py",
    "python/greenapi_partner/notifications.py",
    "python/greenapi_partner/words.py",
];
/// The Python files that are written whole.
const WRITTEN: [(&str, Mode); 4] = [
    ("python/greenapi_partner/instance.py", Mode::Sync),
    ("python/greenapi_partner/instance_async.py", Mode::Async),
    ("python/greenapi_partner/partner.py", Mode::Sync),
    ("python/greenapi_partner/partner_async.py", Mode::Async),
];
/// What stands before and after the operation's name in the line above its prose.
const BEGIN: (&str, &str) = ("--- ", " (from core) ---");
/// What stands in the line below it.
const END: &str = "--- end ---";

/// The file that says whether PyPI is told an address.
const PYPROJECT: &str = "python/pyproject.toml";

/// What stands twice, so that each package and each example is whole by itself: the copy, and where it comes from.
const COPIES: [(&str, &str); 10] = [
    ("python/LICENSE", "LICENSE"),
    ("crates/core/LICENSE", "LICENSE"),
    ("crates/mock/LICENSE", "LICENSE"),
    ("crates/cli/LICENSE", "LICENSE"),
    ("docs/mock.md", "crates/mock/README.md"),
    ("docs/llms.txt", "docs/README.md"),
    ("python/examples/qr_web/errors.json", "js/examples/qr-web/errors.json"),
    ("python/examples/qr_web/page/index.html", "js/examples/qr-web/page/index.html"),
    ("python/examples/qr_web/page/page.css", "js/examples/qr-web/page/page.css"),
    ("python/examples/qr_web/page/page.js", "js/examples/qr-web/page/page.js"),
];

/// A derived file.
pub(crate) struct Synced {
    name: String,
    pub(crate) changed: bool,
}

impl fmt::Display for Synced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, if self.changed { "rewritten" } else { "up to date" })
    }
}

/// Brings every derived file up to date, and tells which were not.
pub(crate) fn sync(checkout: &Checkout) -> Result<Vec<Synced>> {
    let contract = greenapi_partner::contract::contract();
    let json = serde_json::to_string_pretty(&contract)? + "\n";
    let mut synced = vec![ensure_contents(checkout, "tests/contract.json", &json)?];
    let types = surface::types_parts(&contract)?;
    synced.push(rewritten(checkout, WITH_PROSE, |text| surface::with_parts(&with_prose(text, &contract)?, &types))?);
    for (names, parts) in [
        (&WITH_PARTS[..], surface::javascript_parts(&contract)?),
        (&WITH_PYTHON_PARTS[..], surface::python_parts(&contract)?),
    ] {
        for name in names {
            synced.push(rewritten(checkout, name, |text| surface::with_parts(text, &parts))?);
        }
    }
    let (python, types) = surface::mock_parts(&fs::read_to_string(checkout.path("crates/mock/README.md"))?)?;
    for (name, parts) in [("python/greenapi_partner/testing.py", python), ("js/testing.d.ts", types)] {
        synced.push(rewritten(checkout, name, |text| surface::with_parts(text, &parts))?);
    }
    let written = [
        ("js/client.js", surface::javascript_partner(&contract)?),
        ("js/instance.js", surface::javascript_instance(&contract)?),
        ("js/errors.js", surface::javascript_errors(&contract)?),
        ("js/fill.js", surface::javascript_filling(&contract)?),
        ("python/greenapi_partner/errors.py", surface::python_errors(&contract)?),
    ];
    for (name, code) in written {
        synced.push(ensure_contents(checkout, name, &code)?);
    }
    for (class, doc, _) in surface::python_native(&contract)? {
        synced.push(ensure_contents(checkout, &format!("bindings/python/src/doc/{}.md", class.to_lowercase()), &doc)?);
    }
    let mut rust = files_below(&checkout.path("crates/core/src"), "rs")?;
    rust.push(checkout.path("crates/core/tests/promises/examples.rs"));
    let rust = rust.iter().map(fs::read_to_string).collect::<io::Result<String>>()?;
    let read = |name: &str| fs::read_to_string(checkout.path(name)).with_context(|| format!("cannot read {name}"));
    for (name, page) in surface::reference(&contract, &rust, read)? {
        synced.push(ensure_contents(checkout, &name, &page)?);
    }
    for (name, mode) in WRITTEN {
        let write = if name.contains("partner.py") || name.contains("partner_async.py") {
            surface::python_partner
        } else {
            surface::python_instance
        };
        synced.push(ensure_contents(checkout, name, &write(&contract, mode).context(name)?)?);
    }
    let repository = address::repository(checkout)?;
    synced.push(rewritten(checkout, PYPROJECT, |text| Ok(address::for_pypi(text, &repository)))?);
    for (name, source) in COPIES {
        let text = fs::read_to_string(checkout.path(source)).with_context(|| format!("cannot read {source}"))?;
        synced.push(ensure_contents(checkout, name, &text)?);
    }
    Ok(synced)
}

/// `cargo xtask sync`, and with `check` an error if there was anything to do: it has been done by then.
pub(crate) fn run(checkout: &Checkout, check: bool) -> Result<()> {
    let synced = sync(checkout)?;
    for file in &synced {
        println!("{file}");
    }
    if check && synced.iter().any(|file| file.changed) {
        bail!("files were out of date; they are not any more: look at them and commit them");
    }
    Ok(())
}

/// Brings a file up to date that is there.
fn rewritten(checkout: &Checkout, name: &'static str, write: impl Fn(&str) -> Result<String>) -> Result<Synced> {
    let text = fs::read_to_string(checkout.path(name)).with_context(|| format!("cannot read {name}"))?;
    ensure_contents(checkout, name, &write(&text).context(name)?)
}

fn ensure_contents(checkout: &Checkout, name: &str, text: &str) -> Result<Synced> {
    let path = checkout.path(name);
    let changed = fs::read_to_string(&path).ok().as_deref() != Some(text);
    if changed {
        fs::write(&path, text).with_context(|| format!("cannot write {name}"))?;
    }
    Ok(Synced { name: name.to_owned(), changed })
}

/// The text with every operation's prose as core has it. Whatever stands before a marker on its line (` * `, spaces) begins the lines of prose too.
fn with_prose(text: &str, contract: &Value) -> Result<String> {
    let mut lines = Vec::new();
    let mut rest = text.lines();
    while let Some(line) = rest.next() {
        lines.push(line.to_owned());
        let Some((lead, operation)) = marker(line) else { continue };
        let prose = prose(contract, operation, "node")?;
        lines.extend(prose.lines().map(|line| format!("{lead}{line}").trim_end().to_owned()));
        let end = rest.find(|line| line.trim_end() == format!("{lead}{END}"));
        lines.push(end.with_context(|| format!("the prose of {operation} has no end"))?.to_owned());
    }
    Ok(lines.join("\n") + "\n")
}

/// What begins the line, and the operation that it names.
fn marker(line: &str) -> Option<(&str, &str)> {
    let (lead, rest) = line.split_once(BEGIN.0)?;
    let operation = rest.trim_end().strip_suffix(BEGIN.1)?;
    Some((lead, operation))
}

/// Core's prose of an operation, in the words of a language. What is of no client has its example in it.
pub(crate) fn prose(contract: &Value, operation: &str, language: &str) -> Result<String> {
    let lists = ["operations", "instance_operations", "functions", "fleet"];
    let lists = lists.iter().filter_map(|list| contract[*list].as_array());
    let found = lists.flatten().find(|one| one["name"] == operation);
    let found = found.with_context(|| format!("core has no operation {operation}"))?;
    let prose = found["prose"][language].as_str().with_context(|| format!("{operation} has no prose in {language}"))?;
    let example = found["examples"][language].as_str().filter(|_| found["kind"] == "function");
    let example = example.map(|example| format!("\n\n```js\n{example}\n```"));
    Ok(prose.trim().to_owned() + &example.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use serde_json::json;

    fn contract() -> Value {
        json!({ "operations": [{ "name": "getInstances", "prose": { "node": "Lists all.\n\nDeleted ones too.\n" } }] })
    }

    #[test]
    fn prose_replaces_what_stands_between_the_markers() {
        let text = "/**\n   * --- getInstances (from core) ---\n   * Old words.\n   * --- end ---\n   * @param options\n   */\n";
        let synced = "/**\n   * --- getInstances (from core) ---\n   * Lists all.\n   *\n   * Deleted ones too.\n   * --- end ---\n   * @param options\n   */\n";
        assert_eq!(with_prose(text, &contract()).unwrap(), synced);
        assert_eq!(with_prose(synced, &contract()).unwrap(), synced);
    }

    #[test]
    fn text_without_markers_stays_as_it_is() {
        assert_eq!(with_prose("export class A {}\n", &contract()).unwrap(), "export class A {}\n");
    }

    #[test]
    fn a_marker_of_an_unknown_operation_is_an_error() {
        let error = with_prose(" * --- getNothing (from core) ---\n * --- end ---\n", &contract()).unwrap_err();
        assert_eq!(error.to_string(), "core has no operation getNothing");
    }

    #[test]
    fn prose_without_an_end_is_an_error() {
        let error = with_prose(" * --- getInstances (from core) ---\n * words\n", &contract()).unwrap_err();
        assert_eq!(error.to_string(), "the prose of getInstances has no end");
    }
}
