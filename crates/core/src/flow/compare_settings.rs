//! The settings that were asked for, held against those of an instance that was there before.

use std::time::Duration;

use serde_json::Value;

use super::SHORTEST_CALL;
use crate::{
    CreateInstance, FieldValue, Instance, InstanceClient, PartnerClient, Settings, endpoint::CallOptions, error::Error,
    log::TARGET, model::Record, wire::yes_no,
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
    let both = named.map(|(field, value)| (field.wire.to_owned(), value.clone())).chain(extra.clone());
    let given = Settings::given(&both.collect());
    let (given, told) = (Record::from(given), Record::from(settings.clone()));
    let differs = |name: &str| match (given.value(name), told.value(name)) {
        (FieldValue::None, _) | (_, FieldValue::None) => false,
        (given, told) => given != told,
    };
    let (named, extra) = asked.given();
    let named = named.filter(|(field, _)| differs(field.name)).map(|(field, _)| field.name.to_owned());
    let known = |wire: &str| Settings::FIELDS.iter().find(|field| field.wire == wire).map(|field| field.name);
    let in_words = |value: &Value| value.as_bool().map_or_else(|| value.clone(), |flag| yes_no(flag).into());
    let extra = extra.iter().filter(|(wire, value)| match known(wire) {
        Some(name) => differs(name),
        None => settings.extra().get(*wire).is_some_and(|told| in_words(told) != in_words(value)),
    });
    named.chain(extra.map(|(wire, _)| wire.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

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
        let table: [(CreateInstance, &[&str]); 9] = [
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
            (named().extra("webhookUrlToken", json!("hunter2")).extra("incomingWebhook", json!(1)), &[]),
            (named().extra("plan", json!(2)).extra("stateWebhook", json!("yes")), &["plan", "stateWebhook"]),
        ];
        for (asked, expected) in table {
            assert_eq!(others(&asked, &settings), expected, "{asked:?}");
        }
    }

    #[test]
    fn a_token_that_is_the_word_for_a_flag_is_a_token() {
        let told = Map::from_iter([("webhookUrlToken".to_owned(), json!("yes"))]);
        let asked = |token: &str| CreateInstance::named("shop-42").extra("webhookUrlToken", json!(token));
        let table: [(_, &[&str]); 2] = [("yes", &[]), ("no", &["webhookUrlToken"])];
        for (token, expected) in table {
            assert_eq!(others(&asked(token), &Settings::read(told.clone())), expected, "{token}");
        }
    }
}
