//! Everything that can change anything, as values: one queue, one writer, one audit.
mod access;
mod batch;
mod count;
mod crowd;
mod declare;
mod event;
mod feed;
mod import;
mod promotion;

pub use access::{
    AcceptApplication, AccessCommand, AccessOutcome, AccessRefusal, NewApplication, NewToken,
    OrganisationFacts,
};
pub use batch::{BatchCommand, BatchRefusal, NewBatch};
pub use count::{Count, CountKind, Nonce, NonceError};
pub use crowd::{Batch, CrowdCommand, CrowdOutcome, CrowdRefusal, Received, ReportRefusal, SentReport};
pub use declare::{AdoptPolicy, Declare, DeclareOutcome, DeclareRefusal, Declared, Publish, PublishedStatus};
pub use event::EventCommand;
pub use feed::{Extent, FeedAttempt, FeedCommand, FeedOutcome, FeedRefusal, TakeInFeed, Validators};
pub use import::{Import, Imported};
pub use promotion::{DecidePromotion, PromotionRefusal};

use crate::access::By;
use crate::catalogue::{DecisionBatch, Item};
use crate::features::{EventError, Feature, IllegalMove, Status};
use crate::ids::{Collection, FeatureId, NodeId, RequestId, Revision, Version};
use crate::recurrence::Wall;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A command, who gave it and when.
#[derive(Clone, Debug)]
pub struct Order {
    /// What to do.
    pub command: Command,
    /// By whom.
    pub by: By,
    /// The request it came with.
    pub request: RequestId,
    /// When it was admitted.
    pub at: DateTime<Utc>,
}

/// Something that changes something.
#[derive(Clone, Debug)]
pub enum Command {
    /// Take in an area: its documents and its places. What is stored already and the same stays untouched.
    Import(Import),
    /// Take in a table of tides, in place of the one that is stored.
    ImportTides {
        /// The document.
        table: String,
        /// Whether it says itself whose tide it gives.
        names_station: bool,
        /// What the audit keeps of it, a JSON document.
        summary: String,
    },
    /// Write one feature, new or known.
    Put {
        /// The feature.
        feature: Arc<Feature>,
        /// What must be stored for this to be done.
        expected: Expected,
    },
    /// Take a feature away. Its id stays taken.
    Delete(Aim),
    /// Say that a place was seen and that what is published of it is right.
    Verify(Aim),
    /// Undo the last edit of a feature; undone twice, it is as it was after it. What was deleted is expected at the
    /// version of its deletion.
    Undo(Aim),
    /// Give a place another status: close it, for a while or for good, or open it again.
    SetStatus {
        /// Which place.
        aim: Aim,
        /// The status.
        status: Status,
    },
    /// Do something with an event.
    Event(EventCommand),
    /// Hand a promotion in, decide about it, or take it back.
    DecidePromotion(DecidePromotion),
    /// Decide about many promotions, two moderators together.
    Moderate(BatchCommand),
    /// Count a view of a promotion, or a click on it. Neither log nor audit knows of it.
    Count(Count),
    /// Change who may act.
    Access(AccessCommand),
    /// Change what is known of how full the beaches are.
    Crowd(CrowdCommand),
    /// Decide or say something of a beach for a while, or take it back.
    Declare(Declare),
    /// Write down what was shown of the beaches.
    Publish(Publish),
    /// Judge the beaches by another policy.
    AdoptPolicy(AdoptPolicy),
    /// Change what comes by feeds.
    Feed(FeedCommand),
    /// Take or renew a lease. Nobody has decided anything, so neither log nor audit knows of it.
    TakeLease {
        /// Which one.
        name: &'static str,
        /// For which node.
        node: NodeId,
    },
    /// Give a lease back; neither log nor audit knows of that either.
    GiveLeaseBack {
        /// Which one.
        name: &'static str,
        /// By which node.
        node: NodeId,
    },
}

/// One feature, and what must be stored of it for a command to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Its collection.
    pub collection: Collection,
    /// Its id.
    pub id: FeatureId,
    /// What must be stored.
    pub expected: Expected,
}

/// What a writer expects to find, so that nobody overwrites what they have not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anything, or nothing.
    Anything,
    /// Nothing: the id was never taken. The very same, as first written, will do: then it was asked twice.
    Nothing,
    /// The item at this version.
    Version(Version),
}

/// What a command did.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// What an import did.
    Imported(Imported),
    /// The item was written.
    Written {
        /// The item as it is now.
        item: Arc<Item>,
        /// The change in the log.
        revision: Revision,
    },
    /// The item was so already; nothing was written.
    Unchanged {
        /// The item.
        item: Arc<Item>,
    },
    /// The item was taken away.
    Deleted {
        /// The version of the deletion.
        version: Version,
        /// The change in the log.
        revision: Revision,
    },
    /// What a command about who may act has made.
    Access(AccessOutcome),
    /// What a command about how full the beaches are came to.
    Crowd(CrowdOutcome),
    /// What a command about declarations and policies came to.
    Declare(DeclareOutcome),
    /// What a command about a feed came to.
    Feed(FeedOutcome),
    /// What a command about a batch of decisions came to.
    Batch {
        /// The batch, as it is now; or as it was before it was discarded.
        batch: Arc<DecisionBatch>,
        /// Whether something was written now: it may have been so before.
        anew: bool,
    },
    /// Something was counted, or had been.
    Counted {
        /// Whether it was counted now.
        anew: bool,
    },
    /// A lease was asked for, or given back.
    Lease {
        /// Whether the node has it now.
        held: bool,
    },
}

