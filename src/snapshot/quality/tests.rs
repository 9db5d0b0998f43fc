use super::*;
use crate::catalogue::{AreaFacts, Item};
use crate::ids::{Epoch, Revision, Version};
use crate::spatial::{Area, Geometry, LatLon, distance};
use crate::text::folded;
use proptest::prelude::*;

const NOW: &str = "2026-07-18T12:00:00Z";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A square around 51 N, 1 E, 100 km wide; 500 m beyond it are taken for within.
fn area() -> Arc<AreaView> {
    let corner = |lat, lon| LatLon::new(lat, lon).unwrap();
    let ring =
        vec![corner(50.5, 0.3), corner(50.5, 1.7), corner(51.5, 1.7), corner(51.5, 0.3), corner(50.5, 0.3)];
    let facts = AreaFacts {
        id: "a".into(),
        name: "A".into(),
        country: "GB".into(),
        time_zone: "Europe/London".into(),
        licence_url: "https://example.org/".into(),
        boundary: Area::new(vec![vec![ring]]).unwrap(),
        buffer: Metres::new(500.0).unwrap(),
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
    };
    Arc::new(AreaView::new(facts).unwrap())
}

/// A place of `collection` with these fields beside those it must have.
fn item(collection: Collection, id: &str, (lat, lon): (f64, f64), given: &[(&str, &str)]) -> Item {
    let value = |(name, text): (&str, &str)| {
        let number = schema::number(collection, name).unwrap();
        (number, schema::fields(collection)[number].kind.text(text).unwrap())
    };
    let usual = [
        ("name", id),
        ("position_quality", "surveyed"),
        ("opening_hours", "24/7"),
        ("verified_at", "2026-07-01T00:00:00Z"),
        ("source_name", "test"),
        ("source_retrieved_on", "2026-01-01"),
    ];
    let kept = usual.iter().chain(given).copied().filter(|(_, text)| !text.is_empty());
    let missing: Vec<&str> =
        given.iter().filter(|(_, text)| text.is_empty()).map(|(name, _)| *name).collect();
    let fields = Fields::new(kept.filter(|(name, _)| !missing.contains(name)).map(value));
    let position = LatLon::new(lat, lon).unwrap();
    let geometry = if about(collection).sort == Sort::Shapes {
        let corner = |dlat, dlon| LatLon::new(lat + dlat, lon + dlon).unwrap();
        let ring = vec![corner(0.0, 0.0), corner(0.0, 0.01), corner(0.01, 0.01), corner(0.0, 0.0)];
        Geometry::Area(Area::new(vec![vec![ring]]).unwrap())
    } else {
        Geometry::Point(position)
    };
    let id = FeatureId::new(id).unwrap();
    let place =
        Feature::new(id, collection, Some(Arc::new(geometry)), Some(position), Status::Active, fields)
            .unwrap();
    let at = instant("2026-01-01T00:00:00Z");
    Item { feature: Arc::new(place), version: Version(1), created_at: at, updated_at: at }
}

fn snapshot(items: Vec<Item>) -> Snapshot {
    Snapshot::build(
        Epoch(uuid::Uuid::nil()),
        Revision(1),
        area(),
        items.into_iter().map(Arc::new).collect(),
        Arc::default(),
        instant(NOW),
    )
}

fn everything() -> QualityQuery {
    QualityQuery { collection: None, finding: None, months: 12, after: None, limit: 1000 }
}

