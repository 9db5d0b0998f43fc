//! Applications: everybody may ask for a business to be listed; an admin looks at it, and makes an organisation of it or not.
use super::{at_version, carried_out, instant, missing, refused, taken, written};
use crate::access::{ActorError, Applicant, By, Personal, Target, TokenRecord, TokenText};
use crate::app::{Error, new_token};
use crate::catalogue::{Application, ApplicationState, Claim, ClaimError, position_quality};
use crate::command::{
    AcceptApplication, AccessCommand, AccessOutcome, AccessRefusal, Command, NewApplication, Outcome, Refusal,
};
use crate::features::schema::{self, business_at};
use crate::formats::json::{
    Which, write_fields, write_instant, write_instant_or_null, write_key, write_text,
};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::{Given, Takes};
use crate::http::client::ClientAddr;
use crate::http::flight::Class;
use crate::http::json::uncached;
use crate::http::paging::{resumed, write_end, write_list, write_number};
use crate::http::path::PathParts;
use crate::http::precondition::seen;
use crate::http::problem::{Problem, TOO_MANY_REQUESTS};
use crate::http::query::{Query, invalid};
use crate::http::routes::{Operation, operation, see, staff};
use crate::http::server::household;
use crate::ids::{ActorId, ApplicationId, Collection, FeatureId, OrganisationId, RequestId};
use crate::spatial::{Geometry, LatLon};
use crate::store::ApplicationFilter;
use crate::text::{plain, unseen};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

