//! Tests of what every class of contents makes of upstream's samples, and of anything else.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use super::{CONTENT_TYPES, Content};
use crate::{Notification, Record};

/// A file of `tests/wire/contents/`, its class, and fields with their values.
type Sample = (&'static str, &'static str, Value);

fn expected() -> Vec<Sample> {
    vec![
        ("audio_message", "FileContent", json!({"file_name": "1.oga", "mime_type": "audio/ogg; codecs=opus"})),
        (
            "buttons_message",
            "ButtonsContent",
            json!({"content_text": "Which colour?", "footer": "Choose one", "is_forwarded": false}),
        ),
        (
            "buttons_response_message",
            "ButtonReplyContent",
            json!({"stanza_id": "BAE53AFDD5F0C137", "selected_id": "1", "selected_text": "Green"}),
        ),
        ("contact_message", "ContactContent", json!({"display_name": "Victor", "forwarding_score": 0})),
        (
            "contacts_array_message",
            "ContactsContent",
            json!({"contacts": [{"displayName": "Victor", "vcard": "BEGIN:VCARD\nEND:VCARD"}], "is_forwarded": false}),
        ),
        ("deleted_message", "DeletedContent", json!({"stanza_id": "84514217EF972039FC3F68A53C196306"})),
        ("document_message", "FileContent", json!({"file_name": "price list.pdf"})),
        (
            "edited_message",
            "EditedContent",
            json!({"stanza_id": "3PEAD8EDB7A9D438FF5E", "text": "Hello again", "caption": null}),
        ),
        (
            "extended_text_message",
            "TextContent",
            json!({
                "text": "see https://example.com", "title": "Example", "description": "An example", "is_forwarded": true,
                "forwarding_score": 3,
            }),
        ),
        (
            "group_invite_message",
            "GroupInviteContent",
            json!({"group_jid": "79099197688-1506012221@g.us", "group_name": "Friends of the shop", "name": "Victor"}),
        ),
        (
            "image_message",
            "FileContent",
            json!({
                "download_url": "https://example.com/files/1", "caption": "Our shop", "mime_type": "image/jpeg",
                "quoted_message_id": "A16014FAC9F5382E7B9CEEFEF1FFEB6F", "quoted_sender": "79001234568@c.us",
            }),
        ),
        (
            "interactive_buttons",
            "InteractiveButtonsContent",
            json!({"title_text": "Colours", "content_text": "Which colour?", "footer_text": "Choose one"}),
        ),
        (
            "interactive_buttons_reply",
            "InteractiveButtonsContent",
            json!({"title_text": "Colours", "content_text": "Which colour?", "footer_text": "Choose one"}),
        ),
        ("list_message", "ListContent", json!({"title": "Colours", "button_text": "Open", "footer": "Choose one"})),
        (
            "location_message",
            "LocationContent",
            json!({"latitude": 12.345_678_910_111_213, "longitude": -14.0, "name_location": "Our shop"}),
        ),
        (
            "poll_message",
            "PollContent",
            json!({
                "name": "Which colour?", "options": [{"optionName": "Green"}, {"optionName": "Red"}],
                "multiple_answers": false,
            }),
        ),
        ("poll_update_message", "PollUpdateContent", json!({"stanza_id": "BAE53AFDD5F0C000"})),
        (
            "quoted_message",
            "TextContent",
            json!({
                "text": "I agree", "quoted_message_id": "A16014FAC9F5382E7B9CEEFEF1FFEB6F",
                "quoted_sender": "79001234568@c.us",
            }),
        ),
        (
            "reaction_message",
            "ReactionContent",
            json!({"text": "👍", "quoted_message_id": "A16014FAC9F5382E7B9CEEFEF1FFEB6F"}),
        ),
        ("sticker_message", "FileContent", json!({"is_animated": true})),
        ("template_buttons_reply_message", "ButtonReplyContent", json!({"selected_index": 2, "selected_text": "Red"})),
        ("template_message", "TemplateContent", json!({"content_text": "Which colour?", "footer": "Choose one"})),
        ("text_message", "TextContent", json!({"text": "Hello", "is_template_message": false, "title": null})),
        ("video_message", "FileContent", json!({"mime_type": "video/mp4", "is_animated": null})),
    ]
}

#[test]
fn every_sample_is_read_into_its_class() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire/contents");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, expected().iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (name, class, expected) in expected() {
        let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let data = serde_json::from_str::<Value>(&text).unwrap()["body"].take();
        let content = content(&data);
        assert_eq!(content.type_message(), data["typeMessage"].as_str(), "{name}");
        let record = Record::from(content);
        assert_eq!(record.model().name, class, "{name}");
        let shown = record.to_json(true);
        assert_eq!(shown["messageData"], data, "{name}");
        for (field, expected) in expected.as_object().unwrap() {
            let wire = record.fields().find(|(known, _)| known.name == field).unwrap().0.wire;
            assert_eq!(&shown[wire], expected, "{name}: {field}");
        }
    }
}

#[test]
fn every_type_of_the_documents_has_a_class() {
    for (kind, class) in CONTENT_TYPES {
        assert_eq!(content(&json!({ "typeMessage": kind })).record().model().name, *class);
    }
}

#[test]
fn what_is_not_known_is_there_as_it_came() {
    for data in [json!({ "typeMessage": "hologram", "hologram": { "size": 3 } }), json!({}), json!(7)] {
        let Content::Unknown(unknown) = content(&data) else { panic!("{data}") };
        assert_eq!(unknown.message_data(), Some(&data));
    }
}

#[test]
fn what_cannot_be_read_is_absent() {
    let odd = [json!(null), json!([]), json!("text"), json!(-7), json!({ "text": [], "latitude": "far" })];
    for ((kind, class), odd) in CONTENT_TYPES.iter().flat_map(|one| odd.iter().map(move |odd| (one, odd))) {
        let objects = ["textMessageData", "fileMessageData", "locationMessageData", "quotedMessage", "messageData"];
        let mut data: Map<_, _> = objects.iter().map(|name| ((*name).to_owned(), odd.clone())).collect();
        data.insert("typeMessage".to_owned(), (*kind).into());
        let data = Value::Object(data);
        let read = content(&data);
        assert_eq!((read.record().model().name, &read.record().to_json(true)["messageData"]), (*class, &data));
    }
}

#[test]
fn nothing_that_people_wrote_is_shown() {
    let data = json!({
        "typeMessage": "imageMessage",
        "fileMessageData": { "caption": "between us", "downloadUrl": "https://example.com/between-us" },
        "quotedMessage": { "stanzaId": "1", "textMessage": "between us" },
    });
    let (shown, page) = (format!("{:?}", content(&data)), content(&data).record().html());
    assert!(
        shown.contains("imageMessage") && !shown.contains("between") && !page.contains("between"),
        "{shown} {page}"
    );
}

/// The content as users come by it.
fn content(data: &Value) -> Content {
    let body = json!({ "typeWebhook": "incomingMessageReceived", "messageData": data });
    let Notification::IncomingMessageReceived(message) = Notification::read(None, &body) else { panic!() };
    message.content()
}
