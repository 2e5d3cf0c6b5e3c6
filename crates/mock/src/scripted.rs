//! Answers that a fault brings along.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
};

use crate::{
    answer::{Answer, NO_CAPACITY, NOT_FOUND, SAVE_ERROR, UNAUTHORIZED, failure},
    faults::{Fault, Named},
    headers,
    state::State,
};

/// The answer of a fault that has one.
pub(crate) fn answer(state: &State, fault: &Fault, verb: &Method, path: &str) -> Answer {
    let mut answer = fault.named.map_or_else(|| Answer::new(StatusCode::OK), |name| named(state, name, verb, path));
    if let Some(status) = fault.status.and_then(|status| StatusCode::from_u16(status).ok()) {
        answer.status = status;
    }
    if let Some(body) = &fault.body {
        answer = answer.with_json(body);
    }
    if let Some(text) = &fault.text {
        answer = answer.with_text(text);
    }
    if let Some(bytes) = fault.body_base64.as_ref().and_then(|text| STANDARD.decode(text).ok()) {
        answer.content_type = Some(headers::BYTES);
        answer.body = bytes.into();
    }
    answer
}

/// Puts a fault's headers over those of an answer.
pub(crate) fn overlay(fault: &Fault, headers: &mut HeaderMap) {
    let value = |text: &String| HeaderValue::try_from(text).ok();
    if let Some(after) = fault.retry_after.as_ref().and_then(value) {
        headers.insert(RETRY_AFTER, after);
    }
    if let Some(content_type) = &fault.content_type {
        headers.remove(CONTENT_TYPE);
        headers.extend(value(content_type).filter(|text| !text.is_empty()).map(|text| (CONTENT_TYPE, text)));
    }
    for (name, text) in &fault.headers {
        let Ok(name) = HeaderName::try_from(name) else { continue };
        headers.remove(&name);
        headers.extend(text.as_ref().and_then(value).map(|text| (name, text)));
    }
}

fn named(state: &State, name: Named, verb: &Method, path: &str) -> Answer {
    let ok = Answer::new(StatusCode::OK);
    let refused = |(code, description): (u16, &str)| Answer::new(StatusCode::OK).with_json(&failure(code, description));
    match name {
        Named::RateLimited => Answer::too_many_requests(),
        Named::NoCapacity => refused(NO_CAPACITY),
        Named::SaveError => refused(SAVE_ERROR),
        Named::Unauthorized => refused(UNAUTHORIZED),
        Named::NotFound => refused(NOT_FOUND),
        Named::Garbage => Answer { content_type: Some(headers::JSON), body: Bytes::from_static(b"<<not JSON>>"), ..ok },
        Named::Html502 => Answer {
            content_type: Some(headers::NGINX_HTML),
            body: Bytes::from_static(BAD_GATEWAY),
            ..Answer::new(StatusCode::BAD_GATEWAY)
        },
        Named::Empty => ok,
        Named::Nest404 => Answer::no_such_path(state.clock.now(), verb, path),
        Named::Redirect => {
            let mut answer = Answer::new(StatusCode::TEMPORARY_REDIRECT);
            answer
                .headers
                .extend(HeaderValue::try_from(format!("{}{path}", state.url)).ok().map(|address| (LOCATION, address)));
            answer
        }
    }
}

const BAD_GATEWAY: &[u8] = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.14.0 (Ubuntu)</center>\r\n</body>\r\n</html>\r\n";
