//! Chance that repeats itself: the same seed, the same numbers, on every machine.

use std::ops::RangeInclusive;

/// SplitMix64, by Sebastiano Vigna: small, and even enough for a test's weather. Nothing secret comes from it.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of a range, whose ends are within.
    pub(crate) fn from(&mut self, range: RangeInclusive<i64>) -> i64 {
        let numbers = range.end().abs_diff(*range.start()).saturating_add(1);
        range.start().saturating_add_unsigned(self.next() % numbers)
    }

    /// One of several; none of none.
    pub(crate) fn one_of<'a, T>(&mut self, several: &'a [T]) -> Option<&'a T> {
        let place = self.next().checked_rem(several.len() as u64)?;
        several.get(usize::try_from(place).ok()?)
    }

    /// A number from 0 to 1, which is not reached.
    pub(crate) fn share(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let bits = (self.next() >> 11) as f64;
        bits / 9_007_199_254_740_992.0 // 2 to the 53rd
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_published_numbers() {
        let mut random = Random::new(1_234_567);
        let numbers = [random.next(), random.next(), random.next()];
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
