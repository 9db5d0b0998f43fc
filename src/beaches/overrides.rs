//! What somebody has decided over what was counted. Knows no reports.
use super::level::Colour;
use chrono::{DateTime, Utc};

/// Whether one may go to the beach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// One may.
    Open,
    /// One may, with restrictions.
    Restricted,
    /// One may not.
    Closed,
}

impl Access {
    /// Every one, the mildest first.
    pub const ALL: [Self; 3] = [Self::Open, Self::Restricted, Self::Closed];

    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Restricted => "restricted",
            Self::Closed => "closed",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.name() == name)
    }
}

/// A decision that holds in [`starts_at`, `expires_at`), or until it is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// The level, in place of the computed one. `None`: the computed one.
    pub level: Option<Colour>,
    /// Whether one may go there. `None`: one may.
    pub access: Option<Access>,
    /// From when it holds.
    pub starts_at: DateTime<Utc>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
    /// When it was decided: of several the last one counts, alone.
    pub created_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
}

impl Override {
    fn start(&self) -> i64 {
        self.starts_at.timestamp_millis()
    }

    fn end(&self) -> i64 {
        self.cancelled_at.map_or(self.expires_at, |at| at.min(self.expires_at)).timestamp_millis()
    }

    /// The one of `overrides` that holds at `ms`: the newest by `created_at`, of equals the later in the list.
    pub(super) fn in_force(overrides: &[Self], ms: i64) -> Option<&Self> {
        let holding = overrides.iter().filter(|one| (one.start()..one.end()).contains(&ms));
        holding.max_by_key(|one| one.created_at.timestamp_millis())
    }

    /// When `overrides` begin and end.
    pub(super) fn edges(overrides: &[Self]) -> impl Iterator<Item = i64> {
        overrides.iter().flat_map(|one| [one.start(), one.end()])
    }
}
