//! A look at many instances gives each of them, in its group, whatever becomes of the others.

use std::{collections::BTreeMap, time::Duration};

use greenapi_partner::{InspectOptions, Inspection, Instance, Run};
use greenapi_partner_mock::{Fault, MockServer, Named, Options, Outcome};
use serde_json::{Value, json};

use crate::support::{LIST, always, builder, code, put, put_named, received, script, start, until};

const STATE: &str = "getStateInstance";
/// Long before the first minutes of an instance, in which it may say that its token is wrong.
const LONG_AGO: &str = "2026-01-01T00:00:00Z";

#[tokio::test]
async fn every_live_instance_is_in_the_group_of_its_state() {
    let (mock, partner) = start().await;
    let states = [
        ("authorized", "linked"),
        ("notAuthorized", "waiting"),
        ("pendingPassword", "waiting"),
        ("pendingCode", "waiting"),
        ("starting", "starting"),
        ("suspended", "restricted"),
        ("yellowCard", "restricted"),
        ("blocked", "restricted"),
        ("sleepMode", "restricted"),
        ("dancing", "unreachable"),
    ];
    for (id, (state, _)) in (1..).zip(states) {
        put(&mock, json!({ "idInstance": id, "state": state }));
    }
    put_named(&mock, 11, "is being created");
    mock.control().set_state(11, None).unwrap();
    put(&mock, json!({ "idInstance": 12, "state": "authorized", "isExpired": true }));
    put(&mock, json!({ "idInstance": 13, "deleted": true }));
    let found = by_id(partner.inspect(InspectOptions::default())).await;
    let expected: Vec<_> = states
        .map(|(state, group)| (group, Some(state)))
        .into_iter()
        .chain([("waiting", None), ("expired", Some("authorized"))])
        .collect();
    let got: Vec<_> = found.values().map(|one| (one.group().unwrap(), one.state_instance())).collect();
    assert_eq!(got, expected);
    assert!(found.values().all(|one| one.error().is_none()), "{found:?}");
    let one = &found[&1];
    assert_eq!((one.tariff(), one.type_instance()), (Some("PARTNER_23"), Some("whatsapp")));
    assert_eq!(one.instance().and_then(Instance::time_created), one.time_created());
}

#[tokio::test]
async fn nothing_is_asked_before_the_first_result_is() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    let mut run = partner.inspect(InspectOptions::default());
    tokio::task::yield_now().await;
    assert_eq!(mock.control().request_count(), 0);
    assert_eq!(run.next().await.unwrap().unwrap().name(), Some("shop-1"));
    assert!(run.next().await.is_none());
    assert_eq!((run.control().progress().total(), run.control().progress().done()), (Some(1), Some(1)));
}

#[tokio::test]
async fn an_error_of_one_stands_in_its_row_and_stops_no_other() {
    let (mock, partner) = start().await;
    for id in 1..=4 {
        put(&mock, json!({ "idInstance": id, "createdAt": LONG_AGO }));
    }
    put(&mock, json!({ "idInstance": 5, "apiTokenInstance": { "of": "another kind" } }));
    let expired = "Instance account is expired. Renew your instance from personal area";
    let expired = Fault { status: Some(400), text: Some(expired.to_owned()), ..Fault::default() };
    script(&mock, STATE, [Fault::status(401), Fault::named(Named::Garbage), expired]);
    let run = partner.inspect(InspectOptions { concurrency: Some(1), ..InspectOptions::default() });
    let control = run.control();
    let found = by_id(run).await;
    let got: Vec<_> = found.values().map(|one| (one.group().unwrap(), code_of(one))).collect();
    let expected = [
        ("unreachable", Some("unauthorized")),
        ("unreachable", Some("protocol")),
        ("expired", Some("expired")),
        ("waiting", None),
        ("unreachable", Some("invalid_request")),
    ];
    assert_eq!(got, expected);
    let progress = control.progress();
    assert_eq!([progress.total(), progress.done(), progress.failed(), progress.left()], [5, 1, 4, 0].map(Some));
}

#[tokio::test]
async fn one_so_new_that_its_token_counts_as_wrong_waits() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "new");
    script(&mock, STATE, [Fault::status(401)]);
    let found = by_id(partner.inspect(InspectOptions::default())).await;
    assert_eq!((found[&1].group(), code_of(&found[&1])), (Some("waiting"), None));
}

