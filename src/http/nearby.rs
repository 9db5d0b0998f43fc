//! `GET /v1/nearby`: what is near, nearest first.
use super::Site;
use super::answer::{Answer, open_collection, write_context, write_links};
use super::during::{self, Asked};
use super::items::plain_format;
use super::json::GEOJSON;
use super::problem::{INVALID_PARAMETER, MISSING_PARAMETER, Problem, UNKNOWN_PLACE};
use super::query::{Query, instant, invalid, shown};
use super::whose;
use crate::beaches::Level;
use crate::formats::json::{write_number, write_string};
use crate::ids::Collection;
use crate::snapshot::{During, Filter, MAX_RADIUS, NearQuery, OpenAt, PlaceName, Seed, Snapshot};
use crate::spatial::{LatLon, LatLonError, Metres};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use std::sync::LazyLock;

const DEFAULT_RADIUS: f64 = 2_000.0;
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Every parameter: those of the operation, then the fields that can be asked for.
static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let own =
        ["f", "lat", "lon", "near", "radius_m", "collections", "limit", "open", "crowd", "datetime", "when"];
    own.into_iter().chain(["seed"]).chain(Filter::all_names().iter().copied()).collect()
});

pub(super) async fn nearby(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&site, raw.as_deref(), &headers)
}

/// The answer to the question in the query `raw`.
pub(super) fn answer(site: &Site, raw: Option<&str>, headers: &HeaderMap) -> Result<Response, Problem> {
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let parameters = Query::read(raw, &KNOWN)?;
    plain_format(&parameters)?;
    let asked = during::asked(&parameters, &snapshot, now)?;
    let (query, named) = question(&parameters, &snapshot, asked, now)?;
    whose::check(site, &snapshot, &parameters)?;
    let mut out = open_collection(8 * 1024);
    let (count, mut answered) = snapshot.nearby(&query, now, &mut out);
    if query.collections.contains(&Collection::Occurrences) {
        let midnight = || during::left_of_day(&snapshot, now).to;
        answered.expire(asked.map_or_else(midnight, |asked| asked.valid_until));
    }
    if query.collections.contains(&Collection::Promotions) {
        answered.expire(asked.and_then(|asked| asked.valid_until));
        if parameters.get("seed").is_none() {
            answered.expire(Seed::next_minute(now));
        }
    }
    out.extend_from_slice(b"],\"numberReturned\":");
    out.extend_from_slice(count.to_string().as_bytes());
    if query.collections.contains(&Collection::Promotions) {
        out.extend_from_slice(b",\"seed\":");
        out.extend_from_slice(query.seed.0.to_string().as_bytes());
    }
    if let Some(PlaceName { name, position }) = named {
        out.extend_from_slice(b",\"near\":{\"name\":");
        write_string(&mut out, name);
        out.extend_from_slice(b",\"lat\":");
        write_number(&mut out, position.lat());
        out.extend_from_slice(b",\"lon\":");
        write_number(&mut out, position.lon());
        out.push(b'}');
    }
    write_context(&mut out, &snapshot, &query.collections, now, &mut answered);
    write_links(&mut out, &snapshot, &[]);
    out.push(b'}');
    Ok(Answer::new(GEOJSON, out, answered).respond(headers, now))
}

/// The question that the parameters ask, and the place they name instead of a position.
fn question<'a>(
    parameters: &Query<'_>,
    snapshot: &'a Snapshot,
    asked: Option<Asked>,
    now: DateTime<Utc>,
) -> Result<(NearQuery, Option<&'a PlaceName>), Problem> {
    let named = parameters.get("near").map(|name| place(name, snapshot)).transpose()?;
    let from = match named {
        Some(named) => {
            if let Some(extra) = ["lat", "lon"].into_iter().find(|name| parameters.get(name).is_some()) {
                return Err(Problem::parameter(
                    &INVALID_PARAMETER,
                    extra,
                    "give either `near` or `lat` and `lon`",
                ));
            }
            named.position
        }
        None => position(parameters)?,
    };
    let radius = parameters.number("radius_m")?.unwrap_or(DEFAULT_RADIUS);
    let radius = match Metres::new(radius) {
        Ok(metres) if 0.0 < radius && radius <= MAX_RADIUS => metres,
        _ => {
            return Err(invalid(
                "radius_m",
                &radius.to_string(),
                format_args!("more than 0 and at most {MAX_RADIUS}"),
            ));
        }
    };
    let collections = collections(parameters)?;
    let mut filter = Filter::default();
    for (name, value) in parameters.iter().filter(|(name, _)| Filter::all_names().contains(name)) {
        filter.add(name, value, &collections).map_err(|error| {
            let detail = if error.known.is_empty() {
                "none of the collections asked has this field".to_owned()
            } else {
                error.to_string()
            };
            Problem::parameter(&INVALID_PARAMETER, name, detail)
        })?;
    }
    let open = match parameters.get("open") {
        None => None,
        Some("now") => Some(OpenAt::Now),
        Some(value) => Some(OpenAt::Instant(instant("open", value)?)),
    };
    let crowd = crowd(parameters, &collections)?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let timed = [Collection::Occurrences, Collection::Promotions];
    if asked.is_some() && !timed.iter().any(|timed| collections.contains(timed)) {
        let name = if parameters.get("when").is_some() { "when" } else { "datetime" };
        let detail = "only `occurrences` and `promotions` are at some time; ask for them in `collections`";
        return Err(Problem::parameter(&INVALID_PARAMETER, name, detail));
    }
    let during = asked.map_or_else(|| during::left_of_day(snapshot, now), |asked| asked.during);
    let during = collections.contains(&Collection::Occurrences).then_some(during);
    let valid = asked.map_or(During { from: Some(now), to: Some(now) }, |asked| asked.during);
    let given = seed(parameters)?;
    if given.is_some() && !collections.contains(&Collection::Promotions) {
        let detail = "only `promotions` are drawn; ask for them in `collections`";
        return Err(Problem::parameter(&INVALID_PARAMETER, "seed", detail));
    }
    let seed = given.unwrap_or_else(|| Seed::of_minute(now));
    Ok((NearQuery { from, radius, collections, filter, crowd, open, during, valid, seed, limit }, named))
}

