//! `POST /waInstance{idInstance}/sendOrder/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/catalogs/SendOrder/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{TYPING, takes, told},
    never, read,
};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendOrder"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendOrder/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/catalogs/SendOrder/",
        prose: include_str!("send_order.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_order.md")]
    pub async fn send_order(&self, order: SendOrder) -> Result<SentMessage, Error> {
        self.get(&OPERATION, order).await
    }
}

takes! {
    /// What sendOrder takes: the shop's chat, and the products.
    SendOrder {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            product_ids "productIds" Texts Body {} "The products that are ordered.";
        }
        optional {
            quoted_message_id "quotedMessageId" Text Body {} told!(quoted);
            archive "archive" Flag Body {} "Whether the chat is archived with it.";
            typing_time "typingTime" Int Body { within(TYPING.0, TYPING.1) } told!(typing);
        }
    }
}
