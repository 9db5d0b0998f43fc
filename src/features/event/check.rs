//! What values must agree in to make an event.
use super::{Event, Publication, changes, schedule, wall};
use crate::features::Fields;
use crate::features::field::Value;
use crate::features::schema::{change_at, event_at as at};
use crate::hours::Calendar;
use crate::ids::FeatureId;
use crate::recurrence::{Schedule, ScheduleError, Wall};
use chrono::NaiveDate;

/// Why values do not make an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Its dates cannot be told.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A zone that the time zone database does not have.
    #[error("`{0}` is not the IANA name of a time zone, such as Europe/London")]
    Zone(String),
    /// An id that leaves no room for those of the dates.
    #[error("the id has {0} characters; an event's has at most {max}, since the ids of its dates are made of it", max = Event::MAX_ID)]
    LongId(usize),
    /// A venue and a place of its own: nobody would know which was meant.
    #[error("a place with an id says where it is: leave out `{0}`")]
    VenueAndPlace(&'static str),
    /// The least is more than the most.
    #[error("{from} ({low}) is over {to} ({high})")]
    Order {
        /// The field that is too great.
        from: &'static str,
        /// Its value.
        low: i64,
        /// The field it must not be over.
        to: &'static str,
        /// Its value.
        high: i64,
    },
    /// A sum without saying of what.
    #[error(
        "it costs something, and nobody says in which currency: give `currency` in `price` (in tables, price_currency)"
    )]
    Currency,
    /// It costs nothing, and something.
    #[error("it is free, and costs {0} pence")]
    FreeAndPriced(i64),
    /// Two changes of one date.
    #[error("{0} is changed twice")]
    ChangedTwice(Wall),
    /// A change of what is no date of the event.
    #[error(
        "{0} has something of its own and would be no date of the event any more: take that back first, at /v1/occurrences (reinstate; availability and access_performance: null)"
    )]
    Orphan(Wall),
    /// A change that moves a date to what is no time.
    #[error("the change of {0}: {1}")]
    Change(Wall, ScheduleError),
    /// A change to an end without a beginning, or from times to days.
    #[error("the change of {0} must give starts, and starts and ends as times or both as days")]
    ChangeShape(Wall),
    /// A date at which something publishes itself that is published.
    #[error("publish_at is of drafts alone")]
    PublishAt,
    /// A picture that who cannot see it hears nothing of.
    #[error("image_alt is missing: say in words what the picture shows")]
    ImageWithoutText,
}

impl EventError {
    /// The name of the field that it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Schedule(cause) => match cause {
                ScheduleError::OutOfRange { .. } | ScheduleError::Kind { .. } => "starts",
                ScheduleError::EndsBeforeStart { .. } | ScheduleError::NoDay { .. } => "ends",
                ScheduleError::TooManyDates { .. } => "rdates",
                ScheduleError::TooLong { .. }
                | ScheduleError::Part { .. }
                | ScheduleError::Number { .. }
                | ScheduleError::TooOften { .. }
                | ScheduleError::Seconds
                | ScheduleError::TooManyTimes { .. }
                | ScheduleError::Interval { .. }
                | ScheduleError::Count { .. }
                | ScheduleError::TwoEnds
                | ScheduleError::Together { .. }
                | ScheduleError::Refused { .. } => "rrule",
            },
            Self::Zone(_) => "time_zone",
            Self::LongId(_) => "id",
            Self::VenueAndPlace(field) => field,
            Self::Order { from, .. } => from,
            Self::Currency => "price_currency",
            Self::FreeAndPriced(_) => "free",
            Self::ChangedTwice(_) | Self::Change(..) | Self::ChangeShape(_) => "changes",
            Self::Orphan(_) => "starts",
            Self::PublishAt => "publish_at",
            Self::ImageWithoutText => "image_alt",
        }
    }
}

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

/// `fields` of an event without what is said of single dates before `today` that would be none of its dates any more: what
/// has been need not stand in the way of what is to come.
pub fn without_past_orphans(fields: Fields, today: NaiveDate) -> Fields {
    let changes = changes(&fields);
    let is_whole = !changes.is_empty() && wall(&fields, at::STARTS).is_some();
    let Some(schedule) = is_whole.then(|| schedule(&fields).ok()).flatten() else { return fields };
    let has_been = |change: &Fields| {
        let days = [change_at::OCCURRENCE, change_at::STARTS].into_iter();
        days.filter_map(|number| wall(change, number)).all(|wall| wall.date() < today)
    };
    let is_of_it = |change: &Fields| {
        wall(change, change_at::OCCURRENCE).is_some_and(|of| schedule.has(Calendar::utc(), of))
    };
    let left: Vec<Fields> =
        changes.iter().filter(|change| !has_been(change) || is_of_it(change)).cloned().collect();
    let left = (!left.is_empty()).then(|| Value::Records(left.into()));
    fields.with([(at::CHANGES, left)])
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
    let dates = schedule.dates(Calendar::utc(), first..after, usize::from(u16::MAX)).dates;
    match seen.into_iter().find(|of| dates.binary_search_by(|date| date.wall.cmp(of)).is_err()) {
        Some(orphan) => Err(EventError::Orphan(orphan)),
        None => Ok(()),
    }
}
