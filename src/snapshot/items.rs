//! The items of a collection: all, those in a map window, those with a name; page by page in the order of ids.
use super::collection::CollectionView;
use super::entry::Entry;
use super::fair::{Lot, Seed};
use super::filter::Filter;
use super::page::Page;
use super::{Answered, Snapshot};
use crate::catalogue::Item;
use crate::features::Notice;
use crate::ids::{Collection, FeatureId, FeatureIdError};
use crate::spatial::BBox;
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a page: with more, what slow clients have asked for would fill the memory. The rest is on the next page.
const MAX_BYTES: usize = 1_000_000;

/// A question for items.
#[derive(Clone, Debug)]
pub struct ItemsQuery {
    /// Of which collection.
    pub collection: Collection,
    /// Only what intersects this window.
    pub bbox: Option<BBox>,
    /// Only what has these words in its name.
    pub q: Option<String>,
    /// Conditions on fields.
    pub filter: Filter,
    /// What `during` was called, where it begins at another instant each time it is asked.
    pub when: Option<String>,
    /// Of what has a time, only what holds at some time in this; what is not over yet without one. The rest matches.
    pub during: Option<During>,
    /// In which order.
    pub sort: SortBy,
    /// Only what comes after this.
    pub after: Option<After>,
    /// How many at most; a page of large features has fewer.
    pub limit: usize,
}

/// An order of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// By id.
    #[default]
    Id,
    /// By when the first date begins that is asked for, then by id.
    StartsAt,
    /// As the draw of this seed has it: one of each owner a round.
    Fair(Seed),
}

/// The last item of a page, as far as the order of the items tells where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// When it begins, where the items are in that order.
    pub starts: Option<DateTime<Utc>>,
    /// Its place in the draw, where they are in that order.
    pub lot: Option<Lot>,
    /// Its id.
    pub id: FeatureId,
}

/// A stretch of time, both ends included; open where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct During {
    /// From when.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub to: Option<DateTime<Utc>>,
}

impl During {
    /// Whether `notice` holds at some time in this.
    pub(super) fn meets(self, notice: Notice<'_>) -> bool {
        let begun = self.to.is_none_or(|to| notice.starts_at().is_none_or(|start| start <= to));
        begun && self.from.is_none_or(|from| !notice.ended(from))
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How many items were appended.
    pub returned: usize,
    /// How many match in all; none beyond 10,000 filtered ones.
    pub matched: Option<usize>,
    /// The last one, when there are more behind it.
    pub next: Option<After>,
    /// What went into the answer.
    pub answered: Answered,
}

/// A place in the pages of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    question: u64,
    after: After,
}

/// Why a text is not a cursor of this question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// Not a cursor at all.
    #[error("is not a cursor; take the `next` link of an answer as it is")]
    Malformed,
    /// Of another question.
    #[error("belongs to another question; begin again without it")]
    OtherQuestion,
}

impl From<FeatureIdError> for CursorError {
    fn from(_: FeatureIdError) -> Self {
        Self::Malformed
    }
}

impl ItemsQuery {
    /// The cursor that goes on behind `after`.
    pub fn cursor(&self, after: After) -> Cursor {
        Cursor { question: self.question(), after }
    }

    /// Goes on where `cursor` says.
    pub fn resume(&mut self, cursor: &str) -> Result<(), CursorError> {
        let (question, after) = cursor.split_once('.').ok_or(CursorError::Malformed)?;
        let hex = question.len() == 16 && question.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let question =
            hex.then(|| u64::from_str_radix(question, 16).ok()).flatten().ok_or(CursorError::Malformed)?;
        let (starts, lot, id) = match self.sort {
            SortBy::Id => (None, None, after),
            SortBy::StartsAt => {
                let (millis, id) = after.split_once('.').ok_or(CursorError::Malformed)?;
                let starts = millis.parse().ok().and_then(DateTime::from_timestamp_millis);
                (Some(starts.ok_or(CursorError::Malformed)?), None, id)
            }
            SortBy::Fair(_) => {
                let mut parts = after.splitn(3, '.');
                let mut part = || parts.next().ok_or(CursorError::Malformed);
                let round = part()?.parse().map_err(|_| CursorError::Malformed)?;
                let drawn = u64::from_str_radix(part()?, 16).map_err(|_| CursorError::Malformed)?;
                (None, Some(Lot { round, drawn }), part()?)
            }
        };
        let after = After { starts, lot, id: FeatureId::new(id)? };
        if question != self.question() {
            return Err(CursorError::OtherQuestion);
        }
        self.after = Some(after);
        Ok(())
    }

    /// In which stretch of time that is which is asked for. Where nobody says: what is not over yet; of offers, what holds.
    pub(super) fn holding(&self, now: DateTime<Utc>) -> During {
        let offered = self.collection == Collection::Promotions;
        self.during.unwrap_or(During { from: Some(now), to: offered.then_some(now) })
    }

