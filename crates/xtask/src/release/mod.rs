//! `cargo xtask release 1.2.3`: from a green commit to a tagged one. Nothing leaves this machine: what to push is printed.

mod changelog;
pub(crate) mod green;
pub(crate) mod version;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::api::{self, Changes};
use crate::checkout::Checkout;
use crate::git::Git;
use crate::run::{Log, Step};
use crate::{test, tools};
use version::{PLACES, Version, last_release};

const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "Cargo.toml";
/// How the texts put it until there is a first release.
const UNPUBLISHED: &str = "once it is published";

/// `wanted` is the version; without one it is the least that may follow.
pub(crate) fn run(checkout: &Checkout, wanted: Option<&str>, dry_run: bool) -> Result<()> {
    let git = Git::at(checkout.root());
    let wanted = wanted.map(str::parse).transpose()?;
    let plan = Plan::make(checkout.root(), &git, wanted, &today(), api::changes_since)?;
    let greens = checkout.scratch("green");
    if dry_run {
        let is_green = green::is_green(&greens, &git.commit()?);
        print!("{}", plan.shown(is_green));
        return Ok(());
    }
    if let [first, ..] = &plan.troubles[..] {
        bail!("{first}; cargo xtask release --dry-run shows the rest");
    }
    if !green::is_green(&greens, &git.commit()?) {
        println!("No run of all suites on this commit is written down: here it is.");
        test::run(checkout, &[])?;
        if !green::is_green(&greens, &git.commit()?) {
            bail!("the suites passed, but a suite was left out, or files were changed meanwhile: git status");
        }
    }
    plan.write(checkout.root())?;
    let log = &mut Log::create(checkout.scratch("release.log"))?;
    Step::new("asking cargo whether Cargo.lock is right", tools::cargo())
        .args(["metadata", "--locked", "--format-version", "1"])
        .folder(checkout.root())
        .succeed(log)
        .context("nothing was committed; git checkout . takes it back")?;
    plan.commit(&git)?;
    println!(
        "Committed and tagged {tag}. Next: git push origin HEAD {tag}, which starts .github/workflows/release.yml; \
         docs/releasing.md says what it does.",
        tag = plan.version.tag()
    );
    Ok(())
}

/// What a release would do, and what speaks against it.
#[derive(Debug)]
struct Plan {
    version: Version,
    /// None before the first release.
    last: Option<Version>,
    api: Changes,
    files: Vec<Rewritten>,
    troubles: Vec<String>,
}

#[derive(Debug)]
struct Rewritten {
    name: &'static str,
    before: String,
    after: String,
}

impl Plan {
    /// Reads everything and changes nothing.
    fn make(
        root: &Path,
        git: &Git,
        wanted: Option<Version>,
        date: &str,
        changes_since: impl Fn(&Git, &str) -> Result<Changes>,
    ) -> Result<Self> {
        let read = |name: &str| fs::read_to_string(root.join(name)).with_context(|| format!("cannot read {name}"));
        let current = version::current(&read(MANIFEST)?)?;
        let last = last_release(git)?;
        let api = last.map_or_else(|| Ok(Changes::default()), |last| changes_since(git, &last.tag()))?;
        let lowest = last.map_or(current, |last| last.next(!api.breaking.is_empty()));
        let version = wanted.unwrap_or(lowest);

        let mut files = Vec::new();
        for place in PLACES {
            let before = read(place.file)?;
            files.push(Rewritten { name: place.file, after: place.set(&before, current, version)?, before });
        }
        let log = read(CHANGELOG)?;
        let unreleased = changelog::unreleased(&log)?;
        let troubles = [
            troubles_of_tree(git)?,
            troubles_of_version(git, version, current, last, lowest)?,
            troubles_of_changelog(unreleased, &api),
            troubles_of_texts(root, git)?,
        ];
        files.push(Rewritten { name: CHANGELOG, after: changelog::close(&log, version, date)?, before: log });
        Ok(Self { version, last, api, files, troubles: troubles.concat() })
    }

