//! Paths of this checkout.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The paths that more than one command needs; all absolute, so that they hold in any working folder.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

impl Checkout {
    /// The checkout that this program was built from.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).join("../..");
        let root = root.canonicalize().with_context(|| format!("{} is gone", root.display()))?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
        Ok(Self { root, target })
    }

    /// A checkout with this root.
    #[cfg(test)]
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { target: root.join("target"), root }
    }

    /// A file or folder of the checkout: `python/examples`.
    pub(crate) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root.join(inside)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's one target folder: maturin and napi build there too, so that nothing is compiled twice.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A file or folder of ours that git ignores.
    pub(crate) fn scratch(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.target.join("xtask").join(inside)
    }

    /// A path as it is shown: from the root on.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// An empty folder at this path, whatever was there before.
pub(crate) fn empty_folder(path: &Path) -> Result<()> {
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}

/// Copies the files of a folder, and not the folders in it.
pub(crate) fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in from.read_dir()?.flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// The files of a folder and of those in it whose names end so, in order.
pub(crate) fn files_below(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in folder.read_dir().with_context(|| folder.display().to_string())?.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files_below(&path, end)?);
        } else if path.extension().is_some_and(|its| its == end) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
