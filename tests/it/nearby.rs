//! What is near: which places, in which order, how they look, and what may be asked of them.
use crate::support::client::{ids, link, path_of};
use crate::support::dice::Dice;
use crate::support::{SANDHAVEN, TENDRING, services};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

const NOON: &str = "2026-07-18T12:00:00Z";
/// All of the made-up area.
const ALL: &str = "/v1/nearby?near=Sandhaven&radius_m=25000&limit=100";
const COLLECTIONS: [&str; 6] = ["attractions", "beaches", "car-parks", "service-points", "toilets", "venues"];

#[tokio::test]
async fn a_visitor_in_clacton_is_shown_what_is_round_the_corner() {
    for service in services(TENDRING, NOON).await {
        let answer = service.client.json("/v1/nearby?lat=51.7895&lon=1.1537").await;
        let cards = answer["features"].as_array().unwrap();
        assert_eq!(answer["type"], "FeatureCollection");
        assert_eq!(answer["numberReturned"], 20, "20 are shown unless asked otherwise");
        assert_eq!(cards.len(), 20);
        assert_eq!(ids(&answer["features"])[0], "wc-rosemary-road", "{}", service.name);
        assert!(cards.is_sorted_by_key(mm));
        assert!(cards.iter().all(|card| mm(card) <= 2_000_000), "2 km is looked unless asked otherwise");
        assert_eq!(answer.get("near"), None);
    }
}

#[tokio::test]
async fn a_card_is_the_feature_cut_down_to_what_is_known_and_a_list_shows() {
    for service in services(SANDHAVEN, NOON).await {
        let answer = service.client.json(ALL).await;
        let cards = answer["features"].as_array().unwrap();
        for card in cards {
            let (collection, id) = (&card["properties"]["collection"], card["id"].as_str().unwrap());
            let target = format!("/v1/collections/{}/items/{id}", collection.as_str().unwrap());
            let feature = service.client.json(&target).await;
            let mut properties = card["properties"].clone();
            let distance = properties.as_object_mut().unwrap().remove("distance_m");
            assert!(distance.is_some_and(|distance| distance.is_number()), "{id}");
            assert_within(&properties, &feature["properties"], id);
            assert_eq!(card["geometry"]["type"], "Point", "{id}: a pin, also of a shape");
            if feature["geometry"]["type"] == "Point" {
                assert_eq!(card["geometry"], feature["geometry"], "{id}");
            }
            for (name, value) in card["properties"].as_object().unwrap() {
                let may_be_null = ["open_now", "next_change", "status_until"].contains(&name.as_str());
                assert!(may_be_null || !value.is_null(), "{id}: {name} is not known, yet shown");
            }
        }
        let lantern = cards.iter().find(|card| card["id"] == "ven-lantern-theatre").unwrap();
        assert_eq!(
            lantern["properties"],
            json!({
                "distance_m": lantern["properties"]["distance_m"],
                "collection": "venues",
                "status": "active",
                "name": "Lantern Theatre",
                "address": {"street_address": "1 Lantern Row"},
                "town": "Sandhaven-on-Sea",
                "position_quality": "surveyed",
                "accessibility": {"wheelchair": true, "hearing_loop": true},
                "open_now": null,
                "next_change": null,
                "venue_type": "theatre",
            })
        );
    }
}

#[tokio::test]
async fn the_nearest_over_all_collections_are_the_nearest_of_each_merged() {
    for service in services(TENDRING, NOON).await {
        let mut dice = Dice::new(11);
        for _ in 0..8 {
            let (lat, lon) = dice.in_tendring();
            let radius = dice.between(1_000.0, 12_000.0);
            let at = format!("/v1/nearby?lat={lat}&lon={lon}&radius_m={radius}&limit=100");
            let mut merged = Vec::new();
            for collection in COLLECTIONS {
                let answer = service.client.json(&format!("{at}&collections={collection}")).await;
                let cards = answer["features"].as_array().unwrap();
                assert!(cards.iter().all(|card| card["properties"]["collection"] == collection));
                merged.extend(cards.iter().cloned());
            }
            merged.sort_by_key(|card| {
                let of = |name: &str| card["properties"][name].as_str().unwrap().to_owned();
                (mm(card), card["id"].as_str().unwrap().to_owned(), of("collection"))
            });
            merged.truncate(100);
            let together = service.client.json(&at).await;
            assert_eq!(together["features"], Value::Array(merged), "{} {at}", service.name);
            let (few, reversed) = ("toilets,beaches,venues", "venues,beaches,toilets,beaches");
            let few = service.client.json(&format!("{at}&collections={few}")).await;
            let reversed = service.client.json(&format!("{at}&collections={reversed}")).await;
            assert_eq!(few["features"], reversed["features"], "{at}");
        }
    }
}

