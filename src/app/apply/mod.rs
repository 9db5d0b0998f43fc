//! Carries out one command inside the open transaction.
mod access;
mod batch;
mod crowd;
mod declare;
mod edit;
mod event;
mod feeds;
mod import;
mod promotion;
mod venue;

pub(super) use edit::reaches;

use super::lease;
use crate::access::{By, Caller, Permit, Roster, State};
use crate::command::{
    AccessRefusal, BatchRefusal, Command, CrowdRefusal, DeclareRefusal, FeedRefusal, Order, Outcome,
    PromotionRefusal, Refusal,
};
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::watch;

/// Told how many items of a long command are done.
pub type Progress = watch::Sender<u64>;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApplyError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessRefusal> for ApplyError {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<DeclareRefusal> for ApplyError {
    fn from(refusal: DeclareRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<FeedRefusal> for ApplyError {
    fn from(refusal: FeedRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<BatchRefusal> for ApplyError {
    fn from(refusal: BatchRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<PromotionRefusal> for ApplyError {
    fn from(refusal: PromotionRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<CrowdRefusal> for ApplyError {
    fn from(refusal: CrowdRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

/// Carries out `order` in `tx`, by what its actor may now: as `roster` says, if it is what `tx` would read. After an error the caller undoes what it did.
pub(super) async fn apply(
    tx: &mut Tx,
    order: &Order,
    roster: Option<&Roster>,
    progress: Option<&Progress>,
) -> Result<Outcome, ApplyError> {
    let by = match &order.by {
        By::System => By::System,
        By::Operator => By::Operator,
        By::Actor(permit) => By::Actor(standing(tx, permit, roster, order.at).await?),
    };
    let order = &Order { by, ..order.clone() };
    match &order.command {
        Command::Import(import) => import::take_in(tx, order, import, progress).await.map(Outcome::Imported),
        Command::ImportTides { table, names_station, summary } => {
            import::take_in_tides(tx, order, table, *names_station, summary).await.map(Outcome::Imported)
        }
        Command::Put { feature, expected } => edit::put(tx, order, feature, *expected).await,
        Command::Delete(aim) => edit::delete(tx, order, aim).await,
        Command::Verify(aim) => edit::verify(tx, order, aim).await,
        Command::Undo(aim) => edit::undo(tx, order, aim).await,
        Command::Event(command) => event::apply(tx, order, command).await,
        Command::DecidePromotion(command) => promotion::apply(tx, order, command).await,
        Command::Moderate(command) => batch::apply(tx, order, command).await,
        Command::Count(count) => Ok(Outcome::Counted { anew: tx.count(count).await? }),
        Command::Access(command) => access::apply(tx, order, command).await,
        Command::Crowd(command) => crowd::apply(tx, order, command).await,
        Command::Declare(command) => declare::declare(tx, order, command).await,
        Command::Publish(command) => declare::publish(tx, order, command).await,
        Command::Feed(command) => feeds::apply(tx, order, command, progress).await.map(Outcome::Feed),
        Command::AdoptPolicy(command) => declare::adopt(tx, order, command).await,
        Command::TakeLease { name, node } => {
            let held = tx.take_lease(name, *node, order.at, order.at + lease::LENGTH).await?;
            Ok(Outcome::Lease { held })
        }
        Command::GiveLeaseBack { name, node } => {
            tx.give_lease_back(name, *node).await?;
            Ok(Outcome::Lease { held: false })
        }
        Command::SetStatus { aim, status } => edit::set_status(tx, order, aim, status).await,
    }
}

/// What the actor of `permit` may at `at`, of what is stored in this very transaction. The permit was given before the
/// body of the request had come: its token may be revoked since, in this group of commands or on another node.
async fn standing(
    tx: &mut Tx,
    permit: &Permit,
    roster: Option<&Roster>,
    at: DateTime<Utc>,
) -> Result<Permit, ApplyError> {
    if let Some(roster) = roster {
        let caller = roster.bearer(permit.token(), at).ok_or(AccessRefusal::NotAccepted)?;
        return Ok(permit.renewed(&caller).ok_or(AccessRefusal::Forbidden)?);
    }
    let token = tx.token(permit.token()).await?.filter(|token| token.state(at) == State::Live);
    let token = token.ok_or(AccessRefusal::NotAccepted)?;
    let actor = tx.actor(token.actor).await?.filter(|actor| !actor.is_erased());
    let actor = Arc::new(actor.ok_or(AccessRefusal::NotAccepted)?);
    let organisation = match actor.organisation() {
        Some(id) => tx.organisation(id).await?.map(Arc::new),
        None => None,
    };
    let caller = Caller { actor, organisation, token: token.id };
    Ok(permit.renewed(&caller).ok_or(AccessRefusal::Forbidden)?)
}
