//! What a permit is: what the policy table allows a caller on one route, asked target by target.
//!
//! Deny by default: a route without a row is nobody's, a role without a reach in it covers nothing.
mod table;
#[cfg(test)]
mod tests;

pub use table::POLICY;

use super::actor::Actor;
use super::organisation::{Organisation, OrganisationKind};
use super::role::{Beaches, ReportsAs, Role};
use super::roster::Caller;
use crate::ids::{ActorId, Collection, FeatureId, NoticeOn, OrganisationId, TokenId};
use std::sync::Arc;

/// Who may ask at one route.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The method; GET stands for HEAD too.
    pub method: &'static str,
    /// The route, with its parameters in braces.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
}

/// Who may ask.
#[derive(Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, without a token.
    Everybody,
    /// Whoever shows a token, whatever its roles.
    AnyActor,
    /// These roles, each as far as it reaches; one may be there twice.
    Roles(&'static [(Role, Reach)]),
}

/// How far a role reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whatever there is.
    Everything,
    /// The tourism team: every place. A theatre or the council: its own venues.
    OwnPlaces,
    /// The tourism team: every notice but those on beaches. A theatre or the council: those on its own venues.
    OwnNotices,
    /// The events of its organisation; the tourism team: those of no organisation, too.
    OwnEvents,
    /// The promotions of its organisation.
    OwnPromotions,
    /// The promotions that every organisation but its own has handed in.
    OthersPromotions,
    /// Notices on its beaches; on the beaches as a whole for who has all of them.
    BeachNotices,
    /// Its beaches, what is reported of them, and who reports from no others.
    OwnBeaches,
    /// What it has reported itself.
    OwnReports,
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A place, there or to be.
    Place(Collection, &'a FeatureId),
    /// An event of this organisation, or of none.
    Event(Option<&'a str>),
    /// A promotion of this organisation, or of none, and whether it was ever handed in.
    Promotion(Option<&'a str>, bool),
    /// A notice on this.
    Notice(&'a NoticeOn),
    /// An organisation.
    Organisation(&'a OrganisationId),
    /// Who reports from these beaches.
    Beaches(&'a Beaches),
    /// A crowd report.
    Report {
        /// Who looked.
        author: ActorId,
        /// Of which beach.
        beach: &'a FeatureId,
    },
    /// All there is of it.
    Everything,
}

/// The row of a route. None: nobody may.
pub fn row(method: &str, path: &str) -> Option<&'static Row> {
    let method = if method == "HEAD" { "GET" } else { method };
    POLICY.iter().find(|row| row.method == method && row.path == path)
}

impl Row {
    /// What the row allows `caller`; none when it allows nothing.
    pub fn permit(&'static self, caller: &Caller) -> Option<Permit> {
        let allowed = match self.who {
            Who::Everybody | Who::AnyActor => true,
            Who::Roles(roles) => roles.iter().any(|(role, _)| caller.actor.roles().contains(role)),
        };
        allowed.then(|| Permit { row: self, caller: caller.clone() })
    }
}

/// Which crowd reports a permit reaches: those of the author, and those of the beaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportsReached {
    /// Whose.
    pub author: Option<ActorId>,
    /// Of which beaches.
    pub beaches: Beaches,
}

impl ReportsReached {
    fn none() -> Self {
        Self { author: None, beaches: Beaches::none() }
    }
}

/// What a caller may do on one route. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    row: &'static Row,
    caller: Caller,
}

impl Permit {
    /// Who has it.
    pub fn actor(&self) -> ActorId {
        self.caller.actor.id()
    }

    /// The organisation of whom it was given to.
    pub fn organisation(&self) -> Option<&OrganisationId> {
        self.caller.organisation.as_ref().map(|own| &own.id)
    }

    /// The token it was given for.
    pub fn token(&self) -> TokenId {
        self.caller.token
    }

    /// In what capacity its bearer reports: a supervisor as the patrol, and so does a patrol of whom nothing is said.
    pub fn reports_as(&self) -> ReportsAs {
        let actor = &self.caller.actor;
        let said = actor.reports_as().filter(|_| !actor.roles().contains(&Role::Supervisor));
        said.unwrap_or(ReportsAs::Patrol)
    }

    /// Which crowd reports it reaches: all of them, or those of an author and those of some beaches.
    pub fn reports(&self) -> ReportsReached {
        let Who::Roles(roles) = self.row.who else { return ReportsReached::none() };
        let actor = &self.caller.actor;
        let mut reached = ReportsReached::none();
        for (_, reach) in roles.iter().filter(|(role, _)| actor.roles().contains(role)) {
            match reach {
                Reach::Everything => reached.beaches = Beaches::All,
                Reach::OwnBeaches if reached.beaches != Beaches::All => {
                    reached.beaches = actor.beaches().clone();
                }
                Reach::OwnReports => reached.author = Some(actor.id()),
                Reach::OwnBeaches
                | Reach::OwnEvents
                | Reach::OwnPlaces
                | Reach::OwnPromotions
                | Reach::OthersPromotions
                | Reach::OwnNotices
                | Reach::BeachNotices => {}
            }
        }
        reached
    }

    /// What the same row allows `caller` now: whom the token is found to be of since. None when it allows nothing.
    pub fn renewed(&self, caller: &Caller) -> Option<Self> {
        self.row.permit(caller)
    }

    /// Whether it reaches `target`.
    pub fn covers(&self, target: &Target<'_>) -> bool {
        let roles = match self.row.who {
            Who::Everybody | Who::AnyActor => return false,
            Who::Roles(roles) => roles,
        };
        let (actor, organisation) = (&self.caller.actor, self.caller.organisation.as_ref());
        roles
            .iter()
            .filter(|(role, _)| actor.roles().contains(role))
            .any(|(_, reach)| reach.covers(actor, organisation, target))
    }
}

impl Reach {
    fn covers(self, actor: &Actor, organisation: Option<&Arc<Organisation>>, target: &Target<'_>) -> bool {
        match (self, target) {
            (Self::Everything, _) => true,
            (Self::OwnPlaces, Target::Place(collection, id)) => owns_place(organisation, *collection, id),
            (Self::OwnEvents, Target::Event(of)) => owns_event(organisation, *of),
            (Self::OwnPromotions, Target::Promotion(of, _)) => {
                organisation.is_some_and(|own| *of == Some(own.id.as_str()))
            }
            (Self::OthersPromotions, Target::Promotion(of, true)) => {
                organisation.is_none_or(|own| *of != Some(own.id.as_str()))
            }
            (Self::OwnNotices, Target::Notice(on)) => owns_notice(organisation, on),
            (Self::BeachNotices, Target::Notice(on)) => match on {
                NoticeOn::Feature(Collection::Beaches, id) => actor.beaches().has(id),
                NoticeOn::Collection(Collection::Beaches) => *actor.beaches() == Beaches::All,
                NoticeOn::Feature(..) | NoticeOn::Collection(_) | NoticeOn::Area => false,
            },
            (Self::OwnBeaches, Target::Place(Collection::Beaches, id)) => actor.beaches().has(id),
            (Self::OwnBeaches, Target::Beaches(beaches)) => actor.beaches().have(beaches),
            (Self::OwnBeaches, Target::Report { beach, .. }) => actor.beaches().has(beach),
            (Self::OwnReports, Target::Report { author, .. }) => actor.id() == *author,
            (
                Self::OwnPlaces
                | Self::OwnEvents
                | Self::OwnPromotions
                | Self::OthersPromotions
                | Self::OwnNotices
                | Self::BeachNotices
                | Self::OwnBeaches
                | Self::OwnReports,
                Target::Place(..)
                | Target::Event(_)
                | Target::Promotion(..)
                | Target::Notice(_)
                | Target::Organisation(_)
                | Target::Beaches(_)
                | Target::Report { .. }
                | Target::Everything,
            ) => false,
        }
    }
}

fn owns_place(organisation: Option<&Arc<Organisation>>, collection: Collection, id: &FeatureId) -> bool {
    organisation.is_some_and(|own| match own.kind {
        OrganisationKind::Tourism => true,
        OrganisationKind::Theatre | OrganisationKind::Council => {
            collection == Collection::Venues && own.venues.contains(id)
        }
        OrganisationKind::Business => false,
    })
}

fn owns_event(organisation: Option<&Arc<Organisation>>, of: Option<&str>) -> bool {
    organisation.is_some_and(|own| match of {
        Some(of) => own.id.as_str() == of,
        None => own.kind == OrganisationKind::Tourism,
    })
}

fn owns_notice(organisation: Option<&Arc<Organisation>>, on: &NoticeOn) -> bool {
    let tourism = organisation.is_some_and(|own| own.kind == OrganisationKind::Tourism);
    match on {
        NoticeOn::Feature(Collection::Beaches, _) | NoticeOn::Collection(Collection::Beaches) => false,
        NoticeOn::Feature(collection, id) => owns_place(organisation, *collection, id),
        NoticeOn::Collection(_) | NoticeOn::Area => tourism,
    }
}
