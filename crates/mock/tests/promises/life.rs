//! Life of an instance, and which of its methods answer meanwhile.

use greenapi_partner_mock::{DeletedInstances, Fault, MockServer, Options, Requests, Stage, UnlinkedLogout, WarmUp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    client::{Client, delete, mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn a_new_instance_is_null_once_and_then_waits_for_a_phone() {
    let mock = MockServer::start().await;
    let instance = Instance::created(&mock).await;
    let answer = instance.get("getStateInstance").await;
    assert_eq!((answer.status, answer.text()), (200, "null".to_owned()));
    assert_eq!(instance.get("getStateInstance").await.text(), r#"{"stateInstance":"notAuthorized"}"#);
}

#[tokio::test]
async fn each_stage_of_a_warm_up_has_answers_of_its_own() {
    const STARTING: &str = "instance in starting process try later";
    const EXPIRED: &str = "Instance account is expired. Renew your instance from personal area";
    let state = (200, r#"{"stateInstance":"starting"}"#);
    let rows = [
        (Stage::Null, (200, "null"), (400, STARTING), (200, "null")),
        (Stage::Unauthorized, (401, ""), (401, ""), (401, "")),
        (Stage::Expired, (400, EXPIRED), (400, EXPIRED), (400, EXPIRED)),
        (Stage::Starting, state, (400, STARTING), (400, STARTING)),
    ];
    for (stage, state, qr, code) in rows {
        let mock = mock_with(Options { warm_up: vec![WarmUp::answers(stage, 3)], ..Options::default() }).await;
        let instance = Instance::created(&mock).await;
        let seen = [
            instance.get("getStateInstance").await,
            instance.get("qr").await,
            instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_001_234_567_u64 })).await,
        ];
        let seen = seen.map(|answer| (answer.status, answer.text()));
        assert_eq!(seen, [state, qr, code].map(|(status, text)| (status, text.to_owned())), "{stage:?}");
        assert_eq!(instance.get("qr").await.json()["type"], "qrCode", "{stage:?} is over");
    }
}

#[tokio::test]
async fn a_warm_up_may_last_as_long_as_the_clock_says() {
    let mock = mock_with(Options { warm_up: vec![WarmUp::ms(Stage::Null, 300_000)], ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::created(&mock).await;
    mock.control().advance_clock(SignedDuration::from_secs(299));
    assert_eq!(instance.state().await, Value::Null);
    assert_eq!(instance.state().await, Value::Null);
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(instance.state().await, "notAuthorized");
}

#[tokio::test]
async fn an_instance_that_is_put_in_is_at_once_in_the_state_it_is_given() {
    let mock = MockServer::start().await;
    for (fields, expected) in [
        (json!({}), "notAuthorized"),
        (json!({ "phone": "79001234567" }), "authorized"),
        (json!({ "state": "authorized" }), "authorized"),
        (json!({ "state": "yellowCard", "phone": "79001234567" }), "yellowCard"),
        (json!({ "state": "hibernating" }), "hibernating"),
    ] {
        assert_eq!(Instance::put_in(&mock, fields.clone()).await.state().await, expected, "{fields}");
    }
}

#[tokio::test]
async fn instances_that_are_put_in_by_number_have_no_warm_up() {
    let mock = MockServer::start().await;
    mock.control().add_instances(1);
    assert_eq!(mock.control().instances()[0].state_instance(), Some("notAuthorized"));
}

#[tokio::test]
async fn credentials_that_are_wrong_are_refused() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let (id, token) = (instance.id, &instance.token);
    for (path, status, text) in [
        (format!("/waInstance{id}/getStateInstance/{token}0"), 401, ""),
        (format!("/waInstance1/getStateInstance/{token}"), 403, ""),
        (format!("/waInstanceabc/getStateInstance/{token}"), 400, "idInstance not an integer"),
        (format!("/waInstance{id}/getStateInstance"), 400, "apiTokenInstance not define"),
        (format!("/waInstance{id}/updateApiToken/wrong"), 200, r#"{"code":401,"description":"Unauthorized"}"#),
    ] {
        let answer = instance.call("GET", &path, &[], "").await;
        assert_eq!((answer.status, answer.text()), (status, text.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn the_status_for_an_unknown_id_is_an_option() {
    let mock = mock_with(Options { unknown_instance_status: 401, ..Options::default() }).await;
    let answer = Client::connect(&mock).await.call("GET", "/waInstance1/getStateInstance/a", &[], "").await.unwrap();
    assert_eq!((answer.status, answer.text()), (401, String::new()));
}

#[tokio::test]
async fn paths_are_read_in_any_case_below_v3_and_below_a_prefix() {
    let mock = mock_with(Options { path_prefix: "/gateway".into(), ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    let (id, token) = (instance.id, &instance.token);
    for (path, status) in [
        (format!("/gateway/waInstance{id}/GetStateInstanceHistory/{token}"), 200),
        (format!("/gateway/v3/waInstance{id}/getsettings/{token}/"), 200),
        (format!("/waInstance{id}/getSettings/{token}"), 404),
        (format!("/gateway/v4/waInstance{id}/getSettings/{token}"), 404),
    ] {
        assert_eq!(instance.call("GET", &path, &[], "").await.status, status, "{path}");
    }
    let methods: Vec<_> = mock.control().requests(&Requests::default()).into_iter().map(|one| one.method).collect();
    assert_eq!(methods, ["getStateInstanceHistory", "getSettings", "getSettings", "getSettings"]);
}

#[tokio::test]
async fn a_method_of_another_verb_or_messenger_is_not_there() {
    let mock = MockServer::start().await;
    let whatsapp = Instance::unlinked(&mock).await;
    let max = Instance::put_in(&mock, json!({ "typeInstance": "v3" })).await;
    for (instance, verb, method) in [
        (&whatsapp, "POST", "getStateInstance"),
        (&whatsapp, "GET", "setSettings"),
        (&whatsapp, "GET", "fly"),
        (&whatsapp, "POST", "startAuthorization"),
        (&whatsapp, "POST", "sendAuthorizationCode"),
        (&whatsapp, "POST", "sendAuthorizationPassword"),
        (&whatsapp, "GET", "getAccountSettings"),
        (&max, "GET", "scanqrcode"),
        (&max, "POST", "getAuthorizationCode"),
        (&max, "GET", "getWaSettings"),
        (&max, "GET", "getStatusInstance"),
    ] {
        let path = instance.path(method);
        let answer = instance.call(verb, &path, &[], "").await;
        assert_eq!((answer.status, &answer.json()["message"]), (404, &json!(format!("Cannot {verb} {path}"))));
    }
}

#[tokio::test]
async fn options_is_no_content() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let answer = instance.call("OPTIONS", &instance.path("getStateInstance"), &[], "").await;
    assert_eq!((answer.status, answer.text()), (204, String::new()));
}

#[tokio::test]
async fn faults_are_for_the_methods_of_instances_too() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    mock.control().add_faults("getStateInstance", [Fault::status(502)]).unwrap();
    assert_eq!(instance.get("getSettings").await.status, 200);
    assert_eq!(instance.get("getStateInstance").await.status, 502);
    assert_eq!(instance.state().await, "authorized");
}

#[tokio::test]
async fn a_reboot_is_seen_in_one_answer_and_keeps_the_phone() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    assert_eq!(instance.get("reboot").await.text(), r#"{"isReboot":true}"#);
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    assert_eq!(instance.state().await, "starting");
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(instance.state().await, "authorized");
    assert_eq!(mock.control().instance(instance.id).unwrap()["reboots"], 1);
}

#[tokio::test]
async fn a_reboot_may_last_as_long_as_the_clock_says() {
    let mock = mock_with(Options { reboot_ms: Some(120_000), ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::linked(&mock).await;
    instance.get("reboot").await;
    mock.control().advance_clock(SignedDuration::from_secs(119));
    assert_eq!(instance.state().await, "starting");
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(instance.state().await, "authorized");
}

#[tokio::test]
async fn what_needs_the_messenger_is_refused_while_starting_and_all_else_answers() {
    let mock = mock_with(Options { receive_timeout_ms: Some(0), ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    mock.control().set_state(instance.id, Some("starting")).unwrap();
    for method in ["qr", "scanqrcode"] {
        let answer = instance.get(method).await;
        assert_eq!((answer.status, &*answer.text()), (400, "instance in starting process try later"), "{method}");
    }
    for method in ["getStateInstance", "getSettings", "getWaSettings", "receiveNotification", "getMessagesCount"] {
        assert_eq!(instance.get(method).await.status, 200, "{method}");
    }
    assert_eq!(instance.get("logout").await.json()["isLogout"], true);
    mock.control().set_clock(moment("2099-01-01T00:00:00Z"));
    assert_eq!(instance.state().await, "notAuthorized");
}

#[tokio::test]
async fn a_deleted_instance_says_so_or_is_starting_by_option() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    delete(&mock, instance.id).await;
    for method in ["getStateInstance", "qr", "receiveNotification"] {
        let answer = instance.get(method).await;
        assert_eq!((answer.status, &*answer.text()), (400, "Instance is deleted"), "{method}");
    }
    let changes = json!({ "deletedInstances": DeletedInstances::Starting });
    mock.control().change_options(changes.as_object().unwrap()).unwrap();
    assert_eq!(instance.state().await, "starting");
    let answer = instance.get("receiveNotification").await;
    assert_eq!((answer.status, &*answer.text()), (400, "instance in starting process try later"));
}

#[tokio::test]
async fn a_logout_takes_the_phone_away() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    assert_eq!(instance.get("logout").await.text(), r#"{"isLogout":true}"#);
    assert_eq!(instance.state().await, "notAuthorized");
    assert_eq!(instance.get("getSettings").await.json()["wid"], "");
}

#[tokio::test]
async fn what_a_logout_without_a_phone_answers_is_an_option() {
    for (unlinked_logout, status, text) in [
        (UnlinkedLogout::Done, 200, r#"{"isLogout":true}"#),
        (UnlinkedLogout::NotDone, 200, r#"{"isLogout":false}"#),
        (UnlinkedLogout::Refused, 400, "instance is starting or not authorized"),
    ] {
        let mock = mock_with(Options { unlinked_logout, ..Options::default() }).await;
        let answer = Instance::unlinked(&mock).await.get("logout").await;
        assert_eq!((answer.status, answer.text()), (status, text.to_owned()), "{unlinked_logout:?}");
    }
}

#[tokio::test]
async fn history_tells_the_last_states_with_their_time_and_phone() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::unlinked(&mock).await;
    mock.control().advance_clock(SignedDuration::from_secs(60));
    mock.control().scan(instance.id, None).unwrap();
    let linked =
        json!({ "stateInstance": "authorized", "timestamp": 1_795_341_660, "phoneNumber": 79_001_234_567_u64 });
    let waiting = json!({ "stateInstance": "notAuthorized", "timestamp": 1_795_341_600 });
    assert_eq!(instance.get("getStateInstanceHistory").await.json(), json!([waiting, linked]));
    let path = format!("{}?count=1", instance.path("getStateInstanceHistory"));
    assert_eq!(instance.call("GET", &path, &[], "").await.json(), json!([linked]));
}

#[tokio::test]
async fn status_is_online_with_a_phone_and_offline_without() {
    let mock = MockServer::start().await;
    for (instance, expected) in
        [(Instance::linked(&mock).await, "online"), (Instance::unlinked(&mock).await, "offline")]
    {
        assert_eq!(instance.get("getStatusInstance").await.json(), json!({ "statusInstance": expected }));
    }
}

#[tokio::test]
async fn changes_of_state_are_notified_where_the_setting_is_on() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let silent = Instance::unlinked(&mock).await;
    let instance = Instance::put_in(&mock, json!({ "settings": { "stateWebhook": "yes" } })).await;
    for id in [silent.id, instance.id] {
        mock.control().scan(id, None).unwrap();
        mock.control().set_state(id, Some("authorized")).unwrap();
        mock.control().unlink(id).unwrap();
    }
    let notified = |wid: &str, state: &str| {
        json!({
            "typeWebhook": "stateInstanceChanged",
            "instanceData": { "idInstance": instance.id, "wid": wid, "typeInstance": "whatsapp" },
            "timestamp": 1_795_341_600,
            "stateInstance": state,
        })
    };
    let bodies: Vec<_> =
        mock.control().notifications(instance.id).into_iter().map(|waiting| waiting["body"].clone()).collect();
    assert_eq!(bodies, [notified("79001234567@c.us", "authorized"), notified("", "notAuthorized")]);
    assert_eq!(mock.control().notifications(silent.id), Vec::<Value>::new());
}
