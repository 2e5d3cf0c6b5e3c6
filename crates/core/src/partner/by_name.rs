//! Operations of a partner by their names, and their arguments by theirs: what the bindings hand over.
//!
//! Durations are seconds, money is text, days and moments are text as RFC 3339 has them; a ledger goes
//! beside, and so may a journal, which is a path otherwise.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{BILLING, Given, PartnerOperation, Shape, params};
use crate::{
    Billing, Events, Instances, Journal, Kind, Ledger, PartnerClient, Results, Watch,
    api::instance::{Param, read_arguments},
    endpoint::CallOptions,
    error::Error,
    flow::table::InstanceFlow,
    instance::OPERATIONS,
    model::Returned,
};

impl PartnerClient {
    /// Any call by its name: for the bindings.
    ///
    /// # Errors
    ///
    /// `invalid_request`: an argument that there is not, or of another kind; nothing was sent.
    #[doc(hidden)]
    pub async fn invoke(
        &self,
        operation: &str,
        arguments: Map<String, Value>,
        options: CallOptions,
    ) -> Result<Returned, Error> {
        match known(operation)? {
            (known, Shape::Call(begin)) => begin(self.clone(), checked(known, arguments)?, options).await,
            _ => Err(none(operation)),
        }
    }

    /// Whether a call by this name is one method of upstream's and nothing else, of which nothing goes on once its caller
    /// has left: a thread that waits for it may do its work itself.
    #[doc(hidden)]
    pub fn is_one_method(&self, operation: &str) -> bool {
        self.0.store.is_none() && PartnerOperation::of(operation).is_some_and(|known| known.spec.is_some())
    }

    /// Any iteration over events by its name: for the bindings.
    ///
    /// # Errors
    ///
    /// As for [`invoke`](Self::invoke).
    #[doc(hidden)]
    pub fn events(&self, operation: &str, arguments: Map<String, Value>) -> Result<Events, Error> {
        match known(operation)? {
            (known, Shape::Events(begin)) => begin(self, &checked(known, arguments)?),
            _ => Err(none(operation)),
        }
    }

    /// Any run over many instances by its name: for the bindings.
    ///
    /// # Errors
    ///
    /// As for [`invoke`](Self::invoke).
    #[doc(hidden)]
    pub fn run_by_name(
        &self,
        operation: &str,
        arguments: Map<String, Value>,
        journal: Option<Journal>,
    ) -> Result<Results, Error> {
        match known(operation)? {
            (known, Shape::Run(begin)) => {
                begin(self, &checked(known, arguments)?, journal).map_err(|error| error.during(known.flow.node))
            }
            _ => Err(none(operation)),
        }
    }

    /// A watch: for the bindings.
    ///
    /// # Errors
    ///
    /// As for [`invoke`](Self::invoke).
    #[doc(hidden)]
    pub fn watch_by_name(&self, arguments: Map<String, Value>, ledger: Option<Ledger>) -> Result<Watch, Error> {
        let (known, _) = known("watch")?;
        Ok(self.watch(params::watch(&checked(known, arguments)?, ledger)))
    }
}

impl Instances {
    /// A bill: for the bindings.
    ///
    /// # Errors
    ///
    /// As for [`billing`](Self::billing), and an argument that there is not, or of another kind.
    #[doc(hidden)]
    pub fn billing_by_name(&self, arguments: Map<String, Value>) -> Result<Billing, Error> {
        self.billing(&params::billing(&read_arguments(BILLING, arguments)?)?)
    }
}

impl Billing {
    /// Checks the arguments of a bill before there is anything to bill: for the program's `metrics`.
    ///
    /// # Errors
    ///
    /// As for [`of`](Self::of), and an argument that there is not, or of another kind.
    #[doc(hidden)]
    pub fn check_arguments(arguments: Map<String, Value>) -> Result<(), Error> {
        let options = params::billing(&read_arguments(BILLING, arguments)?)?;
        Self::of([], None, Timestamp::UNIX_EPOCH, &options).map(drop)
    }
}