#[tokio::test]
async fn linked_ones_are_asked_for_their_phone_by_the_method_of_their_messenger() {
    let (mock, partner) = start().await;
    for (id, messenger) in [(1, "whatsapp"), (2, "telegram"), (3, "v3"), (4, "hologram")] {
        let phone = format!("7900000000{id}");
        put(&mock, json!({ "idInstance": id, "typeInstance": messenger, "phone": phone }));
    }
    put_named(&mock, 5, "waits");
    let found = by_id(partner.inspect(InspectOptions::default())).await;
    let phones: Vec<_> = found.values().map(Inspection::phone).collect();
    assert_eq!(phones, [Some("79000000001"), Some("79000000002"), Some("79000000003"), None, None]);
    assert!(found.values().all(|one| one.error().is_none()), "{found:?}");
    assert_eq!((received(&mock, "getWaSettings").len(), received(&mock, "getAccountSettings").len()), (1, 2));
    assert!(found[&1].ever_linked() == Some(true) && found[&1].last_linked_at().is_some());
    assert_eq!((found[&5].ever_linked(), found[&5].last_linked_at()), (None, None));
}

#[tokio::test]
async fn a_phone_nobody_asked_for_is_not_asked_for() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "phone": "79000000001" }));
    let options = InspectOptions { phone: false, ..InspectOptions::default() };
    let found = by_id(partner.inspect(options)).await;
    assert_eq!((found[&1].group(), found[&1].phone()), (Some("linked"), None));
    assert_eq!(mock.control().request_count(), 2);
}

#[tokio::test]
async fn a_part_that_fails_keeps_the_rest() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "phone": "79000000001" }));
    script(&mock, "getWaSettings", [Fault::named(Named::Garbage)]);
    script(&mock, "getStateInstanceHistory", [Fault::status(401)]);
    let options = InspectOptions { settings: true, history: true, ..InspectOptions::default() };
    let found = by_id(partner.inspect(options)).await;
    let one = &found[&1];
    assert_eq!((one.group(), one.state_instance(), one.phone()), (Some("linked"), Some("authorized"), None));
    assert_eq!(one.error().unwrap().operation(), Some("getWaSettings"), "the first error is told");
    assert_eq!((one.settings().is_some(), one.ever_linked()), (true, Some(true)));
}

#[tokio::test]
async fn settings_come_without_the_webhook_token_and_history_says_who_was_linked() {
    let (mock, partner) = start().await;
    let settings = json!({ "webhookUrl": "https://shop.example", "webhookUrlToken": "hunter22" });
    put(&mock, json!({ "idInstance": 1, "phone": "79000000001", "settings": settings }));
    put_named(&mock, 2, "never");
    let unlinked_at = mock.control().now();
    mock.control().set_clock(unlinked_at);
    mock.control().unlink(1).unwrap();
    let options = InspectOptions { settings: true, history: true, ..InspectOptions::default() };
    let found = by_id(partner.inspect(options)).await;
    assert_eq!((found[&1].ever_linked(), found[&1].last_linked_at()), (Some(true), Some(unlinked_at)));
    assert_eq!((found[&2].ever_linked(), found[&2].last_linked_at()), (Some(false), None));
    assert_eq!(found[&1].settings().unwrap()["webhookUrl"], "https://shop.example");
    let shown = format!("{:?} {}", found[&1], Value::Object(found[&1].to_json(true)));
    assert!(!shown.contains("hunter22"), "{shown}");
}

#[tokio::test]
async fn linked_ones_without_a_message_either_way_are_silent() {
    let (mock, partner) = start().await;
    for id in [1, 2] {
        let settings = json!({ "incomingWebhook": "yes" });
        put(&mock, json!({ "idInstance": id, "phone": format!("7900000000{id}"), "settings": settings }));
    }
    put_named(&mock, 3, "waits");
    let text = json!({ "chatId": "79001234567@c.us", "text": "Hello" });
    mock.control().receive_message(2, text.as_object().unwrap()).unwrap();
    let options = || InspectOptions::default().phone(false);
    let unasked = by_id(partner.inspect(options())).await;
    assert!(unasked.values().all(|one| one.silent().is_none()));
    assert!(received(&mock, "lastIncomingMessages").is_empty());

    let options = || options().message_minutes(60);
    let told = |one: &Inspection| (one.incoming_messages(), one.outgoing_messages(), one.silent());
    let found = by_id(partner.inspect(options())).await;
    assert_eq!(told(&found[&1]), (Some(0), Some(0), Some(true)));
    assert_eq!(told(&found[&2]), (Some(1), Some(0), Some(false)));
    assert_eq!(told(&found[&3]), (None, None, None), "one that is not linked is not asked");
    let asked = received(&mock, "lastIncomingMessages");
    assert!(asked.len() == 2 && asked.iter().all(|one| one.path.ends_with("?minutes=60")), "{asked:?}");

    // A message in one journal tells, whatever the other one says; none in one does not.
    script(&mock, "lastOutgoingMessages", [Fault::named(Named::Garbage)]);
    let found = by_id(partner.inspect(InspectOptions { ids: Some(vec![2]), ..options() })).await;
    assert_eq!((told(&found[&2]), code_of(&found[&2])), ((Some(1), None, Some(false)), Some("protocol")));
    script(&mock, "lastIncomingMessages", [Fault::named(Named::Garbage)]);
    let found = by_id(partner.inspect(InspectOptions { ids: Some(vec![1]), ..options() })).await;
    assert_eq!((told(&found[&1]), code_of(&found[&1])), ((None, Some(0), None), Some("protocol")));
}

