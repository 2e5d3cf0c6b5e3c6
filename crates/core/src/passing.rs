//! Passing: a map of what is over by itself, so that nobody takes it out.

use std::{collections::HashMap, hash::Hash};

/// A map that is cleared of what is over whenever it has doubled since: so an entry costs the same however many there are.
#[derive(Debug)]
pub(crate) struct PassingMap<K, V> {
    entries: HashMap<K, V>,
    clear_at: usize,
}

impl<K, V> Default for PassingMap<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), clear_at: LEAST }
    }
}

impl<K: Eq + Hash, V> PassingMap<K, V> {
    /// The entries, with room for one more; some may be over.
    pub(crate) fn with_room(&mut self, is_over: impl Fn(&V) -> bool) -> &mut HashMap<K, V> {
        if self.entries.len() >= self.clear_at {
            self.entries.retain(|_, value| !is_over(value));
            self.clear_at = (2 * self.entries.len()).max(LEAST);
        }
        &mut self.entries
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.entries.remove(key)
    }
}

/// As many are not worth a look.
const LEAST: usize = 64;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_is_over_goes_and_each_entry_costs_the_same_however_many_there_are() {
        for lasting in [0, 50_000_u32] {
            let (mut map, looked_at) = (PassingMap::default(), Cell::new(0_u32));
            for entry in 0..100_000 {
                let is_over = |value: &u32| {
                    looked_at.set(looked_at.get() + 1);
                    *value + lasting <= entry
                };
                map.with_room(is_over).insert(entry, entry);
                assert!(map.entries.len() <= 2 * usize::try_from(lasting).unwrap() + LEAST);
            }
            assert!(looked_at.get() < 300_000, "{}", looked_at.get());
            assert!(map.entries.contains_key(&99_999));
        }
    }
}
