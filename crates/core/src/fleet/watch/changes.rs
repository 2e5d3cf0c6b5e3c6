//! Changes between what was handed out and what is seen. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::{super::last_known::LastKnown, Change};
use crate::{
    Instance, Instances,
    model::{Modelled as _, Record},
};

/// Each instance as whoever watches knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::fleet) struct Base(BTreeMap<u64, LastKnown>);

/// What was seen at a moment.
pub(super) struct Seen<'a> {
    pub(super) listed: &'a Instances,
    /// The states that could be had; nothing where none are asked for.
    pub(super) states: Option<&'a HashMap<u64, String>>,
    pub(super) at: Timestamp,
}

/// A change that is to be handed out, and what whoever watches knows by it.
pub(in crate::fleet) struct Difference {
    what: What,
    id: u64,
    at: Timestamp,
    before: Option<String>,
    known: LastKnown,
    instance: Option<Instance>,
}

/// What was known of an instance before a change of it.
pub(super) struct Previous(u64, Option<LastKnown>);

/// In the order in which the changes of one look are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Created,
    Deleted,
    Renamed,
    TokenChanged,
    StateChanged,
    Expired,
}

impl Base {
    pub(in crate::fleet) fn of(instances: BTreeMap<u64, LastKnown>) -> Self {
        Self(instances)
    }

    /// The base of a watch that begins with what is seen.
    pub(super) fn seen(seen: &Seen<'_>) -> Self {
        let known = |one: Instance| {
            (one.id_instance(), LastKnown { state: seen.state(one.id_instance()), ..LastKnown::of(&one) })
        };
        Self(seen.listed.iter().map(known).collect())
    }

    pub(in crate::fleet) fn instances(&self) -> &BTreeMap<u64, LastKnown> {
        &self.0
    }

    /// The new ones, whose first state is still to be told.
    pub(super) fn without_state_yet(&self) -> impl Iterator<Item = u64> {
        self.0.iter().filter(|(_, known)| known.state.as_deref() == Some("")).map(|(id, _)| *id)
    }

    /// Whether a state tells nothing new, or is the first that is known of an instance that is not new.
    pub(super) fn takes_at_once(&self, id: u64, state: &str) -> bool {
        self.0.get(&id).is_some_and(|known| known.state.as_deref().is_none_or(|known| known == state))
    }

    /// Takes in a change that is handed out, and gives what was known before.
    pub(super) fn apply(&mut self, change: &Difference) -> Previous {
        let before = Previous(change.id, self.0.get(&change.id).cloned());
        if change.what == What::Deleted && change.instance.is_none() {
            self.0.remove(&change.id);
            return before;
        }
        let new = &change.known;
        let known = self.0.entry(change.id).or_insert_with(|| new.clone());
        match change.what {
            What::Created => known.clone_from(new),
            What::Deleted => known.deleted = true,
            What::Renamed => known.name.clone_from(&new.name),
            What::TokenChanged => known.token_digest.clone_from(&new.token_digest),
            What::StateChanged => known.state.clone_from(&new.state),
            What::Expired => known.expired = true,
        }
        before
    }

    /// Forgets the last change.
    pub(super) fn restore(&mut self, before: Previous) {
        match before {
            Previous(id, Some(known)) => self.0.insert(id, known),
            Previous(id, None) => self.0.remove(&id),
        };
    }

    /// What is different, in the order in which it is told. What is no change to be told is taken in at once: what was not
    /// known before, an instance that is paid again, one whose deletion was told and that upstream has forgotten.
    pub(super) fn compare(&mut self, seen: &Seen<'_>) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut shown = HashSet::new();
        for one in seen.listed.iter() {
            shown.insert(one.id_instance());
            self.compare_one(&one, seen, &mut found);
        }
        // What a list lacks that could not be read whole may be there.
        let is_gone = |id: &u64| !shown.contains(id) && !seen.listed.is_incomplete();
        self.0.retain(|id, known| !is_gone(id) || !known.deleted);
        for (&id, known) in self.0.iter().filter(|(id, _)| is_gone(id)) {
            let (known, what) = (known.clone(), What::Deleted);
            found.push(Difference { what, id, at: seen.at, before: None, known, instance: None });
        }
        found.sort_by_key(|change| (change.what, change.id));
        found
    }

    fn compare_one(&mut self, one: &Instance, seen: &Seen<'_>, found: &mut Vec<Difference>) {
        let (id, mut new) = (one.id_instance(), LastKnown::of(one));
        let mut tell = |what, at: Option<Timestamp>, before: Option<String>, known: &LastKnown| {
            let (at, known, instance) = (at.unwrap_or(seen.at), known.clone(), Some(one.clone()));
            found.push(Difference { what, id, at, before, known, instance });
        };
        let state = seen.states.map(|_| String::new());
        let mut fresh = LastKnown { deleted: false, expired: false, state, ..new.clone() };
        let known = match self.0.get_mut(&id) {
            Some(known) if !known.deleted || new.deleted => known,
            _ => {
                tell(What::Created, one.time_created(), None, &fresh);
                &mut fresh
            }
        };
        if known.deleted {
            return;
        }
        if new.deleted {
            tell(What::Deleted, one.gone_at(), None, &new);
            return;
        }
        new.state = seen.state(id).or_else(|| known.state.clone());
        learn(&mut known.name, new.name.as_deref());
        learn(&mut known.token_digest, new.token_digest.as_deref());
        learn(&mut known.state, new.state.as_deref());
        known.expired &= new.expired;
        if new.name.is_some() && new.name != known.name {
            tell(What::Renamed, None, known.name.clone(), &new);
        }
        if new.token_digest.is_some() && new.token_digest != known.token_digest {
            tell(What::TokenChanged, None, None, &new);
        }
        if new.state != known.state {
            tell(What::StateChanged, None, known.state.clone().filter(|state| !state.is_empty()), &new);
        }
        if new.expired && !known.expired {
            tell(What::Expired, None, None, &new);
        }
    }
}

impl Difference {
    pub(in crate::fleet) fn id(&self) -> u64 {
        self.id
    }
}

impl Seen<'_> {
    fn state(&self, id: u64) -> Option<String> {
        self.states?.get(&id).cloned()
    }
}

impl From<Difference> for Change {
    fn from(change: Difference) -> Self {
        let Difference { what, id, at, before, known, instance } = change;
        let kind = match what {
            What::Created => "created",
            What::Deleted => "deleted",
            What::Renamed => "renamed",
            What::TokenChanged => "tokenChanged",
            What::StateChanged => "stateChanged",
            What::Expired => "expired",
        };
        let after = match what {
            What::Renamed => known.name.clone(),
            What::StateChanged => known.state,
            _ => None,
        };
        let values =
            vec![kind.into(), id.into(), known.name.into(), before.into(), after.into(), at.into(), instance.into()];
        Self::from_record(Record::of(Self::MODEL, values))
    }
}

/// What was not known before is no change.
fn learn(known: &mut Option<String>, new: Option<&str>) {
    if known.is_none() {
        *known = new.map(str::to_owned);
    }
}
