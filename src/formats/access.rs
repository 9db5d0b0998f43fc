//! Organisations, actors and tokens as JSON documents, the way the audit keeps them: without names and addresses of
//! people, which stand in the actor's own row only, and without hashes of secrets.
use crate::access::{Actor, Beaches, Enrolment, Organisation, ReportsAs, TokenRecord};
use crate::catalogue::{Application, ApplicationState};
use crate::ids::{FeatureId, OrganisationId};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

#[derive(Serialize)]
struct OrganisationDocument<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    venues: Vec<&'a str>,
}

#[derive(Serialize)]
struct ActorDocument<'a> {
    id: String,
    organisation: Option<&'a str>,
    roles: Vec<&'static str>,
    beaches: BeachesDocument<'a>,
    reports_as: Option<&'static str>,
    erased: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum BeachesDocument<'a> {
    All(&'static str),
    These(Vec<&'a str>),
}

#[derive(Serialize)]
struct TokenDocument<'a> {
    id: &'a str,
    kind: &'static str,
    actor: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
}

#[derive(Serialize)]
struct EnrolmentDocument<'a> {
    actor: String,
    beaches: BeachesDocument<'a>,
    reports_as: &'static str,
    device_expires_at: String,
    created_by: String,
}

#[derive(Serialize)]
struct EnrolledDocument<'a> {
    actor: ActorDocument<'a>,
    token: TokenDocument<'a>,
    enrolled_by: String,
}

#[derive(Serialize)]
struct ApplicationDocument<'a> {
    state: &'static str,
    organisation: Option<&'a str>,
    business: Option<&'a str>,
    reason: Option<&'a str>,
}

/// What has become of an application; not what it says, as that may be erased.
pub fn application_document(application: &Application) -> String {
    let (organisation, business, reason) = match &application.state {
        ApplicationState::Waiting => (None, None, None),
        ApplicationState::Accepted { organisation, business } => {
            (Some(organisation.as_str()), Some(business.as_str()), None)
        }
        ApplicationState::Refused { reason } => (None, None, Some(&**reason)),
    };
    written(&ApplicationDocument { state: application.state.name(), organisation, business, reason })
}

/// An organisation.
pub fn organisation_document(organisation: &Organisation) -> String {
    written(&OrganisationDocument {
        id: organisation.id.as_str(),
        name: &organisation.name,
        kind: organisation.kind.name(),
        venues: organisation.venues.iter().map(FeatureId::as_str).collect(),
    })
}

/// An actor, as a pseudonym.
pub fn actor_document(actor: &Actor) -> String {
    written(&actor_of(actor))
}

/// A token, without its hash.
pub fn token_document(token: &TokenRecord) -> String {
    written(&token_of(token))
}

/// Tokens, without their hashes.
pub fn tokens_document(tokens: &[TokenRecord]) -> String {
    written(&tokens.iter().map(token_of).collect::<Vec<_>>())
}

/// An enrolment that is offered; not its code.
pub fn enrolment_document(enrolment: &Enrolment) -> String {
    written(&EnrolmentDocument {
        actor: enrolment.actor.to_string(),
        beaches: beaches(&enrolment.beaches),
        reports_as: enrolment.reports_as.name(),
        device_expires_at: instant(enrolment.device_expires_at),
        created_by: enrolment.created_by.to_string(),
    })
}

/// A device, its token, and who offered the code.
pub fn enrolled_document(actor: &Actor, token: &TokenRecord, enrolment: &Enrolment) -> String {
    written(&EnrolledDocument {
        actor: actor_of(actor),
        token: token_of(token),
        enrolled_by: enrolment.created_by.to_string(),
    })
}

fn actor_of(actor: &Actor) -> ActorDocument<'_> {
    ActorDocument {
        id: actor.id().to_string(),
        organisation: actor.organisation().map(OrganisationId::as_str),
        roles: actor.roles().iter().map(|role| role.name()).collect(),
        beaches: beaches(actor.beaches()),
        reports_as: actor.reports_as().map(ReportsAs::name),
        erased: actor.is_erased(),
    }
}

fn token_of(token: &TokenRecord) -> TokenDocument<'_> {
    TokenDocument {
        id: token.id.as_str(),
        kind: token.kind.name(),
        actor: token.actor.to_string(),
        expires_at: token.expires_at.map(instant),
        revoked_at: token.revoked_at.map(instant),
    }
}

fn beaches(beaches: &Beaches) -> BeachesDocument<'_> {
    match beaches {
        Beaches::All => BeachesDocument::All("all"),
        Beaches::These(ids) => BeachesDocument::These(ids.iter().map(FeatureId::as_str).collect()),
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn written(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("a document of text")
}
