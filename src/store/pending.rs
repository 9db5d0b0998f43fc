//! Rows that a transaction has decided on and not yet written: what most commands do is add a line to the log, a row to
//! the audit and reports, and many rows of one table cost little more than one.
//!
//! They are written before anything is read that they could change, before a savepoint, and before the commit.
use super::StoreError;
use super::link::on;
use super::tx::Tx;
use crate::catalogue::CrowdReport;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Rows of one statement. A statement costs far more than a row in it; each number of rows is a text of its own, which
/// the database has to keep.
pub(super) const AT_ONCE: usize = 16;
/// So many rows are written before there are more.
const MOST: usize = 4_096;

/// Rows that are not yet written.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) changes: Vec<ChangeRow>,
    pub(super) audit: Vec<AuditRow>,
    pub(super) reports: Vec<CrowdReport>,
}

/// A line of the log.
#[derive(Debug)]
pub(super) struct ChangeRow {
    pub(super) revision: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) collection: &'static str,
    pub(super) id: String,
    pub(super) op: &'static str,
    pub(super) version: i64,
    pub(super) audit_seq: i64,
}

/// A row of the audit.
#[derive(Debug)]
pub(super) struct AuditRow {
    pub(super) seq: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) actor: String,
    pub(super) request: Uuid,
    pub(super) command: String,
    pub(super) subject: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) hash: Vec<u8>,
}

/// How many there were of each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Length {
    changes: usize,
    audit: usize,
    reports: usize,
}

impl Pending {
    pub(super) fn length(&self) -> Length {
        Length { changes: self.changes.len(), audit: self.audit.len(), reports: self.reports.len() }
    }

    /// Forgets what was added since there were so many; gives back the reports.
    pub(super) fn cut(&mut self, to: Length) -> Vec<CrowdReport> {
        self.changes.truncate(to.changes);
        self.audit.truncate(to.audit);
        self.reports.split_off(to.reports.min(self.reports.len()))
    }
}

impl Tx {
    /// Writes what is pending when that is much, as in an import.
    pub(super) async fn relieve(&mut self) -> Result<(), StoreError> {
        let Length { changes, audit, reports } = self.pending.length();
        if MOST < changes + audit + reports && self.is_marked_in_full() { self.flush().await } else { Ok(()) }
    }

    /// Writes what is pending. Not between [`Tx::mark_rows`] and what ends it: it could not be undone.
    pub async fn flush(&mut self) -> Result<(), StoreError> {
        debug_assert!(!self.is_marked_by_rows(), "rows that may be undone are not written");
        let Pending { changes, audit, reports } = std::mem::take(&mut self.pending);
        for rows in changes.chunks(AT_ONCE) {
            self.write_changes(rows).await?;
        }
        for rows in audit.chunks(AT_ONCE) {
            self.write_audit(rows).await?;
        }
        for rows in reports.chunks(AT_ONCE) {
            self.write_reports(rows).await?;
        }
        Ok(())
    }

    async fn write_changes(&mut self, rows: &[ChangeRow]) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO change (revision, at, collection, id, op, version, audit_seq) ";
        on!(&mut self.link, conn => {
            let mut query = QueryBuilder::new(INSERT);
            query.push_values(rows, |mut values, row| {
                values
                    .push_bind(row.revision)
                    .push_bind(row.at)
                    .push_bind(row.collection)
                    .push_bind(row.id.as_str())
                    .push_bind(row.op)
                    .push_bind(row.version)
                    .push_bind(row.audit_seq);
            });
            query.build().execute(conn).await.map(drop)
        })?;
        Ok(())
    }

    async fn write_audit(&mut self, rows: &[AuditRow]) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO audit (seq, at, actor, request_id, command, subject, before, after, hash) ";
        on!(&mut self.link, conn => {
            let mut query = QueryBuilder::new(INSERT);
            query.push_values(rows, |mut values, row| {
                values
                    .push_bind(row.seq)
                    .push_bind(row.at)
                    .push_bind(row.actor.as_str())
                    .push_bind(row.request)
                    .push_bind(row.command.as_str())
                    .push_bind(row.subject.as_str())
                    .push_bind(row.before.as_deref())
                    .push_bind(row.after.as_deref())
                    .push_bind(row.hash.as_slice());
            });
            query.build().execute(conn).await.map(drop)
        })?;
        Ok(())
    }
}
