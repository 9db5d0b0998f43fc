//! What an event says of its dates and of its publication.
mod check;
mod conflict;
mod copy;
mod moves;
mod occurrence;
#[cfg(test)]
mod tests;
mod warn;

pub(super) use check::check;
pub use check::{EventError, without_past_orphans};
pub use conflict::{Overlap, overlaps};
pub use copy::CopyError;
pub use moves::{IllegalMove, Move, Stage, Step, next};
pub use occurrence::{Occurrence, OccurrenceChange, Occurrences, occurrence_feature};
pub use warn::EventWarning;

use super::field::Value;
use super::schema::{self, event_at as at};
use super::{Feature, Fields};
use crate::hours::Calendar;
use crate::ids::{Collection, FeatureId, OrganisationId};
use crate::recurrence::{Schedule, ScheduleError, Wall};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// A feature that is an event.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a>(&'a Feature);

/// How far an event's publication is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// Seen by its organisation alone, until the instant it publishes itself, if one is given.
    Draft,
    /// Seen by everybody.
    Published,
    /// Put away.
    Archived,
}

/// Whether an event, or a date of one, takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventStatus {
    /// It does, when it was meant to.
    Scheduled,
    /// It does not.
    Cancelled,
    /// Not then, and nobody has said when.
    Postponed,
    /// It does, at another time.
    Rescheduled,
}

impl Publication {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Archived].into_iter().find(|known| known.name() == name)
    }
}

impl EventStatus {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Cancelled => "cancelled",
            Self::Postponed => "postponed",
            Self::Rescheduled => "rescheduled",
        }
    }

    /// The status of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Scheduled, Self::Cancelled, Self::Postponed, Self::Rescheduled];
        all.into_iter().find(|known| known.name() == name)
    }
}

impl<'a> Event<'a> {
    /// Characters that an event's id may have: those of its dates are 16 longer at most.
    pub const MAX_ID: usize = 48;

    /// `feature`, when it is an event.
    pub fn of(feature: &'a Feature) -> Option<Self> {
        (feature.collection() == Collection::Events).then_some(Self(feature))
    }

    /// What a new event of `organisation` has that no document sets: it is a draft.
    pub fn drafted(organisation: Option<&OrganisationId>) -> Vec<(usize, Value)> {
        let organisation = organisation.map(|id| (at::ORGANISATION, Value::Text(id.as_str().into())));
        let draft = (at::PUBLICATION, word(at::PUBLICATION, Publication::Draft.name()));
        let status = (at::EVENT_STATUS, word(at::EVENT_STATUS, EventStatus::Scheduled.name()));
        [draft, status].into_iter().chain(organisation).collect()
    }

