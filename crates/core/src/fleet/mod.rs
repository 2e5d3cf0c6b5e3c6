//! The same for many instances at once: what they are, what they cost, and changing all of them.

mod billing;
mod bulk;
mod by_name;
mod hold;
pub(crate) mod inspect;
mod journal;
mod last_known;
mod ledger;
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
pub use bulk::{BulkItem, BulkOptions};
pub use inspect::{InspectOptions, Inspection};
pub use ledger::{Ledger, LedgerRow};
pub use progress::Progress;
pub use run::{Control, Results, Run};
pub use table::Table;
pub use watch::{Change, Watch, WatchControl, WatchOptions};

#[doc(hidden)]
pub use hold::close_inherited;
pub(crate) use run::Sink;

/// The facts about the calls over many instances, in the order of the documentation.
pub(crate) const FLOWS: [Flow; 7] = [
    Flow { name: "inspect", node: "inspect", prose: include_str!("inspect.md") },
    Flow { name: "create_instances", node: "createInstances", prose: include_str!("bulk/create_instances.md") },
    Flow {
        name: "delete_instance_accounts",
        node: "deleteInstanceAccounts",
        prose: include_str!("bulk/delete_instance_accounts.md"),
    },
    Flow {
        name: "set_instances_settings",
        node: "setInstancesSettings",
        prose: include_str!("bulk/set_instances_settings.md"),
    },
    Flow { name: "reboot_instances", node: "rebootInstances", prose: include_str!("bulk/reboot_instances.md") },
    Flow { name: "logout_instances", node: "logoutInstances", prose: include_str!("bulk/logout_instances.md") },
    Flow { name: "watch", node: "watch", prose: include_str!("watch/watch.md") },
];

/// What needs no client, or has one already.
pub(crate) const FUNCTIONS: [Flow; 4] = [
    Flow { name: "billing", node: "billing", prose: include_str!("billing/billing.md") },
    Flow { name: "waste", node: "waste", prose: include_str!("billing/waste.md") },
    Flow { name: "if_deleted", node: "ifDeleted", prose: include_str!("billing/if_deleted.md") },
    Flow { name: "Ledger", node: "Ledger", prose: include_str!("ledger.md") },
];

/// The models of the fleet, in the order of the contract.
pub(crate) const MODELS: &[&Model] = &[
    Inspection::MODEL,
    BulkItem::MODEL,
    Progress::MODEL,
    Change::MODEL,
    InstanceCost::MODEL,
    DayCost::MODEL,
    MonthCost::MODEL,
    PrefixCost::MODEL,
    Waste::MODEL,
    Saving::MODEL,
];
