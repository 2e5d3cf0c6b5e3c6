//! The calls over many instances by the names of their arguments, as JSON: what the bindings hand over.
//!
//! Names are Python's; durations are seconds, money is text, days and moments are text as RFC 3339 has them.

use std::time::Duration;

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{Billing, BillingOptions, BulkOptions, InspectOptions, Ledger, Prices, Results, Watch, WatchOptions};
use crate::{
    CreateInstance, Instances, PartnerClient, SetSettings,
    error::Error,
    model::{checked_id, id_instance},
};

impl PartnerClient {
    /// A run over many instances: for the bindings.
    ///
    /// # Errors
    ///
    /// `invalid_request`: an argument that there is not, or of another kind.
    #[doc(hidden)]
    pub fn run_by_name(&self, method: &str, arguments: Map<String, Value>) -> Result<Results, Error> {
        let mut given = Given { method: method.to_owned(), arguments };
        let run = match method {
            "inspect" => self.inspect(given.inspect()?).into_results(),
            "create_instances" => {
                let specs = given.specs()?;
                self.create_instances(specs, given.bulk()?).into_results()
            }
            "delete_instance_accounts" => {
                let ids = given.ids()?;
                self.delete_instance_accounts(ids, given.bulk()?).into_results()
            }
            "set_instances_settings" => {
                let (ids, settings) = (given.ids()?, given.settings()?);
                self.set_instances_settings(ids, settings, given.bulk()?).into_results()
            }
            "reboot_instances" => {
                let ids = given.ids()?;
                self.reboot_instances(ids, given.bulk()?).into_results()
            }
            "logout_instances" => {
                let ids = given.ids()?;
                self.logout_instances(ids, given.bulk()?).into_results()
            }
            _ => return Err(given.wrong("there is no such run")),
        };
        given.nothing_more()?;
        Ok(run)
    }

    /// A watch: for the bindings.
    ///
    /// # Errors
    ///
    /// As for [`run_by_name`](Self::run_by_name).
    #[doc(hidden)]
    pub fn watch_by_name(&self, arguments: Map<String, Value>, ledger: Option<Ledger>) -> Result<Watch, Error> {
        let mut given = Given { method: "watch".to_owned(), arguments };
        let defaults = WatchOptions::default();
        let options = WatchOptions {
            interval: given.duration("interval")?.unwrap_or(defaults.interval),
            since: given.text("since")?,
            ledger,
            states: given.flag("states")?.unwrap_or(defaults.states),
            concurrency: given.concurrency()?,
        };
        given.nothing_more()?;
        Ok(self.watch(options))
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
        self.billing(&billing(arguments)?)
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
        self.billing(&billing(arguments)?)
    }
}

fn billing(arguments: Map<String, Value>) -> Result<BillingOptions, Error> {
    let mut given = Given { method: "billing".to_owned(), arguments };
    let mut options = BillingOptions::priced(given.prices()?);
    options.since = given.parsed("since", "a day, such as 2026-11-25")?;
    options.until = given.parsed("until", A_MOMENT)?;
    options.listed_at = given.parsed("listed_at", A_MOMENT)?;
    if let Some(separator) = given.text("prefix_separator")? {
        options.prefix_separator = separator;
    }
    given.nothing_more()?;
    Ok(options)
}

const A_MOMENT: &str = "a moment with its zone, such as 2026-11-25T12:00:00Z";

/// The arguments of one call; what is read is taken out. One that is null counts as not given.
struct Given {
    method: String,
    arguments: Map<String, Value>,
}

impl Given {
    fn inspect(&mut self) -> Result<InspectOptions, Error> {
        let defaults = InspectOptions::default();
        Ok(InspectOptions {
            ids: if self.arguments.get("ids").is_none_or(Value::is_null) { None } else { Some(self.ids()?) },
            phone: self.flag("phone")?.unwrap_or(defaults.phone),
            settings: self.flag("settings")?.unwrap_or(defaults.settings),
            history: self.flag("history")?.unwrap_or(defaults.history),
            concurrency: self.concurrency()?,
            timeout: self.duration("timeout")?,
        })
    }

