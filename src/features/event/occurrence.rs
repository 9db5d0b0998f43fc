//! The dates of an event, each with what it has of its own, and as the feature that readers see.
use super::{Event, EventStatus, wall};
use crate::features::field::{Kind, Value};
use crate::features::schema::{self, change_at, event_at, occurrence_at as at};
use crate::features::{Feature, FeatureError, Fields, Status};
use crate::hours::Calendar;
use crate::ids::{Collection, FeatureId, Version};
use crate::recurrence::{Date, Schedule, Wall};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::ops::Range;

/// One date of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// Which date, as the series has it: what tells it from the others, wherever it was moved to.
    pub original: Wall,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends; none: not known.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it is over for sure: at its end, or with the day where that is not known.
    pub over_at: DateTime<Utc>,
    /// Whether it takes whole days.
    pub all_day: bool,
    /// Whether it takes place.
    pub status: EventStatus,
    /// Why not, or why then.
    pub reason: Option<Box<str>>,
    /// When it was to begin, where it was moved.
    pub previous_start: Option<DateTime<Utc>>,
    /// Whether places are left: a word of the field's list.
    pub availability: Option<Value>,
    /// For whom it is made accessible.
    pub access: Option<Value>,
}

/// The dates of an event in a stretch of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrences {
    /// Those dates, in the order of the series.
    pub occurrences: Vec<Occurrence>,
    /// The times that the clocks skip, at which it is not.
    pub skipped: Vec<Wall>,
    /// Whether that is all of them.
    pub complete: bool,
}

/// What is said of one date.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OccurrenceChange {
    /// Whether it takes place, and why not. `Scheduled` takes back what was said of that, and any other time.
    pub status: Option<(EventStatus, Option<Box<str>>)>,
    /// When it begins and ends instead, and why.
    pub moved: Option<(Wall, Option<Wall>, Option<Box<str>>)>,
    /// Whether places are left: a value of the field, or that nothing is said any more.
    pub availability: Option<Option<Value>>,
    /// For whom it is made accessible, or that nothing is said any more.
    pub access: Option<Option<Value>>,
}

impl OccurrenceChange {
    /// What it is called, in the audit.
    pub fn name(&self) -> &'static str {
        match (&self.moved, &self.status) {
            (Some(_), _) => "reschedule_occurrence",
            (None, Some((EventStatus::Cancelled, _))) => "cancel_occurrence",
            (None, Some((EventStatus::Postponed, _))) => "postpone_occurrence",
            (None, Some((EventStatus::Scheduled | EventStatus::Rescheduled, _))) => "reinstate_occurrence",
            (None, None) => "change_occurrence",
        }
    }
}

