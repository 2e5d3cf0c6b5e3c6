//! `POST /waInstance{idInstance}/sendLocation/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendLocation/>

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
        operation: Cow::Borrowed("sendLocation"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendLocation/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendLocation/",
        prose: include_str!("send_location.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_location.md")]
    pub async fn send_location(&self, location: SendLocation) -> Result<SentMessage, Error> {
        self.get(&OPERATION, location).await
    }
}

takes! {
    /// What sendLocation takes: the chat, and where it is.
    SendLocation {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            latitude "latitude" Number Body { within(-90, 90) personal } "Degrees to the north, -90 to 90.";
            longitude "longitude" Number Body { within(-180, 180) personal } "Degrees to the east, -180 to 180.";
        }
        optional {
            name_location "nameLocation" Text Body { personal } "What the place is called.";
            address "address" Text Body { personal } "Its address.";
        }
    }
}
