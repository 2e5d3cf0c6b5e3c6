//! Versions: what one is, which was released last, and every place where the current one stands.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use crate::git::Git;

/// `1.2.3`. There are no pre-releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// `v1.2.3`.
    pub(crate) fn tag(self) -> String {
        format!("v{self}")
    }

    /// The least version after this one that may have a breaking change, or may not.
    pub(crate) fn next(self, breaking: bool) -> Self {
        match (self, breaking) {
            (Self(0, minor, _), true) => Self(0, minor + 1, 0),
            (Self(major, ..), true) => Self(major + 1, 0, 0),
            (Self(major, minor, patch), false) => Self(major, minor, patch + 1),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<u32> = text.split('.').filter_map(|part| part.parse().ok()).collect();
        match parts[..] {
            // `01.2.3` and `+1.2.3` are read, and are no versions.
            [major, minor, patch] if Self(major, minor, patch).to_string() == text => Ok(Self(major, minor, patch)),
            _ => bail!("{text:?} is no version: say 1.2.3"),
        }
    }
}

/// The greatest version that has a tag.
pub(crate) fn last_release(git: &Git) -> Result<Option<Version>> {
    let versions = git.tags()?;
    Ok(versions.iter().filter_map(|tag| tag.strip_prefix('v')?.parse().ok()).max())
}

/// The version that stands in the workspace's manifest.
pub(crate) fn current(manifest: &str) -> Result<Version> {
    let rest = manifest.split_once("[workspace.package]").context("Cargo.toml has no [workspace.package]")?.1;
    let line = rest.lines().find_map(|line| line.strip_prefix("version = \""));
    line.and_then(|line| line.split('"').next()).context("[workspace.package] has no version")?.parse()
}

/// A file in which the version stands, and what sets it there.
pub(crate) struct Place {
    pub(crate) file: &'static str,
    set: fn(&str, Version, Version) -> String,
}

impl Place {
    /// The file with the new version in place of the old one; an error if the old one is not there.
    pub(crate) fn set(&self, text: &str, old: Version, new: Version) -> Result<String> {
        // Another version than `new`, which may be the old one: the first release has the version that stands there.
        let other = Version(old.0 + 1, 0, 0);
        if (self.set)(text, old, other) == text {
            bail!("{} does not have the version {old} where it should stand", self.file);
        }
        Ok((self.set)(text, old, new))
    }
}

/// Every such file; a test searches all others.
pub(crate) const PLACES: [Place; 4] = [
    Place { file: "Cargo.toml", set: in_workspace },
    Place { file: "Cargo.lock", set: in_cargo_lock },
    Place { file: "js/package.json", set: in_package_json },
    Place { file: "js/package-lock.json", set: in_package_json },
];

/// The workspace's own, and that of its members as dependencies.
fn in_workspace(text: &str, old: Version, new: Version) -> String {
    let ours =
        |line: &str| line.starts_with("version = ") || (line.starts_with("greenapi-") && line.contains("path = "));
    let (old, new) = (format!("version = \"{old}\""), format!("version = \"{new}\""));
    each_line(text, |line| if ours(line) { line.replace(&old, &new) } else { line.to_owned() })
}

/// The packages without a source: the workspace's members.
fn in_cargo_lock(text: &str, old: Version, new: Version) -> String {
    let (old, new) = (format!("\nversion = \"{old}\"\n"), format!("\nversion = \"{new}\"\n"));
    let ours = |package: &str| !package.contains("\nsource = ");
    let packages = text.split("[[package]]");
    let packages = packages.map(|package| if ours(package) { package.replace(&old, &new) } else { package.to_owned() });
    packages.collect::<Vec<_>>().join("[[package]]")
}

/// The package's own, once in its manifest and twice in its lock: before any dependency in both.
fn in_package_json(text: &str, old: Version, new: Version) -> String {
    let ours = text.find("ependencies\": {").unwrap_or(text.len());
    let (head, rest) = text.split_at(ours);
    head.replace(&format!("\"version\": \"{old}\""), &format!("\"version\": \"{new}\"")) + rest
}

/// Each line by itself, and the newline after the last one as it was.
fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.split('\n').map(change).collect::<Vec<_>>().join("\n")
}

