//! How batches of decisions are proposed, seen, confirmed and discarded.
use super::promotions::{Far, promotions};
use super::recipes::{Case, JSON, Thing};
use super::world::World;
use crate::support::promotions::{hash, propose};
use axum::http::Method;
use promenade::access::By;
use promenade::catalogue::{BatchDecision, Item};
use promenade::command::{BatchCommand, Command};
use promenade::ids::RequestId;
use serde_json::json;
use std::sync::Arc;

pub fn is_of_them(path: &str) -> bool {
    path.starts_with("/v1/moderation/batches")
}

pub async fn recipe(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    let waiting = promotions(world, Far::Submitted).await;
    if *method == Method::POST && path == "/v1/moderation/batches" {
        let case = |(about, thing, item): (&'static str, Thing, Arc<Item>)| {
            let promotions = json!([{"id": item.feature.id().as_str(), "content_hash": hash(&item)}]);
            let body = json!({"decision": "approve", "promotions": promotions});
            Case::new(about, thing, path).with(JSON, body)
        };
        return waiting.into_iter().map(case).collect();
    }
    // So many may wait and no more.
    let app = &world.service.app;
    for batch in app.waiting_batches(None, 100).await.unwrap() {
        let discard = Command::Moderate(BatchCommand::Discard(batch.id));
        app.execute(discard, By::Operator, RequestId::fresh()).await.unwrap();
    }
    let mut cases = Vec::new();
    for (_, thing, item) in waiting {
        let batch = propose(&world.service.app, BatchDecision::Approve, &[&item]).await;
        cases.push(Case::new("a batch", thing, path.replace("{id}", &batch.id.to_string())));
    }
    cases.push(Case::new("none", Thing::Gone, path.replace("{id}", "0198f1d2-7b3c-4c1e-8a55-0242ac120002")));
    cases
}
