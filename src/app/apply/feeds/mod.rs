//! Takes in what feeds bring, and writes down how they did.
mod compare;
mod write;

use super::{ApplyError, Progress};
use crate::access::Target;
use crate::app::FEEDING;
use crate::catalogue::{Alarm, FeedNote, FeedSource, FeedState, FeedTaken, Quarantine};
use crate::command::{Extent, FeedAttempt, FeedCommand, FeedOutcome, FeedRefusal, Order, TakeInFeed};
use crate::feeds;
use crate::ids::OrganisationId;
use crate::store::{AuditEntry, Tx};
use chrono::{DateTime, Utc};
use compare::Compared;

pub(super) async fn apply(
    tx: &mut Tx,
    order: &Order,
    command: &FeedCommand,
    progress: Option<&Progress>,
) -> Result<FeedOutcome, ApplyError> {
    match command {
        FeedCommand::TakeIn(take) => take_in(tx, order, take, progress).await,
        FeedCommand::Note { feed, attempt } => {
            let mut state = tx.feed(feed).await?.unwrap_or_default();
            state.attempted_at = Some(order.at);
            state.failure = None;
            match attempt {
                FeedAttempt::Same => state.succeeded_at = Some(order.at),
                FeedAttempt::Failed(why) => state.failure = Some(why.clone()),
                FeedAttempt::Unusable(alarm) => hold_back(&mut state, order.at, alarm.clone()),
            }
            tx.save_feed(feed, &state).await?;
            Ok(state
                .quarantine
                .filter(|held| held.at == order.at)
                .map_or(FeedOutcome::Noted, FeedOutcome::Quarantined))
        }
        FeedCommand::Acknowledge { source } => acknowledge(tx, order, source).await,
        FeedCommand::Ask { source } => ask(tx, order, source).await,
    }
}

/// Takes in what a feed brings, all of it or, where that looks broken, nothing.
async fn take_in(
    tx: &mut Tx,
    order: &Order,
    take: &TakeInFeed,
    progress: Option<&Progress>,
) -> Result<FeedOutcome, ApplyError> {
    let feed = &take.source.id;
    if let Some(node) = take.node
        && !tx.holds_lease(FEEDING, node, order.at).await?
    {
        return Err(FeedRefusal::NoLease.into());
    }
    let mut state = tx.feed(feed).await?.unwrap_or_default();
    let known = tx.known_items(feed).await?;
    let compared = Compared::new(take, &known, order.at);
    let seen = compared.seen(take, &known, &state, order.at);
    let passes = take.forced || state.acknowledged_until.is_some_and(|until| order.at < until);
    state.attempted_at = Some(order.at);
    state.failure = None;
    if let Some(alarm) = feeds::alarm(&seen).filter(|_| !passes) {
        hold_back(&mut state, order.at, alarm);
        state.notes = first(&take.content.refused);
        tx.save_feed(feed, &state).await?;
        let held = state.quarantine.expect("it was just held back");
        return Ok(FeedOutcome::Quarantined(held));
    }
    let (mut taken, refused) = write::write(tx, order, take, &compared, &known, progress).await?;
    let notes: Vec<FeedNote> = take.content.refused.iter().cloned().chain(refused).collect();
    taken.refused = notes.len() as u64;
    state.succeeded_at = Some(order.at);
    state.quarantine = None;
    state.acknowledged_until = None;
    state.notes = first(&notes);
    state.items = match take.extent {
        Extent::Whole => take.content.items.len() as u64,
        Extent::Part => {
            let there = known.values().filter(|known| !known.gone && !known.deleted).count() as u64;
            (there + taken.added).saturating_sub(compared.gone.len() as u64)
        }
    };
    state.taken = taken;
    state.etag.clone_from(&take.validators.etag);
    state.last_modified.clone_from(&take.validators.last_modified);
    state.next.clone_from(&take.validators.next);
    tx.save_feed(feed, &state).await?;
    if taken.wrote() {
        let after = counts(&taken);
        audit(tx, order, "take_in_feed", &take.source, None, Some(after)).await?;
    }
    Ok(FeedOutcome::Taken { taken, notes })
}

/// Lets the next run of a feed pass. Its next answer is taken whole: nothing of what was held back is known here.
async fn acknowledge(tx: &mut Tx, order: &Order, source: &FeedSource) -> Result<FeedOutcome, ApplyError> {
    reaches(order, source)?;
    let mut state = tx.feed(&source.id).await?.unwrap_or_default();
    let Some(held) = &state.quarantine else {
        return Err(FeedRefusal::NotQuarantined(source.id.clone()).into());
    };
    let until = order.at + FeedCommand::ACKNOWLEDGED_FOR;
    let before = serde_json::to_string(&held.alarm.detail).expect("a text is JSON");
    state.acknowledged_until = Some(until);
    // It is asked again at the next look, not when its time has passed.
    state.attempted_at = None;
    tx.save_feed(&source.id, &state).await?;
    audit(tx, order, "acknowledge_feed", source, Some(before), None).await?;
    Ok(FeedOutcome::Acknowledged(until))
}

/// Has a feed asked by the node that does, at its next look.
async fn ask(tx: &mut Tx, order: &Order, source: &FeedSource) -> Result<FeedOutcome, ApplyError> {
    reaches(order, source)?;
    if source.address.is_none() {
        return Err(FeedRefusal::ByHand(source.id.clone()).into());
    }
    let mut state = tx.feed(&source.id).await?.unwrap_or_default();
    state.attempted_at = None;
    tx.save_feed(&source.id, &state).await?;
    audit(tx, order, "ask_feed", source, None, None).await?;
    Ok(FeedOutcome::Asked)
}

fn reaches(order: &Order, source: &FeedSource) -> Result<(), FeedRefusal> {
    let own = order.by.may(&Target::Event(source.organisation.as_ref().map(OrganisationId::as_str)));
    if own { Ok(()) } else { Err(FeedRefusal::NotYours(source.id.clone())) }
}

/// Says that what came is held back, for this reason.
fn hold_back(state: &mut FeedState, at: DateTime<Utc>, alarm: Alarm) {
    let since = state.quarantine.as_ref().map_or(at, |held| held.since);
    state.quarantine = Some(Quarantine { since, at, alarm });
}

fn first(notes: &[FeedNote]) -> Vec<FeedNote> {
    notes.iter().take(FeedState::MAX_NOTES).cloned().collect()
}

fn counts(taken: &FeedTaken) -> String {
    let FeedTaken { added, changed, unchanged, kept, archived, deleted, refused } = taken;
    format!(
        r#"{{"added":{added},"changed":{changed},"unchanged":{unchanged},"kept":{kept},"archived":{archived},"deleted":{deleted},"refused":{refused}}}"#
    )
}

async fn audit(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    source: &FeedSource,
    before: Option<String>,
    after: Option<String>,
) -> Result<(), ApplyError> {
    let (at, actor, request) = (order.at, order.by.to_string(), order.request);
    let (command, subject) = (command, format!("sources/{}", source.id));
    tx.audit(&AuditEntry { at, actor, request, command, subject, before, after }).await?;
    Ok(())
}