/// The seed of a draw, if one is given.
pub(super) fn seed(parameters: &Query<'_>) -> Result<Option<Seed>, Problem> {
    let Some(value) = parameters.get("seed") else { return Ok(None) };
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let seed = digits.then(|| value.parse().ok()).flatten().map(Seed);
    seed.map(Some).ok_or_else(|| invalid("seed", value, "a whole number, 0 to 4294967295"))
}

/// The levels of beaches that are asked for; none: whatever there is.
fn crowd(parameters: &Query<'_>, collections: &[Collection]) -> Result<Vec<Level>, Problem> {
    let Some(value) = parameters.get("crowd") else { return Ok(Vec::new()) };
    if !collections.contains(&Collection::Beaches) {
        let detail = "none of the collections asked has this field";
        return Err(Problem::parameter(&INVALID_PARAMETER, "crowd", detail));
    }
    let level = |name: &str| {
        let known = Level::ALL.map(Level::name).join(", ");
        Level::named(name).ok_or_else(|| invalid("crowd", name, format_args!("one or more of {known}")))
    };
    value.split(',').map(level).collect()
}

fn position(parameters: &Query<'_>) -> Result<LatLon, Problem> {
    if parameters.get("lat").is_none() && parameters.get("lon").is_none() {
        let detail = "give `lat` and `lon`, or a town or postcode as `near`";
        return Err(Problem::parameter(&MISSING_PARAMETER, "lat", detail));
    }
    let number = |name: &str| super::query::number(name, parameters.required(name)?);
    let (lat, lon) = (number("lat")?, number("lon")?);
    LatLon::new(lat, lon).map_err(|error| {
        let name = match error {
            LatLonError::Lat(_) => "lat",
            LatLonError::Lon(_) => "lon",
        };
        Problem::parameter(&INVALID_PARAMETER, name, error.to_string())
    })
}

fn place<'a>(name: &str, snapshot: &'a Snapshot) -> Result<&'a PlaceName, Problem> {
    snapshot.area.named(name).ok_or_else(|| {
        let facts = &snapshot.area.facts;
        let towns: Vec<&str> = facts.towns.iter().map(|town| town.name.as_str()).collect();
        let detail = format!(
            "`{}` is neither a town nor a full postcode of {}; its towns are {}",
            shown(name),
            facts.name,
            towns.join(", ")
        );
        Problem::parameter(&UNKNOWN_PLACE, "near", detail)
    })
}

fn collections(parameters: &Query<'_>) -> Result<Vec<Collection>, Problem> {
    const ASKED: [Collection; 9] = {
        let [a, b, c, d, e, f, g] = Collection::PLACES;
        [a, b, c, d, e, f, g, Collection::Occurrences, Collection::Promotions]
    };
    let Some(value) = parameters.get("collections") else {
        // Who asks what is near wants the car park before forty shops: these are asked for by name.
        let is_public = |collection: &Collection| *collection != Collection::Businesses;
        return Ok(Collection::PLACES.into_iter().filter(is_public).collect());
    };
    let mut collections = Vec::new();
    for name in value.split(',') {
        let Some(collection) = Collection::named(name).filter(|known| ASKED.contains(known)) else {
            let known: Vec<_> = ASKED.iter().map(|collection| collection.name()).collect();
            return Err(invalid("collections", name, format_args!("one of {}", known.join(", "))));
        };
        if !collections.contains(&collection) {
            collections.push(collection);
        }
    }
    Ok(collections)
}
