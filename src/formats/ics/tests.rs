//! What comes of calendars: tables.
use super::read;
use crate::catalogue::{FeedContent, FeedItem, FeedNote};
use crate::features::Fields;
use crate::features::field::Value;
use crate::features::schema::{change_at, event_at as at};
use crate::formats::feed::Origin;
use crate::ids::FeatureId;
use std::fmt::Write;

fn origin() -> Origin {
    let feed = FeatureId::new("theirs").unwrap();
    Origin { feed, organisation: None, time_zone: "Europe/London".to_owned() }
}

/// The calendar of these VEVENTs, whose properties are separated by ` | `. What is not said of UID and SUMMARY is made.
fn calendar(events: &[&str]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\n".to_owned();
    for event in events {
        text.push_str("BEGIN:VEVENT\r\n");
        for (name, value) in [("UID", "a"), ("SUMMARY", "A")] {
            if !event.contains(name) {
                write!(text, "{name}:{value}\r\n").unwrap();
            }
        }
        for property in event.split(" | ") {
            write!(text, "{property}\r\n").unwrap();
        }
        text.push_str("END:VEVENT\r\n");
    }
    text + "END:VCALENDAR\r\n"
}

fn content(text: &str) -> FeedContent {
    read(text.as_bytes(), &origin()).unwrap()
}

fn shown(fields: &Fields, numbers: &[(usize, &str)]) -> String {
    let mut out = String::new();
    for (number, name) in numbers {
        let value = match fields.get(*number) {
            None => continue,
            Some(Value::Wall(wall)) => wall.to_string(),
            Some(Value::Walls(walls)) => walls.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            Some(Value::Text(text)) => text.to_string(),
            Some(Value::Choice(word)) => (*word).to_owned(),
            Some(other) => format!("{other:?}"),
        };
        write!(out, "{name}{value} ").unwrap();
    }
    out.trim_end().to_owned()
}

/// When an item is, in short.
fn dates(item: &FeedItem) -> String {
    let fields = item.feature.fields();
    let mut out = shown(
        fields,
        &[
            (at::STARTS, ""),
            (at::ENDS, "to "),
            (at::TIME_ZONE, "in "),
            (at::RRULE, ""),
            (at::RDATES, "and "),
            (at::EXDATES, "not "),
        ],
    );
    if fields.text(at::EVENT_STATUS) != Some("scheduled") {
        out += &shown(fields, &[(at::EVENT_STATUS, " "), (at::EVENT_STATUS_REASON, "since ")]);
    }
    if let Some(Value::Records(changes)) = fields.get(at::CHANGES) {
        for change in changes {
            let numbers = [
                (change_at::OCCURRENCE, ""),
                (change_at::EVENT_STATUS, ""),
                (change_at::STARTS, "at "),
                (change_at::ENDS, "to "),
                (change_at::REASON, "since "),
            ];
            write!(out, "; {}", shown(change, &numbers)).unwrap();
        }
    }
    out
}

fn notes(notes: &[FeedNote]) -> Vec<String> {
    notes.iter().map(|note| format!("{}: {}", note.at, note.what)).collect()
}

