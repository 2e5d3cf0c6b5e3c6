//! `POST /waInstance{idInstance}/sendFileByUrl/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendFileByUrl/>

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
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_file_by_url.md")]
    pub async fn send_file_by_url(&self, file: SendFileByUrl) -> Result<SentMessage, Error> {
        self.get(&OPERATION, file).await
    }
}

takes! {
    /// What sendFileByUrl takes: the chat, where the file is, and its name.
    SendFileByUrl {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            url_file "urlFile" Text Body { personal } "Where upstream fetches the file: up to 100 MB.";
            file_name "fileName" Text Body {} "The name that the chat shows, with its ending.";
        }
        optional {
            caption "caption" Text Body { personal } "A text below the file.";
            quoted_message_id "quotedMessageId" Text Body {} told!(quoted);
            typing_time "typingTime" Int Body { within(TYPING.0, TYPING.1) } told!(typing);
            typing_type "typingType" Text Body {} "`recording` shows a recording instead of typing.";
        }
    }
}
