//! `POST /waInstance{idInstance}/getCollection/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/catalogs/GetCollection/>

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
        operation: Cow::Borrowed("getCollection"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getCollection/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/catalogs/GetCollection/",
        prose: include_str!("get_collection.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::something,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_collection.md")]
    pub async fn get_collection(&self, query: GetCollection) -> Result<Value, Error> {
        self.get(&OPERATION, query).await
    }
}

takes! {
    /// What getCollection takes: which one, how many products of it, and from where.
    GetCollection {
        needed {
            chat_id "chatId" Text Body {} "The seller's chat: `79001234567@c.us`.";
            collection_id "collectionId" Text Body {} "The collection.";
        }
        optional {
            product_limit "productLimit" Int Body { within(1, 1_000_000) } "How many products. Defaults to upstream's 3.";
            after_product "afterProduct" Text Body {} "Where the page begins: `after` of the `paging` before.";
        }
    }
}
