//! Stage: a folder outside of the checkout, where what users install is built, installed and tried as users do it.
//!
//! `sources/` is a clean copy of the checkout: what git knows, or would know, and nothing that a developer's tools have left.
//! The README's commands run there, and cargo keeps its `target/` there. `proof/` has the tests and no sources, so that a test
//! can import only what is installed.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::checkout::{Checkout, empty_folder};

/// What `proof/` has of the checkout.
const PROOF: [&str; 3] = ["tests/", "python/examples/", "python/notebooks/"];
/// The names of what was copied last time, so that what is gone from the checkout goes from the copy too.
const COPIED: &str = "copied.txt";

/// The folder of one checkout; another checkout has another.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    folder: PathBuf,
}

impl Stage {
    pub(crate) fn of(checkout: &Checkout) -> Self {
        let mut hasher = DefaultHasher::new();
        checkout.root().hash(&mut hasher);
        Self { folder: env::temp_dir().join(format!("greenapi_partner-{:016x}", hasher.finish())) }
    }

    /// A file or folder of the stage.
    pub(crate) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.folder.join(inside)
    }

    /// The copy of the checkout, as it is now. What has not changed is not touched, so that cargo does not build it again.
    pub(crate) fn sources(&self, checkout: &Checkout) -> Result<PathBuf> {
        let sources = self.path("sources");
        copy(checkout.root(), &sources, &known_to_git(checkout.root())?, &self.path(COPIED))?;
        Ok(sources)
    }

    /// The tests beside no sources.
    pub(crate) fn proof(&self, checkout: &Checkout) -> Result<PathBuf> {
        let proof = self.path("proof");
        let mut names = known_to_git(checkout.root())?;
        names.retain(|name| PROOF.iter().any(|folder| name.starts_with(folder)));
        copy(checkout.root(), &proof, &names, &self.path(format!("proof-{COPIED}")))?;
        Ok(proof)
    }
}

/// Lays `js/` of a proof out where the tests look for it: the files of the installed package, and the tools of its sources.
pub(crate) fn lay_out_js(proof: &Path, installed: &Path, tools: &Path) -> Result<()> {
    let js = proof.join("js");
    empty_folder(&js)?;
    for entry in installed.read_dir()? {
        let entry = entry?;
        symlink(entry.path(), js.join(entry.file_name()))?;
    }
    symlink(tools, js.join("node_modules"))?;
    Ok(())
}

/// The names of all files that git has, or would have if they were added.
fn known_to_git(root: &Path) -> Result<BTreeSet<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("cannot run git, which tells what belongs to a checkout")?;
    if !output.status.success() {
        bail!("git does not know this checkout: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let names = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
    // Git still names what was deleted and not yet committed.
    Ok(names.split('\0').filter(|name| !name.is_empty() && root.join(name).is_file()).map(str::to_owned).collect())
}

/// Makes the files of these names in `to` the same as in `from`; `copied` remembers the names.
fn copy(from: &Path, to: &Path, names: &BTreeSet<String>, copied: &Path) -> Result<()> {
    let before = fs::read_to_string(copied).unwrap_or_default();
    for gone in before.lines().filter(|name| !names.contains(*name)) {
        let path = to.join(gone);
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    for name in names {
        let (source, target) = (from.join(name), to.join(name));
        let bytes = fs::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
        if fs::read(&target).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(target.parent().context("a file is in a folder")?)?;
        fs::write(&target, bytes).with_context(|| format!("cannot write {}", target.display()))?;
        let mode = fs::metadata(&source)?.permissions().mode();
        fs::set_permissions(&target, fs::Permissions::from_mode(mode))?;
    }
    fs::create_dir_all(copied.parent().context("a file is in a folder")?)?;
    fs::write(copied, names.iter().flat_map(|name| [name, "\n"]).collect::<String>())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    /// A folder of this test's own.
    fn scratch(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("xtask-stage-{}-{name}", std::process::id()));
        empty_folder(&folder).unwrap();
        folder
    }

    fn names(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_copy_has_what_is_named_and_loses_what_is_gone() {
        let folder = scratch("copy");
        let (from, to, copied) = (folder.join("from"), folder.join("to"), folder.join(COPIED));
        fs::create_dir_all(from.join("a")).unwrap();
        fs::write(from.join("a/one"), "1").unwrap();
        fs::write(from.join("two"), "2").unwrap();
        copy(&from, &to, &names(&["a/one", "two"]), &copied).unwrap();
        fs::write(to.join("made there"), "kept").unwrap();
        copy(&from, &to, &names(&["a/one"]), &copied).unwrap();
        let there = |name: &str| fs::read_to_string(to.join(name)).ok();
        assert_eq!((there("a/one"), there("two"), there("made there")), (Some("1".into()), None, Some("kept".into())));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_has_not_changed_is_not_written_again() {
        let folder = scratch("unchanged");
        let (from, to, copied) = (folder.join("from"), folder.join("to"), folder.join(COPIED));
        fs::create_dir_all(&from).unwrap();
        fs::write(from.join("one"), "1").unwrap();
        copy(&from, &to, &names(&["one"]), &copied).unwrap();
        let before = fs::metadata(to.join("one")).unwrap().modified().unwrap();
        copy(&from, &to, &names(&["one"]), &copied).unwrap();
        assert_eq!(fs::metadata(to.join("one")).unwrap().modified().unwrap(), before);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn git_names_new_files_and_leaves_out_what_it_ignores() {
        let folder = scratch("git");
        fs::write(folder.join(".gitignore"), "*.log\n").unwrap();
        fs::write(folder.join("new.txt"), "").unwrap();
        fs::write(folder.join("left.log"), "").unwrap();
        Command::new("git").args(["init", "--quiet"]).current_dir(&folder).status().unwrap();
        assert_eq!(known_to_git(&folder).unwrap(), names(&[".gitignore", "new.txt"]));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn two_checkouts_have_two_stages() {
        let stage = |root: &str| Stage::of(&Checkout::at(root.into())).folder;
        assert_ne!(stage("/one"), stage("/other"));
        assert_eq!(stage("/one"), stage("/one"));
    }
}
