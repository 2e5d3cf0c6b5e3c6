//! The notification of a webhook, in whatever web framework.

use serde_json::{Map, Value};

use super::{Notification, guard};
use crate::{error::Error, json, secret::Secret};

#[doc = include_str!("parse_notification.md")]
pub fn parse_notification(
    body: &[u8],
    authorization: Option<&str>,
    webhook_url_token: Option<&str>,
) -> Result<Notification, Error> {
    let checked = webhook_url_token.map_or(Ok(()), |token| guard::check(authorization, &Secret::new(token)));
    checked.and_then(|()| read(body)).map_err(|error| error.during(OPERATION))
}

fn read(body: &[u8]) -> Result<Notification, Error> {
    let object: Map<String, Value> = json::read(body)
        .ok_or_else(|| Error::invalid_request("the body is no JSON object, so it is no notification"))?;
    if !object.get("typeWebhook").is_some_and(Value::is_string) {
        return Err(Error::invalid_request("the body has no typeWebhook, so it is no notification"));
    }
    Ok(Notification::read(None, &object.into()))
}

/// What the errors call it: upstream has no name for its own calls.
const OPERATION: &str = "webhook";
