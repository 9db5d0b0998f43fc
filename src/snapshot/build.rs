//! Builds a snapshot from everything, and one from another by what changed.
use super::area::AreaView;
use super::board::Board;
use super::collection::CollectionView;
use super::entry::{Entry, StatesAt};
use super::{Answered, Snapshot};
use crate::catalogue::Item;
use crate::ids::{Collection, Epoch, FeatureId, Revision};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
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
        let items: Vec<Arc<Item>> = items.into_iter().map(Arc::new).collect();
        let board = Arc::new(Board::new(items.iter()));
        for item in items {
            let collection = item.feature.collection();
            of[collection as usize].push(Arc::new(Entry::new(item, &area, &board, &mut states)));
        }
        let collections = Collection::ALL.map(|collection| {
            let mut entries = std::mem::take(&mut of[collection as usize]);
            entries.sort_by(|a, b| a.item.feature.id().cmp(b.item.feature.id()));
            Arc::new(CollectionView::new(collection, entries, None))
        });
        Self::new(epoch, revision, area, collections, board)
    }

    /// The snapshot that follows at `revision`: only the collections that changed are rebuilt, and those with places
    /// that a changed notice is about.
    #[must_use]
    pub fn after(&self, revision: Revision, mut changed: Changed, now: DateTime<Utc>) -> Self {
        let noticed = changed.contains_key(&Collection::Notices);
        let board = if noticed { Arc::new(self.board_after(&changed)) } else { self.board.clone() };
        let touched: HashSet<&FeatureId> =
            if noticed { self.board.places(&board).collect() } else { HashSet::new() };
        let collections = Collection::ALL.map(|collection| {
            let view = self.collection(collection);
            let mut changes = changed.remove(&collection).unwrap_or_default();
            let known: HashSet<FeatureId> = changes.iter().map(|(id, _)| id.clone()).collect();
            for id in touched.iter().filter(|id| !known.contains(**id)) {
                changes.extend(view.item(id).map(|item| ((*id).clone(), Some(item.clone()))));
            }
            if changes.is_empty() {
                return view.clone();
            }
            Arc::new(view.changed(changes, &self.area, &board, now))
        });
        Self::new(self.epoch, revision, self.area.clone(), collections, board)
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
        Some(Self::new(self.epoch, self.revision, self.area.clone(), collections, self.board.clone()))
    }

    /// Appends `item`, published or not, as it is rendered here, without its last brace: what its writer is answered.
    pub fn render(&self, item: Arc<Item>, now: DateTime<Utc>, out: &mut Vec<u8>) -> Answered {
        let entry = Entry::new(item, &self.area, &self.board, &mut StatesAt::new(now));
        let rendering = entry.at(now);
        out.extend_from_slice(&rendering.feature);
        Answered { attributions: entry.attributions, valid_until: rendering.valid_until }
    }

    /// The board after `changed`.
    fn board_after(&self, changed: &Changed) -> Board {
        let changes = changed.get(&Collection::Notices).map_or(&[][..], Vec::as_slice);
        let before = self.collection(Collection::Notices).entries.iter().map(|entry| &entry.item);
        let mut notices: BTreeMap<&FeatureId, &Arc<Item>> =
            before.map(|item| (item.feature.id(), item)).collect();
        for (id, item) in changes {
            match item {
                Some(item) => notices.insert(id, item),
                None => notices.remove(id),
            };
        }
        Board::new(notices.into_values())
    }
}
