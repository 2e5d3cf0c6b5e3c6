//! Forms of the sending methods: what they take, and how upstream refuses what they do not.

use serde_json::{Map, Value};

/// A sending method with its fields.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) method: &'static str,
    fields: &'static [(&'static str, Kind, Need)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    Object,
    List,
    /// A list of texts.
    Texts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

impl Form {
    /// The form of a method, if it sends.
    pub(super) fn of(method: &str) -> Option<&'static Self> {
        FORMS.iter().find(|form| form.method == method)
    }

    /// Checks a call's fields; the first fault found is told in upstream's words.
    ///
    /// Evidence: `Validation failed. Details: 'chatId' is required` is documented. The other details are worded as the
    /// library does that this one is known from (Joi).
    pub(super) fn check(&self, body: &Map<String, Value>, type_instance: &str) -> Result<(), String> {
        self.fields
            .iter()
            .try_for_each(|(name, kind, need)| check_field(name, *kind, *need, body.get(*name)))
            .and_then(|()| check_chat_id(body, type_instance))
            .and_then(|()| check_size(body, type_instance))
            .and_then(|()| check_inside(body))
            .map_err(|details| format!("Validation failed. Details: {details}"))
    }
}

fn check_field(name: &str, kind: Kind, need: Need, value: Option<&Value>) -> Result<(), String> {
    let Some(value) = value else {
        return if need == Need::Required { Err(format!("'{name}' is required")) } else { Ok(()) };
    };
    let (fits, must_be) = match kind {
        Kind::Text => (value.is_string(), "be a string"),
        Kind::Number => (value.is_number(), "be a number"),
        Kind::Flag => (value.is_boolean(), "be a boolean"),
        Kind::Object => (value.is_object(), "be of type object"),
        Kind::List => (value.is_array(), "be an array"),
        Kind::Texts => {
            (value.as_array().is_some_and(|items| items.iter().all(Value::is_string)), "be an array of strings")
        }
    };
    if !fits {
        return Err(format!("'{name}' must {must_be}"));
    }
    if need == Need::Required && value.as_str() == Some("") {
        return Err(format!("'{name}' is not allowed to be empty"));
    }
    Ok(())
}

/// A chat of WhatsApp is a number with `@c.us` (`@lid`) or a group with `@g.us`; one of Telegram or MAX is a number.
fn check_chat_id(body: &Map<String, Value>, type_instance: &str) -> Result<(), String> {
    let chat_id = body.get("chatId").and_then(Value::as_str).unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_valid = match (type_instance, chat_id.split_once('@')) {
        ("whatsapp", Some((number, "c.us" | "lid"))) => is_number(number),
        ("whatsapp", Some((group, "g.us"))) => group.split('-').all(is_number),
        ("whatsapp", _) => false,
        (_, chat) => chat.is_none() && is_number(chat_id.strip_prefix('-').unwrap_or(chat_id)),
    };
    match type_instance {
        _ if is_valid => Ok(()),
        "whatsapp" => {
            Err(r#"'chatId' must be one of the following formats: "phone_number@c.us" or "group_id@g.us""#.to_owned())
        }
        _ => Err("'chatId' must be a number in a string".to_owned()),
    }
}

fn check_size(body: &Map<String, Value>, type_instance: &str) -> Result<(), String> {
    let longest = if type_instance == "v3" { 4_000 } else { 20_000 };
    let message = body.get("message").and_then(Value::as_str).unwrap_or_default();
    if message.chars().count() > longest {
        return Err(format!("'message' length must be less than or equal to {longest} characters long"));
    }
    match body.get("options").and_then(Value::as_array).map(Vec::len) {
        Some(0 | 1) => Err("'options' must contain at least 2 items".to_owned()),
        Some(13..) => Err("'options' must contain less than or equal to 12 items".to_owned()),
        _ => Ok(()),
    }
}

/// What stands inside of lists and objects: answers of a poll, buttons, a contact.
fn check_inside(body: &Map<String, Value>) -> Result<(), String> {
    let text_of = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(|text| text.chars().count());
    for (list, needed) in [("options", &["optionName"][..]), ("buttons", &["buttonId", "buttonText"])] {
        let items = body.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (place, item) in items.iter().enumerate() {
            if let Some(missing) = needed.iter().find(|name| text_of(item, name).is_none()) {
                return Err(format!("'{list}[{place}].{missing}' is required"));
            }
            if text_of(item, "buttonText").is_some_and(|length| length > 25) {
                return Err(format!(
                    "'buttons[{place}].buttonText' length must be less than or equal to 25 characters long"
                ));
            }
        }
        if list == "buttons" && items.len() > 3 {
            return Err("'buttons' must contain less than or equal to 3 items".to_owned());
        }
    }
    match body.get("contact") {
        Some(contact) if !contact["phoneContact"].is_u64() => Err("'contact.phoneContact' is required".to_owned()),
        _ => Ok(()),
    }
}

const FORMS: &[Form] = &[
    Form {
        method: "sendMessage",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("message", Kind::Text, Need::Required),
            ("quotedMessageId", Kind::Text, Need::Optional),
            ("linkPreview", Kind::Flag, Need::Optional),
            ("typePreview", Kind::Text, Need::Optional),
            ("customPreview", Kind::Object, Need::Optional),
            ("typingTime", Kind::Number, Need::Optional),
        ],
    },
    Form {
        method: "sendPoll",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("message", Kind::Text, Need::Required),
            ("options", Kind::List, Need::Required),
            ("multipleAnswers", Kind::Flag, Need::Optional),
            ("quotedMessageId", Kind::Text, Need::Optional),
        ],
    },
    Form {
        method: "sendFileByUrl",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("urlFile", Kind::Text, Need::Required),
            ("fileName", Kind::Text, Need::Required),
            ("caption", Kind::Text, Need::Optional),
            ("quotedMessageId", Kind::Text, Need::Optional),
            ("typingTime", Kind::Number, Need::Optional),
            ("typingType", Kind::Text, Need::Optional),
        ],
    },
    Form {
        method: "sendFileByUpload",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("urlFile", Kind::Text, Need::Required),
            ("fileName", Kind::Text, Need::Required),
            ("caption", Kind::Text, Need::Optional),
            ("quotedMessageId", Kind::Text, Need::Optional),
        ],
    },
    Form {
        method: "sendLocation",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("latitude", Kind::Number, Need::Required),
            ("longitude", Kind::Number, Need::Required),
            ("nameLocation", Kind::Text, Need::Optional),
            ("address", Kind::Text, Need::Optional),
        ],
    },
    Form {
        method: "sendContact",
        fields: &[("chatId", Kind::Text, Need::Required), ("contact", Kind::Object, Need::Required)],
    },
    Form { method: "sendInteractiveButtons", fields: BUTTONS },
    Form { method: "sendInteractiveButtonsReply", fields: BUTTONS },
    Form {
        method: "forwardMessages",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("chatIdFrom", Kind::Text, Need::Required),
            ("messages", Kind::Texts, Need::Required),
        ],
    },
    Form {
        method: "sendTyping",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("typingTime", Kind::Number, Need::Optional),
            ("typingType", Kind::Text, Need::Optional),
        ],
    },
    Form {
        method: "editMessage",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("idMessage", Kind::Text, Need::Required),
            ("message", Kind::Text, Need::Required),
        ],
    },
    Form {
        method: "deleteMessage",
        fields: &[
            ("chatId", Kind::Text, Need::Required),
            ("idMessage", Kind::Text, Need::Required),
            ("onlySenderDelete", Kind::Flag, Need::Optional),
        ],
    },
];

