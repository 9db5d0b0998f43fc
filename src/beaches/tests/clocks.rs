//! The days on which the clocks change, 2024 to 2030: 23 and 25 hours, and hours that are skipped or come twice.
use super::*;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

/// The last Sundays of March and of October.
fn changes() -> Vec<(NaiveDate, i64)> {
    let last_sunday = |year, month| {
        let end = NaiveDate::from_ymd_opt(year, month, 31).expect("a date");
        end.week(Weekday::Sun).first_day()
    };
    (2024..=2030).flat_map(|year| [(last_sunday(year, 3), 23), (last_sunday(year, 10), 25)]).collect()
}

#[test]
fn a_day_is_as_long_as_the_clocks_make_it() {
    let (policy, tide) = (Policy::default(), Tide::default());
    for (date, hours) in changes() {
        assert_eq!(date.weekday(), Weekday::Sun);
        let start = london().midnight(date);
        let end = london().midnight(date + Days::new(1));
        assert_eq!((end - start).num_hours(), hours, "{date}");
        let report =
            |when: DateTime<Utc>| Report { received_at: when, observed_at: when, ..count("a", "10:00", 10) };
        let minute = TimeDelta::minutes(1);
        let first = report(start);
        let before = report(start - minute);
        let last = report(end - minute);
        let beach = beach(None);
        let ask = |when, reports: &[Report]| {
            let status = status(when, &policy, &beach, &tide, reports, &[]);
            (status.level, status.report_count, status.valid_until)
        };
        let hour = TimeDelta::hours(1);
        assert_eq!(ask(start, std::slice::from_ref(&first)), (Level::Green, 1, start + hour), "{date}");
        assert_eq!(ask(start, std::slice::from_ref(&before)), (Level::Unknown, 0, end), "{date}");
        // A report of one minute to midnight holds for that minute.
        assert_eq!(ask(end - minute, std::slice::from_ref(&last)), (Level::Green, 1, end), "{date}");
        assert_eq!(ask(end, std::slice::from_ref(&last)).0, Level::Unknown, "{date}");
        // Two hours are two hours across the change, which is at 01:00 UTC.
        let change = date.and_hms_opt(1, 0, 0).expect("a time").and_utc();
        let across = report(change - hour);
        let in_time = TimeDelta::milliseconds(1);
        assert_eq!(ask(change + hour - in_time, std::slice::from_ref(&across)).1, 1, "{date}");
        assert_eq!(ask(change + hour, std::slice::from_ref(&across)).1, 0, "{date}");
    }
}

#[test]
fn patrol_hours_end_by_the_clock_on_the_wall() {
    let (policy, tide) = (Policy::default(), Tide::default());
    for (date, hours) in changes() {
        // Until 17:00 and an hour: 17:00 UTC from March on, 18:00 from October on.
        let beach = beach(Some("10:00-17:00"));
        let when = date.and_hms_opt(if hours == 23 { 16 } else { 17 }, 30, 0).expect("a time").and_utc();
        let report = Report { received_at: when, observed_at: when, ..count("a", "10:00", 10) };
        let status = status(when, &policy, &beach, &tide, &[report], &[]);
        assert_eq!(status.valid_until, when + TimeDelta::minutes(30), "{date}");
    }
}

#[test]
fn the_last_counted_time_is_on_the_wall() {
    let report = count("a", "10:00", 1);
    let status = status(time("11:30"), &Policy::default(), &beach(None), &tide(), &[report], &[]);
    assert_eq!(status.advice.text, "Last counted 11:00");
}
