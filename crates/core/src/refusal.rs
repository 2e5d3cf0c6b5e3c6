//! Refusals: what upstream's answers mean when they are not the success.

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Class, Mismatch, Spec, Target},
    error::{Error, ErrorCode},
    json,
    retry::Failure,
    secret::Secret,
    wire::{confirmation, plain_number},
    words,
};

/// What an answer means that is not the success.
pub(crate) struct Refusal {
    pub(crate) error: Error,
    /// Set where the call may be repeated, if its class allows.
    pub(crate) failure: Option<Failure>,
}

/// Reads an answer that lacks the success key; `mismatch` says what is wrong with it as a success.
///
/// The order is: a body `{code, description}` with a known code, then the texts that upstream documents, then the
/// status. For a `once` operation, what is no documented refusal is an unknown outcome.
///
/// An HTTP 404 is about the URL. That there is no such instance, only a code 404 of a partner method says, or the text
/// "Instance is deleted" of an instance.
///
/// A new instance answers for minutes as if its token were wrong or it were unpaid: that is "not ready".
pub(crate) fn refusal(
    spec: &Spec,
    answer: &Answer,
    mismatch: &Mismatch,
    secrets: &[&Secret],
    target: &Target,
) -> Refusal {
    let body = RefusalBody::read(&answer.body, secrets);
    let status = answer.status;
    let refuses = if spec.retry == Class::Once { body.refuses_plainly } else { body.refuses };
    let verdict = mismatch
        .code
        .filter(|_| status != NO_SUCH_URL)
        .map(Verdict::Final)
        .or_else(|| body.code.and_then(|code| by_code(spec, status, code)))
        .or_else(|| spec.is_creation().then(|| of_creation(status, &body)))
        .or_else(|| by_marker(spec, status, body.description.as_deref(), refuses))
        .unwrap_or_else(|| by_status(spec, status, refuses, &body));
    let (code, failure) = match verdict {
        Verdict::Final(code) => (code, None),
        Verdict::Repeat(code, failure) => (code, Some(failure)),
        Verdict::Undocumented if spec.retry == Class::Once => (ErrorCode::OutcomeUnknown, None),
        Verdict::Undocumented if body.has_code || body.refuses => (ErrorCode::Refused, None),
        Verdict::Undocumented => (ErrorCode::Protocol, None),
    };
    let too_early = code == ErrorCode::Expired || (code == ErrorCode::Unauthorized && body.is_empty);
    let code = if target.is_young && too_early { ErrorCode::NotReady } else { code };
    let what = match (code, status) {
        (ErrorCode::Configuration, NO_SUCH_URL) => nothing_at(spec, target),
        _ => what_happened(code, status, mismatch),
    };
    let error = Error::new(code, sentence(&what, status, &body) + &asked_of(status, target))
        .during(spec.operation.clone())
        .with_status(status)
        .with_description(body.description)
        .with_retry_after(answer.retry_after(SystemTime::now()));
    Refusal { error, failure }
}

/// What an answer means that brings no file. Its host is none of upstream's methods, so that the status alone counts: its words are
/// a page, or say nothing. It got no token, and refuses a link that has expired or that it never gave.
pub(crate) fn of_file(answer: &Answer) -> Refusal {
    let status = answer.status;
    let (code, failure, what) = match status {
        429 => (ErrorCode::RateLimited, Some(Failure::Refused), "too many requests"),
        408 | 499 | 500.. => (ErrorCode::Unavailable, Some(Failure::Unanswered), "the host of the file is unavailable"),
        PROXY_AUTHENTICATION => (ErrorCode::Configuration, None, "a proxy on the way asks for credentials"),
        300..=399 => (ErrorCode::Configuration, None, "the host of the file redirects, which is not followed"),
        404 | 410 => (ErrorCode::Refused, None, "there is no file at its link: it is gone, or the link has expired"),
        400..=498 => (ErrorCode::Refused, None, "the host does not give the file: its link may have expired"),
        _ => (ErrorCode::Protocol, None, "an answer that no document describes, in place of a file"),
    };
    let error = Error::new(code, format!("{what} (HTTP {status})"))
        .with_status(status)
        .with_retry_after(answer.retry_after(SystemTime::now()));
    Refusal { error, failure }
}

