//! The words that say what an actor is: roles, beaches, and in what capacity it reports.
use crate::ids::FeatureId;
use std::collections::BTreeSet;
use std::fmt;

/// What somebody is, in alphabetical order of the names. What each may is in the policy table alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Keeps organisations, actors and tokens; kept from the audit.
    Admin,
    /// Reads everything, the audit too.
    Auditor,
    /// Writes its organisation's promotions.
    Business,
    /// Approves or rejects promotions.
    Moderator,
    /// Reports from its beaches.
    Patrol,
    /// Keeps its organisation's places and notices; one of the tourism team keeps all.
    Publisher,
    /// Keeps its beaches: their notices, and who reports from them.
    Supervisor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Admin,
        Self::Auditor,
        Self::Business,
        Self::Moderator,
        Self::Patrol,
        Self::Publisher,
        Self::Supervisor,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Business => "business",
            Self::Moderator => "moderator",
            Self::Patrol => "patrol",
            Self::Publisher => "publisher",
            Self::Supervisor => "supervisor",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The capacity in which a patrol reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportsAs {
    /// A beach patrol.
    Patrol,
    /// Other staff.
    Staff,
    /// A volunteer warden.
    Warden,
}

impl ReportsAs {
    /// Every capacity.
    pub const ALL: [Self; 3] = [Self::Patrol, Self::Staff, Self::Warden];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patrol => "patrol",
            Self::Staff => "staff",
            Self::Warden => "warden",
        }
    }

    /// The capacity of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capacity| capacity.name() == name)
    }
}

/// Beaches that an actor has to do with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beaches {
    /// Every beach, those to come too.
    All,
    /// These; none where the set is empty.
    These(BTreeSet<FeatureId>),
}

impl Beaches {
    /// No beach.
    pub fn none() -> Self {
        Self::These(BTreeSet::new())
    }

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        match self {
            Self::All => false,
            Self::These(beaches) => beaches.is_empty(),
        }
    }

    /// Whether the beach `id` is one of them.
    pub fn has(&self, id: &FeatureId) -> bool {
        match self {
            Self::All => true,
            Self::These(beaches) => beaches.contains(id),
        }
    }

    /// Whether each of `others` is one of them, and there is one.
    pub fn have(&self, others: &Self) -> bool {
        match (self, others) {
            (_, others) if others.is_none() => false,
            (Self::All, _) => true,
            (Self::These(_), Self::All) => false,
            (Self::These(own), Self::These(others)) => others.is_subset(own),
        }
    }
}
