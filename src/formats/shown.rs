//! An event as the notations of others show it: the event, and what stands elsewhere that belongs to it.
use crate::catalogue::Item;
use crate::features::field::Value;
use crate::features::schema::event_at as at;
use crate::features::{Event, Fields, Occurrence};
use crate::hours::Calendar;
use crate::ids::FeatureId;
use crate::spatial::LatLon;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::borrow::Cow;

/// An event with all that is shown of it.
#[derive(Clone, Copy, Debug)]
pub struct EventShown<'a> {
    /// It, as stored.
    pub item: &'a Item,
    /// The place that it is held at, where that is one of ours.
    pub venue: Option<VenueShown<'a>>,
    /// Where it is, its venue resolved.
    pub position: Option<LatLon>,
    /// The public address of it.
    pub url: &'a str,
    /// What the public addresses of its dates begin with: their ids follow.
    pub dates_url: &'a str,
    /// The next dates, each with its id.
    pub next: &'a [(FeatureId, &'a Occurrence)],
    /// The organisation whose it is.
    pub organisation: Option<OrganisationShown<'a>>,
    /// The area in whose programme it stands.
    pub publisher: OrganisationShown<'a>,
    /// ISO 3166-1 alpha-2 code of the area's country.
    pub country: &'a str,
    /// The civil time of the area.
    pub calendar: &'a Calendar,
}

/// A place of ours that an event is held at.
#[derive(Clone, Copy, Debug)]
pub struct VenueShown<'a> {
    /// What it is called.
    pub name: &'a str,
    /// House and street.
    pub street: Option<&'a str>,
    /// The town.
    pub town: Option<&'a str>,
    /// The postcode.
    pub postal_code: Option<&'a str>,
}

/// Who an event is of.
#[derive(Clone, Copy, Debug)]
pub struct OrganisationShown<'a> {
    /// What they are called.
    pub name: &'a str,
    /// A public address that is theirs alone: what they have on.
    pub url: &'a str,
}

impl<'a> EventShown<'a> {
    /// The event.
    pub fn event(&self) -> Event<'a> {
        Event::of(&self.item.feature).expect("an event is shown")
    }

    /// The values of its fields.
    pub fn fields(&self) -> &'a Fields {
        self.item.feature.fields()
    }

    /// The text of the field of that number.
    pub fn text(&self, number: usize) -> Option<&'a str> {
        self.fields().text(number)
    }

    /// The whole number in the field of that number.
    pub fn whole(&self, number: usize) -> Option<i64> {
        match self.fields().get(number) {
            Some(Value::Whole(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether it costs nothing, if that is known.
    pub fn is_free(&self) -> Option<bool> {
        match self.fields().get(at::FREE) {
            Some(Value::Flag(free)) => Some(*free),
            _ => None,
        }
    }

    /// What the place is called that it is held at.
    pub fn venue_name(&self) -> Option<&'a str> {
        self.venue.map(|venue| venue.name).or(self.text(at::VENUE_NAME))
    }

    /// The town it is in.
    pub fn town(&self) -> Option<&'a str> {
        self.venue.and_then(|venue| venue.town).or(self.text(at::TOWN))
    }

    /// Whether it is nowhere but online, as events of others are read: see `formats::feed::jsonld`.
    pub fn is_online(&self) -> bool {
        self.venue.is_none() && self.position.is_none() && self.venue_name() == Some("Online")
    }

    /// The least and the most that it costs, in pence, if that is known.
    pub fn prices(&self) -> Option<(i64, i64)> {
        let (from, to) = (self.whole(at::PRICE_FROM), self.whole(at::PRICE_TO));
        let free = (self.is_free() == Some(true)).then_some(0);
        from.or(to).or(free).zip(to.or(from).or(free))
    }

    /// The clocks of its wall: its own, or the area's.
    pub fn clocks(&self) -> Cow<'a, Calendar> {
        let own = self.event().time_zone().and_then(|zone| Calendar::new(zone, []).ok());
        own.map_or(Cow::Borrowed(self.calendar), Cow::Owned)
    }
}

/// An instant as the wall shows it, with the offset of that hour: `2026-07-18T19:30:00+01:00`.
pub fn with_offset(at: DateTime<Utc>, calendar: &Calendar) -> String {
    let local = calendar.local(at);
    let minutes = (local - at.naive_utc()).num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    format!("{}{sign}{hours:02}:{minutes:02}", local.format("%Y-%m-%dT%H:%M:%S"))
}

/// The last day of what takes whole days and ends at that instant, its end not being part of it.
pub fn last_day(ends_at: DateTime<Utc>, calendar: &Calendar) -> NaiveDate {
    calendar.date(ends_at - TimeDelta::seconds(1))
}
