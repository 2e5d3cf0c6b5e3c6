//! Settings of an instance: the one table, of which the models, the arguments and the documentation of every language are
//! made. Which of upstream's methods takes or shows a setting, its section says.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{Field, FieldValue, Modelled as _, Record, SetSettings, Settings};

/// Every setting, in the order of the documentation, handed to the macro `$made`.
///
/// A line has its name here and upstream's, its kind, whether it is `secret`, and in brackets what else is known of it: a
/// `url` that upstream posts to, whether it goes into a `header`, the range that it takes, or `idle`, where upstream says that it does not work at present. Its
/// sentence ends in one way where it is changed or shown, and in another where an instance is created with it.
macro_rules! every_setting {
    ($made:ident) => {
        $made! {
            // createInstance and setSettings take it, and getSettings shows it.
            everywhere {
                webhook_url "webhookUrl" Text {} [url]
                    "The URL that upstream posts notifications to" "; empty: none, and the queue over HTTP works." ". Defaults to none.";
                webhook_url_token "webhookUrlToken" Text { secret } [header]
                    "What upstream puts into the `Authorization` header of a notification. Secret" "." ". Defaults to none.";
                delay_send_messages_milliseconds "delaySendMessagesMilliseconds" Int {} [from 500 to 600_000]
                    "Milliseconds between two messages sent, 500 to 600000" "." ". Upstream's pages name 500 or 3000 as default.";
                mark_incoming_messages_readed "markIncomingMessagesReaded" Flag {} []
                    "Mark incoming messages as read. Ignored where `mark_incoming_messages_readed_on_reply` is on" "." ". Off by default.";
                mark_incoming_messages_readed_on_reply "markIncomingMessagesReadedOnReply" Flag {} []
                    "Mark incoming messages as read when one is answered" "." ". Off by default.";
                outgoing_webhook "outgoingWebhook" Flag {} []
                    "Notify of the status of sent messages" "." ". Off by default.";
                outgoing_message_webhook "outgoingMessageWebhook" Flag {} []
                    "Notify of messages sent from the phone" "." ". Off by default.";
                outgoing_api_message_webhook "outgoingAPIMessageWebhook" Flag {} []
                    "Notify of messages sent through the API" "." ". Off by default.";
                state_webhook "stateWebhook" Flag {} []
                    "Notify of changes of the authorization state" "." ". Off by default.";
                incoming_webhook "incomingWebhook" Flag {} []
                    "Notify of incoming messages and files" "." ". Off by default.";
                device_webhook "deviceWebhook" Flag {} [idle]
                    "Notify of the phone's state. Upstream says that this is temporarily not working" "." ". Off by default.";
                keep_online_status "keepOnlineStatus" Flag {} []
                    "Show the account as online; the phone then makes no notification sounds" "." ". Off by default.";
                poll_message_webhook "pollMessageWebhook" Flag {} []
                    "Notify of polls" "." ". Off by default.";
                incoming_block_webhook "incomingBlockWebhook" Flag {} [idle]
                    "Notify of chats that block the account. Upstream says that this is temporarily not working" "." ". Off by default.";
                incoming_call_webhook "incomingCallWebhook" Flag {} []
                    "Notify of calls; needs `incoming_webhook` too" "." ". Off by default.";
                edited_message_webhook "editedMessageWebhook" Flag {} []
                    "Notify of edited messages" "." ". Off by default.";
                deleted_message_webhook "deletedMessageWebhook" Flag {} []
                    "Notify of deleted messages" "." ". Off by default.";
            }
            // setSettings alone takes it.
            set {
                auto_typing "autoTyping" Int {} [from 0 to 10]
                    "Seconds to show typing before each message, 0 to 10; a message's own `typing_time` wins." "" "";
                link_preview "linkPreview" Flag {} []
                    "Give links a preview." "" "";
                enable_lid_mode "enableLidMode" Flag {} []
                    "Name chats by WhatsApp's new identifiers (LID)." "" "";
            }
            // getSettings alone shows it.
            read {
                wid "wid" Text {} []
                    "The linked account: `79001234567@c.us`; empty without a phone. Read only." "" "";
                type_instance "typeInstance" Text {} []
                    "The messenger, where upstream says it: `telegram`, `v3` (MAX). Read only." "" "";
            }
        }
    };
}
pub(crate) use every_setting;

