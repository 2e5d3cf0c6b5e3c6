//! What a mock can be told: one option for everything that GREEN-API's documents leave open or say in two ways.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a mock starts and behaves. The defaults are what upstream is documented to do today.
///
/// Over HTTP the names are those of the fields in camelCase: `POST /_mock/options` with `{"listFormat": "2022"}`.
///
/// ```
/// use greenapi_partner_mock::{ListFormat, Options};
///
/// let options = Options { list_format: ListFormat::Captured2022, gzip: true, ..Options::default() };
/// assert_eq!(options.pool, 1101);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, named and documented")]
pub struct Options {
    /// The port to listen on, always of 127.0.0.1. Defaults to 0: a free one. Fixed at the start.
    pub port: u16,

    /// The partner token that is accepted. Defaults to a new one: `gac.` and 46 hexadecimal digits. Fixed at the start.
    ///
    /// Evidence: the documents' placeholders begin with `gac.`; the length is that of tokens seen in public code.
    pub partner_token: Option<String>,

    /// Which fields a list's items have.
    pub list_format: ListFormat,

    /// In which order a list's items have them.
    pub key_order: KeyOrder,

    /// `typeInstance` (and `messenger`) of new instances: `whatsapp`, `telegram` or `v3` (MAX). Defaults to `whatsapp`.
    ///
    /// Evidence: no document shows a field of createInstance that selects the messenger; the reply tells it. That the
    /// account or its host decides is an inference.
    pub type_instance: String,

    /// `tariff` of new instances. Defaults to `PARTNER_23`, the only literal in any document.
    pub tariff: String,

    /// The first four digits of new ids. Defaults to 1101, the pool of the captured replies.
    pub pool: u16,

    /// How many digits a new id has, from 5 to 19. Defaults to 10, as documented; ids of 12 digits were seen in 2026.
    pub id_digits: u32,

    /// Whether createInstance refuses a body without any known setting. Defaults to false.
    ///
    /// Evidence: the page says that at least one is needed; official tools send no body at all and take 200 for success.
    /// The refusal `{"code":400,"description":"bad request data"}` is invented: no document shows one.
    pub strict_create: bool,

    /// The longest `name` that createInstance takes, in characters. Defaults to no limit.
    ///
    /// Evidence: none, no document states a limit. The refusal is the invented one of `strict_create`.
    pub max_name_length: Option<usize>,

    /// How many live instances the account may have; createInstance then answers code 100. Defaults to no limit.
    ///
    /// Evidence: code 100 ("Temporarily no free instances…") is in the Postman collection; a limit per account is in no
    /// document.
    pub capacity: Option<usize>,

    /// Whether createInstance's reply has `apiUrl` and `mediaUrl` (this mock's address). Defaults to false.
    ///
    /// Evidence: asked for in GREEN-API's issue 627, still open; no document shows them.
    pub hosts_in_reply: bool,

    /// How `expirationDate` moves.
    pub expiration: Expiration,

    /// How a failed partner call is told.
    pub failure_format: FailureFormat,

    /// The HTTP status for a wrong partner token. Defaults to 200 with `{"code":401,"description":"Unauthorized"}`; any
    /// other status has no body.
    ///
    /// Evidence: the documents' error tables and GREEN-API's issue 750 for 200; an empty 401 was seen on a MAX host.
    pub unauthorized_status: u16,

    /// Answers 429 above a rate. Defaults to none: everything is let through.
    ///
    /// Evidence: no document states a rate for partner methods. The captured headers name a bucket of 20 that gets 10
    /// a second and `X-RateLimit-Remaining: -1`, which reads as "not counting".
    pub rate_limit: Option<RateLimit>,

    /// Whether answers have the headers that were captured in 2022 (`Server`, `Vary`, `X-RateLimit-…`, …). Defaults to true.
    pub captured_headers: bool,

    /// Whether answers have an `ETag`, and a GET with a matching `If-None-Match` gets a 304. Defaults to true.
    ///
    /// Evidence: captured `ETag: W/"…"` beside `X-Powered-By: Express`; the 304 is what Express does with one.
    pub etag: bool,

    /// Whether an answer of 1 KB and more is compressed for a client that accepts gzip. Defaults to false.
    ///
    /// Evidence: none; the captured replies are not compressed.
    pub gzip: bool,

    /// Path under which upstream's methods are served, for example `/gateway`. Defaults to none: they are at the root.
    pub path_prefix: String,

