//! Journal in memory, for the fuzz target of journals.

#![allow(clippy::unwrap_used, reason = "what does not hold ends the run of a target")]

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    Head, ItemState, JournalRow, Pending,
    file::{Contents, read, write_plan, write_rows},
};

/// How an item may stand.
pub(crate) const WORDS: [&str; 5] = ["waiting", "sent", "done", "failed", "unknown"];

/// What is read of a journal that has these items: the word and the id of each.
pub(crate) fn reread(
    names: &[String],
    written: &[(&str, &str)],
) -> Result<Vec<(&'static str, Option<u64>)>, &'static str> {
    reread_for(names, written, names)
}

/// The same by a run over other items.
pub(crate) fn reread_for(
    names: &[String],
    written: &[(&str, &str)],
    now: &[String],
) -> Result<Vec<(&'static str, Option<u64>)>, &'static str> {
    let mut connection = Connection::open_in_memory().unwrap();
    let transaction = connection.transaction().unwrap();
    write_plan(&transaction, &head(), names).unwrap();
    transaction.commit().unwrap();
    for (place, (word, id)) in written.iter().enumerate() {
        if let Some(state) = ItemState::ALL.into_iter().find(|state| state.as_str() == *word) {
            // As a run writes it.
            let row = JournalRow { state, id_instance: id.parse().ok() };
            write_rows(&mut connection, &[Pending { place, row, written: oneshot::channel().0 }]).unwrap();
        } else {
            let odd = "UPDATE item SET state = ?, id_instance = ? WHERE place = ?";
            connection.execute(odd, (word, id, i64::try_from(place).unwrap())).unwrap();
        }
    }
    let Contents::Run(run) = read(&connection).unwrap() else { return Err("is no journal") };
    let rows = run.rows_for(&head(), now)?;
    Ok(rows.into_iter().map(|row| (row.state.as_str(), row.id_instance)).collect())
}

fn head() -> Head {
    let text = |text: &str| text.to_owned();
    Head { kind: "createInstances", work: String::new(), host: text("https://upstream.test"), account: text("0f") }
}
