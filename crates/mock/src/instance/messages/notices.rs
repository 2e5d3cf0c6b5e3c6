//! Bodies of notifications.

use serde_json::{Map, Value, json};

use crate::{instance::queue::Message, state::State, sync::lock};

/// Whose notification it is, and of when.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    id_instance: u64,
    /// Empty before the instance has a phone.
    wid: String,
    pub(super) type_instance: String,
    timestamp: i64,
}

impl Author {
    pub(crate) fn of(state: &State, id_instance: u64) -> Self {
        let timestamp = state.clock.now().as_second();
        let account = lock(&state.account);
        let (wid, type_instance) = account.instance(id_instance).map_or_else(Default::default, |instance| {
            (instance.wid().unwrap_or_default(), instance.type_instance.clone())
        });
        Self { id_instance, wid, type_instance, timestamp }
    }

    /// A notification of a type: what all of them have, then what this one has.
    pub(crate) fn about(&self, type_webhook: &str, rest: Value) -> Value {
        let mut body = json!({
            "typeWebhook": type_webhook,
            "instanceData": { "idInstance": self.id_instance, "wid": self.wid, "typeInstance": self.type_instance },
            "timestamp": self.timestamp,
        });
        if let (Value::Object(body), Value::Object(rest)) = (&mut body, rest) {
            body.extend(rest);
        }
        body
    }
}

/// `outgoingAPIMessageReceived`: what was sent, in the form of a message that came in.
pub(super) fn sent(author: &Author, message: &Message) -> Value {
    author.about(
        "outgoingAPIMessageReceived",
        json!({
            "idMessage": message.id,
            "senderData": {
                "chatId": message.chat_id(),
                "chatName": "",
                "sender": author.wid,
                "senderName": "",
                "senderContactName": "",
            },
            "messageData": message_data(message),
        }),
    )
}

/// `outgoingMessageStatus`: how far a message has come.
pub(super) fn status(author: &Author, message: &Message, status: &str) -> Value {
    author.about(
        "outgoingMessageStatus",
        json!({
            "chatId": message.chat_id(),
            "idMessage": message.id,
            "status": status,
            "sendByApi": true,
        }),
    )
}

/// `incomingMessageReceived`, of which a test says what it wants: `chatId`, `text`, `sender`, `senderName`, `chatName`.
/// Every other field goes into the notification as it is.
pub(super) fn received(author: &Author, id_message: &str, fields: &Map<String, Value>) -> Value {
    let is_whatsapp = author.type_instance == "whatsapp";
    let text = |field: &str| fields.get(field).and_then(Value::as_str);
    let chat_id = text("chatId").unwrap_or(if is_whatsapp { "79876543210@c.us" } else { "10000000" });
    let name = text("senderName").unwrap_or("Green API");
    let mut sender = json!({
        "chatId": chat_id,
        "chatName": text("chatName").unwrap_or(name),
        "sender": text("sender").unwrap_or(chat_id),
        "senderName": name,
        "senderContactName": "",
    });
    if !is_whatsapp {
        sender["chatType"] = "user".into();
        sender["senderType"] = "user".into();
        sender["senderPhoneNumber"] = 79_876_543_210_u64.into();
    }
    let mut body = author.about(
        "incomingMessageReceived",
        json!({
            "idMessage": id_message,
            "senderData": sender,
            "messageData": {
                "typeMessage": "textMessage",
                "textMessageData": { "textMessage": text("text").unwrap_or("Hello! This is a text message.") },
            },
        }),
    );
    for (field, value) in fields {
        if !["chatId", "text", "sender", "senderName", "chatName"].contains(&field.as_str()) {
            body[field] = value.clone();
        }
    }
    body
}

/// `messageData` of a message that was sent.
fn message_data(message: &Message) -> Value {
    let field = |name: &str| message.body.get(name).cloned().unwrap_or_default();
    let text = |name: &str| field(name).as_str().unwrap_or_default().to_owned();
    match message.method {
        "sendPoll" => json!({
            "typeMessage": "pollMessage",
            "pollMessageData": {
                "name": field("message"),
                "options": field("options"),
                "multipleAnswers": field("multipleAnswers").as_bool().unwrap_or_default(),
            },
        }),
        "sendLocation" => json!({
            "typeMessage": "locationMessage",
            "locationMessageData": {
                "nameLocation": text("nameLocation"),
                "address": text("address"),
                "latitude": field("latitude"),
                "longitude": field("longitude"),
                "jpegThumbnail": "",
            },
        }),
        "sendContact" => {
            let contact = field("contact");
            let part = |name: &str| contact.get(name).and_then(Value::as_str).unwrap_or_default();
            let names = [part("firstName"), part("middleName"), part("lastName")];
            let display_name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
            let phone = contact.get("phoneContact").map(ToString::to_string).unwrap_or_default();
            json!({
                "typeMessage": "contactMessage",
                "contactMessageData": {
                    "displayName": display_name,
                    "vcard": format!("BEGIN:VCARD\nVERSION:3.0\nFN:{display_name}\nTEL:{phone}\nEND:VCARD"),
                },
            })
        }
        "sendInteractiveButtons" => json!({
            "typeMessage": "interactiveButtons",
            "interactiveButtons": {
                "titleText": text("header"),
                "contentText": text("body"),
                "footerText": text("footer"),
                "buttons": field("buttons"),
            },
        }),
        "sendInteractiveButtonsReply" => json!({
            "typeMessage": "interactiveButtonsReply",
            "interactiveButtonsReply": {
                "header": text("header"),
                "body": text("body"),
                "footer": text("footer"),
                "buttons": field("buttons"),
            },
        }),
        "sendFileByUrl" => {
            let file_name = text("fileName");
            let (type_message, mime_type) = kind_of_file(&file_name);
            json!({
                "typeMessage": type_message,
                "fileMessageData": {
                    "downloadUrl": field("urlFile"),
                    "caption": text("caption"),
                    "fileName": file_name,
                    "jpegThumbnail": "",
                    "mimeType": mime_type,
                },
            })
        }
        _ => json!({ "typeMessage": "textMessage", "textMessageData": { "textMessage": field("message") } }),
    }
}

/// The type of message that a file becomes, and its media type, by the end of its name.
fn kind_of_file(file_name: &str) -> (&'static str, &'static str) {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("jpg" | "jpeg") => ("imageMessage", "image/jpeg"),
        Some("png") => ("imageMessage", "image/png"),
        Some("mp4") => ("videoMessage", "video/mp4"),
        Some("mp3") => ("audioMessage", "audio/mpeg"),
        Some("ogg") => ("audioMessage", "audio/ogg"),
        Some("pdf") => ("documentMessage", "application/pdf"),
        _ => ("documentMessage", "application/octet-stream"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_file_message_follows_its_name() {
        let rows = [
            ("cat.JPG", ("imageMessage", "image/jpeg")),
            ("a.b.mp4", ("videoMessage", "video/mp4")),
            ("voice.ogg", ("audioMessage", "audio/ogg")),
            ("price.pdf", ("documentMessage", "application/pdf")),
            ("jpg", ("documentMessage", "application/octet-stream")),
        ];
        for (file_name, expected) in rows {
            assert_eq!(kind_of_file(file_name), expected, "{file_name}");
        }
    }
}
