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
        let Some(mut object) = json::read::<Map<String, Value>>(&answer.body) else {
            return Err("it is no JSON object".into());
        };
        let id_instance = object.get("idInstance").and_then(id).ok_or("it has no idInstance")?;
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

fn id(value: &Value) -> Option<u64> {
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
