//! One collection: its features in the order of their ids, and the indexes over them.
use super::Answered;
use super::entry::{Around, Entry, StatesAt};
use super::fair::Owners;
use super::names::Names;
use super::postings::Postings;
use super::timeline::Timeline;
use crate::catalogue::Item;
use crate::features::Feature;
use crate::features::field::{Field, Kind};
use crate::features::schema::{self, event_at, occurrence_at, promotion_at};
use crate::ids::{Collection, FeatureId};
use crate::spatial::{BBox, Geometry, LatLon, Nearest, Window};
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A collection as published. The keys of its indexes are positions in `entries`.
#[derive(Debug)]
pub struct CollectionView {
    pub(super) collection: Collection,
    pub(super) entries: Vec<Arc<Entry>>,
    pub(super) nearest: Arc<Nearest>,
    pub(super) window: Arc<Window>,
    /// Where each entry is that is a point: most questions about places are answered without looking at the entries.
    pub(super) points: Arc<[Option<LatLon>]>,
    pub(super) names: Arc<Names>,
    /// Where each id that can be asked for stands.
    pub(super) postings: Postings,
    /// When its features are, where they are something that is on.
    pub(super) timeline: Option<Timeline>,
    /// Who offers them, where they are promotions.
    pub(super) owners: Option<Owners>,
    /// Where each id is in `entries`: a search by halves would miss the cache at every step.
    ids: Arc<HashMap<FeatureId, u32>>,
    pub(super) valid_until: Option<DateTime<Utc>>,
    /// Every mark that any of its features has: what nobody has need not be looked for.
    pub(super) marks: u64,
    /// How full each is, where it is a beach: comma separated, while all of it holds.
    pub(super) statuses: Vec<u8>,
    extent: Option<[f64; 4]>,
}

impl CollectionView {
    /// The view of `entries`, in the order of their ids. Indexes of `before` are shared when they still fit.
    pub(super) fn new(collection: Collection, entries: Vec<Arc<Entry>>, before: Option<&Self>) -> Self {
        let valid_until = entries.iter().filter_map(|entry| entry.valid_until()).min();
        let marks = entries.iter().fold(0, |marks, entry| marks | entry.marks());
        let same = |same: fn(&Item, &Item) -> bool| {
            before.filter(|before| {
                before.entries.len() == entries.len()
                    && before
                        .entries
                        .iter()
                        .zip(&entries)
                        .all(|(a, b)| Arc::ptr_eq(&a.item, &b.item) || same(&a.item, &b.item))
            })
        };
        let numbered = || (0_u32..).zip(&entries);
        let ids = match same(|a, b| a.feature.id() == b.feature.id()) {
            Some(before) => before.ids.clone(),
            None => Arc::new(numbered().map(|(n, entry)| (entry.item.feature.id().clone(), n)).collect()),
        };
        let placed =
            || numbered().filter_map(|(n, entry)| Some((n, entry.item.feature.geometry()?.as_ref())));
        let unmoved =
            same(|a, b| a.feature.id() == b.feature.id() && a.feature.geometry() == b.feature.geometry());
        let point = |entry: &Arc<Entry>| match entry.item.feature.geometry()?.as_ref() {
            Geometry::Point(at) => Some(*at),
            Geometry::Area(_) => None,
        };
        let (nearest, window, points, extent) = match unmoved {
            Some(before) => {
                (before.nearest.clone(), before.window.clone(), before.points.clone(), before.extent)
            }
            None => {
                let (nearest, window) = (Nearest::new(placed()), Window::new(placed()));
                let points = entries.iter().map(point).collect();
                (Arc::new(nearest), Arc::new(window), points, extent(&entries))
            }
        };
        let unrenamed = same(|a, b| {
            a.feature.id() == b.feature.id()
                && a.feature.name() == b.feature.name()
                && held_at(&a.feature) == held_at(&b.feature)
        });
        let names = match unrenamed {
            Some(before) => before.names.clone(),
            None => Arc::new(Names::new(entries.iter().map(|entry| &*entry.item.feature).map(|feature| {
                match held_at(feature) {
                    None => Cow::Borrowed(feature.name()),
                    Some(venue) => Cow::Owned(format!("{} {venue}", feature.name())),
                }
            }))),
        };
        let statuses = statuses(&entries);
        let postings = Postings::new(collection, &entries);
        let owners = Owners::new(collection, &entries);
        let on = matches!(collection, Collection::Events | Collection::Occurrences | Collection::Promotions);
        let timeline = on.then(|| Timeline::new(entries.iter().map(|entry| &*entry.spans)));
        Self {
            collection,
            entries,
            nearest,
            window,
            points,
            names,
            postings,
            timeline,
            owners,
            ids,
            valid_until,
            marks,
            statuses,
            extent,
        }
    }

