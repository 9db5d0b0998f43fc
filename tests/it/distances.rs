//! How far things are, held against the geodesic itself: the shipped area, from positions all over it.
use crate::support::client::Client;
use crate::support::dice::Dice;
use crate::support::{TENDRING, services};
use geographiclib_rs::{Geodesic, InverseGeodesic};
use serde_json::Value;

/// Every collection of points.
const POINTS: &str = "attractions,car-parks,service-points,toilets,venues";

/// A place as the test knows it.
struct Known {
    collection: String,
    id: String,
    lat: f64,
    lon: f64,
}

#[tokio::test]
async fn points_are_as_far_as_the_geodesic_says_and_none_is_left_out() {
    let earth = Geodesic::wgs84();
    for (seed, service) in services(TENDRING, "2026-07-18T12:00:00Z").await.into_iter().enumerate() {
        let known = points(&service.client).await;
        assert!(100 < known.len(), "{}", known.len());
        let mut dice = Dice::new(seed as u64);
        for _ in 0..100 {
            let ((lat, lon), radius) = (dice.in_tendring(), dice.between(300.0, 9_000.0));
            let target =
                format!("/v1/nearby?lat={lat}&lon={lon}&radius_m={radius}&limit=100&collections={POINTS}");
            let mut wanted: Vec<(f64, &Known)> = known
                .iter()
                .map(|known| (earth.inverse(lat, lon, known.lat, known.lon), known))
                .filter(|(distance, _): &(f64, _)| *distance <= radius)
                .collect();
            wanted.sort_by(|(a, x), (b, y)| {
                a.total_cmp(b).then_with(|| (&x.id, &x.collection).cmp(&(&y.id, &y.collection)))
            });
            wanted.truncate(100);
            let answer = service.client.json(&target).await;
            let cards = answer["features"].as_array().unwrap();
            assert_eq!(cards.len(), wanted.len(), "{} {target}", service.name);
            for (card, (exact, known)) in cards.iter().zip(&wanted) {
                let stated = distance(card);
                assert_eq!(card["id"], known.id, "{target}: {stated} m, {exact} m");
                assert!((stated - exact).abs() <= 0.001, "{target}: {stated} m, {exact} m");
            }
            assert!(cards.iter().map(distance).is_sorted(), "{target}");
        }
    }
}

#[tokio::test]
async fn places_at_one_point_stand_in_the_order_of_their_ids() {
    for service in services(TENDRING, "2026-07-18T12:00:00Z").await {
        let known = points(&service.client).await;
        let mut tied = 0;
        for place in &known {
            let here: Vec<&Known> =
                known.iter().filter(|k| (k.lat, k.lon) == (place.lat, place.lon)).collect();
            if here.len() < 2 {
                continue;
            }
            tied += 1;
            let mut wanted: Vec<_> = here.iter().map(|k| (k.id.as_str(), k.collection.as_str())).collect();
            wanted.sort_unstable();
            // From the point itself, and from afar.
            for (lat, lon) in [(place.lat, place.lon), (place.lat + 0.01, place.lon - 0.007)] {
                let target =
                    format!("/v1/nearby?lat={lat}&lon={lon}&radius_m=5000&limit=100&collections={POINTS}");
                let answer = service.client.json(&target).await;
                let found: Vec<_> = answer["features"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|card| {
                        (card["id"].as_str().unwrap(), card["properties"]["collection"].as_str().unwrap())
                    })
                    .filter(|name| wanted.contains(name))
                    .collect();
                assert_eq!(found, wanted, "{} {target}", service.name);
            }
        }
        assert!(2 <= tied, "the area has places at one point");
    }
}

