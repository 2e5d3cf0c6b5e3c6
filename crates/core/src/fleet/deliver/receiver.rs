//! Receiver of events: where it is, and one post to it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use tokio::time;
use url::Url;

use super::{
    DeliverOptions,
    event::Event,
    signature::Keys,
    verify::{ID, SIGNATURE, TIMESTAMP},
};
use crate::{
    config::BaseUrl,
    endpoint::{Answer, Target},
    engine::Engine,
    error::Error,
    hosts::WHATSAPP,
    secret::Secret,
};

pub(super) struct Receiver {
    engine: Arc<Engine>,
    url: Url,
    /// Its host, which gets no token.
    target: Target,
    keys: Keys,
    timeout: Duration,
}

/// What came of a post.
pub(super) enum Posted {
    Answered(Answer),
    /// No answer, and why.
    Lost(String),
}

impl Receiver {
    /// Checks where it is and what is signed with.
    #[expect(clippy::disallowed_methods, reason = "the address is opened to post to it")]
    pub(super) fn of(options: &DeliverOptions, engine: Arc<Engine>) -> Result<Self, Error> {
        let (url, base) = BaseUrl::of_receiver(options.url.expose(), options.plain_http)?;
        let keys = Keys::of(&options.secret)?;
        let timeout = options.timeout;
        if timeout.is_zero() {
            return Err(Error::invalid_request("the timeout must be longer than nothing"));
        }
        let target = Target { base, token: Secret::new(""), id_instance: None, messenger: WHATSAPP, is_young: false };
        engine.prepare(&target.base)?;
        Ok(Self { engine, url, target, keys, timeout })
    }

    /// What may be said of where it is.
    pub(super) fn host(&self) -> &str {
        self.target.base.host()
    }

    /// Posts an event once. Fails where the client is closed.
    pub(super) async fn post(&self, event: &Event) -> Result<Posted, Error> {
        let http = self.engine.http()?;
        let body = Bytes::from(event.body.clone());
        let headers = self.headers(event)?;
        let posted = time::timeout(self.timeout, http.post(&self.url, &self.target, headers, body)).await;
        Ok(match posted {
            Ok(Ok(answer)) => Posted::Answered(answer),
            Ok(Err(lost)) if lost.why.is_empty() => Posted::Lost("the connection was cut".to_owned()),
            Ok(Err(lost)) => Posted::Lost(lost.why),
            Err(_) => Posted::Lost(format!("no answer within {} s", self.timeout.as_secs_f64())),
        })
    }

    fn headers(&self, event: &Event) -> Result<HeaderMap, Error> {
        let timestamp = Timestamp::now().as_second();
        let signature = self.keys.sign(&event.id, timestamp, event.body.as_bytes());
        let value = |text: &str| {
            HeaderValue::from_str(text).map_err(|_| Error::configuration("the spool has an event with an odd id"))
        };
        Ok(HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::HeaderName::from_static(ID), value(&event.id)?),
            (header::HeaderName::from_static(TIMESTAMP), value(&timestamp.to_string())?),
            (header::HeaderName::from_static(SIGNATURE), value(&signature)?),
        ]))
    }
}
