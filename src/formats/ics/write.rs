//! Events of ours as a calendar to subscribe to.
use super::out::Out;
use super::own::{self, Said};
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
    let fields = shown.fields();
    let of_all = Said {
        status: written.event.status(),
        reason: fields.text(at::EVENT_STATUS_REASON),
        availability: fields.get(at::AVAILABILITY),
        access: fields.get(at::ACCESS),
    };
    let changes: Vec<Change<'_>> = match fields.get(at::CHANGES) {
        Some(Value::Records(changes)) => changes.iter().filter_map(|own| Change::of(&of_all, own)).collect(),
        _ => Vec::new(),
    };
    begin(out, calendar, shown);
    // What has one date is written as that date is now: many readers make two events of one that changes its only date.
    if let [only] = changes.as_slice()
        && written.is_only(only.date)
    {
        written.only(out, only.moved);
        said(out, shown, &only.said);
        out.line("END", "VEVENT");
        return;
    }
    written.series(out);
    said(out, shown, &of_all);
    out.line("END", "VEVENT");
    for change in &changes {
        begin(out, calendar, shown);
        written.date(out, change.date, change.moved);
        said(out, shown, &change.said);
        out.line("END", "VEVENT");
    }
}

/// A date that has something of its own.
struct Change<'a> {
    /// It, as the series has it.
    date: Wall,
    /// When it begins and ends instead.
    moved: Option<(Wall, Option<Wall>)>,
    said: Said<'a>,
}

impl<'a> Change<'a> {
    /// What `own` says of a date of which `of_all` holds otherwise; none when it says nothing.
    fn of(of_all: &Said<'a>, own: &'a Fields) -> Option<Self> {
        let wall = |number: usize| match own.get(number) {
            Some(Value::Wall(wall)) => Some(*wall),
            _ => None,
        };
        let date = wall(change_at::OCCURRENCE)?;
        let status = own.text(change_at::EVENT_STATUS).and_then(EventStatus::named);
        let moved = wall(change_at::STARTS).map(|starts| (starts, wall(change_at::ENDS)));
        let (availability, access) = (own.get(change_at::AVAILABILITY), own.get(change_at::ACCESS));
        if status.is_none() && moved.is_none() && availability.is_none() && access.is_none() {
            return None;
        }
        let elsewhen = moved.map(|(starts, _)| starts).filter(|starts| *starts != date);
        let said = Said {
            status: of_date(of_all.status, status, elsewhen),
            reason: own.text(change_at::REASON).or(of_all.reason),
            availability: availability.or(of_all.availability),
            access: access.or(of_all.access),
        };
        Some(Self { date, moved, said })
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
fn said(out: &mut Out, shown: &EventShown<'_>, said: &Said<'_>) {
    let fields = shown.fields();
    let (word, own) = match said.status {
        EventStatus::Scheduled => ("CONFIRMED", None),
        EventStatus::Rescheduled => ("CONFIRMED", Some("RESCHEDULED")),
        EventStatus::Cancelled => ("CANCELLED", Some("CANCELLED")),
        EventStatus::Postponed => ("TENTATIVE", Some("POSTPONED")),
    };
    // Before the other, which then is not taken for what it is of others.
    if let Some(own) = own {
        out.line(own::STATUS, own);
    }
    out.line("STATUS", word);
    // It is on; that nobody is busy who only follows what is on is for them to say.
    out.line("TRANSP", "TRANSPARENT");
    out.text("SUMMARY", shown.item.feature.name());
    let about = fields.text(at::DESCRIPTION).or_else(|| fields.text(at::SUMMARY));
    let notice = said.notice();
    match (&notice, about) {
        (None, None) => {}
        (Some(notice), Some(about)) => out.text("DESCRIPTION", &format!("{notice}\n\n{about}")),
        (Some(text), None) => out.text("DESCRIPTION", text),
        (None, Some(text)) => out.text("DESCRIPTION", text),
    }
    if let Some(notice) = &notice {
        out.text(own::NOTICE, notice);
    }
    if let Some(reason) = said.reason.filter(|_| own.is_some()) {
        out.text("COMMENT", reason);
    }
    if let Some(Value::Choice(word)) = said.availability {
        out.line(own::AVAILABILITY, word);
    }
    if let Some(Value::Choices(words)) = said.access {
        out.line(own::ACCESS, &words.join(","));
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
