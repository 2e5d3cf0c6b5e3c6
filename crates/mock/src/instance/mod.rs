//! The API of a single instance: life and authorization, settings, messages and notifications.

mod about;
mod authorization;
mod messages;
mod messenger;
mod queue;
mod quota;
mod rates;
mod socket;
mod webhooks;

use std::{collections::HashMap, mem::take, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Method, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE},
};
use serde_json::{Map, Value, json};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

pub(crate) use self::{
    authorization::show_new_qr,
    messages::{come_in, sent},
    queue::{push, waiting},
    socket::{Opening, error_frame, timeout_frame},
    webhooks::deliver,
};
use self::{
    messages::notices::Author,
    socket::{account_data_frame, passkey_frame},
};
use crate::{
    account::AccountInstance,
    answer::Answer,
    options::{DeletedInstances, Stage},
    state::State,
    sync::lock,
    token::Digits,
    world::{life, qr, settings, sockets::Post},
};

/// A call of one of an instance's methods.
#[derive(Debug)]
pub(crate) struct InstanceRequest {
    pub(crate) id_instance: u64,
    /// In the documented spelling, where it is a known one.
    pub(crate) method: String,
    pub(crate) token: String,
    /// What follows the token: the receipt of deleteNotification.
    pub(crate) tail: Option<String>,
    pub(crate) verb: Method,
    pub(crate) query: HashMap<String, String>,
    pub(crate) content_type: Option<String>,
    /// `GA-Filename`: the name of a file that is the whole body.
    pub(crate) file_name: Option<String>,
    /// `Sec-WebSocket-Key` of a request for a socket.
    pub(crate) websocket_key: Option<HeaderValue>,
    pub(crate) body: Bytes,
    pub(crate) path: String,
}

/// Does what a call asks for, and says what upstream would answer.
pub(crate) async fn answer(state: &Arc<State>, request: &InstanceRequest) -> Answer {
    if request.verb == Method::OPTIONS {
        return Answer::new(StatusCode::NO_CONTENT);
    }
    let known = change(state, request.id_instance, |instance, _| instance.clone());
    let instance = match known {
        Some(instance) if instance.api_token_instance == request.token => instance,
        known => return wrong_credentials(state, known.is_some(), &request.method),
    };
    if let Some(refusal) = refusal(state, &instance, &request.method) {
        return refusal;
    }
    let answer = match operate(state, &instance, request).await {
        Some(answer) => Some(answer),
        None => messages::answer(state, &instance, request).await,
    };
    let answer = match answer {
        Some(answer) => Some(answer),
        None => messenger::answer(state, &instance, request).await,
    };
    answer.unwrap_or_else(|| Answer::no_such_path(state.clock.now(), &request.verb, &request.path))
}

/// What a call is told whose id or token is wrong.
fn wrong_credentials(state: &State, is_id_known: bool, method: &str) -> Answer {
    let status = if is_id_known { 401 } else { state.options().unknown_instance_status };
    if method == "updateApiToken" {
        return about::update_refused();
    }
    Answer::new(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN))
}

/// Why a call does not get to its method, if it does not.
fn refusal(state: &State, instance: &AccountInstance, method: &str) -> Option<Answer> {
    let id_instance = instance.id_instance;
    if instance.deleted_at.is_some() {
        return Some(match state.options().deleted_instances {
            DeletedInstances::Refused => bad_request("Instance is deleted"),
            DeletedInstances::Starting if method == "getStateInstance" => {
                Answer::new(StatusCode::OK).with_json(&json!({ "stateInstance": life::STARTING }))
            }
            DeletedInstances::Starting => starting(),
        });
    }
    if let Some(refusal) = stage_refusal(&instance.life, method) {
        tell(state, id_instance);
        return Some(refusal);
    }
    if !rates::let_through(state, id_instance, &instance.type_instance, method, state.clock.now()) {
        return Some(Answer::too_many_requests());
    }
    if let Some(refusal) = quota::refusal(state, id_instance, method) {
        return Some(refusal);
    }
    if instance.life.stage().is_some() && !WORKS_WITHOUT_MESSENGER.contains(&method) {
        tell(state, id_instance);
    }
    None
}

/// Counts an answer that tells what an instance goes through.
fn tell(state: &State, id_instance: u64) {
    let now = state.clock.exactly();
    change(state, id_instance, |instance, _| instance.life.tell(now));
}

/// What a call is told that comes before the instance is ready for it.
fn stage_refusal(life: &life::Life, method: &str) -> Option<Answer> {
    let stage = match (life.stage(), life.state_instance()) {
        (None, None) => Stage::Null,
        (None, Some(life::STARTING)) => Stage::Starting,
        (stage, _) => stage?,
    };
    match stage {
        Stage::Unauthorized => Some(Answer::new(StatusCode::UNAUTHORIZED)),
        Stage::Expired => Some(bad_request("Instance account is expired. Renew your instance from personal area")),
        Stage::Null if matches!(method, "getStateInstance" | "getAuthorizationCode") => {
            Some(Answer::new(StatusCode::OK).with_json(&Value::Null))
        }
        Stage::Starting if WORKS_WHILE_STARTING.contains(&method) || WORKS_WITHOUT_MESSENGER.contains(&method) => None,
        Stage::Null | Stage::Starting => Some(starting()),
    }
}

