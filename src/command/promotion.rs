//! Commands about promotions that are no edits: handing in, deciding, taking back.
use super::Aim;
use crate::features::{IllegalDecision, PromotionStep};
use crate::ids::{Collection, FeatureId};
use chrono::{DateTime, Utc};

/// Something that is done with a promotion.
#[derive(Clone, Debug)]
pub struct DecidePromotion {
    /// Which promotion.
    pub aim: Aim,
    /// What is done.
    pub step: PromotionStep,
    /// The hash of the content that was looked at: the stored content must have it, where somebody decides about it.
    pub content_hash: Option<Box<str>>,
}

/// Why a command about promotions was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromotionRefusal {
    /// It stands where this cannot be done.
    #[error("promotions/{id}: {why}")]
    Illegal {
        /// The promotion.
        id: FeatureId,
        /// Why not.
        why: IllegalDecision,
    },
    /// Not what was looked at.
    #[error("promotions/{id} says something else than what you have looked at: its content_hash is {stored}")]
    OtherContent {
        /// The promotion.
        id: FeatureId,
        /// The hash of what is stored.
        stored: String,
    },
    /// A promotion at a business that is not there.
    #[error("there is no business `{id}` for it to hold at")]
    NoBusiness {
        /// The business.
        id: FeatureId,
    },
    /// More than an organisation may have waiting.
    #[error(
        "{max} promotions of {organisation} wait to be looked at already: withdraw one, or wait for a decision"
    )]
    TooManyWaiting {
        /// Whose.
        organisation: String,
        /// How many may.
        max: usize,
    },
    /// More edits than an organisation may make in a day.
    #[error(
        "{organisation} has edited its promotions or handed them in {max} times today (UTC), which is all that it may"
    )]
    TooManyEdits {
        /// Whose.
        organisation: String,
        /// How many it may make.
        max: i64,
        /// When it may again.
        until: DateTime<Utc>,
        /// When it was asked.
        at: DateTime<Utc>,
    },
    /// A business of an organisation that is not there.
    #[error("there is no organisation `{0}` whose business it could be")]
    NoOrganisation(String),
    /// A place that is taken away while something is offered there.
    #[error("{promotion} is offered at {collection}/{id}, or is to be: withdraw it first")]
    Offered {
        /// The place's collection.
        collection: Collection,
        /// The place.
        id: FeatureId,
        /// The promotion.
        promotion: FeatureId,
    },
}
