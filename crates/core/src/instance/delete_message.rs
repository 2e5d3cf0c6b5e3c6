//! `POST /waInstance{idInstance}/deleteMessage/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/deleteMessage/>

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
        operation: Cow::Borrowed("deleteMessage"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/deleteMessage/{apiTokenInstance}"),
        retry: Class::Idempotent,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/service/deleteMessage/",
        prose: include_str!("delete_message.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::done,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("delete_message.md")]
    pub async fn delete_message(&self, message: DeleteMessage) -> Result<(), Error> {
        self.get(&OPERATION, message).await
    }
}

takes! {
    /// What deleteMessage takes: which message, and for whom.
    DeleteMessage {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            id_message "idMessage" Text Body {} told!(message);
        }
        optional {
            only_sender_delete "onlySenderDelete" Flag Body {}
                "Whether it is deleted for the sender alone. Defaults to upstream's false: for everybody.";
        }
    }
}
