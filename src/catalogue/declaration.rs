//! What somebody has decided or said of a beach for a while: an override, a hazard, the quality of its water.
use crate::beaches::{Access, Colour, Override};
use crate::ids::{DeclarationId, FeatureId};
use chrono::{DateTime, Utc};

/// What a declaration is about. The axes are never mixed: a hazard changes no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// How full the beach is, or whether one may go there, in place of what is computed.
    Override,
    /// Something that may hurt.
    Hazard,
    /// Whether one should bathe.
    WaterQuality,
}

/// What somebody has decided or said of a beach for a while. Never changed: cancelling it is said beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Which one.
    pub id: DeclarationId,
    /// Of which beach.
    pub beach: FeatureId,
    /// About what.
    pub axis: Axis,
    /// Of an override: the level.
    pub level: Option<Colour>,
    /// Of an override: whether one may go there.
    pub access: Option<Access>,
    /// Of an override its reason, of a hazard its kind, of water its state.
    pub code: Box<str>,
    /// What visitors are told.
    pub message: Option<Box<str>>,
    /// From when it holds.
    pub starts_at: DateTime<Utc>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
    /// When it was declared.
    pub created_at: DateTime<Utc>,
    /// By whom, as the audit has it.
    pub author: Box<str>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// Why somebody decides over what was counted.
const REASONS: [&str; 7] = ["crowding", "incident", "weather", "event", "maintenance", "pollution", "other"];
/// What may hurt.
const HAZARDS: [&str; 9] = [
    "strong_current",
    "jellyfish",
    "weever_fish",
    "debris",
    "unstable_cliff",
    "cut_off_by_tide",
    "mud",
    "high_surf",
    "other",
];
/// What is said of bathing.
const WATER: [&str; 3] = ["normal", "advice_against_bathing", "pollution_incident"];

impl Axis {
    /// Every axis.
    pub const ALL: [Self; 3] = [Self::Override, Self::Hazard, Self::WaterQuality];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Hazard => "hazard",
            Self::WaterQuality => "water_quality",
        }
    }

    /// What the code of a declaration on it is called.
    pub fn code_name(self) -> &'static str {
        match self {
            Self::Override => "reason",
            Self::Hazard => "kind",
            Self::WaterQuality => "state",
        }
    }

    /// The codes that a declaration on it may have.
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Override => &REASONS,
            Self::Hazard => &HAZARDS,
            Self::WaterQuality => &WATER,
        }
    }

    /// The axis of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|axis| axis.name() == name)
    }
}

impl Declaration {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.starts_at <= now && now < self.end()
    }

    /// Until when it holds: it may have been cancelled.
    pub fn end(&self) -> DateTime<Utc> {
        self.cancelled_at.map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    /// The first instant after `now` at which it begins or ends to hold.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // One that is cancelled before it begins never holds.
        let edges = [self.starts_at, self.end()].into_iter().filter(|_| self.starts_at < self.end());
        edges.filter(|edge| now < *edge).min()
    }

    /// What the beach rule asks of it, if it is an override.
    pub fn as_override(&self) -> Option<Override> {
        (self.axis == Axis::Override).then_some(Override {
            level: self.level,
            access: self.access,
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            created_at: self.created_at,
            cancelled_at: self.cancelled_at,
        })
    }
}
