//! Names in the store: looked up, claimed, taken over, and told by lists.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;
use tokio::time::Instant;

use super::{
    Store,
    cell::Cell,
    claim::Claim,
    row::{NameRow, NameStanding, StoredInstance},
    seal::Seal,
    sql::{
        ADOPT, CLAIM, CONFIRM, DISTRUST, DONE, FREE, LIVE, PURGE, READ, READ_ACCOUNT, READ_ALL, REPLACE, RESEAL,
        WRITE_ACCOUNT,
    },
};
use crate::{
    CreatedInstance, Instance, Instances,
    config::{LISTED_AFTER_DELETION, REMEMBERED_FOR, STORE_CONFIRM, STORE_PURGE},
    error::{Error, ErrorCode},
};

/// How a name may be claimed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClaimOptions {
    /// By the caller's word, although nobody knows what came of an earlier creation.
    pub(crate) in_doubt: bool,
    /// For a second instance of the name.
    pub(crate) second: bool,
}

impl Store {
    /// What there is of a name.
    pub(crate) async fn look(&self, name: &str, deadline: Instant) -> Result<Option<NameRow>, Error> {
        let rows = self.run_until(READ, self.params(name, [])?, deadline).await?;
        Ok(rows.into_iter().next().map(NameRow::read))
    }

    /// What there is of many names.
    pub(crate) async fn look_at_all(
        &self,
        names: &[String],
        deadline: Instant,
    ) -> Result<HashMap<String, NameRow>, Error> {
        let params = vec![self.account_cell(), list_cell(names)];
        let rows = self.run_until(READ_ALL, params, deadline).await?;
        Ok(rows.into_iter().filter_map(|mut cells| Some((cells.text()?, NameRow::read(cells)))).collect())
    }

    /// How a row stands for who asks.
    pub(crate) fn standing(&self, row: Option<&NameRow>) -> NameStanding {
        row.map_or(NameStanding::Free, |row| row.standing(self.0.fresh))
    }

    /// Claims a name; nothing where somebody else was quicker, or it is not to be had so.
    pub(crate) async fn claim(
        &self,
        name: &str,
        options: ClaimOptions,
        deadline: Instant,
    ) -> Result<Option<Arc<Claim>>, Error> {
        let id = new_id()?;
        let more = [id.as_str().into(), self.0.claim.into(), options.in_doubt.into(), options.second.into()];
        let rows = self.run_until(CLAIM, self.params(name, more)?, deadline).await?;
        Ok(rows.into_iter().next().map(|cells| {
            let first = NameRow::read(cells).instance().filter(|_| options.second).cloned();
            Claim::new(self, name, id, first)
        }))
    }

    /// Takes over a creation whose sender has left.
    pub(crate) async fn adopt(&self, name: &str, deadline: Instant) -> Result<Option<Arc<Claim>>, Error> {
        let id = new_id()?;
        let rows =
            self.run_until(ADOPT, self.params(name, [id.as_str().into(), self.0.claim.into()])?, deadline).await?;
        Ok((!rows.is_empty()).then(|| {
            let claim = Claim::new(self, name, id, None);
            claim.sent().set();
            claim
        }))
    }

    /// A list has the instance of a name that was in doubt.
    pub(crate) async fn settle(&self, name: &str, instance: &StoredInstance, deadline: Instant) -> Result<(), Error> {
        let mut params = self.params(name, [Cell::Null])?;
        params.extend(instance.cells());
        params.push(true.into());
        self.run_until(DONE, params, deadline).await.map(drop)
    }

    /// Gives a name another of its instances, where it has that one.
    pub(crate) async fn replace(
        &self,
        name: &str,
        id: u64,
        by: &StoredInstance,
        deadline: Instant,
    ) -> Result<(), Error> {
        // A name that no store can hold has no row.
        let Ok(mut params) = self.params(name, [id.to_string().as_str().into()]) else { return Ok(()) };
        params.extend(by.cells());
        self.run_until(REPLACE, params, deadline).await.map(drop)
    }

    /// Writes the new token of an instance, where a row has that one.
    pub(crate) async fn reseal(&self, seal: &Seal, id: u64, token: &str, deadline: Instant) -> Result<(), Error> {
        let sealed: Cell = self.sealed(seal, id, token).into();
        self.run_until(RESEAL, self.params(&id.to_string(), [sealed])?, deadline).await.map(drop)
    }

