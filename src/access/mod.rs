//! Who may do what: organisations, actors, their tokens, and the one table that says what each role may.
//! Pure: no SQL, no HTTP; randomness and the time are arguments.
//!
//! A request presents a token; [`Roster::caller`] says whose it is; the [`Row`] of its route in [`POLICY`] gives the
//! caller a [`Permit`], or not; the handler asks [`Permit::covers`] of what the request is about. What no row
//! allows is refused.
//!
//! Sign-in with an identity provider will be another way to a [`Caller`], beside [`Roster::caller`]: what a verified
//! identity says of its bearer becomes an [`Actor`] with roles, and nothing after that changes.
mod actor;
mod enrolment;
mod organisation;
mod policy;
mod role;
mod roster;
#[cfg(test)]
mod tests;
mod token;

pub use actor::{Actor, ActorError, Applicant, Personal, Profile, Record};
pub use enrolment::{Enrolment, EnrolmentCode, EnrolmentError};
pub use organisation::{Organisation, OrganisationKind};
pub use policy::{POLICY, Permit, Reach, ReportsReached, Row, Target, Who, row};
pub use role::{Beaches, ReportsAs, Role};
pub use roster::{Caller, Roster};
pub use token::{Secret, SecretHash, SecretHashError, State, TokenKind, TokenRecord, TokenText};

use std::fmt;

/// By whom something is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The server itself: taking in its area at the first start, and what time alone sets off.
    System,
    /// Somebody at the command line of the machine, who owns the database file anyway.
    Operator,
    /// An actor, with what its roles allow it on this route.
    Actor(Permit),
}

impl By {
    /// Whether this may be done to `target`, as far as that is decided by who asks.
    pub fn may(&self, target: &Target<'_>) -> bool {
        match self {
            Self::System | Self::Operator => true,
            Self::Actor(permit) => permit.covers(target),
        }
    }
}

/// As the audit has it. An actor is its id alone, a pseudonym: when the name behind it is erased, nothing breaks.
impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
            Self::Actor(permit) => permit.actor().fmt(f),
        }
    }
}
