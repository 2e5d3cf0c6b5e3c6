//! A message's way: accepted, queued, sent.

use bytes::Bytes;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{
    form::Form,
    journals, multipart,
    notices::{self, Author},
};
use crate::{
    account::AccountInstance,
    answer::{Answer, read_body},
    instance::{
        InstanceRequest,
        queue::{self, Leaving, Message},
        quota,
    },
    options::UnlinkedSends,
    state::State,
    sync::lock,
    token::Digits,
};

/// Accepts a message, and sends it where nothing keeps it in the queue.
pub(super) async fn accept(
    state: &State,
    instance: &AccountInstance,
    request: &InstanceRequest,
    form: &Form,
) -> Answer {
    let id_instance = instance.id_instance;
    let is_upload = form.method == "sendFileByUpload";
    let read = if is_upload {
        let upload = read_upload(id_instance, request.content_type.as_deref(), &request.body).await;
        upload.and_then(|(body, content)| Ok((checked(instance, form, body)?, Some(content))))
    } else {
        read_checked(instance, request, form).map(|body| (body, None))
    };
    let (body, content) = match read {
        Ok(body) => body,
        Err(refusal) => return refusal.into(),
    };
    if let Some(refusal) = not_ready(state, instance) {
        return refusal;
    }
    let url_file = body.get("urlFile").cloned().unwrap_or_default();
    let message = Message {
        id: id_message(),
        // Upstream's list of the queue knows no uploads.
        method: if is_upload { "sendFileByUrl" } else { form.method },
        body,
        queued_at: state.clock.now(),
    };
    if let Some(refusal) = quota::chat_refusal(state, id_instance, form.method, message.chat_id()) {
        return refusal;
    }
    let mut reply = json!({ "idMessage": message.id });
    if is_upload {
        reply["urlFile"] = url_file;
    }
    lock(&state.messengers).note_chat(id_instance, message.chat_id(), "");
    let mut queues = lock(&state.queues);
    if let Some(content) = content {
        queues.keep_file(&message.id, content);
    }
    queues.accept(id_instance, message);
    drop(queues);
    dispatch(state, id_instance);
    Answer::new(StatusCode::OK).with_json(&reply)
}

/// Forwards messages: of one that this instance has sent the content, of any other an empty text.
pub(super) fn forward(state: &State, instance: &AccountInstance, request: &InstanceRequest) -> Answer {
    let id_instance = instance.id_instance;
    let read = Form::of(&request.method).map(|form| read_checked(instance, request, form));
    let fields = match read {
        Some(Ok(fields)) => fields,
        Some(Err(refusal)) => return refusal.into(),
        None => return bad_request("bad request data"),
    };
    if let Some(refusal) = not_ready(state, instance) {
        return refusal;
    }
    dispatch(state, id_instance);
    let chat_id = fields.get("chatId").cloned().unwrap_or_default();
    if let Some(refusal) =
        quota::chat_refusal(state, id_instance, "forwardMessages", chat_id.as_str().unwrap_or_default())
    {
        return refusal;
    }
    let wanted = fields.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut ids = Vec::new();
    for original in &wanted {
        let mut queues = lock(&state.queues);
        let original = queues.sent(id_instance).iter().find(|sent| *original == sent.id.as_str());
        let (method, mut body) = original.map_or(("sendMessage", Map::new()), |sent| (sent.method, sent.body.clone()));
        body.insert("chatId".to_owned(), chat_id.clone());
        let message = Message { id: id_message(), method, body, queued_at: state.clock.now() };
        ids.push(message.id.clone());
        queues.accept(id_instance, message);
    }
    dispatch(state, id_instance);
    Answer::new(StatusCode::OK).with_json(&json!({ "messages": ids }))
}

/// The fields of a call in JSON, checked by the method's form.
pub(super) fn read_checked(
    instance: &AccountInstance,
    request: &InstanceRequest,
    form: &Form,
) -> Result<Map<String, Value>, Refusal> {
    checked(instance, form, read_json(&request.body)?)
}

fn checked(instance: &AccountInstance, form: &Form, body: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    form.check(&body, &instance.type_instance).map_err(Refusal::bad_request)?;
    Ok(body)
}

/// Why an instance sends nothing now, if it does not.
pub(super) fn not_ready(state: &State, instance: &AccountInstance) -> Option<Answer> {
    match instance.state_instance() {
        Some("suspended") => Some(Answer::new(StatusCode::FORBIDDEN).with_text("Your account is suspended")),
        Some("authorized") => None,
        _ if state.options().unlinked_sends == UnlinkedSends::Refused => Some(not_authorized()),
        _ => None,
    }
}

