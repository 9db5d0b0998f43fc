//! How who may act is asked for and changed: actors, organisations, devices.
use super::recipes::{Case, JSON, Thing, missing};
use super::world::{OTHER_BEACH, OWN_BEACH, OWN_VENUES, World};
use axum::http::Method;
use serde_json::json;

pub async fn actors(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    let nobody = "0198f1d2-7b3c-7c1e-8a55-0242ac120002";
    let (actor, token) = world.actor().await;
    let body = json!({"name": format!("Ada {}", world.number()), "roles": ["moderator"]});
    match (method.as_str(), path) {
        ("GET", "/v1/actors/{id}") => vec![
            Case::new("somebody", Thing::One, format!("/v1/actors/{actor}")),
            Case::new("none", Thing::Gone, format!("/v1/actors/{nobody}")),
        ],
        ("POST", "/v1/actors") => vec![Case::new("a new one", Thing::One, path).with(JSON, body)],
        ("PUT", "/v1/actors/{id}") => {
            let of = |about, thing, id: &str| {
                let target = format!("/v1/actors/{id}");
                Case::new(about, thing, target.clone()).with(JSON, &body).having_seen(target)
            };
            vec![of("somebody", Thing::One, &actor), of("none", Thing::Gone, nobody)]
        }
        ("DELETE", "/v1/actors/{id}") => {
            let of = |about, thing, id: &str| {
                let target = format!("/v1/actors/{id}");
                Case::new(about, thing, target.clone()).having_seen(target)
            };
            vec![of("somebody", Thing::One, &actor), of("none", Thing::Gone, nobody)]
        }
        ("POST", "/v1/actors/{id}/tokens") => {
            let of = |about, thing, id: &str| {
                Case::new(about, thing, format!("/v1/actors/{id}/tokens")).with(JSON, "{}")
            };
            vec![of("somebody", Thing::One, &actor), of("none", Thing::Gone, nobody)]
        }
        ("DELETE", "/v1/tokens/{id}") => vec![
            Case::new("somebody's", Thing::One, format!("/v1/tokens/{token}")),
            Case::new("none", Thing::Gone, "/v1/tokens/00000000"),
        ],
        (method, path) => missing(method, path),
    }
}

pub fn organisations(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    match (method.as_str(), path) {
        ("POST", "/v1/organisations") => {
            let body = json!({"id": format!("org-{}", world.number()), "name": "New", "kind": "council"});
            vec![Case::new("a new one", Thing::One, path).with(JSON, body)]
        }
        ("GET", "/v1/organisations/{id}") => vec![
            Case::new("the theatre", Thing::One, "/v1/organisations/theatre"),
            Case::new("none", Thing::Gone, "/v1/organisations/nowhere"),
        ],
        ("PUT", "/v1/organisations/{id}") => {
            let body = json!({"name": format!("Theatre {}", world.number()), "kind": "theatre", "venues": OWN_VENUES});
            let of = |about, thing, target: &str| {
                Case::new(about, thing, target).with(JSON, &body).having_seen(target)
            };
            vec![
                of("the theatre", Thing::One, "/v1/organisations/theatre"),
                of("none", Thing::Gone, "/v1/organisations/nowhere"),
            ]
        }
        (method, path) => missing(method, path),
    }
}

pub async fn devices(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    match (method.as_str(), path) {
        ("POST", "/v1/enrolments") => [("its own beach", OWN_BEACH), ("another's", OTHER_BEACH)]
            .map(|(about, beach)| {
                let body = json!({"name": "Phone", "beaches": [beach], "reports_as": "patrol",
                    "device_expires_at": "2026-09-30T00:00:00Z"});
                Case::new(about, Thing::Beach(beach), path).with(JSON, body)
            })
            .into(),
        ("POST", "/v1/devices") => {
            let code = world.code(OWN_BEACH).await;
            vec![Case::new("with a code", Thing::List, path).with(JSON, json!({"code": code}))]
        }
        ("DELETE", "/v1/devices/{id}") => {
            let of = |about, thing, id: &str| Case::new(about, thing, format!("/v1/devices/{id}"));
            let (patrol, _) = world.actor().await;
            vec![
                of("of its own beach", Thing::Beach(OWN_BEACH), &world.device(OWN_BEACH).await),
                of("of another's", Thing::Beach(OTHER_BEACH), &world.device(OTHER_BEACH).await),
                of("an actor that is no device", Thing::Gone, &patrol),
                of("none", Thing::Gone, "0198f1d2-7b3c-7c1e-8a55-0242ac120002"),
            ]
        }
        (method, path) => missing(method, path),
    }
}
