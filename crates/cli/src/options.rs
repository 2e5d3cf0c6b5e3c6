//! Options of an operation, as the table of operations has them: names, help and kinds are read from it, and core checks what is
//! given.

use std::{marker::PhantomData, time::Duration};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, error::ErrorKind, value_parser};
use greenapi_partner::{CallOptions, Prices, contract};
use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::texts;

/// An operation of the table, whose options a command takes.
pub(crate) trait Operation {
    /// Its name in the table: `createInstances`.
    const NAME: &'static str;
    /// The arguments that the command takes in its own way, or not at all.
    const OWN: &'static [&'static str];
}

/// Declares the operations whose options commands take.
macro_rules! operations {
    ($($operation:ident $name:literal without $own:expr;)*) => {$(
        #[doc = concat!("`", $name, "`.")]
        #[derive(Debug)]
        pub(crate) struct $operation;

        impl Operation for $operation {
            const NAME: &'static str = $name;
            const OWN: &'static [&'static str] = $own;
        }
    )*};
}

operations! {
    GetInstances "getInstances" without &[];
    CreateInstances "createInstances" without &["specs"];
    DeleteInstances "deleteInstanceAccounts" without &["ids", "logout"];
    Onboard "onboard" without SETTINGS;
    Inspect "inspect" without &["instances"];
    SetSettings "setInstancesSettings" without SETTINGS;
    Reboot "rebootInstances" without &["ids"];
    Logout "logoutInstances" without &["ids"];
    FindDuplicates "findDuplicates" without &[];
    DeleteDuplicates "deleteDuplicates" without &["concurrency", "timeout"];
    Watch "watch" without &["since", "ledger"];
    MetricsLooks "watch" without &["since", "ledger", "exclusive"];
    Deliver "deliver" without &["url", "secret", "interval", "states", "settle", "concurrency"];
    Billing "billing" without &["listed_at"];
    MetricsPrices "billing" without &["listed_at", "since", "until", "prefix_separator"];
}

/// Stands for all settings, and for what names the instances: a command takes those as `name=value` and by their place.
const SETTINGS: &[&str] = &["*"];

/// What was given of an operation's options, by the names of the table.
#[derive(Debug)]
pub(crate) struct Options<O> {
    given: Map<String, Value>,
    of: PhantomData<O>,
}

impl<O> Options<O> {
    /// The arguments, to be handed to core.
    pub(crate) fn into_arguments(self) -> Map<String, Value> {
        self.given
    }

    /// The same, to be added to.
    pub(crate) fn given(&self) -> Map<String, Value> {
        self.given.clone()
    }

    /// One of them.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.given.get(name)
    }

    /// Takes one of them away.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.given.shift_remove(name)
    }

    /// What of the call it can be told.
    pub(crate) fn call(&self) -> CallOptions {
        let timeout = self.get("timeout").and_then(Value::as_f64);
        timeout.map_or_else(CallOptions::default, |seconds| CallOptions::timeout(Duration::from_secs_f64(seconds)))
    }

    /// Whether nothing was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }
}

