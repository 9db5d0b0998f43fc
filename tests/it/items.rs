//! The items of a collection: page by page, within a window, by name, by field, one by one.
use crate::support::client::{Client, ids, link, path_of};
use crate::support::dice::Dice;
use crate::support::{BASE, SANDHAVEN, TENDRING, services};
use geo::{Coord, Intersects, LineString, MultiPolygon, Point, Polygon, Rect};
use serde_json::{Value, json};

const NOON: &str = "2026-07-18T12:00:00Z";
const COLLECTIONS: [&str; 6] = ["attractions", "beaches", "car-parks", "service-points", "toilets", "venues"];

#[tokio::test]
async fn the_pages_of_a_collection_sum_to_all_of_it_without_a_repeat() {
    for service in services(TENDRING, NOON).await {
        for collection in COLLECTIONS {
            let target = format!("/v1/collections/{collection}/items");
            let whole = service.client.json(&format!("{target}?limit=1000")).await;
            let all = whole["features"].as_array().unwrap();
            let names = ids(&whole["features"]);
            assert!(names.is_sorted_by(|a, b| a < b), "{collection}: in the order of ids, each once");
            assert_eq!(
                (&whole["numberMatched"], &whole["numberReturned"]),
                (&json!(all.len()), &json!(all.len()))
            );
            for limit in [1, 2, 7, all.len() - 1, all.len(), all.len() + 1, 5_000] {
                let (paged, pages) = service.client.pages(&format!("{target}?limit={limit}")).await;
                assert_eq!(paged, *all, "{} {collection} by {limit}", service.name);
                assert_eq!(pages, all.len().div_ceil(limit).max(1), "{collection} by {limit}: no empty page");
            }
        }
    }
}

#[tokio::test]
async fn a_page_says_how_many_match_and_links_to_itself_and_the_next() {
    for service in services(SANDHAVEN, NOON).await {
        let target = "/v1/collections/car-parks/items?limit=2&free=true,false&q=car%20park";
        let page = service.client.json(target).await;
        assert_eq!((&page["numberReturned"], &page["numberMatched"]), (&json!(2), &json!(3)));
        let href =
            |page: &Value, rel: &str| link(page, rel).map(|link| link["href"].as_str().unwrap().to_owned());
        assert_eq!(href(&page, "self"), Some(format!("{BASE}{target}")));
        assert_eq!(href(&page, "collection"), Some(format!("{BASE}/v1/collections/car-parks")));
        assert!(href(&page, "license").is_some_and(|href| href.starts_with("https://creativecommons.org/")));
        let next = link(&page, "next").unwrap();
        assert_eq!(next["type"], "application/geo+json");
        let next = next["href"].as_str().unwrap();
        for kept in ["limit=2", "free=true,false", "q=car%20park", "cursor="] {
            assert!(next.contains(kept), "{next} has lost {kept}");
        }
        let last = service.client.json(path_of(next)).await;
        assert_eq!(ids(&last["features"]), ["cp-north-sands"]);
        assert_eq!((&last["numberReturned"], &last["numberMatched"]), (&json!(1), &json!(3)));
        assert_eq!(href(&last, "self").as_deref(), Some(next));
        assert_eq!(href(&last, "next"), None, "the last page has no next one");
        let other_size = service.client.json(&path_of(next).replace("limit=2", "limit=1")).await;
        assert_eq!(other_size["features"], last["features"], "the size of a page may change on the way");
    }
}

#[tokio::test]
async fn both_databases_answer_the_same_bytes() {
    for area in [SANDHAVEN, TENDRING] {
        let services = services(area, NOON).await;
        for collection in COLLECTIONS {
            let target = format!("/v1/collections/{collection}/items?limit=1000");
            let mut answers = Vec::new();
            for service in &services {
                let answer = service.client.get(&target).await;
                answers.push((answer.text(), answer.header("etag").to_owned()));
            }
            assert_eq!(answers[0], answers[1], "{target}");
        }
    }
}

