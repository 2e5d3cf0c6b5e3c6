//! Address of the project, in each registry's words: `repository` in Cargo.toml says it, once; empty, nobody knows yet.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::checkout::Checkout;

/// `https://example.com/us/it`, or nothing.
pub(crate) fn repository(checkout: &Checkout) -> Result<String> {
    let manifest = fs::read_to_string(checkout.path("Cargo.toml")).context("cannot read Cargo.toml")?;
    stated(&manifest).map(str::to_owned).context("Cargo.toml has no `repository = \"\"` in [workspace.package]")
}

fn stated(manifest: &str) -> Option<&str> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("repository = \""))?;
    line.split('"').next()
}

/// What stands in an npm package's manifest.
pub(crate) fn for_npm(repository: &str) -> Map<String, Value> {
    let address = json!({
        "homepage": format!("{repository}#readme"),
        "repository": { "type": "git", "url": format!("git+{repository}.git") },
        "bugs": format!("{repository}/issues"),
    });
    match address {
        Value::Object(address) if !repository.is_empty() => address,
        _ => Map::new(),
    }
}

/// pyproject.toml, in which maturin is told to take the address from cargo: where there is one, for an empty one would stand in
/// the package too.
pub(crate) fn for_pypi(pyproject: &str, repository: &str) -> String {
    let dynamic = if repository.is_empty() { r#"dynamic = ["version"]"# } else { r#"dynamic = ["version", "urls"]"# };
    let line = |line: &str| if line.starts_with("dynamic = ") { dynamic.to_owned() } else { line.to_owned() };
    pyproject.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "https://example.com/us/it";

    #[test]
    fn it_is_read_from_one_line() {
        let manifest = |line: &str| format!("[workspace.package]\n{line}\n");
        assert_eq!(stated(&manifest("repository = \"\"")), Some(""));
        assert_eq!(stated(&manifest("repository = \"https://example.com/us/it\" # ours")), Some(KNOWN));
        assert_eq!(stated(&manifest("license = \"MIT\"")), None);
    }

    #[test]
    fn npm_is_told_three_addresses_or_none() {
        assert_eq!(for_npm(""), Map::new());
        let told = for_npm(KNOWN);
        assert_eq!(told["repository"]["url"], "git+https://example.com/us/it.git");
        assert_eq!(told["bugs"], "https://example.com/us/it/issues");
        assert_eq!(told["homepage"], "https://example.com/us/it#readme");
    }

    #[test]
    fn maturin_is_told_to_take_it_once_there_is_one() {
        let (without, with) =
            ("name = \"it\"\ndynamic = [\"version\"]\n", "name = \"it\"\ndynamic = [\"version\", \"urls\"]\n");
        assert_eq!(for_pypi(without, KNOWN), with);
        assert_eq!(for_pypi(with, ""), without);
        assert_eq!(for_pypi(without, ""), without);
    }
}
