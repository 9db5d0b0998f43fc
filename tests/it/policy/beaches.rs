//! How what is counted, decided and said of beaches is asked for, and by which policy.
use super::recipes::{Case, JSON, Thing, Whose, missing};
use super::world::{OTHER_BEACH, OWN_BEACH, World};
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

pub async fn crowd_reports(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    match (method.as_str(), path) {
        // Whatever becomes of a report, the batch is taken: who reports what is tried in `crowd`.
        ("POST", "/v1/crowd-reports") => {
            let case = Case::new("of its own beach", Thing::List, path);
            vec![case.with(JSON, batch(world.number(), OWN_BEACH))]
        }
        (_, "/v1/crowd-reports/{id}" | "/v1/crowd-reports/{id}/confirm") => {
            let mut cases = Vec::new();
            for (about, whose, beach) in [
                ("the patrol's", Whose::Patrols, OWN_BEACH),
                ("another's of its own beach", Whose::Anothers, OWN_BEACH),
                ("another's of another's beach", Whose::Anothers, OTHER_BEACH),
            ] {
                let id = world.report(whose, beach).await;
                cases.push(Case::new(about, Thing::Report(whose, beach), path.replace("{id}", &id)));
            }
            for id in ["0198f1d2-7b3c-7c1e-8a55-0242ac120002", "nonsense"] {
                cases.push(Case::new("none", Thing::Gone, path.replace("{id}", id)));
            }
            cases
        }
        (method, path) => missing(method, path),
    }
}

/// A batch of one report, which is number `number` of its kind.
pub fn batch(number: usize, beach: &str) -> Value {
    let id = format!("0198f1d2-7b3c-7c1e-8a55-{number:012x}");
    json!({"sent_at": "2026-07-18T12:00:00Z", "reports": [
        {"id": id, "beach": beach, "observed_at": "2026-07-18T11:50:00Z", "count": 420, "method": "counted"}
    ]})
}
