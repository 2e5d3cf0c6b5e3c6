//! The controls over HTTP: everything under `/_mock/`.

mod instances;

use std::{collections::HashMap, time::Duration};

use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use crate::{
    account::AccountInstance,
    control::Control,
    faults::Fault,
    headers, json,
    record::{Outcome, RecordedRequest, Requests},
    reply::Reply,
    route::read_query,
    simulation::Simulation,
};

/// Whether a path belongs to the mock and not to upstream.
pub(crate) fn is_control(path: &str) -> bool {
    path == "/_mock" || path.starts_with("/_mock/")
}

/// Answers a request to the mock itself.
pub(crate) async fn respond(control: &Control, request: Request<Incoming>) -> Response<Reply> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_start_matches("/_mock").trim_matches('/');
    if let Some(file) = path.strip_prefix("files/").and_then(|id_message| control.file(id_message)) {
        return Response::new(Reply::plain(file));
    }
    let query = read_query(parts.uri.query().unwrap_or_default());
    let answer = match read_body(body).await {
        Ok(body) => answer(control, &parts.method, path, &query, body).await,
        Err(refusal) => Err(refusal),
    };
    let (status, body) =
        answer.map_or_else(|(status, text)| (status, json!({ "error": text })), |body| (StatusCode::OK, body));
    let mut response = Response::new(Reply::plain(body.to_string().into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, headers::JSON);
    response
}

type Refusal = (StatusCode, String);

async fn answer(
    control: &Control,
    verb: &Method,
    path: &str,
    query: &HashMap<String, String>,
    body: Value,
) -> Result<Value, Refusal> {
    match (verb.as_str(), path) {
        ("GET", "") => Ok(overview(control)),
        ("POST", "reset") => {
            control.reset();
            Ok(overview(control))
        }
        ("POST", "faults") => {
            let NewFaults { method, faults } = read(body)?;
            let count = faults.len();
            control.add_faults(&method, faults).map_err(bad_request)?;
            Ok(json!({ "added": count }))
        }
        ("DELETE", "faults") => {
            control.clear_faults();
            Ok(json!({}))
        }
        ("POST", "weather") => {
            let NewWeather { method, seed, faults } = read(body)?;
            let shares = faults.into_iter().map(|Chance { share, fault }| (share, fault));
            control.set_weather(&method, seed, shares).map_err(bad_request)?;
            Ok(json!({}))
        }
        ("POST", "release") => Ok(json!({ "released": control.release() })),
        ("GET", "requests") => Ok(requests_json(&control.requests(&requests_meant(query)?))),
        ("DELETE", "requests") => {
            control.clear_requests();
            Ok(json!({}))
        }
        ("GET", "requests/wait") => {
            let (meant, count) = (requests_meant(query)?, number(query, "count")?.unwrap_or(1));
            let found = timeout(LONGEST_WAIT, control.wait_for_requests(&meant, count)).await;
            found
                .map(|found| requests_json(&found))
                .map_err(|_| too_late(&requests_json(&control.requests(&Requests::default()))))
        }
        ("GET", "connections") => Ok(connections(control)),
        ("DELETE", "connections") => {
            control.close_connections();
            Ok(json!({}))
        }
        ("GET", "connections/wait") => {
            let open = number(query, "open")?.unwrap_or(0);
            let waited = timeout(LONGEST_WAIT, control.wait_for_connections(open)).await;
            waited.map(|()| connections(control)).map_err(|_| too_late(&connections(control)))
        }
        ("GET", "instances") => Ok(control.instances().iter().map(AccountInstance::to_json).collect()),
        ("POST", "instances") => add_instances(control, body),
        ("POST", "simulate") => {
            let simulation: Simulation = read(if body.is_null() { json!({}) } else { body })?;
            control.simulate(&simulation).map_err(bad_request)?;
            Ok(json!({ "added": simulation.instances }))
        }
        ("GET", "charges") => Ok(control.charges().to_json()),
        ("GET", "clock") => Ok(now(control)),
        ("POST", "clock") => set_clock(control, body),
        ("GET", "options") => serde_json::to_value(control.options()).map_err(bad_request),
        ("POST", "options") => {
            let options = control.change_options(&object(body)?).map_err(bad_request)?;
            serde_json::to_value(options).map_err(bad_request)
        }
        _ => {
            let answer = match instances::Path::read(path) {
                Some(path) => instances::answer(control, verb, &path, body).await?,
                None => None,
            };
            answer.ok_or_else(|| (StatusCode::NOT_FOUND, format!("the mock has no {verb} /_mock/{path}")))
        }
    }
}

