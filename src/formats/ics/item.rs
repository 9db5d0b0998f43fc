//! What a VEVENT says in words, and the event that comes of it.
use super::dates::Times;
use super::lines::unescaped;
use super::notes::{at as line_of, short};
use super::own;
use super::read::Reading;
use super::vevent::{Standing, Vevent};
use crate::catalogue::FeedItem;
use crate::features::field::{FieldError, Value};
use crate::features::schema::{self, event_at as at};
use crate::features::{EventStatus, Fields};
use crate::formats::feed::{Draft, line, paragraphs};
use crate::ids::Collection;
use crate::recurrence::Wall;
use crate::spatial::LatLon;

/// Characters that a name, a description and a reason may have.
const MAX_LINE: usize = 120;
const MAX_DESCRIPTION: usize = 5_000;
const MAX_REASON: usize = 500;

impl Reading<'_> {
    /// The event that `event` makes at those `times`, with those `changes` of single dates.
    pub(super) fn item(
        &mut self,
        uid: &str,
        event: &Vevent,
        times: Times,
        changes: Vec<Fields>,
    ) -> Result<FeedItem, String> {
        let mut draft = Draft::default();
        self.texts(event, &mut draft)?;
        let Times { zone, starts, ends, added, except, own_ends: _ } = times;
        draft.values.push((at::STARTS, Value::Wall(starts)));
        draft.values.extend(ends.map(|ends| (at::ENDS, Value::Wall(ends))));
        if matches!(starts, Wall::Time(_)) && zone.name != self.area.name {
            draft.put(at::TIME_ZONE, &zone.name).map_err(|cause| format!("its zone {cause}"))?;
        }
        if let Some(rule) = &event.rule {
            draft.put(at::RRULE, rule).map_err(|cause| format!("RRULE {cause}"))?;
        }
        for (number, walls) in [(at::RDATES, added), (at::EXDATES, except)] {
            if !walls.is_empty() {
                draft.values.push((number, Value::Walls(walls.into())));
            }
        }
        if !changes.is_empty() {
            let kind = &schema::fields(Collection::Events)[at::CHANGES].kind;
            let changes = kind.records(changes).map_err(|cause| format!("of single dates it {cause}"))?;
            draft.values.push((at::CHANGES, changes));
        }
        if let Some(category) = event.category {
            draft.put(at::CATEGORY, category).map_err(|cause| cause.to_string())?;
        }
        draft.values.extend(self.availability(event).map(|places| (at::AVAILABILITY, places)));
        draft.values.extend(self.access(event).map(|access| (at::ACCESS, access)));
        let standing = match event.standing {
            Some(Standing::Cancelled) => Some(EventStatus::Cancelled),
            Some(Standing::Postponed) => Some(EventStatus::Postponed),
            Some(Standing::TakesPlace) | None => None,
        };
        if let Some(standing) = standing {
            draft.values.push((at::EVENT_STATUS, status(standing)));
            draft.values.extend(reason(event).map(|reason| (at::EVENT_STATUS_REASON, reason)));
        }
        self.origin.item(uid, line_of(event.line), draft).map_err(|cause| cause.to_string())
    }

    /// Whether `event` has places left, as we wrote it.
    pub(super) fn availability(&mut self, event: &Vevent) -> Option<Value> {
        let kind = &schema::fields(Collection::Events)[at::AVAILABILITY].kind;
        let word = event.availability.as_deref()?;
        self.own(event, own::AVAILABILITY, word, kind.text(word.trim()))
    }

    /// For whom `event` is made accessible, as we wrote it.
    pub(super) fn access(&mut self, event: &Vevent) -> Option<Value> {
        let kind = &schema::fields(Collection::Events)[at::ACCESS].kind;
        let words = event.access.as_deref()?;
        self.own(event, own::ACCESS, words, kind.words(words.split(',').map(str::trim)))
    }

    fn own(
        &mut self,
        event: &Vevent,
        name: &str,
        text: &str,
        value: Result<Value, FieldError>,
    ) -> Option<Value> {
        if value.is_err() {
            self.altered.add(event.line, format_args!("{name} {} is not known: left out", short(text)));
        }
        value.ok()
    }

    fn texts(&mut self, event: &Vevent, draft: &mut Draft) -> Result<(), String> {
        let name = event.summary.as_deref().and_then(|text| line(&unescaped(text), MAX_LINE));
        let name = name.ok_or("SUMMARY is missing: an event has a name")?;
        let place = event.location.as_deref().and_then(|text| line(&unescaped(text), MAX_LINE));
        let about = event.about();
        let about = about.and_then(|text| paragraphs(&unescaped(text), MAX_DESCRIPTION));
        for (number, property, text) in [
            (at::NAME, "SUMMARY", Some(name)),
            (at::VENUE_NAME, "LOCATION", place),
            (at::DESCRIPTION, "DESCRIPTION", about),
        ] {
            let Some((text, is_whole)) = text else { continue };
            if !is_whole {
                self.altered.add(event.line, format_args!("{property} is cut, or without some characters"));
            }
            draft.put(number, &text).map_err(|cause| format!("{property} {cause}"))?;
        }
        if let Some(url) = event.url.as_deref().map(str::trim).filter(|url| !url.is_empty())
            && draft.put(at::URL, url).is_err()
        {
            self.altered.add(event.line, format_args!("URL {} is no https address: left out", short(url)));
        }
        if let Some(geo) = event.geo.as_deref().map(str::trim).filter(|geo| !geo.is_empty()) {
            draft.position = position(geo);
            if draft.position.is_none() {
                self.altered.add(event.line, format_args!("GEO {} is no position: left out", short(geo)));
            }
        }
        Ok(())
    }
}

/// The position that `latitude;longitude` is. That where both are nought is what programs write that know none.
fn position(geo: &str) -> Option<LatLon> {
    let (lat, lon) = geo.split_once("\\;").or_else(|| geo.split_once([';', ',']))?;
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let (lat, lon) = (number(lat)?, number(lon)?);
    let is_nowhere = lat.abs() < 1e-6 && lon.abs() < 1e-6;
    LatLon::new(lat, lon).ok().filter(|_| !is_nowhere)
}

/// Why something does not take place, or not then: its comment.
pub(super) fn reason(event: &Vevent) -> Option<Value> {
    let (text, _) = paragraphs(&unescaped(event.comment.as_deref()?), MAX_REASON)?;
    Some(Value::Text(text.into()))
}

/// The value of `event_status`.
pub(super) fn status(status: EventStatus) -> Value {
    let kind = &schema::fields(Collection::Events)[at::EVENT_STATUS].kind;
    kind.text(status.name()).expect("a word of the field")
}
