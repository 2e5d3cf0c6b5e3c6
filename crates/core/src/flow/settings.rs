//! Settings that are set, and looked for until they show: upstream confirms some that never come into force.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::{self, Instant};

use crate::{
    FieldValue, InstanceClient, Settings,
    config::{LONGEST_CALL, VERIFY_INTERVAL, VERIFY_TIMEOUT},
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    instance::set_settings::OPERATION as SET_SETTINGS,
    log::TARGET,
    model::{Field, SetSettings, Setting},
    secret,
};

impl InstanceClient {
    #[doc = include_str!("../instance/set_settings.md")]
    pub async fn set_settings(&self, settings: SetSettings) -> Result<(), Error> {
        set_settings(self, settings.into(), self.call_options()).await
    }
}

/// What setSettings is told, and what beside it is for us.
#[derive(Clone, Debug)]
pub(crate) struct ToSet {
    pub(crate) settings: Map<String, Value>,
    reapply: bool,
    /// How long to look for them; none: not at all.
    verify: Option<Duration>,
}

impl ToSet {
    pub(crate) fn read(mut settings: Map<String, Value>) -> Result<Self, Error> {
        let wrong = |what: &str| Error::invalid_request(what).during(SET_SETTINGS.spec.operation.clone());
        let mut flag = |name: &str| match settings.shift_remove(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(wrong(&format!("{name} must be true or false"))),
        };
        let (reapply, verify) = (flag("reapply")?, flag("verify")?);
        let timeout = settings.shift_remove("verify_timeout").or_else(|| settings.shift_remove("verifyTimeout"));
        let timeout = match timeout {
            None | Some(Value::Null) => VERIFY_TIMEOUT,
            Some(seconds) => {
                let time = seconds.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                let time = time.filter(|time| !time.is_zero());
                time.ok_or_else(|| wrong("verify_timeout must be a positive number"))?
            }
        };
        settings.retain(|_, value| !value.is_null());
        if reapply && (verify || !settings.is_empty()) {
            return Err(wrong("reapply sends nothing: it goes with no setting, and there is nothing to verify"));
        }
        Ok(Self { settings, reapply, verify: verify.then_some(timeout) })
    }

    /// The same, verified where a run says so.
    pub(crate) fn verified(mut self, timeout: Option<Duration>) -> Self {
        self.verify = timeout.or(self.verify);
        self
    }
}

/// A setting may be a secret.
impl Drop for ToSet {
    fn drop(&mut self) {
        self.settings.values_mut().for_each(secret::zero);
    }
}

/// Sets them. With `verify`, those that do not come into force are `refused`.
pub(crate) async fn set_settings(
    instance: &InstanceClient,
    settings: Map<String, Value>,
    options: CallOptions,
) -> Result<(), Error> {
    let order = ToSet::read(settings)?;
    let lost = carry_out(instance, order, options).await?;
    if lost.is_empty() { Ok(()) } else { Err(not_kept(&lost)) }
}

/// Sets them, and gives the names of those that do not come into force.
pub(crate) async fn carry_out(
    instance: &InstanceClient,
    order: ToSet,
    options: CallOptions,
) -> Result<Vec<&'static str>, Error> {
    if order.reapply {
        return instance.reapply_settings(options).await.map(|()| Vec::new());
    }
    instance.ask(&SET_SETTINGS, order.settings.clone(), None, options).await?;
    match order.verify {
        Some(timeout) => verify(instance, &order.settings, timeout, options, true).await,
        None => Ok(Vec::new()),
    }
}

pub(crate) fn not_kept(lost: &[&str]) -> Error {
    let message = format!("upstream has confirmed settings that do not come into force: {}", lost.join(", "));
    Error::new(ErrorCode::Refused, message).during(SET_SETTINGS.spec.operation.clone())
}

/// Looks for settings until all show, and gives the names of those that never do. In between they are set once more, in the
/// way that upstream's support names, after a reboot: of an instance with a phone only where that may lose its connection.
pub(crate) async fn verify(
    instance: &InstanceClient,
    settings: &Map<String, Value>,
    timeout: Duration,
    options: CallOptions,
    also_linked: bool,
) -> Result<Vec<&'static str>, Error> {
    let timeout = timeout.min(LONGEST_CALL);
    let given = Settings::given(settings);
    let lost = look(instance, &given, Instant::now() + timeout, options).await?;
    if lost.is_empty() || !repair(instance, settings, Instant::now() + timeout, options, also_linked).await? {
        return Ok(lost);
    }
    look(instance, &given, Instant::now() + timeout, options).await
}

/// The names of the settings that have to show, as upstream has them.
pub(crate) fn expected(given: &Settings) -> Vec<&'static str> {
    has_to_show(given).map(|(field, _)| field.wire).collect()
}

/// The names of those that do not.
fn missing(given: &Settings, shown: &Settings) -> Vec<&'static str> {
    let shown =
        |wire| shown.fields().find(|(field, _)| field.wire == wire).map_or(FieldValue::None, |(_, value)| value);
    let is_kept = |given, shown| match (given, shown) {
        // What is switched off need not be told of.
        (FieldValue::Text(""), FieldValue::None) => true,
        (given, shown) => given == shown,
    };
    has_to_show(given)
        .filter(|(field, value)| !is_kept(*value, shown(field.wire)))
        .map(|(field, _)| field.wire)
        .collect()
}

fn has_to_show(given: &Settings) -> impl Iterator<Item = (&'static Field, FieldValue<'_>)> {
    let is_expected = |field: &Field| Setting::of(field.wire).is_some_and(Setting::is_expected);
    given.fields().filter(move |(field, value)| is_expected(field) && *value != FieldValue::None)
}

