//! What was shown is written down, once, by one node, with the instant at which it began; and it stays.
use super::{
    COVE, SANDS, at, counted, decided, done, looked, patrol, restarted, sandhaven, sent, shown, written,
};
use crate::support::client::{link, path_of};
use crate::support::database::Database;
use crate::support::ledger::Ledger;
use crate::support::{Service, area_of, service, services_of};
use chrono::{DateTime, TimeDelta, Utc};
use promenade::app::{Error, PUBLISHING};
use promenade::beaches::{Access, Colour};
use promenade::command::{Command, Publish, PublishedStatus};
use promenade::formats::area::Files;
use promenade::ids::FeatureId;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};

/// The sea stands high for a day and a half, and leaves room for 2,000.
const TIDES: &str = "high,2026-07-18T02:00Z,8\nlow,2026-07-18T09:00Z,7.9\n";
const NOON: &str = "2026-07-18T12:00:00Z";

fn files() -> Files {
    sandhaven("0.4,17000,4.2,17000", TIDES)
}

/// What was published of `beach`, the first first: when, its level, how fresh, and whether one may go there.
async fn history(service: &Service, beach: &str) -> Vec<String> {
    let (mut lines, mut next) = (Vec::new(), Some(format!("/v1/beaches/{beach}/history?limit=3")));
    while let Some(target) = next {
        let page = service.client.json(&target).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for row in page["statuses"].as_array().unwrap() {
            let (at, crowd) = (text(&row["published_at"]), &row["crowd"]);
            lines.push(
                [at, text(&crowd["level"]), text(&crowd["freshness"]), text(&crowd["access"])].join(" "),
            );
        }
        next = link(&page, "next").map(|link| path_of(link["href"].as_str().unwrap()).to_owned());
    }
    lines.reverse();
    lines
}

/// Publishes at `now`, and says how many lines of the log that wrote.
async fn published(service: &Service, now: DateTime<Utc>) -> usize {
    service.clock.set(now);
    let before = Ledger::of(&service.store).await;
    service.app.publish().await.unwrap();
    let after = Ledger::of(&service.store).await;
    let new = after.changes.len() - before.changes.len();
    assert_eq!(after.audit.len() - before.audit.len(), usize::from(0 < new), "one row of the audit a time");
    new
}

fn minutes(count: i64) -> DateTime<Utc> {
    at(NOON) + TimeDelta::minutes(count)
}

/// Reports so many people, seen so many minutes after noon, now.
async fn saw(
    service: &Service,
    who: &crate::support::people::Person,
    beach: &str,
    observed: i64,
    count: u32,
) {
    let now = written(service.clock.now());
    let results = sent(service, who, &now, &[counted(beach, observed, count)]).await;
    assert_eq!(results[0]["result"], "accepted", "{results:?}");
}

#[tokio::test]
async fn each_change_is_one_row_and_no_change_is_none() {
    for service in services_of(&files(), NOON).await {
        let who = patrol(&service, &[SANDS, COVE], None).await;
        assert_eq!(published(&service, minutes(0)).await, 0, "{}: nobody has counted", service.name);
        saw(&service, &who, SANDS, 0, 500).await;
        assert_eq!(published(&service, minutes(0)).await, 1);
        for seconds in [0, 1, 30, 600, 1_199] {
            let now = minutes(0) + TimeDelta::seconds(seconds);
            assert_eq!(published(&service, now).await, 0, "{} {seconds}", service.name);
        }
        // Another count of the same level is no other status.
        service.clock.set(minutes(20));
        saw(&service, &who, SANDS, 20, 600).await;
        assert_eq!(published(&service, minutes(20)).await, 0);
        // Two changes before anybody writes are two.
        saw(&service, &who, SANDS, 20, 1_300).await;
        service.clock.set(minutes(21));
        saw(&service, &who, SANDS, 21, 1_950).await;
        assert_eq!(published(&service, minutes(22)).await, 2);
        let shut = (None, Some(Access::Closed));
        service.clock.set(minutes(30));
        decided(&service, COVE, shut, ("2026-07-18T12:30:00Z", "2026-07-18T12:45:00Z")).await;
        assert_eq!(published(&service, minutes(30)).await, 1);
        assert_eq!(published(&service, minutes(50)).await, 1);
        assert_eq!(
            history(&service, SANDS).await,
            [
                "2026-07-18T12:00:00Z green fresh open",
                "2026-07-18T12:20:00Z amber fresh open",
                "2026-07-18T12:21:00Z red fresh open",
            ],
            "{}",
            service.name
        );
        assert_eq!(
            history(&service, COVE).await,
            ["2026-07-18T12:30:00Z unknown none closed", "2026-07-18T12:45:00Z unknown none open"],
            "{}",
            service.name
        );
    }
}

