//! Opening hours as tables: what is asked, when, and the answer, all on the wall clock of London.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{Calendar, OpeningHours, State};

mod clocks;
mod refusals;
mod search;

/// England's bank holidays of 2026 and of January 2027. Boxing Day 2026 is a Saturday, its substitute
/// the Monday after.
const BANK_HOLIDAYS: [&str; 9] = [
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
    "2027-01-01",
];

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a wall-clock time in a test")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant in a test")
}

fn london() -> Calendar {
    Calendar::new("Europe/London", BANK_HOLIDAYS.map(day)).expect("a zone that exists")
}

fn clacton() -> Calendar {
    london().with_position(51.79, 1.15).expect("a position on earth")
}

fn hours(text: &str) -> OpeningHours {
    OpeningHours::parse(text, &london()).expect("hours that parse")
}

fn word(open: Option<bool>) -> &'static str {
    match open {
        Some(true) => "open",
        Some(false) => "shut",
        None => "unknown",
    }
}

fn told(state: State, calendar: &Calendar) -> String {
    let until = state.until.map_or("for good".to_owned(), |until| {
        format!("until {}", calendar.local(until).format("%Y-%m-%d %H:%M"))
    });
    format!("{} {until}", word(state.open))
}

#[test]
fn ordinary_hours_open_and_shut_on_the_minute() {
    #[rustfmt::skip]
    let cases = [
        ("Mo-Su 08:00-24:00", "2026-07-18 23:59", "open until 2026-07-19 00:00"),
        ("Mo-Su 08:00-24:00", "2026-07-19 00:00", "shut until 2026-07-19 08:00"),
        ("Mo-Su 08:00-24:00", "2026-07-19 07:59", "shut until 2026-07-19 08:00"),
        ("Mo-Su 08:00-24:00", "2026-07-19 08:00", "open until 2026-07-20 00:00"),
        ("Mo-Fr 09:00-12:30,13:30-17:00", "2026-07-17 12:30", "shut until 2026-07-17 13:30"),
        ("Mo-Fr 09:00-12:30,13:30-17:00", "2026-07-17 17:00", "shut until 2026-07-20 09:00"),
        ("  Sa 10:00-16:00 ", "2026-07-18 10:00", "open until 2026-07-18 16:00"),
        ("Mo-Fr 09:00-17:00; We off", "2026-07-21 17:00", "shut until 2026-07-23 09:00"),
        ("Mo-Sa 09:00-17:00, We 18:00-20:00", "2026-07-22 17:00", "shut until 2026-07-22 18:00"),
        ("Su[1] 10:00-16:00", "2026-07-05 16:00", "shut until 2026-08-02 10:00"),
        ("Su[-1] 10:00-16:00", "2026-07-05 16:00", "shut until 2026-07-26 10:00"),
        ("Sa,Su", "2026-07-18 00:00", "open until 2026-07-20 00:00"),
    ];
    for (text, at, expected) in cases {
        let state = hours(text).state(london().instant(wall(at)));
        assert_eq!(told(state, &london()), expected, "{text} at {at}");
    }
}

#[test]
fn what_never_changes_has_no_until() {
    #[rustfmt::skip]
    let cases = [
        ("24/7", "open for good"),
        ("Mo-Su 00:00-24:00", "open for good"),
        ("10:00-10:00", "open for good"),
        ("off", "shut for good"),
        ("24/7 off", "shut for good"),
        ("24/7 closed \"demolished\"", "shut for good"),
        ("2019 Mo-Su 10:00-18:00", "shut for good"),
        ("\"by appointment\"", "unknown for good"),
        ("unknown", "unknown for good"),
    ];
    for (text, expected) in cases {
        let state = hours(text).state(utc("2026-07-18T12:00:00Z"));
        assert_eq!(told(state, &london()), expected, "{text}");
    }
}

