mod offered;
mod on;

use super::entry::{mark, width};
use super::*;
use crate::catalogue::{AreaFacts, Item};
use crate::features::field::Value;
use crate::features::schema::{self, at};
use crate::features::{Feature, Fields, Status};
use crate::ids::{FeatureId, Version};
use crate::spatial::{Area, BBox, Geometry, LatLon, Metres};
use proptest::prelude::*;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn area() -> Arc<AreaView> {
    let corner = |lat, lon| LatLon::new(lat, lon).unwrap();
    let ring =
        vec![corner(50.0, 0.0), corner(50.0, 2.0), corner(52.0, 2.0), corner(52.0, 0.0), corner(50.0, 0.0)];
    Arc::new(
        AreaView::new(AreaFacts {
            id: "a".into(),
            name: "A".into(),
            country: "GB".into(),
            time_zone: "Europe/London".into(),
            licence_url: "https://example.org/".into(),
            boundary: Area::new(vec![vec![ring]]).unwrap(),
            buffer: Metres::new(0.0).unwrap(),
            start: corner(51.0, 1.0),
            holidays: Vec::new(),
            school_holidays: Vec::new(),
            towns: Vec::new(),
            postcodes: Vec::new(),
            attributions: Vec::new(),
            tide: Arc::default(),
            tide_note: None,
            tide_attribution: None,
            feeds: Vec::new(),
            roads: Arc::default(),
        })
        .unwrap(),
    )
}

/// A toilet, on a grid so coarse that many stand at one point.
#[derive(Clone, Debug)]
struct Made {
    lat: u8,
    lon: u8,
    hours: usize,
    wheelchair: Option<bool>,
    status: usize,
}

const HOURS: [Option<&str>; 5] =
    [None, Some("24/7"), Some("Mo-Su 08:00-20:00"), Some("Mo-Fr 12:30-13:30"), Some("whenever we like")];

fn made() -> impl Strategy<Value = Made> {
    (0..6_u8, 0..6_u8, 0..HOURS.len(), any::<Option<bool>>(), 0..3_usize)
        .prop_map(|(lat, lon, hours, wheelchair, status)| Made { lat, lon, hours, wheelchair, status })
}

fn item(n: usize, made: &Made, version: i64) -> Item {
    let set = |name: &str, text: &str| {
        let number = schema::number(Collection::Toilets, name).unwrap();
        (number, schema::fields(Collection::Toilets)[number].kind.text(text).unwrap())
    };
    let mut fields = vec![
        set("name", &format!("Toilet {n}")),
        set("position_quality", "surveyed"),
        set("source_name", "test"),
        set("source_retrieved_on", "2026-01-01"),
    ];
    fields.extend(HOURS[made.hours].map(|text| set("opening_hours", text)));
    fields.extend(made.wheelchair.map(|flag| (at::WHEELCHAIR, Value::Flag(flag))));
    let status = [
        Status::Active,
        Status::TemporarilyClosed { reason: "x".into(), until: Some(instant("2026-07-18T11:00:00Z")) },
        Status::Closed { reason: "x".into() },
    ][made.status]
        .clone();
    let position = LatLon::new(51.0 + f64::from(made.lat) * 0.01, 1.0 + f64::from(made.lon) * 0.01).unwrap();
    let id = FeatureId::new(&format!("t-{n:03}")).unwrap();
    let geometry = Arc::new(Geometry::Point(position));
    let place =
        Feature::new(id, Collection::Toilets, Some(geometry), None, status, Fields::new(fields)).unwrap();
    let at = instant("2026-01-01T00:00:00Z");
    Item { feature: Arc::new(place), version: Version(version), created_at: at, updated_at: at }
}

fn snapshot(all: &[Made], now: DateTime<Utc>) -> Snapshot {
    let items: Vec<Item> = all.iter().enumerate().map(|(n, made)| item(n, made, 1)).collect();
    Snapshot::build(
        Epoch(uuid::Uuid::nil()),
        Revision(1),
        area(),
        items.into_iter().map(Arc::new).collect(),
        Arc::default(),
        now,
    )
}

