//! `POST /waInstance{idInstance}/getOrderDetails/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/catalogs/GetOrderDetails/>

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
        operation: Cow::Borrowed("getOrderDetails"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getOrderDetails/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/catalogs/GetOrderDetails/",
        prose: include_str!("get_order_details.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::json(answer, "products"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_order_details.md")]
    pub async fn get_order_details(&self, query: GetOrderDetails) -> Result<Value, Error> {
        self.get(&OPERATION, query).await
    }
}

takes! {
    /// What getOrderDetails takes: the order of an `orderMessage`.
    GetOrderDetails {
        needed {
            order_id "orderId" Text Body {} "The order, as the notification names it.";
            token "token" Text Body { secret } "The order's token, as the notification has it. Secret.";
        }
        optional {
            seller_jid "sellerJid" Text Body {} "The seller's chat, where it is another than the account: `79001234567@c.us`.";
        }
    }
}
