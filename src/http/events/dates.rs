//! What staff say of one date of an event.
use super::{NothingBody, event_answer, named, read_reason, reason_of};
use crate::access::Permit;
use crate::catalogue::Item;
use crate::command::Outcome;
use crate::features::field::Kind;
use crate::features::schema::{self, change_at, event_at};
use crate::features::{Event, EventStatus, OccurrenceChange};
use crate::formats::json::{DocumentError, read_document, read_given};
use crate::http::Site;
use crate::http::answer::{Answer, Link, write_context, write_links};
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::edits::{editor, written};
use crate::http::json::{GEOJSON, JSON};
use crate::http::path::PathParts;
use crate::http::precondition::seen;
use crate::http::problem::{INVALID_JSON, Problem};
use crate::http::query::Query;
use crate::ids::{Collection, FeatureId, RequestId};
use crate::recurrence::Wall;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What is said of a date.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) enum Saying {
    Cancel,
    Change,
    Postpone,
    Reinstate,
    Reschedule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RescheduleBody {
    starts: String,
    ends: Option<String>,
    reason: Option<String>,
}

impl Saying {
    fn read(self, body: &[u8]) -> Result<OccurrenceChange, Problem> {
        let status = |status, reason| OccurrenceChange {
            status: Some((status, reason)),
            ..OccurrenceChange::default()
        };
        Ok(match self {
            Self::Cancel => status(EventStatus::Cancelled, reason_of(body)?),
            Self::Change => change(body)?,
            Self::Postpone => status(EventStatus::Postponed, reason_of(body)?),
            Self::Reinstate => {
                let NothingBody {} = read_document(body)?;
                status(EventStatus::Scheduled, None)
            }
            Self::Reschedule => {
                let RescheduleBody { starts, ends, reason } = read_document(body)?;
                let ends = ends.as_deref().map(|ends| wall("/ends", ends)).transpose()?;
                let moved = Some((wall("/starts", &starts)?, ends, read_reason(reason.as_deref())?));
                OccurrenceChange { moved, ..OccurrenceChange::default() }
            }
        })
    }
}

/// The day or time that a member of a body is.
pub(super) fn wall(pointer: &str, text: &str) -> Result<Wall, DocumentError> {
    Wall::parse(text).ok_or_else(|| DocumentError::at(pointer, Kind::Wall.mismatch(text)))
}

/// What of the fields of a date is to change: a merge patch.
fn change(body: &[u8]) -> Result<OccurrenceChange, Problem> {
    let text = std::str::from_utf8(body);
    let text = text.map_err(|_| Problem::new(&INVALID_JSON, "the body is not UTF-8"))?;
    let Kind::Records(table) = schema::fields(Collection::Events)[event_at::CHANGES].kind else {
        unreachable!("what single dates have of their own is records")
    };
    let mut change = OccurrenceChange::default();
    for (number, value) in read_given(text, table, &[])?.fields {
        match number {
            change_at::AVAILABILITY => change.availability = Some(value),
            change_at::ACCESS => change.access = Some(value),
            other => {
                let cause =
                    "is changed by what is done with the date: cancel, postpone, reschedule, reinstate";
                return Err(DocumentError::at(format!("/{}", table[other].name), cause).into());
            }
        }
    }
    Ok(change)
}

#[expect(clippy::too_many_arguments, reason = "what axum takes a request apart into")]
pub(in crate::http) async fn say(
    saying: Saying,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (id, version) = (named(&path, Collection::Occurrences)?, seen(&headers)?);
    let change = saying.read(&body)?;
    let permit = admitted.permit.clone();
    match site.app().change_date(editor(admitted, request), &id, version, change).await? {
        Outcome::Written { item, .. } | Outcome::Unchanged { item } => {
            Ok(date_answer(&site, &id, item, &permit))
        }
        other => Err(Problem::unheard_of(other)),
    }
}

/// The date called `id` as it is now: of the very version of `item` that was written.
fn date_answer(site: &Site, id: &FeatureId, item: Arc<Item>, permit: &Permit) -> Response {
    let (snapshot, now, version) = (site.app().snapshot(), site.app().clock().now(), item.version);
    let production = snapshot.production(item.clone(), now);
    let mut out = Vec::with_capacity(2 * 1024);
    let shown = Event::named_by(id).and_then(|(_, of)| snapshot.render_date(&production, of, now, &mut out));
    // Since it was asked for, a day may have passed, and with it what is told.
    let Some(mut answered) = shown else { return event_answer(site, item, permit, &[]) };
    super::shown::write_conflicts(&mut out, &snapshot, &production, permit, now);
    write_context(&mut out, &snapshot, &[Collection::Occurrences], now, &mut answered);
    let about = site.url(&format!("/v1/collections/{}", Collection::Occurrences));
    let (this, event) =
        (format!("{about}/items/{id}"), site.url(&format!("/v1/programme/{}", item.feature.id())));
    let links = [
        Link { rel: "self", media: GEOJSON, href: &this, title: "This date" },
        Link { rel: "up", media: GEOJSON, href: &event, title: "Its event" },
        Link { rel: "collection", media: JSON, href: &about, title: "The collection" },
    ];
    write_links(&mut out, &snapshot, &links);
    out.push(b'}');
    written(Answer { version: Some(version.0), ..Answer::new(GEOJSON, out, answered) }, now)
}
