//! A delivery posts every change, signed, at least once and in order, and loses none to a crash or a receiver that is down.

use std::{fs, io::Write as _, path::Path, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use greenapi_partner::{DeliverOptions, Delivery, PartnerClient, Run, VERIFY_TOLERANCE, WebhookEvent, verify_event};
use greenapi_partner_mock::{Fault, MockServer, Outcome};
use serde_json::json;
use tokio::runtime;

use crate::support::{
    LIST, builder, code,
    file::Place,
    hearing::listen,
    put, put_named, received,
    receiver::{CANARY, Posted, Receiver, Reply, TAKEN},
    start, unpaced, until,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TOKEN: &str = "opensesame-of-instance";

#[tokio::test]
async fn a_change_is_posted_as_the_specification_has_it() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    let mut run = begun(&mock, &partner, options(&receiver, &place)).await;
    put(&mock, json!({ "idInstance": 7, "name": "shop-7", "apiTokenInstance": TOKEN, "typeInstance": "whatsapp" }));
    let delivered = next(&mut run).await;
    let posted = receiver.posted().remove(0);
    assert_eq!(posted.path, format!("/hook?key={CANARY}"));
    assert_eq!(posted.header("content-type"), "application/json");
    let (id, timestamp) = (posted.id(), posted.header("webhook-timestamp"));
    assert_eq!(posted.header("webhook-signature"), format!("v1,{}", signature(id, timestamp, &posted.body)));
    let age = jiff::Timestamp::now().as_second() - timestamp.parse::<i64>().unwrap();
    assert!((0..=60).contains(&age), "{age} s");
    let body = posted.json();
    assert_eq!(body["type"], "instance.created");
    assert_eq!(body["timestamp"], body["data"]["at"]);
    assert_eq!((&body["data"]["idInstance"], &body["data"]["name"]), (&json!(7), &json!("shop-7")));
    assert_eq!(body["data"]["instance"]["typeInstance"], "whatsapp");
    assert!(!posted.body.contains(TOKEN) && !posted.body.contains("apiTokenInstance"), "{}", posted.body);
    assert_eq!(delivered.r#type(), Some("instance.created"));
    assert_eq!((delivered.id_instance(), delivered.id(), delivered.attempts()), (Some(7), Some(id), Some(1)));
    assert!(delivered.at().is_some());
    let event = verified(&posted);
    assert_eq!((event.id(), event.r#type()), (Some(id), Some("instance.created")));
    assert_eq!(event.data().unwrap()["idInstance"], 7);
}

#[tokio::test]
async fn an_event_is_posted_again_until_it_is_taken() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let elsewhere = "location: http://127.0.0.1:9/\r\n";
    let replies =
        [Reply::Status(500, ""), Reply::Cut, Reply::Hang, Reply::Status(302, elsewhere), Reply::Status(404, "")];
    let receiver = Receiver::answering(replies).await;
    let ears = listen();
    let mut run = begun(&mock, &partner, options(&receiver, &place).timeout(Duration::from_millis(200))).await;
    put_named(&mock, 7, "shop-7");
    let delivered = next(&mut run).await;
    assert_eq!(delivered.attempts(), Some(6));
    let posted = receiver.posted();
    assert_eq!(posted.len(), 6);
    assert!(posted.iter().all(|one| one.id() == posted[0].id() && one.body == posted[0].body), "{posted:?}");
    let warned: Vec<_> = ears.ours().into_iter().filter(|event| event.level == tracing::Level::WARN).collect();
    let statuses: Vec<_> = warned.iter().map(|event| event.field("status").unwrap_or("-").to_owned()).collect();
    assert_eq!(statuses, ["500", "-", "-", "302", "404"]);
    assert!(warned.iter().all(|event| event.field("host") == Some("127.0.0.1")), "{warned:?}");
    assert!(warned[2].message.contains("no answer within 0.2 s"), "{:?}", warned[2].message);
    let told = format!("{:?}", ears.ours());
    assert!(!told.contains(CANARY) && !told.contains("MfKQ9r8G"), "{told}");
}

#[tokio::test]
async fn retry_after_is_waited_for_by_all() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let receiver = Receiver::answering([Reply::Status(429, "retry-after: 1\r\n")]).await;
    let ears = listen();
    let mut run = begun(&mock, &partner, options(&receiver, &place)).await;
    put_named(&mock, 7, "shop-7");
    let before = std::time::Instant::now();
    receiver.until(1).await;
    put_named(&mock, 8, "shop-8");
    let first = next(&mut run).await.id_instance();
    assert!(before.elapsed() >= Duration::from_millis(900), "{:?}", before.elapsed());
    let mut both = [first, next(&mut run).await.id_instance()];
    both.sort_unstable();
    assert_eq!(both, [Some(7), Some(8)]);
    let waits: Vec<_> =
        ears.ours().iter().filter_map(|event| event.field("wait_milliseconds").map(str::to_owned)).collect();
    assert_eq!(waits, ["1000"]);
}

/// The first event of one instance is refused until another's has come, and its second waits for the first.
#[tokio::test]
async fn events_of_one_instance_keep_their_order_and_hold_up_no_other() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let receiver = Receiver::deciding(|before, now| {
        let others = before.iter().chain([now]).any(|one| one.about().1 == 8);
        if now.about().1 == 7 && !others { Reply::Status(500, "") } else { TAKEN }
    })
    .await;
    let mut run = begun(&mock, &partner, options(&receiver, &place)).await;
    put_named(&mock, 7, "shop-7");
    receiver.until(1).await;
    mock.control().rotate_token(7).unwrap();
    looks(&mock, 3).await;
    put_named(&mock, 8, "shop-8");
    let mut taken = Vec::new();
    while taken.len() < 3 {
        let delivered = next(&mut run).await;
        taken.push((delivered.r#type().unwrap().to_owned(), delivered.id_instance().unwrap()));
    }
    let of = |id: u64| taken.iter().filter(|one| one.1 == id).map(|one| one.0.as_str()).collect::<Vec<_>>();
    assert_eq!(of(7), ["instance.created", "instance.token_changed"]);
    assert_eq!(of(8), ["instance.created"]);
    let first_try = receiver.posted().iter().position(|one| one.about() == ("instance.token_changed".to_owned(), 7));
    let taken_at = receiver.posted().iter().rposition(|one| one.about() == ("instance.created".to_owned(), 7));
    assert!(first_try > taken_at, "the second was tried before the first was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_down_holds_nothing_up_and_gets_all_from_the_next_run() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let down = Receiver::deciding(|_, _| Reply::Status(503, "")).await;
    let run = begun(&mock, &partner, options(&down, &place).first_wait(Duration::from_secs(60))).await;
    for id in 1..=12 {
        put_named(&mock, id, "shop");
    }
    let first: Vec<_> = down.until(12).await.iter().map(|one| one.id().to_owned()).collect();
    put_named(&mock, 13, "shop");
    down.until(13).await;
    ended(run).await;
    partner.delete_instance_account(1).await.unwrap();
    let up = Receiver::start().await;
    let mut run = partner.deliver(options(&up, &place));
    let mut taken = Vec::new();
    while taken.len() < 14 {
        taken.push(next(&mut run).await);
    }
    let created: Vec<_> = taken.iter().filter(|one| one.r#type() == Some("instance.created")).collect();
    assert_eq!(created.len(), 13);
    assert!(first.iter().all(|id| created.iter().any(|one| one.id() == Some(id))), "{first:?} {created:?}");
    let of_one: Vec<_> = up.posted().iter().map(Posted::about).filter(|one| one.1 == 1).map(|one| one.0).collect();
    assert_eq!(of_one, ["instance.created", "instance.deleted"]);
    quiet(&mock, &mut run).await;
}

/// A process that dies has posted what it could not write down: it comes again, with the same id, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_an_event_may_come_twice_with_the_same_id() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let hanging = Receiver::answering([Reply::Hang]).await;
    let dying = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (client, given) = (builder(&mock).build().unwrap(), options(&hanging, &place));
    dying.spawn(async move { client.deliver(given).next().await });
    looks(&mock, 2).await;
    put_named(&mock, 7, "shop-7");
    let first = hanging.until(1).await.remove(0);
    tokio::task::spawn_blocking(move || dying.shutdown_timeout(Duration::from_secs(10))).await.unwrap();
    put_named(&mock, 8, "while nobody was there");
    let receiver = Receiver::start().await;
    let mut run = partner.deliver(options(&receiver, &place));
    let mut told = [next(&mut run).await, next(&mut run).await];
    told.sort_by_key(Delivery::id_instance);
    assert_eq!(told[0].id(), Some(first.id()));
    assert_eq!(told.map(|one| one.id_instance()), [Some(7), Some(8)]);
    quiet(&mock, &mut run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_list_is_kept_although_nothing_has_changed() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    ended(begun(&mock, &partner, options(&receiver, &place)).await).await;
    put_named(&mock, 7, "between two runs");
    assert_eq!(next(&mut partner.deliver(options(&receiver, &place))).await.id_instance(), Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_lasts_one_look_is_no_event_where_that_is_asked_for() {
    let (mock, partner) = unpaced().await;
    put(&mock, json!({ "idInstance": 7, "name": "shop-7", "phone": "79000000001" }));
    let (receiver, place) = (Receiver::start().await, Place::new());
    let settled = options(&receiver, &place).states(true).settle(true);
    let mut run = begun(&mock, &partner, settled).await;
    let restless = ["starting", "notAuthorized"].into_iter().cycle().take(1_000);
    let restless = restless.map(|state| Fault::json(200, json!({ "stateInstance": state })));
    mock.control().add_faults("getStateInstance", restless).unwrap();
    quiet(&mock, &mut run).await;
    mock.control().clear_faults();
    mock.control().unlink(7).unwrap();
    assert_eq!(next(&mut run).await.r#type(), Some("instance.unlinked"));
    assert_eq!(receiver.posted().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_ends_it_and_what_waits_is_kept() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let gone = Receiver::answering([Reply::Status(410, "")]).await;
    let mut run = begun(&mock, &partner, options(&gone, &place)).await;
    put_named(&mock, 7, "shop-7");
    let error = run.next().await.unwrap().unwrap_err();
    assert_eq!((error.code().as_str(), error.status(), error.operation()), ("refused", Some(410), Some("deliver")));
    assert!(!error.to_string().contains(CANARY) && error.to_string().contains("127.0.0.1"), "{error}");
    assert!(run.next().await.is_none());
    assert_eq!(gone.posted().len(), 1);
    let receiver = Receiver::start().await;
    assert_eq!(next(&mut partner.deliver(options(&receiver, &place))).await.id_instance(), Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_it_writes_down_what_was_taken() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    let mut run = begun(&mock, &partner, options(&receiver, &place)).await;
    put_named(&mock, 7, "shop-7");
    next(&mut run).await;
    let control = run.control();
    assert_eq!((control.progress().done(), control.progress().total()), (Some(1), Some(1)));
    ended(run).await;
    quiet(&mock, &mut partner.deliver(options(&receiver, &place))).await;
    assert_eq!(receiver.posted().len(), 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let (mock, partner) = start().await;
    let place = Place::new();
    let spool = || place.path("events.spool");
    let to = |url: &str| DeliverOptions::new(url, SECRET).spool(spool()).interval(Duration::from_millis(10));
    let local = format!("http://127.0.0.1:9/{CANARY}");
    let table = [
        (DeliverOptions::new(&local, SECRET), "configuration"),
        (DeliverOptions::new(&local, "whsec_canary").spool(spool()), "configuration"),
        (DeliverOptions::new(&local, "").spool(spool()), "configuration"),
        (to(""), "configuration"),
        (to("canary"), "configuration"),
        (to(&format!("ftp://example.com/{CANARY}")), "configuration"),
        (to(&format!("http://example.com/{CANARY}")), "configuration"),
        (to(&local).timeout(Duration::ZERO), "invalid_request"),
        (to(&local).concurrency(0), "invalid_request"),
    ];
    for (options, expected) in table {
        let shown = format!("{options:?}");
        let error = partner.deliver(options).next().await.unwrap().unwrap_err();
        assert_eq!((error.code().as_str(), error.operation()), (expected, Some("deliver")), "{shown}");
        assert!(!format!("{shown} {error} {error:?}").contains("canary"), "{error}");
    }
    assert_eq!(mock.control().request_count(), 0);
    assert!(!spool().exists());
    // No more than a refusal of the address: nobody listens there.
    let mut run = begun(&mock, &partner, to("http://receiver.invalid/").plain_http(true)).await;
    quiet(&mock, &mut run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_is_its_owners_alone_and_holds_no_secret() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 6, "apiTokenInstance": TOKEN }));
    let (receiver, place) = (Receiver::deciding(|_, _| Reply::Status(500, "")).await, Place::new());
    let run = begun(&mock, &partner, options(&receiver, &place)).await;
    put(&mock, json!({ "idInstance": 7, "apiTokenInstance": TOKEN }));
    receiver.until(2).await;
    let second = partner.deliver(options(&receiver, &place)).next().await.unwrap();
    assert_eq!(code(second), "invalid_request", "one process has it at a time");
    let path = place.path("events.spool");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("instance.created"), "{text}");
    for secret in [TOKEN, CANARY, "MfKQ9r8G", &mock.partner_token()] {
        assert!(!text.contains(secret), "{text}");
    }
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    ended(run).await;
    let (other, stranger) = start().await;
    put_named(&other, 6, "a stranger's");
    assert_eq!(code(stranger.deliver(options(&receiver, &place)).next().await.unwrap()), "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_line_at_the_end_is_a_crash_and_any_other_is_damage() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    ended(begun(&mock, &partner, options(&receiver, &place)).await).await;
    let path = place.path("events.spool");
    append(&path, "{\"id\":7,\"known\":{\"del");
    put_named(&mock, 7, "shop-7");
    let mut run = partner.deliver(options(&receiver, &place));
    assert_eq!(next(&mut run).await.id_instance(), Some(7));
    ended(run).await;
    quiet(&mock, &mut partner.deliver(options(&receiver, &place))).await;
    append(&path, "{\"id\":7,\"known\":{\"del\n{\"base\":true}\n");
    let damaged = fs::read(&path).unwrap();
    let second = || async {
        let mut run = partner.deliver(options(&receiver, &place));
        code(loop {
            // The last run may just be leaving.
            match run.next().await.unwrap() {
                Err(error) if error.to_string().contains("in use") => run = partner.deliver(options(&receiver, &place)),
                ended => break ended,
            }
        })
    };
    assert_eq!(second().await, "invalid_request");
    assert_eq!(fs::read(&path).unwrap(), damaged, "what is not ours to read is left as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_spool_is_left_as_it_is_and_one_that_was_just_begun_is_one() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    let path = place.path("events.spool");
    for foreign in ["{\"note\": \"the only copy\"}", "name,price", "\0\x01", "the only copy\n"] {
        fs::write(&path, foreign).unwrap();
        assert_eq!(code(partner.deliver(options(&receiver, &place)).next().await.unwrap()), "invalid_request");
        assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
    }
    for begun_with in ["", "{\"spo", "{\"spool\":1,\"acc"] {
        fs::write(&path, begun_with).unwrap();
        ended(begun(&mock, &partner, options(&receiver, &place)).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_does_not_grow_with_what_was_delivered() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    let mut run = begun(&mock, &partner, options(&receiver, &place)).await;
    put_named(&mock, 7, "shop-7");
    next(&mut run).await;
    for _ in 0..400 {
        mock.control().rotate_token(7).unwrap();
        assert_eq!(next(&mut run).await.r#type(), Some("instance.token_changed"));
    }
    let lines = fs::read_to_string(place.path("events.spool")).unwrap().lines().count();
    assert!(lines < 1_010, "{lines} lines");
    ended(run).await;
    mock.control().rotate_token(7).unwrap();
    let mut run = partner.deliver(options(&receiver, &place));
    assert_eq!(next(&mut run).await.r#type(), Some("instance.token_changed"));
    quiet(&mock, &mut run).await;
}

#[tokio::test]
async fn a_spool_that_was_taken_away_ends_it() {
    let (mock, partner) = start().await;
    let (receiver, place) = (Receiver::start().await, Place::new());
    let mut run = begun(&mock, &partner, options(&receiver, &place)).await;
    fs::remove_file(place.path("events.spool")).unwrap();
    put_named(&mock, 7, "shop-7");
    assert_eq!(code(run.next().await.unwrap()), "configuration");
    assert!(receiver.posted().is_empty(), "what is not kept is not posted");
}

fn options(receiver: &Receiver, place: &Place) -> DeliverOptions {
    DeliverOptions::new(receiver.url(), SECRET)
        .spool(place.path("events.spool"))
        .interval(Duration::from_millis(10))
        .first_wait(Duration::from_millis(10))
}

/// A delivery whose first list is taken.
async fn begun(mock: &MockServer, partner: &PartnerClient, options: DeliverOptions) -> Run<Delivery> {
    let mut run = partner.deliver(options);
    quiet(mock, &mut run).await;
    run
}

async fn next(run: &mut Run<Delivery>) -> Delivery {
    run.next().await.unwrap().unwrap()
}

/// Lets it go on for some looks, in which it delivers nothing.
async fn quiet(mock: &MockServer, run: &mut Run<Delivery>) {
    tokio::select! {
        delivered = run.next() => panic!("{delivered:?}"),
        () = looks(mock, 4) => {}
    }
}

async fn looks(mock: &MockServer, more: usize) {
    until(mock, LIST, Outcome::Answered, received(mock, LIST).len() + more).await;
}

/// Stops it and waits for its end; what it was about to say does not matter.
async fn ended(mut run: Run<Delivery>) {
    run.control().stop();
    while run.next().await.is_some() {}
}

fn verified(posted: &Posted) -> WebhookEvent {
    verify_event(posted.body.as_bytes(), posted.headers(), SECRET, VERIFY_TOLERANCE).unwrap()
}

fn append(path: &Path, text: &str) {
    fs::OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// The HMAC of RFC 2104, written out.
fn signature(id: &str, timestamp: &str, body: &str) -> String {
    let sha256 = |parts: &[&[u8]]| ring::digest::digest(&ring::digest::SHA256, &parts.concat()).as_ref().to_vec();
    let mut key = STANDARD.decode(&SECRET["whsec_".len()..]).unwrap();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
    let message = format!("{id}.{timestamp}.{body}");
    let inner = sha256(&[&pad(0x36), message.as_bytes()]);
    STANDARD.encode(sha256(&[&pad(0x5c), &inner]))
}
