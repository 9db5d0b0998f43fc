//! Writes, deletes, verifies and undoes one feature.
use super::promotion::{check_business, check_offers, check_owner, check_unseen, count_edit, edited, undone};
use super::{ApplyError, venue};
use crate::access::{By, Target};
use crate::catalogue::Item;
use crate::command::{Aim, Expected, Order, Outcome, Refusal};
use crate::features::field::Value;
use crate::features::schema::at;
use crate::features::{Event, Feature, IllegalMove, Notice, Promotion, Publication, Status};
use crate::formats::json;
use crate::ids::{Collection, NoticeOn, Version};
use crate::store::{AuditEntry, Op, Stored, Subject, Tx};
use std::collections::HashSet;
use std::sync::Arc;

pub(super) fn not_found(aim: &Aim) -> Refusal {
    Refusal::NotFound { collection: aim.collection, id: aim.id.clone() }
}

/// What is there, at the version expected, where the order reaches it.
pub(super) async fn found(tx: &mut Tx, order: &Order, aim: &Aim) -> Result<Item, ApplyError> {
    let stored = tx.feature(aim.collection, &aim.id).await?.ok_or_else(|| not_found(aim))?;
    reaches(&order.by, &stored.feature)?;
    check(aim, stored.version)?;
    Ok(stored)
}

fn check(aim: &Aim, current: Version) -> Result<(), Refusal> {
    let Aim { collection, id, expected } = aim;
    match expected {
        Expected::Anything => Ok(()),
        Expected::Nothing => Err(Refusal::IdTaken { id: id.clone(), taken_by: *collection }),
        Expected::Version(expected) if *expected == current => Ok(()),
        Expected::Version(expected) => {
            let (collection, id, expected) = (*collection, id.clone(), *expected);
            Err(Refusal::Stale { collection, id, expected, current })
        }
    }
}

/// Refuses an order on a feature that its actor does not reach. What is public is known to be there.
pub(in crate::app) fn reaches(by: &By, feature: &Feature) -> Result<(), Refusal> {
    let reached = match by {
        By::System | By::Operator => true,
        By::Actor(permit) => match (Notice::of(feature), Event::of(feature), Promotion::of(feature)) {
            (Some(notice), _, _) => permit.covers(&Target::Notice(&notice.on())),
            (None, Some(event), _) => permit.covers(&Target::Event(event.organisation())),
            (None, None, Some(promotion)) => {
                permit.covers(&Target::Promotion(promotion.organisation(), promotion.was_submitted()))
            }
            (None, None, None) => permit.covers(&Target::Place(feature.collection(), feature.id())),
        },
    };
    let what = || match Notice::of(feature).map(|notice| notice.on()) {
        None => format!("{}/{}", feature.collection(), feature.id()),
        Some(NoticeOn::Feature(collection, id)) => format!("a notice on {collection}/{id}"),
        Some(NoticeOn::Collection(collection)) => format!("a notice on all {collection}"),
        Some(NoticeOn::Area) => "a notice on the whole area".to_owned(),
    };
    if reached {
        return Ok(());
    }
    // What nobody else sees is not told of.
    let unseen = Event::of(feature).is_some_and(|event| event.publication() != Publication::Published)
        || Promotion::of(feature).is_some_and(|promotion| promotion.public().is_none());
    if unseen {
        return Err(Refusal::NotFound { collection: feature.collection(), id: feature.id().clone() });
    }
    Err(Refusal::NotAllowed(what()))
}

pub(super) async fn put(
    tx: &mut Tx,
    order: &Order,
    feature: &Arc<Feature>,
    expected: Expected,
) -> Result<Outcome, ApplyError> {
    let (collection, id) = (feature.collection(), feature.id());
    let aim = &Aim { collection, id: id.clone(), expected };
    reaches(&order.by, feature)?;
    let stored = tx.stored(collection, id).await?;
    if stored.is_none()
        && let Some(taken_by) = tx.collection_of(id).await?
    {
        return Err(Refusal::IdTaken { id: id.clone(), taken_by }.into());
    }
    let stored = match stored {
        Some(Stored { deleted: true, item }) => match expected {
            // Who writes whatever is there may also bring back what was deleted.
            Expected::Anything => {
                venue::check_there(tx, None, feature).await?;
                return bring_back(tx, order, "put", item, feature.clone()).await;
            }
            Expected::Nothing if reaches(&order.by, &item.feature).is_err() => {
                return Err(Refusal::IdTaken { id: id.clone(), taken_by: collection }.into());
            }
            Expected::Nothing => {
                let (id, version) = (id.clone(), item.version);
                return Err(Refusal::Deleted { collection, id, version }.into());
            }
            Expected::Version(_) => return Err(not_found(aim).into()),
        },
        Some(Stored { deleted: false, item }) => {
            if expected == Expected::Nothing && reaches(&order.by, &item.feature).is_err() {
                return Err(Refusal::IdTaken { id: id.clone(), taken_by: collection }.into());
            }
            reaches(&order.by, &item.feature)?;
            let same = item.version == Version(1) && item.feature == *feature;
            if same && expected == Expected::Nothing {
                return Ok(Outcome::Unchanged { item: Arc::new(item) });
            }
            check(aim, item.version)?;
            Some(item)
        }
        None => match expected {
            Expected::Anything | Expected::Nothing => None,
            Expected::Version(_) => return Err(not_found(aim).into()),
        },
    };
    let feature = &stored.as_ref().map_or_else(|| feature.clone(), |stored| edited(stored, feature));
    check_subject(tx, feature).await?;
    venue::check_there(tx, stored.as_ref(), feature).await?;
    check_business(tx, feature).await?;
    check_owner(tx, stored.as_ref(), feature).await?;
    check_end(order, stored.as_ref(), feature)?;
    let outcome = write(tx, order, "put", stored, feature.clone()).await?;
    count_edit(tx, order, &outcome).await?;
    Ok(outcome)
}

