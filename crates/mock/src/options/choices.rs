//! Choices of an option, where they are more than a number or a word.

use serde::{Deserialize, Serialize};

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

/// On which side of the nightly charge the second of 00:00 UTC+3 is: whether an instance that is deleted in it, or a
/// clock that stands there, has seen that charge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Midnight {
    /// The second belongs to the day that begins: one that is created in it pays that day once, one that is deleted in
    /// it pays that day too. Spelled `"after"`.
    ///
    /// Evidence: none, invented; `expirationDate` and every other time of the mock read the second so.
    #[default]
    After,
    /// The second belongs to the day that ends: one that is created in it pays both days, one that is deleted in it
    /// pays the old day only. Spelled `"before"`.
    ///
    /// Evidence: none, invented; for clients that must not rely on either.
    Before,
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

/// A stretch of the time before a new instance is ready: so many answers long, or so many milliseconds.
///
/// ```
/// use greenapi_partner_mock::{Options, Stage, WarmUp};
///
/// let slow = Options { warm_up: vec![WarmUp::ms(Stage::Null, 500), WarmUp::answers(Stage::Starting, 2)], ..Options::default() };
/// assert_eq!(slow.warm_up[1].answers, Some(2));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WarmUp {
    /// What the instance answers.
    pub stage: Stage,
    /// How many answers it lasts; or else [`ms`](Self::ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<u32>,
    /// How many milliseconds of the mock's clock it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

impl WarmUp {
    /// A stage that lasts so many answers.
    pub fn answers(stage: Stage, answers: u32) -> Self {
        Self { stage, answers: Some(answers), ms: None }
    }

    /// A stage that lasts so many milliseconds.
    pub fn ms(stage: Stage, ms: u64) -> Self {
        Self { stage, answers: None, ms: Some(ms) }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.answers.is_some() == self.ms.is_some() {
            return Err("a stage of warmUp lasts so many answers or so many ms".to_owned());
        }
        Ok(())
    }
}

/// A customer with a phone, who does by himself what a test does with the controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Customer {
    /// The phone's number, digits. Defaults to 79001234567.
    pub phone: String,
    /// How long a QR code is looked at before it is scanned, in milliseconds of the mock's clock. Defaults to 1000. A code
    /// of getAuthorizationCode is typed into the phone at once. A passkey is confirmed after as long again.
    pub scans_after_ms: u64,
    /// What every message is answered with. Defaults to none: no answer.
    pub replies: Option<String>,
}

impl Default for Customer {
    fn default() -> Self {
        Self { phone: PHONE.to_owned(), scans_after_ms: 1000, replies: None }
    }
}

/// What an instance answers that is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// getStateInstance and getAuthorizationCode are `null`, all else is refused as in [`Starting`](Self::Starting).
    ///
    /// Evidence: documented for the first, captured for the second; the rest is an inference.
    Null,
    /// An empty 401, as for a wrong token.
    ///
    /// Evidence: reported by public code, for tens of seconds after createInstance.
    Unauthorized,
    /// 400 `Instance account is expired. Renew your instance from personal area`.
    ///
    /// Evidence: issues 197 and 249.
    Expired,
    /// The state is `starting`, and all that needs the messenger is refused with 400 `instance in starting process try
    /// later`.
    Starting,
}

/// What the methods of a deleted instance answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeletedInstances {
    /// 400 `Instance is deleted`. Spelled `"refused"`.
    ///
    /// Evidence: the documents' error table.
    #[default]
    Refused,
    /// As if they were `starting`, for good. Spelled `"starting"`.
    ///
    /// Evidence: issue 637, open.
    Starting,
}

/// How the socket says that nobody has scanned in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TimeoutSpelling {
    /// `{"type":"timeout"}`. Spelled `"timeout"`.
    ///
    /// Evidence: the newer documents.
    #[default]
    Timeout,
    /// `{"type":"timeoutExpired","message":"timeoutExpired"}`. Spelled `"timeoutExpired"`.
    ///
    /// Evidence: the documents up to 2023.
    TimeoutExpired,
}

/// What a logout of an instance without a phone answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnlinkedLogout {
    /// `{"isLogout":true}`. Spelled `"done"`.
    ///
    /// Evidence: an inference. The documents send there an instance that is not authorized and has stale data ("Instance
    /// has auth. You need to make log out"), and users one that is stuck in `starting`.
    #[default]
    Done,
    /// `{"isLogout":false}`. Spelled `"false"`.
    ///
    /// Evidence: none; the field is a boolean.
    #[serde(rename = "false")]
    NotDone,
    /// 400 `instance is starting or not authorized`. Spelled `"refused"`.
    ///
    /// Evidence: the error table has it for calls that need a phone.
    Refused,
}

/// What becomes of messages that are sent from an instance without a phone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnlinkedSends {
    /// They are taken, and wait a day for a phone. Spelled `"queued"`.
    ///
    /// Evidence: the documents keep the queue for 24 hours while an instance is not authorized.
    #[default]
    Queued,
    /// They are refused with 400 `instance is starting or not authorized`. Spelled `"refused"`.
    ///
    /// Evidence: the documents' error table.
    Refused,
}

/// Which fields getWaSettings has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaSettingsFormat {
    /// `avatar`, `phone` as text, `stateInstance` and `deviceId`. Spelled `"current"`.
    ///
    /// Evidence: the sample of the page and of the Postman collection.
    #[default]
    #[serde(rename = "current")]
    Current,
    /// Also `base64Avatar`, `chatId`, `historySyncProgress`, `logoutProcess`, and `phone` as number. Spelled `"2026"`.
    ///
    /// Evidence: the types of the JavaScript SDK of July 2026; their values are made up.
    #[serde(rename = "2026")]
    Newest,
}

/// How an answer 466 is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QuotaFormat {
    /// `{"invokeStatus": {"method", "used", "total", "status", "description"}}`. Spelled `"wrapped"`.
    ///
    /// Evidence: the documents' samples.
    #[default]
    Wrapped,
    /// The inner object alone. Spelled `"bare"`. An answer about chats is wrapped all the same.
    ///
    /// Evidence: a reply captured in public code.
    Bare,
}

/// The number of the phone that an instance has, where a test names none.
pub(crate) const PHONE: &str = "79001234567";
