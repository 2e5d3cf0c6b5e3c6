//! What GREEN-API would say; `docs/green-api.md` has the shapes.

use std::cell::Cell;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;

use crate::listing::Listings;

/// The answers, and the ids that were given away.
#[derive(Default)]
pub(crate) struct Answers {
    created: Cell<u64>,
    listings: Listings,
}

/// What a path asks for.
struct Asked<'a> {
    instances: usize,
    manner: &'a str,
    method: &'a str,
}

impl Answers {
    pub(crate) fn answer(&self, verb: &Method, path: &str) -> Response<Full<Bytes>> {
        let Some(asked) = read(path) else { return response(StatusCode::NOT_FOUND, Bytes::new()) };
        let body = match (verb, asked.method) {
            (&Method::POST, "createInstance") => self.created(),
            (&Method::POST, "deleteInstanceAccount") => Bytes::from_static(br#"{"deleteInstanceAccount":true}"#),
            (&Method::GET, "getInstances") => self.listings.list(asked.instances, asked.manner == "turning"),
            (&Method::GET, "getStateInstance") => Bytes::from_static(br#"{"stateInstance":"authorized"}"#),
            (&Method::GET, "getWaSettings") => Bytes::from_static(
                br#"{"avatar":"","phone":"79876543210","stateInstance":"authorized","deviceId":"79876543210:1@s.whatsapp.net"}"#,
            ),
            _ => return response(StatusCode::NOT_FOUND, Bytes::new()),
        };
        let mut response = response(StatusCode::OK, body);
        if asked.manner == "close" {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    fn created(&self) -> Bytes {
        let number = self.created.get() + 1;
        self.created.set(number);
        // Beyond every id that is listed.
        let id = 7_109_000_000 + number;
        Bytes::from(format!(r#"{{"idInstance":{id},"apiTokenInstance":"{id:050x}","typeInstance":"whatsapp"}}"#))
    }
}

/// Reads `/{instances}[/{manner}]/partner/{method}/{token}` and `/{instances}[/{manner}]/waInstance{id}/{method}/{token}`.
fn read(path: &str) -> Option<Asked<'_>> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let instances = segments.next()?.parse().ok()?;
    let mut next = segments.next()?;
    let mut manner = "";
    if !next.starts_with("partner") && !next.starts_with("waInstance") {
        (manner, next) = (next, segments.next()?);
    }
    (next == "partner" || next.starts_with("waInstance")).then_some(())?;
    Some(Asked { instances, manner, method: segments.next()? })
}

fn response(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_path_says_of_which_account_and_in_which_manner_it_asks() {
        let read = |path| read(path).map(|asked| (asked.instances, asked.manner, asked.method));
        assert_eq!(read("/100/partner/getInstances/gac.1"), Some((100, "", "getInstances")));
        assert_eq!(read("/0/close/partner/createInstance/gac.1"), Some((0, "close", "createInstance")));
        assert_eq!(read("/7/waInstance7103000001/getStateInstance/t"), Some((7, "", "getStateInstance")));
        for unknown in ["/", "/partner/getInstances/gac.1", "/7/close/other/getInstances/gac.1", "/7/partner"] {
            assert_eq!(read(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_created_instance_has_an_id_of_its_own() {
        let answers = Answers::default();
        let ids = [(); 3].map(|()| answers.created());
        assert!(ids[0] != ids[1] && ids[1] != ids[2]);
        let created: serde_json::Value = serde_json::from_slice(&ids[0]).unwrap();
        assert_eq!(created["idInstance"], 7_109_000_001_u64);
        assert_eq!(created["apiTokenInstance"].as_str().unwrap().len(), 50);
    }
}
