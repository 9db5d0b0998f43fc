//! One more view of a promotion, or click on it. Nobody has decided anything, so neither log nor audit knows of it.
use crate::ids::FeatureId;
use chrono::NaiveDate;
use std::fmt;
use uuid::Uuid;

/// What somebody did with a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountKind {
    /// Followed its link.
    Click,
    /// Looked at it.
    View,
}

/// Made up by a phone for one view, or one click, so that sending it twice is sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce(Uuid);

/// A text that is no [`Nonce`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a UUID in lower case with hyphens, a new one for each view and click")]
pub struct NonceError;

/// Something to be counted, once however often it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Of which promotion.
    pub promotion: FeatureId,
    /// What was done.
    pub kind: CountKind,
    /// What the phone made up at that very moment.
    pub nonce: Nonce,
    /// On which day of the area.
    pub day: NaiveDate,
}

impl CountKind {
    /// The word that is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::View => "view",
        }
    }
}

impl Nonce {
    /// The nonce that `text` is, in the notation that [`fmt::Display`] gives it, or in capitals: phones differ.
    pub fn new(text: &str) -> Result<Self, NonceError> {
        let read = Uuid::try_parse(text)
            .ok()
            .map(Self)
            .filter(|nonce| nonce.to_string() == text.to_ascii_lowercase());
        read.ok_or(NonceError)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
