//! The nights the clocks change, from 2024 to 2030.
use super::{listed, london, schedule, wall, window};
use crate::hours::Calendar;
use crate::recurrence::{Date, Dates, Schedule, Wall};
use chrono::{DateTime, TimeDelta, Utc};

/// The Sundays on which London's clocks go forward at 01:00 and back at 02:00, as GOV.UK lists them.
const CHANGES: [(&str, &str); 7] = [
    ("2024-03-31", "2024-10-27"),
    ("2025-03-30", "2025-10-26"),
    ("2026-03-29", "2026-10-25"),
    ("2027-03-28", "2027-10-31"),
    ("2028-03-26", "2028-10-29"),
    ("2029-03-25", "2029-10-28"),
    ("2030-03-31", "2030-10-27"),
];
const YEARS: &str = "2024-01-01..2031-01-01";

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant in a test")
}

fn over_the_years(schedule: &Schedule) -> Dates {
    let dates = schedule.dates(&london(), window(YEARS), 10_000);
    assert!(dates.complete);
    assert!(dates.dates.is_sorted_by(|one, next| one.wall < next.wall && one.starts_at < next.starts_at));
    dates
}

/// The date that starts then, and its length in minutes on a stopwatch.
fn timed(dates: &Dates, start: &str) -> (DateTime<Utc>, Option<i64>) {
    let date = dates.dates.iter().find(|date| date.wall == wall(start)).expect("this date takes place");
    (date.starts_at, date.ends_at.map(|ends| (ends - date.starts_at).num_minutes()))
}

#[test]
fn what_starts_at_half_past_one_on_sundays_is_left_out_once_a_year() {
    let weekly = schedule("2024-01-07T01:30 FREQ=WEEKLY /2024-01-07T01:45");
    let dates = over_the_years(&weekly);
    let skipped: Vec<String> = dates.skipped.iter().map(ToString::to_string).collect();
    assert_eq!(skipped, CHANGES.map(|(forward, _)| format!("{forward}T01:30")));
    // 365 Sundays from 7 January 2024 to 29 December 2030.
    assert_eq!(dates.dates.len(), 365 - 7);
    for (_, back) in CHANGES {
        let first = utc(&format!("{back}T00:30:00Z"));
        assert_eq!(timed(&dates, &format!("{back}T01:30")), (first, Some(15)));
    }
}

#[test]
fn what_lasts_from_half_past_midnight_to_half_past_two_is_an_hour_shorter_and_longer() {
    let dates = over_the_years(&schedule("2024-01-01T00:30 FREQ=DAILY /2024-01-01T02:30"));
    assert_eq!((dates.dates.len(), dates.skipped.len()), (2557, 0));
    for (forward, back) in CHANGES {
        let at = utc(&format!("{forward}T00:30:00Z"));
        assert_eq!(timed(&dates, &format!("{forward}T00:30")), (at, Some(60)));
        let at = utc(&format!("{back}T00:30:00Z")) - TimeDelta::hours(1);
        assert_eq!(timed(&dates, &format!("{back}T00:30")), (at, Some(180)));
    }
    let others = dates
        .dates
        .iter()
        .filter(|date| date.ends_at.is_some_and(|ends| ends - date.starts_at == TimeDelta::hours(2)));
    assert_eq!(others.count(), 2557 - 14);
}

#[test]
fn whole_days_are_as_long_as_they_are() {
    for text in ["2024-01-01 FREQ=DAILY /2024-01-02", "2024-01-01 FREQ=DAILY"] {
        let dates = over_the_years(&schedule(text));
        assert_eq!(dates.dates.len(), 2557);
        let hours = |of: &str| {
            let date = dates.dates.iter().find(|date| date.wall == wall(of)).expect("every day takes place");
            (date.over_at - date.starts_at).num_hours()
        };
        for (forward, back) in CHANGES {
            assert_eq!((hours(forward), hours(back)), (23, 25), "{text}");
        }
        assert!(dates.dates.is_sorted_by(|one, next| one.over_at == next.starts_at));
    }
}

#[test]
fn what_goes_on_through_the_change_ends_by_the_wall() {
    let dates = over_the_years(&schedule("2024-01-06T22:00 FREQ=WEEKLY /2024-01-07T10:00"));
    for (forward, back) in CHANGES {
        for (sunday, hours) in [(forward, 11), (back, 13)] {
            let saturday = Wall::Day(wall(sunday).date().pred_opt().unwrap());
            assert_eq!(timed(&dates, &format!("{saturday}T22:00")).1, Some(hours * 60));
        }
    }
}

