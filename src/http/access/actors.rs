//! Actors: who acts, as what and for whom. An admin and an auditor see their names; nobody else is answered them.
use super::tokens::TokenBody;
use super::{BeachesBody, at_version, carried_out, created, listed, missing, refused, taken, word, written};
use crate::access::{Actor, Beaches, Personal, Profile, ReportsAs, Role, Target};
use crate::command::{AccessCommand, AccessOutcome};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::json::LinkBody;
use crate::http::path::PathParts;
use crate::http::precondition::seen;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::{ActorId, OrganisationId, RequestId};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

const PATH: &str = "/v1/actors";

#[derive(Serialize)]
pub(super) struct ActorBody {
    id: String,
    name: Option<String>,
    email: Option<String>,
    organisation: Option<String>,
    roles: Vec<&'static str>,
    beaches: BeachesBody,
    reports_as: Option<&'static str>,
    version: i64,
    created_at: String,
    updated_at: String,
    erased_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Vec<TokenBody>>,
}

#[derive(Serialize)]
struct ActorsBody<'a> {
    actors: Vec<ActorBody>,
    links: Vec<LinkBody<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenActor {
    id: Option<String>,
    name: String,
    email: Option<String>,
    organisation: Option<String>,
    roles: Vec<String>,
    beaches: Option<BeachesBody>,
    reports_as: Option<String>,
}

impl From<&Actor> for ActorBody {
    fn from(actor: &Actor) -> Self {
        let record = actor.record();
        Self {
            id: actor.id().to_string(),
            name: actor.name().map(ToOwned::to_owned),
            email: actor.email().map(ToOwned::to_owned),
            organisation: actor.organisation().map(OrganisationId::to_string),
            roles: actor.roles().iter().map(|role| role.name()).collect(),
            beaches: actor.beaches().into(),
            reports_as: actor.reports_as().map(ReportsAs::name),
            version: record.version.0,
            created_at: written(record.created_at),
            updated_at: written(record.updated_at),
            erased_at: record.erased_at.map(written),
            tokens: None,
        }
    }
}

impl GivenActor {
    fn profile(&self) -> Result<Profile, Problem> {
        let role = |(n, name): (usize, &String)| word(&format!("/roles/{n}"), name, Role::ALL, Role::name);
        let organisation = self.organisation.as_deref().map(OrganisationId::new).transpose();
        let capacity = |name: &str| word("/reports_as", name, ReportsAs::ALL, ReportsAs::name);
        Ok(Profile {
            name: Some(Personal::new(&self.name)),
            email: self.email.as_deref().map(Personal::new),
            organisation: organisation.map_err(|error| refused("/organisation", error))?,
            roles: self.roles.iter().enumerate().map(role).collect::<Result<BTreeSet<_>, _>>()?,
            beaches: self.beaches.as_ref().map_or(Ok(Beaches::none()), BeachesBody::read)?,
            reports_as: self.reports_as.as_deref().map(capacity).transpose()?,
        })
    }
}

pub(in crate::http) async fn actors(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let roster = site.app().roster();
    let visible = roster.actors().filter(|_| admitted.permit.covers(&Target::Everything));
    let listing = listed(&site, PATH, raw.as_deref(), visible, |one| one.id().to_string())?;
    let actors = listing.page.iter().map(|one| ActorBody::from(one.as_ref())).collect();
    Ok(super::answered(StatusCode::OK, &ActorsBody { actors, links: listing.links() }))
}

pub(in crate::http) async fn one_actor(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (roster, id) = (site.app().roster(), named(&path)?);
    let found = roster.actor(id).filter(|_| admitted.permit.covers(&Target::Everything));
    let found = found.ok_or_else(|| missing("actor", &id.to_string()))?;
    let (uses, now) = (site.app().last_uses().await?, site.app().clock().now());
    let token = |token| TokenBody::new(token, uses.get(&token.id).copied(), now);
    let tokens = Some(roster.tokens_of(id).into_iter().map(token).collect());
    let body = ActorBody { tokens, ..ActorBody::from(found.as_ref()) };
    Ok(at_version(StatusCode::OK, found.version(), &body))
}

pub(in crate::http) async fn create_actor(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given: GivenActor = taken(&given)?;
    // Whoever says the id may ask again without making a second one.
    let id = given.id.as_deref().map(ActorId::new).transpose().map_err(|error| refused("/id", error))?;
    let id = id.unwrap_or_else(ActorId::fresh);
    let command = AccessCommand::CreateActor { id, profile: given.profile()? };
    let made = actor(carried_out(&site, &admitted, request, command).await?)?;
    Ok(created(&site, &format!("{PATH}/{id}"), made.version(), &ActorBody::from(made.as_ref())))
}

pub(in crate::http) async fn edit_actor(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (id, expected) = (named(&path)?, seen(&headers)?);
    let given: GivenActor = taken(&given)?;
    if given.id.as_deref().is_some_and(|given| given != id.to_string()) {
        return Err(refused("/id", format!("an id stays: this is the actor `{id}`")));
    }
    let command = AccessCommand::EditActor { id, profile: given.profile()?, expected };
    let edited = actor(carried_out(&site, &admitted, request, command).await?)?;
    Ok(at_version(StatusCode::OK, edited.version(), &ActorBody::from(edited.as_ref())))
}

pub(in crate::http) async fn erase_actor(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let command = AccessCommand::EraseActor { id: named(&path)?, expected: seen(&headers)? };
    carried_out(&site, &admitted, request, command).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) fn named(path: &PathParts) -> Result<ActorId, Problem> {
    let id = path.get("id");
    ActorId::new(id).map_err(|_| missing("actor", id))
}

fn actor(outcome: AccessOutcome) -> Result<Arc<Actor>, Problem> {
    match outcome {
        AccessOutcome::Actor(actor) => Ok(actor),
        other => Err(Problem::unheard_of(other)),
    }
}
