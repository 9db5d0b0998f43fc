//! Builds a snapshot from everything, and one from another by what changed.
use super::area::AreaView;
use super::board::Board;
use super::collection::CollectionView;
use super::crowd::Crowds;
use super::entry::{Around, Entry, StatesAt};
use super::programme::Programme;
use super::{Answered, Offer, Offers, Snapshot};
use crate::catalogue::Item;
use crate::features::{Event, Openness};
use crate::formats::geojson::{self, Shown};
use crate::ids::{Collection, Epoch, FeatureId, Revision};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Items by what they are called: written, or none for one taken away.
pub type Changed = HashMap<Collection, Vec<(FeatureId, Option<Arc<Item>>)>>;

/// What is known of how full the beaches are, and the beaches of which something else is known than before.
#[derive(Clone, Debug)]
pub struct NewCrowds {
    /// Of every beach.
    pub crowds: Arc<Crowds>,
    /// The beaches.
    pub of: Vec<FeatureId>,
}

/// How long an offer has been over that is left out.
const LONG_OVER: TimeDelta = TimeDelta::days(1);

impl Snapshot {
    /// The snapshot of `items`, in any order, at `now`.
    pub fn build(
        epoch: Epoch,
        revision: Revision,
        area: Arc<AreaView>,
        items: Vec<Arc<Item>>,
        crowds: Arc<Crowds>,
        now: DateTime<Utc>,
    ) -> Self {
        let (events, items): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.feature.collection() == Collection::Events);
        let (promotions, items): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.feature.collection() == Collection::Promotions);
        let venues: HashSet<FeatureId> =
            events.iter().filter_map(|item| Event::of(&item.feature)?.venue()).collect();
        let places: HashMap<&FeatureId, &Arc<Item>> = items
            .iter()
            .filter(|item| item.feature.is_place() && venues.contains(item.feature.id()))
            .map(|item| (item.feature.id(), item))
            .collect();
        let programme = Programme::new(events.into_iter(), |id| places.get(id).copied(), &area, now);
        let programme = Arc::new(programme);
        let is_business = |item: &&Arc<Item>| item.feature.collection() == Collection::Businesses;
        let businesses: HashMap<&FeatureId, &Arc<Item>> =
            items.iter().filter(is_business).map(|item| (item.feature.id(), item)).collect();
        let offers = Offers::new(promotions.into_iter(), |id| businesses.get(id).copied());
        let offers = Arc::new(offers);
        let mut of: [Vec<Arc<Entry>>; Collection::ALL.len()] = Default::default();
        let mut states = StatesAt::new(now);
        let board = Arc::new(Board::new(items.iter()));
        let around = Around { area: &area, board: &board, crowds: &crowds, programme: &programme };
        let public = programme.all().filter(|production| production.event().is_public(now));
        let on = public.flat_map(|production| {
            [production.shown.clone()].into_iter().chain(production.items().map(|(_, item)| item))
        });
        // What is long over nobody sees again, whatever a clock says: it would only be looked at.
        let is_over = |offer: &&Arc<Offer>| offer.promotion().is_over(now - LONG_OVER);
        let offered = offers.all().filter(|offer| !is_over(offer)).filter_map(|offer| offer.shown.clone());
        for item in items.iter().cloned().chain(on).chain(offered) {
            let collection = item.feature.collection();
            of[collection as usize].push(Arc::new(Entry::new(item, around, &mut states)));
        }
        let collections = Collection::ALL.map(|collection| {
            let mut entries = std::mem::take(&mut of[collection as usize]);
            entries.sort_by(|a, b| a.item.feature.id().cmp(b.item.feature.id()));
            Arc::new(CollectionView::new(collection, entries, None))
        });
        Self { epoch, revision, area, collections, board, crowds, programme, offers, blind: false }
    }

    /// The snapshot that follows at `revision`: only the collections that changed are rebuilt, those with places that a
    /// changed notice is about, those of what is on at places that changed, and that of the beaches when there are other
    /// `crowds`.
    #[must_use]
    pub fn after(
        &self,
        revision: Revision,
        mut changed: Changed,
        crowds: Option<NewCrowds>,
        now: DateTime<Utc>,
    ) -> Self {
        let programme = self.programme_after(&mut changed, now);
        let offers = self.offers_after(&mut changed);
        let noticed = changed.contains_key(&Collection::Notices);
        let board = if noticed { Arc::new(self.board_after(&changed)) } else { self.board.clone() };
        let mut touched: HashSet<&FeatureId> =
            if noticed { self.board.places(&board).collect() } else { HashSet::new() };
        let (crowds, counted) = match &crowds {
            Some(NewCrowds { crowds, of }) => (crowds, of.as_slice()),
            None => (&self.crowds, &[][..]),
        };
        touched.extend(counted);
        let around = Around { area: &self.area, board: &board, crowds, programme: &programme };
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
            Arc::new(view.changed(changes, around, now))
        });
        let (area, crowds) = (self.area.clone(), crowds.clone());
        let epoch = self.epoch;
        Self { epoch, revision, area, collections, board, crowds, programme, offers, blind: false }
    }

    /// The programme after `changed`, of which the events as stored become what is public of them and of their dates.
    fn programme_after(&self, changed: &mut Changed, now: DateTime<Utc>) -> Arc<Programme> {
        let before = &self.programme;
        let written = changed.remove(&Collection::Events).unwrap_or_default();
        let mut items: HashMap<FeatureId, Option<Arc<Item>>> = written.into_iter().collect();
        let places: HashMap<&str, Option<&Arc<Item>>> = Collection::PLACES
            .iter()
            .flat_map(|collection| changed.get(collection).into_iter().flatten())
            .map(|(id, item)| (id.as_str(), item.as_ref()))
            .collect();
        let is_over = before.is_over(&self.area, now);
        let standing = |id: &FeatureId| before.event(id).map(|production| production.item.clone());
        let mut again: Vec<FeatureId> = before.due(now).map(|due| due.item.feature.id().clone()).collect();
        if is_over {
            again.extend(before.all().map(|production| production.item.feature.id().clone()));
        } else if !places.is_empty() {
            again.extend(before.at(|venue| places.contains_key(venue)).cloned());
        }
        for id in again {
            let item = standing(&id);
            items.entry(id).or_insert(item);
        }
        if items.is_empty() && !is_over {
            return before.clone();
        }
        let place = |id: &FeatureId| match places.get(id.as_str()) {
            Some(changed) => *changed,
            None => self.place(id),
        };
        let ids: Vec<FeatureId> = items.keys().cloned().collect();
        let after = if is_over {
            Programme::new(items.into_values().flatten(), place, &self.area, now)
        } else {
            before.changed(items.into_iter(), place, &self.area, now)
        };
        let mut events = Vec::with_capacity(ids.len());
        let mut dates: HashMap<FeatureId, Option<Arc<Item>>> = HashMap::new();
        for id in ids {
            let shown = after.event(&id).filter(|production| production.event().is_public(now));
            dates.extend(before.event(&id).into_iter().flat_map(|was| was.ids()).map(|id| (id, None)));
            dates.extend(shown.into_iter().flat_map(|is| is.items()).map(|(id, item)| (id, Some(item))));
            events.push((id, shown.map(|production| production.shown.clone())));
        }
        changed.insert(Collection::Events, events);
        changed.insert(Collection::Occurrences, dates.into_iter().collect());
        Arc::new(after)
    }

    /// The offers after `changed`, of which the promotions as stored become what readers see of them.
    fn offers_after(&self, changed: &mut Changed) -> Arc<Offers> {
        let mut written = changed.remove(&Collection::Promotions).unwrap_or_default();
        let businesses: HashMap<&str, Option<&Arc<Item>>> = changed
            .get(&Collection::Businesses)
            .into_iter()
            .flatten()
            .map(|(id, item)| (id.as_str(), item.as_ref()))
            .collect();
        if !businesses.is_empty() {
            let known: HashSet<FeatureId> = written.iter().map(|(id, _)| id.clone()).collect();
            let there = self.offers.at(|business| businesses.contains_key(business));
            let again = there.filter(|id| !known.contains(*id)).filter_map(|id| self.offers.offer(id));
            written.extend(again.map(|offer| (offer.item.feature.id().clone(), Some(offer.item.clone()))));
        }
        if written.is_empty() {
            return self.offers.clone();
        }
        let business = |id: &FeatureId| match businesses.get(id.as_str()) {
            Some(changed) => *changed,
            None => self.collection(Collection::Businesses).item(id),
        };
        let after = self.offers.changed(&written, business);
        let shown = |id: &FeatureId| after.offer(id).and_then(|offer| offer.shown.clone());
        let shown = written.into_iter().map(|(id, _)| (id.clone(), shown(&id))).collect();
        changed.insert(Collection::Promotions, shown);
        Arc::new(after)
    }

    /// The same snapshot when the database is not heard from: how full the beaches are is not known any more.
    #[must_use]
    pub fn blind(&self, now: DateTime<Utc>) -> Self {
        let crowds = Arc::new(self.crowds.blind());
        let beaches = self.collection(Collection::Beaches);
        let of = beaches.entries.iter().map(|entry| entry.item.feature.id().clone()).collect();
        let blind = self.after(self.revision, Changed::new(), Some(NewCrowds { crowds, of }), now);
        // When it is heard from again, what was known is still known.
        Self { crowds: self.crowds.clone(), blind: true, ..blind }
    }

    /// The same snapshot when the database is heard from again, and nothing has changed.
    #[must_use]
    pub fn seeing(&self, now: DateTime<Utc>) -> Self {
        let beaches = self.collection(Collection::Beaches);
        let of = beaches.entries.iter().map(|entry| entry.item.feature.id().clone()).collect();
        let crowds = self.crowds.clone();
        self.after(self.revision, Changed::new(), Some(NewCrowds { crowds, of }), now)
    }

    /// The same snapshot with what time has changed rendered for everybody; none when nothing has.
    pub fn refreshed(&self, now: DateTime<Utc>) -> Option<Self> {
        if self.programme.is_due(now) || self.programme.is_over(&self.area, now) {
            let next = self.after(self.revision, Changed::new(), None, now);
            let next = next.refreshed(now).unwrap_or(next);
            return Some(Self { blind: self.blind, ..next });
        }
        let fresh =
            Collection::ALL.map(|collection| self.collection(collection).refreshed(now).map(Arc::new));
        if fresh.iter().all(Option::is_none) {
            return None;
        }
        let mut fresh = fresh.into_iter();
        let collections = Collection::ALL
            .map(|collection| fresh.next().flatten().unwrap_or_else(|| self.collection(collection).clone()));
        Some(Self {
            epoch: self.epoch,
            revision: self.revision,
            area: self.area.clone(),
            collections,
            board: self.board.clone(),
            crowds: self.crowds.clone(),
            programme: self.programme.clone(),
            offers: self.offers.clone(),
            blind: self.blind,
        })
    }

    /// Appends `item`, published or not, as it is rendered here, without its last brace: what its writer is answered.
    pub fn render(&self, item: Arc<Item>, now: DateTime<Utc>, out: &mut Vec<u8>) -> Answered {
        let (id, is_event) = (item.feature.id().clone(), item.feature.collection() == Collection::Events);
        let programme = if is_event {
            // Of it alone: what else is on is not asked for.
            let alone = [item.clone()].into_iter();
            Arc::new(Programme::new(alone, |id| self.place(id), &self.area, now))
        } else {
            self.programme.clone()
        };
        let offer = (item.feature.collection() == Collection::Promotions)
            .then(|| Offer::new(item.clone(), |id| self.collection(Collection::Businesses).item(id)));
        let item = programme.event(&id).map_or(item, |production| production.shown.clone());
        if let Some(offer) = offer {
            return self.render_own(&offer, now, out);
        }
        let around =
            Around { area: &self.area, board: &self.board, crowds: &self.crowds, programme: &programme };
        let entry = Entry::new(item, around, &mut StatesAt::new(now));
        let rendering = entry.at(now);
        out.extend_from_slice(&rendering.feature);
        rendering.answered(entry.attributions)
    }

    /// Appends a promotion as its organisation sees it, without its last brace.
    pub fn render_own(&self, offer: &Offer, now: DateTime<Utc>, out: &mut Vec<u8>) -> Answered {
        out.extend_from_slice(&geojson::feature(&Shown {
            item: &offer.own,
            openness: Openness { open: None, until: None },
            notices: &[],
            beach: None,
            dates: None,
            own: Some(&offer.item),
            now,
        }));
        Answered::NOTHING
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
