//! Which entries of a collection a question for items is about: the narrowest index says which may be, the rest of the
//! question which of them are.
use super::collection::CollectionView;
use super::entry::Entry;
use super::fair::{Lot, Owners, Seed};
use super::filter::passes;
use super::items::{After, During, ItemsQuery, SortBy};
use super::timeline::Timeline;
use crate::features::Notice;
use crate::features::schema::{self, Sort};
use crate::ids::Collection;
use crate::spatial::BBox;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Matches beyond which counting stops: a map that shows ten thousand needs no exact number.
const MAX_COUNT: usize = 10_000;
/// Stretches of time that are looked at rather than a window of the map.
const FEW: usize = 2_000;
/// Stretches of time that are looked at rather than everything there is.
const MANY: usize = 30_000;

/// The entries of one page and one more, and how many match in all; none where that are too many to count.
pub(super) struct Page<'a> {
    pub(super) entries: Vec<&'a Arc<Entry>>,
    /// Where they are in the draw, if they are in that order.
    pub(super) lots: Vec<Lot>,
    pub(super) matched: Option<usize>,
}

/// What an index leaves of a collection, and what it has answered for good: that need not be asked of each again.
struct Narrowed {
    /// In no order.
    keys: Vec<u32>,
    of_window: bool,
    of_time: bool,
    /// Whether none of them is there twice.
    once: bool,
}

impl Narrowed {
    /// `keys`, of which nothing is known.
    fn perhaps(keys: Vec<u32>) -> Self {
        Self { keys, of_window: false, of_time: false, once: false }
    }
}

/// What must be asked of each key still.
#[derive(Clone, Copy)]
struct Rest<'a> {
    timeline: Option<&'a Timeline>,
    bbox: Option<&'a BBox>,
    /// That it is not over, of offers: nobody is shown one that is.
    offered: Option<&'a Timeline>,
    /// Whether anything is that only the entry itself says.
    of_itself: bool,
}

impl Rest<'_> {
    fn is_nothing(&self) -> bool {
        self.timeline.is_none() && self.bbox.is_none() && self.offered.is_none() && !self.of_itself
    }
}

/// A question, as it is put to one collection.
struct Asked<'a, 'q> {
    view: &'a CollectionView,
    query: &'q ItemsQuery,
    masks: &'q [u64],
    during: During,
    now: DateTime<Utc>,
}

impl CollectionView {
    /// Whether its features hold for a while only.
    pub(super) fn is_timed(&self) -> bool {
        match schema::about(self.collection).sort {
            Sort::Notices | Sort::Events | Sort::Occurrences | Sort::Promotions => true,
            Sort::Points | Sort::Shapes => false,
        }
    }

    /// The page that `query` asks for, whose conditions on marks are `masks`.
    pub(super) fn page(&self, query: &ItemsQuery, masks: &[u64], now: DateTime<Utc>) -> Page<'_> {
        let asked = Asked { view: self, query, masks, during: query.holding(now), now };
        if let (Some(owners), SortBy::Fair(seed)) = (&self.owners, query.sort) {
            return asked.drawn(owners, seed);
        }
        match asked.narrowed() {
            Some(narrowed) => asked.among(narrowed),
            None => asked.walk(),
        }
    }

    /// The keys of all that `query` asks for, whatever the page; none where its filter lets nothing pass.
    pub(super) fn matching(&self, query: &ItemsQuery, now: DateTime<Utc>) -> Vec<u32> {
        let Some(masks) = query.filter.marks(self.collection) else { return Vec::new() };
        let asked = Asked { view: self, query, masks: &masks, during: query.holding(now), now };
        asked.in_order(asked.narrowed().unwrap_or_else(|| asked.everything()))
    }
}