impl Ledger {
    /// A bill: for the bindings.
    ///
    /// # Errors
    ///
    /// As for [`billing`](Self::billing), and an argument that there is not, or of another kind.
    #[doc(hidden)]
    pub fn billing_by_name(&self, arguments: Map<String, Value>) -> Result<Billing, Error> {
        self.billing(&params::billing(&read_arguments(BILLING, arguments)?)?)
    }
}

/// The arguments of an operation, so that a binding can make JSON of what it was given.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Arguments {
    own: &'static [Param],
    shared: [&'static [&'static [Param]]; 2],
}

impl Arguments {
    /// Those of an operation; of one that there is not, none.
    #[must_use]
    pub fn of(operation: &str) -> Self {
        let own = |own| Self { own, shared: [&[]; 2] };
        if let Some(known) = PartnerOperation::of(operation) {
            return Self { own: &[], shared: [known.params, known.beside] };
        }
        if let Some(known) = InstanceFlow::of(operation) {
            return own(known.params);
        }
        match OPERATIONS.iter().find(|known| known.spec().operation == operation) {
            Some(known) => own(known.params()),
            None if operation == "billing" => own(BILLING),
            None => own(&[]),
        }
    }

    /// What the argument of that name is; nothing where there is none.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.param(name).map(|param| param.field.kind)
    }

    /// Whether nothing in its place is the same as no such argument at all.
    #[must_use]
    pub fn is_left_out_by_null(&self, name: &str) -> bool {
        self.param(name).is_some_and(|param| !param.may_be_null)
    }

    fn param(&self, name: &str) -> Option<&'static Param> {
        let named = |param: &&Param| param.field.name == name || param.field.wire == name;
        self.own.iter().chain(self.shared.into_iter().flatten().copied().flatten()).find(named)
    }
}

/// What an argument of an operation is; nothing where there is none.
#[doc(hidden)]
pub fn kind_of(operation: &str, argument: &str) -> Option<Kind> {
    Arguments::of(operation).kind(argument)
}

fn known(operation: &str) -> Result<(&'static PartnerOperation, Shape), Error> {
    PartnerOperation::of(operation).map(|known| (known, known.shape)).ok_or_else(|| none(operation))
}

fn none(operation: &str) -> Error {
    Error::invalid_request(format!("there is no operation {operation:?}"))
}

/// The arguments, each checked. `extra` stays as it is: what it has is upstream's.
fn checked(known: &PartnerOperation, arguments: Map<String, Value>) -> Result<Given, Error> {
    read(known, arguments).map_err(|error| error.during(known.flow.node))
}

fn read(known: &PartnerOperation, mut arguments: Map<String, Value>) -> Result<Given, Error> {
    if !known.takes_extra {
        // The object of what it is of, where that is the language's way.
        if arguments.get("settings").is_some_and(Value::is_object) {
            let of = arguments.shift_remove("settings");
            arguments.extend(settings(known, of)?);
        }
        return read_arguments(known.arguments(), arguments);
    }
    let extra = arguments.shift_remove("extra");
    let mut read = settings(known, arguments.shift_remove("settings"))?;
    // Checked whole, so that nothing that is needed is missing.
    arguments.extend(std::mem::take(&mut read));
    let extra = extra.or_else(|| arguments.shift_remove("extra"));
    let read = read_arguments(known.arguments(), arguments)?;
    Ok(read.into_iter().chain(extra.map(|extra| ("extra".to_owned(), extra))).collect())
}

