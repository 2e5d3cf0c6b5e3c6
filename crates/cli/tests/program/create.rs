//! `instances create`, `bulk create`, `onboard`: what costs money.

use greenapi_partner_mock::{Customer, Cut, Fault, Named, Options, Requests};
use serde_json::json;

use crate::account::{Account, program};

fn creations(account: &Account) -> usize {
    account.control().requests(&Requests::of("createInstance")).len()
}

#[test]
fn nothing_is_created_where_nobody_can_be_asked() {
    let account = Account::new();
    account.run(["instances", "create", "shop-1"]).fails(2, "give --yes");
    account
        .run(["instances", "create", "a", "b", "--price", "4.50"])
        .fails(2, "Create 2 instances: 9.00 is charged at once");
    let file = account.file("shops.csv", "name\nshop-1\n");
    account.run(["bulk", "create", &file]).fails(2, "Create 1 instance");
    account.run(["onboard", "shop-1"]).fails(2, "Create 1 instance");
    assert_eq!((creations(&account), account.live()), (0, 0));
}

#[test]
fn names_are_created_with_settings_and_each_once() {
    let account = Account::new();
    let ran = account
        .run([
            "instances",
            "create",
            "shop-1",
            "shop-2",
            "--set",
            "incomingWebhook=yes",
            "--set",
            "delay-send-messages-milliseconds=700",
            "--yes",
            "--json",
            "name,status",
        ])
        .succeeds();
    let mut rows = ran.json().as_array().unwrap().clone();
    rows.sort_by_key(|row| row["name"].to_string());
    assert_eq!(rows, [json!({ "name": "shop-1", "status": "done" }), json!({ "name": "shop-2", "status": "done" })]);
    for request in account.control().requests(&Requests::of("createInstance")) {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!((&body["incomingWebhook"], &body["delaySendMessagesMilliseconds"]), (&json!("yes"), &json!(700)));
    }
    account
        .run(["instances", "create", "shop-3", "shop-1", "--yes"])
        .fails(5, "there is a live instance with the name \"shop-1\"");
    assert_eq!(account.live(), 2);
    let ran = account.run(["instances", "create", "shop-1", "--ensure", "--json", "status,reason"]).succeeds();
    assert_eq!(ran.json(), json!([{ "status": "skipped", "reason": "a live instance has this name" }]));
    assert_eq!(creations(&account), 2);
}

#[test]
fn a_dry_run_says_what_would_be_sent_and_asks_nobody() {
    let account = Account::new();
    let ran = account.run(["instances", "create", "shop-1", "--dry-run", "--json", "name,status"]).succeeds();
    assert_eq!(ran.json(), json!([{ "name": "shop-1", "status": "planned" }]));
    assert_eq!(creations(&account), 0);
}

#[test]
fn what_will_not_do_is_refused_before_anything_is_sent() {
    let account = Account::new();
    for (arguments, code, words) in [
        (&["instances", "create", "shop-1", "--set", "incomingWebHok=yes"][..], 2, "did you mean incomingWebhook?"),
        (&["instances", "create", "shop-1", "--set", "incomingWebhook=maybe"], 2, "incomingWebhook must be yes or no"),
        (&["instances", "create", "shop-1", "--set", "incomingWebhook"], 2, "give name=value"),
        (&["instances", "create", "shop-1", "--price", "cheap"], 2, "price"),
        (&["instances", "create", " shop"], 2, "white space"),
        (&["instances", "create", "shop-1", "--concurrency", "0"], 2, "concurrency"),
        (&["instances", "create", "shop-1", "--json", "colour"], 2, "there is no field \"colour\""),
        (&["instances", "create", "a", "b", "--max-new", "1"], 5, "max_new is 1"),
        (&["instances", "create", "a", "b", "--max-cost", "1", "--price", "4"], 5, "max_cost is 1"),
        (&["instances", "create", "a", "--journal", "store:spring"], 4, "needs a store"),
    ] {
        account.run([arguments, &["--yes"]].concat()).fails(code, words);
    }
    assert_eq!(creations(&account), 0);
}