pub(super) async fn set_status(
    tx: &mut Tx,
    order: &Order,
    aim: &Aim,
    status: &Status,
) -> Result<Outcome, ApplyError> {
    let stored = found(tx, order, aim).await?;
    let feature = Arc::new(stored.feature.with_status(status.clone()));
    if let Some(until) = status.until().filter(|until| *until <= order.at) {
        return Err(Refusal::EndsInThePast { member: "status_until", until }.into());
    }
    write(tx, order, "set_status", Some(stored), feature).await
}

/// "Seen today, still right". Said of a notice, it would mean nothing.
pub(super) async fn verify(tx: &mut Tx, order: &Order, aim: &Aim) -> Result<Outcome, ApplyError> {
    let stored = found(tx, order, aim).await?;
    if !stored.feature.is_place() {
        return Err(not_found(aim).into());
    }
    let seen = stored.feature.with_field(at::VERIFIED_AT, Value::Instant(order.at));
    write(tx, order, "verify", Some(stored), Arc::new(seen)).await
}

pub(super) async fn delete(tx: &mut Tx, order: &Order, aim: &Aim) -> Result<Outcome, ApplyError> {
    let stored = found(tx, order, aim).await?;
    check_draft(order, &stored.feature)?;
    check_unseen(order, &stored.feature)?;
    take_away(tx, order, "delete", stored).await
}

/// Brings back what was before the last edit, which the audit knows. An undone undo is the edit again.
pub(super) async fn undo(tx: &mut Tx, order: &Order, aim: &Aim) -> Result<Outcome, ApplyError> {
    let Stored { item, deleted } = tx.stored(aim.collection, &aim.id).await?.ok_or_else(|| not_found(aim))?;
    // What is deleted is not visible: who does not reach it is not told that it was there.
    reaches(&order.by, &item.feature).map_err(|refusal| if deleted { not_found(aim) } else { refusal })?;
    check(aim, item.version)?;
    let nothing = || Refusal::NothingToUndo { collection: aim.collection, id: aim.id.clone() };
    let last = tx.last_audited(&subject(&item.feature)).await?.ok_or_else(nothing)?;
    let now = (!deleted).then(|| json::feature_document(&item.feature));
    if last.after != now {
        return Err(nothing().into());
    }
    let Some(before) = last.before else {
        check_draft(order, &item.feature)?;
        check_unseen(order, &item.feature)?;
        return take_away(tx, order, "undo", item).await;
    };
    // A document that an older program wrote, and that this one does not read any more, cannot be brought back.
    let before = Arc::new(json::read_feature_document(&before).map_err(|_| nothing())?);
    let before = if deleted { before } else { undone(&item.feature, before) };
    if !deleted && *before == *item.feature {
        return Err(nothing().into());
    }
    reaches(&order.by, &before)?;
    // What was shown cannot be unseen, nor is something shown by taking back what hid it: also when its time has come
    // meanwhile.
    let stage = |feature: &Feature| Event::of(feature).map(|event| event.stage(order.at).publication);
    let hidden = deleted && stage(&before).is_some_and(|stage| stage != Publication::Draft);
    if hidden || (!deleted && stage(&before) != stage(&item.feature)) {
        return Err(nothing().into());
    }
    check_subject(tx, &before).await?;
    venue::check_there(tx, (!deleted).then_some(&item), &before).await?;
    check_business(tx, &before).await?;
    if deleted {
        let outcome = bring_back(tx, order, "undo", item, before).await?;
        count_edit(tx, order, &outcome).await?;
        return Ok(outcome);
    }
    let outcome = write(tx, order, "undo", Some(item), before).await?;
    count_edit(tx, order, &outcome).await?;
    Ok(outcome)
}

/// Refuses a notice about a place that is not there.
async fn check_subject(tx: &mut Tx, feature: &Feature) -> Result<(), ApplyError> {
    if let Some(NoticeOn::Feature(collection, id)) = Notice::of(feature).map(|notice| notice.on())
        && tx.feature(collection, &id).await?.is_none()
    {
        return Err(Refusal::NothingToNotice { collection, id }.into());
    }
    Ok(())
}

