//! Where else there is room: fresh, green and open, the nearest by road first, with a place to park and toilets.
use super::{COVE, SANDS, at, decided, done, id, patrol, sent, shown, written};
use crate::support::dice::Dice;
use crate::support::people::Person;
use crate::support::places::{id as place_id, shut};
use crate::support::{SANDHAVEN, Service, files, services_of};
use chrono::TimeDelta;
use promenade::beaches::{Access, Colour};
use promenade::command::{Aim, Command, Expected};
use promenade::features::Status;
use promenade::formats::area::Files;
use promenade::ids::Collection;
use serde_json::{Value, json};

const NOON: &str = "2026-07-18T12:00:00Z";
const BAY: &str = "beach-far-bay";
const QUAY: &str = "beach-old-quay";

/// Sandhaven with two beaches more: the bay is nearer than the cove by the line and farther by road, and how far the
/// quay is by road nobody has measured. There is room for 2,352 at low water on each but North Sands.
fn with_four_beaches() -> Files {
    let mut files = files(SANDHAVEN);
    let mut edit = |name: &str, edit: &dyn Fn(String) -> String| {
        let text = edit(String::from_utf8(files[name].clone()).unwrap());
        files.insert(name.to_owned(), text.into_bytes());
    };
    edit("places/beaches.csv", &|text| {
        let text = text.replace("point.,,,,,,,,no", "point.,0.9,20000,8.1,9000,estimated,By eye.,,no");
        let cove = text.lines().find(|line| line.starts_with(COVE)).unwrap().to_owned();
        let like = |id: &str, name: &str, position: &str| {
            let row = cove.replacen(COVE, id, 1).replacen("Gull Cove", name, 1);
            row.replace("54.572000,-3.496500", position) + "\n"
        };
        text + &like(BAY, "Far Bay", "54.580000,-3.495000") + &like(QUAY, "Old Quay", "54.590000,-3.490000")
    });
    edit("shapes.geojson", &|text| {
        let around = |id: &str, lat: f64, lon: f64| {
            let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
            let corners = corners.map(|(east, north)| [lon + east * 5e-4, lat + north * 5e-4]);
            let geometry = json!({"type": "MultiPolygon", "coordinates": [[corners]]});
            json!({"type": "Feature", "id": id, "properties": {}, "geometry": geometry}).to_string()
        };
        let more = [around(BAY, 54.58, -3.495), around(QUAY, 54.59, -3.49)].join(",");
        text.replacen("\"features\":[", &format!("\"features\":[{more},"), 1)
    });
    edit("roads.csv", &|text| text + "beach-far-bay,beach-north-sands,20000\n");
    files
}

/// Reports so many people on `beach` now.
async fn saw(service: &Service, who: &Person, beach: &str, people: usize) {
    let now = written(service.clock.now());
    let report =
        json!({"id": id(), "beach": beach, "observed_at": now, "count": people, "method": "counted"});
    sent(service, who, &now, &[report]).await;
}

async fn alternatives(service: &Service, beach: &str) -> Vec<Value> {
    let mut answer = service.client.json(&format!("/v1/beaches/{beach}/alternatives?limit=10")).await;
    assert_eq!(answer["beach"], beach);
    let Value::Array(all) = answer["alternatives"].take() else { panic!("{answer}") };
    all
}

fn names(all: &[Value]) -> Vec<&str> {
    all.iter().map(|one| one["beach"]["id"].as_str().unwrap()).collect()
}

