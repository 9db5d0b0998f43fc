//! `GET /v1/collections/{collection}/items` and one item of it, as OGC API – Features has them.
use super::Site;
use super::answer::{Answer, Link, open_collection, write_context, write_links};
use super::during;
use super::feeds::linked;
use super::json::GEOJSON;
use super::nearby::seed;
use super::path::PathParts;
use super::problem::{INVALID_CURSOR, INVALID_PARAMETER, NOT_FOUND, Problem};
use super::query::{Query, invalid, number};
use super::whose;
use crate::ids::{Collection, FeatureId};
use crate::snapshot::{After, Answered, During, Filter, ItemsQuery, Seed, Snapshot, SortBy};
use crate::spatial::BBox;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use std::fmt::Write;
use std::sync::LazyLock;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1_000;
/// What CRS84 is called; the only system of coordinates that is answered.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const OWN: [&str; 8] = ["bbox", "bbox-crs", "crs", "cursor", "datetime", "f", "limit", "q"];
/// Those that are of what is on alone.
const OF_DATES: [&str; 2] = ["sortby", "when"];
/// Those that are of what is offered alone.
const OF_OFFERS: [&str; 2] = ["seed", "when"];

/// Every parameter, by collection: those of the operation, then the fields that can be asked for.
static KNOWN: LazyLock<[Vec<&'static str>; Collection::ALL.len()]> = LazyLock::new(|| {
    Collection::ALL.map(|collection| {
        let of_dates = OF_DATES.iter().filter(|_| is_dated(collection));
        let of_offers = OF_OFFERS.iter().filter(|_| collection == Collection::Promotions);
        OWN.iter().chain(of_dates).chain(of_offers).chain(Filter::names(collection)).copied().collect()
    })
});

pub(super) async fn items(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    page(&site, path.get("collection"), raw.as_deref(), &headers)
}

/// The page of the collection called `name` that the query `raw` asks for.
pub(super) fn page(
    site: &Site,
    name: &str,
    raw: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection(name)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let parameters = Query::read(raw, &KNOWN[collection as usize])?;
    let (query, valid_until) = asked(&parameters, collection, (site, &snapshot), now)?;
    let own = site.url(&format!("/v1/collections/{collection}/items"));
    let behind = |after: After| {
        let cursor = query.cursor(after).to_string();
        let mut pairs: Vec<(&str, &str)> = parameters.iter().filter(|(name, _)| *name != "cursor").collect();
        let drawn = drawn(&query).map(|seed| seed.to_string());
        // The next page is one of the same draw.
        pairs.extend(drawn.iter().filter(|_| parameters.get("seed").is_none()).map(|seed| ("seed", &**seed)));
        pairs.push(("cursor", &cursor));
        with_query(&own, &pairs)
    };
    if linked::is_asked(collection, &parameters, headers) {
        // Each is a document of its own, with its next dates.
        let query = ItemsQuery { limit: query.limit.min(DEFAULT_LIMIT), ..query.clone() };
        let (items, next) = snapshot.listed(&query, now);
        let ids: Vec<FeatureId> = items.into_iter().map(|item| item.feature.id().clone()).collect();
        let mut answered = snapshot.answered(collection, now);
        answered.expire(valid_until);
        return Ok(linked::page((site, &snapshot), &ids, next.map(behind), answered, headers, now));
    }
    let mut out = open_collection(64 * 1024);
    let mut found = snapshot.items(&query, now, &mut out);
    found.answered.expire(valid_until);
    out.extend_from_slice(b"],\"numberReturned\":");
    out.extend_from_slice(found.returned.to_string().as_bytes());
    if let Some(matched) = found.matched {
        out.extend_from_slice(b",\"numberMatched\":");
        out.extend_from_slice(matched.to_string().as_bytes());
    }
    if let Some(seed) = drawn(&query) {
        out.extend_from_slice(b",\"seed\":");
        out.extend_from_slice(seed.to_string().as_bytes());
        if parameters.get("seed").is_none() {
            found.answered.expire(Seed::next_minute(now));
        }
    }
    write_context(&mut out, &snapshot, &[collection], now, &mut found.answered);
    let this = with_query(&own, &parameters.iter().collect::<Vec<_>>());
    let next = found.next.map(behind);
    let mut links = vec![Link { rel: "self", media: GEOJSON, href: &this, title: "This page" }];
    links.extend(next.iter().map(|href| Link { rel: "next", media: GEOJSON, href, title: "The next page" }));
    let about = site.url(&format!("/v1/collections/{collection}"));
    links.push(Link { rel: "collection", media: super::json::JSON, href: &about, title: "The collection" });
    write_links(&mut out, &snapshot, &links);
    out.push(b'}');
    let answer = Answer { negotiated: is_dated(collection), ..Answer::new(GEOJSON, out, found.answered) };
    Ok(answer.respond(headers, now))
}

