//! Batches of decisions as JSON documents: what one is about, as its row keeps it, and all of it, as the audit does.
use super::json::{DocumentError, read_document};
use crate::catalogue::{BatchedPromotion, DecisionBatch};
use crate::ids::{FeatureId, Version};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct PromotionsDocument {
    promotions: Vec<PromotionDocument>,
}

#[derive(Deserialize, Serialize)]
struct PromotionDocument {
    id: String,
    content_hash: Box<str>,
    name: Box<str>,
    organisation: Option<Box<str>>,
    decided: Option<i64>,
}

#[derive(Serialize)]
struct BatchDocument<'a> {
    decision: &'static str,
    reason: Option<&'a str>,
    promotions: Vec<SaidDocument<'a>>,
    proposed_by: &'a str,
    confirmed_by: Option<&'a str>,
}

#[derive(Serialize)]
struct SaidDocument<'a> {
    id: &'a str,
    content_hash: &'a str,
}

/// What a batch is about.
pub fn promotions_document(promotions: &[BatchedPromotion]) -> String {
    let one = |one: &BatchedPromotion| PromotionDocument {
        id: one.id.to_string(),
        content_hash: one.content_hash.clone(),
        name: one.name.clone(),
        organisation: one.organisation.clone(),
        decided: one.decided.map(|version| version.0),
    };
    written(&PromotionsDocument { promotions: promotions.iter().map(one).collect() })
}

/// What a batch is about, from its row.
pub fn read_promotions_document(text: &str) -> Result<Vec<BatchedPromotion>, DocumentError> {
    let document: PromotionsDocument = read_document(text.as_bytes())?;
    let one = |(n, one): (usize, PromotionDocument)| {
        let id = FeatureId::new(&one.id);
        Ok(BatchedPromotion {
            id: id.map_err(|cause| DocumentError::at(format!("/promotions/{n}/id"), cause))?,
            content_hash: one.content_hash,
            name: one.name,
            organisation: one.organisation,
            decided: one.decided.map(Version),
        })
    };
    document.promotions.into_iter().enumerate().map(one).collect()
}

/// A batch; who is named in it is a pseudonym.
pub fn batch_document(batch: &DecisionBatch) -> String {
    written(&BatchDocument {
        decision: batch.decision.name(),
        reason: batch.decision.reason(),
        promotions: batch
            .promotions
            .iter()
            .map(|one| SaidDocument { id: one.id.as_str(), content_hash: &one.content_hash })
            .collect(),
        proposed_by: &batch.proposed_by,
        confirmed_by: batch.confirmed.as_ref().map(|confirmation| &*confirmation.by),
    })
}

fn written(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("a document of text")
}