#[tokio::test]
async fn minutes_that_upstream_would_refuse_are_refused_before_anything_is_sent() {
    let (mock, partner) = start().await;
    for minutes in [0, 1_000_000_001] {
        let error = partner.inspect(InspectOptions::default().message_minutes(minutes)).collect().await.unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_request");
        assert_eq!(error.to_string(), "message_minutes must be from 1 to 1000000000");
    }
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn given_ids_are_looked_at_once_and_those_that_are_gone_say_so() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    put_named(&mock, 2, "shop-2");
    put(&mock, json!({ "idInstance": 3, "name": "gone", "deleted": true }));
    let ids = Some(vec![4, 3, 2, 2]);
    let found = by_id(partner.inspect(InspectOptions { ids, ..InspectOptions::default() })).await;
    let got: Vec<_> = found.iter().map(|(id, one)| (*id, one.group().unwrap(), one.name(), code_of(one))).collect();
    let expected = [
        (2, "waiting", Some("shop-2"), None),
        (3, "unreachable", Some("gone"), Some("not_found")),
        (4, "unreachable", None, Some("not_found")),
    ];
    assert_eq!(got, expected);
    assert_eq!(received(&mock, STATE).len(), 1);
}

#[tokio::test]
async fn what_cannot_be_begun_is_the_runs_error() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    let none_at_once = InspectOptions { concurrency: Some(0), ..InspectOptions::default() };
    assert_eq!(code(partner.inspect(none_at_once).collect().await), "invalid_request");
    let no_id = InspectOptions { ids: Some(vec![0]), ..InspectOptions::default() };
    assert_eq!(code(partner.inspect(no_id).collect().await), "invalid_request");
    script(&mock, LIST, [Fault::named(Named::Unauthorized)]);
    let mut run = partner.inspect(InspectOptions::default());
    assert_eq!(code(run.next().await.unwrap()), "unauthorized");
    assert!(run.next().await.is_none());
    assert_eq!(received(&mock, STATE).len(), 0);
}

#[tokio::test]
async fn stopped_it_ends_and_tells_no_rest() {
    let (mock, partner) = start().await;
    for id in 1..=5 {
        put_named(&mock, id, "shop");
    }
    script(&mock, STATE, [Fault::default(), always(Fault::hold())]);
    let mut run = partner.inspect(InspectOptions { concurrency: Some(2), ..InspectOptions::default() });
    assert!(run.next().await.unwrap().is_ok());
    until(&mock, STATE, Outcome::Held, 2).await;
    let control = run.control();
    let (next, ()) = tokio::join!(run.next(), async { control.stop() });
    assert!(next.is_none());
    assert_eq!((received(&mock, STATE).len(), control.progress().left()), (3, Some(4)));
}

#[tokio::test]
async fn the_timeout_is_that_of_each_call() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    script(&mock, STATE, [always(Fault::hold())]);
    let timeout = Some(Duration::from_millis(50));
    let found = by_id(partner.inspect(InspectOptions { timeout, ..InspectOptions::default() })).await;
    assert_eq!((found[&1].group(), code_of(&found[&1])), (Some("unreachable"), Some("timeout")));
}

#[tokio::test]
async fn ten_thousand_are_one_call_and_never_more_connections_than_calls_at_once() {
    let options = Options { instance_rate_limits: false, keep_requests: 0, ..Options::default() };
    let mock = MockServer::start_blocking(options).unwrap();
    mock.control().add_instances(10_000);
    let partner = builder(&mock).pacing(false).build().unwrap();
    let run = partner.inspect(InspectOptions { concurrency: Some(32), ..InspectOptions::default() });
    let rows = run.collect().await.unwrap();
    assert_eq!(rows.len(), 10_000);
    assert!(rows.iter().all(|one| one.group() == Some("waiting")));
    assert!(mock.control().accepted_connections() <= 32 + 1, "{}", mock.control().accepted_connections());
}

#[tokio::test]
async fn no_row_shows_a_token() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "apiTokenInstance": "opensesame" }));
    let table = partner.inspect(InspectOptions::default()).collect().await.unwrap();
    let one = table.get(0).unwrap();
    let shown = format!("{one:?} {} {}", table.html(), Value::Object(one.to_json(false)));
    assert!(!shown.contains("opensesame") && shown.contains("waiting"), "{shown}");
}

/// What the partner is told of each, by id.
async fn by_id(run: Run<Inspection>) -> BTreeMap<u64, Inspection> {
    let rows = run.collect().await.unwrap();
    let found: BTreeMap<_, _> = rows.iter().map(|one| (one.id_instance().unwrap(), one)).collect();
    assert_eq!(found.len(), rows.len(), "each is told once");
    found
}

fn code_of(one: &Inspection) -> Option<&'static str> {
    one.error().map(|error| error.code().as_str())
}