    fn bulk(&mut self) -> Result<BulkOptions, Error> {
        let defaults = BulkOptions::new();
        Ok(BulkOptions {
            journal: self.text("journal")?.map(Into::into),
            dry_run: self.flag("dry_run")?.unwrap_or(defaults.dry_run),
            max_new: self.whole("max_new")?,
            max_cost: self.money("max_cost")?,
            price_per_day: self.money("price_per_day")?,
            max_deleted: self.whole("max_deleted")?,
            expect: self.whole("expect")?,
            delete_all: self.flag("delete_all")?.unwrap_or(defaults.delete_all),
            retry_unknown: self.flag("retry_unknown")?.unwrap_or(defaults.retry_unknown),
            logout: self.flag("logout")?.unwrap_or(defaults.logout),
            verify: self.flag("verify")?.unwrap_or(defaults.verify),
            verify_timeout: self.duration("verify_timeout")?,
            concurrency: self.concurrency()?,
            timeout: self.duration("timeout")?,
            settle: self.duration("settle")?,
        })
    }

    /// Each an object of settings, or a name alone.
    fn specs(&mut self) -> Result<Vec<CreateInstance>, Error> {
        let Some(Value::Array(specs)) = self.take("specs") else {
            return Err(self.wrong("specs must be a list of settings, as create_instance takes them, or of names"));
        };
        let spec = |(index, spec)| match spec {
            Value::String(name) => Ok(CreateInstance::named(&name)),
            Value::Object(fields) => {
                let place = |error: Error| self.wrong(&format!("specs[{index}]: {}", error.message()));
                let mut settings = CreateInstance::new();
                fields.into_iter().try_for_each(|(name, value)| settings.set(&name, value).map_err(place))?;
                Ok(settings)
            }
            _ => Err(self.wrong(&format!("specs[{index}] must be settings, as create_instance takes them, or a name"))),
        };
        specs.into_iter().enumerate().map(spec).collect()
    }

    fn ids(&mut self) -> Result<Vec<u64>, Error> {
        let Some(Value::Array(ids)) = self.take("ids") else {
            return Err(self.wrong("ids must be a list of the ids of instances"));
        };
        let read = |id: Value| match id {
            Value::String(text) => id_instance(&text),
            id => checked_id(id.as_u64().unwrap_or(0)),
        };
        let place = |index, error: Error| self.wrong(&format!("ids[{index}]: {}", error.message()));
        ids.into_iter().enumerate().map(|(index, id)| read(id).map_err(|error| place(index, error))).collect()
    }

    fn settings(&mut self) -> Result<SetSettings, Error> {
        match self.take("settings") {
            Some(Value::Object(settings)) => Ok(settings.into()),
            _ => Err(self.wrong("settings must be those that set_settings takes")),
        }
    }

    /// One price, or one for each tariff.
    fn prices(&mut self) -> Result<Prices, Error> {
        match self.take("price_per_day") {
            None => Ok(Prices::none()),
            Some(Value::Object(by_tariff)) => {
                by_tariff.into_iter().try_fold(Prices::none(), |prices, (tariff, price)| {
                    Ok(prices.tariff(tariff, self.price("price_per_day", &price)?))
                })
            }
            Some(price) => Ok(Prices::of(self.price("price_per_day", &price)?)),
        }
    }

    fn money(&mut self, name: &str) -> Result<Option<Decimal>, Error> {
        self.take(name).map(|price| self.price(name, &price)).transpose()
    }