fn near(open: Option<OpenAt>, wheelchair: Option<bool>) -> NearQuery {
    let mut filter = Filter::default();
    if let Some(flag) = wheelchair {
        filter.add("wheelchair", if flag { "true" } else { "false" }, &Collection::PLACES).unwrap();
    }
    NearQuery {
        from: LatLon::new(51.021, 1.013).unwrap(),
        radius: Metres::new(3_000.0).unwrap(),
        collections: Collection::PLACES.to_vec(),
        filter,
        crowd: Vec::new(),
        open,
        during: None,
        valid: During { from: None, to: None },
        seed: Seed(0),
        limit: 20,
    }
}

fn everything() -> ItemsQuery {
    ItemsQuery {
        collection: Collection::Toilets,
        bbox: None,
        q: None,
        filter: Filter::default(),
        when: None,
        during: None,
        sort: SortBy::Id,
        after: None,
        limit: 1000,
    }
}

/// All that a reader could see of `snapshot` at `now`.
fn seen(snapshot: &Snapshot, now: DateTime<Utc>) -> Vec<String> {
    let at = OpenAt::Instant(instant("2026-07-20T11:45:00Z"));
    let mut seen = Vec::new();
    for open in [None, Some(OpenAt::Now), Some(at)] {
        for wheelchair in [None, Some(true), Some(false)] {
            let mut out = Vec::new();
            snapshot.nearby(&near(open, wheelchair), now, &mut out);
            seen.push(String::from_utf8(out).unwrap());
        }
    }
    let mut out = Vec::new();
    snapshot.items(&everything(), now, &mut out);
    seen.push(String::from_utf8(out).unwrap());
    seen
}

