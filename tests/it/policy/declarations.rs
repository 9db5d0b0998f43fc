//! How what is decided and said of beaches is asked for, and by which policy.
use super::recipes::{Case, JSON, Thing};
use super::world::{OTHER_BEACH, OWN_BEACH};
use axum::http::Method;
use serde_json::{Value, json};

/// What is declared at `path`, if anything is.
pub fn declared(path: &str) -> Option<Value> {
    let until = "2026-07-18T18:00:00Z";
    match path {
        "/v1/beaches/{id}/override" => {
            Some(json!({"access": "closed", "reason": "incident", "expires_at": until}))
        }
        "/v1/beaches/{id}/hazards" => Some(json!({"hazards": [{"kind": "mud", "expires_at": until}]})),
        "/v1/beaches/{id}/water-quality" => Some(json!({"state": "normal", "expires_at": until})),
        _ => None,
    }
}

/// The requests about one's own beach, another's and none.
pub fn declarations(method: &Method, path: &'static str, body: &Value) -> Vec<Case> {
    let place = |id: &str| Thing::Place("beaches", id.to_owned());
    [
        ("the supervisor's beach", place(OWN_BEACH), OWN_BEACH),
        ("another's beach", place(OTHER_BEACH), OTHER_BEACH),
        ("a toilet", Thing::Gone, "wc-promenade"),
        ("none", Thing::Gone, "beach-nowhere"),
    ]
    .into_iter()
    .map(|(about, thing, id)| {
        let case = Case::new(about, thing, path.replace("{id}", id));
        if *method == Method::PUT { case.with(JSON, body) } else { case }
    })
    .collect()
}

/// A policy, which is number `number`.
pub fn policy(number: usize) -> Value {
    json!({"version": format!("policy-{number}"), "values": {"amber_percent": 40}})
}