pub(super) async fn item(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    one(&site, path.get("collection"), path.get("id"), raw.as_deref(), &headers)
}

/// The item called `id` of the collection called `name`.
pub(super) fn one(
    site: &Site,
    name: &str,
    id: &str,
    raw: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection(name)?;
    let parameters = Query::read(raw, &["crs", "f"])?;
    format(&parameters, collection)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    if linked::is_asked(collection, &parameters, headers)
        && let Ok(id) = FeatureId::new(id)
        && let Some(item) = snapshot.collection(collection).item(&id)
    {
        let (version, answered) = (item.version.0, snapshot.answered(collection, now));
        if let Some(response) = linked::one((site, &snapshot), &id, version, answered, headers, now) {
            return Ok(response);
        }
    }
    let mut out = Vec::with_capacity(4 * 1024);
    let Some((mut answered, version)) = snapshot.collection(collection).feature(id, now, &mut out) else {
        return Err(Problem::new(
            &NOT_FOUND,
            format!("{collection} has no item `{}`", super::query::shown(id)),
        ));
    };
    close_item(&mut out, site, &snapshot, collection, id, now, &mut answered);
    let negotiated = is_dated(collection);
    let answer = Answer { version: Some(version), negotiated, ..Answer::new(GEOJSON, out, answered) };
    Ok(answer.respond(headers, now))
}

/// Appends what an answer of one feature has besides, and its last brace.
pub(super) fn close_item(
    out: &mut Vec<u8>,
    site: &Site,
    snapshot: &Snapshot,
    collection: Collection,
    id: &str,
    now: DateTime<Utc>,
    answered: &mut Answered,
) {
    write_context(out, snapshot, &[collection], now, answered);
    let about = site.url(&format!("/v1/collections/{collection}"));
    let this = format!("{about}/items/{id}");
    write_links(
        out,
        snapshot,
        &[
            Link { rel: "self", media: GEOJSON, href: &this, title: "This item" },
            Link { rel: "collection", media: super::json::JSON, href: &about, title: "The collection" },
        ],
    );
    out.push(b'}');
}

/// The collection called `name`.
pub(super) fn collection(name: &str) -> Result<Collection, Problem> {
    let shown = super::query::shown(name);
    Collection::named(name)
        .ok_or_else(|| Problem::new(&NOT_FOUND, format!("there is no collection `{shown}`")))
}

/// The question that the parameters ask of `collection` at `now`, and until when they mean the same.
pub(super) fn asked(
    parameters: &Query<'_>,
    collection: Collection,
    (site, snapshot): (&Site, &Snapshot),
    now: DateTime<Utc>,
) -> Result<(ItemsQuery, Option<DateTime<Utc>>), Problem> {
    let asked = during::asked(parameters, snapshot, now)?;
    let query = question(parameters, collection, asked.map(|asked| asked.during), now)?;
    if is_dated(collection) || matches!(collection, Collection::Promotions | Collection::Businesses) {
        whose::check(site, snapshot, parameters)?;
    }
    Ok((query, asked.and_then(|asked| asked.valid_until)))
}