#[test]
fn a_vevent_is_when_it_says() {
    for (event, when) in [
        (
            "DTSTART;TZID=Europe/London:20260718T193000 | DTEND;TZID=Europe/London:20260718T213000",
            "2026-07-18T19:30 to 2026-07-18T21:30",
        ),
        ("DTSTART:20260718T193000 | DURATION:PT2H", "2026-07-18T19:30 to 2026-07-18T21:30"),
        ("DTSTART:20260718T193000", "2026-07-18T19:30"),
        ("DTSTART;VALUE=DATE:20260718", "2026-07-18 to 2026-07-19"),
        ("DTSTART;VALUE=DATE:20260718 | DTEND;VALUE=DATE:20260720", "2026-07-18 to 2026-07-20"),
        ("DTSTART;VALUE=DATE:20260718 | DTEND;VALUE=DATE:20260718", "2026-07-18 to 2026-07-19"),
        ("DTSTART;VALUE=DATE:20260718T000000 | DURATION:P2D", "2026-07-18 to 2026-07-20"),
        // UTC: a single date is put on the area's wall, unless that cannot say when it is; a series stays.
        ("DTSTART:20260718T183000Z | DTEND:20260718T203000Z", "2026-07-18T19:30 to 2026-07-18T21:30"),
        ("DTSTART:20261025T003000Z", "2026-10-25T01:30"),
        ("DTSTART:20261025T013000Z", "2026-10-25T01:30 in UTC"),
        ("DTSTART:20261025T003000Z | DTEND:20261025T010000Z", "2026-10-25T00:30 to 2026-10-25T01:00 in UTC"),
        ("DTSTART:20260718T183000Z | RRULE:FREQ=WEEKLY", "2026-07-18T18:30 in UTC FREQ=WEEKLY"),
        // Skipped by the clocks: by the offset before.
        ("DTSTART:20260329T013000", "2026-03-29T02:30"),
        ("DTSTART;TZID=GMT Standard Time:20260718T193000", "2026-07-18T19:30"),
        (
            "DTSTART;TZID=\"/mozilla.org/20050126_1/Europe/Berlin\":20260718T193000 | DTEND:20260718T183000Z",
            "2026-07-18T19:30 to 2026-07-18T20:30 in Europe/Berlin",
        ),
        ("dtstart:20260718T193000 | rrule:FREQ=DAILY;COUNT=3", "2026-07-18T19:30 FREQ=DAILY;COUNT=3"),
        (
            "DTSTART:20260718T193000 | RDATE:20260801T193000,20260725T183000Z | RDATE;VALUE=PERIOD:20260802T193000/PT1H | RDATE:",
            "2026-07-18T19:30 and 2026-07-25T19:30,2026-08-01T19:30,2026-08-02T19:30; \
             2026-08-02T19:30 at 2026-08-02T19:30 to 2026-08-02T20:30",
        ),
        (
            "DTSTART:20260718T193000 | RRULE:FREQ=DAILY | EXDATE:20260719T193000,20260720T183000Z | EXDATE;VALUE=DATE:20260722",
            "2026-07-18T19:30 FREQ=DAILY not 2026-07-19T19:30,2026-07-20T19:30,2026-07-22",
        ),
        (
            "DTSTART;VALUE=DATE:20260718 | RRULE:FREQ=DAILY | EXDATE:20260719T000000",
            "2026-07-18 to 2026-07-19 FREQ=DAILY not 2026-07-19",
        ),
        (
            "DTSTART:20260718T193000 | STATUS:CANCELLED | COMMENT:Storm\\, again",
            "2026-07-18T19:30 cancelled since Storm, again",
        ),
        ("DTSTART:20260718T193000 | STATUS:TENTATIVE", "2026-07-18T19:30"),
        (
            "DTSTART:20260718T193000 | STATUS:TENTATIVE | X-PROMENADE-STATUS:POSTPONED",
            "2026-07-18T19:30 postponed",
        ),
    ] {
        let FeedContent { items, refused, .. } = content(&calendar(&[event]));
        assert_eq!(
            (items.iter().map(dates).collect::<Vec<_>>(), refused),
            (vec![when.to_owned()], vec![]),
            "{event}"
        );
    }
}

