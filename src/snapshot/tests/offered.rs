//! What is offered: in a fair order, page by page, and only while it holds.
use super::*;
use crate::features::schema::{business_at, promotion_at};
use crate::features::{Deciders, Promotion, PromotionStep};
use crate::ids::OrganisationId;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

const DECIDERS: Deciders<'static> = Deciders { by: "m", proposed_by: None };

fn noon() -> DateTime<Utc> {
    instant("2026-07-18T12:00:00Z")
}

fn value(collection: Collection, number: usize, text: &str) -> (usize, Value) {
    (number, schema::fields(collection)[number].kind.text(text).unwrap())
}

/// The business of that number, of that organisation; many stand at one point.
fn business(n: usize, owner: usize, version: i64) -> Arc<Item> {
    let set = |number: usize, text: &str| value(Collection::Businesses, number, text);
    let named = |name: &str, text: &str| set(schema::number(Collection::Businesses, name).unwrap(), text);
    let fields = [
        named("name", &format!("Cafe {n}")),
        named("position_quality", "derived"),
        named("source_name", "test"),
        named("source_retrieved_on", "2026-01-01"),
        set(business_at::CATEGORY, if n.is_multiple_of(2) { "cafe" } else { "pub" }),
        set(business_at::ORGANISATION, &format!("org-{owner}")),
    ];
    let position = LatLon::new(51.0 + f64::from(u8::try_from(n / 10).unwrap()) * 0.001, 1.0).unwrap();
    let id = FeatureId::new(&format!("biz-{n:03}")).unwrap();
    let geometry = Some(Arc::new(Geometry::Point(position)));
    let feature =
        Feature::new(id, Collection::Businesses, geometry, None, Status::Active, Fields::new(fields));
    stored(feature.unwrap(), version)
}

fn stored(feature: Feature, version: i64) -> Arc<Item> {
    let at = instant("2026-01-01T00:00:00Z");
    Arc::new(Item { feature: Arc::new(feature), version: Version(version), created_at: at, updated_at: at })
}

/// An offer of that organisation at that business, which holds for so many hours from noon on.
fn offer(n: usize, owner: usize, business: usize, hours: std::ops::Range<i64>, approved: bool) -> Arc<Item> {
    let at = |hours: i64| (noon() + TimeDelta::hours(hours)).to_rfc3339();
    let set = |number: usize, text: &str| value(Collection::Promotions, number, text);
    let fields = [
        set(promotion_at::NAME, &format!("Offer {n}")),
        set(promotion_at::KIND, "freebie"),
        set(promotion_at::VALID_FROM, &at(hours.start)),
        set(promotion_at::VALID_THROUGH, &at(hours.end)),
        set(promotion_at::BUSINESS, &format!("biz-{business:03}")),
    ];
    let owner = OrganisationId::new(&format!("org-{owner}")).unwrap();
    let fields = Fields::new(Promotion::drafted(Some(&owner)).into_iter().chain(fields));
    let id = FeatureId::new(&format!("offer-{n:03}")).unwrap();
    let draft = Feature::new(id, Collection::Promotions, None, None, Status::Active, fields).unwrap();
    let steps = if approved { &[PromotionStep::Submit, PromotionStep::Approve][..] } else { &[] };
    let decided = steps.iter().fold(draft, |feature, step| {
        Promotion::of(&feature).unwrap().after(step, DECIDERS, "0", noon() - TimeDelta::days(9)).unwrap()
    });
    stored(decided, 1)
}

fn shown(items: Vec<Arc<Item>>, now: DateTime<Utc>) -> Snapshot {
    Snapshot::build(Epoch(uuid::Uuid::nil()), Revision(1), area(), items, Arc::default(), now)
}

fn drawn(seed: u32, limit: usize) -> ItemsQuery {
    let (collection, sort) = (Collection::Promotions, SortBy::Fair(Seed(seed)));
    ItemsQuery { collection, sort, limit, ..everything() }
}

/// The ids of every page, in order.
fn paged(snapshot: &Snapshot, mut query: ItemsQuery, now: DateTime<Utc>) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let (items, next) = snapshot.listed(&query, now);
        ids.extend(items.iter().map(|item| item.feature.id().to_string()));
        assert!(items.len() <= query.limit);
        let Some(next) = next else { return ids };
        let cursor = query.cursor(next).to_string();
        query.resume(&cursor).unwrap();
    }
}

