//! The classes, by upstream's tables and samples.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Content, read};
use crate::{
    FieldValue, Kind,
    model::{Model, Record, Returning, Returns, record},
};

/// Declares a class: the fields that all of them have, and its own between.
macro_rules! class {
    ($(#[doc = $text:literal])* $name:ident { $($own:tt)* }) => {
        record! {
            $(#[doc = $text])*
            $name "" {
                receipt_id "receiptId" Int {} "What `delete_notification` takes; nothing in a webhook.";
                type_webhook "typeWebhook" Text {} "Upstream's name of the type.";
                id_instance "instanceData.idInstance" Int {} "The instance's id.";
                wid "instanceData.wid" Text {} "The linked account: `79001234567@c.us`; empty without a phone.";
                type_instance "instanceData.typeInstance" Text {} "The messenger: `whatsapp`, `telegram` or `v3` (MAX).";
                timestamp "timestamp" Time {} "When it happened.";
                $($own)*
                body "body" Json { personal } "The notification as it came, whole.";
            }
        }
    };
}

/// Declares a class of messages, which all have the same fields.
macro_rules! message {
    ($(#[doc = $text:literal])* $name:ident) => {
        class! {
            $(#[doc = $text])*
            $name {
                id_message "idMessage" Text {} "The message's id.";
                chat_id "senderData.chatId" Text {} "The chat: `79001234567@c.us`, or a group's `…@g.us`.";
                chat_name "senderData.chatName" Text { personal } "The chat's name.";
                chat_type "senderData.chatType" Text {} "What the chat is; Telegram and MAX only.";
                sender "senderData.sender" Text {} "Who wrote it; in a group not the chat.";
                sender_name "senderData.senderName" Text { personal } "The sender's name.";
                sender_contact_name "senderData.senderContactName" Text { personal } "The sender's name in the phone's contacts.";
                sender_type "senderData.senderType" Text {} "What the sender is; Telegram and MAX only.";
                sender_phone_number "senderData.senderPhoneNumber" Text { phone } "The sender's phone number, digits; Telegram and MAX only.";
                type_message "messageData.typeMessage" Text {} "What the message is: `textMessage`, `imageMessage` and so on.";
                text "text" Text { personal } "The text of a text message, be it plain, with a link or a reply.";
                message_data "messageData" Json { personal } "The message as it came; its shape goes by `type_message`.";
            }
        }

        impl $name {
            /// The message by its kind: a text, a file, a place; read when it is asked for.
            pub fn content(&self) -> Content {
                Content::of(&self.0)
            }
        }
    };
}

message! {
    /// A message came in.
    IncomingMessageReceived
}

message! {
    /// A message was sent from the phone.
    OutgoingMessageReceived
}

message! {
    /// A message was sent through the API.
    OutgoingApiMessageReceived
}

class! {
    /// A sent message got on, or failed.
    OutgoingMessageStatus {
        chat_id "chatId" Text {} "The chat.";
        id_message "idMessage" Text {} "The message's id.";
        status "status" Text {} "`sent`, `delivered`, `read`, `failed`, `noAccount` or `notInGroup`; `suspended` or, in older days, `yellowCard`, where WhatsApp restricts the account.";
        description "description" Text {} "Why it failed.";
        send_by_api "sendByApi" Flag {} "Whether it was sent through the API.";
    }
}

class! {
    /// The authorization state changed.
    StateInstanceChanged {
        state_instance "stateInstance" Text {} "The state from then on.";
    }
}

class! {
    /// The socket to the messenger opened or closed. Upstream calls it deprecated.
    StatusInstanceChanged {
        status_instance "statusInstance" Text {} "`online` or `offline`.";
    }
}

class! {
    /// The phone's state. Upstream says that it does not work.
    DeviceInfo {
        platform "deviceData.platform" Text {} "The operating system.";
        device_manufacturer "deviceData.deviceManufacturer" Text {} "Who made the phone.";
        device_model "deviceData.deviceModel" Text {} "The phone's model.";
        os_version "deviceData.osVersion" Text {} "The operating system's version.";
        wa_version "deviceData.waVersion" Text {} "WhatsApp's version.";
        battery "deviceData.battery" Int {} "The battery's level in percent.";
    }
}

class! {
    /// Somebody called.
    IncomingCall {
        id_message "idMessage" Text {} "The call's id.";
        caller "from" Text {} "Who called: upstream's `from`.";
        status "status" Text {} "`pickUp`, `hungUp` or `declined`.";
        is_video "isVideo" Flag {} "Whether it was a video call.";
    }
}

class! {
    /// The phone called somebody.
    OutgoingCall {
        id_message "idMessage" Text {} "The call's id.";
        caller "from" Text {} "The account that called: upstream's `from`.";
        status "status" Text {} "`pickUp`, `hungUp`, `declined` or `invalid`.";
        is_video "isVideo" Flag {} "Whether it was a video call.";
        duration "duration" Int {} "How long it was, in seconds.";
        participants "participants" Json { list_of(Kind::Json) } "Who was called, each with an `id` and a `status`.";
    }
}

class! {
    /// A chat blocked the account, or allowed it again. Upstream says that it does not work.
    IncomingBlock {
        chat_id "chatId" Text {} "The chat.";
        chat_state "chatState" Text {} "Its state: `blocked`.";
    }
}

class! {
    /// The answer to a method that upstream has removed: see its `body`.
    AvatarInfo {}
}

class! {
    /// A monthly quota of the plan is used up.
    ///
    /// Upstream was seen to send it as `incomingBlock` too: `type_webhook` is as it came.
    QuotaExceeded {
        method "quotaData.method" Text {} "Whose quota it is: a method, or `correspondents` for that of chats.";
        used "quotaData.used" Int {} "How much is used.";
        total "quotaData.total" Int {} "How much the plan has.";
        status "quotaData.status" Text {} "Upstream's name for it.";
        description "quotaData.description" Text {} "Upstream's words, with the chats that are still possible.";
    }
}

class! {
    /// A notification of a type that this version does not know: see its `body`.
    UnknownNotification {}
}

class! {
    /// A notification that cannot be read: cut or broken on its way, or no JSON at all.
    ///
    /// Only `notifications` gives such a one, once upstream has sent it twice; it is acknowledged like any other. Its
    /// `type_webhook` is `unreadable`, a word of this library.
    UnreadableNotification {
        raw "raw" Text { personal } "What came, as text.";
    }
}

/// The type of what cannot be read: a word of ours.
const UNREADABLE: &str = "unreadable";

/// Declares the enum of all classes, by their types.
macro_rules! notification {
    ($($name:ident $type:literal $doc:literal;)*) => {
        /// Something that an instance has to tell.
        ///
        /// Its `Debug` shows nothing that people wrote.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Notification {
            $(#[doc = $doc] $name($name),)*
            /// A type that this version does not know.
            Unknown(UnknownNotification),
            /// What cannot be read.
            Unreadable(UnreadableNotification),
        }

        impl Notification {
            /// One with this body; `receipt_id` is that of the queue.
            pub(crate) fn read(receipt_id: Option<u64>, body: &Value) -> Self {
                match read::kind(body) {
                    $(Some($type) => Self::$name($name(read::record($name::MODEL, receipt_id, body))),)*
                    _ => Self::Unknown(UnknownNotification(read::record(UnknownNotification::MODEL, receipt_id, body))),
                }
            }

            /// What came in place of one, by its receipt.
            pub(crate) fn unreadable(receipt_id: u64, raw: &str) -> Self {
                let (receipt_id, kind, raw) = (receipt_id.into(), UNREADABLE.into(), raw.into());
                Self::Unreadable(UnreadableNotification(Record::seen(UnreadableNotification::MODEL, |field| {
                    match field.name {
                        "receipt_id" => Some(&receipt_id),
                        "type_webhook" => Some(&kind),
                        "raw" => Some(&raw),
                        _ => None,
                    }
                })))
            }

            /// The notification by its fields, whatever its class.
            pub fn record(&self) -> &Record {
                match self {
                    $(Self::$name(one) => &one.0,)*
                    Self::Unknown(one) => &one.0,
                    Self::Unreadable(one) => &one.0,
                }
            }
        }

        impl From<Notification> for Record {
            fn from(notification: Notification) -> Self {
                match notification {
                    $(Notification::$name(one) => one.0,)*
                    Notification::Unknown(one) => one.0,
                    Notification::Unreadable(one) => one.0,
                }
            }
        }

        $(
            impl From<$name> for Notification {
                fn from(one: $name) -> Self {
                    Self::$name(one)
                }
            }
        )*

        /// The models, in the order of the contract.
        pub(crate) const MODELS: &[&Model] = &[$($name::MODEL,)* UnknownNotification::MODEL, UnreadableNotification::MODEL];

        /// The class of each type.
        pub(crate) const TYPES: &[(&str, &str)] = &[$(($type, stringify!($name))),*];
    };
}

notification! {
    IncomingMessageReceived "incomingMessageReceived" "A message came in.";
    OutgoingMessageReceived "outgoingMessageReceived" "A message was sent from the phone.";
    OutgoingApiMessageReceived "outgoingAPIMessageReceived" "A message was sent through the API.";
    OutgoingMessageStatus "outgoingMessageStatus" "A sent message got on, or failed.";
    StateInstanceChanged "stateInstanceChanged" "The authorization state changed.";
    StatusInstanceChanged "statusInstanceChanged" "The socket to the messenger opened or closed.";
    DeviceInfo "deviceInfo" "The phone's state.";
    IncomingCall "incomingCall" "Somebody called.";
    OutgoingCall "outgoingCall" "The phone called somebody.";
    IncomingBlock "incomingBlock" "A chat blocked the account.";
    AvatarInfo "avatarInfo" "The answer to a method that upstream has removed.";
    QuotaExceeded "quotaExceeded" "A monthly quota of the plan is used up.";
}

/// The types of a class that are not its own: upstream was seen to send this one under another's name, and one is of ours.
const OTHER_TYPES: [(&str, &str); 2] = [("incomingBlock", "QuotaExceeded"), (UNREADABLE, "UnreadableNotification")];

/// Every type that notifications of the class come under.
pub(crate) fn types_of(class: &str) -> impl Iterator<Item = &'static str> {
    TYPES.iter().chain(&OTHER_TYPES).filter(move |(_, name)| *name == class).map(|(kind, _)| *kind)
}

impl Notification {
    /// What `delete_notification` takes; nothing in a webhook.
    pub fn receipt_id(&self) -> Option<u64> {
        self.number("receipt_id")
    }

    /// Upstream's name of the type.
    pub fn type_webhook(&self) -> Option<&str> {
        match self.record().value("type_webhook") {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The instance's id.
    pub fn id_instance(&self) -> Option<u64> {
        self.number("id_instance")
    }

    /// When it happened.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self.record().value("timestamp") {
            FieldValue::Time(time) => Some(time),
            _ => None,
        }
    }

    /// The notification as it came, whole.
    pub fn body(&self) -> &Value {
        match self.record().value("body") {
            FieldValue::Json(body) => body,
            _ => &Value::Null,
        }
    }

    /// The JSON of it: the fields in upstream's names, and the `body`.
    pub fn to_json(&self) -> Map<String, Value> {
        self.record().to_json(true)
    }

    fn number(&self, field: &str) -> Option<u64> {
        match self.record().value(field) {
            FieldValue::Int(number) => Some(number),
            _ => None,
        }
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record().fmt(formatter)
    }
}

impl Returning for Option<Notification> {
    const RETURNS: Returns = Returns::OneOrNothing("Notification");
}
