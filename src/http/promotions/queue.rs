//! `GET /v1/moderation`: what waits to be looked at, the oldest first, each with what it changes and what was decided before.
use crate::access::Target;
use crate::features::schema::{self, promotion_at as at};
use crate::formats::json::{
    content_hash, write_instant, write_instant_or_null, write_key, write_string, write_text, write_value,
};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::json::uncached;
use crate::http::paging::{place, resumed, write_end, write_list, write_number};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::{Collection, FeatureId};
use crate::snapshot::{Offer, Responses};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use std::sync::Arc;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
const MODERATION: &str = "/v1/moderation";

pub(in crate::http) async fn queue(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["cursor", "limit"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = resumed(MODERATION, &parameters, |text| place(text, |id| FeatureId::new(id).ok()))?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let reached = |offer: &&Arc<Offer>| {
        admitted.permit.covers(&Target::Promotion(offer.promotion().organisation(), true))
    };
    let all: Vec<&Arc<Offer>> = snapshot.offers().waiting().into_iter().filter(reached).collect();
    let behind = |offer: &&&Arc<Offer>| {
        after.as_ref().is_none_or(|(since, id)| {
            (Some(*since), id) < (offer.promotion().submitted_at(), offer.item.feature.id())
        })
    };
    let mut page: Vec<&Arc<Offer>> = all.iter().filter(behind).take(limit + 1).copied().collect();
    let more = limit < page.len();
    page.truncate(limit);
    let mut out = b"{\"waiting\":".to_vec();
    write_list(&mut out, &page, |out, offer| write_one(out, &site, offer));
    write_number(&mut out, "number_waiting", all.len());
    write_responses(&mut out, &snapshot.offers().responses(now));
    let next = page.last().filter(|_| more).and_then(|last| {
        let since = last.promotion().submitted_at()?.timestamp_millis();
        Some(format!("{since}.{}", last.item.feature.id()))
    });
    write_end(&mut out, &site, MODERATION, &parameters, next);
    Ok(uncached(out))
}

fn write_one(out: &mut Vec<u8>, site: &Site, offer: &Offer) {
    let (promotion, id) = (offer.promotion(), offer.item.feature.id());
    write_text(out, "id", Some(id.as_str()));
    write_text(out, "name", Some(offer.item.feature.name()));
    write_text(out, "organisation", promotion.organisation());
    write_text(out, "business", Some(promotion.business().as_str()));
    write_text(out, "business_name", offer.own.feature.fields().text(at::BUSINESS_NAME));
    write_key(out, "submitted_at");
    write_instant_or_null(out, promotion.submitted_at());
    write_text(out, "content_hash", Some(&content_hash(&promotion)));
    write_differences(out, offer);
    write_key(out, "decisions");
    let field = &schema::fields(Collection::Promotions)[at::DECISIONS];
    write_value(out, &field.kind, promotion.feature().fields().get(at::DECISIONS));
    write_number(out, "version", offer.item.version.0);
    write_text(out, "href", Some(&site.url(&format!("/v1/promotions/{id}"))));
}

/// Appends the member `differences`: each member of the content that is not as it was approved last, or at all.
fn write_differences(out: &mut Vec<u8>, offer: &Offer) {
    let promotion = offer.promotion();
    let (approved, submitted) = (promotion.approved(), promotion.feature().fields());
    let table = schema::fields(Collection::Promotions);
    let value_before = |number: usize| approved.and_then(|approved| approved.get(number));
    let changed: Vec<usize> =
        (0..at::CONTENT).filter(|number| value_before(*number) != submitted.get(*number)).collect();
    write_key(out, "differences");
    write_list(out, &changed, |out, number| {
        let field = &table[*number];
        write_key(out, "field");
        write_string(out, field.name);
        write_key(out, "approved");
        write_value(out, &field.kind, value_before(*number));
        write_key(out, "submitted");
        write_value(out, &field.kind, submitted.get(*number));
    });
}

/// Appends how long businesses have waited for a decision.
fn write_responses(out: &mut Vec<u8>, responses: &Responses) {
    write_key(out, "responses");
    out.push(b'{');
    write_key(out, "since");
    write_instant(out, responses.since);
    write_number(out, "decided", responses.decided);
    for (name, span) in [("median_s", responses.median), ("ninetieth_percentile_s", responses.ninetieth)] {
        write_key(out, name);
        match span {
            Some(span) => out.extend_from_slice(span.num_seconds().to_string().as_bytes()),
            None => out.extend_from_slice(b"null"),
        }
    }
    write_key(out, "oldest_submitted_at");
    write_instant_or_null(out, responses.oldest);
    out.push(b'}');
}
