//! `instances delete`, `offboard`, `bulk delete`, `instances duplicates`, `logout`: what cannot be undone.

use greenapi_partner_mock::Requests;
use serde_json::json;

use crate::account::Account;

#[test]
fn nothing_is_deleted_where_nobody_can_be_asked() {
    let account = Account::of(&["shop-1", "shop-2"]);
    let id = account.id("shop-1");
    account
        .run(["instances", "delete", &id])
        .fails(2, &format!("Delete 1 instance for good: {id} \"shop-1\"?; what to do: give --yes"));
    account.run(["offboard", &id]).fails(2, "give --yes");
    account.run(["logout", &id]).fails(2, "Unlink the phones of 1 instance?");
    account.run(["instances", "duplicates", "--delete"]).fails(2, "give --yes");
    let file = account.file("old.csv", &format!("idInstance\n{id}\n"));
    account.run(["bulk", "delete", &file]).fails(2, "give --yes");
    assert_eq!(account.live(), 2);
    assert_eq!(account.control().requests(&Requests::of("logout")).len(), 0);
}

#[test]
fn instances_are_deleted_by_their_ids_alone() {
    let account = Account::of(&["shop-1", "shop-2", "shop-3"]);
    let (one, two) = (account.id("shop-1"), account.id("shop-2"));
    account.run(["instances", "delete", "shop-1", "--yes"]).fails(2, "names will not do here");
    let ran = account.run(["instances", "delete", &one, &two, "--yes", "--json", "name,status"]).succeeds();
    assert_eq!(ran.all("status"), [json!("done"), json!("done")]);
    assert_eq!(account.live(), 1);
    assert_eq!(account.control().requests(&Requests::of("logout")).len(), 0);
    assert_eq!(account.run(["instances", "delete", "1", "--yes"]).code, 3);
}

#[test]
fn the_guards_hold() {
    let account = Account::of(&["shop-1", "shop-2"]);
    let (one, two) = (account.id("shop-1"), account.id("shop-2"));
    account.run(["instances", "delete", &one, &two, "--yes"]).fails(5, "all 2 live instances");
    account.run(["instances", "delete", &one, "--max-deleted", "0", "--yes"]).fails(5, "max_deleted is 0");
    let ran = account.run(["instances", "delete", &one, "--dry-run", "--json", "status"]).succeeds();
    assert_eq!(ran.json(), json!([{ "status": "planned" }]));
    assert_eq!(account.live(), 2);
}

#[test]
fn offboarding_logs_out_first() {
    let account = Account::of(&["shop-1", "shop-2"]);
    let id = account.id("shop-1");
    account.control().scan(id.parse().unwrap(), None).unwrap();
    account.run(["offboard", &id, "--yes"]).succeeds();
    assert_eq!(account.live(), 1);
    assert_eq!(account.control().requests(&Requests::of("logout")).len(), 1);
}

#[test]
fn ids_are_read_from_stdin_and_from_files() {
    let account = Account::of(&["shop-1", "shop-2", "shop-3"]);
    let list = account.run(["instances", "list", "--csv", "id,name", "--name", "shop-1"]).succeeds();
    let mut command = account.command();
    account.ran(command.args(["instances", "delete", "-", "--yes"]).write_stdin(list.out)).succeeds();
    assert_eq!(account.live(), 2);
    let file = account.file("old.jsonl", &format!("{{\"idInstance\": {}}}\n", account.id("shop-2")));
    account.run(["bulk", "delete", &file, "--yes"]).succeeds();
    assert_eq!(account.live(), 1);
    account
        .ran(account.command().args(["instances", "delete", "-", "--yes"]).write_stdin(""))
        .fails(2, "no instance is named");
    let file = account.file("none.csv", "name\nshop-3\n");
    account.run(["bulk", "delete", &file, "--yes"]).fails(2, "there is no column idInstance");
    // What stands there in place of an id may be a secret.
    let file = account.file("odd.jsonl", "{\"id\": 7}\n{\"id\": {\"apiTokenInstance\": \"canary-of-a-row\"}}\n");
    let ran = account.run(["bulk", "delete", &file, "--yes"]);
    ran.fails(2, "row 2: what it has is no id of an instance");
    assert!(!ran.err.contains("canary"));
}

