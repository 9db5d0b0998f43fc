//! What time sets off, on nodes of either database: which of several does it, and that it ends with the node.
use crate::support::database::Database;
use crate::support::{SANDHAVEN, area_folder, at};
use chrono::TimeDelta;
use promenade::app::{self, App, PUBLISHING, Seed};
use promenade::clock::Clock;
use promenade::ids::NodeId;
use promenade::jobs;
use promenade::store::{Head, Lease, Store};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

const NOON: &str = "2026-07-18T12:00:00Z";

/// A node on `database`, whose clock stands still.
async fn node(database: &Database) -> (App, Store) {
    let store = database.open().await;
    let seed = Seed::Named(Box::new(area_folder(SANDHAVEN)));
    let (app, _fatal) = app::start(store.clone(), Clock::fixed(at(NOON)), seed).await.unwrap();
    (app, store)
}

async fn lease(store: &Store) -> Option<Lease> {
    let mut reading = store.read().await.unwrap();
    let lease = reading.lease(PUBLISHING).await.unwrap();
    reading.close().await.unwrap();
    lease
}

async fn head(store: &Store) -> Head {
    let mut reading = store.read().await.unwrap();
    let head = reading.head().await.unwrap();
    reading.close().await.unwrap();
    head
}

fn after_noon(app: &App, seconds: i64) {
    app.clock().set(at(NOON) + TimeDelta::seconds(seconds));
}

#[tokio::test]
async fn a_lease_has_one_holder_until_it_is_over_and_the_row_says_who() {
    for database in Database::each().await {
        let (_app, store) = node(&database).await;
        let (a, b) = (NodeId::fresh(), NodeId::fresh());
        let noon = at(NOON);
        let then = |seconds| noon + TimeDelta::seconds(seconds);
        let mut tx = store.begin().await.unwrap();
        assert!(!tx.holds_lease("x", a, noon).await.unwrap());
        // Who asks, when, until when, and whether they get it.
        for (node, now, until, got) in [
            (a, 0, 30, true),
            (b, 1, 31, false),
            (a, 15, 45, true),
            (b, 44, 74, false),
            (b, 45, 75, true),
            (a, 46, 76, false),
            // A clock that was a year ahead, once it is right again.
            (b, 50, 31_536_000, true),
            (a, 51, 81, true),
            (b, 52, 82, false),
        ] {
            let context = format!("{} {now}", database.name());
            assert_eq!(tx.take_lease("x", node, then(now), then(until)).await.unwrap(), got, "{context}");
            if got {
                let other = if node == a { b } else { a };
                // Whoever was held up is told by the row, whatever its own clock says.
                for seconds in [-3_600, 0, now] {
                    assert!(!tx.holds_lease("x", other, then(seconds)).await.unwrap(), "{context}");
                }
                assert!(!tx.holds_lease("y", node, then(now)).await.unwrap(), "{context}");
            }
        }
        assert!(tx.holds_lease("x", a, then(80)).await.unwrap());
        assert!(!tx.holds_lease("x", a, then(81)).await.unwrap(), "it is over");
        tx.give_lease_back("x", b).await.unwrap();
        assert!(tx.holds_lease("x", a, then(80)).await.unwrap(), "nobody gives back what is another's");
        tx.give_lease_back("x", a).await.unwrap();
        assert!(tx.take_lease("x", b, then(53), then(83)).await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_node_renews_its_lease_when_half_of_it_is_over_and_neither_log_nor_audit_knows() {
    for database in Database::each().await {
        let (app, store) = node(&database).await;
        let before = head(&store).await;
        for (seconds, until) in [(0, 30), (1, 30), (15, 30), (16, 46), (31, 46), (200, 230), (100, 130)] {
            after_noon(&app, seconds);
            assert!(app.holds(PUBLISHING).await.unwrap(), "{} {seconds}", database.name());
            let wanted = at(NOON) + TimeDelta::seconds(until);
            assert_eq!(lease(&store).await.unwrap().until, wanted, "{} {seconds}", database.name());
        }
        app.give_back(PUBLISHING).await.unwrap();
        assert_eq!(lease(&store).await, None);
        assert_eq!(head(&store).await, before);
    }
}

#[tokio::test]
async fn of_two_nodes_one_has_the_lease_and_the_other_takes_over_when_it_is_gone() {
    let database = Database::postgres().await;
    let ((a, store), (b, _)) = (node(&database).await, node(&database).await);
    assert!(a.holds(PUBLISHING).await.unwrap());
    let its = lease(&store).await.unwrap().holder;
    for seconds in [0, 14, 29, 45] {
        for app in [&a, &b] {
            after_noon(app, seconds);
        }
        assert!(a.holds(PUBLISHING).await.unwrap(), "{seconds}");
        assert!(!b.holds(PUBLISHING).await.unwrap(), "{seconds}");
    }
    // The first is held up for a while.
    after_noon(&b, 74);
    assert!(!b.holds(PUBLISHING).await.unwrap(), "not over yet");
    after_noon(&b, 75);
    assert!(b.holds(PUBLISHING).await.unwrap());
    // It comes back, and its clock tells it that nothing is over; the row tells it otherwise.
    assert!(!a.holds(PUBLISHING).await.unwrap());
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.holds_lease(PUBLISHING, its, a.clock().now()).await.unwrap());
    drop(tx);
    // Who stops in peace keeps nobody waiting.
    b.give_back(PUBLISHING).await.unwrap();
    assert!(a.holds(PUBLISHING).await.unwrap());
}

#[tokio::test]
async fn the_one_process_of_a_file_has_what_the_one_before_left() {
    let database = Database::sqlite();
    let (killed, store) = node(&database).await;
    assert!(killed.holds(PUBLISHING).await.unwrap());
    drop((killed, store));
    assert!(node(&database).await.0.holds(PUBLISHING).await.unwrap());
}

#[tokio::test]
async fn duties_end_with_the_node_and_the_lease_is_free() {
    for database in Database::each().await {
        let (app, store) = node(&database).await;
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(jobs::run(app.clone(), None, async { drop(stopped.await) }));
        let taken = async {
            while lease(&store).await.is_none() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(20), taken).await.expect("the lease is taken");
        stop.send(()).unwrap();
        timeout(Duration::from_secs(20), running).await.expect("an end").unwrap();
        assert_eq!(lease(&store).await, None, "{}", database.name());
        sleep(Duration::from_secs(2)).await;
        assert_eq!(lease(&store).await, None, "{}: something goes on", database.name());
        store.close().await;
    }
}