impl Event<'_> {
    /// Dates that an event may have in the days that are told.
    pub const MAX_DATES: usize = 500;

    /// Its dates; of what recurs by a rule those in these days of the area's `calendar`, and those that began before them
    /// and are not over, or were moved into them; at most [`Event::MAX_DATES`].
    pub fn occurrences(&self, calendar: &Calendar, days: Range<NaiveDate>) -> Occurrences {
        let own = self.time_zone().and_then(|zone| Calendar::new(zone, []).ok());
        let calendar = own.as_ref().unwrap_or(calendar);
        // Dates that are given one by one are few, and those that have been are told, too.
        let schedule = self.schedule();
        let few = !self.recurs() && schedule.added().len() < Self::MAX_DATES;
        let changes = self.changes();
        // What began before these days, or was to, and is not over by them.
        let length = schedule.length().map_or(0, |length| length.num_days() + 1);
        let days_before = u64::try_from(length).unwrap_or_default();
        let began = days.start.checked_sub_days(Days::new(days_before)).unwrap_or(days.start);
        let moved = changes.iter().filter(|change| {
            wall(change, change_at::STARTS).is_some_and(|starts| days.contains(&starts.date()))
        });
        let first = moved.filter_map(|change| Some(wall(change, change_at::OCCURRENCE)?.date())).min();
        let from = first.map_or(began, |first| first.min(began));
        let looked = if few { NaiveDate::MIN..NaiveDate::MAX } else { from..days.end };
        let dates = schedule.dates(calendar, looked, usize::MAX);
        let change = |of: Wall| changes.iter().find(|change| wall(change, change_at::OCCURRENCE) == Some(of));
        let told_from = calendar.midnight(days.start);
        let mut occurrences: Vec<Occurrence> = dates
            .dates
            .into_iter()
            .map(|date| self.occurrence(date.wall, &date, change(date.wall), calendar))
            .filter(|date| few || told_from < date.over_at || told_from <= date.starts_at)
            .collect();
        let complete = dates.complete && occurrences.len() <= Self::MAX_DATES;
        occurrences.truncate(Self::MAX_DATES);
        Occurrences { occurrences, skipped: dates.skipped, complete }
    }

    fn occurrence(
        self,
        original: Wall,
        date: &Date,
        change: Option<&Fields>,
        calendar: &Calendar,
    ) -> Occurrence {
        let moved = change.and_then(|change| {
            let (starts, ends) = (wall(change, change_at::STARTS)?, wall(change, change_at::ENDS));
            let alone = Schedule::new(starts, ends, None, Vec::new(), Vec::new()).ok()?;
            let day = starts.date();
            alone.dates(calendar, day..day.succ_opt()?, 1).dates.pop()
        });
        // One that only ends at another time is where it was.
        let is_moved = moved.as_ref().is_some_and(|moved| moved.starts_at != date.starts_at);
        let own = |number: usize| change.and_then(|change| change.get(number));
        let text = |number: usize| change.and_then(|change| change.text(number));
        let said = text(change_at::EVENT_STATUS).and_then(EventStatus::named);
        let status = match (self.status(), said) {
            // What does not take place at all does not on any date.
            (EventStatus::Cancelled, _) => EventStatus::Cancelled,
            (of_all, None | Some(EventStatus::Scheduled)) if of_all != EventStatus::Scheduled => of_all,
            (_, Some(said @ (EventStatus::Cancelled | EventStatus::Postponed))) => said,
            (_, _) if is_moved => EventStatus::Rescheduled,
            (_, _) => EventStatus::Scheduled,
        };
        let reason = text(change_at::REASON).or_else(|| self.0.fields().text(event_at::EVENT_STATUS_REASON));
        let previous_start = is_moved.then_some(date.starts_at);
        let date = moved.as_ref().unwrap_or(date);
        Occurrence {
            original,
            starts_at: date.starts_at,
            ends_at: date.ends_at,
            over_at: date.over_at,
            all_day: matches!(date.wall, Wall::Day(_)),
            status,
            reason: reason.map(Into::into),
            previous_start,
            availability: own(change_at::AVAILABILITY)
                .or_else(|| self.0.fields().get(event_at::AVAILABILITY))
                .cloned(),
            access: own(change_at::ACCESS).or_else(|| self.0.fields().get(event_at::ACCESS)).cloned(),
        }
    }

    /// The event with `change` said of the date that is `of` in the series.
    pub fn with_change(&self, of: Wall, change: &OccurrenceChange) -> Result<Feature, FeatureError> {
        let known = self.changes().iter().find(|known| wall(known, change_at::OCCURRENCE) == Some(of));
        let mut own =
            known.cloned().unwrap_or_else(|| Fields::new([(change_at::OCCURRENCE, Value::Wall(of))]));
        let reason = |reason: &Option<Box<str>>| reason.clone().map(Value::Text);
        if let Some((status, why)) = &change.status {
            let word = (*status != EventStatus::Scheduled)
                .then(|| super::word(event_at::EVENT_STATUS, status.name()));
            // Said again of what stands already, a reason is not taken away by silence.
            let again = word.is_some() && own.get(change_at::EVENT_STATUS) == word.as_ref();
            let standing = own.get(change_at::REASON).filter(|_| again).cloned();
            own = own.with([(change_at::EVENT_STATUS, word), (change_at::REASON, reason(why).or(standing))]);
            if *status == EventStatus::Scheduled {
                own = own.with([(change_at::STARTS, None), (change_at::ENDS, None)]);
            }
        }
        if let Some((starts, ends, why)) = &change.moved {
            own = own.with([
                (change_at::EVENT_STATUS, None),
                (change_at::REASON, reason(why)),
                (change_at::STARTS, Some(Value::Wall(*starts))),
                (change_at::ENDS, ends.map(Value::Wall)),
            ]);
        }
        if let Some(availability) = &change.availability {
            own = own.with([(change_at::AVAILABILITY, availability.clone())]);
        }
        if let Some(access) = &change.access {
            own = own.with([(change_at::ACCESS, access.clone())]);
        }
        let says_nothing = (1..=change_at::ACCESS).all(|number| own.get(number).is_none());
        let mut all: Vec<Fields> = self
            .changes()
            .iter()
            .filter(|known| wall(known, change_at::OCCURRENCE) != Some(of))
            .cloned()
            .collect();
        all.extend((!says_nothing).then_some(own));
        all.sort_by_key(|change| wall(change, change_at::OCCURRENCE));
        let changes = (!all.is_empty()).then(|| Value::Records(all.into()));
        let fields = self.0.fields().with([(event_at::CHANGES, changes)]);
        let (id, geometry) = (self.0.id().clone(), self.0.geometry().cloned());
        Feature::new(id, Collection::Events, geometry, None, Status::Active, fields)
    }

    /// Whether `of` is a date of the series, on clocks that skip nothing.
    pub fn has_date(&self, of: Wall) -> bool {
        self.schedule().has(Calendar::utc(), of)
    }

    /// How many single dates something is said of.
    pub fn changed_dates(&self) -> usize {
        self.changes().len()
    }

    /// The id of the date that is `of` in the series.
    pub fn occurrence_id(&self, of: Wall) -> FeatureId {
        let id = format!("{}-{}", self.0.id(), of.compact());
        FeatureId::new(&id).expect("an event's id leaves room for a date")
    }

    /// The event and the date, as the series has it, of the occurrence called `id`.
    pub fn named_by(id: &FeatureId) -> Option<(FeatureId, Wall)> {
        let (event, date) = id.as_str().rsplit_once('-')?;
        Some((FeatureId::new(event).ok()?, Wall::from_compact(date)?))
    }
}

