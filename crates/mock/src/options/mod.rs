//! Options of a mock: one for everything that GREEN-API's documents leave open or say in two ways.

mod choices;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::choices::PHONE;
pub use self::choices::{
    Customer, DeletedInstances, Expiration, FailureFormat, KeyOrder, ListFormat, Midnight, QuotaFormat, RateLimit,
    Stage, TimeoutSpelling, UnlinkedLogout, UnlinkedSends, WaSettingsFormat, WarmUp,
};

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

    /// At how many characters a `name` is cut when it is stored, without a word. Defaults to never.
    ///
    /// Evidence: none, it is invented: whether upstream cuts names is not documented.
    pub cuts_names_at: Option<usize>,

    /// Whether white space around a `name` is taken away when it is stored, and white space within it joined to one. Defaults
    /// to false.
    ///
    /// Evidence: none, it is invented: whether upstream trims names is not documented.
    pub trims_names: bool,

    /// How many milliseconds of the mock's clock a list is behind what createInstance and deleteInstanceAccount have done.
    /// Defaults to 0: a list shows it at once.
    ///
    /// Evidence: none, it is invented: whether getInstances can lag is not documented.
    pub list_lag_ms: u64,

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

    /// On which side of the nightly charge the second of 00:00 UTC+3 is.
    pub midnight: Midnight,

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

    /// What a new instance goes through before it is ready to be linked. Defaults to one answer `null`.
    ///
    /// Only instances made by createInstance do, not those that a test puts in.
    ///
    /// Evidence: the documents say that a new instance takes up to 5 minutes, and that getStateInstance is `null`
    /// meanwhile; issues 197 and 249 tell of "expired", public code of an empty 401.
    pub warm_up: Vec<WarmUp>,

    /// How many answers tell `starting` after a reboot, one by setSettings too. Defaults to 1.
    ///
    /// Evidence: the documents give up to 5 minutes. Notifications and the queues answer all the while.
    pub reboot_answers: u32,

    /// How many milliseconds of the mock's clock a reboot takes, instead of a number of answers. Defaults to none.
    pub reboot_ms: Option<u64>,

    /// The settings that createInstance and setSettings confirm and that are not in force until the instance is rebooted and
    /// they are set again; an empty body does, too. Defaults to none.
    ///
    /// Evidence: issues 860, 1096 and 1098, and what support advises there.
    pub lost_settings: Vec<String>,

    /// The settings that are confirmed and never in force. Defaults to none.
    ///
    /// Evidence: the same issues; that a cure may fail is an inference.
    pub ignored_settings: Vec<String>,

    /// The HTTP status for an id that the account does not have. Defaults to 403. Without a body.
    ///
    /// Evidence: the error table's 403 "wrong idInstance or request URL"; made-up credentials got an empty 401 from a
    /// MAX host. A wrong token is an empty 401 always.
    pub unknown_instance_status: u16,

    /// What the methods of a deleted instance answer.
    pub deleted_instances: DeletedInstances,

    /// How long a QR code stays the same, in milliseconds of the mock's clock. Defaults to 20 000, as documented.
    pub qr_refresh_ms: u64,

    /// Whether there is a socket for QR codes; without one, its address is a 404. Defaults to true.
    pub socket: bool,

    /// How many frames a socket sends before it falls silent, and stays open. Defaults to none: it sends all.
    ///
    /// Evidence: none; a connection that has died on the way, or that a proxy holds, looks so.
    pub socket_frames: Option<usize>,

    /// After how many milliseconds of the mock's clock the socket gives up. Defaults to 100 000, as documented.
    pub scan_window_ms: u64,

    /// How the socket says that it gives up.
    pub timeout_spelling: TimeoutSpelling,

    /// Whether the socket's `accountData` has `wid`, `pushname` and `webhookUrl`. Defaults to true.
    ///
    /// Evidence: older documents show the fields, the newest only the type.
    pub account_data_fields: bool,

    /// The password that a Telegram or MAX account asks for after a scan or a code. Defaults to none.
    ///
    /// Instances keep the one that was set when they were made.
    pub password: Option<String>,

    /// Whether a WhatsApp account asks for a passkey after a scan: `qr` and the socket say `passkeyRequired` then, until the
    /// customer confirms it. Defaults to false.
    ///
    /// Instances keep what was set when they were made.
    pub passkey: bool,

    /// How long a code is good that links a phone number, in milliseconds of the mock's clock. Defaults to none: 150 000
    /// for WhatsApp and 300 000 for Telegram and MAX, as documented.
    pub phone_code_ms: Option<u64>,

    /// After how many wrong passwords sendAuthorizationPassword says `rate_limit_exceeded`. Defaults to 5.
    ///
    /// Evidence: the reason is documented, the number is not.
    pub password_attempts: u32,

    /// What a logout of an instance without a phone answers.
    pub unlinked_logout: UnlinkedLogout,

    /// Which fields getWaSettings has.
    pub wa_settings_format: WaSettingsFormat,

    /// Whether instances' methods answer 429 above the documented rates. Defaults to true.
    ///
    /// Evidence: the documents' table, per instance and method. Its seconds are those of the mock's clock.
    pub instance_rate_limits: bool,

    /// What becomes of messages that are sent from an instance without a phone.
    pub unlinked_sends: UnlinkedSends,

    /// How an answer 466 is written.
    pub quota_format: QuotaFormat,

    /// The HTTP status for a checkAccount above its quota: 469, the default, with a text, or 200 with a
    /// `{"status": false, "reason": …}`.
    ///
    /// Evidence: both were seen in public code, for Telegram and MAX.
    pub contact_limit_status: u16,

    /// Phone numbers without an account of the messenger: checkWhatsapp and checkAccount say so, and messages to them get
    /// the status `noAccount`. Defaults to none.
    pub phones_without_account: Vec<u64>,

    /// A customer with a phone: scans each QR code that is shown, types in each code, and answers each message, if told
    /// how. Defaults to none: a test does so with the controls. For demos and examples, which run to their end then.
    pub customer: Option<Customer>,

    /// How long receiveNotification waits, in milliseconds, instead of what it is asked for. Defaults to none.
    pub receive_timeout_ms: Option<u64>,

    /// How long a notification that was not acknowledged waits to be sent again, in milliseconds of the mock's clock.
    /// Defaults to 60 000, as documented.
    pub webhook_pause_ms: u64,

    /// How long the answer to a webhook is waited for, in milliseconds. Defaults to 180 000, as documented.
    pub webhook_timeout_ms: u64,

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
        for (name, status) in [
            ("unauthorizedStatus", self.unauthorized_status),
            ("unknownInstanceStatus", self.unknown_instance_status),
            ("contactLimitStatus", self.contact_limit_status),
        ] {
            if !(200..=999).contains(&status) {
                return Err(format!("{name} is an HTTP status, not {status}"));
            }
        }
        if self.qr_refresh_ms == 0 {
            return Err("qrRefreshMs is at least 1".to_owned());
        }
        self.warm_up.iter().try_for_each(WarmUp::check)
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
            cuts_names_at: None,
            trims_names: false,
            list_lag_ms: 0,
            capacity: None,
            hosts_in_reply: false,
            expiration: Expiration::default(),
            midnight: Midnight::default(),
            failure_format: FailureFormat::default(),
            unauthorized_status: 200,
            rate_limit: None,
            captured_headers: true,
            etag: true,
            gzip: false,
            warm_up: vec![WarmUp::answers(Stage::Null, 1)],
            reboot_answers: 1,
            reboot_ms: None,
            lost_settings: Vec::new(),
            ignored_settings: Vec::new(),
            unknown_instance_status: 403,
            deleted_instances: DeletedInstances::default(),
            qr_refresh_ms: 20_000,
            socket: true,
            socket_frames: None,
            scan_window_ms: 100_000,
            timeout_spelling: TimeoutSpelling::default(),
            account_data_fields: true,
            password: None,
            passkey: false,
            phone_code_ms: None,
            password_attempts: 5,
            unlinked_logout: UnlinkedLogout::default(),
            wa_settings_format: WaSettingsFormat::default(),
            instance_rate_limits: true,
            unlinked_sends: UnlinkedSends::default(),
            quota_format: QuotaFormat::default(),
            contact_limit_status: 469,
            phones_without_account: Vec::new(),
            customer: None,
            receive_timeout_ms: None,
            webhook_pause_ms: 60_000,
            webhook_timeout_ms: 180_000,
            path_prefix: String::new(),
            keep_requests: 10_000,
        }
    }
}
