//! `POST /waInstance{idInstance}/sendMessage/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendMessage/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{TYPING, takes, told},
    never, read,
};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
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
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_message.md")]
    pub async fn send_message(&self, message: SendMessage) -> Result<SentMessage, Error> {
        self.get(&OPERATION, message).await
    }
}

takes! {
    /// What sendMessage takes: the chat, the text, and how it looks.
    SendMessage {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            message "message" Text Body { personal } "The text, up to 20,000 characters (MAX: 4,000).";
        }
        optional {
            quoted_message_id "quotedMessageId" Text Body {} told!(quoted);
            link_preview "linkPreview" Flag Body {} "Whether a link gets a preview. Defaults to upstream's true.";
            type_preview "typePreview" Text Body {} "The size of the preview: `large` or `small`.";
            custom_preview "customPreview" Object Body { personal }
                "A preview of one's own: title, description, link, urlFile, jpegThumbnail.";
            archive_chat "archiveChat" Flag Body {} "Whether the chat is archived with it; upstream's own web client knows it, no page does.";
            typing_time "typingTime" Int Body { within(TYPING.0, TYPING.1) } told!(typing);
        }
    }
}
