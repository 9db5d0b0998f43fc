//! Everything published, indexed and rendered: what every public read is answered from.
//!
//! A snapshot is immutable; a change makes another one that shares what did not change. No SQL, no lock and
//! no waiting here, and no clock: who asks says what time it is.
mod alternatives;
mod area;
mod board;
mod build;
mod collection;
mod conflicts;
mod crowd;
mod entry;
mod fair;
mod filter;
mod items;
mod names;
mod nearby;
mod offers;
mod page;
mod postings;
mod programme;
mod quality;
mod statuses;
#[cfg(test)]
mod tests;
mod timeline;

pub use area::{AreaView, PlaceName};
pub use build::{Changed, NewCrowds};
pub use collection::CollectionView;
pub use conflicts::Conflict;
pub use crowd::{BeachCrowd, Crowds};
pub use fair::{Lot, Seed};
pub use filter::{Filter, FilterError, OpenAt};
pub use items::{After, Cursor, CursorError, During, Found, ItemsQuery, SortBy};
pub use nearby::{MAX_RADIUS, NearQuery};
pub use offers::{Offer, Offers, Responses};
pub use programme::{Production, Programme};
pub use quality::{Detail, Finding, Findings, Flawed, Quality, QualityQuery};

use crate::catalogue::Item;
use crate::ids::{Collection, Epoch, FeatureId, Revision};
use board::Board;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Everything published at one position of the log.
#[derive(Debug)]
pub struct Snapshot {
    /// The timeline of the database it was built from.
    pub epoch: Epoch,
    /// The last change it shows.
    pub revision: Revision,
    /// What holds for the area as a whole.
    pub area: Arc<AreaView>,
    collections: [Arc<CollectionView>; Collection::ALL.len()],
    board: Arc<Board>,
    crowds: Arc<Crowds>,
    programme: Arc<Programme>,
    offers: Arc<Offers>,
    /// Whether it shows that nobody knows how full the beaches are, since the database is not heard from.
    blind: bool,
}

/// What an answer needs to know of what went into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The attributions that are due, as bits.
    pub attributions: u64,
    /// Until when the answer holds if nothing changes; none when time alone changes nothing in it.
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether it says how full a beach is: caches keep that for a shorter time.
    pub of_crowd: bool,
}

impl Answered {
    const NOTHING: Self = Self { attributions: 0, valid_until: None, of_crowd: false };

    fn add(&mut self, attributions: u64, valid_until: Option<DateTime<Utc>>) {
        self.with(Self { attributions, valid_until, of_crowd: false });
    }

    /// Says that the answer holds until then at the latest.
    pub fn expire(&mut self, at: Option<DateTime<Utc>>) {
        self.add(0, at);
    }

    /// Adds what another part of the answer needs.
    fn with(&mut self, other: Self) {
        self.attributions |= other.attributions;
        self.of_crowd |= other.of_crowd;
        self.valid_until = match (self.valid_until, other.valid_until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl Snapshot {
    /// What is published in `collection`.
    pub fn collection(&self, collection: Collection) -> &Arc<CollectionView> {
        &self.collections[collection as usize]
    }

    /// What is known of how full the beaches are.
    pub fn crowds(&self) -> &Arc<Crowds> {
        &self.crowds
    }

    /// What is on, drafts too: not all of it is public.
    pub fn programme(&self) -> &Arc<Programme> {
        &self.programme
    }

    /// What businesses offer, also what waits to be looked at: not all of it is public.
    pub fn offers(&self) -> &Arc<Offers> {
        &self.offers
    }

    /// The place called `id`.
    pub fn place(&self, id: &FeatureId) -> Option<&Arc<Item>> {
        Collection::PLACES.into_iter().find_map(|collection| self.collection(collection).item(id))
    }

    /// Whether it shows that nobody knows how full the beaches are, since the database is not heard from.
    pub fn is_blind(&self) -> bool {
        self.blind
    }

    /// Every collection.
    pub fn collections(&self) -> impl Iterator<Item = &Arc<CollectionView>> {
        self.collections.iter()
    }
}
