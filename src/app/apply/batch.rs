//! Keeps what a moderator proposes about many promotions, and decides it when another confirms: all of it, or nothing.
use super::ApplyError;
use super::edit::write;
use super::promotion::decided;
use crate::access::Target;
use crate::catalogue::{BatchedPromotion, Confirmation, DecisionBatch, Item};
use crate::command::{BatchCommand, BatchRefusal, NewBatch, Order, Outcome, Refusal};
use crate::features::{Deciders, Feature, Promotion};
use crate::formats::batch::batch_document;
use crate::ids::{BatchId, Collection, FeatureId};
use crate::store::{AuditEntry, StoreError, Tx};
use std::sync::Arc;

/// Batches that may wait in all.
const WAITING: i64 = 20;

pub(super) async fn apply(tx: &mut Tx, order: &Order, command: &BatchCommand) -> Result<Outcome, ApplyError> {
    match command {
        BatchCommand::Propose(new) => propose(tx, order, new).await,
        BatchCommand::Confirm(id) => confirm(tx, order, *id).await,
        BatchCommand::Discard(id) => discard(tx, order, *id).await,
    }
}

async fn propose(tx: &mut Tx, order: &Order, new: &NewBatch) -> Result<Outcome, ApplyError> {
    let mut batch = DecisionBatch {
        id: new.id,
        decision: new.decision.clone(),
        promotions: Vec::new(),
        proposed_by: order.by.to_string().into(),
        proposed_at: order.at,
        confirmed: None,
    };
    for (number, (id, content_hash)) in new.promotions.iter().enumerate() {
        let found = proposed(tx, order, &batch, (id, content_hash)).await;
        batch.promotions.push(found.map_err(|error| at(number, error))?);
    }
    let waiting = tx.waiting_batches(order.at - DecisionBatch::WAITS).await?;
    // Asked twice: its first answer may be lost.
    if let Some(same) = waiting.iter().find(|one| one.repeats(&batch)) {
        return Ok(Outcome::Batch { batch: Arc::new(same.clone()), anew: false });
    }
    if WAITING <= i64::try_from(waiting.len()).unwrap_or(i64::MAX) {
        return Err(BatchRefusal::TooMany(WAITING).into());
    }
    tx.save_batch(&batch).await?;
    note(tx, order, "propose_batch", None, Some(&batch)).await?;
    Ok(Outcome::Batch { batch: Arc::new(batch), anew: true })
}

/// A promotion that can be decided now as `batch` says; nothing is written.
async fn proposed(
    tx: &mut Tx,
    order: &Order,
    batch: &DecisionBatch,
    (id, content_hash): (&FeatureId, &str),
) -> Result<BatchedPromotion, ApplyError> {
    let none = || Refusal::NotFound { collection: Collection::Promotions, id: id.clone() };
    let stored = tx.feature(Collection::Promotions, id).await?.ok_or_else(none)?;
    let promotion = Promotion::of(&stored.feature).ok_or_else(none)?;
    // A draft is its organisation's alone.
    if !promotion.was_submitted() {
        return Err(none().into());
    }
    let batched = BatchedPromotion {
        id: id.clone(),
        content_hash: content_hash.into(),
        name: stored.feature.name().into(),
        organisation: promotion.organisation().map(Into::into),
        decided: None,
    };
    decision(tx, order, batch, &stored, content_hash).await?;
    Ok(batched)
}

/// The feature that a promotion is after it was decided as `batch` says, by who may decide about it.
async fn decision(
    tx: &mut Tx,
    order: &Order,
    batch: &DecisionBatch,
    stored: &Item,
    content_hash: &str,
) -> Result<Arc<Feature>, ApplyError> {
    let organisation = Promotion::of(&stored.feature).and_then(|promotion| promotion.organisation());
    if !order.by.may(&Target::Promotion(organisation, true)) {
        return Err(BatchRefusal::Own(stored.feature.id().clone()).into());
    }
    let by = order.by.to_string();
    let deciders = Deciders { by: &by, proposed_by: Some(&batch.proposed_by) };
    decided(tx, order, stored, &batch.decision.step(), Some(content_hash), deciders).await
}

