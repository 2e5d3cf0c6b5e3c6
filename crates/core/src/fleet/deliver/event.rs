//! Event of a change: its type, its body, and the id by which a receiver tells it from others. Pure.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{Change, last_known::Account};

/// An event that is to be posted, as it waits in the spool. No token is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What is posted, letter by letter.
    pub(super) body: String,
}

impl Event {
    pub(super) fn of(account: &Account, change: &Change) -> Self {
        let kind = type_of(change);
        let timestamp = change.at().map(|at| at.to_string());
        let body = json!({ "type": kind, "timestamp": timestamp, "data": data(change) }).to_string();
        Self { id: id(account, change), kind: kind.to_owned(), body }
    }
}

/// The change by upstream's names. What this version does not know of an instance stays away: it may be a token.
fn data(change: &Change) -> serde_json::Value {
    let mut data = change.to_json(false);
    if let (Some(instance), Some(shown)) =
        (change.instance(), data.get_mut("instance").and_then(|one| one.as_object_mut()))
    {
        let known = |name: &str| crate::Instance::FIELDS.iter().any(|field| field.wire == name);
        for name in instance.extra().keys().filter(|name| !known(name)) {
            shown.shift_remove(name);
        }
    }
    data.into()
}

/// What is the same whoever tells the change, and differs from every other change. Each part with its length, so that no two
/// read alike.
fn id(account: &Account, change: &Change) -> String {
    let at = change.at().map(|at| at.to_string());
    let instance = change.id_instance().unwrap_or_default().to_string();
    let parts = [
        account.host.as_str(),
        &account.token_digest,
        &instance,
        change.kind().unwrap_or_default(),
        change.before().unwrap_or_default(),
        change.after().unwrap_or_default(),
        at.as_deref().unwrap_or_default(),
    ];
    let mut digested = digest::Context::new(&digest::SHA256);
    for part in parts {
        digested.update(&(part.len() as u64).to_be_bytes());
        digested.update(part.as_bytes());
    }
    let digest = digested.finish();
    format!("evt_{}", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..ID_BYTES]))
}

fn type_of(change: &Change) -> &'static str {
    let (kind, before, after) = (change.kind().unwrap_or_default(), change.before(), change.after());
    TYPES.iter().find(|one| one.fits(kind, before, after)).map_or(OTHER, |one| one.name)
}

/// Which change is an event of which type.
pub(super) struct EventType {
    pub(super) name: &'static str,
    kind: &'static str,
    /// The states before; nothing where any will do. An empty one is for none that is known.
    before: Option<&'static [&'static str]>,
    /// The states from then on, likewise.
    after: Option<&'static [&'static str]>,
}

impl EventType {
    const fn of(name: &'static str, kind: &'static str) -> Self {
        Self { name, kind, before: None, after: None }
    }

    const fn state(
        name: &'static str,
        before: Option<&'static [&'static str]>,
        after: &'static [&'static str],
    ) -> Self {
        Self { name, kind: "stateChanged", before, after: Some(after) }
    }

    fn fits(&self, kind: &str, before: Option<&str>, after: Option<&str>) -> bool {
        let is_among = |states: Option<&[&str]>, state: Option<&str>| {
            states.is_none_or(|states| states.contains(&state.unwrap_or_default()))
        };
        self.kind == kind && is_among(self.before, before) && is_among(self.after, after)
    }
}

