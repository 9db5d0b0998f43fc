//! The items of a collection: all, those in a map window, those with a name; page by page in the order of ids.
use super::collection::CollectionView;
use super::entry::Entry;
use super::filter::{Filter, passes};
use super::{Answered, Snapshot};
use crate::features::schema::{self, Sort};
use crate::features::{Feature, Notice};
use crate::ids::{Collection, FeatureId, FeatureIdError};
use crate::spatial::BBox;
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a page: with more, what slow clients have asked for would fill the memory. The rest is on the next page.
const MAX_BYTES: usize = 1_000_000;

/// Matches beyond which counting stops: a map that shows ten thousand needs no exact number.
const MAX_COUNT: usize = 10_000;

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
    /// Of what has a time, only what holds at some time in this; what is not over yet without one. The rest matches.
    pub during: Option<During>,
    /// Only what comes after this.
    pub after: Option<FeatureId>,
    /// How many at most; a page of large features has fewer.
    pub limit: usize,
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
    /// Whether `feature` holds at some time in this; what has no time always does.
    fn meets(self, feature: &Feature) -> bool {
        let Some(notice) = Notice::of(feature) else { return true };
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
    pub next: Option<FeatureId>,
    /// What went into the answer.
    pub answered: Answered,
}

/// A place in the pages of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    question: u64,
    after: FeatureId,
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
    pub fn cursor(&self, after: FeatureId) -> Cursor {
        Cursor { question: self.question(), after }
    }

    /// Goes on where `cursor` says.
    pub fn resume(&mut self, cursor: &str) -> Result<(), CursorError> {
        let (question, after) = cursor.split_once('.').ok_or(CursorError::Malformed)?;
        let hex = question.len() == 16 && question.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let question =
            hex.then(|| u64::from_str_radix(question, 16).ok()).flatten().ok_or(CursorError::Malformed)?;
        let after = FeatureId::new(after)?;
        if question != self.question() {
            return Err(CursorError::OtherQuestion);
        }
        self.after = Some(after);
        Ok(())
    }

    /// A hash of what is asked, page and its size aside.
    fn question(&self) -> u64 {
        xxh3_64(
            format!(
                "{} {:?} {:?} {:?} {:?}",
                self.collection,
                self.bbox,
                self.q,
                self.filter.conditions(),
                self.during
            )
            .as_bytes(),
        )
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}.{}", self.question, self.after)
    }
}

impl Snapshot {
    /// Appends the features that `query` asks for, comma separated.
    pub fn items(&self, query: &ItemsQuery, now: DateTime<Utc>, out: &mut Vec<u8>) -> Found {
        self.collection(query.collection).items(query, now, out)
    }
}

impl CollectionView {
    fn items(&self, query: &ItemsQuery, now: DateTime<Utc>, out: &mut Vec<u8>) -> Found {
        let first = match &query.after {
            None => 0,
            Some(after) => self.entries.partition_point(|entry| entry.item.feature.id() <= after),
        };
        let Some(masks) = query.filter.marks(self.collection) else {
            return Found { returned: 0, matched: Some(0), next: None, answered: Answered::NOTHING };
        };
        let (page, matched) = self.page(query, &masks, first, now);
        let mut answered = Answered::NOTHING;
        if self.is_timed() && query.during.is_none() {
            // What is on another page, and counted here, may end before anything on this one does.
            answered.add(0, self.valid_until);
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
        let next = (returned < page.len()).then(|| page[returned - 1].item.feature.id().clone());
        Found { returned, matched, next, answered }
    }

    /// Whether its features hold for a while only.
    fn is_timed(&self) -> bool {
        schema::about(self.collection).sort == Sort::Notices
    }

    /// The entries of one page and one more, and how many match in all.
    fn page(
        &self,
        query: &ItemsQuery,
        masks: &[u64],
        first: usize,
        now: DateTime<Utc>,
    ) -> (Vec<&Arc<Entry>>, Option<usize>) {
        let wanted = query.limit + 1;
        let timed = self.is_timed();
        let during = query.during.unwrap_or(During { from: Some(now), to: None });
        let fits = |entry: &&Arc<Entry>| {
            passes(entry.marks(), masks) && (!timed || during.meets(&entry.item.feature))
        };
        let in_window = |entry: &Entry| {
            query.bbox.is_none_or(|bbox| {
                entry.item.feature.geometry().is_some_and(|geometry| geometry.intersects(&bbox))
            })
        };
        if let Some(q) = &query.q {
            let found = self.names.search(q);
            let matching: Vec<_> = found
                .iter()
                .map(|key| (*key as usize, &self.entries[*key as usize]))
                .filter(|(_, e)| fits(e) && in_window(e))
                .collect();
            let count = (matching.len() <= MAX_COUNT).then_some(matching.len());
            return (
                matching.into_iter().filter(|(key, _)| first <= *key).map(|(_, e)| e).take(wanted).collect(),
                count,
            );
        }
        if let Some(bbox) = &query.bbox {
            let matches = self.window.matching(bbox, MAX_COUNT);
            if matches.complete {
                let mut keys: Vec<u32> =
                    matches.keys.into_iter().filter(|key| fits(&&self.entries[*key as usize])).collect();
                let count = keys.len();
                keys.retain(|key| first <= *key as usize);
                if wanted < keys.len() {
                    keys.select_nth_unstable(wanted);
                    keys.truncate(wanted);
                }
                keys.sort_unstable();
                return (keys.into_iter().map(|key| &self.entries[key as usize]).collect(), Some(count));
            }
            // So many match that walking along the ids meets a page of them soon.
            let page =
                self.entries[first..].iter().filter(fits).filter(|entry| in_window(entry)).take(wanted);
            return (page.collect(), None);
        }
        let page = self.entries[first..].iter().filter(fits).take(wanted).collect();
        if masks.is_empty() && !timed {
            return (page, Some(self.entries.len()));
        }
        let count = self.entries.iter().filter(fits).take(MAX_COUNT + 1).count();
        (page, (count <= MAX_COUNT).then_some(count))
    }
}
