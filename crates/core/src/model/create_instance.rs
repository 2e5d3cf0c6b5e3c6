//! The settings of a new instance.

use std::fmt;

use serde_json::{Map, Value};

use super::{Field, HEADER_TEXT, Kind, Setting, WEBHOOK_URL, did_you_mean, every_setting, is_webhook_url, name};
use crate::{
    error::Error,
    secret::{self, MASK},
    wire,
};

/// What createInstance takes: at least one setting. What is not given is not sent, and stays switched off.
///
/// ```
/// use greenapi_partner::CreateInstance;
///
/// let settings = CreateInstance::named("shop-42").webhook_url("https://shop.example/hook").incoming_webhook(true);
/// ```
///
/// Its `Debug` masks the webhook token.
#[derive(Clone, PartialEq)]
#[must_use]
pub struct CreateInstance {
    /// One place per field of `FIELDS`; null: not given.
    values: Box<[Value]>,
    extra: Map<String, Value>,
}

impl Default for CreateInstance {
    fn default() -> Self {
        Self { values: Self::FIELDS.iter().map(|_| Value::Null).collect(), extra: Map::new() }
    }
}

/// Declares the settings once: field, wire name, kind, documentation; and a setter for each.
macro_rules! settings {
    ($($name:ident $wire:literal $kind:ident { $($secret:ident)? } $doc:expr;)*) => {
        impl CreateInstance {
            /// The fields, in the order of the contract.
            pub const FIELDS: &'static [Field] =
                &[$(Field::new(stringify!($name), $wire, Kind::$kind, $doc)$(.$secret())?),*];

            $(settings!(@setter $kind $name $doc);)*
        }
    };
    (@setter Text $name:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $name(self, value: impl Into<String>) -> Self {
            self.with(stringify!($name), value.into())
        }
    };
    (@setter Int $name:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $name(self, value: u32) -> Self {
            self.with(stringify!($name), value)
        }
    };
    (@setter Flag $name:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $name(self, value: bool) -> Self {
            self.with(stringify!($name), value)
        }
    };
}

/// What createInstance takes of all settings, and the name.
macro_rules! created {
    (everywhere { $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)* } $($others:tt)*) => {
        settings! {
            name "name" Text {} "The name that the console shows. Defaults to `Instance <id>`.";
            $($name $wire $kind { $($secret)? } concat!($what, $new);)*
        }
    };
}

every_setting!(created);

impl CreateInstance {
    /// No settings yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Settings with a name.
    pub fn named(name: impl Into<String>) -> Self {
        Self::new().name(name)
    }

    /// A field that upstream learned before this library did, sent as it is.
    pub fn extra(mut self, field: impl Into<String>, value: Value) -> Self {
        self.extra.insert(field.into(), value);
        self
    }

    /// Sets one field by its name, here (`incoming_webhook`) or upstream's (`incomingWebhook`). Null is "not given";
    /// `extra` takes an object.
    ///
    /// # Errors
    ///
    /// `invalid_request`: there is no such field, or the value is of another kind.
    pub fn set(&mut self, field: &str, value: Value) -> Result<(), Error> {
        if field == "extra" {
            return self.set_extra(value);
        }
        let Some(known) = Self::FIELDS.iter().find(|known| known.name == field || known.wire == field) else {
            return Err(invalid(format!(
                "there is no setting {field:?}{}",
                did_you_mean(field, Self::FIELDS)
                    .unwrap_or_else(|| "; what upstream learned since goes into `extra`".to_owned())
            )));
        };
        let fits = match known.kind {
            Kind::Flag => value.is_boolean(),
            Kind::Int | Kind::Id => value.is_u64() || value.is_i64(),
            Kind::Number => value.is_number(),
            Kind::Text | Kind::Time | Kind::Phone => value.is_string(),
            Kind::Json => true,
            Kind::Object => value.is_object(),
            Kind::Texts | Kind::Objects => value.is_array(),
            _ => false,
        };
        if !fits && !value.is_null() {
            return Err(invalid(format!("{field} must be {}", expected(known.kind))));
        }
        self.put(known.name, value);
        Ok(())
    }

