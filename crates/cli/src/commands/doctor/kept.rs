//! Kept: the store, and journals: whether they can be had, and who has them.

use greenapi_partner::{Journal, JournalStanding, Store};

use super::{Finding, Report};
use crate::exit::{LATER, Outcome};

/// Looks at the store; whether journals in it can be looked at.
pub(super) async fn store(store: Outcome<Option<Store>>, report: &mut Report<'_>) -> Outcome<bool> {
    let finding = match store {
        Ok(None) => Finding::skipped("none is named: each process has its own names"),
        Ok(Some(store)) => look(&store).await,
        Err(failure) => failure.into(),
    };
    report.tell("store", finding)
}

async fn look(store: &Store) -> Finding {
    let whose = format!("{}, account {}", store.address(), store.account());
    match store.leases().await {
        Ok(Some(turns)) if turns.is_empty() => Finding::ok(format!("{whose}: nobody watches or runs just now")),
        Ok(Some(turns)) => {
            let turns: Vec<_> = turns.iter().map(|(what, holder)| format!("{what}: {holder}")).collect();
            Finding::ok(format!("{whose}; {}", turns.join("; ")))
        }
        Ok(None) => Finding::warning(
            format!("{whose}: there is nothing in it yet"),
            "right before its first use; else check it",
        ),
        Err(error) => error.into(),
    }
}

/// Looks whether another process has a journal.
pub(super) async fn journal(
    name: &str,
    journal: Outcome<Journal>,
    has_store: bool,
    report: &mut Report<'_>,
) -> Outcome<()> {
    let finding = match journal {
        Ok(_) if name.starts_with("store:") && !has_store => {
            Finding::skipped(format!("{name}: the store is not to be had"))
        }
        Ok(journal) => match journal.look().await {
            Ok(JournalStanding::Free) => Finding::ok(format!("{name}: nobody has it")),
            Ok(JournalStanding::Taken(owner)) => Finding::failed(LATER, format!("{name} is in use: {owner}"), TAKEN),
            Ok(JournalStanding::Absent) => Finding::warning(format!("{name}: there is none"), ABSENT),
            Err(error) => error.into(),
        },
        Err(failure) => failure.into(),
    };
    report.tell("journal", finding).map(drop)
}

const TAKEN: &str = "wait until that process has ended, or end it";
const ABSENT: &str = "right before its first run; else check its name";
