//! Refusals of a call above a monthly quota.

use http::StatusCode;
use serde_json::json;

use super::{messages::notices::Author, queue};
use crate::{
    answer::Answer,
    options::QuotaFormat,
    state::State,
    sync::lock,
    world::quotas::{CORRESPONDENTS, Used},
};

/// Counts a call of a method, and refuses it if its quota is used up.
pub(crate) fn refusal(state: &State, id_instance: u64, method: &str) -> Option<Answer> {
    let used = lock(&state.quotas).count(id_instance, method).err()?;
    let options = state.options();
    if method == "checkAccount" {
        let status = StatusCode::from_u16(options.contact_limit_status).unwrap_or(StatusCode::OK);
        return Some(match status {
            StatusCode::OK => Answer::new(status).with_json(&json!({ "status": false, "reason": CONTACT_LIMIT })),
            status => Answer::new(status).with_text(CONTACT_LIMIT),
        });
    }
    let status = json!({
        "method": method.to_ascii_lowercase(),
        "used": used.used,
        "total": used.total,
        "status": "QUOTE_EXCEEDED",
        "description": format!("Monthly quota has been exceeded. {ASK_FOR_MORE}"),
    });
    Some(exceeded().with_json(&match options.quota_format {
        QuotaFormat::Wrapped => json!({ "invokeStatus": status }),
        QuotaFormat::Bare => status,
    }))
}

/// Counts the chat that a message is sent to, and refuses the message if it is one too many.
pub(crate) fn chat_refusal(state: &State, id_instance: u64, method: &str, chat_id: &str) -> Option<Answer> {
    let (invoked, quota, known) = {
        let mut quotas = lock(&state.quotas);
        let (quota, known) = quotas.count_chat(id_instance, chat_id).err()?;
        (quotas.used(id_instance, method), quota, known)
    };
    note_exceeded(state, id_instance, quota, &known);
    Some(exceeded().with_json(&json!({
        "invokeStatus": {
            "method": method.to_ascii_lowercase(),
            "used": invoked.used,
            "total": invoked.total,
            "status": "QUOTE_ALLOWED",
        },
        "correspondentsStatus": {
            "method": CORRESPONDENTS,
            "used": quota.used,
            "total": quota.total,
            "status": "CORRESPONDENTS_QUOTE_EXCEEDED",
            "description": format!(
                "Monthly quota has been exceeded. You can only send or receive messages from these numbers: {known}. \
                 {ASK_FOR_MORE}"
            ),
        },
    })))
}

/// Counts the chat that a message comes from; false, and a notification instead of the message, if it is one too many.
pub(crate) fn admits_chat(state: &State, id_instance: u64, chat_id: &str) -> bool {
    let counted = lock(&state.quotas).count_chat(id_instance, chat_id);
    match counted {
        Ok(()) => true,
        Err((quota, known)) => {
            note_exceeded(state, id_instance, quota, &known);
            false
        }
    }
}

/// Notifies of a chat too many, whatever the settings say: the documents name none for it, apart from one copy of them.
fn note_exceeded(state: &State, id_instance: u64, quota: Used, known: &str) {
    let known = known.replace(',', ", ");
    let body = Author::of(state, id_instance).about("quotaExceeded", json!({
        "quotaData": {
            "method": CORRESPONDENTS,
            "used": quota.used,
            "total": quota.total,
            "status": "CORRESPONDENTS_QUOTA_EXCEEDED",
            "description": format!(
                "Monthly quota has been exceeded. You can only send or receive messages from following chats: {known}. \
                 {ASK_FOR_MORE}"
            ),
        },
    }));
    queue::push(state, id_instance, None, body);
}

fn exceeded() -> Answer {
    Answer::new(StatusCode::from_u16(466).unwrap_or(StatusCode::BAD_REQUEST))
}

const CONTACT_LIMIT: &str = "User get contact info limit reached";
const ASK_FOR_MORE: &str =
    "Please go to your personal account and change the tariff to business https://console.green-api.com";
