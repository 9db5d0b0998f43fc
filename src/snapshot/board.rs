//! The notices by what they concern: what a place shows, and what an answer as a whole does.
use super::{Answered, Snapshot};
use crate::catalogue::Item;
use crate::features::Notice;
use crate::features::schema::{self, notice_at};
use crate::formats::geojson;
use crate::ids::{Collection, FeatureId, NoticeOn};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Every notice, by what it concerns.
#[derive(Debug, Default)]
pub(super) struct Board {
    on_places: HashMap<FeatureId, Vec<Arc<Item>>>,
    /// Those about a whole collection, or, without one, about the area.
    general: Vec<(Option<Collection>, Arc<Item>)>,
}

impl Board {
    /// The board of `notices`: of two about the same, the more severe first, then by id.
    pub(super) fn new<'a>(notices: impl Iterator<Item = &'a Arc<Item>>) -> Self {
        let mut board = Self::default();
        let mut notices: Vec<_> = notices.collect();
        notices.sort_by_key(|item| (Reverse(severity(item)), item.feature.id()));
        for item in notices {
            match about(item) {
                Some(NoticeOn::Feature(_, id)) => board.on_places.entry(id).or_default().push(item.clone()),
                Some(NoticeOn::Collection(collection)) => {
                    board.general.push((Some(collection), item.clone()));
                }
                Some(NoticeOn::Area) => board.general.push((None, item.clone())),
                None => {}
            }
        }
        board
    }

    /// The notices about the place called `id`, whether they hold or not.
    pub(super) fn on(&self, id: &FeatureId) -> &[Arc<Item>] {
        self.on_places.get(id).map_or(&[], Vec::as_slice)
    }

    /// The places that the notices here and those on `other` are about.
    pub(super) fn places<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a FeatureId> {
        self.on_places.keys().chain(other.on_places.keys())
    }
}

/// How severe the notice `item` is: later in the field's list of words is worse.
fn severity(item: &Item) -> Option<usize> {
    let words = schema::fields(item.feature.collection())[notice_at::SEVERITY].kind.words_to_ask();
    let word = item.feature.fields().text(notice_at::SEVERITY)?;
    words.iter().position(|known| *known == word)
}

/// What the notice `item` is about; none when it is no notice.
fn about(item: &Item) -> Option<NoticeOn> {
    Notice::of(&item.feature).map(|notice| notice.on())
}

impl Snapshot {
    /// Appends the member `notices` with those that hold at `now` for the whole area or for one of `collections`;
    /// nothing when there are none. `answered` learns when that changes.
    pub fn write_notices(
        &self,
        collections: &[Collection],
        now: DateTime<Utc>,
        answered: &mut Answered,
        out: &mut Vec<u8>,
    ) {
        let concerned = |about: &Option<Collection>| about.is_none_or(|about| collections.contains(&about));
        let mut holding = Vec::new();
        for (_, item) in self.board.general.iter().filter(|(about, _)| concerned(about)) {
            let Some(notice) = Notice::of(&item.feature) else { continue };
            answered.add(0, notice.next_change(now));
            if notice.in_force(now) {
                holding.push(item.clone());
            }
        }
        if !holding.is_empty() {
            out.extend_from_slice(br#","notices":"#);
            geojson::write_notices(out, &holding, now);
        }
    }
}
