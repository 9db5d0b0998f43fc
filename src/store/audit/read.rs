//! The audit as it is read by people: who did what, newest first, and what became of one item.
use super::chain::SECONDS;
use crate::ids::{Collection, FeatureId, RequestId, Revision, Version};
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::log::{Op, op_named};
use crate::store::tx::Reading;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Documents with more bytes than this are left out: an import of a whole area keeps all that it replaced.
const LARGEST: i64 = 1 << 20;
/// Bytes of documents with which a page is full.
const FULL: usize = 1_000_000;

/// Which rows of the audit are asked for: all that every condition given holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By this actor.
    pub actor: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// Of this command.
    pub command: Option<String>,
    /// At this instant or after it.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// Rows, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows: as many as were asked for, or fewer when they are large.
    pub rows: Vec<T>,
    /// Whether there are more behind the last.
    pub more: bool,
}

/// A document that the audit keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There was, or is, nothing.
    Nothing,
    /// The document, which is JSON if nobody has meddled with it.
    Document(String),
    /// A document of more than 1 MiB, left out.
    TooLarge {
        /// How many bytes it has.
        bytes: i64,
    },
}

/// One row of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub seq: i64,
    /// When the command was admitted.
    pub at: DateTime<Utc>,
    /// What was done.
    pub deed: Deed,
    /// What it was about.
    pub subject: String,
    /// What was.
    pub before: Kept,
    /// What is.
    pub after: Kept,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// Who did what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Who.
    pub actor: String,
    /// What kind of command.
    pub command: String,
    /// The request it came with.
    pub request: RequestId,
}

/// One change of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its number in the log.
    pub revision: Revision,
    /// The item's version since.
    pub version: Version,
    /// What happened to it.
    pub op: Op,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it, and how; none for what was written before the log knew.
    pub deed: Option<Deed>,
    /// What was, where the command was about this item alone.
    pub before: Kept,
    /// What is since, where the command was about this item alone.
    pub after: Kept,
}

/// What is kept, of a document that is small enough and the length of any.
fn kept(document: Option<String>, bytes: Option<i64>) -> Kept {
    match (document, bytes) {
        (Some(document), _) => Kept::Document(document),
        (None, Some(bytes)) => Kept::TooLarge { bytes },
        (None, None) => Kept::Nothing,
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        match self {
            Self::Document(text) => text.len(),
            Self::Nothing | Self::TooLarge { .. } => 0,
        }
    }
}

/// A page under way.
struct Filling<T> {
    rows: Vec<T>,
    limit: usize,
    bytes: usize,
}

impl<T> Filling<T> {
    fn new(limit: usize) -> Self {
        Self { rows: Vec::new(), limit, bytes: 0 }
    }

    /// Adds a row with that many bytes of documents. `false`: the page is full, and the row is one more.
    fn add(&mut self, row: T, bytes: usize) -> bool {
        let full = self.rows.len() == self.limit || (!self.rows.is_empty() && FULL < self.bytes + bytes);
        if !full {
            self.bytes += bytes;
            self.rows.push(row);
        }
        !full
    }

    fn page(self, more: bool) -> Page<T> {
        Page { rows: self.rows, more }
    }
}

impl Reading {
    /// The rows that `filter` asks for with numbers below `before`, the highest first.
    pub async fn audit(
        &mut self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Page<AuditRow>, StoreError> {
        let mut page = Filling::new(limit);
        for seq in self.audit_numbers(filter, before.unwrap_or(i64::MAX), limit).await? {
            let row = self.audit_row(seq).await?;
            let bytes = row.before.bytes() + row.after.bytes();
            if !page.add(row, bytes) {
                return Ok(page.page(true));
            }
        }
        Ok(page.page(false))
    }

    /// The numbers of the rows that `filter` asks for, one more than `limit`.
    async fn audit_numbers(
        &mut self,
        filter: &AuditFilter,
        below: i64,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        // What has an index also stands alone: a condition that may be none is not looked up in one. Of a million rows
        // the worst question takes half a second so, and would take two.
        macro_rules! in_time {
            () => {
                "AND seq IN (SELECT seq FROM audit WHERE $5 <= at AND at < $6 AND seq < $1) "
            };
        }
        macro_rules! select {
            ($($indexed:expr),*) => {
                concat!(
                    "SELECT seq FROM audit WHERE seq < $1 ", $($indexed,)*
                    "AND ($2 IS NULL OR actor = $2) AND ($3 IS NULL OR subject = $3)
                        AND ($4 IS NULL OR command = $4) AND $5 <= at AND at < $6
                    ORDER BY seq DESC LIMIT $7"
                )
            };
        }
        let AuditFilter { actor, subject, command, from, to } = filter;
        let timed = from.is_some() || to.is_some();
        let select = match (subject, actor, command, timed) {
            (Some(_), _, _, _) => select!("AND subject = $3 "),
            (None, Some(_), _, false) => select!("AND actor = $2 "),
            (None, Some(_), _, true) => select!("AND actor = $2 ", in_time!()),
            (None, None, Some(_), false) => select!("AND command = $4 "),
            (None, None, Some(_), true) => select!("AND command = $4 ", in_time!()),
            (None, None, None, false) => select!(),
            (None, None, None, true) => select!(in_time!()),
        };
        let [first, last] = SECONDS.map(|seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds));
        Ok(on!(&mut self.link, conn => sqlx::query_scalar(select)
            .bind(below).bind(actor.as_deref()).bind(subject.as_deref()).bind(command.as_deref())
            .bind(from.unwrap_or(first)).bind(to.unwrap_or(last)).bind(one_more(limit))
            .fetch_all(conn).await)?)
    }

