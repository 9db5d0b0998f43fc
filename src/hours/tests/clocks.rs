//! The nights the clocks change, and the ends of time.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::super::{Calendar, CalendarError, OpeningHours, State};
use super::{clacton, day, hours, london, utc, wall, word};

fn told_utc(state: State) -> String {
    let until = state
        .until
        .map_or("for good".to_owned(), |until| format!("until {}", until.format("%Y-%m-%dT%H:%MZ")));
    format!("{} {until}", word(state.open))
}

#[test]
fn the_night_the_clocks_go_forward() {
    // 2026-03-29: 01:00 to 02:00 does not happen; 02:00 is 01:00Z.
    #[rustfmt::skip]
    let cases = [
        ("Mo-Su 08:00-24:00", "2026-03-29T06:59:59Z", "shut until 2026-03-29T07:00Z"),
        ("Mo-Su 08:00-24:00", "2026-03-29T22:59:59Z", "open until 2026-03-29T23:00Z"),
        ("22:00-02:00", "2026-03-28T23:30:00Z", "open until 2026-03-29T01:00Z"),
        ("22:00-02:00", "2026-03-29T01:00:00Z", "shut until 2026-03-29T21:00Z"),
        // A bound that is skipped is the instant the clocks resume.
        ("22:00-01:30", "2026-03-29T00:59:59Z", "open until 2026-03-29T01:00Z"),
        ("01:30-05:00", "2026-03-29T00:30:00Z", "shut until 2026-03-29T01:00Z"),
        ("01:30-05:00", "2026-03-29T01:00:00Z", "open until 2026-03-29T04:00Z"),
        // Hours that are skipped whole do not happen.
        ("01:15-01:45", "2026-03-29T00:30:00Z", "shut until 2026-03-30T00:15Z"),
        ("00:00-24:00; Mar 29 01:10-01:50 off", "2026-03-29T00:30:00Z", "open until 2027-03-29T00:10Z"),
        ("24/7", "2026-03-29T01:00:00Z", "open for good"),
    ];
    for (text, at, expected) in cases {
        assert_eq!(told_utc(hours(text).state(utc(at))), expected, "{text} at {at}");
    }
}

#[test]
fn the_night_the_clocks_go_back() {
    // 2026-10-25: 01:00 to 02:00 happens twice, from 00:00Z and from 01:00Z.
    #[rustfmt::skip]
    let cases = [
        ("Mo-Su 08:00-24:00", "2026-10-25T07:59:59Z", "shut until 2026-10-25T08:00Z"),
        ("Mo-Su 08:00-24:00", "2026-10-24T22:59:59Z", "open until 2026-10-24T23:00Z"),
        ("Mo-Su 08:00-24:00", "2026-10-25T23:59:59Z", "open until 2026-10-26T00:00Z"),
        ("22:00-02:00", "2026-10-24T22:00:00Z", "open until 2026-10-25T02:00Z"),
        ("22:00-02:00", "2026-10-25T01:30:00Z", "open until 2026-10-25T02:00Z"),
        // A bound that comes twice is its first coming, and hours open and shut once.
        ("22:00-01:30", "2026-10-25T00:29:59Z", "open until 2026-10-25T00:30Z"),
        ("22:00-01:30", "2026-10-25T00:30:00Z", "shut until 2026-10-25T22:00Z"),
        ("22:00-01:30", "2026-10-25T01:10:00Z", "shut until 2026-10-25T22:00Z"),
        ("01:30-05:00", "2026-10-25T00:29:59Z", "shut until 2026-10-25T00:30Z"),
        ("01:30-05:00", "2026-10-25T01:10:00Z", "open until 2026-10-25T05:00Z"),
        ("01:00-02:00", "2026-10-25T00:00:00Z", "open until 2026-10-25T02:00Z"),
        ("24/7", "2026-10-25T01:00:00Z", "open for good"),
    ];
    for (text, at, expected) in cases {
        assert_eq!(told_utc(hours(text).state(utc(at))), expected, "{text} at {at}");
    }
}

