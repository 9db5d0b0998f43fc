//! What holds of every rule.
use super::{london, wall, window};
use crate::recurrence::expand::Expander;
use crate::recurrence::rule::Rule;
use crate::recurrence::{MAX_LISTED, Schedule, Wall};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeZone};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn list(part: &'static str, numbers: std::ops::RangeInclusive<i32>) -> BoxedStrategy<String> {
    let number = numbers.prop_filter("no such day", move |number| *number != 0 || part == "BYHOUR");
    vec(number, 1..4)
        .prop_map(move |numbers| {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            format!(";{part}={}", numbers.join(","))
        })
        .boxed()
}

fn weekdays(numbers: Option<std::ops::RangeInclusive<i32>>) -> BoxedStrategy<String> {
    let day =
        (0..7_usize, numbers.map_or(Just(0).boxed(), Strategy::boxed)).prop_map(
            |(day, number)| match number {
                0 => DAYS[day].to_owned(),
                number => format!("{number}{}", DAYS[day]),
            },
        );
    vec(day, 1..4).prop_map(|days| format!(";BYDAY={}", days.join(","))).boxed()
}

fn maybe(chance: f64, part: BoxedStrategy<String>) -> BoxedStrategy<String> {
    weighted(chance, part).prop_map(Option::unwrap_or_default).boxed()
}

/// Rules of all kinds, some of which are refused; without an end.
fn rules() -> impl Strategy<Value = String> {
    let of_freq = prop_oneof![
        (
            maybe(0.4, list("BYMONTH", 1..=12)),
            maybe(0.3, list("BYMONTHDAY", -31..=31)),
            maybe(0.4, weekdays(None))
        )
            .prop_map(|(months, month_days, days)| format!("DAILY{months}{month_days}{days}")),
        (
            maybe(0.3, list("BYMONTH", 1..=12)),
            maybe(0.6, weekdays(None)),
            maybe(0.3, list("BYSETPOS", -3..=3))
        )
            .prop_map(|(months, days, positions)| format!("WEEKLY{months}{days}{positions}")),
        (
            maybe(0.3, list("BYMONTH", 1..=12)),
            maybe(0.3, list("BYMONTHDAY", -31..=31)),
            maybe(0.5, weekdays(Some(-4..=5))),
            maybe(0.3, list("BYSETPOS", -5..=5))
        )
            .prop_map(|(months, month_days, days, positions)| format!(
                "MONTHLY{months}{month_days}{days}{positions}"
            )),
        (
            maybe(0.4, list("BYMONTH", 1..=12)),
            maybe(0.3, list("BYMONTHDAY", -31..=31)),
            maybe(0.3, weekdays(Some(-4..=5))),
            maybe(0.2, list("BYYEARDAY", -366..=366)),
            maybe(0.2, list("BYSETPOS", -9..=9))
        )
            .prop_map(|(months, month_days, days, year_days, positions)| {
                format!("YEARLY{months}{month_days}{days}{year_days}{positions}")
            }),
        (list("BYWEEKNO", -53..=53), maybe(0.6, weekdays(None)))
            .prop_map(|(weeks, days)| format!("YEARLY{weeks}{days}")),
    ];
    (of_freq, 1..6_u16, of(0..7_usize), maybe(0.2, list("BYHOUR", 0..=23))).prop_map(
        |(of_freq, interval, week_start, hours)| {
            let week_start = week_start.map(|day| format!(";WKST={}", DAYS[day])).unwrap_or_default();
            format!("FREQ={of_freq};INTERVAL={interval}{week_start}{hours}")
        },
    )
}

fn starts() -> impl Strategy<Value = Wall> {
    let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
    (0..11_000_u64, of(0..24_u32)).prop_map(move |(day, hour)| {
        let day = first + Days::new(day);
        hour.map_or(Wall::Day(day), |hour| Wall::Time(day.and_hms_opt(hour, 30, 0).unwrap()))
    })
}

fn ends() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => (1..200_u32).prop_map(|count| format!(";COUNT={count}")),
        1 => (2001..2040_i32, 1..13_u32).prop_map(|(year, month)| format!(";UNTIL={year}{month:02}15")),
        1 => (2001..2040_i32, 1..13_u32).prop_map(|(year, month)| format!(";UNTIL={year}{month:02}15T003000Z")),
    ]
}

/// A schedule whose rule is taken, with dates left out and added now and then.
fn schedules() -> impl Strategy<Value = Schedule> {
    (starts(), rules(), ends(), vec(0..3000_u64, 0..4), vec(0..3000_u64, 0..4)).prop_filter_map(
        "refused",
        |(starts, rule, ends, added, except)| {
            let dates =
                |days: Vec<u64>| days.into_iter().map(|day| starts.alike(starts.time() + Days::new(day)));
            let (added, except) = (dates(added).collect(), dates(except).collect());
            Schedule::new(starts, None, Some(&format!("{rule}{ends}")), added, except).ok()
        },
    )
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (3_000..9_000_u64).prop_map(|day| NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(day))
}