#[test]
fn a_lost_reply_is_no_second_bill() {
    let account = Account::new();
    account.control().add_faults("createInstance", [Fault::cut(Cut::AfterAction)]).unwrap();
    let ran = account.run(["instances", "create", "shop-1", "--yes", "--json", "name,status"]).succeeds();
    assert_eq!(ran.json(), json!([{ "name": "shop-1", "status": "done" }]));
    assert_eq!((creations(&account), account.live()), (1, 1));
}

#[test]
fn what_nobody_knows_ends_in_a_code_of_its_own() {
    let account = Account::new();
    account.control().add_faults("createInstance", [Fault::cut(Cut::AfterRequest)]).unwrap();
    let ran = account.run(["instances", "create", "shop-1", "--settle", "0", "--yes", "--json", "status"]);
    assert_eq!((ran.code, ran.json()), (7, json!([{ "status": "unknown" }])), "{ran:?}");
}

#[test]
fn a_refusal_of_one_of_many_is_told_and_the_others_are_created() {
    let account = Account::new();
    account.control().add_faults("createInstance", [Fault::named(Named::NoCapacity)]).unwrap();
    let ran = account.run(["instances", "create", "a", "b", "--concurrency", "1", "--yes", "--json", "status"]);
    let mut statuses = ran.all("status");
    statuses.sort_by_key(ToString::to_string);
    assert_eq!((ran.code, statuses), (8, vec![json!("done"), json!("failed")]), "{ran:?}");
    account.control().add_faults("createInstance", [Fault::named(Named::NoCapacity)]).unwrap();
    assert_eq!(account.run(["instances", "create", "c", "--yes"]).code, 6);
}

#[test]
fn a_file_of_rows_is_created_once_with_a_journal() {
    let account = Account::new();
    let file =
        account.file("shops.csv", "name,incomingWebhook,webhookUrl\nshop-1,yes,\nshop-2,no,https://shop.test/hook\n");
    let create = [
        "bulk",
        "create",
        &file,
        "--journal",
        "spring.journal",
        "--max-new",
        "2",
        "--max-cost",
        "9",
        "--price",
        "4.50",
        "--yes",
        "--json",
        "name,status",
    ];
    assert_eq!(account.run(create).succeeds().all("status"), [json!("done"), json!("done")]);
    assert_eq!(account.run(create).succeeds().all("name").len(), 2);
    assert_eq!((creations(&account), account.live()), (2, 2));
    // With a byte order mark, as some editors write it.
    let lines = account.file("more.jsonl", "\u{feff}{\"name\": \"shop-3\", \"incomingWebhook\": true}\n\"shop-4\"\n");
    account.run(["bulk", "create", &lines, "--yes"]).succeeds();
    assert_eq!(account.live(), 4);
}

#[test]
fn rows_that_a_spreadsheet_has_left_blank_are_nothing_to_create() {
    let account = Account::new();
    let file = account.file("shops.csv", "name,incomingWebhook\nshop-1,yes\n,\n\nshop-2,no\n , \n,\n");
    let create = ["bulk", "create", &file, "--journal", "spring.journal", "--yes", "--json", "name"];
    let mut names = account.run(create).succeeds().all("name");
    // At once, and shown as they end.
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, [json!("shop-1"), json!("shop-2")]);
    let column = account.file("ids.csv", "idInstance\n\n \n");
    account.run(["bulk", "delete", &column, "--yes"]).succeeds();
    assert_eq!((creations(&account), account.live()), (2, 2));
}

#[test]
fn the_same_command_with_the_same_journal_goes_on() {
    let account = Account::of(&["shop-0"]);
    let create = |names: &[&str]| {
        let command = [&["instances", "create"], names, &["--journal", "j", "--yes", "--json", "name,status"]].concat();
        account.run(command)
    };
    create(&["shop-0", "shop-1"]).fails(5, "there is a live instance with the name \"shop-0\"");
    for statuses in ["done", "skipped"] {
        assert_eq!(create(&["shop-1", "shop-2"]).succeeds().all("status"), [json!(statuses), json!(statuses)]);
    }
    assert_eq!((creations(&account), account.live()), (2, 3));
}