enum Verdict {
    Final(ErrorCode),
    Repeat(ErrorCode, Failure),
    Undocumented,
}

/// The codes that upstream documents. `200` is an error of createInstance ("Error saving instance"); that there is no such
/// instance is a code of partner methods only.
fn by_code(spec: &Spec, status: u16, code: i64) -> Option<Verdict> {
    let code = match code {
        _ if status == NO_SUCH_URL && spec.retry == Class::Once => return None,
        SAVE_ERROR if spec.retry == Class::Once => return Some(Verdict::Undocumented),
        NO_FREE_INSTANCES if spec.is_creation() => ErrorCode::NoCapacity,
        400 => ErrorCode::InvalidRequest,
        401 | 403 => ErrorCode::Unauthorized,
        404 if spec.is_partners() => ErrorCode::NotFound,
        _ => return None,
    };
    Some(Verdict::Final(code))
}

/// What an answer of createInstance means that has no code. An instance is charged from its first second on, so that only
/// what a document says is believed: the rest may be a gateway's word after upstream has acted.
fn of_creation(status: u16, body: &RefusalBody) -> Verdict {
    let words = body.description.as_deref().unwrap_or_default().to_lowercase();
    let refused = MARKERS.iter().filter(|(_, code)| code.is_some()).map(|(marker, _)| *marker).chain(BAD_REQUESTS);
    match status {
        429 => Verdict::Repeat(ErrorCode::RateLimited, Failure::Refused),
        408 | 499 | 500.. => Verdict::Repeat(ErrorCode::OutcomeUnknown, Failure::Unanswered),
        NO_SUCH_URL if body.cannot => Verdict::Final(ErrorCode::Configuration),
        _ if body.has_code => Verdict::Undocumented,
        400 if words.contains(NO_ROOM) => Verdict::Final(ErrorCode::NoCapacity),
        400 if body.is_frameworks || refused.into_iter().any(|marker| words.contains(marker)) => {
            Verdict::Final(ErrorCode::InvalidRequest)
        }
        401 | 403 if body.is_empty || body.is_upstreams => Verdict::Final(ErrorCode::Unauthorized),
        _ => Verdict::Undocumented,
    }
}

/// The texts that upstream documents. They come with 400 and 403; where repeating is harmless, and beside a `false`, they
/// count with 200 too.
/// Some come with 500.
fn by_marker(spec: &Spec, status: u16, words: Option<&str>, refuses: bool) -> Option<Verdict> {
    let lowest = if spec.retry == Class::Once && !refuses { 400 } else { 200 };
    let words = words?.to_lowercase();
    if status == 500 && TOO_LARGE.iter().any(|marker| words.contains(marker)) {
        return Some(Verdict::Final(ErrorCode::InvalidRequest));
    }
    if !(lowest..500).contains(&status) || status == PROXY_AUTHENTICATION {
        return None;
    }
    if status == NO_SUCH_URL && (spec.is_partners() || !BELIEVED_WITH_404.iter().any(|text| words.contains(text))) {
        return None;
    }
    let (_, code) = MARKERS.iter().find(|(marker, _)| words.contains(marker))?;
    match code {
        Some(code) => Some(Verdict::Final(*code)),
        None => (spec.retry == Class::Once).then_some(Verdict::Undocumented),
    }
}

fn by_status(spec: &Spec, status: u16, refuses: bool, body: &RefusalBody) -> Verdict {
    match status {
        200..=299 if refuses => Verdict::Final(ErrorCode::Refused),
        NO_SUCH_URL if spec.retry != Class::Once || body.cannot => Verdict::Final(ErrorCode::Configuration),
        429 => Verdict::Repeat(ErrorCode::RateLimited, Failure::Refused),
        408 | 499 | 500.. if spec.retry == Class::Once => {
            Verdict::Repeat(ErrorCode::OutcomeUnknown, Failure::Unanswered)
        }
        408 | 499 | 500.. => Verdict::Repeat(ErrorCode::Unavailable, Failure::Unanswered),
        // A gateway's page may come after upstream has acted.
        _ if spec.retry == Class::Once && body.is_page => Verdict::Undocumented,
        400 => Verdict::Final(ErrorCode::InvalidRequest),
        401 | 403 => Verdict::Final(ErrorCode::Unauthorized),
        466 => Verdict::Final(ErrorCode::QuotaExceeded),
        469 => Verdict::Final(ErrorCode::RateLimited),
        301..=303 | 307 | 308 | PROXY_AUTHENTICATION if spec.retry != Class::Once => {
            Verdict::Final(ErrorCode::Configuration)
        }
        _ => Verdict::Undocumented,
    }
}

