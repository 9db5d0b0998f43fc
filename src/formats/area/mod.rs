//! The area folder: all that is local to a council, as files people can edit. Read with every finding, and
//! written so that it reads back equal. The format is told in the README, "An area is a folder".
mod facts;
mod feeds;
mod gazetteer;
mod places;
mod roads;
mod school;
mod shapes;
mod tides;
mod write;

use crate::catalogue::AreaFacts;
use crate::config::MANIFEST;
use crate::features::Feature;
pub use crate::formats::table::{Finding, Findings, Severity};
use crate::ids::{Collection, FeatureId};
use facts::Origin;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
pub use tides::{TIDES, TideTable, read_tides};
pub use write::write;

/// The files of a folder, by path within it.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Documents that hold for the area as a whole, by name: stored as they are, so that a database needs no folder.
pub const DOCUMENTS: [&str; 8] = [
    MANIFEST,
    facts::BOUNDARY,
    facts::HOLIDAYS,
    gazetteer::POSTCODES,
    roads::ROADS,
    school::SCHOOL_HOLIDAYS,
    TIDES,
    gazetteer::TOWNS,
];

/// An area folder, read and checked.
#[derive(Clone, Debug)]
pub struct AreaFolder {
    /// What holds for the area as a whole.
    pub facts: AreaFacts,
    /// The documents those facts were read from.
    pub documents: BTreeMap<String, String>,
    /// Its places, by collection and id.
    pub places: Vec<Arc<Feature>>,
}

/// Whether a folder's file of that name is read at all.
pub fn is_file(name: &str) -> bool {
    places::is_place_file(name) || name == shapes::SHAPES || DOCUMENTS.contains(&name)
}

/// Reads a folder's files. The folder is there when no finding is an error.
pub fn read(files: Files) -> (Option<AreaFolder>, Findings) {
    let mut findings = Findings::default();
    let mut documents = BTreeMap::new();
    let mut place_files = BTreeMap::new();
    let mut shapes = None;
    for (name, bytes) in files {
        let is_place_file = places::is_place_file(&name);
        if !is_file(&name) {
            if !is_note(&name) {
                let remedy = "name it as the format says, or take it out of the folder";
                findings.warn(&name, "is not a file of an area folder", remedy);
            }
            continue;
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let read = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
                let line = read.split('\n').count() as u64;
                findings.error_at(&name, line, None, "is not UTF-8", "save the file as UTF-8");
                continue;
            }
        };
        let text = text.strip_prefix('\u{FEFF}').map_or_else(|| text.clone(), ToOwned::to_owned);
        if is_place_file {
            place_files.insert(name, text);
        } else if name == shapes::SHAPES {
            shapes = Some(text);
        } else {
            documents.insert(name, text);
        }
    }
    let mut facts = facts::read(&documents, Origin::Folder, &mut findings);
    let before = findings.len();
    let places = places::read(&place_files, shapes.as_deref(), facts.as_ref(), &mut findings);
    // A place that could not be read may be the beach that a road leads to.
    let beaches = Some(beaches(&places)).filter(|_| findings.len() == before);
    let roads = roads::read(&documents, beaches.as_ref(), &mut findings);
    if let Some(facts) = &mut facts {
        facts.roads = Arc::new(roads);
    }
    let folder = facts.filter(|_| !findings.any_error()).map(|facts| AreaFolder { facts, documents, places });
    (folder, findings)
}

/// What the documents of an area say of it as a whole, and what is wrong with them; there when nothing is.
pub fn read_facts(documents: &BTreeMap<String, String>) -> (Option<AreaFacts>, Findings) {
    let mut findings = Findings::default();
    let mut facts = facts::read(documents, Origin::Store, &mut findings);
    let roads = roads::read(documents, None, &mut findings);
    if let Some(facts) = &mut facts {
        facts.roads = Arc::new(roads);
    }
    (facts.filter(|_| !findings.any_error()), findings)
}

fn beaches(places: &[Arc<Feature>]) -> BTreeSet<&FeatureId> {
    places.iter().filter(|place| place.collection() == Collection::Beaches).map(|place| place.id()).collect()
}

/// Whether a file is for people: told nothing of, and left where it is.
fn is_note(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.starts_with('.')
        || ["README", "LICENSE", "LICENCE", "ATTRIBUTION"].iter().any(|note| file.starts_with(note))
}
