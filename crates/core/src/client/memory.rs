//! Memory of what a client has created and deleted: for some minutes a list may not show it yet.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Mutex,
};

use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    Instance, Instances,
    config::{REMEMBERED_FOR, REMEMBERED_MOST},
    lock::lock,
    log::TARGET,
};

/// What one client has created and deleted of late. What it has created is live unless a list shows it as deleted, what it
/// has deleted is deleted, whatever a list still shows.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    created: Recent<Made>,
    /// As it was, if this client has created it of late: a list may not have it at all yet.
    deleted: Recent<Option<Instance>>,
}

/// An instance that was created.
struct Made {
    /// As far as it is known: by the answer to its creation, or by the list that it was found in.
    instance: Instance,
    /// The name that it was created with; a list may show another.
    name: Option<String>,
    at: Timestamp,
    /// Whether a list has shown it since, and its name was looked at.
    seen: bool,
}

impl Memory {
    /// Remembers an instance that was created with this name, or with none.
    pub(crate) fn created(&self, instance: Instance, name: Option<&str>, at: Timestamp) {
        let id = instance.id_instance();
        let (name, seen) = (name.map(ToOwned::to_owned), name.is_none());
        let mut remembered = lock(&self.0);
        remembered.deleted.remove(id);
        remembered.created.put(id, Made { instance, name, at, seen });
    }

    /// Remembers an instance that was deleted.
    pub(crate) fn deleted(&self, id_instance: u64) {
        lock(&self.0).forget_alive(id_instance);
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        *lock(&self.0) = Remembered::default();
    }

    /// When the instance was created, if this client has done so of late.
    pub(crate) fn created_at(&self, id_instance: u64) -> Option<Timestamp> {
        lock(&self.0).created.get(id_instance).map(|made| made.at)
    }

    /// Looks whether a new list has what was created under the names that were asked for, and warns where it has not.
    pub(crate) fn look_at(&self, listed: &Instances) {
        let mut renamed = Vec::new();
        {
            let mut remembered = lock(&self.0);
            if remembered.created.values().all(|made| made.seen) {
                return;
            }
            for one in listed.iter() {
                let Some(made) = remembered.created.get_mut(one.id_instance()).filter(|made| !made.seen) else {
                    continue;
                };
                // A list without a name says nothing of it.
                let Some(listed) = one.name() else { continue };
                made.seen = true;
                if let Some(asked) = made.name.clone().filter(|asked| asked != listed) {
                    renamed.push((one, asked));
                }
            }
        }
        for (one, asked) in renamed {
            tracing::warn!(
                target: TARGET,
                operation = "getInstances",
                id_instance = one.id_instance(),
                "it was created with the name {asked:?}, and is listed as {:?}: upstream stores names otherwise than they \
                 are given, and ensure_instance would create another; use the name that is listed",
                one.name().unwrap_or_default()
            );
        }
    }

    /// The instance with this id: as it is listed, corrected by what this client knows better.
    pub(crate) fn find(&self, listed: &Instances, id_instance: u64) -> Option<Instance> {
        let remembered = lock(&self.0);
        match listed.find(id_instance) {
            Some(one) => Some(remembered.corrected(one)),
            None => remembered.unlisted(id_instance).cloned(),
        }
    }

    /// The live instances of this name: as they are listed, corrected by what this client knows better.
    pub(crate) fn live(&self, listed: &Instances, name: &str) -> Vec<Instance> {
        let mut remembered = lock(&self.0);
        let of_name = listed.iter().filter(|one| !one.deleted() && one.name() == Some(name));
        let mut live: Vec<_> = of_name.filter(|one| !remembered.deleted.has(one.id_instance())).collect();
        let made = remembered.created.iter().filter(|(_, made)| made.name.as_deref() == Some(name));
        let unlisted: Vec<_> =
            made.map(|(id, _)| id).filter(|id| live.iter().all(|one| one.id_instance() != *id)).collect();
        live.extend(unlisted.into_iter().filter_map(|id| remembered.survivor(listed.find(id), id)));
        live
    }

