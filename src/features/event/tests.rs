//! What an event may be, and what becomes of its dates: tables.
use super::*;
use crate::features::Status;
use crate::hours::Calendar;
use std::ops::Range;

const NOON: &str = "2026-07-18T12:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(text: &str) -> FeatureId {
    FeatureId::new(text).unwrap()
}

fn wall_of(text: &str) -> Wall {
    Wall::parse(text).unwrap()
}

/// A show that begins then, with these values of other fields.
fn show(starts: &str, others: &[(usize, &str)]) -> Feature {
    let kind = |number: usize| &schema::fields(Collection::Events)[number].kind;
    let of_text = |(number, text): &(usize, &str)| {
        let list = || kind(*number).words(text.split(','));
        (*number, kind(*number).text(text).or_else(|_| list()).unwrap())
    };
    let known = [(at::NAME, "Show"), (at::CATEGORY, "theatre"), (at::STARTS, starts)];
    let fields = Fields::new(Event::drafted(None).into_iter().chain(known.iter().chain(others).map(of_text)));
    Feature::new(id("show"), Collection::Events, None, None, Status::Active, fields).unwrap()
}

fn london() -> Calendar {
    Calendar::new("Europe/London", []).unwrap()
}

#[test]
fn every_move_from_every_stage_is_as_the_table_has_it() {
    use EventStatus::{Cancelled, Postponed, Scheduled};
    use Publication::{Archived, Draft, Published};
    let now = at(NOON);
    let (later, past) = (at("2026-07-19T12:00:00Z"), at("2026-07-18T11:59:59Z"));
    let all = [
        Move::Publish,
        Move::PublishAt(later),
        Move::PublishAt(now),
        Move::Unschedule,
        Move::Cancel,
        Move::Postpone,
        Move::Reinstate,
        Move::Archive,
        Move::Restore,
    ];
    let stage = |publication, publish_at, status| Stage { publication, publish_at, status };
    let draft = Err(IllegalMove::Draft);
    let published = Err(IllegalMove::Published);
    let archived = Err(IllegalMove::Archived);
    for (publication, publish_at) in
        [(Draft, None), (Draft, Some(later)), (Published, None), (Archived, None)]
    {
        for status in [Scheduled, Cancelled, Postponed] {
            let shown = Ok(stage(Published, None, status));
            let held = Ok(stage(publication, publish_at, status));
            let said = |status| Ok(stage(Published, None, status));
            let waits = |publish_at| Ok(stage(Draft, publish_at, status));
            let want = match publication {
                Draft => [
                    shown,
                    waits(Some(later)),
                    Err(IllegalMove::Past(now)),
                    waits(None),
                    draft,
                    draft,
                    draft,
                    draft,
                    draft,
                ],
                Published => [
                    shown,
                    published,
                    published,
                    published,
                    said(Cancelled),
                    said(Postponed),
                    said(Scheduled),
                    Ok(stage(Archived, None, status)),
                    held,
                ],
                Archived => {
                    [archived, archived, archived, archived, archived, archived, archived, held, shown]
                }
            };
            for (step, want) in all.into_iter().zip(want) {
                let from = stage(publication, publish_at, status);
                assert_eq!(next(from, step, now), want, "{from:?} {step:?}");
                // A move made twice comes to what it came to once.
                if let Ok(state) = want {
                    assert_eq!(next(state, step, now), want, "{from:?} {step:?}, twice");
                }
            }
        }
    }
    let waiting = stage(Draft, Some(later), Scheduled);
    assert_eq!(next(waiting, Move::PublishAt(past), now), Err(IllegalMove::Past(past)));
}

#[test]
fn when_it_was_published_is_said_once_and_a_reason_stays_until_another_is_given() {
    let step = |to, reason: Option<&str>| Step { to, reason: reason.map(Into::into) };
    let mut feature = show("2026-07-18T19:30", &[]);
    let instant = |feature: &Feature| Event::of(feature).unwrap().published_at();
    for (now, step, published_at, reason) in [
        ("2026-07-18T12:00:00Z", step(Move::PublishAt(at("2026-07-18T13:00:00Z")), None), "13:00", None),
        // Written down late: as of when it was due.
        ("2026-07-18T14:00:00Z", step(Move::Publish, None), "13:00", None),
        ("2026-07-18T15:00:00Z", step(Move::Publish, None), "13:00", None),
        ("2026-07-18T15:00:00Z", step(Move::Postpone, Some("Fog")), "13:00", Some("Fog")),
        ("2026-07-18T15:00:00Z", step(Move::Postpone, None), "13:00", Some("Fog")),
        ("2026-07-18T15:00:00Z", step(Move::Cancel, None), "13:00", None),
        ("2026-07-18T15:00:00Z", step(Move::Cancel, Some("Storm")), "13:00", Some("Storm")),
        ("2026-07-18T16:00:00Z", step(Move::Archive, None), "13:00", Some("Storm")),
        ("2026-07-18T17:00:00Z", step(Move::Restore, None), "13:00", Some("Storm")),
        ("2026-07-18T17:00:00Z", step(Move::Reinstate, None), "13:00", None),
    ] {
        feature = Event::of(&feature).unwrap().after(&step, at(now)).unwrap();
        let due = at(&format!("2026-07-18T{published_at}:00Z"));
        assert_eq!(instant(&feature), Some(due), "{now} {step:?}");
        assert_eq!(feature.fields().text(at::EVENT_STATUS_REASON), reason, "{now} {step:?}");
    }
}