#[test]
fn the_ends_of_time_are_unknown_and_do_not_panic() {
    for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, utc("9999-12-31T23:59:59Z")] {
        let state = hours("Mo-Fr 22:00-02:00; PH off").state(at);
        assert_eq!(state, State { open: None, until: None });
    }
    for wall in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let _ = london().instant(wall);
    }
}

#[test]
fn a_wall_clock_time_becomes_the_first_instant_that_shows_it_or_later() {
    #[rustfmt::skip]
    let cases = [
        ("Europe/London", "2026-01-15 12:00", "2026-01-15T12:00:00Z"),
        ("Europe/London", "2026-07-15 12:00", "2026-07-15T11:00:00Z"),
        ("Europe/London", "2026-03-29 00:59", "2026-03-29T00:59:00Z"),
        ("Europe/London", "2026-03-29 01:00", "2026-03-29T01:00:00Z"),
        ("Europe/London", "2026-03-29 01:30", "2026-03-29T01:00:00Z"),
        ("Europe/London", "2026-03-29 02:00", "2026-03-29T01:00:00Z"),
        ("Europe/London", "2026-10-25 00:59", "2026-10-24T23:59:00Z"),
        ("Europe/London", "2026-10-25 01:30", "2026-10-25T00:30:00Z"),
        ("Europe/London", "2026-10-25 02:00", "2026-10-25T02:00:00Z"),
        // Midnight itself is skipped, and happens twice.
        ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23T22:00:00Z"),
        ("America/Havana", "2026-11-01 00:00", "2026-11-01T04:00:00Z"),
        // The whole day is skipped.
        ("Pacific/Apia", "2011-12-30 00:00", "2011-12-30T10:00:00Z"),
    ];
    for (zone, at, expected) in cases {
        let calendar = Calendar::new(zone, []).expect("a zone that exists");
        assert_eq!(calendar.instant(wall(at)), utc(expected), "{zone} {at}");
        if at.ends_with(" 00:00") {
            assert_eq!(calendar.midnight(wall(at).date()), utc(expected), "{zone} {at}");
        }
    }
    assert_eq!(london().local(utc("2026-07-18T23:30:00Z")), wall("2026-07-19 00:30"));
    assert_eq!(london().date(utc("2026-07-18T23:30:00Z")), day("2026-07-19"));
    assert_eq!(london().zone_name(), "Europe/London");
}

#[test]
fn a_wall_clock_time_that_the_clocks_skip_has_no_instant_of_its_own() {
    #[rustfmt::skip]
    let cases = [
        ("Europe/London", "2026-07-15 12:00", Some("2026-07-15T11:00:00Z")),
        ("Europe/London", "2026-03-29 00:59", Some("2026-03-29T00:59:00Z")),
        ("Europe/London", "2026-03-29 01:00", None),
        ("Europe/London", "2026-03-29 01:59", None),
        ("Europe/London", "2026-03-29 02:00", Some("2026-03-29T01:00:00Z")),
        ("Europe/London", "2026-10-25 00:59", Some("2026-10-24T23:59:00Z")),
        // Shown twice: the first.
        ("Europe/London", "2026-10-25 01:30", Some("2026-10-25T00:30:00Z")),
        ("Europe/London", "2026-10-25 02:00", Some("2026-10-25T02:00:00Z")),
        ("Africa/Cairo", "2026-04-24 00:00", None),
        ("America/Havana", "2026-11-01 00:00", Some("2026-11-01T04:00:00Z")),
        ("Pacific/Apia", "2011-12-30 12:00", None),
    ];
    for (zone, at, expected) in cases {
        let calendar = Calendar::new(zone, []).expect("a zone that exists");
        assert_eq!(calendar.exact(wall(at)), expected.map(utc), "{zone} {at}");
    }
    for wall in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let _ = london().exact(wall);
    }
}

