//! `/v1/promotions`: what an organisation offers, seen by itself, and what is done with it; `/v1/moderation`: what waits to be
//! looked at. What readers see are items of the collection `promotions`.
mod batches;
mod counts;
mod own;
mod queue;
mod robots;

pub(super) use counts::Tallies;
pub(super) use own::promotion_answer;

use super::Site;
use super::auth::Admitted;
use super::body::{Given, Takes};
use super::flight::Class;
use super::path::PathParts;
use super::precondition::seen;
use super::problem::{NOT_FOUND, Problem};
use super::query::{Query, shown};
use super::routes::{Operation, operation, see, staff};
use crate::access::By;
use crate::command::{Aim, Command, CountKind, DecidePromotion, Expected, Outcome};
use crate::features::PromotionStep;
use crate::formats::json::{DocumentError, read_document};
use crate::ids::{Collection, FeatureId, RequestId};
use crate::text::plain;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;

/// Characters of a reason.
const REASON: usize = 500;

/// What is done with a promotion.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Approve,
    Reject,
    Submit,
    Withdraw,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingBody {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApproveBody {
    content_hash: Box<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RejectBody {
    content_hash: Box<str>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    reason: Option<String>,
}

impl Deed {
    /// The step that it is, and the content that it is about, as the body says.
    fn read(self, body: &[u8]) -> Result<(PromotionStep, Option<Box<str>>), DocumentError> {
        Ok(match self {
            Self::Submit => {
                let NothingBody {} = read_document(body)?;
                (PromotionStep::Submit, None)
            }
            Self::Approve => {
                let ApproveBody { content_hash } = read_document(body)?;
                (PromotionStep::Approve, Some(content_hash))
            }
            Self::Reject => {
                let RejectBody { content_hash, reason } = read_document(body)?;
                (PromotionStep::Reject { reason: read_reason(&reason)? }, Some(content_hash))
            }
            Self::Withdraw => {
                let WithdrawBody { reason } = read_document(body)?;
                let reason = reason.as_deref().map(read_reason).transpose()?;
                (PromotionStep::Withdraw { reason }, None)
            }
        })
    }
}

fn read_reason(text: &str) -> Result<Box<str>, DocumentError> {
    plain(text, REASON).map_err(|cause| DocumentError::at("/reason", cause))
}

/// What is asked of promotions, and done with them.
pub(super) fn operations() -> Vec<Operation> {
    let deed = |deed, path, takes| {
        staff(Method::POST, path, takes, move |site, path, query, admitted, request, headers, given| {
            carry_out(deed, site, path, query, admitted, request, headers, given)
        })
    };
    // Everybody's, so neither the room of patrols nor that of who asks for something.
    let counted = |kind, path| {
        operation(
            Method::POST,
            path,
            Class::Count,
            Takes::Document,
            move |site, path, query, client, request, headers, given| {
                counts::count(kind, site, path, query, client, request, headers, given)
            },
        )
    };
    vec![
        see("/v1/moderation", queue::queue),
        see(batches::BATCHES, batches::waiting),
        staff(Method::POST, batches::BATCHES, Takes::Document, batches::propose),
        see("/v1/moderation/batches/{id}", batches::one),
        staff(Method::DELETE, "/v1/moderation/batches/{id}", Takes::Nothing, batches::discard),
        staff(Method::POST, "/v1/moderation/batches/{id}/confirm", Takes::Nothing, batches::confirm),
        see("/v1/promotions", own::promotions),
        see("/v1/promotions/{id}", own::promotion),
        deed(Deed::Approve, "/v1/promotions/{id}/approve", Takes::Document),
        counted(CountKind::Click, "/v1/promotions/{id}/clicks"),
        see("/v1/promotions/{id}/counts", counts::counts),
        deed(Deed::Reject, "/v1/promotions/{id}/reject", Takes::Document),
        deed(Deed::Submit, "/v1/promotions/{id}/submit", Takes::OptionalDocument),
        deed(Deed::Withdraw, "/v1/promotions/{id}/withdraw", Takes::OptionalDocument),
        counted(CountKind::View, "/v1/promotions/{id}/views"),
    ]
}

#[expect(clippy::too_many_arguments, reason = "what axum takes a request apart into")]
async fn carry_out(
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
    let (id, version) = (named(&path)?, seen(&headers)?);
    let (step, content_hash) = deed.read(&body)?;
    let aim = Aim { collection: Collection::Promotions, id, expected: Expected::Version(version) };
    let command = Command::DecidePromotion(DecidePromotion { aim, step, content_hash });
    let permit = admitted.permit;
    match site.app().execute(command, By::Actor(permit.clone()), request).await? {
        Outcome::Written { item, .. } | Outcome::Unchanged { item } => {
            Ok(promotion_answer(&site, item, &permit))
        }
        other => Err(Problem::unheard_of(other)),
    }
}

/// The id in the address. An address that could name nothing is 404, as one that names nothing.
fn named(path: &PathParts) -> Result<FeatureId, Problem> {
    let id = path.get("id");
    let none = |_| Problem::new(&NOT_FOUND, format!("promotions/{} does not exist", shown(id)));
    FeatureId::new(id).map_err(none)
}
