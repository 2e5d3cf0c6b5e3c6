//! Private files: what a user keeps, changed by one program at a time, where nobody else may read it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// The file itself, where there is a link in its place: also one that is not there yet.
pub(crate) fn linked_to(path: &Path) -> PathBuf {
    let mut file = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&file) else { break };
        file = file.parent().unwrap_or(Path::new("")).join(target);
    }
    file
}

/// Keeps out whoever else would change the file, until what this gives is dropped. The folder is made where there is none.
pub(crate) fn lock(file: &Path) -> io::Result<File> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".lock");
    // It stays: who removed it would let in two, of whom one has locked a file that is gone.
    locked(private().create(true).truncate(false), Path::new(&beside))
}

/// Writes a new file that takes the old one's place: whoever reads meanwhile reads one or the other.
pub(crate) fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    let new = file.with_extension(format!("new-{}", std::process::id()));
    write_new(&new, text).and_then(|()| fs::rename(&new, file)).inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

/// How a file is opened that nobody else may read, if it is made.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn locked(options: &OpenOptions, path: &Path) -> io::Result<File> {
    use rustix::{
        fs::{FlockOperation, flock},
        io::{Errno, retry_on_intr},
    };
    let file = options.open(path)?;
    match retry_on_intr(|| flock(&file, FlockOperation::LockExclusive)) {
        // The file system has no locks: nobody else is kept out.
        Ok(()) | Err(Errno::INVAL | Errno::NOSYS | Errno::NOLCK | Errno::OPNOTSUPP) => Ok(file),
        Err(error) => Err(error.into()),
    }
}

/// An open file that is shared with nobody is a lock too.
#[cfg(windows)]
fn locked(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::{os::windows::fs::OpenOptionsExt as _, thread, time::Duration};
    const SHARING_VIOLATION: i32 = 32;
    loop {
        match options.share_mode(0).open(path) {
            Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => thread::sleep(Duration::from_millis(20)),
            opened => return opened,
        }
    }
}

/// As many as systems follow themselves: links may be a circle.
const MOST_LINKS: u32 = 40;
