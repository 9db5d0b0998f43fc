//! Organisations: whose actors publish, and what is theirs.
use crate::ids::{FeatureId, OrganisationId, Version};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// One that offers promotions.
    Business,
    /// The council, or a service of it.
    Council,
    /// A theatre or another that holds events.
    Theatre,
    /// The tourism team, whose publishers keep every place.
    Tourism,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Business, Self::Council, Self::Theatre, Self::Tourism];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Council => "council",
            Self::Theatre => "theatre",
            Self::Tourism => "tourism",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its slug.
    pub id: OrganisationId,
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: OrganisationKind,
    /// The venues that are its own. They need not be published, nor exist yet.
    pub venues: BTreeSet<FeatureId>,
    /// How often it was written.
    pub version: Version,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}
