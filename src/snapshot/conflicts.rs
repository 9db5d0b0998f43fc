//! What staff are shown of an event besides what everybody is: itself before it is public, and what else is on at its venue.
use super::entry::{Around, Entry, StatesAt};
use super::programme::Production;
use super::{Answered, Snapshot};
use crate::catalogue::Item;
use crate::features::{Publication, overlaps};
use crate::ids::FeatureId;
use crate::recurrence::Wall;
use chrono::{DateTime, Utc};
use std::ops::Range;
use std::sync::Arc;

/// Something else that is on at the venue of an event while that is.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The other event.
    pub other: Arc<Production>,
    /// The id of the other's date.
    pub theirs: FeatureId,
    /// The id of the event's own date.
    pub ours: FeatureId,
    /// When both are on.
    pub both: Range<DateTime<Utc>>,
}

impl Snapshot {
    /// The event that `item` is, with its dates, as it is shown at `now`: published or not, stored or not.
    pub fn production(&self, item: Arc<Item>, now: DateTime<Utc>) -> Production {
        Production::new(item, |id| self.place(id), &self.area, self.programme.days(), now)
    }

    /// What else is on at its venue, or is drafted to be, while it is: of what is not over at `now` the earliest, at most
    /// `limit`.
    pub fn conflicts(&self, production: &Production, now: DateTime<Utc>, limit: usize) -> Vec<Conflict> {
        let event = production.event();
        let Some(venue) = event.venue() else { return Vec::new() };
        let own = taken(production, now);
        let (spans, dates): (Vec<_>, Vec<_>) = own.into_iter().unzip();
        let mut found: Vec<Conflict> = Vec::new();
        for other in self.programme.all() {
            let theirs = other.event();
            let stands = theirs.stage(now).publication != Publication::Archived;
            let is_other = theirs.feature().id() != event.feature().id();
            if !(stands && is_other && theirs.venue().as_ref() == Some(&venue)) {
                continue;
            }
            let (their_spans, their_dates): (Vec<_>, Vec<_>) = taken(other, now).into_iter().unzip();
            found.extend(overlaps(&spans, &their_spans, limit).into_iter().map(|overlap| Conflict {
                other: other.clone(),
                theirs: theirs.occurrence_id(their_dates[overlap.theirs]),
                ours: event.occurrence_id(dates[overlap.ours]),
                both: overlap.both,
            }));
        }
        found.sort_by(|a, b| (a.both.start, &a.theirs).cmp(&(b.both.start, &b.theirs)));
        found.truncate(limit);
        found
    }

    /// Appends the date that is `of` in the series of `production`, as everybody sees those that are public, without its last
    /// brace; none when that is no date that is told.
    pub fn render_date(
        &self,
        production: &Production,
        of: Wall,
        now: DateTime<Utc>,
        out: &mut Vec<u8>,
    ) -> Option<Answered> {
        let id = production.event().occurrence_id(of);
        let (_, item) = production.items().find(|(known, _)| *known == id)?;
        let (area, board, crowds) = (&self.area, &self.board, &self.crowds);
        let around = Around { area, board, crowds, programme: &self.programme };
        let entry = Entry::new(item, around, &mut StatesAt::new(now));
        let rendering = entry.at(now);
        out.extend_from_slice(&rendering.feature);
        Some(rendering.answered(entry.attributions))
    }
}

/// When the dates of `production` that are not over at `now` take the venue, and which they are; in the order in which they
/// begin.
fn taken(production: &Production, now: DateTime<Utc>) -> Vec<(Range<DateTime<Utc>>, Wall)> {
    let dates = production.occurrences.occurrences.iter().filter(|date| now < date.over_at);
    let mut taken: Vec<_> = dates.filter_map(|date| Some((date.takes()?, date.original))).collect();
    taken.sort_by_key(|(span, _)| span.start);
    taken
}