#[tokio::test]
async fn a_window_shows_exactly_what_intersects_it() {
    for service in services(TENDRING, NOON).await {
        let mut dice = Dice::new(3);
        for collection in ["beaches", "car-parks", "toilets"] {
            let all = all(&service.client, collection).await;
            let (mut some, mut none) = (0, 0);
            for round in 0..50 {
                let (south, west) = dice.in_tendring();
                let size = if round % 2 == 0 { 0.2 } else { 0.004 };
                let (north, east) = (south + dice.between(0.0, size), west + dice.between(0.0, size));
                let found =
                    within(&service.client, collection, &format!("{west},{south},{east},{north}")).await;
                let window = Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
                let wanted: Vec<&Value> = all.iter().filter(|item| meets(item, &window)).collect();
                assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{collection} {window:?}");
                *(if wanted.is_empty() { &mut none } else { &mut some }) += 1;
            }
            assert!(5 < some && 5 < none, "{collection}: {some} windows with something, {none} without");
        }
    }
}

#[tokio::test]
async fn windows_at_the_edge_of_things() {
    let cases: &[(&str, &str, &str, &[&str])] = &[
        (
            "inside a shape, no edge of it in sight",
            "beaches",
            "-3.4716,54.6119,-3.4714,54.6121",
            &["beach-north-sands"],
        ),
        ("round a shape", "beaches", "-3.48,54.60,-3.46,54.62", &["beach-north-sands"]),
        ("in the bounds of a slanting shape, but beside it", "beaches", "-3.4725,54.617,-3.4720,54.618", &[]),
        (
            "across a shape without a corner of either in the other",
            "beaches",
            "-3.48,54.611,-3.46,54.612",
            &["beach-north-sands"],
        ),
        (
            "nothing but the place itself",
            "car-parks",
            "-3.4512,54.6006,-3.4512,54.6006",
            &["cp-market-street"],
        ),
        ("a corner on the place", "car-parks", "-3.4512,54.6006,-3.40,54.61", &["cp-market-street"]),
        ("a hair beside the place", "car-parks", "-3.4511999,54.6006,-3.40,54.61", &[]),
        (
            "six numbers, the heights ignored",
            "car-parks",
            "-3.4513,54.6005,-99999,-3.4511,54.6007,1e9",
            &["cp-market-street"],
        ),
        (
            "six numbers, the heights upside down",
            "car-parks",
            "-3.4513,54.6005,9,-3.4511,54.6007,-9",
            &["cp-market-street"],
        ),
        ("the world", "beaches", "-180,-90,180,90", &["beach-gull-cove", "beach-north-sands"]),
        (
            "over the antimeridian, nearly round the world",
            "beaches",
            "-3.48,54,-3.49,55",
            &["beach-gull-cove", "beach-north-sands"],
        ),
        ("over the antimeridian, into the western part", "beaches", "170,54,-3.49,55", &["beach-gull-cove"]),
        (
            "over the antimeridian, out of the eastern part",
            "beaches",
            "-3.48,54,-170,55",
            &["beach-north-sands"],
        ),
        ("over the antimeridian, nowhere near", "beaches", "170,-90,-170,90", &[]),
        ("the antimeridian itself", "beaches", "180,-90,-180,90", &[]),
        (
            "numbers with exponents and signs",
            "beaches",
            "-3.48e0,%2B5.4e1,-3460e-3,55",
            &["beach-north-sands"],
        ),
    ];
    for service in services(SANDHAVEN, NOON).await {
        for (what, collection, bbox, wanted) in cases {
            let found = within(&service.client, collection, bbox).await;
            assert_eq!(ids(&Value::Array(found)), *wanted, "{}: {what}", service.name);
        }
    }
}

