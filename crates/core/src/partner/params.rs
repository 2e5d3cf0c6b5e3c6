//! Parameters of a partner's operations that no other module has, and what core's options are made of once they are checked.

use std::time::Duration;

use serde_json::{Map, Value};

use super::Given;
use crate::{
    AuthorizeOptions, BillingOptions, BulkOptions, CreateInstance, DeleteDuplicatesOptions, DeliverOptions,
    EnsureOptions, FindDuplicatesOptions, InspectOptions, Journal, Ledger, WatchOptions,
    api::instance::{
        Default, Param,
        arguments::{CREATED, SETTINGS},
        seconds,
    },
    config::{
        DELIVER_NAME, DELIVER_TIMEOUT, INSPECT_CONCURRENCY, PREFIX_SEPARATOR, SETTLE, VERIFY_TIMEOUT, WATCH_INTERVAL,
    },
    endpoint::CallOptions,
    error::Error,
    fleet::options::{count, prices},
    flow::table::{AUTHORIZE, authorize_options},
    model::Kind,
};

const NAME: &[Param] =
    &[Param::of_flow("name", "name", Kind::Text, "The name that the console shows. Defaults to `Instance <id>`.")
        .personal()];
const NAMED: &[Param] =
    &[Param::of_flow("name", "name", Kind::Text, "The name to look for, and to give.").required().by_name().personal()];

pub(super) const INSTANCE: &[Param] =
    &[Param::of_flow("id_instance", "idInstance", Kind::Instance, "The instance's id, or what has one.").required()];
pub(super) const SUBJECTS: &[Param] = &[Param::of_flow(
    "instances",
    "ids",
    Kind::Ids,
    "Which ones: ids, or whatever has one, or a list. Defaults to all that are live.",
)
.by_place()];
pub(super) const IDS: &[Param] =
    &[Param::of_flow("ids", "ids", Kind::Ids, "Which ones: ids, or whatever has one, or a list.").required()];
pub(super) const SPECS: &[Param] = &[Param::of_flow(
    "specs",
    "specs",
    Kind::Specs,
    "What to create, one after the other: names, or what `create_instance` takes.",
)
.required()
.personal()];
pub(super) const CREATE: &[&[Param]] = &[NAME, CREATED];
pub(super) const ENSURED: &[&[Param]] = &[NAMED, CREATED];
pub(super) const SET: &[&[Param]] = &[IDS, SETTINGS];

pub(super) const ENSURE: &[Param] = &[
    Param::of_flow(
        "settle",
        "settle",
        Kind::Duration,
        "How long to look for an instance whose creation got no answer; 0: not at all. Defaults to 60 seconds.",
    )
    .default(Default::Seconds(SETTLE.as_secs_f64())),
    Param::of_flow(
        "compare_settings",
        "compareSettings",
        Kind::Flag,
        "Whether to ask for the settings of an instance that was there before, and to warn where they are not those that \
         were given.",
    )
    .default(Default::Flag(false)),
    Param::of_flow(
        "retry_unknown",
        "retryUnknown",
        Kind::Flag,
        "With a store: whether to create an instance although an earlier creation of the name was sent, nobody knows what \
         came of it, and the list does not show it.",
    )
    .default(Default::Flag(false)),
];

pub(super) const ONBOARD: &[&[Param]] = &[AUTHORIZE, VERIFY];
const VERIFY: &[Param] = &[
    Param::of_flow(
        "verify_settings",
        "verifySettings",
        Kind::Flag,
        "Whether to look, beside the linking, whether the settings of a new instance come into force.",
    )
    .default(Default::Flag(true)),
    Param::of_flow(
        "verify_timeout",
        "verifyTimeout",
        Kind::Duration,
        "How long to look for them, before and again after they are set once more. Defaults to 300 seconds.",
    )
    .default(Default::Seconds(VERIFY_TIMEOUT.as_secs_f64())),
];

const INTERVAL: Param = Param::of_flow(
    "interval",
    "interval",
    Kind::Duration,
    "From the beginning of one look to that of the next. Defaults to 60 seconds.",
)
.default(Default::Seconds(WATCH_INTERVAL.as_secs_f64()));
const STATES: Param =
    Param::of_flow("states", "states", Kind::Flag, "Whether to ask every live instance for its state.")
        .default(Default::Flag(false));
const SETTLE_STATES: Param = Param::of_flow(
    "settle",
    "settle",
    Kind::Flag,
    "Whether a new state is told only once the next look shows it too, so that one that lasts for a single look never is.",
)
.default(Default::Flag(false));
const CONCURRENCY: Param =
    Param::of_flow("concurrency", "concurrency", Kind::Int, "How many may be asked at once. Defaults to 64.")
        .default(Default::Count(INSPECT_CONCURRENCY));

