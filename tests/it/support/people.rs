//! Somebody to act: actors with tokens, made as the command line makes them.
use promenade::access::{Beaches, By, OrganisationKind, Personal, Profile, ReportsAs, Role, TokenText};
use promenade::app::{App, Error, new_token};
use promenade::command::{AccessCommand, AccessOutcome, Command, OrganisationFacts, Outcome};
use promenade::ids::{ActorId, FeatureId, OrganisationId, RequestId, TokenId};
use std::collections::BTreeSet;

/// An actor with a token.
#[derive(Clone, Debug)]
pub struct Person {
    pub actor: ActorId,
    pub token: TokenId,
    /// The token, as it is presented.
    pub text: String,
}

impl Person {
    /// The header that presents the token.
    pub fn header(&self) -> (&'static str, String) {
        ("authorization", format!("Bearer {}", self.text))
    }
}

/// A profile of these roles, with all that they need: the organisation `tourism`, every beach.
pub fn profile(roles: &[Role]) -> Profile {
    let has = |role| roles.contains(&role);
    let publishes = has(Role::Publisher) || has(Role::Business);
    Profile {
        name: Some(Personal::new("Grace Canary-Name")),
        email: Some(Personal::new("canary@mail.example")),
        organisation: publishes.then(|| OrganisationId::new("tourism").unwrap()),
        roles: roles.iter().copied().collect(),
        beaches: if has(Role::Patrol) || has(Role::Supervisor) { Beaches::All } else { Beaches::none() },
        reports_as: has(Role::Patrol).then_some(ReportsAs::Patrol),
    }
}

/// These beaches.
pub fn beaches(ids: &[&str]) -> Beaches {
    Beaches::These(ids.iter().map(|id| FeatureId::new(id).unwrap()).collect())
}

/// Carries out a command about who may act, as the operator.
pub async fn access(app: &App, command: AccessCommand) -> Result<AccessOutcome, Error> {
    match app.execute(Command::Access(command), By::Operator, RequestId::fresh()).await? {
        Outcome::Access(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

/// Makes the organisation `id`.
pub async fn organisation(app: &App, id: &str, kind: OrganisationKind, venues: &[&str]) {
    let facts = OrganisationFacts {
        id: OrganisationId::new(id).unwrap(),
        name: format!("The {id}").into(),
        kind,
        venues: venues.iter().map(|id| FeatureId::new(id).unwrap()).collect::<BTreeSet<_>>(),
    };
    access(app, AccessCommand::CreateOrganisation(facts)).await.unwrap();
}

/// Makes an actor of that profile, and its token.
pub async fn person(app: &App, profile: Profile) -> Person {
    if profile.organisation == OrganisationId::new("tourism").ok() {
        organisation(app, "tourism", OrganisationKind::Tourism, &[]).await;
    }
    let (token, secret) = new_token(None);
    let command = AccessCommand::CreateActorWithToken { id: ActorId::fresh(), profile, token };
    let Ok(AccessOutcome::Token(actor, token)) = access(app, command).await else { panic!("no token") };
    let text = TokenText::new(token.kind, token.id, &secret).reveal().to_owned();
    Person { actor: actor.id(), token: token.id, text }
}
