//! `POST /waInstance{idInstance}/forwardMessages/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/ForwardMessages/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, arguments::takes, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::MessageIds,
};

pub(crate) static OPERATION: Operation<MessageIds> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("forwardMessages"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/forwardMessages/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/ForwardMessages/",
        prose: include_str!("forward_messages.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::texts(answer, "messages").map(MessageIds),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("forward_messages.md")]
    pub async fn forward_messages(&self, messages: ForwardMessages) -> Result<Vec<String>, Error> {
        self.get(&OPERATION, messages).await.map(|MessageIds(ids)| ids)
    }
}

takes! {
    /// What forwardMessages takes: where to, where from, and which messages.
    ForwardMessages {
        needed {
            chat_id "chatId" Text Body {} "The chat that they go to.";
            chat_id_from "chatIdFrom" Text Body {} "The chat that they are in.";
            messages "messages" Texts Body {} "The ids of the messages.";
        }
        optional {}
    }
}
