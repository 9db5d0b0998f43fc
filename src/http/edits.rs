//! Edits of the items of a collection, with the shapes of OGC API – Features Part 4: `POST`, `PUT`, `PATCH`, `DELETE`;
//! and what staff do besides: say that a place was seen and is right, and undo.
use super::Site;
use super::answer::Answer;
use super::auth::Admitted;
use super::body::Given;
use super::events::event_answer;
use super::items::{close_item, collection};
use super::json::GEOJSON;
use super::path::PathParts;
use super::precondition::{if_match, seen};
use super::problem::{INVALID_JSON, METHOD_NOT_ALLOWED, NOT_FOUND, Problem};
use super::promotions::promotion_answer;
use super::query::{Query, invalid, shown};
use crate::access::{By, Permit};
use crate::app::{Editor, How, Outside};
use crate::catalogue::Item;
use crate::command::{Aim, Command, Expected, Outcome};
use crate::features::EventWarning;
use crate::formats::geojson::Edit;
use crate::ids::{Collection, FeatureId, RequestId, Version};
use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Whose edit it is, by which request.
pub(super) fn editor(admitted: Admitted, request: RequestId) -> Editor {
    Editor { by: By::Actor(admitted.permit), request }
}

pub(super) async fn create(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    Given(body): Given,
) -> Result<Response, Problem> {
    let collection = collection(path.get("collection"))?;
    let (edit, outside) = (edit(collection, &body)?, outside(raw.as_deref())?);
    let permit = admitted.permit.clone();
    let outcome = site.app().create(editor(admitted, request), edit, outside).await?;
    created(&site, outcome, &permit, &[])
}

pub(super) async fn replace(
    state: State<Site>,
    path: PathParts,
    query: RawQuery,
    admitted: Admitted,
    request: Extension<RequestId>,
    headers: HeaderMap,
    given: Given,
) -> Result<Response, Problem> {
    change(How::Replace, state, path, query, admitted, request, headers, given).await
}

pub(super) async fn patch(
    state: State<Site>,
    path: PathParts,
    query: RawQuery,
    admitted: Admitted,
    request: Extension<RequestId>,
    headers: HeaderMap,
    given: Given,
) -> Result<Response, Problem> {
    change(How::Patch, state, path, query, admitted, request, headers, given).await
}

#[expect(clippy::too_many_arguments, reason = "what axum takes a request apart into")]
async fn change(
    how: How,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
    Given(body): Given,
) -> Result<Response, Problem> {
    let (collection, id) = named(&path)?;
    let (version, outside) = (seen(&headers)?, outside(raw.as_deref())?);
    let edit = edit(collection, &body)?;
    let aim = Aim { collection, id, expected: Expected::Version(version) };
    let permit = admitted.permit.clone();
    let outcome = site.app().change(editor(admitted, request), aim, version, edit, how, outside).await?;
    answer(&site, outcome, &permit)
}

pub(super) async fn delete(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = Expected::Version(seen(&headers)?);
    carry_out(&site, Command::Delete, &path, raw.as_deref(), expected, admitted, request).await
}

/// "Seen today, still right": of whatever is there, or of what was seen.
pub(super) async fn verify(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = if_match(&headers)?.map_or(Expected::Anything, Expected::Version);
    carry_out(&site, Command::Verify, &path, raw.as_deref(), expected, admitted, request).await
}

pub(super) async fn undo(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let expected = Expected::Version(seen(&headers)?);
    carry_out(&site, Command::Undo, &path, raw.as_deref(), expected, admitted, request).await
}

async fn carry_out(
    site: &Site,
    command: fn(Aim) -> Command,
    path: &PathParts,
    raw: Option<&str>,
    expected: Expected,
    admitted: Admitted,
    request: RequestId,
) -> Result<Response, Problem> {
    Query::read(raw, &[])?;
    let (collection, id) = named(path)?;
    let permit = admitted.permit.clone();
    let Editor { by, request } = editor(admitted, request);
    let outcome = site.app().execute(command(Aim { collection, id, expected }), by, request).await?;
    answer(site, outcome, &permit)
}