/// What a customer is called is no place for ids, whatever is in it.
#[test]
fn what_stands_in_a_name_names_no_instance() {
    let account = Account::of(&["shop-1"]);
    let other = account.id("shop-1");
    let odd = account.add(&json!({ "name": format!("evil\n{other} x") }));
    account.add(&json!({ "name": "shop-3" }));
    let list = account.run(["instances", "list", "--csv", "id,name", "--name", "evil*"]).succeeds();
    let piped = |arguments: &[&str], input: &str| account.ran(account.command().args(arguments).write_stdin(input));
    let ran = piped(&["offboard", "-", "--yes", "--json", "id"], &list.out).succeeds();
    assert_eq!((ran.json(), account.live()), (json!([{ "id": odd }]), 2));
    let names = account.run(["instances", "list", "--csv", "name,id", "--name", "shop-*"]).succeeds();
    piped(&["offboard", "-", "--yes"], &names.out).fails(2, "names will not do here");
}

#[test]
fn a_line_of_several_words_names_no_instance() {
    let account = Account::of(&["shop-1", "shop-2", "a shop"]);
    let (one, two) = (account.id("shop-1"), account.id("shop-2"));
    let sent = account.control().request_count();
    let piped = |arguments: &[&str], input: &str| account.ran(account.command().args(arguments).write_stdin(input));
    for command in [&["offboard", "-", "--yes"][..], &["instances", "delete", "-", "--yes"], &["logout", "-", "--yes"]]
    {
        for line in [format!("{one} {two}\n"), format!("{one}\n{one}\t{two}\n"), "a shop\n".to_owned()] {
            piped(command, &line).fails(2, "has several words in its first cell");
        }
        piped(command, &format!("{one},\"shop\n{two}\n")).fails(2, "a quotation mark is not closed");
    }
    assert_eq!((account.live(), account.control().request_count()), (3, sent));
    let ran = piped(&["inspect", "-", "--json", "name"], "\"a shop\"\nshop-1,7\n").succeeds();
    // A row is printed once its instance has answered.
    let mut names = ran.all("name");
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["a shop", "shop-1"]);
}

/// A spreadsheet has ids of its own.
#[test]
fn of_several_ids_in_a_row_that_of_the_instance_counts() {
    for write in [
        |own: &str, id: &str| ("rows.csv", format!("id,name,idInstance\n{own},shop-2,{id}\n")),
        |own: &str, id: &str| ("rows.csv", format!("id,id_instance\n{own},{id}\n")),
        |own: &str, id: &str| ("rows.jsonl", format!("{{\"id\": {own}, \"idInstance\": \"{id}\"}}\n")),
    ] {
        let account = Account::of(&["shop-1", "shop-2"]);
        let (name, rows) = write(&account.id("shop-1"), &account.id("shop-2"));
        account.run(["bulk", "delete", &account.file(name, &rows), "--yes"]).succeeds();
        let listed = account.run(["instances", "list", "--json", "name"]).succeeds();
        assert_eq!(listed.all("name"), ["shop-1"]);
    }
}

#[test]
fn which_of_two_spellings_of_an_id_is_meant_is_not_guessed() {
    let account = Account::of(&["shop-1", "shop-2"]);
    let (one, other) = (account.id("shop-1"), account.id("shop-2"));
    for (name, rows) in [
        ("rows.csv", format!("id_instance,idInstance\n{one},{other}\n")),
        ("rows.jsonl", format!("{{\"idInstance\": {other}}}\n{{\"id_instance\": {one}, \"idInstance\": {other}}}\n")),
    ] {
        let file = account.file(name, &rows);
        account.run(["bulk", "delete", &file, "--yes"]).fails(2, "2: both idInstance and id_instance are there");
    }
    assert_eq!((account.live(), account.control().requests(&Requests::of("deleteInstanceAccount")).len()), (2, 0));
}

#[test]
fn doubles_are_found_and_cleaned_up() {
    let account = Account::of(&["twin", "twin", "single"]);
    let linked = account.id("twin");
    account.control().scan(linked.parse().unwrap(), None).unwrap();
    let ran = account.run(["instances", "duplicates", "--json", "id,plan"]).succeeds();
    assert_eq!(ran.json().as_array().unwrap().len(), 2, "{ran:?}");
    account.run(["instances", "duplicates", "--delete", "--dry-run"]).succeeds();
    assert_eq!(account.live(), 3);
    account.run(["instances", "duplicates", "--delete", "--yes"]).succeeds();
    assert_eq!((account.live(), account.id("twin")), (2, linked));
}
