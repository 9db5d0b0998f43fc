//! What is refused, and what is said of it.
use super::{wall, walls};
use crate::recurrence::{Schedule, Wall};
use chrono::NaiveDate;

fn refusal(starts: &str, rule: &str) -> String {
    match Schedule::new(wall(starts), None, Some(rule), vec![], vec![]) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_rule_that_is_refused_says_what_to_write_instead() {
    const WEEKDAYS: &str = "give weekdays, MO to SU, with a number before each if need be";
    const UNTIL: &str = "write 20261231, 20261231T193000 or 20261231T193000Z";
    const FREQ: &str = "give one of DAILY, WEEKLY, MONTHLY, YEARLY";
    let part = |part: &str, why: &str| format!("the rule's part {part:?} cannot be read: {why}");
    let number = |part: &str, value: &str, from: i16, to: i16| {
        format!(
            "the rule's part {part} has {value:?}: give a whole number from {from} to {to}{}",
            if from < 0 { ", but not 0" } else { "" }
        )
    };
    #[rustfmt::skip]
    let cases = [
        ("", part("FREQ=", FREQ)),
        ("FREQ=", part("FREQ=", FREQ)),
        ("INTERVAL=2", part("FREQ=", FREQ)),
        ("FREQ=INVALID_TYPE_CAUSES_ERROR", part("FREQ=INVALID_TYPE_CAUSES_ERROR", FREQ)),
        ("FREQ=HOURLY", "FREQ=HOURLY is too often: use DAILY or slower, with BYHOUR for several times a day".to_owned()),
        ("FREQ=SECONDLY;COUNT=1000000000", "FREQ=SECONDLY is too often: use DAILY or slower, with BYHOUR for several times a day".to_owned()),
        ("FREQ=DAILY;BYSECOND=1", "BYSECOND is not supported: leave it out, and let the start say the seconds".to_owned()),
        ("FREQ=DAILY;BYSECOND=0,30", "BYSECOND is not supported: leave it out, and let the start say the seconds".to_owned()),
        ("FREQ=DAILY;BYHOUR=9,10,11,12;BYMINUTE=0,15,30,45",
            "BYHOUR and BYMINUTE make 16 times a day, the limit is 12: write several events".to_owned()),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 cannot be used: give a whole number from 1 to 1000".to_owned()),
        ("FREQ=DAILY;INTERVAL=1001", "INTERVAL=1001 cannot be used: give a whole number from 1 to 1000".to_owned()),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "INTERVAL=99999999999999999999 cannot be used: give a whole number from 1 to 1000".to_owned()),
        ("FREQ=DAILY;COUNT=0", "COUNT=0 cannot be used: give a whole number from 1 to 10000, or leave it out for a series without end".to_owned()),
        ("FREQ=DAILY;COUNT=1000000000", "COUNT=1000000000 cannot be used: give a whole number from 1 to 10000, or leave it out for a series without end".to_owned()),
        ("FREQ=DAILY;COUNT=-1", "COUNT=-1 cannot be used: give a whole number from 1 to 10000, or leave it out for a series without end".to_owned()),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "the rule has COUNT and UNTIL: give one of them".to_owned()),
        ("FREQ=DAILY;UNTIL=2026-01-01", part("UNTIL=2026-01-01", UNTIL)),
        ("FREQ=DAILY;UNTIL=20260230", part("UNTIL=20260230", UNTIL)),
        ("FREQ=DAILY;UNTIL=20260101Z", part("UNTIL=20260101Z", UNTIL)),
        ("FREQ=DAILY;UNTIL=+2026011", part("UNTIL=+2026011", UNTIL)),
        ("FREQ=DAILY;UNTIL=20260101T1200", part("UNTIL=20260101T1200", UNTIL)),
        ("FREQ=DAILY;FREQ=DAILY", part("FREQ=DAILY", "it is there twice: give one list, separated by commas")),
        ("FREQ=DAILY;BYEASTER=0", part("BYEASTER=0", "there is no such part: leave it out, and write the rule without RRULE:")),
        ("RRULE:FREQ=DAILY", part("RRULE:FREQ=DAILY", "there is no such part: leave it out, and write the rule without RRULE:")),
        ("FREQ=DAILY;COUNT", part("COUNT", "write NAME=VALUE, as in FREQ=WEEKLY;BYDAY=SA")),
        ("every day", part("EVERY DAY", "write NAME=VALUE, as in FREQ=WEEKLY;BYDAY=SA")),
        ("RSCALE=HEBREW;FREQ=YEARLY", part("RSCALE=HEBREW", "only the Gregorian calendar is known: add the dates by hand")),
        ("FREQ=YEARLY;SKIP=FORWARD", part("SKIP=FORWARD", "only the Gregorian calendar is known: add the dates by hand")),
        ("FREQ=WEEKLY;WKST=1", part("WKST=1", "give one of MO to SU")),
        ("FREQ=WEEKLY;BYDAY=", part("BYDAY=", WEEKDAYS)),
        ("FREQ=WEEKLY;BYDAY=MO,", part("BYDAY=", WEEKDAYS)),
        ("FREQ=WEEKLY;BYDAY=MONDAY", part("BYDAY=MONDAY", WEEKDAYS)),
        ("FREQ=WEEKLY;BYDAY=É", part("BYDAY=É", WEEKDAYS)),
        ("FREQ=MONTHLY;BYDAY=0MO", number("BYDAY", "0", -52, 53)),
        ("FREQ=MONTHLY;BYDAY=xMO", number("BYDAY", "X", -52, 53)),
        ("FREQ=MONTHLY;BYDAY=6MO", number("BYDAY", "6", -4, 5)),
        ("FREQ=MONTHLY;BYDAY=-5MO", number("BYDAY", "-5", -4, 5)),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=-5MO", number("BYDAY", "-5", -4, 5)),
        ("FREQ=YEARLY;BYDAY=54MO", number("BYDAY", "54", -52, 53)),
        ("FREQ=YEARLY;BYMONTH=13", number("BYMONTH", "13", 1, 12)),
        ("FREQ=YEARLY;BYMONTH=5L", number("BYMONTH", "5L", 1, 12)),
        ("FREQ=MONTHLY;BYMONTHDAY=0", number("BYMONTHDAY", "0", -31, 31)),
        ("FREQ=MONTHLY;BYMONTHDAY=1,,2", number("BYMONTHDAY", "", -31, 31)),
        ("FREQ=YEARLY;BYWEEKNO=54", number("BYWEEKNO", "54", -53, 53)),
        ("FREQ=YEARLY;BYYEARDAY=-367", number("BYYEARDAY", "-367", -366, 366)),
        ("FREQ=DAILY;BYHOUR=24", number("BYHOUR", "24", 0, 23)),
        ("FREQ=DAILY;BYHOUR=-1", number("BYHOUR", "-1", 0, 23)),
        ("FREQ=DAILY;BYMINUTE=60", number("BYMINUTE", "60", 0, 59)),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=32", number("BYSETPOS", "32", -31, 31)),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", number("BYSETPOS", "0", -366, 366)),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS cannot be used with no other BY part: add what it is to choose from".to_owned()),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO cannot be used with FREQ=MONTHLY: use FREQ=YEARLY".to_owned()),
        ("FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY cannot be used with FREQ=DAILY: use FREQ=YEARLY".to_owned()),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY cannot be used with FREQ=WEEKLY: use FREQ=DAILY or FREQ=MONTHLY".to_owned()),
        ("FREQ=WEEKLY;BYDAY=1MO", "a number in BYDAY cannot be used with FREQ=WEEKLY: use FREQ=MONTHLY or FREQ=YEARLY".to_owned()),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "a number in BYDAY cannot be used with BYWEEKNO: leave the number out".to_owned()),
        ("FREQ=YEARLY;BYDAY=1MO,FR",
            "a number in BYDAY cannot be used with weekdays without a number: use FREQ=MONTHLY, add BYMONTH, or write two events".to_owned()),
    ];
    for (rule, expected) in cases {
        assert_eq!(refusal("2026-07-18T19:30", rule), expected, "{rule}");
    }
    let long = format!("FREQ=YEARLY;BYYEARDAY={}", "1,".repeat(250));
    assert_eq!(
        refusal("2026-07-18T19:30", &long),
        "a rule of 522 bytes, the limit is 500: write several events"
    );
    assert_eq!(refusal("2026-07-18T19:30:05", "FREQ=DAILY;BYSECOND=5"), "taken");
    assert_eq!(refusal("2026-07-18", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=1,2;BYSECOND=7"), "taken");
}

#[test]
fn dates_that_are_refused_say_what_to_write_instead() {
    let refusal = |starts: &str, ends: Option<&str>, added: &str, except: &str| {
        let made = Schedule::new(wall(starts), ends.map(wall), None, walls(added), walls(except));
        made.map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    };
    #[rustfmt::skip]
    let cases = [
        ("2026-07-18T19:30", Some("2026-07-18"), "", "",
            "2026-07-18 is not written as the start 2026-07-18T19:30 is: give both as days, or both as times"),
        ("2026-07-18", None, "2026-07-18 2026-07-19T10:00", "",
            "2026-07-19T10:00 is not written as the start 2026-07-18 is: give both as days, or both as times"),
        ("2026-07-18T19:30", Some("2026-07-18T19:29:59"), "", "",
            "it cannot end (2026-07-18T19:29:59) before it starts (2026-07-18T19:30)"),
        ("2026-07-18", Some("2026-07-17"), "", "", "it cannot end (2026-07-17) before it starts (2026-07-18)"),
        ("2026-07-18", Some("2026-07-18"), "", "",
            "whole days end on the day after the last: 2026-07-18 must be later than 2026-07-18"),
        ("2026-07-18T19:30", Some("2026-07-18T19:30"), "2026-07-01T10:00", "2026-07-19", "taken"),
        ("2026-07-18", Some("2026-07-19"), "", "2026-07-19T10:00", "taken"),
    ];
    for (starts, ends, added, except, expected) in cases {
        assert_eq!(refusal(starts, ends, added, except), expected, "{starts} {ends:?}");
    }
    let days =
        |count: u64| (0..count).map(|day| Wall::Day(wall("2026-07-18").date() + chrono::Days::new(day)));
    for (added, except, expected) in [
        (1000, 1000, "taken"),
        (1001, 0, "1001 dates added, the limit is 1000: write a rule, or several events"),
        (0, 1001, "1001 dates left out, the limit is 1000: write a rule, or several events"),
    ] {
        let (added, except) = (days(added).collect(), days(except).collect());
        let made = Schedule::new(wall("2026-07-18"), None, None, added, except);
        assert_eq!(made.map_or_else(|error| error.to_string(), |_| "taken".to_owned()), expected);
    }
    let day = |year| Wall::Day(NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
    let fraction = Wall::Time(day(2026).date().and_hms_milli_opt(10, 0, 0, 500).unwrap());
    for starts in [day(1899), day(2200), fraction] {
        let refused = Schedule::new(starts, None, None, vec![], vec![]).unwrap_err().to_string();
        assert!(
            refused.ends_with("cannot be used: give a year from 1900 to 2199, in whole seconds"),
            "{refused}"
        );
    }
}
