//! The headers around an answer: those captured in 2022, and what comes with a body.

use std::io::Write as _;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, DATE, IF_NONE_MATCH, SERVER, VARY,
    },
};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub(crate) const NGINX_HTML: HeaderValue = HeaderValue::from_static("text/html");
pub(crate) const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The headers that every reply captured from `api.green-api.com` had, apart from those of its body.
pub(crate) fn captured() -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(20);
    headers.insert(SERVER, HeaderValue::from_static("nginx/1.14.0 (Ubuntu)"));
    for vary in ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"] {
        headers.append(VARY, HeaderValue::from_static(vary));
    }
    headers.insert(RATE_REMAINING, HeaderValue::from_static("-1"));
    headers.insert(HeaderName::from_static("x-ratelimit-requested-tokens"), HeaderValue::from_static("1"));
    headers.insert(HeaderName::from_static("x-ratelimit-burst-capacity"), HeaderValue::from_static("20"));
    headers.insert(HeaderName::from_static("x-ratelimit-replenish-rate"), HeaderValue::from_static("10"));
    headers.insert(HeaderName::from_static("x-powered-by"), HeaderValue::from_static("Express"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers
}

pub(crate) const RATE_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");

/// Sets `Date` by the mock's clock.
pub(crate) fn set_date(headers: &mut HeaderMap, now: Timestamp) {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok();
    if let Some(date) = date.and_then(|date| HeaderValue::try_from(date).ok()) {
        headers.insert(DATE, date);
    }
}

/// Whether a client has the version that an entity tag names.
pub(crate) fn client_has(request: &HeaderMap, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}

/// Whether a client accepts gzip.
pub(crate) fn accepts_gzip(request: &HeaderMap) -> bool {
    request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            name.eq_ignore_ascii_case("gzip")
                && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

#[expect(clippy::expect_used, reason = "writing to memory does not fail")]
pub(crate) fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 8), Compression::fast());
    encoder.write_all(body).expect("memory takes all");
    encoder.finish().expect("memory takes all").into()
}