#[test]
fn what_is_said_of_a_date_is_kept_beside_what_was_and_taken_back_leaves_nothing() {
    use EventStatus::{Cancelled, Postponed, Rescheduled, Scheduled};
    let weekly = show("2026-07-18T19:30", &[(at::ENDS, "2026-07-18T22:00"), (at::RRULE, "FREQ=WEEKLY")]);
    let status = |status, reason: Option<&str>| OccurrenceChange {
        status: Some((status, reason.map(Into::into))),
        ..OccurrenceChange::default()
    };
    let moved = |starts: &str, ends: Option<&str>| OccurrenceChange {
        moved: Some((wall_of(starts), ends.map(wall_of), None)),
        ..OccurrenceChange::default()
    };
    let left = |word: Option<&'static str>| OccurrenceChange {
        availability: Some(word.map(Value::Choice)),
        ..OccurrenceChange::default()
    };
    let of = wall_of("2026-07-25T19:30");
    let mut feature = weekly.clone();
    for (change, want, starts_at, reason, kept) in [
        (status(Cancelled, Some("Ill")), Cancelled, "2026-07-25T18:30:00Z", Some("Ill"), 1),
        (status(Cancelled, None), Cancelled, "2026-07-25T18:30:00Z", Some("Ill"), 1),
        (status(Postponed, None), Postponed, "2026-07-25T18:30:00Z", None, 1),
        (moved("2026-07-26T15:00", Some("2026-07-26T16:00")), Rescheduled, "2026-07-26T14:00:00Z", None, 1),
        (left(Some("limited")), Rescheduled, "2026-07-26T14:00:00Z", None, 1),
        (status(Cancelled, None), Cancelled, "2026-07-26T14:00:00Z", None, 1),
        (status(Scheduled, None), Scheduled, "2026-07-25T18:30:00Z", None, 1),
        (left(None), Scheduled, "2026-07-25T18:30:00Z", None, 0),
    ] {
        feature = Event::of(&feature).unwrap().with_change(of, &change).unwrap();
        let event = Event::of(&feature).unwrap();
        let days = wall_of("2026-07-18").date()..wall_of("2026-08-02").date();
        let dates = event.occurrences(&london(), days).occurrences;
        let date = dates.iter().find(|date| date.original == of).unwrap();
        assert_eq!((date.status, date.starts_at), (want, at(starts_at)), "{change:?}");
        assert_eq!(date.reason.as_deref(), reason, "{change:?}");
        assert_eq!(event.changed_dates(), kept, "{change:?}");
        assert!(dates.iter().all(|date| date.original == of || date.status == Scheduled), "{change:?}");
    }
    assert_eq!(feature, weekly, "as if nothing had been said");

    let event = Event::of(&weekly).unwrap();
    for (of, change) in [
        ("2026-07-26T19:30", status(Cancelled, None)),
        ("2026-07-25", status(Cancelled, None)),
        ("2026-07-25T19:30", moved("2026-07-26T15:00", Some("2026-07-26T14:00"))),
        ("2026-07-25T19:30", moved("2026-07-26T15:00", Some("2026-07-27"))),
    ] {
        assert!(event.with_change(wall_of(of), &change).is_err(), "{of} {change:?}");
    }
    assert!(event.has_date(of) && !event.has_date(wall_of("2026-07-26T19:30")));
}