fn forty() -> Snapshot {
    let items = (0..40).flat_map(|n| [business(n, n, 1), offer(n, n, n, 0..9, true)]);
    shown(items.collect(), noon())
}

#[test]
fn each_of_forty_equal_offers_comes_first_as_often_as_any_other_and_paging_shows_each_once() {
    let (snapshot, seeds) = (forty(), 10_000);
    let mut first: BTreeMap<String, i32> = BTreeMap::new();
    for seed in 0..seeds {
        let (items, _) = snapshot.listed(&drawn(seed, 1), noon());
        *first.entry(items[0].feature.id().to_string()).or_default() += 1;
        if seed % 100 == 0 {
            let ids = paged(&snapshot, drawn(seed, 7), noon());
            assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (40, 40), "{seed}");
            assert_eq!(ids, paged(&snapshot, drawn(seed, 40), noon()), "{seed}");
        }
    }
    let (n, p) = (f64::from(seeds), 1.0 / 40.0);
    let (mean, deviation) = (n * p, (n * p * (1.0 - p)).sqrt());
    assert_eq!(first.len(), 40);
    for (id, count) in first {
        let off = (f64::from(count) - mean) / deviation;
        assert!(off.abs() < 3.0, "{id} came first {count} times, {off:.1} standard deviations off");
    }
}

#[test]
fn nobody_has_more_than_its_share_however_much_it_offers() {
    // One with sixty offers among thirty with one each.
    let many = (0..60).map(|n| offer(n, 0, 0, 0..9, true));
    let few = (1..31).flat_map(|n| [business(n, n, 1), offer(100 + n, n, n, 0..9, true)]);
    let snapshot = shown([business(0, 0, 1)].into_iter().chain(many).chain(few).collect(), noon());
    for seed in 0..50 {
        let ids = paged(&snapshot, drawn(seed, 10), noon());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 90);
        let of_the_one = |ids: &[String]| ids.iter().filter(|id| id.as_str() < "offer-060").count();
        assert_eq!(of_the_one(&ids[..31]), 1, "{seed}: one of each in the first round");
        let near = NearQuery {
            collections: vec![Collection::Promotions],
            limit: 100,
            seed: Seed(seed),
            ..near(None, None)
        };
        let mut out = Vec::new();
        let (count, _) = snapshot.nearby(&near, noon(), &mut out);
        assert_eq!(count, 33, "three of the one that has sixty");
    }
}

#[test]
fn what_is_equally_near_is_drawn_and_what_is_nearer_comes_first() {
    let snapshot = forty();
    let mut orders = BTreeSet::new();
    for seed in 0..20 {
        let near = NearQuery {
            collections: vec![Collection::Promotions],
            limit: 40,
            seed: Seed(seed),
            ..near(None, None)
        };
        let mut out = b"[".to_vec();
        snapshot.nearby(&near, noon(), &mut out);
        out.push(b']');
        let text = String::from_utf8(out).unwrap();
        let ids: Vec<usize> =
            text.split("\"id\":\"offer-").skip(1).map(|rest| rest[..3].parse().unwrap()).collect();
        assert_eq!(ids.len(), 40);
        // From the north: those of the thirties stand nearest, all at one point.
        assert!(ids.iter().map(|id| id / 10).is_sorted_by(|a, b| a >= b), "{ids:?}");
        orders.insert(ids);
    }
    assert!(15 < orders.len(), "{} orders of 20", orders.len());
}

#[test]
fn at_one_point_one_with_twenty_offers_comes_first_no_more_often_than_one_with_one() {
    let many = (0..20).map(|n| offer(n, 0, 0, 0..9, true));
    let one = [business(0, 0, 1), business(1, 1, 1), offer(50, 1, 1, 0..9, true)];
    let snapshot = shown(one.into_iter().chain(many).collect(), noon());
    let mut first = 0;
    for seed in 0..400 {
        let query = NearQuery {
            collections: vec![Collection::Promotions],
            limit: 1,
            seed: Seed(seed),
            ..near(None, None)
        };
        let mut out = Vec::new();
        snapshot.nearby(&query, noon(), &mut out);
        first += usize::from(String::from_utf8(out).unwrap().contains("offer-050"));
    }
    // Half of 400, within three standard deviations.
    assert!((170..=230).contains(&first), "{first}");
}

