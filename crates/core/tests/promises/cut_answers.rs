//! Answers that end, or pause, after any of their bytes: half of one is never taken for the whole, nor is a call that could
//! bill, send or rotate twice sent again.

use futures_util::{StreamExt as _, stream};
use greenapi_partner::{Error, InstanceClient, PartnerClient};
use serde_json::{Value, json};

use crate::support::{
    CREATE, DELETE, LIST, code,
    cutting::{CuttingHost, How},
    shop,
};

/// Operations of each class, what costs money first, and how each is answered.
fn answers() -> [(&'static str, Class, Value); 4] {
    let created = json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "typeInstance": "whatsapp" });
    [
        (CREATE, Class::Once, created.clone()),
        (LIST, Class::Repeated, json!([created])),
        (DELETE, Class::Repeated, json!({ "deleteInstanceAccount": true })),
        (ROTATE, Class::Once, json!({ "updateApiToken": true, "apiTokenInstance": TOKEN })),
    ]
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Repeated,
    Once,
}

#[tokio::test]
async fn one_with_its_length() {
    for (operation, class, body) in answers() {
        let body = body.to_string();
        let answer = format!("{HEAD}Content-Length: {}\r\n\r\n{body}", body.len());
        assert_all(operation, class, &answer, |cut| cut < answer.len()).await;
    }
}

#[tokio::test]
async fn one_in_chunks() {
    for (operation, class, body) in answers().into_iter().take(2) {
        let body = body.to_string();
        let (first, rest) = body.split_at(body.len() / 2);
        let chunks = [first, rest, ""].map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len()));
        let answer = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{}", chunks.concat());
        assert_all(operation, class, &answer, |cut| cut < answer.len()).await;
    }
}

/// Nothing but its JSON says that one is cut which ends with its connection: what comes then is an answer, and the next one
/// would be no other.
#[tokio::test]
async fn one_that_ends_with_its_connection() {
    for (operation, class, body) in answers().into_iter().take(2) {
        let answer = format!("{HEAD}\r\n{body}");
        assert_all(operation, class, &answer, |cut| cut < HEAD.len() + 2).await;
    }
}

/// Cuts and splits an answer at each byte. `is_seen` says whether the connection shows that it was cut.
async fn assert_all(operation: &str, class: Class, answer: &str, is_seen: impl Fn(usize) -> bool) {
    let host = CuttingHost::start(answer.as_bytes().to_vec()).await;
    let ways = [How::Closed, How::Reset, How::Split].into_iter();
    let cases = ways.flat_map(|how| (0..=answer.len()).map(move |bytes| (how, bytes)));
    // After all of it, a reset is one of a connection that nobody needs any more, or of one that has no end.
    let cases = cases.filter(|(how, bytes)| *how != How::Reset || *bytes < answer.len());
    let wrong: Vec<_> = stream::iter(cases)
        .map(async |(how, bytes)| {
            let expected = match class {
                _ if how == How::Split || bytes == answer.len() => ("no error", 1),
                Class::Once => ("outcome_unknown", 1),
                Class::Repeated if how == How::Reset || is_seen(bytes) => ("no error", 2),
                Class::Repeated => ("protocol", 1),
            };
            let called = call(operation, &host.url(how, bytes)).await;
            let told = called
                .as_ref()
                .err()
                .map(|error| format!("{error} {error:#?} {:?}", error.causes().collect::<Vec<_>>()));
            let got = (code(called), host.requests(how, bytes));
            let tells = told.is_some_and(|told| told.contains(TOKEN));
            (got != expected || tells)
                .then(|| format!("{how:?} after {bytes}: {got:?}, not {expected:?}; tells: {tells}"))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(async |wrong| wrong)
        .collect()
        .await;
    assert!(wrong.is_empty(), "{operation}: {wrong:#?}");
}

/// A call by a client of its own, whose budget no other call has spent.
async fn call(operation: &str, url: &str) -> Result<(), Error> {
    if operation == ROTATE {
        return InstanceClient::builder(ID, TOKEN).api_url(url).build()?.update_api_token().await.map(drop);
    }
    let partner = PartnerClient::builder().partner_api_url(url).partner_token(TOKEN).build()?;
    match operation {
        CREATE => partner.create_instance(shop()).await.map(drop),
        LIST => partner.get_instances().await.map(drop),
        _ => partner.delete_instance_account(ID).await,
    }
}

/// A GET that is made once, for it rotates the token.
const ROTATE: &str = "updateApiToken";
const ID: u64 = 1_101_728_000;
const HEAD: &str = "HTTP/1.1 200 OK\r\nServer: nginx\r\n";
/// Of the looks of upstream's.
const TOKEN: &str = "ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11a";
/// How many calls are made at once.
const AT_ONCE: usize = 64;