    /// The token that a row has of this instance was refused.
    pub(crate) async fn distrust(&self, id: u64, deadline: Instant) -> Result<(), Error> {
        let params = self.params(&id.to_string(), [REMEMBERED_FOR.into()])?;
        self.run_until(DISTRUST, params, deadline).await.map(drop)
    }

    /// These instances are live no more.
    pub(crate) async fn free(&self, ids: &[u64], deadline: Instant) -> Result<(), Error> {
        // By a clock that was put back, too.
        let params = vec![self.account_cell(), Cell::Whole(-A_DAY), ids_cell(ids)];
        self.run_until(FREE, params, deadline).await.map(drop)
    }

    /// Takes in a list, asked for at that moment: what it shows as live is, what it shows as deleted or no more is free.
    ///
    /// # Errors
    ///
    /// `configuration`: it is another account's. Then nothing is taken from it.
    pub(crate) async fn take_list(
        &self,
        listed: &Instances,
        asked_at: Instant,
        seal: &Seal,
        deadline: Instant,
    ) -> Result<(), Error> {
        let rows = self.run_until(LIVE, vec![self.account_cell()], deadline).await?;
        let since = asked_at.elapsed();
        let shown =
            Shown::by(listed, rows.into_iter().filter_map(LiveRow::read).collect(), since, self.confirms_after());
        if !self.is_proven(seal, deadline).await? {
            if shown.is_foreign {
                return Err(self.foreign());
            }
            self.prove(seal, deadline).await?;
        }
        for (statement, ids) in [(CONFIRM, &shown.unconfirmed), (FREE, &shown.gone)] {
            if !ids.is_empty() {
                self.run_until(statement, vec![self.account_cell(), since.into(), ids_cell(ids)], deadline).await?;
            }
        }
        if !shown.gone.is_empty() {
            self.run_until(PURGE, vec![self.account_cell(), STORE_PURGE.into()], deadline).await?;
        }
        Ok(())
    }

    /// How old a row's confirmation is before another list writes it anew: thousands of rows are not written with each list.
    fn confirms_after(&self) -> Duration {
        (self.0.fresh / 10).min(STORE_CONFIRM)
    }

    /// Whether a list under this token has shown before that it is the account's.
    pub(crate) async fn is_proven(&self, seal: &Seal, deadline: Instant) -> Result<bool, Error> {
        let rows = self.run_until(READ_ACCOUNT, vec![self.account_cell()], deadline).await?;
        let proof = rows.into_iter().next().and_then(|mut cells| cells.bytes());
        Ok(proof.is_some_and(|proof| seal.open(&[&self.0.account], &proof).is_some()))
    }

    async fn prove(&self, seal: &Seal, deadline: Instant) -> Result<(), Error> {
        let proof = seal.close(&[&self.0.account], "").ok_or_else(no_randomness)?;
        self.run_until(WRITE_ACCOUNT, vec![self.account_cell(), proof.into()], deadline).await.map(drop)
    }

    fn foreign(&self) -> Error {
        Error::configuration(format!(
            "the partner token is of another account than the names of {:?} in the store {}: its list shows none of their \
             instances; give the store another account, or the client its own token",
            self.0.account, self.0.shown
        ))
    }

    /// What the store keeps of an instance that a list has.
    pub(crate) fn of_listed(&self, seal: &Seal, listed: &Instance) -> StoredInstance {
        let id_instance = listed.id_instance();
        StoredInstance {
            id_instance,
            type_instance: listed.type_instance().map(ToOwned::to_owned),
            api_url: listed.api_url().map(ToOwned::to_owned),
            media_url: listed.media_url().map(ToOwned::to_owned),
            created_at: listed.time_created(),
            api_token: listed.api_token_instance().and_then(|token| self.sealed(seal, id_instance, token)),
        }
    }

