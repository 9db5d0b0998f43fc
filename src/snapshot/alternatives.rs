//! Where else: the beaches that are known to have room, by how far one drives, each with parking and toilets.
use super::entry::{Entry, mark};
use super::nearby::write_metres;
use super::{Answered, MAX_RADIUS, Snapshot};
use crate::beaches::{Access, Freshness, Level, Status};
use crate::features::Status as Open;
use crate::formats::json::write_key;
use crate::ids::{Collection, FeatureId};
use crate::spatial::{LatLon, Metres};
use chrono::{DateTime, Utc};
use std::cmp::Ordering;
use std::sync::Arc;

/// How far from a beach one walks to a car park or toilets, in metres.
const WALK: f64 = 3_000.0;

/// A beach that has room.
struct Alternative<'a> {
    entry: &'a Arc<Entry>,
    /// By road; none where the area's table does not say.
    road_m: Option<u32>,
    distance: Metres,
}

impl Snapshot {
    /// Appends at most `limit` beaches other than `id` that are open, green and freshly counted at `now`, comma separated:
    /// the nearest by road first, those behind them whose road nobody has measured. None: there is no such beach.
    pub fn write_alternatives(
        &self,
        id: &str,
        limit: usize,
        now: DateTime<Utc>,
        out: &mut Vec<u8>,
    ) -> Option<Answered> {
        let beaches = self.collection(Collection::Beaches);
        let asked = beaches.entry(id)?;
        let from = asked.item.feature.position()?;
        let radius = Metres::new(MAX_RADIUS).expect("a length");
        let mut found: Vec<Alternative<'_>> = Vec::new();
        // Whatever any beach becomes may change the answer.
        let mut answered = Answered { of_crowd: true, ..Answered::NOTHING };
        for near in beaches.nearest.within(from, radius) {
            let entry = &beaches.entries[near.key as usize];
            if let Some(status) = entry.crowd().map(|crowd| crowd.status(now)) {
                answered.add(0, Some(status.valid_until));
                if !Arc::ptr_eq(entry, asked) && has_room(entry, &status, now) {
                    let road_m = self.road_m(asked, entry.item.feature.id());
                    found.push(Alternative { entry, road_m, distance: near.distance });
                }
            }
        }
        found.sort_by(Alternative::order);
        for (number, alternative) in found.iter().take(limit).enumerate() {
            if 0 < number {
                out.push(b',');
            }
            self.write_alternative(alternative, now, &mut answered, out);
        }
        Some(answered)
    }

    fn road_m(&self, from: &Entry, to: &FeatureId) -> Option<u32> {
        self.area.facts.roads.metres(from.item.feature.id(), to)
    }

    fn write_alternative(
        &self,
        Alternative { entry, road_m, distance }: &Alternative<'_>,
        now: DateTime<Utc>,
        answered: &mut Answered,
        out: &mut Vec<u8>,
    ) {
        out.push(b'{');
        write_key(out, "beach");
        write_card(entry, *distance, now, answered, out);
        write_key(out, "road_m");
        match road_m {
            Some(metres) => out.extend_from_slice(metres.to_string().as_bytes()),
            None => out.extend_from_slice(b"null"),
        }
        let from = entry.item.feature.position();
        for (name, collection) in [("parking", Collection::CarParks), ("toilets", Collection::Toilets)] {
            write_key(out, name);
            out.push(b'[');
            for (number, (entry, distance)) in
                from.iter().flat_map(|from| self.open_near(*from, collection, now)).enumerate()
            {
                if 0 < number {
                    out.push(b',');
                }
                write_card(entry, distance, now, answered, out);
            }
            out.push(b']');
        }
        out.push(b'}');
    }

    /// The nearest of `collection` that is known to be open, and before it the nearest of which nobody knows, if that is
    /// nearer. What is known to be closed is not offered.
    fn open_near(
        &self,
        from: LatLon,
        collection: Collection,
        now: DateTime<Utc>,
    ) -> Vec<(&Arc<Entry>, Metres)> {
        let view = self.collection(collection);
        let mut offered: Vec<(&Arc<Entry>, Metres)> = Vec::new();
        for near in view.nearest.within(from, Metres::new(WALK).expect("a length")) {
            let entry = &view.entries[near.key as usize];
            match entry.is_open(now) {
                Some(true) => {
                    offered.push((entry, near.distance));
                    break;
                }
                None if offered.is_empty() => offered.push((entry, near.distance)),
                None | Some(false) => {}
            }
        }
        offered
    }
}

impl Alternative<'_> {
    /// Nearer by road first, those without a road by the line, equals by id.
    fn order(&self, other: &Self) -> Ordering {
        let road = |one: &Self| one.road_m.unwrap_or(u32::MAX);
        let by_line = self.distance.get().total_cmp(&other.distance.get());
        let by_id = self.entry.item.feature.id().cmp(other.entry.item.feature.id());
        road(self).cmp(&road(other)).then(by_line).then(by_id)
    }
}

/// Whether a beach is one to send people to: what is not known for sure is not.
fn has_room(entry: &Entry, status: &Status, now: DateTime<Utc>) -> bool {
    status.level == Level::Green
        && status.freshness == Freshness::Fresh
        && status.access == Access::Open
        && *entry.item.feature.status_at(now) == Open::Active
        && entry.marks() & mark::CLOSED == 0
}

fn write_card(
    entry: &Entry,
    distance: Metres,
    now: DateTime<Utc>,
    answered: &mut Answered,
    out: &mut Vec<u8>,
) {
    let rendering = entry.at(now);
    let (before, after) = rendering.card.bytes.split_at(rendering.card.cut);
    out.extend_from_slice(before);
    write_metres(out, distance);
    out.extend_from_slice(after);
    answered.with(rendering.answered(entry.attributions));
}