/// Sends what an instance's queue lets go; says when there is more to send, if it is known.
pub(crate) fn dispatch(state: &State, id_instance: u64) -> Option<Timestamp> {
    let (is_linked, pause) = {
        let account = lock(&state.account);
        let pause = account.setting(id_instance, "delaySendMessagesMilliseconds").and_then(|pause| pause.as_i64());
        let instance = account.instance(id_instance)?;
        (instance.state_instance() == Some("authorized"), SignedDuration::from_millis(pause.unwrap_or_default()))
    };
    if !is_linked {
        return None;
    }
    let wants_message = queue::is_on(state, id_instance, "outgoingAPIMessageWebhook");
    let wants_status = queue::is_on(state, id_instance, "outgoingWebhook");
    let author = Author::of(state, id_instance);
    let options = state.options();
    let now = state.clock.exactly();
    // One lock for all of it, so that a message's notifications are there when it is gone, and in its order.
    let mut queues = lock(&state.queues);
    loop {
        let message = match queues.leave(id_instance, pause, now) {
            Leaving::Now(message) => message,
            Leaving::At(moment) => return Some(moment),
            Leaving::Nothing => return None,
        };
        let phone = message.chat_id().split('@').next().and_then(|phone| phone.parse().ok());
        if phone.is_some_and(|phone| options.phones_without_account.contains(&phone)) {
            // Cannot be switched off.
            queues.push(id_instance, notices::status(&author, &message, "noAccount"), now);
            continue;
        }
        let told = notices::sent(&author, &message);
        queues.note(id_instance, journals::entry(&told));
        if wants_message {
            queues.push(id_instance, told, now);
        }
        if wants_status {
            for status in ["sent", "delivered"] {
                queues.push(id_instance, notices::status(&author, &message, status), now);
            }
        }
    }
}

/// A body that is not taken: the status, and the text that says why.
pub(super) struct Refusal(StatusCode, String);

impl Refusal {
    pub(super) fn bad_request(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }
}

impl From<Refusal> for Answer {
    fn from(Refusal(status, text): Refusal) -> Self {
        Self::new(status).with_text(&text)
    }
}

/// The fields of a body in JSON, which upstream's framework takes up to 100 KB of.
pub(super) fn read_json(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    if body.len() > 100 * 1024 {
        return Err(Refusal(StatusCode::INTERNAL_SERVER_ERROR, "request entity too large".to_owned()));
    }
    read_body(body).map_err(Refusal::bad_request)
}

/// The fields of an upload, as those of a file that is in upstream's storage.
async fn read_upload(
    id_instance: u64,
    content_type: Option<&str>,
    body: &Bytes,
) -> Result<(Map<String, Value>, Bytes), Refusal> {
    let parts = multipart::read(content_type, body).await.ok_or_else(|| Refusal::bad_request("bad request data"))?;
    let mut fields = Map::new();
    for name in ["chatId", "fileName", "caption", "quotedMessageId"] {
        if let Some(part) = parts.get(name) {
            fields.insert(name.to_owned(), part.text().into());
        }
    }
    let file =
        parts.get("file").ok_or_else(|| Refusal::bad_request("Validation failed. Details: 'file' is required"))?;
    let name = fields.get("fileName").and_then(Value::as_str).or(file.file_name.as_deref()).unwrap_or_default();
    fields.insert("urlFile".to_owned(), storage_url(id_instance, name).into());
    fields.insert("fileSize".to_owned(), file.content.len().into());
    fields.insert("mimeType".to_owned(), file.content_type.clone().into());
    Ok((fields, file.content.clone()))
}

/// Where upstream keeps a file that was uploaded.
pub(super) fn storage_url(id_instance: u64, name: &str) -> String {
    let extension = name.rsplit_once('.').map_or("bin", |(_, extension)| extension);
    let place = Digits::new().take(32);
    format!("{STORAGE}/{id_instance}/{place}.{extension}")
}

/// A new `idMessage` of the documented form: `3EB0` and 18 hexadecimal digits.
pub(crate) fn id_message() -> String {
    format!("3EB0{}", Digits::new().take(18).to_uppercase())
}

pub(super) fn bad_request(text: &str) -> Answer {
    Answer::new(StatusCode::BAD_REQUEST).with_text(text)
}

pub(super) fn not_authorized() -> Answer {
    bad_request("instance is starting or not authorized")
}

const STORAGE: &str = "https://sw-media-out.storage.yandexcloud.net";
