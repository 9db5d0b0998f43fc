//! What is on: a programme that is told change by change is the one that is told at once, and a page of it is what a look
//! at every date finds.
use super::instant;
use crate::catalogue::Item;
use crate::features::field::Value;
use crate::features::schema::{self, event_at, occurrence_at};
use crate::features::{EventStatus, Feature, Fields, OccurrenceChange, Status};
use crate::ids::{FeatureId, Version};
use crate::snapshot::*;
use crate::spatial::{BBox, Geometry, LatLon, Metres};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use proptest::option;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

/// Made once: its calendar takes longer than a snapshot.
static AREA: LazyLock<Arc<AreaView>> = LazyLock::new(super::area);

const START: &str = "2026-07-18T10:00:00Z";

/// An event, at a venue or at a point.
#[derive(Clone, Debug)]
struct Made {
    day: i64,
    hour: u8,
    weekly: bool,
    venue: Option<u8>,
    point: u8,
    category: usize,
    organisation: bool,
    publication: usize,
    publish_in: Option<i64>,
    cancelled: Option<i64>,
}

/// Something that happens.
#[derive(Clone, Debug)]
enum Step {
    Write(usize, Made),
    Delete(usize),
    /// A venue is somewhere else, under another name.
    Move(u8, u8),
    /// So many hours pass.
    Pass(i64),
}

fn made() -> impl Strategy<Value = Made> {
    let first = (-40..40_i64, 0..24_u8, any::<bool>(), option::of(0..3_u8), 0..4_u8);
    let rest = (0..3_usize, any::<bool>(), 0..4_usize, option::of(-5..100_i64), option::of(0..5_i64));
    (first, rest).prop_map(|((day, hour, weekly, venue, point), rest)| {
        let (category, organisation, publication, publish_in, cancelled) = rest;
        Made { day, hour, weekly, venue, point, category, organisation, publication, publish_in, cancelled }
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..8_usize, made()).prop_map(|(n, made)| Step::Write(n, made)),
        1 => (0..8_usize).prop_map(Step::Delete),
        1 => (0..3_u8, 0..4_u8).prop_map(|(venue, to)| Step::Move(venue, to)),
        2 => (1..60_i64).prop_map(Step::Pass),
    ]
}

fn id(text: &str) -> FeatureId {
    FeatureId::new(text).unwrap()
}

fn point(n: u8) -> Arc<Geometry> {
    Arc::new(Geometry::Point(LatLon::new(51.0 + f64::from(n) * 0.01, 1.0).unwrap()))
}

fn stored(feature: Feature, version: i64) -> Arc<Item> {
    let at = instant("2026-01-01T00:00:00Z");
    Arc::new(Item { feature: Arc::new(feature), version: Version(version), created_at: at, updated_at: at })
}

fn venue(n: u8, at: u8, version: i64) -> Arc<Item> {
    let set = |name: &str, text: &str| {
        let number = schema::number(Collection::Venues, name).unwrap();
        (number, schema::fields(Collection::Venues)[number].kind.text(text).unwrap())
    };
    let fields = [
        set("name", &format!("Hall {n} at {at}")),
        set("town", "Clacton"),
        set("position_quality", "surveyed"),
        set("source_name", "test"),
        set("source_retrieved_on", "2026-01-01"),
    ];
    let id = id(&format!("hall-{n}"));
    let hall =
        Feature::new(id, Collection::Venues, Some(point(at)), None, Status::Active, Fields::new(fields));
    stored(hall.unwrap(), version)
}

fn event(n: usize, made: &Made, version: i64) -> Arc<Item> {
    let set = |number: usize, text: &str| {
        (number, schema::fields(Collection::Events)[number].kind.text(text).unwrap())
    };
    let start: DateTime<Utc> = instant(START);
    let date = (start + TimeDelta::days(made.day)).date_naive();
    let publication = ["draft", "published", "published", "archived"][made.publication];
    let mut fields = vec![
        set(event_at::NAME, &format!("Show {}", n % 3)),
        set(event_at::CATEGORY, ["music", "theatre", "talk"][made.category]),
        set(event_at::PUBLICATION, publication),
        set(event_at::EVENT_STATUS, "scheduled"),
        set(event_at::STARTS, &format!("{date}T{:02}:30", made.hour)),
    ];
    let next = date.succ_opt().unwrap();
    let ends = [format!("{date}T{:02}:45", made.hour), format!("{next}T02:00")];
    fields.extend((n % 3 < 2).then(|| set(event_at::ENDS, &ends[n % 3])));
    fields.extend(made.weekly.then(|| set(event_at::RRULE, "FREQ=WEEKLY")));
    fields.extend(made.venue.map(|venue| set(event_at::VENUE_ID, &format!("hall-{venue}"))));
    fields.extend(made.organisation.then(|| set(event_at::ORGANISATION, "theatre")));
    if let (Some(hours), "draft") = (made.publish_in, publication) {
        fields.push((event_at::PUBLISH_AT, Value::Instant(start + TimeDelta::hours(hours))));
    }
    let geometry = made.venue.is_none().then(|| point(made.point));
    let id = id(&format!("show-{n}"));
    let plain = Feature::new(id, Collection::Events, geometry, None, Status::Active, Fields::new(fields));
    let plain = plain.unwrap();
    let event = crate::features::Event::of(&plain).unwrap();
    let dates = event.occurrences(&AREA.calendar, date..date + TimeDelta::days(40)).occurrences;
    let off = made.cancelled.and_then(|n| dates.get(usize::try_from(n).unwrap()));
    let changed = off.map(|off| {
        let status = Some((EventStatus::Cancelled, Some("ill".into())));
        event.with_change(off.original, &OccurrenceChange { status, ..OccurrenceChange::default() }).unwrap()
    });
    stored(changed.unwrap_or(plain), version)
}

