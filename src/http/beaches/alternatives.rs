//! `GET /v1/beaches/{id}/alternatives`: where else there is room, by road, with parking and toilets.
use super::no_such_beach;
use crate::formats::json::{write_key, write_string};
use crate::http::Site;
use crate::http::answer::{Answer, write_context, write_links};
use crate::http::json::JSON;
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::Collection;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

const DEFAULT_LIMIT: usize = 3;
const MAX_LIMIT: usize = 10;
/// What is in the answer.
const SHOWN: [Collection; 3] = [Collection::Beaches, Collection::CarParks, Collection::Toilets];

pub(in crate::http) async fn alternatives(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["limit"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let mut out = Vec::with_capacity(8 * 1024);
    out.push(b'{');
    write_key(&mut out, "beach");
    write_string(&mut out, path.get("id"));
    write_key(&mut out, "alternatives");
    out.push(b'[');
    let answered = snapshot.write_alternatives(path.get("id"), limit, now, &mut out);
    let mut answered = answered.ok_or_else(|| no_such_beach(&path))?;
    out.push(b']');
    write_context(&mut out, &snapshot, &SHOWN, now, &mut answered);
    write_links(&mut out, &snapshot, &[]);
    out.push(b'}');
    Ok(Answer::new(JSON, out, answered).respond(&headers, now))
}
