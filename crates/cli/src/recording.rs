//! Recording: a list that a ledger keeps, if it is of the ledger's own account.

use greenapi_partner::{Instances, Ledger};
use jiff::{SignedDuration, Timestamp};

use crate::exit::{Failure, Outcome};

/// Records the list. One that shows none of the instances which the ledger has seen of late is another account's: it would have all
/// of them vanish, and their costs with them.
pub(crate) fn record(ledger: &Ledger, listed: &Instances) -> Outcome<()> {
    let since = Timestamp::now() - LISTED_FOR;
    let rows = ledger.rows()?;
    let mut expected = rows.iter().filter(|row| row.vanished_at.is_none() && row.last_seen > since).peekable();
    let is_whole = !listed.is_empty();
    if is_whole && expected.peek().is_some() && !expected.any(|row| listed.find(row.id_instance).is_some()) {
        let what =
            "the list shows none of the instances that the ledger knows: the partner token is of another account";
        return Err(Failure::configuration(what).advised("give that account a ledger of its own"));
    }
    Ok(ledger.record(listed)?)
}

/// Upstream lists what is deleted for three months.
const LISTED_FOR: SignedDuration = SignedDuration::from_hours(80 * 24);