#[tokio::test]
async fn a_beach_is_nought_metres_away_within_it_and_else_as_far_as_its_nearest_edge() {
    for service in services(TENDRING, "2026-07-18T12:00:00Z").await {
        let (beaches, _) = service.client.pages("/v1/collections/beaches/items").await;
        let mut dice = Dice::new(7);
        let (mut within, mut without) = (0, 0);
        for round in 0..60 {
            let beach = &beaches[round % beaches.len()];
            let (lat, lon) = if round % 3 == 0 { dice.in_tendring() } else { near_shape(&mut dice, beach) };
            let target =
                format!("/v1/nearby?lat={lat}&lon={lon}&radius_m=6000&limit=100&collections=beaches");
            let answer = service.client.json(&target).await;
            let stated = |id: &Value| {
                let card = answer["features"].as_array().unwrap().iter().find(|card| card["id"] == *id);
                card.map(distance)
            };
            for beach in &beaches {
                let (inside, edge) = from_edge(beach, lat, lon);
                match stated(&beach["id"]) {
                    Some(stated) if inside => {
                        within += 1;
                        assert!(stated.abs() < f64::EPSILON, "{target}: {} is {stated}", beach["id"]);
                    }
                    Some(stated) => {
                        without += 1;
                        assert!((stated - edge).abs() < 0.1, "{target}: {} is {edge}", beach["id"]);
                    }
                    None => assert!(!inside && 5_999.9 < edge, "{target}: {} is {edge}", beach["id"]),
                }
            }
        }
        assert!(10 < within && 50 < without, "{within} within, {without} without");
    }
}

fn distance(card: &Value) -> f64 {
    card["properties"]["distance_m"].as_f64().unwrap()
}

/// Every place that has a point and is not closed for good.
async fn points(client: &Client) -> Vec<Known> {
    let mut known = Vec::new();
    for collection in POINTS.split(',') {
        let (features, _) = client.pages(&format!("/v1/collections/{collection}/items?limit=1000")).await;
        for feature in features.iter().filter(|feature| feature["properties"]["status"] != "closed") {
            let [lon, lat] = position(&feature["geometry"]["coordinates"]);
            let id = feature["id"].as_str().unwrap().to_owned();
            known.push(Known { collection: collection.to_owned(), id, lat, lon });
        }
    }
    known
}

fn position(value: &Value) -> [f64; 2] {
    [value[0].as_f64().unwrap(), value[1].as_f64().unwrap()]
}

/// The rings of a beach, outer and inner alike.
fn rings(beach: &Value) -> Vec<Vec<[f64; 2]>> {
    assert_eq!(beach["geometry"]["type"], "MultiPolygon");
    let polygons = beach["geometry"]["coordinates"].as_array().unwrap();
    let rings = polygons.iter().flat_map(|polygon| polygon.as_array().unwrap());
    rings.map(|ring| ring.as_array().unwrap().iter().map(position).collect()).collect()
}

/// A position in the bounds of a shape: near it, often within it.
fn near_shape(dice: &mut Dice, beach: &Value) -> (f64, f64) {
    let rings = rings(beach);
    let mut at = (0.0, 0.0);
    // A beach is long and thin and lies askew in its bounds.
    for _ in 0..200 {
        let a = rings[0][dice.below(rings[0].len())];
        let b = rings[0][dice.below(rings[0].len())];
        let share = dice.between(0.0, 1.0);
        at = (a[1] + (b[1] - a[1]) * share, a[0] + (b[0] - a[0]) * share);
        if from_edge(beach, at.0, at.1).0 {
            break;
        }
    }
    at
}

/// Whether a position is within a beach, by counting crossings, and how far it is from the nearest edge, by
/// laying the map flat around it to find the nearest point of each edge and asking the geodesic for that.
fn from_edge(beach: &Value, lat: f64, lon: f64) -> (bool, f64) {
    let scale = lat.to_radians().cos();
    let flat = |[x, y]: [f64; 2]| [(x - lon) * scale, y - lat];
    let (mut inside, mut best) = (false, (f64::INFINITY, [0.0; 2]));
    for ring in rings(beach) {
        for edge in ring.windows(2) {
            let ([ax, ay], [bx, by]) = (flat(edge[0]), flat(edge[1]));
            if (ay > 0.0) != (by > 0.0) && 0.0 < ax + (bx - ax) * (-ay / (by - ay)) {
                inside = !inside;
            }
            let (dx, dy) = (bx - ax, by - ay);
            let along = (-(ax * dx + ay * dy) / (dx * dx + dy * dy).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
            let away = (ax + along * dx).hypot(ay + along * dy);
            if away < best.0 {
                let [[ax, ay], [bx, by]] = [edge[0], edge[1]];
                best = (away, [ax + along * (bx - ax), ay + along * (by - ay)]);
            }
        }
    }
    let [nearest_lon, nearest_lat] = best.1;
    (inside, Geodesic::wgs84().inverse(lat, lon, nearest_lat, nearest_lon))
}
