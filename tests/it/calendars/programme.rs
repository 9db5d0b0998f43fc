//! Events of ours, made to be written as a calendar.
use super::london;
use chrono::DateTime;
use promenade::catalogue::Item;
use promenade::features::field::Value;
use promenade::features::schema::{self, change_at, event_at as at};
use promenade::features::{Feature, Fields, Status};
use promenade::formats::ics::{self, CalendarShown};
use promenade::formats::shown::{EventShown, OrganisationShown, VenueShown};
use promenade::ids::{Collection, FeatureId, Version};
use promenade::recurrence::Wall;
use std::sync::Arc;

/// How many dates of `feature` have something of their own.
pub fn changes(feature: &Feature) -> usize {
    match feature.fields().get(at::CHANGES) {
        Some(Value::Records(changes)) => changes.len(),
        _ => 0,
    }
}

pub fn wall(text: &str) -> Wall {
    Wall::parse(text).unwrap()
}

pub fn walls(texts: &[&str]) -> Value {
    Value::Walls(texts.iter().map(|text| wall(text)).collect())
}

pub fn word(number: usize, word: &str) -> (usize, Value) {
    (number, schema::fields(Collection::Events)[number].kind.text(word).unwrap())
}

/// The event called `id` that these values make, if they do.
pub fn event(id: &str, values: Vec<(usize, Value)>) -> Option<Item> {
    let ours = [
        (at::NAME, Value::Text("A; name, and\\more".into())),
        word(at::CATEGORY, "theatre"),
        word(at::PUBLICATION, "published"),
        word(at::EVENT_STATUS, "scheduled"),
    ];
    let fields = Fields::new(ours.into_iter().chain(values));
    let feature =
        Feature::new(FeatureId::new(id).unwrap(), Collection::Events, None, None, Status::Active, fields)
            .ok()?;
    let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
    Some(Item {
        feature: Arc::new(feature),
        version: Version(3),
        created_at: at(1_700_000_000),
        updated_at: at(1_710_000_000),
    })
}

pub fn written(items: &[Item]) -> Vec<u8> {
    let calendar = london();
    let venue = VenueShown { name: "Hall", street: None, town: None, postal_code: None };
    let publisher = OrganisationShown { name: "Sandhaven", url: "https://area.example/" };
    let shown = items.iter().map(|item| EventShown {
        item,
        venue: Some(venue),
        position: None,
        url: "https://area.example/e",
        dates_url: "https://area.example/o/",
        next: &[],
        organisation: None,
        publisher,
        country: "GB",
        calendar: &calendar,
    });
    ics::write(&CalendarShown { area: "sandhaven", name: "What is on", calendar: &calendar }, shown)
}

pub fn change(of: &str, values: Vec<(usize, Value)>) -> Fields {
    Fields::new([(change_at::OCCURRENCE, Value::Wall(wall(of)))].into_iter().chain(values))
}

pub fn availability(name: &str) -> (usize, Value) {
    (change_at::AVAILABILITY, word(at::AVAILABILITY, name).1)
}

pub fn access(names: &[&str]) -> (usize, Value) {
    let kind = &schema::fields(Collection::Events)[at::ACCESS].kind;
    (change_at::ACCESS, kind.words(names.iter().copied()).unwrap())
}

pub fn status_of_change(name: &str) -> (usize, Value) {
    (change_at::EVENT_STATUS, word(at::EVENT_STATUS, name).1)
}

fn starts(text: &str) -> (usize, Value) {
    (at::STARTS, Value::Wall(wall(text)))
}

fn ends(text: &str) -> (usize, Value) {
    (at::ENDS, Value::Wall(wall(text)))
}

fn rule(text: &str) -> (usize, Value) {
    (at::RRULE, Value::Text(text.into()))
}

fn zone(text: &str) -> (usize, Value) {
    (at::TIME_ZONE, Value::Text(text.into()))
}

fn text(number: usize, text: &str) -> (usize, Value) {
    (number, Value::Text(text.into()))
}

