//! Misbehaviour by chance, the same for the same seed: so many of a hundred requests get this, so many that.

use std::collections::HashMap;

use super::Fault;
use crate::random::Random;

/// The weather of each method, by its name in small letters; `*` is that of all which have none of their own.
#[derive(Debug, Default)]
pub(crate) struct Weather(HashMap<String, Chances>);

impl Weather {
    /// Sets the weather of a method, in place of what it had; without shares, it has none.
    pub(crate) fn set(&mut self, method: &str, seed: u64, shares: Vec<(f64, Fault)>) {
        let method = method.to_ascii_lowercase();
        if shares.is_empty() {
            self.0.remove(&method);
        } else {
            self.0.insert(method, Chances { random: Random::new(seed), shares, drawn: None });
        }
    }

    /// The chances of a request of a method.
    pub(crate) fn of(&mut self, method: &str) -> Option<&mut Chances> {
        let name = if self.0.contains_key(method) { method } else { "*" };
        self.0.get_mut(name)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What requests may get, and the share of them that get it.
#[derive(Debug)]
pub(crate) struct Chances {
    random: Random,
    shares: Vec<(f64, Fault)>,
    /// The place of what was drawn for a request that has not taken it yet; past the last one, the weather is fair.
    drawn: Option<usize>,
}

impl Chances {
    /// What the next request gets that takes something.
    pub(crate) fn next(&mut self) -> Option<&Fault> {
        let Self { random, shares, drawn } = self;
        shares.get(*drawn.get_or_insert_with(|| draw(random, shares))).map(|(_, fault)| fault)
    }

    /// Takes that, if it is anything, and leaves the one after it.
    pub(crate) fn take(&mut self) -> Option<Fault> {
        let fault = self.next().cloned();
        self.drawn = None;
        fault
    }
}

/// Says what is wrong with shares, if anything.
pub(crate) fn check(shares: &[(f64, Fault)]) -> Result<(), String> {
    for (share, fault) in shares {
        if !(0.0..=1.0).contains(share) {
            return Err(format!("a share is from 0 to 1, not {share}"));
        }
        if fault.times.is_some() {
            return Err("times has no meaning for a fault by chance: its share says how often it comes".to_owned());
        }
        fault.check()?;
    }
    let sum: f64 = shares.iter().map(|(share, _)| share).sum();
    // Ten tenths are a little more than 1 as floating-point numbers are added.
    if sum > 1.0 + 1e-9 {
        return Err(format!("the shares are 1 together at most, not {sum}"));
    }
    Ok(())
}

/// The place of a share, each as often as it is large; past the last one for what is left of 1.
fn draw(random: &mut Random, shares: &[(f64, Fault)]) -> usize {
    let mut left = random.share();
    let hit = shares.iter().position(|(share, _)| {
        let is_hit = left < *share;
        left -= share;
        is_hit
    });
    hit.unwrap_or(shares.len())
}
