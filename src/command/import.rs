//! Imports of an area: what is taken in, and what came of it.
use crate::features::Feature;
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Places that were new.
    pub added: u64,
    /// Places whose facts in the files had changed since the last import.
    pub changed: u64,
    /// Places left as they are.
    pub unchanged: u64,
    /// Places of these files that staff have deleted; left so.
    pub deleted: u64,
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
