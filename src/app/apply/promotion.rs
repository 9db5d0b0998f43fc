//! Hands promotions in, decides about them, takes them back; and holds an edit of one against what was decided.
use super::ApplyError;
use super::edit::{found, write};
use crate::access::By;
use crate::catalogue::Item;
use crate::command::{DecidePromotion, Order, Outcome, PromotionRefusal, Refusal};
use crate::features::schema::business_at;
use crate::features::{Deciders, Feature, IllegalDecision, Moderation, Promotion, PromotionStep};
use crate::formats::json::content_hash;
use crate::ids::{Collection, OrganisationId};
use crate::store::Tx;
use chrono::DateTime;
use std::sync::Arc;

pub(super) async fn apply(
    tx: &mut Tx,
    order: &Order,
    command: &DecidePromotion,
) -> Result<Outcome, ApplyError> {
    let DecidePromotion { aim, step, content_hash: seen } = command;
    let stored = found(tx, order, aim).await?;
    let by = order.by.to_string();
    let deciders = Deciders { by: &by, proposed_by: None };
    let after = decided(tx, order, &stored, step, seen.as_deref(), deciders).await?;
    write(tx, order, step.name(), Some(stored), after).await
}

/// The feature that the promotion `stored` is after `step`, where that may be taken of what was `seen`. Nothing is written.
pub(super) async fn decided(
    tx: &mut Tx,
    order: &Order,
    stored: &Item,
    step: &PromotionStep,
    seen: Option<&str>,
    deciders: Deciders<'_>,
) -> Result<Arc<Feature>, ApplyError> {
    let id = stored.feature.id().clone();
    let none = || Refusal::NotFound { collection: stored.feature.collection(), id: id.clone() };
    let promotion = Promotion::of(&stored.feature).ok_or_else(none)?;
    let hash = content_hash(&promotion);
    if seen.is_some_and(|seen| *seen != *hash) {
        return Err(PromotionRefusal::OtherContent { id, stored: hash }.into());
    }
    let after = promotion.after(step, deciders, &hash, order.at);
    let after = after.map_err(|why| PromotionRefusal::Illegal { id: id.clone(), why })?;
    let is_anothers = match &order.by {
        By::System | By::Operator => false,
        By::Actor(permit) => permit.organisation().map(OrganisationId::as_str) != promotion.organisation(),
    };
    if is_anothers && *step == (PromotionStep::Withdraw { reason: None }) {
        return Err(PromotionRefusal::Illegal { id, why: IllegalDecision::NoReason }.into());
    }
    if *step == PromotionStep::Submit && promotion.moderation() != Moderation::Submitted {
        check_waiting(tx, order, &stored.feature).await?;
        count_deed(tx, order, promotion.organisation()).await?;
    }
    if matches!(step, PromotionStep::Submit | PromotionStep::Approve) {
        check_business(tx, &stored.feature).await?;
    }
    Ok(Arc::new(after))
}

/// Promotions of one organisation that may wait to be looked at.
const WAITING: usize = 5;
/// How often an organisation may edit its promotions, or hand one in, in a day: each leaves a line in the log and the audit.
const EDITS: i64 = 40;
const DAY: i64 = 24 * 60 * 60;

/// Refuses to let more promotions of one organisation wait than there may.
async fn check_waiting(tx: &mut Tx, order: &Order, feature: &Feature) -> Result<(), ApplyError> {
    let organisation = Promotion::of(feature).and_then(|promotion| promotion.organisation());
    let (By::Actor(_), Some(organisation)) = (&order.by, organisation) else { return Ok(()) };
    let all = tx.promotions_of(organisation).await?;
    let waits = |item: &&Item| {
        item.feature.id() != feature.id()
            && Promotion::of(&item.feature).is_some_and(|other| {
                other.organisation() == Some(organisation) && other.moderation() == Moderation::Submitted
            })
    };
    if all.iter().filter(waits).count() < WAITING {
        return Ok(());
    }
    Err(PromotionRefusal::TooManyWaiting { organisation: organisation.to_owned(), max: WAITING }.into())
}

/// Counts what an organisation has written of a promotion, and refuses what is more than it may in a day.
pub(super) async fn count_edit(tx: &mut Tx, order: &Order, outcome: &Outcome) -> Result<(), ApplyError> {
    let (By::Actor(_), Outcome::Written { item, .. }) = (&order.by, outcome) else { return Ok(()) };
    count_deed(tx, order, Promotion::of(&item.feature).and_then(|promotion| promotion.organisation())).await
}