    async fn audit_row(&mut self, seq: i64) -> Result<AuditRow, StoreError> {
        const SELECT: &str = "SELECT at, actor, command, request_id, subject,
                CASE WHEN octet_length(before) <= $2 THEN before END, CAST(octet_length(before) AS BIGINT),
                CASE WHEN octet_length(after) <= $2 THEN after END, CAST(octet_length(after) AS BIGINT), hash
            FROM audit WHERE seq = $1";
        type Row = (
            DateTime<Utc>,
            String,
            String,
            Uuid,
            String,
            Option<String>,
            Option<i64>,
            Option<String>,
            Option<i64>,
            Vec<u8>,
        );
        let row: Row = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(seq).bind(LARGEST).fetch_one(conn).await)?;
        let (at, actor, command, request, subject, before, was, after, is, hash) = row;
        Ok(AuditRow {
            seq,
            at,
            deed: Deed { actor, command, request: RequestId(request) },
            subject,
            before: kept(before, was),
            after: kept(after, is),
            hash,
        })
    }

    /// What happened to an item before the revision `before`, the last first. An item that never was has nothing.
    pub async fn history(
        &mut self,
        collection: Collection,
        id: &FeatureId,
        before: Option<Revision>,
        limit: usize,
    ) -> Result<Page<HistoryRow>, StoreError> {
        const SELECT: &str = "SELECT revision FROM change WHERE collection = $1 AND id = $2 AND revision < $3
            ORDER BY revision DESC LIMIT $4";
        let below = before.map_or(i64::MAX, |before| before.0);
        let revisions: Vec<i64> = on!(&mut self.link, conn => sqlx::query_scalar(SELECT)
            .bind(collection.name()).bind(id.as_str()).bind(below).bind(one_more(limit)).fetch_all(conn).await)?;
        let subject = format!("{collection}/{id}");
        let mut page = Filling::new(limit);
        for revision in revisions {
            let row = self.history_row(revision, &subject).await?;
            let bytes = row.before.bytes() + row.after.bytes();
            if !page.add(row, bytes) {
                return Ok(page.page(true));
            }
        }
        Ok(page.page(false))
    }

    async fn history_row(&mut self, revision: i64, subject: &str) -> Result<HistoryRow, StoreError> {
        // Of a command about more than this item, as an import is, the documents are not of this item.
        const SELECT: &str = "SELECT c.version, c.op, c.at, a.actor, a.command, a.request_id,
                CASE WHEN a.subject = $2 AND octet_length(a.before) <= $3 THEN a.before END,
                CASE WHEN a.subject = $2 THEN CAST(octet_length(a.before) AS BIGINT) END,
                CASE WHEN a.subject = $2 AND octet_length(a.after) <= $3 THEN a.after END,
                CASE WHEN a.subject = $2 THEN CAST(octet_length(a.after) AS BIGINT) END
            FROM change c LEFT JOIN audit a ON a.seq = c.audit_seq WHERE c.revision = $1";
        type Row = (
            i64,
            String,
            DateTime<Utc>,
            Option<String>,
            Option<String>,
            Option<Uuid>,
            Option<String>,
            Option<i64>,
            Option<String>,
            Option<i64>,
        );
        let row: Row = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(revision).bind(subject).bind(LARGEST).fetch_one(conn).await)?;
        let (version, op, at, actor, command, request, before, was, after, is) = row;
        let deed = actor.zip(command).zip(request);
        Ok(HistoryRow {
            revision: Revision(revision),
            version: Version(version),
            op: op_named(&op).map_err(|cause| StoreError::row(format!("change {revision}"), cause))?,
            at,
            deed: deed.map(|((actor, command), request)| Deed {
                actor,
                command,
                request: RequestId(request),
            }),
            before: kept(before, was),
            after: kept(after, is),
        })
    }
}

/// Rows to ask for, so as to know whether there are more than `limit`.
fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
}
