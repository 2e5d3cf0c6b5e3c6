//! Operations of a partner: the one table of them, of which every language's client, its types and its documentation are made,
//! and by which the bindings call.

mod by_name;
mod params;

use std::{future::Future, pin::Pin};

use serde_json::{Map, Value};

use crate::{
    Events, Journal, PartnerClient, Results,
    api::{Create, Delete, GetInstances, instance::Param},
    endpoint::{CallOptions, Spec},
    error::Error,
    fleet::{bulk, duplicates, inspect},
    flow::{Flow, GET_INSTANCE, ensure_instance, offboard, onboard, table::CALL},
    model::{Returned, Returns},
};
use params::{
    CREATE, DELIVERING, ENSURE, ENSURED, IDS, INSTANCE, ONBOARD, PRICES, RECEIVER, SET, SPECS, SUBJECTS, WATCH,
};

pub use by_name::{Arguments, kind_of};
pub(crate) use params::{BILLING, CLIENT_OF_ID};

/// An operation of a partner.
pub(crate) struct PartnerOperation {
    /// Its names and its prose.
    pub(crate) flow: Flow,
    /// Where it is one method of upstream's.
    pub(crate) spec: Option<&'static Spec>,
    /// What it is of.
    pub(crate) params: &'static [&'static [Param]],
    /// Whether it takes settings that upstream learned since.
    pub(crate) takes_extra: bool,
    /// What it can be told besides.
    pub(crate) beside: &'static [&'static [Param]],
    /// What of the call it can be told.
    pub(crate) call: &'static [Param],
    pub(crate) returns: Returns,
    pub(crate) page: &'static str,
    pub(crate) shape: Shape,
}

/// How an operation goes on, and how it is begun: with its arguments, checked.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Call(fn(PartnerClient, Given, CallOptions) -> Invoked),
    Events(fn(&PartnerClient, &Given) -> Result<Events, Error>),
    Run(fn(&PartnerClient, &Given, Option<Journal>) -> Result<Results, Error>),
    Watch,
}

/// Arguments by their names here, checked.
pub(crate) type Given = Map<String, Value>;

/// A call by name that is under way.
pub(crate) type Invoked = Pin<Box<dyn Future<Output = Result<Returned, Error>> + Send>>;