    /// Where the page begins that follows one with `last` at its end.
    fn behind(&self, last: &Entry, lot: Option<Lot>, now: DateTime<Utc>) -> After {
        let during = self.holding(now);
        let starts = match self.sort {
            SortBy::Id | SortBy::Fair(_) => None,
            SortBy::StartsAt => last.spans.iter().find(|span| span.meets(during)).map(|span| span.from),
        };
        After { starts, lot, id: last.item.feature.id().clone() }
    }

    /// A hash of what is asked, page and its size aside.
    fn question(&self) -> u64 {
        xxh3_64(
            format!(
                "{} {:?} {:?} {:?} {:?} {:?}",
                self.collection,
                self.bbox,
                self.q,
                self.filter.conditions(),
                self.when.as_ref().map_or_else(|| format!("{:?}", self.during), Clone::clone),
                self.sort
            )
            .as_bytes(),
        )
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, after: After { starts, lot, id } } = self;
        match (starts, lot) {
            (_, Some(Lot { round, drawn })) => write!(f, "{question:016x}.{round}.{drawn:x}.{id}"),
            (Some(starts), None) => write!(f, "{question:016x}.{}.{id}", starts.timestamp_millis()),
            (None, None) => write!(f, "{question:016x}.{id}"),
        }
    }
}

impl Snapshot {
    /// Appends the features that `query` asks for, comma separated.
    pub fn items(&self, query: &ItemsQuery, now: DateTime<Utc>, out: &mut Vec<u8>) -> Found {
        self.collection(query.collection).items(query, now, out)
    }
}

impl Snapshot {
    /// How many items of `collection` are listed at `now` to who asks for nothing in particular; none beyond what is counted.
    pub fn count(&self, collection: Collection, now: DateTime<Utc>) -> Option<usize> {
        let (filter, sort) = (Filter::default(), SortBy::Id);
        let (bbox, q, when, during, after) = (None, None, None, None, None);
        let query = ItemsQuery { collection, bbox, q, filter, when, during, sort, after, limit: 1 };
        self.items(&query, now, &mut Vec::new()).matched
    }

    /// What an answer about features of `collection` that it renders itself needs to know, whichever they are.
    pub fn answered(&self, collection: Collection, now: DateTime<Utc>) -> Answered {
        let view = self.collection(collection);
        let mut answered = Answered::NOTHING;
        answered.add(0, view.valid_until);
        answered.add(0, view.next_change(now));
        answered
    }

    /// The items of the page that `query` asks for, of whatever size, and the last one when there are more behind it.
    pub fn listed(&self, query: &ItemsQuery, now: DateTime<Utc>) -> (Vec<&Arc<Item>>, Option<After>) {
        let view = self.collection(query.collection);
        let Some(masks) = query.filter.marks(query.collection) else { return (Vec::new(), None) };
        let Page { entries, lots, .. } = view.page(query, &masks, now);
        let lot = || lots.get(query.limit - 1).copied();
        let next = (query.limit < entries.len()).then(|| query.behind(entries[query.limit - 1], lot(), now));
        (entries.into_iter().take(query.limit).map(|entry| &entry.item).collect(), next)
    }
}

impl CollectionView {
    /// The first instant after `now` at which time alone makes something of it no longer be on, or an offer hold.
    pub(super) fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let timeline = self.timeline.as_ref()?;
        let begins = self.owners.as_ref().and_then(|_| timeline.next_beginning(now));
        [timeline.next_end(now), begins].into_iter().flatten().min()
    }

    fn items(&self, query: &ItemsQuery, now: DateTime<Utc>, out: &mut Vec<u8>) -> Found {
        let Some(masks) = query.filter.marks(self.collection) else {
            return Found { returned: 0, matched: Some(0), next: None, answered: Answered::NOTHING };
        };
        let Page { entries: page, lots, matched } = self.page(query, &masks, now);
        let mut answered = Answered::NOTHING;
        let is_of_now = query.during.is_none() || query.when.is_some() || self.owners.is_some();
        if self.is_timed() && is_of_now {
            // What is on another page, and counted here, may end before anything on this one does.
            answered.add(0, self.valid_until);
            answered.add(0, self.next_change(now));
        }
        let mut returned = 0;
        for entry in page.iter().take(query.limit) {
            let rendering = entry.at(now);
            if 0 < returned && MAX_BYTES < out.len() + rendering.feature.len() {
                break;
            }
            if 0 < returned {
                out.push(b',');
            }
            returned += 1;
            out.extend_from_slice(&rendering.feature);
            out.push(b'}');
            answered.with(rendering.answered(entry.attributions));
        }
        let lot = || lots.get(returned - 1).copied();
        let next = (returned < page.len()).then(|| query.behind(page[returned - 1], lot(), now));
        Found { returned, matched, next, answered }
    }
}