#[tokio::test]
async fn what_time_alone_changes_is_written_with_the_instant_at_which_it_did() {
    for service in services_of(&files(), NOON).await {
        let who = patrol(&service, &[SANDS], None).await;
        published(&service, minutes(0)).await;
        saw(&service, &who, SANDS, 0, 500).await;
        assert_eq!(published(&service, minutes(1)).await, 1);
        let amber = (Some(Colour::Amber), None);
        decided(&service, SANDS, amber, ("2026-07-18T12:30:00Z", "2026-07-18T13:15:00Z")).await;
        service.clock.set("2026-07-18T22:30:00Z".parse().unwrap());
        saw(&service, &who, SANDS, 630, 1_300).await;
        // Nobody looks for hours, midnight included.
        let morning = at("2026-07-19T05:00:00Z");
        service.clock.set(morning);
        looked(&service).await;
        assert_eq!(published(&service, morning).await, 6, "{}", service.name);
        assert_eq!(published(&service, morning + TimeDelta::days(3)).await, 0);
        assert_eq!(
            history(&service, SANDS).await,
            [
                "2026-07-18T12:00:00Z green fresh open",
                "2026-07-18T12:30:00Z amber fresh open",
                "2026-07-18T13:00:00Z amber ageing open",
                "2026-07-18T13:15:00Z green ageing open",
                "2026-07-18T14:00:00Z unknown none open",
                "2026-07-18T22:30:00Z amber fresh open",
                "2026-07-18T23:00:00Z unknown none open",
            ],
            "{}",
            service.name
        );
    }
}

#[tokio::test]
async fn a_late_report_changes_the_present_and_never_what_was_published() {
    for service in services_of(&files(), NOON).await {
        let who = patrol(&service, &[SANDS], None).await;
        saw(&service, &who, SANDS, 0, 500).await;
        published(&service, minutes(1)).await;
        published(&service, minutes(130)).await;
        let before = history(&service, SANDS).await;
        assert_eq!(before.len(), 3, "{before:?}");
        // Sent two hours after it was seen: it would have been red at a quarter past twelve.
        saw(&service, &who, SANDS, 15, 1_900).await;
        let crowd = shown(&service, SANDS).await;
        assert_eq!([&crowd["level"], &crowd["freshness"]], ["red", "ageing"], "{}", service.name);
        assert_eq!(published(&service, minutes(130)).await, 1);
        let after = history(&service, SANDS).await;
        assert_eq!(after[..3], before, "{}", service.name);
        assert_eq!(after[3..], ["2026-07-18T14:10:00Z red ageing open"]);
    }
}

#[tokio::test]
async fn a_service_that_is_started_again_writes_only_what_is_new() {
    for mut service in services_of(&files(), NOON).await {
        let who = patrol(&service, &[SANDS], None).await;
        saw(&service, &who, SANDS, 0, 500).await;
        published(&service, minutes(0)).await;
        for _ in 0..3 {
            restarted(&mut service, &files()).await;
            assert_eq!(published(&service, minutes(1)).await, 0, "{}", service.name);
        }
        // What it missed while it was down it has not shown, and says so: the hour is known, the minute is not.
        service.clock.set(minutes(90));
        restarted(&mut service, &files()).await;
        if service.name == "postgres" {
            // Another node by its name: it waits for the end of the lease.
            service.clock.set(minutes(90));
        }
        assert_eq!(published(&service, minutes(91)).await, 1, "{}", service.name);
        let lines = history(&service, SANDS).await;
        assert_eq!(
            lines,
            ["2026-07-18T12:00:00Z green fresh open", "2026-07-18T13:31:00Z green ageing open"]
        );
    }
}

/// Writes down what is shown of `beach`, by the very command of the node that has the lease.
async fn written_down(service: &Service, beach: &str) {
    let (at, content) = (service.clock.now(), shown(service, beach).await.to_string());
    let mut reading = service.store.read().await.unwrap();
    let node = reading.lease(PUBLISHING).await.unwrap().unwrap().holder;
    reading.close().await.unwrap();
    let status = PublishedStatus { beach: FeatureId::new(beach).unwrap(), at, content };
    done(service, Command::Publish(Publish { node, statuses: vec![status] })).await;
}

