//! `POST /waInstance{idInstance}/sendContact/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendContact/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation, Param, Place,
    arguments::{takes, told},
    never, read,
};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendContact"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendContact/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendContact/",
        prose: include_str!("send_contact.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_contact.md")]
    pub async fn send_contact(&self, contact: SendContact) -> Result<SentMessage, Error> {
        self.get(&OPERATION, contact).await
    }
}

takes! {
    /// What sendContact takes: the chat, and whose card it is.
    SendContact {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            contact "contact" Object Body { of_parts(CONTACT) personal }
                "The card: its `phone_contact`, and what is known of `first_name`, `middle_name`, `last_name` and `company`.";
        }
        optional {}
    }
}

const CONTACT: &[Param] = &[
    Param::new("phone_contact", "phoneContact", Kind::Phone, Place::Body, "The phone number, international.")
        .required(),
    Param::new("first_name", "firstName", Kind::Text, Place::Body, "The first name."),
    Param::new("middle_name", "middleName", Kind::Text, Place::Body, "The middle name."),
    Param::new("last_name", "lastName", Kind::Text, Place::Body, "The last name."),
    Param::new("company", "company", Kind::Text, Place::Body, "The company."),
];
