//! Rows of a store: what it has of a name, whoever wrote it.
//!
//! An input is lines, a cell each: `t` and a text, `i` and a number, `b` and bytes; anything else is no value.

use std::time::Duration;

use super::TOKEN;
use crate::{
    secret::Secret,
    store::{Cell, Cells, NameRow, NameStanding, Seal},
};

pub fn check(input: &[u8]) {
    let cells: Vec<Cell> = input.split(|byte| *byte == b'\n').map(cell).collect();
    let word = if let Some(Cell::Text(word)) = cells.first() { word.clone() } else { String::new() };
    let (is_held, in_doubt) = (is_set(cells.get(2)), is_set(cells.get(3)));
    let id = if let Some(Cell::Text(id)) = cells.get(4) { id.parse::<u64>().ok() } else { None };
    let row = NameRow::read(Cells::of(cells));
    let standing = row.standing(Duration::from_secs(1));
    assert_eq!(row.instance().map(|instance| instance.id_instance), id);
    match standing {
        // Whoever finds it so creates an instance: only words of ours say that there is none, and none was sent.
        NameStanding::Free => {
            assert!(!in_doubt && ["free", "refused", "claimed"].contains(&&*word), "{word:?}");
            assert!(word != "claimed" || (!is_held && id.is_none()));
        }
        NameStanding::Held => assert!(is_held && ["claimed", "sending"].contains(&&*word)),
        NameStanding::Abandoned => assert!(!is_held && word == "sending"),
        NameStanding::Done { .. } => assert!(["done", "claimed"].contains(&&*word)),
        NameStanding::InDoubt => {
            assert!(in_doubt || !["free", "refused", "claimed", "done", "sending"].contains(&&*word));
        }
    }
    let seal = Seal::of(&Secret::new(TOKEN)).unwrap();
    if let Some(instance) = row.instance() {
        assert!(instance.open_token(&seal, "0").is_none(), "nobody has sealed it");
    }
    sealed(&seal, &String::from_utf8_lossy(input));
}

pub fn seeds() -> Vec<Vec<u8>> {
    let words = ["free", "claimed", "sending", "done", "refused", "unknown", "dreaming"];
    let rows = words.iter().flat_map(|word| {
        let flags = [(0, 0), (1, 0), (0, 1)];
        flags.map(|(held, doubt)| {
            format!("t{word}\ntme\ni{held}\ni{doubt}\nt1101000001\ntwhatsapp\nn\nn\ni1700000000000\nbsealed\ni5")
        })
    });
    rows.map(String::into_bytes).collect()
}

/// What was sealed opens in its place, and in no other.
fn sealed(seal: &Seal, text: &str) {
    let (account, name) = text.split_at(text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at));
    let closed = seal.close(&[account, name], text).unwrap();
    assert_eq!(seal.open(&[account, name], &closed).as_deref(), Some(text));
    assert_eq!(seal.open(&[text, ""], &closed).is_some(), name.is_empty());
    let mut changed = closed.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert!(seal.open(&[account, name], &changed).is_none());
}

fn is_set(cell: Option<&Cell>) -> bool {
    matches!(cell, Some(Cell::Whole(number)) if *number != 0)
}

/// What a line says of a cell.
pub(super) fn cell(line: &[u8]) -> Cell {
    match line.split_first() {
        Some((b't', text)) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        Some((b'i', number)) => {
            str::from_utf8(number).ok().and_then(|text| text.parse().ok()).map_or(Cell::Null, Cell::Whole)
        }
        Some((b'b', bytes)) => Cell::Bytes(bytes.to_vec()),
        _ => Cell::Null,
    }
}
