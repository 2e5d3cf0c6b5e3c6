//! Answers before their headers, and the words of upstream's refusals.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::headers;

/// An answer before its headers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) gzip: Option<Bytes>,
    pub(crate) etag: Option<String>,
}

impl Answer {
    /// A status and nothing else.
    pub(crate) fn new(status: StatusCode) -> Self {
        Self { status, content_type: None, headers: HeaderMap::new(), body: Bytes::new(), gzip: None, etag: None }
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn with_json(self, value: &Value) -> Self {
        Self { content_type: Some(headers::JSON), body: value.to_string().into(), ..self }
    }

    pub(crate) fn with_text(self, text: &str) -> Self {
        Self { content_type: Some(headers::HTML), body: Bytes::copy_from_slice(text.as_bytes()), ..self }
    }

    pub(crate) fn too_many_requests() -> Self {
        let mut answer = Self::new(StatusCode::TOO_MANY_REQUESTS).with_text("Too Many Requests");
        answer.headers.insert(headers::RATE_REMAINING, HeaderValue::from_static("0"));
        answer
    }

    /// What upstream's framework says of a path that it does not know.
    pub(crate) fn no_such_path(now: Timestamp, verb: &Method, path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND).with_json(&json!({
            "statusCode": 404,
            "timestamp": format!("{now:.3}"),
            "path": path,
            "message": format!("Cannot {verb} {path}"),
        }))
    }
}

/// `{code, description}`, the form of upstream's refusals.
pub(crate) fn failure(code: u16, description: &str) -> Value {
    json!({ "code": code, "description": description })
}

/// The object in a body; none where there is no body. A body that is not JSON is refused in the words of upstream's parser.
pub(crate) fn read_body(body: &[u8]) -> Result<Map<String, Value>, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Array(_)) => Ok(Map::new()),
        Ok(_) => Err(unexpected(body, body.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default())),
        Err(error) if error.is_eof() => Err("Unexpected end of JSON input".to_owned()),
        Err(error) => {
            let lines_before: usize =
                body.split_inclusive(|byte| *byte == b'\n').take(error.line() - 1).map(<[u8]>::len).sum();
            Err(unexpected(body, lines_before + error.column().saturating_sub(1)))
        }
    }
}

fn unexpected(body: &[u8], position: usize) -> String {
    let text = String::from_utf8_lossy(&body[position.min(body.len())..]);
    let token = text.chars().next().unwrap_or(' ');
    format!("Unexpected token {token} in JSON at position {position}")
}

pub(crate) const UNAUTHORIZED: (u16, &str) = (401, "Unauthorized");
pub(crate) const NOT_FOUND: (u16, &str) = (404, "Not found");
pub(crate) const NO_CAPACITY: (u16, &str) =
    (100, "Temporarily no free instances. Try after a while, we are already fixing this problem.");
pub(crate) const SAVE_ERROR: (u16, &str) = (200, "Error saving instance. Try creating the instance again.");
