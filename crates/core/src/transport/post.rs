//! Posts to receivers: hosts that are not upstream's, and get a body with its headers and nothing of ours besides.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::time;
use url::Url;

use super::http::{Http, Lost, lost_of};
use crate::endpoint::{Answer, Target};

impl Http {
    /// Posts once. Of the answer only the head is kept: what the body says decides nothing.
    pub(crate) async fn post(
        &self,
        url: &Url,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Lost> {
        let client = self.posting_client(&target.base)?;
        let request = client.post(url.clone()).headers(headers).body(body);
        let response = request.send().await.map_err(|error| lost_of(target, error))?;
        let answer =
            Answer { status: response.status().as_u16(), headers: response.headers().clone(), body: Bytes::new() };
        // Read to its end, a connection can be used again.
        if response.content_length().is_some_and(|length| length <= READ_TO_ITS_END) {
            let _ = time::timeout(PATIENCE, response.bytes()).await;
        }
        Ok(answer)
    }
}

const READ_TO_ITS_END: u64 = 64 << 10;
const PATIENCE: Duration = Duration::from_millis(500);
