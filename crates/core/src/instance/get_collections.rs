//! `POST /waInstance{idInstance}/getCollections/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/catalogs/GetCollections/>

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
        operation: Cow::Borrowed("getCollections"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getCollections/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/catalogs/GetCollections/",
        prose: include_str!("get_collections.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::something,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_collections.md")]
    pub async fn get_collections(&self, query: GetCollections) -> Result<Value, Error> {
        self.get(&OPERATION, query).await
    }
}

takes! {
    /// What getCollections takes: whose, how many, and from where.
    GetCollections {
        needed {
            chat_id "chatId" Text Body {} "The seller's chat: `79001234567@c.us`.";
        }
        optional {
            collection_limit "collectionLimit" Int Body { within(1, 1_000_000) } "How many. Defaults to upstream's 10.";
            after_collection_id "afterCollectionId" Text Body {} "Where the page begins: `after` of the `paging` before.";
            product_limit "productLimit" Int Body { within(1, 1_000_000) } "How many products of each. Defaults to upstream's 3.";
        }
    }
}
