//! What is said over the socket. Both ends are this program, though not always of one version.
use crate::command::{Imported, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Take in an area folder.
    Import {
        /// Its files, by path within it.
        files: BTreeMap<String, String>,
    },
    /// Give a place another status.
    SetStatus(StatusChange),
}

/// A place and the status it shall have, as written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// The place's collection.
    pub collection: String,
    /// Its id.
    pub id: String,
    /// The status.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// The RFC 3339 instant it ends by itself.
    pub until: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// So many items are done; more replies follow.
    Progress {
        /// How many.
        done: u64,
    },
    /// It is done.
    Done(Took),
    /// It was refused, or it failed; nothing was changed unless it says so.
    Refused {
        /// Why, a line each.
        lines: Vec<String>,
    },
}

/// What a command did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "took", rename_all = "snake_case")]
pub enum Took {
    /// An import.
    Import {
        /// Places that were new.
        added: u64,
        /// Places that had changed.
        changed: u64,
        /// Places left as they are.
        unchanged: u64,
        /// Places that staff have deleted, left so.
        #[serde(default)]
        deleted: u64,
        /// Places the files no longer have.
        missing: u64,
        /// Documents that were new or had changed.
        documents: u64,
    },
    /// A place was written.
    Written {
        /// Its version now.
        version: i64,
    },
    /// A place was so already.
    Unchanged {
        /// Its version.
        version: i64,
    },
}

impl From<Outcome> for Took {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Imported(Imported { added, changed, unchanged, deleted, missing, documents }) => {
                Self::Import { added, changed, unchanged, deleted, missing, documents }
            }
            Outcome::Written { item, .. } => Self::Written { version: item.version.0 },
            Outcome::Deleted { version, .. } => Self::Written { version: version.0 },
            Outcome::Unchanged { item } => Self::Unchanged { version: item.version.0 },
        }
    }
}
