//! What staff do with events: `/v1/events/{id}/…` between draft and archive, `/v1/occurrences/{id}/…` on single dates, and
//! `/v1/programme`, where they see what nobody else does yet.
mod dates;
mod programme;
mod shown;

pub(super) use dates::{Saying, say};
pub(super) use programme::{copy, event, preview, programme};
pub(super) use shown::event_answer;

use super::Site;
use super::auth::Admitted;
use super::body::Given;
use super::path::PathParts;
use super::precondition::seen;
use super::problem::{NOT_FOUND, Problem};
use super::query::{Query, shown as quoted};
use crate::access::By;
use crate::command::{Aim, Command, EventCommand, Expected, Outcome};
use crate::features::field::{self, Kind};
use crate::features::{Move, Step};
use crate::formats::json::{DocumentError, read_document};
use crate::ids::{Collection, FeatureId, RequestId};
use crate::text::plain;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

/// Characters of a reason.
const REASON: usize = 500;

/// What is done with an event.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Archive,
    Cancel,
    Postpone,
    Publish,
    Reinstate,
    Restore,
    Unschedule,
}

/// A body without members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingBody {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonBody {
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishBody {
    at: Option<String>,
}

impl Deed {
    /// The step that it is, as the body says.
    fn read(self, body: &[u8]) -> Result<Step, DocumentError> {
        let nothing_said = || read_document(body).map(|NothingBody {}| None);
        let (to, reason) = match self {
            Self::Archive => (Move::Archive, nothing_said()?),
            Self::Cancel => (Move::Cancel, reason_of(body)?),
            Self::Postpone => (Move::Postpone, reason_of(body)?),
            Self::Publish => (publish(body)?, None),
            Self::Reinstate => (Move::Reinstate, nothing_said()?),
            Self::Restore => (Move::Restore, nothing_said()?),
            Self::Unschedule => (Move::Unschedule, nothing_said()?),
        };
        Ok(Step { to, reason })
    }
}

fn publish(body: &[u8]) -> Result<Move, DocumentError> {
    let PublishBody { at } = read_document(body)?;
    let Some(text) = at else { return Ok(Move::Publish) };
    let at = field::instant(&text).map(Move::PublishAt);
    at.ok_or_else(|| DocumentError::at("/at", Kind::Instant.mismatch(&text)))
}

/// The reason that a body gives.
fn reason_of(body: &[u8]) -> Result<Option<Box<str>>, DocumentError> {
    let ReasonBody { reason } = read_document(body)?;
    read_reason(reason.as_deref())
}

fn read_reason(text: Option<&str>) -> Result<Option<Box<str>>, DocumentError> {
    let plain = text.map(|text| plain(text, REASON)).transpose();
    plain.map_err(|cause| DocumentError::at("/reason", cause))
}

#[expect(clippy::too_many_arguments, reason = "what axum takes a request apart into")]
pub(super) async fn carry_out(
    deed: Deed,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (id, version, step) = (named(&path, Collection::Events)?, seen(&headers)?, deed.read(&body)?);
    let aim = Aim { collection: Collection::Events, id, expected: Expected::Version(version) };
    let command = Command::Event(EventCommand::Move { aim, step });
    let by = By::Actor(admitted.permit.clone());
    match site.app().execute(command, by, request).await? {
        Outcome::Written { item, .. } | Outcome::Unchanged { item } => {
            Ok(event_answer(&site, item, &admitted.permit, &[]))
        }
        other => Err(Problem::unheard_of(other)),
    }
}

/// The id in the address. An address that could name nothing is 404, as one that names nothing.
fn named(path: &PathParts, collection: Collection) -> Result<FeatureId, Problem> {
    let id = path.get("id");
    let none = |_| Problem::new(&NOT_FOUND, format!("{collection}/{} does not exist", quoted(id)));
    FeatureId::new(id).map_err(none)
}
