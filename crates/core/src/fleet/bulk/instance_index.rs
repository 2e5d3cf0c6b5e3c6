//! Index of the instances that a run goes by.

use std::collections::HashMap;

use crate::{Instance, Instances, PartnerClient, error::Error, flow::ensure_instance::oldest};

/// The instances of an account, found by id or by name.
pub(super) struct InstanceIndex {
    by_id: HashMap<u64, Instance>,
    live_by_name: HashMap<String, Vec<Instance>>,
    whole: Instances,
}

impl InstanceIndex {
    /// What is listed, corrected by what the client knows better: a list may lag behind.
    pub(super) fn of(partner: &PartnerClient, listed: &Instances) -> Self {
        let mut live_by_name: HashMap<String, Vec<Instance>> = HashMap::new();
        let mut by_id = HashMap::new();
        for (one, asked) in partner.0.memory.all(listed) {
            let names = one.name().map(ToOwned::to_owned).into_iter().chain(asked);
            for name in names.filter(|_| !one.deleted()) {
                live_by_name.entry(name).or_default().push(one.clone());
            }
            by_id.insert(one.id_instance(), one);
        }
        Self { by_id, live_by_name, whole: listed.clone() }
    }

    /// The one with this id, deleted or not.
    pub(super) fn find(&self, id_instance: u64) -> Option<Instance> {
        self.by_id.get(&id_instance).cloned()
    }

    /// How many are live.
    pub(super) fn live_count(&self) -> usize {
        self.by_id.values().filter(|one| !one.deleted()).count()
    }

    /// Fails where what it lacks may be there.
    pub(super) fn must_be_whole(&self, nothing: &str) -> Result<(), Error> {
        self.whole.must_be_whole(nothing)
    }

    pub(super) fn is_incomplete(&self) -> bool {
        self.whole.is_incomplete()
    }

    /// The live one of this name; the oldest, where there are several.
    pub(super) fn live(&self, name: &str) -> Option<Instance> {
        oldest(self.live_by_name.get(name)?.clone())
    }
}
