//! `GET /v1/beaches/status`: how full every beach is, without shapes. What an app polls.
use crate::formats::json::{write_instant, write_key};
use crate::http::Site;
use crate::http::answer::{Answer, write_context, write_links};
use crate::http::json::JSON;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::Collection;
use crate::snapshot::Snapshot;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};

pub(in crate::http) async fn statuses(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&site, raw.as_deref(), &headers)
}

/// How full every beach is, to a request with the query `raw`.
pub(in crate::http) fn answer(
    site: &Site,
    raw: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw, &[])?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let answer = site.statuses().answer(&snapshot, now, || written(&snapshot, now));
    Ok(answer.respond(headers, now))
}

fn written(snapshot: &Snapshot, now: DateTime<Utc>) -> Answer {
    let mut out = Vec::with_capacity(16 * 1024);
    out.extend_from_slice(br#"{"beaches":["#);
    let mut answered = snapshot.write_statuses(now, &mut out);
    out.push(b']');
    if let Some(valid_until) = answered.valid_until {
        write_key(&mut out, "valid_until");
        write_instant(&mut out, valid_until);
    }
    write_context(&mut out, snapshot, &[Collection::Beaches], now, &mut answered);
    write_links(&mut out, snapshot, &[]);
    out.push(b'}');
    Answer::new(JSON, out, answered)
}