#[test]
fn a_night_belongs_to_the_day_it_began() {
    #[rustfmt::skip]
    let cases = [
        ("22:00-02:00", "2026-07-18 23:00", "open until 2026-07-19 02:00"),
        ("22:00-02:00", "2026-07-19 01:59", "open until 2026-07-19 02:00"),
        ("22:00-02:00", "2026-07-19 02:00", "shut until 2026-07-19 22:00"),
        ("Fr-Sa 18:00-26:00", "2026-07-19 01:00", "open until 2026-07-19 02:00"),
        ("Fr-Sa 18:00-02:00", "2026-07-17 01:00", "shut until 2026-07-17 18:00"),
        ("Fr-Sa 18:00-02:00, Su 12:00-22:00", "2026-07-19 01:00", "open until 2026-07-19 02:00"),
        // The specification: `;` overwrites the whole Sunday.
        ("Fr-Sa 18:00-02:00; Su 12:00-22:00", "2026-07-19 01:00", "shut until 2026-07-19 12:00"),
    ];
    for (text, at, expected) in cases {
        let state = hours(text).state(london().instant(wall(at)));
        assert_eq!(told(state, &london()), expected, "{text} at {at}");
    }
}

#[test]
fn seasons_weeks_and_easter_follow_the_calendar() {
    let season = "easter -2 days-Oct 31 10:00-18:00";
    #[rustfmt::skip]
    let cases = [
        (season, "2026-04-02 12:00", "shut until 2026-04-03 10:00"),
        (season, "2026-10-31 17:59", "open until 2026-10-31 18:00"),
        (season, "2026-10-31 18:00", "shut until 2027-03-26 10:00"),
        ("Apr-Sep: Mo-Fr 09:00-17:00", "2026-09-30 17:00", "shut until 2027-04-01 09:00"),
        ("Nov-Feb 10:00-16:00", "2026-12-31 16:00", "shut until 2027-01-01 10:00"),
        ("2026 Jul-Aug 10:00-16:00", "2026-08-31 12:00", "open until 2026-08-31 16:00"),
        ("week 53 10:00-12:00", "2026-12-20 12:00", "shut until 2026-12-28 10:00"),
        ("week 53 10:00-12:00", "2027-01-03 11:00", "open until 2027-01-03 12:00"),
        ("week 53 10:00-12:00", "2027-01-03 12:00", "shut for good"),
        ("week 1-53/2 Mo 10:00-12:00", "2026-12-28 11:00", "open until 2026-12-28 12:00"),
        ("Feb 29 10:00-12:00", "2027-03-01 00:00", "shut until 2028-02-29 10:00"),
        ("Feb 29 10:00-12:00", "2026-02-01 00:00", "shut for good"),
        ("10:00-16:00; Dec 25-Jan 1 off", "2026-12-24 16:00", "shut until 2027-01-02 10:00"),
        ("Aug Mo[-1] 10:00-16:00", "2026-08-30 12:00", "shut until 2026-08-31 10:00"),
        ("easter +1 day 10:00-16:00", "2026-04-05 12:00", "shut until 2026-04-06 10:00"),
        ("Dec 24-26 off; 10:00-16:00", "2026-12-25 12:00", "open until 2026-12-25 16:00"),
        ("10:00-16:00; Dec 24-26 off", "2026-12-23 16:00", "shut until 2026-12-27 10:00"),
    ];
    for (text, at, expected) in cases {
        let state = hours(text).state(london().instant(wall(at)));
        assert_eq!(told(state, &london()), expected, "{text} at {at}");
    }
}

#[test]
fn bank_holidays_are_the_ones_given_and_no_others() {
    let rules = hours("Mo-Sa 09:00-17:00; PH off");
    #[rustfmt::skip]
    let cases = [
        ("2026-01-01", "New Year's Day", false),
        ("2026-04-03", "Good Friday", false),
        ("2026-04-04", "the Saturday of Easter", true),
        ("2026-04-06", "Easter Monday", false),
        ("2026-05-04", "early May", false),
        ("2026-05-25", "spring", false),
        ("2026-08-31", "summer", false),
        ("2026-08-03", "summer in Scotland", true),
        ("2026-03-17", "Saint Patrick's Day", true),
        ("2026-12-26", "Boxing Day itself, a Saturday", true),
        ("2026-12-28", "its substitute", false),
        ("2026-12-29", "the day after", true),
    ];
    for (date, name, expected) in cases {
        let noon = london().instant(wall(&format!("{date} 12:00")));
        assert_eq!(rules.state(noon).open, Some(expected), "{name}");
        let sunday_or_listed = BANK_HOLIDAYS.contains(&date);
        assert_eq!(london().is_holiday(day(date)), sunday_or_listed, "{name}");
    }
    let sundays_too = hours("PH,Su 10:00-16:00");
    let sunday_evening = london().instant(wall("2026-08-30 16:00"));
    let state = sundays_too.state(sunday_evening);
    assert_eq!(told(state, &london()), "shut until 2026-08-31 10:00");
}

