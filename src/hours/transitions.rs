//! When the clocks of a zone change, listed: for calendars of others, which want to be told.
use super::Calendar;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::ops::Range;

/// One change of a zone's clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The first instant at which they are as they are then.
    pub at: DateTime<Utc>,
    /// How many seconds they were ahead of UTC before.
    pub before_s: i32,
    /// How many they are ahead since.
    pub after_s: i32,
    /// What the time is called since, such as `BST`.
    pub name: String,
}

impl Calendar {
    /// The changes of the clocks in these `years` (of UTC), in order. What does not move them, such as another name, is
    /// none; nor is what is taken back within a week.
    #[must_use]
    pub fn transitions(&self, years: Range<i32>) -> Vec<Transition> {
        let new_year =
            |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_time(NaiveTime::MIN).and_utc());
        let (Some(mut from), Some(end)) = (new_year(years.start), new_year(years.end)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        while from < end {
            let to = (from + TimeDelta::weeks(1)).min(end);
            let before_s = self.offset(from).0;
            if self.offset(to).0 != before_s {
                let (mut low, mut high) = (from.timestamp(), to.timestamp());
                while low + 1 < high {
                    let middle = low.midpoint(high);
                    let same =
                        DateTime::from_timestamp(middle, 0).is_some_and(|at| self.offset(at).0 == before_s);
                    if same { low = middle } else { high = middle }
                }
                let at = DateTime::from_timestamp(high, 0).unwrap_or(to);
                let (after_s, name) = self.offset(at);
                found.push(Transition { at, before_s, after_s, name });
            }
            from = to;
        }
        found
    }
}
