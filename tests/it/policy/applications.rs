//! How applications are made, seen and decided.
use super::recipes::{Case, JSON, Thing, missing};
use super::world::World;
use crate::support::applications::{address, application, applied};
use axum::http::Method;
use serde_json::json;

pub fn is_of_them(path: &str) -> bool {
    path.starts_with("/v1/applications")
}

pub async fn recipe(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    let number = world.number();
    let from = Some(("x-forwarded-for", address(number)));
    if path == "/v1/applications" {
        let made = Case::new("a business", Thing::List, path).with(JSON, application());
        return vec![Case { said: from, ..made }];
    }
    let body = match (method.as_str(), path) {
        ("GET", "/v1/applications/{id}") => None,
        ("POST", "/v1/applications/{id}/accept") => Some(
            json!({"organisation": format!("new-org-{number}"), "business": format!("new-biz-{number}")}),
        ),
        ("POST", "/v1/applications/{id}/refuse") => Some(json!({"reason": "It is not in town."})),
        (method, path) => missing(method, path),
    };
    let of = |about, thing, id: &str| {
        let case = Case::new(about, thing, path.replace("{id}", id));
        match &body {
            Some(body) => case.with(JSON, body).having_seen("\"1\""),
            None => case,
        }
    };
    let waiting = applied(&world.service, number).await;
    vec![
        of("one that waits", Thing::One, &waiting),
        of("none", Thing::Gone, "0198f1d2-7b3c-4c1e-8a55-0242ac120002"),
    ]
}
