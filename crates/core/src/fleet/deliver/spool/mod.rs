//! Spool: what is known of each instance and the events that wait, written down as one: a change that is taken in is an event
//! that waits, and after a crash neither is there without the other.
//!
//! `file`: in a file of its own, for one process at a time; `stored`: in a store, where another process takes over.

mod file;
mod stored;

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
};

use serde::{Deserialize, Serialize};

use self::{file::SpoolFile, stored::StoredSpool};
use super::{
    super::last_known::{Account, LastKnown},
    event::Event,
};
use crate::{Store, error::Error};

/// The spool of one delivery.
pub(super) struct Spool {
    place: Place,
    rows: Rows,
}

enum Place {
    File(SpoolFile),
    Store(StoredSpool),
}

/// What is written down.
#[derive(Clone, Default)]
struct Rows {
    /// Whether there was a first list, without which nothing is a change.
    has_base: bool,
    rows: BTreeMap<u64, Row>,
}

/// Of one instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Row {
    /// As whoever gets the events knows it.
    known: Option<LastKnown>,
    /// What waits, the oldest first.
    #[serde(default)]
    pending: VecDeque<Event>,
}

/// What a delivery goes on from.
pub(super) struct Taken {
    /// Nothing before the first list.
    pub(super) base: Option<BTreeMap<u64, LastKnown>>,
    pub(super) pending: Vec<(u64, Event)>,
    /// Whether a list is to show first that it is of the same account.
    pub(super) is_to_be_proven: bool,
}

impl Spool {
    /// A file, made where there is none. It is this process's from now on.
    pub(super) async fn of_file(path: &Path, account: &Account) -> Result<Self, Error> {
        Ok(Self { place: Place::File(SpoolFile::open(path, account).await?), rows: Rows::default() })
    }

    /// What has this name in a store. It is nobody's before its turn is taken.
    pub(super) fn of_store(store: Store, name: &str) -> Result<Self, Error> {
        Ok(Self { place: Place::Store(StoredSpool::of(store, name)?), rows: Rows::default() })
    }

    /// Waits until it is this process's turn, and reads what there is.
    pub(super) async fn take(&mut self) -> Result<Taken, Error> {
        let (rows, is_to_be_proven) = match &mut self.place {
            Place::File(file) => file.take(),
            Place::Store(stored) => (stored.take().await?, true),
        };
        self.rows = rows;
        let known = self.rows.rows.iter().filter_map(|(id, row)| Some((*id, row.known.clone()?))).collect();
        let pending = self.rows.rows.iter().flat_map(|(id, row)| row.pending.iter().map(|event| (*id, event.clone())));
        Ok(Taken { base: self.rows.has_base.then_some(known), pending: pending.collect(), is_to_be_proven })
    }

    /// Whether it is still this process's turn.
    pub(super) async fn holds(&mut self) -> Result<bool, Error> {
        match &mut self.place {
            Place::File(_) => Ok(true),
            Place::Store(stored) => stored.holds().await,
        }
    }

    /// Takes in a change: the event that waits for it, and what is known from then on. It is on the disk when this returns.
    /// Like all that writes, gives whether it is still this process's turn.
    pub(super) async fn push(&mut self, id: u64, known: Option<LastKnown>, event: Event) -> Result<bool, Error> {
        let row = self.rows.rows.entry(id).or_default();
        row.known = known;
        row.pending.push_back(event);
        self.write(vec![id]).await
    }

    /// The oldest event of this instance was taken by the receiver.
    pub(super) async fn delivered(&mut self, id: u64) -> Result<bool, Error> {
        if let Some(row) = self.rows.rows.get_mut(&id) {
            row.pending.pop_front();
        }
        self.write(vec![id]).await
    }

    /// What is known by now, also what was no change to be told.
    pub(super) async fn remember(&mut self, known: &BTreeMap<u64, LastKnown>) -> Result<bool, Error> {
        let mut changed = Vec::new();
        for (id, one) in known {
            let row = self.rows.rows.entry(*id).or_default();
            if row.known.as_ref() != Some(one) {
                row.known = Some(one.clone());
                changed.push(*id);
            }
        }
        for (id, row) in &mut self.rows.rows {
            if row.known.is_some() && !known.contains_key(id) {
                row.known = None;
                changed.push(*id);
            }
        }
        if changed.is_empty() && self.rows.has_base {
            return Ok(true);
        }
        self.rows.has_base = true;
        self.write(changed).await
    }

    /// Gives it up: the next may begin at once.
    pub(super) async fn close(self) {
        if let Place::Store(stored) = self.place {
            stored.close().await;
        }
    }

    async fn write(&mut self, ids: Vec<u64>) -> Result<bool, Error> {
        let written = match &mut self.place {
            Place::File(file) => file.write(&self.rows, &ids).await.map(|()| true),
            Place::Store(stored) => stored.write(&self.rows, &ids).await,
        };
        for id in ids {
            if self.rows.rows.get(&id).is_some_and(Row::is_over) {
                self.rows.rows.remove(&id);
            }
        }
        written
    }
}

impl Row {
    /// Whether nothing of it needs to be kept.
    fn is_over(&self) -> bool {
        self.known.is_none() && self.pending.is_empty()
    }
}