    /// What the store keeps of an instance that was created.
    pub(crate) fn of_created(&self, seal: &Seal, created: &CreatedInstance) -> StoredInstance {
        let id_instance = created.id_instance();
        StoredInstance {
            id_instance,
            type_instance: created.type_instance().map(ToOwned::to_owned),
            api_url: created.api_url().map(ToOwned::to_owned),
            media_url: created.media_url().map(ToOwned::to_owned),
            created_at: Some(created.received_at),
            api_token: self.sealed(seal, id_instance, created.api_token_instance()),
        }
    }

    fn sealed(&self, seal: &Seal, id: u64, token: &str) -> Option<Vec<u8>> {
        seal.close(&[&self.0.account, &id.to_string()], token)
    }

    fn account_cell(&self) -> Cell {
        self.0.account.as_str().into()
    }

    fn params<const N: usize>(&self, name: &str, more: [Cell; N]) -> Result<Vec<Cell>, Error> {
        check_kept("the name", name)?;
        Ok([self.account_cell(), name.into()].into_iter().chain(more).collect())
    }
}

impl StoredInstance {
    /// As the statement wants them that writes a row as done.
    pub(super) fn cells(&self) -> [Cell; 6] {
        [
            self.id_instance.to_string().as_str().into(),
            self.type_instance.as_deref().into(),
            self.api_url.as_deref().into(),
            self.media_url.as_deref().into(),
            self.created_at.map(Timestamp::as_millisecond).into(),
            self.api_token.clone().into(),
        ]
    }
}

/// A row whose instance is live as far as it knows.
struct LiveRow {
    id: u64,
    age: Duration,
}

impl LiveRow {
    fn read(mut cells: super::cell::Cells) -> Option<Self> {
        let id = cells.text()?.parse().ok()?;
        let age = Duration::from_millis(u64::try_from(cells.whole()?.max(0)).ok()?);
        Some(Self { id, age })
    }

    /// Whether every list of its account would show it still, be it as deleted. One that is new may be missing, and is asked
    /// for all the same: a moment's refusal of another token costs less than another account's bill.
    fn is_listed_still(&self) -> bool {
        self.age < LISTED_AFTER_DELETION
    }
}

/// What a list shows of the rows.
struct Shown {
    /// Live, and not known to be so of late.
    unconfirmed: Vec<u64>,
    gone: Vec<u64>,
    /// Whether it shows none of those that it would have to show: it is another account's.
    is_foreign: bool,
}

impl Shown {
    /// By a list that was asked for so long ago. It may lack for some minutes what is new.
    fn by(listed: &Instances, rows: Vec<LiveRow>, since: Duration, confirms_after: Duration) -> Self {
        let (mut live, mut deleted) = (HashSet::new(), HashSet::new());
        for one in listed.iter() {
            let set = if one.deleted() { &mut deleted } else { &mut live };
            set.insert(one.id_instance());
        }
        let is_whole = !listed.is_incomplete();
        let mut shown = Self { unconfirmed: Vec::new(), gone: Vec::new(), is_foreign: false };
        let (mut must_be_shown, mut is_shown) = (0, 0);
        for row in rows {
            must_be_shown += usize::from(is_whole && row.is_listed_still());
            if live.contains(&row.id) {
                is_shown += 1;
                if row.age > since + confirms_after {
                    shown.unconfirmed.push(row.id);
                }
            } else if deleted.contains(&row.id) {
                is_shown += 1;
                shown.gone.push(row.id);
            } else if is_whole && row.age > since + REMEMBERED_FOR {
                shown.gone.push(row.id);
            }
        }
        shown.is_foreign = must_be_shown > 0 && is_shown == 0;
        shown
    }
}

/// Refuses a name by which no store could keep anything.
pub(crate) fn check_kept(what: &str, name: &str) -> Result<(), Error> {
    let why = if name.contains('\0') {
        "has a NUL in it, which no store can hold".to_owned()
    } else if name.len() > LONGEST_NAME {
        format!("is longer than {LONGEST_NAME} bytes, which no store can hold")
    } else {
        return Ok(());
    };
    Err(Error::invalid_request(format!("{what} {why}")))
}

fn ids_cell(ids: &[u64]) -> Cell {
    list_cell(&ids.iter().map(u64::to_string).collect::<Vec<_>>())
}

fn list_cell(texts: &[String]) -> Cell {
    json!(texts).to_string().as_str().into()
}

