//! Sources of events, as staff see them.
use crate::app::{App, RecordsError};
use crate::catalogue::{FeedEdit, FeedSource, FeedState};
use crate::feeds::edited;
use crate::ids::FeatureId;

/// Events with edits that are named.
const MAX_EDITED: i64 = 200;

/// A source of events, and how it has done so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the manifest says of it.
    pub source: FeedSource,
    /// How it has done.
    pub state: FeedState,
}

impl App {
    /// Every source that the manifest names, by id.
    pub async fn sources(&self) -> Result<Vec<Source>, RecordsError> {
        let (area, store) = (self.snapshot().area.clone(), self.store.clone());
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let mut states = reading.feeds().await?;
            reading.close().await?;
            let source = |source: &FeedSource| Source {
                source: source.clone(),
                state: states.remove(&source.id).unwrap_or_default(),
            };
            Ok(area.facts.feeds.iter().map(source).collect())
        })
        .await
    }

    /// The events of a source that staff have edited, the first of them by id, with the fields that stay as they are.
    pub async fn edits_of(&self, feed: FeatureId) -> Result<Vec<FeedEdit>, RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let pairs = reading.edited_items(&feed, MAX_EDITED).await?;
            reading.close().await?;
            let edit = |(base, item): (_, crate::catalogue::Item)| FeedEdit {
                event: item.feature.id().clone(),
                name: item.feature.name().to_owned(),
                fields: edited(&base, &item.feature),
            };
            Ok(pairs.into_iter().map(edit).filter(|edit| !edit.fields.is_empty()).collect())
        })
        .await
    }
}