    /// All instances: as they are listed, corrected by what this client knows better; each with the name that it was created
    /// with, where that is known and another than the list's.
    pub(crate) fn all(&self, listed: &Instances) -> Vec<(Instance, Option<String>)> {
        let mut remembered = lock(&self.0);
        if remembered.created.is_empty() && remembered.deleted.is_empty() {
            return listed.iter().map(|one| (one, None)).collect();
        }
        let mut met = HashSet::new();
        let mut all = Vec::new();
        for one in listed.iter() {
            let id = one.id_instance();
            met.insert(id);
            if one.deleted() {
                remembered.forget_alive_if_created(id);
            }
            let one = remembered.corrected(one);
            let asked = remembered.created.get(id).and_then(|made| made.name.clone());
            let asked = asked.filter(|asked| one.name() != Some(asked));
            all.push((one, asked));
        }
        let live = remembered.created.iter().map(|(id, made)| (id, &made.instance));
        let deleted = remembered.deleted.iter().filter_map(|(id, gone)| Some((id, gone.as_ref()?)));
        let unlisted = live.chain(deleted).filter(|(id, _)| !met.contains(id));
        all.extend(unlisted.map(|(_, one)| (one.clone(), None)));
        all
    }
}

impl Remembered {
    /// From now on it is deleted.
    fn forget_alive(&mut self, id: u64) {
        let gone = self.created.remove(id).map(|made| made.instance.as_deleted());
        self.deleted.put(id, gone);
    }

    /// A list has shown it as deleted, and nothing brings one back: a list that lags does not.
    fn forget_alive_if_created(&mut self, id: u64) {
        if self.created.has(id) {
            self.forget_alive(id);
        }
    }

    /// One that no list has yet.
    fn unlisted(&self, id: u64) -> Option<&Instance> {
        let live = self.created.get(id).map(|made| &made.instance);
        live.or_else(|| self.deleted.get(id)?.as_ref())
    }

    fn corrected(&self, listed: Instance) -> Instance {
        if !listed.deleted() && self.deleted.has(listed.id_instance()) { listed.as_deleted() } else { listed }
    }

    /// One that was created, unless it is listed as deleted.
    fn survivor(&mut self, listed: Option<Instance>, id: u64) -> Option<Instance> {
        match listed {
            Some(one) if one.deleted() => {
                self.forget_alive(id);
                None
            }
            Some(one) => Some(one),
            None => self.created.get(id).map(|made| made.instance.clone()),
        }
    }
}

/// What happened of late, by the ids of instances: each for some minutes, and not more than so many.
struct Recent<T> {
    known: HashMap<u64, (Instant, T)>,
    /// The oldest first; what was put again or removed stands here once more than it counts.
    order: VecDeque<(Instant, u64)>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), order: VecDeque::new() }
    }
}

impl<T> Recent<T> {
    fn put(&mut self, id: u64, value: T) {
        let now = Instant::now();
        self.known.insert(id, (now, value));
        self.order.push_back((now, id));
        while self.order.front().is_some_and(|(at, _)| is_over(*at) || self.order.len() > REMEMBERED_MOST) {
            let Some((at, id)) = self.order.pop_front() else { break };
            if self.known.get(&id).is_some_and(|(known, _)| *known == at) {
                self.known.remove(&id);
            }
        }
    }

    fn remove(&mut self, id: u64) -> Option<T> {
        self.known.remove(&id).map(|(_, value)| value)
    }

    fn get(&self, id: u64) -> Option<&T> {
        self.known.get(&id).filter(|(at, _)| !is_over(*at)).map(|(_, value)| value)
    }

    fn get_mut(&mut self, id: u64) -> Option<&mut T> {
        self.known.get_mut(&id).filter(|(at, _)| !is_over(*at)).map(|(_, value)| value)
    }

    fn has(&self, id: u64) -> bool {
        self.get(id).is_some()
    }

    fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.known.iter().filter(|(_, (at, _))| !is_over(*at)).map(|(id, (_, value))| (*id, value))
    }

    fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, value)| value)
    }

    fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

fn is_over(at: Instant) -> bool {
    at.elapsed() >= REMEMBERED_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_old_is_forgotten_and_what_is_put_again_is_not() {
        let mut recent = Recent::default();
        recent.put(1, "one");
        recent.put(2, "two");
        tokio::time::sleep(REMEMBERED_FOR / 2).await;
        recent.put(1, "again");
        tokio::time::sleep(REMEMBERED_FOR / 2).await;
        assert_eq!((recent.get(1), recent.get(2)), (Some(&"again"), None));
        recent.put(3, "three");
        assert_eq!((recent.known.len(), recent.order.len()), (2, 2), "nothing is kept of what is old");
        recent.remove(1);
        assert_eq!(recent.iter().collect::<Vec<_>>(), [(3, &"three")]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_are_forgotten_where_there_are_too_many() {
        let mut recent = Recent::default();
        for id in 0..=u64::try_from(REMEMBERED_MOST).unwrap() {
            recent.put(id, ());
        }
        assert_eq!((recent.known.len(), recent.order.len()), (REMEMBERED_MOST, REMEMBERED_MOST));
        assert_eq!((recent.has(0), recent.has(1)), (false, true));
    }
}
