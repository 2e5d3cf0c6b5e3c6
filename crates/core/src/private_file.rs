//! Private files: made for their owner alone, and known again under whatever name.

use std::{fs, io, path::Path};

/// Makes the file, where there is none, for its owner alone.
pub(crate) fn make_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, PRIVATE);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Lets nobody but the owner read a file that was there before.
#[cfg(unix)]
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(PRIVATE))
}

#[cfg(not(unix))]
pub(crate) fn make_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
const PRIVATE: u32 = 0o600;

/// Which file it is, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity(#[cfg(unix)] (u64, u64));

#[cfg(unix)]
impl Identity {
    pub(crate) fn of(file: &fs::File) -> io::Result<Self> {
        file.metadata().map(|found| Self::found(&found))
    }

    /// That of the file which stands there now.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|found| Self::found(&found))
    }

    fn found(found: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self((found.dev(), found.ino()))
    }
}

/// A file that is open cannot be deleted or replaced there.
#[cfg(not(unix))]
impl Identity {
    pub(crate) fn of(_file: &fs::File) -> io::Result<Self> {
        Ok(Self())
    }

    pub(crate) fn at(path: &Path) -> Option<Self> {
        path.exists().then(Self)
    }
}
