//! `/v1/moderation/batches`: decisions about many promotions, which one moderator proposes and another confirms.
use super::read_reason;
use crate::access::By;
use crate::catalogue::{BatchDecision, BatchedPromotion, DecisionBatch};
use crate::command::{BatchCommand, BatchRefusal, Command, NewBatch, Outcome, Refusal};
use crate::features::Moderation;
use crate::formats::json::{
    DocumentError, content_hash, read_document, write_instant, write_instant_or_null, write_key, write_text,
};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::json::uncached;
use crate::http::paging::{place, resumed, write_end, write_list, write_number};
use crate::http::path::PathParts;
use crate::http::problem::{NOT_FOUND, Problem};
use crate::http::query::{Query, shown};
use crate::ids::{BatchId, FeatureId, RequestId};
use crate::snapshot::Snapshot;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::Arc;

pub(super) const BATCHES: &str = "/v1/moderation/batches";
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenBatch {
    decision: String,
    reason: Option<String>,
    promotions: Vec<GivenPromotion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenPromotion {
    id: String,
    content_hash: Box<str>,
}

impl GivenBatch {
    fn read(&self) -> Result<NewBatch, DocumentError> {
        let decision = match (self.decision.as_str(), self.reason.as_deref()) {
            ("approve", None) => BatchDecision::Approve,
            ("approve", Some(_)) => {
                return Err(DocumentError::at("/reason", "is given, but what is approved needs none"));
            }
            ("reject", Some(reason)) => BatchDecision::Reject { reason: read_reason(reason)? },
            ("reject", None) => return Err(DocumentError::at("/reason", "is missing: say why not")),
            (other, _) => {
                let names = BatchDecision::NAMES.join(", ");
                let cause = format!("`{}` is not one of {names}", shown(other));
                return Err(DocumentError::at("/decision", cause));
            }
        };
        let given = self.promotions.len();
        if !(1..=DecisionBatch::PROMOTIONS).contains(&given) {
            let cause = format!("has {given} entries, expected 1 to {}", DecisionBatch::PROMOTIONS);
            return Err(DocumentError::at("/promotions", cause));
        }
        let (mut known, mut promotions) = (HashSet::new(), Vec::with_capacity(given));
        for (n, GivenPromotion { id, content_hash }) in self.promotions.iter().enumerate() {
            let pointer = format!("/promotions/{n}/id");
            let id = FeatureId::new(id).map_err(|cause| DocumentError::at(&pointer, cause))?;
            if !known.insert(id.clone()) {
                return Err(DocumentError::at(&pointer, format!("`{id}` is there twice")));
            }
            promotions.push((id, content_hash.clone()));
        }
        Ok(NewBatch { id: BatchId::fresh(), decision, promotions })
    }
}

pub(super) async fn propose(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given: GivenBatch = read_document(&body)?;
    let (batch, anew) = carried_out(&site, admitted, request, BatchCommand::Propose(given.read()?)).await?;
    let mut response = answered(&site, &batch);
    if anew {
        *response.status_mut() = StatusCode::CREATED;
        let location = HeaderValue::try_from(address(&site, batch.id)).expect("an address of ASCII");
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) async fn waiting(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["cursor", "limit"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = resumed(BATCHES, &parameters, |text| place(text, |id| BatchId::new(id).ok()))?;
    let mut page = site.app().waiting_batches(after, i64::try_from(limit + 1).unwrap_or(i64::MAX)).await?;
    let more = limit < page.len();
    page.truncate(limit);
    let next = page
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}", last.proposed_at.timestamp_millis(), last.id));
    page.retain(|batch| batch.beyond(|target| admitted.permit.covers(target)).is_none());
    let snapshot = site.app().snapshot();
    let mut out = b"{\"batches\":".to_vec();
    write_list(&mut out, &page, |out, batch| write_one(out, &site, &snapshot, batch));
    write_end(&mut out, &site, BATCHES, &parameters, next);
    Ok(uncached(out))
}

pub(super) async fn one(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let id = named(&path)?;
    let batch = site.app().batch(id).await?.ok_or_else(|| refused(BatchRefusal::NotFound(id)))?;
    if let Some((number, id)) = batch.beyond(|target| admitted.permit.covers(target)) {
        let why = Box::new(Refusal::Batch(BatchRefusal::Own(id.clone())));
        return Err(refused(BatchRefusal::Promotion { number, why }));
    }
    Ok(answered(&site, &batch))
}

pub(super) async fn confirm(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let command = BatchCommand::Confirm(named(&path)?);
    let (batch, _) = carried_out(&site, admitted, request, command).await?;
    Ok(answered(&site, &batch))
}

pub(super) async fn discard(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    carried_out(&site, admitted, request, BatchCommand::Discard(named(&path)?)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn carried_out(
    site: &Site,
    admitted: Admitted,
    request: RequestId,
    command: BatchCommand,
) -> Result<(Arc<DecisionBatch>, bool), Problem> {
    match site.app().execute(Command::Moderate(command), By::Actor(admitted.permit), request).await? {
        Outcome::Batch { batch, anew } => Ok((batch, anew)),
        other => Err(Problem::unheard_of(other)),
    }
}

fn refused(refusal: BatchRefusal) -> Problem {
    Refusal::Batch(refusal).into()
}

/// The id in the address. An address that could name nothing is 404, as one that names nothing.
fn named(path: &PathParts) -> Result<BatchId, Problem> {
    let id = path.get("id");
    BatchId::new(id).map_err(|_| Problem::new(&NOT_FOUND, format!("there is no batch `{}`", shown(id))))
}

fn address(site: &Site, id: BatchId) -> String {
    site.url(&format!("{BATCHES}/{id}"))
}

/// The answer of one batch.
fn answered(site: &Site, batch: &DecisionBatch) -> Response {
    let mut out = vec![b'{'];
    write_one(&mut out, site, &site.app().snapshot(), batch);
    out.push(b'}');
    uncached(out)
}

fn write_one(out: &mut Vec<u8>, site: &Site, snapshot: &Snapshot, batch: &DecisionBatch) {
    let confirmed = batch.confirmed.as_ref();
    write_text(out, "id", Some(&batch.id.to_string()));
    write_text(out, "decision", Some(batch.decision.name()));
    write_text(out, "reason", batch.decision.reason());
    write_key(out, "promotions");
    write_list(out, &batch.promotions, |out, promotion| {
        write_promotion(out, site, snapshot, promotion);
    });
    write_text(out, "proposed_by", Some(&batch.proposed_by));
    write_key(out, "proposed_at");
    write_instant(out, batch.proposed_at);
    write_key(out, "expires_at");
    write_instant(out, batch.expires_at());
    write_text(out, "confirmed_by", confirmed.map(|confirmation| &*confirmation.by));
    write_key(out, "confirmed_at");
    write_instant_or_null(out, confirmed.map(|confirmation| confirmation.at));
    write_text(out, "href", Some(&address(site, batch.id)));
}

fn write_promotion(out: &mut Vec<u8>, site: &Site, snapshot: &Snapshot, promotion: &BatchedPromotion) {
    let BatchedPromotion { id, content_hash: seen, name, organisation, decided } = promotion;
    write_text(out, "id", Some(id.as_str()));
    write_text(out, "name", Some(name));
    write_text(out, "organisation", organisation.as_deref());
    write_text(out, "content_hash", Some(seen));
    write_key(out, "still_as_proposed");
    let still = snapshot.offers().offer(id).is_some_and(|offer| {
        let promotion = offer.promotion();
        promotion.moderation() == Moderation::Submitted && *content_hash(&promotion) == **seen
    });
    let still = match decided {
        Some(_) => "null",
        None if still => "true",
        None => "false",
    };
    out.extend_from_slice(still.as_bytes());
    match decided {
        Some(version) => write_number(out, "decided_version", version.0),
        None => write_number(out, "decided_version", "null"),
    }
    write_text(out, "href", Some(&site.url(&format!("/v1/promotions/{id}"))));
}
