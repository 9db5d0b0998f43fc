//! Names of things, each its own type, so that a version cannot be passed where a revision is meant.
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// The collections of the API, in alphabetical order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collection {
    /// What a visitor asks for by name: piers, museums, parks.
    Attractions,
    /// Beaches, each with its shape.
    Beaches,
    /// Car parks.
    CarParks,
    /// Messages about a place, a collection or the area.
    Notices,
    /// Hospitals, libraries, stations and other public service points.
    ServicePoints,
    /// Public toilets.
    Toilets,
    /// Theatres and other places where events are held.
    Venues,
}

impl Collection {
    /// Every collection.
    pub const ALL: [Self; 7] = [
        Self::Attractions,
        Self::Beaches,
        Self::CarParks,
        Self::Notices,
        Self::ServicePoints,
        Self::Toilets,
        Self::Venues,
    ];

    /// The collections of places: what is on the map, and what an area folder holds.
    pub const PLACES: [Self; 6] =
        [Self::Attractions, Self::Beaches, Self::CarParks, Self::ServicePoints, Self::Toilets, Self::Venues];

    /// Its name in paths, files and rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attractions => "attractions",
            Self::Beaches => "beaches",
            Self::CarParks => "car-parks",
            Self::Notices => "notices",
            Self::ServicePoints => "service-points",
            Self::Toilets => "toilets",
            Self::Venues => "venues",
        }
    }

    /// The collection of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|collection| collection.name() == name)
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Identifies one feature, also among those of other collections: the area's own slug or a `UUIDv7`, stable for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureId(Arc<str>);

/// Why a text is not a [`FeatureId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: 1 to 64 of a-z, 0-9 and inner hyphens")]
pub struct FeatureIdError(pub String);

impl FeatureId {
    /// The id that `text` is: 1 to 64 lower-case letters, digits and hyphens, a hyphen neither first nor last.
    pub fn new(text: &str) -> Result<Self, FeatureIdError> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let well_formed = matches!(text.len(), 1..=64)
            && text.bytes().all(inner)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if well_formed { Ok(Self(text.into())) } else { Err(FeatureIdError(shortened(text))) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An id hashes and compares as its text, so a map of ids is asked with a text.
impl Borrow<str> for FeatureId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// At most 80 characters of `text`, so that an error stays readable whatever was sent.
fn shortened(text: &str) -> String {
    let mut out: String = text.chars().take(80).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

/// How often an item was written: 1 when created, one more with each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub i64);

/// A position in the log: the number of a committed change; 0 before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision(pub i64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names the timeline of a database: another one after every restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(pub Uuid);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// Names one request in logs, problems and the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl RequestId {
    /// A new one, ordered by time.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_slugs_or_uuids() {
        for good in ["a", "wc-pier-gap", "0198f1d2-7b3c-7c1e-8a55-0242ac120002", &"x".repeat(64)] {
            assert_eq!(FeatureId::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a-", "A", "a b", "a/b", "å", "a\0", &"x".repeat(65)] {
            assert!(FeatureId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_collection_is_found_by_its_name_and_listed_in_order() {
        for collection in Collection::ALL {
            assert_eq!(Collection::named(collection.name()), Some(collection));
        }
        assert!(Collection::ALL.is_sorted_by_key(|collection| collection.name()));
        assert_eq!(Collection::named("Toilets"), None);
    }
}
