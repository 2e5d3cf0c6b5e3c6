//! The commits that all suites have passed on: `target/xtask/green/<commit>`, written by `cargo xtask test`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::Git;

/// Remembers which commit a run of all suites began on.
pub(crate) struct Begun {
    git: Git,
    commit: Option<String>,
    folder: PathBuf,
}

impl Begun {
    /// A run begins; what it says of uncommitted files is said of no commit.
    pub(crate) fn now(root: &Path, scratch: PathBuf) -> Self {
        let git = Git::at(root);
        Self { commit: git.clean_commit(), git, folder: scratch }
    }

    /// All of them passed. It is written down if the files are still the commit's.
    pub(crate) fn passed(self, summary: &str) -> Result<()> {
        let Some(commit) = self.commit.filter(|begun| self.git.clean_commit().as_ref() == Some(begun)) else {
            return Ok(());
        };
        fs::create_dir_all(&self.folder)?;
        Ok(fs::write(self.folder.join(commit), summary)?)
    }
}

/// Whether all suites have passed on this commit, here.
pub(crate) fn is_green(folder: &Path, commit: &str) -> bool {
    folder.join(commit).is_file()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn only_a_run_on_exactly_a_commit_is_written_down() {
        let (folder, git) = crate::git::scratch_repository();
        let scratch = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let begin = || Begun::now(folder.path(), scratch.path().join("green"));
        let is_green = || is_green(&scratch.path().join("green"), &git.commit().unwrap());
        fs::write(&file, "1").unwrap();
        git.ask(["add", "a"]).unwrap();
        git.ask(["commit", "--quiet", "--message", "One"]).unwrap();

        fs::write(&file, "2").unwrap();
        begin().passed("began on other files").unwrap();
        assert!(!is_green());

        git.ask(["checkout", "--quiet", "a"]).unwrap();
        let run = begin();
        fs::write(&file, "3").unwrap();
        run.passed("the files were changed meanwhile").unwrap();
        assert!(!is_green());

        git.ask(["checkout", "--quiet", "a"]).unwrap();
        let run = begin();
        git.ask(["commit", "--quiet", "--allow-empty", "--message", "Two"]).unwrap();
        run.passed("another commit meanwhile").unwrap();
        assert!(!is_green());

        begin().passed("all as it should be").unwrap();
        assert!(is_green());
    }
}