#[test]
fn a_copy_has_its_series_moved_and_nothing_that_was_of_single_dates() {
    let cases = [
        ("FREQ=WEEKLY;UNTIL=20260831", "FREQ=WEEKLY;UNTIL=20270115"),
        ("FREQ=WEEKLY;UNTIL=20260831T193000", "FREQ=WEEKLY;UNTIL=20270115T193000"),
        // Half past seven in summer time is half past seven in winter, too.
        ("FREQ=WEEKLY;UNTIL=20260831T183000Z", "FREQ=WEEKLY;UNTIL=20270115T193000"),
        ("freq=weekly; count=7", "FREQ=WEEKLY;COUNT=7"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY"),
    ];
    for (rule, want) in cases {
        let others = [
            (at::ENDS, "2026-07-18T22:00"),
            (at::RRULE, rule),
            (at::RDATES, "2026-07-21T19:30"),
            (at::EXDATES, "2026-07-25"),
            (at::AVAILABILITY, "sold_out"),
            (at::SUMMARY, "Funny"),
        ];
        let last_year = show("2026-07-18T19:30", &others);
        let event = Event::of(&last_year).unwrap();
        let starts = wall_of("2026-12-02T20:00");
        let copy = event.copied(id("again"), starts, Event::drafted(None), &london()).unwrap();
        let ends = wall_of("2026-12-02T22:30").to_string();
        let others = [(at::ENDS, ends.as_str()), (at::RRULE, want), (at::SUMMARY, "Funny")];
        assert_eq!(copy.fields(), show("2026-12-02T20:00", &others).fields(), "{rule}");
    }
    let days = show("2026-07-18", &[(at::ENDS, "2026-07-20")]);
    let event = Event::of(&days).unwrap();
    let copied = |starts| event.copied(id("again"), wall_of(starts), Event::drafted(None), &london());
    assert_eq!(
        Event::of(&copied("2027-07-17").unwrap()).unwrap().schedule().ends(),
        Some(wall_of("2027-07-19"))
    );
    assert!(matches!(copied("2027-07-17T10:00"), Err(CopyError::Kind { .. })));
    assert!(copied("2199-12-31").is_err());
}

#[test]
fn what_overlaps_is_found_once_and_what_touches_is_not() {
    let spans = |text: &str| -> Vec<Range<DateTime<Utc>>> {
        let hour = |text: &str| at(NOON) + chrono::TimeDelta::hours(text.parse().unwrap());
        let spans = text.split_whitespace().map(|span| span.split_once('-').unwrap());
        spans.map(|(from, until)| hour(from)..hour(until)).collect()
    };
    for (ours, theirs, want) in [
        ("", "1-2", &[][..]),
        ("1-2", "", &[]),
        ("1-2", "2-3", &[]),
        ("2-3", "1-2", &[]),
        ("1-2", "1-2", &[(0, 0)]),
        ("1-4", "2-3", &[(0, 0)]),
        ("2-3", "1-4", &[(0, 0)]),
        ("1-3 5-7 9-10", "2-6 7-9", &[(0, 0), (1, 0)]),
        // A long one that began first is met by what begins after shorter ones are over.
        ("8-9", "0-20 1-2 3-4 8-9", &[(0, 0), (0, 3)]),
        ("0-9 1-9", "2-3", &[(0, 0), (1, 0)]),
    ] {
        let found = overlaps(&spans(ours), &spans(theirs), 20);
        let pairs: Vec<_> = found.iter().map(|overlap| (overlap.ours, overlap.theirs)).collect();
        assert_eq!(pairs, want, "{ours} | {theirs}");
        assert!(found.iter().all(|overlap| overlap.both.start < overlap.both.end));
    }
    let found = overlaps(&spans("1-4"), &spans("2-6"), 20);
    assert_eq!(found[0].both, spans("2-4")[0]);
    assert_eq!(overlaps(&spans("1-2 1-2 1-2"), &spans("1-2 1-2"), 4).len(), 4);
}

#[test]
fn every_pair_that_overlaps_is_found() {
    // Spans of all sorts, by a small generator.
    let mut seed = 7_u64;
    let mut next = move |below: i64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(seed >> 33).unwrap() % below
    };
    for _ in 0..300 {
        let mut list = || {
            let mut spans: Vec<_> = (0..next(12))
                .map(|_| {
                    let from = at(NOON) + chrono::TimeDelta::hours(next(40));
                    from..from + chrono::TimeDelta::hours(1 + next(9))
                })
                .collect();
            spans.sort_by_key(|span| span.start);
            spans
        };
        let (ours, theirs) = (list(), list());
        let mut want = Vec::new();
        for (n, our) in ours.iter().enumerate() {
            for (m, their) in theirs.iter().enumerate() {
                if our.start < their.end && their.start < our.end {
                    want.push((n, m));
                }
            }
        }
        let found = overlaps(&ours, &theirs, usize::MAX);
        assert_eq!(found.iter().map(|overlap| (overlap.ours, overlap.theirs)).collect::<Vec<_>>(), want);
    }
}

#[test]
fn what_does_not_take_place_takes_no_place() {
    let feature = show("2026-07-18T19:30", &[(at::RDATES, "2026-07-19T19:30")]);
    let cancelled =
        OccurrenceChange { status: Some((EventStatus::Cancelled, None)), ..OccurrenceChange::default() };
    let feature = Event::of(&feature).unwrap().with_change(wall_of("2026-07-19T19:30"), &cancelled).unwrap();
    let days = wall_of("2026-07-18").date()..wall_of("2026-08-02").date();
    let dates = Event::of(&feature).unwrap().occurrences(&london(), days).occurrences;
    let taken: Vec<_> = dates.iter().map(Occurrence::takes).collect();
    // Nobody knows when it ends: it has begun, at least.
    assert_eq!(taken, [Some(at("2026-07-18T18:30:00Z")..at("2026-07-18T18:31:00Z")), None]);
    let whole = show("2026-07-18", &[]);
    let days = wall_of("2026-07-18").date()..wall_of("2026-07-19").date();
    let dates = Event::of(&whole).unwrap().occurrences(&london(), days).occurrences;
    assert_eq!(dates[0].takes(), Some(at("2026-07-17T23:00:00Z")..at("2026-07-18T23:00:00Z")));
}