#[test]
fn a_comment_is_unknown_unless_a_word_says_otherwise() {
    #[rustfmt::skip]
    let cases = [
        ("Mo-Fr 09:00-17:00; Sa \"by appointment\"", "2026-07-17 17:00", "shut until 2026-07-18 00:00"),
        ("Mo-Fr 09:00-17:00; Sa \"by appointment\"", "2026-07-18 12:00", "unknown until 2026-07-19 00:00"),
        ("Sa 10:00-12:00 open \"last entry 11:30\"", "2026-07-18 11:00", "open until 2026-07-18 12:00"),
        ("Sa 10:00-12:00 off \"filming\"; 24/7 open", "2026-07-18 11:00", "open for good"),
        ("Sa 10:00-12:00 unknown \"if dry\"", "2026-07-18 11:00", "unknown until 2026-07-18 12:00"),
        ("Sa 10:00-12:00 unknown", "2026-07-18 11:00", "unknown until 2026-07-18 12:00"),
        ("Sa open \"a\", Su open \"b || c; d\"", "2026-07-18 11:00", "open until 2026-07-20 00:00"),
        ("Mo-Fr 08:00-12:00 || \"on request\"", "2026-07-17 11:00", "open until 2026-07-17 12:00"),
        ("Mo-Fr 08:00-12:00 || \"on request\"", "2026-07-17 12:00", "unknown until 2026-07-20 08:00"),
        ("Mo 08:00-12:00 || Mo,Tu 10:00-14:00 || Mo-We unknown", "2026-07-20 12:00", "open until 2026-07-20 14:00"),
        ("Mo 08:00-12:00 || Mo,Tu 10:00-14:00 || Mo-We unknown", "2026-07-21 14:00", "unknown until 2026-07-23 00:00"),
    ];
    for (text, at, expected) in cases {
        let state = hours(text).state(london().instant(wall(at)));
        assert_eq!(told(state, &london()), expected, "{text} at {at}");
    }
}

#[test]
fn hours_of_the_sun_are_unknown_until_a_position_is_given() {
    let noon = utc("2026-06-21T12:00:00Z");
    for text in ["sunrise-sunset", "dawn-dusk", "Mo 09:00-17:00; Su 08:00-(sunset-00:30)"] {
        let state = hours(text).state(noon);
        assert_eq!(state, State { open: None, until: None }, "{text}");
    }
    // Sun at Clacton-on-Sea on the longest and shortest days, by the almanac: within three minutes.
    #[rustfmt::skip]
    let cases = [
        ("sunrise-sunset", "2026-06-21T00:00:00Z", "2026-06-21T03:35:00Z"),
        ("sunrise-sunset", "2026-06-21T12:00:00Z", "2026-06-21T20:17:00Z"),
        ("sunrise-sunset", "2026-12-21T00:00:00Z", "2026-12-21T08:00:00Z"),
        ("sunrise-sunset", "2026-12-21T12:00:00Z", "2026-12-21T15:47:00Z"),
        ("08:00-(sunset-00:30)", "2026-12-21T12:00:00Z", "2026-12-21T15:17:00Z"),
    ];
    for (text, at, expected) in cases {
        let rules = OpeningHours::parse(text, &clacton()).expect("hours that parse");
        let until = rules.state(utc(at)).until.expect("the sun moves");
        let off = (until - utc(expected)).abs();
        assert!(off <= TimeDelta::minutes(3), "{text} at {at}: {until}");
    }
}