#[test]
fn a_vevent_that_cannot_be_one_of_ours_is_refused_with_its_line() {
    for (event, why) in [
        ("SUMMARY:No start", "DTSTART is missing"),
        ("DTSTART:tomorrow", "DTSTART on line 5: `tomorrow` is not a day or a time"),
        ("DTSTART:20260718T193000 | DTSTART:20260718T193000", "there is one already"),
        (
            "DTSTART:20260718T193000 | DTEND:20260718T183000",
            "it cannot end (2026-07-18T18:30) before it starts",
        ),
        ("DTSTART:20260718T193000 | DTEND;VALUE=DATE:20260719", "is not written as the start"),
        ("DTSTART:20260718T193000 | DURATION:-PT1H", "`-PT1H` is not a length"),
        ("DTSTART;VALUE=DATE:20260718 | DURATION:PT1H", "whole days"),
        ("DTSTART;TZID=Nowhere:20260718T193000", "the zone `Nowhere` is not known"),
        ("DTSTART:18260718T193000", "give a year from 1900"),
        ("DTSTART:20260718T193000 | RRULE:FREQ=SECONDLY", "too often"),
        ("DTSTART:20260718T193000 | RRULE:FREQ=DAILY;COUNT=1000000000", "COUNT=1000000000 cannot be used"),
        ("DTSTART:20260718T193000 | RRULE:FREQ=DAILY | RRULE:FREQ=WEEKLY", "RRULE on line 7: there is one"),
        ("DTSTART:20260718T193000 | EXRULE:FREQ=DAILY", "EXRULE on line 6"),
        ("DTSTART:20260718T193000 | RDATE;VALUE=DATE:20260719", "is not written as the start"),
        ("DTSTART:20260718T193000 | RRULE:FREQ=DAILY | EXDATE:2026", "EXDATE on line 7: `2026`"),
        ("DTSTART:20260718T193000 | CLASS:PRIVATE", "not meant for everybody"),
        ("DTSTART:20260718T193000 | SUMMARY:\\n", "SUMMARY is missing"),
        ("DTSTART:20260718T193000 | BEGIN:VEVENT | UID:b", "its END:VEVENT is missing"),
    ] {
        let FeedContent { refused, .. } = content(&calendar(&[event]));
        let refused = notes(&refused);
        assert!(refused.len() == 1 + usize::from(event.contains("BEGIN")), "{event}: {refused:?}");
        assert!(refused[0].starts_with("line 2: ") && refused[0].contains(why), "{event}: {refused:?}");
    }
}

#[test]
fn what_is_said_of_a_date_of_a_series_is_a_change_of_it() {
    const WEEKLY: &str =
        "DTSTART;TZID=Europe/London:20260718T193000 | DURATION:PT2H | RRULE:FREQ=WEEKLY | SEQUENCE:3";
    const SERIES: &str = "2026-07-18T19:30 to 2026-07-18T21:30 FREQ=WEEKLY";
    for (change, when, refused) in [
        (
            "RECURRENCE-ID:20260725T183000Z | STATUS:CANCELLED | COMMENT:Storm",
            "; 2026-07-25T19:30 cancelled since Storm",
            "",
        ),
        ("RECURRENCE-ID;VALUE=DATE:20260725 | STATUS:CANCELLED", "; 2026-07-25T19:30 cancelled", ""),
        (
            "RECURRENCE-ID:20260725T193000 | DTSTART:20260726T193000 | DTEND:20260726T213000",
            "; 2026-07-25T19:30 at 2026-07-26T19:30 to 2026-07-26T21:30",
            "",
        ),
        (
            "RECURRENCE-ID:20260725T193000 | DTSTART:20260725T193000 | DURATION:PT3H",
            "; 2026-07-25T19:30 at 2026-07-25T19:30 to 2026-07-25T22:30",
            "",
        ),
        (
            "RECURRENCE-ID:20260725T193000 | DTSTART;VALUE=DATE:20260725",
            "; 2026-07-25T19:30 at 2026-07-25 to 2026-07-26",
            "",
        ),
        (
            "RECURRENCE-ID:20260725T193000 | X-PROMENADE-STATUS:POSTPONED | STATUS:TENTATIVE",
            "; 2026-07-25T19:30 postponed",
            "",
        ),
        (
            "RECURRENCE-ID:20260725T193000 | DTSTART:20260725T193000 | DTEND:20260725T213000 | SUMMARY:B",
            "",
            "",
        ),
        (
            "RECURRENCE-ID:20260725T193000 | DTSTART:what",
            " not 2026-07-25T19:30",
            "so 2026-07-25T19:30 is left out",
        ),
        ("RECURRENCE-ID:20260726T193000 | STATUS:CANCELLED", "", ""),
        (
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20260725T193000 | DTSTART:20260725T203000",
            "-",
            "every later date would be wrong",
        ),
    ] {
        for events in [[WEEKLY, change], [change, WEEKLY]] {
            let FeedContent { items, refused: notes_of, altered, .. } = content(&calendar(&events));
            let when: Vec<String> = if when == "-" { vec![] } else { vec![format!("{SERIES}{when}")] };
            assert_eq!(items.iter().map(dates).collect::<Vec<_>>(), when, "{change}: {altered:?}");
            let notes_of = notes(&notes_of);
            assert_eq!(notes_of.is_empty(), refused.is_empty(), "{change}: {notes_of:?}");
            assert!(
                notes_of.is_empty() || notes_of.iter().any(|note| note.contains(refused)),
                "{notes_of:?}"
            );
        }
    }
}

