//! What is asked of the database itself, not of the snapshot: the audit, what became of one item, crowd reports.
//!
//! Seldom and by few, and it must never cost the many anything: two at a time, and each briefly.
use super::App;
use super::apply::reaches;
use crate::access::By;
use crate::catalogue::CrowdReport;
use crate::command::Refusal;
use crate::ids::{Collection, FeatureId, Revision};
use crate::store::{
    Anchor, AuditFilter, AuditRow, HistoryRow, LastChange, Page, ReportFilter, ReportPlace, StatusRow,
    StoreError, Stored,
};
use chrono::{DateTime, Utc};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Readings at a time: an embedded database has four reading connections, and the follower needs one.
pub(super) const AT_A_TIME: usize = 2;
/// Readings of visitors at a time.
pub(super) const OF_VISITORS: usize = 1;
/// Visitors who may wait for one.
pub(super) const WAITING: usize = 32;
/// How long a reading may take, waiting for its turn included.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database has not answered in time.
    #[error("the database has not answered within {} s", PATIENCE.as_secs())]
    Late,
    /// Not there, or not to be seen by who asks.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The reading broke off.
    #[error("the reading broke off: {0}")]
    Broken(String),
}

impl App {
    /// Rows of the audit with numbers below `before`, newest first, and the end of the audit at that instant.
    pub async fn audit(
        &self,
        filter: AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Page<AuditRow>, Anchor), RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let head = reading.head().await?;
            let page = reading.audit(&filter, before, limit).await?;
            reading.close().await?;
            Ok((page, head.anchor()))
        })
        .await
    }

    /// What happened to an item before the revision `before`, the last first, for who may edit it. Of one that was
    /// deleted they still see it; to others it never was.
    pub async fn history(
        &self,
        by: By,
        collection: Collection,
        id: FeatureId,
        before: Option<Revision>,
        limit: usize,
    ) -> Result<Page<HistoryRow>, RecordsError> {
        let store = self.store.clone();
        let not_found = Refusal::NotFound { collection, id: id.clone() };
        let read = self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let stored = reading.stored(collection, &id).await?;
            let page = reading.history(collection, &id, before, limit).await?;
            reading.close().await?;
            Ok((stored, page))
        });
        match read.await? {
            (None, _) => Err(not_found.into()),
            (Some(Stored { item, deleted }), page) => match reaches(&by, &item.feature) {
                Ok(()) => Ok(page),
                Err(_) if deleted => Err(not_found.into()),
                Err(refusal) => Err(refusal.into()),
            },
        }
    }

    /// The crowd reports that `filter` asks for and that stand before `before`, the last observed first.
    pub async fn crowd_reports(
        &self,
        filter: ReportFilter,
        before: Option<ReportPlace>,
        limit: usize,
    ) -> Result<Page<CrowdReport>, RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let page = reading.reports(&filter, before, limit).await?;
            reading.close().await?;
            Ok(page)
        })
        .await
    }

    /// What was published of a beach in [`from`, `to`) before the change `before`, the last first: what visitors ask of
    /// the past. They wait for each other, and for nobody else.
    pub async fn published(
        &self,
        beach: FeatureId,
        span: (DateTime<Utc>, DateTime<Utc>),
        before: Revision,
        limit: usize,
    ) -> Result<Page<StatusRow>, RecordsError> {
        let store = self.store.clone();
        self.visited(async move {
            let mut reading = store.read_briefly().await?;
            let page = reading.published(&beach, span, before, limit).await?;
            reading.close().await?;
            Ok(page)
        })
        .await
    }

    /// The last change of each event up to `until`, of those after `after`, in order: what other sites follow. They wait
    /// as who asks for the past does.
    pub async fn changed_events(
        &self,
        after: Revision,
        until: Revision,
        limit: i64,
    ) -> Result<Vec<LastChange>, RecordsError> {
        let store = self.store.clone();
        self.visited(async move {
            let mut reading = store.read_briefly().await?;
            let changes = reading.last_changes(Collection::Events, after, until, limit).await?;
            reading.close().await?;
            Ok(changes)
        })
        .await
    }

    /// What `read` gives, which visitors may ask for, in its turn and in time.
    async fn visited<T: Send + 'static>(
        &self,
        read: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, RecordsError> {
        // Whoever would wait long is told so at once: those who wait hold room that others need.
        let _place = self.past_waiting.try_acquire().map_err(|_| RecordsError::Late)?;
        let read = in_turn(self.past.clone(), move |turn| {
            tokio::spawn(async move {
                let _turn = turn;
                read.await
            })
        });
        Ok(read.await??)
    }

    /// What `look` gives, on a thread that may take its time: what staff see of everything published.
    pub async fn looked<T: Send + 'static>(
        &self,
        look: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RecordsError> {
        in_turn(self.records.clone(), move |turn| {
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                look()
            })
        })
        .await
    }

    /// What `read` gives, in its turn and in time.
    pub(super) async fn recorded<T: Send + 'static>(
        &self,
        read: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, RecordsError> {
        let read = in_turn(self.records.clone(), move |turn| {
            tokio::spawn(async move {
                let _turn = turn;
                read.await
            })
        });
        Ok(read.await??)
    }
}

/// What the task that `start` starts gives. It is a task of its own and keeps its turn to its end, whoever goes away:
/// a reading cut short could come back into its pool as an open transaction that sees the past. Who waits for a turn
/// too long has started nothing.
async fn in_turn<T>(
    turns: Arc<Semaphore>,
    start: impl FnOnce(OwnedSemaphorePermit) -> JoinHandle<T>,
) -> Result<T, RecordsError> {
    let started = async {
        let turn = turns.acquire_owned().await;
        start(turn.expect("nobody closes the turns")).await
    };
    match timeout(PATIENCE, started).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(broken)) => Err(RecordsError::Broken(broken.to_string())),
        Err(_) => Err(RecordsError::Late),
    }
}