/// Settings in an object of their own, where that is the language's way: what is in it is a setting, and never an option.
fn settings(known: &PartnerOperation, given: Option<Value>) -> Result<Map<String, Value>, Error> {
    let settings = match given {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(settings)) => settings,
        Some(_) => return Err(Error::invalid_request("settings must be an object of settings")),
    };
    let params = known.params.iter().copied().flatten().filter(|param| param.field.kind != Kind::Ids);
    let (extra, named): (Map<_, _>, Map<_, _>) = settings.into_iter().partition(|(name, _)| name == "extra");
    // What is missing may stand beside them.
    let optional: Vec<_> = params.map(|param| Param { required: false, ..*param }).collect();
    let read = read_arguments(&optional, named)?;
    Ok(read.into_iter().chain(extra).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn partner() -> PartnerClient {
        PartnerClient::builder().partner_token("gac.x").partner_api_url("http://127.0.0.1:9").build().unwrap()
    }

    /// Why it is refused, before anything is sent: nobody listens there.
    async fn refusal(operation: &str, arguments: Value) -> String {
        let Value::Object(arguments) = arguments else { panic!() };
        let refused = match PartnerOperation::of(operation).map(|known| known.shape) {
            _ if operation == "billing" => {
                read_arguments(BILLING, arguments).and_then(|read| params::billing(&read)).map(drop)
            }
            Some(Shape::Watch) => partner().watch_by_name(arguments, None).map(drop),
            Some(Shape::Run(_)) => partner().run_by_name(operation, arguments, None).map(drop),
            Some(Shape::Events(_)) => partner().events(operation, arguments).map(drop),
            _ => partner().invoke(operation, arguments, CallOptions::default()).await.map(drop),
        };
        refused.map_or_else(|error| format!("{}: {}", error.code().as_str(), error.message()), |()| "none".to_owned())
    }

    #[tokio::test]
    async fn what_is_wrong_is_named() {
        let table = [
            ("inspect", json!({"ids": [1, 0]}), "instances[1]: id_instance must be a whole number from 1 up"),
            ("inspect", json!({"phone": 1}), "phone must be true or false"),
            ("inspect", json!({"colour": 1}), "there is no argument \"colour\""),
            ("inspect", json!({"concurency": 1}), "there is no argument \"concurency\": did you mean concurrency?"),
            ("inspect", json!({"timeout": -1}), "timeout must be a positive number"),
            ("createInstances", json!({}), "specs is missing"),
            (
                "createInstances",
                json!({"specs": "a"}),
                "specs must be a list of settings, as create_instance takes them, or of names",
            ),
            (
                "createInstances",
                json!({"specs": [1]}),
                "specs[0] must be settings, as create_instance takes them, or a name",
            ),
            ("createInstances", json!({"specs": [{"name": 1}]}), "specs[0]: name must be text"),
            (
                "createInstances",
                json!({"specs": [{"incomingWebHook": true}]}),
                "specs[0]: there is no setting \"incomingWebHook\": did you mean incomingWebhook?",
            ),
            (
                "createInstances",
                json!({"specs": [], "max_cost": "cheap"}),
                "max_cost: a price is a number in decimal digits, such as 12.50",
            ),
            ("createInstances", json!({"specs": [], "logout": true}), "there is no argument \"logout\""),
            ("deleteInstanceAccounts", json!({"ids": 7}), "ids must be a list of the ids of instances"),
            (
                "deleteInstanceAccounts",
                json!({"ids": [], "maxDeleted": -1}),
                "max_deleted must be a whole number from 0 up",
            ),
            ("deleteInstanceAccounts", json!({"ids": [], "expect": 1.5}), "expect must be a whole number from 0 up"),
            ("deleteInstanceAccounts", json!({"ids": [], "delete_all": 1}), "delete_all must be true or false"),
            ("rebootInstances", json!({"ids": [], "max_new": 1}), "there is no argument \"max_new\""),
            (
                "setInstancesSettings",
                json!({"ids": [], "incoming_webhook": 1}),
                "incoming_webhook must be true or false",
            ),
            (
                "setInstancesSettings",
                json!({"ids": [], "settings": {"journal": "x"}}),
                "there is no argument \"journal\"",
            ),
            ("setInstancesSettings", json!({"ids": [], "settings": 1}), "settings must be an object of settings"),
            ("sing", json!({}), "there is no operation \"sing\""),
            ("watch", json!({"interval": "1"}), "interval must be a positive number"),
            ("deliver", json!({"url": "https://a.example"}), "secret is missing"),
            ("deliver", json!({"settings": {"url": "https://a.example"}}), "secret is missing"),
            ("deliver", json!({"settings": {"spool": "a"}}), "there is no argument \"spool\""),
            (
                "billing",
                json!({"until": "tomorrow"}),
                "until must be a moment with its zone, such as 2026-11-25T12:00:00Z",
            ),
            ("billing", json!({"since": "2026-11-25T12:00:00Z"}), "since must be a day, such as 2026-11-25"),
            (
                "billing",
                json!({"price_per_day": {"PARTNER_23": true}}),
                "price_per_day: a price is a number in decimal digits, such as 12.50",
            ),
            ("createInstance", json!({"nam": "a"}), "there is no argument \"nam\": did you mean name?"),
            ("createInstance", json!({"timeout": 5}), "there is no argument \"timeout\""),
            ("ensureInstance", json!({"incoming_webhook": true}), "name is missing"),
            ("ensureInstance", json!({"name": "a", "settle": -1}), "settle must be a positive number"),
            (
                "onboard",
                json!({"name": "a", "phone_number": "abc"}),
                "phone_number must be an international phone number: 7 to 15 digits, as in 79001234567 or +7 900 123-45-67",
            ),
            ("onboard", json!({"name": "a", "timeout": 0}), "the timeout must be longer than nothing"),
            ("onboard", json!({"name": "a", "verify_timeout": 0}), "verify_timeout must be longer than nothing"),
            ("onboard", json!({}), "name is missing"),
            (
                "onboard",
                json!({"name": " "}),
                "the name is blank: give one, or leave it out, and upstream makes one of the id",
            ),
            (
                "onboard",
                json!({"name": "a", "delaySendMessagesMilliseconds": 5}),
                "delay_send_messages_milliseconds must be 500 to 600000 milliseconds, and is 5",
            ),
            ("getInstance", json!({}), "id_instance is missing"),
            ("getInstance", json!({"id_instance": "7a"}), "id_instance must be a whole number from 1 up"),
            ("offboard", json!({"idInstance": 0}), "id_instance must be a whole number from 1 up"),
        ];
        for (operation, arguments, why) in table {
            assert_eq!(refusal(operation, arguments).await, format!("invalid_request: {why}"), "{operation}");
        }
    }

    #[tokio::test]
    async fn what_is_right_passes_and_null_is_nothing() {
        let table = [
            ("inspect", json!({"ids": ["7", 8], "timeout": 1.5, "concurrency": null})),
            (
                "createInstances",
                json!({"specs": ["a", {"name": "b", "incomingWebhook": true}], "maxCost": 3, "price_per_day": "0.5"}),
            ),
            ("set_instances_settings", json!({"ids": [7], "settings": {"incomingWebhook": true}, "verify": true})),
            (
                "set_instances_settings",
                json!({"ids": [7], "incoming_webhook": true, "extra": {"catalogsWebhook": "yes"}}),
            ),
            ("onboard", json!({"name": "a", "phoneNumber": "+7 900 123-45-67", "rebootAfter": null, "settings": {}})),
            ("watch", json!({"interval": 1, "settle": true})),
            ("deliver", json!({"url": "https://a.example", "secret": "whsec_", "spool": "a", "plainHttp": true})),
            ("deliver", json!({"settings": {"url": "https://a.example", "secret": "whsec_"}, "states": true})),
            (
                "billing",
                json!({"price_per_day": {"PARTNER_23": "1"}, "since": "2026-11-01", "until": "2026-11-25T12:00:00+03:00"}),
            ),
        ];
        for (operation, arguments) in table {
            assert_eq!(refusal(operation, arguments).await, "none", "{operation}");
        }
    }

    #[test]
    fn every_option_of_a_run_is_read() {
        let given = json!({
            "journal": "j", "dry_run": true, "max_new": 1, "max_cost": "2.5", "price_per_day": 1, "max_deleted": 2, "expect": 3,
            "delete_all": true, "retry_unknown": true, "logout": false, "verify": true, "verify_timeout": 1.5,
            "concurrency": 4, "timeout": 2, "settle": 0,
        });
        let Value::Object(given) = given else { panic!() };
        let shown = format!("{:?}", params::bulk(&given, None).unwrap());
        for read in [
            "journal: Some(\"j\")",
            "dry_run: true",
            "max_new: Some(1)",
            "max_cost: Some(2.5)",
            "price_per_day: Some(1)",
            "max_deleted: Some(2)",
            "expect: Some(3)",
            "delete_all: true",
            "retry_unknown: true",
            "logout: false",
            "verify: true",
            "verify_timeout: Some(1.5s)",
            "concurrency: Some(4)",
            "timeout: Some(2s)",
            "settle: Some(0ns)",
        ] {
            assert!(shown.contains(read), "{read} in {shown}");
        }
    }
}
