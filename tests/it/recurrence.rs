//! The dates of series, held against two programs that are not ours: dateutil, which knows rules but no clocks, and
//! recurring-ical-events, which reads calendars.
//!
//! Ours are those of `recurrence/rules.txt`, in London; and every recurring event of a folder of real calendars, when
//! `PROMENADE_CORPUS` names one. Where the others find something else it says below why, and what is said must be so.
use promenade::hours::Calendar;
use promenade::recurrence::{Date, Schedule, Wall};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Command;

/// What one of the others found: dates, or why there are none.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Found {
    Dates(Vec<String>),
    Nothing(String),
}

/// A series, as `recurrence/others.py` prints it.
#[derive(Deserialize)]
struct Case {
    name: String,
    zone: String,
    series: String,
    dateutil: Found,
    recurring_ical_events: Found,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Dateutil,
    RecurringIcalEvents,
    Both,
}
use Who::{Both, Dateutil, RecurringIcalEvents};

const GAP: &str = "Python gives a time that the clocks skip the offset before the change, so it is an hour later on the \
    wall; with RFC 5545 it does not take place, and is not counted";
const COUNTED: &str =
    "dateutil gives COUNT dates of the rule and the start beside them; with RFC 5545 that is the first";
const MIXED: &str =
    "dateutil takes numbered and plain weekdays for days that are both; RFC 5545 for all of them";
const WEEK: &str =
    "dateutil counts in what is left of the first week (its issue 1398); RFC 5545 in the whole week";
const UNTIL_DAY: &str = "dateutil takes a day for its midnight; calendars that people use for all of the day";

/// Where the others differ, who of them, and why.
const DIFFERENCES: &[(&str, Who, &str)] = &[
    ("2024-01-07T01:30 /2024-01-07T01:45 FREQ=WEEKLY", Both, GAP),
    ("2024-03-01T01:30 FREQ=DAILY;COUNT=60", Both, GAP),
    ("2026-03-28T12:00 +2026-03-29T01:30", Both, GAP),
    ("2026-03-29T01:30 /2026-03-29T02:30", Both, GAP),
    (
        "2026-03-29T00:30 /2026-03-29T01:30",
        RecurringIcalEvents,
        "the same of an end that the clocks skip: ours is when they resume, so the date is half an hour long",
    ),
    ("2024-01-02T18:00 FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", Both, WEEK),
    ("2024-01-05 FREQ=MONTHLY;BYDAY=1SA,FR", Both, MIXED),
    ("2026-07-18 FREQ=WEEKLY;BYDAY=MO;COUNT=3", Both, COUNTED),
    ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260720", Both, UNTIL_DAY),
    (
        "2026-07-18 FREQ=DAILY;UNTIL=20260719T230000Z",
        RecurringIcalEvents,
        "it takes the day as written, though Exchange writes the local midnight in UTC: the day before in summer",
    ),
    (
        "2026-07-18T19:30 FREQ=DAILY;UNTIL=20260717T000000Z",
        Dateutil,
        "the start was given to it by hand; a calendar that ends a series before its start has deleted it",
    ),
    (
        "2026-07-18T19:30 FREQ=DAILY;COUNT=5 -2026-07-20",
        Dateutil,
        "it takes the day for its midnight; an EXDATE that is a day means all of the day",
    ),
    (
        "event_with_recurrence.ics 0",
        RecurringIcalEvents,
        "the start has no zone and EXDATE is in UTC: it takes all for UTC, ours is the wall of London",
    ),
    (
        "issue_722_missing_timezones.ics 0",
        RecurringIcalEvents,
        "RDATE is in another zone than the start: it tells that zone's wall, of the same instant",
    ),
];

/// What of the corpus the Python side cannot hand over.
const LEFT_ASIDE: &[(&str, &str)] = &[
    ("fuzz_testcase_invalid_month.ics", "icalendar does not read it"),
    ("fuzz_testcase_vtimezone_lone_cr.ics", "icalendar does not read it"),
    ("issue_104_broken_calendar.ics", "icalendar does not read it"),
    ("issue_165_missing_event.ics 0", "the calendar brings a zone of its own, which has no name"),
    ("issue_464_invalid_rdate.ics 0", "an RDATE that is no date"),
    ("issue_466_respect_unique_timezone.ics 0", "the calendar brings a zone of its own"),
    ("issue_722_missing_timezones.ics 2", "no start"),
    ("multiple_timezones.ics 0", "an RDATE that is a time alone"),
    ("multiple_timezones.ics 1", "an RDATE that is a time alone"),
    ("multiple_timezones.ics 2", "an RDATE that is a time alone"),
    ("parsing_error.ics 1", "an EXDATE that is no date"),
    ("parsing_error_in_UTC_offset.ics", "icalendar does not read it"),
    ("rfc_5545_RDATE_example.ics 0", "no start"),
    ("rfc_5545_RDATE_example.ics 1", "no start"),
    ("rfc_5545_RDATE_example.ics 2", "no start"),
    ("rfc_5545_RDATE_example.ics 3", "no start"),
    ("rfc_5545_RDATE_example.ics 4", "no start"),
    ("rfc_5545_RDATE_example.ics 5", "no start"),
];

