//! Guards of deletions: what would delete more than was meant sends nothing. What they count is in the scenarios.

use greenapi_partner::{BulkOptions, ErrorCode, PartnerClient};
use greenapi_partner_mock::{Fault, MockServer};
use serde_json::json;

use crate::support::{
    DELETE, LIST, always,
    bulk::{journal_path, live, refusal, report, statuses},
    put, put_named, received, script, start,
};

#[tokio::test]
async fn the_whole_list_is_not_deleted_by_a_slip_of_the_pen() {
    let (mock, partner) = start_with(3).await;
    put(&mock, json!({"idInstance": 9, "name": "old", "deleted": true}));
    let all = |listed: greenapi_partner::Instances| listed.iter().map(|one| one.id_instance()).collect::<Vec<_>>();
    for options in [BulkOptions::new(), BulkOptions::new().dry_run(true), BulkOptions::new().journal(journal_path())] {
        let ids = all(partner.get_instances().await.unwrap());
        let before = mock.control().request_count();
        let error = refusal(partner.delete_instance_accounts(ids, options)).await;
        assert_eq!(error.code(), ErrorCode::LimitExceeded, "{error}");
        assert_eq!(mock.control().request_count() - before, 1, "the list, and nothing more");
    }
    assert_eq!(live(&mock).len(), 3);
}

/// A refused run leaves no plan behind: its journal takes the next one, of other ids.
#[tokio::test]
async fn a_refused_run_does_not_bind_its_journal() {
    let (mock, partner) = start_with(3).await;
    let path = journal_path();
    let options = || BulkOptions::new().journal(&path).expect(2);
    refusal(partner.delete_instance_accounts(vec![1, 2, 3], options())).await;
    assert_eq!(statuses(&report(partner.delete_instance_accounts(vec![1, 2], options())).await), ["done", "done"]);
    assert_eq!(live(&mock).len(), 1);
}

/// What is left of a run that was meant for all is still every live instance.
#[tokio::test]
async fn a_run_that_is_taken_up_again_needs_delete_all_again() {
    let (mock, partner) = start_with(4).await;
    let path = journal_path();
    script(&mock, DELETE, [Fault { times: Some(2), ..Fault::status(400) }]);
    let options = || BulkOptions::new().journal(&path).logout(false).concurrency(1).expect(4);
    let run = |options| partner.delete_instance_accounts(vec![1, 2, 3, 4], options);
    assert_eq!(statuses(&report(run(options().delete_all(true))).await), ["failed", "failed", "done", "done"]);
    let error = refusal(run(options())).await;
    assert!(error.to_string().contains("all 2 live instances"), "{error}");
    assert_eq!(statuses(&report(run(options().delete_all(true))).await), ["done", "done", "skipped", "skipped"]);
    assert!(live(&mock).is_empty());
}

#[tokio::test]
async fn without_a_list_nothing_is_deleted() {
    let (mock, partner) = start_with(2).await;
    script(&mock, LIST, [always(Fault::status(401))]);
    let guarded = BulkOptions::new().max_deleted(5).expect(1);
    for options in [BulkOptions::new(), guarded, BulkOptions::new().delete_all(true)] {
        let error = refusal(partner.delete_instance_accounts(vec![1], options)).await;
        assert_eq!(error.code(), ErrorCode::Unauthorized);
    }
    assert!(received(&mock, DELETE).is_empty());
}

/// Reboots and the like cost nothing, and can be repeated.
#[tokio::test]
async fn only_deletions_are_guarded() {
    let (_mock, partner) = start_with(2).await;
    let report = report(partner.logout_instances(vec![1, 2], BulkOptions::new().max_deleted(0).expect(7))).await;
    assert_eq!(statuses(&report), ["done", "done"]);
}

async fn start_with(count: u64) -> (MockServer, PartnerClient) {
    let (mock, partner) = start().await;
    for id in 1..=count {
        put_named(&mock, id, &format!("shop-{id}"));
    }
    (mock, partner)
}