fn built(items: Vec<Arc<Item>>, now: DateTime<Utc>) -> Snapshot {
    Snapshot::build(Epoch(uuid::Uuid::nil()), Revision(1), AREA.clone(), items, Arc::default(), now)
}

fn all(collection: Collection) -> ItemsQuery {
    ItemsQuery {
        collection,
        bbox: None,
        q: None,
        filter: Filter::default(),
        when: None,
        during: Some(During { from: None, to: None }),
        sort: SortBy::Id,
        after: None,
        limit: 1_000,
    }
}

/// All that everybody sees of what is on.
fn seen(snapshot: &Snapshot, now: DateTime<Utc>) -> Vec<String> {
    let mut seen = Vec::new();
    for collection in [Collection::Events, Collection::Occurrences] {
        for during in [None, all(collection).during] {
            let mut out = Vec::new();
            let found = snapshot.items(&ItemsQuery { during, ..all(collection) }, now, &mut out);
            seen.push(format!("{:?} {}", found.matched, String::from_utf8(out).unwrap()));
        }
    }
    let near = NearQuery {
        from: LatLon::new(51.011, 1.0).unwrap(),
        radius: Metres::new(2_500.0).unwrap(),
        collections: vec![Collection::Occurrences],
        filter: Filter::default(),
        crowd: Vec::new(),
        open: None,
        during: Some(During { from: Some(now), to: Some(now + TimeDelta::days(9)) }),
        valid: During { from: None, to: None },
        seed: Seed(0),
        limit: 100,
    };
    let mut out = Vec::new();
    snapshot.nearby(&near, now, &mut out);
    seen.push(String::from_utf8(out).unwrap());
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_on_after_changes_is_what_is_on_when_all_is_read_again(
        before in prop::collection::vec(made(), 0..6),
        steps in prop::collection::vec(step(), 1..12),
    ) {
        let mut now = instant(START);
        let mut items: std::collections::BTreeMap<FeatureId, Arc<Item>> = (0..3_u8)
            .map(|n| venue(n, n, 1))
            .chain(before.iter().enumerate().map(|(n, made)| event(n, made, 1)))
            .map(|item| (item.feature.id().clone(), item))
            .collect();
        let mut snapshot = built(items.values().cloned().collect(), now);
        for (step, revision) in steps.into_iter().zip(2..) {
            let written = match step {
                Step::Pass(hours) => {
                    now += TimeDelta::hours(hours);
                    snapshot = snapshot.refreshed(now).unwrap_or(snapshot);
                    None
                }
                Step::Write(n, made) => Some((Collection::Events, event(n, &made, revision))),
                Step::Move(n, to) => Some((Collection::Venues, venue(n, to, revision))),
                Step::Delete(n) => {
                    let id = id(&format!("show-{n}"));
                    items.remove(&id);
                    let changed = [(Collection::Events, vec![(id, None)])].into();
                    snapshot = snapshot.after(Revision(revision), changed, None, now);
                    None
                }
            };
            if let Some((collection, item)) = written {
                let id = item.feature.id().clone();
                items.insert(id.clone(), item.clone());
                let changed = [(collection, vec![(id, Some(item))])].into();
                snapshot = snapshot.after(Revision(revision), changed, None, now);
            }
            let fresh = built(items.values().cloned().collect(), now);
            prop_assert_eq!(seen(&snapshot, now), seen(&fresh, now));
        }
    }

    #[test]
    fn a_page_of_dates_is_what_a_look_at_each_finds(
        shows in prop::collection::vec(made(), 0..30),
        from in option::of(-20..40_i64),
        days in option::of(0..30_i64),
        window in option::of((0..4_u8, 0..4_u8)),
        category in option::of(0..3_usize),
        at_hall in option::of(0..3_u8),
        q in option::of(0..3_usize),
        sort in prop_oneof![Just(SortBy::Id), Just(SortBy::StartsAt)],
        limit in 1..20_usize,
    ) {
        let now = instant(START);
        let halls = (0..3_u8).map(|n| venue(n, n, 1));
        let shows = shows.iter().enumerate().map(|(n, made)| event(n, made, 1));
        let snapshot = built(halls.chain(shows).collect(), now);
        let begin = from.map(|from| now + TimeDelta::days(from));
        let during = During { from: begin, to: days.map(|days| begin.unwrap_or(now) + TimeDelta::days(days)) };
        let bbox = window.map(|(a, b)| {
            let at = |n: u8| 51.0 + f64::from(n) * 0.01;
            BBox::new(0.9, at(a.min(b)), 1.1, at(a.max(b))).unwrap()
        });
        let mut filter = Filter::default();
        let of = [Collection::Occurrences];
        if let Some(category) = category {
            filter.add("category", ["music", "theatre", "talk"][category], &of).unwrap();
        }
        if let Some(hall) = at_hall {
            filter.add("venue", &format!("hall-{hall},hall-9"), &of).unwrap();
        }
        let q = q.map(|n| format!("show {n}"));
        let mut query = ItemsQuery {
            bbox,
            q: q.clone(),
            filter,
            during: Some(during),
            sort,
            limit,
            ..all(Collection::Occurrences)
        };
        // Every date, one by one.
        let view = snapshot.collection(Collection::Occurrences);
        let mut want: Vec<(Option<DateTime<Utc>>, FeatureId)> = Vec::new();
        for entry in &view.entries {
            let fields = entry.item.feature.fields();
            let Some(Value::Instant(starts)) = fields.get(occurrence_at::STARTS_AT) else { panic!("a start") };
            let ends = match fields.get(occurrence_at::ENDS_AT) {
                Some(Value::Instant(ends)) => *ends,
                _ => {
                    let day = AREA.calendar.date(*starts).succ_opt().unwrap();
                    AREA.calendar.midnight(day)
                }
            };
            let in_time = during.to.is_none_or(|to| *starts <= to) && during.from.is_none_or(|from| from < ends);
            let in_window = bbox.is_none_or(|bbox| {
                entry.item.feature.geometry().is_some_and(|geometry| geometry.intersects(&bbox))
            });
            let word = category.is_none_or(|n| {
                fields.text(occurrence_at::CATEGORY) == Some(["music", "theatre", "talk"][n])
            });
            let hall = at_hall
                .is_none_or(|n| fields.text(occurrence_at::VENUE_ID) == Some(format!("hall-{n}").as_str()));
            let venue = fields.text(occurrence_at::VENUE_NAME).unwrap_or_default();
            let searched = format!("{} {venue}", entry.item.feature.name()).to_lowercase();
            let has = |word: &str| searched.split(' ').any(|own| own.starts_with(word));
            let named = q.as_ref().is_none_or(|q| q.split(' ').all(has));
            if in_time && in_window && word && hall && named {
                want.push(((sort == SortBy::StartsAt).then_some(*starts), entry.item.feature.id().clone()));
            }
        }
        want.sort();
        let mut found: Vec<FeatureId> = Vec::new();
        loop {
            let mut out = b"[".to_vec();
            let page = snapshot.items(&query, now, &mut out);
            prop_assert_eq!(page.matched, Some(want.len()));
            out.push(b']');
            found.extend(ids(&String::from_utf8(out).unwrap()));
            let Some(next) = page.next else { break };
            let cursor = query.cursor(next).to_string();
            query.resume(&cursor).unwrap();
        }
        prop_assert_eq!(found, want.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    }
}

/// The ids of the features in `text`, in order.
fn ids(text: &str) -> Vec<FeatureId> {
    text.split(r#"{"type":"Feature","id":""#)
        .skip(1)
        .map(|rest| id(rest.split('"').next().unwrap()))
        .collect()
}

#[test]
fn a_rule_is_told_two_years_ahead_and_a_month_back() {
    let now = instant(START);
    let daily = Made {
        day: -400,
        hour: 19,
        weekly: true,
        venue: None,
        point: 0,
        category: 0,
        organisation: false,
        publication: 1,
        publish_in: None,
        cancelled: None,
    };
    let snapshot = built(vec![event(0, &daily, 1)], now);
    let production = snapshot.programme().event(&id("show-0")).unwrap();
    let dates = &production.occurrences.occurrences;
    let (first, last) = (dates.first().unwrap().starts_at, dates.last().unwrap().starts_at);
    assert!(first < now - TimeDelta::days(24) && now - TimeDelta::days(32) < first, "{first}");
    assert!(now + TimeDelta::days(723) < last && last.year() == 2028, "{last}");
    assert_eq!(production.until, Some("2028-07-18".parse().unwrap()));
}
