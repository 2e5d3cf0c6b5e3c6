//! The settings that were asked for, held against those of an instance that was there before.

use std::time::Duration;

use serde_json::Value;

use super::SHORTEST_CALL;
use crate::{
    CallOptions, CreateInstance, FieldValue, Instance, InstanceClient, PartnerClient, Settings, call::TARGET,
    error::Error, model::Record, wire::yes_no,
};

/// Warns where they are not the same, by their names: a value may be secret. What getSettings does not tell is not compared.
pub(super) async fn compare_settings(
    partner: &PartnerClient,
    instance: &Instance,
    asked: &CreateInstance,
    left: Duration,
) {
    match settings_of(partner, instance, left).await {
        Ok(settings) => {
            let others = others(asked, &settings);
            if !others.is_empty() {
                tracing::warn!(
                    target: TARGET,
                    operation = "getSettings",
                    id_instance = instance.id_instance(),
                    "its settings are not those that were asked for: {}",
                    others.join(", ")
                );
            }
        }
        Err(error) => tracing::warn!(
            target: TARGET,
            operation = "getSettings",
            id_instance = instance.id_instance(),
            code = error.code().as_str(),
            "its settings could not be compared with those that were asked for"
        ),
    }
}

async fn settings_of(partner: &PartnerClient, instance: &Instance, left: Duration) -> Result<Settings, Error> {
    let instance = InstanceClient::of_listed(partner, instance)?;
    instance.with_options(CallOptions::timeout(left.max(SHORTEST_CALL))).get_settings().await
}

/// The names of the settings that are others.
fn others(asked: &CreateInstance, settings: &Settings) -> Vec<String> {
    let (named, extra) = asked.given();
    let record = Record::from(settings.clone());
    let differs = |name: &str, value: &Value| match (record.value(name), value) {
        (FieldValue::Text(text), value) => value.as_str() != Some(text),
        (FieldValue::Flag(flag), value) => value.as_bool() != Some(flag),
        (FieldValue::Int(number), value) => value.as_u64() != Some(number),
        // Not told.
        _ => false,
    };
    let named = named.filter(|(field, value)| differs(field.name, value)).map(|(field, _)| field.name.to_owned());
    let known = |wire: &str| Settings::FIELDS.iter().find(|field| field.wire == wire).map(|field| field.name);
    let in_words = |value: &Value| value.as_bool().map_or_else(|| value.clone(), |flag| yes_no(flag).into());
    let as_flag = |value: &Value| match value.as_str() {
        Some("yes") => Value::Bool(true),
        Some("no") => Value::Bool(false),
        _ => value.clone(),
    };
    let extra = extra.iter().filter(|(wire, value)| match known(wire) {
        Some(name) => differs(name, &as_flag(value)),
        None => settings.extra().get(*wire).is_some_and(|told| in_words(told) != in_words(value)),
    });
    named.chain(extra.map(|(wire, _)| wire.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_and_what_is_not_told_is_not_compared() {
        let Value::Object(told) = json!({
            "webhookUrl": "https://a.example", "webhookUrlToken": "hunter2", "delaySendMessagesMilliseconds": 500,
            "incomingWebhook": "yes", "stateWebhook": "no", "plan": 1, "newWebhook": "yes",
        }) else {
            panic!()
        };
        let settings = Settings::read(told);
        let named = || CreateInstance::named("shop-42");
        let table: [(CreateInstance, &[&str]); 8] = [
            (named(), &[]),
            (named().webhook_url("https://a.example").webhook_url_token("hunter2").incoming_webhook(true), &[]),
            (named().webhook_url("https://b.example").webhook_url_token("x"), &["webhook_url", "webhook_url_token"]),
            (named().delay_send_messages_milliseconds(500).state_webhook(false), &[]),
            (
                named().delay_send_messages_milliseconds(501).state_webhook(true),
                &["delay_send_messages_milliseconds", "state_webhook"],
            ),
            (named().device_webhook(true), &[]),
            (named().extra("plan", json!(1)).extra("newWebhook", json!(true)).extra("other", json!(1)), &[]),
            (named().extra("plan", json!(2)).extra("stateWebhook", json!("yes")), &["plan", "stateWebhook"]),
        ];
        for (asked, expected) in table {
            assert_eq!(others(&asked, &settings), expected, "{asked:?}");
        }
    }
}
