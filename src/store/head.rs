//! The head: the one row every writing transaction holds, so that numbers are in commit order and without gaps.
use super::audit::NOTHING;
use super::link::{Link, on};
use super::tx::Reading;
use super::{Store, StoreError};
use crate::clock::Clock;
use crate::ids::{Epoch, Revision};
use chrono::{DateTime, Utc};
use uuid::Uuid;

const SELECT: &str = "SELECT epoch, revision, audit_seq, audit_hash, area, rehearsal FROM head WHERE id = 1";

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
    /// Whose times it holds.
    pub times: Times,
}

/// Whose times a database holds: those of the world, or those of a rehearsal. They are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The real ones.
    Real,
    /// Made up.
    Rehearsed,
}

impl Times {
    /// Those that `clock` shows.
    pub fn of(clock: &Clock) -> Self {
        if clock.is_rehearsal() { Self::Rehearsed } else { Self::Real }
    }

    fn stored(self) -> i64 {
        match self {
            Self::Real => 0,
            Self::Rehearsed => 1,
        }
    }
}

type HeadRow = (Uuid, i64, i64, Vec<u8>, Option<String>, i64);

fn head((epoch, revision, audit_seq, audit_hash, area, rehearsal): HeadRow) -> Head {
    let times = if rehearsal == 0 { Times::Real } else { Times::Rehearsed };
    Head { epoch: Epoch(epoch), revision: Revision(revision), audit_seq, audit_hash, area, times }
}

/// Takes the head for this transaction.
pub(super) async fn lock(link: &mut Link) -> Result<Head, StoreError> {
    const LOCK: &str = "SELECT epoch, revision, audit_seq, audit_hash, area, rehearsal
        FROM head WHERE id = 1 FOR UPDATE";
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
    /// Makes the head of a database that has none yet, for times of this kind; errs when one that has holds others.
    pub async fn found(&self, times: Times) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO head (id, epoch, revision, audit_seq, audit_hash, rehearsal)
            VALUES (1, $1, 0, 0, $2, $3) ON CONFLICT (id) DO NOTHING";
        const THERE: &str = "SELECT rehearsal FROM head WHERE id = 1";
        let (epoch, nothing) = (Uuid::new_v4(), NOTHING);
        let held: i64 = match self {
            Self::Sqlite { writer: Some(pool), .. } => {
                let insert = sqlx::query(INSERT).bind(epoch).bind(nothing.as_slice()).bind(times.stored());
                insert.execute(pool).await?;
                sqlx::query_scalar(THERE).fetch_one(pool).await?
            }
            Self::Sqlite { writer: None, .. } => return Err(StoreError::ReadOnly),
            Self::Postgres(pool) => {
                // Looked for first: the account that serves need not be one that may make it.
                let there: Option<i64> = sqlx::query_scalar(THERE).fetch_optional(pool).await?;
                if let Some(held) = there {
                    held
                } else {
                    let insert = sqlx::query(INSERT).bind(epoch).bind(nothing.as_slice());
                    insert.bind(times.stored()).execute(pool).await?;
                    sqlx::query_scalar(THERE).fetch_one(pool).await?
                }
            }
        };
        match (times, held == times.stored()) {
            (_, true) => Ok(()),
            (Times::Real, false) => Err(StoreError::Rehearsed),
            (Times::Rehearsed, false) => Err(StoreError::NotRehearsed),
        }
    }
}

impl Reading {
    /// When the last change of the log was made; none before the first.
    pub async fn last_change_at(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        const SELECT: &str = "SELECT at FROM change ORDER BY revision DESC LIMIT 1";
        Ok(on!(&mut self.link, conn => sqlx::query_scalar(SELECT).fetch_optional(conn).await)?)
    }
}
