//! What changes by feeds: what they bring, how they did, and that somebody has looked.
use crate::catalogue::{Alarm, FeedContent, FeedNote, FeedSource, FeedTaken, Quarantine};
use crate::hours::Calendar;
use crate::ids::{FeatureId, NodeId};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// A command about a feed.
#[derive(Clone, Debug)]
pub enum FeedCommand {
    /// Take in what a feed brings.
    TakeIn(TakeInFeed),
    /// Write down that a feed was asked and brought nothing to take in. Nobody has decided anything, so neither log nor
    /// audit knows of it.
    Note {
        /// Which feed.
        feed: FeatureId,
        /// What came of it.
        attempt: FeedAttempt,
    },
    /// Let the next run of a feed pass, whatever it brings.
    Acknowledge {
        /// Which feed.
        source: FeedSource,
    },
    /// Have a feed asked at the next look, whenever its time would come.
    Ask {
        /// Which feed.
        source: FeedSource,
    },
}

/// What a feed brings.
#[derive(Clone, Debug)]
pub struct TakeInFeed {
    /// Which feed it is.
    pub source: FeedSource,
    /// The area's civil time.
    pub calendar: Calendar,
    /// What it brings.
    pub content: Arc<FeedContent>,
    /// How much of it that is.
    pub extent: Extent,
    /// Whether it is taken in whatever it looks like: somebody has looked.
    pub forced: bool,
    /// What the source says of its answer.
    pub validators: Validators,
    /// By which node, where only the one with the lease may.
    pub node: Option<NodeId>,
}

/// How much of a feed something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: what is not there is gone.
    Whole,
    /// Some changes of it.
    Part,
}

/// What a source says of its answer, to be told when it is asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// Its entity tag.
    pub etag: Option<String>,
    /// Its date.
    pub last_modified: Option<String>,
    /// Where it goes on; none: it does not, or it is read from its beginning each time.
    pub next: Option<String>,
}

/// That a feed was asked, and brought nothing to take in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedAttempt {
    /// Nothing has changed since.
    Same,
    /// It could not be had; why.
    Failed(String),
    /// What came cannot be read as what it should be.
    Unusable(Alarm),
}

/// What a command about a feed came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedOutcome {
    /// It was taken in.
    Taken {
        /// What was done.
        taken: FeedTaken,
        /// What was refused, all of it.
        notes: Vec<FeedNote>,
    },
    /// Nothing was taken in, since it looks broken.
    Quarantined(Quarantine),
    /// It was written down.
    Noted,
    /// The next run passes until then.
    Acknowledged(DateTime<Utc>),
    /// It is asked at the next look.
    Asked,
}

/// Why a command about a feed was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedRefusal {
    /// Another node takes feeds in.
    #[error("another node takes feeds in")]
    NoLease,
    /// Its actor may not do that to this feed.
    #[error("you may not do this to the feed {0}; `/v1/me` says what your roles are, and how far they reach")]
    NotYours(FeatureId),
    /// There is nothing to acknowledge.
    #[error("the feed {0} is not quarantined, so there is nothing to acknowledge")]
    NotQuarantined(FeatureId),
    /// It has no address.
    #[error("the feed {0} has no address: it is taken in by hand alone")]
    ByHand(FeatureId),
}

impl FeedCommand {
    /// How long the acknowledgement of a feed holds: it is meant for what somebody has seen.
    pub const ACKNOWLEDGED_FOR: TimeDelta = TimeDelta::hours(24);
}
