//! Staff keep the data true: items are written, deleted, verified and brought back, each within its writer's reach.
mod many;
mod notices;
mod refused;

use crate::support::client::Answer;
use crate::support::ledger::Ledger;
use crate::support::people::{Person, person, profile};
use crate::support::{BASE, SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::Role;
use serde_json::{Value, json};
use std::time::Duration;

const NOON: &str = "2026-07-18T12:00:00Z";
pub const GEO: (&str, &str) = ("content-type", "application/geo+json");
const MERGE: (&str, &str) = ("content-type", "application/merge-patch+json");
const CAR_PARK: &str = "/v1/collections/car-parks/items/cp-north-sands";

/// Somebody of the tourism team, who may write every place.
async fn publisher(service: &Service) -> Person {
    person(&service.app, profile(&[Role::Publisher])).await
}

/// Merges `patch` into the item at `target`, as it is now.
pub async fn patch(service: &Service, who: &Person, target: &str, patch: Value) -> Answer {
    let tag = service.client.get(target).await;
    let headers = [MERGE, ("if-match", tag.header("etag"))];
    service.client.write(who, Method::PATCH, target, &headers, patch.to_string()).await
}

pub fn new_toilet(name: &str) -> Value {
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-3.45, 54.61]},
        "properties": {
            "name": name, "position_quality": "surveyed", "radar_key": true,
            "source": {"name": "Sandhaven Council", "retrieved_on": "2026-07-18"}
        }
    })
}

#[tokio::test]
async fn a_place_is_written_changed_verified_deleted_and_brought_back() {
    const ITEMS: &str = "/v1/collections/toilets/items";
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let mut document = new_toilet("Harbour Toilets");
        document["id"] = json!("wc-harbour");
        let made = client.write(&who, Method::POST, ITEMS, &[GEO], document.to_string()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let target = format!("{ITEMS}/wc-harbour");
        assert_eq!(made.header("location"), format!("{BASE}{target}"));
        assert!(made.header("etag").starts_with("\"1-"));
        // What is acknowledged is there for everybody.
        assert_eq!(client.json(&target).await["properties"], made.json()["properties"]);
        let again = client.write(&who, Method::POST, ITEMS, &[GEO], document.to_string()).await;
        assert_eq!((again.status.as_u16(), again.json()), (200, made.json()), "asked twice, written once");

        service.clock.set(service.clock.now() + Duration::from_mins(1));
        let renamed =
            patch(&service, &who, &target, json!({"properties": {"name": "Old Harbour Toilets"}})).await;
        assert_eq!(renamed.status, 200, "{}", renamed.text());
        let shown = client.json(&target).await;
        assert_eq!(shown["properties"]["name"], "Old Harbour Toilets");
        assert_eq!(shown["properties"]["radar_key"], true, "a patch leaves the rest");
        assert_eq!(
            (&shown["properties"]["version"], &shown["properties"]["created_at"]),
            (&json!(2), &json!(NOON))
        );

        // A copy of what was answered, with one member changed, and without what is to be unknown.
        let mut copy = shown.clone();
        copy["properties"]["name"] = json!("Harbour");
        copy["properties"].as_object_mut().unwrap().remove("radar_key");
        let headers = [GEO, ("if-match", renamed.header("etag"))];
        let replaced = client.write(&who, Method::PUT, &target, &headers, copy.to_string()).await;
        assert_eq!(replaced.status, 200, "{}", replaced.text());
        assert_eq!(client.json(&target).await["properties"]["radar_key"], Value::Null);

        let seen = client.write(&who, Method::POST, &format!("{target}/verify"), &[], "").await;
        assert_eq!(
            (seen.status.as_u16(), &seen.json()["properties"]["verified_at"]),
            (200, &json!("2026-07-18T12:01:00Z"))
        );
        let undone = client
            .write(&who, Method::POST, &format!("{target}/undo"), &[("if-match", seen.header("etag"))], "")
            .await;
        assert_eq!(undone.json()["properties"]["verified_at"], Value::Null, "{}", undone.text());

        let gone =
            client.write(&who, Method::DELETE, &target, &[("if-match", undone.header("etag"))], "").await;
        assert_eq!((gone.status.as_u16(), gone.header("etag")), (204, "\"6-deleted\""));
        assert_eq!(client.get(&target).await.status, 404);
        let taken = client.write(&who, Method::POST, ITEMS, &[GEO], document.to_string()).await;
        assert_eq!(taken.problem().1, "conflict", "the id of what was deleted stays taken");
        let back = client
            .write(&who, Method::POST, &format!("{target}/undo"), &[("if-match", gone.header("etag"))], "")
            .await;
        assert_eq!((back.status.as_u16(), &back.json()["properties"]["version"]), (200, &json!(7)));
        assert_eq!(client.json(&target).await["properties"]["name"], "Harbour");

        let ledger = Ledger::of(&service.store).await;
        let done: Vec<_> = ledger.audit.iter().filter(|row| row.subject == "toilets/wc-harbour").collect();
        let commands: Vec<&str> = done.iter().map(|row| row.command.as_str()).collect();
        assert_eq!(commands, ["put", "put", "put", "verify", "undo", "delete", "undo"]);
        assert!(done.iter().all(|row| row.actor == who.actor.to_string()), "{done:?}");
    }
}

