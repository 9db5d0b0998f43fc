//! What supervisors decide and say of their beaches, an axis an address: `/v1/beaches/{id}/override`, `hazards`,
//! `water-quality`. What it does to what visitors see, the beach rule says; nothing of it is local time.
use super::{beach_id, no_such_beach};
use crate::access::{By, Target};
use crate::beaches::{Access, Colour};
use crate::catalogue::{Axis, Declaration};
use crate::command::{Command, Declare, DeclareOutcome, DeclareRefusal, Declared, Outcome, Refusal};
use crate::formats::crowd::read_declared;
use crate::formats::json::{write_instant, write_key, write_string, write_text};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::json::uncached;
use crate::http::paging::write_list;
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::{Collection, FeatureId, RequestId};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

pub(in crate::http) async fn declared(
    axis: Axis,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let beach = beach_id(&path)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let declared = snapshot.declared(beach.as_str(), axis, now);
    let declared = declared.ok_or_else(|| no_such_beach(&path))?;
    if !admitted.permit.covers(&Target::Place(Collection::Beaches, &beach)) {
        return Err(Refusal::Declare(DeclareRefusal::NotYours(beach)).into());
    }
    Ok(answer(axis, &beach, &declared, now))
}

pub(in crate::http) async fn declare(
    axis: Axis,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (beach, declared) = (beach_id(&path)?, read_declared(axis, &body)?);
    let declared = carried_out(&site, admitted, request, axis, beach.clone(), declared).await?;
    let declared: Vec<&Declaration> = declared.iter().collect();
    Ok(answer(axis, &beach, &declared, site.app().clock().now()))
}

pub(in crate::http) async fn withdraw(
    axis: Axis,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    carried_out(&site, admitted, request, axis, beach_id(&path)?, Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn carried_out(
    site: &Site,
    admitted: Admitted,
    request: RequestId,
    axis: Axis,
    beach: FeatureId,
    declared: Vec<Declared>,
) -> Result<Vec<Declaration>, Problem> {
    let command = Command::Declare(Declare { beach, axis, declared });
    match site.app().execute(command, By::Actor(admitted.permit), request).await? {
        Outcome::Declare(DeclareOutcome::Declared(declared)) => Ok(declared),
        other => Err(Problem::unheard_of(other)),
    }
}

/// The answer of what stands on an axis of a beach or is to come, the newest first. `declared` are in the order in which
/// they were declared.
fn answer(axis: Axis, beach: &FeatureId, declared: &[&Declaration], now: DateTime<Utc>) -> Response {
    let newest: Vec<(&Declaration, bool)> =
        declared.iter().rev().map(|one| (*one, is_shown(axis, declared, one, now))).collect();
    let list = match axis {
        Axis::Override => "overrides",
        Axis::Hazard => "hazards",
        Axis::WaterQuality => "water_quality",
    };
    let mut out = b"{\"beach\":".to_vec();
    write_string(&mut out, beach.as_str());
    write_key(&mut out, list);
    write_list(&mut out, &newest, |out, (one, is_shown)| write_one(out, axis, one, *is_shown));
    out.push(b'}');
    uncached(out)
}

/// Whether visitors are shown `one` of these at `now`: every hazard that holds, of the others the newest that does.
fn is_shown(axis: Axis, declared: &[&Declaration], one: &Declaration, now: DateTime<Utc>) -> bool {
    match axis {
        Axis::Override | Axis::WaterQuality => {
            declared.iter().rev().find(|one| one.holds(now)).is_some_and(|newest| newest.id == one.id)
        }
        Axis::Hazard => one.holds(now),
    }
}

fn write_one(out: &mut Vec<u8>, axis: Axis, one: &Declaration, is_shown: bool) {
    write_text(out, "id", Some(&one.id.to_string()));
    if axis == Axis::Override {
        write_text(out, "level", one.level.map(Colour::name));
        write_text(out, "access", one.access.map(Access::name));
    }
    write_text(out, axis.code_name(), Some(&one.code));
    write_text(out, "message", one.message.as_deref());
    for (name, at) in
        [("starts_at", one.starts_at), ("expires_at", one.expires_at), ("created_at", one.created_at)]
    {
        write_key(out, name);
        write_instant(out, at);
    }
    write_text(out, "author", Some(&one.author));
    write_key(out, "shown");
    out.extend_from_slice(if is_shown { b"true" } else { b"false" });
}
