//! `POST /waInstance{idInstance}/sendPoll/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendPoll/>

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
        operation: Cow::Borrowed("sendPoll"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendPoll/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendPoll/",
        prose: include_str!("send_poll.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_poll.md")]
    pub async fn send_poll(&self, poll: SendPoll) -> Result<SentMessage, Error> {
        self.get(&OPERATION, poll).await
    }
}

takes! {
    /// What sendPoll takes: the chat, the question, and its answers.
    SendPoll {
        needed {
            chat_id "chatId" Text Body {} told!(chat);
            message "message" Text Body { personal } "The question.";
            options "options" Objects Body { of_parts(OPTIONS) within(2, 12) personal }
                "The answers to choose from, 2 to 12: texts, or objects of an `option_name`.";
        }
        optional {
            multiple_answers "multipleAnswers" Flag Body {} "Whether several may be chosen. Defaults to upstream's false.";
            quoted_message_id "quotedMessageId" Text Body {} told!(quoted);
        }
    }
}

const OPTIONS: &[Param] =
    &[Param::new("option_name", "optionName", Kind::Text, Place::Body, "What it says.").required()];