#[test]
fn what_is_over_vanishes_at_that_instant_whoever_looks_and_whatever_was_rendered() {
    let items = vec![
        business(0, 0, 1),
        offer(0, 0, 0, -3..2, true),
        offer(1, 0, 0, 1..3, true),
        offer(2, 0, 0, 0..3, false),
    ];
    // Never refreshed: as if nothing but readers were alive.
    let snapshot = shown(items, noon());
    for (minutes, want) in [
        (-181, &[][..]),
        (-180, &["000"]),
        (0, &["000"]),
        (59, &["000"]),
        (60, &["000", "001"]),
        (119, &["000", "001"]),
        (120, &["001"]),
        (179, &["001"]),
        (180, &[]),
    ] {
        let now = noon() + TimeDelta::minutes(minutes);
        let mut ids = paged(&snapshot, drawn(1, 10), now);
        ids.sort();
        let want: Vec<String> = want.iter().map(|id| format!("offer-{id}")).collect();
        assert_eq!(ids, want, "{minutes}");
        let mut out = Vec::new();
        let valid = During { from: Some(now), to: Some(now) };
        let near = NearQuery { collections: vec![Collection::Promotions], valid, ..near(None, None) };
        assert_eq!(snapshot.nearby(&near, now, &mut out).0, want.len(), "{minutes}");
        for (id, through) in [("offer-000", 120), ("offer-001", 180)] {
            let there = snapshot.collection(Collection::Promotions).feature(id, now, &mut Vec::new());
            assert_eq!(there.is_some(), minutes < through, "{id} {minutes}");
        }
        let mut out = Vec::new();
        let answered = snapshot.items(&drawn(1, 10), now, &mut out).answered;
        let next = [-180, 60, 120, 180].into_iter().find(|edge| minutes < *edge);
        let edge = next.map(|minutes| noon() + TimeDelta::minutes(minutes));
        assert!(edge.is_none_or(|edge| answered.valid_until.is_some_and(|until| until <= edge)), "{minutes}");
        assert_eq!(snapshot.items(&drawn(1, 10), now, &mut out).matched, Some(want.len()), "{minutes}");
    }
}

/// A change: an offer or a business written, or taken away.
fn change() -> impl Strategy<Value = (bool, usize, usize, usize, i64, bool, bool)> {
    (any::<bool>(), 0..8_usize, 0..3_usize, 0..4_usize, -2..3_i64, any::<bool>(), prop::bool::weighted(0.2))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn offers_after_changes_are_those_that_would_be_read_anew(changes in prop::collection::vec(change(), 1..25)) {
        let mut items: BTreeMap<FeatureId, Arc<Item>> = BTreeMap::new();
        let mut snapshot = shown(Vec::new(), noon());
        for (is_offer, n, owner, at, from, approved, gone) in changes {
            let item = if is_offer { offer(n, owner, at, from..from + 2, approved) } else { business(at, owner, 1) };
            let (id, collection) = (item.feature.id().clone(), item.feature.collection());
            let written = (!gone).then(|| item.clone());
            if gone { items.remove(&id); } else { items.insert(id.clone(), item); }
            let changed = Changed::from([(collection, vec![(id, written)])]);
            snapshot = snapshot.after(Revision(2), changed, None, noon());
            let anew = shown(items.values().cloned().collect(), noon());
            for collection in [Collection::Businesses, Collection::Promotions] {
                let all = During { from: None, to: None };
                let query = ItemsQuery { collection, limit: 100, sort: SortBy::Id, during: Some(all), ..everything() };
                let page = |snapshot: &Snapshot| {
                    let mut out = Vec::new();
                    snapshot.items(&query, noon(), &mut out);
                    String::from_utf8(out).unwrap()
                };
                prop_assert_eq!(page(&snapshot), page(&anew));
            }
            prop_assert_eq!(paged(&snapshot, drawn(7, 3), noon()), paged(&anew, drawn(7, 3), noon()));
            prop_assert_eq!(snapshot.offers().all().count(), anew.offers().all().count());
        }
    }
}