#[test]
fn the_marks_of_every_collection_fit_a_word() {
    for collection in Collection::ALL {
        let fields = schema::fields(collection).iter().filter(|field| field.asked.is_some());
        let marks = mark::COUNT + fields.map(|field| width(&field.kind)).sum::<u32>();
        assert!(marks <= u64::BITS, "{collection}: {marks}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_snapshot_that_nobody_refreshed_answers_like_a_fresh_one(
        all in prop::collection::vec(made(), 0..40),
        minutes in -3_000..3_000_i64,
    ) {
        let built = instant("2026-07-18T10:59:00Z");
        let now = built + chrono::TimeDelta::minutes(minutes);
        let old = snapshot(&all, built);
        prop_assert_eq!(seen(&old, now), seen(&snapshot(&all, now), now));
        if let Some(refreshed) = old.refreshed(now) {
            prop_assert_eq!(seen(&refreshed, now), seen(&old, now));
        }
    }

    #[test]
    fn a_snapshot_that_followed_changes_answers_like_one_built_anew(
        all in prop::collection::vec(made(), 1..30),
        changes in prop::collection::vec((0..40_usize, prop::option::of(made())), 0..10),
    ) {
        let now = instant("2026-07-18T12:00:00Z");
        let mut items: std::collections::BTreeMap<usize, Item> =
            all.iter().enumerate().map(|(n, made)| (n, item(n, made, 1))).collect();
        let mut followed = snapshot(&all, now);
        for (revision, (n, made)) in changes.into_iter().enumerate() {
            let written = made.map(|made| item(n, &made, 2));
            match &written {
                Some(item) => drop(items.insert(n, item.clone())),
                None => drop(items.remove(&n)),
            }
            let id = FeatureId::new(&format!("t-{n:03}")).unwrap();
            let changed = Changed::from([(Collection::Toilets, vec![(id, written.map(Arc::new))])]);
            followed = followed.after(Revision(i64::try_from(revision).unwrap() + 2), changed, None, now);
        }
        let anew =
            Snapshot::build(followed.epoch, followed.revision, area(), items.into_values().map(Arc::new).collect(), Arc::default(), now);
        prop_assert_eq!(seen(&followed, now), seen(&anew, now));
    }

    #[test]
    fn pages_of_any_size_show_each_item_once(all in prop::collection::vec(made(), 0..40), limit in 1..9_usize) {
        let now = instant("2026-07-18T12:00:00Z");
        let snapshot = snapshot(&all, now);
        let mut query = ItemsQuery { limit, ..everything() };
        let mut returned = 0;
        loop {
            let found = snapshot.items(&query, now, &mut Vec::new());
            returned += found.returned;
            prop_assert_eq!(found.matched, Some(all.len()));
            let Some(next) = found.next else { break };
            let cursor = query.cursor(next).to_string();
            query.resume(&cursor).unwrap();
        }
        prop_assert_eq!(returned, all.len());
    }
}

#[test]
fn what_did_not_change_is_shared() {
    let now = instant("2026-07-18T12:00:00Z");
    let all = vec![Made { lat: 1, lon: 1, hours: 0, wheelchair: None, status: 0 }; 3];
    let before = snapshot(&all, now);
    let same_place = Made { wheelchair: Some(true), ..all[0].clone() };
    let changed = Changed::from([(
        Collection::Toilets,
        vec![(FeatureId::new("t-000").unwrap(), Some(Arc::new(item(0, &same_place, 2))))],
    )]);
    let after = before.after(Revision(2), changed, None, now);
    let (a, b) = (before.collection(Collection::Toilets), after.collection(Collection::Toilets));
    assert!(
        Arc::ptr_eq(&a.nearest, &b.nearest)
            && Arc::ptr_eq(&a.window, &b.window)
            && Arc::ptr_eq(&a.names, &b.names)
    );
    assert!(Arc::ptr_eq(&a.entries[1], &b.entries[1]) && !Arc::ptr_eq(&a.entries[0], &b.entries[0]));
    assert!(Arc::ptr_eq(before.collection(Collection::Beaches), after.collection(Collection::Beaches)));
}

#[test]
fn more_than_ten_thousand_filtered_matches_are_paged_but_not_counted() {
    let now = instant("2026-07-18T12:00:00Z");
    let all = vec![Made { lat: 1, lon: 1, hours: 0, wheelchair: Some(true), status: 0 }; 10_001];
    let mut filter = Filter::default();
    filter.add("wheelchair", "true", &[Collection::Toilets]).unwrap();
    let window = BBox::new(1.0, 51.0, 1.1, 51.1).unwrap();
    for (count, snapshot) in [(10_000, snapshot(&all[1..], now)), (10_001, snapshot(&all, now))] {
        let ask = |query: &ItemsQuery| {
            let found = snapshot.items(&ItemsQuery { limit: 10, ..query.clone() }, now, &mut Vec::new());
            assert_eq!(found.returned, 10);
            assert!(found.next.is_some());
            found.matched
        };
        let few = (count == 10_000).then_some(count);
        assert_eq!(ask(&everything()), Some(count), "a whole collection is counted");
        assert_eq!(ask(&ItemsQuery { filter: filter.clone(), ..everything() }), few);
        assert_eq!(ask(&ItemsQuery { bbox: Some(window), ..everything() }), few);
        assert_eq!(ask(&ItemsQuery { q: Some("toilet".into()), ..everything() }), few);
    }
}

#[test]
fn a_page_ends_before_a_megabyte_and_the_next_goes_on() {
    let now = instant("2026-07-18T12:00:00Z");
    let all = vec![Made { lat: 1, lon: 1, hours: 1, wheelchair: None, status: 0 }; 2_000];
    let snapshot = snapshot(&all, now);
    let mut query = everything();
    let (mut returned, mut pages) = (0, 0);
    loop {
        let mut out = Vec::new();
        let found = snapshot.items(&query, now, &mut out);
        assert!(0 < found.returned && out.len() <= 1_000_000);
        returned += found.returned;
        pages += 1;
        let Some(next) = found.next else { break };
        let cursor = query.cursor(next).to_string();
        query.resume(&cursor).unwrap();
    }
    assert_eq!(returned, 2_000);
    assert!(2 < pages);
}