/// All of them, the first that fits. `docs/guides/events.md` says what they mean.
pub(super) const TYPES: [EventType; 10] = [
    EventType::of("instance.created", "created"),
    EventType::of("instance.deleted", "deleted"),
    EventType::of("instance.renamed", "renamed"),
    EventType::of("instance.token_changed", "tokenChanged"),
    EventType::of("instance.expired", "expired"),
    EventType::state("instance.linked", None, &["authorized"]),
    EventType::state("instance.unlinked", Some(&["authorized"]), &["notAuthorized"]),
    EventType::state("instance.ready", Some(&["starting", ""]), &["notAuthorized"]),
    EventType::state("instance.restricted", None, &["blocked", "yellowCard", "suspended"]),
    EventType::of(OTHER, "stateChanged"),
];
const OTHER: &str = "instance.state_changed";
const ID_BYTES: usize = 18;

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::{Modelled as _, Record};

    fn account() -> Account {
        Account { host: "https://upstream.test".to_owned(), token_digest: "0f".to_owned() }
    }

    fn change(kind: &str, before: Option<&str>, after: Option<&str>, at: i64) -> Change {
        let at = Timestamp::from_second(at).unwrap();
        let none: Option<&str> = None;
        let values = vec![kind.into(), 7.into(), "shop".into(), before.into(), after.into(), at.into(), none.into()];
        Change::from_record(Record::of(Change::MODEL, values))
    }

    #[test]
    fn each_change_is_an_event_of_one_type() {
        let table = [
            ("created", None, None, "instance.created"),
            ("deleted", None, None, "instance.deleted"),
            ("renamed", Some("a"), Some("b"), "instance.renamed"),
            ("tokenChanged", None, None, "instance.token_changed"),
            ("expired", None, None, "instance.expired"),
            ("stateChanged", None, Some("notAuthorized"), "instance.ready"),
            ("stateChanged", Some("starting"), Some("notAuthorized"), "instance.ready"),
            ("stateChanged", Some("notAuthorized"), Some("authorized"), "instance.linked"),
            ("stateChanged", None, Some("authorized"), "instance.linked"),
            ("stateChanged", Some("authorized"), Some("notAuthorized"), "instance.unlinked"),
            ("stateChanged", Some("blocked"), Some("notAuthorized"), "instance.state_changed"),
            ("stateChanged", Some("authorized"), Some("blocked"), "instance.restricted"),
            ("stateChanged", Some("authorized"), Some("yellowCard"), "instance.restricted"),
            ("stateChanged", None, Some("suspended"), "instance.restricted"),
            ("stateChanged", Some("authorized"), Some("starting"), "instance.state_changed"),
            ("stateChanged", None, Some("somethingNew"), "instance.state_changed"),
        ];
        for (kind, before, after, expected) in table {
            assert_eq!(type_of(&change(kind, before, after, 5)), expected, "{kind} {before:?} {after:?}");
        }
    }

    #[test]
    fn every_type_is_in_the_guide() {
        let guide = include_str!("../../../../../docs/guides/events.md");
        for one in &TYPES {
            assert!(guide.contains(&format!("| `{}` |", one.name)), "docs/guides/events.md lacks {}", one.name);
        }
    }

    #[test]
    fn an_id_is_the_same_for_the_same_change_and_no_other() {
        let id = |kind, before, after, at| Event::of(&account(), &change(kind, before, after, at)).id;
        let linked = id("stateChanged", Some("ab"), Some("c"), 5);
        assert_eq!(linked, id("stateChanged", Some("ab"), Some("c"), 5));
        assert!(linked.starts_with("evt_") && linked.len() == 28, "{linked}");
        let others = [
            id("stateChanged", Some("ab"), Some("c"), 6),
            id("stateChanged", Some("a"), Some("bc"), 5),
            id("renamed", Some("ab"), Some("c"), 5),
            Event::of(&Account { host: String::new(), ..account() }, &change("stateChanged", Some("ab"), Some("c"), 5))
                .id,
        ];
        assert!(others.iter().all(|other| *other != linked), "{others:?}");
    }

    #[test]
    fn the_body_is_type_timestamp_and_data() {
        let event = Event::of(&account(), &change("renamed", Some("a"), Some("b"), 5));
        let expected = json!({
            "type": "instance.renamed",
            "timestamp": "1970-01-01T00:00:05Z",
            "data": {
                "kind": "renamed", "idInstance": 7, "name": "shop", "before": "a", "after": "b",
                "at": "1970-01-01T00:00:05Z", "instance": null,
            },
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&event.body).unwrap(), expected);
    }
}
