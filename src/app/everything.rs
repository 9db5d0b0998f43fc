//! Everything that is published, at one instant: what a snapshot is built from. It knows nobody who may act.
use crate::catalogue::Item;
use crate::formats::area::{self, Findings};
use crate::hours::CalendarError;
use crate::ids::{Epoch, Revision};
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
    items: Vec<Item>,
}

impl Everything {
    /// The snapshot of it at `now`, built on a thread that may take its time.
    pub(super) async fn snapshot(self, now: DateTime<Utc>) -> Result<Snapshot, ReadError> {
        let build = move || Snapshot::build(self.epoch, self.revision, self.area, self.items, now);
        tokio::task::spawn_blocking(build).await.map_err(|error| ReadError::Build(error.to_string()))
    }
}

pub(super) async fn read_everything(reading: &mut Reading) -> Result<Everything, ReadError> {
    let head = reading.head().await?;
    let documents = reading.documents().await?;
    let (facts, findings) = area::read_facts(&documents);
    let facts = facts.ok_or_else(|| ReadError::damaged(&findings))?;
    let area = Arc::new(AreaView::new(facts)?);
    let items = reading.features().await?;
    Ok(Everything { epoch: head.epoch, revision: head.revision, area, items })
}
