//! `expirationDate`: a day after the creation, and a day further at each midnight of UTC+3.

use greenapi_partner_mock::{Expiration, MockServer, Options};
use serde_json::Value;

use crate::client::{control, list, mock_with, moment};

#[tokio::test]
async fn it_follows_the_three_captured_samples_and_the_edges_of_days() {
    let rows = [
        // created, deleted, read at (UTC), expected: the captured list, read at 09:22 UTC+3
        ("2022-06-03T18:39:44", None, "2022-06-08T06:22:22Z", "2022-06-09T18:39:44"),
        ("2022-06-07T10:36:48", Some("2022-06-07T10:37:00"), "2022-06-08T06:22:22Z", "2022-06-08T10:36:48"),
        ("2022-06-08T09:12:13", Some("2022-06-08T09:19:04"), "2022-06-08T06:22:22Z", "2022-06-09T09:12:13"),
        // a second before and at midnight of UTC+3
        ("2022-06-08T09:12:13", None, "2022-06-08T20:59:59Z", "2022-06-09T09:12:13"),
        ("2022-06-08T09:12:13", None, "2022-06-08T21:00:00Z", "2022-06-10T09:12:13"),
        // a deleted one keeps what it had
        ("2022-06-08T23:59:00", Some("2022-06-09T00:01:00"), "2022-07-01T00:00:00Z", "2022-06-10T23:59:00"),
    ];
    for (created, deleted, read_at, expected) in rows {
        let mock = MockServer::start().await;
        mock.control().set_clock(moment(read_at));
        let body =
            serde_json::json!({ "timeCreated": created, "timeDeleted": deleted.unwrap_or("0001-01-01T00:00:00") });
        control(&mock, "POST", "instances", &body.to_string()).await;
        let item = list(&mock).await.remove(0);
        assert_eq!(item["expirationDate"], expected, "created {created}, deleted {deleted:?}, read at {read_at}");
        assert_eq!(item["timeCreated"], created);
        assert_eq!(item["timeDeleted"], deleted.unwrap_or("0001-01-01T00:00:00"));
        assert_eq!(item["deleted"], Value::Bool(deleted.is_some()));
        assert_eq!(item["isExpired"], false);
    }
}

#[tokio::test]
async fn it_moves_on_while_the_mock_runs() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    mock.control().add_instances(1);
    assert_eq!(list(&mock).await[0]["expirationDate"], "2026-11-23T13:00:00");
    mock.control().advance_clock(jiff::SignedDuration::from_hours(48));
    assert_eq!(list(&mock).await[0]["expirationDate"], "2026-11-25T13:00:00");
}

#[tokio::test]
async fn by_option_it_stays_where_it_was() {
    let mock = mock_with(Options { expiration: Expiration::Fixed, ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    mock.control().add_instances(1);
    mock.control().advance_clock(jiff::SignedDuration::from_hours(480));
    assert_eq!(list(&mock).await[0]["expirationDate"], "2026-11-23T13:00:00");
}
