//! HTTP/2: a server that says that it has looked at nothing is believed, and no other.

use crate::support::{
    code,
    http2::{End, Http2Server},
    shop,
};

const CREATED: &str = r#"{"idInstance":1101000001,"apiTokenInstance":"token","typeInstance":"whatsapp"}"#;
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;
const HTTP_1_1_REQUIRED: u32 = 13;

#[tokio::test]
async fn a_refused_stream_is_sent_again() {
    let server = Http2Server::start([End::Reset(REFUSED_STREAM), End::Answer(CREATED)]).await;
    let created = server.builder().build().unwrap().create_instance(shop()).await.unwrap();
    assert_eq!((created.id_instance(), server.streams()), (1_101_000_001, vec![1, 3]));
}

/// Also where the request has no body to tell whether it was sent.
#[tokio::test]
async fn a_refused_stream_without_a_body_is_sent_again() {
    let server = Http2Server::start([End::Reset(REFUSED_STREAM), End::Answer(r#"{"isReboot":true}"#)]).await;
    let instance = server.builder().build().unwrap().instance(1_101_000_001, "token").unwrap();
    assert_eq!(code(instance.reboot().await), "no error");
    assert_eq!(server.streams(), [1, 3]);
}

/// Whatever the reason that it gives, and whether or not it has answered others before.
#[tokio::test]
async fn a_stream_above_the_last_of_a_goaway_is_sent_again() {
    for reason in [NO_ERROR, ENHANCE_YOUR_CALM] {
        let server = Http2Server::start([
            End::LeaveBefore(reason),
            End::Answer(CREATED),
            End::LeaveBefore(reason),
            End::Answer(CREATED),
        ])
        .await;
        let partner = server.builder().build().unwrap();
        assert_eq!(code(partner.create_instance(shop()).await), "no error", "{reason}");
        assert_eq!(code(partner.create_instance(shop()).await), "no error", "{reason}");
        assert_eq!(server.streams(), [1, 1, 3, 1], "{reason}");
    }
}

#[tokio::test]
async fn a_stream_that_a_goaway_counts_may_have_taken_effect() {
    for reason in [NO_ERROR, ENHANCE_YOUR_CALM] {
        let server = Http2Server::start([End::LeaveAfter(reason)]).await;
        let partner = server.builder().build().unwrap();
        assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown", "{reason}");
        assert_eq!(server.streams(), [1], "{reason}");
    }
}

#[tokio::test]
async fn any_other_reset_leaves_open_what_was_done() {
    for reason in [NO_ERROR, INTERNAL_ERROR, CANCEL, ENHANCE_YOUR_CALM, HTTP_1_1_REQUIRED] {
        let server = Http2Server::start([End::Reset(reason)]).await;
        let partner = server.builder().build().unwrap();
        assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown", "{reason}");
        assert_eq!(server.streams(), [1], "{reason}");
    }
}

/// It contradicts itself: it has begun to answer.
#[tokio::test]
async fn a_stream_that_is_refused_after_its_head_may_have_taken_effect() {
    let server = Http2Server::start([End::HeadAndReset(REFUSED_STREAM)]).await;
    let partner = server.builder().build().unwrap();
    assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown");
    assert_eq!(server.streams(), [1]);
}

#[tokio::test]
async fn a_server_that_refuses_every_stream_is_unavailable() {
    let server = Http2Server::start([End::Reset(REFUSED_STREAM), End::Reset(REFUSED_STREAM)]).await;
    let partner = server.builder().max_retries(1).build().unwrap();
    let error = partner.create_instance(shop()).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.is_retryable()), ("unavailable", true));
    let says = "the host localhost refused the request before it looked at it (REFUSED_STREAM); nothing was done";
    assert_eq!(error.to_string(), format!("createInstance: {says}"));
    assert_eq!(server.streams(), [1, 3]);
}
