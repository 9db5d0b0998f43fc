//! Commands about what is decided and said of beaches, the policy they are judged by, and what was published of them.
use crate::beaches::Policy;
use crate::catalogue::{AdoptedPolicy, Axis, Declaration};
use crate::ids::{FeatureId, NodeId, Revision};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// What somebody decides or says of a beach, on one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declare {
    /// Of which beach.
    pub beach: FeatureId,
    /// On which axis.
    pub axis: Axis,
    /// What is declared. What holds there already, or will, and is not among it is cancelled; but an override is laid over
    /// the others, of which the newest decides. Nothing: all of them are cancelled.
    pub declared: Vec<Declared>,
}

/// One thing that is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Of an override: the level.
    pub level: Option<crate::beaches::Colour>,
    /// Of an override: whether one may go there.
    pub access: Option<crate::beaches::Access>,
    /// Of an override its reason, of a hazard its kind, of water its state.
    pub code: Box<str>,
    /// What visitors are told.
    pub message: Option<Box<str>>,
    /// From when it holds; none: from now on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

/// A policy to be adopted.
#[derive(Clone, Debug, PartialEq)]
pub struct AdoptPolicy {
    /// The policy.
    pub policy: Arc<Policy>,
    /// From when it is in force; none: from now on.
    pub adopted_from: Option<DateTime<Utc>>,
}

/// What was shown of a beach from an instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedStatus {
    /// Of which beach.
    pub beach: FeatureId,
    /// From when on.
    pub at: DateTime<Utc>,
    /// The status in the notation of the API.
    pub content: String,
}

/// What the node that holds the lease has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Which node it is.
    pub node: NodeId,
    /// What it has shown, in the order in which it did.
    pub statuses: Vec<PublishedStatus>,
}

/// What a command about declarations and policies came to.
#[derive(Clone, Debug, PartialEq)]
pub enum DeclareOutcome {
    /// What holds on the axis now, or will.
    Declared(Vec<Declaration>),
    /// The policy, which is new.
    Adopted(Arc<AdoptedPolicy>),
    /// The policy, which was there already.
    AdoptedBefore(Arc<AdoptedPolicy>),
    /// What was shown is written down.
    Published(Revision),
}

/// Why such a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclareRefusal {
    /// There is no such beach.
    #[error("there is no beach `{0}`")]
    NoSuchBeach(FeatureId),
    /// It is not one of the beaches of who asks.
    #[error("you may not decide on `{0}`; `/v1/me` names your beaches")]
    NotYours(FeatureId),
    /// It would be over before it begins.
    #[error("expires_at {expires_at} is not after {start}, when it would begin")]
    Over {
        /// On which axis.
        axis: Axis,
        /// Which of those given.
        number: usize,
        /// When it would end.
        expires_at: DateTime<Utc>,
        /// When it would begin.
        start: DateTime<Utc>,
    },
    /// It would hold too long.
    #[error("it would hold for more than {}, the longest there is", in_words(*longest))]
    TooLong {
        /// On which axis.
        axis: Axis,
        /// Which of those given.
        number: usize,
        /// The longest there is.
        longest: TimeDelta,
    },
    /// More would stand than anybody keeps in mind.
    #[error("more than {0} would stand at once, or be to come: take back those that do first (DELETE)")]
    TooMany(usize),
    /// A policy of that version is there.
    #[error(
        "the version `{0}` is taken, and a policy is never changed or adopted again: give this one another"
    )]
    PolicyTaken(String),
    /// It would change what was said already.
    #[error("adopted_from {0} is in the past: what was published by then stays")]
    AdoptedInThePast(DateTime<Utc>),
    /// Another node publishes now.
    #[error("another node holds the lease")]
    NoLease,
}

fn in_words(span: TimeDelta) -> String {
    let (hours, minutes) = (span.num_hours(), span.num_minutes() % 60);
    if minutes == 0 { format!("{hours} hours") } else { format!("{hours} hours and {minutes} minutes") }
}
