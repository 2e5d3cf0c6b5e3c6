//! `POST /waInstance{idInstance}/sendFileByUpload/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/sending/SendFileByUpload/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{takes, told},
    never, read,
};
use crate::{
    File, InstanceClient, SentMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<SentMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendFileByUpload"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendFileByUpload/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::UPLOAD_TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(50.0)),
        page: "https://green-api.com/en/docs/api/sending/SendFileByUpload/",
        prose: include_str!("send_file_by_upload.md"),
    },
    host: Host::Media,
    params: PARAMS,
    read: read::sent,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_file_by_upload.md")]
    pub async fn send_file_by_upload(&self, message: SendFileByUpload, file: File) -> Result<SentMessage, Error> {
        self.ask(&OPERATION, message.into(), Some(file), self.call_options()).await
    }
}

takes! {
    /// What sendFileByUpload takes beside the file: the chat.
    SendFileByUpload {
        needed {
            chat_id "chatId" Text Form {} told!(chat);
        }
        file { file "file" "The file: its bytes, or its path. Up to 100 MB."; }
        optional {
            file_name "fileName" Text Form {} "The name that the chat shows, with its ending. Defaults to the file's own.";
            caption "caption" Text Form { personal } "A text below the file.";
            quoted_message_id "quotedMessageId" Text Form {} told!(quoted);
        }
    }
}
