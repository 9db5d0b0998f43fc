//! What a database holds, read without the program's own eyes: the log, the audit, the head.
use chrono::{DateTime, SecondsFormat, Utc};
use promenade::catalogue::Item;
use promenade::store::{Anchor, Head, Store};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Evaluates `$body` with `$pool` bound to the connections that write, compiled once for each database.
macro_rules! on {
    ($store:expr, $pool:ident => $body:expr) => {
        match $store {
            promenade::store::Store::Sqlite { writer, .. } => {
                let $pool = writer.as_ref().expect("opened for writing");
                $body
            }
            promenade::store::Store::Postgres($pool) => $body,
        }
    };
}

/// One row of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub request_id: Uuid,
    pub command: String,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub hash: Vec<u8>,
}

type Columns = (i64, DateTime<Utc>, String, Uuid, String, String, Option<String>, Option<String>, Vec<u8>);

impl From<Columns> for AuditRow {
    fn from((seq, at, actor, request_id, command, subject, before, after, hash): Columns) -> Self {
        Self { seq, at, actor, request_id, command, subject, before, after, hash }
    }
}

/// Everything that a command could have changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    pub head: Head,
    pub documents: BTreeMap<String, String>,
    pub items: Vec<Item>,
    /// Revision, collection, id, what was done, version.
    pub changes: Vec<(i64, String, String, String, i64)>,
    pub audit: Vec<AuditRow>,
}

impl Ledger {
    /// What `store` holds now; panics unless it agrees with itself.
    pub async fn of(store: &Store) -> Self {
        let mut reading = store.read().await.unwrap();
        let (head, documents, items) = (
            reading.head().await.unwrap(),
            reading.documents().await.unwrap(),
            reading.features().await.unwrap(),
        );
        reading.close().await.unwrap();
        let changes = on!(store, pool => sqlx::query_as(
            "SELECT revision, collection, id, op, version FROM change ORDER BY revision",
        ).fetch_all(pool).await.unwrap());
        let audit: Vec<Columns> = on!(store, pool => sqlx::query_as(
            "SELECT seq, at, actor, request_id, command, subject, before, after, hash FROM audit ORDER BY seq",
        ).fetch_all(pool).await.unwrap());
        let audit = audit.into_iter().map(AuditRow::from).collect();
        let uncaused: Vec<i64> = on!(store, pool => sqlx::query_scalar(
            "SELECT c.revision FROM change c LEFT JOIN audit a ON a.seq = c.audit_seq AND a.at = c.at
            WHERE a.seq IS NULL ORDER BY c.revision",
        ).fetch_all(pool).await.unwrap());
        assert_eq!(uncaused, Vec::<i64>::new(), "changes without the command that made them");
        let ledger = Self { head, documents, items, changes, audit };
        ledger.agrees();
        ledger
    }

    /// The item of that id.
    pub fn item(&self, id: &str) -> &Item {
        let found = self.items.iter().find(|item| item.feature.id().as_str() == id);
        found.unwrap_or_else(|| panic!("no item {id}"))
    }

    /// Numbers have no gaps, each item's last change is its version, and the audit's chain holds.
    fn agrees(&self) {
        let numbers: Vec<i64> = self.changes.iter().map(|change| change.0).collect();
        assert_eq!(numbers, (1..=self.head.revision.0).collect::<Vec<_>>(), "the log has gaps");
        let mut versions: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
        for (_, collection, id, _, version) in self.changes.iter().filter(|change| {
            !["access", "area", "crowd", "declaration", "policy", "status"].contains(&change.1.as_str())
        }) {
            versions.entry((collection, id)).or_default().push(*version);
        }
        for item in &self.items {
            let of = versions.remove(&(item.feature.collection().name(), item.feature.id().as_str()));
            assert_eq!(of, Some((1..=item.version.0).collect()), "{}", item.feature.id());
        }
        for ((collection, id), of) in versions {
            let last = self.changes.iter().rfind(|change| change.1 == collection && change.2 == id).unwrap();
            assert_eq!((last.3.as_str(), of), ("delete", (1..=last.4).collect()), "changes of nothing: {id}");
        }

        let mut before = vec![0; 32];
        for (row, seq) in self.audit.iter().zip(1..) {
            assert_eq!(row.seq, seq, "the audit has gaps");
            before = row.expected_hash(&before);
            assert_eq!(row.hash, before, "the chain breaks at {row:?}");
        }
        assert_eq!(
            (self.head.audit_seq, &self.head.audit_hash),
            (self.audit.len().try_into().unwrap(), &before)
        );
    }
}

