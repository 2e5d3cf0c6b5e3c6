//! The settings of an instance: which there are, what they are where nothing was set, and what setSettings takes.

use serde_json::{Map, Value, json};

use crate::options::Options;

/// What a setting is where nothing was set: everything is switched off.
pub(crate) fn default_of(name: &str) -> Option<Value> {
    SETTINGS.iter().find(|setting| setting.name == name).map(|setting| setting.kind.default())
}

/// The settings of an instance as getSettings shows them: those of its messenger, and others that were set.
pub(crate) fn shown(type_instance: &str, wid: &str, set: &Map<String, Value>) -> Value {
    let is_whatsapp = type_instance == "whatsapp";
    let mut shown = Map::new();
    shown.insert("wid".to_owned(), wid.into());
    if !is_whatsapp {
        shown.insert("typeInstance".to_owned(), type_instance.into());
    }
    for Setting { name, kind, shown: always } in SETTINGS {
        let by_default = match always {
            Shown::Always => true,
            Shown::ForWhatsapp => is_whatsapp,
            Shown::WhereSet => false,
        };
        if let Some(value) = set.get(*name).cloned().or_else(|| by_default.then(|| kind.default())) {
            shown.insert((*name).to_owned(), value);
        }
    }
    Value::Object(shown)
}

/// Takes out of `given` what is confirmed and not in force, and gives it.
pub(crate) fn lose(given: &mut Map<String, Value>, was_rebooted: bool, options: &Options) -> Map<String, Value> {
    given.retain(|name, _| !options.ignored_settings.contains(name));
    if was_rebooted {
        return Map::new();
    }
    let (lost, kept) = std::mem::take(given).into_iter().partition(|(name, _)| options.lost_settings.contains(name));
    *given = kept;
    lost
}

/// The settings among the fields of a setSettings call, or what is wrong with them.
///
/// Evidence: the ranges are documented; that a fault is told in the words of the other methods is an inference.
pub(crate) fn read(body: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut read = Map::new();
    for Setting { name, kind, .. } in SETTINGS.iter().filter(|setting| !matches!(setting.kind, Kind::Obsolete(_))) {
        let Some(value) = body.get(*name) else { continue };
        kind.check(value).map_err(|fault| format!("Validation failed. Details: '{name}' {fault}"))?;
        read.insert((*name).to_owned(), value.clone());
    }
    if read.is_empty() && !body.is_empty() { Err("bad request data".to_owned()) } else { Ok(read) }
}

struct Setting {
    name: &'static str,
    kind: Kind,
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    YesNo,
    /// "yes"/"no" or a boolean: GREEN-API's own libraries disagree.
    YesNoOrFlag,
    Number {
        least: i64,
        most: i64,
    },
    /// No longer set: always the same.
    Obsolete(&'static str),
}

impl Kind {
    fn default(self) -> Value {
        match self {
            Self::Text => json!(""),
            Self::YesNo | Self::YesNoOrFlag => json!("no"),
            Self::Obsolete(value) => json!(value),
            Self::Number { .. } => json!(0),
        }
    }

    fn check(self, value: &Value) -> Result<(), String> {
        let is_yes_or_no = matches!(value.as_str(), Some("yes" | "no"));
        let must = match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Obsolete(_), _) | (Self::YesNoOrFlag, Value::Bool(_)) => {
                return Ok(());
            }
            (Self::YesNo | Self::YesNoOrFlag, _) if is_yes_or_no => return Ok(()),
            (Self::Number { least, most }, Value::Number(number)) => match number.as_i64() {
                Some(number) if number < least => format!("be greater than or equal to {least}"),
                Some(number) if number > most => format!("be less than or equal to {most}"),
                Some(_) => return Ok(()),
                None => "be an integer".to_owned(),
            },
            (Self::Text, _) => "be a string".to_owned(),
            (Self::YesNo, _) => "be one of [yes, no]".to_owned(),
            (Self::YesNoOrFlag, _) => "be one of [yes, no, true, false]".to_owned(),
            (Self::Number { .. }, _) => "be a number".to_owned(),
        };
        Err(format!("must {must}"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Always,
    ForWhatsapp,
    WhereSet,
}

const fn setting(name: &'static str, kind: Kind, shown: Shown) -> Setting {
    Setting { name, kind, shown }
}

/// In the order of the documents' sample.
const SETTINGS: &[Setting] = &[
    setting("countryInstance", Kind::Obsolete(""), Shown::ForWhatsapp),
    setting("typeAccount", Kind::Obsolete(""), Shown::ForWhatsapp),
    setting("webhookUrl", Kind::Text, Shown::Always),
    setting("webhookUrlToken", Kind::Text, Shown::Always),
    setting("delaySendMessagesMilliseconds", Kind::Number { least: 500, most: 600_000 }, Shown::Always),
    setting("markIncomingMessagesReaded", Kind::YesNo, Shown::Always),
    setting("markIncomingMessagesReadedOnReply", Kind::YesNo, Shown::Always),
    setting("sharedSession", Kind::Obsolete("no"), Shown::ForWhatsapp),
    setting("proxyInstance", Kind::Obsolete("system proxy"), Shown::ForWhatsapp),
    setting("outgoingWebhook", Kind::YesNo, Shown::Always),
    setting("outgoingMessageWebhook", Kind::YesNo, Shown::Always),
    setting("outgoingAPIMessageWebhook", Kind::YesNo, Shown::Always),
    setting("incomingWebhook", Kind::YesNo, Shown::Always),
    setting("deviceWebhook", Kind::YesNo, Shown::ForWhatsapp),
    setting("statusInstanceWebhook", Kind::Obsolete("no"), Shown::ForWhatsapp),
    setting("stateWebhook", Kind::YesNo, Shown::Always),
    setting("enableMessagesHistory", Kind::Obsolete("no"), Shown::ForWhatsapp),
    setting("keepOnlineStatus", Kind::YesNo, Shown::ForWhatsapp),
    setting("pollMessageWebhook", Kind::YesNo, Shown::ForWhatsapp),
    setting("incomingBlockWebhook", Kind::YesNo, Shown::ForWhatsapp),
    setting("incomingCallWebhook", Kind::YesNo, Shown::ForWhatsapp),
    setting("editedMessageWebhook", Kind::YesNo, Shown::ForWhatsapp),
    setting("deletedMessageWebhook", Kind::YesNo, Shown::ForWhatsapp),
    setting("autoTyping", Kind::Number { least: 0, most: 10 }, Shown::WhereSet),
    setting("linkPreview", Kind::YesNoOrFlag, Shown::WhereSet),
    setting("enableLidMode", Kind::YesNoOrFlag, Shown::WhereSet),
    setting("downloadUrlJpeg", Kind::YesNo, Shown::WhereSet),
];