    /// What is to be sent.
    ///
    /// # Errors
    ///
    /// `invalid_request`: nothing is given, a field is given twice, the name is blank, the webhook URL is none, or the delay
    /// is out of range.
    pub(crate) fn encode(&self) -> Result<Map<String, Value>, Error> {
        let mut body = Map::new();
        for (field, value) in Self::FIELDS.iter().zip(&self.values) {
            match value {
                Value::Null => {}
                Value::Bool(flag) => drop(body.insert(field.wire.to_owned(), wire::yes_no(*flag).into())),
                Value::Number(number) => {
                    let range = Setting::of(field.wire).and_then(Setting::range);
                    if let Some(range) =
                        range.filter(|range| number.as_i64().is_none_or(|given| !range.contains(&given)))
                    {
                        let (name, least, most) = (field.name, range.start(), range.end());
                        return Err(invalid(format!("{name} must be {least} to {most} milliseconds, and is {number}")));
                    }
                    body.insert(field.wire.to_owned(), number.clone().into());
                }
                other => drop(body.insert(field.wire.to_owned(), other.clone())),
            }
        }
        for (field, value) in &self.extra {
            if body.insert(field.clone(), value.clone()).is_some() {
                return Err(invalid(format!("{field} is given twice: as a setting and in `extra`")));
            }
        }
        if body.is_empty() {
            return Err(invalid("give at least one setting: a name, say"));
        }
        let text = |field| body.get(field).and_then(Value::as_str);
        if text("name").is_some_and(|name| name.trim().is_empty()) {
            return Err(invalid("the name is blank: give one, or leave it out, and upstream makes one of the id"));
        }
        if text("webhookUrl").is_some_and(|url| !is_webhook_url(url)) {
            return Err(invalid(format!("webhook_url must be {WEBHOOK_URL}; leave it out for none")));
        }
        if text("webhookUrlToken").is_some_and(|token| token.contains(char::is_control)) {
            return Err(invalid(format!("webhook_url_token must be {HEADER_TEXT}")));
        }
        Ok(body)
    }

    /// Settings that may be sent, and hardly do what was meant.
    pub(crate) fn doubts(&self) -> Vec<&'static str> {
        let is_on = |name| self.value(name) == Some(&Value::Bool(true));
        let is_notification = |field: &str, value: &Value| {
            field.ends_with("Webhook") && matches!(value, Value::Bool(true) | Value::String(_)) && value != "no"
        };
        let given = Self::FIELDS.iter().map(|field| field.wire).zip(&self.values);
        let mut given = given.chain(self.extra.iter().map(|(field, value)| (field.as_str(), value)));
        let has_url = given.clone().any(|(field, value)| field == "webhookUrl" && value.is_string());
        let mut doubts = Vec::new();
        if has_url && !given.any(|(field, value)| is_notification(field, value)) {
            doubts.push("webhook_url is given, and no notification is switched on: nothing will be posted to it");
        }
        if is_on("incoming_call_webhook") && !is_on("incoming_webhook") && !self.extra.contains_key("incomingWebhook") {
            doubts.push(
                "incoming_call_webhook is on, and incoming_webhook is not, which it needs: no call will be told of",
            );
        }
        doubts
    }

    /// What is given: by its field, and in `extra`.
    pub(crate) fn given(&self) -> (impl Iterator<Item = (&'static Field, &Value)>, &Map<String, Value>) {
        (Self::FIELDS.iter().zip(&self.values).filter(|(_, value)| !value.is_null()), &self.extra)
    }

    /// The name that is sent, be it in `extra`.
    pub(crate) fn sent_name(&self) -> Option<&str> {
        self.given_name().or_else(|| self.extra.get("name")?.as_str())
    }

    /// Refuses a name that upstream may store otherwise. One that is listed so is found so: this is for creations only.
    ///
    /// # Errors
    ///
    /// `invalid_request`: outer or doubled white space, a control character, or text that is not NFC.
    pub(crate) fn check_name(&self) -> Result<(), Error> {
        self.sent_name().and_then(name::flaw).map_or(Ok(()), |flaw| Err(invalid(flaw)))
    }

    /// The name, where one is given.
    pub(crate) fn given_name(&self) -> Option<&str> {
        self.value("name")?.as_str()
    }

    /// The webhook token, where one is given, be it in `extra`: upstream may echo it.
    pub(crate) fn given_webhook_url_token(&self) -> Option<&str> {
        let named = self.value("webhook_url_token").and_then(Value::as_str);
        named.or_else(|| self.extra.get("webhookUrlToken")?.as_str())
    }

    fn value(&self, name: &str) -> Option<&Value> {
        Self::FIELDS.iter().zip(&self.values).find(|(field, _)| field.name == name).map(|(_, value)| value)
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.put(name, value);
        self
    }

    fn put(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(index) = Self::FIELDS.iter().position(|field| field.name == name) {
            self.values[index] = value.into();
        }
    }

    fn set_extra(&mut self, value: Value) -> Result<(), Error> {
        match value {
            Value::Null => Ok(()),
            Value::Object(fields) => {
                self.extra.extend(fields);
                Ok(())
            }
            _ => Err(invalid("extra must be an object of upstream's field names and values")),
        }
    }
}

