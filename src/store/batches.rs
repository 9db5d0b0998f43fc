//! Batches of decisions, one row each, until they have run out.
use super::StoreError;
use super::link::on;
use super::tx::{Reading, Tx};
use crate::catalogue::{BatchDecision, Confirmation, DecisionBatch};
use crate::formats::batch::{promotions_document, read_promotions_document};
use crate::ids::BatchId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Id, decision, reason, promotions, by whom and when it was proposed, by whom and when confirmed.
type BatchRow =
    (Uuid, String, Option<String>, String, String, DateTime<Utc>, Option<String>, Option<DateTime<Utc>>);

fn batch(row: BatchRow) -> Result<DecisionBatch, StoreError> {
    let (id, decision, reason, promotions, proposed_by, proposed_at, confirmed_by, confirmed_at) = row;
    let row = format!("batch {}", BatchId(id));
    let decision = match (decision.as_str(), reason) {
        ("approve", None) => BatchDecision::Approve,
        ("reject", Some(reason)) => BatchDecision::Reject { reason: reason.into() },
        (decision, _) => return Err(StoreError::row(&row, format!("decision `{decision}`"))),
    };
    let promotions = read_promotions_document(&promotions).map_err(|error| StoreError::row(&row, error))?;
    let confirmed = confirmed_by.zip(confirmed_at).map(|(by, at)| Confirmation { by: by.into(), at });
    let proposed_by = proposed_by.into();
    Ok(DecisionBatch { id: BatchId(id), decision, promotions, proposed_by, proposed_at, confirmed })
}

const SELECT: &str =
    "SELECT id, decision, reason, promotions, proposed_by, proposed_at, confirmed_by, confirmed_at
    FROM decision_batch WHERE id = $1";

impl Reading {
    /// The batch `id`.
    pub async fn batch(&mut self, id: BatchId) -> Result<Option<DecisionBatch>, StoreError> {
        let row: Option<BatchRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(id.0).fetch_optional(conn).await)?;
        row.map(batch).transpose()
    }

    /// The batches that wait, proposed after `since` and listed after `after`, the oldest first, at most `limit`.
    pub async fn waiting_batches(
        &mut self,
        since: DateTime<Utc>,
        after: Option<(DateTime<Utc>, BatchId)>,
        limit: i64,
    ) -> Result<Vec<DecisionBatch>, StoreError> {
        const SELECT: &str =
            "SELECT id, decision, reason, promotions, proposed_by, proposed_at, confirmed_by, confirmed_at
            FROM decision_batch
            WHERE confirmed_at IS NULL AND $1 < proposed_at
                AND ($2 IS NULL OR (proposed_at, id) > ($2, $3))
            ORDER BY proposed_at, id LIMIT $4";
        let rows: Vec<BatchRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(since).bind(after.map(|after| after.0)).bind(after.map(|after| after.1.0)).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().map(batch).collect()
    }
}

impl Tx {
    /// The batch `id`.
    pub async fn batch(&mut self, id: BatchId) -> Result<Option<DecisionBatch>, StoreError> {
        let row: Option<BatchRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(id.0).fetch_optional(conn).await)?;
        row.map(batch).transpose()
    }

    /// The batches that wait and were proposed after `since`, the oldest first.
    pub async fn waiting_batches(&mut self, since: DateTime<Utc>) -> Result<Vec<DecisionBatch>, StoreError> {
        const SELECT: &str =
            "SELECT id, decision, reason, promotions, proposed_by, proposed_at, confirmed_by, confirmed_at
            FROM decision_batch WHERE confirmed_at IS NULL AND $1 < proposed_at ORDER BY proposed_at, id";
        let rows: Vec<BatchRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(since).fetch_all(conn).await)?;
        rows.into_iter().map(batch).collect()
    }

    /// Writes a batch, new or known. What it says stays as it was first written.
    pub async fn save_batch(&mut self, batch: &DecisionBatch) -> Result<(), StoreError> {
        const UPSERT: &str = "INSERT INTO decision_batch
                (id, decision, reason, promotions, proposed_by, proposed_at, confirmed_by, confirmed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (id) DO UPDATE SET promotions = excluded.promotions,
                confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at";
        let confirmed = batch.confirmed.as_ref();
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(batch.id.0).bind(batch.decision.name()).bind(batch.decision.reason())
            .bind(promotions_document(&batch.promotions)).bind(batch.proposed_by.as_ref())
            .bind(batch.proposed_at).bind(confirmed.map(|one| one.by.as_ref()))
            .bind(confirmed.map(|one| one.at)).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Deletes the batch `id`.
    pub async fn drop_batch(&mut self, id: BatchId) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM decision_batch WHERE id = $1";
        on!(&mut self.link, conn => sqlx::query(DELETE).bind(id.0).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Deletes the batches that were proposed at `instant` or before, those confirmed since aside.
    pub async fn drop_batches_until(&mut self, instant: DateTime<Utc>) -> Result<(), StoreError> {
        const DELETE: &str = "DELETE FROM decision_batch WHERE coalesce(confirmed_at, proposed_at) <= $1";
        on!(&mut self.link, conn => sqlx::query(DELETE).bind(instant).execute(conn).await.map(drop))?;
        Ok(())
    }
}
