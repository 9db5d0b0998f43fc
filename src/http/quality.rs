//! `GET /v1/quality`: what staff should look at, each their own.
use super::Site;
use super::auth::Admitted;
use super::json::uncached;
use super::paging::{resumed, write_end, write_list, write_number};
use super::problem::Problem;
use super::query::{Query, invalid};
use crate::access::Target;
use crate::features::Feature;
use crate::formats::json::{write_key, write_string};
use crate::ids::{Collection, FeatureId};
use crate::snapshot::{Detail, Finding, Findings, Flawed, Quality, QualityQuery};
use axum::extract::{RawQuery, State};
use axum::response::Response;

const PATH: &str = "/v1/quality";
const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1_000;
/// After how many months a check on the ground is too old when nobody says, and at most.
const MONTHS: [u32; 2] = [12, 120];

pub(super) async fn quality(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["collection", "cursor", "finding", "limit", "months"])?;
    let query = question(&parameters)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let months = query.months;
    // Too long, where there are many, for a thread that others wait for.
    let looked = site.app().looked(move || {
        let reached =
            |place: &Feature| admitted.permit.covers(&Target::Place(place.collection(), place.id()));
        snapshot.quality(&query, now, reached)
    });
    let quality = looked.await?;
    Ok(uncached(written(&site, &parameters, months, &quality)))
}

fn question(parameters: &Query<'_>) -> Result<QualityQuery, Problem> {
    let finding = parameters.get("finding").map(|name| {
        let names = Finding::ALL.map(Finding::name).join(", ");
        Finding::named(name).ok_or_else(|| invalid("finding", name, format_args!("one of {names}")))
    });
    let own = parameters.get("collection").map(|name| {
        let names = Collection::ALL.map(Collection::name).join(", ");
        Collection::named(name).ok_or_else(|| invalid("collection", name, format_args!("one of {names}")))
    });
    let [usual, most] = MONTHS;
    let months = parameters.get("months").map(|text| {
        let months = text.parse().ok().filter(|months| (1..=most).contains(months) && !text.starts_with('+'));
        months.ok_or_else(|| invalid("months", text, format_args!("a whole number from 1 to {most}")))
    });
    Ok(QualityQuery {
        collection: own.transpose()?,
        finding: finding.transpose()?,
        months: months.transpose()?.unwrap_or(usual),
        after: resumed(PATH, parameters, behind)?,
        limit: parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?,
    })
}

/// Where a page ends: the findings of its last one, the collection and the id.
fn behind(cursor: &str) -> Option<(Findings, Collection, FeatureId)> {
    let (findings, rest) = cursor.split_once('.')?;
    let (collection, id) = rest.split_once('.')?;
    Some((Findings(findings.parse().ok()?), Collection::named(collection)?, FeatureId::new(id).ok()?))
}

fn written(site: &Site, parameters: &Query<'_>, months: u32, quality: &Quality) -> Vec<u8> {
    let mut out = vec![b'{'];
    write_number(&mut out, "looked_at", quality.looked_at);
    write_number(&mut out, "months", months);
    write_key(&mut out, "counts");
    out.push(b'{');
    for (finding, count) in Finding::ALL.into_iter().zip(quality.counts) {
        write_number(&mut out, finding.name(), count);
    }
    out.push(b'}');
    write_key(&mut out, "items");
    write_list(&mut out, &quality.flawed, |out, flawed| write_flawed(out, site, flawed));
    write_number(&mut out, "numberReturned", quality.flawed.len());
    write_number(&mut out, "numberMatched", quality.matched);
    let last = quality.flawed.last().filter(|_| quality.more);
    let after = last.map(|last| format!("{}.{}.{}", last.findings.0, last.collection, last.id));
    write_end(&mut out, site, PATH, parameters, after);
    out
}

fn write_flawed(out: &mut Vec<u8>, site: &Site, flawed: &Flawed) {
    let Flawed { collection, id, name, .. } = flawed;
    let href = site.url(&format!("/v1/collections/{collection}/items/{id}"));
    for (member, text) in
        [("collection", collection.name()), ("id", id.as_str()), ("name", name), ("href", &href)]
    {
        write_key(out, member);
        write_string(out, text);
    }
    write_key(out, "findings");
    write_list(out, &flawed.details, |out, Detail { finding, text, other }| {
        for (member, text) in [
            ("finding", Some(finding.name())),
            ("detail", Some(text.as_str())),
            ("other", other.as_ref().map(FeatureId::as_str)),
        ] {
            if let Some(text) = text {
                write_key(out, member);
                write_string(out, text);
            }
        }
    });
}