/// Events that show all there is: rules and dates by hand, days and times, other zones, the changes of the clocks, and
/// dates that do not take place or not when they were to.
pub fn programme() -> Vec<Item> {
    let changed = vec![
        change(
            "2026-02-07T19:30",
            vec![status_of_change("cancelled"), text(change_at::REASON, "Storm, again")],
        ),
        change(
            "2026-02-14T19:30",
            vec![
                (change_at::STARTS, Value::Wall(wall("2026-02-15T15:00"))),
                (change_at::ENDS, Value::Wall(wall("2026-02-15T17:00"))),
            ],
        ),
        change("2026-02-21T19:30", vec![status_of_change("postponed")]),
    ];
    let all = vec![
        ("once", vec![starts("2026-07-18T19:30"), ends("2026-07-18T22:00")]),
        ("days", vec![starts("2026-07-18"), ends("2026-07-20"), text(at::URL, "https://days.example/")]),
        (
            "weekly",
            vec![
                starts("2026-01-03T19:30"),
                ends("2026-01-03T22:00"),
                rule("FREQ=WEEKLY;UNTIL=20281231"),
                (at::RDATES, walls(&["2026-01-06T19:30"])),
                (at::EXDATES, walls(&["2026-01-10T19:30", "2026-01-24"])),
                (at::CHANGES, Value::Records(changed.into())),
                text(at::DESCRIPTION, "Line\nbreak; and, so on"),
            ],
        ),
        ("monthly", vec![starts("2024-01-05"), rule("FREQ=MONTHLY;BYDAY=1FR")]),
        ("skipped", vec![starts("2026-03-01T01:30"), ends("2026-03-01T03:00"), rule("FREQ=WEEKLY;COUNT=40")]),
        // Starts that their rule does not give, and that the clocks skip.
        (
            "between",
            vec![
                starts("2026-01-01T10:00"),
                ends("2026-01-01T11:00"),
                rule("FREQ=WEEKLY;BYDAY=SA;COUNT=5"),
                (at::EXDATES, walls(&["2026-01-10T10:00"])),
            ],
        ),
        ("one-of-one", vec![starts("2026-01-01"), ends("2026-01-02"), rule("FREQ=WEEKLY;BYDAY=SA;COUNT=1")]),
        (
            "in-the-gap",
            vec![starts("2026-03-29T01:30"), ends("2026-03-29T02:30"), rule("FREQ=DAILY;COUNT=4")],
        ),
        ("yearly-in-the-gap", vec![starts("2024-03-31T01:30"), rule("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")]),
        ("in-gaps-of-some-years", vec![starts("2020-03-28T01:30"), rule("FREQ=YEARLY")]),
        ("twice", vec![starts("2025-10-01T01:30"), rule("FREQ=DAILY;UNTIL=20251130T013000")]),
        (
            "paris",
            vec![
                starts("2026-03-27T20:00"),
                ends("2026-03-27T21:00"),
                rule("FREQ=DAILY;COUNT=300"),
                zone("Europe/Paris"),
            ],
        ),
        (
            "in-utc",
            vec![
                starts("2026-03-27T20:00"),
                ends("2026-03-27T21:00"),
                rule("FREQ=WEEKLY;COUNT=60"),
                zone("UTC"),
            ],
        ),
        (
            "morocco",
            vec![
                starts("2026-01-02T20:00"),
                ends("2026-01-02T21:00"),
                rule("FREQ=WEEKLY;COUNT=200"),
                zone("Africa/Casablanca"),
            ],
        ),
        (
            "called-off",
            vec![starts("2026-05-01T10:00"), ends("2026-05-01T11:00"), word(at::EVENT_STATUS, "cancelled")],
        ),
        (
            "later",
            vec![starts("2026-05-02T10:00"), ends("2026-05-02T11:00"), word(at::EVENT_STATUS, "postponed")],
        ),
        (
            "often",
            vec![
                starts("2027-03-27T01:00"),
                ends("2027-03-27T01:30"),
                rule("FREQ=DAILY;BYHOUR=0,1,12;UNTIL=20270401"),
            ],
        ),
    ];
    all.into_iter().chain(changed_dates()).map(|(id, values)| event(id, values).expect(id)).collect()
}

/// Events of which dates have something of their own: of one date each, and of several.
fn changed_dates() -> Vec<(&'static str, Vec<(usize, Value)>)> {
    vec![
        // One date each, and what became of it.
        (
            "off",
            vec![
                starts("2026-05-03T10:00"),
                ends("2026-05-03T11:00"),
                (
                    at::CHANGES,
                    Value::Records([change("2026-05-03T10:00", vec![status_of_change("cancelled")])].into()),
                ),
            ],
        ),
        (
            "elsewhen",
            vec![
                starts("2026-05-04T10:00"),
                ends("2026-05-04T11:00"),
                (
                    at::CHANGES,
                    Value::Records(
                        [change(
                            "2026-05-04T10:00",
                            vec![
                                text(change_at::REASON, "Wedding"),
                                (change_at::STARTS, Value::Wall(wall("2026-05-05T15:00"))),
                                (change_at::ENDS, Value::Wall(wall("2026-05-05T16:30"))),
                            ],
                        )]
                        .into(),
                    ),
                ),
            ],
        ),
        (
            "for-some",
            vec![
                starts("2026-05-05T10:00"),
                ends("2026-05-05T11:00"),
                rule("FREQ=DAILY;COUNT=5"),
                word(at::AVAILABILITY, "good"),
                (
                    at::CHANGES,
                    Value::Records(
                        [
                            change("2026-05-06T10:00", vec![availability("sold_out")]),
                            change("2026-05-07T10:00", vec![access(&["bsl", "relaxed"])]),
                        ]
                        .into(),
                    ),
                ),
            ],
        ),
    ]
}