/// Tested in this order: "expired" and "deleted" stand before "not authorized". `None`: an error, but no refusal, where it matters.
const MARKERS: &[(&str, Option<ErrorCode>)] = &[
    (NO_ROOM, Some(ErrorCode::NoCapacity)),
    ("error saving instance", None),
    ("instance account is expired", Some(ErrorCode::Expired)),
    (DELETED, Some(ErrorCode::NotFound)),
    ("account is suspended", Some(ErrorCode::Suspended)),
    ("instance has auth", Some(ErrorCode::AlreadyAuthorized)),
    ("already authorized", Some(ErrorCode::AlreadyAuthorized)),
    ("in starting process", Some(ErrorCode::NotReady)),
    ("not authorized", Some(ErrorCode::NotAuthorized)),
    ("info limit reached", Some(ErrorCode::RateLimited)),
    (NO_ACCOUNT, Some(ErrorCode::Refused)),
];

/// createInstance, without its code.
const NO_ROOM: &str = "no free instances";
/// The other texts that upstream documents for a 400.
const BAD_REQUESTS: [&str; 7] = [
    "bad request",
    "validation failed",
    "unexpected token",
    "custom webhook url",
    "must be a number",
    "not define",
    "not an integer",
];

const DELETED: &str = "instance is deleted";
/// addContact and editContact.
const NO_ACCOUNT: &str = "is not on whatsapp";
/// The texts of an instance that are believed under an HTTP 404 too.
const BELIEVED_WITH_404: [&str; 2] = [DELETED, NO_ACCOUNT];

/// sendFileByUrl has fetched the file, and sends nothing; a body of over 100 KB is not even read.
const TOO_LARGE: [&str; 2] = ["exceeded max upload size", "request entity too large"];

/// It comes from no proxy of ours, whose refusals are failures to connect, but from one behind a gateway.
const PROXY_AUTHENTICATION: u16 = 407;
/// It is about the URL: the method's name, the verb, the host, or a gateway's own page.
const NO_SUCH_URL: u16 = 404;
const NO_FREE_INSTANCES: i64 = 100;
const SAVE_ERROR: i64 = 200;

/// Which host was asked, where that may be the reason.
fn asked_of(status: u16, target: &Target) -> String {
    match (status, target.id_instance) {
        (401 | 403, Some(_)) => format!("; asked of {}", target.base.as_str()),
        _ => String::new(),
    }
}

/// Which URL is none, as a template.
fn nothing_at(spec: &Spec, target: &Target) -> String {
    let or = if spec.is_partners() { "" } else { ", or this messenger has no such method" };
    format!(
        "there is nothing at this URL: {}{} ({}), check the method's name and the URL{or}",
        target.base.as_str(),
        spec.path,
        spec.method
    )
}

/// One sentence: what happened, and upstream's words for it.
fn sentence(what: &str, status: u16, body: &RefusalBody) -> String {
    match &body.description {
        Some(words) => format!("{what} (HTTP {status}: {words})"),
        None => format!("{what} (HTTP {status})"),
    }
}

fn what_happened(code: ErrorCode, status: u16, mismatch: &Mismatch) -> String {
    let why = &mismatch.why;
    match code {
        ErrorCode::InvalidRequest => "upstream refuses the arguments".into(),
        ErrorCode::Configuration if status == PROXY_AUTHENTICATION => "a proxy on the way asks for credentials".into(),
        ErrorCode::Configuration => "upstream redirects, so the URL is not the right one".into(),
        ErrorCode::NotFound => "there is no such instance, or it is already deleted".into(),
        ErrorCode::RateLimited => "too many requests".into(),
        ErrorCode::Refused if mismatch.code.is_some() => format!("upstream said no: {why}"),
        ErrorCode::Refused => "upstream said no".into(),
        ErrorCode::Unavailable => "upstream is unavailable".into(),
        ErrorCode::Protocol => format!("an answer that no document describes: {why}"),
        ErrorCode::OutcomeUnknown if status == PROXY_AUTHENTICATION => {
            format!("a proxy on the way asks for credentials; it may have taken effect: {}", code.advice())
        }
        ErrorCode::OutcomeUnknown => {
            format!("no usable answer: {why}; it may have taken effect: {}", code.advice())
        }
        _ => code.when().to_owned(),
    }
}

