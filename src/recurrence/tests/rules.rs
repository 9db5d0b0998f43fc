//! What rules mean.
use super::{dates, listed, london, schedule, wall, walls, window};
use crate::recurrence::Schedule;

#[test]
fn rules_select_their_dates() {
    #[rustfmt::skip]
    let cases = [
        // Every day, and every other.
        ("2026-07-18 FREQ=DAILY", "2026-07-20..2026-07-23", "2026-07-20 2026-07-21 2026-07-22"),
        ("2026-07-18 FREQ=DAILY;INTERVAL=2", "2026-07-19..2026-07-25", "2026-07-20 2026-07-22 2026-07-24"),
        ("2026-07-18T09:00 FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30", "2026-07-18..2026-07-19",
            "2026-07-18T09:00 2026-07-18T09:30 2026-07-18T14:00 2026-07-18T14:30"),
        // The window begins with the day it starts, and ends before the day it ends.
        ("2026-07-18T19:30 FREQ=WEEKLY", "2026-07-18..2026-08-01", "2026-07-18T19:30 2026-07-25T19:30"),
        ("2026-07-18T19:30 FREQ=WEEKLY;BYDAY=SA,SU", "2026-07-19..2026-08-01",
            "2026-07-19T19:30 2026-07-25T19:30 2026-07-26T19:30"),
        // A fortnight is counted from the week of the start, and where that begins is WKST.
        ("2026-08-02 FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "2026-08-01..2026-10-01",
            "2026-08-02 2026-08-11 2026-08-16 2026-08-25"),
        ("2026-08-02 FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "2026-08-01..2026-10-01",
            "2026-08-02 2026-08-04 2026-08-16 2026-08-18"),
        // COUNT is counted from the start, wherever the window is; UNTIL is the last.
        ("2026-07-18 FREQ=DAILY;COUNT=4", "2026-07-20..2027-01-01", "2026-07-20 2026-07-21"),
        ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260720T193000", "2026-07-20..2027-01-01", "2026-07-20T19:30"),
        ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260720T192959", "2026-07-19..2027-01-01", "2026-07-19T19:30"),
        // Months: what not all of them have is left out, the last is the last.
        ("2026-01-31 FREQ=MONTHLY", "2026-01-01..2026-08-01", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"),
        ("2026-01-31 FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-01..2026-05-01",
            "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
        ("2026-01-25 FREQ=MONTHLY;BYDAY=-1SU", "2026-02-01..2026-05-01", "2026-02-22 2026-03-29 2026-04-26"),
        ("2026-01-30 FREQ=MONTHLY;BYDAY=5FR", "2026-01-01..2026-08-01", "2026-01-30 2026-05-29 2026-07-31"),
        ("2026-01-13 FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-14..2027-01-01",
            "2026-02-13 2026-03-13 2026-11-13"),
        // The last working day, and the second and the last but one.
        ("2026-01-30 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01..2026-04-01",
            "2026-01-30 2026-02-27 2026-03-31"),
        ("2026-01-02 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2,-2", "2026-01-01..2026-03-01",
            "2026-01-02 2026-01-29 2026-02-03 2026-02-26"),
        // Plain and numbered weekdays in one list are all of them.
        ("2026-07-03 FREQ=MONTHLY;BYDAY=1SA,FR", "2026-07-01..2026-08-01",
            "2026-07-03 2026-07-04 2026-07-10 2026-07-17 2026-07-24 2026-07-31"),
        // Leap days, leap years only.
        ("2024-02-29 FREQ=YEARLY", "2024-01-01..2033-01-01", "2024-02-29 2028-02-29 2032-02-29"),
        ("2024-12-31 FREQ=YEARLY;BYYEARDAY=366", "2024-01-01..2033-01-01", "2024-12-31 2028-12-31 2032-12-31"),
        ("2024-03-10 FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "2024-01-01..2027-01-01", "2024-03-10 2025-03-09 2026-03-08"),
        ("2026-08-31 FREQ=YEARLY;BYMONTH=8;BYDAY=-1MO", "2026-01-01..2029-01-01", "2026-08-31 2027-08-30 2028-08-28"),
        ("2026-05-11 FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2026-01-01..2029-01-01", "2026-05-11 2027-05-17 2028-05-15"),
        ("2026-12-28 FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "2026-01-01..2038-01-01", "2026-12-28 2032-12-27 2037-12-28"),
        // The start need not match: it is a date all the same, and counts.
        ("2026-07-18 FREQ=WEEKLY;BYDAY=MO;COUNT=3", "2026-07-01..2027-01-01", "2026-07-18 2026-07-20 2026-07-27"),
        // BYSETPOS counts in the whole period of the start, not from the start on.
        ("2026-07-15 FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2026-07-01..2026-08-01", "2026-07-15 2026-07-20 2026-07-27"),
        ("2026-07-17 FREQ=MONTHLY;BYDAY=FR;BYSETPOS=3", "2026-07-01..2026-09-01", "2026-07-17 2026-08-21"),
    ];
    for (text, days, expected) in cases {
        assert_eq!(dates(&schedule(text), days), expected, "{text} in {days}");
    }
}

#[test]
fn dates_are_added_and_left_out_by_the_wall() {
    #[rustfmt::skip]
    let cases = [
        ("2026-07-18T19:30", "2026-07-18T19:30"),
        ("2026-07-18T19:30 +2026-07-19T14:00 +2026-07-17T14:00 +2026-07-18T19:30",
            "2026-07-17T14:00 2026-07-18T19:30 2026-07-19T14:00"),
        ("2026-07-18T19:30 -2026-07-18T19:30", ""),
        ("2026-07-18T19:30 -2026-07-18T19:31", "2026-07-18T19:30"),
        ("2026-07-18T19:30 FREQ=DAILY;COUNT=3 -2026-07-19T19:30", "2026-07-18T19:30 2026-07-20T19:30"),
        // One that is left out has been counted, and so has the first.
        ("2026-07-18T19:30 FREQ=DAILY;COUNT=3 -2026-07-18T19:30", "2026-07-19T19:30 2026-07-20T19:30"),
        // One that is added is not counted, unless the rule has it as well; then it is there once.
        ("2026-07-18 FREQ=DAILY;COUNT=2 +2026-07-19 +2026-07-25", "2026-07-18 2026-07-19 2026-07-25"),
        // Added and left out is left out.
        ("2026-07-18 +2026-07-25 -2026-07-25", "2026-07-18"),
        // A day leaves out all its times, and a time the day of a series of days.
        ("2026-07-18T10:00 FREQ=DAILY;COUNT=4;BYHOUR=10,15 -2026-07-18", "2026-07-19T10:00 2026-07-19T15:00"),
        ("2026-07-18 FREQ=DAILY;COUNT=3 -2026-07-19T00:00", "2026-07-18 2026-07-20"),
        ("2026-07-18 FREQ=DAILY;COUNT=3 -2026-07-19T15:00", "2026-07-18 2026-07-20"),
    ];
    for (text, expected) in cases {
        assert_eq!(dates(&schedule(text), "2026-07-01..2026-08-01"), expected, "{text}");
    }
}

#[test]
fn until_is_read_as_calendars_do_whose_kind_differs_from_the_start() {
    #[rustfmt::skip]
    let cases = [
        // In July London is an hour ahead of UTC.
        ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260719T183000Z", "2026-07-18T19:30 2026-07-19T19:30"),
        ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260719T182959Z", "2026-07-18T19:30"),
        ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260719", "2026-07-18T19:30 2026-07-19T19:30"),
        ("2026-07-18 FREQ=DAILY;UNTIL=20260719", "2026-07-18 2026-07-19"),
        ("2026-07-18 FREQ=DAILY;UNTIL=20260719T000000", "2026-07-18 2026-07-19"),
        ("2026-07-18 FREQ=DAILY;UNTIL=20260718T230000Z", "2026-07-18 2026-07-19"),
        ("2026-07-18 FREQ=DAILY;UNTIL=20260718T225959Z", "2026-07-18"),
        // How a calendar says that a series was deleted; what was added stays.
        ("2026-07-18 FREQ=DAILY;UNTIL=20260717", ""),
        ("2026-07-18T19:30 FREQ=DAILY;UNTIL=20260717T000000Z +2026-07-20T19:30", "2026-07-20T19:30"),
    ];
    for (text, expected) in cases {
        assert_eq!(dates(&schedule(text), "2026-07-01..2026-08-01"), expected, "{text}");
    }
}

#[test]
fn a_rule_is_written_one_way() {
    #[rustfmt::skip]
    let cases = [
        ("freq=weekly", "FREQ=WEEKLY"),
        ("INTERVAL=1;FREQ=WEEKLY;WKST=MO;", "FREQ=WEEKLY"),
        ("BYDAY=+1MO,-1FR, FR,FR;FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=FR,-1FR,1MO"),
        ("BYMONTHDAY=31,-1,7;COUNT=5;FREQ=MONTHLY;INTERVAL=02", "FREQ=MONTHLY;INTERVAL=2;COUNT=5;BYMONTHDAY=-1,7,31"),
        ("FREQ=DAILY;UNTIL=20261231T193000Z;WKST=SU", "FREQ=DAILY;UNTIL=20261231T193000Z;WKST=SU"),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231"),
        ("FREQ=DAILY;UNTIL=20261231T193000;BYSECOND=0", "FREQ=DAILY;UNTIL=20261231T193000"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT", "FREQ=YEARLY"),
        ("FREQ=YEARLY;BYSETPOS=-1;BYMINUTE=0;BYHOUR=2;BYYEARDAY=1;BYWEEKNO=1;BYMONTH=1",
            "FREQ=YEARLY;BYMONTH=1;BYWEEKNO=1;BYYEARDAY=1;BYHOUR=2;BYMINUTE=0;BYSETPOS=-1"),
    ];
    for (text, expected) in cases {
        let made = Schedule::new(wall("2026-07-18T19:30"), None, Some(text), vec![], vec![]).unwrap();
        assert_eq!(made.rule(), Some(expected), "{text}");
        let again = Schedule::new(wall("2026-07-18T19:30"), None, Some(expected), vec![], vec![]).unwrap();
        assert_eq!(again, made);
    }
    let days =
        Schedule::new(wall("2026-07-18"), None, Some("FREQ=DAILY;BYHOUR=9,10"), vec![], vec![]).unwrap();
    assert_eq!(days.rule(), Some("FREQ=DAILY"));
}

#[test]
fn a_limit_takes_the_first_dates_of_the_window_and_says_so() {
    let weekly = schedule("2019-01-05T10:00 FREQ=WEEKLY");
    let days = window("2026-07-18..2026-09-01");
    for (limit, count, complete) in [(0, 0, false), (1, 1, false), (6, 6, false), (7, 7, true), (8, 7, true)]
    {
        let dates = weekly.dates(&london(), days.clone(), limit);
        assert_eq!((dates.dates.len(), dates.complete), (count, complete), "{limit}");
        assert!(listed(&dates).is_empty() || listed(&dates).starts_with("2026-07-18T10:00"));
    }
    let none = schedule("2026-07-18").dates(&london(), window("2026-07-19..2026-07-20"), 0);
    assert!(none.complete);
}

#[test]
fn a_schedule_knows_its_own_dates() {
    let weekly = schedule("2026-07-18T19:30 FREQ=WEEKLY +2026-07-21T14:00 -2026-07-25T19:30");
    for (text, has) in [
        ("2026-07-18T19:30", true),
        ("2026-07-18", false),
        ("2026-07-21T14:00", true),
        ("2026-07-25T19:30", false),
        ("2026-08-01T19:30", true),
        ("2026-08-01T19:31", false),
        ("2026-07-11T19:30", false),
    ] {
        assert_eq!(weekly.has(&london(), wall(text)), has, "{text}");
    }
    assert!(weekly.recurs() && schedule("2026-07-18 +2026-07-19").recurs());
    assert!(!schedule("2026-07-18 -2026-07-19").recurs());
    let made = Schedule::new(
        wall("2026-07-18"),
        None,
        None,
        walls("2026-07-20 2026-07-19 2026-07-20"),
        walls("2026-07-22 2026-07-21 2026-07-22"),
    );
    let made = made.unwrap();
    assert_eq!(
        (made.added(), made.except()),
        (&walls("2026-07-19 2026-07-20")[..], &walls("2026-07-21 2026-07-22")[..])
    );
}