/// Why a command was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such item.
    #[error("{collection}/{id} does not exist")]
    NotFound {
        /// The collection asked.
        collection: Collection,
        /// The id asked for.
        id: FeatureId,
    },
    /// Somebody changed it first.
    #[error("{collection}/{id} is at version {current}, not {expected}")]
    Stale {
        /// The item's collection.
        collection: Collection,
        /// The item's id.
        id: FeatureId,
        /// What was expected.
        expected: Version,
        /// What is stored.
        current: Version,
    },
    /// Its actor may not do that to this.
    #[error("you may not do this to {0}; `/v1/me` says what your roles are, and how far they reach")]
    NotAllowed(String),
    /// It was deleted; its id stays taken.
    #[error(
        "{collection}/{id} was deleted, at version {version}: undo brings it back, with `If-Match: \"{version}\"`"
    )]
    Deleted {
        /// The item's collection.
        collection: Collection,
        /// The item's id.
        id: FeatureId,
        /// The version of its deletion.
        version: Version,
    },
    /// A place with a notice on it, which would be about nothing.
    #[error("the notice {notice} is about {collection}/{id}: take it away first, or let it end")]
    Noticed {
        /// The place's collection.
        collection: Collection,
        /// The place's id.
        id: FeatureId,
        /// The notice.
        notice: FeatureId,
    },
    /// A place that events are held at, which would be nowhere.
    #[error("{} at {collection}/{id}: give them another venue first, or keep the place and say that it is closed (`status`)", held(events, *others))]
    Housing {
        /// The place's collection.
        collection: Collection,
        /// The place's id.
        id: FeatureId,
        /// Some of the events, of those that whoever asks may see.
        events: Vec<FeatureId>,
        /// How many there are besides.
        others: usize,
    },
    /// A notice about what is not there.
    #[error("the notice is about {collection}/{id}, which does not exist")]
    NothingToNotice {
        /// The collection of what it is about.
        collection: Collection,
        /// The id of what it is about.
        id: FeatureId,
    },
    /// An event at a place that is not there.
    #[error("there is no place `{id}` for it to be held at")]
    NoVenue {
        /// The place's id.
        id: FeatureId,
    },
    /// A move that an event cannot make from where it stands.
    #[error("events/{id}: {why}")]
    Illegal {
        /// The event's id.
        id: FeatureId,
        /// Why not.
        why: IllegalMove,
    },
    /// Something said of what is no date of an event.
    #[error("events/{id} has no date {of}")]
    NoSuchDate {
        /// The event's id.
        id: FeatureId,
        /// The date.
        of: Wall,
    },
    /// Something said of a date that cannot be.
    #[error("events/{id}: {why}")]
    DateChange {
        /// The event's id.
        id: FeatureId,
        /// Why not.
        why: Box<EventError>,
    },
    /// Something said of more single dates than an event may have.
    #[error("something is said of {max} dates of events/{id} already: end the series, and begin another")]
    TooManyChanges {
        /// The event's id.
        id: FeatureId,
        /// Of how many something may be said.
        max: usize,
    },
    /// The last change was none that can be undone.
    #[error(
        "the last change of {collection}/{id} was not an edit (an import, perhaps), so there is nothing to undo"
    )]
    NothingToUndo {
        /// The item's collection.
        collection: Collection,
        /// The item's id.
        id: FeatureId,
    },
    /// The database holds another area.
    #[error(
        "the database holds the area `{held}`, not `{given}`: give another --database, or the area it holds"
    )]
    OtherArea {
        /// The area it holds.
        held: String,
        /// The area that was given.
        given: String,
    },
    /// A closure or a notice that would be over before it begins.
    #[error("what ends at {until} is over already")]
    EndsInThePast {
        /// The member that says so.
        member: &'static str,
        /// When it would end.
        until: DateTime<Utc>,
    },
    /// Neither the table of tides nor the manifest says whose it is.
    #[error("neither the table nor the area says whose tide this is: give --station NAME")]
    NobodysTide,
    /// The id is taken in another collection.
    #[error("the id {id} is taken by {taken_by}")]
    IdTaken {
        /// The id.
        id: FeatureId,
        /// The collection that has it.
        taken_by: Collection,
    },
    /// A command about who may act.
    #[error(transparent)]
    Access(#[from] AccessRefusal),
    /// A command about how full the beaches are.
    #[error(transparent)]
    Crowd(#[from] CrowdRefusal),
    /// A command about declarations and policies.
    #[error(transparent)]
    Declare(#[from] DeclareRefusal),
    /// A command about feeds.
    #[error(transparent)]
    Feed(#[from] FeedRefusal),
    /// A command about a batch of decisions.
    #[error(transparent)]
    Batch(#[from] BatchRefusal),
    /// A command about promotions.
    #[error(transparent)]
    Promotion(#[from] PromotionRefusal),
}

/// Which events are held somewhere.
fn held(events: &[FeatureId], others: usize) -> String {
    let mut named: Vec<String> = events.iter().map(|id| format!("events/{id}")).collect();
    match (others, named.is_empty()) {
        (0, _) => {}
        (1, true) => named.push("an event".to_owned()),
        (1, false) => named.push("one more".to_owned()),
        (_, true) => named.push(format!("{others} events")),
        (_, false) => named.push(format!("{others} more")),
    }
    let are = if events.len() + others == 1 { "is" } else { "are" };
    match named.split_last() {
        Some((last, [])) => format!("{last} {are} held"),
        Some((last, first)) => format!("{} and {last} {are} held", first.join(", ")),
        None => "nothing is held".to_owned(),
    }
}