#[test]
fn series_have_the_dates_that_other_programs_find() {
    let python =
        std::env::var("TEST_PYTHON").expect("TEST_PYTHON is not set: run tests/run, which installs clients");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/recurrence");
    let out = Command::new(python)
        .args([format!("{folder}/others.py"), format!("{folder}/rules.txt")])
        .output()
        .unwrap();
    let errors = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.success(), "{errors}");
    let cases: Vec<Case> = String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(60 <= cases.len());

    let known: BTreeMap<&str, Who> = DIFFERENCES.iter().map(|(name, who, _)| (*name, *who)).collect();
    let mut faults: Vec<String> = known
        .keys()
        .filter(|name| !name.contains(".ics") && cases.iter().all(|case| case.name != **name))
        .map(|name| format!("{name} is not among the series"))
        .collect();
    for case in &cases {
        let ours = dates(&case.zone, &case.series);
        let differs = [
            (Dateutil, walls(&ours), &case.dateutil),
            (RecurringIcalEvents, ours, &case.recurring_ical_events),
        ]
        .map(|(who, ours, theirs)| {
            let agree = match (&ours, theirs) {
                (Found::Nothing(_), Found::Nothing(_)) => true,
                (ours, theirs) => ours == theirs,
            };
            (!agree).then(|| format!("{who:?}: {}", told(&ours, theirs)))
        });
        let expected = known.get(case.name.as_str()).copied();
        let is = match &differs {
            [None, None] => None,
            [Some(_), None] => Some(Dateutil),
            [None, Some(_)] => Some(RecurringIcalEvents),
            [Some(_), Some(_)] => Some(Both),
        };
        if is != expected {
            let differs: Vec<String> = differs.into_iter().flatten().collect();
            faults.push(format!(
                "{} ({}): {expected:?} was said\n  {}",
                case.name,
                case.series,
                differs.join("\n  ")
            ));
        }
    }
    let aside: Vec<&str> = LEFT_ASIDE.iter().map(|(name, _)| *name).collect();
    for line in errors.lines() {
        let name = line.split(':').next().unwrap_or_default();
        if !aside.contains(&name) {
            faults.push(format!("left aside: {line}"));
        }
    }
    assert!(faults.is_empty(), "{} of {} series:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// The dates of a series from 1990 to 2030, as `others.py` writes those of recurring-ical-events.
fn dates(zone: &str, series: &str) -> Found {
    let calendar = Calendar::new(zone, []).unwrap();
    let mut words = series.split(' ');
    let wall = |text: &str| Wall::parse(text).unwrap();
    let starts = wall(words.next().unwrap());
    let (mut ends, mut rule, mut added, mut except) = (None, None, vec![], vec![]);
    for word in words {
        match word.split_at(1) {
            ("/", end) => ends = Some(wall(end)),
            ("+", date) => added.push(wall(date)),
            ("-", date) => except.push(wall(date)),
            _ => rule = Some(word),
        }
    }
    let schedule = match Schedule::new(starts, ends, rule, added, except) {
        Ok(schedule) => schedule,
        Err(error) => return Found::Nothing(error.to_string()),
    };
    let window = "1990-01-01".parse().unwrap().."2031-01-01".parse().unwrap();
    let dates = schedule.dates(&calendar, window, usize::MAX);
    assert!(dates.complete, "{series}");
    let line = |date: &Date| {
        let utc = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut line = date.wall.to_string();
        let more = match (date.wall, date.ends_at) {
            (Wall::Day(_), None) => None,
            (Wall::Day(_), Some(ends)) => Some(calendar.date(ends).to_string()),
            (Wall::Time(_), None) => Some(utc(date.starts_at)),
            (Wall::Time(_), Some(ends)) => Some(format!("{} {}", utc(date.starts_at), utc(ends))),
        };
        if let Some(more) = more {
            line.push(' ');
            line.push_str(&more);
        }
        line
    };
    Found::Dates(dates.dates.iter().map(line).collect())
}

/// The walls alone: dateutil has no instants.
fn walls(found: &Found) -> Found {
    match found {
        Found::Dates(dates) => {
            Found::Dates(dates.iter().map(|date| date.split(' ').next().unwrap().to_owned()).collect())
        }
        Found::Nothing(why) => Found::Nothing(why.clone()),
    }
}

/// The first few of what only one of the two has.
fn told(ours: &Found, theirs: &Found) -> String {
    match (ours, theirs) {
        (Found::Dates(ours), Found::Dates(theirs)) => {
            let only = |these: &[String], others: &[String]| {
                let only: Vec<&str> =
                    these.iter().filter(|date| !others.contains(date)).map(String::as_str).collect();
                format!("{} {:?}", only.len(), only.get(..3).unwrap_or(&only))
            };
            format!("only ours {}, only theirs {}", only(ours, theirs), only(theirs, ours))
        }
        (ours, theirs) => {
            let short = |found: &Found| match found {
                Found::Dates(dates) => format!("{} dates", dates.len()),
                Found::Nothing(why) => why.clone(),
            };
            format!("ours {}, theirs {}", short(ours), short(theirs))
        }
    }
}
