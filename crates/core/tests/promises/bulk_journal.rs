//! The journal of a run: what is in it, whose it is, and how a run is taken up again. Crashes are in `bulk_crash`.

use std::{fs, path::Path, time::Duration};

use greenapi_partner::{BulkOptions, CreateInstance, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Outcome};

use crate::support::{
    CREATE, LIST, always, builder,
    bulk::{codes, created_names, journal_path, live, reasons, refusal, report, specs, statuses, to_end},
    client, put_named, received, script, start, until,
};

#[tokio::test]
async fn what_was_done_is_skipped_and_what_failed_is_tried_again() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault::default(), Fault::named(Named::NoCapacity)]);
    let first = report(partner.create_instances(specs(3), one_by_one(&path))).await;
    assert_eq!(statuses(&first), ["done", "failed", "done"]);
    let second = report(partner.create_instances(specs(3), one_by_one(&path))).await;
    assert_eq!(statuses(&second), ["skipped", "done", "skipped"]);
    assert_eq!(reasons(&second)[0], "created by an earlier run of this journal");
    assert_eq!(second.get(0).unwrap().id_instance(), first.get(0).unwrap().id_instance());
    assert_eq!(second.get(0).unwrap().instance().unwrap().name(), Some("a-0"));
    assert_eq!(live(&mock), ["a-0", "a-1", "a-2"]);
}

#[tokio::test]
async fn what_was_deleted_since_is_not_created_again() {
    let (mock, partner) = start().await;
    let path = journal_path();
    let first = report(partner.create_instances(specs(1), one_by_one(&path))).await;
    let id = first.get(0).unwrap().id_instance().unwrap();
    partner.delete_instance_account(id).await.unwrap();
    let second = report(partner.create_instances(specs(1), one_by_one(&path))).await;
    assert_eq!((statuses(&second)[0].as_str(), second.get(0).unwrap().id_instance()), ("skipped", Some(id)));
    assert!(second.get(0).unwrap().instance().unwrap().deleted());
    mock.control().reset();
    let gone = report(partner.create_instances(specs(1), one_by_one(&path))).await;
    assert_eq!((statuses(&gone)[0].as_str(), gone.get(0).unwrap().id_instance()), ("skipped", Some(id)));
    assert!(live(&mock).is_empty());
}

#[tokio::test]
async fn what_is_unknown_is_looked_for_and_sent_again_only_if_told() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault { times: Some(3), ..Fault::cut(Cut::AfterRequest) }]);
    let options = || one_by_one(&path).settle(Duration::from_millis(10));
    let first = report(partner.create_instances(specs(3), options())).await;
    assert_eq!(statuses(&first), ["unknown"; 3]);
    put_named(&mock, 77, "a-1");
    let second = report(partner.create_instances(specs(3), options())).await;
    assert_eq!(statuses(&second), ["unknown", "done", "unknown"]);
    assert_eq!((codes(&second)[0], reasons(&second)[1].as_str()), ("outcome_unknown", "found by its name"));
    assert_eq!(received(&mock, CREATE).len(), 3);
    let dry = report(partner.create_instances(specs(3), options().dry_run(true).retry_unknown(true))).await;
    assert_eq!(statuses(&dry), ["planned", "skipped", "planned"]);
    let error = refusal(partner.create_instances(specs(3), options().retry_unknown(true).max_new(1))).await;
    assert_eq!(error.code().as_str(), "limit_exceeded");
    let told = report(partner.create_instances(specs(3), options().retry_unknown(true))).await;
    assert_eq!(statuses(&told), ["done", "skipped", "done"]);
    assert_eq!(live(&mock), ["a-0", "a-1", "a-2"]);
}

