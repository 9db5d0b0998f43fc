//! Sources of events: what the manifest says of each, and how it has done so far.
use super::feed::{FeedFormat, FeedNote};
use crate::features::Feature;
use crate::features::field::Value;
use crate::features::schema::event_at;
use crate::fetch::Address;
use crate::ids::{FeatureId, OrganisationId};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// A source of events: what comes by it is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSource {
    /// Its slug: what `feed` of its events says.
    pub id: FeatureId,
    /// What it is called.
    pub name: String,
    /// Where it is; none: what is taken in is given by hand.
    pub address: Option<Address>,
    /// How it is written.
    pub format: FeedFormat,
    /// Whose its events are; none: the area's own.
    pub organisation: Option<OrganisationId>,
    /// How much time there is between two looks.
    pub every: TimeDelta,
    /// The id of the attribution that it asks for.
    pub attribution: Option<String>,
}

impl FeedSource {
    /// The least time between two looks.
    pub const SHORTEST: TimeDelta = TimeDelta::minutes(5);
    /// The most time between two looks, and what it is when nobody says.
    pub const LONGEST: TimeDelta = TimeDelta::days(7);

    /// `event`, which came by this feed, with what is to be said of where it came from.
    pub fn marked(&self, event: &Arc<Feature>) -> Arc<Feature> {
        let text = |number: usize, text: &str| {
            let silent = event.fields().get(number).is_none();
            silent.then(|| (number, Some(Value::Text(text.into()))))
        };
        let attribution = self.attribution.as_deref();
        let attribution = attribution.and_then(|id| text(event_at::SOURCE_ATTRIBUTION, id));
        let marks: Vec<_> = attribution.into_iter().chain(text(event_at::SOURCE_NAME, &self.name)).collect();
        if marks.is_empty() { event.clone() } else { Arc::new(event.with_fields(marks)) }
    }
}

/// What a run did, event by event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedTaken {
    /// Events that were new.
    pub added: u64,
    /// Events that were written anew.
    pub changed: u64,
    /// Events left as they are.
    pub unchanged: u64,
    /// Fields of all these that staff have edited, and that stay as they are.
    pub kept: u64,
    /// Events that the feed has no more, and that had dates to come.
    pub archived: u64,
    /// Events that staff have deleted; left so.
    pub deleted: u64,
    /// Entries that were not taken in.
    pub refused: u64,
}

impl FeedTaken {
    /// Whether any event was written.
    pub fn wrote(&self) -> bool {
        0 < self.added + self.changed + self.archived
    }
}

/// What is suspicious about what a feed brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// There is nothing in it.
    Empty,
    /// Far fewer events are to come than were.
    Shrunk,
    /// Many events are gone, and others are there.
    Replaced,
    /// It is many times as large.
    Grown,
    /// Too much of it cannot be taken.
    Refused,
    /// It is a page for people.
    Markup,
    /// It is not of its format.
    Unreadable,
}

impl AlarmKind {
    /// Each.
    pub const ALL: [Self; 7] = [
        Self::Empty,
        Self::Shrunk,
        Self::Replaced,
        Self::Grown,
        Self::Refused,
        Self::Markup,
        Self::Unreadable,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Shrunk => "shrunk",
            Self::Replaced => "replaced",
            Self::Grown => "grown",
            Self::Refused => "refused",
            Self::Markup => "markup",
            Self::Unreadable => "unreadable",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Why what a feed brought was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What is suspicious.
    pub kind: AlarmKind,
    /// In words.
    pub detail: String,
    /// How many there were.
    pub was: u64,
    /// How many there are, or of how many it is said.
    pub is: u64,
}

/// That what a feed brings is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantine {
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it last was.
    pub at: DateTime<Utc>,
    /// Why.
    pub alarm: Alarm,
}

/// How a feed has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedState {
    /// When it was last asked.
    pub attempted_at: Option<DateTime<Utc>>,
    /// When it last was well: something was taken in, or was the same.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// Why the last attempt brought nothing.
    pub failure: Option<String>,
    /// What the source called its last good answer.
    pub etag: Option<String>,
    /// When the source says that it last changed.
    pub last_modified: Option<String>,
    /// Where a feed of pages goes on.
    pub next: Option<String>,
    /// Events of it as it was last taken in.
    pub items: u64,
    /// What the last good run did.
    pub taken: FeedTaken,
    /// What the last run refused, the first [`FeedState::MAX_NOTES`] of it.
    pub notes: Vec<FeedNote>,
    /// That what it brings is held back.
    pub quarantine: Option<Quarantine>,
    /// Until when a run passes whatever it brings: somebody has looked.
    pub acknowledged_until: Option<DateTime<Utc>>,
}

impl FeedState {
    /// So much is kept of what a run refused.
    pub const MAX_NOTES: usize = 20;
}

/// An event of a feed that is not as the feed has it, since staff have edited it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEdit {
    /// The event.
    pub event: FeatureId,
    /// Its name.
    pub name: String,
    /// The fields that stay as staff have them.
    pub fields: Vec<&'static str>,
}