    fn price(&self, name: &str, value: &Value) -> Result<Decimal, Error> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        Prices::parse(&text).map_err(|error| self.wrong(&format!("{name}: {}", error.message())))
    }

    fn concurrency(&mut self) -> Result<Option<usize>, Error> {
        let given = self.whole("concurrency")?;
        Ok(given.map(|number| usize::try_from(number).unwrap_or(usize::MAX)))
    }

    fn flag(&mut self, name: &str) -> Result<Option<bool>, Error> {
        self.read(name, "true or false", Value::as_bool)
    }

    fn whole(&mut self, name: &str) -> Result<Option<u64>, Error> {
        self.read(name, "a whole number from 0 up", Value::as_u64)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, Error> {
        self.read(name, "text", |value| value.as_str().map(ToOwned::to_owned))
    }

    fn duration(&mut self, name: &str) -> Result<Option<Duration>, Error> {
        let seconds = |value: &Value| Duration::try_from_secs_f64(value.as_f64()?).ok();
        self.read(name, "a positive number", seconds)
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, what: &str) -> Result<Option<T>, Error> {
        self.read(name, what, |value| value.as_str()?.parse().ok())
    }

    fn read<T>(&mut self, name: &str, what: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, Error> {
        let Some(value) = self.take(name) else { return Ok(None) };
        read(&value).map(Some).ok_or_else(|| self.wrong(&format!("{name} must be {what}")))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.arguments.shift_remove(name).filter(|value| !value.is_null())
    }

    /// Nothing that was given was overlooked.
    fn nothing_more(&self) -> Result<(), Error> {
        match self.arguments.keys().next() {
            Some(name) => Err(self.wrong(&format!("there is no argument {name}"))),
            None => Ok(()),
        }
    }

    fn wrong(&self, what: &str) -> Error {
        Error::invalid_request(format!("{}: {what}", self.method))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn partner() -> PartnerClient {
        PartnerClient::builder().partner_token("gac.x").partner_api_url("http://127.0.0.1:9").build().unwrap()
    }

    fn refusal(method: &str, arguments: Value) -> String {
        let Value::Object(arguments) = arguments else { panic!() };
        let refused = match method {
            "watch" => partner().watch_by_name(arguments, None).map(drop),
            "billing" => billing(arguments).map(drop),
            _ => partner().run_by_name(method, arguments).map(drop),
        };
        refused.map_or_else(|error| format!("{}: {error}", error.code().as_str()), |()| "none".to_owned())
    }

    #[test]
    fn what_is_wrong_is_named() {
        let table = [
            ("inspect", json!({"ids": [1, 0]}), "inspect: ids[1]: id_instance must be a whole number from 1 up"),
            ("inspect", json!({"phone": 1}), "inspect: phone must be true or false"),
            ("inspect", json!({"colour": 1}), "inspect: there is no argument colour"),
            ("inspect", json!({"timeout": -1}), "inspect: timeout must be a positive number"),
            (
                "create_instances",
                json!({}),
                "create_instances: specs must be a list of settings, as create_instance takes them, or of names",
            ),
            (
                "create_instances",
                json!({"specs": [1]}),
                "create_instances: specs[0] must be settings, as create_instance takes them, or a name",
            ),
            ("create_instances", json!({"specs": [{"name": 1}]}), "create_instances: specs[0]: name must be text"),
            (
                "create_instances",
                json!({"specs": [], "max_cost": "cheap"}),
                "create_instances: max_cost: a price is a number in decimal digits, such as 12.50",
            ),
            (
                "delete_instance_accounts",
                json!({"ids": 7}),
                "delete_instance_accounts: ids must be a list of the ids of instances",
            ),
            (
                "delete_instance_accounts",
                json!({"ids": [], "max_deleted": -1}),
                "delete_instance_accounts: max_deleted must be a whole number from 0 up",
            ),
            (
                "delete_instance_accounts",
                json!({"ids": [], "expect": 1.5}),
                "delete_instance_accounts: expect must be a whole number from 0 up",
            ),
            (
                "delete_instance_accounts",
                json!({"ids": [], "delete_all": 1}),
                "delete_instance_accounts: delete_all must be true or false",
            ),
            (
                "set_instances_settings",
                json!({"ids": []}),
                "set_instances_settings: settings must be those that set_settings takes",
            ),
            ("sing", json!({}), "sing: there is no such run"),
            ("watch", json!({"interval": "1"}), "watch: interval must be a positive number"),
            (
                "billing",
                json!({"until": "tomorrow"}),
                "billing: until must be a moment with its zone, such as 2026-11-25T12:00:00Z",
            ),
            (
                "billing",
                json!({"price_per_day": {"PARTNER_23": true}}),
                "billing: price_per_day: a price is a number in decimal digits, such as 12.50",
            ),
        ];
        for (method, arguments, why) in table {
            assert_eq!(refusal(method, arguments), format!("invalid_request: {why}"));
        }
    }

    #[test]
    fn what_is_right_passes_and_null_is_nothing() {
        let table = [
            ("inspect", json!({"ids": ["7", 8], "timeout": 1.5, "concurrency": null})),
            (
                "create_instances",
                json!({"specs": ["a", {"name": "b", "incomingWebhook": true}], "max_cost": 3, "price_per_day": "0.5"}),
            ),
            ("watch", json!({"interval": 1})),
            (
                "billing",
                json!({"price_per_day": {"PARTNER_23": "1"}, "since": "2026-11-01", "until": "2026-11-25T12:00:00+03:00"}),
            ),
        ];
        for (method, arguments) in table {
            assert_eq!(refusal(method, arguments), "none", "{method}");
        }
    }
}