#[test]
fn a_change_of_what_is_not_there_is_an_event_of_its_own() {
    let alone = "RECURRENCE-ID:20260725T193000 | DTSTART:20260726T200000 | RRULE:FREQ=DAILY";
    let weekly = "DTSTART:20260718T193000 | RRULE:FREQ=WEEKLY";
    let other = "RECURRENCE-ID:20260726T193000 | DTSTART:20260727T193000";
    let read = content(&calendar(&[alone, "UID:b | DTSTART:20260719T193000"]));
    let found: Vec<_> = read.items.iter().map(|item| (item.external_id.as_str(), dates(item))).collect();
    assert_eq!(
        found,
        [("a#20260725T193000", "2026-07-26T20:00".to_owned()), ("b", "2026-07-19T19:30".to_owned())]
    );
    let read = content(&calendar(&[weekly, other]));
    let found: Vec<_> = read.items.iter().map(|item| (item.external_id.as_str(), dates(item))).collect();
    assert_eq!(
        found,
        [
            ("a#20260726t1930", "2026-07-27T19:30".to_owned()),
            ("a", "2026-07-18T19:30 FREQ=WEEKLY".to_owned())
        ]
    );
    assert_eq!(notes(&read.altered), ["line 8: 2026-07-26T19:30 is no date of line 2: taken by itself"]);
}

#[test]
fn of_two_of_one_uid_the_higher_sequence_is_taken_and_the_first_of_equals() {
    let of = |sequence: i64, hour: u8| format!("DTSTART:20260718T{hour}0000 | SEQUENCE:{sequence}");
    for (first, second, taken, left) in
        [(1, 2, "2026-07-18T11:00", 2), (2, 2, "2026-07-18T10:00", 8), (3, 2, "2026-07-18T10:00", 8)]
    {
        let FeedContent { items, refused, .. } = content(&calendar(&[&of(first, 10), &of(second, 11)]));
        assert_eq!(items.iter().map(dates).collect::<Vec<_>>(), [taken]);
        assert_eq!(refused.iter().map(|note| note.at.clone()).collect::<Vec<_>>(), [format!("line {left}")]);
    }
}

