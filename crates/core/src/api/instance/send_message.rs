//! `POST /waInstance{idInstance}/sendMessage/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendMessage/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, Param, Place, arguments::CHAT, arguments::QUOTED, arguments::TYPING, never, read};
use crate::{
    SentMessage,
    api::{Mismatch, Spec},
    config,
    model::Kind,
    pace::Rate,
    retry::Class,
    wire::Answer,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendMessage"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendMessage/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendMessage/",
        prose: include_str!("send_message.md"),
    },
    host: Host::Api,
    params: &[
        CHAT,
        Param::new("message", "message", Kind::Text, Place::Body, "The text, up to 20,000 characters (MAX: 4,000).")
            .required()
            .personal(),
        QUOTED,
        Param::new(
            "link_preview",
            "linkPreview",
            Kind::Flag,
            Place::Body,
            "Whether a link gets a preview. Defaults to upstream's true.",
        ),
        Param::new(
            "type_preview",
            "typePreview",
            Kind::Text,
            Place::Body,
            "The size of the preview: `large` or `small`.",
        ),
        Param::new(
            "custom_preview",
            "customPreview",
            Kind::Object,
            Place::Body,
            "A preview of one's own: title, description, link, urlFile, jpegThumbnail.",
        )
        .personal(),
        TYPING,
    ],
    read: sent,
    repeated: never,
};

fn sent(answer: &Answer) -> Result<SentMessage, Mismatch> {
    read::model(answer, "idMessage", SentMessage::read)
}