const PATH: &str = "/v1/applications";
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenApplication {
    name: String,
    category: String,
    address: GivenAddress,
    town: String,
    position: GivenPosition,
    opening_hours: Option<String>,
    food_hygiene_id: Option<String>,
    url: Option<String>,
    offer: String,
    applicant: GivenApplicant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenAddress {
    street_address: String,
    postal_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenPosition {
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenApplicant {
    name: String,
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenAcceptance {
    organisation: String,
    business: String,
    position_quality: Option<String>,
    expires_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenRefusal {
    reason: String,
}

#[derive(Serialize)]
struct AppliedBody {
    id: String,
}

#[derive(Serialize)]
struct AcceptedBody<'a> {
    id: String,
    state: &'static str,
    organisation: String,
    business: String,
    version: i64,
    actor: String,
    token_id: String,
    expires_at: Option<String>,
    token: &'a str,
}

/// What is asked of applications, and done with them.
pub(in crate::http) fn operations() -> Vec<Operation> {
    vec![
        see(PATH, applications),
        // Everybody's, so its room must be neither that of the staff nor that of readers.
        operation(Method::POST, PATH, Class::Form, Takes::Document, apply),
        see("/v1/applications/{id}", application),
        staff(Method::POST, "/v1/applications/{id}/accept", Takes::Document, accept),
        staff(Method::POST, "/v1/applications/{id}/refuse", Takes::Document, refuse),
    ]
}

async fn apply(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    Extension(ClientAddr(address)): Extension<ClientAddr>,
    Extension(request): Extension<RequestId>,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given: GivenApplication = taken(&given)?;
    let new = given.read(&site)?;
    let (address, now, id) = (household(address), site.app().clock().now(), new.id);
    site.applications().take(address, now).map_err(too_many)?;
    let done = site.app().execute(Command::Access(AccessCommand::Apply(new)), By::System, request).await;
    // Whoever finds no room has asked all the same, and what may have been written is written.
    let done = done.inspect_err(|error| match error {
        Error::Refused(Refusal::Access(AccessRefusal::TooManyApplications(_))) | Error::OutcomeUnknown(_) => {
        }
        _ => site.applications().give_back(address, now),
    })?;
    match done {
        Outcome::Access(AccessOutcome::Application(_)) => {
            Ok(super::answered(StatusCode::CREATED, &AppliedBody { id: id.to_string() }))
        }
        other => Err(Problem::unheard_of(other)),
    }
}

fn too_many(wait: TimeDelta) -> Problem {
    let seconds = u64::try_from(wait.num_seconds()).unwrap_or_default() + 1;
    let problem = Problem::new(
        &TOO_MANY_REQUESTS,
        "three applications an hour are all that an address may make, and a hundred all that are taken",
    );
    problem.with(header::RETRY_AFTER, HeaderValue::from(seconds))
}

impl GivenApplication {
    fn read(&self, site: &Site) -> Result<NewApplication, Problem> {
        let (snapshot, id) = (site.app().snapshot(), ApplicationId::fresh());
        let position = LatLon::new(self.position.lat, self.position.lon);
        let position = position.map_err(|error| refused("/position", error))?;
        if let Some(away) = snapshot.area.facts.outside(&Geometry::Point(position)) {
            return Err(refused("/position", format!("is {} m outside the area", away.get().round())));
        }
        let said = [
            ("name", Some(&self.name)),
            ("category", Some(&self.category)),
            ("street_address", Some(&self.address.street_address)),
            ("postal_code", self.address.postal_code.as_ref()),
            ("town", Some(&self.town)),
            ("opening_hours", self.opening_hours.as_ref()),
            ("food_hygiene_id", self.food_hygiene_id.as_ref()),
            ("url", self.url.as_ref()),
        ];
        let said: Vec<(&str, &str)> =
            said.into_iter().filter_map(|(field, text)| Some((field, text?.as_str()))).collect();
        // What an admin looks at must be what it says.
        for (field, text) in said.iter().copied().chain([("offer", self.offer.as_str())]) {
            let line_end = Some('\n').filter(|_| field != "offer" && text.trim().contains('\n'));
            if let Some(hidden) = unseen(text).or(line_end) {
                let cause = format!("has the character U+{:04X}: leave it out", u32::from(hidden));
                return Err(unclaimed_at(field, cause));
            }
        }
        let today = snapshot.area.calendar.date(site.app().clock().now());
        let business = Claim { position, said: &said }.business(id, today).map_err(unclaimed)?;
        let offer = plain(&self.offer, Application::OFFER).map_err(|error| refused("/offer", error))?;
        let GivenApplicant { name, email } = &self.applicant;
        let applicant = Applicant { name: Personal::new(name), email: Personal::new(email) };
        let applicant = applicant.checked().map_err(|error| {
            let pointer = if error == ActorError::Email { "/applicant/email" } else { "/applicant/name" };
            refused(pointer, error)
        })?;
        Ok(NewApplication { id, business: business.into(), offer, applicant })
    }
}

fn unclaimed(ClaimError { field, cause }: ClaimError) -> Problem {
    unclaimed_at(field, cause)
}

fn unclaimed_at(field: &str, cause: impl ToString) -> Problem {
    let within = if ["street_address", "postal_code"].contains(&field) { "/address" } else { "" };
    refused(&format!("{within}/{field}"), cause)
}

async fn applications(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["cursor", "limit", "state"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = resumed(PATH, &parameters, |id| ApplicationId::new(id).ok())?;
    let state = |text: &str| {
        let known = ApplicationState::NAMES.into_iter().find(|name| *name == text);
        known.ok_or_else(|| invalid("state", text, "one of waiting, accepted, refused"))
    };
    let state = parameters.get("state").map(state).transpose()?;
    let filter = ApplicationFilter { state, after };
    let mut page = site.app().applications(filter, i64::try_from(limit + 1).unwrap_or(i64::MAX)).await?;
    let more = limit < page.len();
    page.truncate(limit);
    page.retain(|_| admitted.permit.covers(&Target::Everything));
    let mut out = b"{\"applications\":".to_vec();
    write_list(&mut out, &page, |out, one| write_one(out, &site, one));
    let next = page.last().filter(|_| more).map(|last| last.id.to_string());
    write_end(&mut out, &site, PATH, &parameters, next);
    Ok(uncached(out))
}

async fn application(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let id = named(&path)?;
    let found = site.app().application(id).await?.filter(|_| admitted.permit.covers(&Target::Everything));
    let found = found.ok_or_else(|| missing("application", &id.to_string()))?;
    Ok(shown(&site, &found))
}

async fn accept(
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
    let given: GivenAcceptance = taken(&given)?;
    let quality = given.position_quality.as_deref().map(position_quality).transpose();
    let expires_at = given.expires_at.as_deref().map(|text| instant("/expires_at", text)).transpose()?;
    let (token, secret) = new_token(expires_at);
    let accept = AcceptApplication {
        id,
        expected,
        organisation: OrganisationId::new(&given.organisation)
            .map_err(|error| refused("/organisation", error))?,
        business: FeatureId::new(&given.business).map_err(|error| refused("/business", error))?,
        position_quality: quality.map_err(|error| refused("/position_quality", error))?,
        actor: ActorId::fresh(),
        token,
    };
    let command = AccessCommand::AcceptApplication(Box::new(accept));
    match carried_out(&site, &admitted, request, command).await? {
        AccessOutcome::Accepted(application, token) => {
            let text = TokenText::new(token.kind, token.id, &secret);
            accepted(&application, &token, text.reveal())
        }
        other => Err(Problem::unheard_of(other)),
    }
}

/// The answer that an application was accepted, with the token's text, which is nowhere else.
fn accepted(application: &Application, token: &TokenRecord, text: &str) -> Result<Response, Problem> {
    let ApplicationState::Accepted { organisation, business } = &application.state else {
        return Err(Problem::unheard_of(&application.state));
    };
    let body = AcceptedBody {
        id: application.id.to_string(),
        state: application.state.name(),
        organisation: organisation.to_string(),
        business: business.to_string(),
        version: application.version.0,
        actor: token.actor.to_string(),
        token_id: token.id.to_string(),
        expires_at: token.expires_at.map(written),
        token: text,
    };
    Ok(at_version(StatusCode::CREATED, application.version, &body))
}

async fn refuse(
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
    let GivenRefusal { reason } = taken(&given)?;
    let reason = plain(&reason, Application::REASON).map_err(|error| refused("/reason", error))?;
    let command = AccessCommand::RefuseApplication { id, expected, reason };
    match carried_out(&site, &admitted, request, command).await? {
        AccessOutcome::Application(application) => Ok(shown(&site, &application)),
        other => Err(Problem::unheard_of(other)),
    }
}

fn named(path: &PathParts) -> Result<ApplicationId, Problem> {
    let id = path.get("id");
    ApplicationId::new(id).map_err(|_| missing("application", id))
}

/// The answer of one application.
fn shown(site: &Site, application: &Application) -> Response {
    let mut out = vec![b'{'];
    write_one(&mut out, site, application);
    out.push(b'}');
    let mut response = uncached(out);
    let tag = HeaderValue::try_from(format!("\"{}\"", application.version)).expect("a number is ASCII");
    response.headers_mut().insert(header::ETAG, tag);
    response
}

fn write_one(out: &mut Vec<u8>, site: &Site, application: &Application) {
    let Application { id, business, offer, applicant, state, version, created_at, decided_at } = application;
    write_text(out, "id", Some(&id.to_string()));
    write_text(out, "state", Some(state.name()));
    write_key(out, "claim");
    out.push(b'{');
    // Whose it will be is said when it is accepted.
    let fields = business.fields().with([(business_at::ORGANISATION, None)]);
    write_fields(out, schema::fields(Collection::Businesses), &fields, Which::Known, None, |_| ());
    out.push(b'}');
    write_key(out, "position");
    match business.position() {
        Some(position) => {
            out.push(b'{');
            write_number(out, "lat", position.lat());
            write_number(out, "lon", position.lon());
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    write_text(out, "offer", Some(offer));
    write_key(out, "applicant");
    match applicant {
        Some(Applicant { name, email }) => {
            out.push(b'{');
            write_text(out, "name", Some(name.reveal()));
            write_text(out, "email", Some(email.reveal()));
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    let (organisation, listed, reason) = match state {
        ApplicationState::Waiting => (None, None, None),
        ApplicationState::Accepted { organisation, business } => {
            (Some(organisation.as_str()), Some(business.as_str()), None)
        }
        ApplicationState::Refused { reason } => (None, None, Some(&**reason)),
    };
    write_text(out, "organisation", organisation);
    write_text(out, "business", listed);
    write_text(out, "reason", reason);
    write_number(out, "version", version.0);
    write_key(out, "created_at");
    write_instant(out, *created_at);
    write_key(out, "decided_at");
    write_instant_or_null(out, *decided_at);
    write_text(out, "href", Some(&site.url(&format!("{PATH}/{id}"))));
}