    /// The feature.
    pub fn feature(&self) -> &'a Feature {
        self.0
    }

    /// On which dates it is, before any change of single ones.
    pub fn schedule(&self) -> Schedule {
        schedule(self.0.fields()).expect("checked when it was made")
    }

    /// Whether its dates are whole days.
    pub fn is_all_day(&self) -> bool {
        matches!(wall(self.0.fields(), at::STARTS), Some(Wall::Day(_)))
    }

    /// Whether a rule gives it dates without end, or to an end that may be far.
    pub fn recurs(&self) -> bool {
        self.0.fields().get(at::RRULE).is_some()
    }

    /// Whether what recurs may have a date on `day` or later, as far as a few years tell.
    pub fn goes_on(&self, calendar: &Calendar, day: NaiveDate) -> bool {
        let ends = self
            .0
            .fields()
            .text(at::RRULE)
            .is_some_and(|rule| rule.contains("COUNT") || rule.contains("UNTIL"));
        let years_later = day.checked_add_days(Days::new(3_700)).unwrap_or(day);
        !ends || !self.schedule().dates(calendar, day..years_later, 1).dates.is_empty()
    }

    /// The zone of its wall clock, where that is not the area's.
    pub fn time_zone(&self) -> Option<&'a str> {
        self.0.fields().text(at::TIME_ZONE)
    }

    /// How far its publication is, as written: see [`Event::is_public`].
    pub fn publication(&self) -> Publication {
        let word = self.0.fields().text(at::PUBLICATION).and_then(Publication::named);
        word.expect("publication is required")
    }

    /// When a draft publishes itself.
    pub fn publish_at(&self) -> Option<DateTime<Utc>> {
        self.instant(at::PUBLISH_AT)
    }

    /// When it was, or will have been, published first.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        self.instant(at::PUBLISHED_AT).or(self.publish_at())
    }

    /// Whether everybody may see it at `now`: also when nobody has come to publish a draft whose time has come.
    pub fn is_public(&self, now: DateTime<Utc>) -> bool {
        match self.publication() {
            Publication::Draft => self.publish_at().is_some_and(|at| at <= now),
            Publication::Published => true,
            Publication::Archived => false,
        }
    }

    /// Whether it takes place, single dates aside.
    pub fn status(&self) -> EventStatus {
        let word = self.0.fields().text(at::EVENT_STATUS).and_then(EventStatus::named);
        word.expect("event_status is required")
    }

    /// Where it stands at `now`.
    pub fn stage(&self, now: DateTime<Utc>) -> Stage {
        let (publication, publish_at) = (self.publication(), self.publish_at());
        let due = publication == Publication::Draft && self.is_public(now);
        let publication = if due { Publication::Published } else { publication };
        Stage { publication, publish_at: publish_at.filter(|_| !due), status: self.status() }
    }

    /// The feature that it is after `step`, taken at `now`.
    pub fn after(&self, step: &Step, now: DateTime<Utc>) -> Result<Feature, IllegalMove> {
        let before = self.stage(now);
        let state = next(before, step.to, now)?;
        let feature = self.0;
        let published = state.publication == Publication::Published;
        let published_at = feature.fields().get(at::PUBLISHED_AT).cloned();
        let published_at = published_at.or_else(|| {
            let due = self.publish_at().filter(|at| *at <= now);
            published.then(|| Value::Instant(due.unwrap_or(now)))
        });
        // Said again of what stands already, a reason is not taken away by silence.
        let reason = match (&step.reason, state.status) {
            (_, EventStatus::Scheduled | EventStatus::Rescheduled) => None,
            (Some(reason), _) => Some(Value::Text(reason.clone())),
            (None, status) if status == before.status => {
                feature.fields().get(at::EVENT_STATUS_REASON).cloned()
            }
            (None, _) => None,
        };
        Ok(feature.with_fields([
            (at::PUBLICATION, Some(word(at::PUBLICATION, state.publication.name()))),
            (at::PUBLISH_AT, state.publish_at.map(Value::Instant)),
            (at::PUBLISHED_AT, published_at),
            (at::EVENT_STATUS, Some(word(at::EVENT_STATUS, state.status.name()))),
            (at::EVENT_STATUS_REASON, reason),
        ]))
    }

    /// What calendars are told of one that was put away while it had dates to come: that it does not take place, and no
    /// more than they need to find it by.
    pub fn withdrawn(&self) -> Feature {
        let cancelled = Some(word(at::EVENT_STATUS, EventStatus::Cancelled.name()));
        let texts = [at::SUMMARY, at::DESCRIPTION, at::URL].map(|number| (number, None));
        self.0.with_fields(texts.into_iter().chain([(at::EVENT_STATUS, cancelled)]))
    }

    /// It as everybody sees it at `now`, where that is not as it is written: a draft that has published itself.
    pub fn published_by(&self, now: DateTime<Utc>) -> Option<Feature> {
        let due = self.publish_at().filter(|at| self.publication() == Publication::Draft && *at <= now)?;
        let since = self.0.fields().get(at::PUBLISHED_AT).cloned().unwrap_or(Value::Instant(due));
        Some(self.0.with_fields([
            (at::PUBLICATION, Some(word(at::PUBLICATION, Publication::Published.name()))),
            (at::PUBLISH_AT, None),
            (at::PUBLISHED_AT, Some(since)),
        ]))
    }

    /// The organisation whose it is.
    pub fn organisation(&self) -> Option<&'a str> {
        self.0.fields().text(at::ORGANISATION)
    }

    /// The id of the place it is held at.
    pub fn venue(&self) -> Option<FeatureId> {
        self.0.fields().text(at::VENUE_ID).and_then(|id| FeatureId::new(id).ok())
    }

    /// What single dates have of their own.
    fn changes(self) -> &'a [Fields] {
        changes(self.0.fields())
    }

    fn instant(self, number: usize) -> Option<DateTime<Utc>> {
        match self.0.fields().get(number) {
            Some(Value::Instant(at)) => Some(*at),
            _ => None,
        }
    }
}

/// The value of the field of that number that one of its words is.
fn word(number: usize, name: &str) -> Value {
    let word = schema::fields(Collection::Events)[number].kind.text(name);
    word.expect("a word of the field")
}

fn changes(fields: &Fields) -> &[Fields] {
    match fields.get(at::CHANGES) {
        Some(Value::Records(records)) => records,
        _ => &[],
    }
}

fn wall(fields: &Fields, number: usize) -> Option<Wall> {
    match fields.get(number) {
        Some(Value::Wall(wall)) => Some(*wall),
        _ => None,
    }
}

fn schedule(fields: &Fields) -> Result<Schedule, ScheduleError> {
    let walls = |number: usize| match fields.get(number) {
        Some(Value::Walls(walls)) => walls.to_vec(),
        _ => Vec::new(),
    };
    let starts = wall(fields, at::STARTS).expect("starts is required");
    let (ends, rule) = (wall(fields, at::ENDS), fields.text(at::RRULE));
    Schedule::new(starts, ends, rule, walls(at::RDATES), walls(at::EXDATES))
}
