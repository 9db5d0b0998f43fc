//! Everything that is published, at one instant: what a snapshot is built from. It knows nobody who may act.
use super::crowd::Books;
use crate::catalogue::Item;
use crate::formats::area::{self, Findings};
use crate::hours::CalendarError;
use crate::ids::{Collection, Epoch, Revision};
use crate::snapshot::{AreaView, Snapshot};
use crate::store::{Reading, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Why a snapshot cannot be made of what is stored.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database has not answered in time.
    #[error("the database is silent")]
    Silent,
    /// What the database holds of the area as a whole cannot be used.
    #[error("the area is damaged: {0}")]
    Area(String),
    /// The time zone is unknown to this program.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The snapshot could not be built.
    #[error("the snapshot could not be built: {0}")]
    Build(String),
}

impl ReadError {
    /// An area that `findings` stop.
    pub(super) fn damaged(findings: &Findings) -> Self {
        let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
        Self::Area(all.join("; "))
    }
}

/// All that a snapshot is built from, of one instant.
pub(super) struct Everything {
    epoch: Epoch,
    revision: Revision,
    area: Arc<AreaView>,
    items: Vec<Arc<Item>>,
    books: Books,
}

impl Everything {
    /// The snapshot of it at `now`, and the books it goes on from; built on a thread that may take its time.
    pub(super) async fn snapshot(self, now: DateTime<Utc>) -> Result<(Snapshot, Books), ReadError> {
        let Self { epoch, revision, area, items, mut books } = self;
        let build = move || {
            let crowds = Arc::new(books.crowds(now));
            (Snapshot::build(epoch, revision, area, items, crowds, now), books)
        };
        tokio::task::spawn_blocking(build).await.map_err(|error| ReadError::Build(error.to_string()))
    }
}

/// Reads everything, how full the beaches are as of the day of `now`.
pub(super) async fn read_everything(
    reading: &mut Reading,
    now: DateTime<Utc>,
) -> Result<Everything, ReadError> {
    let head = reading.head().await?;
    let area = Arc::new(read_area(reading).await?);
    let items: Vec<Arc<Item>> = reading.features().await?.into_iter().map(Arc::new).collect();
    let beaches = items.iter().filter(|item| item.feature.collection() == Collection::Beaches);
    let books = Books::read(reading, &area, beaches, now).await?;
    Ok(Everything { epoch: head.epoch, revision: head.revision, area, items, books })
}

/// Reads what holds for the area as a whole.
pub(super) async fn read_area(reading: &mut Reading) -> Result<AreaView, ReadError> {
    let documents = reading.documents().await?;
    let (facts, findings) = area::read_facts(&documents);
    let facts = facts.ok_or_else(|| ReadError::damaged(&findings))?;
    Ok(AreaView::new(facts)?)
}
