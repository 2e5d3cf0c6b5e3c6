//! `POST /waInstance{idInstance}/uploadFile/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/UploadFile/>

use std::borrow::Cow;

use http::Method;
use serde_json::Map;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    File, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<String> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("uploadFile"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/uploadFile/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::UPLOAD_TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(f64::INFINITY).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/sending/UploadFile/",
        prose: include_str!("upload_file.md"),
    },
    host: Host::Media,
    params: &[
        Param::new("file", "file", Kind::Bytes, Place::Whole, "The file: its bytes, or its path. Up to 100 MB.")
            .required(),
        Param::new(
            "file_name",
            "fileName",
            Kind::Text,
            Place::Name,
            "Its name, with its ending. Defaults to the file's own.",
        ),
    ],
    read: |answer| read::text(answer, "urlFile"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("upload_file.md")]
    pub async fn upload_file(&self, file: File) -> Result<String, Error> {
        self.ask(&OPERATION, Map::new(), Some(file), self.call_options()).await
    }
}
