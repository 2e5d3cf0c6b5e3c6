//! Journals: what was written down is read back, and what nobody knows was perhaps sent.
//!
//! An input is lines: `name state id`, an item each. The names were planned; the states were written by this version or by none.

use crate::fleet::journal_fuzzing::{self as journal, WORDS};

pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let items: Vec<_> = text.lines().take(20).map(item).collect();
    let names: Vec<String> = items.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let written: Vec<_> = items.iter().map(|(_, word, id)| (*word, *id)).collect();
    let read = journal::reread(&names, &written).expect("it is the journal of this run");
    assert_eq!(read.len(), items.len());
    for ((_, word, id), (state, read)) in items.iter().zip(read) {
        // Only a word of ours says that nothing was sent.
        let expected = if WORDS.contains(word) { word } else { "unknown" };
        assert_eq!((state, read), (expected, id.parse().ok()), "{word:?} {id:?}");
    }
    // Another run's journal is refused.
    let mut others = names.clone();
    others.push("one-more".to_owned());
    assert!(journal::reread_for(&names, &written, &others).is_err());
}

pub fn seeds() -> Vec<Vec<u8>> {
    let line = |(word, place): (&&str, u64)| format!("shop-{place} {word} {}", 1_101_000_001 + place);
    let each = WORDS.iter().zip(0..).map(line).collect::<Vec<_>>().join("\n");
    let odd = "a Sent 7\nb done \u{661}\nc  18446744073709551616\nd dreaming +5\n\ne done 0x7\n".to_owned();
    vec![each.into_bytes(), odd.into_bytes()]
}

fn item(line: &str) -> (&str, &str, &str) {
    let mut parts = line.splitn(3, ' ');
    let mut part = || parts.next().unwrap_or_default();
    (part(), part(), part())
}