#[test]
fn texts_places_and_kinds_are_taken() {
    let event = "DTSTART:20260718T193000 | SUMMARY:A\\, B\\nC | DESCRIPTION:One\\nTwo | LOCATION:Hall\\; upstairs \
                 | URL:https://example.org/a?b=1 | GEO:51.79;1.15 | CATEGORIES:Odd,Live Music";
    let FeedContent { items, altered, .. } = content(&calendar(&[event]));
    let feature = &items[0].feature;
    let of = |number| feature.fields().text(number).unwrap_or_default();
    assert_eq!((feature.name(), of(at::DESCRIPTION)), ("A, B C", "One\nTwo"));
    assert_eq!((of(at::VENUE_NAME), of(at::URL)), ("Hall; upstairs", "https://example.org/a?b=1"));
    assert_eq!((of(at::CATEGORY), of(at::FEED), of(at::PUBLICATION)), ("music", "theirs", "published"));
    assert_eq!(feature.position().map(|position| (position.lat(), position.lon())), Some((51.79, 1.15)));
    assert_eq!((items[0].at.as_str(), altered), ("line 2", vec![]));
    let event = "DTSTART:20260718T193000 | UID: | URL:http://example.org | GEO:0;0 | SEQUENCE:x | STATUS:DONE | SUMMARY:B \
                 | BEGIN:VALARM | SUMMARY:Alarm | END:VALARM";
    let FeedContent { items, altered, .. } = content(&calendar(&[event]));
    assert_eq!((items[0].external_id.as_str(), items[0].feature.name()), ("20260718T193000 B", "B"));
    let altered = notes(&altered).join("\n");
    for said in [
        "UID is missing",
        "no https address",
        "GEO `0;0`",
        "SEQUENCE `x`",
        "STATUS `DONE`",
        "VALARM is no event",
    ] {
        assert!(altered.contains(said), "{said}: {altered}");
    }
}

#[test]
fn what_is_no_whole_calendar_is_refused_as_one() {
    let deep = "BEGIN:X\n".repeat(20);
    for (text, at, why) in [
        (&b""[..], "line 1", "it is empty"),
        (b"<!DOCTYPE html>\n<html>", "line 1", "a page"),
        (b"{\"@context\": 1}", "line 1", "JSON"),
        (b"name,date\n", "line 1", "does not begin with BEGIN"),
        (b"UID:1\n", "line 1", "does not begin with BEGIN"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "line 1", "cut short"),
        (b"BEGIN:VCALENDAR\nX:\xE9\nEND:VCALENDAR\n", "line 2", "not UTF-8"),
        (b"\xFF\xFEB\0E\0", "line 1", "not UTF-8"),
        (deep.as_bytes(), "line 17", "deep"),
    ] {
        let note = read(text, &origin()).unwrap_err();
        assert!(note.at == at && note.what.contains(why), "{note:?}");
    }
    let events = "BEGIN:VEVENT\nEND:VEVENT\n".repeat(super::MAX_EVENTS + 1);
    assert!(read(events.as_bytes(), &origin()).unwrap_err().what.contains("more than 20000 VEVENTs"));
    for lines in ["A:1\n", "A:1\n 2\n", "\n "] {
        let text = format!("BEGIN:VCALENDAR\n{}", lines.repeat(700_000));
        let note = read(text.as_bytes(), &origin()).unwrap_err();
        assert!(note.what.contains("more than 400000 lines"), "{note:?}");
    }
    let long = vec![b' '; super::MAX_BYTES + 1];
    assert!(read(&long, &origin()).unwrap_err().what.contains("bytes"));
}

#[test]
fn calendars_say_what_holds_for_all_of_theirs() {
    let event = "BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20260718T193000\nEND:VEVENT\nEND:VCALENDAR\n";
    let of = |said: &str| content(&format!("BEGIN:VCALENDAR\n{said}\n{event}"));
    assert_eq!(dates(&of("X-WR-TIMEZONE:Europe/Paris").items[0]), "2026-07-18T19:30 in Europe/Paris");
    let series = event.replace("00\n", "00Z\nRRULE:FREQ=DAILY\n");
    let series = content(&format!("BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Paris\n{series}"));
    assert_eq!(dates(&series.items[0]), "2026-07-18T21:30 in Europe/Paris FREQ=DAILY");
    assert_eq!(dates(&of("METHOD:CANCEL").items[0]), "2026-07-18T19:30 cancelled");
    assert!(of("CALSCALE:JULIAN").refused[0].what.contains("`JULIAN`"));
    let unknown = of("X-WR-TIMEZONE:Mars");
    assert_eq!((dates(&unknown.items[0]).as_str(), unknown.altered.len()), ("2026-07-18T19:30", 1));
}