#[tokio::test]
async fn a_smaller_limit_or_radius_shows_the_beginning_of_the_same_list() {
    for service in services(TENDRING, NOON).await {
        let at = "/v1/nearby?near=Walton&radius_m=25000";
        let most = service.client.json(&format!("{at}&limit=100")).await;
        let all = most["features"].as_array().unwrap();
        assert_eq!(all.len(), 100);
        for limit in [1, 2, 7, 99] {
            let answer = service.client.json(&format!("{at}&limit={limit}")).await;
            assert_eq!(answer["features"].as_array().unwrap(), &all[..limit], "{limit}");
        }
        for limit in ["101", "1000", "99999999999999999999999999"] {
            let answer = service.client.json(&format!("{at}&limit={limit}")).await;
            assert_eq!(answer["features"], most["features"], "{limit}");
        }
        for radius_mm in [1, 1_000, 700_000, 3_000_500] {
            let target = format!("/v1/nearby?near=Walton&limit=100&radius_m={radius_mm}e-3");
            let answer = service.client.json(&target).await;
            let within = all.iter().filter(|card| mm(card) <= radius_mm).count();
            assert_eq!(answer["features"].as_array().unwrap(), &all[..within], "{target}");
        }
    }
}

#[tokio::test]
async fn a_town_or_a_postcode_stands_for_its_position_however_it_is_written() {
    for service in services(SANDHAVEN, NOON).await {
        for (names, called, lat, lon) in [
            (
                &["Sandhaven", "sandhaven-on-sea", "SANDHAVEN+ON+SEA", "%20Sandhaven%2Don%2Dsea%20"][..],
                "Sandhaven-on-Sea",
                54.6,
                -3.45,
            ),
            (&["SH1+1AB", "sh11ab", "Sh1%201aB"][..], "SH1 1AB", 54.6015, -3.4552),
        ] {
            let there = format!("/v1/nearby?lat={lat}&lon={lon}&radius_m=3000");
            let there = service.client.json(&there).await;
            for name in names {
                let answer = service.client.json(&format!("/v1/nearby?near={name}&radius_m=3000")).await;
                assert_eq!(answer["features"], there["features"], "{name}");
                assert_eq!(answer["near"], json!({"name": called, "lat": lat, "lon": lon}), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_shows_what_is_known_to_have_the_value_and_nothing_else() {
    /// Every parameter that is a field, and where the field stands.
    const FILTERS: [(&str, &str, &[&str]); 13] = [
        ("wheelchair", "/accessibility/wheelchair", &[]),
        ("step_free", "/accessibility/step_free", &[]),
        ("hearing_loop", "/accessibility/hearing_loop", &[]),
        ("changing_places", "/accessibility/changing_places", &[]),
        ("assistance_dogs", "/accessibility/assistance_dogs", &[]),
        ("free", "/free", &[]),
        ("radar_key", "/radar_key", &[]),
        ("baby_change", "/baby_change", &[]),
        ("lifeguarded", "/lifeguarded", &[]),
        ("attraction_type", "/attraction_type", &["museum", "pier", "park"]),
        ("service_type", "/service_type", &["hospital", "lifeguard", "library", "police"]),
        ("surface", "/surface", &["sand", "shingle"]),
        ("venue_type", "/venue_type", &["theatre", "outdoor"]),
    ];
    for service in services(SANDHAVEN, NOON).await {
        let all = service.client.json(ALL).await;
        let all = all["features"].as_array().unwrap();
        let mut shown = 0;
        for (name, field, words) in FILTERS {
            let flag = [("true", vec![json!(true)]), ("false", vec![json!(false)])];
            let both = ("true,false", vec![json!(true), json!(false)]);
            let asked: Vec<(String, Vec<Value>)> = if words.is_empty() {
                flag.into_iter().chain([both]).map(|(text, values)| (text.to_owned(), values)).collect()
            } else {
                let each = words.iter().map(|word| ((*word).to_owned(), vec![json!(word)]));
                each.chain([(words.join(","), words.iter().map(|word| json!(word)).collect())]).collect()
            };
            for (text, values) in asked {
                let answer = service.client.json(&format!("{ALL}&{name}={text}")).await;
                // A field of that name in another collection that cannot be asked for does not count.
                let wanted: Vec<&Value> = all
                    .iter()
                    .filter(|card| name != "surface" || card["properties"]["collection"] == "beaches")
                    .filter(|card| {
                        card["properties"].pointer(field).is_some_and(|value| values.contains(value))
                    })
                    .collect();
                let found: Vec<&Value> = answer["features"].as_array().unwrap().iter().collect();
                assert_eq!(found, wanted, "{} {name}={text}", service.name);
                shown += found.len();
            }
        }
        assert!(20 < shown, "{shown}");
        let two = service.client.json(&format!("{ALL}&wheelchair=true&free=false")).await;
        assert_eq!(ids(&two["features"]), ["cp-north-sands"], "every filter must hold");
        let none = service.client.json(&format!("{ALL}&collections=venues,toilets&free=true")).await;
        assert_eq!((&none["features"], &none["numberReturned"]), (&json!([]), &json!(0)));
        assert_eq!(none["attribution"], json!([]), "nothing is shown that asks for one");
    }
}

#[tokio::test]
async fn a_place_closed_for_good_is_not_near_but_who_asks_for_it_hears_so() {
    for (area, id, near) in
        [(SANDHAVEN, "wc-gull-cove", "SH2+1GD"), (TENDRING, "wc-ipswich-road", "Holland-on-Sea")]
    {
        for service in services(area, NOON).await {
            for more in ["", "&open=now", "&open=2026-07-19T12:00:00Z"] {
                let target = format!("/v1/nearby?near={near}&radius_m=5000&limit=100&collections=toilets");
                let answer = service.client.json(&format!("{target}{more}")).await;
                assert!(!ids(&answer["features"]).contains(&id), "{} {id} {more}", service.name);
            }
            let (items, _) = service.client.pages("/v1/collections/toilets/items").await;
            let listed = items.iter().find(|item| item["id"] == id).unwrap();
            let own = service.client.json(&format!("/v1/collections/toilets/items/{id}")).await;
            assert_eq!(own["properties"], listed["properties"]);
            assert_eq!(own["properties"]["status"], "closed");
            assert_eq!(own["properties"]["open_now"], false);
            assert_eq!(own["properties"]["next_change"], Value::Null);
            assert!(own["properties"]["status_reason"].is_string());
        }
    }
}

#[tokio::test]
async fn an_attribution_is_shown_exactly_when_a_place_that_is_shown_asks_for_it() {
    for service in services(TENDRING, NOON).await {
        let mut asks: HashMap<(String, String), Option<String>> = HashMap::new();
        let mut every = BTreeSet::new();
        for collection in COLLECTIONS {
            let target = format!("/v1/collections/{collection}/items?limit=1");
            let mut next = Some(target);
            while let Some(target) = next {
                let page = service.client.json(&target).await;
                let asked = page["features"][0]["properties"]["source"]["attribution"].as_str();
                // How full a beach is follows from the tide, too, whose source wants to be named.
                let tide = (collection == "beaches").then_some("tides");
                let wanted = asked.into_iter().chain(tide).map(ToOwned::to_owned).collect();
                assert_eq!(shown(&page), wanted, "{target}");
                let id = page["features"][0]["id"].as_str().unwrap().to_owned();
                let own = service.client.json(&format!("/v1/collections/{collection}/items/{id}")).await;
                assert_eq!(own["attribution"], page["attribution"], "{id}");
                every.extend(asked.map(ToOwned::to_owned));
                asks.insert((collection.to_owned(), id), asked.map(ToOwned::to_owned));
                next = link(&page, "next").map(|link| path_of(link["href"].as_str().unwrap()).to_owned());
            }
        }
        assert!(4 < every.len() && asks.values().any(Option::is_none), "{every:?}");
        let mut dice = Dice::new(5);
        for _ in 0..30 {
            let (lat, lon) = dice.in_tendring();
            let answer =
                service.client.json(&format!("/v1/nearby?lat={lat}&lon={lon}&radius_m=9000&limit=5")).await;
            let wanted: BTreeSet<String> = answer["features"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|card| {
                    let of = |value: &Value| value.as_str().unwrap().to_owned();
                    let tide = (card["properties"]["collection"] == "beaches").then(|| "tides".to_owned());
                    asks[&(of(&card["properties"]["collection"]), of(&card["id"]))]
                        .clone()
                        .into_iter()
                        .chain(tide)
                })
                .collect();
            assert_eq!(shown(&answer), wanted, "{lat} {lon}");
        }
    }
}

/// The distance on a card, in whole millimetres.
fn mm(card: &Value) -> i64 {
    let metres = card["properties"]["distance_m"].to_string();
    let (whole, rest) = metres.split_once('.').unwrap_or((&metres, "0"));
    format!("{whole}{rest:0<3}").parse().unwrap_or_else(|error| panic!("{metres}: {error}"))
}

/// The ids of the attributions in an answer, each complete.
fn shown(answer: &Value) -> BTreeSet<String> {
    let attributions = answer["attribution"].as_array().unwrap();
    for attribution in attributions {
        for member in ["id", "text", "licence", "url"] {
            assert!(attribution[member].is_string(), "{attribution}");
        }
    }
    attributions.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// Panics unless every member of `part` is in `whole` with the same value.
fn assert_within(part: &Value, whole: &Value, context: &str) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            for (name, value) in part {
                let of_whole = whole.get(name).unwrap_or_else(|| panic!("{context}: {name} is not whole"));
                assert_within(value, of_whole, &format!("{context}: {name}"));
            }
        }
        (part, whole) => assert_eq!(part, whole, "{context}"),
    }
}
