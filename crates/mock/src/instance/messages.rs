//! The methods that an instance is for: to send, to receive, and to look into its queues.

mod changing;
mod files;
mod form;
mod journals;
pub(super) mod multipart;
pub(super) mod notices;
mod sending;

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

pub(crate) use self::sending::{dispatch, id_message};
use self::{
    form::Form,
    notices::Author,
    sending::{bad_request, not_authorized, read_json},
};
use super::{
    InstanceRequest,
    queue::{self, Message, Notification},
    quota,
};
use crate::{account::AccountInstance, answer::Answer, record::until, state::State, sync::lock};

/// Answers one of these methods; nothing where it is none of them, or not with this verb or for this messenger.
pub(crate) async fn answer(
    state: &Arc<State>,
    instance: &AccountInstance,
    request: &InstanceRequest,
) -> Option<Answer> {
    let id_instance = instance.id_instance;
    let is_whatsapp = instance.type_instance == "whatsapp";
    if let Some(answer) = journals::answer(state, instance, request) {
        return Some(answer);
    }
    let answer = match (request.verb.as_str(), request.method.as_str()) {
        ("GET", "receiveNotification") => receive(state, id_instance, request).await,
        ("DELETE", "deleteNotification") => delete(state, id_instance, request.tail.as_deref()?),
        ("GET", "getWebhooksCount") => json(json!({ "count": count_notifications(state, id_instance) })),
        ("DELETE", "clearWebhooksQueue") => clear_notifications(state, id_instance),
        ("GET", "getMessagesCount") => json(json!({ "count": outgoing(state, id_instance).len() })),
        ("GET", "showMessagesQueue") => json(outgoing(state, id_instance).into_iter().take(SHOWN).collect()),
        ("GET", "clearMessagesQueue") => {
            lock(&state.queues).clear_outgoing(id_instance);
            json(json!({ "isCleared": true }))
        }
        ("POST", "checkWhatsapp") if is_whatsapp => check_phone(state, instance, request),
        ("POST", "checkAccount") if !is_whatsapp => check_phone(state, instance, request),
        ("POST", "sendInteractiveButtons" | "sendInteractiveButtonsReply") if !is_whatsapp => return None,
        ("POST", "sendTyping" | "editMessage" | "deleteMessage") => changing::answer(state, instance, request),
        ("POST", "uploadFile") => files::upload(instance, request),
        ("POST", "downloadFile") => files::download(state, instance, request),
        ("POST", "forwardMessages") => sending::forward(state, instance, request),
        ("POST", method) => sending::accept(state, instance, request, Form::of(method)?).await,
        _ => return None,
    };
    Some(answer)
}

/// Queues a message that came in, unless the instance's quota of chats keeps it out; gives the notification about it. Nothing
/// where the instance's settings keep it out.
pub(crate) fn come_in(state: &State, id_instance: u64, fields: &Map<String, Value>) -> Option<Value> {
    let body = notices::received(&Author::of(state, id_instance), &id_message(), fields);
    let chat_id = body["senderData"]["chatId"].as_str().unwrap_or_default();
    if quota::admits_chat(state, id_instance, chat_id) {
        let name = body["senderData"]["chatName"].as_str().unwrap_or_default();
        lock(&state.messengers).note_chat(id_instance, chat_id, name);
        if queue::is_on(state, id_instance, "incomingWebhook") {
            lock(&state.queues).note(id_instance, journals::entry(&body));
        }
        queue::push(state, id_instance, Some("incomingWebhook"), body.clone());
    }
    queue::is_on(state, id_instance, "incomingWebhook").then_some(body)
}

/// The messages that an instance has sent, in order, as showMessagesQueue would have shown them.
pub(crate) fn sent(state: &State, id_instance: u64) -> Vec<Value> {
    dispatch(state, id_instance);
    lock(&state.queues).sent(id_instance).iter().map(Message::to_json).collect()
}