#[tokio::test]
async fn a_search_finds_beginnings_of_words_of_names() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("q=toilets", "toilets", &["wc-gull-cove", "wc-market-street", "wc-promenade"]),
        ("q=TOIL", "toilets", &["wc-gull-cove", "wc-market-street", "wc-promenade"]),
        ("q=cove+gull", "toilets", &["wc-gull-cove"]),
        ("q=ove", "toilets", &[]),
        ("q=m%C3%A4rket", "toilets", &["wc-market-street"]),
        ("q=market-street", "toilets", &["wc-market-street"]),
        ("q=market%20gull", "toilets", &[]),
        ("q=%E6%B5%B7", "toilets", &[]),
        ("q=toilets&wheelchair=true", "toilets", &["wc-promenade"]),
        ("q=toilets&bbox=-3.452,54.6,-3.45,54.601", "toilets", &["wc-market-street"]),
        ("wheelchair=false", "toilets", &["wc-market-street"]),
        ("wheelchair=true,false", "toilets", &["wc-market-street", "wc-promenade"]),
        ("wheelchair=true&free=false", "car-parks", &["cp-north-sands"]),
        ("service_type=library,lifeguard", "service-points", &["lg-north-sands", "lib-sandhaven"]),
        ("wheelchair=true&bbox=-3.45,54.6,-3.44,54.61", "service-points", &["hosp-sandhaven"]),
        ("lifeguarded=true", "beaches", &["beach-north-sands"]),
        ("surface=shingle,mud", "beaches", &["beach-gull-cove"]),
    ];
    for service in services(SANDHAVEN, NOON).await {
        for (question, collection, wanted) in cases {
            let target = format!("/v1/collections/{collection}/items?{question}");
            let answer = service.client.json(&target).await;
            assert_eq!(ids(&answer["features"]), *wanted, "{} {question}", service.name);
            assert_eq!(answer["numberMatched"], wanted.len(), "{question}");
            let (paged, _) = service.client.pages(&format!("{target}&limit=1")).await;
            assert_eq!(Value::Array(paged), answer["features"], "{question}, one by one");
        }
    }
}

#[tokio::test]
async fn what_gis_clients_say_out_of_habit_changes_nothing() {
    const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    for service in services(SANDHAVEN, NOON).await {
        let plain = service.client.json("/v1/collections/toilets/items").await;
        for habit in [
            "f=json".to_owned(),
            format!("crs={CRS84}"),
            format!("bbox-crs={CRS84}&bbox=-180,-90,180,90"),
            "datetime=2026-07-18T12:00:00Z".to_owned(),
            "datetime=2026-07-18T12:00:00%2B01:00".to_owned(),
            "datetime=../2001-01-01T00:00:00Z".to_owned(),
            "datetime=2099-01-01T00:00:00Z/..".to_owned(),
            "datetime=/2001-01-01T00:00:00Z".to_owned(),
            "datetime=2001-01-01T00:00:00Z/2001-01-02T00:00:00Z".to_owned(),
            "limit=1000".to_owned(),
            "&&limit=100&".to_owned(),
            "%6Cimit=50".to_owned(),
        ] {
            let answer = service.client.json(&format!("/v1/collections/toilets/items?{habit}")).await;
            assert_eq!(answer["features"], plain["features"], "{habit}");
        }
        let item = "/v1/collections/toilets/items/wc-promenade";
        let plain = service.client.json(item).await;
        assert_eq!(service.client.json(&format!("{item}?f=json&crs={CRS84}")).await, plain);
    }
}

#[tokio::test]
async fn an_item_is_the_one_in_the_list_with_its_links_and_its_attribution() {
    for service in services(SANDHAVEN, NOON).await {
        for collection in COLLECTIONS {
            for listed in all(&service.client, collection).await {
                let id = listed["id"].as_str().unwrap();
                let own = format!("/v1/collections/{collection}/items/{id}");
                let mut item = service.client.json(&own).await;
                assert_eq!(link(&item, "self").unwrap()["href"], format!("{BASE}{own}"));
                assert_eq!(
                    link(&item, "collection").unwrap()["href"],
                    format!("{BASE}/v1/collections/{collection}")
                );
                assert!(link(&item, "license").is_some());
                assert_eq!(item["attribution"][0]["id"], "invented");
                assert_eq!(item["time_zone"], "Europe/London");
                for of_answer in ["links", "attribution", "time_zone"] {
                    item.as_object_mut().unwrap().remove(of_answer);
                }
                assert_eq!(item, listed, "{own}");
            }
        }
        for absent in ["wc-nowhere", "WC-PROMENADE", "cp-market-street", "x", "-", "%2e%2e", "wc%20promenade"]
        {
            let answer = service.client.get(&format!("/v1/collections/toilets/items/{absent}")).await;
            assert_eq!(answer.problem(), (404, "not-found".to_owned(), None), "{absent}");
        }
    }
}