/// The operations of a partner, in the order of the documentation.
pub(crate) static OPERATIONS: [PartnerOperation; 17] = [
    PartnerOperation {
        flow: method("create_instance", Create::SPEC, "createInstance"),
        spec: Some(Create::SPEC),
        params: CREATE,
        takes_extra: true,
        beside: &[],
        call: CALL,
        returns: Returns::One("CreatedInstance"),
        page: Create::SPEC.page,
        shape: Shape::Call(|partner, given, options| {
            Box::pin(async move {
                let settings = params::settings(&given)?;
                partner.create_instance_with(settings, options).await.map(Returned::CreatedInstance)
            })
        }),
    },
    PartnerOperation {
        flow: method("get_instances", GetInstances::SPEC, "getInstances"),
        spec: Some(GetInstances::SPEC),
        params: &[],
        takes_extra: false,
        beside: &[],
        call: CALL,
        returns: Returns::Instances,
        page: GetInstances::SPEC.page,
        shape: Shape::Call(|partner, _, options| {
            Box::pin(async move { partner.get_instances_with(options).await.map(Returned::Instances) })
        }),
    },
    PartnerOperation {
        flow: method("delete_instance_account", Delete::SPEC, "deleteInstanceAccount"),
        spec: Some(Delete::SPEC),
        params: &[INSTANCE],
        takes_extra: false,
        beside: &[],
        call: CALL,
        returns: Returns::Nothing,
        page: Delete::SPEC.page,
        shape: Shape::Call(|partner, given, options| {
            Box::pin(
                async move { partner.delete_instance_account_with(params::id(&given), options).await.map(Into::into) },
            )
        }),
    },
    PartnerOperation {
        flow: GET_INSTANCE,
        spec: None,
        params: &[INSTANCE],
        takes_extra: false,
        beside: &[],
        call: CALL,
        returns: Returns::One("Instance"),
        page: GetInstances::SPEC.page,
        shape: Shape::Call(|partner, given, options| {
            Box::pin(
                async move { partner.get_instance_with(params::id(&given), options).await.map(Returned::Instance) },
            )
        }),
    },
    PartnerOperation {
        flow: ensure_instance::FLOW,
        spec: None,
        params: ENSURED,
        takes_extra: true,
        beside: &[ENSURE],
        call: CALL,
        returns: Returns::One("EnsuredInstance"),
        page: Create::SPEC.page,
        shape: Shape::Call(|partner, given, call| {
            Box::pin(async move {
                let (settings, options) = (params::settings(&given)?, params::ensure(&given, call));
                partner.ensure_instance_with(settings, options).await.map(Returned::EnsuredInstance)
            })
        }),
    },
    PartnerOperation {
        flow: onboard::FLOW,
        spec: None,
        params: ENSURED,
        takes_extra: true,
        beside: ONBOARD,
        call: &[],
        returns: Returns::Events(&[]),
        page: Create::SPEC.page,
        shape: Shape::Events(|partner, given| {
            let (settings, options) = (params::settings(given)?, params::onboard(given));
            onboard::checked(&settings, &options)?;
            Ok(partner.onboard(settings, options))
        }),
    },
    PartnerOperation {
        flow: offboard::FLOW,
        spec: None,
        params: &[INSTANCE],
        takes_extra: false,
        beside: &[],
        call: CALL,
        returns: Returns::Nothing,
        page: Delete::SPEC.page,
        shape: Shape::Call(|partner, given, options| {
            Box::pin(async move { partner.offboard_with(params::id(&given), options).await.map(Into::into) })
        }),
    },
    PartnerOperation {
        flow: Flow { name: "inspect", node: "inspect", prose: include_str!("../fleet/inspect.md") },
        spec: None,
        params: &[SUBJECTS],
        takes_extra: false,
        beside: &[inspect::INSPECTING],
        call: &[],
        returns: Returns::Run { of: "Inspection", is_bulk: false },
        page: GetInstances::SPEC.page,
        shape: Shape::Run(|partner, given, _| Ok(partner.inspect(params::inspect(given)?).into_results())),
    },
    PartnerOperation {
        flow: Flow {
            name: "create_instances",
            node: "createInstances",
            prose: include_str!("../fleet/bulk/create_instances.md"),
        },
        spec: None,
        params: &[SPECS],
        takes_extra: false,
        beside: &[bulk::CREATING, bulk::SENDING_ONCE, bulk::EVERY],
        call: &[],
        returns: BULK,
        page: Create::SPEC.page,
        shape: Shape::Run(|partner, given, journal| {
            Ok(partner.create_instances(params::specs(given)?, params::bulk(given, journal)?).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow {
            name: "delete_instance_accounts",
            node: "deleteInstanceAccounts",
            prose: include_str!("../fleet/bulk/delete_instance_accounts.md"),
        },
        spec: None,
        params: &[IDS],
        takes_extra: false,
        beside: &[bulk::DELETING, bulk::EVERY],
        call: &[],
        returns: BULK,
        page: Delete::SPEC.page,
        shape: Shape::Run(|partner, given, journal| {
            Ok(partner.delete_instance_accounts(params::ids(given), params::bulk(given, journal)?).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow {
            name: "set_instances_settings",
            node: "setInstancesSettings",
            prose: include_str!("../fleet/bulk/set_instances_settings.md"),
        },
        spec: None,
        params: SET,
        takes_extra: true,
        beside: &[bulk::SETTING, bulk::EVERY],
        call: &[],
        returns: BULK,
        page: "https://green-api.com/en/docs/api/account/SetSettings/",
        shape: Shape::Run(|partner, given, journal| {
            let (ids, options) = (params::ids(given), params::bulk(given, journal)?);
            Ok(partner.set_instances_settings(ids, params::set(given).into(), options).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow {
            name: "reboot_instances",
            node: "rebootInstances",
            prose: include_str!("../fleet/bulk/reboot_instances.md"),
        },
        spec: None,
        params: &[IDS],
        takes_extra: false,
        beside: &[bulk::SENDING_ONCE, bulk::EVERY],
        call: &[],
        returns: BULK,
        page: "https://green-api.com/en/docs/api/account/Reboot/",
        shape: Shape::Run(|partner, given, journal| {
            Ok(partner.reboot_instances(params::ids(given), params::bulk(given, journal)?).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow {
            name: "logout_instances",
            node: "logoutInstances",
            prose: include_str!("../fleet/bulk/logout_instances.md"),
        },
        spec: None,
        params: &[IDS],
        takes_extra: false,
        beside: &[bulk::EVERY],
        call: &[],
        returns: BULK,
        page: "https://green-api.com/en/docs/api/account/Logout/",
        shape: Shape::Run(|partner, given, journal| {
            Ok(partner.logout_instances(params::ids(given), params::bulk(given, journal)?).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow {
            name: "find_duplicates",
            node: "findDuplicates",
            prose: include_str!("../fleet/find_duplicates.md"),
        },
        spec: None,
        params: &[],
        takes_extra: false,
        beside: &[PRICES, duplicates::FINDING],
        call: &[],
        returns: Returns::Run { of: "Duplicate", is_bulk: false },
        page: GetInstances::SPEC.page,
        shape: Shape::Run(|partner, given, _| {
            Ok(partner.find_duplicates(params::find_duplicates(given)?).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow {
            name: "delete_duplicates",
            node: "deleteDuplicates",
            prose: include_str!("../fleet/bulk/delete_duplicates.md"),
        },
        spec: None,
        params: &[],
        takes_extra: false,
        beside: &[bulk::DELETING_DUPLICATES],
        call: &[],
        returns: BULK,
        page: Delete::SPEC.page,
        shape: Shape::Run(|partner, given, _| {
            Ok(partner.delete_duplicates(params::delete_duplicates(given)?).into_results())
        }),
    },
    PartnerOperation {
        flow: Flow { name: "watch", node: "watch", prose: include_str!("../fleet/watch/watch.md") },
        spec: None,
        params: &[],
        takes_extra: false,
        beside: &[WATCH],
        call: &[],
        returns: Returns::Watch,
        page: GetInstances::SPEC.page,
        shape: Shape::Watch,
    },
    PartnerOperation {
        flow: Flow { name: "deliver", node: "deliver", prose: include_str!("../fleet/deliver/deliver.md") },
        spec: None,
        params: &[RECEIVER],
        takes_extra: false,
        beside: &[DELIVERING],
        call: &[],
        returns: Returns::Run { of: "Delivery", is_bulk: false },
        page: GetInstances::SPEC.page,
        shape: Shape::Run(|partner, given, _| Ok(partner.deliver(params::deliver(given)).into_results())),
    },
];

const BULK: Returns = Returns::Run { of: "BulkItem", is_bulk: true };

const fn method(name: &'static str, spec: &'static Spec, node: &'static str) -> Flow {
    Flow { name, node, prose: spec.prose }
}

impl PartnerOperation {
    /// The operation of that name, in either spelling.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|known| known.flow.node == name || known.flow.name == name)
    }

    /// What it takes as its arguments; what is of the call goes beside them.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &'static Param> + Clone {
        self.params.iter().chain(self.beside).copied().flatten()
    }
}

/// The client of one instance: it is made, and nothing is sent.
pub(crate) const CLIENT_OF: Flow = Flow { name: "instance", node: "instance", prose: include_str!("instance.md") };