/// A crash leaves a row that says only that it was sent; the request may still be on its way.
#[tokio::test(start_paused = true)]
async fn what_a_crash_left_is_looked_for_even_where_the_caller_has_looked() {
    let (mock, partner) = start().await;
    let path = journal_path();
    left_by_a_crash(&mock, &partner, &path).await;
    let before = received(&mock, CREATE).len();
    let guarded = refusal(partner.create_instances(specs(2), one_by_one(&path).retry_unknown(true).max_new(1))).await;
    assert_eq!(guarded.code().as_str(), "limit_exceeded", "it would be sent again, and counts");
    let run = partner.create_instances(specs(2), one_by_one(&path).retry_unknown(true));
    let mut run = tokio::spawn(report(run));
    tokio::select! {
        report = &mut run => panic!("nobody looked: {:?}", statuses(&report.unwrap())),
        () = until(&mock, LIST, Outcome::Answered, received(&mock, LIST).len() + 2) => {}
    }
    put_named(&mock, 77, "a-0");
    let report = run.await.unwrap();
    assert_eq!(statuses(&report), ["done", "done"]);
    assert_eq!(report.get(0).unwrap().id_instance(), Some(77));
    assert_eq!(created_names(&mock)[before..], ["a-1"], "it was looked for until nobody could expect it");
}

#[tokio::test]
async fn a_spec_without_a_name_gets_the_journals_and_its_place() {
    let (mock, partner) = start().await;
    let path = journal_path();
    let given = || vec![CreateInstance::new(), CreateInstance::named("own"), CreateInstance::new().state_webhook(true)];
    report(partner.create_instances(given(), one_by_one(&path))).await;
    assert_eq!(live(&mock), ["own", "shops-1", "shops-3"]);
    let again = report(partner.create_instances(given(), one_by_one(&path))).await;
    assert_eq!(statuses(&again), ["skipped"; 3]);
    let other = journal_path();
    let error = refusal(partner.create_instances(given(), one_by_one(&other))).await;
    assert!(error.code().as_str() == "invalid_request" && error.to_string().contains("shops-1"), "{error}");
    assert_eq!(received(&mock, CREATE).len(), 3);
}

#[tokio::test]
async fn another_runs_journal_is_refused_before_anything_is_sent() {
    let (mock, partner) = start().await;
    let path = journal_path();
    report(partner.create_instances(specs(2), one_by_one(&path))).await;
    let sent = mock.control().request_count();
    let other_account = builder(&mock).partner_token("gac.another").build().unwrap();
    let other_host = builder(&mock).partner_api_url(format!("{}/elsewhere", mock.url())).build().unwrap();
    let renamed = vec![CreateInstance::named("a-0"), CreateInstance::named("b-1")];
    let others = [
        partner.create_instances(specs(3), one_by_one(&path)),
        partner.create_instances(specs(1), one_by_one(&path)),
        partner.create_instances(renamed, one_by_one(&path)),
        partner.create_instances(specs(3), one_by_one(&path).dry_run(true)),
        partner.reboot_instances(vec![1, 2], one_by_one(&path)),
        other_account.create_instances(specs(2), one_by_one(&path)),
        other_host.create_instances(specs(2), one_by_one(&path)),
    ];
    for run in others {
        let error = refusal(run).await;
        assert_eq!(error.code().as_str(), "invalid_request", "{error}");
    }
    assert_eq!(mock.control().request_count(), sent);
}

#[tokio::test]
async fn what_is_no_journal_is_refused_and_left_as_it_is() {
    let (mock, partner) = start().await;
    let (text, database, newer) = (journal_path(), journal_path(), journal_path());
    fs::write(&text, "this is somebody's shopping list, and long enough to have been taken for a header of a file")
        .unwrap();
    rusqlite::Connection::open(&database).unwrap().execute_batch("CREATE TABLE item (place INTEGER)").unwrap();
    report(partner.create_instances(specs(1), one_by_one(&newer))).await;
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let sent = mock.control().request_count();
    for path in [&text, &database, &newer] {
        let before = fs::read(path).unwrap();
        for dry_run in [true, false] {
            let error = refusal(partner.create_instances(specs(1), one_by_one(path).dry_run(dry_run))).await;
            assert_eq!(error.code().as_str(), "invalid_request", "{error}");
        }
        assert_eq!(fs::read(path).unwrap(), before, "{}", path.display());
    }
    for path in [text.parent().unwrap(), &text.join("below-a-file"), Path::new("/nowhere/at/all"), Path::new("")] {
        let error = refusal(partner.create_instances(specs(1), one_by_one(path))).await;
        assert_eq!(error.code().as_str(), "invalid_request", "{error}");
    }
    assert_eq!(mock.control().request_count(), sent);
}