/// The feature that readers see of `occurrence`, a date of `event`, whose venue is resolved; `version` is the event's.
pub fn occurrence_feature(event: &Event<'_>, occurrence: &Occurrence, version: Version) -> Feature {
    let of = event.0.fields();
    let copied = [
        (at::NAME, event_at::NAME),
        (at::CATEGORY, event_at::CATEGORY),
        (at::SUMMARY, event_at::SUMMARY),
        (at::ORGANISATION, event_at::ORGANISATION),
        (at::VENUE_ID, event_at::VENUE_ID),
        (at::VENUE_NAME, event_at::VENUE_NAME),
        (at::TOWN, event_at::TOWN),
        (at::FREE, event_at::FREE),
        (at::PRICE_FROM, event_at::PRICE_FROM),
        (at::PRICE_TO, event_at::PRICE_TO),
        (at::CURRENCY, event_at::CURRENCY),
        (at::TICKETS_URL, event_at::TICKETS_URL),
        (at::SOURCE_ATTRIBUTION, event_at::SOURCE_ATTRIBUTION),
    ];
    let own = [
        (at::EVENT_ID, Some(Value::Text(event.0.id().as_str().into()))),
        (at::STARTS_AT, Some(Value::Instant(occurrence.starts_at))),
        (at::ENDS_AT, occurrence.ends_at.map(Value::Instant)),
        (at::ALL_DAY, Some(Value::Flag(occurrence.all_day))),
        (at::EVENT_STATUS, Some(word(at::EVENT_STATUS, occurrence.status.name()))),
        (at::EVENT_STATUS_REASON, occurrence.reason.clone().map(Value::Text)),
        (at::PREVIOUS_START, occurrence.previous_start.map(Value::Instant)),
        (at::SEQUENCE, Some(Value::Whole(version.0))),
        (
            at::AVAILABILITY,
            Some(occurrence.availability.clone().unwrap_or_else(|| word(at::AVAILABILITY, "unknown"))),
        ),
        (at::ACCESS, occurrence.access.clone()),
    ];
    let copied = copied.into_iter().map(|(to, from)| (to, of.get(from).cloned()));
    let known = copied.chain(own).filter_map(|(number, value)| Some((number, value?)));
    let (id, geometry) = (event.occurrence_id(occurrence.original), event.0.geometry().cloned());
    let feature =
        Feature::new(id, Collection::Occurrences, geometry, None, Status::Active, Fields::new(known));
    feature.expect("every required field is given")
}

/// The value of an occurrence's field that one of its words is.
fn word(number: usize, name: &str) -> Value {
    let kind: &Kind = &schema::fields(Collection::Occurrences)[number].kind;
    kind.text(name).expect("a word of the field")
}
