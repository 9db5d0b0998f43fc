//! Businesses and what they offer, written as the operator writes them.
use super::events::edited;
use promenade::access::By;
use promenade::app::App;
use promenade::catalogue::{BatchDecision, DecisionBatch, Item};
use promenade::command::{Aim, BatchCommand, Command, DecidePromotion, Expected, NewBatch, Outcome};
use promenade::features::{Promotion, PromotionStep};
use promenade::formats::geojson::Edit;
use promenade::formats::json::content_hash;
use promenade::ids::{BatchId, Collection, FeatureId, OrganisationId, RequestId};
use serde_json::{Value, json};
use std::sync::Arc;

/// A business of that organisation.
pub fn business(id: &str, organisation: &str) -> Value {
    json!({
        "type": "Feature", "id": id, "geometry": {"type": "Point", "coordinates": [-3.4489, 54.6005]},
        "properties": {
            "name": format!("The {id}"), "category": "cafe", "organisation": organisation, "town": "Sandhaven-on-Sea",
            "position_quality": "surveyed", "source": {"name": "Sandhaven Council", "retrieved_on": "2026-07-01"}
        }
    })
}

/// What is offered there, from the morning of 18 July 2026 until five o'clock on the 20th.
pub fn promotion(id: &str, business: &str) -> Value {
    json!({
        "type": "Feature", "id": id,
        "properties": {
            "name": "Two cream teas for one", "kind": "freebie", "terms": "One a table.", "business": business,
            "valid_from": "2026-07-18T08:00:00Z", "valid_through": "2026-07-20T17:00:00Z",
            "url": "https://cafe.sandhaven.example/teas"
        }
    })
}

/// Writes the business that `document` describes.
pub async fn put_business(app: &App, document: &Value) -> Arc<Item> {
    let edit = Edit::read(Collection::Businesses, &document.to_string()).unwrap();
    edited(app, edit.create(FeatureId::fresh(), Vec::new(), app.clock().now()).unwrap()).await
}

/// Writes the draft that `document` describes, of that organisation.
pub async fn put_promotion(app: &App, document: &Value, organisation: &str) -> Arc<Item> {
    let organisation = OrganisationId::new(organisation).unwrap();
    let edit = Edit::read(Collection::Promotions, &document.to_string()).unwrap();
    let kept = Promotion::drafted(Some(&organisation));
    edited(app, edit.create(FeatureId::fresh(), kept, app.clock().now()).unwrap()).await
}

/// Does something with a promotion, as it is.
pub async fn decide(app: &App, item: &Item, step: PromotionStep) -> Arc<Item> {
    let (collection, id) = (Collection::Promotions, item.feature.id().clone());
    let aim = Aim { collection, id, expected: Expected::Version(item.version) };
    let content_hash = Some(hash(item).into());
    let command = Command::DecidePromotion(DecidePromotion { aim, step, content_hash });
    match app.execute(command, By::Operator, RequestId::fresh()).await.unwrap() {
        Outcome::Written { item, .. } => item,
        other => panic!("{other:?}"),
    }
}

/// The hash of what a promotion says.
pub fn hash(item: &Item) -> String {
    content_hash(&Promotion::of(&item.feature).unwrap())
}

/// Proposes a decision about these promotions, as they are.
pub async fn propose(app: &App, decision: BatchDecision, items: &[&Item]) -> Arc<DecisionBatch> {
    let promotions = items.iter().map(|item| (item.feature.id().clone(), hash(item).into())).collect();
    let command = BatchCommand::Propose(NewBatch { id: BatchId::fresh(), decision, promotions });
    match app.execute(Command::Moderate(command), By::Operator, RequestId::fresh()).await.unwrap() {
        Outcome::Batch { batch, .. } => batch,
        other => panic!("{other:?}"),
    }
}
