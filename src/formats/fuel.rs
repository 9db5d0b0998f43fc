//! How much work the dates of one document may be. It is counted and not timed, so that the same document fares alike on
//! every machine, and that nobody has to stop a reader who is not waited for any more: it stops by itself.
use crate::hours::Calendar;
use crate::recurrence::{Dates, Schedule};
use chrono::NaiveDate;
use std::ops::Range;

/// What is left of it, in days that may be looked at.
#[derive(Debug)]
pub(in crate::formats) struct Fuel(u64);

/// Days of rules that are looked at for one document: thousands of weekly series over a year.
const FULL: u64 = 1_000_000;
/// What a question costs beside the days.
const QUESTION: u64 = 20;

impl Fuel {
    /// That of a document of which nothing was read yet.
    pub(in crate::formats) fn full() -> Self {
        Self(FULL)
    }

    /// The dates of `schedule` in a window, as it tells them itself; why not, when nothing is left.
    pub(in crate::formats) fn dates(
        &mut self,
        schedule: &Schedule,
        calendar: &Calendar,
        window: Range<NaiveDate>,
        limit: usize,
    ) -> Result<Dates, String> {
        if self.0 == 0 {
            let why = "the rules of the document as a whole take too long to look through: have it list dates instead";
            return Err(why.to_owned());
        }
        let found = schedule.dates(calendar, window, limit);
        self.0 = self.0.saturating_sub(found.looked + QUESTION);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recurrence::Wall;

    #[test]
    fn what_finds_nothing_uses_more_than_what_finds_much() {
        let questions = |rule: &str, years: i32| {
            let starts = Wall::parse("2026-07-18T19:30").unwrap();
            let schedule = Schedule::new(starts, None, Some(rule), Vec::new(), Vec::new()).unwrap();
            let window = starts.date()..NaiveDate::from_ymd_opt(2026 + years, 7, 18).unwrap();
            let mut fuel = Fuel::full();
            (0..2_000)
                .take_while(|_| fuel.dates(&schedule, Calendar::utc(), window.clone(), 20_000).is_ok())
                .count()
        };
        assert_eq!(questions("FREQ=WEEKLY", 1), 2_000);
        assert!((1..100).contains(&questions("FREQ=DAILY", 100)));
        assert!((1..100).contains(&questions("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 1)));
    }
}
