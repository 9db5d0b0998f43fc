//! Why a use case was refused or failed. Knows nothing of HTTP.
use crate::command::Refusal;
use crate::formats::json::DocumentError;
use crate::spatial::Metres;
use crate::store::StoreError;
use std::sync::Arc;

/// Why a command was not carried out, as far as is known.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was written cannot be taken; nothing was changed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A place outside the area; nothing was changed.
    #[error("the place lies {:.0} m outside the area", away.get())]
    OutsideArea {
        /// How far outside the boundary.
        away: Metres,
    },
    /// The queue is full; nothing was changed, try again.
    #[error("too many changes are waiting")]
    Busy,
    /// The database could not be reached or failed before the commit; nothing was changed, try again.
    #[error("the database cannot be used: {0}")]
    Unavailable(Arc<StoreError>),
    /// The commit failed: it may be done or not; asking again is safe.
    #[error("the outcome is unknown: {0}")]
    OutcomeUnknown(Arc<StoreError>),
    /// The service is stopping.
    #[error("the service is stopping")]
    Stopping,
}
/// A read that a use case begins with.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}
