//! Carries out one command inside the open transaction.
mod access;
mod edit;
mod import;

pub(super) use edit::reaches;

use crate::command::{AccessRefusal, Command, Order, Outcome, Refusal};
use crate::store::{StoreError, Tx};
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

/// Carries out `order` in `tx`. After an error the caller undoes what it did.
pub(super) async fn apply(
    tx: &mut Tx,
    order: &Order,
    progress: Option<&Progress>,
) -> Result<Outcome, ApplyError> {
    match &order.command {
        Command::Import(import) => import::take_in(tx, order, import, progress).await.map(Outcome::Imported),
        Command::Put { feature, expected } => edit::put(tx, order, feature, *expected).await,
        Command::Delete(aim) => edit::delete(tx, order, aim).await,
        Command::Verify(aim) => edit::verify(tx, order, aim).await,
        Command::Undo(aim) => edit::undo(tx, order, aim).await,
        Command::Access(command) => access::apply(tx, order, command).await,
        Command::SetStatus { aim, status } => edit::set_status(tx, order, aim, status).await,
    }
}