/// On PostgreSQL alone: a commit that fails ends the service on SQLite, and the next start reads what is stored.
#[tokio::test]
async fn what_may_have_been_written_when_the_commit_failed_is_read_before_it_is_written_again() {
    const FAIL: &str =
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$;
        CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON beach_status DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION fail()";
    for was_done in [true, false] {
        let database = Database::postgres().await;
        let mut connection = PgConnection::connect(&database.url()).await.unwrap();
        let store = database.open().await;
        let service = service(database, store, area_of(&files()), NOON).await;
        let who = patrol(&service, &[SANDS], None).await;
        published(&service, minutes(0)).await;
        saw(&service, &who, SANDS, 0, 500).await;
        connection.execute(FAIL).await.unwrap();
        let failed = service.app.publish().await;
        assert!(matches!(failed, Err(Error::OutcomeUnknown(_))), "{failed:?}");
        connection.execute("DROP TRIGGER fail ON beach_status").await.unwrap();
        if was_done {
            written_down(&service, SANDS).await;
        }
        assert_eq!(published(&service, minutes(0)).await, usize::from(!was_done), "done: {was_done}");
        assert_eq!(history(&service, SANDS).await, ["2026-07-18T12:00:00Z green fresh open"]);
        saw(&service, &who, SANDS, 0, 1_950).await;
        assert_eq!(published(&service, minutes(1)).await, 1, "done: {was_done}");
    }
}

#[tokio::test]
async fn of_two_nodes_the_one_with_the_lease_writes() {
    let database = Database::postgres().await;
    let (url, store) = (database.url(), database.open().await);
    let one = service(database, store, area_of(&files()), NOON).await;
    let again = Database::Postgres(url);
    let store = again.open().await;
    let two = service(again, store, area_of(&files()), NOON).await;
    let who = patrol(&one, &[SANDS], None).await;
    let visible = async |service: &Service, level: &str| {
        for _ in 0..200 {
            if shown(service, SANDS).await["level"] == level {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("it is not {level}");
    };
    saw(&one, &who, SANDS, 0, 500).await;
    visible(&two, "green").await;
    assert_eq!(published(&one, minutes(0)).await, 1);
    assert_eq!(published(&two, minutes(0)).await, 0, "the other has the lease");
    two.clock.set(minutes(0));
    saw(&two, &who, SANDS, 0, 1_950).await;
    visible(&one, "red").await;
    assert_eq!(published(&two, minutes(0)).await, 0);
    assert_eq!(published(&one, minutes(0)).await, 1);
    // The one is gone: the other writes what it shows, and not what was written.
    assert_eq!(published(&two, minutes(5)).await, 0);
    two.clock.set(minutes(6));
    saw(&two, &who, SANDS, 6, 100).await;
    assert_eq!(published(&two, minutes(6)).await, 1);
    one.clock.set(minutes(6));
    visible(&one, "green").await;
    assert_eq!(published(&one, minutes(6)).await, 0, "it finds another's name");
    assert_eq!(
        history(&two, SANDS).await,
        [
            "2026-07-18T12:00:00Z green fresh open",
            "2026-07-18T12:00:00Z red fresh open",
            "2026-07-18T12:06:00Z green fresh open",
        ]
    );
    assert_eq!(history(&one, SANDS).await, history(&two, SANDS).await);
}

#[tokio::test]
async fn history_is_asked_for_by_when_it_was_published() {
    for service in services_of(&files(), NOON).await {
        let who = patrol(&service, &[SANDS], None).await;
        published(&service, minutes(0)).await;
        saw(&service, &who, SANDS, 0, 500).await;
        published(&service, minutes(130)).await;
        let of = async |query: &str| {
            let page = service.client.json(&format!("/v1/beaches/beach-north-sands/history?{query}")).await;
            let rows = page["statuses"].as_array().unwrap().clone();
            rows.iter().map(|row| row["published_at"].clone()).collect::<Vec<_>>()
        };
        let [noon, one, two] =
            ["2026-07-18T12:00:00Z", "2026-07-18T13:00:00Z", "2026-07-18T14:00:00Z"].map(|at| json!(at));
        assert_eq!(of("").await, [two.clone(), one.clone(), noon.clone()], "{}", service.name);
        assert_eq!(of("from=2026-07-18T13:00:00Z").await, [two.clone(), one.clone()]);
        assert_eq!(
            of("from=2026-07-18T12:00:00Z&to=2026-07-18T14:00:00Z").await,
            [one.clone(), noon.clone()]
        );
        assert_eq!(of("to=2026-07-18T12:00:00Z").await, Vec::<Value>::new());
        assert_eq!(of("limit=1").await, [two]);
        for (query, parameter) in [
            ("from=noon", "from"),
            ("to=2026-07-18", "to"),
            ("from=2026-07-18T12:00:00Z&to=2026-07-18T11:00:00Z", "to"),
            ("limit=0", "limit"),
            ("at=1", "at"),
        ] {
            let answer = service.client.get(&format!("/v1/beaches/beach-north-sands/history?{query}")).await;
            let (status, _, named) = answer.problem();
            assert_eq!((status, named.as_deref()), (400, Some(parameter)), "{query}");
        }
        assert_eq!(service.client.get("/v1/beaches/wc-promenade/history").await.status, 404);
    }
}
