//! What the values of an event must agree in.
use super::{Event, EventError, Publication, UTC, changes, schedule, wall};
use crate::features::Fields;
use crate::features::field::Value;
use crate::features::schema::{change_at, event_at as at};
use crate::hours::Calendar;
use crate::ids::FeatureId;
use crate::recurrence::Schedule;

/// Checks that the required `fields` of an event, which is called `id` and has a place of its own or not, agree.
pub(in crate::features) fn check(id: &FeatureId, fields: &Fields, placed: bool) -> Result<(), EventError> {
    let length = id.as_str().len();
    if Event::MAX_ID < length {
        return Err(EventError::LongId(length));
    }
    let schedule = schedule(fields)?;
    if let Some(zone) = fields.text(at::TIME_ZONE)
        && Calendar::new(zone, []).is_err()
    {
        return Err(EventError::Zone(zone.to_owned()));
    }
    if fields.get(at::VENUE_ID).is_some() {
        if placed {
            return Err(EventError::VenueAndPlace("geometry"));
        }
        if fields.get(at::VENUE_NAME).is_some() {
            return Err(EventError::VenueAndPlace("venue_name"));
        }
    }
    check_sums(fields)?;
    if fields.get(at::PUBLISH_AT).is_some() && fields.text(at::PUBLICATION) != Some(Publication::Draft.name())
    {
        return Err(EventError::PublishAt);
    }
    if fields.get(at::IMAGE_URL).is_some() && fields.get(at::IMAGE_ALT).is_none() {
        return Err(EventError::ImageWithoutText);
    }
    check_changes(&schedule, changes(fields))
}

fn check_sums(fields: &Fields) -> Result<(), EventError> {
    let whole = |number: usize| match fields.get(number) {
        Some(Value::Whole(number)) => Some(*number),
        _ => None,
    };
    for (from, to, names) in [
        (at::PRICE_FROM, at::PRICE_TO, ["price_from_pence", "price_to_pence"]),
        (at::AGES_FROM, at::AGES_TO, ["ages_from", "ages_to"]),
    ] {
        if let (Some(low), Some(high)) = (whole(from), whole(to))
            && high < low
        {
            return Err(EventError::Order { from: names[0], low, to: names[1], high });
        }
    }
    let dearest = whole(at::PRICE_TO).or(whole(at::PRICE_FROM));
    if dearest.is_some() && fields.get(at::CURRENCY).is_none() {
        return Err(EventError::Currency);
    }
    match dearest.filter(|pence| 0 < *pence) {
        Some(pence) if fields.get(at::FREE) == Some(&Value::Flag(true)) => {
            Err(EventError::FreeAndPriced(pence))
        }
        _ => Ok(()),
    }
}

fn check_changes(schedule: &Schedule, changes: &[Fields]) -> Result<(), EventError> {
    let mut seen = Vec::with_capacity(changes.len());
    for change in changes {
        let of = wall(change, change_at::OCCURRENCE).expect("occurrence is required");
        if seen.contains(&of) {
            return Err(EventError::ChangedTwice(of));
        }
        seen.push(of);
        match (wall(change, change_at::STARTS), wall(change, change_at::ENDS)) {
            (None, None) => {}
            (None, Some(_)) => return Err(EventError::ChangeShape(of)),
            (Some(starts), ends) => {
                let moved = Schedule::new(starts, ends, None, Vec::new(), Vec::new());
                moved.map_err(|cause| EventError::Change(of, cause))?;
            }
        }
    }
    let days = seen.iter().map(|wall| wall.date());
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(()) };
    let after = last.succ_opt().unwrap_or(last);
    // In a zone that skips nothing: a date that the area's clocks skip may have been changed all the same.
    let dates = schedule.dates(&UTC, first..after, usize::from(u16::MAX)).dates;
    match seen.into_iter().find(|of| dates.binary_search_by(|date| date.wall.cmp(of)).is_err()) {
        Some(orphan) => Err(EventError::Orphan(orphan)),
        None => Ok(()),
    }
}
