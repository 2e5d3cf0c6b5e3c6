//! `POST /waInstance{idInstance}/sendFileByUpload/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendFileByUpload/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, Param, Place, arguments::CHAT, arguments::QUOTED, never, read};
use crate::{SentMessage, api::Spec, config, model::Kind, pace::Rate, retry::Class};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendFileByUpload"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendFileByUpload/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::UPLOAD_TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendFileByUpload/",
        prose: include_str!("send_file_by_upload.md"),
    },
    host: Host::Media,
    params: &[
        Param { place: Place::Form, ..CHAT },
        Param::new("file", "file", Kind::Bytes, Place::File, "The file: its bytes, or its path. Up to 100 MB.")
            .required(),
        Param::new(
            "file_name",
            "fileName",
            Kind::Text,
            Place::Form,
            "The name that the chat shows, with its ending. Defaults to the file's own.",
        ),
        Param::new("caption", "caption", Kind::Text, Place::Form, "A text below the file.").personal(),
        Param { place: Place::Form, ..QUOTED },
    ],
    read: |answer| read::model(answer, "idMessage", SentMessage::read),
    repeated: never,
};