/// What can be read of a body that is not the success.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "what is true of a body, each by itself")]
struct RefusalBody {
    code: Option<i64>,
    description: Option<String>,
    /// A `false` where upstream says no so.
    refuses: bool,
    /// The same under `status`, which any method may answer; another `false` is of the method that has it as its key.
    refuses_plainly: bool,
    /// A code with a description, whatever the code.
    has_code: bool,
    /// JSON in one of the shapes that upstream's errors have.
    is_upstreams: bool,
    /// The shape that its framework gives to them.
    is_frameworks: bool,
    /// A page of a browser's, which is never upstream's answer but where it says "Cannot POST".
    is_page: bool,
    /// Upstream's own "Cannot POST /partner/…": it has no such method, and nothing was done.
    cannot: bool,
    is_empty: bool,
}

impl RefusalBody {
    fn read(bytes: &[u8], secrets: &[&Secret]) -> Self {
        let presentable = |text: &str| words::presentable(text, secrets);
        let json = json::read(bytes);
        if let Some(Value::Object(mut object)) = json {
            hide_picture(&mut object);
            let inside = |key: &&str| words_of(object.get("data")?.get(*key)?);
            let description = quota(&object)
                .or_else(|| DESCRIPTION_KEYS.iter().find_map(|key| words_of(object.get(*key)?)))
                .or_else(|| DESCRIPTION_KEYS.iter().find_map(inside));
            let code = object.get("code").filter(|_| object.contains_key("description"));
            return Self {
                code: code.and_then(|code| plain_number(&code.to_string()).parse().ok()),
                description: description.and_then(|text| presentable(&text)),
                refuses: refuses(&object),
                refuses_plainly: is_false(&object, "status") || is_error(&object),
                has_code: code.is_some(),
                is_upstreams: ["description", "reason", "message"]
                    .iter()
                    .any(|key| object.get(*key).and_then(words_of).is_some()),
                is_frameworks: object.contains_key("statusCode") && object.contains_key("message"),
                is_page: false,
                cannot: object.get("message").and_then(Value::as_str).is_some_and(says_cannot),
                is_empty: false,
            };
        }
        let text = match json {
            Some(Value::String(text)) => text,
            Some(_) => return Self::default(),
            None => json::decoded(bytes).into_owned(),
        };
        // The beginning of a list or a text of JSON that is cut: it may hold the half of a token.
        let begun = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        let description = if begun.starts_with(['[', '"']) { None } else { presentable(&text) };
        let cannot = begun.split_once("<pre>").map_or(begun, |(_, inside)| inside);
        Self {
            description,
            is_page: begun.starts_with('<'),
            cannot: says_cannot(cannot),
            is_empty: text.trim().is_empty(),
            ..Self::default()
        }
    }
}

/// Whether this is how upstream's framework says that there is no such method, in its JSON or on its page.
fn says_cannot(words: &str) -> bool {
    let asked = words.trim_start().strip_prefix("Cannot ");
    asked.is_some_and(|asked| ["GET /", "POST /", "DELETE /"].iter().any(|verb| asked.starts_with(verb)))
}

/// The `message` of a `qrCode` is a picture that links whoever scans it, and no sentence.
fn hide_picture(object: &mut Map<String, Value>) {
    let kind = object.get("type").and_then(Value::as_str);
    if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("qrCode")) {
        object.shift_remove("message");
    }
    if let Some(Value::Object(inside)) = object.get_mut("data") {
        hide_picture(inside);
    }
}

/// A `false` where upstream says no so, or a frame of that type.
fn refuses(object: &Map<String, Value>) -> bool {
    NO_KEYS.iter().any(|key| is_false(object, key)) || is_error(object)
}

