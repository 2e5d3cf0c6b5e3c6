//! The file of a message, streamed to the disk.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use http::Method;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::Flow;
use crate::{
    InstanceClient,
    api::instance::{Host, Param},
    call::Download,
    config::{self, LONGEST_CALL},
    endpoint::{CallOptions, Class, Spec, Target},
    error::{Error, ErrorCode},
    hosts,
    instance::download_file::{self, CHAT, MESSAGE},
    model::{Arguments, Kind},
    secret::Secret,
    transport::PartFile,
};

pub(crate) const FLOW: Flow =
    Flow { name: "download_file_to", node: "downloadFileTo", prose: include_str!("download_file_to.md") };

pub(crate) const PARAMS: &[Param] = &[
    CHAT,
    MESSAGE,
    Param::of_flow(
        "path",
        "path",
        Kind::Path,
        "Where the file is to be, with its name. What stands there is replaced.",
    )
    .required(),
    Param::of_flow(
        "max_size",
        "maxSize",
        Kind::Int,
        "The largest file that is kept, in bytes; a larger one is `limit_exceeded`. Defaults to none.",
    ),
];

/// The second of the two requests, whose address upstream has given: what is logged and shown of it is this template.
static FILE: Spec = Spec {
    operation: Cow::Borrowed("downloadFileTo"),
    method: Method::GET,
    path: Cow::Borrowed("{downloadUrl}"),
    retry: Class::Safe,
    timeout: LONGEST_CALL,
    attempt: Some(config::FILE_SILENCE),
    rate: None,
    page: "",
    prose: "",
};

/// Options of [`download_file_to_with`](InstanceClient::download_file_to_with).
#[derive(Clone, Copy, Debug, Default)]
pub struct DownloadOptions {
    /// Options of the whole call. Without a timeout, the file may take as long as it keeps coming.
    pub call: CallOptions,
    /// The largest file that is kept, in bytes. Defaults to `None`: as large as it is.
    pub max_size: Option<u64>,
}

impl InstanceClient {
    #[doc = include_str!("download_file_to.md")]
    pub async fn download_file_to(
        &self,
        chat_id: impl Into<String>,
        id_message: impl Into<String>,
        path: impl AsRef<Path>,
    ) -> Result<u64, Error> {
        let options = DownloadOptions { call: self.call_options(), ..DownloadOptions::default() };
        self.download_file_to_with(chat_id, id_message, path, options).await
    }

    /// [`download_file_to`](Self::download_file_to), with options.
    pub async fn download_file_to_with(
        &self,
        chat_id: impl Into<String>,
        id_message: impl Into<String>,
        path: impl AsRef<Path>,
        options: DownloadOptions,
    ) -> Result<u64, Error> {
        let asked: Arguments = json!({ "chat_id": chat_id.into(), "id_message": id_message.into() }).into();
        download(self, asked.0, path.as_ref().to_owned(), options).await
    }
}

/// The same, its arguments by their names and checked.
pub(super) async fn download_file_to(
    instance: &InstanceClient,
    mut arguments: Map<String, Value>,
    call: CallOptions,
) -> Result<u64, Error> {
    let path = arguments.shift_remove("path").and_then(|path| path.as_str().map(PathBuf::from)).unwrap_or_default();
    let max_size = arguments.shift_remove("max_size").and_then(|most| most.as_u64());
    download(instance, arguments, path, DownloadOptions { call, max_size }).await
}

/// Makes the file, asks for its address, and fetches it. The time, if there is one, is of all that.
async fn download(
    instance: &InstanceClient,
    asked: Map<String, Value>,
    path: PathBuf,
    options: DownloadOptions,
) -> Result<u64, Error> {
    let begun = Instant::now();
    let here = |error: Error| error.during(FILE.operation.clone());
    let part = PartFile::create(path).await.map_err(here)?;
    let link = instance.ask(&download_file::OPERATION, asked, None, options.call).await?;
    let asked_of = instance.target(Host::Api)?;
    let (url, base) =
        hosts::of_file(&link, &asked_of.base).map_err(|why| here(Error::new(ErrorCode::Protocol, why)))?;
    // Nobody's token: the host is whichever upstream names.
    let target = Target { base, token: Secret::new(""), ..asked_of };
    let timeout = options.call.timeout.unwrap_or(FILE.timeout).min(LONGEST_CALL);
    let max_size = options.max_size;
    let download = Download { spec: &FILE, url: &url, target: &target, max_size, deadline: begun + timeout, timeout };
    // On the heap: every caller's future would carry it otherwise.
    let size = Box::pin(instance.engine().download(&download, &part)).await.map_err(here)?;
    part.finish().await.map_err(here)?;
    Ok(size)
}
