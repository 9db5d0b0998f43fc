//! Commands about batches of decisions: one moderator proposes, another confirms, and all of it is decided at once.
use super::Refusal;
use crate::catalogue::{BatchDecision, Unconfirmable};
use crate::ids::{BatchId, FeatureId};

/// Something that is done with a batch of decisions.
#[derive(Clone, Debug)]
pub enum BatchCommand {
    /// Keep what a moderator proposes until another has confirmed it. Nothing is decided.
    Propose(NewBatch),
    /// Decide what was proposed: all of it, or nothing.
    Confirm(BatchId),
    /// Take back what was proposed.
    Discard(BatchId),
}

/// A batch to be kept.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its id.
    pub id: BatchId,
    /// What shall be decided.
    pub decision: BatchDecision,
    /// About which promotions, and the hash of what was looked at of each.
    pub promotions: Vec<(FeatureId, Box<str>)>,
}

/// Why a command about a batch was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchRefusal {
    /// There is no such batch.
    #[error("there is no batch `{0}`: it may have been discarded, or have run out")]
    NotFound(BatchId),
    /// It cannot be confirmed by who asks, or now.
    #[error("batch {id}: {why}")]
    Unconfirmable {
        /// Which one.
        id: BatchId,
        /// Why not.
        why: Unconfirmable,
    },
    /// What is decided cannot be taken back.
    #[error("batch {0} is confirmed: there is nothing left to discard")]
    Confirmed(BatchId),
    /// A promotion of the organisation of who asks.
    #[error("promotions/{0} is of your own organisation: others decide about it")]
    Own(FeatureId),
    /// About a promotion that cannot be decided.
    #[error("{why}; nothing is decided about any")]
    Promotion {
        /// Where in the batch it stands.
        number: usize,
        /// Why it cannot.
        why: Box<Refusal>,
    },
    /// More batches than may wait.
    #[error("{0} batches wait to be confirmed, which is all that may: confirm or discard one first")]
    TooMany(i64),
}
