//! `POST /waInstance{idInstance}/sendTyping/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/SendTyping/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{TYPING, takes, told},
    never, read,
};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendTyping"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendTyping/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/service/SendTyping/",
        prose: include_str!("send_typing.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::done,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_typing.md")]
    pub async fn send_typing(&self, typing: SendTyping) -> Result<(), Error> {
        self.get(&OPERATION, typing).await
    }
}

takes! {
    /// What sendTyping takes: the chat, how long, and what is shown.
    SendTyping {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
        }
        optional {
            typing_time "typingTime" Int Body { within(TYPING.0, TYPING.1) } "Milliseconds to show it: 1000 to 20000.";
            typing_type "typingType" Text Body {} "`recording` for a voice message. Defaults to typing.";
        }
    }
}
