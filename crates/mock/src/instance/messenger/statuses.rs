//! Statuses: what the account shows to its contacts for a day.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Call, Outcome, Refusal, ok};
use crate::{answer::Answer, instance::messages::id_message, world::messengers::Status};

/// `POST sendTextStatus`, `sendVoiceStatus`, `sendMediaStatus`
pub(super) fn send(call: &Call<'_>) -> Outcome {
    let participants = call.optional_texts("participants")?;
    let content = if call.request.method == "sendTextStatus" { text(call, &participants)? } else { file(call)? };
    let (id, sent_at) = (id_message(), call.now.as_second());
    let mut shown = fields(json!({
        "type": "outgoing",
        "idMessage": id,
        "timestamp": sent_at,
        "chatId": call.own_id(),
        "statusMessage": "sent",
        "sendByApi": true,
    }));
    shown.extend(content);
    if call.request.method != "sendTextStatus" {
        shown.insert("participants".to_owned(), participants.clone().into());
    }
    let status = Status { id: id.clone(), sent_at, participants, shown };
    call.messenger(|messenger| messenger.statuses.push(status))?;
    Ok(ok(json!({ "idMessage": id })))
}

/// What a journal shows of a text.
fn text(call: &Call<'_>, participants: &[String]) -> Result<Map<String, Value>, Refusal> {
    let message = call.text("message")?;
    let color = call.optional_text("backgroundColor")?;
    let font = call.optional_text("font")?;
    Ok(fields(json!({
        "typeMessage": "extendedTextMessage",
        "textMessage": message,
        "extendedTextMessage": {
            "text": message,
            "backgroundColor": if color.is_empty() { "#000000" } else { color },
            "font": if font.is_empty() { "SERIF" } else { font },
            "participants": participants,
        },
    })))
}

/// What a journal shows of a picture, a video or a voice.
fn file(call: &Call<'_>) -> Result<Map<String, Value>, Refusal> {
    let (url, name) = (call.text("urlFile")?, call.text("fileName")?);
    let caption = call.optional_text("caption")?;
    call.optional_text("backgroundColor")?;
    let kind = match (call.request.method.as_str(), name.rsplit('.').next()) {
        ("sendVoiceStatus", _) => "audioMessage",
        (_, Some("mp4" | "avi" | "mov")) => "videoMessage",
        _ => "imageMessage",
    };
    Ok(fields(json!({ "typeMessage": kind, "downloadUrl": url, "fileName": name, "caption": caption })))
}

fn fields(object: Value) -> Map<String, Value> {
    if let Value::Object(fields) = object { fields } else { Map::new() }
}

/// `GET getIncomingStatuses?minutes=1440`: nobody shows one to a mock, unless a fault says so.
pub(super) fn incoming(call: &Call<'_>) -> Outcome {
    call.messenger(|_| ok(json!([])))
}

/// `GET getOutgoingStatuses?minutes=1440`, the newest first as in every journal.
pub(super) fn outgoing(call: &Call<'_>) -> Outcome {
    let minutes = i64::try_from(call.number("minutes", A_DAY)).unwrap_or(i64::MAX);
    let since = call.now.as_second().saturating_sub(minutes.saturating_mul(60));
    let shown = call.messenger(|messenger| {
        let recent = messenger.statuses.iter().rev().filter(|status| status.sent_at >= since);
        recent.map(|status| Value::Object(status.shown.clone())).collect()
    })?;
    Ok(ok(shown))
}

/// `GET getStatusStatistic?idMessage=`: all whom the status was meant for have got it.
///
/// Evidence: the fields and the word `read` are those of the sample; `delivered` is a word of messages.
pub(super) fn statistic(call: &Call<'_>) -> Outcome {
    let id = call.request.query.get("idMessage").map(String::as_str).unwrap_or_default();
    let shown = call.messenger(|messenger| {
        let status = messenger.statuses.iter().find(|status| status.id == id);
        let rows = status.into_iter().flat_map(|status| {
            let row =
                |participant| json!({ "timestamp": status.sent_at, "participant": participant, "status": "delivered" });
            status.participants.iter().map(row)
        });
        rows.collect()
    })?;
    Ok(ok(shown))
}

/// `POST deleteStatus`: an empty 200. What upstream says of one that it does not know is not documented: the same.
pub(super) fn delete(call: &Call<'_>) -> Outcome {
    let id = call.text("idMessage")?;
    call.messenger(|messenger| messenger.statuses.retain(|status| status.id != id))?;
    Ok(Answer::new(StatusCode::OK))
}

/// In minutes: what the two lists show where nothing is said.
const A_DAY: u64 = 1440;