/// A 0 says no where the key is a method's own; under `status` it may be anything.
fn is_false(object: &Map<String, Value>, key: &str) -> bool {
    match object.get(key) {
        Some(Value::Bool(flag)) => !flag,
        Some(value) if !["status", "result"].contains(&key) => confirmation(value) == Some(false),
        _ => false,
    }
}

fn is_error(object: &Map<String, Value>) -> bool {
    object.get("type").is_some_and(|kind| kind == "error")
}

/// Whether an object is the "no" of the method that it answers, under that method's own key.
pub(crate) fn says_its_own_no(object: &Map<String, Value>) -> bool {
    NO_KEYS.iter().any(|key| *key != "status" && is_false(object, key))
}

/// Whether an object is upstream's "no", of whichever method: a `false`, or a code with its description.
pub(crate) fn says_no(object: &Map<String, Value>) -> bool {
    refuses(object) || (object.contains_key("code") && object.contains_key("description"))
}

/// The figures and words of a quota that is used up, be it wrapped or bare.
fn quota(object: &Map<String, Value>) -> Option<String> {
    let wrapped = ["correspondentsStatus", "invokeStatus"].iter().filter_map(|key| object.get(*key)?.as_object());
    let used_up = |quota: &&Map<String, Value>| {
        quota.get("status").and_then(Value::as_str).is_some_and(|status| status.ends_with("EXCEEDED"))
    };
    let quota = wrapped.clone().find(used_up).or_else(|| wrapped.clone().next()).unwrap_or(object);
    let figure = |key| match quota.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let (used, total, method) = (figure("used")?, figure("total")?, figure("method")?);
    let words = quota.get("description").or_else(|| quota.get("status")).and_then(words_of).unwrap_or_default();
    Some(format!("{method}: {used} of {total} used. {words}").trim().to_owned())
}

const DESCRIPTION_KEYS: [&str; 5] = ["description", "reason", "message", "error", "title"];
/// Where a `false` is upstream's "no".
const NO_KEYS: [&str; 8] = [
    "deleteInstanceAccount",
    "status",
    "isLogout",
    "isReboot",
    "isCleared",
    "saveSettings",
    "setProfilePicture",
    "result",
];

