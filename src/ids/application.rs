//! The names of applications.
use super::shortened;
use std::fmt;
use uuid::Uuid;

/// Identifies one application of a business. Whoever applied is told it; it says nothing, and cannot be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApplicationId(pub Uuid);

/// Why a text is not an [`ApplicationId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an application's id: a UUID in lower case with hyphens")]
pub struct ApplicationIdError(pub String);

impl ApplicationId {
    /// A new one, of random bits alone.
    pub fn fresh() -> Self {
        Self(Uuid::new_v4())
    }

    /// The id that `text` is, in the one notation that [`fmt::Display`] gives it.
    pub fn new(text: &str) -> Result<Self, ApplicationIdError> {
        let read = Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text);
        read.ok_or_else(|| ApplicationIdError(shortened(text)))
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
