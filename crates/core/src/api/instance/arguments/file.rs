//! File to be uploaded: its bytes or its path, and the bodies that carry it.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use http::HeaderValue;
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value};

use super::check::plain;
use crate::{endpoint::Body, error::Error};

/// A file to be uploaded: its bytes, or where they are.
#[derive(Clone)]
pub struct File {
    name: String,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Path(PathBuf),
}

impl File {
    /// A file of these bytes, with the name that the chat shows.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// A file of the disk, read when the call is made: no device and no pipe, which may have no end.
    pub fn open(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, content: Content::Path(path.to_owned()) }
    }

    /// The name that the chat shows.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The same file, its bytes in memory.
    pub(crate) async fn loaded(self) -> Result<Self, Error> {
        let Content::Path(path) = &self.content else { return Ok(self) };
        let unreadable = |why: String| Error::invalid_request(format!("the file {}: {why}", path.display()));
        let (of, shown) = (path.clone(), self.name.clone());
        let read = tokio::task::spawn_blocking(move || read_plain(&of)).await;
        let bytes = read.map_err(|_| unreadable("it could not be read".into()))?;
        Ok(Self::new(shown, bytes.map_err(|error| unreadable(error.to_string()))?))
    }

    fn bytes(&self) -> Bytes {
        match &self.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Path(_) => Bytes::new(),
        }
    }
}

/// Without its bytes.
impl fmt::Debug for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("File").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A pipe is not even opened: that alone may wait for good, and no time limit ends it.
fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    let known = fs::metadata(path)?;
    if known.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if !known.is_file() {
        return Err(io::Error::other("it is no plain file: give its bytes"));
    }
    fs::read(path)
}

/// A form of a file and these fields.
pub(crate) async fn form(file: File, fields: &Map<String, Value>) -> Result<Body, Error> {
    multipart(&file.loaded().await?, fields.iter().map(|(name, value)| (name.as_str(), plain(value)))).await
}

/// A form with a file in it.
pub(super) async fn multipart<'a>(file: &File, fields: impl Iterator<Item = (&'a str, String)>) -> Result<Body, Error> {
    if file.name.chars().any(char::is_control) {
        return Err(Error::invalid_request("the file's name has a control character in it"));
    }
    let broken = |_| Error::invalid_request("the file cannot be sent: its name is odd");
    // Not the name's own type where it is unknown: upstream goes by the ending of the name.
    let kind = mime_guess::from_path(&file.name).first_or_octet_stream();
    let part = Part::stream(file.bytes()).file_name(file.name.clone()).mime_str(kind.as_ref()).map_err(broken)?;
    let form = fields.fold(Form::new().percent_encode_noop(), |form, (name, value)| form.text(name.to_owned(), value));
    let form = form.part("file", part);
    let content_type = format!("multipart/form-data; boundary={}", form.boundary()).into();
    let data: BytesMut = form.into_stream().try_collect().await.map_err(broken)?;
    Ok(Body { data: data.freeze(), content_type, file_name: None })
}

/// A file as the whole body. Its name goes into a header, for which upstream documents no way to write other letters than
/// ASCII's.
pub(crate) async fn raw(file: File) -> Result<Body, Error> {
    let file = file.loaded().await?;
    let kind = mime_guess::from_path(&file.name).first_or_octet_stream();
    let name = Some(&*file.name).filter(|name| !name.is_empty() && name.is_ascii());
    let file_name = name.and_then(|name| HeaderValue::from_str(name).ok()).ok_or_else(|| {
        Error::invalid_request("the file needs a name of ASCII letters with its ending: it is sent in a header")
    })?;
    Ok(Body { data: file.bytes(), content_type: kind.to_string().into(), file_name: Some(file_name) })
}
