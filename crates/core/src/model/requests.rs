//! What the methods with many arguments take, in Rust: each field as the operation's table has it.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::instance::Arguments;

/// Declares the arguments of a method: the mandatory ones, and a setter for each of the others.
macro_rules! request {
    ($(#[$meta:meta])* $name:ident($($required:ident),*) { $($field:ident $kind:ident $doc:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Default)]
        #[must_use]
        pub struct $name(Map<String, Value>);

        impl $name {
            /// What must be given.
            pub fn new($($required: impl Into<String>),*) -> Self {
                #[allow(unused_mut, reason = "not every method has mandatory arguments")]
                let mut fields = Map::new();
                $(fields.insert(stringify!($required).to_owned(), Value::String($required.into()));)*
                Self(fields)
            }

            $(request!(@setter $kind $field $doc);)*

            /// A field that upstream learned before this library did, sent as it is.
            pub fn extra(mut self, field: impl Into<String>, value: Value) -> Self {
                let extra = self.0.entry("extra").or_insert_with(|| Map::new().into());
                if let Value::Object(extra) = extra {
                    extra.insert(field.into(), value);
                }
                self
            }

            #[allow(dead_code, reason = "every setter uses it, and not every method has one")]
            fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
                self.0.insert(field.to_owned(), value.into());
                self
            }
        }

        impl From<$name> for Map<String, Value> {
            fn from(request: $name) -> Self {
                request.0
            }
        }

        /// By the names of the fields, here or upstream's; they are checked where they are sent.
        impl From<Map<String, Value>> for $name {
            fn from(fields: Map<String, Value>) -> Self {
                Self(fields)
            }
        }

        impl From<$name> for Arguments {
            fn from(request: $name) -> Self {
                Self(request.0)
            }
        }

        /// The names of what is given: the values may be secret.
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_tuple(stringify!($name)).field(&self.0.keys().collect::<Vec<_>>()).finish()
            }
        }
    };
    (@setter Text $field:ident $doc:literal) => {
        #[doc = $doc]
        pub fn $field(self, value: impl Into<String>) -> Self {
            self.with(stringify!($field), value.into())
        }
    };
    (@setter Int $field:ident $doc:literal) => {
        #[doc = $doc]
        pub fn $field(self, value: u64) -> Self {
            self.with(stringify!($field), value)
        }
    };
    (@setter Flag $field:ident $doc:literal) => {
        #[doc = $doc]
        pub fn $field(self, value: bool) -> Self {
            self.with(stringify!($field), value)
        }
    };
    (@setter Json $field:ident $doc:literal) => {
        #[doc = $doc]
        pub fn $field(self, value: Value) -> Self {
            self.with(stringify!($field), value)
        }
    };
}

request! {
    /// What sendMessage takes: the chat, the text, and how it looks.
    SendMessage(chat_id, message) {
        quoted_message_id Text "The message that is answered.";
        link_preview Flag "Whether a link gets a preview. Defaults to upstream's true.";
        type_preview Text "The size of the preview: `large` or `small`.";
        custom_preview Json "A preview of one's own: title, description, link, urlFile, jpegThumbnail.";
        typing_time Int "Milliseconds to show typing before: 1000 to 20000.";
    }
}

request! {
    /// What sendFileByUrl takes: the chat, where the file is, and its name.
    SendFileByUrl(chat_id, url_file, file_name) {
        caption Text "A text below the file.";
        quoted_message_id Text "The message that is answered.";
        typing_time Int "Milliseconds to show typing before: 1000 to 20000.";
        typing_type Text "`recording` shows a recording instead of typing.";
    }
}

request! {
    /// What sendFileByUpload takes beside the file: the chat.
    SendFileByUpload(chat_id) {
        file_name Text "The name that the chat shows, with its ending. Defaults to the file's own.";
        caption Text "A text below the file.";
        quoted_message_id Text "The message that is answered.";
    }
}

impl SetSettings {
    /// No setting: upstream is asked to apply what it has once more, as its support has one do after a reboot.
    pub fn reapply() -> Self {
        Self::new().with("reapply", true)
    }

    /// Looks for the settings until they show, for 300 seconds unless told otherwise; where they do not, the instance is
    /// rebooted once, they are set again and looked for as long. What never shows is `refused`.
    pub fn verify(self, timeout: Option<Duration>) -> Self {
        let order = self.with("verify", true);
        match timeout {
            Some(timeout) => order.with("verify_timeout", timeout.as_secs_f64()),
            None => order,
        }
    }
}

request! {
    /// What setSettings takes: at least one setting; what is not given stays as it is.
    SetSettings() {
        webhook_url Text "The URL that upstream posts notifications to; empty: none.";
        webhook_url_token Text "What upstream puts into the `Authorization` header of a notification. Secret.";
        delay_send_messages_milliseconds Int "Milliseconds between two messages sent, 500 to 600000.";
        mark_incoming_messages_readed Flag "Mark incoming messages as read.";
        mark_incoming_messages_readed_on_reply Flag "Mark incoming messages as read when one is answered.";
        outgoing_webhook Flag "Notify of the status of sent messages.";
        outgoing_message_webhook Flag "Notify of messages sent from the phone.";
        outgoing_api_message_webhook Flag "Notify of messages sent through the API.";
        state_webhook Flag "Notify of changes of the authorization state.";
        incoming_webhook Flag "Notify of incoming messages and files.";
        device_webhook Flag "Notify of the phone's state. Temporarily not working, says upstream.";
        keep_online_status Flag "Show the account as online; the phone then makes no notification sounds.";
        poll_message_webhook Flag "Notify of polls.";
        incoming_block_webhook Flag "Notify of chats that block the account. Temporarily not working, says upstream.";
        incoming_call_webhook Flag "Notify of calls; needs `incoming_webhook` too.";
        edited_message_webhook Flag "Notify of edited messages.";
        deleted_message_webhook Flag "Notify of deleted messages.";
        auto_typing Int "Seconds to show typing before each message, 0 to 10.";
        link_preview Flag "Give links a preview.";
        enable_lid_mode Flag "Name chats by WhatsApp's new identifiers (LID).";
    }
}
