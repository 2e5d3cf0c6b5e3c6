//! `POST /partner/createInstance/{partnerToken}`
//!
//! <https://green-api.com/en/docs/partners/createInstance/>

use std::{borrow::Cow, sync::Arc};

use http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::{
    CreateInstance, CreatedInstance, config,
    endpoint::CREATE_INSTANCE,
    endpoint::{Answer, Asks, Body, Class, Endpoint, Mismatch, Permitted, Sent, Spec},
    error::Error,
    json,
    secret::Secret,
    store::Claim,
    wire,
};

/// Creates an instance, and charges its first day.
#[derive(Clone)]
pub(crate) struct Create {
    pub(crate) settings: CreateInstance,
    /// For who must know whether it may have taken effect before there is an answer.
    pub(crate) sent: Sent,
    /// With a store, what allows it.
    pub(crate) claim: Option<Arc<Claim>>,
}

impl Create {
    pub(crate) const SPEC: &'static Spec = &Spec {
        operation: Cow::Borrowed("createInstance"),
        method: Method::POST,
        path: Cow::Borrowed(CREATE_INSTANCE),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/partners/createInstance/",
        prose: include_str!("create_instance.md"),
    };

    /// What upstream may repeat and nobody may read.
    pub(crate) fn echoed(&self) -> Vec<Secret> {
        self.settings.given_webhook_url_token().map(Secret::new).into_iter().collect()
    }
}

impl Asks for Create {
    fn spec(&self) -> &Spec {
        Self::SPEC
    }

    fn body(&self) -> Result<Option<Body>, Error> {
        let body = self.settings.encode()?;
        self.settings.check_name()?;
        let (body, is_secret) = (Value::Object(body), self.settings.given_webhook_url_token().is_some());
        Ok(Some(if is_secret { Body::secret_json(body) } else { Body::json(&body) }))
    }

    fn sent(&self) -> Sent {
        self.sent.clone()
    }

    fn permit(&self, deadline: Instant) -> Option<Permitted<'_>> {
        let claim = self.claim.as_ref()?;
        Some(Box::pin(claim.permit(deadline)))
    }
}

impl Endpoint for Create {
    type Output = CreatedInstance;

    /// The success keys are `idInstance` and `apiTokenInstance`, whatever the status says.
    fn decode(&self, answer: &Answer) -> Result<CreatedInstance, Mismatch> {
        // What upstream has added since, whatever it is, costs nobody the id of what is charged.
        let read = json::read::<Map<String, Value>>(&answer.body).or_else(|| json::read_one_by_one(&answer.body));
        let mut object = read.ok_or("it is no JSON object")?;
        let id_instance = object.get("idInstance").and_then(|value| id(value, answer)).ok_or("it has no idInstance")?;
        let token = object.get_mut("apiTokenInstance").map(Value::take);
        let Some(Value::String(token)) = token.filter(|token| token.as_str().is_some_and(|token| !token.is_empty()))
        else {
            return Err("it has no apiTokenInstance".into());
        };
        object.retain(|key, _| key != "idInstance" && key != "apiTokenInstance");
        Ok(CreatedInstance {
            received_at: Timestamp::now(),
            id_instance,
            api_token_instance: token.into(),
            type_instance: take_text(&mut object, "typeInstance"),
            api_url: take_text(&mut object, "apiUrl"),
            media_url: take_text(&mut object, "mediaUrl"),
            extra: object,
        })
    }
}

/// The id, to its last digit: with a point in it JSON's reader takes it for a number that may be rounded.
fn id(value: &Value, answer: &Answer) -> Option<u64> {
    if value.is_f64() {
        return wire::whole_number(json::members(&answer.body)?.get("idInstance")?.get());
    }
    wire::whole_number(&value.to_string())
}

/// Takes a text out of what is left; a value of another kind stays there, reachable.
fn take_text(object: &mut Map<String, Value>, key: &str) -> Option<String> {
    let text = object.get(key)?.as_str().map(ToOwned::to_owned);
    if text.is_some() || object[key].is_null() {
        object.shift_remove(key);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use http::HeaderMap;

    use super::*;

    fn created(members: &str) -> CreatedInstance {
        let body = format!(r#"{{"apiTokenInstance": "d75b", {members}}}"#);
        let create = Create { settings: CreateInstance::named("shop"), sent: Sent::default(), claim: None };
        let answer = Answer { status: 200, headers: HeaderMap::new(), body: body.into() };
        create.decode(&answer).unwrap_or_else(|mismatch| panic!("{members}: {}", mismatch.why))
    }

    #[test]
    fn no_field_that_is_new_costs_the_id_of_what_is_charged() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for odd in [r#""x": 1e400"#, &format!(r#""x": {deep}"#), "\"x\": \"a\tb\""] {
            let created = created(&format!(r#"{odd}, "idInstance": 1101728000"#));
            assert_eq!((created.id_instance(), created.api_token_instance()), (1_101_728_000, "d75b"), "{odd}");
            assert!(created.extra().contains_key("x"));
        }
    }

    #[test]
    fn an_id_is_exact_however_it_is_written() {
        for id in ["9007199254740993", "9007199254740993.0", "\"9007199254740993.0\""] {
            assert_eq!(created(&format!(r#""idInstance": {id}"#)).id_instance(), 9_007_199_254_740_993, "{id}");
        }
    }
}
