//! `POST /waInstance{idInstance}/editMessage/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/EditMessage/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{takes, told},
    never, read,
};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("editMessage"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/editMessage/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/service/EditMessage/",
        prose: include_str!("edit_message.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("edit_message.md")]
    pub async fn edit_message(&self, edit: EditMessage) -> Result<SentMessage, Error> {
        self.get(&OPERATION, edit).await
    }
}

takes! {
    /// What editMessage takes: which message, and its new text.
    EditMessage {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            id_message "idMessage" Text Body {} told!(message);
            message "message" Text Body { personal } "The new text, up to 20,000 characters (MAX: 4,000).";
        }
        optional {}
    }
}
