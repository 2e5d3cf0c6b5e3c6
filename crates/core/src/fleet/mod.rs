//! The same for many instances at once: what they are, what they cost, and changing all of them.

mod billing;
pub(crate) mod bulk;
mod deliver;
pub(crate) mod duplicates;
#[cfg(all(test, unix))]
mod forked;
mod hands;
mod hold;
pub(crate) mod inspect;
mod journal;
mod last_known;
mod ledger;
pub(crate) mod options;
mod progress;
mod run;
#[cfg(unix)]
mod system;
mod table;
pub(crate) mod watch;

use crate::{flow::Flow, model::Model};

pub use billing::{
    Billable, Billing, BillingOptions, DayCost, InstanceCost, MonthCost, PrefixCost, Prices, Saving, Waste,
};
pub use bulk::{BulkItem, BulkOptions, DeleteDuplicatesOptions};
pub use deliver::{DeliverOptions, Delivery, WebhookEvent, verify_event};
pub use duplicates::{Duplicate, FindDuplicatesOptions};
pub use inspect::{InspectOptions, Inspection};
pub use journal::Journal;
#[doc(hidden)]
pub use journal::JournalStanding;
#[cfg(any(test, fuzzing))]
pub(crate) use journal::fuzzing as journal_fuzzing;
#[cfg(any(test, fuzzing))]
pub(crate) use ledger::fuzzing as ledger_fuzzing;
pub use ledger::{Ledger, LedgerRow};
pub use progress::Progress;
pub use run::{Control, Results, Run};
pub use table::Table;
pub use watch::{Change, Watch, WatchControl, WatchOptions};

#[doc(hidden)]
pub use hold::close_inherited;
pub(crate) use run::Sink;
#[doc(hidden)]
pub use watch::Looked;

/// What a receiver of events calls, without a client.
pub(crate) const VERIFY_EVENT: Flow =
    Flow { name: "verify_event", node: "verifyEvent", prose: include_str!("deliver/verify_event.md") };

/// What needs no client, or has one already.
pub(crate) const FUNCTIONS: [Flow; 6] = [
    Flow { name: "billing", node: "billing", prose: include_str!("billing/billing.md") },
    Flow { name: "waste", node: "waste", prose: include_str!("billing/waste.md") },
    Flow { name: "if_deleted", node: "ifDeleted", prose: include_str!("billing/if_deleted.md") },
    Flow { name: "Ledger", node: "Ledger", prose: include_str!("ledger/ledger.md") },
    Flow { name: "Journal", node: "Journal", prose: include_str!("journal/journal.md") },
    Flow { name: "Store", node: "Store", prose: include_str!("../store/store.md") },
];

/// The models of the fleet, in the order of the contract.
pub(crate) const MODELS: &[&Model] = &[
    Inspection::MODEL,
    Duplicate::MODEL,
    BulkItem::MODEL,
    Progress::MODEL,
    Change::MODEL,
    Delivery::MODEL,
    WebhookEvent::MODEL,
    InstanceCost::MODEL,
    DayCost::MODEL,
    MonthCost::MODEL,
    PrefixCost::MODEL,
    Waste::MODEL,
    Saving::MODEL,
];
