//! What may be done with a promotion, and what it is then: one table.
use crate::features::field::Value;
use chrono::TimeDelta;

/// How far the content of a promotion has been looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moderation {
    /// It is being written.
    Draft,
    /// It waits to be looked at.
    Submitted,
    /// It may be shown.
    Approved,
    /// It may not, and its business knows why.
    Rejected,
}

/// Where a promotion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromotionStage {
    /// How far what is written has been looked at.
    pub moderation: Moderation,
    /// Whether something stands that was approved: this, or what it was before.
    pub stands: bool,
    /// Whether its time is over.
    pub over: bool,
}

/// What is done with a promotion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromotionStep {
    /// Hand it in.
    Submit,
    /// Let it be shown.
    Approve,
    /// Do not.
    Reject {
        /// Why not.
        reason: Box<str>,
    },
    /// Take it back: nothing of it is shown, and nothing waits.
    Withdraw {
        /// Why.
        reason: Option<Box<str>>,
    },
}

/// Why something cannot be done with a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalDecision {
    /// Nobody has handed it in, or it was decided already.
    #[error("nothing of it waits to be decided: it is {}", .0.name())]
    NotWaiting(Moderation),
    /// There is nothing new to look at.
    #[error("it is approved as it is: change it before you submit it again")]
    Approved,
    /// Nobody could have it any more.
    #[error("its valid_through is over: give it another before it is submitted or approved")]
    Over,
    /// Nobody sees it, and nothing waits.
    #[error("nothing of it is public, and nothing waits: there is nothing to withdraw")]
    NothingToWithdraw,
    /// Its business is told why.
    #[error("say why it is taken back: its business is told")]
    NoReason,
    /// It is shown, or waits to be.
    #[error("it is public, or waits to be: withdraw it first")]
    Standing,
    /// Somebody has said why it is not shown, of late: that must not be lost with it.
    #[error(
        "it was said less than {} days ago why it is not shown: so long it stays, for whoever looks at the like again; change it, or leave it",
        KEPT.num_days()
    )]
    Decided,
}

/// How long what was decided about stays.
pub(super) const KEPT: TimeDelta = TimeDelta::days(30);

impl Moderation {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Submitted, Self::Approved, Self::Rejected];
        all.into_iter().find(|known| known.name() == name)
    }

    pub(super) fn value(self) -> Value {
        Value::Choice(self.name())
    }
}

impl PromotionStep {
    /// Its name, in the audit and in the address.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::Reject { .. } => "reject",
            Self::Withdraw { .. } => "withdraw",
        }
    }

    /// What is said to have been decided by it.
    pub(super) fn decision(&self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Approve => "approved",
            Self::Reject { .. } => "rejected",
            Self::Withdraw { .. } => "withdrawn",
        }
    }
}

/// How far a promotion that stands at `stage` has been looked at after `step`.
pub fn moderated(stage: PromotionStage, step: &PromotionStep) -> Result<Moderation, IllegalDecision> {
    use Moderation::{Approved, Draft, Rejected, Submitted};
    match (step, stage.moderation) {
        (PromotionStep::Submit, Draft | Rejected) | (PromotionStep::Approve, Submitted) if stage.over => {
            Err(IllegalDecision::Over)
        }
        (PromotionStep::Submit, Draft | Rejected | Submitted) => Ok(Submitted),
        (PromotionStep::Submit, Approved) => Err(IllegalDecision::Approved),
        (PromotionStep::Approve, Submitted) => Ok(Approved),
        (PromotionStep::Reject { .. }, Submitted) => Ok(Rejected),
        (PromotionStep::Approve | PromotionStep::Reject { .. }, other @ (Draft | Approved | Rejected)) => {
            Err(IllegalDecision::NotWaiting(other))
        }
        (PromotionStep::Withdraw { .. }, Submitted | Approved) => Ok(Draft),
        (PromotionStep::Withdraw { .. }, Draft | Rejected) if stage.stands => Ok(Draft),
        (PromotionStep::Withdraw { .. }, Draft | Rejected) => Err(IllegalDecision::NothingToWithdraw),
    }
}
