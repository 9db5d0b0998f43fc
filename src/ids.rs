//! Names of things, each its own type, so that a version cannot be passed where a revision is meant.
mod application;
mod batch;

pub use application::{ApplicationId, ApplicationIdError};
pub use batch::{BatchId, BatchIdError};

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
    /// Shops, cafes, hotels that may offer something.
    Businesses,
    /// Car parks.
    CarParks,
    /// What is on: plays, fairs, stops of the mobile library.
    Events,
    /// Messages about a place, a collection or the area.
    Notices,
    /// The dates of the events, each by itself.
    Occurrences,
    /// What businesses offer.
    Promotions,
    /// Hospitals, libraries, stations and other public service points.
    ServicePoints,
    /// Public toilets.
    Toilets,
    /// Theatres and other places where events are held.
    Venues,
}

impl Collection {
    /// Every collection.
    pub const ALL: [Self; 11] = [
        Self::Attractions,
        Self::Beaches,
        Self::Businesses,
        Self::CarParks,
        Self::Events,
        Self::Notices,
        Self::Occurrences,
        Self::Promotions,
        Self::ServicePoints,
        Self::Toilets,
        Self::Venues,
    ];

    /// The collections of places: what is on the map, and what an area folder holds.
    pub const PLACES: [Self; 7] = [
        Self::Attractions,
        Self::Beaches,
        Self::Businesses,
        Self::CarParks,
        Self::ServicePoints,
        Self::Toilets,
        Self::Venues,
    ];

    /// Its name in paths, files and rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attractions => "attractions",
            Self::Beaches => "beaches",
            Self::Businesses => "businesses",
            Self::CarParks => "car-parks",
            Self::Events => "events",
            Self::Notices => "notices",
            Self::Occurrences => "occurrences",
            Self::Promotions => "promotions",
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
        if is_slug(text) { Ok(Self(text.into())) } else { Err(FeatureIdError(shortened(text))) }
    }

    /// A new one, ordered by time.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7().hyphenated().to_string().into())
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

fn is_slug(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    matches!(text.len(), 1..=64) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// At most 80 characters of `text`, so that an error stays readable whatever was sent.
fn shortened(text: &str) -> String {
    let mut out: String = text.chars().take(80).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

/// Identifies one organisation: a slug, by the rule of [`FeatureId`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationId(Arc<str>);

/// Why a text is not an [`OrganisationId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an organisation's id: 1 to 64 of a-z, 0-9 and inner hyphens")]
pub struct OrganisationIdError(pub String);

impl OrganisationId {
    /// The id that `text` is.
    pub fn new(text: &str) -> Result<Self, OrganisationIdError> {
        if is_slug(text) { Ok(Self(text.into())) } else { Err(OrganisationIdError(shortened(text))) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifies one actor. It says nothing of the person, so it may stand where a name must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorId(pub Uuid);

/// Why a text is not an [`ActorId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an actor's id: a UUID in lower case with hyphens")]
pub struct ActorIdError(pub String);

impl ActorId {
    /// A new one, ordered by time.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id that `text` is, in the one notation that [`fmt::Display`] gives it.
    pub fn new(text: &str) -> Result<Self, ActorIdError> {
        let read = Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text);
        read.ok_or_else(|| ActorIdError(shortened(text)))
    }
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Identifies one crowd report: made on the phone at the tap, so that sending it twice is sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportId(pub Uuid);

/// Why a text is not a [`ReportId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a report's id: a UUID in lower case with hyphens")]
pub struct ReportIdError(pub String);

impl ReportId {
    /// The id that `text` is, in the one notation that [`fmt::Display`] gives it.
    pub fn new(text: &str) -> Result<Self, ReportIdError> {
        let read = Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text);
        read.ok_or_else(|| ReportIdError(shortened(text)))
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Identifies one thing that somebody has decided or said of a beach for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeclarationId(pub Uuid);

impl DeclarationId {
    /// A new one, ordered by time.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for DeclarationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Identifies one token: 12 lower-case characters of Crockford's base 32. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId([u8; Self::LENGTH]);

/// Why a text is not a [`TokenId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a token's id: 12 of 0-9 and a-z without i, l, o and u")]
pub struct TokenIdError(pub String);

impl TokenId {
    /// Characters it has.
    pub const LENGTH: usize = 12;
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// The id made of these random bytes.
    pub fn from_random(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes.map(|byte| Self::ALPHABET[usize::from(byte % 32)]))
    }

    /// The id that `text` is.
    pub fn new(text: &str) -> Result<Self, TokenIdError> {
        let bytes: Result<[u8; Self::LENGTH], _> = text.as_bytes().try_into();
        let known = bytes.ok().filter(|bytes| bytes.iter().all(|byte| Self::ALPHABET.contains(byte)));
        known.map(Self).ok_or_else(|| TokenIdError(shortened(text)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenId({self})")
    }
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoticeOn {
    /// One feature.
    Feature(Collection, FeatureId),
    /// Every feature of a collection.
    Collection(Collection),
    /// The area as a whole.
    Area,
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

/// Names one running server among those on a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(pub Uuid);

impl NodeId {
    /// The one server of a database that only one process has.
    pub const ALONE: Self = Self(Uuid::nil());

    /// A new one.
    pub fn fresh() -> Self {
        Self(Uuid::new_v4())
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
    fn the_id_of_an_actor_or_a_token_has_one_notation() {
        let actor = ActorId::fresh();
        assert_eq!(ActorId::new(&actor.to_string()), Ok(actor));
        let token = TokenId::from_random([0, 1, 31, 32, 9, 10, 17, 18, 200, 255, 27, 28]);
        assert_eq!(token.as_str(), "01z09ahj8zvw");
        assert_eq!(TokenId::new(token.as_str()), Ok(token));
        for bad in ["", "0198f1d27b3c7c1e8a550242ac120002", "0198F1D2-7B3C-7C1E-8A55-0242AC120002", "x"] {
            assert!(ActorId::new(bad).is_err(), "{bad}");
        }
        for bad in ["", "01z09ahj8zv", "01z09ahj8zvww", "01z09ahj8zvl", "01Z09AHJ8ZVW", "01z09ahj8zå"] {
            assert!(TokenId::new(bad).is_err(), "{bad}");
        }
        assert!(OrganisationId::new("princes-theatre").is_ok() && OrganisationId::new("Theatre").is_err());
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
