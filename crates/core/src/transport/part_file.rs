//! Part file: a file that grows under a name of its own, beside the one that it gets when it is whole.
//!
//! So nobody ever finds the half of a file under the name that was asked for, and one that stood there before is there until
//! the new one is whole. One that does not become whole is deleted. The disk is only touched on threads that may wait for it,
//! but for that deletion: nothing of it is to be left once the call has ended.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Seek as _, Write as _},
    path::{self, Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;

use crate::error::Error;

/// A file on its way.
pub(crate) struct PartFile {
    file: Arc<File>,
    part: PathBuf,
    path: PathBuf,
    /// Of the file that it replaces.
    permissions: Option<Permissions>,
}

impl PartFile {
    /// Makes it; refuses a path that cannot be written to.
    pub(crate) async fn create(path: PathBuf) -> Result<Self, Error> {
        let shown = path.clone();
        let made = in_background(move || Self::beside(&path)).await;
        made.map_err(|error| Error::invalid_request(format!("the file {}: {error}", shown.display())))
    }

    fn beside(given: &Path) -> io::Result<Self> {
        let (path, permissions) = match fs::metadata(given) {
            Ok(known) if known.is_dir() => return Err(io::Error::other("it is a folder")),
            // Nothing is put in the place of a device or a pipe.
            Ok(known) if !known.is_file() => return Err(io::Error::other("it is no plain file")),
            Ok(known) if known.permissions().readonly() => return Err(io::Error::other("it is read-only")),
            // A link stays one.
            Ok(known) => (given.canonicalize()?, Some(known.permissions())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (path::absolute(given)?, None),
            Err(error) => return Err(error),
        };
        let names_a_folder = given.as_os_str().as_encoded_bytes().last().is_some_and(|last| is_separator(*last));
        if names_a_folder {
            return Err(io::Error::other("it is the name of a folder"));
        }
        let part = path.with_file_name(format!(".greenapi-{:016x}.part", fastrand::u64(..)));
        let file = Arc::new(OpenOptions::new().write(true).create_new(true).open(&part)?);
        Ok(Self { file, part, path, permissions })
    }

    /// Begins again, with nothing in it.
    pub(crate) async fn clear(&self) -> Result<(), Error> {
        let file = Arc::clone(&self.file);
        let cleared = in_background(move || {
            file.set_len(0)?;
            (&*file).rewind()
        });
        cleared.await.map_err(|error| self.unwritable(&error))
    }

    /// Writes these pieces behind what it has.
    pub(crate) async fn write(&self, pieces: Vec<Bytes>) -> Result<(), Error> {
        let file = Arc::clone(&self.file);
        let written = in_background(move || pieces.iter().try_for_each(|piece| (&*file).write_all(piece)));
        written.await.map_err(|error| self.unwritable(&error))
    }

    /// It is whole, and gets its name.
    pub(crate) async fn finish(self) -> Result<(), Error> {
        let (part, path, permissions) = (self.part.clone(), self.path.clone(), self.permissions.clone());
        let named = in_background(move || {
            if let Some(permissions) = permissions {
                fs::set_permissions(&part, permissions)?;
            }
            fs::rename(&part, &path)
        });
        named.await.map_err(|error| self.unwritable(&error))
    }

    fn unwritable(&self, error: &io::Error) -> Error {
        Error::configuration(format!("the file {} cannot be written: {error}", self.path.display()))
    }
}

/// Where it has got its name, there is nothing under this one.
impl Drop for PartFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.part);
    }
}

fn is_separator(byte: u8) -> bool {
    path::is_separator(char::from(byte))
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(io::Error::other("it could not be done")))
}