async fn confirm(tx: &mut Tx, order: &Order, id: BatchId) -> Result<Outcome, ApplyError> {
    let batch = reached(tx, order, id).await?;
    let by: Box<str> = order.by.to_string().into();
    let to_decide = batch.confirming(&by, order.at);
    if !to_decide.map_err(|why| BatchRefusal::Unconfirmable { id, why })? {
        return Ok(Outcome::Batch { batch: Arc::new(batch), anew: false });
    }
    let mut confirmed = batch.clone();
    for (number, promotion) in confirmed.promotions.iter_mut().enumerate() {
        let item = carry_out(tx, order, &batch, promotion).await.map_err(|error| at(number, error))?;
        promotion.decided = Some(item.version);
    }
    confirmed.confirmed = Some(Confirmation { by, at: order.at });
    tx.save_batch(&confirmed).await?;
    note(tx, order, "confirm_batch", Some(&batch), Some(&confirmed)).await?;
    Ok(Outcome::Batch { batch: Arc::new(confirmed), anew: true })
}

/// Decides one promotion, as it would be decided by itself.
async fn carry_out(
    tx: &mut Tx,
    order: &Order,
    batch: &DecisionBatch,
    promotion: &BatchedPromotion,
) -> Result<Arc<Item>, ApplyError> {
    let BatchedPromotion { id, content_hash, .. } = promotion;
    let none = || Refusal::NotFound { collection: Collection::Promotions, id: id.clone() };
    let stored = tx.feature(Collection::Promotions, id).await?.ok_or_else(none)?;
    let after = decision(tx, order, batch, &stored, content_hash).await?;
    let outcome = write(tx, order, batch.decision.name(), Some(stored), after).await?;
    let (Outcome::Written { item, .. } | Outcome::Unchanged { item }) = outcome else {
        unreachable!("what is written is an item")
    };
    Ok(item)
}

async fn discard(tx: &mut Tx, order: &Order, id: BatchId) -> Result<Outcome, ApplyError> {
    let batch = reached(tx, order, id).await?;
    if batch.confirmed.is_some() {
        return Err(BatchRefusal::Confirmed(id).into());
    }
    tx.drop_batch(id).await?;
    note(tx, order, "discard_batch", Some(&batch), None).await?;
    Ok(Outcome::Batch { batch: Arc::new(batch), anew: true })
}

/// The batch `id`, when none of its promotions is of the organisation of whoever asks.
async fn reached(tx: &mut Tx, order: &Order, id: BatchId) -> Result<DecisionBatch, ApplyError> {
    let batch = tx.batch(id).await?.ok_or(BatchRefusal::NotFound(id))?;
    if let Some((number, id)) = batch.beyond(|target| order.by.may(target)) {
        return Err(at(number, BatchRefusal::Own(id.clone()).into()));
    }
    Ok(batch)
}

/// Says of what is wrong with a promotion where in the batch it stands.
fn at(number: usize, error: ApplyError) -> ApplyError {
    match error {
        ApplyError::Refused(why) => BatchRefusal::Promotion { number, why: Box::new(why) }.into(),
        ApplyError::Store(error) => error.into(),
    }
}

/// Adds a row to the audit. Batches are read from the database alone, hence no line in the log.
async fn note(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    before: Option<&DecisionBatch>,
    after: Option<&DecisionBatch>,
) -> Result<(), StoreError> {
    let id = before.or(after).map(|batch| batch.id);
    let subject = id.map_or_else(String::new, |id| format!("batch/{id}"));
    let (before, after) = (before.map(batch_document), after.map(batch_document));
    let (at, actor, request) = (order.at, order.by.to_string(), order.request);
    tx.audit(&AuditEntry { at, actor, request, command, subject, before, after }).await
}
