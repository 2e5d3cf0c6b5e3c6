//! Answers of upstream, or of whatever stands before it, to every operation.
//!
//! An input is a status on a line, then the body.

use serde_json::Value;

use super::{TOKEN, answer, body, error_tells_no_token, payloads, target, tells_no_token};
use crate::{
    CreateInstance, CreatedInstance, ErrorCode, Returned,
    api::{Create, Delete, GetInstances, nothing_left},
    endpoint::{Answer, Asks, Class, Endpoint, Mismatch, Sent, Spec},
    instance::OPERATIONS,
    json,
    refusal::{Refusal, of_file, refusal},
    retry::Failure,
    secret::Secret,
};

pub fn check(input: &[u8]) {
    let answer = answer(input);
    let create = Create { settings: CreateInstance::named("shop"), sent: Sent::default(), claim: None };
    let created = create.decode(&answer);
    if let Ok(created) = &created {
        of_created(&answer, created);
    }
    refused(create.spec(), &answer, created);
    let listed = GetInstances { known: None }.decode(&answer);
    if listed.is_ok() {
        assert!(answer.is_success());
    }
    refused(GetInstances::SPEC, &answer, listed);
    refused(Delete::SPEC, &answer, Delete { id_instance: 1 }.decode(&answer));
    let mut alike = Vec::new();
    for operation in OPERATIONS {
        match operation.read(&answer) {
            Ok(returned) => of_returned(&returned),
            Err(mismatch) => {
                tells_no_token(&mismatch.why);
                // An answer is refused alike to all methods that can be repeated alike.
                let kind = (operation.spec().retry, mismatch.code);
                if !alike.contains(&kind) {
                    alike.push(kind);
                    refused::<()>(operation.spec(), &answer, Err(mismatch));
                }
            }
        }
    }
    error_tells_no_token(&of_file(&answer).error);
}

pub fn seeds() -> Vec<Vec<u8>> {
    let payloads = payloads("").into_iter().chain(payloads("instance"));
    let wire = payloads.map(|payload| {
        let status = payload["status"].as_u64().unwrap_or(200);
        [format!("{status}\n").into_bytes(), body(&payload)].concat()
    });
    let echoed = [
        format!("400\n{{\"message\": \"no such token {TOKEN}\", \"statusCode\": 400}}"),
        format!("403\nno such token {TOKEN}"),
        format!("500\n<html>{TOKEN}"),
        format!("200\n{{\"code\": 401, \"description\": \"token {TOKEN} is wrong\"}}"),
        format!("200\n{{\"idInstance\": 1101000001, \"apiTokenInstance\": \"{}", &TOKEN[..40]),
        "404\n{\"code\": 404, \"description\": \"Not found\"}".to_owned(),
    ];
    let statuses = [201, 204, 301, 400, 401, 403, 404, 407, 408, 410, 429, 466, 469, 499, 500, 502, 503, 504, 520, 599];
    let empty = statuses.map(|status| format!("{status}\n"));
    wire.chain(echoed.into_iter().chain(empty).map(String::into_bytes)).collect()
}

/// What is taken for a creation has an id and a token in a JSON object, and is the same when it is written and read again.
fn of_created(answer: &Answer, created: &CreatedInstance) {
    assert!(created.id_instance() > 0 && !created.api_token_instance().is_empty());
    hides(&format!("{created:?}"), created.api_token_instance());
    hides(&created.html(), created.api_token_instance());
    let json = created.to_json(true);
    let again = Answer { body: Value::from(json.clone()).to_string().into(), ..answer.clone() };
    let create = Create { settings: CreateInstance::named("shop"), sent: Sent::default(), claim: None };
    let again = create.decode(&again).unwrap_or_else(|mismatch| panic!("{}: {json:?}", mismatch.why));
    assert_eq!(again.to_json(true), json);
}

/// A model keeps what it has read when it is written and read again.
fn of_returned(returned: &Returned) {
    // What it shows of itself is made, be it only for its length.
    assert!(!format!("{returned:?}").is_empty());
    let records = match returned {
        Returned::Record(record) => std::slice::from_ref(record),
        Returned::Records(records) => records,
        _ => &[],
    };
    // A notification keeps what it was read of beside what was read.
    for record in records.iter().filter(|record| !record.model().fields.iter().any(|field| field.name == "receipt_id"))
    {
        let (json, model) = (record.to_json(true), record.model());
        assert_eq!(crate::Record::read(model, json.clone()).to_json(true), json, "{}", model.name);
        assert!(record.html().starts_with("<table>"));
    }
}

/// What no success is, is an error that tells no token, and nothing is sent again that may have created something.
fn refused<T>(spec: &Spec, answer: &Answer, read: Result<T, Mismatch>) {
    let Err(mismatch) = read else { return };
    tells_no_token(&mismatch.why);
    for is_young in [false, true] {
        let known = Secret::new(TOKEN);
        let Refusal { error, failure } = refusal(spec, answer, &mismatch, &[&known], &target(is_young));
        error_tells_no_token(&error);
        assert_eq!(error.status(), Some(answer.status));
        if spec.is_creation() {
            assert!(failure != Some(Failure::Refused) || answer.status == 429, "{} is sent again", answer.status);
            assert!(
                failure.is_none_or(|failure| failure == Failure::Refused || error.code() == ErrorCode::OutcomeUnknown)
            );
        }
        if spec.retry == Class::Once && failure == Some(Failure::Unanswered) {
            assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{}", spec.operation);
        }
        if error.code() == ErrorCode::NotFound && spec.is_partners() && answer.status == 404 {
            let has_code = json::read::<Value>(&answer.body).is_some_and(|body| body.get("code").is_some());
            assert!(has_code, "an HTTP 404 alone is about the URL");
            assert!(!nothing_left(&error), "it makes no deletion a success");
        }
    }
}

/// A text without this secret, where that is one that can be told from words.
fn hides(text: &str, secret: &str) {
    assert!(secret.len() < 12 || !text.contains(secret), "{secret:?} is in {text:?}");
}