    /// As a person reads it: the public API, each line that changes, the commit and the tag, what is in the way.
    fn shown(&self, is_green: bool) -> String {
        let mut text = format!("Release {}\n\n", self.version);
        let api = match self.last {
            Some(last) => format!("The public API since {last}:\n{}", self.api),
            None => "The public API: there is no release yet to compare it with.\n".to_owned(),
        };
        text += &api;
        for file in &self.files {
            let lines = changed_lines(&file.before, &file.after);
            let _ = write!(text, "\n{}:{}\n{lines}", file.name, if lines.is_empty() { " stays as it is" } else { "" });
        }
        let tested = if is_green { "have passed on this commit" } else { "would be run first" };
        let _ = writeln!(text, "\nAll suites {tested}.\nCommit \"{}\", tag {}.", self.subject(), self.version.tag());
        for trouble in &self.troubles {
            let _ = writeln!(text, "It would be refused: {trouble}.");
        }
        text + "Nothing was changed.\n"
    }

    fn write(&self, root: &Path) -> Result<()> {
        for file in &self.files {
            fs::write(root.join(file.name), &file.after).with_context(|| format!("cannot write {}", file.name))?;
        }
        Ok(())
    }

    fn commit(&self, git: &Git) -> Result<()> {
        for file in &self.files {
            git.ask(["add", "--", file.name])?;
        }
        git.ask(["commit", "--quiet", "--message", &self.subject()])?;
        git.ask([
            "tag",
            "--annotate",
            &self.version.tag(),
            "--message",
            &format!("greenapi_partner {}", self.version),
        ])?;
        Ok(())
    }

    fn subject(&self) -> String {
        format!("Release {}", self.version)
    }
}

fn troubles_of_tree(git: &Git) -> Result<Vec<String>> {
    let changes = git.changes()?;
    let shown = |first: &String| format!("the tree is not clean ({}): commit or stash", first.trim());
    Ok(changes.first().map(shown).into_iter().collect())
}

fn troubles_of_version(
    git: &Git,
    version: Version,
    current: Version,
    last: Option<Version>,
    lowest: Version,
) -> Result<Vec<String>> {
    let mut troubles = Vec::new();
    if git.tags()?.contains(&version.tag()) {
        troubles.push(format!("there is a tag {} already", version.tag()));
    }
    if let Some(last) = last.filter(|last| version <= *last) {
        troubles.push(format!("{version} is not greater than {last}, which was released last"));
    } else if version < current {
        troubles.push(format!("{version} is not greater than {current}, which stands in {MANIFEST}"));
    } else if version < lowest {
        troubles.push(format!("the public API has breaking changes, and they take {lowest}"));
    }
    Ok(troubles)
}

/// A user who reads it has to find each thing that will break.
fn troubles_of_changelog(unreleased: &str, api: &Changes) -> Vec<String> {
    let mut troubles = Vec::new();
    if unreleased.is_empty() {
        troubles.push(format!("\"Unreleased\" in {CHANGELOG} is empty: say what a user gets"));
    }
    let named = |name: &str| {
        unreleased.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name)
    };
    for change in api.breaking.iter().filter(|change| !named(change.name())) {
        troubles.push(format!("{CHANGELOG} does not name a breaking change: {change}"));
    }
    troubles
}

/// What users read must not say of a release that there is none.
fn troubles_of_texts(root: &Path, git: &Git) -> Result<Vec<String>> {
    let texts = git.ask(["ls-files", "--", "*.md", "*.ipynb"])?;
    let mut troubles = Vec::new();
    for text in texts.lines().filter(|text| !text.starts_with("docs/releasing")) {
        if fs::read_to_string(root.join(text)).is_ok_and(|text| text.contains(UNPUBLISHED)) {
            troubles.push(format!("{text} says \"{UNPUBLISHED}\""));
        }
    }
    Ok(troubles)
}