pub(super) const WATCH: &[Param] = &[
    INTERVAL,
    Param::of_flow(
        "since",
        "since",
        Kind::Text,
        "The `snapshot()` of an earlier watch: what is different from it is told first. Defaults to none.",
    )
    .personal(),
    Param::of_flow(
        "ledger",
        "ledger",
        Kind::Ledger,
        "Where to remember what was told. Without `since`, what is different from it is told first. Defaults to none.",
    ),
    Param::of_flow(
        "exclusive",
        "exclusive",
        Kind::Flag,
        "Whether, of all watches of the account that are exclusive, one tells, and another takes over from it. Needs the client's \
         store.",
    )
    .default(Default::Flag(false)),
    STATES,
    SETTLE_STATES,
    CONCURRENCY,
];

/// Where events are delivered to, and what they are signed with.
pub(super) const RECEIVER: &[Param] = &[
    Param::of_flow(
        "url",
        "url",
        Kind::Text,
        "The receiver's address. May hold a secret, so that only its host is shown.",
    )
    .required()
    .secret(),
    Param::of_flow(
        "secret",
        "secret",
        Kind::Text,
        "What is signed with: `whsec_` and the base64 of 24 to 64 bytes; several, with spaces between them. Secret.",
    )
    .required()
    .by_name()
    .secret(),
];

pub(super) const DELIVERING: &[Param] = &[
    Param::of_flow(
        "spool",
        "spool",
        Kind::Path,
        "The file that keeps what is known and what waits, made where there is none, on a local file system. Defaults to the client's \
         store.",
    )
    .personal(),
    Param::of_flow(
        "name",
        "name",
        Kind::Text,
        "Which delivery it is, of several in the client's store. Defaults to `events`.",
    )
    .default(Default::Text(DELIVER_NAME))
    .personal(),
    INTERVAL,
    STATES,
    SETTLE_STATES,
    CONCURRENCY,
    Param::of_flow(
        "timeout",
        "timeout",
        Kind::Duration,
        "How long the receiver may take for one event. Defaults to 15 seconds.",
    )
    .default(Default::Seconds(DELIVER_TIMEOUT.as_secs_f64())),
    Param::of_flow(
        "plain_http",
        "plainHttp",
        Kind::Flag,
        "Whether a receiver beyond this machine may be posted to without TLS.",
    )
    .default(Default::Flag(false)),
];

const PRICE_PER_DAY: Param = Param::of_flow(
    "price_per_day",
    "pricePerDay",
    Kind::Prices,
    "What a day costs, exact, or what it costs by tariff. Defaults to no prices: days are counted.",
);
pub(super) const PRICES: &[Param] = &[PRICE_PER_DAY];

/// What a bill can be told.
pub(crate) const BILLING: &[Param] = &[
    PRICE_PER_DAY,
    Param::of_flow(
        "since",
        "since",
        Kind::Date,
        "The first day of UTC+3 that counts. Defaults to as far back as is known.",
    ),
    Param::of_flow("until", "until", Kind::Time, "The moment up to which charges count. Defaults to now."),
    Param::of_flow(
        "listed_at",
        "listedAt",
        Kind::Time,
        "When the list was made. Defaults to now, or to `until` where that is later. Without effect for a ledger.",
    ),
    Param::of_flow(
        "prefix_separator",
        "prefixSeparator",
        Kind::Text,
        "What ends the prefix of a name. Defaults to `-`.",
    )
    .default(Default::Text(PREFIX_SEPARATOR)),
];

/// What the client of one instance is made of.
pub(crate) const CLIENT_OF_ID: &[Param] = &[
    Param::of_flow(
        "id_instance",
        "idInstance",
        Kind::Instance,
        "What was created or listed, or the instance's id.",
    )
    .required(),
    Param::of_flow("api_token_instance", "apiTokenInstance", Kind::Text, "The instance's token, beside an id. Secret.")
        .secret()
        .by_place(),
    Param::of_flow(
        "api_url",
        "apiUrl",
        Kind::Text,
        "The host of its calls, upstream's `apiUrl`, beside an id. Defaults to the client's, then to the instance's own.",
    )
    .secret()
    .by_place(),
    Param::of_flow(
        "media_url",
        "mediaUrl",
        Kind::Text,
        "The host of its uploads, upstream's `mediaUrl`, beside an id. Defaults likewise.",
    )
    .secret()
    .by_place(),
];

pub(super) fn id(given: &Given) -> u64 {
    given.get("id_instance").and_then(Value::as_u64).unwrap_or_default()
}

pub(super) fn ids(given: &Given) -> Vec<u64> {
    numbers(given.get("ids"))
}

fn numbers(ids: Option<&Value>) -> Vec<u64> {
    ids.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// The settings of a new instance among what is given.
pub(super) fn settings(given: &Given) -> Result<CreateInstance, Error> {
    let is_setting = |name: &str| name == "extra" || CreateInstance::FIELDS.iter().any(|field| field.name == name);
    settings_of(given.iter().filter(|(name, _)| is_setting(name)))
}

fn settings_of<'a>(given: impl Iterator<Item = (&'a String, &'a Value)>) -> Result<CreateInstance, Error> {
    let mut settings = CreateInstance::new();
    for (name, value) in given {
        settings.set(name, value.clone())?;
    }
    Ok(settings)
}