impl<O: Operation> Args for Options<O> {
    fn augment_args(command: Command) -> Command {
        let all = contract::params_of(O::NAME);
        let params = all.iter().filter(|param| is_option::<O>(param));
        params.fold(command, |command, param| command.arg(argument(param, &all)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<O: Operation> FromArgMatches for Options<O> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let params = contract::params_of(O::NAME);
        let params = params.iter().filter(|param| is_option::<O>(param));
        let given = params.filter_map(|param| {
            let value = value_of(param, matches).transpose()?;
            Some(value.map(|value| (name_of(param).to_owned(), value)))
        });
        Ok(Self { given: given.collect::<Result<_, _>>()?, of: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.given.extend(Self::from_arg_matches(matches)?.given);
        Ok(())
    }
}

fn is_option<O: Operation>(param: &Value) -> bool {
    if O::OWN == SETTINGS { param["option"] == true } else { !O::OWN.contains(&name_of(param)) }
}

fn name_of(param: &Value) -> &str {
    param["name"].as_str().unwrap_or_default()
}

fn kind_of(param: &Value) -> &str {
    param["kind"].as_str().unwrap_or_default()
}

fn argument(param: &Value, all: &[Value]) -> Arg {
    let name = name_of(param);
    let help = texts::help(param["doc"].as_str().unwrap_or_default(), all);
    let argument = Arg::new(name.to_owned()).long(texts::flag(name)).help(&help);
    match kind_of(param) {
        "flag" => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false")
            .hide_possible_values(true)
            .value_parser(value_parser!(bool)),
        "int" => argument.value_name("N").value_parser(value_parser!(u64)),
        "duration" => argument.value_name("TIME").value_parser(parse_seconds),
        "decimal" => argument.value_name("AMOUNT").allow_negative_numbers(true),
        "prices" => argument
            .help(format!("{help}. Either one AMOUNT, or TARIFF=AMOUNT, given once for each tariff"))
            .value_name("AMOUNT|TARIFF=AMOUNT")
            .action(ArgAction::Append)
            .allow_negative_numbers(true),
        "journal" => argument.value_name("FILE|store:NAME"),
        "phone" => argument.value_name("NUMBER"),
        "date" => argument.value_name("DAY"),
        "path" => argument.value_name("FILE"),
        _ => argument.value_name("TEXT"),
    }
}

fn value_of(param: &Value, matches: &ArgMatches) -> Result<Option<Value>, clap::Error> {
    let name = name_of(param);
    Ok(match kind_of(param) {
        "flag" => matches.get_one::<bool>(name).map(|flag| (*flag).into()),
        "int" => matches.get_one::<u64>(name).map(|number| (*number).into()),
        "duration" => matches.get_one::<f64>(name).map(|seconds| (*seconds).into()),
        "prices" => {
            let prices = matches.get_many::<String>(name);
            let prices = prices.map(|prices| read_prices(prices.map(String::as_str))).transpose();
            let about = |what: String| format!("--{}: {what}", texts::flag(name));
            prices.map_err(|what| clap::Error::raw(ErrorKind::ValueValidation, about(what)))?
        }
        _ => matches.get_one::<String>(name).map(|text| text.as_str().into()),
    })
}

/// One price for all, or one for each tariff: `PARTNER_23=4.50`. Whoever gives more has meant each of them, so none is left out.
fn read_prices<'a>(prices: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let (mut for_all, mut by_tariff) = (None, Map::new());
    for price in prices {
        let (tariff, amount) = price.split_once('=').map_or((None, price), |(tariff, amount)| (Some(tariff), amount));
        Prices::parse(amount).map_err(|error| error.to_string())?;
        let is_second = match tariff {
            Some(tariff) if tariff.trim().is_empty() => return Err(EMPTY_TARIFF.to_owned()),
            Some(tariff) => by_tariff.insert(tariff.to_owned(), amount.into()).is_some(),
            None => for_all.replace(amount).is_some(),
        };
        if is_second {
            return Err(TWO_PRICES.to_owned());
        }
    }
    match for_all {
        None => Ok(by_tariff.into()),
        Some(price) if by_tariff.is_empty() => Ok(price.into()),
        Some(_) => Err(TWO_KINDS.to_owned()),
    }
}

const EMPTY_TARIFF: &str = "a price has an empty tariff: give TARIFF=AMOUNT";
const TWO_PRICES: &str = "there are two prices for the same: give one for all, or one for each tariff";
const TWO_KINDS: &str = "there is a price for all and one for a tariff: give the one, or a price for each tariff";

/// Seconds, or a length of time with its units: `90`, `1.5`, `15m`, `1h 30m`. They make a [`Duration`]: neither less than nothing nor
/// more than there is.
pub(crate) fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => seconds,
        Err(_) => text.parse::<SignedDuration>().map_err(|_| NO_TIME.to_owned())?.as_secs_f64(),
    };
    Duration::try_from_secs_f64(seconds).map(|_| seconds).map_err(|_| NO_TIME.to_owned())
}

const NO_TIME: &str = "a time is a number of seconds, or has its units: 90, 1.5, 15m, 1h30m";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_have_their_units() {
        for (text, seconds) in [("90", "90"), ("1.5", "1.5"), ("15m", "900"), ("1h30m", "5400"), ("250ms", "0.25")] {
            assert_eq!(parse_seconds(text).unwrap().to_string(), seconds);
        }
        for wrong in ["-1", "soon", "", "inf", "NaN", "-5m", "1e300", "18446744073709551616"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_price_is_one_for_all_or_one_for_each_tariff() {
        let read = |given: &[&'static str]| read_prices(given.iter().copied());
        assert_eq!(read(&["4.50"]).unwrap(), "4.50");
        assert_eq!(read(&["A=1", "B=2.5"]).unwrap(), serde_json::json!({ "A": "1", "B": "2.5" }));
        for wrong in [
            &["1", "1"][..],
            &["A=1", "2"],
            &["2", "A=1"],
            &["A=1", "B=1", "A=1"],
            &["=1"],
            &[" =1"],
            &["A="],
            &["A=B=1"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_a_setting_is_no_option() {
        let command = Options::<SetSettings>::augment_args(Command::new("set"));
        let names: Vec<_> = command.get_arguments().filter_map(Arg::get_long).map(str::to_owned).collect();
        assert_eq!(names, ["verify", "verify-timeout", "journal", "dry-run", "concurrency", "timeout"]);
    }
}
