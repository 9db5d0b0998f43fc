use super::*;
use crate::features::field::Kind;
use crate::ids::FeatureId;
use crate::spatial::{Geometry, LatLon};
use std::sync::Arc;

/// An event with these fields beside what is required, each as it is written; `changes` as `DATE STATUS` pairs.
fn event(fields: &[(usize, &str)], changes: &[(&str, &str)]) -> Feature {
    let table = schema::fields(Collection::Events);
    let value = |(number, text): &(usize, &str)| {
        let kind = &table[*number].kind;
        let value = match kind {
            Kind::Whole(..) => kind.whole(text.parse().unwrap()),
            Kind::Walls => kind.words(text.split(' ')),
            _ => kind.text(text),
        };
        (*number, value.unwrap())
    };
    let required = [
        (at::NAME, "Dance"),
        (at::CATEGORY, "music"),
        (at::PUBLICATION, "published"),
        (at::EVENT_STATUS, "scheduled"),
        (at::STARTS, "2026-07-18T19:30"),
        (at::RRULE, "FREQ=WEEKLY;COUNT=8"),
    ];
    let Kind::Records(of_changes) = table[at::CHANGES].kind else { panic!("records") };
    let change = |(wall, status): &(&str, &str)| {
        Fields::new([
            (change_at::OCCURRENCE, of_changes[change_at::OCCURRENCE].kind.text(wall).unwrap()),
            (change_at::EVENT_STATUS, of_changes[change_at::EVENT_STATUS].kind.text(status).unwrap()),
        ])
    };
    let records: Vec<Fields> = changes.iter().map(change).collect();
    let changes = (!records.is_empty()).then(|| (at::CHANGES, Value::Records(records.into())));
    let values = required.iter().chain(fields).map(value).chain(changes);
    let id = FeatureId::new("pier-0123456789abcdef").unwrap();
    Feature::new(id, Collection::Events, None, None, Status::Active, Fields::new(values)).unwrap()
}

fn at_point(event: &Feature, lat: f64) -> Feature {
    let point = Arc::new(Geometry::Point(LatLon::new(lat, 1.15).unwrap()));
    let (id, fields) = (event.id().clone(), event.fields().clone());
    Feature::new(id, Collection::Events, Some(point), None, Status::Active, fields).unwrap()
}

#[test]
fn what_staff_changed_is_theirs_and_all_else_follows_the_feed() {
    let base = event(&[(at::SUMMARY, "old")], &[]);
    for (what, theirs, ours, want, kept) in [
        ("nothing", event(&[(at::SUMMARY, "old")], &[]), base.clone(), base.clone(), vec![]),
        (
            "the feed",
            event(&[(at::SUMMARY, "new")], &[]),
            base.clone(),
            event(&[(at::SUMMARY, "new")], &[]),
            vec![],
        ),
        ("the feed takes it away", event(&[], &[]), base.clone(), event(&[], &[]), vec![]),
        (
            "staff",
            base.clone(),
            event(&[(at::SUMMARY, "ours")], &[]),
            event(&[(at::SUMMARY, "ours")], &[]),
            vec!["summary"],
        ),
        ("staff take it away", base.clone(), event(&[], &[]), event(&[], &[]), vec!["summary"]),
        (
            "both",
            event(&[(at::SUMMARY, "new"), (at::NAME, "Ball")], &[]),
            event(&[(at::SUMMARY, "ours")], &[]),
            event(&[(at::SUMMARY, "ours"), (at::NAME, "Ball")], &[]),
            vec!["summary"],
        ),
        (
            "both, alike",
            event(&[(at::SUMMARY, "new")], &[]),
            event(&[(at::SUMMARY, "new")], &[]),
            event(&[(at::SUMMARY, "new")], &[]),
            vec![],
        ),
        (
            "staff archived it",
            event(&[(at::SUMMARY, "new")], &[]),
            event(&[(at::SUMMARY, "old"), (at::PUBLICATION, "archived")], &[]),
            event(&[(at::SUMMARY, "new"), (at::PUBLICATION, "archived")], &[]),
            vec!["publication"],
        ),
        (
            "the feed cancels it",
            event(&[(at::SUMMARY, "old"), (at::EVENT_STATUS, "cancelled")], &[]),
            base.clone(),
            event(&[(at::SUMMARY, "old"), (at::EVENT_STATUS, "cancelled")], &[]),
            vec![],
        ),
        (
            "staff cancelled it, and said why",
            base.clone(),
            event(
                &[(at::SUMMARY, "old"), (at::EVENT_STATUS, "cancelled"), (at::EVENT_STATUS_REASON, "ice")],
                &[],
            ),
            event(
                &[(at::SUMMARY, "old"), (at::EVENT_STATUS, "cancelled"), (at::EVENT_STATUS_REASON, "ice")],
                &[],
            ),
            vec!["event_status", "event_status_reason"],
        ),
        (
            "when it was published is ours",
            base.clone(),
            event(&[(at::SUMMARY, "old"), (at::PUBLISHED_AT, "2026-07-01T08:00:00Z")], &[]),
            event(&[(at::SUMMARY, "old"), (at::PUBLISHED_AT, "2026-07-01T08:00:00Z")], &[]),
            vec![],
        ),
        (
            "staff say when it ends, so the dates are theirs as a whole",
            event(&[(at::SUMMARY, "old"), (at::STARTS, "2026-07-18T23:30")], &[]),
            event(&[(at::SUMMARY, "old"), (at::ENDS, "2026-07-18T22:00")], &[]),
            event(&[(at::SUMMARY, "old"), (at::ENDS, "2026-07-18T22:00")], &[]),
            vec!["starts", "ends"],
        ),
    ] {
        assert_eq!(merged(&base, &theirs, &ours), Ok(Merged { feature: want, kept }), "{what}");
    }
}