#[tokio::test]
async fn a_journal_that_a_run_has_is_refused_to_a_second_one() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault::hold()]);
    let first = tokio::spawn(report(partner.create_instances(specs(1), one_by_one(&path))));
    until(&mock, CREATE, Outcome::Held, 1).await;
    let error = refusal(client(&mock).create_instances(specs(1), one_by_one(&path))).await;
    assert!(error.code().as_str() == "invalid_request" && error.to_string().contains("in use"), "{error}");
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    let outside = rusqlite::Connection::open(&path).unwrap();
    outside.busy_timeout(Duration::ZERO).unwrap();
    assert!(outside.query_row("SELECT count(*) FROM item", [], |row| row.get::<_, i64>(0)).is_err());
    drop(outside);
    mock.control().release();
    assert_eq!(statuses(&first.await.unwrap()), ["done"]);
    assert_eq!(statuses(&report(partner.create_instances(specs(1), one_by_one(&path))).await), ["skipped"]);
    assert_eq!(received(&mock, CREATE).len(), 1);
}

/// What stands under its name is not what the run writes to any more: the next run would know nothing of it.
#[tokio::test]
async fn a_run_whose_files_are_taken_away_ends_and_has_sent_nothing_twice() {
    for (name, take) in TAKEN_AWAY {
        let (mock, partner) = start().await;
        let path = journal_path();
        script(&mock, CREATE, [Fault::default(), Fault { act: true, ..Fault::hold() }]);
        let first = tokio::spawn(to_end(partner.create_instances(specs(4), one_by_one(&path))));
        until(&mock, CREATE, Outcome::Held, 1).await;
        take(&path);
        mock.control().release();
        let (report, ended) = first.await.unwrap();
        let error = ended.unwrap_err();
        assert_eq!(error.code().as_str(), "configuration", "{name}: {error}");
        assert!(error.to_string().contains("deleted, moved or replaced"), "{name}: {error}");
        assert_eq!(statuses(&report), ["done", "done", "skipped", "skipped"], "{name}");
        assert_eq!(created_names(&mock), ["a-0", "a-1"], "{name}: what was under way ended, and nothing more was sent");
        let again = self::report(client(&mock).create_instances(specs(4), one_by_one(&path))).await;
        assert_eq!(statuses(&again)[2..], ["done", "done"], "{name}");
        assert_eq!(live(&mock), ["a-0", "a-1", "a-2", "a-3"], "{name}");
    }
}

type Taking = fn(&Path);
const TAKEN_AWAY: [(&str, Taking); 5] = [
    ("deleted", |path| fs::remove_file(path).unwrap()),
    ("moved", |path| fs::rename(path, path.with_extension("moved")).unwrap()),
    ("replaced", |path| {
        fs::write(path.with_extension("new"), "").unwrap();
        fs::rename(path.with_extension("new"), path).unwrap();
    }),
    ("its log deleted", |path| fs::remove_file(path.with_extension("journal-wal")).unwrap()),
    ("its lock deleted", |path| fs::remove_file(path.with_extension("journal.lock")).unwrap()),
];

/// Even where everything is gone, what a new run has made there stays.
#[tokio::test]
async fn a_run_whose_files_are_gone_leaves_those_of_the_next_alone() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }, Fault { act: true, ..Fault::hold() }]);
    let first = tokio::spawn(to_end(partner.create_instances(specs(2), one_by_one(&path))));
    until(&mock, CREATE, Outcome::Held, 1).await;
    for file in fs::read_dir(path.parent().unwrap()).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let other = ["b-0", "b-1"].map(CreateInstance::named).to_vec();
    let second = tokio::spawn(report(client(&mock).create_instances(other, one_by_one(&path))));
    until(&mock, CREATE, Outcome::Held, 2).await;
    mock.control().release();
    let (report, ended) = first.await.unwrap();
    assert_eq!((statuses(&report), ended.is_err()), (vec!["done".to_owned(), "skipped".to_owned()], true));
    assert_eq!(statuses(&second.await.unwrap()), ["done", "done"]);
    assert_eq!(live(&mock), ["a-0", "b-0", "b-1"]);
}