/// An id that no other process has, be it this one's fork.
pub(super) fn new_id() -> Result<String, Error> {
    let mut id = [0; 16];
    SystemRandom::new().fill(&mut id).map_err(|_| no_randomness())?;
    Ok(format!("{:032x}", u128::from_be_bytes(id)))
}

/// In milliseconds.
const A_DAY: i64 = 24 * 3600 * 1000;
/// What PostgreSQL's index takes, with an account before it.
const LONGEST_NAME: usize = 2_000;

fn no_randomness() -> Error {
    Error::new(ErrorCode::Unavailable, "the system gives no random numbers")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    /// What a list says of rows, each by its id and how many seconds old it is: what is confirmed, what is gone, and whether it is
    /// another account's. It was asked for 3 seconds ago, and rows are confirmed anew after 60.
    fn shown(list: &str, rows: &[(u64, u64)]) -> (Vec<u64>, Vec<u64>, bool) {
        let listed = crate::model::instances_from(list.as_bytes()).unwrap();
        let rows = rows.iter().map(|&(id, age)| LiveRow { id, age: Duration::from_secs(age) }).collect();
        let shown = Shown::by(&listed, rows, Duration::from_secs(3), Duration::from_secs(60));
        (shown.unconfirmed, shown.gone, shown.is_foreign)
    }

    /// What is freed by a mistake is created, and paid for, once more.
    #[test]
    fn a_list_frees_what_it_shows_as_deleted_and_what_it_would_show_by_now() {
        let both = r#"[{"idInstance": 1}, {"idInstance": 2, "deleted": true}]"#;
        for (list, rows, unconfirmed, gone) in [
            (both, &[(1, 0), (2, 0)][..], &[][..], &[2][..]),
            (both, &[(1, 63)], &[], &[]),
            (both, &[(1, 64)], &[1], &[]),
            // A new one may be missing for as long as a list lags.
            (both, &[(1, 0), (3, 603)], &[], &[]),
            (both, &[(1, 0), (3, 604)], &[], &[3]),
            // What a list lacks that could not be read whole may be there.
            (r#"[{"idInstance": 1}, "?"]"#, &[(1, 64), (3, 86_400)], &[1], &[]),
            (r#"[{"idInstance": 2, "deleted": true}, "?"]"#, &[(2, 0), (3, 604)], &[], &[2]),
        ] {
            assert_eq!(shown(list, rows), (unconfirmed.to_vec(), gone.to_vec(), false), "{list} {rows:?}");
        }
    }

    #[test]
    fn a_list_that_shows_none_of_what_it_would_have_to_show_is_of_another_account() {
        let other = r#"[{"idInstance": 1}, {"idInstance": 2, "deleted": true}]"#;
        // For three months a list shows what was deleted.
        let listed_still = LISTED_AFTER_DELETION.as_secs();
        for (list, rows, is_foreign) in [
            (other, &[(3, 0)][..], true),
            (other, &[(3, listed_still - 1)], true),
            (other, &[(3, listed_still)], false),
            (other, &[(3, 0), (1, 0)], false),
            (other, &[(3, 0), (2, 0)], false),
            ("[]", &[(3, 0), (4, 0)], true),
            ("[]", &[], false),
            (r#"["?"]"#, &[(3, 0)], false),
        ] {
            assert_eq!(shown(list, rows).2, is_foreign, "{list} {rows:?}");
        }
    }

    #[tokio::test]
    async fn a_name_has_2000_bytes_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("store")).unwrap().build().unwrap();
        let looked = async |length| {
            let row = store.look(&"a".repeat(length), Instant::now() + Duration::from_secs(60)).await;
            row.map(|row| row.is_none()).map_err(|error| error.code())
        };
        assert_eq!((looked(2_000).await, looked(2_001).await), (Ok(true), Err(ErrorCode::InvalidRequest)));
    }

    #[test]
    fn a_row_is_confirmed_anew_well_before_it_is_believed_no_more() {
        for (fresh, after) in [(0, 0), (5_000, 500), (600_000, 60_000), (3_600_000, 60_000)] {
            let store = Store::builder("shops").unwrap().fresh(Duration::from_millis(fresh)).build().unwrap();
            assert_eq!(store.confirms_after(), Duration::from_millis(after), "{fresh}");
        }
    }
}