/// What is secret is zeroed; what is in `extra` may be.
impl Drop for CreateInstance {
    fn drop(&mut self) {
        let secrets = Self::FIELDS.iter().zip(&mut self.values).filter(|(field, _)| field.secret);
        secrets.map(|(_, value)| value).chain(self.extra.values_mut()).for_each(secret::zero);
    }
}

impl fmt::Debug for CreateInstance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("CreateInstance");
        for (field, value) in Self::FIELDS.iter().zip(&self.values).filter(|(_, value)| !value.is_null()) {
            if field.secret {
                shown.field(field.name, &format_args!("{MASK}"));
            } else {
                shown.field(field.name, &format_args!("{value}"));
            }
        }
        if !self.extra.is_empty() {
            shown.field("extra", &self.extra.keys().collect::<Vec<_>>());
        }
        shown.finish()
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::invalid_request(message).during("createInstance")
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Flag => "true or false",
        Kind::Int | Kind::Id => "a whole number",
        Kind::Number => "a number",
        Kind::Text | Kind::Time => "text",
        Kind::Phone => "a phone number",
        Kind::Json => "JSON",
        Kind::Object => "an object",
        Kind::Texts | Kind::Objects => "a list",
        Kind::Bytes => "bytes",
        kind => kind.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use serde_json::json;

    #[test]
    fn what_is_given_is_sent_and_nothing_else() {
        let settings = CreateInstance::named("a").incoming_webhook(true).state_webhook(false).extra("plan", json!(1));
        let body = json!({"name": "a", "stateWebhook": "no", "incomingWebhook": "yes", "plan": 1});
        assert_eq!(Value::Object(settings.encode().unwrap()), body);
    }

    #[test]
    fn a_field_is_known_by_both_its_names_and_null_is_not_given() {
        let mut settings = CreateInstance::new();
        settings.set("outgoing_api_message_webhook", json!(true)).unwrap();
        settings.set("webhookUrl", json!("https://x")).unwrap();
        settings.set("name", Value::Null).unwrap();
        settings.set("extra", json!({"mark": "m"})).unwrap();
        let body = json!({"webhookUrl": "https://x", "outgoingAPIMessageWebhook": "yes", "mark": "m"});
        assert_eq!(Value::Object(settings.encode().unwrap()), body);
    }

    #[test]
    fn an_unknown_field_or_a_value_of_another_kind_is_refused() {
        let table = [
            ("incomingWebHook", json!(true)),
            ("incomingWebhook", json!("yes")),
            ("name", json!(1)),
            ("delay_send_messages_milliseconds", json!("500")),
            ("delay_send_messages_milliseconds", json!(500.5)),
            ("extra", json!([])),
        ];
        for (field, value) in table {
            let error = CreateInstance::new().set(field, value).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest, "{field}");
        }
    }

    #[test]
    fn the_delay_has_a_range_and_something_must_be_given_once() {
        let delay =
            |milliseconds| CreateInstance::new().delay_send_messages_milliseconds(milliseconds).encode().is_ok();
        assert_eq!([499, 500, 600_000, 600_001].map(delay), [false, true, true, false]);
        let mut negative = CreateInstance::new();
        negative.set("delay_send_messages_milliseconds", json!(-500)).unwrap();
        assert!(negative.encode().is_err());
        assert!(CreateInstance::new().encode().is_err());
        assert!(CreateInstance::named("a").extra("name", json!("b")).encode().is_err());
    }

    #[test]
    fn the_webhook_token_is_known_wherever_it_is_given() {
        let given = [
            CreateInstance::new().webhook_url_token("hunter2"),
            CreateInstance::new().extra("webhookUrlToken", json!("hunter2")),
        ];
        assert!(given.iter().all(|settings| settings.given_webhook_url_token() == Some("hunter2")));
        assert_eq!(CreateInstance::named("a").given_webhook_url_token(), None);
    }

    #[test]
    fn the_webhook_token_does_not_print() {
        let settings = CreateInstance::named("a").webhook_url_token("hunter2").extra("x", json!("hunter2"));
        let shown = format!("{settings:?}");
        assert_eq!(shown, r#"CreateInstance { name: "a", webhook_url_token: ***, extra: ["x"] }"#);
    }
}
