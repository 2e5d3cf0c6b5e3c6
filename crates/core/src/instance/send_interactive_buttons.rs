//! `POST /waInstance{idInstance}/sendInteractiveButtons/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendInteractiveButtons/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation, Param, Place,
    arguments::{takes, told},
    never, read,
};
use crate::{
    InstanceClient, SentMessage, config,
    endpoint::{Class, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendInteractiveButtons"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendInteractiveButtons/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/sending/SendInteractiveButtons/",
        prose: include_str!("send_interactive_buttons.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_interactive_buttons.md")]
    pub async fn send_interactive_buttons(&self, message: SendInteractiveButtons) -> Result<SentMessage, Error> {
        self.get(&OPERATION, message).await
    }
}

takes! {
    /// What sendInteractiveButtons takes: the chat, the text, and the buttons below it.
    SendInteractiveButtons {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            body "body" Text Body { personal } "The text, up to 20,000 characters.";
            buttons "buttons" Objects Body { of_parts(BUTTONS) within(1, 3) personal }
                "The buttons, up to 3: a `type` (`copy`, `call` or `url`), a `button_id`, a `button_text` of up to 25 letters, and by its type a `copy_code`, a `phone_number` or a `url`.";
        }
        optional {
            header "header" Text Body { personal } "A title above the text.";
            footer "footer" Text Body { personal } "A line below the text.";
        }
    }
}

const BUTTONS: &[Param] = &[
    Param::new("type", "type", Kind::Text, Place::Body, "What it does: `copy`, `call`, `url`.").required(),
    Param::new("button_id", "buttonId", Kind::Text, Place::Body, "Its id, of your choice.").required(),
    Param::new("button_text", "buttonText", Kind::Text, Place::Body, "What it says.").required().within(1, 25),
    Param::new("copy_code", "copyCode", Kind::Text, Place::Body, "What `copy` copies."),
    Param::new("phone_number", "phoneNumber", Kind::Text, Place::Body, "The number that `call` calls: digits."),
    Param::new("url", "url", Kind::Text, Place::Body, "The page that `url` opens."),
];
