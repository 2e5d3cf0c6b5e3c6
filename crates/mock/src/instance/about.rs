//! Methods about an instance itself: what it says, and what can be changed.

use http::StatusCode;
use serde_json::{Value, json};

use super::{
    InstanceRequest, bad_request, change,
    life::{NOT_AUTHORIZED, STARTING},
    messages::multipart,
    refused_unlinked, settings,
};
use crate::{
    account::AccountInstance,
    answer::{Answer, UNAUTHORIZED, failure, read_body},
    options::WaSettingsFormat,
    state::State,
    sync::lock,
};

/// `GET getStateInstance`
pub(super) fn get_state_instance(instance: &AccountInstance) -> Answer {
    ok(&json!({ "stateInstance": instance.state_instance() }))
}

/// `GET getStateInstanceHistory?count=100`: the last ones, the oldest first.
pub(super) fn get_state_instance_history(instance: &AccountInstance, request: &InstanceRequest) -> Answer {
    let history = instance.life.history();
    let count = request.query.get("count").and_then(|count| count.parse().ok()).unwrap_or(100);
    ok(&history[history.len().saturating_sub(count)..].into())
}

/// `GET getStatusInstance`, of WhatsApp.
pub(super) fn get_status_instance(instance: &AccountInstance) -> Answer {
    ok(&json!({ "statusInstance": if instance.life.is_linked() { "online" } else { "offline" } }))
}

/// `GET getSettings`
pub(super) fn get_settings(instance: &AccountInstance) -> Answer {
    ok(&settings::shown(&instance.type_instance, &instance.wid().unwrap_or_default(), &instance.settings))
}

/// `POST setSettings`: taken now, in force after the reboot that it brings about.
pub(super) fn set_settings(state: &State, request: &InstanceRequest) -> Answer {
    let read = read_body(&request.body).and_then(|body| settings::read(&body));
    let mut new = match read {
        Ok(new) => new,
        Err(text) => return bad_request(&text),
    };
    let (now, options) = (state.clock.exactly(), state.options());
    let answer = change(state, request.id_instance, |instance, _| {
        let life = &mut instance.life;
        if life.was_rebooted {
            life.new_settings.extend(std::mem::take(&mut life.lost_settings));
        }
        life.lost_settings.extend(settings::lose(&mut new, life.was_rebooted, &options));
        life.new_settings.extend(new);
        instance.life.reboot(now, &options);
        ok(&json!({ "saveSettings": true }))
    });
    answer.unwrap_or_else(refused_unlinked)
}

/// `GET reboot`
pub(super) fn reboot(state: &State, id_instance: u64) -> Answer {
    let (now, options) = (state.clock.exactly(), state.options());
    let answer = change(state, id_instance, |instance, _| {
        instance.life.was_rebooted = true;
        instance.life.reboot(now, &options);
        ok(&json!({ "isReboot": true }))
    });
    answer.unwrap_or_else(refused_unlinked)
}

/// `GET getWaSettings`, of WhatsApp. Without a phone that works, its fields are empty.
pub(super) fn get_wa_settings(instance: &AccountInstance, format: WaSettingsFormat) -> Answer {
    let phone = shown_phone(instance).unwrap_or_default();
    let device_id = if phone.is_empty() { String::new() } else { format!("{phone}:8@s.whatsapp.net") };
    let mut shown = json!({
        "avatar": instance.life.avatar,
        "phone": phone,
        "stateInstance": instance.state_instance(),
        "deviceId": device_id,
    });
    if format == WaSettingsFormat::Newest {
        if let Ok(number) = phone.parse::<u64>() {
            shown["phone"] = number.into();
        }
        shown["base64Avatar"] = "".into();
        shown["chatId"] = if phone.is_empty() { String::new() } else { format!("{phone}@c.us") }.into();
        shown["historySyncProgress"] = if phone.is_empty() { 0 } else { 100 }.into();
        shown["logoutProcess"] = false.into();
    }
    ok(&shown)
}

/// `GET getAccountSettings`, of Telegram and MAX.
///
/// Evidence: the page names the states and `suspendedUntil`; the other fields are those of getWaSettings.
pub(super) fn get_account_settings(state: &State, instance: &AccountInstance) -> Answer {
    let phone = shown_phone(instance).unwrap_or_default();
    let mut shown = json!({
        "avatar": instance.life.avatar,
        "phone": phone,
        "stateInstance": instance.state_instance(),
        "chatId": if phone.is_empty() { "" } else { "10000000" },
    });
    if instance.state_instance() == Some("suspended") {
        shown["suspendedUntil"] = (state.clock.now().as_second() + A_DAY).into();
    }
    ok(&shown)
}

/// `POST setProfilePicture`: a JPEG in the form's field `file`.
///
/// Evidence: the fields of the answer are documented; `reason` of a refusal is not.
pub(super) async fn set_profile_picture(state: &State, request: &InstanceRequest) -> Answer {
    let parts = multipart::read(request.content_type.as_deref(), &request.body).await;
    let Some(parts) = parts else { return bad_request("bad request data") };
    let Some(file) = parts.get("file") else { return bad_request("Validation failed. Details: 'file' is required") };
    if !file.content.starts_with(JPEG) {
        return ok(&json!({ "reason": "bad image", "urlAvatar": null, "setProfilePicture": false }));
    }
    let answer = change(state, request.id_instance, |instance, digits| {
        if !instance.life.is_linked() {
            return refused_unlinked();
        }
        let url = format!("https://pps.whatsapp.net/v/t61.24694-24/{}.jpg", digits.figures(12));
        instance.life.avatar.clone_from(&url);
        ok(&json!({ "reason": null, "urlAvatar": url, "setProfilePicture": true }))
    });
    answer.unwrap_or_else(refused_unlinked)
}

/// `GET updateApiToken`: from now on only the new token is good.
pub(super) fn update_api_token(state: &State, id_instance: u64) -> Answer {
    match lock(&state.account).rotate_token(id_instance) {
        Some(token) => ok(&json!({ "apiTokenInstance": token })),
        None => update_refused(),
    }
}

/// How updateApiToken tells that the token is wrong.
pub(super) fn update_refused() -> Answer {
    ok(&failure(UNAUTHORIZED.0, UNAUTHORIZED.1))
}

fn shown_phone(instance: &AccountInstance) -> Option<&str> {
    let has_none = matches!(instance.state_instance(), None | Some(NOT_AUTHORIZED | "blocked" | STARTING));
    instance.phone().filter(|_| !has_none)
}

fn ok(body: &Value) -> Answer {
    Answer::new(StatusCode::OK).with_json(body)
}

const JPEG: &[u8] = &[0xff, 0xd8];
const A_DAY: i64 = 86_400;
