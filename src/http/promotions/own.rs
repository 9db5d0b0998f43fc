//! Promotions as their organisation sees them: drafts, and what was decided, too.
use super::named;
use crate::access::{By, Permit, Target};
use crate::catalogue::Item;
use crate::features::{Moderation, Promotion};
use crate::formats::json::{write_instant, write_instant_or_null, write_key, write_text};
use crate::http::Site;
use crate::http::answer::{Answer, Link, write_context, write_links};
use crate::http::auth::Admitted;
use crate::http::edits::written;
use crate::http::json::{GEOJSON, JSON, uncached};
use crate::http::paging::{resumed, write_end, write_list, write_number};
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::{Query, invalid};
use crate::ids::{Collection, FeatureId, OrganisationId};
use crate::snapshot::Offer;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use std::sync::Arc;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
const PROMOTIONS: &str = "/v1/promotions";

pub(in crate::http) async fn promotions(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["cursor", "limit", "moderation", "organisation"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = resumed(PROMOTIONS, &parameters, |id| FeatureId::new(id).ok())?;
    let moderations = moderations(&parameters)?;
    let organisation = parameters.get("organisation");
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let is_asked = |offer: &&Arc<Offer>| {
        let promotion = offer.promotion();
        admitted.permit.covers(&Target::Promotion(promotion.organisation(), promotion.was_submitted()))
            && after.as_ref().is_none_or(|after| after < promotion.feature().id())
            && moderations.contains(&promotion.moderation())
            && organisation.is_none_or(|organisation| promotion.organisation() == Some(organisation))
    };
    let mut found: Vec<&Arc<Offer>> = snapshot.offers().all().filter(is_asked).collect();
    found.sort_unstable_by(|a, b| a.item.feature.id().cmp(b.item.feature.id()));
    let more = limit < found.len();
    found.truncate(limit);
    let mut out = b"{\"promotions\":".to_vec();
    write_list(&mut out, &found, |out, offer| write_one(out, &site, offer, now));
    let next = found.last().filter(|_| more).map(|last| last.item.feature.id().to_string());
    write_end(&mut out, &site, PROMOTIONS, &parameters, next);
    Ok(uncached(out))
}

/// How far those that are asked for have been looked at.
fn moderations(parameters: &Query<'_>) -> Result<Vec<Moderation>, Problem> {
    const ALL: [Moderation; 4] =
        [Moderation::Draft, Moderation::Submitted, Moderation::Approved, Moderation::Rejected];
    let Some(value) = parameters.get("moderation") else { return Ok(ALL.to_vec()) };
    let one = |name: &str| {
        let expected = "one or more of draft, submitted, approved, rejected";
        Moderation::named(name).ok_or_else(|| invalid("moderation", name, expected))
    };
    value.split(',').map(one).collect()
}

fn write_one(out: &mut Vec<u8>, site: &Site, offer: &Offer, now: DateTime<Utc>) {
    let (promotion, item) = (offer.promotion(), &offer.item);
    let id = item.feature.id();
    write_text(out, "id", Some(id.as_str()));
    write_text(out, "name", Some(item.feature.name()));
    write_text(out, "organisation", promotion.organisation());
    write_text(out, "business", Some(promotion.business().as_str()));
    write_text(out, "moderation", Some(promotion.moderation().name()));
    write_text(out, "lifecycle", Some(promotion.lifecycle(now).name()));
    write_key(out, "public");
    let public = offer.shown.is_some() && promotion.holds(now);
    out.extend_from_slice(if public { b"true" } else { b"false" });
    for (name, at) in [
        ("submitted_at", promotion.submitted_at()),
        ("valid_from", Some(promotion.window().0)),
        ("valid_through", Some(promotion.window().1)),
    ] {
        write_key(out, name);
        write_instant_or_null(out, at);
    }
    write_number(out, "version", item.version.0);
    write_key(out, "updated_at");
    write_instant(out, item.updated_at);
    write_text(out, "href", Some(&site.url(&format!("{PROMOTIONS}/{id}"))));
}

pub(in crate::http) async fn promotion(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let offer = site.app().promotion(&By::Actor(admitted.permit.clone()), &named(&path)?)?;
    Ok(promotion_answer(&site, offer.item.clone(), &admitted.permit))
}

/// The promotion that `item` is, as `permit` may see it before everybody does: of that very version, whatever has become of it
/// since.
pub(in crate::http) fn promotion_answer(site: &Site, item: Arc<Item>, permit: &Permit) -> Response {
    let promotion = Promotion::of(&item.feature);
    let own = promotion.filter(|promotion| {
        promotion.organisation().is_some()
            && permit.organisation().map(OrganisationId::as_str) == promotion.organisation()
    });
    let item = match own {
        Some(own) => Arc::new(Item { feature: Arc::new(own.unsigned()), ..(*item).clone() }),
        None => item,
    };
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let (id, version) = (item.feature.id().clone(), item.version);
    let mut out = Vec::with_capacity(4 * 1024);
    let mut answered = snapshot.render(item, now, &mut out);
    write_context(&mut out, &snapshot, &[Collection::Promotions], now, &mut answered);
    let (own, about) = (site.url(PROMOTIONS), site.url("/v1/collections/promotions"));
    let this = format!("{own}/{id}");
    let links = [
        Link { rel: "self", media: GEOJSON, href: &this, title: "This promotion" },
        Link { rel: "up", media: JSON, href: &own, title: "The promotions of the organisation" },
        Link { rel: "collection", media: JSON, href: &about, title: "The collection" },
    ];
    write_links(&mut out, &snapshot, &links);
    out.push(b'}');
    written(Answer { version: Some(version.0), ..Answer::new(GEOJSON, out, answered) }, now)
}