/// The dates of a rule as the crate has them, from its start on and never moved.
fn unmoved(rule: &Rule, starts: Wall, until: NaiveDate) -> Vec<NaiveDateTime> {
    let utc = |time: NaiveDateTime| Tz::UTC.from_utc_datetime(&time);
    let made: RRule<Unvalidated> = rule.to_string().parse().unwrap();
    let set = RRuleSet::new(utc(starts.time())).rrule(made.validate(utc(starts.time())).unwrap());
    set.into_iter().map(|date| date.naive_utc()).take_while(|date| date.date() < until).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn dates_are_in_order_each_once_and_in_the_window(schedule in schedules(), one in days(), other in days()) {
        let days = one.min(other)..one.max(other);
        let dates = schedule.dates(&london(), days.clone(), MAX_LISTED);
        prop_assert!(dates.complete);
        prop_assert!(dates.dates.is_sorted_by(|one, next| one.wall < next.wall && one.starts_at < next.starts_at));
        for date in &dates.dates {
            prop_assert!(days.contains(&date.wall.date()));
            prop_assert!(!schedule.except().contains(&date.wall));
            prop_assert_eq!(london().local(date.starts_at), date.wall.time());
            prop_assert!(date.starts_at <= date.over_at);
        }
        for added in schedule.added().iter().filter(|added| days.contains(&added.date())) {
            let is_there = dates.dates.iter().any(|date| date.wall == *added) || dates.skipped.contains(added);
            prop_assert!(is_there || schedule.except().contains(added));
        }
    }

    #[test]
    fn a_window_has_the_dates_of_its_parts(schedule in schedules(), mut cuts in [days(), days(), days()]) {
        cuts.sort();
        let [from, between, to] = cuts;
        let dates = |days| schedule.dates(&london(), days, MAX_LISTED);
        let (whole, first, second) = (dates(from..to), dates(from..between), dates(between..to));
        prop_assert_eq!(whole.dates, [first.dates, second.dates].concat());
        prop_assert_eq!(whole.skipped, [first.skipped, second.skipped].concat());
    }

    #[test]
    fn a_limit_gives_the_first_of_them(schedule in schedules(), days in days(), limit in 0..20_usize) {
        let days = days..days + Days::new(2000);
        let all = schedule.dates(&london(), days.clone(), MAX_LISTED).dates;
        let some = schedule.dates(&london(), days, limit);
        prop_assert_eq!(some.complete, all.len() <= limit);
        prop_assert_eq!(&some.dates[..], &all[..limit.min(all.len())]);
    }

    #[test]
    fn a_schedule_is_what_its_text_says(schedule in schedules()) {
        let again = Schedule::new(
            schedule.starts(), schedule.ends(), schedule.rule(), schedule.added().to_vec(), schedule.except().to_vec(),
        );
        prop_assert_eq!(again.as_ref(), Ok(&schedule));
    }

    /// Whether whole periods before the window are left out makes no difference; nor that the crate is kept 7,600 years
    /// ahead, that it begins with a whole period, and that all is said which it would take from the start.
    #[test]
    fn a_rule_has_the_dates_that_it_has_from_its_start_on(starts in starts(), text in rules(), from in days()) {
        // Known to be wrong from the start on: see `expand`.
        let is_wrong = text.contains("WEEKLY") && text.contains("BYSETPOS");
        let Ok(rule) = Rule::read(&text, starts) else { return Ok(()) };
        let is_mixed = rule.days.iter().any(|day| day.nth.is_some()) && rule.days.iter().any(|day| day.nth.is_none());
        prop_assume!(!is_wrong && !is_mixed);
        let to = from.max(starts.date()) + Days::new(3000);
        let expander = Expander::new(&rule, starts).unwrap();
        let within = |date: &NaiveDateTime| starts.time() <= *date && from <= date.date();
        let moved: Vec<_> = expander
            .dates(&rule, starts.date(), from)
            .take_while(|date| date.date() < to)
            .filter(within)
            .collect();
        let whole: Vec<_> = unmoved(&rule, starts, to).into_iter().filter(within).collect();
        prop_assert_eq!(moved, whole);
    }

    /// The same for a week of which BYSETPOS chooses, against what RFC 5545 says: count in the week.
    #[test]
    fn a_position_is_counted_in_the_whole_week(
        starts in starts(), week_start in 0..7_usize, days in vec(0..7_usize, 1..5), position in 1..5_usize, from_end: bool,
    ) {
        let names: Vec<&str> = days.iter().map(|day| DAYS[*day]).collect();
        let sign = if from_end { "-" } else { "" };
        let text = format!("FREQ=WEEKLY;WKST={};BYDAY={};BYSETPOS={sign}{position}", DAYS[week_start], names.join(","));
        let rule = Rule::read(&text, starts).unwrap();
        let to = starts.date() + Days::new(60);
        let found: Vec<_> = Expander::new(&rule, starts)
            .unwrap()
            .dates(&rule, starts.date(), starts.date())
            .map(|date| date.date())
            .take_while(|date| *date < to)
            .filter(|date| starts.date() <= *date)
            .collect();
        let monday = |date: &NaiveDate| date.weekday().num_days_from_monday() as usize;
        let chosen = starts.date().iter_days().take_while(|date| *date < to).filter(|date| {
            let first = *date - Days::new(((monday(date) + 7 - week_start) % 7) as u64);
            let mut week: Vec<_> = first.iter_days().take(7).filter(|date| days.contains(&monday(date))).collect();
            if from_end {
                week.reverse();
            }
            week.get(position - 1) == Some(date)
        });
        prop_assert_eq!(found, chosen.collect::<Vec<_>>());
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", parts in "(FREQ=(DAILY|YEARLY|MONTHLY|WEEKLY))?[A-Z0-9=;,+-]{0,60}") {
        for text in [text, parts] {
            if let Ok(schedule) = Schedule::new(wall("2026-07-18T19:30"), None, Some(&text), vec![], vec![]) {
                let _ = schedule.dates(&london(), window("2026-01-01..2027-01-01"), 100);
            }
        }
    }
}

#[test]
fn the_calendar_repeats_itself_after_four_hundred_years() {
    let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
    for day in day.iter_days().take(110_000) {
        let later = day + Days::new(7_600 / 400 * 146_097);
        assert_eq!(
            (later.year() - 7_600, later.month(), later.day(), later.weekday(), later.iso_week().week()),
            (day.year(), day.month(), day.day(), day.weekday(), day.iso_week().week())
        );
    }
}