/// What upstream's pages say of one setting.
pub(crate) struct Setting {
    pub(crate) wire: &'static str,
    pub(crate) is_created: bool,
    pub(crate) is_set: bool,
    pub(crate) is_read: bool,
    pub(crate) limit: Limit,
}

/// What is known of the values of a setting.
#[derive(PartialEq)]
pub(crate) enum Limit {
    None,
    /// A URL that upstream posts to.
    Url,
    /// What upstream puts into a header of what it posts.
    Header,
    Range(RangeInclusive<i64>),
    /// Upstream says that it does not work at present: nobody can expect to see it.
    Idle,
}

/// What stands in a setting's brackets.
macro_rules! limit {
    () => {
        $crate::model::Limit::None
    };
    (url) => {
        $crate::model::Limit::Url
    };
    (header) => {
        $crate::model::Limit::Header
    };
    (idle) => {
        $crate::model::Limit::Idle
    };
    (from $least:literal to $most:literal) => {
        $crate::model::Limit::Range($least..=$most)
    };
}
pub(crate) use limit;

macro_rules! marked {
    ($($section:ident { $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)* })*) => {
        pub(crate) static SETTINGS: &[Setting] = &[$($(marked!(@$section $wire limit!($($limit)*)),)*)*];
    };
    (@everywhere $wire:literal $limit:expr) => {
        Setting { wire: $wire, is_created: true, is_set: true, is_read: true, limit: $limit }
    };
    (@set $wire:literal $limit:expr) => {
        Setting { wire: $wire, is_created: false, is_set: true, is_read: false, limit: $limit }
    };
    (@read $wire:literal $limit:expr) => {
        Setting { wire: $wire, is_created: false, is_set: false, is_read: true, limit: $limit }
    };
}

every_setting!(marked);

impl Setting {
    /// Whether it has to show once it was set.
    pub(crate) fn is_expected(&self) -> bool {
        self.is_set && self.is_read && self.limit != Limit::Idle
    }

    /// The numbers that it takes, where not every one will do.
    pub(crate) fn range(&self) -> Option<&RangeInclusive<i64>> {
        if let Limit::Range(range) = &self.limit { Some(range) } else { None }
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
        let settable = self.fields().filter(|(field, _)| Setting::of(field.wire).is_some_and(|known| known.is_set));
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
            let range = Setting::of(field.wire).and_then(Setting::range);
            range
                .is_none_or(|range| i64::try_from(number).is_ok_and(|number| range.contains(&number)))
                .then(|| number.into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_of_a_setting_besides_is_what_upstream_says() {
        let known =
            |is: fn(&Setting) -> bool| SETTINGS.iter().filter(|one| is(one)).map(|one| one.wire).collect::<Vec<_>>();
        assert_eq!(known(|one| one.range().is_some()), ["delaySendMessagesMilliseconds", "autoTyping"]);
        assert_eq!(known(|one| one.limit == Limit::Idle), ["deviceWebhook", "incomingBlockWebhook"]);
        assert_eq!(known(|one| one.limit == Limit::Url), ["webhookUrl"]);
        assert_eq!(known(|one| one.limit == Limit::Header), ["webhookUrlToken"]);
        assert_eq!(known(|one| !one.is_read), ["autoTyping", "linkPreview", "enableLidMode"]);
        assert_eq!(known(|one| !one.is_set), ["wid", "typeInstance"]);
        assert_eq!(known(Setting::is_expected).len(), 15);
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