    /// How many requests are remembered; older ones are forgotten first. Defaults to 10 000.
    pub keep_requests: usize,
}

impl Options {
    /// These options with some of them replaced, by their camelCase names.
    ///
    /// # Errors
    /// An unknown name, a value of another type or out of range, or a change of `port` or `partnerToken`.
    pub(crate) fn changed(&self, changes: &Map<String, Value>) -> Result<Self, String> {
        if let Some(fixed) = ["port", "partnerToken"].into_iter().find(|name| changes.contains_key(*name)) {
            return Err(format!("{fixed} is fixed when the mock starts"));
        }
        let Ok(Value::Object(mut all)) = serde_json::to_value(self) else {
            return Err("options are an object".to_owned());
        };
        all.extend(changes.clone());
        let options: Self = serde_json::from_value(Value::Object(all)).map_err(|error| error.to_string())?;
        options.check()?;
        Ok(options)
    }

    /// Says what is out of range, if anything.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(5..=19).contains(&self.id_digits) {
            return Err(format!("idDigits is from 5 to 19, not {}", self.id_digits));
        }
        if !(1000..=9999).contains(&self.pool) {
            return Err(format!("pool has four digits, not {}", self.pool));
        }
        if http::StatusCode::from_u16(self.unauthorized_status).is_err() {
            return Err(format!("unauthorizedStatus is an HTTP status, not {}", self.unauthorized_status));
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            partner_token: None,
            list_format: ListFormat::default(),
            key_order: KeyOrder::default(),
            type_instance: "whatsapp".to_owned(),
            tariff: "PARTNER_23".to_owned(),
            pool: 1101,
            id_digits: 10,
            strict_create: false,
            max_name_length: None,
            capacity: None,
            hosts_in_reply: false,
            expiration: Expiration::default(),
            failure_format: FailureFormat::default(),
            unauthorized_status: 200,
            rate_limit: None,
            captured_headers: true,
            etag: true,
            gzip: false,
            path_prefix: String::new(),
            keep_requests: 10_000,
        }
    }
}

/// Which fields the items of a list have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListFormat {
    /// Today's: those of 2022 with `isFree`, `isPartner` and `messenger`. Spelled `"current"`.
    ///
    /// Evidence: the field tables of the newest pages; `messenger` is on the Telegram page only.
    #[default]
    #[serde(rename = "current")]
    Current,
    /// The twelve of the reply captured in June 2022. Spelled `"2022"`.
    #[serde(rename = "2022")]
    Captured2022,
    /// Both in one list: the first item as today, the second as in 2022, and so on. Spelled `"both"`.
    ///
    /// Evidence: none; for clients that must not judge a list by its first item.
    #[serde(rename = "both")]
    Both,
}

/// In which order the items of a list have their fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyOrder {
    /// `idInstance` first, as captured in 2022 and documented for WhatsApp. Spelled `"documented"`.
    #[default]
    Documented,
    /// By name, as the newest sample of the Telegram page has them. Spelled `"sorted"`.
    Sorted,
}

/// How `expirationDate` of a live instance moves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Expiration {
    /// A day after the creation, and a day further at each midnight of UTC+3. Spelled `"daily"`.
    ///
    /// Evidence: an inference that fits all three captured samples.
    #[default]
    Daily,
    /// A day after the creation, for good. Spelled `"fixed"`.
    ///
    /// Evidence: none; for clients that must not take the date for an end.
    Fixed,
}

/// How a failed partner call is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureFormat {
    /// HTTP 200 with `{"code":…,"description":"…"}`. Spelled `"current"`.
    ///
    /// Evidence: the newest pages' error tables, and GREEN-API's issues 638 and 750.
    #[default]
    #[serde(rename = "current")]
    Current,
    /// HTTP 400 with the text alone. Spelled `"2022"`.
    ///
    /// Evidence: the descriptions in the Postman collection of 2022; no such reply was captured.
    #[serde(rename = "2022")]
    Text2022,
}

/// A token bucket over all partner calls, filled by the mock's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RateLimit {
    /// How many calls may come at once. Defaults to 20, as the captured header says.
    pub burst: u32,
    /// How many calls a second are given back. Defaults to 10, as the captured header says.
    pub per_second: u32,
    /// `Retry-After` of the refusal. Defaults to none: no document mentions the header.
    pub retry_after: Option<String>,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { burst: 20, per_second: 10, retry_after: None }
    }
}
