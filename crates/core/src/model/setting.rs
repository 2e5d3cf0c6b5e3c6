//! Settings of an instance: which of upstream's methods takes or shows each. The one table; the fields themselves stand in
//! `Settings` and `CreateInstance`.

use serde_json::{Map, Value};

use super::{Field, FieldValue, Modelled, Record, SetSettings, Settings};
use crate::config::{AUTO_TYPING, SEND_DELAY};

/// What upstream's pages say of one setting.
pub(crate) struct Setting {
    pub(crate) wire: &'static str,
    marks: u8,
}

/// createInstance takes it.
const CREATE: u8 = 1;
/// setSettings takes it.
const SET: u8 = 2;
/// The sample of getSettings shows it.
const READ: u8 = 4;
/// Upstream says that it does not work at present: nobody can expect to see it.
const IDLE: u8 = 8;

pub(crate) const SETTINGS: [Setting; 22] = [
    setting("webhookUrl", CREATE | SET | READ),
    setting("webhookUrlToken", CREATE | SET | READ),
    setting("delaySendMessagesMilliseconds", CREATE | SET | READ),
    setting("markIncomingMessagesReaded", CREATE | SET | READ),
    setting("markIncomingMessagesReadedOnReply", CREATE | SET | READ),
    setting("outgoingWebhook", CREATE | SET | READ),
    setting("outgoingMessageWebhook", CREATE | SET | READ),
    setting("outgoingAPIMessageWebhook", CREATE | SET | READ),
    setting("stateWebhook", CREATE | SET | READ),
    setting("incomingWebhook", CREATE | SET | READ),
    setting("deviceWebhook", CREATE | SET | READ | IDLE),
    setting("keepOnlineStatus", CREATE | SET | READ),
    setting("pollMessageWebhook", CREATE | SET | READ),
    setting("incomingBlockWebhook", CREATE | SET | READ | IDLE),
    setting("incomingCallWebhook", CREATE | SET | READ),
    setting("editedMessageWebhook", CREATE | SET | READ),
    setting("deletedMessageWebhook", CREATE | SET | READ),
    setting("autoTyping", SET),
    setting("linkPreview", SET),
    setting("enableLidMode", SET),
    setting("wid", READ),
    setting("typeInstance", READ),
];

const fn setting(wire: &'static str, marks: u8) -> Setting {
    Setting { wire, marks }
}

impl Setting {
    pub(crate) fn is_created(&self) -> bool {
        self.marks & CREATE != 0
    }

    pub(crate) fn is_set(&self) -> bool {
        self.marks & SET != 0
    }

    pub(crate) fn is_read(&self) -> bool {
        self.marks & READ != 0
    }

    /// Whether it has to show once it was set.
    pub(crate) fn is_expected(&self) -> bool {
        self.is_set() && self.is_read() && self.marks & IDLE == 0
    }

    pub(crate) fn of(wire: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.wire == wire)
    }
}

impl Settings {
    /// What createInstance or setSettings is given, by our names or upstream's, read as an answer of getSettings is: a "yes"
    /// is a flag only where the setting is one.
    pub(crate) fn given(settings: &Map<String, Value>) -> Self {
        let given = |field: &Field| settings.get(field.name).or_else(|| settings.get(field.wire));
        Self::from_record(Record::seen(Self::MODEL, given))
    }

    /// What `set_settings` takes of them, so that another instance gets the same: without what cannot be set, and without
    /// what is blank. The webhook token is among them.
    pub fn settable(&self) -> SetSettings {
        self.settable_by(|field| field.name).into()
    }

    /// The same under other names: for the bindings.
    #[doc(hidden)]
    pub fn settable_by(&self, name: fn(&Field) -> &'static str) -> Map<String, Value> {
        let settable = self.fields().filter(|(field, _)| Setting::of(field.wire).is_some_and(Setting::is_set));
        let values = settable.filter_map(|(field, value)| Some((name(field).to_owned(), given(field, value)?)));
        values.collect()
    }
}

/// A value that setSettings takes. A new instance shows a delay of 0, which is none.
fn given(field: &Field, value: FieldValue<'_>) -> Option<Value> {
    match value {
        FieldValue::Text(text) if !text.trim().is_empty() => Some(text.into()),
        FieldValue::Flag(flag) => Some(flag.into()),
        FieldValue::Int(number) => {
            let range = if field.wire == "autoTyping" { AUTO_TYPING } else { SEND_DELAY };
            range.contains(&number).then(|| number.into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{CreateInstance, model::SETTABLE};

    #[test]
    fn the_table_is_that_of_the_models() {
        let wires = |fields: &[Field]| fields.iter().map(|field| field.wire).collect::<Vec<_>>();
        let marked =
            |is: fn(&Setting) -> bool| SETTINGS.iter().filter(|one| is(one)).map(|one| one.wire).collect::<Vec<_>>();
        assert_eq!(SETTINGS.iter().map(|one| one.wire).collect::<Vec<_>>(), wires(Settings::FIELDS));
        assert_eq!(marked(Setting::is_set), wires(&Settings::FIELDS[..SETTABLE]));
        assert_eq!(marked(Setting::is_created), wires(&CreateInstance::FIELDS[1..]));
        assert_eq!(marked(Setting::is_expected).len(), 15);
    }

    #[test]
    fn a_word_is_a_flag_only_where_the_setting_is_one() {
        let given = json!({
            "webhookUrl": "no", "webhook_url_token": "yes", "incomingWebhook": "yes", "state_webhook": false,
            "pollMessageWebhook": "True", "linkPreview": 1, "delaySendMessagesMilliseconds": "500", "autoTyping": 3,
            "keepOnlineStatus": "perhaps", "catalogsWebhook": "yes",
        });
        let Value::Object(given) = given else { unreachable!() };
        let expected = json!({
            "webhookUrl": "no", "webhookUrlToken": "yes", "incomingWebhook": true, "stateWebhook": false,
            "pollMessageWebhook": true, "linkPreview": true, "delaySendMessagesMilliseconds": 500, "autoTyping": 3,
        });
        assert_eq!(Value::Object(Settings::given(&given).settable_by(|field| field.wire)), expected);
    }

    #[test]
    fn what_is_blank_or_cannot_be_set_is_left_out() {
        let shown = json!({
            "webhookUrl": "", "webhookUrlToken": "secret", "delaySendMessagesMilliseconds": 0, "autoTyping": 0,
            "incomingWebhook": "yes", "stateWebhook": "no", "wid": "1@c.us", "typeInstance": "v3", "sharedSession": "no",
        });
        let Value::Object(shown) = shown else { unreachable!() };
        let settable = Map::from(Settings::read(shown).settable());
        let expected = json!({
            "webhook_url_token": "secret", "state_webhook": false, "incoming_webhook": true, "auto_typing": 0,
        });
        assert_eq!(Value::Object(settable), expected);
    }
}
