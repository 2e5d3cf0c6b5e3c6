//! `POST /waInstance{idInstance}/sendProduct/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/catalogs/SendProduct/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{takes, told},
    never, read,
};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendProduct"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendProduct/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/catalogs/SendProduct/",
        prose: include_str!("send_product.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_product.md")]
    pub async fn send_product(&self, product: SendProduct) -> Result<SentMessage, Error> {
        self.get(&OPERATION, product).await
    }
}

takes! {
    /// What sendProduct takes: the chat, and the product.
    SendProduct {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            product_id "productId" Text Body {} "The product of the account's catalog.";
        }
        optional {
            quoted_message_id "quotedMessageId" Text Body {} told!(quoted);
        }
    }
}