#[tokio::test]
async fn a_creation_can_be_undone_and_that_undone_too() {
    const ITEMS: &str = "/v1/collections/toilets/items";
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let made = client.write(&who, Method::POST, ITEMS, &[GEO], new_toilet("New").to_string()).await;
        let target = made.header("location").strip_prefix(BASE).unwrap().to_owned();
        let undo = format!("{target}/undo");
        let gone = client.write(&who, Method::POST, &undo, &[("if-match", made.header("etag"))], "").await;
        assert_eq!((gone.status.as_u16(), client.get(&target).await.status.as_u16()), (204, 404));
        let back = client.write(&who, Method::POST, &undo, &[("if-match", gone.header("etag"))], "").await;
        assert_eq!(
            (back.status.as_u16(), client.get(&target).await.status.as_u16()),
            (200, 200),
            "{}",
            back.text()
        );
        // What an import brought was no edit.
        let imported = client.get(CAR_PARK).await;
        let nothing = client
            .write(
                &who,
                Method::POST,
                &format!("{CAR_PARK}/undo"),
                &[("if-match", imported.header("etag"))],
                "",
            )
            .await;
        assert_eq!(nothing.problem().1, "conflict");
    }
}

#[tokio::test]
async fn a_closure_for_a_while_shows_at_once_and_ends_by_itself() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let closed = patch(&service, &who, CAR_PARK, json!({"properties": {
            "status": "temporarily_closed", "status_reason": "Flooded", "status_until": "2026-07-18T18:00:00Z"
        }}))
        .await;
        assert_eq!(closed.status, 200, "{}", closed.text());
        let status = |shown: Value| {
            let properties = &shown["properties"];
            ["status", "status_reason", "status_until", "open_now"].map(|name| properties[name].clone())
        };
        let shut =
            [json!("temporarily_closed"), json!("Flooded"), json!("2026-07-18T18:00:00Z"), json!(false)];
        assert_eq!(status(client.json(CAR_PARK).await), shut);
        service.clock.set("2026-07-18T18:00:00Z".parse().unwrap());
        assert_eq!(
            status(client.json(CAR_PARK).await),
            [json!("active"), Value::Null, Value::Null, json!(true)]
        );
        // What is over already is no closure, and one that has ended stands in nobody's way.
        for until in ["2026-07-18T18:00:00Z", "2026-07-18T17:00:00Z"] {
            let late =
                json!({"status": "temporarily_closed", "status_reason": "Late", "status_until": until});
            let late = patch(&service, &who, CAR_PARK, json!({"properties": late})).await;
            assert_eq!(late.problem(), (422, "invalid-document".to_owned(), None));
        }
        let renamed = patch(&service, &who, CAR_PARK, json!({"properties": {"name": "North"}})).await;
        assert_eq!(renamed.status, 200, "{}", renamed.text());
    }
}

#[tokio::test]
async fn a_beach_is_reshaped_and_keeps_its_pin_where_its_shape_stays() {
    const BEACH: &str = "/v1/collections/beaches/items/beach-north-sands";
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let before = client.json("/v1/nearby?near=Sandhaven-on-Sea&radius_m=25000&collections=beaches").await;
        let pin = |answer: &Value| {
            let cards = answer["features"].as_array().unwrap();
            cards.iter().find(|card| card["id"] == "beach-north-sands").unwrap()["geometry"].clone()
        };
        let renamed = patch(&service, &who, BEACH, json!({"properties": {"name": "Sands"}})).await;
        assert_eq!(renamed.status, 200, "{}", renamed.text());
        let nearby = "/v1/nearby?near=Sandhaven-on-Sea&radius_m=25000&collections=beaches";
        assert_eq!(pin(&client.json(nearby).await), pin(&before));
        let polygon = json!({"type": "Polygon", "coordinates": [[[-3.46, 54.61], [-3.44, 54.61], [-3.44, 54.62], [-3.46, 54.61]]]});
        let moved = patch(&service, &who, BEACH, json!({"geometry": polygon})).await;
        assert_eq!(moved.json()["geometry"]["type"], "MultiPolygon", "{}", moved.text());
        assert_ne!(pin(&client.json(nearby).await), pin(&before));
    }
}

#[tokio::test]
async fn a_beach_is_given_a_whole_profile_or_none() {
    const SANDS: &str = "/v1/collections/beaches/items/beach-north-sands";
    const COVE: &str = "/v1/collections/beaches/items/beach-gull-cove";
    for service in services(SANDHAVEN, NOON).await {
        let who = publisher(&service).await;
        let profile = async |target: &str, profile: Value| {
            patch(&service, &who, target, json!({"properties": {"profile": profile}})).await
        };
        for (target, given, pointer) in [
            (SANDS, json!({"low_height_m": null}), "low_height_m"),
            (SANDS, json!({"method": null}), "method"),
            (SANDS, json!({"high_height_m": 0.9}), "high_height_m"),
            (SANDS, json!({"low_area_m2": 0}), "low_area_m2"),
            (SANDS, json!({"low_height_m": -101}), "low_height_m"),
            (COVE, json!({"quality": "surveyed"}), "low_height_m"),
        ] {
            let answer = profile(target, given.clone()).await;
            assert_eq!(answer.status, 422, "{given}: {}", answer.text());
            assert_eq!(answer.json()["pointer"], format!("/properties/profile/{pointer}"), "{given}");
        }
        let surveyed = json!({
            "low_height_m": 0.5, "low_area_m2": 900, "high_height_m": 8.2, "high_area_m2": 400,
            "quality": "surveyed", "method": "By drone."
        });
        let answer = profile(COVE, surveyed).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["properties"]["profile"]["high_area_m2"], 400.0, "{}", service.name);
        let answer = profile(SANDS, Value::Null).await;
        assert_eq!(answer.json()["properties"]["profile"]["low_area_m2"], Value::Null, "{}", answer.text());
    }
}
