//! Options of a partner's operations in JavaScript: their types, and how those of runs, watches and bills are checked.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    javascript::{Argument, SIGNAL},
    list,
};

/// An operation, the type of its options, what that extends, and the operations whose options it has from there.
type Options = (&'static str, &'static str, &'static str, &'static [&'static str]);

const OPTIONS: [Options; 9] = [
    ("ensureInstance", "EnsureOptions", "CallOptions", &[]),
    ("onboard", "OnboardOptions", "AuthorizeOptions", &["authorize"]),
    ("inspect", "InspectOptions", "RunOptions", &[]),
    ("logoutInstances", "BulkOptions", "RunOptions", &[]),
    ("createInstances", "CreateInstancesOptions", "BulkOptions", EVERY),
    ("deleteInstanceAccounts", "DeleteInstanceAccountsOptions", "BulkOptions", EVERY),
    ("setInstancesSettings", "SetInstancesSettingsOptions", "BulkOptions", EVERY),
    ("rebootInstances", "RebootInstancesOptions", "BulkOptions", EVERY),
    ("watch", "WatchOptions", "", &[]),
];
/// Every run that changes something has the options of this one.
const EVERY: &[&str] = &["logoutInstances"];

/// The types.
pub(super) fn types(contract: &Value) -> Result<String> {
    let mut all = Vec::new();
    for (operation, name, base, others) in OPTIONS {
        let known = others.iter().map(|other| told(contract, other)).collect::<Result<Vec<_>>>()?.concat();
        let is_own = |one: &Argument<'_>| {
            let of_run = base == "RunOptions" && one.name == "timeout";
            !of_run && !known.iter().any(|known| known.name == one.name)
        };
        let own = told(contract, operation)?.into_iter().filter(is_own).map(|one| one.declared());
        let signal = base.is_empty().then(|| SIGNAL.to_owned());
        let lines: Vec<_> = own.chain(signal).collect();
        let extended = if base.is_empty() { String::new() } else { format!(" extends {base}") };
        let about = format!("/** Options of {{@link PartnerClient.{operation}}}. Every one may be left out. */");
        let about = if name == "BulkOptions" { "/** Options of a run that changes many instances. */" } else { &about };
        all.push(format!("{about}\nexport interface {name}{extended} {{\n{}\n}}", lines.join("\n")));
    }
    let bill: Vec<_> = billing(contract)?.iter().map(Argument::declared).collect();
    let about = "/** Options of {@link Instances.billing} and {@link Ledger.billing}. Every one may be left out. */";
    all.push(format!("{about}\nexport interface BillingOptions {{\n{}\n}}", bill.join("\n")));
    Ok(all.join("\n\n"))
}

/// How they are checked and handed over.
pub(super) fn kinds(contract: &Value) -> Result<String> {
    let checked = |one: &Argument<'_>| format!("    {}: {},", one.name, one.checked());
    let mut lines = Vec::new();
    for (operation, ..) in OPTIONS.iter().filter(|(operation, ..)| !["ensureInstance", "onboard"].contains(operation)) {
        let options: Vec<_> = told(contract, operation)?.iter().map(checked).collect();
        lines.push(format!("  {operation}: {{\n{}\n    signal,\n  }},", options.join("\n")));
    }
    let options: Vec<_> = billing(contract)?.iter().map(checked).collect();
    lines.push(format!("  billing: {{\n{}\n  }},", options.join("\n")));
    Ok(lines.join("\n"))
}

/// What an operation can be told: what it is of too, where that need not be said.
fn told<'a>(contract: &'a Value, operation: &str) -> Result<Vec<Argument<'a>>> {
    let all = list(contract, "operations")?.iter().chain(list(contract, "instance_operations")?);
    let found = all.into_iter().find(|one| one["node"] == operation);
    let found = found.with_context(|| format!("there is no {operation}"))?;
    let of = list(found, "params")?.iter().filter(|param| found["shape"] == "run" && param["required"] == false);
    let of = of.filter(|param| param["kind"] == "ids");
    of.chain(list(found, "beside")?).map(Argument::read).collect()
}

fn billing(contract: &Value) -> Result<Vec<Argument<'_>>> {
    let bill = list(contract, "fleet")?.iter().find(|one| one["node"] == "billing").context("there is no billing")?;
    list(bill, "beside")?.iter().map(Argument::read).collect()
}
