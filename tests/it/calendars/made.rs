//! Calendars that we make, read again by ourselves and by an implementation that is not ours.
use super::programme::{access, availability, event, programme, status_of_change, wall, word, written};
use super::{differences, london, origin, python, told};
use chrono::{DateTime, NaiveDate, TimeDelta};
use promenade::catalogue::Item;
use promenade::features::field::Value;
use promenade::features::schema::{change_at, event_at as at};
use promenade::features::{Event, Feature, Fields};
use promenade::formats::ics;
use promenade::hours::Calendar;
use promenade::recurrence::Wall;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

#[test]
fn others_read_of_our_calendars_the_dates_that_we_tell() {
    let items = programme();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.ics");
    std::fs::write(&path, written(&items)).unwrap();
    let theirs = python(&["2024", "2031"], &[path]);
    assert!(theirs.iter().all(|line| line[5] == "3"), "the SEQUENCE is the version");
    for item in &items {
        let uid = format!("{}@sandhaven.promenade", item.feature.id());
        let of: Vec<_> = theirs.iter().filter(|line| line[1] == uid).collect();
        let found = differences(&told(&item.feature, 2024..2031), &of);
        assert!(found.is_empty(), "{}: {found:#?}", item.feature.id());
    }
}

#[test]
fn others_read_our_zones_as_they_are() {
    let zones = [
        "Europe/Paris",
        "Europe/Dublin",
        "America/New_York",
        "Africa/Casablanca",
        "Europe/Istanbul",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Nuuk",
    ];
    let items: Vec<Item> = (1..)
        .zip(zones)
        .map(|(number, zone)| {
            let values = vec![
                (at::STARTS, Value::Wall(wall("2026-07-18T19:30"))),
                (at::TIME_ZONE, Value::Text(zone.into())),
            ];
            event(&format!("event-{number}"), values).unwrap()
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.ics");
    std::fs::write(&path, written(&items)).unwrap();
    let lines = python(&["--zones"], &[path]);
    assert_eq!(lines.len(), (zones.len() + 1) * 366 * 7);
    for line in &lines {
        let at = DateTime::parse_from_rfc3339(&line[2]).unwrap().to_utc();
        let (offset, _) = Calendar::new(&line[1], []).unwrap().offset(at);
        assert_eq!(line[3], offset.to_string(), "{} {at}", line[1]);
    }
}

#[test]
fn the_same_state_is_the_same_bytes_and_each_line_is_one() {
    let bytes = written(&programme());
    assert_eq!(bytes, written(&programme()));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.split_terminator("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
    for part in [
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n",
        "X-WR-CALNAME:What is on\r\n",
        "UID:weekly@sandhaven.promenade\r\nDTSTAMP:20240309T160000Z\r\nCREATED:20231114T221320Z\r\n",
        "SUMMARY:A\\; name\\, and\\\\more\r\n",
        "RRULE:FREQ=WEEKLY;UNTIL=20281231T235959Z\r\n",
        "EXDATE;TZID=Europe/London:20260124T193000\r\n",
        "EXDATE;TZID=Europe/London:20260329T013000\r\n",
        "DESCRIPTION:Cancelled: Storm\\, again\\n\\nLine\\nbreak\\; and\\, so on\r\n",
        "X-PROMENADE-STATUS:POSTPONED\r\nSTATUS:TENTATIVE\r\n",
        "URL:https://days.example/\r\n",
        "LOCATION:Hall\r\n",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 3, "London, Paris, Casablanca");
}

/// What is written of the event called `id`.
fn written_of(id: &str) -> String {
    let items: Vec<Item> = programme().into_iter().filter(|item| item.feature.id().as_str() == id).collect();
    let text = String::from_utf8(written(&items)).unwrap();
    let from = text.find("BEGIN:VEVENT").unwrap();
    text[from..].replace("\r\n ", "").replace("\r\n", "\n")
}

#[test]
fn what_has_one_date_is_one_vevent_that_says_what_became_of_it() {
    for (id, parts) in [
        ("off", &["DTSTART;TZID=Europe/London:20260503T100000\n", "STATUS:CANCELLED\n"][..]),
        (
            "elsewhen",
            &[
                "DTSTART;TZID=Europe/London:20260505T150000\n",
                "DTEND;TZID=Europe/London:20260505T163000\n",
                "X-PROMENADE-WAS-START;TZID=Europe/London:20260504T100000\n",
                "STATUS:CONFIRMED\n",
                "DESCRIPTION:Moved: Wedding\n",
            ],
        ),
    ] {
        let text = written_of(id);
        assert!(text.matches("BEGIN:VEVENT").count() == 1 && !text.contains("RECURRENCE-ID"), "{text}");
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    }
}

#[test]
fn a_date_for_other_people_is_said_in_words_and_for_ourselves() {
    let text = written_of("for-some");
    for part in [
        "RECURRENCE-ID;TZID=Europe/London:20260506T100000\n",
        "DESCRIPTION:Sold out.\n",
        "X-PROMENADE-AVAILABILITY:sold_out\n",
        "DESCRIPTION:Access: British Sign Language\\, relaxed.\n",
        "X-PROMENADE-ACCESS:bsl,relaxed\n",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn a_number_of_dates_that_others_would_count_otherwise_is_written_as_the_last_of_them() {
    for (id, until) in [
        ("between", "UNTIL=20260124T100000Z"),
        ("one-of-one", "UNTIL=20260101"),
        ("in-the-gap", "UNTIL=20260402T003000Z"),
        ("for-some", "COUNT=5"),
    ] {
        let text = written_of(id);
        assert!(text.contains(until), "{text}");
    }
}

/// Any event with a schedule, and changes of its dates.
fn any_event() -> BoxedStrategy<Item> {
    let rules = [
        "FREQ=DAILY;COUNT=40",
        "FREQ=WEEKLY;BYDAY=SA,SU",
        "FREQ=WEEKLY;INTERVAL=3;UNTIL=20280229",
        "FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20290101T000000Z",
        "FREQ=MONTHLY;BYMONTHDAY=29,30,31",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
        "FREQ=DAILY;BYHOUR=1,13;BYMINUTE=0,30;UNTIL=20260501T120000",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=7",
        "FREQ=DAILY;BYHOUR=1,2;COUNT=9",
    ];
    // Days about both changes of the clocks, and hours that they skip and show twice.
    let day = (select(vec!["2026-03-27", "2026-10-23", "2026-07-01", "2024-02-29"]), 0_u64..4)
        .prop_map(|(day, more)| day.parse::<NaiveDate>().unwrap() + chrono::Days::new(more));
    let wall = move |is_day: bool| {
        (day.clone(), select(vec![0, 1, 2, 12, 19, 23]), select(vec![0, 30])).prop_map(
            move |(day, hour, minute)| {
                if is_day { Wall::Day(day) } else { Wall::Time(day.and_hms_opt(hour, minute, 0).unwrap()) }
            },
        )
    };
    let zone = select(vec!["", "", "Europe/Paris", "UTC", "America/New_York"]);
    let status = select(vec!["scheduled", "scheduled", "cancelled", "postponed"]);
    (any::<bool>(), zone, status)
        .prop_flat_map(move |(is_day, zone, status)| {
            let times = (wall(is_day), option::of(1_i64..60), option::of(select(rules.to_vec())));
            let lists = (vec(wall(is_day), 0..3), vec(any::<bool>().prop_flat_map(wall.clone()), 0..3));
            let changes = vec(
                (
                    0_usize..12,
                    select(vec!["scheduled", "cancelled", "postponed"]),
                    option::of((wall(is_day), 1_i64..5)),
                    (option::of(select(vec!["good", "sold_out"])), any::<bool>()),
                ),
                0..4,
            );
            (times, lists, changes)
                .prop_map(move |(times, lists, changes)| (is_day, zone, status, times, lists, changes))
        })
        .prop_filter_map(
            "an event",
            |(is_day, zone, status, (starts, length, rule), (added, except), changes)| {
                let later = |wall: Wall, units: i64| match wall {
                    Wall::Day(day) => Wall::Day(day + TimeDelta::days(units)),
                    Wall::Time(time) => Wall::Time(time + TimeDelta::minutes(units * 30)),
                };
                // A day has no zone in a calendar; a single time that the clocks skip is put where they resume.
                let zone = if is_day { "" } else { zone };
                // What has no end is over with its day, and a single date in UTC is put on the area's.
                let length = if zone == "UTC" { length.or(Some(1)) } else { length };
                let sorted = |mut walls: Vec<Wall>| {
                    walls.sort_unstable();
                    walls.dedup();
                    Value::Walls(walls.into())
                };
                let mut values = vec![(at::STARTS, Value::Wall(starts)), word(at::EVENT_STATUS, status)];
                values.extend(is_day.then(|| word(at::AVAILABILITY, "limited")));
                values.extend(length.map(|length| (at::ENDS, Value::Wall(later(starts, length)))));
                values.extend(rule.map(|rule| (at::RRULE, Value::Text(rule.into()))));
                values.extend((!added.is_empty()).then(|| (at::RDATES, sorted(added))));
                values.extend((!except.is_empty()).then(|| (at::EXDATES, sorted(except))));
                values.extend((!zone.is_empty()).then(|| (at::TIME_ZONE, Value::Text(zone.into()))));
                let plain = event("any", values.clone())?;
                let calendar =
                    Calendar::new(if zone.is_empty() { "Europe/London" } else { zone }, []).ok()?;
                let skips = |wall: Wall| matches!(wall, Wall::Time(time) if calendar.exact(time).is_none());
                if !Event::of(&plain.feature)?.schedule().recurs() && skips(starts) {
                    return None;
                }
                let days = starts.date()..starts.date() + TimeDelta::days(1500);
                let dates = Event::of(&plain.feature)?.occurrences(&london(), days).occurrences;
                let mut records: Vec<(Wall, Fields)> = Vec::new();
                for (nth, status, moved, (places, is_signed)) in changes {
                    let Some(date) = dates.get(nth) else { continue };
                    let mut own = vec![(change_at::OCCURRENCE, Value::Wall(date.original))];
                    own.extend((status != "scheduled").then(|| status_of_change(status)));
                    own.extend(
                        (status != "scheduled").then(|| (change_at::REASON, Value::Text("Why; so".into()))),
                    );
                    if let Some((starts, length)) = moved.filter(|(starts, _)| !skips(*starts)) {
                        own.push((change_at::STARTS, Value::Wall(starts)));
                        own.push((change_at::ENDS, Value::Wall(later(starts, length))));
                    }
                    own.extend(places.map(availability));
                    own.extend(is_signed.then(|| access(&["bsl"])));
                    if 1 < own.len() && records.iter().all(|(known, _)| *known != date.original) {
                        records.push((date.original, Fields::new(own)));
                    }
                }
                records.sort_by_key(|(date, _)| *date);
                let records: Vec<Fields> = records.into_iter().map(|(_, record)| record).collect();
                values.extend((!records.is_empty()).then(|| (at::CHANGES, Value::Records(records.into()))));
                event("any", values)
            },
        )
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn what_is_written_is_read_as_the_same_dates(items in vec(any_event(), 1..3)) {
        let bytes = written(&items[..1]);
        let content = ics::read(&bytes, &origin()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        prop_assert_eq!((content.items.len(), &content.refused), (1, &vec![]), "{}", text);
        let days = || NaiveDate::from_ymd_opt(2024, 1, 1).unwrap()..NaiveDate::from_ymd_opt(2031, 1, 1).unwrap();
        // A single date in UTC is put on the area's wall, by which it is named.
        let before = Event::of(&items[0].feature).unwrap();
        let is_named = before.time_zone() != Some("UTC") || before.schedule().recurs();
        let told = |feature: &Feature| {
            let found = Event::of(feature).unwrap().occurrences(&london(), days());
            let all = found.occurrences.into_iter();
            all.map(|one| {
                // A day ends with itself, whether it is said or not.
                let ends = one.ends_at.filter(|_| !one.all_day);
                let when = (one.starts_at, ends, one.over_at, one.all_day, one.previous_start);
                let original = is_named.then_some(one.original);
                (original, when, one.status, one.reason, one.availability, one.access)
            })
            .collect::<Vec<_>>()
        };
        prop_assert_eq!(told(&items[0].feature), told(&content.items[0].feature), "{}", text);
    }
}
