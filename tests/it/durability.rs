//! What an answer of success promises: it is there after the process was killed.
use crate::support::database::Database;
use crate::support::dice::Dice;
use crate::support::ledger::Ledger;
use crate::support::program::{Server, run};
use promenade::socket::{self, Reply, Request, StatusChange, Took};
use promenade::store::{Access, Location, Store, Times};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinSet;

const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");

#[tokio::test]
async fn what_sqlite_is_told_for_durability_it_says_back() {
    let database = Database::sqlite();
    let Store::Sqlite { writer: Some(writer), readers } = database.open().await else { panic!("a file") };
    for (pragma, want, reading) in [
        ("journal_mode", "wal", "wal"),
        ("synchronous", "2", "2"),
        ("foreign_keys", "1", "1"),
        ("busy_timeout", "5000", "5000"),
        ("trusted_schema", "0", "0"),
        ("query_only", "0", "1"),
    ] {
        let column = if pragma == "busy_timeout" { "timeout" } else { pragma };
        let select = format!("SELECT CAST({column} AS TEXT) FROM pragma_{pragma}");
        for (pool, want) in [(&writer, want), (&readers, reading)] {
            let found: String =
                sqlx::query_scalar(sqlx::AssertSqlSafe(select.clone())).fetch_one(pool).await.unwrap();
            assert_eq!(found, want, "{pragma}");
        }
    }
    for (pool, want) in [(&writer, 1000), (&readers, 0)] {
        let found: i64 = sqlx::query_scalar("PRAGMA wal_autocheckpoint").fetch_one(pool).await.unwrap();
        assert_eq!(found, want, "the writer alone checkpoints");
    }
    // Each reading connection by itself: a pool may have opened more than one.
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut reader = readers.acquire().await.unwrap();
        for write in ["DELETE FROM feature", "UPDATE head SET revision = 7", "CREATE TABLE t (a)"] {
            let refused = sqlx::query(write).execute(&mut *reader).await.unwrap_err().to_string();
            assert!(refused.contains("readonly"), "{write}: {refused}");
        }
        held.push(reader);
    }
}

#[tokio::test]
async fn a_database_opened_for_reading_is_not_written() {
    let database = Database::sqlite();
    let location: Location = database.url().parse().unwrap();
    let store = database.open().await;
    store.found(Times::Real).await.unwrap();
    let reading = Store::open(&location, Access::Read).await.unwrap();
    reading.require_migrated().await.unwrap();
    assert!(
        reading.begin().await.is_err()
            && reading.found(Times::Real).await.is_err()
            && reading.migrate().await.is_err()
    );
    assert_eq!(reading.read().await.unwrap().head().await.unwrap().revision.0, 0);
}

/// A collection and an id in it.
type Feature = (&'static str, &'static str);

/// The places that are closed and opened all the time, each by one who waits for every answer.
const PLACES: [Feature; 8] = [
    ("toilets", "wc-market-street"),
    ("toilets", "wc-promenade"),
    ("car-parks", "cp-cove-field"),
    ("car-parks", "cp-market-street"),
    ("venues", "ven-bandstand"),
    ("attractions", "att-fish-museum"),
    ("beaches", "beach-gull-cove"),
    ("service-points", "lib-sandhaven"),
];

/// The last version of a place that was acknowledged, and the reason it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    version: i64,
    reason: Option<String>,
}

/// What the server at `address` shows of a place.
fn shown(server: &Server, collection: &str, id: &str) -> Known {
    let body = server.body(&format!("/v1/collections/{collection}/items/{id}"));
    let feature: Value = serde_json::from_str(&body).unwrap();
    let properties = &feature["properties"];
    Known {
        version: properties["version"].as_i64().unwrap(),
        reason: properties["status_reason"].as_str().map(ToOwned::to_owned),
    }
}

fn closing(collection: &str, id: &str, reason: String) -> Request {
    Request::SetStatus(StatusChange {
        collection: collection.to_owned(),
        id: id.to_owned(),
        status: "temporarily_closed".to_owned(),
        reason: Some(reason),
        until: None,
    })
}

/// Closes a place again and again until nobody answers any more; what was acknowledged last.
async fn close_until_killed(socket: PathBuf, (collection, id): Feature, round: usize) -> Option<Known> {
    let mut known = None;
    for n in 0.. {
        let reason = format!("round {round}, closed {n}");
        match socket::ask(&socket, &closing(collection, id, reason.clone()), |_| {}).await {
            Ok(Reply::Done(Took::Written { version })) => {
                known = Some(Known { version, reason: Some(reason) });
            }
            Ok(other) => panic!("{other:?}"),
            Err(_) => break,
        }
    }
    known
}

/// Ten rounds; 200 with `PROMENADE_LONG=1`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_is_there_after_a_kill() {
    let rounds = if std::env::var_os("PROMENADE_LONG").is_some() { 200 } else { 10 };
    let folder = tempfile::tempdir().unwrap();
    let init = run(folder.path(), &["init", "--area", AREA]);
    assert_eq!(init.code, 0, "{init:?}");
    let socket = folder.path().join("promenade.db.sock");
    let mut dice = Dice::new(1953);
    let mut known: BTreeMap<Feature, Known> = BTreeMap::new();
    let mut acknowledged = 0;
    for round in 0..rounds {
        let server = Server::start(folder.path(), &["--area", AREA]);
        for ((collection, id), last) in &known {
            let now = shown(&server, collection, id);
            // One more may be stored than was acknowledged: the one under way when the process was killed.
            assert!(
                now == *last || now.version == last.version + 1,
                "{id}: {last:?} was answered, {now:?} is there"
            );
        }
        let before: BTreeMap<Feature, Known> = PLACES
            .iter()
            .map(|(collection, id)| ((*collection, *id), shown(&server, collection, id)))
            .collect();
        let mut closing = JoinSet::new();
        for place in PLACES {
            let socket = socket.clone();
            closing.spawn(async move { (place, close_until_killed(socket, place, round).await) });
        }
        tokio::time::sleep(Duration::from_secs_f64(dice.between(0.01, 0.3))).await;
        server.stop("KILL");
        for (place, last) in closing.join_all().await {
            let last = last.unwrap_or_else(|| before[&place].clone());
            acknowledged += last.version - before[&place].version;
            known.insert(place, last);
        }
    }
    // How many depends on the machine; that there were some in every round does not.
    assert!(5 * i64::try_from(rounds).unwrap() < acknowledged, "only {acknowledged} were acknowledged");
    let url = format!("sqlite://{}", folder.path().join("promenade.db").display());
    let store = Store::open(&url.parse().unwrap(), Access::Write).await.unwrap();
    // Nothing stored twice, nothing half: the log, the versions and the audit agree.
    Ledger::of(&store).await;
}
