//! Tests of what every class makes of upstream's samples, and of anything else.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value, json};

use crate::{Notification, Record, notification::MODELS, parse_notification};

/// A file, its class, and fields with their values as text.
type Sample = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What of its own each sample of `tests/wire/notifications/` says, and by which class.
const SAMPLES: &[Sample] = &[
    (
        "incoming_block",
        "IncomingBlock",
        &[("chat_id", "10000000000@c.us"), ("chat_state", "blocked"), ("timestamp", "2024-01-30T04:07:00Z")],
    ),
    (
        "incoming_call",
        "IncomingCall",
        &[
            ("id_message", "A2CB5E67A0221B4B432A0508C815A487"),
            ("caller", "79111234567@c.us"),
            ("status", "pickUp"),
            ("is_video", "false"),
            ("timestamp", "2025-08-06T05:04:15Z"),
        ],
    ),
    (
        "incoming_message_received",
        "IncomingMessageReceived",
        &[
            ("id_message", "3EB063C771F28EB323FAE3"),
            ("chat_id", "71234567890@c.us"),
            ("chat_name", "Green API"),
            ("sender", "71234567890@c.us"),
            ("sender_name", "Green API"),
            ("sender_contact_name", "Green API inContacts"),
            ("type_message", "textMessage"),
            ("text", "Hello! This is a text message."),
            ("timestamp", "2023-12-19T19:34:40Z"),
            (
                "message_data",
                r#"{"typeMessage":"textMessage","textMessageData":{"textMessage":"Hello! This is a text message."}}"#,
            ),
        ],
    ),
    (
        "incoming_message_received_2020",
        "IncomingMessageReceived",
        &[("sender_name", "Green API"), ("text", "I use Green-API to send this message to you!")],
    ),
    (
        "outgoing_api_message_received",
        "OutgoingApiMessageReceived",
        &[("id_message", "F7AEC1B7086ECDC7E6E45923F5EDB825"), ("chat_name", "Green API"), ("text", "Hello")],
    ),
    (
        "outgoing_call",
        "OutgoingCall",
        &[
            ("caller", "79001234567@c.us"),
            ("status", "pickUp"),
            ("duration", "3"),
            ("participants", r#"[{"id":"79111234567@c.us","status":"pickUp"}]"#),
        ],
    ),
    (
        "outgoing_message_status",
        "OutgoingMessageStatus",
        &[
            ("chat_id", "71231234567@c.us"),
            ("id_message", "ECE6BBEA514B66872790C3D9D52C5C19"),
            ("status", "sent"),
            ("send_by_api", "true"),
        ],
    ),
    (
        "quota_exceeded",
        "QuotaExceeded",
        &[
            ("type_webhook", "quotaExceeded"),
            ("method", "correspondents"),
            ("used", "3"),
            ("total", "3"),
            ("status", "CORRESPONDENTS_QUOTA_EXCEEDED"),
        ],
    ),
    (
        "quota_exceeded_as_incoming_block",
        "QuotaExceeded",
        &[("type_webhook", "incomingBlock"), ("used", "3"), ("total", "3")],
    ),
    ("state_instance_changed", "StateInstanceChanged", &[("state_instance", "authorized")]),
    ("status_instance_changed", "StatusInstanceChanged", &[("status_instance", "online")]),
];

#[test]
fn every_sample_is_read_into_its_class() {
    let names: Vec<_> = samples().into_keys().collect();
    assert_eq!(names, SAMPLES.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (name, class, expected) in SAMPLES {
        let body = &samples()[*name];
        let read = parse_notification(body.to_string().as_bytes(), None, None).unwrap();
        let record = Record::from(read.clone());
        assert_eq!((record.model().name, read.body(), read.receipt_id()), (*class, body, None), "{name}");
        assert_eq!(read.id_instance(), body["instanceData"]["idInstance"].as_u64(), "{name}");
        assert_eq!(read.type_webhook(), body["typeWebhook"].as_str(), "{name}");
        assert_eq!(read.timestamp().map(jiff::Timestamp::as_second), body["timestamp"].as_i64(), "{name}");
        let got = texts(&record);
        assert_eq!(
            (got["wid"].as_str(), got["type_instance"].as_str()),
            (body["instanceData"]["wid"].as_str().unwrap(), "whatsapp")
        );
        for (field, expected) in *expected {
            assert_eq!(got.get(*field).map(String::as_str), Some(*expected), "{name}: {field}");
        }
    }
}

#[test]
fn the_answer_of_the_queue_has_its_receipt() {
    let sample: Value =
        serde_json::from_str(include_str!("../../../../tests/wire/instance/receive_notification.notification.json"))
            .unwrap();
    let body = &sample["body"]["body"];
    let read = Notification::read(sample["body"]["receiptId"].as_u64(), body);
    assert_eq!((read.receipt_id(), read.body()), (Some(1_234_567), body));
    let Notification::IncomingMessageReceived(message) = read else { panic!("{read:?}") };
    assert_eq!(message.text(), Some("I use Green-API to send this message to you!"));
}

#[test]
fn a_text_with_a_link_and_a_reply_have_their_text() {
    for kind in ["extendedTextMessage", "quotedMessage"] {
        let data = json!({ "typeMessage": kind, "extendedTextMessageData": { "text": "see https://example.com" } });
        let body = json!({ "typeWebhook": "incomingMessageReceived", "messageData": data, "text": "another" });
        let Notification::IncomingMessageReceived(message) = Notification::read(None, &body) else { panic!() };
        assert_eq!(message.text(), Some("see https://example.com"));
        assert_eq!(message.message_data(), Some(&data));
    }
}

#[test]
fn the_state_of_the_phone_is_read_as_the_documents_say() {
    let body = json!({
        "typeWebhook": "deviceInfo",
        "deviceData": { "platform": "iphone", "deviceModel": "iPhone 11", "battery": 90 },
    });
    let Notification::DeviceInfo(device) = Notification::read(None, &body) else { panic!() };
    assert_eq!(
        (device.platform(), device.device_model(), device.battery()),
        (Some("iphone"), Some("iPhone 11"), Some(90))
    );
}

#[test]
fn an_unknown_type_comes_raw() {
    for body in [json!({ "typeWebhook": "somethingNew", "news": [1] }), json!({}), json!(7), Value::Null] {
        let read = Notification::read(Some(3), &body);
        assert_eq!((read.receipt_id(), read.body()), (Some(3), &body));
        assert_eq!(Record::from(read).model().name, "UnknownNotification");
    }
}

#[test]
fn what_cannot_be_read_is_absent_and_nothing_is_lost() {
    let odd = [json!(null), json!([]), json!("text"), json!(-7), json!({ "chatId": {}, "typeMessage": [1] })];
    let types = SAMPLES.iter().map(|(name, ..)| samples()[*name]["typeWebhook"].clone());
    for (kind, odd) in types.flat_map(|kind| odd.clone().map(|odd| (kind.clone(), odd))) {
        let body = json!({
            "typeWebhook": kind, "instanceData": odd, "senderData": odd, "messageData": odd, "quotaData": odd,
            "chatId": odd, "timestamp": odd, "idMessage": odd, "isVideo": odd,
        });
        let read = Notification::read(Some(3), &body);
        assert_eq!((read.body(), read.id_instance(), read.type_webhook()), (&body, None, kind.as_str()));
        assert_eq!(read.to_json()["body"], body);
        assert!(Record::from(read).extra().is_empty());
    }
}

#[test]
fn any_json_is_read_and_kept() {
    let mut random = fastrand::Rng::with_seed(2026);
    for _ in 0..2000 {
        let mut body: Map<String, Value> = (0..6).map(|_| (name(&mut random), anything(&mut random, 3))).collect();
        body.insert("typeWebhook".to_owned(), random.choice(&KINDS).copied().unwrap().into());
        let text = Value::Object(body.clone()).to_string();
        let read = parse_notification(text.as_bytes(), None, None).unwrap();
        assert_eq!(read.body(), &Value::Object(body));
        assert!(!read.to_json().is_empty() && !format!("{read:?}").is_empty());
    }
}

#[test]
fn what_is_no_character_is_one_of_replacement() {
    let bodies: [&[u8]; 3] = [
        br#"{"typeWebhook":"incomingMessageReceived","senderData":{"senderName":"Shop \ud83d"}}"#,
        b"{\"typeWebhook\":\"incomingMessageReceived\",\"senderData\":{\"senderName\":\"Shop \xf0\x9f\"}}",
        b"\xef\xbb\xbf{\"typeWebhook\":\"incomingMessageReceived\",\"senderData\":{\"senderName\":\"Shop \\ude00\"}}",
    ];
    for body in bodies {
        let read = parse_notification(body, None, None).unwrap();
        assert_eq!(read.body()["senderData"]["senderName"], "Shop \u{fffd}", "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn nothing_that_people_wrote_is_shown() {
    let read = Notification::read(Some(3), &samples()["incoming_message_received"]);
    let (shown, page) = (format!("{read:?}"), read.record().html());
    assert!(shown.starts_with("IncomingMessageReceived { receipt_id: 3, type_webhook: "), "{shown}");
    for hidden in ["Hello", "Green API", "textMessageData"] {
        assert!(!shown.contains(hidden) && !page.contains(hidden), "{shown}\n{page}");
    }
    assert!(shown.contains("3EB063C771F28EB323FAE3") && shown.contains("textMessage"), "{shown}");
}

#[test]
fn what_is_no_notification_is_refused_without_a_quote() {
    for body in ["", "secret", "[]", "7", "{\"secret\":", "{}", r#"{"typeWebhook":7}"#, r#"{"typeWebhook":null}"#] {
        let error = parse_notification(body.as_bytes(), None, None).unwrap_err();
        assert_eq!((error.code().as_str(), error.operation()), ("invalid_request", Some("webhook")), "{body}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

#[test]
fn the_header_is_looked_at_before_the_body_and_told_to_nobody() {
    let error = parse_notification(b"no JSON", Some("Bearer guess-1"), Some("opensesame")).unwrap_err();
    assert_eq!((error.code().as_str(), error.operation()), ("unauthorized", Some("webhook")));
    let told = format!("{error} {error:?}");
    assert!(!told.contains("guess-1") && !told.contains("opensesame"), "{told}");
    let error = parse_notification(b"{}", None, Some("")).unwrap_err();
    assert_eq!((error.code().as_str(), error.operation()), ("configuration", Some("webhook")));
}

#[test]
fn all_classes_begin_with_the_same_fields_and_end_with_the_body() {
    let shared = ["receipt_id", "type_webhook", "id_instance", "wid", "type_instance", "timestamp"];
    for model in MODELS {
        let names: Vec<_> = model.fields.iter().map(|field| field.name).collect();
        assert_eq!((&names[..6], names.last()), (&shared[..], Some(&"body")), "{}", model.name);
    }
}

fn samples() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire/notifications");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let mut sample: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), sample["body"].take())
        })
        .collect()
}

/// The fields that are there, as text.
fn texts(record: &Record) -> BTreeMap<&'static str, String> {
    let text = |value| match value {
        crate::FieldValue::Text(text) => Some(text.to_owned()),
        crate::FieldValue::Int(number) => Some(number.to_string()),
        crate::FieldValue::Flag(flag) => Some(flag.to_string()),
        crate::FieldValue::Time(time) => Some(time.to_string()),
        crate::FieldValue::Json(json) => Some(json.to_string()),
        // Nothing, or a kind that only records of ours have.
        _ => None,
    };
    record.fields().filter_map(|(field, value)| Some((field.name, text(value)?))).collect()
}

const KINDS: [&str; 5] =
    ["incomingMessageReceived", "outgoingMessageStatus", "incomingBlock", "outgoingCall", "somethingNew"];

fn name(random: &mut fastrand::Rng) -> String {
    let known = ["instanceData", "senderData", "messageData", "quotaData", "chatId", "timestamp", "from", "x"];
    random.choice(&known).copied().unwrap().to_owned()
}

fn anything(random: &mut fastrand::Rng, depth: usize) -> Value {
    match random.u8(0..if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => random.bool().into(),
        2 => random.i64(..).into(),
        3 => (f64::from(random.i32(..)) / 4.0).into(),
        4 => std::iter::repeat_with(|| random.char(..)).take(5).collect::<String>().into(),
        5 => (0..3).map(|_| anything(random, depth - 1)).collect(),
        _ => Value::Object((0..3).map(|_| (name(random), anything(random, depth - 1))).collect()),
    }
}
