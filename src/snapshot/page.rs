//! Which entries of a collection a question for items is about: the narrowest index says which may be, the rest of the
//! question which of them are.
use super::collection::CollectionView;
use super::entry::Entry;
use super::fair::{Lot, Owners, Seed};
use super::filter::passes;
use super::items::{After, During, ItemsQuery, SortBy};
use crate::features::Notice;
use crate::features::schema::{self, Sort};
use crate::ids::Collection;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Matches beyond which counting stops: a map that shows ten thousand needs no exact number.
const MAX_COUNT: usize = 10_000;
/// Stretches of time that are looked at rather than a window of the map.
const FEW: usize = 2_000;

/// The entries of one page and one more, and how many match in all; none where that are too many to count.
pub(super) struct Page<'a> {
    pub(super) entries: Vec<&'a Arc<Entry>>,
    /// Where they are in the draw, if they are in that order.
    pub(super) lots: Vec<Lot>,
    pub(super) matched: Option<usize>,
}

/// What an index leaves of a collection, and what it has answered for good: that need not be asked of each again.
struct Narrowed {
    keys: Vec<u32>,
    of_window: bool,
    of_time: bool,
}

impl Narrowed {
    /// `keys`, of which nothing is known.
    fn perhaps(keys: Vec<u32>) -> Self {
        Self { keys, of_window: false, of_time: false }
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
        asked.fitting(asked.narrowed().unwrap_or_else(|| asked.everything()))
    }
}

impl<'a> Asked<'a, '_> {
    fn count(&self) -> u32 {
        u32::try_from(self.view.entries.len()).expect("keys are u32")
    }

    /// Every key, of which nothing is known.
    fn everything(&self) -> Narrowed {
        Narrowed::perhaps((0..self.count()).collect())
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
                let fits = |key: u32| self.fits(key, false, false);
                let page = owners.drawn(seed, after, wanted, &self.view.entries, fits);
                (page, timeline.holding(at))
            }
            _ => {
                let keys = self.fitting(self.narrowed().unwrap_or_else(|| self.everything()));
                let fits = |key: u32| keys.binary_search(&key).is_ok();
                (owners.drawn(seed, after, wanted, &self.view.entries, fits), keys.len())
            }
        };
        let (lots, keys): (Vec<Lot>, Vec<u32>) = page.into_iter().unzip();
        let entries = keys.into_iter().map(|key| &self.view.entries[key as usize]).collect();
        Page { entries, lots, matched: (matched <= MAX_COUNT).then_some(matched) }
    }

    /// The keys that the narrowest index leaves, in any order, perhaps twice; none when none of them is narrow.
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
            let keys = timeline.map(|timeline| timeline.meeting(self.during).collect());
            keys.map(|keys| Narrowed { keys, of_window: false, of_time: true })
        };
        if effort <= FEW {
            return of_time();
        }
        if let Some(bbox) = &self.query.bbox {
            let matches = self.view.window.matching(bbox, MAX_COUNT);
            if matches.complete {
                return Some(Narrowed { keys: matches.keys, of_window: true, of_time: false });
            }
        }
        if effort <= MAX_COUNT { of_time() } else { None }
    }

    /// Those of `keys` that are asked for, each once, in the order of the ids.
    fn fitting(&self, narrowed: Narrowed) -> Vec<u32> {
        let Narrowed { mut keys, of_window, of_time } = narrowed;
        keys.retain(|key| self.fits(*key, of_window, of_time));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether what has that key is asked for; whether it is in the window, and at the time, may be known already.
    fn fits(&self, key: u32, of_window: bool, of_time: bool) -> bool {
        if !of_time
            && let Some(timeline) = &self.view.timeline
            && timeline.first(key, self.during).is_none()
        {
            return false;
        }
        // An entry is seldom in the cache: it is looked at where something of it is asked.
        let bbox = self.query.bbox.filter(|_| !of_window);
        let of_itself = self.view.owners.is_some() || self.view.collection == Collection::Notices;
        if !of_itself && bbox.is_none() && self.query.filter.is_empty() {
            return true;
        }
        let entry = &self.view.entries[key as usize];
        if entry.is_over(self.now) {
            return false;
        }
        if !self.masks.is_empty() && !passes(entry.marks(), self.masks) {
            return false;
        }
        let feature = &entry.item.feature;
        if Notice::of(feature).is_some_and(|notice| !self.during.meets(notice)) {
            return false;
        }
        let in_window =
            bbox.is_none_or(|bbox| feature.geometry().is_some_and(|geometry| geometry.intersects(&bbox)));
        in_window && self.query.filter.names_ids_of(feature)
    }

    /// The page among `keys`.
    fn among(&self, narrowed: Narrowed) -> Page<'a> {
        let keys = self.fitting(narrowed);
        let matched = (keys.len() <= MAX_COUNT).then_some(keys.len());
        let wanted = self.query.limit + 1;
        let entry = |key: u32| &self.view.entries[key as usize];
        if self.query.sort != SortBy::StartsAt {
            // They are in the order of the ids.
            let is_before = |after: &After, key: u32| *entry(key).item.feature.id() <= after.id;
            let after = self.query.after.as_ref();
            let first = after.map_or(0, |after| keys.partition_point(|key| is_before(after, *key)));
            let entries = keys[first..].iter().take(wanted).map(|key| entry(*key)).collect();
            return Page { entries, lots: Vec::new(), matched };
        }
        let mut keys: Vec<_> = keys.into_iter().map(|key| (self.starts(key), key)).collect();
        if let Some(after) = &self.query.after {
            keys.retain(|(starts, key)| self.is_behind(after, *starts, *key));
        }
        if wanted < keys.len() {
            keys.select_nth_unstable(wanted);
            keys.truncate(wanted);
        }
        keys.sort_unstable();
        let entries = keys.into_iter().map(|(_, key)| entry(key)).collect();
        Page { entries, lots: Vec::new(), matched }
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
        let first = match &self.query.after {
            None => 0,
            Some(after) => self.view.entries.partition_point(|entry| *entry.item.feature.id() <= after.id),
        };
        let first = u32::try_from(first).expect("keys are u32");
        let page =
            (first..self.count()).filter(|key| self.fits(*key, false, false)).take(self.query.limit + 1);
        let entries = page.map(|key| &self.view.entries[key as usize]).collect();
        let everything = self.masks.is_empty() && !self.view.is_timed() && self.query.bbox.is_none();
        let matched = if everything {
            Some(self.view.entries.len())
        } else if self.query.bbox.is_some() {
            // More than are counted.
            None
        } else {
            let count =
                (0..self.count()).filter(|key| self.fits(*key, false, false)).take(MAX_COUNT + 1).count();
            (count <= MAX_COUNT).then_some(count)
        };
        Page { entries, lots: Vec::new(), matched }
    }
}
