//! `instances list`, `instances show`, `inspect`: taking stock.

use greenapi_partner_mock::Requests;
use serde_json::json;

use crate::account::Account;

#[test]
fn a_list_is_a_table_of_the_live_ones() {
    let account = Account::of(&["shop-1", "shop-2", "demo-1"]);
    let id = account.id("shop-2");
    account.run(["instances", "delete", &id, "--yes"]).succeeds();
    let ran = account.run(["instances", "list"]).succeeds();
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3, "{ran:?}");
    assert!(lines[0].starts_with("ID          NAME    TYPE      TIME CREATED"), "{ran:?}");
    assert!(lines[1].contains("shop-1") && lines[2].contains("demo-1"), "{ran:?}");
    assert_eq!(ran.err, "");
    let names = |flag| account.run(["instances", "list", flag, "--json", "name"]).succeeds().all("name");
    assert_eq!(names("--deleted"), [json!("shop-2")]);
    assert_eq!(names("--all").len(), 3);
    assert_eq!(names("--live").len(), 2);
}

#[test]
fn names_are_chosen_by_a_pattern() {
    let account = Account::of(&["shop-1", "shop-22", "demo-1"]);
    let names = |pattern| {
        let ran = account.run(["instances", "list", "--name", pattern, "--json", "name"]).succeeds();
        ran.all("name").iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("shop-*"), ["shop-1", "shop-22"]);
    assert_eq!(names("shop-?"), ["shop-1"]);
    assert_eq!(names("shop"), Vec::<String>::new());
}

#[test]
fn json_has_the_fields_that_are_asked_for_under_the_names_they_are_asked_for_by() {
    let account = Account::of(&["shop-1"]);
    let id: u64 = account.id("shop-1").parse().unwrap();
    let ran = account.run(["instances", "list", "--json", "id,name,type_instance"]).succeeds();
    assert_eq!(ran.json(), json!([{ "id": id, "name": "shop-1", "type_instance": "whatsapp" }]));
    let whole = account.run(["instances", "list", "--json"]).succeeds().json();
    assert_eq!(whole[0]["idInstance"], id);
    assert_eq!(whole[0].get("apiTokenInstance"), None);
    account
        .run(["instances", "list", "--json", "colour"])
        .fails(2, "there is no field \"colour\"; the fields are idInstance,");
    account.run(["instances", "list", "--json", "apiTokenInstance"]).fails(2, "--show-tokens");
    assert_eq!(account.run(["instances", "list", "--name", "nobody", "--json"]).succeeds().json(), json!([]));
}

#[test]
fn csv_has_a_header_and_quotes_what_needs_it() {
    let account = Account::of(&["shop, one"]);
    let id = account.id("shop, one");
    let ran = account.run(["instances", "list", "--csv", "id,name,deleted"]).succeeds();
    assert_eq!(ran.out, format!("id,name,deleted\n{id},\"shop, one\",false\n"));
}

#[test]
fn one_is_shown_by_its_id_or_its_name() {
    let account = Account::of(&["shop-1", "twin", "twin"]);
    let id = account.id("shop-1");
    for asked in ["shop-1", &id] {
        let ran = account.run(["instances", "show", asked]).succeeds();
        assert!(ran.out.starts_with(&format!("idInstance      {id}\nname            shop-1\n")), "{ran:?}");
        assert_eq!(
            account.run(["instances", "show", asked, "--json", "name"]).succeeds().json(),
            json!({ "name": "shop-1" })
        );
    }
    account.run(["instances", "show", "nobody"]).fails(3, "no instance \"nobody\"");
    account.run(["instances", "show", "twin"]).fails(2, "2 live instances have the name \"twin\"");
}

#[test]
fn a_token_is_printed_where_it_is_asked_for_and_nowhere_else() {
    let account = Account::of(&["shop-1"]);
    let token = account.control().instances()[0].api_token_instance.clone();
    for format in [&["--json"][..], &["--csv"], &[], &["--json", "apiTokenInstance"]] {
        let mut command = account.command();
        let output = command.args(["instances", "list", "--show-tokens"]).args(format).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains(&token), "{format:?}");
    }
    account.run(["instances", "list", "--json"]).succeeds();
    account.run(["instances", "list", "--all", "-v"]).succeeds();
}

#[test]
fn an_account_is_inspected_by_groups() {
    let account = Account::of(&["linked", "waiting"]);
    account.control().scan(account.id("linked").parse().unwrap(), Some("79001234567")).unwrap();
    let groups = |arguments: &[&str]| {
        let ran = account.run([&["inspect", "--json", "name,group"], arguments].concat()).succeeds();
        let mut groups: Vec<_> =
            ran.json().as_array().unwrap().iter().map(|row| format!("{} {}", row["name"], row["group"])).collect();
        groups.sort();
        groups
    };
    assert_eq!(groups(&[]), ["\"linked\" \"linked\"", "\"waiting\" \"waiting\""]);
    assert_eq!(groups(&["--group", "waiting"]), ["\"waiting\" \"waiting\""]);
    assert_eq!(groups(&["linked"]), ["\"linked\" \"linked\""]);
    let ran = account.run(["inspect", "--history", "--json", "name,phone,everLinked"]).succeeds();
    assert!(
        ran.json()
            .as_array()
            .unwrap()
            .contains(&json!({ "name": "linked", "phone": "79001234567", "everLinked": true }))
    );
    account.run(["inspect", "--silent", "--message-minutes", "0"]).fails(2, "message_minutes must be from 1");
    account.run(["inspect", "--group", "blue"]).fails(2, "invalid value 'blue'");
    account.run(["inspect", "nobody"]).fails(3, "no instance \"nobody\"");
}

#[test]
fn what_nobody_can_read_further_ends_it_quietly() {
    let account = Account::new();
    account.control().add_instances(5_000);
    let program = crate::account::program();
    let mut shell = assert_cmd::Command::new("bash");
    shell
        .env("GREENAPI_PARTNER_API_URL", account.mock.url())
        .env("GREENAPI_PARTNER_TOKEN", account.mock.partner_token());
    shell.args(["-c", &format!("{program} instances list --csv id,name | head -n 2; echo ${{PIPESTATUS[0]}}")]);
    let ran = account.ran(&mut shell);
    assert_eq!((ran.out.lines().count(), ran.out.lines().last(), &*ran.err), (3, Some("0"), ""));
}

#[test]
fn those_that_are_linked_and_silent_are_found() {
    let account = Account::of(&["waiting"]);
    for (name, phone) in [("busy", "79000000001"), ("silent", "79000000002")] {
        account.add(&json!({ "name": name, "phone": phone, "settings": { "incomingWebhook": "yes" } }));
    }
    let text = json!({ "chatId": "79001234567@c.us", "text": "Hello" });
    let busy = account.id("busy").parse().unwrap();
    account.control().receive_message(busy, text.as_object().unwrap()).unwrap();
    let ran = account.run(["inspect", "--silent", "--json", "name,incomingMessages"]).succeeds();
    assert_eq!(ran.json(), json!([{ "name": "silent", "incomingMessages": 0 }]));
    let asked = || account.control().requests(&Requests::of("lastIncomingMessages"));
    assert!(asked().len() == 2 && asked().iter().all(|one| one.path.ends_with("?minutes=1440")));
    account.control().clear_requests();
    account.run(["inspect", "--silent", "--message-minutes", "60"]).succeeds();
    assert!(asked().len() == 2 && asked().iter().all(|one| one.path.ends_with("?minutes=60")));
}
