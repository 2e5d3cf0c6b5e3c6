//! `POST /waInstance{idInstance}/sendTextStatus/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/statuses/SendTextStatus/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, arguments::takes, never, read};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendTextStatus"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendTextStatus/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(5.0)),
        page: "https://green-api.com/en/docs/api/statuses/SendTextStatus/",
        prose: include_str!("send_text_status.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_text_status.md")]
    pub async fn send_text_status(&self, status: SendTextStatus) -> Result<SentMessage, Error> {
        self.get(&OPERATION, status).await
    }
}

takes! {
    /// What sendTextStatus takes: the text, how it looks, and who sees it.
    SendTextStatus {
        needed {
            message "message" Text Body { personal } "The text.";
        }
        optional {
            background_color "backgroundColor" Text Body {} "The colour behind it, `#228B22`, anything but white: the letters are. Defaults to upstream's black.";
            font "font" Text Body {} "`SERIF`, `SANS_SERIF`, `NORICAN_REGULAR`, `BRYNDAN_WRITE` or `OSWALD_HEAVY`.";
            participants "participants" Texts Body {} "Who sees it: their chats. Defaults to all who have the number in their contacts.";
        }
    }
}
