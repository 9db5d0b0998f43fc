//! What a use case refuses, as a problem: the one place that knows both.
use super::{
    CONFLICT, FORBIDDEN, INTERNAL, INVALID_DOCUMENT, NOT_FOUND, OUTCOME_UNKNOWN, OUTSIDE_AREA, Problem,
    STALE_VERSION, TOO_MANY_REQUESTS, UNAVAILABLE,
};
use crate::access::{ActorError, EnrolmentError};
use crate::app::Error;
use crate::catalogue::{Axis, Unconfirmable};
use crate::command::{
    AccessRefusal, BatchRefusal, CrowdRefusal, DeclareRefusal, FeedRefusal, PromotionRefusal, Refusal,
};
use crate::features::{IllegalDecision, IllegalMove};
use crate::formats::json::DocumentError;
use crate::ids::Version;
use axum::http::{HeaderValue, header};
use std::fmt::Debug;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Document(refused) => refused.into(),
            Error::OutsideArea { .. } => Self::pointed(
                &OUTSIDE_AREA,
                "/geometry",
                format!(
                    "{error} (longitude comes first); if that is meant, add the parameter `outside=allow`"
                ),
            ),
            Error::Busy => Self::new(&UNAVAILABLE, "too many changes are waiting; nothing was changed"),
            Error::Unavailable(_) => {
                Self::new(&UNAVAILABLE, "the database cannot be used now; nothing was changed")
            }
            Error::OutcomeUnknown(_) => {
                Self::new(&OUTCOME_UNKNOWN, "the database failed while it was written")
            }
            Error::Stopping => Self::new(&UNAVAILABLE, "the server is stopping"),
        }
    }
}

impl From<DocumentError> for Problem {
    fn from(DocumentError { pointer, cause }: DocumentError) -> Self {
        Self::pointed(&INVALID_DOCUMENT, &pointer, cause)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::NotFound { .. } | Refusal::NoSuchDate { .. } => Self::new(&NOT_FOUND, detail),
            Refusal::NotAllowed(_) => Self::new(&FORBIDDEN, detail),
            Refusal::Stale { current, .. } => Self::stale(current, detail),
            Refusal::IdTaken { .. }
            | Refusal::Deleted { .. }
            | Refusal::NothingToUndo { .. }
            | Refusal::Noticed { .. }
            | Refusal::Housing { .. }
            | Refusal::NobodysTide
            | Refusal::TooManyChanges { .. }
            | Refusal::Illegal {
                why:
                    IllegalMove::Draft | IllegalMove::Published | IllegalMove::Archived | IllegalMove::Whole(_),
                ..
            }
            | Refusal::OtherArea { .. } => Self::new(&CONFLICT, detail),
            Refusal::Illegal { why: IllegalMove::Past(_), .. } => {
                Self::pointed(&INVALID_DOCUMENT, "/at", detail)
            }
            Refusal::DateChange { .. } => Self::pointed(&INVALID_DOCUMENT, "/starts", detail),
            Refusal::EndsInThePast { member, .. } => {
                Self::pointed(&INVALID_DOCUMENT, &format!("/properties/{member}"), detail)
            }
            Refusal::NothingToNotice { .. } => {
                Self::pointed(&INVALID_DOCUMENT, "/properties/about/id", detail)
            }
            Refusal::NoVenue { .. } => Self::pointed(&INVALID_DOCUMENT, "/properties/venue/id", detail),
            Refusal::Access(refusal) => refusal.into(),
            Refusal::Crowd(refusal) => refusal.into(),
            Refusal::Declare(refusal) => refusal.into(),
            Refusal::Feed(refusal) => refusal.into(),
            Refusal::Batch(refusal) => refusal.into(),
            Refusal::Promotion(refusal) => refusal.into(),
        }
    }
}

impl From<BatchRefusal> for Problem {
    fn from(refusal: BatchRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            BatchRefusal::NotFound(_) => Self::new(&NOT_FOUND, detail),
            BatchRefusal::Own(_) | BatchRefusal::Unconfirmable { why: Unconfirmable::Proposer, .. } => {
                Self::new(&FORBIDDEN, detail)
            }
            BatchRefusal::Unconfirmable {
                why: Unconfirmable::RunOut(_) | Unconfirmable::Confirmed, ..
            }
            | BatchRefusal::Confirmed(_)
            | BatchRefusal::TooMany(_) => Self::new(&CONFLICT, detail),
            BatchRefusal::Promotion { number, why } => {
                let is_own = matches!(*why, Refusal::Batch(BatchRefusal::Own(_)));
                let kind = if is_own { &FORBIDDEN } else { &CONFLICT };
                Self::pointed(kind, &format!("/promotions/{number}"), detail)
            }
        }
    }
}

impl From<PromotionRefusal> for Problem {
    fn from(refusal: PromotionRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            PromotionRefusal::Illegal { why: IllegalDecision::NoReason, .. } => {
                Self::pointed(&INVALID_DOCUMENT, "/reason", detail)
            }
            PromotionRefusal::Illegal { .. }
            | PromotionRefusal::OtherContent { .. }
            | PromotionRefusal::TooManyWaiting { .. }
            | PromotionRefusal::Offered { .. } => Self::new(&CONFLICT, detail),
            PromotionRefusal::TooManyEdits { until, at, .. } => {
                let seconds = (until - at).num_seconds().max(1);
                Self::new(&TOO_MANY_REQUESTS, detail).with(header::RETRY_AFTER, HeaderValue::from(seconds))
            }
            PromotionRefusal::NoBusiness { .. } => {
                Self::pointed(&INVALID_DOCUMENT, "/properties/business", detail)
            }
            PromotionRefusal::NoOrganisation(_) => {
                Self::pointed(&INVALID_DOCUMENT, "/properties/organisation", detail)
            }
        }
    }
}

