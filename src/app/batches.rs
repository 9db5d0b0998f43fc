//! Batches of decisions, as moderators read them: from the database, since few others ask.
use super::App;
use super::records::RecordsError;
use crate::catalogue::DecisionBatch;
use crate::ids::BatchId;
use chrono::{DateTime, Utc};

impl App {
    /// The batches that wait to be confirmed, those proposed after `after`, the oldest first, at most `limit`.
    pub async fn waiting_batches(
        &self,
        after: Option<(DateTime<Utc>, BatchId)>,
        limit: i64,
    ) -> Result<Vec<DecisionBatch>, RecordsError> {
        let (store, since) = (self.store.clone(), self.clock.now() - DecisionBatch::WAITS);
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let found = reading.waiting_batches(since, after, limit).await?;
            reading.close().await?;
            Ok(found)
        })
        .await
    }

    /// The batch `id`, as long as it waits or was confirmed lately.
    pub async fn batch(&self, id: BatchId) -> Result<Option<DecisionBatch>, RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let found = reading.batch(id).await?;
            reading.close().await?;
            Ok(found)
        })
        .await
    }
}
