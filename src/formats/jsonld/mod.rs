//! Events of ours as schema.org has them, in JSON-LD. The way back is `formats::feed::jsonld`.
mod about;
mod openactive;
mod schedule;
#[cfg(test)]
mod tests;

use about::write_all;
pub(super) use about::{Of, write_about};
use schedule::write_schedules;

use super::json::{write_key, write_string};
use super::shown::{EventShown, last_day, with_offset};
use crate::features::field::Value;
use crate::features::schema::event_at as at;
use crate::features::{EventStatus, Occurrence};
use crate::hours::Calendar;
use crate::ids::FeatureId;
use crate::recurrence::Wall;

/// The media type of these documents.
pub const MEDIA_TYPE: &str = "application/ld+json";

/// The event as an object without a context: what [`document`] and [`list`] take.
pub fn event(shown: &EventShown<'_>) -> Vec<u8> {
    let mut out = vec![b'{'];
    write_about(&mut out, shown, Of::Schema);
    let clocks = shown.clocks();
    write_dates(&mut out, shown, &clocks, Of::Schema);
    write_schedules(&mut out, shown);
    write_parts(&mut out, shown, &clocks, Of::Schema);
    out.push(b'}');
    out
}

/// One date of the event as an object without a context, with the event above it.
pub fn occurrence(shown: &EventShown<'_>, id: &FeatureId, occurrence: &Occurrence) -> Vec<u8> {
    let mut out = vec![b'{'];
    write_type(&mut out, class(shown));
    write_member(&mut out, "@id", &format!("{}{id}", shown.dates_url));
    write_all(&mut out, shown, Of::Schema, word(occurrence.availability.as_ref()));
    write_date(&mut out, occurrence, &shown.clocks(), Of::Schema);
    write_key(&mut out, "superEvent");
    out.push(b'{');
    write_type(&mut out, if shown.event().schedule().recurs() { "EventSeries" } else { class(shown) });
    write_member(&mut out, "@id", shown.url);
    write_member(&mut out, "name", shown.item.feature.name());
    out.extend_from_slice(b"}}");
    out
}

/// A document of one thing.
pub fn document(thing: &[u8]) -> Vec<u8> {
    let mut out = br#"{"@context":"https://schema.org/","#.to_vec();
    out.extend_from_slice(thing.strip_prefix(b"{").unwrap_or(thing));
    out
}