/// Refuses to delete an event that calendars hold: they would never hear of it.
fn check_draft(order: &Order, feature: &Feature) -> Result<(), Refusal> {
    let why = match Event::of(feature).map(|event| event.stage(order.at).publication) {
        None | Some(Publication::Draft) => return Ok(()),
        Some(Publication::Published) => IllegalMove::Published,
        Some(Publication::Archived) => IllegalMove::Archived,
    };
    Err(Refusal::Illegal { id: feature.id().clone(), why })
}

/// Refuses to take away a place while a notice is about it.
async fn check_notices(tx: &mut Tx, order: &Order, feature: &Feature) -> Result<(), ApplyError> {
    if !feature.is_place() {
        return Ok(());
    }
    let on = NoticeOn::Feature(feature.collection(), feature.id().clone());
    for item in tx.features_of(Collection::Notices).await? {
        if Notice::of(&item.feature).is_some_and(|notice| notice.on() == on && !notice.ended(order.at)) {
            let (collection, id) = (feature.collection(), feature.id().clone());
            return Err(Refusal::Noticed { collection, id, notice: item.feature.id().clone() }.into());
        }
    }
    Ok(())
}

/// Refuses a closure or a notice that would be over before it begins. One that was written before may have ended since.
fn check_end(order: &Order, stored: Option<&Item>, feature: &Feature) -> Result<(), Refusal> {
    let end = |feature: &Feature| match Notice::of(feature) {
        Some(notice) => notice.ends_at(),
        None => feature.status().until(),
    };
    let standing = stored.is_some_and(|stored| {
        stored.feature.status() == feature.status() && end(&stored.feature) == end(feature)
    });
    match end(feature).filter(|until| *until <= order.at && !standing) {
        Some(until) => {
            let member = if feature.is_place() { "status_until" } else { "ends_at" };
            Err(Refusal::EndsInThePast { member, until })
        }
        None => Ok(()),
    }
}

fn subject(feature: &Feature) -> String {
    format!("{}/{}", feature.collection(), feature.id())
}

/// Writes `feature` over what is stored, with its line in the log and in the audit; nothing when it is the same.
pub(super) async fn write(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    stored: Option<Item>,
    feature: Arc<Feature>,
) -> Result<Outcome, ApplyError> {
    let item = Item {
        version: Version(stored.as_ref().map_or(1, |stored| stored.version.0 + 1)),
        created_at: stored.as_ref().map_or(order.at, |stored| stored.created_at),
        updated_at: order.at,
        feature,
    };
    match stored {
        Some(stored) if stored.feature == item.feature => Ok(Outcome::Unchanged { item: Arc::new(stored) }),
        Some(stored) => save(tx, order, command, Some(&stored.feature), item).await,
        None => save(tx, order, command, None, item).await,
    }
}

/// Writes `feature` where `deleted` was until its deletion.
async fn bring_back(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    deleted: Item,
    feature: Arc<Feature>,
) -> Result<Outcome, ApplyError> {
    let (version, created_at) = (Version(deleted.version.0 + 1), deleted.created_at);
    save(tx, order, command, None, Item { feature, version, created_at, updated_at: order.at }).await
}

async fn save(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    before: Option<&Feature>,
    item: Item,
) -> Result<Outcome, ApplyError> {
    let feature = &item.feature;
    tx.save_feature(&item, None).await?;
    let logged = Subject::Item(feature.collection(), feature.id().clone());
    let revision = tx.log(order.at, &logged, Op::Put, item.version).await?;
    if let Some(before) = before {
        venue::follow(tx, order, before, feature, &HashSet::new()).await?;
    }
    let before = before.map(json::feature_document);
    let after = Some(json::feature_document(feature));
    audit(tx, order, command, subject(feature), before, after).await?;
    Ok(Outcome::Written { item: Arc::new(item), revision })
}

/// Takes `stored` away: its row stays, and the log says so for ever.
async fn take_away(tx: &mut Tx, order: &Order, command: &str, stored: Item) -> Result<Outcome, ApplyError> {
    check_notices(tx, order, &stored.feature).await?;
    check_offers(tx, order, &stored.feature).await?;
    venue::check_free(tx, order, &stored.feature).await?;
    let version = Version(stored.version.0 + 1);
    let item = Item { version, updated_at: order.at, ..stored };
    let feature = &item.feature;
    tx.delete_feature(&item).await?;
    let logged = Subject::Item(feature.collection(), feature.id().clone());
    let revision = tx.log(order.at, &logged, Op::Delete, version).await?;
    let before = Some(json::feature_document(feature));
    audit(tx, order, command, subject(feature), before, None).await?;
    Ok(Outcome::Deleted { version, revision })
}

async fn audit(
    tx: &mut Tx,
    order: &Order,
    command: &str,
    subject: String,
    before: Option<String>,
    after: Option<String>,
) -> Result<(), ApplyError> {
    let (at, actor, request) = (order.at, order.by.to_string(), order.request);
    tx.audit(&AuditEntry { at, actor, request, command, subject, before, after }).await?;
    Ok(())
}