impl From<AccessRefusal> for Problem {
    fn from(refusal: AccessRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            AccessRefusal::NotAccepted => Self::unauthenticated(),
            AccessRefusal::Forbidden | AccessRefusal::OfAuditor | AccessRefusal::Code => {
                Self::new(&FORBIDDEN, detail)
            }
            AccessRefusal::NotFound(_) => Self::new(&NOT_FOUND, detail),
            AccessRefusal::Stale { current, .. } => Self::stale(current, detail),
            AccessRefusal::Taken(_) | AccessRefusal::Erased(_) | AccessRefusal::Decided(_) => {
                Self::new(&CONFLICT, detail)
            }
            AccessRefusal::TooManyApplications(_) => {
                Self::new(&TOO_MANY_REQUESTS, detail).with(header::RETRY_AFTER, HeaderValue::from(3_600))
            }
            AccessRefusal::NoSuchOrganisation(_) => Self::pointed(&INVALID_DOCUMENT, "/organisation", detail),
            AccessRefusal::NoSuchBeach(_) => Self::pointed(&INVALID_DOCUMENT, "/beaches", detail),
            AccessRefusal::EndsInThePast(_) => Self::pointed(&INVALID_DOCUMENT, "/expires_at", detail),
            AccessRefusal::Actor(error) => Self::pointed(&INVALID_DOCUMENT, in_actor(&error), detail),
            AccessRefusal::Enrolment(error) => Self::pointed(&INVALID_DOCUMENT, in_enrolment(&error), detail),
        }
    }
}

impl From<DeclareRefusal> for Problem {
    fn from(refusal: DeclareRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            DeclareRefusal::NoSuchBeach(_) => Self::new(&NOT_FOUND, detail),
            DeclareRefusal::NotYours(_) => Self::new(&FORBIDDEN, detail),
            DeclareRefusal::Over { axis, number, .. } | DeclareRefusal::TooLong { axis, number, .. } => {
                let pointer = match axis {
                    Axis::Hazard => format!("/hazards/{number}/expires_at"),
                    Axis::Override | Axis::WaterQuality => "/expires_at".to_owned(),
                };
                Self::pointed(&INVALID_DOCUMENT, &pointer, detail)
            }
            DeclareRefusal::AdoptedInThePast(_) => Self::pointed(&INVALID_DOCUMENT, "/adopted_from", detail),
            DeclareRefusal::TooMany(_) | DeclareRefusal::PolicyTaken(_) | DeclareRefusal::NoLease => {
                Self::new(&CONFLICT, detail)
            }
        }
    }
}

impl From<FeedRefusal> for Problem {
    fn from(refusal: FeedRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            FeedRefusal::NotYours(_) => Self::new(&FORBIDDEN, detail),
            FeedRefusal::NotQuarantined(_) | FeedRefusal::ByHand(_) | FeedRefusal::NoLease => {
                Self::new(&CONFLICT, detail)
            }
        }
    }
}

impl From<CrowdRefusal> for Problem {
    fn from(refusal: CrowdRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            CrowdRefusal::NoSuchReport(_) => Self::new(&NOT_FOUND, detail),
            CrowdRefusal::Withdrawn(_) => Self::new(&CONFLICT, detail),
            CrowdRefusal::NotYours(_) => Self::new(&FORBIDDEN, detail),
        }
    }
}

/// The member of an actor's document that is wrong.
fn in_actor(error: &ActorError) -> &'static str {
    match error {
        ActorError::NoRole | ActorError::AdminAndAuditor => "/roles",
        ActorError::NoOrganisation(_) => "/organisation",
        ActorError::NoBeaches(_) => "/beaches",
        ActorError::ReportsWithoutPatrol => "/reports_as",
        ActorError::NoName | ActorError::Name(_) => "/name",
        ActorError::Email => "/email",
        ActorError::Erased => "",
    }
}

/// The member of an enrolment's document that is wrong.
fn in_enrolment(error: &EnrolmentError) -> &'static str {
    match error {
        EnrolmentError::Name(_) => "/name",
        EnrolmentError::NoBeaches => "/beaches",
        EnrolmentError::EndsInThePast(_) | EnrolmentError::TooLong(_) => "/device_expires_at",
    }
}

impl Problem {
    /// The refusal of who has not seen the version that is there now.
    fn stale(current: Version, detail: String) -> Self {
        Self::new(&STALE_VERSION, detail).number("current_version", current.0)
    }
}

impl Problem {
    /// A command came to something that such a command does not come to: a mistake of this program, which the log has.
    pub(in crate::http) fn unheard_of(outcome: impl Debug) -> Self {
        tracing::error!(?outcome, "a command came to what no such command comes to");
        Self::new(&INTERNAL, "the server failed")
    }
}
