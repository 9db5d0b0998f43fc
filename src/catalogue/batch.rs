//! Batches of decisions: what one moderator proposes about many promotions, and another confirms. Nothing of one is published.
use crate::access::Target;
use crate::features::PromotionStep;
use crate::ids::{BatchId, FeatureId, Version};
use chrono::{DateTime, TimeDelta, Utc};

/// A batch of decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionBatch {
    /// Which one.
    pub id: BatchId,
    /// What shall be decided about each of its promotions.
    pub decision: BatchDecision,
    /// The promotions, in the order in which they were proposed.
    pub promotions: Vec<BatchedPromotion>,
    /// Who proposed it, a pseudonym.
    pub proposed_by: Box<str>,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who confirmed it, if somebody has; then everything of it is decided.
    pub confirmed: Option<Confirmation>,
}

/// What shall be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchDecision {
    /// Let them be shown.
    Approve,
    /// Do not.
    Reject {
        /// Why not; each business is told.
        reason: Box<str>,
    },
}

/// A promotion of a batch, as it was when the batch was proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchedPromotion {
    /// Its id.
    pub id: FeatureId,
    /// The hash of the content that was looked at.
    pub content_hash: Box<str>,
    /// What it was called.
    pub name: Box<str>,
    /// The organisation whose it is.
    pub organisation: Option<Box<str>>,
    /// The version that the decision made.
    pub decided: Option<Version>,
}

/// Who confirmed a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// By whom, a pseudonym.
    pub by: Box<str>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a batch cannot be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unconfirmable {
    /// By who proposed it.
    #[error("you have proposed it: another moderator must confirm it")]
    Proposer,
    /// Nobody has confirmed it in time.
    #[error("it could be confirmed until {0}: propose anew what still waits")]
    RunOut(DateTime<Utc>),
    /// Another has confirmed it.
    #[error("another moderator has confirmed it already")]
    Confirmed,
}

impl BatchDecision {
    /// The names of all decisions.
    pub const NAMES: [&str; 2] = ["approve", "reject"];

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject { .. } => "reject",
        }
    }

    /// Why promotions are rejected.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Approve => None,
            Self::Reject { reason } => Some(reason),
        }
    }

    /// What is done with each promotion.
    pub fn step(&self) -> PromotionStep {
        match self {
            Self::Approve => PromotionStep::Approve,
            Self::Reject { reason } => PromotionStep::Reject { reason: reason.clone() },
        }
    }
}

impl DecisionBatch {
    /// How long one waits to be confirmed at most.
    pub const WAITS: TimeDelta = TimeDelta::hours(24);
    /// Promotions that one may have.
    pub const PROMOTIONS: usize = 50;

    /// From when on it cannot be confirmed.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.proposed_at + Self::WAITS
    }

    /// Whether `by` has to carry it out who confirms it at `now`; not when the same one has before, whose answer may be lost.
    pub fn confirming(&self, by: &str, now: DateTime<Utc>) -> Result<bool, Unconfirmable> {
        match &self.confirmed {
            Some(confirmation) if *confirmation.by == *by => Ok(false),
            Some(_) => Err(Unconfirmable::Confirmed),
            None if self.expires_at() <= now => Err(Unconfirmable::RunOut(self.expires_at())),
            None if *self.proposed_by == *by => Err(Unconfirmable::Proposer),
            None => Ok(true),
        }
    }

    /// The first of its promotions that who `may` no more than that does not reach: one of their own organisation's.
    pub fn beyond(&self, may: impl Fn(&Target<'_>) -> bool) -> Option<(usize, &FeatureId)> {
        let beyond = |one: &BatchedPromotion| !may(&Target::Promotion(one.organisation.as_deref(), true));
        let number = self.promotions.iter().position(beyond)?;
        Some((number, &self.promotions[number].id))
    }

    /// Whether it says of the same promotions the same as `other`, and both were proposed by the same one.
    pub fn repeats(&self, other: &Self) -> bool {
        let said = |batch: &Self| {
            let promotions = batch.promotions.iter();
            promotions.map(|one| (one.id.clone(), one.content_hash.clone())).collect::<Vec<_>>()
        };
        (&self.decision, &self.proposed_by) == (&other.decision, &other.proposed_by)
            && said(self) == said(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_confirmed_once_in_time_and_by_another() {
        let noon: DateTime<Utc> = "2026-07-18T12:00:00Z".parse().unwrap();
        let waiting = DecisionBatch {
            id: BatchId::fresh(),
            decision: BatchDecision::Approve,
            promotions: Vec::new(),
            proposed_by: "ada".into(),
            proposed_at: noon,
            confirmed: None,
        };
        let confirmation = Confirmation { by: "grace".into(), at: noon };
        let confirmed = DecisionBatch { confirmed: Some(confirmation), ..waiting.clone() };
        let (end, before) = (noon + DecisionBatch::WAITS, TimeDelta::milliseconds(1));
        for (batch, by, now, want) in [
            (&waiting, "grace", noon, Ok(true)),
            (&waiting, "grace", end - before, Ok(true)),
            (&waiting, "grace", end, Err(Unconfirmable::RunOut(end))),
            (&waiting, "ada", noon, Err(Unconfirmable::Proposer)),
            (&confirmed, "grace", noon, Ok(false)),
            (&confirmed, "grace", end, Ok(false)),
            (&confirmed, "ada", noon, Err(Unconfirmable::Confirmed)),
            (&confirmed, "joan", noon, Err(Unconfirmable::Confirmed)),
        ] {
            assert_eq!(batch.confirming(by, now), want, "{by} {now}");
        }
    }
}