#[test]
fn changes_of_single_dates_are_merged_date_by_date() {
    let [one, two, three] = ["2026-07-25T19:30", "2026-08-01T19:30", "2026-08-08T19:30"];
    let base = event(&[], &[(one, "cancelled")]);
    for (what, theirs, ours, want, kept) in [
        (
            "the feed",
            vec![(one, "cancelled"), (two, "cancelled")],
            vec![(one, "cancelled")],
            vec![(one, "cancelled"), (two, "cancelled")],
            false,
        ),
        (
            "staff",
            vec![(one, "cancelled")],
            vec![(one, "cancelled"), (two, "postponed")],
            vec![(one, "cancelled"), (two, "postponed")],
            true,
        ),
        (
            "each its own",
            vec![(one, "cancelled"), (three, "cancelled")],
            vec![(one, "cancelled"), (two, "postponed")],
            vec![(one, "cancelled"), (two, "postponed"), (three, "cancelled")],
            true,
        ),
        ("staff reinstated one", vec![(one, "cancelled")], vec![], vec![], true),
        ("the feed reinstated it", vec![], vec![(one, "cancelled")], vec![], false),
        (
            "one date, two minds",
            vec![(one, "postponed")],
            vec![(one, "scheduled")],
            vec![(one, "scheduled")],
            true,
        ),
    ] {
        let merged = merged(&base, &event(&[], &theirs), &event(&[], &ours)).unwrap();
        assert_eq!(
            (merged.feature, merged.kept),
            (event(&[], &want), if kept { vec!["changes"] } else { vec![] }),
            "{what}"
        );
    }
}

#[test]
fn where_it_is_stays_with_what_it_is_called_there() {
    let base = at_point(&event(&[(at::VENUE_NAME, "Pier")], &[]), 51.78);
    let theirs = at_point(&event(&[(at::VENUE_NAME, "The pier")], &[]), 51.79);
    let ours = event(&[(at::VENUE_ID, "pier")], &[]);
    let both = merged(&base, &theirs, &ours).unwrap();
    assert_eq!((both.feature, both.kept), (ours, vec!["geometry", "venue_id", "venue_name"]));
    assert_eq!(merged(&base, &theirs, &base).unwrap(), Merged { feature: theirs, kept: vec![] });
}

#[test]
fn what_makes_no_event_together_is_refused() {
    let base = event(&[], &[]);
    // Staff cancelled a night of a series that has other nights now.
    let ours = event(&[], &[("2026-07-25T19:30", "cancelled")]);
    let theirs = event(&[(at::STARTS, "2026-07-19T19:30")], &[]);
    assert!(merged(&base, &theirs, &ours).is_err());
    assert_eq!(edited(&base, &ours), ["changes"]);
    assert_eq!(edited(&base, &base), Vec::<&str>::new());
}