#[test]
fn an_end_that_is_skipped_is_when_the_clocks_resume_and_none_is_before_its_start() {
    #[rustfmt::skip]
    let cases = [
        ("2026-03-29T00:30 /2026-03-29T01:30", "2026-03-29T00:30:00Z", Some("2026-03-29T01:00:00Z")),
        ("2026-03-29T00:30 /2026-03-29T02:00", "2026-03-29T00:30:00Z", Some("2026-03-29T01:00:00Z")),
        ("2026-10-25T00:30 /2026-10-25T01:30", "2026-10-24T23:30:00Z", Some("2026-10-25T00:30:00Z")),
        ("2026-10-25T01:30 /2026-10-25T02:00", "2026-10-25T00:30:00Z", Some("2026-10-25T02:00:00Z")),
        // Of no length, and of a length that is not known.
        ("2026-07-18T19:30 /2026-07-18T19:30", "2026-07-18T18:30:00Z", Some("2026-07-18T18:30:00Z")),
        ("2026-07-18T19:30", "2026-07-18T18:30:00Z", None),
        ("2026-07-18 /2026-07-20", "2026-07-17T23:00:00Z", Some("2026-07-19T23:00:00Z")),
        ("2026-07-18", "2026-07-17T23:00:00Z", None),
    ];
    for (text, starts, ends) in cases {
        let schedule = schedule(text);
        let (starts_at, ends_at) = (utc(starts), ends.map(utc));
        // All of those without an end are over at midnight.
        let over_at = ends_at.unwrap_or(utc("2026-07-18T23:00:00Z"));
        let expected = Date { wall: schedule.starts(), starts_at, ends_at, over_at };
        let dates = schedule.dates(&london(), window("2026-01-01..2027-01-01"), 10);
        assert_eq!((dates.dates, dates.skipped, dates.complete), (vec![expected], vec![], true), "{text}");
    }
}

#[test]
fn a_time_that_is_skipped_is_not_counted_and_is_told() {
    #[rustfmt::skip]
    let cases = [
        ("2026-03-28T01:30 FREQ=DAILY;COUNT=3", "2026-03-28T01:30 2026-03-30T01:30 2026-03-31T01:30", "2026-03-29T01:30"),
        ("2026-03-29T01:30 FREQ=DAILY;COUNT=2", "2026-03-30T01:30 2026-03-31T01:30", "2026-03-29T01:30"),
        ("2026-03-29T01:30 FREQ=DAILY;UNTIL=20260330T003000Z", "2026-03-30T01:30", "2026-03-29T01:30"),
        // By hand as well: the one date there is, and one that was added.
        ("2026-03-29T01:00", "", "2026-03-29T01:00"),
        ("2026-03-28T01:30 +2026-03-29T01:59:59", "2026-03-28T01:30", "2026-03-29T01:59:59"),
        ("2026-03-28T01:30 +2026-03-29T02:00", "2026-03-28T01:30 2026-03-29T02:00", ""),
        // What was left out is nothing to be told of.
        ("2026-03-28T01:30 FREQ=DAILY;COUNT=2 -2026-03-29T01:30", "2026-03-28T01:30 2026-03-30T01:30", ""),
        ("2026-03-28T01:30 FREQ=DAILY;COUNT=2 -2026-03-29", "2026-03-28T01:30 2026-03-30T01:30", ""),
    ];
    for (text, takes_place, skipped) in cases {
        let dates = schedule(text).dates(&london(), window("2026-03-01..2026-04-01"), 10);
        let told: Vec<String> = dates.skipped.iter().map(ToString::to_string).collect();
        assert_eq!((listed(&dates).as_str(), told.join(" ").as_str()), (takes_place, skipped), "{text}");
    }
    let outside =
        schedule("2026-03-28T01:30 FREQ=DAILY").dates(&london(), window("2026-04-01..2026-04-02"), 10);
    assert_eq!((outside.dates.len(), outside.skipped.len()), (1, 0));
}

#[test]
fn a_last_date_in_utc_is_compared_as_an_instant() {
    // 00:30Z and 01:30Z are both 01:30 on the wall of 25 October 2026; the date is the first.
    for (until, count) in [("20261025T002959Z", 1), ("20261025T003000Z", 2), ("20261025T013000Z", 2)] {
        let text = format!("2026-10-24T01:30 FREQ=DAILY;UNTIL={until}");
        assert_eq!(over_the_years(&schedule(&text)).dates.len(), count, "{until}");
    }
}

#[test]
fn a_day_that_a_zone_skips_does_not_take_place() {
    let apia = Calendar::new("Pacific/Apia", []).unwrap();
    for (text, count) in [("2011-12-29 FREQ=DAILY;COUNT=3", 3), ("2011-12-29T12:00 FREQ=DAILY;COUNT=3", 3)] {
        let dates = schedule(text).dates(&apia, window("2011-12-01..2012-02-01"), 10);
        assert_eq!((dates.dates.len(), dates.skipped.len()), (count, 1), "{text}");
        assert_eq!(dates.skipped[0].date(), wall("2011-12-30").date());
    }
    // Midnight alone is skipped: the day begins when the clocks resume.
    let cairo = Calendar::new("Africa/Cairo", []).unwrap();
    let dates = schedule("2026-04-24 /2026-04-25").dates(&cairo, window("2026-04-01..2026-05-01"), 10);
    assert_eq!(dates.dates[0].starts_at, utc("2026-04-23T22:00:00Z"));
    assert_eq!(dates.dates[0].ends_at, Some(utc("2026-04-24T21:00:00Z")));
}
