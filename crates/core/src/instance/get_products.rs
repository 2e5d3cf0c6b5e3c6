//! `POST /waInstance{idInstance}/getProducts/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/catalogs/GetProducts/>

use std::borrow::Cow;

use http::Method;
use serde_json::Value;

use super::{Host, Operation, arguments::takes, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<Value> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getProducts"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getProducts/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/catalogs/GetProducts/",
        prose: include_str!("get_products.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::json(answer, "products"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_products.md")]
    pub async fn get_products(&self, query: GetProducts) -> Result<Value, Error> {
        self.get(&OPERATION, query).await
    }
}

takes! {
    /// What getProducts takes: whose, and how many.
    GetProducts {
        needed {
            chat_id "chatId" Text Body {} "The seller's chat: `79001234567@c.us`.";
        }
        optional {
            product_limit "productLimit" Int Body { within(1, 1_000_000) } "How many. Defaults to upstream's 10.";
        }
    }
}
