//! `POST /waInstance{idInstance}/readChat/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/marks/ReadChat/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{takes, told},
    never, read,
};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("readChat"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/readChat/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/marks/ReadChat/",
        prose: include_str!("read_chat.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::yes(answer, "setRead"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("read_chat.md")]
    pub async fn read_chat(&self, chat: ReadChat) -> Result<(), Error> {
        self.get(&OPERATION, chat).await
    }
}

takes! {
    /// What readChat takes: the chat, and up to which message.
    ReadChat {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
        }
        optional {
            id_message "idMessage" Text Body {} "The one message that was read. Defaults to the whole chat.";
        }
    }
}
