//! Contents of messages, typed: one class for each kind of `messageData` that upstream documents.
//!
//! <https://green-api.com/en/docs/api/receiving/notifications-format/incoming-message/Webhook-IncomingMessageReceived/>

use std::fmt;

use serde_json::Value;

use super::read::at;
use crate::{
    FieldValue,
    model::{Field, Kind, Model, Record, record},
};

/// Declares a class of contents, with the fields that all of them have around its own.
macro_rules! content {
    ($(#[doc = $text:literal])* $name:ident { $($own:tt)* }) => {
        record! {
            $(#[doc = $text])*
            ///
            /// Its `Debug` shows nothing that people wrote.
            $name "" {
                type_message "typeMessage" Text {} "What the message is: `textMessage`, `imageMessage` and so on.";
                $($own)*
                is_forwarded "isForwarded" Flag {} "Whether it was forwarded.";
                forwarding_score "forwardingScore" Int {} "How often it was forwarded.";
                quoted_message_id "quotedMessageId" Text {} "The id of the message that it replies or reacts to.";
                quoted_sender "quotedSender" Text {} "Who wrote that one.";
                quoted_message "quotedMessage" Json { personal } "That one as it came.";
                message_data "messageData" Json { personal } "The content as it came, whole.";
            }
        }
    };
}

/// Declares the classes, and the enum of all of them: the `typeMessage`s that have each, and the objects of
/// `messageData` that its fields stand in.
macro_rules! contents {
    ($(
        $(#[doc = $text:literal])*
        $variant:ident $name:ident [$($type:literal),*] in [$($object:literal),*] { $($own:tt)* }
    )*) => {
        $(content! { $(#[doc = $text])* $name { $($own)* } })*

        content! {
            /// The content of a message of which this version knows no more: see its `message_data`.
            UnknownContent {}
        }

        /// The content of a message, by its `typeMessage`.
        ///
        /// Its `Debug` shows nothing that people wrote.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Content {
            $($(#[doc = $text])* $variant($name),)*
            /// The content of a message of which this version knows no more.
            Unknown(UnknownContent),
        }

        impl Content {
            /// That of this `messageData`.
            pub(super) fn read(data: &Value) -> Self {
                match data.get("typeMessage").and_then(Value::as_str) {
                    $(Some($($type)|*) => Self::$variant($name(view($name::MODEL, &[$($object),*], data))),)*
                    _ => Self::Unknown(UnknownContent(view(UnknownContent::MODEL, &[], data))),
                }
            }

            /// The content by its fields, whatever its class.
            pub fn record(&self) -> &Record {
                match self {
                    $(Self::$variant(one) => &one.0,)*
                    Self::Unknown(one) => &one.0,
                }
            }
        }

        impl From<Content> for Record {
            fn from(content: Content) -> Self {
                match content {
                    $(Content::$variant(one) => one.0,)*
                    Content::Unknown(one) => one.0,
                }
            }
        }

        /// The models, in the order of the contract.
        pub(crate) const CONTENTS: &[&Model] = &[$($name::MODEL,)* UnknownContent::MODEL];

        /// The class of each `typeMessage`; any other is an `UnknownContent`.
        pub(crate) const CONTENT_TYPES: &[(&str, &str)] = &[$($(($type, stringify!($name)),)*)*];
    };
}

contents! {
    /// A text: plain, with a link, or a reply.
    Text TextContent ["textMessage", "extendedTextMessage", "quotedMessage"]
    in ["textMessageData", "extendedTextMessageData"] {
        text "text" Text { personal } "The text.";
        title "title" Text { personal } "The title of the linked page.";
        description "description" Text { personal } "The description of the linked page.";
        jpeg_thumbnail "jpegThumbnail" Text { personal } "Its preview, in base64.";
        is_template_message "isTemplateMessage" Flag {} "Whether it was made from a template.";
    }

    /// A picture, a video, an audio, a document or a sticker.
    File FileContent ["imageMessage", "videoMessage", "documentMessage", "audioMessage", "stickerMessage"]
    in ["fileMessageData"] {
        download_url "downloadUrl" Text { personal } "Where the file can be fetched, for some days.";
        caption "caption" Text { personal } "The text below it.";
        file_name "fileName" Text { personal } "Its name; right for documents, made up for others.";
        mime_type "mimeType" Text {} "Its media type: `image/jpeg`.";
        jpeg_thumbnail "jpegThumbnail" Text { personal } "A preview, in base64; empty for the largest pictures.";
        is_animated "isAnimated" Flag {} "Of a sticker: whether it moves.";
    }

    /// A place.
    Location LocationContent ["locationMessage"] in ["locationMessageData"] {
        name_location "nameLocation" Text { personal } "Its name.";
        address "address" Text { personal } "Its address.";
        latitude "latitude" Number { personal } "Degrees north.";
        longitude "longitude" Number { personal } "Degrees east.";
        jpeg_thumbnail "jpegThumbnail" Text { personal } "A preview, in base64.";
    }

    /// A contact.
    Contact ContactContent ["contactMessage"] in ["contactMessageData"] {
        display_name "displayName" Text { personal } "Its name.";
        vcard "vcard" Text { personal } "Its vCard.";
    }

    /// Several contacts.
    Contacts ContactsContent ["contactsArrayMessage"] in ["messageData"] {
        contacts "contacts" Json { personal list_of(Kind::Json) } "Each with a `displayName` and a `vcard`.";
    }

    /// A reaction to another message, the quoted one.
    Reaction ReactionContent ["reactionMessage"] in ["extendedTextMessageData"] {
        text "text" Text { personal } "The emoji; empty where it was taken back.";
    }

    /// A poll.
    Poll PollContent ["pollMessage"] in ["pollMessageData"] {
        name "name" Text { personal } "The question.";
        options "options" Json { personal list_of(Kind::Json) } "The answers to choose from, each with an `optionName`.";
        multiple_answers "multipleAnswers" Flag {} "Whether several may be chosen.";
    }

    /// Votes in a poll.
    PollUpdate PollUpdateContent ["pollUpdateMessage"] in ["pollMessageData"] {
        stanza_id "stanzaId" Text {} "The id of the poll's message.";
        name "name" Text { personal } "The question.";
        votes "votes" Json { personal list_of(Kind::Json) } "Each answer: an `optionName` with its `optionVoters`.";
        multiple_answers "multipleAnswers" Flag {} "Whether several may be chosen.";
    }

    /// An invitation to a group.
    GroupInvite GroupInviteContent ["groupInviteMessage"] in ["groupInviteMessageData"] {
        group_jid "groupJid" Text {} "The group: `…@g.us`.";
        group_name "groupName" Text { personal } "Its name.";
        invite_code "inviteCode" Text { personal } "What joins it: `https://chat.whatsapp.com/<code>`.";
        invite_expiration "inviteExpiration" Text {} "When it ends, as upstream has it.";
        caption "caption" Text { personal } "The text with it.";
        name "name" Text { personal } "The sender's name.";
        jpeg_thumbnail "jpegThumbnail" Text { personal } "A preview, in base64.";
    }

    /// A message was edited.
    Edited EditedContent ["editedMessage"] in ["editedMessageData"] {
        stanza_id "stanzaId" Text {} "The id of the message.";
        text "text" Text { personal } "Its text from then on.";
        caption "caption" Text { personal } "Of a file: its caption from then on.";
    }

    /// A message was deleted.
    Deleted DeletedContent ["deletedMessage"] in ["deletedMessageData"] {
        stanza_id "stanzaId" Text {} "The id of the message.";
    }

    /// A text with buttons, of the kind that WhatsApp no longer shows.
    Buttons ButtonsContent ["buttonsMessage"] in ["buttonsMessage"] {
        content_text "contentText" Text { personal } "The text.";
        footer "footer" Text { personal } "The text below it.";
        buttons "buttons" Json { personal list_of(Kind::Json) } "Each with a `buttonId` and a `buttonText`.";
    }

    /// A list to choose from.
    List ListContent ["listMessage"] in ["listMessage"] {
        content_text "contentText" Text { personal } "The text.";
        title "title" Text { personal } "The title.";
        footer "footer" Text { personal } "The text below it.";
        button_text "buttonText" Text { personal } "The text of the button that opens it.";
        sections "sections" Json { personal list_of(Kind::Json) } "Each with a `title` and its `rows`.";
    }

    /// A text with buttons, made from a template.
    Template TemplateContent ["templateMessage"] in ["templateMessage"] {
        content_text "contentText" Text { personal } "The text.";
        footer "footer" Text { personal } "The text below it.";
        buttons "buttons" Json { personal list_of(Kind::Json) } "Each with its `index`, and a `urlButton`, a `callButton` or a `quickReplyButton`.";
    }

    /// A text with buttons that copy, call or open an address, or that answer.
    InteractiveButtons InteractiveButtonsContent ["interactiveButtons", "interactiveButtonsReply"]
    in ["interactiveButtons", "interactiveButtonsReply"] {
        title_text "titleText" Text { personal } "The title.";
        content_text "contentText" Text { personal } "The text.";
        footer_text "footerText" Text { personal } "The text below it.";
        buttons "buttons" Json { personal list_of(Kind::Json) } "Each with its `type`, `buttonId` and `buttonText`.";
    }

    /// A button was pressed.
    ButtonReply ButtonReplyContent ["buttonsResponseMessage", "templateButtonsReplyMessage", "templateButtonReplyMessage"]
    in ["buttonsResponseMessage", "templateButtonReplyMessage"] {
        stanza_id "stanzaId" Text {} "The id of the message with the buttons.";
        selected_id "selectedId" Text {} "The id of the button.";
        selected_text "selectedText" Text { personal } "Its text.";
        selected_index "selectedIndex" Int {} "Of a template: its place.";
    }

    /// A product of a catalog. Upstream's page of its fields was not read: see its `message_data`.
    Product ProductContent ["productMessage"] in [] {}

    /// An order. Upstream's page of its fields was not read: see its `message_data`.
    Order OrderContent ["orderMessage"] in [] {}
}

impl Content {
    /// That of a message by its fields: for the bindings.
    #[doc(hidden)]
    #[must_use]
    pub fn of(message: &Record) -> Self {
        match message.value("message_data") {
            FieldValue::Json(data) => Self::read(data),
            _ => Self::read(&Value::Null),
        }
    }

    /// What the message is: `textMessage`, `imageMessage` and so on.
    pub fn type_message(&self) -> Option<&str> {
        match self.record().value("type_message") {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record().fmt(formatter)
    }
}

/// The fields of a class, wherever they stand.
fn view(model: &'static Model, objects: &[&str], data: &Value) -> Record {
    let inside = |wire: &str| objects.iter().filter_map(|object| data.get(object)).find_map(|object| object.get(wire));
    Record::seen(model, |field: &Field| match field.name {
        "message_data" => Some(data),
        "quoted_message_id" => {
            at(data, "quotedMessage.stanzaId").or_else(|| at(data, "extendedTextMessageData.stanzaId"))
        }
        "quoted_sender" => {
            at(data, "quotedMessage.participant").or_else(|| at(data, "extendedTextMessageData.participant"))
        }
        _ => spellings(field.wire).find_map(|wire| inside(wire).or_else(|| data.get(wire))),
    })
}

/// The names that upstream has for a field, one in each kind of message.
fn spellings(wire: &'static str) -> impl Iterator<Item = &'static str> {
    let others: &[&str] = match wire {
        "text" => &["textMessage"],
        "titleText" => &["header"],
        "contentText" => &["body"],
        "footerText" => &["footer"],
        "selectedId" => &["selectedButtonId"],
        "selectedText" => &["selectedButtonText", "selectedDisplayText"],
        _ => &[],
    };
    [wire].into_iter().chain(others.iter().copied())
}

#[cfg(test)]
mod tests;
