//! What is near, nearest first, over any collections.
use super::collection::CollectionView;
use super::entry::{Entry, StatesAt, mark};
use super::fair::{SHARE, Seed};
use super::filter::{Filter, OpenAt, passes};
use super::timeline::Timeline;
use super::{Answered, During, Snapshot};
use crate::beaches::Level;
use crate::features::schema::{occurrence_at, promotion_at};
use crate::features::{EventStatus, Promotion};
use crate::ids::Collection;
use crate::spatial::{LatLon, Metres, Near, within};
use chrono::{DateTime, Utc};
use std::cmp::Ordering;
use std::sync::Arc;

/// The farthest that is looked, in metres.
pub const MAX_RADIUS: f64 = 25_000.0;

/// A question for what is near.
#[derive(Clone, Debug)]
pub struct NearQuery {
    /// From where.
    pub from: LatLon,
    /// How far, at most [`MAX_RADIUS`].
    pub radius: Metres,
    /// Among which collections.
    pub collections: Vec<Collection>,
    /// Conditions on fields.
    pub filter: Filter,
    /// Only beaches, and of these only those of one of these levels; empty: whatever there is.
    pub crowd: Vec<Level>,
    /// Whether only what is known to be open counts, and when.
    pub open: Option<OpenAt>,
    /// Of what is on, only what is at some time in this; none: whatever is on at any time.
    pub during: Option<During>,
    /// Of offers, only what holds at some time in this.
    pub valid: During,
    /// In which order offers are told that are equally near.
    pub seed: Seed,
    /// How many at most.
    pub limit: usize,
}

/// The hits of one collection, the next one at hand.
struct Stream<'a, I> {
    entries: &'a [Arc<Entry>],
    collection: Collection,
    hits: I,
    next: Option<Near>,
}

impl<I> Stream<'_, I> {
    /// Nearer first; where two are exactly as far, by id, then by collection.
    fn order(&self, other: &Self) -> Ordering {
        let ahead = |stream: &Self| stream.next.map_or(f64::INFINITY, |near| near.chord2);
        let id = |stream: &Self| {
            stream.next.map(|near| stream.entries[near.key as usize].item.feature.id().clone())
        };
        ahead(self)
            .total_cmp(&ahead(other))
            .then_with(|| id(self).cmp(&id(other)))
            .then_with(|| self.collection.cmp(&other.collection))
    }
}

/// Hits of an index, or those that were looked for one by one; nearest first.
enum Hits<I, D, O> {
    Found(I),
    Drawn(D),
    On(O),
}

impl<I, D, O> Iterator for Hits<I, D, O>
where
    I: Iterator<Item = Near>,
    D: Iterator<Item = Near>,
    O: Iterator<Item = Near>,
{
    type Item = Near;

    fn next(&mut self) -> Option<Near> {
        match self {
            Self::Found(hits) => hits.next(),
            Self::Drawn(hits) => hits.next(),
            Self::On(hits) => hits.next(),
        }
    }
}

/// What of `view` is on when `query` asks, nearest first; only what takes place, unless it is asked for what does not.
fn on_near<'a>(
    view: &'a CollectionView,
    timeline: &'a Timeline,
    query: &'a NearQuery,
    masks: Vec<u64>,
) -> impl Iterator<Item = Near> + 'a {
    let any_status = query.filter.asks("event_status");
    let position = |key: u32| view.entries[key as usize].item.feature.position();
    let at = move |key: u32| Some((key, view.points[key as usize].or_else(|| position(key))?));
    let on = timeline.meeting(query.during.unwrap_or(During { from: None, to: None })).filter_map(at);
    within(on, query.from, query.radius).filter(move |near| {
        let entry = &view.entries[near.key as usize];
        let feature = &entry.item.feature;
        let takes_place = || {
            let status = feature.fields().text(occurrence_at::EVENT_STATUS).and_then(EventStatus::named);
            matches!(status, Some(EventStatus::Scheduled | EventStatus::Rescheduled))
        };
        passes(entry.marks(), &masks) && query.filter.names_ids_of(feature) && (any_status || takes_place())
    })
}