/// A text, or the texts of a list.
fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, header};

    use super::*;
    use crate::{
        api::{Create, Delete, GetInstances},
        config::BaseUrl,
        instance::OPERATIONS,
    };

    const HTML: &str = "<html><head><title>502 Bad Gateway</title></head></html>";
    const FULL: &str = r#"{"code":100,"description":"Temporarily no free instances. Try after a while"}"#;
    const SAVE: &str = r#"{"code":200,"description":"Error saving instance. Try creating the instance again."}"#;
    const NO_SUCH: &str = r#"{"code":404,"description":"Not found"}"#;
    const NEST: &str = r#"{"statusCode":400,"message":["name must be shorter"],"error":"Bad Request"}"#;
    const EXPRESS: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<body>\n<pre>Cannot POST /x</pre>\n</body>\n</html>";
    const UNKNOWN_CODE: &str = r#"{"code":777,"description":"Who knows"}"#;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: Bytes::from(body.to_owned()) }
    }

    #[test]
    fn a_host_of_files_is_read_by_its_status_alone() {
        let table = [
            (201, "protocol", None),
            (206, "protocol", None),
            (302, "configuration", None),
            (403, "refused", None),
            (404, "refused", None),
            (407, "configuration", None),
            (408, "unavailable", Some(Failure::Unanswered)),
            (410, "refused", None),
            (429, "rate_limited", Some(Failure::Refused)),
            (503, "unavailable", Some(Failure::Unanswered)),
        ];
        for (status, code, failure) in table {
            let refusal = of_file(&answer(status, r#"{"code":401,"description":"Unauthorized"}"#));
            let got = (refusal.error.code().as_str(), refusal.failure, refusal.error.description());
            assert_eq!(got, (code, failure, None), "{status}");
        }
    }

    fn codes(status: u16, body: &str) -> [&'static str; 3] {
        [Create::SPEC, GetInstances::SPEC, Delete::SPEC]
            .map(|spec| refused(spec, &answer(status, body), &[]).error.code().as_str())
    }

    fn refused(spec: &Spec, answer: &Answer, secrets: &[&Secret]) -> Refusal {
        let base = BaseUrl::parse("https://api.example", "it").unwrap();
        let target = Target {
            base,
            token: Secret::new("gac.1"),
            id_instance: None,
            messenger: crate::hosts::WHATSAPP,
            is_young: false,
        };
        refusal(spec, answer, &"it is odd".into(), secrets, &target)
    }

    /// Status, body, and the codes for createInstance, getInstances and deleteInstanceAccount.
    #[test]
    fn an_answer_means_what_the_table_says() {
        let all = |code| [code; 3];
        let create = |of_creation, others| [of_creation, others, others];
        let odd = ["outcome_unknown", "protocol", "protocol"];
        let table = [
            (200, r#"{"code":401,"description":"Unauthorized"}"#, all("unauthorized")),
            (200, r#"{"code":"401","description":"Unauthorized"}"#, all("unauthorized")),
            (200, r#"{"code":404.0,"description":"Not found"}"#, all("not_found")),
            (200, r#"{"code":"404.0","description":"Not found"}"#, all("not_found")),
            (200, r#"{"code":404.5,"description":"Not found"}"#, ["outcome_unknown", "refused", "refused"]),
            (200, r#"{"code":403,"description":"Forbidden"}"#, all("unauthorized")),
            (200, r#"{"code":404,"description":"Not found"}"#, all("not_found")),
            (500, r#"{"code":404,"description":"Not found"}"#, all("not_found")),
            (200, r#"{"code":400,"description":"bad request data"}"#, all("invalid_request")),
            (200, FULL, all("no_capacity")),
            (400, FULL, all("no_capacity")),
            (200, SAVE, ["outcome_unknown", "refused", "refused"]),
            (400, SAVE, ["outcome_unknown", "invalid_request", "invalid_request"]),
            (404, NO_SUCH, ["outcome_unknown", "not_found", "not_found"]),
            (
                400,
                "Error saving instance. Try creating the instance again.",
                ["outcome_unknown", "invalid_request", "invalid_request"],
            ),
            (200, UNKNOWN_CODE, ["outcome_unknown", "refused", "refused"]),
            (400, UNKNOWN_CODE, create("outcome_unknown", "invalid_request")),
            (
                400,
                "Instance account is expired. Renew your instance from personal area",
                create("invalid_request", "expired"),
            ),
            (400, "Instance is deleted", create("invalid_request", "not_found")),
            (400, "instance in starting process try later", create("invalid_request", "not_ready")),
            (400, "instance is starting or not authorized", create("invalid_request", "not_authorized")),
            (403, "Your account is suspended", create("outcome_unknown", "suspended")),
            (400, "Instance has auth. You need to make log out", create("invalid_request", "already_authorized")),
            (200, "Instance is deleted", ["outcome_unknown", "not_found", "not_found"]),
            (400, "bad request data", all("invalid_request")),
            (400, NEST, all("invalid_request")),
            (400, "Validation failed. Details: 'name' is required", all("invalid_request")),
            (400, "", create("outcome_unknown", "invalid_request")),
            (400, "the backend hung up", create("outcome_unknown", "invalid_request")),
            (400, HTML, create("outcome_unknown", "invalid_request")),
            (401, HTML, create("outcome_unknown", "unauthorized")),
            (403, HTML, create("outcome_unknown", "unauthorized")),
            (401, r#"{"statusCode":401,"message":"Unauthorized"}"#, all("unauthorized")),
            (403, r#"{"message":"Forbidden"}"#, all("unauthorized")),
            (403, r#"{"error":"blocked"}"#, create("outcome_unknown", "unauthorized")),
            (403, UNKNOWN_CODE, create("outcome_unknown", "unauthorized")),
            (401, "", all("unauthorized")),
            (403, "", all("unauthorized")),
            (404, "", create("outcome_unknown", "configuration")),
            (404, HTML, create("outcome_unknown", "configuration")),
            (404, "null", create("outcome_unknown", "configuration")),
            (404, "Not Found", create("outcome_unknown", "configuration")),
            (404, "Instance is deleted", create("outcome_unknown", "configuration")),
            (404, EXPRESS, all("configuration")),
            (404, "Cannot POST /x", all("configuration")),
            (404, "Cannot POST it", create("outcome_unknown", "configuration")),
            (404, r#"{"statusCode":404,"message":"Cannot GET /x"}"#, all("configuration")),
            (429, "", all("rate_limited")),
            (429, HTML, all("rate_limited")),
            (466, r#"{"invokeStatus":{"status":"QUOTE_EXCEEDED"}}"#, create("outcome_unknown", "quota_exceeded")),
            (469, "User get contact info limit reached", create("outcome_unknown", "rate_limited")),
            (200, r#"{"status":false,"reason":"no"}"#, create("outcome_unknown", "refused")),
            (200, r#"{"status":false,"reason":"info limit reached"}"#, create("outcome_unknown", "rate_limited")),
            (200, r#"{"saveSettings":false}"#, create("outcome_unknown", "refused")),
            (500, "File from url exceeded max upload size. Limit: 100mb", create("outcome_unknown", "invalid_request")),
            (500, "request entity too large", create("outcome_unknown", "invalid_request")),
            (200, r#"{"deleteInstanceAccount":false}"#, create("outcome_unknown", "refused")),
            (502, HTML, ["outcome_unknown", "unavailable", "unavailable"]),
            (503, "Instance is deleted", ["outcome_unknown", "unavailable", "unavailable"]),
            (499, "", ["outcome_unknown", "unavailable", "unavailable"]),
            (302, "", ["outcome_unknown", "configuration", "configuration"]),
            (407, "", ["outcome_unknown", "configuration", "configuration"]),
            (407, "not authorized", ["outcome_unknown", "configuration", "configuration"]),
            (304, "", odd),
            (204, "", odd),
            (200, "", odd),
            (200, "null", odd),
            (200, "{}", odd),
            (200, "true", odd),
            (200, HTML, odd),
            (200, r#"{"message":"hello"}"#, odd),
            (418, "", odd),
        ];
        for (status, body, expected) in table {
            assert_eq!(codes(status, body), expected, "{status} {body}");
        }
    }

    /// Status, body, and the code for sendMessage, which is sent once, and for getStateInstance.
    #[test]
    fn an_answer_of_an_instance_means_what_the_table_says() {
        let table = [
            (200, NO_SUCH, ["outcome_unknown", "refused"]),
            (404, NO_SUCH, ["outcome_unknown", "configuration"]),
            (404, "", ["outcome_unknown", "configuration"]),
            (404, HTML, ["outcome_unknown", "configuration"]),
            (404, EXPRESS, ["configuration"; 2]),
            (404, r#"{"statusCode":404,"message":"Cannot GET /x"}"#, ["configuration"; 2]),
            (404, "instance is not authorized", ["outcome_unknown", "configuration"]),
            (404, "Instance is deleted", ["not_found"; 2]),
            (400, "Instance is deleted", ["not_found"; 2]),
            (400, "Validation failed", ["invalid_request"; 2]),
            (400, "", ["invalid_request"; 2]),
            (400, HTML, ["outcome_unknown", "invalid_request"]),
            (401, HTML, ["outcome_unknown", "unauthorized"]),
            (403, HTML, ["outcome_unknown", "unauthorized"]),
            (403, "Forbidden", ["unauthorized"; 2]),
            (401, "", ["unauthorized"; 2]),
            (403, "Your account is suspended", ["suspended"; 2]),
            (466, r#"{"invokeStatus":{"status":"QUOTE_EXCEEDED"}}"#, ["quota_exceeded"; 2]),
            (466, HTML, ["outcome_unknown", "quota_exceeded"]),
            (469, "User get contact info limit reached", ["rate_limited"; 2]),
            (200, r#"{"status":false,"reason":"no"}"#, ["refused"; 2]),
            (200, r#"{"saveSettings":false}"#, ["outcome_unknown", "refused"]),
            (500, "File from url exceeded max upload size. Limit: 100mb", ["invalid_request"; 2]),
        ];
        for (status, body, expected) in table {
            let specs = ["sendMessage", "getStateInstance"].map(spec_of);
            let codes = specs.map(|spec| refused(spec, &answer(status, body), &[]).error.code().as_str());
            assert_eq!(codes, expected, "{status} {body}");
        }
    }

    #[test]
    fn a_404_says_which_url_is_none_and_what_else_it_may_be() {
        let said = |spec| refused(spec, &answer(404, EXPRESS), &[]).error.message().to_owned();
        let url = "there is nothing at this URL: https://api.example/partner/createInstance/{partnerToken} (POST)";
        assert_eq!(said(Create::SPEC), format!("{url}, check the method's name and the URL (HTTP 404)"));
        assert!(said(spec_of("getWaSettings")).contains("URL, or this messenger has no such method (HTTP 404)"));
    }

    #[test]
    fn only_429_and_the_statuses_of_an_outage_may_be_repeated() {
        let failure = |status| refused(GetInstances::SPEC, &answer(status, ""), &[]).failure;
        assert_eq!(failure(429), Some(Failure::Refused));
        assert!([500, 502, 503, 504, 408, 499].map(failure).iter().all(|f| *f == Some(Failure::Unanswered)));
        assert!([200, 204, 302, 400, 401, 403, 404, 407, 418, 466, 469].map(failure).iter().all(Option::is_none));
    }

    #[test]
    fn a_proxy_behind_a_gateway_is_told_from_upstream() {
        let said = |spec| refused(spec, &answer(407, ""), &[]).error.message().to_owned();
        assert_eq!(said(GetInstances::SPEC), "a proxy on the way asks for credentials (HTTP 407)");
        assert!(said(Create::SPEC).starts_with("a proxy on the way asks for credentials; it may have taken effect"));
    }

    #[test]
    fn upstreams_words_are_kept_without_tokens_on_one_line_and_short() {
        let secret = Secret::new("opensesame");
        let words = |body: &str| {
            refused(GetInstances::SPEC, &answer(400, body), &[&secret]).error.description().map(ToOwned::to_owned)
        };
        assert_eq!(words(r#"{"reason":"not\n now"}"#).as_deref(), Some("not now"));
        assert_eq!(words(r#"{"message":["a","b"]}"#).as_deref(), Some("a; b"));
        assert_eq!(
            words(r#"{"correspondentsStatus":{"method":"correspondents","used":3,"total":3,"description":"Gone"}}"#)
                .as_deref(),
            Some("correspondents: 3 of 3 used. Gone")
        );
        assert_eq!(
            words(
                r#"{"invokeStatus":{"method":"sendmessage","used":"9","total":"9","status":"QUOTE_EXCEEDED"},
                "correspondentsStatus":{"method":"correspondents","used":1,"total":3,"status":"QUOTE_ALLOWED"}}"#
            )
            .as_deref(),
            Some("sendmessage: 9 of 9 used. QUOTE_EXCEEDED")
        );
        assert_eq!(
            words("Cannot GET /partner/x/opensesame, gac.123").as_deref(),
            Some("Cannot GET /partner/x/***, ***")
        );
        assert_eq!(words(&format!("{}opensesame", "x".repeat(295))), Some(format!("{}***", "x".repeat(295))));
        assert_eq!(words(&"x".repeat(1000)).map(|text| text.len()), Some(300));
        assert_eq!(words(HTML), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 10:00:00 GMT").unwrap();
        let wait = |value: &str| {
            let mut answer = answer(429, "");
            answer.headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            answer.retry_after(now).map(|wait| wait.as_secs_f64())
        };
        let table = [
            ("7", Some(7.0)),
            ("0.5", Some(0.5)),
            ("-3", Some(0.0)),
            ("Sun, 22 Nov 2026 10:00:30 GMT", Some(30.0)),
            ("Sun, 22 Nov 2026 09:00:00 GMT", Some(0.0)),
            ("soon", None),
            // Longer than anybody waits, and no answer of "none".
            ("99999999999999999999", Some(31_536_000.0)),
            ("1e99", Some(31_536_000.0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(31_536_000.0)),
        ];
        for (value, expected) in table {
            assert_eq!(wait(value), expected, "{value}");
        }
    }

    /// The facts of a method of an instance.
    fn spec_of(method: &str) -> &'static Spec {
        OPERATIONS.iter().map(|known| known.spec()).find(|spec| spec.operation == method).unwrap()
    }
}
