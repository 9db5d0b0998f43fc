//! Everything that can change anything, as values: one queue, one writer, one audit.
mod access;

pub use access::{AccessCommand, AccessOutcome, AccessRefusal, NewToken, OrganisationFacts};

use crate::access::By;
use crate::features::{Feature, Status};
use crate::ids::{Collection, FeatureId, RequestId, Revision, Version};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A command, who gave it and when.
#[derive(Clone, Debug)]
pub struct Order {
    /// What to do.
    pub command: Command,
    /// By whom.
    pub by: By,
    /// The request it came with.
    pub request: RequestId,
    /// When it was admitted.
    pub at: DateTime<Utc>,
}

/// Something that changes something.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take in an area: its documents and its places. What is stored already and the same stays untouched.
    Import(Import),
    /// Write one place, new or known.
    Put {
        /// The place.
        feature: Arc<Feature>,
        /// What must be stored for this to be done.
        expected: Expected,
    },
    /// Give a place another status: close it, for a while or for good, or open it again.
    SetStatus {
        /// Its collection.
        collection: Collection,
        /// Its id.
        id: FeatureId,
        /// The status.
        status: Status,
        /// What must be stored for this to be done.
        expected: Expected,
    },
    /// Change who may act.
    Access(AccessCommand),
}

/// An area folder, read and checked.
#[derive(Clone, Debug)]
pub struct Import {
    /// The slug of the area: a database holds one.
    pub area: String,
    /// The documents that hold for the area as a whole, by file name.
    pub documents: BTreeMap<String, String>,
    /// The places.
    pub places: Vec<Arc<Feature>>,
}

/// What a writer expects to find, so that nobody overwrites what they have not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anything, or nothing.
    Anything,
    /// The item at this version.
    Version(Version),
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What an import did.
    Imported(Imported),
    /// The item was written.
    Written {
        /// The version it has now.
        version: Version,
        /// The change in the log.
        revision: Revision,
    },
    /// The item was so already; nothing was written.
    Unchanged {
        /// The version it has.
        version: Version,
    },
    /// What a command about who may act has made.
    Access(AccessOutcome),
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Places that were new.
    pub added: u64,
    /// Places whose facts in the files had changed since the last import.
    pub changed: u64,
    /// Places left as they are.
    pub unchanged: u64,
    /// Places that an earlier import brought and these files no longer have; left as they are.
    pub missing: u64,
    /// Documents of the area that were new or had changed.
    pub documents: u64,
}

impl Imported {
    /// Whether anything was written.
    pub fn wrote(&self) -> bool {
        0 < self.added + self.changed + self.documents
    }
}

/// Why a command was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such item.
    #[error("{collection}/{id} does not exist")]
    NotFound {
        /// The collection asked.
        collection: Collection,
        /// The id asked for.
        id: FeatureId,
    },
    /// Somebody changed it first.
    #[error("{collection}/{id} is at version {current}, not {expected}")]
    Stale {
        /// The item's collection.
        collection: Collection,
        /// The item's id.
        id: FeatureId,
        /// What was expected.
        expected: Version,
        /// What is stored.
        current: Version,
    },
    /// The database holds another area.
    #[error(
        "the database holds the area `{held}`, not `{given}`: give another --database, or the area it holds"
    )]
    OtherArea {
        /// The area it holds.
        held: String,
        /// The area that was given.
        given: String,
    },
    /// A closure that would be over before it begins.
    #[error("a closure until {until} is over already")]
    EndsInThePast {
        /// When it would end.
        until: DateTime<Utc>,
    },
    /// The id is taken in another collection.
    #[error("the id {id} is taken by {taken_by}")]
    IdTaken {
        /// The id.
        id: FeatureId,
        /// The collection that has it.
        taken_by: Collection,
    },
    /// A command about who may act.
    #[error(transparent)]
    Access(#[from] AccessRefusal),
}