/// What `tests/area/sandhaven` says of a car park, as a visitor reads it on a Saturday in July.
const NORTH_SANDS: &str = r#"{
    "collection": "car-parks",
    "status": "active", "status_reason": null, "status_until": null,
    "name": "North Sands Car Park", "description": null,
    "address": {
        "street_address": "Promenade", "locality": "Sandhaven-on-Sea",
        "postal_code": "SH1 2QS", "uprn": null
    },
    "town": "Sandhaven-on-Sea",
    "contact": {"phone": null, "email": null, "url": null},
    "position_quality": "surveyed",
    "accessibility": {
        "wheelchair": true, "step_free": null, "hearing_loop": null,
        "changing_places": null, "assistance_dogs": null
    },
    "free": false,
    "opening_hours": "24/7", "open_now": true, "next_change": null, "notices": [],
    "image": {"url": null, "alt": null},
    "verified_at": null,
    "source": {
        "name": "Sandhaven Council", "url": null, "licence": "CC0-1.0",
        "retrieved_on": "2026-10-01", "attribution": "invented"
    },
    "spaces": 120, "spaces_disabled": 6, "spaces_parent": null, "spaces_ev": null,
    "spaces_coach": null, "spaces_motorhome": null, "spaces_approximate": null,
    "surface": "asphalt", "multi_storey": null, "max_height_m": null, "max_stay_min": null,
    "free_hours": "18:00-09:00; PH",
    "payment": ["card", "app"], "payment_app": "HavenPay", "payment_location_code": "4401",
    "permits": "The resident permit is valid all year.",
    "park_mark": null, "operator": "Sandhaven Council",
    "tariffs": [
        {"days": "Mo-Su", "from": "09:00", "to": "18:00", "season": "Apr-Sep", "minutes": 120, "pence": 300},
        {"days": "Mo-Su", "from": "09:00", "to": "18:00", "season": "Apr-Sep", "minutes": null, "pence": 750},
        {"days": "Mo-Su", "from": "09:00", "to": "18:00", "season": "Oct-Mar", "minutes": null, "pence": 200}
    ],
    "version": 1, "created_at": "2026-07-18T12:00:00Z", "updated_at": "2026-07-18T12:00:00Z"
}"#;

#[tokio::test]
async fn a_feature_says_all_that_the_area_folder_says() {
    for service in services(SANDHAVEN, NOON).await {
        let item = service.client.json("/v1/collections/car-parks/items/cp-north-sands").await;
        assert_eq!(item["geometry"], json!({"type": "Point", "coordinates": [-3.4685, 54.611]}));
        assert_eq!(item["properties"], serde_json::from_str::<Value>(NORTH_SANDS).unwrap());
    }
}

/// Every item of a collection.
async fn all(client: &Client, collection: &str) -> Vec<Value> {
    client.pages(&format!("/v1/collections/{collection}/items?limit=1000")).await.0
}

/// The items in a window, in pages of three, which must be what one page has.
async fn within(client: &Client, collection: &str, bbox: &str) -> Vec<Value> {
    let target = format!("/v1/collections/{collection}/items?bbox={bbox}");
    let whole = client.json(&format!("{target}&limit=1000")).await;
    let (paged, _) = client.pages(&format!("{target}&limit=3")).await;
    assert_eq!(whole["features"], Value::Array(paged.clone()), "{target}");
    assert_eq!(whole["numberMatched"], paged.len(), "{target}");
    paged
}

/// Whether an item intersects a window, as the crate geo sees it.
fn meets(item: &Value, window: &Rect) -> bool {
    let coord = |at: &Value| Coord { x: at[0].as_f64().unwrap(), y: at[1].as_f64().unwrap() };
    let ring = |ring: &Value| LineString(ring.as_array().unwrap().iter().map(coord).collect());
    let coordinates = &item["geometry"]["coordinates"];
    match item["geometry"]["type"].as_str().unwrap() {
        "Point" => window.intersects(&Point(coord(coordinates))),
        "MultiPolygon" => {
            let polygon = |rings: &Value| {
                let mut rings = rings.as_array().unwrap().iter().map(ring);
                Polygon::new(rings.next().unwrap(), rings.collect())
            };
            let shape: MultiPolygon = coordinates.as_array().unwrap().iter().map(polygon).collect();
            window.intersects(&shape)
        }
        other => panic!("a {other}"),
    }
}