/// The way that the docs name to look at a run from outside.
#[tokio::test]
async fn a_copy_of_the_file_and_its_log_tells_how_far_a_run_is() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault::default(), Fault::hold()]);
    let run = tokio::spawn(report(partner.create_instances(specs(3), one_by_one(&path))));
    until(&mock, CREATE, Outcome::Held, 1).await;
    let copy = journal_path();
    fs::copy(&path, &copy).unwrap();
    fs::copy(path.with_extension("journal-wal"), copy.with_extension("journal-wal")).unwrap();
    let look = rusqlite::Connection::open(&copy).unwrap();
    let mut states = look.prepare("SELECT state FROM item ORDER BY place").unwrap();
    let states: Vec<String> = states.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(states, ["done", "sent", "waiting"]);
    mock.control().release();
    assert_eq!(statuses(&run.await.unwrap()), ["done"; 3]);
}

/// By a link or another spelling it is the same file.
#[cfg(unix)]
#[tokio::test]
async fn a_journal_is_held_by_whatever_name_it_is_given() {
    let (mock, partner) = start().await;
    let path = journal_path();
    let folder = path.parent().unwrap().to_owned();
    fs::write(&path, "").unwrap();
    std::os::unix::fs::symlink(&path, folder.join("soft")).unwrap();
    fs::hard_link(&path, folder.join("hard")).unwrap();
    script(&mock, CREATE, [Fault::hold()]);
    let run = tokio::spawn(report(partner.create_instances(specs(1), one_by_one(&path))));
    until(&mock, CREATE, Outcome::Held, 1).await;
    for name in ["soft", "hard", "./shops.journal"] {
        let error = refusal(client(&mock).create_instances(specs(1), one_by_one(&folder.join(name)))).await;
        assert!(error.to_string().contains("in use"), "{name}: {error}");
    }
    mock.control().release();
    run.await.unwrap();
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test]
async fn no_token_is_in_it_and_nobody_else_may_read_it() {
    let (mock, partner) = start().await;
    let path = journal_path();
    fs::write(&path, "").unwrap();
    script(&mock, CREATE, [Fault::default(), Fault::hold()]);
    let given = specs(3).into_iter().map(|spec| spec.webhook_url_token("canary-webhook"));
    let run = tokio::spawn(report(partner.create_instances(given.collect(), one_by_one(&path))));
    until(&mock, CREATE, Outcome::Held, 1).await;
    assert_private(&path, &mock, 3);
    mock.control().release();
    run.await.unwrap();
    assert_private(&path, &mock, 1);
}

#[tokio::test]
async fn a_dry_run_leaves_the_journal_as_it_is() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault::default(), always(Fault::named(Named::NoCapacity))]);
    report(partner.create_instances(specs(3), one_by_one(&path))).await;
    let before = fs::read(&path).unwrap();
    let dry = report(partner.create_instances(specs(3), one_by_one(&path).dry_run(true))).await;
    assert_eq!(statuses(&dry), ["skipped", "planned", "planned"]);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn nothing_is_sent_that_cannot_be_written_down_first() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [always(Fault::named(Named::NoCapacity))]);
    report(partner.create_instances(specs(5), one_by_one(&path))).await;
    mock.control().clear_faults();
    mock.control().clear_requests();
    full_when(&path, "new.place = 2 AND new.state = 'sent'");
    let (report, ended) = to_end(partner.create_instances(specs(5), one_by_one(&path))).await;
    let error = ended.unwrap_err();
    assert!(error.code().as_str() == "configuration" && error.to_string().contains("disk is full"), "{error}");
    assert_eq!(statuses(&report), ["done", "done", "skipped", "skipped", "skipped"]);
    assert_eq!(reasons(&report)[4], "the journal cannot be written");
    assert_eq!(created_names(&mock), ["a-0", "a-1"]);
}