/// The lines that are in one text and not at the same place in the other, as `diff` marks them.
fn changed_lines(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut text = String::new();
    if before.len() == after.len() {
        for (old, new) in before.iter().zip(&after).filter(|(old, new)| old != new) {
            let _ = writeln!(text, "- {old}\n+ {new}");
        }
        return text;
    }
    // Lines were only put in: the changelog's new heading.
    let mut rest = before.into_iter().peekable();
    for line in after {
        if rest.next_if_eq(&line).is_none() {
            let _ = writeln!(text, "+ {line}");
        }
    }
    text
}

/// Today in UTC: `2026-03-04`.
fn today() -> String {
    jiff::Timestamp::now().to_string().chars().take("2026-03-04".len()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;

    const DATE: &str = "2026-03-04";

    /// A small repository that could be released.
    fn repository() -> (TempDir, Git) {
        let (folder, git) = crate::git::scratch_repository();
        let files = [
            (MANIFEST, "[workspace.package]\nversion = \"4.5.6\"\n"),
            ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"xtask\"\nversion = \"4.5.6\"\n"),
            ("js/package.json", "{\n  \"version\": \"4.5.6\",\n}\n"),
            ("js/package-lock.json", "{\n  \"version\": \"4.5.6\",\n}\n"),
            (CHANGELOG, "# Changelog\n\n## Unreleased\n\n- Send faster.\n"),
            (api::CONTRACT, "{ \"errors\": [] }\n"),
        ];
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        commit(&git, "All");
        (folder, git)
    }

    fn commit(git: &Git, subject: &str) {
        git.ask(["add", "--all"]).unwrap();
        git.ask(["commit", "--quiet", "--message", subject]).unwrap();
    }

    /// With the contract of the tag against this one.
    fn plan(root: &TempDir, git: &Git, wanted: Option<&str>, errors: &serde_json::Value) -> Plan {
        let wanted = wanted.map(|wanted| wanted.parse().unwrap());
        let changes_since = |git: &Git, tag: &str| {
            let then = serde_json::from_str(&git.show(tag, api::CONTRACT)?)?;
            api::changes(&then, &json!({ "errors": errors }))
        };
        Plan::make(root.path(), git, wanted, DATE, changes_since).unwrap()
    }

    fn carry_out(root: &TempDir, git: &Git, wanted: &str) {
        let plan = plan(root, git, Some(wanted), &json!([]));
        assert_eq!(plan.troubles, [""; 0]);
        plan.write(root.path()).unwrap();
        plan.commit(git).unwrap();
    }

    #[test]
    fn a_release_sets_the_version_closes_the_changelog_commits_and_tags() {
        let (folder, git) = repository();
        carry_out(&folder, &git, "4.6.0");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        for place in PLACES {
            assert!(read(place.file).contains("4.6.0") && !read(place.file).contains("4.5.6"), "{}", place.file);
        }
        assert_eq!(read(CHANGELOG), "# Changelog\n\n## Unreleased\n\n## 4.6.0 (2026-03-04)\n\n- Send faster.\n");
        assert_eq!(git.ask(["log", "--format=%s", "-1"]).unwrap(), "Release 4.6.0\n");
        assert_eq!(git.changes().unwrap(), [""; 0]);
        // Annotated: a tag object that points to the commit.
        assert_eq!(git.ask(["cat-file", "-t", "v4.6.0"]).unwrap(), "tag\n");
        assert_eq!(git.ask(["rev-parse", "v4.6.0^{commit}"]).unwrap().trim(), git.commit().unwrap());
    }

    #[test]
    fn the_first_release_may_have_the_version_that_stands_there() {
        let (folder, git) = repository();
        assert_eq!(plan(&folder, &git, None, &json!([])).version, Version(4, 5, 6));
        carry_out(&folder, &git, "4.5.6");
        assert_eq!(git.tags().unwrap(), ["v4.5.6"]);
    }

    #[test]
    fn a_dry_run_shows_each_line_and_changes_nothing() {
        let (folder, git) = repository();
        let shown = plan(&folder, &git, Some("4.6.0"), &json!([])).shown(false);
        for line in [
            "Release 4.6.0",
            "The public API: there is no release yet to compare it with.",
            "- version = \"4.5.6\"\n+ version = \"4.6.0\"",
            "+ ## 4.6.0 (2026-03-04)",
            "All suites would be run first.",
            "Commit \"Release 4.6.0\", tag v4.6.0.",
            "Nothing was changed.",
        ] {
            assert!(shown.contains(line), "{line} in {shown}");
        }
        assert!(!shown.contains("refused"), "{shown}");
        assert_eq!((git.changes().unwrap(), git.tags().unwrap()), (vec![], vec![]));
    }

    #[test]
    fn what_speaks_against_a_release_is_said() {
        let (folder, git) = repository();
        carry_out(&folder, &git, "4.6.0");
        let write = |text: &str| fs::write(folder.path().join(CHANGELOG), text).unwrap();
        let troubles = |wanted: &str, errors: serde_json::Value| plan(&folder, &git, Some(wanted), &errors).troubles;

        assert_eq!(troubles("4.6.1", json!([])), ["\"Unreleased\" in CHANGELOG.md is empty: say what a user gets"]);

        write("## Unreleased\n\n- More.\n");
        assert_eq!(troubles("4.6.1", json!([])), ["the tree is not clean (M CHANGELOG.md): commit or stash"]);

        commit(&git, "More");
        assert_eq!(troubles("4.6.1", json!([])), [""; 0]);
        assert_eq!(
            troubles("4.6.0", json!([])),
            ["there is a tag v4.6.0 already", "4.6.0 is not greater than 4.6.0, which was released last"]
        );
        assert_eq!(troubles("4.5.9", json!([])), ["4.5.9 is not greater than 4.6.0, which was released last"]);
    }

    #[test]
    fn a_text_that_calls_it_unpublished_is_named() {
        let (folder, git) = repository();
        fs::write(folder.path().join("README.md"), "pip install it, once it is published.\n").unwrap();
        commit(&git, "A text");
        let troubles = plan(&folder, &git, None, &json!([])).troubles;
        assert_eq!(troubles, ["README.md says \"once it is published\""]);
    }

    #[test]
    fn a_breaking_change_takes_a_version_and_a_word_in_the_changelog() {
        let (folder, git) = repository();
        fs::write(folder.path().join(api::CONTRACT), r#"{ "errors": [{ "code": "not_found" }] }"#).unwrap();
        commit(&git, "An error");
        carry_out(&folder, &git, "4.6.0");
        let write = |text: &str| {
            fs::write(folder.path().join(CHANGELOG), text).unwrap();
            commit(&git, "Words");
        };
        write("## Unreleased\n\n- Nothing is not_found_anywhere.\n");
        let unnamed = "CHANGELOG.md does not name a breaking change: error not_found: removed";
        assert_eq!(
            plan(&folder, &git, Some("4.7.0"), &json!([])).troubles,
            ["the public API has breaking changes, and they take 5.0.0", unnamed]
        );
        assert_eq!(plan(&folder, &git, None, &json!([])).troubles, [unnamed]);
        write("## Unreleased\n\n- Breaking: there is no `not_found` any more.\n");
        let plan = plan(&folder, &git, None, &json!([]));
        assert_eq!((plan.version, &plan.troubles[..]), (Version(5, 0, 0), &[][..]));
        assert!(plan.shown(true).contains("breaking:\n  error not_found: removed\n"), "{}", plan.shown(true));
    }

    #[test]
    fn a_date_is_ten_letters_of_utc() {
        let date = today();
        assert_eq!(date.split('-').map(str::len).collect::<Vec<_>>(), [4, 2, 2], "{date}");
    }
}
