//! The two doors: a reading that sees one instant, a writing transaction that holds the head.
use super::head::{self, Head};
use super::link::{Link, on};
use super::pending::{Length, Pending};
use super::{Store, StoreError};
use crate::catalogue::CrowdReport;
use crate::ids::{FeatureId, ReportId, Revision};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

const READ_ONE_INSTANT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// One instant of the database.
pub struct Reading {
    pub(super) link: Link,
}

/// A writing transaction. It holds the head, so no other one is under way anywhere; dropped, it never was.
pub struct Tx {
    pub(super) link: Link,
    pub(super) head: Head,
    mark: Option<Mark>,
    pub(super) pending: Pending,
    /// Reports that were looked up; none where there was none.
    pub(super) seen: HashMap<ReportId, Option<CrowdReport>>,
    /// The beaches that are there, once they were asked for.
    pub(super) beaches: Option<Arc<BTreeSet<FeatureId>>>,
}

/// A point to go back to.
struct Mark {
    head: Head,
    pending: Length,
    /// Whether the database marks it too.
    in_full: bool,
}

/// Why a commit was not reported as done.
#[derive(Debug, thiserror::Error)]
#[error("the commit failed, its outcome is unknown: {0}")]
pub struct CommitError(#[source] pub StoreError);

impl Store {
    /// Opens a reading; everything it answers is of one instant.
    pub async fn read(&self) -> Result<Reading, StoreError> {
        let link = match self {
            Self::Sqlite { readers, .. } => Link::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                let mut tx = pool.begin_with(READ_ONE_INSTANT).await?;
                // Reading everything at the start takes longer than a statement of a request may.
                sqlx::query("SET LOCAL statement_timeout = '120s'").execute(&mut *tx).await?;
                Link::Postgres(tx)
            }
        };
        Ok(Reading { link })
    }

    /// The same for a request: where the database has a limit for a statement, the one of requests holds.
    pub async fn read_briefly(&self) -> Result<Reading, StoreError> {
        let link = match self {
            Self::Sqlite { readers, .. } => Link::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Link::Postgres(pool.begin_with(READ_ONE_INSTANT).await?),
        };
        Ok(Reading { link })
    }

    /// Opens a writing transaction and takes the head. Waits for another that holds it.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let mut link = match self {
            // IMMEDIATE: a deferred transaction that reads first cannot wait for the write lock
            // (SQLITE_BUSY_SNAPSHOT ignores busy_timeout).
            Self::Sqlite { writer: Some(writer), .. } => {
                Link::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Sqlite { writer: None, .. } => return Err(StoreError::ReadOnly),
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SET LOCAL statement_timeout = '30s'").execute(&mut *tx).await?;
                Link::Postgres(tx)
            }
        };
        let head = head::lock(&mut link).await?;
        let (pending, seen) = Default::default();
        Ok(Tx { link, head, mark: None, pending, seen, beaches: None })
    }
}

impl Reading {
    /// The head at the instant of this reading.
    pub async fn head(&mut self) -> Result<Head, StoreError> {
        head::read(&mut self.link).await
    }

    /// Ends the reading.
    pub async fn close(self) -> Result<(), StoreError> {
        match self.link {
            Link::Sqlite(tx) => tx.rollback().await?,
            Link::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

impl Tx {
    /// The head as this transaction has advanced it.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Marks a point to go back to: one command's refusal must not sink the others.
    pub async fn mark(&mut self) -> Result<(), StoreError> {
        // What the commands before have decided on must not be undone with this one.
        self.flush().await?;
        on!(&mut self.link, conn => sqlx::query("SAVEPOINT command").execute(conn).await.map(drop))?;
        self.mark = Some(Mark { head: self.head.clone(), pending: self.pending.length(), in_full: true });
        Ok(())
    }

    /// The same for a command that does no more than add to the log, the audit and the reports: the database is not asked
    /// for it.
    pub fn mark_rows(&mut self) {
        self.mark = Some(Mark { head: self.head.clone(), pending: self.pending.length(), in_full: false });
    }

    /// Whether a command is under way that may do anything.
    pub(super) fn is_marked_in_full(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.in_full)
    }

    /// Whether a command is under way that may only add rows.
    pub(super) fn is_marked_by_rows(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| !mark.in_full)
    }

    /// Keeps what was done since the mark.
    pub async fn keep(&mut self) -> Result<(), StoreError> {
        if self.mark.take().is_some_and(|mark| mark.in_full) {
            on!(&mut self.link, conn => sqlx::query("RELEASE SAVEPOINT command").execute(conn).await.map(drop))?;
        }
        Ok(())
    }

    /// Undoes what was done since the mark.
    pub async fn undo(&mut self) -> Result<(), StoreError> {
        let Some(Mark { head, pending, in_full }) = self.mark.take() else { return Ok(()) };
        if in_full {
            on!(&mut self.link, conn => sqlx::query("ROLLBACK TO SAVEPOINT command").execute(conn).await.map(drop))?;
            on!(&mut self.link, conn => sqlx::query("RELEASE SAVEPOINT command").execute(conn).await.map(drop))?;
            self.seen.clear();
            self.beaches = None;
        }
        for report in self.pending.cut(pending) {
            self.seen.remove(&report.id);
        }
        self.head = head;
        Ok(())
    }

    /// Writes the head and commits, on disk when this returns. Nothing is retried: after an error the outcome
    /// is unknown.
    pub async fn commit(mut self) -> Result<Revision, CommitError> {
        self.flush().await.map_err(CommitError)?;
        head::save(&mut self.link, &self.head).await.map_err(CommitError)?;
        let done = match self.link {
            Link::Sqlite(tx) => tx.commit().await,
            Link::Postgres(tx) => tx.commit().await,
        };
        done.map_err(|error| CommitError(error.into()))?;
        Ok(self.head.revision)
    }
}
