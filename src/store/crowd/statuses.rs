//! What was published of each beach, and from when on. A row is never changed: a late report changes the present alone.
use crate::command::PublishedStatus;
use crate::ids::{FeatureId, Revision};
use crate::store::link::on;
use crate::store::tx::{Reading, Tx};
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

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

    /// The status that was published last of each beach of which one was, in the notation of the API.
    pub async fn last_published(&mut self) -> Result<HashMap<FeatureId, String>, StoreError> {
        // One look into the primary key a beach, however many rows there are of it. Beaches that were deleted are looked
        // up too: they may come back.
        const SELECT: &str = "SELECT id, (SELECT content FROM beach_status WHERE beach = feature.id
                ORDER BY revision DESC LIMIT 1)
            FROM feature WHERE collection = 'beaches' ORDER BY id";
        let rows: Vec<(String, Option<String>)> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).fetch_all(conn).await)?;
        Ok(rows.into_iter().filter_map(|(id, content)| Some((FeatureId::new(&id).ok()?, content?))).collect())
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