/// The question that the parameters ask of `collection`, for what is at some time in `during`.
fn question(
    parameters: &Query<'_>,
    collection: Collection,
    during: Option<During>,
    now: DateTime<Utc>,
) -> Result<ItemsQuery, Problem> {
    format(parameters, collection)?;
    let mut filter = Filter::default();
    for (name, value) in parameters.iter().filter(|(name, _)| Filter::names(collection).contains(name)) {
        let added = filter.add(name, value, &[collection]);
        added.map_err(|error| Problem::parameter(&INVALID_PARAMETER, name, error.to_string()))?;
    }
    let q = parameters.get("q").map(|q| {
        let searchable = q.chars().count() <= 120 && !crate::text::folded(q).is_empty();
        searchable
            .then(|| q.to_owned())
            .ok_or_else(|| invalid("q", q, "words to look for, of at most 120 characters"))
    });
    let mut query = ItemsQuery {
        collection,
        bbox: parameters.get("bbox").map(bbox).transpose()?,
        q: q.transpose()?,
        filter,
        // Places have no time of their own, so every one matches whatever is asked; junk is junk all the same.
        during,
        when: parameters.get("when").map(ToOwned::to_owned),
        sort: match parameters.get("sortby") {
            None if collection == Collection::Promotions => {
                SortBy::Fair(seed(parameters)?.unwrap_or_else(|| Seed::of_minute(now)))
            }
            None | Some("id") => SortBy::Id,
            Some("starts_at") => SortBy::StartsAt,
            Some(value) => return Err(invalid("sortby", value, "`id` or `starts_at`")),
        },
        after: None,
        limit: parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?,
    };
    if let Some(cursor) = parameters.get("cursor") {
        let resumed = query.resume(cursor);
        resumed
            .map_err(|error| Problem::parameter(&INVALID_CURSOR, "cursor", format!("the cursor {error}")))?;
    }
    Ok(query)
}

/// The seed of the draw that a question is answered by.
fn drawn(query: &ItemsQuery) -> Option<u32> {
    match query.sort {
        SortBy::Fair(Seed(seed)) => Some(seed),
        SortBy::Id | SortBy::StartsAt => None,
    }
}

/// Whether the features of `collection` are something that is on.
pub(super) fn is_dated(collection: Collection) -> bool {
    matches!(collection, Collection::Events | Collection::Occurrences)
}

/// Refuses any format but JSON, and of what is on JSON-LD, and any system of coordinates but CRS84.
fn format(parameters: &Query<'_>, collection: Collection) -> Result<(), Problem> {
    let dated = is_dated(collection);
    match parameters.get("f") {
        Some("jsonld") if dated => coordinates(parameters),
        Some(value) if dated && value != "json" => Err(invalid("f", value, "`json` or `jsonld`")),
        Some(_) | None => plain_format(parameters),
    }
}

/// Refuses any format but JSON and any system of coordinates but CRS84.
pub(super) fn plain_format(parameters: &Query<'_>) -> Result<(), Problem> {
    if let Some(value) = parameters.get("f").filter(|value| *value != "json") {
        return Err(invalid("f", value, "`json`, the only one there is"));
    }
    coordinates(parameters)
}

fn coordinates(parameters: &Query<'_>) -> Result<(), Problem> {
    for (name, wanted) in [("crs", CRS84), ("bbox-crs", CRS84)] {
        if let Some(value) = parameters.get(name).filter(|value| *value != wanted) {
            return Err(invalid(name, value, format_args!("`{wanted}`, the only one there is")));
        }
    }
    Ok(())
}

/// The window that `value` writes out: four numbers, or six of which the two heights are ignored.
fn bbox(value: &str) -> Result<BBox, Problem> {
    let numbers = value.split(',').map(|text| number("bbox", text)).collect::<Result<Vec<_>, _>>()?;
    let ([west, south, east, north] | [west, south, _, east, north, _]) = numbers[..] else {
        return Err(invalid("bbox", value, "four numbers (west,south,east,north), or six with heights"));
    };
    BBox::new(west, south, east, north)
        .map_err(|error| Problem::parameter(&INVALID_PARAMETER, "bbox", error.to_string()))
}

/// The address with these pairs behind it.
pub(super) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = address.to_owned();
    for (n, (name, value)) in pairs.iter().enumerate() {
        out.push(if n == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'/')
            {
                out.push(char::from(byte));
            } else {
                write!(out, "%{byte:02X}").expect("writing to memory cannot fail");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_four_numbers_or_six() {
        for good in ["1,51,2,52", "1,51,0,2,52,9", "179,-10,-179,10", "1,51,1,51"] {
            assert!(bbox(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "1,51,2",
            "1,51,2,52,3",
            "1,52,2,51",
            "1,51,2,nan",
            "1,51,2,91",
            "1;51;2;52",
            "1,51,181,52",
            "1,51,2,1e999",
        ] {
            assert!(bbox(bad).is_err(), "{bad}");
        }
    }
}
