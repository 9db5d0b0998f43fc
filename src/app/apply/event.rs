//! Moves events between draft and archive, and changes single dates of them.
use super::ApplyError;
use super::edit::{found, not_found, write};
use crate::command::{Aim, EventCommand, Expected, Order, Outcome, Refusal};
use crate::features::field::Kind;
use crate::features::{
    Event, EventStatus, FeatureError, IllegalMove, Move, OccurrenceChange, Publication, Step,
};
use crate::ids::{Collection, FeatureId};
use crate::recurrence::Wall;
use crate::store::Tx;
use std::sync::Arc;

pub(super) async fn apply(tx: &mut Tx, order: &Order, command: &EventCommand) -> Result<Outcome, ApplyError> {
    match command {
        EventCommand::Move { aim, step } => make_move(tx, order, aim, step, command.name()).await,
        EventCommand::Change { aim, of, change } => {
            change_date(tx, order, aim, *of, change, command.name()).await
        }
        EventCommand::PublishDue(id) => publish_due(tx, order, id, command.name()).await,
    }
}

async fn make_move(
    tx: &mut Tx,
    order: &Order,
    aim: &Aim,
    step: &Step,
    name: &str,
) -> Result<Outcome, ApplyError> {
    let stored = found(tx, order, aim).await?;
    let event = Event::of(&stored.feature).ok_or_else(|| not_found(aim))?;
    let moved = event.after(step, order.at).map_err(|why| Refusal::Illegal { id: aim.id.clone(), why })?;
    write(tx, order, name, Some(stored), Arc::new(moved)).await
}

async fn change_date(
    tx: &mut Tx,
    order: &Order,
    aim: &Aim,
    of: Wall,
    change: &OccurrenceChange,
    name: &str,
) -> Result<Outcome, ApplyError> {
    let stored = found(tx, order, aim).await?;
    let event = Event::of(&stored.feature).ok_or_else(|| not_found(aim))?;
    let id = || aim.id.clone();
    if event.publication() == Publication::Archived {
        return Err(Refusal::Illegal { id: id(), why: IllegalMove::Archived }.into());
    }
    let reinstated = matches!(change.status, Some((EventStatus::Scheduled, _)));
    if reinstated && event.status() != EventStatus::Scheduled {
        return Err(Refusal::Illegal { id: id(), why: IllegalMove::Whole(event.status()) }.into());
    }
    if !event.has_date(of) {
        return Err(Refusal::NoSuchDate { id: id(), of }.into());
    }
    let changed = event.with_change(of, change).map_err(|error| match error {
        FeatureError::Event(why) => Refusal::DateChange { id: id(), why },
        error => unreachable!("{id} was an event before one of its dates was changed: {error}", id = aim.id),
    })?;
    // More than are read back.
    if Event::of(&changed).is_some_and(|changed| Kind::MAX_ENTRIES < changed.changed_dates()) {
        return Err(Refusal::TooManyChanges { id: id(), max: Kind::MAX_ENTRIES }.into());
    }
    write(tx, order, name, Some(stored), Arc::new(changed)).await
}

/// One that is not due any more, or published by another node, stays as it is.
async fn publish_due(tx: &mut Tx, order: &Order, id: &FeatureId, name: &str) -> Result<Outcome, ApplyError> {
    let aim = Aim { collection: Collection::Events, id: id.clone(), expected: Expected::Anything };
    let stored = found(tx, order, &aim).await?;
    let event = Event::of(&stored.feature).ok_or_else(|| not_found(&aim))?;
    if event.publication() != Publication::Draft || !event.is_public(order.at) {
        return Ok(Outcome::Unchanged { item: Arc::new(stored) });
    }
    let step = Step { to: Move::Publish, reason: None };
    let published = event.after(&step, order.at).map_err(|why| Refusal::Illegal { id: id.clone(), why })?;
    write(tx, order, name, Some(stored), Arc::new(published)).await
}
