//! Feeds of events in the notations of others, read into events as they would be written here. Nothing is lost in
//! silence: what cannot be read is refused with its place, what is taken otherwise than it stands is noted.
pub mod jsonld;
mod markup;
mod reading;
pub mod rpde;
mod sniff;
pub mod table;
#[cfg(test)]
mod tests;
mod text;

pub use markup::unmarked;
pub use reading::{MAX_BYTES, MAX_ITEMS, MAX_NOTES};
pub use sniff::format_of;
pub use text::{line, paragraphs};

use crate::catalogue::{FeedContent, FeedFormat, FeedItem, FeedNote};
use crate::features::field::{FieldError, Kind, Value};
use crate::features::schema::{self, event_at as at};
use crate::features::{Feature, FeatureError, Fields, Status};
use crate::formats::ics;
use crate::ids::{Collection, FeatureId, OrganisationId};
use crate::spatial::{Geometry, LatLon};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Reads a document in that notation; or says why it is refused as a whole. A page of RPDE is read as if no other
/// followed it: see [`rpde::read_page`].
pub fn read(format: FeedFormat, bytes: &[u8], origin: &Origin) -> Result<FeedContent, FeedNote> {
    match format {
        FeedFormat::Ics => ics::read(bytes, origin),
        FeedFormat::JsonLd => jsonld::read(bytes, origin),
        FeedFormat::Rpde => rpde::read(bytes, origin),
        FeedFormat::Csv => table::read(bytes, origin),
    }
}

/// Whose events a feed brings, and how its clocks run.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The feed's id, of at most [`Origin::MAX_ID`] characters.
    pub feed: FeatureId,
    /// The organisation whose its events are; none: the area's own.
    pub organisation: Option<OrganisationId>,
    /// The IANA name of the area's zone, in which times without one are.
    pub time_zone: String,
}

/// What is known of one event so far: values of the fields of events, by number.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The values; a later one of a number replaces an earlier.
    pub values: Vec<(usize, Value)>,
    /// Where it is, if it says so.
    pub position: Option<LatLon>,
}

impl Origin {
    /// Characters that a feed's id may have: those of its events and their dates are made of it.
    pub const MAX_ID: usize = 31;

    /// The id of the event that the source calls `external_id`: the same at each run.
    pub fn event_id(&self, external_id: &str) -> FeatureId {
        let id = format!("{}-{:016x}", self.feed, xxh3_64(external_id.as_bytes()));
        FeatureId::new(&id).expect("a feed's id and hexadecimal digits are a slug")
    }

    /// The event that `draft` makes: published, and of this feed. A category that it does not give is `other`, and it
    /// takes place unless it says that it does not.
    pub fn item(&self, external_id: &str, place: String, draft: Draft) -> Result<FeedItem, FeatureError> {
        let word = |number: usize, word: &str| {
            let kind: &Kind = &schema::fields(Collection::Events)[number].kind;
            (number, kind.text(word).expect("a word of the field"))
        };
        let organisation = self.organisation.as_ref().map(|id| Value::Text(id.as_str().into()));
        let ours = [word(at::CATEGORY, "other"), word(at::EVENT_STATUS, "scheduled")];
        let kept = [word(at::PUBLICATION, "published"), (at::FEED, Value::Text(self.feed.as_str().into()))];
        let organisation = organisation.map(|organisation| (at::ORGANISATION, organisation));
        let values = ours.into_iter().chain(draft.values).chain(kept).chain(organisation);
        let geometry = draft.position.map(|position| Arc::new(Geometry::Point(position)));
        let id = self.event_id(external_id);
        let feature =
            Feature::new(id, Collection::Events, geometry, None, Status::Active, Fields::new(values))?;
        Ok(FeedItem { external_id: external_id.to_owned(), feature: Arc::new(feature), at: place })
    }
}

impl Draft {
    /// Puts the value that `text` writes out into the field of that number.
    pub fn put(&mut self, number: usize, text: &str) -> Result<(), FieldError> {
        let value = schema::fields(Collection::Events)[number].kind.text(text)?;
        self.values.push((number, value));
        Ok(())
    }
}