fn ids(places: &Value) -> Vec<&str> {
    places.as_array().unwrap().iter().map(|place| place["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_nearest_by_road_comes_first_with_where_to_park_and_toilets() {
    for service in services_of(&with_four_beaches(), NOON).await {
        let who = patrol(&service, &[SANDS, COVE, BAY, QUAY], None).await;
        assert_eq!(alternatives(&service, SANDS).await, Vec::<Value>::new(), "nobody has counted");
        for beach in [SANDS, COVE, BAY, QUAY] {
            saw(&service, &who, beach, 100).await;
        }
        let all = alternatives(&service, SANDS).await;
        assert_eq!(names(&all), [COVE, BAY, QUAY], "{}", service.name);
        let roads: Vec<&Value> = all.iter().map(|one| &one["road_m"]).collect();
        assert_eq!(roads, [&json!(6_500), &json!(20_000), &Value::Null]);
        let line = |one: &Value| one["beach"]["properties"]["distance_m"].as_f64().unwrap();
        assert!(line(&all[2]) < line(&all[1]) && line(&all[1]) < line(&all[0]), "{all:?}");
        // What is closed is not offered; what nobody knows is, and what is known to be open behind it.
        let beside: Vec<_> = all.iter().map(|one| (ids(&one["parking"]), ids(&one["toilets"]))).collect();
        assert_eq!(
            beside,
            [
                (vec!["cp-cove-field"], vec![]),
                (vec!["cp-cove-field"], vec![]),
                (vec!["cp-cove-field", "cp-north-sands"], vec!["wc-market-street"]),
            ],
            "{}",
            service.name
        );
        // At night the toilets are closed.
        service.clock.set(at("2026-07-18T20:00:00Z"));
        saw(&service, &who, QUAY, 100).await;
        let all = alternatives(&service, SANDS).await;
        assert_eq!((names(&all), ids(&all[0]["toilets"])), (vec![QUAY], vec![]), "{}", service.name);
    }
}

#[tokio::test]
async fn only_what_is_fresh_green_and_open_is_an_alternative() {
    for service in services_of(&with_four_beaches(), NOON).await {
        let who = patrol(&service, &[SANDS, COVE, BAY, QUAY], None).await;
        for (beach, people) in [(SANDS, 9_900), (COVE, 2_000), (BAY, 2_300), (QUAY, 100)] {
            saw(&service, &who, beach, people).await;
        }
        assert_eq!(names(&alternatives(&service, SANDS).await), [QUAY], "{}: red and amber", service.name);
        // Somebody knows better than the count.
        let hour = (NOON, "2026-07-18T12:30:00Z");
        decided(&service, COVE, (Some(Colour::Green), None), hour).await;
        assert_eq!(names(&alternatives(&service, SANDS).await), [COVE, QUAY]);
        decided(&service, QUAY, (None, Some(Access::Restricted)), hour).await;
        assert_eq!(names(&alternatives(&service, SANDS).await), [COVE]);
        decided(&service, COVE, (None, Some(Access::Closed)), hour).await;
        assert_eq!(names(&alternatives(&service, SANDS).await), Vec::<&str>::new());
        service.clock.set(at("2026-07-18T12:30:00Z"));
        assert_eq!(names(&alternatives(&service, SANDS).await), [QUAY], "{}: until it is over", service.name);
        let aim = Aim { collection: Collection::Beaches, id: place_id(QUAY), expected: Expected::Anything };
        done(&service, Command::SetStatus { aim: aim.clone(), status: shut("The steps are gone") }).await;
        assert_eq!(names(&alternatives(&service, SANDS).await), Vec::<&str>::new());
        done(&service, Command::SetStatus { aim, status: Status::Active }).await;
        assert_eq!(names(&alternatives(&service, SANDS).await), [QUAY]);
        // The last millisecond at which the count is fresh, and the first at which it is ageing.
        service.clock.set(at("2026-07-18T12:59:59.999Z"));
        assert_eq!(names(&alternatives(&service, SANDS).await), [QUAY]);
        service.clock.set(at("2026-07-18T13:00:00Z"));
        assert_eq!(names(&alternatives(&service, SANDS).await), Vec::<&str>::new(), "{}", service.name);
        assert_eq!(shown(&service, QUAY).await["level"], "green", "green, but counted too long ago");
    }
}

/// 60 instants a database.
#[tokio::test]
async fn alternatives_are_those_that_the_statuses_say_have_room() {
    for service in services_of(&with_four_beaches(), NOON).await {
        let who = patrol(&service, &[SANDS, COVE, BAY, QUAY], None).await;
        let (mut dice, all) = (Dice::new(7), [COVE, BAY, QUAY, SANDS]);
        let mut offered = 0;
        for _ in 0..60 {
            let now = service.clock.now() + TimeDelta::seconds(i64::try_from(dice.below(600)).unwrap());
            service.clock.set(now);
            let beach = all[dice.below(4)];
            match dice.below(6) {
                0 => {
                    let access = Access::ALL[dice.below(3)];
                    let end = written(now + TimeDelta::minutes(15));
                    decided(&service, beach, (None, Some(access)), (&written(now), &end)).await;
                }
                1 => {}
                _ => saw(&service, &who, beach, dice.below(1_800)).await,
            }
            let mut room = Vec::new();
            for beach in &all[..3] {
                let crowd = shown(&service, beach).await;
                if (&crowd["level"], &crowd["freshness"], &crowd["access"])
                    == (&json!("green"), &json!("fresh"), &json!("open"))
                {
                    room.push(*beach);
                }
            }
            let all = alternatives(&service, SANDS).await;
            assert_eq!(names(&all), room, "{} at {now}", service.name);
            offered += all.len();
            for beach in &all {
                assert_eq!(beach["beach"]["properties"]["crowd"]["level"], "green");
            }
        }
        assert!(20 < offered && offered < 160, "{offered}");
    }
}

#[tokio::test]
async fn alternatives_are_as_many_as_asked_for_and_to_a_beach() {
    let service = services_of(&with_four_beaches(), NOON).await.remove(0);
    let who = patrol(&service, &[SANDS, COVE, BAY, QUAY], None).await;
    for beach in [SANDS, COVE, BAY, QUAY] {
        saw(&service, &who, beach, 100).await;
    }
    for (query, want) in [("", 3), ("?limit=1", 1), ("?limit=2", 2), ("?limit=1000", 3)] {
        let answer = service.client.json(&format!("/v1/beaches/beach-north-sands/alternatives{query}")).await;
        assert_eq!(answer["alternatives"].as_array().unwrap().len(), want, "{query}");
    }
    for (query, parameter) in [("limit=0", "limit"), ("limit=x", "limit"), ("radius_m=1", "radius_m")] {
        let answer = service.client.get(&format!("/v1/beaches/beach-north-sands/alternatives?{query}")).await;
        let (status, _, named) = answer.problem();
        assert_eq!((status, named.as_deref()), (400, Some(parameter)), "{query}");
    }
    for beach in ["beach-nowhere", "wc-promenade"] {
        assert_eq!(service.client.get(&format!("/v1/beaches/{beach}/alternatives")).await.status, 404);
    }
}