/// A document of these things, in their order.
pub fn list<'a>(things: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = br#"{"@context":"https://schema.org/","@type":"ItemList","itemListElement":["#.to_vec();
    for (n, thing) in things.into_iter().enumerate() {
        if 0 < n {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"@type":"ListItem","position":"#);
        out.extend_from_slice((n + 1).to_string().as_bytes());
        out.extend_from_slice(br#","item":"#);
        out.extend_from_slice(thing);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}

fn availability_of(word: &str) -> Option<&'static str> {
    match word {
        "good" => Some("https://schema.org/InStock"),
        "limited" => Some("https://schema.org/LimitedAvailability"),
        "sold_out" => Some("https://schema.org/SoldOut"),
        _ => None,
    }
}

/// Appends when the event is: of a series its next date, or its first when none is to come.
pub(super) fn write_dates(out: &mut Vec<u8>, shown: &EventShown<'_>, clocks: &Calendar, of: Of) {
    let schedule = shown.event().schedule();
    if let ([(_, only), ..], false) = (shown.next, schedule.recurs()) {
        return write_date(out, only, clocks, of);
    }
    if let [(_, next), ..] = shown.next {
        write_times(out, next, clocks, of);
    } else {
        let (starts, ends) = (schedule.starts(), schedule.ends());
        let text = |wall: Wall, is_end: bool| match wall {
            Wall::Day(day) if of == Of::OpenActive => with_offset(clocks.midnight(day), clocks),
            Wall::Day(day) => if is_end { day.pred_opt().unwrap_or(day) } else { day }.to_string(),
            Wall::Time(time) => with_offset(clocks.instant(time), clocks),
        };
        write_member(out, "startDate", &text(starts, false));
        if let Some(ends) = ends {
            write_member(out, "endDate", &text(ends, true));
        }
    }
    write_member(out, "eventStatus", status_of(shown.event().status()));
}

/// Appends how long each date is, if that is known.
pub(super) fn write_duration(out: &mut Vec<u8>, shown: &EventShown<'_>) {
    if let Some(length) = shown.event().schedule().length() {
        write_member(out, "duration", &schedule::duration(length.num_seconds()));
    }
}

fn write_times(out: &mut Vec<u8>, occurrence: &Occurrence, clocks: &Calendar, of: Of) {
    // Theirs know no days.
    let is_day = occurrence.all_day && of == Of::Schema;
    if is_day {
        write_member(out, "startDate", &clocks.date(occurrence.starts_at).to_string());
    } else {
        write_member(out, "startDate", &with_offset(occurrence.starts_at, clocks));
    }
    match occurrence.ends_at {
        Some(ends) if is_day => write_member(out, "endDate", &last_day(ends, clocks).to_string()),
        Some(ends) => write_member(out, "endDate", &with_offset(ends, clocks)),
        None => {}
    }
}

fn write_date(out: &mut Vec<u8>, occurrence: &Occurrence, clocks: &Calendar, of: Of) {
    write_times(out, occurrence, clocks, of);
    write_member(out, "eventStatus", status_of(occurrence.status));
    // schema.org's, which `OpenActive` does not have.
    if of == Of::Schema && occurrence.previous_start.is_some() {
        let previous = match occurrence.original {
            Wall::Day(day) => day.to_string(),
            Wall::Time(time) => with_offset(clocks.instant(time), clocks),
        };
        write_member(out, "previousStartDate", &previous);
    }
}

/// Appends the next dates of what recurs as parts of it.
pub(super) fn write_parts(out: &mut Vec<u8>, shown: &EventShown<'_>, clocks: &Calendar, of: Of) {
    if !shown.event().schedule().recurs() {
        return;
    }
    write_key(out, "subEvent");
    out.push(b'[');
    for (n, (id, occurrence)) in shown.next.iter().enumerate() {
        if 0 < n {
            out.push(b',');
        }
        out.push(b'{');
        write_type(out, if of == Of::Schema { class(shown) } else { "Event" });
        write_member(out, "@id", &format!("{}{id}", shown.dates_url));
        write_member(out, "name", shown.item.feature.name());
        write_date(out, occurrence, clocks, of);
        if of == Of::Schema {
            write_left(out, shown, occurrence);
        }
        out.push(b'}');
    }
    out.push(b']');
}

/// Appends whether places are left for a date of which something else is said than of the event.
fn write_left(out: &mut Vec<u8>, shown: &EventShown<'_>, occurrence: &Occurrence) {
    let own = word(occurrence.availability.as_ref());
    if own != shown.text(at::AVAILABILITY)
        && let Some(availability) = own.and_then(availability_of)
    {
        write_key(out, "offers");
        out.push(b'{');
        write_type(out, "Offer");
        write_member(out, "availability", availability);
        out.push(b'}');
    }
}

fn status_of(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Scheduled => "https://schema.org/EventScheduled",
        EventStatus::Cancelled => "https://schema.org/EventCancelled",
        EventStatus::Postponed => "https://schema.org/EventPostponed",
        EventStatus::Rescheduled => "https://schema.org/EventRescheduled",
    }
}

/// The class of the event; its category stands among the keywords, too, since not each has a class.
fn class(shown: &EventShown<'_>) -> &'static str {
    match shown.text(at::CATEGORY) {
        Some("comedy") => "ComedyEvent",
        Some("community") => "SocialEvent",
        Some("exhibition") => "ExhibitionEvent",
        Some("family") => "ChildrensEvent",
        Some("festival") => "Festival",
        Some("film") => "ScreeningEvent",
        Some("market") => "SaleEvent",
        Some("music") => "MusicEvent",
        Some("sport" | "water_sport") => "SportsEvent",
        Some("talk") => "EducationEvent",
        Some("theatre") => "TheaterEvent",
        _ => "Event",
    }
}

fn word(value: Option<&Value>) -> Option<&str> {
    match value {
        Some(Value::Choice(word)) => Some(word),
        _ => None,
    }
}

pub(super) fn write_type(out: &mut Vec<u8>, class: &str) {
    write_member(out, "@type", class);
}

pub(super) fn write_member(out: &mut Vec<u8>, name: &str, text: &str) {
    write_key(out, name);
    write_string(out, text);
}
