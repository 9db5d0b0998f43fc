//! Who did what: written once, read by auditors, and found out when somebody meddles with it.
mod command;
mod history;
mod reading;
mod role;
mod tampering;

use crate::support::ledger::{Ledger, refused};
use crate::support::places::{id, shut, toilet, version};
use crate::support::{SANDHAVEN, Service, files, services};
use promenade::access::By;
use promenade::app::{Error, orders};
use promenade::command::{Aim, Command, Expected, Outcome};
use promenade::features::Status;
use promenade::ids::{Collection, RequestId};
use promenade::store::{Anchor, Break, Store, Times, Verified};
use std::time::Duration;
use tokio::task::JoinSet;

const NOON: &str = "2026-07-18T12:00:00Z";

async fn asked(service: &Service, command: Command) -> Result<Outcome, Error> {
    service.app.execute(command, By::Operator, RequestId::fresh()).await
}

fn put(of: &str, name: &str, expected: Expected) -> Command {
    Command::Put { feature: toilet(of, name), expected }
}

fn set(of: &str, status: Status) -> Command {
    let aim = Aim { collection: Collection::Toilets, id: id(of), expected: Expected::Anything };
    Command::SetStatus { aim, status }
}

/// The command to take in Sandhaven with another name for one of its toilets.
fn import(name: &str) -> Command {
    let mut files = files(SANDHAVEN);
    let text = String::from_utf8(files["places/toilets.csv"].clone()).unwrap();
    let text = text.replacen("Market Street Toilets", name, 1);
    files.insert("places/toilets.csv".to_owned(), text.into_bytes());
    orders::import(files).unwrap()
}

/// Gives `service` a past: many at once, refusals in between, imports, texts of every kind. 27 rows of the audit.
async fn past(service: &Service) {
    let mut asking = JoinSet::new();
    for n in 0..30 {
        let app = service.app.clone();
        // Every third expects a version that never was.
        let expected = if n % 3 == 2 { version(99) } else { Expected::Anything };
        let command = put(&format!("wc-{n}"), &format!("Toilet {n}, \u{1f41f} \"é\""), expected);
        asking.spawn(async move { app.execute(command, By::Operator, RequestId::fresh()).await.is_ok() });
    }
    assert_eq!(asking.join_all().await.into_iter().filter(|done| *done).count(), 20);
    for (later, command) in [
        (1, import("Market Street Loos")),
        (7, set("wc-market-street", shut("It's \\ a \n 'pipe'"))),
        (999, set("wc-market-street", Status::Active)),
        (1_000, set("wc-market-street", Status::Active)),
        (86_400_000, put("wc-7", "Again", version(1))),
        (1, import("Market Street Toilets")),
        (1, import("Market Street Toilets")),
        (1, set("wc-gull-cove", Status::Active)),
    ] {
        service.clock.set(service.clock.now() + Duration::from_millis(later));
        asked(service, command).await.unwrap();
    }
}

/// What the program says of its own audit.
async fn verified(store: &Store, anchors: &[Anchor]) -> Result<Verified, Break> {
    let mut reading = store.read().await.unwrap();
    let verdict = reading.verify_audit(anchors).await.unwrap();
    reading.close().await.unwrap();
    verdict
}

/// The anchor of every row, the one before the first included.
fn anchors(ledger: &Ledger) -> Vec<Anchor> {
    let before = Anchor { seq: 0, hash: vec![0; 32] };
    let rows = ledger.audit.iter().map(|row| Anchor { seq: row.seq, hash: row.hash.clone() });
    [before].into_iter().chain(rows).collect()
}

#[tokio::test]
async fn an_audit_that_nobody_touched_holds_whatever_was_done() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        // The test's own eyes agree: what is read back is what was hashed, on both databases.
        let ledger = Ledger::of(&service.store).await;
        assert_eq!(ledger.audit.len(), 27, "{}", service.name);
        let head = ledger.head.anchor();
        let held = |anchors| Ok(Verified { end: head.clone(), anchors });
        assert_eq!(verified(&service.store, &[]).await, held(0), "{}", service.name);
        let mut all = anchors(&ledger);
        all.reverse();
        all.push(head.clone());
        assert_eq!(verified(&service.store, &all).await, held(29), "in any order, and twice");
    }
}

#[tokio::test]
async fn an_empty_audit_holds() {
    for database in crate::support::database::Database::each().await {
        let store = database.open().await;
        store.found(Times::Real).await.unwrap();
        let end = Anchor { seq: 0, hash: vec![0; 32] };
        let want = Ok(Verified { end: end.clone(), anchors: 1 });
        assert_eq!(verified(&store, &[end]).await, want, "{}", database.name());
    }
}

#[tokio::test]
async fn every_change_names_the_command_that_made_it() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        // That each names a row at all is held whenever a ledger is read.
        let ledger = Ledger::of(&service.store).await;
        let other = refused_changes(&service.store).await;
        assert_eq!(other, Vec::<i64>::new(), "{}", service.name);
        assert!(40 < ledger.changes.len());
    }
}

/// The changes whose row of the audit is about something else.
async fn refused_changes(store: &Store) -> Vec<i64> {
    const SELECT: &str = "SELECT c.revision FROM change c JOIN audit a ON a.seq = c.audit_seq
        WHERE a.subject <> c.collection || '/' || c.id AND a.command <> 'import' ORDER BY c.revision";
    match store {
        Store::Sqlite { readers, .. } => sqlx::query_scalar(SELECT).fetch_all(readers).await.unwrap(),
        Store::Postgres(pool) => sqlx::query_scalar(SELECT).fetch_all(pool).await.unwrap(),
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_the_audit_says() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let before = Ledger::of(&service.store).await;
        let mut statements = vec![
            "UPDATE audit SET actor = 'nobody'",
            "UPDATE audit SET actor = actor WHERE seq = 3",
            "DELETE FROM audit",
            "DELETE FROM audit WHERE seq = 27",
        ];
        match service.store {
            Store::Sqlite { .. } => statements.extend([
                "REPLACE INTO audit SELECT seq, at, 'nobody', request_id, command, subject, before, after, hash FROM audit",
                "UPDATE OR REPLACE audit SET seq = 3 WHERE seq = 4",
            ]),
            Store::Postgres(_) => statements.extend(["TRUNCATE audit", "TRUNCATE audit, change"]),
        }
        for statement in statements {
            let error = refused(&service.store, statement).await;
            assert!(error.contains("neither changed nor deleted"), "{}: {statement}: {error}", service.name);
        }
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}
