//! Events of ours as a calendar to subscribe to.
use super::out::Out;
use super::vevent::OWN_STATUS;
use super::written::{Written, ZoneShown};
use super::{category, vtimezone};
use crate::features::field::Value;
use crate::features::schema::{change_at, event_at as at};
use crate::features::{Event, EventStatus, Fields};
use crate::formats::shown::EventShown;
use crate::hours::Calendar;
use crate::recurrence::Wall;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What is said of a calendar as a whole.
#[derive(Clone, Copy, Debug)]
pub struct CalendarShown<'a> {
    /// The id of the area: with an event's own it names the event in every calendar of the world.
    pub area: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// The area's civil time.
    pub calendar: &'a Calendar,
}

/// How often a subscriber should look again.
const REFRESH: &str = "PT1H";

/// The calendar of `events`; what is no event is left out.
pub fn write<'a>(calendar: &CalendarShown<'_>, events: impl Iterator<Item = EventShown<'a>>) -> Vec<u8> {
    let area = (calendar.calendar.zone_name().to_owned(), ZoneShown::new(calendar.calendar.clone()));
    let mut zones = BTreeMap::from([area]);
    let mut body = Out::default();
    let mut any_series_in_utc = false;
    for shown in events {
        let Some(event) = Event::of(&shown.item.feature) else { continue };
        let zone = event.time_zone().unwrap_or(calendar.calendar.zone_name());
        if !zones.contains_key(zone)
            && let Ok(own) = Calendar::new(zone, [])
        {
            zones.insert(zone.to_owned(), ZoneShown::new(own));
        }
        let Some(own) = zones.get(zone) else { continue };
        any_series_in_utc |= own.is_utc() && event.schedule().recurs();
        one(&mut body, calendar, &shown, &Written::new(event, own));
    }
    let mut out = Out::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//Promenade//Events//EN");
    out.line("CALSCALE", "GREGORIAN");
    out.text("NAME", calendar.name);
    out.text("X-WR-CALNAME", calendar.name);
    // Where it stands, readers put what is in UTC on its wall, and the dates of a series would move.
    if !any_series_in_utc {
        out.line("X-WR-TIMEZONE", calendar.calendar.zone_name());
    }
    out.line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    out.line("X-PUBLISHED-TTL", REFRESH);
    for zone in zones.values().filter(|zone| !zone.is_utc()) {
        vtimezone::write(&mut out, &zone.calendar, &zone.transitions);
    }
    out.append(body);
    out.line("END", "VCALENDAR");
    out.bytes()
}

/// The VEVENT of an event, and those of its dates that are not as it says.
fn one(out: &mut Out, calendar: &CalendarShown<'_>, shown: &EventShown<'_>, written: &Written<'_>) {
    let fields = shown.item.feature.fields();
    let of_all = written.event.status();
    begin(out, calendar, shown);
    written.series(out);
    said(out, shown, of_all, fields.text(at::EVENT_STATUS_REASON));
    out.line("END", "VEVENT");
    let changes: &[Fields] = match fields.get(at::CHANGES) {
        Some(Value::Records(changes)) => changes,
        _ => &[],
    };
    for change in changes {
        let wall = |number: usize| match change.get(number) {
            Some(Value::Wall(wall)) => Some(*wall),
            _ => None,
        };
        let own = change.text(change_at::EVENT_STATUS).and_then(EventStatus::named);
        let (Some(date), moved) = (wall(change_at::OCCURRENCE), wall(change_at::STARTS)) else { continue };
        if own.is_none() && moved.is_none() {
            continue;
        }
        begin(out, calendar, shown);
        written.date(out, date, moved.map(|starts| (starts, wall(change_at::ENDS))));
        let reason = change.text(change_at::REASON).or_else(|| fields.text(at::EVENT_STATUS_REASON));
        let elsewhen = moved.filter(|starts| *starts != date);
        said(out, shown, of_date(of_all, own, elsewhen), reason);
        out.line("END", "VEVENT");
    }
}

/// Whether a date takes place, as [`Event::occurrences`] says.
fn of_date(of_all: EventStatus, own: Option<EventStatus>, moved: Option<Wall>) -> EventStatus {
    match (of_all, own) {
        (EventStatus::Cancelled, _) => EventStatus::Cancelled,
        (EventStatus::Postponed, None | Some(EventStatus::Scheduled | EventStatus::Rescheduled)) => of_all,
        (_, Some(own @ (EventStatus::Cancelled | EventStatus::Postponed))) => own,
        (_, _) if moved.is_some() => EventStatus::Rescheduled,
        (_, _) => EventStatus::Scheduled,
    }
}

fn begin(out: &mut Out, calendar: &CalendarShown<'_>, shown: &EventShown<'_>) {
    let item = shown.item;
    let stamp = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    out.line("BEGIN", "VEVENT");
    out.line("UID", &format!("{}@{}.promenade", item.feature.id(), calendar.area));
    out.line("DTSTAMP", &stamp(item.updated_at));
    out.line("CREATED", &stamp(item.created_at));
    out.line("LAST-MODIFIED", &stamp(item.updated_at));
    out.line("SEQUENCE", &item.version.0.to_string());
}

/// What is said in words, of all of an event or of one date.
fn said(out: &mut Out, shown: &EventShown<'_>, status: EventStatus, reason: Option<&str>) {
    let fields = shown.item.feature.fields();
    let (word, notice) = match status {
        EventStatus::Scheduled => ("CONFIRMED", None),
        EventStatus::Rescheduled => ("CONFIRMED", Some("Moved")),
        EventStatus::Cancelled => ("CANCELLED", Some("Cancelled")),
        EventStatus::Postponed => ("TENTATIVE", Some("Postponed")),
    };
    out.line("STATUS", word);
    if status == EventStatus::Postponed {
        out.line(OWN_STATUS, "POSTPONED");
    }
    // It is on; that nobody is busy who only follows what is on is for them to say.
    out.line("TRANSP", "TRANSPARENT");
    out.text("SUMMARY", shown.item.feature.name());
    let about = fields.text(at::DESCRIPTION).or_else(|| fields.text(at::SUMMARY));
    let notice = notice.map(|notice| match reason {
        Some(reason) => format!("{notice}: {reason}"),
        None => format!("{notice}."),
    });
    match (&notice, about) {
        (None, None) => {}
        (Some(notice), Some(about)) => out.text("DESCRIPTION", &format!("{notice}\n\n{about}")),
        (Some(text), None) => out.text("DESCRIPTION", text),
        (None, Some(text)) => out.text("DESCRIPTION", text),
    }
    if let Some(reason) = reason.filter(|_| notice.is_some()) {
        out.text("COMMENT", reason);
    }
    let venue = shown.venue.map(|venue| venue.name).or(fields.text(at::VENUE_NAME));
    let town = shown.venue.map_or_else(|| fields.text(at::TOWN), |venue| venue.town);
    match (venue, town) {
        (Some(venue), Some(town)) if !venue.contains(town) => {
            out.text("LOCATION", &format!("{venue}, {town}"));
        }
        (Some(place), _) | (None, Some(place)) => out.text("LOCATION", place),
        (None, None) => {}
    }
    if let Some(position) = shown.position.or(shown.item.feature.position()) {
        out.line("GEO", &format!("{:.6};{:.6}", position.lat(), position.lon()));
    }
    out.line("URL", fields.text(at::URL).unwrap_or(shown.url));
    if let Some(kind) = fields.text(at::CATEGORY) {
        out.text("CATEGORIES", &category::written(kind));
    }
}
