//! Stretches of time that people name: tonight, this weekend. Always on the wall clock, so right on the days on which the
//! clocks change, too.
use super::Calendar;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

/// A stretch of time by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this instant.
    Now,
    /// What is left of the day.
    Today,
    /// From 17:00 to midnight, as far as that is left.
    Tonight,
    /// The next day.
    Tomorrow,
    /// From Friday 17:00 to the end of Sunday, as far as that is left.
    ThisWeekend,
    /// What is left of the day, and the six after it.
    NextSevenDays,
}

/// From an instant until another, not including it; the same twice is that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// The first later instant at which the same name means another stretch, the passing of time aside.
    pub next_change: DateTime<Utc>,
}

/// When an evening begins.
const EVENING: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).expect("a time of day");

impl When {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Now, Self::Today, Self::Tonight, Self::Tomorrow, Self::ThisWeekend, Self::NextSevenDays];

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Today => "today",
            Self::Tonight => "tonight",
            Self::Tomorrow => "tomorrow",
            Self::ThisWeekend => "this_weekend",
            Self::NextSevenDays => "next_7_days",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// What it means at `now`.
    pub fn stretch(self, calendar: &Calendar, now: DateTime<Utc>) -> Stretch {
        let today = calendar.date(now);
        let after = |days: u64| calendar.midnight(today.checked_add_days(Days::new(days)).unwrap_or(today));
        let evening = |date: NaiveDate| calendar.instant(date.and_time(EVENING));
        let (from, until) = match self {
            Self::Now => (now, now),
            Self::Today => (now, after(1)),
            Self::Tonight => (evening(today), after(1)),
            Self::Tomorrow => (after(1), after(2)),
            Self::ThisWeekend => {
                let to_monday = 7 - u64::from(today.weekday().num_days_from_monday());
                let monday = today.checked_add_days(Days::new(to_monday)).unwrap_or(today);
                (evening(monday.checked_sub_days(Days::new(3)).unwrap_or(monday)), calendar.midnight(monday))
            }
            Self::NextSevenDays => (now, after(7)),
        };
        let next_change = match self {
            // Another instant each instant.
            Self::Now => now,
            Self::Today | Self::Tonight | Self::Tomorrow | Self::NextSevenDays => after(1),
            Self::ThisWeekend => until,
        };
        Stretch { from: from.max(now), until, next_change }
    }

    /// The days from `from` to `to`, both included, as far as they are left at `now`.
    pub fn days(calendar: &Calendar, [from, to]: [NaiveDate; 2], now: DateTime<Utc>) -> Stretch {
        let until = calendar.midnight(to.succ_opt().unwrap_or(to));
        Stretch { from: calendar.midnight(from).max(now), until, next_change: until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(when: When, now: &str) -> (String, String) {
        let calendar = Calendar::new("Europe/London", []).unwrap();
        let Stretch { from, until, next_change } = when.stretch(&calendar, now.parse().unwrap());
        assert!(now.parse::<DateTime<Utc>>().unwrap() <= next_change);
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        (text(from), text(until))
    }

    #[test]
    fn named_stretches_are_of_the_wall_clock() {
        for (when, now, from, until) in [
            // Summer: the wall is an hour ahead of UTC.
            (When::Today, "2026-07-18T10:00:00Z", "2026-07-18T10:00:00Z", "2026-07-18T23:00:00Z"),
            (When::Tonight, "2026-07-18T10:00:00Z", "2026-07-18T16:00:00Z", "2026-07-18T23:00:00Z"),
            (When::Tonight, "2026-07-18T20:00:00Z", "2026-07-18T20:00:00Z", "2026-07-18T23:00:00Z"),
            // Half past midnight on the wall: the day is a new one.
            (When::Tonight, "2026-07-18T23:30:00Z", "2026-07-19T16:00:00Z", "2026-07-19T23:00:00Z"),
            (When::Tomorrow, "2026-07-18T10:00:00Z", "2026-07-18T23:00:00Z", "2026-07-19T23:00:00Z"),
            // Thursday, Saturday, Sunday evening, Monday.
            (When::ThisWeekend, "2026-07-16T10:00:00Z", "2026-07-17T16:00:00Z", "2026-07-19T23:00:00Z"),
            (When::ThisWeekend, "2026-07-18T10:00:00Z", "2026-07-18T10:00:00Z", "2026-07-19T23:00:00Z"),
            (When::ThisWeekend, "2026-07-19T22:59:00Z", "2026-07-19T22:59:00Z", "2026-07-19T23:00:00Z"),
            (When::ThisWeekend, "2026-07-19T23:00:00Z", "2026-07-24T16:00:00Z", "2026-07-26T23:00:00Z"),
            (When::NextSevenDays, "2026-07-18T10:00:00Z", "2026-07-18T10:00:00Z", "2026-07-24T23:00:00Z"),
            // The clocks go back on 25 October and forward on 29 March: days of 25 and 23 hours.
            (When::Today, "2026-10-24T23:30:00Z", "2026-10-24T23:30:00Z", "2026-10-26T00:00:00Z"),
            (When::Tonight, "2026-10-25T10:00:00Z", "2026-10-25T17:00:00Z", "2026-10-26T00:00:00Z"),
            (When::ThisWeekend, "2026-10-23T10:00:00Z", "2026-10-23T16:00:00Z", "2026-10-26T00:00:00Z"),
            (When::Tomorrow, "2026-03-28T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"),
            (When::Tonight, "2026-03-29T12:00:00Z", "2026-03-29T16:00:00Z", "2026-03-29T23:00:00Z"),
        ] {
            assert_eq!(stretch(when, now), (from.to_owned(), until.to_owned()), "{} {now}", when.name());
        }
    }

    #[test]
    fn a_stretch_of_days_has_its_last_day_too() {
        let calendar = Calendar::new("Europe/London", []).unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = [day("2026-10-24"), day("2026-10-25")];
        let stretch = When::days(&calendar, days, "2026-10-01T00:00:00Z".parse().unwrap());
        assert_eq!(stretch.from.to_rfc3339(), "2026-10-23T23:00:00+00:00");
        assert_eq!(stretch.until.to_rfc3339(), "2026-10-26T00:00:00+00:00");
    }
}
