//! What is on as JSON-LD, for who asks for that rather than GeoJSON: `?f=jsonld`, or an `Accept` of `application/ld+json`.
use super::Shown;
use crate::features::Event;
use crate::formats::jsonld;
use crate::http::Site;
use crate::http::answer::Answer;
use crate::http::items::is_dated;
use crate::http::query::Query;
use crate::ids::{Collection, FeatureId};
use crate::snapshot::{Answered, Snapshot};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use chrono::{DateTime, Utc};

/// Whether something of `collection` is asked for as JSON-LD: by name, or, where nobody names a format, by what is
/// accepted before anything else.
pub(in crate::http) fn is_asked(collection: Collection, parameters: &Query<'_>, headers: &HeaderMap) -> bool {
    if !is_dated(collection) {
        return false;
    }
    match parameters.get("f") {
        Some(format) => format == "jsonld",
        None => accepted(headers).is_some_and(|first| first.eq_ignore_ascii_case(jsonld::MEDIA_TYPE)),
    }
}

/// The first media type that is accepted, its parameters aside.
fn accepted(headers: &HeaderMap) -> Option<&str> {
    let first = headers.get(header::ACCEPT)?.to_str().ok()?.split(',').next()?;
    Some(first.split(';').next().unwrap_or_default().trim())
}

/// A page of such things; the link to the next one stands in the head.
pub(in crate::http) fn page(
    (site, snapshot): (&Site, &Snapshot),
    ids: &[FeatureId],
    next: Option<String>,
    answered: Answered,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Response {
    let things: Vec<Vec<u8>> = ids.iter().filter_map(|id| thing(site, snapshot, id, now)).collect();
    let body = jsonld::list(things.iter().map(Vec::as_slice));
    let mut response = respond(body, None, answered, headers, now);
    let link = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok());
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// One such thing; none when it is not there.
pub(in crate::http) fn one(
    (site, snapshot): (&Site, &Snapshot),
    id: &FeatureId,
    version: i64,
    answered: Answered,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Option<Response> {
    let body = jsonld::document(&thing(site, snapshot, id, now)?);
    Some(respond(body, Some(version), answered, headers, now))
}

fn respond(
    body: Vec<u8>,
    version: Option<i64>,
    answered: Answered,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Response {
    let answer = Answer { version, negotiated: true, ..Answer::new(jsonld::MEDIA_TYPE, body, answered) };
    answer.respond(headers, now)
}

/// The event, or the date of one, that is called `id`.
fn thing(site: &Site, snapshot: &Snapshot, id: &FeatureId, now: DateTime<Utc>) -> Option<Vec<u8>> {
    if snapshot.collection(Collection::Events).item(id).is_some() {
        let production = snapshot.programme().event(id)?;
        return Some(jsonld::event(&Shown::new(site, snapshot, production, now).shown()));
    }
    let (event, of) = Event::named_by(id)?;
    let production = snapshot.programme().event(&event)?;
    let date = production.occurrences.occurrences.iter().find(|date| date.original == of)?;
    Some(jsonld::occurrence(&Shown::new(site, snapshot, production, now).shown(), id, date))
}
