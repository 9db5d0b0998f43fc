//! Events and the places they are held at: such a place is there, stays there, and what is shown of it is shown by them.
use super::ApplyError;
use super::edit::reaches;
use crate::catalogue::Item;
use crate::command::{Order, Refusal};
use crate::features::{Event, Feature, schema};
use crate::ids::{Collection, FeatureId, Version};
use crate::store::{Op, Subject, Tx};
use std::collections::HashSet;

/// Events that a refusal names.
const NAMED: usize = 5;
/// What events show of the place they are held at, besides its name and where it is.
const SHOWN: [&str; 3] = ["street_address", "town", "postal_code"];

fn venue(feature: &Feature) -> Option<FeatureId> {
    Event::of(feature).and_then(|event| event.venue())
}

/// Refuses an event at a place that is not there. One that was, and is gone since, is not asked about again.
pub(super) async fn check_there(
    tx: &mut Tx,
    stored: Option<&Item>,
    feature: &Feature,
) -> Result<(), ApplyError> {
    let Some(id) = venue(feature) else { return Ok(()) };
    if stored.is_some_and(|stored| venue(&stored.feature).as_ref() == Some(&id)) {
        return Ok(());
    }
    let there = match tx.collection_of(&id).await?.filter(|of| Collection::PLACES.contains(of)) {
        Some(collection) => tx.feature(collection, &id).await?.is_some(),
        None => false,
    };
    if there { Ok(()) } else { Err(Refusal::NoVenue { id }.into()) }
}

/// Refuses to take away a place while events are held at it, those that are over too: they would be nowhere. Named are
/// those that whoever asks may see.
pub(super) async fn check_free(tx: &mut Tx, order: &Order, feature: &Feature) -> Result<(), ApplyError> {
    if !feature.is_place() {
        return Ok(());
    }
    let events = tx.events_at(feature.id()).await?;
    if events.is_empty() {
        return Ok(());
    }
    let is_seen = |feature: &Feature| {
        Event::of(feature).is_some_and(|event| event.is_public(order.at))
            || reaches(&order.by, feature).is_ok()
    };
    let named: Vec<FeatureId> = events
        .iter()
        .filter(|item| is_seen(&item.feature))
        .map(|item| item.feature.id().clone())
        .take(NAMED)
        .collect();
    let others = events.len() - named.len();
    let (collection, id) = (feature.collection(), feature.id().clone());
    Err(Refusal::Housing { collection, id, events: named, others }.into())
}

/// Gives each event that is held at a place a new version where `after` shows something else of it than `before`: whoever
/// follows events (a calendar's SEQUENCE, RPDE, a tag) hears of it as of any change. `but` have one already.
pub(super) async fn follow(
    tx: &mut Tx,
    order: &Order,
    before: &Feature,
    after: &Feature,
    but: &HashSet<FeatureId>,
) -> Result<(), ApplyError> {
    if !after.is_place() || shows_the_same(before, after) {
        return Ok(());
    }
    for event in tx.events_at(after.id()).await? {
        if but.contains(event.feature.id()) {
            continue;
        }
        let item = Item { version: Version(event.version.0 + 1), updated_at: order.at, ..event };
        tx.save_feature(&item, None).await?;
        let subject = Subject::Item(Collection::Events, item.feature.id().clone());
        tx.log(order.at, &subject, Op::Put, item.version).await?;
    }
    Ok(())
}

fn shows_the_same(before: &Feature, after: &Feature) -> bool {
    let said = |feature: &Feature| {
        SHOWN.map(|name| {
            let number = schema::number(feature.collection(), name)?;
            feature.fields().get(number).cloned()
        })
    };
    before.name() == after.name() && before.position() == after.position() && said(before) == said(after)
}
