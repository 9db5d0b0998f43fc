//! The head and the log of changes.
use super::tx::{Link, Reading, Tx, on};
use super::{Store, StoreError};
use crate::ids::{Collection, Epoch, FeatureId, Revision, Version};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The one row every writing transaction holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The timeline.
    pub epoch: Epoch,
    /// The number of the last change.
    pub revision: Revision,
    /// The number of the last audit row.
    pub audit_seq: i64,
    /// Its hash, which covers all before it.
    pub audit_hash: Vec<u8>,
    /// The slug of the area the database holds; none before the first import.
    pub area: Option<String>,
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A document that holds for the area as a whole.
    Area(String),
    /// An item of a collection.
    Item(Collection, FeatureId),
}

/// What a change did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Wrote it, new or known.
    Put,
    /// Took it away.
    Delete,
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub revision: Revision,
    /// What it is about.
    pub subject: Subject,
    /// What it did.
    pub op: Op,
}

const AREA: &str = "area";

type HeadRow = (Uuid, i64, i64, Vec<u8>, Option<String>);

fn head((epoch, revision, audit_seq, audit_hash, area): HeadRow) -> Head {
    Head { epoch: Epoch(epoch), revision: Revision(revision), audit_seq, audit_hash, area }
}

/// Takes the head for this transaction.
pub(super) async fn lock_head(link: &mut Link) -> Result<Head, StoreError> {
    const SELECT: &str = "SELECT epoch, revision, audit_seq, audit_hash, area FROM head WHERE id = 1";
    const LOCK: &str =
        "SELECT epoch, revision, audit_seq, audit_hash, area FROM head WHERE id = 1 FOR UPDATE";
    let row: Option<HeadRow> = match link {
        // BEGIN IMMEDIATE holds the lock already.
        Link::Sqlite(tx) => sqlx::query_as(SELECT).fetch_optional(&mut **tx).await?,
        Link::Postgres(tx) => sqlx::query_as(LOCK).fetch_optional(&mut **tx).await?,
    };
    row.map(head).ok_or(StoreError::Empty)
}

/// Writes the head as the transaction has advanced it.
pub(super) async fn save_head(tx: &mut Tx) -> Result<(), StoreError> {
    const UPDATE: &str =
        "UPDATE head SET revision = $1, audit_seq = $2, audit_hash = $3, area = $4 WHERE id = 1";
    let Head { revision, audit_seq, audit_hash, area, .. } = &tx.head;
    on!(&mut tx.link, conn => sqlx::query(UPDATE)
        .bind(revision.0).bind(*audit_seq).bind(audit_hash.as_slice()).bind(area.as_deref())
        .execute(conn).await.map(drop))?;
    Ok(())
}

impl Store {
    /// Makes the head of a database that has none yet; does nothing to one that has.
    pub async fn found(&self) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO head (id, epoch, revision, audit_seq, audit_hash) VALUES (1, $1, 0, 0, $2)
            ON CONFLICT (id) DO NOTHING";
        let (epoch, nothing) = (Uuid::new_v4(), [0_u8; 32]);
        match self {
            Self::Sqlite { writer: Some(pool), .. } => {
                sqlx::query(INSERT).bind(epoch).bind(nothing.as_slice()).execute(pool).await.map(drop)?;
            }
            Self::Sqlite { writer: None, .. } => return Err(StoreError::ReadOnly),
            Self::Postgres(pool) => {
                sqlx::query(INSERT).bind(epoch).bind(nothing.as_slice()).execute(pool).await.map(drop)?;
            }
        }
        Ok(())
    }
}

impl Tx {
    /// Gives the next number to a change.
    pub async fn log(
        &mut self,
        at: DateTime<Utc>,
        subject: &Subject,
        op: Op,
        version: Version,
    ) -> Result<Revision, StoreError> {
        const INSERT: &str =
            "INSERT INTO change (revision, at, collection, id, op, version) VALUES ($1, $2, $3, $4, $5, $6)";
        let revision = Revision(self.head.revision.0 + 1);
        let (collection, id) = match subject {
            Subject::Area(name) => (AREA, name.as_str()),
            Subject::Item(collection, id) => (collection.name(), id.as_str()),
        };
        let op = match op {
            Op::Put => "put",
            Op::Delete => "delete",
        };
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(revision.0).bind(at).bind(collection).bind(id).bind(op).bind(version.0)
            .execute(conn).await.map(drop))?;
        self.head.revision = revision;
        Ok(revision)
    }

    /// Says which area the database holds.
    pub fn hold_area(&mut self, area: &str) {
        self.head.area = Some(area.to_owned());
    }
}

impl Reading {
    /// The head at the instant of this reading.
    pub async fn head(&mut self) -> Result<Head, StoreError> {
        const SELECT: &str = "SELECT epoch, revision, audit_seq, audit_hash, area FROM head WHERE id = 1";
        let row: Option<HeadRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_optional(conn).await)?;
        row.map(head).ok_or(StoreError::Empty)
    }

    /// The changes after `after`, in order, at most `limit` of them.
    pub async fn changes(&mut self, after: Revision, limit: i64) -> Result<Vec<Change>, StoreError> {
        const SELECT: &str = "SELECT revision, collection, id, op FROM change
            WHERE $1 < revision ORDER BY revision LIMIT $2";
        let rows: Vec<(i64, String, String, String)> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(after.0).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().map(change).collect()
    }
}

fn change((revision, collection, id, op): (i64, String, String, String)) -> Result<Change, StoreError> {
    let row = || format!("change {revision}");
    let subject = if collection == AREA {
        Subject::Area(id)
    } else {
        let named = Collection::named(&collection);
        let collection = named.ok_or_else(|| StoreError::row(row(), format!("collection `{collection}`")))?;
        Subject::Item(collection, FeatureId::new(&id).map_err(|error| StoreError::row(row(), error))?)
    };
    let op = match op.as_str() {
        "put" => Op::Put,
        "delete" => Op::Delete,
        other => return Err(StoreError::row(row(), format!("op `{other}`"))),
    };
    Ok(Change { revision: Revision(revision), subject, op })
}
