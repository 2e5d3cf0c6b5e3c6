use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::{File, Param, Place, file::multipart, place};
use crate::{
    error::{Error, ErrorCode},
    model::Kind,
};

const PARAMS: &[Param] = &[
    Param::new("chat_id", "chatId", Kind::Text, Place::Body, "").required(),
    Param::new("is_on", "isOn", Kind::Flag, Place::Words, ""),
    Param::new("count", "count", Kind::Int, Place::Query, "").within(1, 5),
    Param::new("phone_number", "phoneNumber", Kind::Phone, Place::Body, ""),
    Param::new("receipt_id", "receiptId", Kind::Int, Place::Segment, ""),
];

fn placed(arguments: Value) -> Result<(Value, String), Error> {
    let Value::Object(arguments) = arguments else { panic!() };
    let placed = place(PARAMS, arguments, None, true).now_or_never().unwrap()?;
    Ok((serde_json::from_slice(&placed.body.unwrap().data).unwrap(), placed.suffix))
}

#[test]
fn arguments_go_where_the_table_says() {
    let arguments = json!({"chat_id": "1@c.us", "isOn": true, "count": 3, "receipt_id": 7, "extra": {"new": 1}});
    let body = json!({"chatId": "1@c.us", "isOn": "yes", "new": 1});
    assert_eq!(placed(arguments).unwrap(), (body, "/7?count=3".to_owned()));
}

#[test]
fn a_phone_number_is_read_as_people_write_it() {
    let written = [json!(79_001_234_567_u64), json!("79001234567"), json!("+7 (900) 123-45-67")];
    for phone in written {
        let (body, _) = placed(json!({"chat_id": "x", "phone_number": phone})).unwrap();
        assert_eq!(body["phoneNumber"], json!(79_001_234_567_u64));
    }
    let wrong = [json!("007900"), json!("+79001234567890123"), json!("abc"), json!(12), json!(-7), json!(true)];
    for phone in wrong {
        assert!(placed(json!({"chat_id": "x", "phone_number": phone})).is_err(), "{phone}");
    }
}

#[test]
fn what_is_wrong_is_refused_before_anything_is_sent() {
    let wrong = [
        json!({}),
        json!({"chat_id": null}),
        json!({"chat_id": " "}),
        json!({"chat_id": 1}),
        json!({"chat_id": "x", "is_on": "yes"}),
        json!({"chat_id": "x", "count": 0}),
        json!({"chat_id": "x", "count": 6}),
        json!({"chat_id": "x", "count": -1}),
        json!({"chat_id": "x", "chatID": "y"}),
        json!({"chat_id": "x", "extra": []}),
        json!({"chat_id": "x", "extra": {"chatId": "y"}}),
    ];
    for arguments in wrong {
        let refused = placed(arguments.clone()).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidRequest, "{arguments}");
    }
}

#[test]
fn an_upload_goes_under_the_name_that_is_given_and_else_under_its_own() {
    let params = crate::instance::send_file_by_upload::OPERATION.params;
    let name_of = |arguments: Value| {
        let Value::Object(arguments) = arguments else { panic!() };
        let file = File::new("own.txt", &b"Hello"[..]);
        let body = place(params, arguments, Some(file), true).now_or_never().unwrap().unwrap().body.unwrap();
        let text = String::from_utf8_lossy(&body.data).into_owned();
        let (_, after) = text.split_once("name=\"fileName\"\r\n\r\n").unwrap();
        assert_eq!(text.matches("name=\"fileName\"").count(), 1, "{text}");
        after.split("\r\n").next().unwrap().to_owned()
    };
    assert_eq!(name_of(json!({ "chat_id": "1@c.us" })), "own.txt");
    assert_eq!(name_of(json!({ "chat_id": "1@c.us", "file_name": "bill.txt" })), "bill.txt");
}

#[test]
fn a_form_holds_fields_and_the_file_and_a_name_cannot_break_out() {
    let file = File::new("a\"b.jpg", &b"\x00\xff"[..]);
    let body = multipart(&file, [("chatId", "1@c.us".to_owned())].into_iter()).now_or_never().unwrap().unwrap();
    let text = String::from_utf8_lossy(&body.data).into_owned();
    assert!(text.contains("name=\"chatId\"\r\n\r\n1@c.us\r\n"), "{text}");
    assert!(text.contains("Content-Type: image/jpeg\r\n\r\n"), "{text}");
    assert!(!text.contains("a\"b"), "{text}");
    let boundary = body.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert!(text.ends_with(&format!("--{boundary}--\r\n")) && text.starts_with(&format!("--{boundary}\r\n")));
}

#[tokio::test]
async fn what_is_no_plain_file_is_not_read() {
    let why = async |path: &str| match File::open(path).loaded().await {
        Ok(read) => panic!("{path} was read: {read:?}"),
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::InvalidRequest);
            error.to_string()
        }
    };
    assert!(why("nowhere/bill.pdf").await.contains("os error 2"));
    assert!(why("src").await.ends_with("it is a folder"));
    #[cfg(unix)]
    assert!(why("/dev/zero").await.ends_with("it is no plain file: give its bytes"));
    assert!(File::open("Cargo.toml").loaded().await.is_ok());
}

#[tokio::test]
async fn a_files_name_has_no_control_characters() {
    for name in ["a\r\nX: y.txt", "a\0.txt", "a\u{85}.txt"] {
        let error = multipart(&File::new(name, b"a".as_slice()), [].into_iter()).await.err().unwrap();
        assert_eq!(error.code(), ErrorCode::InvalidRequest, "{name:?}");
    }
    assert!(multipart(&File::new("a \"b\".txt", b"a".as_slice()), [].into_iter()).await.is_ok());
}