impl<'a> Asked<'a, '_> {
    fn count(&self) -> u32 {
        u32::try_from(self.view.entries.len()).expect("keys are u32")
    }

    /// Every key, of which nothing is known.
    fn everything(&self) -> Narrowed {
        Narrowed { once: true, ..Narrowed::perhaps((0..self.count()).collect()) }
    }

    /// The page as a draw has it.
    fn drawn(&self, owners: &Owners, seed: Seed) -> Page<'a> {
        let wanted = self.query.limit + 1;
        let after = self.query.after.as_ref().and_then(|after| after.lot);
        let everything = self.query.q.is_none() && self.query.bbox.is_none() && self.query.filter.is_empty();
        let at =
            self.during.from.filter(|from| everything && self.now <= *from && self.during.to == Some(*from));
        let (page, matched) = match (at, &self.view.timeline) {
            // Each offer holds once, so how many hold is known without looking at them.
            (Some(at), Some(timeline)) => {
                let rest = self.rest(false, false);
                let page = owners.drawn(seed, after, wanted, owners.all(), |key| self.fits(rest, key));
                (page, timeline.holding(at))
            }
            _ => {
                let keys = self.fitting(self.narrowed().unwrap_or_else(|| self.everything()));
                (owners.drawn_of(seed, after, wanted, &keys), keys.len())
            }
        };
        let (lots, keys): (Vec<Lot>, Vec<u32>) = page.into_iter().unzip();
        let entries = keys.into_iter().map(|key| &self.view.entries[key as usize]).collect();
        Page { entries, lots, matched: (matched <= MAX_COUNT).then_some(matched) }
    }

    /// The keys that the narrowest index leaves; none when none of them is narrow.
    fn narrowed(&self) -> Option<Narrowed> {
        // Whether a name has the words is known of the index alone; the rest is asked of each again.
        if let Some(q) = &self.query.q {
            return Some(Narrowed::perhaps(self.view.names.search(q)));
        }
        if let Some((number, _, ids)) = self.query.filter.ids(self.view.collection).next() {
            let keys = ids.iter().flat_map(|id| self.view.postings.of(number, id)).copied();
            return Some(Narrowed::perhaps(keys.collect()));
        }
        let timeline = self.view.timeline.as_ref();
        let effort = timeline.map_or(usize::MAX, |timeline| timeline.effort(self.during));
        let of_time = || {
            timeline.map(|timeline| {
                let keys = timeline.meeting(self.during).collect();
                Narrowed { of_time: true, once: timeline.is_one_each(), ..Narrowed::perhaps(keys) }
            })
        };
        if effort <= FEW {
            return of_time();
        }
        if let Some(bbox) = &self.query.bbox {
            let matches = self.view.window.matching(bbox, MAX_COUNT);
            if matches.complete {
                return Some(Narrowed { of_window: true, once: true, ..Narrowed::perhaps(matches.keys) });
            }
        }
        if effort <= MANY { of_time() } else { None }
    }

    /// What must be asked of each, where an index has answered for the window or the time already.
    fn rest(&self, of_window: bool, of_time: bool) -> Rest<'_> {
        Rest {
            timeline: self.view.timeline.as_ref().filter(|_| !of_time),
            bbox: self.query.bbox.as_ref().filter(|_| !of_window),
            // What holds at some time from now on is not over.
            offered: self.view.timeline.as_ref().filter(|_| {
                self.view.owners.is_some() && self.during.from.is_none_or(|from| from < self.now)
            }),
            of_itself: self.view.collection == Collection::Notices || !self.query.filter.is_empty(),
        }
    }

    /// Those that are asked for, each once, in no order.
    fn fitting(&self, narrowed: Narrowed) -> Vec<u32> {
        let Narrowed { mut keys, of_window, of_time, once } = narrowed;
        let rest = self.rest(of_window, of_time);
        if !rest.is_nothing() {
            keys.retain(|key| self.fits(rest, *key));
        }
        if !once {
            keys.sort_unstable();
            keys.dedup();
        }
        keys
    }

    /// Those that are asked for, each once, in the order of the ids.
    fn in_order(&self, narrowed: Narrowed) -> Vec<u32> {
        let mut keys = self.fitting(narrowed);
        keys.sort_unstable();
        keys
    }

    /// Whether what has that key is asked for, as far as `rest` says what that depends on.
    fn fits(&self, rest: Rest<'_>, key: u32) -> bool {
        if rest.timeline.is_some_and(|timeline| timeline.first(key, self.during).is_none()) {
            return false;
        }
        if rest.offered.is_some_and(|timeline| timeline.is_over(key, self.now)) {
            return false;
        }
        // An entry is seldom in the cache: it is looked at where something of it is asked, and last.
        let entry = || &self.view.entries[key as usize];
        let is_in = |bbox: &BBox| match self.view.points[key as usize] {
            Some(point) => bbox.contains(point),
            None => entry().item.feature.geometry().is_some_and(|geometry| geometry.intersects(bbox)),
        };
        rest.bbox.is_none_or(is_in) && (!rest.of_itself || self.says_so(entry()))
    }

    /// Whether `entry` is asked for by what it says itself.
    fn says_so(&self, entry: &Entry) -> bool {
        let feature = &entry.item.feature;
        passes(entry.marks(), self.masks)
            && Notice::of(feature).is_none_or(|notice| self.during.meets(notice))
            && self.query.filter.names_ids_of(feature)
    }

    /// The page among `keys`.
    fn among(&self, narrowed: Narrowed) -> Page<'a> {
        let mut keys = self.fitting(narrowed);
        let matched = (keys.len() <= MAX_COUNT).then_some(keys.len());
        let wanted = self.query.limit + 1;
        let keys = if self.query.sort == SortBy::StartsAt {
            let mut keys: Vec<_> = keys.into_iter().map(|key| (self.starts(key), key)).collect();
            if let Some(after) = &self.query.after {
                keys.retain(|(starts, key)| self.is_behind(after, *starts, *key));
            }
            first_of(keys, wanted).into_iter().map(|(_, key)| key).collect()
        } else {
            // The order of the keys is that of the ids.
            let first = self.first();
            if 0 < first {
                keys.retain(|key| first <= *key);
            }
            first_of(keys, wanted)
        };
        let entries = keys.into_iter().map(|key| &self.view.entries[key as usize]).collect();
        Page { entries, lots: Vec::new(), matched }
    }

    /// The first key of the page, where it is in the order of the ids.
    fn first(&self) -> u32 {
        let is_before = |after: &After, entry: &Arc<Entry>| *entry.item.feature.id() <= after.id;
        let first = self
            .query
            .after
            .as_ref()
            .map_or(0, |after| self.view.entries.partition_point(|entry| is_before(after, entry)));
        u32::try_from(first).expect("keys are u32")
    }

    /// When what has that key begins, as far as it is asked for.
    fn starts(&self, key: u32) -> Option<DateTime<Utc>> {
        self.view.timeline.as_ref().and_then(|timeline| timeline.first(key, self.during))
    }

    fn is_behind(&self, after: &After, starts: Option<DateTime<Utc>>, key: u32) -> bool {
        let id = self.view.entries[key as usize].item.feature.id();
        (after.starts, &after.id) < (starts, id)
    }

    /// The page met by walking along the ids, where so much matches that one is met soon.
    fn walk(&self) -> Page<'a> {
        if self.query.sort == SortBy::StartsAt {
            return self.among(self.everything());
        }
        let rest = self.rest(false, false);
        let fits = |key: &u32| self.fits(rest, *key);
        let page = (self.first()..self.count()).filter(fits).take(self.query.limit + 1);
        let entries = page.map(|key| &self.view.entries[key as usize]).collect();
        let everything = self.masks.is_empty() && !self.view.is_timed() && self.query.bbox.is_none();
        let matched = if everything {
            Some(self.view.entries.len())
        } else if self.query.bbox.is_some() {
            // More than are counted.
            None
        } else {
            let count = (0..self.count()).filter(fits).take(MAX_COUNT + 1).count();
            (count <= MAX_COUNT).then_some(count)
        };
        Page { entries, lots: Vec::new(), matched }
    }
}

/// The `wanted` lowest of `all`, in order.
fn first_of<T: Ord>(mut all: Vec<T>, wanted: usize) -> Vec<T> {
    if wanted < all.len() {
        all.select_nth_unstable(wanted);
        all.truncate(wanted);
    }
    all.sort_unstable();
    all
}
