//! npm's packages: the one that users name, which has no addon, and one for each platform, which npm chooses by itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::cdx;
use crate::address;
use crate::checkout::{Checkout, empty_folder};
use crate::node::{self, PACKAGE};
use crate::platforms::{PLATFORMS, Platform};
use crate::python::only_file;
use crate::run::{Log, Step};

/// What is for working on the package, and not for using it. (`napi` stays: the loader reads the platforms there.)
const NOT_FOR_USERS: [&str; 3] = ["scripts", "devDependencies", "overrides"];

/// The tarballs: the main package first, then one for each of these addons.
pub(super) fn pack(
    checkout: &Checkout,
    addons: &[(Platform, PathBuf)],
    folder: &Path,
    log: &mut Log,
) -> Result<Vec<PathBuf>> {
    let committed = fs::read_to_string(checkout.path("js/package.json"))?;
    let committed: Map<String, Value> = serde_json::from_str(&committed).context("js/package.json")?;
    let address = address::for_npm(&address::repository(checkout)?);
    let scratch = checkout.scratch("publish-npm");
    empty_folder(&scratch)?;

    let main = scratch.join(PACKAGE);
    for file in files(checkout, log)? {
        let to = main.join(&file);
        fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
        fs::copy(checkout.path("js").join(&file), to).with_context(|| file.clone())?;
    }
    let mut tarballs = vec![one(checkout, &main, &main_manifest(&committed, &address), folder, log)?];
    for (platform, addon) in addons {
        let package = scratch.join(platform.package());
        fs::create_dir_all(&package)?;
        fs::copy(addon, package.join(platform.addon())).with_context(|| addon.display().to_string())?;
        fs::write(package.join("README.md"), readme(*platform))?;
        fs::write(package.join("sbom.cdx.json"), cdx::sbom(checkout, "greenapi-partner-node", Some(platform.target))?)?;
        tarballs.push(one(checkout, &package, &platform_manifest(&committed, *platform, &address), folder, log)?);
    }
    Ok(tarballs)
}

/// What would be in the tarball of a clone, without the addon that may lie there, and what a script would copy there.
fn files(checkout: &Checkout, log: &mut Log) -> Result<Vec<String>> {
    let told = node::npm("asking npm what it would pack", &checkout.path("js"))
        .args(["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"])
        .succeed(log)?;
    let told: Value = serde_json::from_str(&told).context("npm pack --json")?;
    let files = told[0]["files"].as_array().context("npm pack --json has no files")?;
    let files = files.iter().filter_map(|file| file["path"].as_str());
    let kept = |file: &&str| Path::new(file).extension().is_none_or(|end| end != "node") && *file != "LICENSE";
    Ok(files.filter(kept).map(str::to_owned).collect())
}

/// Packs a folder with this manifest and our licence.
fn one(checkout: &Checkout, package: &Path, manifest: &Value, folder: &Path, log: &mut Log) -> Result<PathBuf> {
    fs::write(package.join("package.json"), serde_json::to_string_pretty(manifest)? + "\n")?;
    fs::copy(checkout.path("LICENSE"), package.join("LICENSE"))?;
    let name = manifest["name"].as_str().context("a package has a name")?;
    node::npm(&format!("packing {name}"), package).args(["pack", "--pack-destination"]).arg(folder).succeed(log)?;
    let version = manifest["version"].as_str().context("a package has a version")?;
    only_file(folder, &format!("{name}-{version}.tgz"))
}

/// The committed manifest with every platform's package in exactly this version, and without what is for us only.
fn main_manifest(committed: &Map<String, Value>, address: &Map<String, Value>) -> Value {
    let mut manifest = committed.clone();
    manifest.retain(|key, _| !NOT_FOR_USERS.contains(&key.as_str()));
    if let Some(Value::Array(files)) = manifest.get_mut("files") {
        files.retain(|pattern| pattern != "*.node");
    }
    let packages = PLATFORMS.into_iter().map(|platform| (platform.package(), committed["version"].clone()));
    manifest.insert("optionalDependencies".into(), packages.collect::<Map<_, _>>().into());
    manifest.extend(address.clone());
    manifest.into()
}

fn platform_manifest(committed: &Map<String, Value>, platform: Platform, address: &Map<String, Value>) -> Value {
    let mut manifest = json!({
        "name": platform.package(),
        "version": committed["version"],
        "description": format!("The addon of {PACKAGE} for {}.", platform.napi),
        "license": committed["license"],
        "main": platform.addon(),
        "files": [platform.addon(), "sbom.cdx.json"],
        "os": [platform.os],
        "cpu": [platform.cpu],
        "engines": committed["engines"],
    });
    if let (Some(libc), Some(manifest)) = (platform.libc, manifest.as_object_mut()) {
        manifest.insert("libc".into(), json!([libc]));
    }
    if let Some(manifest) = manifest.as_object_mut() {
        manifest.extend(address.clone());
    }
    manifest
}

