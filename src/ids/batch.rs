//! The names of batches of decisions.
use super::shortened;
use std::fmt;
use uuid::Uuid;

/// Identifies one batch of decisions that a moderator has proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BatchId(pub Uuid);

/// Why a text is not a [`BatchId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a batch's id: a UUID in lower case with hyphens")]
pub struct BatchIdError(pub String);

impl BatchId {
    /// A new one, of random bits alone.
    pub fn fresh() -> Self {
        Self(Uuid::new_v4())
    }

    /// The id that `text` is, in the one notation that [`fmt::Display`] gives it.
    pub fn new(text: &str) -> Result<Self, BatchIdError> {
        let read = Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text);
        read.ok_or_else(|| BatchIdError(shortened(text)))
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