async fn count_deed(tx: &mut Tx, order: &Order, organisation: Option<&str>) -> Result<(), ApplyError> {
    let (By::Actor(_), Some(organisation)) = (&order.by, organisation) else { return Ok(()) };
    let day = order.at.timestamp().div_euclid(DAY);
    if tx.count_promotion_edit(organisation, day).await? <= EDITS {
        return Ok(());
    }
    let until = DateTime::from_timestamp((day + 1) * DAY, 0).unwrap_or(order.at);
    let organisation = organisation.to_owned();
    Err(PromotionRefusal::TooManyEdits { organisation, max: EDITS, until, at: order.at }.into())
}

/// What an edit makes of `feature`: what was decided about a promotion holds for what was decided about alone.
pub(super) fn edited(stored: &Item, feature: &Arc<Feature>) -> Arc<Feature> {
    match Promotion::of(feature) {
        Some(_) => Arc::new(Promotion::edited(&stored.feature, feature)),
        None => feature.clone(),
    }
}

/// What becomes of `current` when the edit is undone before which it was `before`: of a promotion what it says, and not what
/// was decided about it.
pub(super) fn undone(current: &Feature, before: Arc<Feature>) -> Arc<Feature> {
    match (Promotion::of(current), Promotion::of(&before)) {
        (Some(promotion), Some(before)) => Arc::new(promotion.saying(&before)),
        _ => before,
    }
}

/// Refuses a promotion where its organisation has no business.
pub(super) async fn check_business(tx: &mut Tx, feature: &Feature) -> Result<(), ApplyError> {
    let Some(promotion) = Promotion::of(feature) else { return Ok(()) };
    let id = promotion.business();
    let business = tx.feature(Collection::Businesses, &id).await?;
    let owner =
        business.as_ref().and_then(|business| business.feature.fields().text(business_at::ORGANISATION));
    match owner {
        None => Err(PromotionRefusal::NoBusiness { id }.into()),
        owner if owner == promotion.organisation() => Ok(()),
        Some(_) => Err(Refusal::NotAllowed(format!("an offer at businesses/{id}")).into()),
    }
}

/// Refuses a business of an organisation that is not there. What was so before is not asked about again.
pub(super) async fn check_owner(
    tx: &mut Tx,
    stored: Option<&Item>,
    feature: &Feature,
) -> Result<(), ApplyError> {
    if feature.collection() != Collection::Businesses {
        return Ok(());
    }
    let owner = feature.fields().text(business_at::ORGANISATION).unwrap_or_default();
    let stands = |stored: &Item| stored.feature.fields().text(business_at::ORGANISATION) == Some(owner);
    if stored.is_some_and(stands) {
        return Ok(());
    }
    let known = match OrganisationId::new(owner) {
        Ok(id) => tx.organisation(&id).await?.is_some(),
        Err(_) => false,
    };
    if known { Ok(()) } else { Err(PromotionRefusal::NoOrganisation(owner.to_owned()).into()) }
}

/// Refuses to take away a promotion that readers see, that waits to be looked at, or that was refused of late.
pub(super) fn check_unseen(order: &Order, feature: &Feature) -> Result<(), PromotionRefusal> {
    let Some(promotion) = Promotion::of(feature) else { return Ok(()) };
    let id = || feature.id().clone();
    promotion.check_unseen(order.at).map_err(|why| PromotionRefusal::Illegal { id: id(), why })
}

/// Refuses to take away a business where something is offered, or is to be.
pub(super) async fn check_offers(tx: &mut Tx, order: &Order, feature: &Feature) -> Result<(), ApplyError> {
    if feature.collection() != Collection::Businesses {
        return Ok(());
    }
    for item in tx.features_of(Collection::Promotions).await? {
        let Some(promotion) = Promotion::of(&item.feature) else { continue };
        let here = promotion.business() == *feature.id()
            || promotion.approved().and_then(Promotion::business_of).as_ref() == Some(feature.id());
        let stands = promotion.check_unseen(order.at) == Err(IllegalDecision::Standing);
        if here && stands && !promotion.is_over(order.at) {
            let (collection, id) = (feature.collection(), feature.id().clone());
            return Err(
                PromotionRefusal::Offered { collection, id, promotion: item.feature.id().clone() }.into()
            );
        }
    }
    Ok(())
}
