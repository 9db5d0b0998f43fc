//! Organisations: whose actors publish, and what is theirs.
use super::{at_version, carried_out, created, features, listed, missing, refused, taken, word, written};
use crate::access::{Organisation, OrganisationKind, Target};
use crate::command::{AccessCommand, AccessOutcome, OrganisationFacts};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::json::LinkBody;
use crate::http::path::PathParts;
use crate::http::precondition::seen;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::{FeatureId, OrganisationId, RequestId};
use crate::text;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};

const PATH: &str = "/v1/organisations";

#[derive(Serialize)]
pub(super) struct OrganisationBody {
    id: String,
    name: String,
    kind: &'static str,
    venues: Vec<String>,
    version: i64,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct OrganisationsBody<'a> {
    organisations: Vec<OrganisationBody>,
    links: Vec<LinkBody<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenOrganisation {
    id: Option<String>,
    name: String,
    kind: String,
    venues: Option<Vec<String>>,
}

impl From<&Organisation> for OrganisationBody {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id.to_string(),
            name: organisation.name.to_string(),
            kind: organisation.kind.name(),
            venues: organisation.venues.iter().map(FeatureId::to_string).collect(),
            version: organisation.version.0,
            created_at: written(organisation.created_at),
            updated_at: written(organisation.updated_at),
        }
    }
}

impl GivenOrganisation {
    fn facts(&self, id: OrganisationId) -> Result<OrganisationFacts, Problem> {
        let venues = self.venues.as_deref().unwrap_or_default();
        Ok(OrganisationFacts {
            id,
            name: text::plain(&self.name, OrganisationFacts::NAME)
                .map_err(|error| refused("/name", format!("the name {error}")))?,
            kind: word("/kind", &self.kind, OrganisationKind::ALL, OrganisationKind::name)?,
            venues: features("venues", venues)?,
        })
    }
}

pub(in crate::http) async fn organisations(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let roster = site.app().roster();
    let visible = roster.organisations().filter(|one| admitted.permit.covers(&Target::Organisation(&one.id)));
    let listing = listed(&site, PATH, raw.as_deref(), visible, |one| one.id.to_string())?;
    let organisations = listing.page.iter().map(|one| OrganisationBody::from(one.as_ref())).collect();
    Ok(super::answered(StatusCode::OK, &OrganisationsBody { organisations, links: listing.links() }))
}

pub(in crate::http) async fn one_organisation(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (roster, id) = (site.app().roster(), named(&path)?);
    let visible = admitted.permit.covers(&Target::Organisation(&id));
    let found = roster.organisation(&id).filter(|_| visible);
    let found = found.ok_or_else(|| missing("organisation", id.as_str()))?;
    Ok(at_version(StatusCode::OK, found.version, &OrganisationBody::from(found.as_ref())))
}

pub(in crate::http) async fn create_organisation(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given: GivenOrganisation = taken(&given)?;
    let id = given.id.as_deref().ok_or_else(|| refused("/id", "an organisation needs an id"))?;
    let id = OrganisationId::new(id).map_err(|error| refused("/id", error))?;
    let command = AccessCommand::CreateOrganisation(given.facts(id)?);
    let made = organisation(carried_out(&site, &admitted, request, command).await?)?;
    Ok(created(&site, &format!("{PATH}/{}", made.id), made.version, &OrganisationBody::from(&made)))
}

pub(in crate::http) async fn edit_organisation(
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
    let given: GivenOrganisation = taken(&given)?;
    if given.id.as_deref().is_some_and(|given| given != id.as_str()) {
        return Err(refused("/id", format!("an id stays: this is the organisation `{id}`")));
    }
    let command = AccessCommand::EditOrganisation { facts: given.facts(id)?, expected };
    let edited = organisation(carried_out(&site, &admitted, request, command).await?)?;
    Ok(at_version(StatusCode::OK, edited.version, &OrganisationBody::from(&edited)))
}

fn named(path: &PathParts) -> Result<OrganisationId, Problem> {
    let id = path.get("id");
    OrganisationId::new(id).map_err(|_| missing("organisation", id))
}

fn organisation(outcome: AccessOutcome) -> Result<Organisation, Problem> {
    match outcome {
        AccessOutcome::Organisation(organisation) => Ok(Organisation::clone(&organisation)),
        other => Err(Problem::unheard_of(other)),
    }
}
