//! Ledger: an account's instances, kept for longer than upstream's list does.

mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod stored;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::Path,
    sync::Arc,
};

use jiff::Timestamp;

use self::{file::FileLedger, stored::StoredLedger};
use super::{
    Billable, Billing, BillingOptions, Inspection,
    billing::three_months_before,
    last_known::{Account, LastKnown},
};
use crate::{Instances, Store, config::LISTED_AFTER_DELETION, error::Error};

#[doc = include_str!("ledger.md")]
///
/// Clones are of the same one. Every method blocks while it reads or writes the file or the store.
#[derive(Clone)]
pub struct Ledger(Arc<Place>);

/// Where a ledger is.
enum Place {
    File(FileLedger),
    Store(StoredLedger),
}

/// One instance, as a [`Ledger`] knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerRow {
    /// The instance's id.
    pub id_instance: u64,
    /// Its name, the last one.
    pub name: Option<String>,
    /// Its plan, the last one.
    pub tariff: Option<String>,
    /// Whether it is on the Partner plan, where upstream says so.
    pub is_partner: Option<bool>,
    /// Whether it is on the free plan, where upstream says so.
    pub is_free: Option<bool>,
    /// When it was created.
    pub time_created: Option<Timestamp>,
    /// When it was deleted, if a list has said so.
    pub time_deleted: Option<Timestamp>,
    /// Whether a list has shown it as deleted.
    pub deleted: bool,
    /// When a list with it was first recorded.
    pub first_seen: Timestamp,
    /// When a list with it was last recorded.
    pub last_seen: Timestamp,
    /// When a list without it was first recorded, although none had shown it as deleted. Upstream forgets what was deleted
    /// three months ago: most likely it was deleted after [`last_seen`](Self::last_seen), and nobody knows when.
    pub vanished_at: Option<Timestamp>,
    /// Whether a phone was ever linked to it; `None` where nobody knows.
    pub ever_linked: Option<bool>,
    /// Until when a phone was linked to it, as far as is known.
    pub last_linked_at: Option<Timestamp>,
}

impl From<LedgerRow> for Billable {
    fn from(row: LedgerRow) -> Self {
        Self {
            id_instance: row.id_instance,
            name: row.name,
            tariff: row.tariff,
            is_partner: row.is_partner,
            is_free: row.is_free,
            time_created: row.time_created,
            time_deleted: row.time_deleted,
            deleted: row.deleted,
            seen_until: row.vanished_at.map(|_| row.last_seen),
            gone_by: row.vanished_at,
            ever_linked: row.ever_linked,
            last_linked_at: row.last_linked_at,
            is_linked: None,
        }
    }
}

/// Whether a phone was ever linked to an instance, and until when.
#[derive(Clone, Copy)]
struct Linked {
    id_instance: u64,
    ever: bool,
    until: Option<Timestamp>,
}

