//! Builds a snapshot from everything, and one from another by what changed.
use super::Snapshot;
use super::area::AreaView;
use super::collection::CollectionView;
use super::entry::{Entry, StatesAt};
use crate::catalogue::Item;
use crate::ids::{Collection, Epoch, FeatureId, Revision};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// Items by what they are called: written, or none for one taken away.
pub type Changed = HashMap<Collection, Vec<(FeatureId, Option<Arc<Item>>)>>;

impl Snapshot {
    /// The snapshot of `items`, in any order, at `now`.
    pub fn build(
        epoch: Epoch,
        revision: Revision,
        area: Arc<AreaView>,
        items: Vec<Item>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut of: [Vec<Arc<Entry>>; Collection::ALL.len()] = Default::default();
        let mut states = StatesAt::new(now);
        for item in items {
            let collection = item.feature.collection();
            of[collection as usize].push(Arc::new(Entry::new(Arc::new(item), &area, &mut states)));
        }
        let collections = Collection::ALL.map(|collection| {
            let mut entries = std::mem::take(&mut of[collection as usize]);
            entries.sort_by(|a, b| a.item.feature.id().cmp(b.item.feature.id()));
            Arc::new(CollectionView::new(collection, entries, None))
        });
        Self::new(epoch, revision, area, collections)
    }

    /// The snapshot that follows at `revision`: only the collections that changed are rebuilt.
    #[must_use]
    pub fn after(&self, revision: Revision, mut changed: Changed, now: DateTime<Utc>) -> Self {
        let collections = Collection::ALL.map(|collection| match changed.remove(&collection) {
            Some(changes) => Arc::new(self.collection(collection).changed(changes, &self.area, now)),
            None => self.collection(collection).clone(),
        });
        Self::new(self.epoch, revision, self.area.clone(), collections)
    }

    /// The same snapshot with what time has changed rendered for everybody; none when nothing has.
    pub fn refreshed(&self, now: DateTime<Utc>) -> Option<Self> {
        let fresh =
            Collection::ALL.map(|collection| self.collection(collection).refreshed(now).map(Arc::new));
        if fresh.iter().all(Option::is_none) {
            return None;
        }
        let mut fresh = fresh.into_iter();
        let collections = Collection::ALL
            .map(|collection| fresh.next().flatten().unwrap_or_else(|| self.collection(collection).clone()));
        Some(Self::new(self.epoch, self.revision, self.area.clone(), collections))
    }
}
