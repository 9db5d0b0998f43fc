//! The head: the one row every writing transaction holds, so that numbers are in commit order and without gaps.
use super::audit::NOTHING;
use super::link::{Link, on};
use super::{Store, StoreError};
use crate::ids::{Epoch, Revision};
use uuid::Uuid;

const SELECT: &str = "SELECT epoch, revision, audit_seq, audit_hash, area FROM head WHERE id = 1";

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

type HeadRow = (Uuid, i64, i64, Vec<u8>, Option<String>);

fn head((epoch, revision, audit_seq, audit_hash, area): HeadRow) -> Head {
    Head { epoch: Epoch(epoch), revision: Revision(revision), audit_seq, audit_hash, area }
}

/// Takes the head for this transaction.
pub(super) async fn lock(link: &mut Link) -> Result<Head, StoreError> {
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
pub(super) async fn save(link: &mut Link, head: &Head) -> Result<(), StoreError> {
    const UPDATE: &str =
        "UPDATE head SET revision = $1, audit_seq = $2, audit_hash = $3, area = $4 WHERE id = 1";
    let Head { revision, audit_seq, audit_hash, area, .. } = head;
    on!(link, conn => sqlx::query(UPDATE)
        .bind(revision.0).bind(*audit_seq).bind(audit_hash.as_slice()).bind(area.as_deref())
        .execute(conn).await.map(drop))?;
    Ok(())
}

/// The head at the instant of an open transaction.
pub(super) async fn read(link: &mut Link) -> Result<Head, StoreError> {
    let row: Option<HeadRow> = on!(link, conn => sqlx::query_as(SELECT).fetch_optional(conn).await)?;
    row.map(head).ok_or(StoreError::Empty)
}

impl Store {
    /// Makes the head of a database that has none yet; does nothing to one that has.
    pub async fn found(&self) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO head (id, epoch, revision, audit_seq, audit_hash) VALUES (1, $1, 0, 0, $2)
            ON CONFLICT (id) DO NOTHING";
        const THERE: &str = "SELECT id FROM head WHERE id = 1";
        let (epoch, nothing) = (Uuid::new_v4(), NOTHING);
        match self {
            Self::Sqlite { writer: Some(pool), .. } => {
                sqlx::query(INSERT).bind(epoch).bind(nothing.as_slice()).execute(pool).await.map(drop)?;
            }
            Self::Sqlite { writer: None, .. } => return Err(StoreError::ReadOnly),
            Self::Postgres(pool) => {
                // Looked for first: the account that serves need not be one that may make it.
                if sqlx::query(THERE).fetch_optional(pool).await?.is_none() {
                    sqlx::query(INSERT).bind(epoch).bind(nothing.as_slice()).execute(pool).await.map(drop)?;
                }
            }
        }
        Ok(())
    }
}