/// As R and spreadsheets write it; a line of JSON may be a name in quotes too.
#[test]
fn a_heading_in_quotes_is_one() {
    for (file, text, expected) in [
        ("one.csv", "\"name\"\n\"shop-1\"\n\"shop-2\"\n", ["shop-1", "shop-2"]),
        ("bom.csv", "\u{feff}\"name\"\r\n\"shop-1\"\r\n\"shop-2\"\r\n", ["shop-1", "shop-2"]),
        ("two.csv", "\"name\",\"incomingWebhook\"\n\"shop-1\",\"yes\"\n\"shop-2\",\"no\"\n", ["shop-1", "shop-2"]),
        ("names.jsonl", "\"shop-1\"\n\"shop-2\"\n", ["shop-1", "shop-2"]),
    ] {
        let account = Account::new();
        let create = ["bulk", "create", &*account.file(file, text), "--yes", "--json", "name"];
        let mut names = account.run(create).succeeds().all("name");
        names.sort_by_key(ToString::to_string);
        assert_eq!((names, account.live()), (expected.map(|name| json!(name)).to_vec(), 2), "{file}");
    }
    let account = Account::of(&["shop-1"]);
    let ids = account.file("ids.csv", &format!("\"idInstance\"\n\"{}\"\n", account.id("shop-1")));
    account.run(["bulk", "delete", &ids, "--yes"]).succeeds();
    assert_eq!(account.live(), 0);
}

#[test]
fn a_row_that_will_not_do_is_named_by_its_line() {
    let account = Account::new();
    for (name, text, words) in [
        ("a.csv", "name,incomingWebhook\nshop-1,yes\nshop-2,maybe\n", "a.csv:3: incomingWebhook must be yes or no"),
        ("b.csv", "name\nshop-1,too many\n", "b.csv:2: the line has more or fewer cells"),
        ("c.csv", "name,colour\nshop-1,red\n", "there is no setting \"colour\""),
        ("d.jsonl", "{\"name\": \"shop-1\"}\n{oops\n", "d.jsonl:2: no JSON"),
        ("e.csv", "", "e.csv is empty"),
        ("f.csv", "name,incomingWebhook,name\nshop-1,yes,shop-2\n", "f.csv:1: two columns have the same name"),
    ] {
        let file = account.file(name, text);
        account.run(["bulk", "create", &file, "--yes"]).fails(2, words);
    }
    account.run(["bulk", "create", "nowhere.csv", "--yes"]).fails(2, "nowhere.csv: No such file");
    assert_eq!(account.control().request_count(), 0);
}

#[test]
fn a_store_holds_for_all_that_share_it() {
    let account = Account::new();
    let create = ["instances", "create", "shop-1", "--ensure", "--yes", "--store", "names.db"];
    account.run(create).succeeds();
    account.run(create).succeeds();
    assert_eq!(creations(&account), 1);
    let bulk = account.file("shops.csv", "name\nshop-1\nshop-2\n");
    account.run(["bulk", "create", &bulk, "--store", "names.db", "--journal", "store:spring", "--yes"]).succeeds();
    assert_eq!(creations(&account), 2);
}

