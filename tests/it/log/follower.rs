//! The log is followed: on another node, behind the program's back, whatever is wrong with it.
use super::{NOON, afresh, asked, everything, put, shows, written};
use crate::support::database::Database;
use crate::support::ledger::{Ledger, tamper};
use crate::support::places::{renamed, toilet};
use crate::support::{SANDHAVEN, area_folder, at, services};
use promenade::app::{self, App, Error, Seed};
use promenade::clock::Clock;
use promenade::command::Expected;
use promenade::ids::{Collection, Version};
use promenade::store::{Op, Store, Subject};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// Waits until `app` shows it, and says how long that took.
async fn until(app: &App, what: impl Fn(&App) -> bool) -> Duration {
    let start = Instant::now();
    while !what(app) {
        assert!(start.elapsed() < Duration::from_secs(10), "not shown after {:?}", start.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    start.elapsed()
}

async fn node(database: &Database) -> (App, Store) {
    let store = database.open().await;
    let (app, _fatal) =
        app::start(store.clone(), Clock::fixed(at(NOON)), Seed::Named(Box::new(area_folder(SANDHAVEN))))
            .await
            .unwrap();
    (app, store)
}

#[tokio::test]
async fn a_database_server_that_drops_every_connection_is_written_and_followed_again() {
    const DROP: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let database = Database::postgres().await;
    let ((one, _), (other, store)) = (node(&database).await, node(&database).await);
    for n in 0..3 {
        tamper(&store, &[DROP]).await;
        let name = format!("Name {n}");
        let start = Instant::now();
        // The first try may meet a dead connection: it is refused as not done, and may be made again.
        while let Err(error) = asked(&one, put("wc-new", &name, Expected::Anything)).await {
            assert!(matches!(error, Error::Unavailable(_)), "{error}");
            assert!(start.elapsed() < Duration::from_secs(5), "{error}");
        }
        assert!(shows(&one, "wc-new", &name));
        until(&other, |other| shows(other, "wc-new", &name)).await;
    }
    let ledger = Ledger::of(&store).await;
    assert_eq!((ledger.item("wc-new").version, ledger.audit.len()), (Version(3), 1 + 3));
}

#[tokio::test]
async fn another_node_sees_a_change_soon() {
    let database = Database::postgres().await;
    let ((one, _), (other, _)) = (node(&database).await, node(&database).await);
    assert_eq!(everything(&one), everything(&other));
    // Listening begins in the background; from then on a hint makes it much less than a second.
    let mut waited = Vec::new();
    for n in 0..5 {
        written(asked(&one, put("wc-new", &format!("Name {n}"), Expected::Anything)).await);
        waited.push(until(&other, |other| shows(other, "wc-new", &format!("Name {n}"))).await);
        assert_eq!(everything(&one), everything(&other));
    }
    assert!(waited.iter().all(|waited| *waited < Duration::from_millis(1500)), "{waited:?}");
    assert!(
        waited.iter().any(|waited| *waited < Duration::from_millis(300)),
        "no hint was heard: {waited:?}"
    );
}

#[tokio::test]
async fn two_nodes_that_write_at_once_both_show_everything_in_one_order() {
    let database = Database::postgres().await;
    let ((one, store), (other, _)) = (node(&database).await, node(&database).await);
    let mut asking = JoinSet::new();
    for n in 0..100 {
        let app = if n % 2 == 0 { one.clone() } else { other.clone() };
        asking.spawn(async move {
            let of = format!("wc-{}", n % 10);
            written(asked(&app, put(&of, &format!("Name {n}"), Expected::Anything)).await)
        });
    }
    let done = asking.join_all().await;
    assert_eq!(done.iter().map(|(_, revision)| revision).collect::<BTreeSet<_>>().len(), 100);
    let ledger = Ledger::of(&store).await;
    for app in [&one, &other] {
        until(app, |app| app.snapshot().revision == ledger.head.revision).await;
    }
    assert_eq!(everything(&one), everything(&other));
}

#[tokio::test]
async fn a_commit_that_nobody_hints_at_is_seen_within_a_second_and_a_half() {
    for service in services(SANDHAVEN, NOON).await {
        let mut item = Ledger::of(&service.store).await.item("wc-market-street").clone();
        item.feature = renamed(&item.feature, "Written in silence");
        item.version = Version(2);
        let mut tx = service.store.begin().await.unwrap();
        tx.save_feature(&item, None).await.unwrap();
        let subject = Subject::Item(Collection::Toilets, item.feature.id().clone());
        tx.log(service.clock.now(), &subject, Op::Put, item.version).await.unwrap();
        let revision = tx.commit().await.unwrap();
        let waited = until(&service.app, |app| app.snapshot().revision == revision).await;
        assert!(waited < Duration::from_millis(1500), "{}: {waited:?}", service.name);
        assert!(shows(&service.app, "wc-market-street", "Written in silence"));
    }
}

/// Renames a place behind the program's back: in its row and nowhere else.
const RENAME: &str = "UPDATE feature SET fields = replace(fields, 'Market Street Toilets', 'Behind the back')
    WHERE id = 'wc-market-street'";

#[tokio::test]
async fn another_timeline_is_read_from_the_start() {
    for service in services(SANDHAVEN, NOON).await {
        let before = service.app.snapshot();
        let epoch = if service.name == "sqlite" { "randomblob(16)" } else { "gen_random_uuid()" };
        tamper(&service.store, &[RENAME, &format!("UPDATE head SET epoch = {epoch}")]).await;
        until(&service.app, |app| app.snapshot().epoch != before.epoch).await;
        let after = service.app.snapshot();
        assert_eq!(after.revision, before.revision, "{}", service.name);
        assert!(shows(&service.app, "wc-market-street", "Behind the back"), "{}", service.name);
        assert_eq!(everything(&service.app), afresh(&service).await, "{}", service.name);
        // And it goes on from there.
        written(asked(&service.app, put("wc-new", "Later", Expected::Anything)).await);
        assert!(shows(&service.app, "wc-new", "Later"));
    }
}

#[tokio::test]
async fn a_gap_in_the_log_is_noticed_and_what_is_shown_is_right_all_the_same() {
    for service in services(SANDHAVEN, NOON).await {
        let before = service.app.snapshot().revision.0;
        // Three changes were committed, the log has lost the second: the one that says what was renamed.
        let change = |revision: i64, of: &str| {
            format!(
                "INSERT INTO change (revision, at, collection, id, op, version)
                VALUES ({revision}, '2026-07-18T12:00:00Z', 'toilets', '{of}', 'put', 1)"
            )
        };
        tamper(
            &service.store,
            &[
                RENAME,
                &change(before + 1, "wc-promenade"),
                &change(before + 3, "wc-gull-cove"),
                &format!("UPDATE head SET revision = {}", before + 3),
            ],
        )
        .await;
        until(&service.app, |app| app.snapshot().revision.0 == before + 3).await;
        assert!(shows(&service.app, "wc-market-street", "Behind the back"), "{}", service.name);
        assert_eq!(everything(&service.app), afresh(&service).await, "{}", service.name);
    }
}

#[tokio::test]
async fn a_log_that_ends_before_the_head_is_noticed_too() {
    for service in services(SANDHAVEN, NOON).await {
        let revision = service.app.snapshot().revision.0 + 2;
        tamper(&service.store, &[RENAME, &format!("UPDATE head SET revision = {revision}")]).await;
        until(&service.app, |app| app.snapshot().revision.0 == revision).await;
        assert!(shows(&service.app, "wc-market-street", "Behind the back"), "{}", service.name);
    }
}

#[tokio::test]
async fn more_changes_than_are_followed_one_by_one_are_all_shown() {
    for service in services(SANDHAVEN, NOON).await {
        let item = Ledger::of(&service.store).await.item("wc-market-street").clone();
        let mut tx = service.store.begin().await.unwrap();
        for n in 0..1100 {
            let mut item = item.clone();
            (item.feature, item.version) = (toilet(&format!("wc-{n}"), &format!("Toilet {n}")), Version(1));
            tx.save_feature(&item, None).await.unwrap();
            let subject = Subject::Item(Collection::Toilets, item.feature.id().clone());
            tx.log(service.clock.now(), &subject, Op::Put, item.version).await.unwrap();
        }
        let revision = tx.commit().await.unwrap();
        until(&service.app, |app| app.snapshot().revision == revision).await;
        assert!(shows(&service.app, "wc-0", "Toilet 0") && shows(&service.app, "wc-1099", "Toilet 1099"));
        assert_eq!(service.app.snapshot().collection(Collection::Toilets).len(), 3 + 1100);
    }
}
