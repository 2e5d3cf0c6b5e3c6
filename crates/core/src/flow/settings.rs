//! Settings that are set, and looked for until they show: upstream confirms some that never come into force.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::{self, Instant};

use crate::{
    CallOptions, FieldValue, InstanceClient, Settings,
    api::instance::SET_SETTINGS,
    call::TARGET,
    config::{LONGEST_CALL, VERIFY_INTERVAL, VERIFY_TIMEOUT},
    error::{Error, ErrorCode},
    model::{Field, Setting},
};

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
        let timeout = match settings.shift_remove("verify_timeout") {
            None | Some(Value::Null) => VERIFY_TIMEOUT,
            Some(seconds) => {
                let time = seconds.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                let time = time.filter(|time| !time.is_zero());
                time.ok_or_else(|| wrong("verify_timeout must be a positive number"))?.min(LONGEST_CALL)
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
        Some(timeout) => verify(instance, &order.settings, timeout, options, |_| true).await,
        None => Ok(Vec::new()),
    }
}

pub(crate) fn not_kept(lost: &[&str]) -> Error {
    let message = format!("upstream has confirmed settings that do not come into force: {}", lost.join(", "));
    Error::new(ErrorCode::Refused, message).during(SET_SETTINGS.spec.operation.clone())
}

/// Looks for settings until all show, and gives the names of those that never do. In between they are set once more, in the
/// way that upstream's support names, after a reboot: if `may_reboot` says so of the state.
pub(crate) async fn verify(
    instance: &InstanceClient,
    settings: &Map<String, Value>,
    timeout: Duration,
    options: CallOptions,
    may_reboot: fn(&str) -> bool,
) -> Result<Vec<&'static str>, Error> {
    let wanted = wanted(settings);
    let lost = look(instance, &wanted, Instant::now() + timeout, options).await?;
    if lost.is_empty() || !repair(instance, settings, Instant::now() + timeout, options, may_reboot).await? {
        return Ok(lost);
    }
    look(instance, &wanted, Instant::now() + timeout, options).await
}

/// The settings that have to show, by our names or upstream's.
pub(crate) fn wanted(settings: &Map<String, Value>) -> Vec<(&'static Field, Value)> {
    let known = Settings::FIELDS.iter().filter(|field| Setting::of(field.wire).is_some_and(Setting::is_expected));
    let given = |field: &Field| settings.get(field.name).or_else(|| settings.get(field.wire)).cloned();
    known.filter_map(|field| Some((field, given(field).filter(|value| !value.is_null())?))).collect()
}

/// The names of those that do not show, as upstream has them.
pub(crate) fn missing(wanted: &[(&'static Field, Value)], shown: &Settings) -> Vec<&'static str> {
    let is_kept = |field: &Field, value: &Value| {
        let found = shown.fields().find(|(known, _)| known.wire == field.wire).map(|(_, value)| value);
        match found {
            Some(FieldValue::Flag(flag)) => value.as_bool().or(words(value)) == Some(flag),
            Some(FieldValue::Int(number)) => value.as_u64() == Some(number),
            Some(FieldValue::Text(text)) => value.as_str() == Some(text),
            _ => false,
        }
    };
    wanted.iter().filter(|(field, value)| !is_kept(field, value)).map(|(field, _)| field.wire).collect()
}

/// A flag as createInstance's body spells it.
fn words(value: &Value) -> Option<bool> {
    match value.as_str()? {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Looks every ten seconds, the last time when the time is up.
async fn look(
    instance: &InstanceClient,
    wanted: &[(&'static Field, Value)],
    deadline: Instant,
    options: CallOptions,
) -> Result<Vec<&'static str>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    loop {
        let is_last = Instant::now() >= deadline;
        match instance.with_options(options).get_settings().await {
            Ok(shown) => {
                let lost = missing(wanted, &shown);
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
    may_reboot: fn(&str) -> bool,
) -> Result<bool, Error> {
    let instance = instance.with_options(options);
    if !may_reboot(&instance.get_state_instance().await?) {
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