#[test]
fn a_journal_that_is_refused_is_not_said_to_be_whole() {
    let account = Account::new();
    let (shops, others) = (account.file("shops.csv", "name\na\nb\n"), account.file("others.csv", "name\nc\n"));
    let ids = account.file("ids.csv", "idInstance\n1101000001\n");
    account.file(
        "none.journal",
        "this is no journal, and longer than the head of a database is: it is never written to by any run",
    );
    account.run(["bulk", "create", &shops, "--journal", "shops.journal", "--yes"]).succeeds();
    let refused = [
        (["create", &*shops, "--journal", "none.journal"], "none.journal"),
        (["create", &*shops, "--journal", "."], "Is a directory"),
        (["create", &*shops, "--journal", "store:"], "name"),
        (["create", &*others, "--journal", "shops.journal"], "over other items"),
        (["delete", &*ids, "--journal", "shops.journal"], "another kind of run"),
    ];
    for (arguments, why) in refused {
        let arguments = ["bulk"].into_iter().chain(arguments).chain(["--store", "names.db", "--yes"]);
        let ran = account.run(arguments);
        assert!(ran.code != 0 && ran.err.contains(why) && !ran.err.contains("the journal is whole"), "{ran:?}");
    }
    let elsewhere = Account::new();
    let journal = account.home.path().join("shops.journal");
    let ran = elsewhere.run(["bulk", "create", &shops, "--journal", journal.to_str().unwrap(), "--yes"]);
    assert!(ran.code != 0 && !ran.err.contains("the journal is whole"), "{ran:?}");
}

#[test]
fn onboarding_shows_codes_until_a_phone_is_linked() {
    let account = Account::with(Options { customer: Some(Customer::default()), ..Options::default() });
    let ran = account.run(["onboard", "shop-1", "--yes"]).succeeds();
    let id = account.id("shop-1");
    assert!(
        ran.err.contains("created") && ran.err.contains("Scan with WhatsApp") && ran.err.contains("Linked: "),
        "{ran:?}"
    );
    assert!(
        ran.out.starts_with(&format!("idInstance  {id}\nname        shop-1\nisNew       yes\nphone       7")),
        "{ran:?}"
    );
    assert!(!ran.out.contains('\u{1b}'), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn onboarding_ends_well_where_nobody_can_be_told() {
    for closed in ["2>&-", "2>/dev/full"] {
        let account = Account::with(Options { customer: Some(Customer::default()), ..Options::default() });
        let onboard = format!("exec {} onboard shop-1 --yes --json {closed}", program());
        let mut command = account.shell(&onboard);
        let ran = account.ran(&mut command).succeeds();
        assert!(ran.out.contains("79001234567"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn onboarding_ends_well_though_its_reader_has_left() {
    let account = Account::with(Options { customer: Some(Customer::default()), ..Options::default() });
    let mut run = account.begin(&["onboard", "shop-1", "--yes", "--json"]);
    drop(run.stderr.take());
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("79001234567"));
}

#[test]
fn a_dry_run_of_onboard_says_whether_an_instance_would_be_created() {
    let account = Account::of(&["shop-1"]);
    let id: u64 = account.id("shop-1").parse().unwrap();
    let dry = |name| account.run(["onboard", name, "--dry-run", "--json"]).succeeds();
    assert_eq!(dry("shop-1").json(), json!({ "idInstance": id, "name": "shop-1", "isNew": false, "phone": null }));
    let new = dry("shop-2");
    assert_eq!(new.json(), json!({ "idInstance": null, "name": "shop-2", "isNew": true, "phone": null }));
    assert!(new.err.contains("would be created and charged at once"), "{new:?}");
    assert_eq!(account.live(), 1);
    account.run(["onboard", "", "--dry-run"]).fails(2, "name");
}

#[test]
fn rows_are_asked_for_whether_they_have_a_name_or_not() {
    let account = Account::of(&["shop-1"]);
    let rows = "{\"name\": \"shop-1\"}\n{\"incomingWebhook\": true}\n{\"incomingWebhook\": true}\n";
    let file = account.file("shops.jsonl", rows);
    let create = ["bulk", "create", &file, "--journal", "spring.journal"];
    account.run(create).fails(2, "Create 2 instances");
    assert_eq!(creations(&account), 0);
    account.run([&create[..], &["--yes"]].concat()).succeeds();
    assert_eq!(creations(&account), 2);
    let live = account.file("live.jsonl", "\"shop-1\"\n");
    account.run(["bulk", "create", &live]).succeeds();
    assert_eq!(creations(&account), 2, "there was nothing to ask for");
}