    /// The same collection with what no longer holds at `now` rendered afresh; none when all of it holds.
    pub(crate) fn refreshed(&self, now: DateTime<Utc>) -> Option<Self> {
        if self.valid_until.is_none_or(|until| now < until) {
            return None;
        }
        let mut states = StatesAt::new(now);
        let fresh = |entry: &Arc<Entry>| {
            if entry.holds(now) { entry.clone() } else { Arc::new(entry.rendered(&mut states)) }
        };
        let entries = self.entries.iter().map(fresh).collect();
        Some(Self::new(self.collection, entries, Some(self)))
    }

    /// The same collection after `changes`: an item written, or none for one taken away.
    pub(super) fn changed(
        &self,
        changes: Vec<(FeatureId, Option<Arc<Item>>)>,
        around: Around<'_>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut entries = self.entries.clone();
        let mut states = StatesAt::new(now);
        for (id, item) in changes {
            let at = entries.binary_search_by(|entry| entry.item.feature.id().cmp(&id));
            match (at, item.map(|item| Arc::new(Entry::new(item, around, &mut states)))) {
                (Ok(at), Some(entry)) => entries[at] = entry,
                (Ok(at), None) => drop(entries.remove(at)),
                (Err(at), Some(entry)) => entries.insert(at, entry),
                (Err(_), None) => {}
            }
        }
        Self::new(self.collection, entries, Some(self))
    }

    /// Which collection it is.
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// How many features it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// West, south, east, north of all its features; none without any.
    pub fn extent(&self) -> Option<[f64; 4]> {
        self.extent
    }

    /// The entry called `id`.
    pub(super) fn entry(&self, id: &str) -> Option<&Arc<Entry>> {
        Some(&self.entries[*self.ids.get(id)? as usize])
    }

    /// The item called `id`.
    pub fn item(&self, id: &FeatureId) -> Option<&Arc<Item>> {
        Some(&self.entry(id.as_str())?.item)
    }

    /// Whether any feature has `id` in the field that is asked for as `name`.
    pub fn any_has(&self, name: &str, id: &str) -> bool {
        let asked = |field: &Field| field.asked == Some(name) && matches!(field.kind, Kind::Id);
        let number = schema::fields(self.collection).iter().position(asked);
        number.is_some_and(|number| !self.postings.of(number, id).is_empty())
    }

    /// Appends the feature called `id`, without its last brace. None: there is no such feature.
    pub fn feature(&self, id: &str, now: DateTime<Utc>, out: &mut Vec<u8>) -> Option<(Answered, i64)> {
        let entry = self.entry(id).filter(|entry| !entry.is_over(now))?;
        let rendering = entry.at(now);
        out.extend_from_slice(&rendering.feature);
        Some((rendering.answered(entry.attributions), entry.item.version.0))
    }
}

/// What the venue of something that is on is called, or the business that offers something: it is looked for by that, too.
fn held_at(feature: &Feature) -> Option<&str> {
    match feature.collection() {
        Collection::Events => feature.fields().text(event_at::VENUE_NAME),
        Collection::Occurrences => feature.fields().text(occurrence_at::VENUE_NAME),
        Collection::Promotions => feature.fields().text(promotion_at::BUSINESS_NAME),
        Collection::Attractions
        | Collection::Beaches
        | Collection::Businesses
        | Collection::CarParks
        | Collection::Notices
        | Collection::ServicePoints
        | Collection::Toilets
        | Collection::Venues => None,
    }
}

fn statuses(entries: &[Arc<Entry>]) -> Vec<u8> {
    let statuses: Vec<&[u8]> = entries.iter().filter_map(|entry| entry.status()).collect();
    statuses.join(&b',')
}

fn extent(entries: &[Arc<Entry>]) -> Option<[f64; 4]> {
    let bounds = entries.iter().filter_map(|entry| Some(entry.item.feature.geometry()?.bounds()));
    bounds
        .map(|b: BBox| [b.west(), b.south(), b.east(), b.north()])
        .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
}