#[tokio::test]
async fn an_answer_that_cannot_be_written_down_is_told_and_found_later() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [always(Fault::named(Named::NoCapacity))]);
    report(partner.create_instances(specs(2), one_by_one(&path))).await;
    mock.control().clear_faults();
    full_when(&path, "new.state = 'done'");
    let (first, ended) = to_end(partner.create_instances(specs(2), one_by_one(&path))).await;
    assert_eq!(ended.unwrap_err().code().as_str(), "configuration");
    assert_eq!(statuses(&first), ["done", "skipped"]);
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP TRIGGER full").unwrap();
    let second = report(partner.create_instances(specs(2), one_by_one(&path))).await;
    assert_eq!((statuses(&second), reasons(&second)[0].as_str()), (vec!["done".into(); 2], "found by its name"));
    assert_eq!(live(&mock), ["a-0", "a-1"]);
}

#[tokio::test]
async fn one_that_cannot_be_begun_sends_nothing() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [always(Fault::named(Named::NoCapacity))]);
    report(partner.create_instances(specs(2), one_by_one(&path))).await;
    mock.control().clear_requests();
    full_when(&path, "new.state = 'sent'");
    let (report, ended) = to_end(partner.create_instances(specs(2), BulkOptions::new().journal(&path))).await;
    assert_eq!((statuses(&report), ended.is_err()), (vec!["skipped".into(); 2], true));
    assert!(received(&mock, CREATE).is_empty());
}

#[tokio::test]
async fn a_run_that_is_dropped_writes_down_what_it_had_sent() {
    let (mock, partner) = start().await;
    let path = journal_path();
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }]);
    let mut run = partner.create_instances(specs(2), one_by_one(&path));
    tokio::select! {
        _ = run.next() => panic!("nothing has ended"),
        () = until(&mock, CREATE, Outcome::Held, 1) => {}
    }
    let waiting = run.control();
    drop(run);
    mock.control().release();
    while waiting.progress().left() != Some(0) {
        tokio::task::yield_now().await;
    }
    let second = loop {
        let (second, ended) = to_end(partner.create_instances(specs(2), one_by_one(&path))).await;
        if ended.is_ok() {
            break second;
        }
    };
    assert_eq!(
        (statuses(&second), reasons(&second)[0].as_str()),
        (vec!["skipped".to_owned(), "done".to_owned()], "created by an earlier run of this journal")
    );
    assert_eq!(received(&mock, CREATE).len(), 2);
}

fn one_by_one(path: &Path) -> BulkOptions {
    BulkOptions::new().journal(path).concurrency(1)
}

/// Makes the journal as a full disk would, when a row is to stand so.
fn full_when(path: &Path, row: &str) {
    let trigger =
        format!("CREATE TRIGGER full BEFORE UPDATE ON item WHEN {row} BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
    rusqlite::Connection::open(path).unwrap().execute_batch(&trigger).unwrap();
}

/// A journal whose first item says that it was sent, and nothing more.
async fn left_by_a_crash(mock: &MockServer, partner: &PartnerClient, path: &Path) {
    script(mock, CREATE, [Fault { times: Some(2), ..Fault::named(Named::NoCapacity) }]);
    report(partner.create_instances(specs(2), one_by_one(path))).await;
    let journal = rusqlite::Connection::open(path).unwrap();
    journal.execute("UPDATE item SET state = 'sent' WHERE place = 0", []).unwrap();
}

/// The journal and what SQLite has beside it: so many files, none for others, and no token in any.
fn assert_private(path: &Path, mock: &MockServer, count: usize) {
    let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), count, "{files:?}");
    let tokens = mock.control().instances().into_iter().map(|one| one.api_token_instance);
    let secrets: Vec<_> = tokens.chain([mock.partner_token(), "canary-webhook".to_owned()]).collect();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for secret in &secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a token", file.display());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
}
