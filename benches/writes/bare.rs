//! The limit: the same rows into the same tables, and nothing asked, checked or answered.
use super::Round;
use promenade::store::{Access, Location, Store};
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A connection that only writes.
pub struct Writer {
    connection: SqliteConnection,
    revision: i64,
}

impl Writer {
    /// A database with the tables of ours, written as ours is.
    pub async fn open(file: &Path) -> Self {
        let location: Location = format!("sqlite://{}", file.display()).parse().expect("a location");
        let store = Store::open(&location, Access::Create).await.expect("a database");
        store.migrate().await.expect("its tables");
        store.close().await;
        let mut connection =
            SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a connection");
        for pragma in ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"] {
            let set = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
            sqlx::query(set).execute(&mut connection).await.expect("a setting");
        }
        Self { connection, revision: 0 }
    }

    /// Writes for so long, in groups of so many requests with `batch` reports each.
    pub async fn round(&mut self, batch: usize, group: f64, time: Duration) -> Round {
        let start = Instant::now();
        let (mut reports, mut commits) = (0, 0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 64")]
        let group = group.round().max(1.0) as usize;
        while start.elapsed() < time {
            sqlx::query("BEGIN IMMEDIATE").execute(&mut self.connection).await.expect("a transaction");
            for _ in 0..group {
                self.request(batch).await;
                reports += batch as u64;
            }
            sqlx::query("COMMIT").execute(&mut self.connection).await.expect("a commit");
            commits += 1;
        }
        Round { reports, commits, took: start.elapsed(), latencies: Vec::new() }
    }

    async fn request(&mut self, batch: usize) {
        const CHANGE: &str = "INSERT INTO change (revision, at, collection, id, op, version, audit_seq)
            VALUES (?1, ?2, 'crowd', 'beach-north-sands', 'put', 0, ?1)";
        const AUDIT: &str = "INSERT INTO audit (seq, at, actor, request_id, command, subject, after, hash)
            VALUES (?1, ?2, ?3, ?4, 'report_crowd', 'crowd-reports', ?5, ?6)";
        const ONE: &str =
            "INSERT INTO crowd_report (id, beach, observed_at, received_at, phone_observed_at, skew_ms,
            author, role, people, method, revision) VALUES ";
        self.revision += 1;
        let (at, author) = ("2026-07-18T12:00:00.123+00:00", Uuid::now_v7());
        sqlx::query(CHANGE)
            .bind(self.revision)
            .bind(at)
            .execute(&mut self.connection)
            .await
            .expect("a change");
        let mut query = sqlx::QueryBuilder::new(ONE);
        for number in 0..batch {
            if 0 < number {
                query.push(", ");
            }
            query.push("(").push_bind(Uuid::now_v7()).push(", 'beach-north-sands', ").push_bind(at);
            query.push(", ").push_bind(at).push(", ").push_bind(at).push(", 0, ").push_bind(author);
            query.push(", 'patrol', 420, 'counted', ").push_bind(self.revision).push(")");
        }
        query.build().execute(&mut self.connection).await.expect("reports");
        // As long as what the audit keeps of a report.
        let after = "x".repeat(300 * batch);
        sqlx::query(AUDIT)
            .bind(self.revision)
            .bind(at)
            .bind(author.to_string())
            .bind(author)
            .bind(after)
            .bind(vec![7_u8; 32])
            .execute(&mut self.connection)
            .await
            .expect("an audit row");
    }
}
