//! What an event is made of where a feed and staff both have a hand in it: field by field, what staff have changed is
//! theirs, all else follows the feed.
use crate::features::field::Value;
use crate::features::schema::{self, change_at, event_at as at};
use crate::features::{Feature, FeatureError, Fields, Status};
use crate::ids::Collection;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// An event that was made of a feed's and staff's.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The event.
    pub feature: Feature,
    /// The names of the fields that stay as staff have them, though the feed has others.
    pub kept: Vec<&'static str>,
}

/// Fields that mean something together only: who edits one of them, decides all. The first has the geometry with it.
const TOGETHER: [&[usize]; 6] = [
    PLACE,
    &[at::STARTS, at::ENDS, at::TIME_ZONE, at::RRULE, at::RDATES, at::EXDATES],
    &[at::EVENT_STATUS, at::EVENT_STATUS_REASON],
    &[at::FREE, at::PRICE_FROM, at::PRICE_TO, at::CURRENCY],
    &[at::AGES_FROM, at::AGES_TO],
    &[at::IMAGE_URL, at::IMAGE_ALT],
];
const PLACE: &[usize] = &[at::VENUE_ID, at::VENUE_NAME, at::TOWN];
/// What no feed says: when it was published.
const OURS: [usize; 2] = [at::PUBLISH_AT, at::PUBLISHED_AT];

/// Merges what a feed brings (`theirs`) into the event as it is stored (`ours`), which was `base` when the feed last
/// brought it. Changes of single dates are merged date by date.
///
/// # Errors
/// When what staff changed and what the feed says make no event together.
pub fn merged(base: &Feature, theirs: &Feature, ours: &Feature) -> Result<Merged, FeatureError> {
    let mut kept = Vec::new();
    let mut geometry = theirs.geometry();
    let mut fields = theirs.fields().with(OURS.map(|number| (number, ours.fields().get(number).cloned())));
    for unit in UNITS.iter() {
        let place = unit == PLACE;
        let same = |a: &Feature, b: &Feature| {
            unit.iter().all(|number| a.fields().get(*number) == b.fields().get(*number))
                && (!place || a.geometry() == b.geometry())
        };
        if *unit == [at::CHANGES] {
            let (changes, is_kept) = changes(base.fields(), theirs.fields(), ours.fields());
            fields = fields.with([(at::CHANGES, changes)]);
            kept.extend(is_kept.then_some("changes"));
        } else if !same(ours, base) && !same(ours, theirs) {
            fields = fields.with(unit.iter().map(|number| (*number, ours.fields().get(*number).cloned())));
            if place {
                geometry = ours.geometry();
                kept.extend((ours.geometry() != theirs.geometry()).then_some("geometry"));
            }
            let differs = |number: &&usize| ours.fields().get(**number) != theirs.fields().get(**number);
            kept.extend(unit.iter().filter(differs).map(|number| name(*number)));
        }
    }
    let (id, geometry) = (ours.id().clone(), geometry.cloned());
    let feature = Feature::new(id, Collection::Events, geometry, None, Status::Active, fields)?;
    Ok(Merged { feature, kept })
}

/// The names of the fields in which `ours` is not what the feed last had (`base`): what staff have edited.
pub fn edited(base: &Feature, ours: &Feature) -> Vec<&'static str> {
    // As if the feed brought the very same once more.
    merged(base, base, ours).map_or_else(|_| Vec::new(), |merged| merged.kept)
}

/// Every field but those that no feed gives, with those it goes together with.
static UNITS: LazyLock<Vec<Vec<usize>>> = LazyLock::new(|| {
    let alone =
        |number: &usize| !OURS.contains(number) && !TOGETHER.iter().any(|together| together.contains(number));
    let all = 0..schema::fields(Collection::Events).len();
    let alone = all.filter(alone).map(|number| vec![number]);
    TOGETHER.iter().map(|together| together.to_vec()).chain(alone).collect()
});

fn name(number: usize) -> &'static str {
    schema::fields(Collection::Events)[number].name
}

/// What single dates have of their own, and whether any of that stays as staff have it.
fn changes(base: &Fields, theirs: &Fields, ours: &Fields) -> (Option<Value>, bool) {
    let [base, theirs, ours] = [base, theirs, ours].map(|fields| match fields.get(at::CHANGES) {
        Some(Value::Records(records)) => &records[..],
        _ => &[],
    });
    let of = |record: &Fields| match record.get(change_at::OCCURRENCE) {
        Some(Value::Wall(wall)) => Some(*wall),
        _ => None,
    };
    let find = |records: &'_ [Fields], wall| records.iter().find(|record| of(record) == Some(wall)).cloned();
    let walls: BTreeSet<_> = [base, theirs, ours].into_iter().flatten().filter_map(of).collect();
    let (mut records, mut kept) = (Vec::new(), false);
    for wall in walls {
        let [base, theirs, ours] = [base, theirs, ours].map(|records| find(records, wall));
        let staffs = ours != base && ours != theirs;
        kept |= staffs;
        records.extend(if staffs { ours } else { theirs });
    }
    ((!records.is_empty()).then(|| Value::Records(records.into())), kept)
}

#[cfg(test)]
mod tests;