/// Waits for the oldest notification, as long as the caller wants to.
async fn receive(state: &State, id_instance: u64, request: &InstanceRequest) -> Answer {
    if has_webhook_url(state, id_instance) {
        return bad_request(WEBHOOK_URL_IS_SET);
    }
    let longest = match read_timeout(request.query.get("receiveTimeout").map(String::as_str)) {
        Ok(longest) => state.options().receive_timeout_ms.map_or(longest, Duration::from_millis),
        Err(text) => return bad_request(&text),
    };
    dispatch(state, id_instance);
    let age = state.age();
    let news = lock(&state.queues).news();
    let oldest = || {
        let now = state.clock.now();
        let oldest = lock(&state.queues).waiting(id_instance, now).next().map(Notification::to_json);
        // What is there after a reset belongs to another instance.
        if state.age() == age { oldest } else { Some(Value::Null) }
    };
    json(timeout(longest, until(&news, oldest)).await.unwrap_or_default())
}

/// `receiveTimeout`, documented as 5 to 60 seconds. How another one is refused is in no document.
fn read_timeout(given: Option<&str>) -> Result<Duration, String> {
    let seconds = match given.map(str::parse) {
        None => Ok(5),
        Some(Ok(seconds @ 5..=60)) => Ok(seconds),
        Some(Ok(..5)) => Err("must be greater than or equal to 5"),
        Some(Ok(_)) => Err("must be less than or equal to 60"),
        Some(Err(_)) => Err("must be a number"),
    };
    seconds.map(Duration::from_secs).map_err(|must| format!("Validation failed. Details: 'receiveTimeout' {must}"))
}

fn delete(state: &State, id_instance: u64, receipt_id: &str) -> Answer {
    if has_webhook_url(state, id_instance) {
        return bad_request(WEBHOOK_URL_IS_SET);
    }
    let Ok(receipt_id) = receipt_id.parse() else { return bad_request("Parameter receiptId must be a Number!") };
    json(json!({ "result": lock(&state.queues).delete(id_instance, receipt_id), "reason": "" }))
}

fn count_notifications(state: &State, id_instance: u64) -> usize {
    dispatch(state, id_instance);
    let now = state.clock.now();
    lock(&state.queues).waiting(id_instance, now).len()
}

fn clear_notifications(state: &State, id_instance: u64) -> Answer {
    let now = state.clock.now();
    let cleared = lock(&state.queues).clear_notifications(id_instance, now);
    json(match cleared {
        Ok(()) => json!({ "isCleared": true, "reason": "" }),
        Err(left) => json!({ "isCleared": false, "reason": "Too many requests", "leftTime": left }),
    })
}

fn outgoing(state: &State, id_instance: u64) -> Vec<Value> {
    dispatch(state, id_instance);
    let now = state.clock.now();
    lock(&state.queues).outgoing(id_instance, now).map(Message::to_json).collect()
}

/// checkWhatsapp and checkAccount: every number has an account, apart from those that the options name.
fn check_phone(state: &State, instance: &AccountInstance, request: &InstanceRequest) -> Answer {
    let body = match read_json(&request.body) {
        Ok(body) => body,
        Err(refusal) => return refusal.into(),
    };
    let phone = match body.get("phoneNumber").map(Value::as_u64) {
        None => return bad_request("Validation failed. Details: 'phoneNumber' is required"),
        Some(None) => return bad_request("Validation failed. Details: 'phoneNumber' must be a number"),
        Some(Some(phone)) => phone,
    };
    if !(10_000_000_000..=999_999_999_999).contains(&phone) {
        return bad_request("bad phone number, valid 11 or 12 digits");
    }
    if instance.state_instance() != Some("authorized") {
        return not_authorized();
    }
    let exists = !state.options().phones_without_account.contains(&phone);
    json(if instance.type_instance == "whatsapp" {
        json!({ "existsWhatsapp": exists })
    } else {
        json!({ "exist": exists, "chatId": if exists { "10000000" } else { "" }, "fromCache": false })
    })
}

fn has_webhook_url(state: &State, id_instance: u64) -> bool {
    let url = lock(&state.account).setting(id_instance, "webhookUrl");
    url.as_ref().and_then(Value::as_str).is_some_and(|url| !url.is_empty())
}

#[expect(clippy::needless_pass_by_value, reason = "an answer is made for it")]
fn json(body: Value) -> Answer {
    Answer::new(StatusCode::OK).with_json(&body)
}

/// How many messages showMessagesQueue shows.
const SHOWN: usize = 500;
/// The documents break the sentence off after its first half.
const WEBHOOK_URL_IS_SET: &str = "Message cannot be received because custom webhook url is set. Please clear webhook url and wait for about 1 minute";