/// The findings of each one that has any, in words.
fn found(items: Vec<Item>, query: &QualityQuery) -> Vec<(String, Vec<(&'static str, String)>)> {
    let quality = snapshot(items).quality(query, instant(NOW), |_| true);
    let details = |flawed: Flawed| flawed.details.into_iter().map(|d| (d.finding.name(), d.text)).collect();
    quality.flawed.into_iter().map(|flawed| (flawed.id.to_string(), details(flawed))).collect()
}

#[test]
fn each_finding_is_found_where_it_is_and_nowhere_else() {
    use Collection::{Beaches, CarParks, ServicePoints, Toilets};
    const SPOT: (f64, f64) = (51.0, 1.0);
    for (collection, at, given, want) in [
        (Toilets, SPOT, vec![], vec![]),
        (Toilets, SPOT, vec![("verified_at", "2025-07-18T12:00:00Z")], vec![]),
        (
            Toilets,
            SPOT,
            vec![("verified_at", "2025-07-17T23:30:00Z")],
            vec![("not_verified", "last checked on 2025-07-18")],
        ),
        (Toilets, SPOT, vec![("verified_at", "")], vec![("not_verified", "never checked on the ground")]),
        (Toilets, SPOT, vec![("opening_hours", "")], vec![("no_hours", "when it is open is not known")]),
        (Beaches, SPOT, vec![("opening_hours", "")], vec![]),
        (
            Toilets,
            SPOT,
            vec![("opening_hours", "unknown \"ask\"")],
            vec![("no_hours", "of when it is open only `unknown \"ask\"` is known")],
        ),
        (Toilets, SPOT, vec![("opening_hours", "08:00-20:00; Su unknown")], vec![]),
        (Toilets, SPOT, vec![("opening_hours", "Mo-Fr 08:00-20:00 open \"last entry 19:30\"")], vec![]),
        (
            Toilets,
            SPOT,
            vec![("opening_hours", "SH off")],
            vec![(
                "unreadable_hours",
                "opening_hours: opening hours \"SH off\" use school holidays, which is not supported",
            )],
        ),
        (
            CarParks,
            SPOT,
            vec![("free_hours", "SH off")],
            vec![(
                "unreadable_hours",
                "free_hours: opening hours \"SH off\" use school holidays, which is not supported",
            )],
        ),
        (
            ServicePoints,
            SPOT,
            vec![("service_type", "library"), ("position_quality", "approximate")],
            vec![("approximate_position", "the position is only approximate")],
        ),
        (Toilets, (51.504, 1.0), vec![], vec![]),
        (Toilets, (51.51, 1.0), vec![], vec![("outside_boundary", "1113 m outside the boundary")]),
    ] {
        let own = found(vec![item(collection, "a", at, &given)], &everything());
        let want = want.into_iter().map(|(finding, text)| (finding, text.to_owned())).collect::<Vec<_>>();
        let want = if want.is_empty() { vec![] } else { vec![("a".to_owned(), want)] };
        assert_eq!(own, want, "{collection} {given:?}");
    }
}

#[test]
fn hours_in_a_list_are_read_too() {
    let number = |name| schema::number(Collection::ServicePoints, name).unwrap();
    let Kind::Records(columns) = schema::fields(Collection::ServicePoints)[number("services")].kind else {
        panic!("a list")
    };
    let column = |name, text| {
        let number = columns.iter().position(|column| column.name == name).unwrap();
        (number, columns[number].kind.text(text).unwrap())
    };
    let record = |hours| Fields::new([column("name", "X-ray"), column("opening_hours", hours)]);
    let mut own = item(Collection::ServicePoints, "a", (51.0, 1.0), &[("service_type", "hospital")]);
    let fields = (0..number("services")).filter_map(|n| Some((n, own.feature.fields().get(n)?.clone())));
    let services = Value::Records([record("Mo-Fr 09:00-17:00"), record("by arrangement")].into());
    let fields = Fields::new(fields.chain([(number("services"), services)]));
    let (geometry, at) = (own.feature.geometry().cloned(), own.feature.position());
    let place = Feature::new(
        own.feature.id().clone(),
        own.feature.collection(),
        geometry,
        at,
        Status::Active,
        fields,
    );
    own.feature = Arc::new(place.unwrap());
    let [(_, details)] = &found(vec![own], &everything())[..] else { panic!("one") };
    assert!(
        details[0].1.starts_with("services: opening hours \"by arrangement\" cannot be read"),
        "{details:?}"
    );
}

#[test]
fn what_is_closed_for_good_is_neither_looked_at_nor_a_duplicate() {
    let mut gone = item(Collection::Toilets, "gone", (51.0, 1.0), &[("name", "Pier"), ("verified_at", "")]);
    gone.feature = Arc::new(gone.feature.with_status(Status::Closed { reason: "x".into() }));
    let mut shut = item(Collection::Toilets, "shut", (51.0, 1.001), &[("verified_at", "")]);
    let status = Status::TemporarilyClosed { reason: "x".into(), until: None };
    shut.feature = Arc::new(shut.feature.with_status(status));
    let new = item(Collection::Toilets, "new", (51.0, 1.0), &[("name", "Pier")]);
    let quality = snapshot(vec![gone, shut, new]).quality(&everything(), instant(NOW), |_| true);
    assert_eq!((quality.looked_at, quality.counts), (2, [0, 0, 0, 0, 0, 1]));
    assert_eq!(quality.flawed[0].id.as_str(), "shut");
}

#[test]
fn a_duplicate_is_near_of_one_collection_and_called_alike() {
    let item = |id, collection, lon, name| item(collection, id, (51.0, lon), &[("name", name)]);
    let metres = |m: f64| 1.0 + m / 70_197.0;
    for (other, want) in [
        (item("b", Collection::Toilets, metres(59.9), "THE PIER'S Gap, wc"), true),
        (item("b", Collection::Toilets, metres(60.2), "Pier Gap"), false),
        (item("b", Collection::Toilets, metres(10.0), "Gap"), true),
        (item("b", Collection::Toilets, metres(10.0), "Gap Street"), false),
        (item("b", Collection::Toilets, metres(10.0), "Piers Gap"), false),
        (item("b", Collection::Toilets, metres(10.0), "--"), false),
        (item("b", Collection::CarParks, metres(10.0), "Pier Gap"), false),
    ] {
        let name = other.feature.name().to_owned();
        let own = [
            item("a", Collection::Toilets, 1.0, "Pier’s Gap"),
            item("a", Collection::Toilets, 1.0, "Pier Gap"),
        ];
        let own = if name.contains('\'') { own[0].clone() } else { own[1].clone() };
        let quality = snapshot(vec![own, other]).quality(&everything(), instant(NOW), |_| true);
        let pairs: Vec<_> =
            quality.flawed.iter().map(|f| (f.id.as_str(), f.details[0].other.as_ref())).collect();
        let [a, b] = ["a", "b"].map(|id| FeatureId::new(id).unwrap());
        assert_eq!(pairs, if want { vec![("a", Some(&b)), ("b", Some(&a))] } else { vec![] }, "{name}");
    }
}

#[test]
fn the_worst_come_first_and_pages_of_any_size_show_each_once() {
    let items: Vec<Item> = (0..60)
        .map(|n| {
            let flaw = |name, text, every| if n % every == 0 { vec![(name, text)] } else { vec![] };
            let given = [
                flaw("verified_at", "", 2),
                flaw("opening_hours", "", 3),
                flaw("position_quality", "approximate", 5),
            ];
            let collection = if n % 7 == 0 { Collection::Toilets } else { Collection::CarParks };
            item(collection, &format!("n{n:02}"), (51.0 + f64::from(n) * 0.001, 1.0), &given.concat())
        })
        .collect();
    let snapshot = snapshot(items);
    let all = snapshot.quality(&everything(), instant(NOW), |_| true);
    assert_eq!((all.looked_at, all.counts, all.matched), (60, [0, 0, 0, 12, 20, 30], 44));
    let order: Vec<_> =
        all.flawed.iter().map(|f| (Reverse(f.findings), f.collection, f.id.clone())).collect();
    assert!(order.is_sorted() && order.len() == 44);
    assert_eq!(
        all.flawed[0].details.iter().map(|d| d.finding.name()).collect::<Vec<_>>(),
        ["approximate_position", "no_hours", "not_verified"]
    );
    for limit in [1, 7, 43, 44, 45] {
        let mut query = QualityQuery { limit, ..everything() };
        let mut pages = Vec::new();
        loop {
            let page = snapshot.quality(&query, instant(NOW), |_| true);
            assert_eq!((page.counts, page.matched), (all.counts, all.matched));
            query.after = page.flawed.last().map(|f| (f.findings, f.collection, f.id.clone()));
            pages.extend(page.flawed);
            if !page.more {
                break;
            }
        }
        assert_eq!(pages, all.flawed, "{limit}");
    }
    for (finding, count) in Finding::ALL.into_iter().zip(all.counts) {
        let some =
            snapshot
                .quality(&QualityQuery { finding: Some(finding), ..everything() }, instant(NOW), |_| true);
        assert_eq!((some.counts, some.matched, some.flawed.len()), (all.counts, count, count));
        assert!(some.flawed.iter().all(|f| f.details.iter().any(|d| d.finding == finding)));
    }
    let toilets = QualityQuery { collection: Some(Collection::Toilets), ..everything() };
    let some = snapshot.quality(&toilets, instant(NOW), |_| true);
    assert_eq!((some.looked_at, some.flawed.iter().all(|f| f.collection == Collection::Toilets)), (9, true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_duplicates_found_are_those_of_a_linear_scan(
        made in prop::collection::vec((0..12_u8, 0..12_u8, "(Pier|Gap|North|Old)( Pier| Gap| Wc| North)?( Wc)?"), 0..40)
    ) {
        // Steps of some 20 m, so that many stand within 60 m and some just beyond.
        let items: Vec<Item> = made.iter().enumerate().map(|(n, (lat, lon, name))| {
            let at = (51.0 + f64::from(*lat) * 0.000_18, 1.0 + f64::from(*lon) * 0.000_285);
            item(Collection::Toilets, &format!("n{n:02}"), at, &[("name", name)])
        }).collect();
        let mut want = Vec::new();
        for a in &items {
            let near = items.iter().filter(|b| b.feature.id() != a.feature.id()).filter_map(|b| {
                let away = distance(a.feature.position().unwrap(), b.feature.position().unwrap());
                let (one, other) = (folded(a.feature.name()), folded(b.feature.name()));
                let words = |name: &str| name.split(' ').map(ToOwned::to_owned).collect::<std::collections::BTreeSet<_>>();
                let (one, other) = (words(&one), words(&other));
                let same = one.is_subset(&other) || other.is_subset(&one);
                (away.get() <= 60.0 && same).then(|| (away, b.feature.id().clone()))
            });
            let nearest = near.min_by(|(a, one), (b, other)| a.get().total_cmp(&b.get()).then_with(|| one.cmp(other)));
            want.extend(nearest.map(|(_, other)| (a.feature.id().clone(), other)));
        }
        let quality = snapshot(items).quality(&everything(), instant(NOW), |_| true);
        let mut found: Vec<_> = quality.flawed.into_iter().map(|f| (f.id, f.details[0].other.clone().unwrap())).collect();
        found.sort_unstable();
        prop_assert_eq!(found, want);
    }
}

#[test]
fn outside_is_what_the_measured_distance_says() {
    let area = area();
    let mut told = [0, 0];
    for (n, lon) in (0..400).zip((0..).map(|n| f64::from(n % 20) * 0.001 + 1.69)) {
        let geometry = Geometry::Point(LatLon::new(51.4 + f64::from(n / 20) * 0.01, lon).unwrap());
        let outside = area.facts.outside(&geometry).is_some();
        assert_eq!(area.is_outside(&geometry), outside, "{geometry:?}");
        told[usize::from(outside)] += 1;
    }
    assert!(told.iter().all(|count| 50 < *count), "{told:?}");
}
