//! Classes: core's models by their groups, and the lists of names that the packages have.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Parts, layout, list, text, words};

/// What core groups its classes by.
pub(super) const GROUPS: [&str; 5] = ["models", "events", "notifications", "contents", "fleet"];
/// A class with a method of its own has its frame by hand.
pub(super) const BY_HAND: &str = "Settings";
/// What is plain data in JavaScript.
pub(super) const PLAIN: &str = "Progress";

/// The class that all of a group extend, and the field that says which of them one is, in Python's name and JavaScript's.
pub(super) fn kind_of(group: &str) -> Option<(&'static str, &'static str, &'static str)> {
    match group {
        "notifications" => Some(("Notification", "type_webhook", "TypeWebhook")),
        "contents" => Some(("Content", "type_message", "TypeMessage")),
        _ => None,
    }
}

/// A class of core's.
pub(super) struct Class<'a> {
    pub(super) name: &'a str,
    /// The words that its `type`, or `typeWebhook`, can be.
    pub(super) types: Vec<&'a str>,
    pub(super) fields: &'a Vec<Value>,
    pub(super) docs: &'a Value,
}

impl Class<'_> {
    /// Whether it is a message, be it come in or gone out.
    pub(super) fn is_message(&self) -> bool {
        self.fields.iter().any(|field| field["name"] == "sender")
    }
}

/// The classes of a group, in core's order.
pub(super) fn of_group<'a>(contract: &'a Value, group: &str) -> Result<Vec<Class<'a>>> {
    let all = contract["classes"].as_object().context("there are no classes")?;
    let read = |(name, docs): (&'a String, &'a Value)| -> Result<Class<'a>> {
        let types = list(docs, "types")?.iter().filter_map(Value::as_str).collect();
        Ok(Class { name, types, fields: list(&contract["models"], name)?, docs })
    };
    all.iter().filter(|(_, docs)| docs["group"] == group).map(read).collect()
}

/// The fields that all of the classes have.
pub(super) fn shared<'a>(classes: &[&Class<'a>]) -> Vec<&'a Value> {
    let first = classes.first().map_or(&[][..], |class| class.fields.as_slice());
    first.iter().filter(|field| classes.iter().all(|class| class.fields.contains(field))).collect()
}

/// Python's modules that are loaded when they are touched, with what they have besides core's classes.
const LATER: [(&str, &[&str]); 15] = [
    ("contents", &["AnyContent", "Content"]),
    ("events", &["Event"]),
    ("fleet", &["verify_event"]),
    ("instance", &["InstanceClient", "qr_page_url"]),
    ("instance_async", &["AsyncInstanceClient"]),
    ("iterators", &["AsyncEvents", "AsyncNotifications", "Events", "Notifications"]),
    ("models", &[]),
    ("notifications", &["AnyNotification", "MessageNotification", "Notification", "parse_notification"]),
    ("partner", &["PartnerClient"]),
    ("partner_async", &["AsyncPartnerClient"]),
    ("run", &["AsyncBulkRun", "AsyncRun", "BulkRun", "Run"]),
    ("table", &["Table"]),
    ("terminal", &["show_in_terminal"]),
    ("watch", &["AsyncWatch", "Watch"]),
    ("words", &[]),
];
/// What is there from the beginning, besides the errors.
const NATIVE: [&str; 9] =
    ["Billing", "CreatedInstance", "EnsuredInstance", "Instance", "Instances", "Journal", "Ledger", "QrCode", "Store"];

/// Python's lists of names, for its package and its modules.
pub(super) fn python(contract: &Value) -> Result<Parts> {
    let mut errors: Vec<_> = list(contract, "errors")?.iter().map(|one| text(one, "class")).collect::<Result<_>>()?;
    errors.push("GreenApiError");
    errors.sort_unstable();
    let mut imports = Vec::new();
    let mut modules = BTreeMap::new();
    let mut parts = Parts::new();
    let words: Vec<_> = words::all(contract)?.iter().flat_map(|one| [one.name.to_owned(), one.constants()]).collect();
    for (module, others) in LATER {
        let mut names: Vec<_> = of_group(contract, module)?.iter().map(|class| class.name).collect();
        names.extend(others);
        if module == "words" {
            names.extend(words.iter().map(String::as_str));
        }
        names.sort_unstable();
        imports.push(layout::import(4, module, &names));
        modules.extend(names.iter().map(|name| (*name, module)));
        let native = (module == "events").then_some("QrCode");
        parts.insert(format!("names of {module}"), all(names.into_iter().chain(native)));
    }
    let names = modules.keys().copied().chain(errors.iter().copied()).chain(NATIVE).chain(["__version__"]);
    parts.insert("names".to_owned(), all(names));
    let lines: Vec<_> = modules.iter().map(|(name, module)| format!("    \"{name}\": \"{module}\",\n")).collect();
    parts.insert("modules of names".to_owned(), format!("_LATER = {{\n{}}}", lines.concat()));
    parts.insert("imported errors".to_owned(), layout::import(0, "errors", &errors) + "\n");
    parts.insert("imported later".to_owned(), imports.join("\n"));
    Ok(parts)
}

/// A module's list of all its names.
fn all<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.map(|name| format!("    \"{name}\",\n")).collect();
    names.sort();
    format!("__all__ = [\n{}]", names.concat())
}

/// JavaScript's lists of names, and its classes.
pub(super) fn javascript(contract: &Value) -> Result<Parts> {
    let errors = list(contract, "errors")?.iter().map(|one| text(one, "class")).collect::<Result<Vec<_>>>()?;
    let mut models = Vec::new();
    let mut parts = Parts::new();
    for (group, base) in GROUPS.into_iter().zip(["Model", "Event", "Notification", "Content", "Model"]) {
        let classes = of_group(contract, group)?;
        let names = classes.iter().map(|class| class.name).filter(|name| *name != PLAIN);
        models.extend(names);
        let written = classes.iter().filter(|class| ![BY_HAND, PLAIN].contains(&class.name));
        let code = written.map(|Class { name, types, .. }| match types.as_slice() {
            [kind] if base == "Event" => format!("class {name} extends Event {{\n  static type = '{kind}'\n}}"),
            _ => format!("class {name} extends {base} {{}}"),
        });
        parts.insert(format!("classes of {group}"), code.collect::<Vec<_>>().join("\n"));
    }
    let exported: Vec<_> = errors.iter().map(|name| format!("exports.{name} = errors.{name}")).collect();
    parts.insert("names of errors".to_owned(), listed(&errors));
    parts.insert("names of models".to_owned(), listed(&models));
    parts.insert("exported errors".to_owned(), exported.join("\n"));
    parts.insert("exported models".to_owned(), exported_later("records", &models));
    Ok(parts)
}

/// Names, a line for each.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("  {},", name.as_ref())).collect::<Vec<_>>().join("\n")
}

/// What exports names of a module that is loaded when one of them is touched.
pub(super) fn exported_later(module: &str, names: &[impl AsRef<str>]) -> String {
    let line = |name: &str| {
        format!(
            "  Object.defineProperty(exports, '{name}', {{ enumerable: true, get() {{ return {module}.{name} }} }})"
        )
    };
    names.iter().map(|name| line(name.as_ref())).collect::<Vec<_>>().join("\n")
}
