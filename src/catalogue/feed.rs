//! What a feed of events brings: each as it would be written, and what could not be read.
use crate::features::Feature;
use std::sync::Arc;

/// A feed, or a page of one, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedContent {
    /// The events in it.
    pub items: Vec<FeedItem>,
    /// The source's own ids of what it says is gone.
    pub removed: Vec<String>,
    /// What was left out, and why.
    pub refused: Vec<FeedNote>,
    /// What was taken otherwise than it stands there, such as a text that was cut.
    pub altered: Vec<FeedNote>,
}

/// One event of a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedItem {
    /// What the source calls it.
    pub external_id: String,
    /// It, under an id that is made of the feed's and the source's.
    pub feature: Arc<Feature>,
    /// Where it stands, such as `line 12` or `/items/3`.
    pub at: String,
}

/// Something to be said of one place in a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedNote {
    /// Where it stands.
    pub at: String,
    /// What is the matter.
    pub what: String,
}

/// How a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFormat {
    /// iCalendar, RFC 5545.
    Ics,
    /// schema.org events as JSON-LD.
    JsonLd,
    /// `OpenActive`'s Realtime Paged Data Exchange.
    Rpde,
    /// A table of events, with the columns of the area folder's.
    Csv,
}

impl FeedFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Ics, Self::JsonLd, Self::Rpde, Self::Csv];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ics => "ics",
            Self::JsonLd => "jsonld",
            Self::Rpde => "rpde",
            Self::Csv => "csv",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}
