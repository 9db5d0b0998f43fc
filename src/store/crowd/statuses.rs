//! What was published of each beach, and from when on. A row is never changed: a late report changes the present alone.
use crate::command::PublishedStatus;
use crate::ids::{FeatureId, Revision};
use crate::store::link::on;
use crate::store::tx::{Reading, Tx};
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};

/// A status as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRow {
    /// The change in the log.
    pub revision: Revision,
    /// From when on it was shown.
    pub at: DateTime<Utc>,
    /// The status in the notation of the API.
    pub content: String,
}

type Row = (i64, DateTime<Utc>, String);

fn row((revision, at, content): Row) -> StatusRow {
    StatusRow { revision: Revision(revision), at, content }
}

impl Reading {
    /// What was published of `beach` in [`from`, `to`) before the change `before`, the newest first, at most `limit`.
    pub async fn published(
        &mut self,
        beach: &FeatureId,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        before: Revision,
        limit: usize,
    ) -> Result<Page<StatusRow>, StoreError> {
        const SELECT: &str = "SELECT revision, published_at, content FROM beach_status
            WHERE beach = $1 AND $2 <= published_at AND published_at < $3 AND revision < $4
            ORDER BY revision DESC LIMIT $5";
        let rows: Vec<Row> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(beach.as_str()).bind(from).bind(to).bind(before.0).bind(i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1).fetch_all(conn).await)?;
        let more = limit < rows.len();
        Ok(Page { rows: rows.into_iter().take(limit).map(row).collect(), more })
    }

    /// What was published last of each beach.
    pub async fn last_published(&mut self) -> Result<Vec<(String, StatusRow)>, StoreError> {
        const SELECT: &str = "SELECT beach, revision, published_at, content FROM beach_status s
            WHERE revision = (SELECT MAX(revision) FROM beach_status WHERE beach = s.beach) ORDER BY beach";
        let rows: Vec<(String, i64, DateTime<Utc>, String)> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        let of_beach = |(beach, revision, at, content)| (beach, row((revision, at, content)));
        Ok(rows.into_iter().map(of_beach).collect())
    }
}

impl Tx {
    /// Writes what was published.
    pub async fn save_status(
        &mut self,
        shown: &PublishedStatus,
        revision: Revision,
    ) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO beach_status (beach, published_at, revision, content) VALUES ($1, $2, $3, $4)";
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(shown.beach.as_str()).bind(shown.at).bind(revision.0).bind(&shown.content)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