fn overview(control: &Control) -> Value {
    json!({
        "url": control.url(),
        "partnerToken": control.partner_token(),
        "now": control.now().to_string(),
        "instances": control.instance_count(),
        "requests": control.request_count(),
    })
}

fn connections(control: &Control) -> Value {
    json!({ "open": control.open_connections(), "accepted": control.accepted_connections() })
}

fn now(control: &Control) -> Value {
    json!({ "now": control.now().to_string() })
}

fn requests_json(requests: &[RecordedRequest]) -> Value {
    requests.iter().map(RecordedRequest::to_json).collect()
}

/// One instance, several in an array, or with `{"count": N}` that many.
fn add_instances(control: &Control, body: Value) -> Result<Value, Refusal> {
    if let Some(count) = body.get("count") {
        let count = count
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .ok_or_else(|| bad_request("count is a number"))?;
        control.add_instances(count);
        return Ok(json!({ "added": count }));
    }
    match body {
        Value::Array(items) => items.into_iter().map(|item| add_instance(control, item)).collect(),
        item => add_instance(control, item),
    }
}

fn add_instance(control: &Control, item: Value) -> Result<Value, Refusal> {
    let instance = control.add_instance(&object(item)?).map_err(bad_request)?;
    Ok(instance.to_json())
}

fn set_clock(control: &Control, body: Value) -> Result<Value, Refusal> {
    let NewTime { set, advance_seconds } = read(body)?;
    if let Some(text) = set {
        let moment: Timestamp = text.parse().map_err(bad_request)?;
        control.set_clock(moment);
    }
    if let Some(seconds) = advance_seconds {
        control.advance_clock(SignedDuration::from_secs(seconds));
    }
    Ok(now(control))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFaults {
    method: String,
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWeather {
    method: String,
    #[serde(default)]
    seed: u64,
    faults: Vec<Chance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chance {
    share: f64,
    fault: Fault,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTime {
    set: Option<String>,
    advance_seconds: Option<i64>,
}

fn requests_meant(query: &HashMap<String, String>) -> Result<Requests, Refusal> {
    let meant = query.get("method").map_or_else(Requests::default, Requests::of);
    let Some(word) = query.get("outcome") else { return Ok(meant) };
    let outcome = Outcome::from_word(word).ok_or_else(|| bad_request(format!("no outcome is called {word:?}")))?;
    Ok(meant.that_are(outcome))
}

fn number(query: &HashMap<String, String>, name: &str) -> Result<Option<usize>, Refusal> {
    query
        .get(name)
        .map(|text| text.parse().map_err(|_| bad_request(format!("{name} is a number, not {text:?}"))))
        .transpose()
}

async fn read_body(body: Incoming) -> Result<Value, Refusal> {
    let bytes = body.collect().await.map_err(bad_request)?.to_bytes();
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    json::read(&bytes).map_err(bad_request)
}

fn read<T: for<'de> Deserialize<'de>>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(bad_request)
}

fn object(body: Value) -> Result<Map<String, Value>, Refusal> {
    match body {
        Value::Object(fields) => Ok(fields),
        other => Err(bad_request(format!("an object is needed, not {other}"))),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over by map_err")]
fn bad_request(error: impl ToString) -> Refusal {
    (StatusCode::BAD_REQUEST, error.to_string())
}

fn too_late(seen: &Value) -> Refusal {
    (StatusCode::GATEWAY_TIMEOUT, format!("not seen within {} s; what is there: {seen}", LONGEST_WAIT.as_secs()))
}

const LONGEST_WAIT: Duration = Duration::from_secs(30);
