//! Files of messages: answers that are read piece by piece, of hosts that get nothing of ours.

use bytes::Bytes;
use http::header;
use reqwest::Response;
use url::Url;

use super::http::{Http, Lost, cut, lost_of};
use crate::endpoint::{Answer, Target};

/// A file that has begun to come.
pub(crate) struct Incoming(Response);

impl Http {
    /// Asks for a file, once. Its host is told the address and no more; `target` has no token.
    pub(crate) async fn file(&self, url: &Url, target: &Target) -> Result<Incoming, Lost> {
        let client = self.reading_client(&target.base)?;
        // Not packed: so its length is known beforehand.
        let request = client.get(url.clone()).header(header::ACCEPT_ENCODING, "identity");
        request.send().await.map(Incoming).map_err(|error| lost_of(target, error))
    }
}

impl Incoming {
    /// What was answered, without the file.
    pub(crate) fn head(&self) -> Answer {
        Answer { status: self.0.status().as_u16(), headers: self.0.headers().clone(), body: Bytes::new() }
    }

    /// How long it will be, where the host says so.
    pub(crate) fn length(&self) -> Option<u64> {
        self.0.content_length()
    }

    /// The next piece; nothing behind the last. A file that is shorter than was said is an error.
    pub(crate) async fn next(&mut self, target: &Target) -> Result<Option<Bytes>, Lost> {
        self.0.chunk().await.map_err(|error| cut(target, error))
    }
}
