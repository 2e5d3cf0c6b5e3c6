//! Monthly quotas, and what a call above one is told.

use std::collections::HashMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{messages::notices::Author, queue};
use crate::{state::State, sync::lock, upstream::Answer};

/// How an answer 466 is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QuotaFormat {
    /// `{"invokeStatus": {"method", "used", "total", "status", "description"}}`. Spelled `"wrapped"`.
    ///
    /// Evidence: the documents' samples.
    #[default]
    Wrapped,
    /// The inner object alone. Spelled `"bare"`. An answer about chats is wrapped all the same.
    ///
    /// Evidence: a reply captured in public code.
    Bare,
}

/// The quotas of all instances. An instance has none until a test sets one.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    /// By instance, and by method in lower-case letters as upstream writes it.
    methods: HashMap<(u64, String), Used>,
    chats: HashMap<u64, Chats>,
}

/// How much of a quota is used; a total of 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Used {
    used: u64,
    total: u64,
}

/// The chats that an instance may send to and receive from.
#[derive(Debug, Default)]
struct Chats {
    quota: Used,
    known: Vec<String>,
}

impl Used {
    fn is_up(self) -> bool {
        self.total > 0 && self.used >= self.total
    }
}

impl Quotas {
    /// Counts a call; what is used already if it is one too many.
    fn count(&mut self, id_instance: u64, method: &str) -> Result<(), Used> {
        let Some(quota) = self.methods.get_mut(&(id_instance, method.to_ascii_lowercase())) else { return Ok(()) };
        if quota.is_up() {
            return Err(*quota);
        }
        quota.used += 1;
        Ok(())
    }

    fn used(&self, id_instance: u64, method: &str) -> Used {
        self.methods.get(&(id_instance, method.to_ascii_lowercase())).copied().unwrap_or_default()
    }

    /// Counts a chat that is new; the chats that are known if it is one too many.
    fn count_chat(&mut self, id_instance: u64, chat_id: &str) -> Result<(), (Used, String)> {
        let Some(chats) = self.chats.get_mut(&id_instance) else { return Ok(()) };
        if chats.known.iter().any(|known| known == chat_id) {
            return Ok(());
        }
        if chats.quota.is_up() {
            return Err((chats.quota, chats.known.join(",")));
        }
        chats.quota.used += 1;
        chats.known.push(chat_id.to_owned());
        Ok(())
    }
}

/// Sets the quota of a method, or with `correspondents` that of chats. What is known of chats is forgotten.
pub(crate) fn set(state: &State, id_instance: u64, method: &str, used: u64, total: u64) {
    let quota = Used { used, total };
    let mut quotas = lock(&state.quotas);
    if method.eq_ignore_ascii_case(CORRESPONDENTS) {
        quotas.chats.insert(id_instance, Chats { quota, known: Vec::new() });
    } else {
        quotas.methods.insert((id_instance, method.to_ascii_lowercase()), quota);
    }
}

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

const CORRESPONDENTS: &str = "correspondents";
const CONTACT_LIMIT: &str = "User get contact info limit reached";
const ASK_FOR_MORE: &str =
    "Please go to your personal account and change the tariff to business https://console.green-api.com";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_above_the_total_is_refused_and_none_before() {
        let mut quotas = Quotas::default();
        quotas.methods.insert((1, "checkwhatsapp".into()), Used { used: 98, total: 100 });
        let counted: Vec<_> = (0..3).map(|_| quotas.count(1, "checkWhatsapp")).collect();
        assert_eq!(counted, [Ok(()), Ok(()), Err(Used { used: 100, total: 100 })]);
        assert_eq!(quotas.count(2, "checkWhatsapp"), Ok(()), "another instance");
    }

    #[test]
    fn a_total_of_zero_is_no_limit() {
        let mut quotas = Quotas::default();
        quotas.methods.insert((1, "sendmessage".into()), Used { used: 67, total: 0 });
        assert_eq!(quotas.count(1, "sendMessage"), Ok(()));
        assert_eq!(quotas.used(1, "sendMessage"), Used { used: 68, total: 0 });
    }

    #[test]
    fn a_known_chat_is_free_and_a_new_one_counts() {
        let mut quotas = Quotas::default();
        quotas.chats.insert(1, Chats { quota: Used { used: 0, total: 2 }, known: Vec::new() });
        let counted: Vec<_> =
            ["a@c.us", "b@c.us", "a@c.us", "c@c.us"].map(|chat| quotas.count_chat(1, chat).is_ok()).into();
        assert_eq!(counted, [true, true, true, false]);
        assert_eq!(quotas.count_chat(1, "c@c.us"), Err((Used { used: 2, total: 2 }, "a@c.us,b@c.us".into())));
    }
}
