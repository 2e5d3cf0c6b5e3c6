//! Bill of materials of a package, as a CycloneDX list: the crates that are compiled into it, with versions, licences and checksums.
//! (Maturin puts such a list into a wheel by itself.)

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::checkout::Checkout;
use crate::tools;

/// The list for one of our crates, built for this target, or for all of them.
pub(super) fn sbom(checkout: &Checkout, package: &str, target: Option<&str>) -> Result<String> {
    let filter: Vec<&str> = target.into_iter().flat_map(|target| ["--filter-platform", target]).collect();
    let metadata = metadata(checkout, &filter)?;
    Ok(serde_json::to_string_pretty(&listed(&metadata, package)?)? + "\n")
}

fn metadata(checkout: &Checkout, arguments: &[&str]) -> Result<Value> {
    let output = std::process::Command::new(tools::cargo())
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(arguments)
        .current_dir(checkout.root())
        .output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata")
}

/// From cargo's answer: all that `package` needs to run, and what builds it is left out.
fn listed(metadata: &Value, package: &str) -> Result<Value> {
    let packages: BTreeMap<&str, &Value> = entries(&metadata["packages"]).map(|one| (id(&one["id"]), one)).collect();
    let nodes: BTreeMap<&str, &Value> =
        entries(&metadata["resolve"]["nodes"]).map(|one| (id(&one["id"]), one)).collect();
    let root = packages.iter().find(|(_, one)| one["name"] == package).map(|(id, _)| *id);
    let root = root.with_context(|| format!("there is no crate {package}"))?;

    let (mut found, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(needed(nodes.get(next).with_context(|| format!("cargo did not resolve {next}"))?));
        }
    }
    let component = |id: &&str| component(packages[*id]);
    let dependencies = |id: &&str| {
        let needed: BTreeSet<String> = needed(nodes[*id]).map(|id| reference(packages[id])).collect();
        json!({ "ref": reference(packages[*id]), "dependsOn": needed })
    };
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(&root) },
        "components": found.iter().filter(|id| **id != root).map(component).collect::<Vec<_>>(),
        "dependencies": found.iter().map(dependencies).collect::<Vec<_>>(),
    }))
}

/// What a crate depends on outside of its tests and its build script.
fn needed(node: &Value) -> impl Iterator<Item = &str> {
    let normal = |one: &&Value| entries(&one["dep_kinds"]).any(|kind| kind["kind"].is_null());
    entries(&node["deps"]).filter(normal).map(|one| id(&one["pkg"]))
}

fn component(package: &Value) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        "purl": reference(package),
    });
    if let Some(licence) = package["license"].as_str() {
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    component
}

/// `pkg:cargo/bytes@1.2.3`: which also says nothing of where it lay when it was compiled.
fn reference(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", id(&package["name"]), id(&package["version"]))
}

fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn id(text: &Value) -> &str {
    text.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn metadata() -> Value {
        let package = |name: &str| json!({ "id": name, "name": name, "version": "1.2.3", "license": "MIT/Apache-2.0" });
        let dep = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let packages = ["ours", "bytes", "inner", "tests", "builds", "other"].map(package);
        json!({
            "packages": packages,
            "resolve": { "nodes": [
                { "id": "ours", "deps": [dep("bytes", json!(null)), dep("tests", json!("dev")), dep("builds", json!("build"))] },
                { "id": "bytes", "deps": [dep("inner", json!(null))] },
                { "id": "inner", "deps": [] },
            ] },
        })
    }

    #[test]
    fn what_is_compiled_in_is_listed_and_what_tests_or_builds_it_is_not() {
        let list = listed(&metadata(), "ours").unwrap();
        let names: Vec<&str> = entries(&list["components"]).map(|one| id(&one["name"])).collect();
        assert_eq!(names, ["bytes", "inner"]);
        assert_eq!(list["metadata"]["component"]["purl"], "pkg:cargo/ours@1.2.3");
        assert_eq!(list["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        let expected = json!([
            { "ref": "pkg:cargo/bytes@1.2.3", "dependsOn": ["pkg:cargo/inner@1.2.3"] },
            { "ref": "pkg:cargo/inner@1.2.3", "dependsOn": [] },
            { "ref": "pkg:cargo/ours@1.2.3", "dependsOn": ["pkg:cargo/bytes@1.2.3"] },
        ]);
        assert_eq!(list["dependencies"], expected);
    }

    #[test]
    fn each_package_names_our_version_and_what_it_is_made_of() {
        let checkout = Checkout::find().unwrap();
        let known = [
            ("greenapi-partner", "reqwest"),
            ("greenapi-partner-mock", "hyper"),
            ("greenapi-partner-cli", "clap"),
            ("greenapi-partner-python", "pyo3"),
            ("greenapi-partner-node", "napi"),
        ];
        assert_eq!(known.map(|(package, _)| package), super::super::PACKAGES);
        for (package, dependency) in known {
            for target in [None, Some("x86_64-unknown-linux-gnu")] {
                let list: Value = serde_json::from_str(&sbom(&checkout, package, target).unwrap()).unwrap();
                let ours = format!("pkg:cargo/{package}@{}", env!("CARGO_PKG_VERSION"));
                assert_eq!(list["metadata"]["component"]["purl"], ours);
                let found = entries(&list["components"]).find(|one| one["name"] == dependency);
                assert!(found.is_some_and(|one| one["version"].is_string()), "{dependency} in {package}");
                assert!(entries(&list["components"]).all(|one| one["name"] != "proptest"), "{package}");
            }
        }
    }

    #[test]
    fn an_unknown_crate_is_an_error() {
        assert_eq!(listed(&metadata(), "theirs").unwrap_err().to_string(), "there is no crate theirs");
    }
}
