//! `POST /waInstance{idInstance}/sendFileByUrl/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendFileByUrl/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, Param, Place, arguments::CHAT, arguments::QUOTED, arguments::TYPING, never, read};
use crate::{SentMessage, api::Spec, config, model::Kind, pace::Rate, retry::Class};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendFileByUrl"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendFileByUrl/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendFileByUrl/",
        prose: include_str!("send_file_by_url.md"),
    },
    host: Host::Api,
    params: &[
        CHAT,
        Param::new("url_file", "urlFile", Kind::Text, Place::Body, "Where upstream fetches the file: up to 100 MB.")
            .required()
            .personal(),
        Param::new("file_name", "fileName", Kind::Text, Place::Body, "The name that the chat shows, with its ending.")
            .required(),
        Param::new("caption", "caption", Kind::Text, Place::Body, "A text below the file.").personal(),
        QUOTED,
        TYPING,
        Param::new(
            "typing_type",
            "typingType",
            Kind::Text,
            Place::Body,
            "`recording` shows a recording instead of typing.",
        ),
    ],
    read: |answer| read::model(answer, "idMessage", SentMessage::read),
    repeated: never,
};