impl Snapshot {
    /// Appends the cards of what is near, comma separated, and says how many. Closed for good is left out.
    pub fn nearby(&self, query: &NearQuery, now: DateTime<Utc>, out: &mut Vec<u8>) -> (usize, Answered) {
        let mut answered = Answered::NOTHING;
        let mut states = StatesAt::new(match query.open {
            Some(OpenAt::Instant(at)) => at,
            Some(OpenAt::Now) | None => now,
        });
        let mut streams = Vec::with_capacity(query.collections.len());
        for collection in &query.collections {
            let view = self.collection(*collection);
            let Some(masks) = query.filter.marks(*collection) else { continue };
            if !query.crowd.is_empty() && *collection != Collection::Beaches {
                continue;
            }
            if query.open == Some(OpenAt::Now) || !query.crowd.is_empty() {
                // What was left out may open, or have another level, at any of these instants.
                let of_crowd = !query.crowd.is_empty();
                answered.with(Answered { attributions: 0, valid_until: view.valid_until, of_crowd });
                if *collection == Collection::Promotions {
                    answered.add(0, self.collection(Collection::Businesses).valid_until);
                }
            }
            if !passes(view.marks, &masks) {
                continue;
            }
            let hits = match (&view.timeline, &view.owners) {
                (Some(timeline), Some(owners)) => {
                    answered.add(0, view.next_change(now));
                    let hits = view.nearest.within(query.from, query.radius).filter(move |near| {
                        let entry = || &view.entries[near.key as usize];
                        !timeline.is_over(near.key, now)
                            && timeline.first(near.key, query.valid).is_some()
                            && (query.filter.is_empty()
                                || passes(entry().marks(), &masks)
                                    && query.filter.names_ids_of(&entry().item.feature))
                    });
                    // Who asks for those of some businesses wants all of them.
                    let share =
                        if query.filter.ids(*collection).next().is_some() { usize::MAX } else { SHARE };
                    Hits::Drawn(owners.fairly(hits, query.seed, share))
                }
                // Of all that is ever on somewhere, little is on then.
                (Some(timeline), None) => {
                    answered.add(0, timeline.next_end(now));
                    Hits::On(on_near(view, timeline, query, masks))
                }
                (None, _) => Hits::Found(view.nearest.within(query.from, query.radius).filter(move |near| {
                    let entry = &view.entries[near.key as usize];
                    let marks = entry.marks();
                    marks & mark::CLOSED == 0
                        && passes(marks, &masks)
                        && query.filter.names_ids_of(&entry.item.feature)
                })),
            };
            let mut stream = Stream { entries: &view.entries, collection: *collection, hits, next: None };
            stream.next = stream.hits.next();
            streams.push(stream);
        }
        let mut count = 0;
        while count < query.limit {
            let nearest = streams.iter_mut().filter(|stream| stream.next.is_some()).min_by(|a, b| a.order(b));
            let Some(stream) = nearest else { break };
            let Some(near) = stream.next.take() else { break };
            stream.next = stream.hits.next();
            let entry = &stream.entries[near.key as usize];
            if query.open.is_some() && !self.is_open(entry, &mut states, now, &mut answered) {
                continue;
            }
            let is_of_them = |(level, _)| query.crowd.contains(&level);
            if !query.crowd.is_empty() && !entry.level(now).is_some_and(is_of_them) {
                continue;
            }
            if 0 < count {
                out.push(b',');
            }
            let rendering = entry.at(now);
            let (before, after) = rendering.card.bytes.split_at(rendering.card.cut);
            out.extend_from_slice(before);
            write_metres(out, near.distance);
            out.extend_from_slice(after);
            answered.with(rendering.answered(entry.attributions));
            count += 1;
        }
        (count, answered)
    }

    /// Whether `entry` is known to be open at the instant of `states`: an offer, whether it can be had, at its own hours or,
    /// without any, while its business is open.
    fn is_open(
        &self,
        entry: &Entry,
        states: &mut StatesAt,
        now: DateTime<Utc>,
        answered: &mut Answered,
    ) -> bool {
        let feature = &entry.item.feature;
        let Some(offer) = Promotion::of(feature) else { return OpenAt::lets_pass(entry, states) };
        let Some(hours) = feature.fields().text(promotion_at::REDEEM_HOURS) else {
            let business = self.collection(Collection::Businesses).entry(offer.business().as_str());
            return business.is_some_and(|business| OpenAt::lets_pass(business, states));
        };
        let state = self.area.hours(hours).map(|hours| states.state(&hours));
        if states.now == now {
            answered.add(0, state.and_then(|state| state.until));
        }
        state.and_then(|state| state.open) == Some(true)
    }
}

/// Appends a length with three decimals: the index is right to a millimetre, and says so.
pub(super) fn write_metres(out: &mut Vec<u8>, metres: Metres) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 25,000,000 mm")]
    let mut rest = (metres.get() * 1000.0).round() as u64;
    let mut digits = [b'0'; 24];
    let mut at = digits.len();
    while 0 < rest || digits.len() - at < 5 {
        at -= 1;
        if digits.len() - at == 4 {
            digits[at] = b'.';
            continue;
        }
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_have_three_decimals() {
        for (metres, want) in [
            (0.0, "0.000"),
            (0.0004, "0.000"),
            (0.0006, "0.001"),
            (7.5, "7.500"),
            (24_999.999_6, "25000.000"),
            (123.4567, "123.457"),
        ] {
            let mut out = Vec::new();
            write_metres(&mut out, Metres::new(metres).unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), want);
        }
    }
}
