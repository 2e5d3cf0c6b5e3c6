//! Chats: which there are, and what can be set of one.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, Chat, Outcome, invalid, is_group, ok};
use crate::answer::Answer;

/// `POST readChat`, of all or of one message.
pub(super) fn read(call: &Call<'_>) -> Outcome {
    let (chat_id, _) = (call.text("chatId")?, call.optional_text("idMessage")?);
    call.messenger(|messenger| {
        messenger.chat(chat_id);
    })?;
    Ok(ok(json!({ "setRead": true })))
}

/// `POST archiveChat`: an empty 200.
pub(super) fn archive(call: &Call<'_>) -> Outcome {
    set_archived(call, true)
}

/// `POST unarchiveChat`: an empty 200.
pub(super) fn unarchive(call: &Call<'_>) -> Outcome {
    set_archived(call, false)
}

fn set_archived(call: &Call<'_>, is_archived: bool) -> Outcome {
    let chat_id = call.text("chatId")?;
    call.messenger(|messenger| messenger.chat(chat_id).is_archived = is_archived)?;
    Ok(Answer::new(StatusCode::OK))
}

/// `GET getChats?count=`: the latest ones, the newest first.
///
/// Evidence: "sorted by chat activity time"; which end comes first is inferred from `count`.
pub(super) fn list(call: &Call<'_>) -> Outcome {
    let count = usize::try_from(call.number("count", u64::MAX)).unwrap_or(usize::MAX);
    let shown = call.messenger(|messenger| messenger.chats.iter().rev().take(count).map(Chat::to_json).collect())?;
    Ok(ok(shown))
}

impl Chat {
    fn to_json(&self) -> Value {
        json!({
            "archive": self.is_archived,
            "id": self.id,
            "ephemeralExpiration": self.expiration,
            "ephemeralSettingTimestamp": self.expiration_set_at,
            "name": self.name,
            "type": if is_group(&self.id) { "group" } else { "user" },
        })
    }
}

/// `POST setDisappearingChat`
pub(super) fn set_disappearing(call: &Call<'_>) -> Outcome {
    let chat_id = call.text("chatId")?;
    let expiration = match call.body.get("ephemeralExpiration") {
        None => 0,
        Some(value) => value
            .as_u64()
            .filter(|seconds| LIFETIMES.contains(seconds))
            .ok_or_else(|| invalid("'ephemeralExpiration' must be one of [0, 86400, 604800, 7776000]"))?,
    };
    let at = call.now.as_second();
    call.messenger(|messenger| {
        let chat = messenger.chat(chat_id);
        (chat.expiration, chat.expiration_set_at) = (expiration, at);
    })?;
    Ok(ok(json!({
        "chatId": chat_id,
        "disappearingMessagesInChat": expiration > 0,
        "ephemeralExpiration": expiration,
    })))
}

/// The seconds that messages may live, as the messenger offers them.
const LIFETIMES: [u64; 4] = [0, 86_400, 604_800, 7_776_000];
