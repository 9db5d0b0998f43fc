//! Commands about who may act. Secrets are made by who asks; a command carries their hashes.
use crate::access::{
    Actor, ActorError, Applicant, Enrolment, EnrolmentError, Organisation, OrganisationKind, Profile,
    SecretHash, TokenRecord,
};
use crate::catalogue::Application;
use crate::features::Feature;
use crate::features::field::Value;
use crate::ids::{ActorId, ApplicationId, FeatureId, OrganisationId, TokenId, Version};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something that changes who may act.
#[derive(Clone, Debug)]
pub enum AccessCommand {
    /// Make an organisation; one that is so already stays as it is.
    CreateOrganisation(OrganisationFacts),
    /// Write an organisation that is at `expected`.
    EditOrganisation {
        /// What it shall be.
        facts: OrganisationFacts,
        /// The version seen.
        expected: Version,
    },
    /// Make an actor; one that is so already stays as it is.
    CreateActor {
        /// Its id.
        id: ActorId,
        /// What is said of it.
        profile: Profile,
    },
    /// Make an actor and its first token.
    CreateActorWithToken {
        /// Its id.
        id: ActorId,
        /// What is said of it.
        profile: Profile,
        /// The token.
        token: NewToken,
    },
    /// Write an actor that is at `expected`.
    EditActor {
        /// Its id.
        id: ActorId,
        /// What shall be said of it.
        profile: Profile,
        /// The version seen.
        expected: Version,
    },
    /// Erase the name and address of an actor, and revoke its tokens.
    EraseActor {
        /// Its id.
        id: ActorId,
        /// The version seen.
        expected: Version,
    },
    /// Give an actor one more token.
    IssueToken {
        /// Whose it will be.
        actor: ActorId,
        /// The token.
        token: NewToken,
    },
    /// Revoke a token.
    RevokeToken(TokenId),
    /// Offer an enrolment code.
    OfferEnrolment(Enrolment),
    /// Make a device of who typed the code of that hash.
    Enrol {
        /// The hash of the code.
        code: SecretHash,
        /// The id of the device's token.
        token: TokenId,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// Revoke the tokens of a device.
    RevokeDevice(ActorId),
    /// Keep what a business asks for until staff have looked at it.
    Apply(NewApplication),
    /// List the business that has applied: its organisation, its place, and the actor and token of who asked.
    AcceptApplication(Box<AcceptApplication>),
    /// Do not list a business that has applied.
    RefuseApplication {
        /// Which application.
        id: ApplicationId,
        /// The version seen.
        expected: Version,
        /// Why not.
        reason: Box<str>,
    },
    /// Note the hour in which each of these tokens was last accepted.
    NoteUses(Vec<(TokenId, DateTime<Utc>)>),
    /// Delete the codes and the batches of decisions that have run out, refuse the applications that nobody has decided about in time, and erase the actors that have had no token for as long as this, where
    /// anybody is forgotten.
    Forget(Option<TimeDelta>),
}

/// What an organisation shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationFacts {
    /// Its slug.
    pub id: OrganisationId,
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its venues.
    pub venues: BTreeSet<FeatureId>,
}

impl OrganisationFacts {
    /// Characters that a name may have.
    pub const NAME: usize = 120;
}

/// An application to be kept, checked.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The business as it would be listed.
    pub business: Arc<Feature>,
    /// What it wants to offer.
    pub offer: Box<str>,
    /// Who asks.
    pub applicant: Applicant,
}

/// An application, and what shall be made of it.
#[derive(Clone, Debug)]
pub struct AcceptApplication {
    /// Which application.
    pub id: ApplicationId,
    /// The version seen.
    pub expected: Version,
    /// The id that the organisation shall have.
    pub organisation: OrganisationId,
    /// The id that the business shall have.
    pub business: FeatureId,
    /// How good its position is, where staff have looked.
    pub position_quality: Option<Value>,
    /// The id that the actor shall have.
    pub actor: ActorId,
    /// The actor's token.
    pub token: NewToken,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its id.
    pub id: TokenId,
    /// The hash of its secret.
    pub hash: SecretHash,
    /// From when on it is not accepted; none: until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a command about who may act has made, or found to be so already.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessOutcome {
    /// An organisation.
    Organisation(Arc<Organisation>),
    /// An actor.
    Actor(Arc<Actor>),
    /// A token, and whose it is.
    Token(Arc<Actor>, TokenRecord),
    /// An application, as it is now.
    Application(Arc<Application>),
    /// An application that was accepted, and the token of who asked.
    Accepted(Arc<Application>, TokenRecord),
    /// Nothing that anybody waits for.
    Done,
}

/// Why a command about who may act was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefusal {
    /// The token is revoked or over, or its actor erased, since the request came.
    #[error("the token is not accepted any more")]
    NotAccepted,
    /// What is asked for is beyond what who asks may do.
    #[error("that is not yours to do")]
    Forbidden,
    /// An actor who reads the audit, or would: whoever is to be watched must not choose who watches.
    #[error("an auditor is made and changed on the command line alone")]
    OfAuditor,
    /// There is no such organisation, actor, token or device.
    #[error("there is no {0}")]
    NotFound(String),
    /// Somebody changed it first.
    #[error("{what} is at version {current}, not {expected}")]
    Stale {
        /// Which one.
        what: String,
        /// What was expected.
        expected: Version,
        /// What is stored.
        current: Version,
    },
    /// Another of that id is there, and is not so.
    #[error("{0} is there already, and is not so")]
    Taken(String),
    /// Its name is erased: it acts no more.
    #[error("the actor {0} is erased, and acts no more")]
    Erased(ActorId),
    /// The organisation an actor shall belong to is not there.
    #[error("there is no organisation `{0}`")]
    NoSuchOrganisation(OrganisationId),
    /// A beach is not there.
    #[error("there is no beach `{0}`")]
    NoSuchBeach(FeatureId),
    /// The profile is not that of an actor.
    #[error(transparent)]
    Actor(#[from] ActorError),
    /// A phone cannot be enrolled so.
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    /// A token that would be over before it begins.
    #[error("a token until {0} is over already")]
    EndsInThePast(DateTime<Utc>),
    /// Somebody has decided about it.
    #[error("the application {0} is decided already")]
    Decided(ApplicationId),
    /// More applications than may wait.
    #[error("{0} applications wait to be looked at, which is all that may: apply again later")]
    TooManyApplications(i64),
    /// No such code, or it has run out, or it was used: which one is nobody's to know.
    #[error("the code is not one that can be used: ask for another")]
    Code,
}