const BUTTONS: &[(&str, Kind, Need)] = &[
    ("chatId", Kind::Text, Need::Required),
    ("header", Kind::Text, Need::Optional),
    ("body", Kind::Text, Need::Required),
    ("footer", Kind::Text, Need::Optional),
    ("buttons", Kind::List, Need::Required),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_is_taken() {
        let rows = [
            ("whatsapp", "sendMessage", json!({ "chatId": "79001234567@c.us", "message": "a", "new": 1 })),
            ("whatsapp", "sendMessage", json!({ "chatId": "79001234567-1581234048@g.us", "message": "a" })),
            ("telegram", "sendMessage", json!({ "chatId": "-10000000", "message": "a" })),
            ("v3", "sendMessage", json!({ "chatId": "10000000", "message": "ж".repeat(4_000) })),
            ("whatsapp", "sendLocation", json!({ "chatId": "1@c.us", "latitude": 55.7, "longitude": 37 })),
        ];
        for (type_instance, method, body) in rows {
            assert_eq!(checked(type_instance, method, &body), Ok(()), "{method} {body}");
        }
    }

    #[test]
    fn the_first_fault_is_told() {
        let formats = r#"'chatId' must be one of the following formats: "phone_number@c.us" or "group_id@g.us""#;
        let long = "'message' length must be less than or equal to 4000 characters long";
        let rows = [
            ("whatsapp", "sendMessage", json!({}), "'chatId' is required"),
            ("whatsapp", "sendMessage", json!({ "chatId": "79001234567@c.us" }), "'message' is required"),
            (
                "whatsapp",
                "sendMessage",
                json!({ "chatId": "1@c.us", "message": "" }),
                "'message' is not allowed to be empty",
            ),
            ("whatsapp", "sendMessage", json!({ "chatId": 1, "message": "a" }), "'chatId' must be a string"),
            ("whatsapp", "sendMessage", json!({ "chatId": "79001234567", "message": "a" }), formats),
            ("whatsapp", "sendMessage", json!({ "chatId": "+79001234567@c.us", "message": "a" }), formats),
            (
                "telegram",
                "sendMessage",
                json!({ "chatId": "1@c.us", "message": "a" }),
                "'chatId' must be a number in a string",
            ),
            ("v3", "sendMessage", json!({ "chatId": "1", "message": "a".repeat(4_001) }), long),
            (
                "whatsapp",
                "sendPoll",
                json!({ "chatId": "1@c.us", "message": "a", "options": [{}] }),
                "'options' must contain at least 2 items",
            ),
            (
                "whatsapp",
                "sendContact",
                json!({ "chatId": "1@c.us", "contact": "a" }),
                "'contact' must be of type object",
            ),
            ("whatsapp", "sendFileByUrl", json!({ "chatId": "1@c.us", "urlFile": "a" }), "'fileName' is required"),
        ];
        for (type_instance, method, body, details) in rows {
            let expected = Err(format!("Validation failed. Details: {details}"));
            assert_eq!(checked(type_instance, method, &body), expected, "{method} {body}");
        }
    }

    fn checked(type_instance: &str, method: &str, body: &Value) -> Result<(), String> {
        Form::of(method).unwrap().check(body.as_object().unwrap(), type_instance)
    }
}
