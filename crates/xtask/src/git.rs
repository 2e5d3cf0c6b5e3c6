//! The questions that are put to git, and the two things that a release tells it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The repository in this folder.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    root: PathBuf,
}

impl Git {
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// What git prints for these words; an error has git's own words.
    pub(crate) fn ask<const N: usize>(&self, words: [&str; N]) -> Result<String> {
        let mut git = Command::new("git");
        // In a hook git sets these, and they count for more than a folder: a test would commit to the checkout.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        let output = git.args(words).current_dir(&self.root).output().context("cannot run git")?;
        if !output.status.success() {
            bail!("git {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The commit that is checked out.
    pub(crate) fn commit(&self) -> Result<String> {
        Ok(self.ask(["rev-parse", "HEAD"])?.trim().to_owned())
    }

    /// Every file that differs from the commit, or that it does not know and is not told to ignore.
    pub(crate) fn changes(&self) -> Result<Vec<String>> {
        Ok(self.ask(["status", "--porcelain"])?.lines().map(str::to_owned).collect())
    }

    /// The commit, if the files are exactly its files.
    pub(crate) fn clean_commit(&self) -> Option<String> {
        self.changes().ok()?.is_empty().then(|| self.commit().ok())?
    }

    /// Every tag.
    pub(crate) fn tags(&self) -> Result<Vec<String>> {
        Ok(self.ask(["tag", "--list"])?.lines().map(str::to_owned).collect())
    }

    /// The paths of all files that git keeps.
    #[cfg(test)]
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let paths = self.ask(["ls-files", "-z"])?;
        Ok(paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
    }

    /// A file as it stood at this tag or commit.
    pub(crate) fn show(&self, at: &str, path: &str) -> Result<String> {
        self.ask(["show", &format!("{at}:{path}")])
    }
}

/// An empty repository for tests, in a folder that goes with it.
#[cfg(test)]
pub(crate) fn scratch_repository() -> (tempfile::TempDir, Git) {
    let folder = tempfile::tempdir().unwrap();
    let git = Git::at(folder.path());
    git.ask(["init", "--quiet", "--initial-branch=main"]).unwrap();
    // Whatever this machine's own settings are.
    for (key, value) in [("user.name", "Tests"), ("user.email", "tests@example.com"), ("commit.gpgsign", "false")] {
        git.ask(["config", key, value]).unwrap();
    }
    git.ask(["config", "tag.gpgsign", "false"]).unwrap();
    (folder, git)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::fs;

    use super::*;

    #[test]
    fn a_commit_is_clean_until_a_file_differs_or_is_new() {
        let (folder, git) = scratch_repository();
        fs::write(folder.path().join("a"), "1").unwrap();
        assert_eq!(git.clean_commit(), None);
        git.ask(["add", "a"]).unwrap();
        git.ask(["commit", "--quiet", "--message", "One"]).unwrap();
        assert_eq!(git.clean_commit(), Some(git.commit().unwrap()));
        fs::write(folder.path().join("a"), "2").unwrap();
        assert_eq!(git.clean_commit(), None);
        git.ask(["checkout", "--quiet", "a"]).unwrap();
        fs::write(folder.path().join("b"), "new").unwrap();
        assert_eq!((git.clean_commit(), git.changes().unwrap()), (None, vec!["?? b".to_owned()]));
    }

    #[test]
    fn an_error_has_gits_words() {
        let (_folder, git) = scratch_repository();
        let error = git.show("v9.9.9", "a").unwrap_err().to_string();
        assert!(error.starts_with("git show v9.9.9:a: fatal: "), "{error}");
    }
}
