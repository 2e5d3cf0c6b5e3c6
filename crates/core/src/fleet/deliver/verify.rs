//! Verification of an event, in whatever web framework.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::signature::Keys;
use crate::{
    error::{Error, ErrorCode},
    json,
    model::record,
    secret::Secret,
};

record! {
    /// An event that was posted to you, and whose signature is right.
    WebhookEvent "" {
        id "id" Text { always } "The header `webhook-id`: the same each time the event is posted.";
        r#type "type" Text {} "What has happened: `instance.linked`.";
        timestamp "timestamp" Time {} "When it happened, or was noticed.";
        data "data" Json {} "What has changed, as `watch` tells it, without tokens.";
    }
}

#[doc = include_str!("verify_event.md")]
pub fn verify_event(
    body: &[u8],
    headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    secret: &str,
    tolerance: Duration,
) -> Result<WebhookEvent, Error> {
    verify(body, &Headers::of(headers), &Secret::new(secret), tolerance, Timestamp::now())
        .map_err(|error| error.during(OPERATION))
}

fn verify(
    body: &[u8],
    headers: &Headers,
    secret: &Secret,
    tolerance: Duration,
    now: Timestamp,
) -> Result<WebhookEvent, Error> {
    let keys = Keys::of(secret)?;
    let (id, timestamp, signatures) = headers.all()?;
    let at = timestamp.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let at = at.ok_or_else(|| Error::invalid_request("the header webhook-timestamp is no number of seconds"))?;
    if !keys.verify(signatures, id, timestamp, body) {
        return Err(unauthorized("the signature is none of this body with this secret"));
    }
    if now.duration_since(at).unsigned_abs() > tolerance {
        return Err(unauthorized("it was signed too long ago, or ahead of this machine's clock"));
    }
    let mut event: Map<String, Value> =
        json::read(body).ok_or_else(|| Error::invalid_request("the body is no JSON object, so it is no event"))?;
    event.insert("id".to_owned(), id.into());
    Ok(WebhookEvent::read(event))
}

/// The three headers that count.
#[derive(Default)]
struct Headers {
    id: Option<String>,
    timestamp: Option<String>,
    signatures: Option<String>,
}

impl Headers {
    /// Of a request's. What stands on the way may have written their names in other letters, and signatures on several lines.
    fn of(given: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> Self {
        let mut headers = Self::default();
        for (name, value) in given {
            let value = value.as_ref().trim();
            match name.as_ref().to_ascii_lowercase().as_str() {
                ID => _ = headers.id.get_or_insert_with(|| value.to_owned()),
                TIMESTAMP => _ = headers.timestamp.get_or_insert_with(|| value.to_owned()),
                SIGNATURE => headers.signatures.get_or_insert_default().extend([value, " "]),
                _ => {}
            }
        }
        headers
    }

    fn all(&self) -> Result<(&str, &str, &str), Error> {
        Ok((
            present(self.id.as_deref(), ID)?,
            present(self.timestamp.as_deref(), TIMESTAMP)?,
            present(self.signatures.as_deref(), SIGNATURE)?,
        ))
    }
}

fn present<'h>(header: Option<&'h str>, name: &str) -> Result<&'h str, Error> {
    let missing = || Error::invalid_request(format!("the header {name} is missing, so it is no event"));
    header.ok_or_else(missing)
}

fn unauthorized(why: &str) -> Error {
    Error::new(ErrorCode::Unauthorized, why)
}

pub(super) const ID: &str = "webhook-id";
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
pub(super) const SIGNATURE: &str = "webhook-signature";

/// What the errors call it: upstream has no such method.
const OPERATION: &str = "verifyEvent";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::VERIFY_TOLERANCE;

    /// From the specification's own libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const VECTOR: [(&str, &str); 4] = [
        ("Content-Type", "application/json"),
        ("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("WEBHOOK-TIMESTAMP", "1614265330"),
        ("webhook-signature", "v1,bm90IGl0 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn verified(body: &[u8], headers: &[(&str, &str)], secret: &str, now: i64) -> Result<WebhookEvent, Error> {
        let now = Timestamp::from_second(now).unwrap();
        verify(body, &Headers::of(headers.iter().copied()), &Secret::new(secret), VERIFY_TOLERANCE, now)
    }

    #[test]
    fn the_vector_of_the_specification_passes() {
        let event = verified(BODY, &VECTOR, SECRET, 1_614_265_330).unwrap();
        assert_eq!(event.id(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
        assert_eq!((event.r#type(), event.timestamp(), event.data()), (None, None, None));
        assert_eq!(event.extra()["test"], 2_432_232_314_u64);
    }

    #[test]
    fn what_is_wrong_has_its_code() {
        let code = |body: &[u8], headers: &[(&str, &str)], secret: &str, now| {
            verified(body, headers, secret, now).map_or_else(|error| error.code().as_str(), |_| "right")
        };
        let now = 1_614_265_330;
        for (offset, expected) in
            [(0, "right"), (300, "right"), (-300, "right"), (301, "unauthorized"), (-301, "unauthorized")]
        {
            assert_eq!(code(BODY, &VECTOR, SECRET, now + offset), expected, "{offset}");
        }
        assert_eq!(code(b"{\"test\": 2432232315}", &VECTOR, SECRET, now), "unauthorized");
        let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(code(BODY, &VECTOR, other, now), "unauthorized");
        assert_eq!(code(BODY, &VECTOR, "whsec_", now), "configuration");
        for missing in 1..4 {
            let headers: Vec<_> =
                VECTOR.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, one)| *one).collect();
            assert_eq!(code(BODY, &headers, SECRET, now), "invalid_request", "{missing}");
        }
        let mut odd = VECTOR;
        odd[2].1 = "yesterday";
        assert_eq!(code(BODY, &odd, SECRET, now), "invalid_request");
    }

    #[test]
    fn a_body_that_is_signed_and_no_object_is_no_event() {
        let body = b"[1]";
        let signature = Keys::of(&Secret::new(SECRET)).unwrap().sign("msg_1", 5, body);
        let headers = [(ID, "msg_1"), (TIMESTAMP, "5"), (SIGNATURE, signature.as_str())];
        assert_eq!(verified(body, &headers, SECRET, 5).unwrap_err().code(), ErrorCode::InvalidRequest);
    }
}
