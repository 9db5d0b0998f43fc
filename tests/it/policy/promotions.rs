//! How what is done with promotions is asked for, and about whose.
use super::recipes::{Case, GEO, JSON, Thing, missing};
use super::world::World;
use crate::support::events::edited;
use crate::support::promotions::{business, decide, hash, promotion, put_business, put_promotion};
use axum::http::Method;
use promenade::catalogue::Item;
use promenade::features::PromotionStep;
use promenade::features::field::Value;
use promenade::features::schema::promotion_at;
use promenade::ids::FeatureId;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Whose promotions there are.
const WHOSE: [(&str, &str); 3] = [
    ("the shop's promotion", "shop"),
    ("the theatre's promotion", "theatre"),
    ("tourism's promotion", "tourism"),
];

/// How far a promotion has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    Draft,
    Submitted,
    Approved,
}

/// New promotions of everybody's, so far, each at a business of its organisation's.
pub async fn promotions(world: &mut World, far: Far) -> Vec<(&'static str, Thing, Arc<Item>)> {
    // What still waits would keep more from being handed in.
    for waiting in world.service.app.snapshot().offers().waiting() {
        decide(&world.service.app, &waiting.item, PromotionStep::Withdraw { reason: None }).await;
    }
    let mut made = Vec::new();
    for (about, whose) in WHOSE {
        let (shop, id) = (format!("biz-{whose}"), format!("offer-{}", world.number()));
        let app = &world.service.app;
        put_business(app, &business(&shop, whose)).await;
        let mut item = put_promotion(app, &promotion(&id, &shop), whose).await;
        let steps: &[PromotionStep] = match far {
            Far::Draft => &[],
            Far::Submitted => &[PromotionStep::Submit],
            Far::Approved => &[PromotionStep::Submit, PromotionStep::Approve],
        };
        for step in steps {
            item = decide(app, &item, step.clone()).await;
        }
        made.push((about, Thing::Promotion(whose), item));
    }
    made
}

/// Requests about items that are promotions.
pub async fn items(world: &mut World, far: Far) -> Vec<Case> {
    let promotions = promotions(world, far).await.into_iter();
    let case = |(about, thing, item): (_, _, Arc<Item>)| {
        Case::new(about, thing, format!("/v1/collections/promotions/items/{}", item.feature.id()))
    };
    promotions.map(case).collect()
}

/// New promotions of everybody's, at a business that is there.
pub async fn new_items(world: &mut World) -> Vec<Case> {
    let mut cases = Vec::new();
    for (about, whose) in WHOSE {
        let shop = format!("biz-{whose}");
        put_business(&world.service.app, &business(&shop, whose)).await;
        let mut body = promotion("", &shop);
        // The server chooses one.
        body.as_object_mut().unwrap().remove("id");
        let target = "/v1/collections/promotions/items";
        cases.push(Case::new(about, Thing::Promotion(whose), target).with(GEO, body));
    }
    cases
}

/// Edits the promotion at `target`, so that there is something to undo.
pub async fn edit(world: &mut World, target: &str) {
    let (_, id) = target.rsplit_once('/').unwrap();
    let number = world.number();
    let app = &world.service.app;
    let snapshot = app.snapshot();
    let stored = &snapshot.offers().offer(&FeatureId::new(id).unwrap()).unwrap().item;
    let name = Value::Text(format!("Offer {number}").into());
    edited(app, stored.feature.with_field(promotion_at::NAME, name)).await;
}

pub fn is_of_them(path: &str) -> bool {
    path.starts_with("/v1/promotions/")
}

/// Whether what a promotion is about to be done with is used up by it.
pub fn spends(path: &str) -> bool {
    ["/approve", "/reject", "/submit", "/withdraw"].iter().any(|deed| path.ends_with(deed))
        && is_of_them(path)
}

pub async fn recipe(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    let deed = path.rsplit('/').next().unwrap();
    let far = match deed {
        "submit" => Far::Draft,
        "approve" | "reject" => Far::Submitted,
        "withdraw" | "{id}" | "clicks" | "counts" | "views" => Far::Approved,
        _ => missing(method.as_str(), path),
    };
    let mut cases = Vec::new();
    for (about, thing, item) in promotions(world, far).await {
        let case = Case::new(about, thing, path.replace("{id}", item.feature.id().as_str()));
        let body = match deed {
            "approve" => json!({"content_hash": hash(&item)}),
            "reject" => json!({"content_hash": hash(&item), "reason": "Which day?"}),
            "withdraw" => json!({"reason": "Which day?"}),
            "clicks" | "views" => json!({"nonce": Uuid::new_v4().to_string()}),
            _ => json!({}),
        };
        let tag = format!("\"{}\"", item.version);
        cases.push(match deed {
            "{id}" | "counts" => case,
            "clicks" | "views" => case.with(JSON, body),
            _ => case.with(JSON, body).having_seen(tag),
        });
    }
    let none = Case::new("none", Thing::Gone, path.replace("{id}", "offer-nowhere"));
    let body = json!({"content_hash": "0".repeat(64), "reason": "Which day?"});
    let body = match deed {
        "approve" => json!({"content_hash": "0".repeat(64)}),
        "reject" => body,
        "clicks" | "views" => json!({"nonce": Uuid::new_v4().to_string()}),
        _ => json!({}),
    };
    cases.push(match deed {
        "{id}" | "counts" => none,
        "clicks" | "views" => none.with(JSON, body),
        _ => none.with(JSON, body).having_seen("\"1\""),
    });
    cases
}