/// The item that an address names. An address that could name none is 404, as one that names none.
fn named(path: &PathParts) -> Result<(Collection, FeatureId), Problem> {
    let (collection, id) = (collection(path.get("collection"))?, path.get("id"));
    let known = FeatureId::new(id);
    let none = |_| Problem::new(&NOT_FOUND, format!("{collection} has no item `{}`", shown(id)));
    Ok((collection, known.map_err(none)?))
}

pub(super) fn edit(collection: Collection, body: &[u8]) -> Result<Edit, Problem> {
    if collection == Collection::Occurrences {
        let detail = "occurrences follow from their events: change the event, or say what is of one date at /v1/occurrences";
        let allow = HeaderValue::from_static("GET,HEAD");
        return Err(Problem::new(&METHOD_NOT_ALLOWED, detail).with(header::ALLOW, allow));
    }
    let text = std::str::from_utf8(body);
    let text = text.map_err(|_| Problem::new(&INVALID_JSON, "the body is not UTF-8"))?;
    Ok(Edit::read(collection, text)?)
}

/// Whether a place may lie outside the area.
pub(super) fn outside(raw: Option<&str>) -> Result<Outside, Problem> {
    match Query::read(raw, &["outside"])?.get("outside") {
        None => Ok(Outside::Refused),
        Some("allow") => Ok(Outside::Allowed),
        Some(other) => Err(invalid("outside", other, "`allow`")),
    }
}

fn answer(site: &Site, outcome: Outcome, permit: &Permit) -> Result<Response, Problem> {
    match outcome {
        Outcome::Written { item, .. } | Outcome::Unchanged { item } => {
            Ok(item_answer(site, item, permit, &[]))
        }
        Outcome::Deleted { version, .. } => Ok(gone(version)),
        other => Err(Problem::unheard_of(other)),
    }
}

/// The answer to who has written something new; of an event, with these warnings besides.
pub(super) fn created(
    site: &Site,
    outcome: Outcome,
    permit: &Permit,
    warned: &[EventWarning],
) -> Result<Response, Problem> {
    let item = match outcome {
        Outcome::Written { item, .. } => item,
        // Asked twice: it was created by the first.
        Outcome::Unchanged { item } => return Ok(item_answer(site, item, permit, warned)),
        other => return Err(Problem::unheard_of(other)),
    };
    let (collection, id) = (item.feature.collection(), item.feature.id());
    let at = match collection {
        // Where its organisation sees it, before everybody does.
        Collection::Events => site.url(&format!("/v1/programme/{id}")),
        Collection::Promotions => site.url(&format!("/v1/promotions/{id}")),
        _ => site.url(&format!("/v1/collections/{collection}/items/{id}")),
    };
    let mut response = item_answer(site, item, permit, warned);
    *response.status_mut() = StatusCode::CREATED;
    let at = HeaderValue::try_from(at).expect("an address of names and ids is ASCII");
    response.headers_mut().insert(header::LOCATION, at);
    Ok(response)
}

/// The item as it was written: of that very version, even if somebody has changed it since.
fn item_answer(site: &Site, item: Arc<Item>, permit: &Permit, warned: &[EventWarning]) -> Response {
    if item.feature.collection() == Collection::Events {
        return event_answer(site, item, permit, warned);
    }
    if item.feature.collection() == Collection::Promotions {
        return promotion_answer(site, item, permit);
    }
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let (collection, id, version) = (item.feature.collection(), item.feature.id().clone(), item.version);
    let mut out = Vec::with_capacity(4 * 1024);
    let mut answered = snapshot.render(item, now, &mut out);
    close_item(&mut out, site, &snapshot, collection, id.as_str(), now, &mut answered);
    written(Answer { version: Some(version.0), ..Answer::new(GEOJSON, out, answered) }, now)
}

/// The response of what somebody has written, or may see before others do: nobody keeps it.
pub(super) fn written(answer: Answer, now: DateTime<Utc>) -> Response {
    // Without the request's headers: what it had is of no matter to what it made.
    let mut response = answer.respond(&HeaderMap::new(), now);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Nothing is left but the version, which an undo must name.
fn gone(version: Version) -> Response {
    let tag = HeaderValue::try_from(format!("\"{version}-deleted\"")).expect("digits and letters");
    let mut response = StatusCode::NO_CONTENT.into_response();
    *response.body_mut() = Body::empty();
    response.headers_mut().insert(header::ETAG, tag);
    response
}