fn readme(platform: Platform) -> String {
    format!(
        "# {}\n\nThe addon of `{PACKAGE}` for {} ({}). Install `{PACKAGE}`: npm chooses this package by itself where it fits.\n",
        platform.package(),
        platform.napi,
        platform.target
    )
}

/// What publint and attw say of the main package, and publint of the platforms'.
pub(super) fn check(checkout: &Checkout, tarballs: &[PathBuf], log: &mut Log) -> Result<()> {
    let checkers = super::checkers(checkout, log)?;
    let program = |name: &str| checkers.join("node_modules/.bin").join(name);
    for (index, tarball) in tarballs.iter().enumerate() {
        let name = tarball.file_name().unwrap_or_default().display();
        Step::new(format!("publint --strict {name}"), program("publint"))
            .args(["run", "--strict"])
            .arg(tarball)
            .succeed(log)?;
        // A platform's package has no types: nobody but the main package loads it.
        if index == 0 {
            Step::new(format!("attw {name}"), program("attw"))
                .args(["--no-definitely-typed", "--no-emoji", "--format", "ascii"])
                .arg(tarball)
                .succeed(log)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::checkout::Checkout;

    fn committed() -> Map<String, Value> {
        let text = fs::read_to_string(Checkout::find().unwrap().path("js/package.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Those names are not ours yet, and in a clone a stranger's package must never load.
    #[test]
    fn the_committed_manifest_depends_on_nothing() {
        let committed = committed();
        for key in ["optionalDependencies", "dependencies", "peerDependencies"] {
            assert_eq!(committed.get(key), None, "{key}");
        }
    }

    #[test]
    fn the_loader_is_told_the_same_platforms() {
        let targets = PLATFORMS.map(|platform| platform.target);
        assert_eq!(committed()["napi"]["targets"], json!(targets));
    }

    #[test]
    fn the_main_package_names_every_platform_in_exactly_its_version() {
        let committed = committed();
        let manifest = main_manifest(&committed, &Map::new());
        let packages = manifest["optionalDependencies"].as_object().unwrap();
        assert_eq!(packages.len(), PLATFORMS.len());
        assert!(packages.values().all(|version| *version == committed["version"]), "{packages:?}");
        assert!(packages.contains_key("greenapi_partner-linux-x64-gnu"), "{packages:?}");
        for key in NOT_FOR_USERS {
            assert_eq!(manifest.get(key), None, "{key}");
        }
        for key in ["name", "version", "description", "license", "exports", "types", "engines", "keywords", "napi"] {
            assert_eq!(manifest[key], committed[key], "{key}");
        }
        assert!(!manifest["files"].as_array().unwrap().contains(&json!("*.node")), "{}", manifest["files"]);
    }

    #[test]
    fn a_platforms_package_is_installed_there_and_nowhere_else() {
        let manifests: Vec<Value> =
            PLATFORMS.into_iter().map(|platform| platform_manifest(&committed(), platform, &Map::new())).collect();
        let places: Vec<String> = manifests
            .iter()
            .map(|manifest| {
                format!("{}/{}/{}", manifest["os"][0], manifest["cpu"][0], manifest["libc"][0]).replace('"', "")
            })
            .collect();
        let expected = [
            "linux/x64/glibc",
            "linux/x64/musl",
            "linux/arm64/glibc",
            "linux/arm64/musl",
            "darwin/x64/null",
            "darwin/arm64/null",
            "win32/x64/null",
            "win32/arm64/null",
        ];
        assert_eq!(places, expected);
        assert_eq!(manifests[0]["main"], "greenapi_partner.linux-x64-gnu.node");
        assert_eq!(manifests[0]["version"], committed()["version"]);
        assert!(
            manifests.iter().all(|one| one["files"][1] == "sbom.cdx.json"),
            "what each addon is made of goes along"
        );
    }

    #[test]
    fn the_address_stands_in_each_manifest_once_it_is_known() {
        let address = json!({ "homepage": "https://example.com" });
        let address = address.as_object().unwrap();
        assert_eq!(main_manifest(&committed(), address)["homepage"], "https://example.com");
        assert_eq!(platform_manifest(&committed(), PLATFORMS[0], address)["homepage"], "https://example.com");
    }
}
