//! `POST /waInstance{idInstance}/sendInteractiveButtonsReply/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendInteractiveButtonsReply/>

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
        operation: Cow::Borrowed("sendInteractiveButtonsReply"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendInteractiveButtonsReply/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/sending/SendInteractiveButtonsReply/",
        prose: include_str!("send_interactive_buttons_reply.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_interactive_buttons_reply.md")]
    pub async fn send_interactive_buttons_reply(
        &self,
        message: SendInteractiveButtonsReply,
    ) -> Result<SentMessage, Error> {
        self.get(&OPERATION, message).await
    }
}

takes! {
    /// What sendInteractiveButtonsReply takes: the chat, the text, and the buttons below it.
    SendInteractiveButtonsReply {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            body "body" Text Body { personal } "The text.";
            buttons "buttons" Objects Body { of_parts(BUTTONS) within(1, 3) personal }
                "The buttons, up to 3: a `button_id`, and a `button_text` of up to 25 letters.";
        }
        optional {
            header "header" Text Body { personal } "A title above the text.";
            footer "footer" Text Body { personal } "A line below the text.";
        }
    }
}

const BUTTONS: &[Param] = &[
    Param::new("button_id", "buttonId", Kind::Text, Place::Body, "Its id, of your choice.").required(),
    Param::new("button_text", "buttonText", Kind::Text, Place::Body, "What it says.").required().within(1, 25),
];
