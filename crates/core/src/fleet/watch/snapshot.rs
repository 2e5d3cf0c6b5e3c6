//! Snapshot of what a watch has handed out, as text for a later one.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{
    super::last_known::{Account, LastKnown},
    changes::Base,
};
use crate::error::Error;

#[derive(Serialize, Deserialize)]
struct Snapshot<'a> {
    version: u32,
    account: Cow<'a, Account>,
    instances: Cow<'a, BTreeMap<u64, LastKnown>>,
}

pub(super) fn write(account: &Account, base: &Base) -> Option<String> {
    let (account, instances) = (Cow::Borrowed(account), Cow::Borrowed(base.instances()));
    serde_json::to_string(&Snapshot { version: VERSION, account, instances }).ok()
}

/// Reads a snapshot of this account. What is wrong with another text is said without quoting it.
pub(super) fn read(text: &str, account: &Account) -> Result<BTreeMap<u64, LastKnown>, Error> {
    let snapshot: Snapshot<'_> =
        serde_json::from_str(text).map_err(|_| Error::invalid_request("since is no snapshot of a watch"))?;
    if snapshot.version != VERSION {
        return Err(Error::invalid_request("since is a snapshot of another version of this library"));
    }
    if *snapshot.account != *account {
        return Err(Error::invalid_request("since is a snapshot of another account: another host or partner token"));
    }
    Ok(snapshot.instances.into_owned())
}

const VERSION: u32 = 1;
