//! Rules that are made to cost. In a release build each takes 25 ms at most; here only that none runs away is held.
use super::{london, read, window};
use crate::recurrence::MAX_LISTED;
use std::fmt::Write;
use std::time::{Duration, Instant};

const EVER: &str = "1900-01-01..2199-12-31";

fn list(numbers: std::ops::Range<u16>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",")
}

#[test]
fn a_rule_that_asks_for_much_is_cut_short() {
    let hours = "BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11";
    let all = "BYDAY=MO,TU,WE,TH,FR,SA,SU";
    let numbered: Vec<String> =
        (1..41).flat_map(|nth| ["SA", "SU"].map(|day| format!("{nth}{day}"))).collect();
    let mut left_out = "2026-01-01 FREQ=DAILY".to_owned();
    for day in 0..1000 {
        let day = "2026-01-01".parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(day);
        write!(left_out, " -{day}").unwrap();
    }
    #[rustfmt::skip]
    let bombs = [
        // Dates that do not exist, however long one looks.
        ("1900-01-01 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30".to_owned(), 1),
        ("1900-01-01 FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30".to_owned(), 1),
        ("1900-01-01 FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30".to_owned(), 1),
        ("1900-01-01 FREQ=DAILY;INTERVAL=7;BYDAY=TU".to_owned(), 1),
        ("1900-01-01 FREQ=WEEKLY;BYDAY=MO;BYSETPOS=40".to_owned(), 1),
        (format!("1900-01-01T00:00 FREQ=DAILY;BYSETPOS=366;{hours}"), 1),
        (format!("1900-01-01 FREQ=YEARLY;BYWEEKNO={};BYMONTH=2;BYMONTHDAY=30", list(1..53)), 1),
        (format!("1900-01-01 FREQ=YEARLY;BYYEARDAY=1;BYMONTHDAY=30;BYDAY={}", numbered.join(",")), 1),
        ("1900-01-01 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10000".to_owned(), 1),
        // Dates that are rare, and are counted.
        ("1900-01-01 FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;COUNT=10000".to_owned(), 11),
        // Dates without number.
        ("1900-01-01 FREQ=DAILY".to_owned(), MAX_LISTED),
        (format!("1900-01-01T00:00 FREQ=YEARLY;{all};{hours}"), MAX_LISTED),
        (format!("1900-01-01T00:00 FREQ=YEARLY;{all};{hours};COUNT=10000"), 10_000),
        (format!("1900-01-01T00:00 FREQ=YEARLY;{all};{hours};BYSETPOS={}", list(1..90)), MAX_LISTED),
        // A thousand dates left out before the first.
        (left_out, MAX_LISTED),
    ];
    for (text, count) in bombs {
        let begun = Instant::now();
        let schedule = read(&text).unwrap();
        let dates = schedule.dates(&london(), window(EVER), usize::MAX);
        assert!(begun.elapsed() < Duration::from_secs(5), "{text} took {:?}", begun.elapsed());
        assert!(dates.dates.len().abs_diff(count) <= 1, "{text}: {}", dates.dates.len());
        let again = schedule.dates(&london(), window("2026-06-17..2028-07-18"), 500);
        assert!(again.dates.len() <= 500);
    }
}

#[test]
fn a_search_that_was_given_up_is_not_taken_for_an_end() {
    let never = read("1900-01-01 FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30").unwrap();
    // It looks at 99,999 days from the start on.
    for (days, complete) in [
        ("1900-01-01..2173-10-15", true),
        ("1900-01-01..2173-10-16", false),
        ("2150-01-01..2199-12-31", true),
    ] {
        assert_eq!(never.dates(&london(), window(days), 10).complete, complete, "{days}");
    }
    let ended = read("1900-01-01 FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=19991231").unwrap();
    assert!(!ended.dates(&london(), window(EVER), 10).complete, "nobody has looked");
}

#[test]
fn no_date_is_later_than_the_last_year() {
    let yearly = read("2190-12-31 FREQ=YEARLY").unwrap();
    let dates = yearly.dates(&london(), window("2026-01-01..9999-12-31"), 1000);
    assert_eq!((dates.dates.len(), dates.complete), (10, true));
    let nothing = yearly.dates(&london(), window("2500-01-01..9999-12-31"), 1000);
    assert_eq!((nothing.dates.len(), nothing.complete), (0, true));
    let backwards = window("2195-01-01..2194-01-01");
    assert!(yearly.dates(&london(), backwards, 1000).dates.is_empty());
    let _ = yearly.dates(&london(), chrono::NaiveDate::MIN..chrono::NaiveDate::MAX, 1000);
}
