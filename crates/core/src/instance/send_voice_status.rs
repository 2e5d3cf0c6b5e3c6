//! `POST /waInstance{idInstance}/sendVoiceStatus/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/statuses/SendVoiceStatus/>

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
        operation: Cow::Borrowed("sendVoiceStatus"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendVoiceStatus/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(5.0)),
        page: "https://green-api.com/en/docs/api/statuses/SendVoiceStatus/",
        prose: include_str!("send_voice_status.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_voice_status.md")]
    pub async fn send_voice_status(&self, status: SendVoiceStatus) -> Result<SentMessage, Error> {
        self.get(&OPERATION, status).await
    }
}

takes! {
    /// What sendVoiceStatus takes: the recording, and who hears it.
    SendVoiceStatus {
        needed {
            url_file "urlFile" Text Body { personal } "The file's address: the file itself must be there, and no page that offers it.";
            file_name "fileName" Text Body {} "Its name, with its ending.";
        }
        optional {
            background_color "backgroundColor" Text Body {} "The colour behind it: `#228B22`.";
            participants "participants" Texts Body {} "Who sees it: their chats. Defaults to all who have the number in their contacts.";
        }
    }
}
