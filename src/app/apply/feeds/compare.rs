//! What a feed brings, held against what it brought last, by hashes alone.
use crate::catalogue::{FeedItem, FeedNote, FeedState};
use crate::command::{Extent, TakeInFeed};
use crate::features::{Event, Feature};
use crate::feeds::Seen;
use crate::formats::json;
use crate::hours::Calendar;
use crate::ids::FeatureId;
use crate::store::KnownItem;
use chrono::{DateTime, Days, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// One event that a feed brings.
#[derive(Clone, Debug)]
pub(super) struct Incoming<'a> {
    /// The entry.
    pub(super) item: &'a FeedItem,
    /// As it is taken in.
    pub(super) feature: Arc<Feature>,
    /// All of that as a document.
    pub(super) document: String,
    /// The hash of that.
    pub(super) hash: [u8; 16],
    /// When the last of its dates is over; none is to come without one.
    pub(super) over_at: Option<DateTime<Utc>>,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Compared<'a> {
    /// Events that were not known.
    pub(super) fresh: Vec<Incoming<'a>>,
    /// Events that are not what they were, or that are back.
    pub(super) changed: Vec<Incoming<'a>>,
    /// Events that are what they were, and that staff have edited since.
    pub(super) edited: Vec<FeatureId>,
    /// Events that the feed has no more, by id.
    pub(super) gone: Vec<FeatureId>,
    /// How many there are of which nothing has changed.
    pub(super) unchanged: u64,
    /// The fields of those that are as staff have them.
    pub(super) kept: u64,
    /// How many there are that staff have deleted.
    pub(super) deleted: u64,
    /// Entries that cannot be taken in.
    pub(super) refused: Vec<FeedNote>,
}

/// How far ahead dates are told.
const AHEAD: Days = Days::new(731);

/// When the last of the dates of `event` from `now` on is over, as far as they are told; none when none is to come.
pub(super) fn over_at(event: &Feature, calendar: &Calendar, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let event = Event::of(event)?;
    // What began a month ago may last until now.
    let (from, to) = (now.date_naive() - Days::new(31), now.date_naive() + AHEAD);
    let starts = event.schedule().starts().date();
    if to <= starts {
        return Some(starts.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    let last = event.occurrences(calendar, from..to).occurrences.iter().map(|date| date.over_at).max();
    last.filter(|over_at| now < *over_at)
}

impl<'a> Compared<'a> {
    pub(super) fn new(take: &'a TakeInFeed, known: &HashMap<String, KnownItem>, now: DateTime<Utc>) -> Self {
        let calendar = &take.calendar;
        let mut done = Self::default();
        let mut seen: HashSet<&str> = HashSet::with_capacity(take.content.items.len());
        for item in &take.content.items {
            let id = item.feature.id();
            if !seen.insert(id.as_str()) {
                done.refused.push(note(item, "stands twice; the first is taken"));
                continue;
            }
            let feature = take.source.marked(&item.feature);
            let document = json::feature_document(&feature);
            let hash = json::document_hash(&document);
            let incoming = |over_at| Incoming { item, feature: feature.clone(), document, hash, over_at };
            match known.get(id.as_str()) {
                None => done.fresh.push(incoming(over_at(&feature, calendar, now))),
                Some(known) if known.deleted => done.deleted += 1,
                Some(known) if known.gone || known.hash != hash => {
                    done.changed.push(incoming(over_at(&feature, calendar, now)));
                }
                Some(known) if known.version != known.current => done.edited.push(id.clone()),
                Some(known) => {
                    done.unchanged += 1;
                    done.kept += known.kept;
                }
            }
        }
        // One entry of a source may make several events, which go by its id and what follows a `#`: they come and go
        // with it.
        let there = |id: &str| known.get(id).is_some_and(|known| !known.gone && !known.deleted);
        let id = |id: &String| FeatureId::new(id).ok();
        done.gone = match take.extent {
            Extent::Whole => {
                known.keys().filter(|id| there(id) && !seen.contains(id.as_str())).filter_map(id).collect()
            }
            Extent::Part => {
                let of = |external_id: &'a str| external_id.split('#').next().unwrap_or_default();
                let removed = take.content.removed.iter().map(|id| of(id));
                let told: HashSet<&str> =
                    removed.chain(take.content.items.iter().map(|item| of(&item.external_id))).collect();
                let is = |(id, known): &(&String, &KnownItem)| {
                    let of = known.external_id.split('#').next().unwrap_or_default();
                    told.contains(of) && !seen.contains(id.as_str())
                };
                known.iter().filter(is).map(|(id, _)| id).filter(|id| there(id)).filter_map(id).collect()
            }
        };
        done.gone.sort();
        done
    }

    /// What it is in numbers.
    pub(super) fn seen(
        &self,
        take: &TakeInFeed,
        known: &HashMap<String, KnownItem>,
        state: &FeedState,
        now: DateTime<Utc>,
    ) -> Seen {
        let is_upcoming = |known: &KnownItem| known.over_at.is_some_and(|over_at| now < over_at);
        let upcoming = known.values().filter(|known| !known.gone && !known.deleted && is_upcoming(known));
        let gone = self.gone.iter().filter(|id| known.get(id.as_str()).is_some_and(is_upcoming));
        let (items, refused) = (take.content.items.len(), take.content.refused.len() + self.refused.len());
        Seen {
            whole: take.extent == Extent::Whole,
            first: state.succeeded_at.is_none(),
            items: items as u64,
            refused: refused as u64,
            before: state.items,
            upcoming: upcoming.count() as u64,
            gone: gone.count() as u64,
            fresh: self.fresh.iter().filter(|fresh| fresh.over_at.is_some()).count() as u64,
        }
    }
}

/// That an entry is not taken in, and why.
pub(super) fn note(item: &FeedItem, what: impl ToString) -> FeedNote {
    FeedNote { at: item.at.clone(), what: format!("{}: {}", item.feature.name(), what.to_string()) }
}