/// The methods of life, authorization and settings; nothing where it is none of them.
async fn operate(state: &Arc<State>, instance: &AccountInstance, request: &InstanceRequest) -> Option<Answer> {
    let id_instance = instance.id_instance;
    let is_whatsapp = instance.is_whatsapp();
    Some(match (request.verb.as_str(), request.method.as_str()) {
        ("GET", "getStateInstance") => about::get_state_instance(instance),
        ("GET", "getStateInstanceHistory") => about::get_state_instance_history(instance, request),
        ("GET", "getStatusInstance") if is_whatsapp => about::get_status_instance(instance),
        ("GET", "getSettings") => about::get_settings(instance),
        ("POST", "setSettings") => about::set_settings(state, request),
        ("GET", "getWaSettings") if is_whatsapp => about::get_wa_settings(instance, state.options().wa_settings_format),
        ("GET", "getAccountSettings") if !is_whatsapp => about::get_account_settings(state, instance),
        ("POST", "setProfilePicture") => about::set_profile_picture(state, request).await,
        ("GET", "updateApiToken") => about::update_api_token(state, id_instance),
        ("GET", "reboot") => about::reboot(state, id_instance),
        ("GET", "logout") => authorization::logout(state, id_instance),
        ("GET", "qr") => authorization::qr(state, id_instance),
        ("GET", "scanqrcode") if is_whatsapp && state.options().socket => {
            switch_protocols(request.websocket_key.as_ref()?)
        }
        ("POST", "getAuthorizationCode") if is_whatsapp => authorization::get_authorization_code(state, request),
        ("POST", "startAuthorization") if !is_whatsapp => authorization::start_authorization(state, request),
        ("POST", "sendAuthorizationCode") if !is_whatsapp => authorization::send_authorization_code(state, request),
        ("POST", "sendAuthorizationPassword") if !is_whatsapp => {
            authorization::send_authorization_password(state, request)
        }
        _ => return None,
    })
}

/// Does something to an instance, and tells those who want to know what has become of its state.
pub(crate) fn change<T>(
    state: &State,
    id_instance: u64,
    act: impl FnOnce(&mut AccountInstance, &mut Digits) -> T,
) -> Option<T> {
    let now = state.clock.exactly();
    let with_fields = state.options().account_data_fields;
    let mut account = lock(&state.account);
    let (instance, digits) = account.instance_mut(id_instance)?;
    let before = instance.state_instance().map(str::to_owned);
    let waited = instance.life.waits_for_a_passkey();
    instance.life.go_on(now);
    let result = act(instance, digits);
    let new_settings = if instance.life.stage().is_none() { take(&mut instance.life.new_settings) } else { Map::new() };
    let has_new_settings = !new_settings.is_empty();
    instance.settings.extend(new_settings);
    instance.life.note(now);
    let after = instance.state_instance().map(str::to_owned);
    if before != after && instance.life.is_authorized() {
        let frame = account_data_frame(instance, with_fields);
        state.sockets.tell(id_instance, &Post::Last(frame.to_string()));
    }
    if !waited && instance.life.waits_for_a_passkey() {
        state.sockets.tell(id_instance, &Post::Frame(passkey_frame().to_string()));
    }
    drop(account);
    if before.is_some() && before != after {
        let body = Author::of(state, id_instance).about("stateInstanceChanged", json!({ "stateInstance": after }));
        push(state, id_instance, Some("stateWebhook"), body);
    }
    if has_new_settings || before != after {
        queue::wake(state, id_instance);
    }
    Some(result)
}

fn switch_protocols(key: &HeaderValue) -> Answer {
    let mut answer = Answer::new(StatusCode::SWITCHING_PROTOCOLS);
    answer.headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    answer.headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()));
    answer.headers.extend(accept.ok().map(|accept| (SEC_WEBSOCKET_ACCEPT, accept)));
    answer
}

fn bad_request(text: &str) -> Answer {
    Answer::new(StatusCode::BAD_REQUEST).with_text(text)
}

fn starting() -> Answer {
    bad_request("instance in starting process try later")
}

/// What a call is told that needs a phone.
fn refused_unlinked() -> Answer {
    bad_request(UNLINKED)
}

/// The methods that answer while an instance is starting: to see it, and to get it out of that state.
const WORKS_WHILE_STARTING: &[&str] = &[
    "getStateInstance",
    "getStateInstanceHistory",
    "getStatusInstance",
    "getSettings",
    "getWaSettings",
    "getAccountSettings",
    "updateApiToken",
    "reboot",
    "logout",
];

/// The methods of the queues, which an instance's life does not touch.
const WORKS_WITHOUT_MESSENGER: &[&str] = &[
    "receiveNotification",
    "deleteNotification",
    "getWebhooksCount",
    "clearWebhooksQueue",
    "getMessagesCount",
    "showMessagesQueue",
    "clearMessagesQueue",
];

const UNLINKED: &str = "instance is starting or not authorized";
const ALREADY_AUTHORIZED: &str = "instance account already authorized";
const HAS_AUTH: &str = "Instance has auth. You need to make log out";
