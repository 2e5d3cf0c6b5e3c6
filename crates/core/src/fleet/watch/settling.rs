//! Settling: a new state counts once two looks in a row have shown it. Pure.
//!
//! What is held back is nowhere written down: for all who take over, the state is the one that was told, so that a change is
//! told a look later, and never lost.

use std::collections::HashMap;

use super::changes::Base;

/// The states that the last looks have shown and that are not told yet.
#[derive(Default)]
pub(super) struct Settling(HashMap<u64, String>);

impl Settling {
    /// Leaves those states that count: what is known already, what is seen again, and the first that is known of an
    /// instance. The others are as if they could not be had.
    pub(super) fn hold_back(&mut self, states: &mut HashMap<u64, String>, base: &Base) {
        let before = std::mem::take(&mut self.0);
        for (id, state) in before.iter().filter(|(id, _)| base.instances().contains_key(id)) {
            if !states.contains_key(id) {
                self.0.insert(*id, state.clone());
            }
        }
        states.retain(|id, state| {
            let counts = before.get(id) == Some(state) || base.takes_at_once(*id, state);
            if !counts {
                self.0.insert(*id, state.clone());
            }
            counts
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::super::last_known::LastKnown, *};

    fn base(state: Option<&str>) -> Base {
        let known = LastKnown {
            name: None,
            token_digest: None,
            deleted: false,
            expired: false,
            state: state.map(ToOwned::to_owned),
        };
        Base::of(BTreeMap::from([(1, known)]))
    }

    /// What counts of each look; `-` where no state could be had, or none counts.
    fn counted(base: &Base, looks: &[&str]) -> Vec<String> {
        let mut settling = Settling::default();
        let look = |seen: &&str| {
            let mut states: HashMap<_, _> = (*seen != "-").then(|| (1, (*seen).to_owned())).into_iter().collect();
            settling.hold_back(&mut states, base);
            states.remove(&1).unwrap_or_else(|| "-".to_owned())
        };
        looks.iter().map(look).collect()
    }

    #[test]
    fn a_state_counts_when_the_look_after_it_shows_it_too() {
        let known = base(Some("authorized"));
        let table: [(&[&str], &[&str]); 6] = [
            (&["authorized"], &["authorized"]),
            (&["starting", "authorized"], &["-", "authorized"]),
            (&["starting", "authorized", "starting"], &["-", "authorized", "-"]),
            (&["starting", "starting"], &["-", "starting"]),
            (&["starting", "blocked", "blocked"], &["-", "-", "blocked"]),
            (&["blocked", "-", "blocked"], &["-", "-", "blocked"]),
        ];
        for (looks, expected) in table {
            assert_eq!(counted(&known, looks), expected, "{looks:?}");
        }
    }

    #[test]
    fn the_first_state_that_is_known_counts_at_once_but_for_a_new_instance() {
        assert_eq!(counted(&base(None), &["starting"]), ["starting"]);
        assert_eq!(counted(&base(Some("")), &["starting", "starting"]), ["-", "starting"]);
        assert_eq!(counted(&Base::default(), &["starting", "starting"]), ["-", "starting"]);
    }
}
