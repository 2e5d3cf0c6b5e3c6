//! Replay of a fuzz target in an ordinary test: its seeds, what `fuzz/corpus/` keeps of it, and mutations of both, which are the
//! same each time. And how properties are tested, so that these cases are the same each time as well.

#![allow(clippy::unwrap_used, reason = "what cannot be read is a failed test")]

use std::{
    env, fs,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
};

use fastrand::Rng;
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

/// Checks all of them, and so many mutations, `REPLAY_TIMES` as many where that is set; what does not hold is told with the input, as a file of `fuzz/corpus/` would have it.
///
/// # Panics
///
/// Where something does not hold, or nothing is kept of this target.
pub fn replay(target: &str, check: fn(&[u8]), seeds: Vec<Vec<u8>>, mutations: usize) {
    let kept = kept(target);
    assert!(!kept.is_empty() && !seeds.is_empty(), "{target} has no corpus");
    let inputs: Vec<_> = seeds.into_iter().chain(kept).collect();
    for input in &inputs {
        hold(target, check, input);
    }
    let times = env::var("REPLAY_TIMES").ok().map_or(1, |times| times.parse().unwrap());
    let mut random = Rng::with_seed(2026);
    for _ in 0..times * mutations {
        let mut input = random.choice(&inputs).unwrap().clone();
        for _ in 0..random.usize(1..5) {
            mutate(&mut input, &inputs, &mut random);
        }
        input.truncate(LONGEST);
        hold(target, check, &input);
    }
}

fn hold(target: &str, check: fn(&[u8]), input: &[u8]) {
    let holds = panic::catch_unwind(AssertUnwindSafe(|| check(input))).is_ok();
    assert!(holds, "{target} does not hold of \"{}\"", input.escape_ascii());
}

/// The files of a target, in the order of their names.
fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// One change: of a byte or a bit, of a part, by a piece of another input, by a word that parsers listen to.
fn mutate(input: &mut Vec<u8>, inputs: &[Vec<u8>], random: &mut Rng) {
    let place = random.usize(..=input.len());
    let end = (place + random.usize(..=16)).min(input.len());
    match random.u8(..7) {
        0 if place < input.len() => input[place] ^= 1 << random.u8(..8),
        1 if place < input.len() => input[place] = random.u8(..),
        2 => drop(input.drain(place..end)),
        3 => {
            let repeated = input[place..end].repeat(random.usize(1..4));
            input.splice(place..place, repeated);
        }
        4 => {
            let other = random.choice(inputs).unwrap();
            let start = random.usize(..=other.len());
            let piece = &other[start..(start + random.usize(..=64)).min(other.len())];
            input.splice(place..place, piece.iter().copied());
        }
        5 => input.truncate(place),
        _ => {
            let word = WORDS[random.usize(..WORDS.len())];
            input.splice(place..end, word.bytes());
        }
    }
}

const WORDS: [&str; 20] = [
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "0.0",
    "\"",
    "\\",
    "\\ud83d",
    "\\u0000",
    "{",
    "}",
    "[",
    "]",
    "\u{200b}",
    "\u{feff}",
    "%00",
    ",",
    "\n",
];
const LONGEST: usize = 8192;

/// How properties are tested: with the same cases each time, 256 or as many as `PROPTEST_CASES` says.
pub fn property() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::default() }
}
