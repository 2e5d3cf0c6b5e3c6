//! Rows of a file: instances to create, or to delete.
//!
//! An input is the file.

use serde_json::Value;

use super::{TOKEN, tells_no_token};
use crate::{
    exit::{Failure, USAGE},
    specs::{created, deleted},
};

pub fn check(input: &[u8]) {
    let marked = [&b"\xef\xbb\xbf"[..], input].concat();
    match created("rows", input) {
        Ok(rows) => {
            // No more is created than there are lines, or items of a list.
            let lines =
                input.split(|byte| *byte == b'\n' || *byte == b'\r').filter(|line| !line.trim_ascii().is_empty());
            let listed = serde_json::from_slice::<Vec<Value>>(input).map_or(0, |items| items.len());
            assert!(rows.len() <= lines.count().max(listed));
            let again = created("rows", &marked[..]).ok();
            assert!(again == Some(rows) || input.starts_with(b"\xef\xbb\xbf"), "a byte order mark changes nothing");
        }
        Err(failure) => told(input, &failure),
    }
    match deleted("rows", input) {
        Ok(ids) => {
            let text = String::from_utf8_lossy(input);
            // An id is in the file as it is: none is made of what is like one.
            assert!(ids.iter().all(|id| *id > 0 && text.contains(&id.to_string())), "{ids:?}");
        }
        Err(failure) => told(input, &failure),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let files = [
        "name,webhookUrl,incomingWebhook\nshop-1,https://shop.example,yes\nshop-2,,no\n".to_owned(),
        "{\"name\": \"shop-1\"}\n\n{\"name\": \"shop-2\", \"incomingWebhook\": true}\n".to_owned(),
        "[\"shop-1\", {\"name\": \"shop-2\"}]".to_owned(),
        "\"shop-1\"\n\"shop-2\"\n".to_owned(),
        "1101000001\n1101000002\n".to_owned(),
        "idInstance,name\n1101000001,shop-1\n".to_owned(),
        "{\"idInstance\": 1101000001}\n{\"id\": \"1101000002\"}\n".to_owned(),
        format!("id,name\n{TOKEN},shop\n"),
        format!("{{\"id\": {{\"apiTokenInstance\": \"{TOKEN}\"}}}}"),
        format!("\"{TOKEN}\"\n"),
        format!("name,delaySendMessagesMilliseconds\nshop,{TOKEN}\n"),
    ];
    files.map(String::into_bytes).into()
}

/// What is wrong with a file is told by its place, and none of its values are.
fn told(input: &[u8], failure: &Failure) {
    assert_eq!(failure.exit, USAGE);
    let header = input.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // A name that nobody knows would be told, and the header has names.
    if !String::from_utf8_lossy(header).contains(&TOKEN[..super::PART]) || header.starts_with(b"{") {
        tells_no_token(&failure.to_string());
    }
}