#[test]
fn a_calendar_refuses_an_unknown_zone_and_a_place_off_the_earth() {
    let error = Calendar::new("Europe/Clacton", []).expect_err("a refusal");
    assert_eq!(error.to_string(), "unknown time zone \"Europe/Clacton\"");
    for (lat, lon) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        let error = london().with_position(lat, lon).expect_err("a refusal");
        assert!(matches!(error, CalendarError::Position { .. }), "{lat} {lon}");
    }
}

#[test]
fn the_last_hours_of_a_day_end_on_the_wall() {
    #[rustfmt::skip]
    let cases = [
        ("10:00-18:00", "2026-07-18", Some("2026-07-18T17:00:00Z")),
        ("10:00-18:00", "2026-01-18", Some("2026-01-18T18:00:00Z")),
        ("10:00-12:00,14:00-16:30", "2026-07-18", Some("2026-07-18T15:30:00Z")),
        ("Mo-Fr 10:00-18:00", "2026-07-18", None),
        ("PH off; Mo-Fr 10:00-18:00", "2026-07-20", Some("2026-07-20T17:00:00Z")),
        ("24/7", "2026-07-18", Some("2026-07-18T23:00:00Z")),
        ("off", "2026-07-18", None),
        ("10:00-18:00 \"if staffed\"", "2026-07-18", Some("2026-07-18T17:00:00Z")),
        // Hours that go on end with the day; those that began the day before are the day's too.
        ("18:00-02:00", "2026-07-18", Some("2026-07-18T23:00:00Z")),
        ("Fr 18:00-02:00", "2026-07-18", Some("2026-07-18T01:00:00Z")),
        // The clocks go forward: a bound that is skipped is when they resume, hours that are skipped do not happen.
        ("00:15-01:30", "2026-03-29", Some("2026-03-29T01:00:00Z")),
        ("01:15-01:45", "2026-03-29", None),
        ("10:00-18:00", "2026-03-29", Some("2026-03-29T17:00:00Z")),
        ("24/7", "2026-03-29", Some("2026-03-29T23:00:00Z")),
        // They go back: a bound that comes twice is its first coming.
        ("00:15-01:30", "2026-10-25", Some("2026-10-25T00:30:00Z")),
        ("10:00-18:00", "2026-10-25", Some("2026-10-25T18:00:00Z")),
        ("24/7", "2026-10-25", Some("2026-10-26T00:00:00Z")),
        // Nobody knows when the sun sets where.
        ("10:00-sunset", "2026-07-18", None),
    ];
    for (text, date, expected) in cases {
        assert_eq!(hours(text).last_end(day(date)), expected.map(utc), "{text} on {date}");
    }
    for date in [NaiveDateTime::MIN.date(), NaiveDateTime::MAX.date()] {
        assert_eq!(hours("24/7").last_end(date), None);
    }
    let sunset = OpeningHours::parse("10:00-sunset", &clacton()).expect("hours that parse");
    assert!(sunset.last_end(day("2026-07-18")).is_some_and(|end| end > utc("2026-07-18T19:30:00Z")));
}

#[test]
fn the_changes_of_the_clocks_are_listed() {
    let of = |zone: &str, years: std::ops::Range<i32>| -> Vec<String> {
        let transitions = Calendar::new(zone, []).unwrap().transitions(years);
        let said = transitions
            .iter()
            .map(|t| format!("{} {} {} {}", t.at.naive_utc(), t.before_s, t.after_s, t.name));
        said.collect()
    };
    assert_eq!(
        of("Europe/London", 2026..2027),
        ["2026-03-29 01:00:00 0 3600 BST", "2026-10-25 01:00:00 3600 0 GMT"]
    );
    assert_eq!(
        of("Europe/Istanbul", 2016..2030),
        ["2016-03-27 01:00:00 7200 10800 EEST"],
        "the name alone is no change"
    );
    assert_eq!(of("Africa/Casablanca", 2026..2027).len(), 2, "for Ramadan");
    assert_eq!(of("UTC", 2000..2038), Vec::<String>::new());
    assert_eq!(of("Europe/London", 2026..2026), Vec::<String>::new());
}
