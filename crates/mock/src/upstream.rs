//! The partner's three methods as they look on the wire: request in, answer out.

use http::{HeaderValue, Method, StatusCode, header::RETRY_AFTER};
use serde_json::{Map, Value, json};

use crate::{
    answer::{Answer, NO_CAPACITY, NOT_FOUND, UNAUTHORIZED, failure, read_body},
    headers,
    options::{FailureFormat, Options},
    route::{CREATE_INSTANCE, DELETE_INSTANCE_ACCOUNT, GET_INSTANCES, Route, Target},
    state::State,
    sync::lock,
    world::sockets::Post,
};

/// Does what a request asks for, and says what upstream would answer.
pub(crate) fn answer(state: &State, route: &Route, verb: &Method, path: &str, body: &[u8]) -> Answer {
    let options = state.options();
    let mut answer = Answer::new(StatusCode::OK);
    if let Some(limit) = &options.rate_limit {
        let Some(left) = lock(&state.limiter).let_through(state.clock.now(), limit) else {
            let mut refusal = Answer::too_many_requests();
            refusal.headers.extend(
                limit.retry_after.as_ref().and_then(|after| Some((RETRY_AFTER, HeaderValue::try_from(after).ok()?))),
            );
            return refusal;
        };
        answer.headers.insert(headers::RATE_REMAINING, left.into());
    }
    let outcome = match &route.target {
        Target::Operation { operation: GET_INSTANCES, .. } if !matches!(*verb, Method::GET | Method::POST) => {
            Operated::NoSuchPath
        }
        Target::Operation { operation, .. } if *operation != GET_INSTANCES && *verb != Method::POST => {
            Operated::NoSuchPath
        }
        Target::Operation { operation, token } if *token == state.partner_token => {
            operate(state, operation, body, &options)
        }
        Target::Operation { .. } | Target::Swapped => Operated::Unauthorized,
        Target::InstanceWithoutNumber => Operated::BadRequest("idInstance not an integer".to_owned()),
        Target::InstanceWithoutToken => Operated::BadRequest("apiTokenInstance not define".to_owned()),
        Target::Instance { .. } | Target::Unknown => Operated::NoSuchPath,
    };
    match outcome {
        Operated::Listed => {
            let listing = state.listing(state.clock.exactly());
            Answer {
                content_type: Some(headers::JSON),
                body: listing.json.clone(),
                gzip: listing.gzip.clone(),
                etag: Some(listing.etag.clone()),
                ..answer
            }
        }
        Operated::Done(value) => answer.with_json(&value),
        Operated::Refused(code, description) => match options.failure_format {
            FailureFormat::Current => answer.with_json(&failure(code, description)),
            FailureFormat::Text2022 => answer.with_status(StatusCode::BAD_REQUEST).with_text(description),
        },
        Operated::BadRequest(text) => answer.with_status(StatusCode::BAD_REQUEST).with_text(&text),
        Operated::Unauthorized => match StatusCode::from_u16(options.unauthorized_status) {
            Ok(StatusCode::OK) | Err(_) if options.failure_format == FailureFormat::Text2022 => {
                answer.with_status(StatusCode::BAD_REQUEST).with_text(UNAUTHORIZED.1)
            }
            Ok(StatusCode::OK) | Err(_) => answer.with_json(&failure(UNAUTHORIZED.0, UNAUTHORIZED.1)),
            Ok(status) => answer.with_status(status),
        },
        Operated::NoSuchPath => {
            let mut nothing = Answer::no_such_path(state.clock.now(), verb, path);
            nothing.headers = answer.headers;
            nothing
        }
    }
}

enum Operated {
    Listed,
    Done(Value),
    Refused(u16, &'static str),
    BadRequest(String),
    Unauthorized,
    NoSuchPath,
}

fn operate(state: &State, operation: &str, body: &[u8], options: &Options) -> Operated {
    let body = match read_body(body) {
        Ok(body) => body,
        Err(text) => return Operated::BadRequest(text),
    };
    match operation {
        CREATE_INSTANCE => create(state, &body, options),
        DELETE_INSTANCE_ACCOUNT => delete(state, &body),
        _ => Operated::Listed,
    }
}

fn create(state: &State, body: &Map<String, Value>, options: &Options) -> Operated {
    let settings: Map<_, _> =
        SETTINGS.iter().filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone()))).collect();
    let name_length = settings.get("name").and_then(Value::as_str).map_or(0, |name| name.chars().count());
    if (options.strict_create && settings.is_empty())
        || options.max_name_length.is_some_and(|longest| name_length > longest)
    {
        return Operated::Refused(400, BAD_REQUEST_DATA);
    }
    let mut account = lock(&state.account);
    if options.capacity.is_some_and(|capacity| account.live() >= capacity) {
        return Operated::Refused(NO_CAPACITY.0, NO_CAPACITY.1);
    }
    let instance = account.create_by_call(state.clock.exactly(), settings, options);
    let mut reply = json!({
        "idInstance": instance.id_instance,
        "apiTokenInstance": instance.api_token_instance,
        "typeInstance": instance.type_instance,
    });
    if options.hosts_in_reply {
        reply["apiUrl"] = state.url.as_str().into();
        reply["mediaUrl"] = state.url.as_str().into();
    }
    Operated::Done(reply)
}

fn delete(state: &State, body: &Map<String, Value>) -> Operated {
    let Some(id_instance) = body.get("idInstance").and_then(Value::as_u64) else {
        return Operated::BadRequest(BAD_REQUEST_DATA.to_owned());
    };
    if lock(&state.account).delete(id_instance, state.clock.exactly()) {
        state.sockets.tell(id_instance, &Post::Close);
        Operated::Done(json!({ "deleteInstanceAccount": true }))
    } else {
        Operated::Refused(NOT_FOUND.0, NOT_FOUND.1)
    }
}

const BAD_REQUEST_DATA: &str = "bad request data";

/// The fields that createInstance knows. Those of older documents (`enableMessagesHistory`, `typeInstance`,
/// `countryInstance`, `partnerUserUiid`) are ignored like any other.
const SETTINGS: &[&str] = &[
    "name",
    "webhookUrl",
    "webhookUrlToken",
    "delaySendMessagesMilliseconds",
    "markIncomingMessagesReaded",
    "markIncomingMessagesReadedOnReply",
    "outgoingWebhook",
    "outgoingMessageWebhook",
    "outgoingAPIMessageWebhook",
    "stateWebhook",
    "incomingWebhook",
    "deviceWebhook",
    "keepOnlineStatus",
    "pollMessageWebhook",
    "incomingBlockWebhook",
    "incomingCallWebhook",
    "editedMessageWebhook",
    "deletedMessageWebhook",
];
