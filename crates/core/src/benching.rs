//! Benchmarks' way to what nothing public does alone: `benches/decisions.rs` measures it. Nobody else has it.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "what cannot be measured ends a benchmark"
)]

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::{
    CreateInstance, CreatedInstance, ErrorCode, Instances,
    api::{Create, GetInstances},
    config::BaseUrl,
    endpoint::{Answer, Asks, Endpoint, Mismatch, Sent, Target},
    model::instances_from,
    refusal,
    retry::{self, Budget, Failure, Situation},
    secret::Secret,
};

/// What upstream answered to a creation, as the caller gets it.
#[must_use]
pub fn created(body: Bytes) -> CreatedInstance {
    creation().decode(&answered(200, body)).expect("it is a creation")
}

/// The list that an answer has.
#[must_use]
pub fn listed(body: &[u8]) -> Instances {
    instances_from(body).expect("it is a list")
}

/// The code of a creation that was refused with status 200.
#[must_use]
pub fn refused(body: Bytes) -> ErrorCode {
    let (answer, create) = (answered(200, body), creation());
    let mismatch: Mismatch = create.decode(&answer).expect_err("it is a refusal");
    let token = Secret::new("");
    let target = Target {
        base: BaseUrl::parse("https://api.green-api.com", "it").expect("it is a URL"),
        token: token.clone(),
        id_instance: None,
        messenger: "whatsapp",
        is_young: false,
    };
    refusal::refusal(create.spec(), &answer, &mismatch, &[&token], &target).error.code()
}

/// Whether, and after how long, a list is asked for again that has got no answer.
#[must_use]
pub fn wait(retries: u32, random: f64) -> Option<Duration> {
    let situation = Situation {
        class: GetInstances::SPEC.retry,
        failure: Failure::Unanswered,
        retries,
        max_retries: 3,
        retry_after: None,
        left: Duration::from_secs(30),
        random,
    };
    retry::next_wait(&situation, &mut Budget::full())
}

fn creation() -> Create {
    Create { settings: CreateInstance::named("shop-42"), sent: Sent::default(), claim: None }
}

fn answered(status: u16, body: Bytes) -> Answer {
    Answer { status, headers: HeaderMap::new(), body }
}