/// Looks every ten seconds, the last time when the time is up.
async fn look(
    instance: &InstanceClient,
    given: &Settings,
    deadline: Instant,
    options: CallOptions,
) -> Result<Vec<&'static str>, Error> {
    if expected(given).is_empty() {
        return Ok(Vec::new());
    }
    loop {
        let is_last = Instant::now() >= deadline;
        match instance.with_options(options).get_settings().await {
            Ok(shown) => {
                let lost = missing(given, &shown);
                if lost.is_empty() || is_last {
                    return Ok(lost);
                }
            }
            Err(error) if error.is_retryable() && !is_last => {}
            Err(error) => return Err(error),
        }
        time::sleep_until(deadline.min(Instant::now() + VERIFY_INTERVAL)).await;
    }
}

/// Reboots, and sets again what was set; says whether it did.
async fn repair(
    instance: &InstanceClient,
    settings: &Map<String, Value>,
    deadline: Instant,
    options: CallOptions,
    also_linked: bool,
) -> Result<bool, Error> {
    let instance = instance.with_options(options);
    if !also_linked && instance.get_state_instance().await? != "notAuthorized" {
        return Ok(false);
    }
    tracing::warn!(
        target: TARGET,
        operation = "setSettings",
        id_instance = instance.id_instance(),
        "settings that were confirmed do not come into force: the instance is rebooted, and they are set again"
    );
    match instance.reboot().await {
        Ok(()) => {}
        // Whether it reboots or not, the next call tells.
        Err(error) if error.is_retryable() || error.code() == ErrorCode::OutcomeUnknown => {}
        Err(error) => return Err(error),
    }
    loop {
        let is_last = Instant::now() >= deadline;
        match instance.ask(&SET_SETTINGS, settings.clone(), None, options).await {
            Ok(()) => return Ok(true),
            Err(error) if error.is_retryable() && !is_last => {}
            Err(error) => return Err(error),
        }
        time::sleep_until(deadline.min(Instant::now() + VERIFY_INTERVAL)).await;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(object: Value) -> Map<String, Value> {
        if let Value::Object(object) = object { object } else { unreachable!() }
    }

    #[test]
    fn what_has_to_show_and_does_not_is_named() {
        let table: [(Value, Value, &[&str]); 12] = [
            (json!({"incoming_webhook": true}), json!({"incomingWebhook": "yes"}), &[]),
            (json!({"incomingWebhook": "yes"}), json!({"incomingWebhook": true}), &[]),
            (json!({"incoming_webhook": true}), json!({"incomingWebhook": "no"}), &["incomingWebhook"]),
            (json!({"incoming_webhook": false}), json!({"incomingWebhook": "no"}), &[]),
            (json!({"incoming_webhook": false}), json!({}), &["incomingWebhook"]),
            (json!({"webhook_url_token": "yes"}), json!({"webhookUrlToken": "yes"}), &[]),
            (json!({"webhook_url_token": "yes"}), json!({"webhookUrlToken": "true"}), &["webhookUrlToken"]),
            (json!({"webhook_url": ""}), json!({"webhookUrl": ""}), &[]),
            // Switched off: some leave it out then.
            (json!({"webhook_url": ""}), json!({}), &[]),
            (json!({"webhook_url": ""}), json!({"webhookUrl": "https://x"}), &["webhookUrl"]),
            (
                json!({"delay_send_messages_milliseconds": 500}),
                json!({"delaySendMessagesMilliseconds": 0}),
                &["delaySendMessagesMilliseconds"],
            ),
            (json!({"auto_typing": 3, "device_webhook": true, "link_preview": true, "name": "x"}), json!({}), &[]),
        ];
        for (given, shown, expected) in table {
            let lost = missing(&Settings::given(&settings(given.clone())), &Settings::read(settings(shown.clone())));
            assert_eq!(lost, expected, "{given} {shown}");
        }
    }

    #[test]
    fn what_is_for_us_is_taken_out_and_checked() {
        let read = |object: Value| ToSet::read(settings(object));
        let wrong = [
            json!({"reapply": "yes"}),
            json!({"reapply": true, "incoming_webhook": true}),
            json!({"reapply": true, "verify": true}),
            json!({"incoming_webhook": true, "verify": 1}),
            json!({"incoming_webhook": true, "verify": true, "verify_timeout": 0}),
            json!({"incoming_webhook": true, "verify": true, "verify_timeout": -1}),
            json!({"incoming_webhook": true, "verify_timeout": "long"}),
        ];
        for object in wrong {
            let error = read(object.clone()).unwrap_err();
            assert_eq!((error.code(), error.operation()), (ErrorCode::InvalidRequest, Some("setSettings")), "{object}");
        }
        let order = read(json!({"incoming_webhook": true, "webhook_url": null, "verify": true})).unwrap();
        assert_eq!(Value::Object(order.settings.clone()), json!({"incoming_webhook": true}));
        assert_eq!((order.reapply, order.verify), (false, Some(VERIFY_TIMEOUT)));
        let order = read(json!({"incoming_webhook": true, "verify": null, "verify_timeout": 5})).unwrap();
        assert_eq!(order.verify, None);
        let order = read(json!({"incomingWebhook": true, "verify": true, "verifyTimeout": 5})).unwrap();
        assert_eq!(order.verify, Some(Duration::from_secs(5)));
        let (own, theirs) = (Duration::from_secs(5), Duration::from_secs(7));
        let order = read(json!({"incoming_webhook": true, "verify": true, "verify_timeout": 5})).unwrap();
        assert_eq!(
            (order.clone().verified(None).verify, order.verified(Some(theirs)).verify),
            (Some(own), Some(theirs))
        );
    }
}
