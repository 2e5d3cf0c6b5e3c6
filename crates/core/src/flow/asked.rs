//! Challenges before a phone is linked: a passkey, a password.

use serde_json::{Value, json};

use crate::{
    Event, InstanceClient, PasskeyRequired, PasswordNeeded, api::instance::Host, error::Error, words::presentable,
};

/// WhatsApp asks for a passkey. Which words come with it is documented nowhere: they are cleaned.
pub(super) fn passkey(instance: &InstanceClient, message: Option<&str>) -> Result<Event, Error> {
    let token = instance.target(Host::Api)?.token;
    let fields = json!({
        "message": message.and_then(|text| presentable(text, &[&token])),
        "advice": PASSKEY_ADVICE,
        "qrPageUrl": instance.qr_page_url(),
    });
    Ok(Event::PasskeyRequired(PasskeyRequired::read(object(fields))))
}

/// Telegram or MAX asks for the account's password.
pub(super) fn password() -> Event {
    Event::PasswordNeeded(PasswordNeeded::read(object(json!({ "stateInstance": PENDING_PASSWORD }))))
}

pub(super) fn object(value: Value) -> serde_json::Map<String, Value> {
    if let Value::Object(object) = value { object } else { serde_json::Map::new() }
}

pub(super) const PENDING_PASSWORD: &str = "pendingPassword";

/// No method of upstream's takes a passkey's answer: only the account's owner can give it, to WhatsApp itself.
const PASSKEY_ADVICE: &str = "WhatsApp asks this account for its passkey. Confirm it on the device or in the browser where \
     the passkey is kept; the linking then goes on by itself.";