/// Each an object of settings, or a name alone.
pub(super) fn specs(given: &Given) -> Result<Vec<CreateInstance>, Error> {
    let specs = given.get("specs").and_then(Value::as_array).into_iter().flatten().enumerate();
    let spec = |(index, spec): (usize, &Value)| match spec {
        Value::Object(fields) => settings_of(fields.iter())
            .map_err(|error| Error::invalid_request(format!("specs[{index}]: {}", error.message()))),
        name => Ok(CreateInstance::named(name.as_str().unwrap_or_default())),
    };
    specs.map(spec).collect()
}

/// The settings to be set among what is given.
pub(super) fn set(given: &Given) -> Map<String, Value> {
    let is_setting = |name: &str| name == "extra" || SETTINGS.iter().any(|param| param.field.name == name);
    given.iter().filter(|(name, _)| is_setting(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

pub(super) fn ensure(given: &Given, call: CallOptions) -> EnsureOptions {
    EnsureOptions {
        call,
        settle: time(given, "settle"),
        compare_settings: flag(given, "compare_settings", false),
        retry_unknown: flag(given, "retry_unknown", false),
    }
}

pub(super) fn onboard(given: &Given) -> AuthorizeOptions {
    AuthorizeOptions {
        verify_settings: flag(given, "verify_settings", true),
        verify_timeout: time(given, "verify_timeout").unwrap_or(VERIFY_TIMEOUT),
        ..authorize_options(given)
    }
}

pub(super) fn inspect(given: &Given) -> Result<InspectOptions, Error> {
    let ids = given.get("instances").map(|ids| numbers(Some(ids)));
    Ok(InspectOptions { ids, ..InspectOptions::read(given)? })
}

pub(super) fn bulk(given: &Given, journal: Option<Journal>) -> Result<BulkOptions, Error> {
    let options = BulkOptions::read(given)?;
    Ok(match journal {
        Some(journal) => options.journal(journal),
        None => options,
    })
}

pub(super) fn find_duplicates(given: &Given) -> Result<FindDuplicatesOptions, Error> {
    let price_per_day = prices(given, "price_per_day")?;
    Ok(FindDuplicatesOptions { price_per_day, ..FindDuplicatesOptions::read(given)? })
}

pub(super) fn delete_duplicates(given: &Given) -> Result<DeleteDuplicatesOptions, Error> {
    DeleteDuplicatesOptions::read(given)
}

pub(super) fn watch(given: &Given, ledger: Option<Ledger>) -> WatchOptions {
    WatchOptions {
        interval: time(given, "interval").unwrap_or(WATCH_INTERVAL),
        since: text(given, "since"),
        ledger,
        exclusive: flag(given, "exclusive", false),
        states: flag(given, "states", false),
        settle: flag(given, "settle", false),
        concurrency: count(given.get("concurrency")),
    }
}

pub(super) fn deliver(given: &Given) -> DeliverOptions {
    let of = |name| text(given, name).unwrap_or_default();
    let mut options = DeliverOptions::new(of("url"), of("secret"))
        .name(text(given, "name").unwrap_or_else(|| DELIVER_NAME.to_owned()))
        .interval(time(given, "interval").unwrap_or(WATCH_INTERVAL))
        .states(flag(given, "states", false))
        .settle(flag(given, "settle", false))
        .timeout(time(given, "timeout").unwrap_or(DELIVER_TIMEOUT))
        .plain_http(flag(given, "plain_http", false));
    if let Some(spool) = text(given, "spool") {
        options = options.spool(spool);
    }
    match count(given.get("concurrency")) {
        Some(concurrency) => options.concurrency(concurrency),
        None => options,
    }
}

pub(super) fn billing(given: &Given) -> Result<BillingOptions, Error> {
    let mut options = BillingOptions::priced(prices(given, "price_per_day")?);
    options.since = parsed(given, "since");
    options.until = parsed(given, "until");
    options.listed_at = parsed(given, "listed_at");
    if let Some(separator) = text(given, "prefix_separator") {
        options.prefix_separator = separator;
    }
    Ok(options)
}

fn flag(given: &Given, name: &str, usual: bool) -> bool {
    given.get(name).and_then(Value::as_bool).unwrap_or(usual)
}

fn time(given: &Given, name: &str) -> Option<Duration> {
    given.get(name).and_then(seconds)
}

fn text(given: &Given, name: &str) -> Option<String> {
    given.get(name)?.as_str().map(ToOwned::to_owned)
}

fn parsed<T: std::str::FromStr>(given: &Given, name: &str) -> Option<T> {
    given.get(name)?.as_str()?.parse().ok()
}