impl AuditRow {
    /// The hash as it is documented: SHA-256 over the hash before and each value, every one behind its length
    /// in eight bytes, the highest first; an absent value has the length of all ones.
    pub fn expected_hash(&self, before: &[u8]) -> Vec<u8> {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let values = [
            Some(before),
            Some(&self.seq.to_be_bytes()),
            Some(at.as_bytes()),
            Some(self.actor.as_bytes()),
            Some(self.request_id.as_bytes()),
            Some(self.command.as_bytes()),
            Some(self.subject.as_bytes()),
            self.before.as_deref().map(str::as_bytes),
            self.after.as_deref().map(str::as_bytes),
        ];
        let mut hasher = Sha256::new();
        for value in values {
            match value {
                Some(value) => {
                    hasher.update(u64::try_from(value.len()).unwrap().to_be_bytes());
                    hasher.update(value);
                }
                None => hasher.update(u64::MAX.to_be_bytes()),
            }
        }
        hasher.finalize().to_vec()
    }
}

/// Writes `rows` in place of the audit, and `head` as its end, behind the program's back; whoever does it has taken
/// away what guards the table.
pub async fn forge(store: &Store, rows: &[AuditRow], head: &Anchor) {
    const INSERT: &str =
        "INSERT INTO audit (seq, at, actor, request_id, command, subject, before, after, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    const HEAD: &str = "UPDATE head SET audit_seq = $1, audit_hash = $2";
    on!(store, pool => {
        let mut tx = pool.begin().await.unwrap();
        sqlx::query("DELETE FROM audit").execute(&mut *tx).await.unwrap();
        for row in rows {
            sqlx::query(INSERT)
                .bind(row.seq).bind(row.at).bind(row.actor.as_str()).bind(row.request_id)
                .bind(row.command.as_str()).bind(row.subject.as_str())
                .bind(row.before.as_deref()).bind(row.after.as_deref()).bind(row.hash.as_slice())
                .execute(&mut *tx).await.unwrap();
        }
        sqlx::query(HEAD).bind(head.seq).bind(head.hash.as_slice()).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    });
}

/// Takes away what guards the audit, as who owns the database can.
pub async fn unguard(store: &Store) {
    let statements: &[&str] = match store {
        Store::Sqlite { .. } => &[
            "DROP TRIGGER audit_is_not_changed",
            "DROP TRIGGER audit_is_not_deleted",
            "DROP TRIGGER audit_is_not_replaced",
        ],
        Store::Postgres(_) => &["DROP TRIGGER audit_is_not_changed ON audit"],
    };
    tamper(store, statements).await;
}

/// The error of a statement that the database refuses.
pub async fn refused(store: &Store, statement: &str) -> String {
    on!(store, pool => {
        let done = sqlx::query(AssertSqlSafe(statement)).execute(pool).await;
        done.expect_err(statement).to_string()
    })
}

/// The columns of the audit, in order.
pub async fn audit_columns(store: &Store) -> Vec<String> {
    const LITE: &str = "SELECT name FROM pragma_table_info('audit') ORDER BY cid";
    const SERVER: &str = "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'audit'
        ORDER BY ordinal_position";
    let select = if matches!(store, Store::Sqlite { .. }) { LITE } else { SERVER };
    on!(store, pool => sqlx::query_scalar(select).fetch_all(pool).await.unwrap())
}

/// Every row of every table as text, a line a row, each behind the name of its table.
pub async fn everything(store: &Store) -> String {
    const LITE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    const SERVER: &str = "SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = 'public' ORDER BY table_name";
    let is_lite = matches!(store, Store::Sqlite { .. });
    let select = if is_lite { LITE } else { SERVER };
    let tables: Vec<String> = on!(store, pool => sqlx::query_scalar(select).fetch_all(pool).await.unwrap());
    assert!(10 < tables.len(), "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let mut row = "CAST(t AS text)".to_owned();
        if is_lite {
            let columns = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
            let columns: Vec<String> = on!(store, pool => sqlx::query_scalar(AssertSqlSafe(columns))
                .fetch_all(pool).await.unwrap());
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
            row = quoted.join(" || ' ' || ");
        }
        let select = format!("SELECT {row} FROM \"{table}\" t");
        let rows: Vec<String> = on!(store, pool => sqlx::query_scalar(AssertSqlSafe(select))
            .fetch_all(pool).await.unwrap());
        all.extend(rows.iter().map(|row| format!("{table} {}\n", row.replace('\n', " "))));
    }
    all
}

/// Runs statements behind the program's back, in one transaction.
pub async fn tamper(store: &Store, statements: &[&str]) {
    on!(store, pool => {
        let mut tx = pool.begin().await.unwrap();
        for statement in statements {
            sqlx::query(AssertSqlSafe(*statement)).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
}
