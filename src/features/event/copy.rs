//! An event again, at another time: last year's as this year's draft, and a date where it is moved to.
use super::{Event, at};
use crate::features::field::Value;
use crate::features::{Feature, FeatureError, Status};
use crate::hours::Calendar;
use crate::ids::{Collection, FeatureId};
use crate::recurrence::Wall;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Why an event is not copied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CopyError {
    /// A day where the event has times, or the reverse.
    #[error(
        "{starts} is not written as {was} is, when the event that is copied starts: give both as days, or both as times"
    )]
    Kind {
        /// What was given.
        starts: Wall,
        /// When it starts now.
        was: Wall,
    },
    /// An end, or the end of the rule, beyond what there is.
    #[error("{0} is too far from when the event that is copied starts")]
    TooFar(Wall),
    /// Values that make no event.
    #[error(transparent)]
    Feature(#[from] FeatureError),
}

impl Event<'_> {
    /// A new event called `id` with the same content, whose series begins at `starts`: the end of its rule is as many days
    /// later as that is. What holds for single dates alone is left out, and whether places are left. `drafted` are the
    /// values that no document sets.
    pub fn copied(
        &self,
        id: FeatureId,
        starts: Wall,
        drafted: Vec<(usize, Value)>,
        calendar: &Calendar,
    ) -> Result<Feature, CopyError> {
        let schedule = self.schedule();
        let was = schedule.starts();
        if !is_like(starts, was) {
            return Err(CopyError::Kind { starts, was });
        }
        let too_far = || CopyError::TooFar(starts);
        let ends = schedule.length().map(|length| later(starts, length).ok_or_else(too_far)).transpose()?;
        let days = starts.date() - was.date();
        let own = self.time_zone().and_then(|zone| Calendar::new(zone, []).ok());
        let calendar = own.as_ref().unwrap_or(calendar);
        let rule = schedule.rule().map(|rule| moved(rule, days, calendar).ok_or_else(too_far)).transpose()?;
        let left_out = [
            at::ORGANISATION,
            at::PUBLISH_AT,
            at::PUBLISHED_AT,
            at::EVENT_STATUS_REASON,
            at::RDATES,
            at::EXDATES,
            at::CHANGES,
            at::AVAILABILITY,
            at::FEED,
        ];
        let fields = self
            .feature()
            .fields()
            .with(left_out.map(|number| (number, None)))
            .with([
                (at::STARTS, Some(Value::Wall(starts))),
                (at::ENDS, ends.map(Value::Wall)),
                (at::RRULE, rule.map(|rule| Value::Text(rule.into()))),
            ])
            .with(drafted.into_iter().map(|(number, value)| (number, Some(value))));
        let geometry = self.feature().geometry().cloned();
        Ok(Feature::new(id, Collection::Events, geometry, None, Status::Active, fields)?)
    }

    /// When what begins at `starts` ends, where it is as long as the dates of the series.
    pub fn ends_of(&self, starts: Wall) -> Option<Wall> {
        let schedule = self.schedule();
        let length = schedule.length().filter(|_| is_like(starts, schedule.starts()))?;
        later(starts, length)
    }
}

fn is_like(a: Wall, b: Wall) -> bool {
    matches!((a, b), (Wall::Day(_), Wall::Day(_)) | (Wall::Time(_), Wall::Time(_)))
}

fn later(wall: Wall, by: TimeDelta) -> Option<Wall> {
    match wall {
        Wall::Day(day) => day.checked_add_signed(by).map(Wall::Day),
        Wall::Time(time) => time.checked_add_signed(by).map(Wall::Time),
    }
}

/// `rule`, as a schedule writes it, with an end so much later. An end in UTC becomes one on the wall: the hour between the two
/// need not be the same at another time of the year.
fn moved(rule: &str, by: TimeDelta, calendar: &Calendar) -> Option<String> {
    let part = |part: &str| match part.strip_prefix("UNTIL=") {
        None => Some(part.to_owned()),
        Some(until) => {
            let day = |until: &str| NaiveDate::parse_from_str(until, "%Y%m%d").ok();
            let time = |until: &str| NaiveDateTime::parse_from_str(until, "%Y%m%dT%H%M%S").ok();
            let local = match until.strip_suffix('Z') {
                Some(until) => calendar.local(DateTime::<Utc>::from_naive_utc_and_offset(time(until)?, Utc)),
                None => match day(until).filter(|_| !until.contains('T')) {
                    Some(day) => {
                        return Some(format!("UNTIL={}", day.checked_add_signed(by)?.format("%Y%m%d")));
                    }
                    None => time(until)?,
                },
            };
            Some(format!("UNTIL={}", local.checked_add_signed(by)?.format("%Y%m%dT%H%M%S")))
        }
    };
    Some(rule.split(';').map(part).collect::<Option<Vec<_>>>()?.join(";"))
}