impl Ledger {
    /// Opens the file, or makes it, for its owner alone; `:memory:` is one that is gone when it is closed.
    ///
    /// # Errors
    ///
    /// `invalid_request`: the file is no ledger, or one of a newer version. `configuration`: it cannot be opened.
    /// `unavailable`: another program has it for longer than 10 seconds.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        FileLedger::open(path.as_ref()).map(|file| Self(Arc::new(Place::File(file))))
    }

    /// The ledger of a store's account, which any number of processes may write at once: each recording is one statement, and
    /// takes or leaves the whole list. Its bill is what a file's would be. Nothing is opened before it is needed.
    ///
    /// It is tied to the partner host that a `watch` calls, and not to a partner token, which may be replaced: a watch whose first
    /// list shows none of its instances is refused with `configuration`.
    ///
    /// # Errors
    ///
    /// As for [`Store::new`].
    pub fn in_store(store: &Store) -> Result<Self, Error> {
        StoredLedger::of(store).map(|stored| Self(Arc::new(Place::Store(stored))))
    }

    /// Records a list, the whole one where this is a view of it. Nothing that was recorded before is forgotten.
    ///
    /// # Errors
    ///
    /// `configuration`: the file cannot be written, or is no longer where it was opened; the store will not be used.
    /// `unavailable`: another program has the file for longer than 10 seconds; the store cannot be reached.
    pub fn record(&self, instances: &Instances) -> Result<(), Error> {
        self.record_at(instances, Timestamp::now())
    }

    /// [`record`](Self::record), of a list that was made at this moment: one that was kept, or of an account that lives by
    /// another clock. Lists are to be recorded in their order.
    ///
    /// # Errors
    ///
    /// As for [`record`](Self::record).
    pub fn record_at(&self, instances: &Instances, listed_at: Timestamp) -> Result<(), Error> {
        self.record_look(Some(instances), &HashMap::new(), listed_at)
    }

    /// Records who was ever linked to a phone, and until when: what an inspection does not know changes nothing, and what is
    /// known is never taken back.
    ///
    /// # Errors
    ///
    /// As for [`record`](Self::record).
    pub fn record_inspections(&self, inspections: &[Inspection]) -> Result<(), Error> {
        let known = inspections.iter().filter_map(|one| {
            Some(Linked { id_instance: one.id_instance()?, ever: one.ever_linked()?, until: one.last_linked_at() })
        });
        let known: Vec<_> = known.collect();
        match &*self.0 {
            Place::File(file) => file.record_linked(&known),
            Place::Store(stored) => stored.record_linked(&known),
        }
    }

    /// Everything that is known of each instance, by id.
    ///
    /// # Errors
    ///
    /// As for [`record`](Self::record).
    pub fn rows(&self) -> Result<Vec<LedgerRow>, Error> {
        let mut rows = match &*self.0 {
            Place::File(file) => file.rows(),
            Place::Store(stored) => stored.rows(),
        }?;
        rows.sort_unstable_by_key(|row| row.id_instance);
        Ok(rows)
    }

    /// When the first list was recorded: what was deleted more than three months before is not known. `None`: no list yet.
    ///
    /// # Errors
    ///
    /// As for [`record`](Self::record).
    pub fn recorded_since(&self) -> Result<Option<Timestamp>, Error> {
        match &*self.0 {
            Place::File(file) => file.recorded_since(),
            Place::Store(stored) => stored.recorded().map(|recorded| recorded.since),
        }
    }

    #[doc = include_str!("../billing/billing.md")]
    pub fn billing(&self, options: &BillingOptions) -> Result<Billing, Error> {
        let since = self.recorded_since()?.map(three_months_before);
        let rows = self.rows()?.into_iter().map(Billable::from);
        let now = Timestamp::now();
        // Without a list, nothing is known of any time.
        Billing::of(rows, Some(since.unwrap_or(now)), now, options)
    }

    /// How many instances it knows, live, deleted and vanished.
    ///
    /// # Errors
    ///
    /// As for [`record`](Self::record).
    pub fn instance_count(&self) -> Result<u64, Error> {
        match &*self.0 {
            Place::File(file) => file.instance_count(),
            Place::Store(stored) => stored.instance_count(),
        }
    }

    /// Ties it to an account; one that is tied to another is refused.
    pub(super) fn tie(&self, account: &Account) -> Result<(), Error> {
        let is_same = match &*self.0 {
            Place::File(file) => file.tie(account),
            Place::Store(stored) => stored.tie(account),
        }?;
        if is_same {
            return Ok(());
        }
        Err(Error::invalid_request("this ledger is of another account: another host or partner token"))
    }

    /// Whether a list of the account must show some of those that it knows: it is a store's, where tokens are replaced, and a
    /// list was recorded since the time for which upstream shows what was deleted.
    pub(super) fn is_to_be_proven(&self) -> Result<bool, Error> {
        let Place::Store(stored) = &*self.0 else { return Ok(false) };
        let last = stored.recorded()?.last;
        Ok(last.is_some_and(|last| Timestamp::now().duration_since(last).unsigned_abs() < LISTED_AFTER_DELETION))
    }

    /// Each instance as it was last known, but for those that have vanished; `None` where no list was recorded yet.
    pub(super) fn known(&self) -> Result<Option<BTreeMap<u64, LastKnown>>, Error> {
        if self.recorded_since()?.is_none() {
            return Ok(None);
        }
        match &*self.0 {
            Place::File(file) => file.known(),
            Place::Store(stored) => stored.known(),
        }
        .map(Some)
    }

    /// Records what was seen at a moment: a list, unless it is the last one again, and states.
    pub(super) fn record_look(
        &self,
        listed: Option<&Instances>,
        states: &HashMap<u64, String>,
        at: Timestamp,
    ) -> Result<(), Error> {
        match &*self.0 {
            Place::File(file) => file.record_look(listed, states, at),
            Place::Store(stored) => stored.record_look(listed, states, at),
        }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ledger").finish_non_exhaustive()
    }
}
