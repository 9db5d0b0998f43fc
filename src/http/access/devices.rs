//! Devices: a supervisor offers a code, a phone that types it in becomes one, a supervisor takes it away.
use super::{BeachesBody, answered, carried_out, instant, listed, missing, taken, word, written};
use crate::access::{
    Actor, By, Enrolment, EnrolmentCode, Personal, ReportsAs, Target, TokenKind, TokenRecord, TokenText,
};
use crate::app::{Error, new_code, new_token};
use crate::command::{AccessCommand, AccessOutcome, AccessRefusal, Command, Outcome, Refusal};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::client::ClientAddr;
use crate::http::json::LinkBody;
use crate::http::path::PathParts;
use crate::http::problem::{Problem, TOO_MANY_REQUESTS};
use crate::http::query::Query;
use crate::http::server::subscriber;
use crate::ids::{ActorId, RequestId};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const PATH: &str = "/v1/devices";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenEnrolment {
    name: String,
    beaches: BeachesBody,
    reports_as: String,
    device_expires_at: String,
}

#[derive(Serialize)]
struct OfferedBody {
    code: String,
    expires_at: String,
    device: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenCode {
    code: String,
}

#[derive(Serialize)]
struct EnrolledBody {
    #[serde(flatten)]
    device: DeviceBody,
    token: String,
}

#[derive(Serialize)]
struct DeviceBody {
    id: String,
    name: Option<String>,
    beaches: BeachesBody,
    reports_as: Option<&'static str>,
    state: &'static str,
    enrolled_at: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

#[derive(Serialize)]
struct DevicesBody<'a> {
    devices: Vec<DeviceBody>,
    links: Vec<LinkBody<'a>>,
}

impl DeviceBody {
    fn new(actor: &Actor, token: &TokenRecord, last_used: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        Self {
            id: actor.id().to_string(),
            name: actor.name().map(ToOwned::to_owned),
            beaches: actor.beaches().into(),
            reports_as: actor.reports_as().map(ReportsAs::name),
            state: token.state(now).name(),
            enrolled_at: written(token.created_at),
            expires_at: token.expires_at.map(written),
            revoked_at: token.revoked_at.map(written),
            last_used_at: last_used.map(written),
        }
    }
}

pub(in crate::http) async fn offer_enrolment(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given: GivenEnrolment = taken(&given)?;
    let code = new_code();
    let enrolment = Enrolment {
        hash: code.hash(),
        actor: ActorId::fresh(),
        name: Personal::new(&given.name),
        beaches: given.beaches.read()?,
        reports_as: word("/reports_as", &given.reports_as, ReportsAs::ALL, ReportsAs::name)?,
        device_expires_at: instant("/device_expires_at", &given.device_expires_at)?,
        created_by: admitted.permit.actor(),
        created_at: site.app().clock().now(),
    };
    // Before it is asked whether these beaches are the supervisor's: an empty list is nobody's, but has its own reason.
    let enrolment = enrolment.checked().map_err(|error| Problem::from(Refusal::Access(error.into())))?;
    let body = OfferedBody {
        code: code.reveal(),
        expires_at: written(enrolment.expires_at()),
        device: enrolment.actor.to_string(),
    };
    carried_out(&site, &admitted, request, AccessCommand::OfferEnrolment(enrolment)).await?;
    Ok(answered(StatusCode::CREATED, &body))
}

pub(in crate::http) async fn enrol(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    Extension(ClientAddr(address)): Extension<ClientAddr>,
    Extension(request): Extension<RequestId>,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given: GivenCode = taken(&given)?;
    let (address, now) = (subscriber(address), site.app().clock().now());
    // Counted before it is looked at, or many at once would all be looked at.
    site.attempts().take(address, now).map_err(too_many)?;
    let (token, secret) = new_token(None);
    let answer = match EnrolmentCode::read(&given.code) {
        Some(code) => {
            let command = AccessCommand::Enrol { code: code.hash(), token: token.id, secret: token.hash };
            site.app().execute(Command::Access(command), By::System, request).await
        }
        None => Err(Error::Refused(AccessRefusal::Code.into())),
    };
    if matches!(answer, Err(Error::Refused(Refusal::Access(AccessRefusal::Code)))) {
        tracing::info!(%request, "a wrong enrolment code");
    } else {
        site.attempts().give_back(address, now);
    }
    let (actor, token) = match answer? {
        Outcome::Access(AccessOutcome::Token(actor, token)) => (actor, token),
        other => return Err(Problem::unheard_of(other)),
    };
    let text = TokenText::new(token.kind, token.id, &secret);
    let body =
        EnrolledBody { device: DeviceBody::new(&actor, &token, None, now), token: text.reveal().to_owned() };
    Ok(answered(StatusCode::CREATED, &body))
}

fn too_many(wait: TimeDelta) -> Problem {
    let seconds = u64::try_from(wait.num_seconds()).unwrap_or_default() + 1;
    let problem = Problem::new(&TOO_MANY_REQUESTS, "too many wrong codes were tried");
    problem.with(header::RETRY_AFTER, HeaderValue::from(seconds))
}

pub(in crate::http) async fn devices(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let (roster, now) = (site.app().roster(), site.app().clock().now());
    let visible = roster
        .actors()
        .filter(|actor| admitted.permit.covers(&Target::Beaches(actor.beaches())))
        .filter_map(|actor| Some((actor, device_token(roster.tokens_of(actor.id()))?)));
    let listing =
        listed(&site, PATH, raw.as_deref(), visible, |(actor, _): &(&Arc<Actor>, _)| actor.id().to_string())?;
    let uses = site.app().last_uses().await?;
    let device = |(actor, token): &(&Arc<Actor>, &TokenRecord)| {
        DeviceBody::new(actor, token, uses.get(&token.id).copied(), now)
    };
    let devices = listing.page.iter().map(device).collect();
    Ok(answered(StatusCode::OK, &DevicesBody { devices, links: listing.links() }))
}

/// The token that makes an actor a device, if any of these does.
fn device_token(tokens: Vec<&TokenRecord>) -> Option<&TokenRecord> {
    tokens.into_iter().rfind(|token| token.kind == TokenKind::Device)
}

pub(in crate::http) async fn revoke_device(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let id = path.get("id");
    let id = ActorId::new(id).map_err(|_| missing("device", id))?;
    // The command decides whether there is one: another node may have enrolled it just now.
    carried_out(&site, &admitted, request, AccessCommand::RevokeDevice(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
