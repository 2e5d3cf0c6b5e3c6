//! HTTP/2: what the end of a stream says of its request.

use h2::Reason;

use super::connect;

/// Whether the server says that it has processed nothing of a request: why, as the beginning of a sentence.
///
/// It does so of a stream that it refuses, and of every stream above the last one that its GOAWAY names; to no other
/// stream does the library give the error of a GOAWAY. Any other reset leaves open what was done before it.
pub(super) fn untouched(error: &reqwest::Error, host: &str) -> Option<String> {
    let error = connect::chain(error).find_map(|error| error.downcast_ref::<h2::Error>())?;
    if !error.is_remote() {
        return None;
    }
    if error.is_go_away() {
        return Some(format!("the host {host} took no more requests on this connection (GOAWAY)"));
    }
    (error.reason() == Some(Reason::REFUSED_STREAM))
        .then(|| format!("the host {host} refused the request before it looked at it (REFUSED_STREAM)"))
}