/// The lines with this version that are about us, by their own words or those of the line above, or that set it for a package
/// as no lock does: where a release would have to change it too.
#[cfg(test)]
fn mentions(text: &str, version: Version, is_lock: bool) -> Vec<String> {
    let version = version.to_string();
    let whole = |line: &str| {
        line.match_indices(&version).any(|(at, found)| {
            let number = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit() || letter == '.');
            // The full stop of a sentence may follow.
            let (before, after) = (line[..at].chars().next_back(), &line[at + found.len()..]);
            let after = after.strip_prefix('.').map_or(after.chars().next(), |rest| rest.chars().next());
            !number(before) && !number(after)
        })
    };
    let names_us = |line: &str| line.to_lowercase().contains("greenapi") || line.contains("\"xtask\"");
    let sets = |line: &str| !is_lock && (line.contains("version = ") || line.contains("\"version\":"));
    let lines = text.lines().zip(std::iter::once("").chain(text.lines()));
    let found = lines.filter(|(line, above)| whole(line) && (sets(line) || names_us(line) || names_us(above)));
    found.map(|(line, _)| line.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::fs;

    use super::*;
    use crate::checkout::Checkout;

    /// No dependency of anybody's has it.
    const STRANGE: Version = Version(97, 98, 99);

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!("0.10.3".parse::<Version>().unwrap(), Version(0, 10, 3));
        for wrong in ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.x", "1.2.3-rc.1", "01.2.3", "+1.2.3", " 1.2.3"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        assert!(Version(0, 10, 0) > Version(0, 9, 9));
        assert!(Version(1, 0, 0) > Version(0, 99, 0));
    }

    #[test]
    fn what_breaks_asks_for_a_minor_version_before_1_and_a_major_one_after() {
        let cases = [
            (Version(0, 3, 7), false, Version(0, 3, 8)),
            (Version(0, 3, 7), true, Version(0, 4, 0)),
            (Version(1, 3, 7), false, Version(1, 3, 8)),
            (Version(1, 3, 7), true, Version(2, 0, 0)),
        ];
        for (from, breaking, expected) in cases {
            assert_eq!(from.next(breaking), expected, "{from} {breaking}");
        }
    }

    #[test]
    fn each_place_sets_ours_and_nobody_elses() {
        let cases = [
            (
                "Cargo.toml",
                "[workspace.package]\nversion = \"4.5.6\"\n\n[workspace.dependencies]\n\
                 greenapi-partner = { path = \"crates/core\", version = \"4.5.6\" }\nbytes = { version = \"4.5.6\" }\n",
                "[workspace.package]\nversion = \"97.98.99\"\n\n[workspace.dependencies]\n\
                 greenapi-partner = { path = \"crates/core\", version = \"97.98.99\" }\nbytes = { version = \"4.5.6\" }\n",
            ),
            (
                "Cargo.lock",
                "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"4.5.6\"\nsource = \"registry\"\n\n\
                 [[package]]\nname = \"xtask\"\nversion = \"4.5.6\"\ndependencies = [\n \"a 4.5.6\",\n]\n",
                "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"4.5.6\"\nsource = \"registry\"\n\n\
                 [[package]]\nname = \"xtask\"\nversion = \"97.98.99\"\ndependencies = [\n \"a 4.5.6\",\n]\n",
            ),
            (
                "js/package-lock.json",
                "{\n  \"version\": \"4.5.6\",\n  \"packages\": {\n    \"\": {\n      \"version\": \"4.5.6\",\n      \
                 \"devDependencies\": {\n      }\n    },\n    \"node_modules/a\": {\n      \"version\": \"4.5.6\"\n",
                "{\n  \"version\": \"97.98.99\",\n  \"packages\": {\n    \"\": {\n      \"version\": \"97.98.99\",\n      \
                 \"devDependencies\": {\n      }\n    },\n    \"node_modules/a\": {\n      \"version\": \"4.5.6\"\n",
            ),
        ];
        for (file, before, after) in cases {
            let place = PLACES.iter().find(|place| place.file == file).unwrap();
            assert_eq!(place.set(before, Version(4, 5, 6), STRANGE).unwrap(), after, "{file}");
            assert!(place.set(after, Version(4, 5, 6), STRANGE).is_err(), "{file}");
        }
    }

    #[test]
    fn a_mention_names_us_or_sets_a_version() {
        let version = Version(4, 5, 6);
        for found in [
            "npm install greenapi_partner-4.5.6.tgz",
            "version = \"4.5.6\"",
            "greenapi is at 4.5.6.",
            "  \"version\": \"4.5.6\",",
        ] {
            assert_eq!(mentions(found, version, false), [found]);
        }
        for other in ["tqdm==4.5.6", "greenapi 14.5.6", "greenapi 4.5.67", "greenapi 4.5.6.1"] {
            assert!(mentions(other, version, false).is_empty(), "{other}");
        }
    }

    #[test]
    fn in_a_lock_only_what_is_ours_is_a_mention() {
        let lock = "name = \"greenapi-partner\"\nversion = \"4.5.6\"\n\nname = \"bytes\"\nversion = \"4.5.6\"\n";
        assert_eq!(mentions(lock, Version(4, 5, 6), true), ["version = \"4.5.6\""]);
    }

    /// Whoever writes the version into one more file is told so here.
    #[test]
    fn no_place_is_forgotten() {
        let checkout = Checkout::find().unwrap();
        let read = |file: &str| fs::read_to_string(checkout.path(file));
        let now = current(&read("Cargo.toml").unwrap()).unwrap();
        for file in Git::at(checkout.root()).files().unwrap() {
            // Pictures are no text.
            let Ok(mut text) = read(&file) else { continue };
            let is_lock = file.ends_with("lock.json") || file.ends_with("Cargo.lock");
            if let Some(place) = PLACES.iter().find(|place| place.file == file) {
                text = place.set(&text, now, STRANGE).unwrap();
                assert_ne!(mentions(&text, STRANGE, is_lock), [""; 0], "{file}");
            }
            // What was is told there.
            if file != "CHANGELOG.md" {
                assert_eq!(mentions(&text, now, is_lock), [""; 0], "{file}: add it to PLACES, or leave the number out");
            }
        }
    }

    #[test]
    fn the_last_release_is_the_greatest_tag() {
        let (folder, git) = crate::git::scratch_repository();
        assert_eq!(last_release(&git).unwrap(), None);
        fs::write(folder.path().join("a"), "").unwrap();
        git.ask(["add", "a"]).unwrap();
        git.ask(["commit", "--quiet", "--message", "One"]).unwrap();
        for tag in ["v0.9.0", "v0.10.0", "v0.2.0", "nightly", "v1"] {
            git.ask(["tag", tag]).unwrap();
        }
        assert_eq!(last_release(&git).unwrap(), Some(Version(0, 10, 0)));
    }
}
