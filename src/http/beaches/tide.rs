//! `GET /v1/beaches/{id}/tide`: how high the sea stands, and when it turns.
use super::beach;
use crate::beaches::{Tide, Trend, Turn};
use crate::formats::json::{write_instant, write_key, write_number, write_text};
use crate::http::Site;
use crate::http::answer::{Answer, Link, write_links};
use crate::http::items::with_query;
use crate::http::json::{GEOJSON, JSON};
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::{Query, instant, invalid};
use crate::ids::FeatureId;
use crate::snapshot::{Answered, Snapshot};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// The days whose turning points are answered when nobody says, and at most.
const DAYS: [i64; 2] = [7, 14];

pub(in crate::http) async fn tide(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["days", "from"])?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let beach = beach(&snapshot, &path)?;
    // The same for a whole minute, so that whoever polls need not be sent it again.
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    let from = parameters.get("from").map(|text| instant("from", text)).transpose()?.unwrap_or(minute);
    let to = from + TimeDelta::days(days(&parameters)?);
    let mut out = Vec::with_capacity(4 * 1024);
    write_tide(&mut out, &snapshot, &beach, minute, (from, to));
    let attributions = snapshot.area.attributions.bit(snapshot.area.facts.tide_attribution.as_deref());
    write_key(&mut out, "attribution");
    snapshot.area.attributions.write(&mut out, attributions);
    let this = site.url(&format!("/v1/beaches/{beach}/tide"));
    let this = with_query(&this, &parameters.iter().collect::<Vec<_>>());
    let about = site.url(&format!("/v1/collections/beaches/items/{beach}"));
    write_links(
        &mut out,
        &snapshot,
        &[
            Link { rel: "self", media: JSON, href: &this, title: "This tide" },
            Link { rel: "describedby", media: GEOJSON, href: &about, title: "The beach" },
        ],
    );
    out.push(b'}');
    let valid_until = Some(minute + TimeDelta::minutes(1));
    let answered = Answered { attributions, valid_until, of_crowd: false };
    Ok(Answer::new(JSON, out, answered).respond(&headers, now))
}

fn days(parameters: &Query<'_>) -> Result<i64, Problem> {
    let [usual, most] = DAYS;
    let Some(text) = parameters.get("days") else { return Ok(usual) };
    let days = text.parse().ok().filter(|days| (1..=most).contains(days) && !text.starts_with('+'));
    days.ok_or_else(|| invalid("days", text, format_args!("a whole number from 1 to {most}")))
}

/// Begins a document with the tide of the area at `now`, which is that of each of its beaches, and the turning points in
/// `span`.
fn write_tide(
    out: &mut Vec<u8>,
    snapshot: &Snapshot,
    beach: &FeatureId,
    now: DateTime<Utc>,
    span: (DateTime<Utc>, DateTime<Utc>),
) {
    let facts = &snapshot.area.facts;
    let tide: &Tide = &facts.tide;
    out.push(b'{');
    write_text(out, "beach", Some(beach.as_str()));
    write_text(out, "station", tide.station());
    out.extend_from_slice(br#","approximate":true"#);
    write_text(out, "note", facts.tide_note.as_deref());
    let at_now = tide.at(now);
    write_key(out, "now");
    out.push(b'{');
    write_at(out, "at", now);
    write_height(out, at_now.height_m);
    write_text(out, "trend", at_now.trend.map(Trend::name));
    out.push(b'}');
    write_key(out, "turning_points");
    out.push(b'[');
    for (n, (point, turn)) in tide.between(span.0, span.1).into_iter().enumerate() {
        out.extend_from_slice(if n == 0 { b"{" } else { b",{" });
        write_at(out, "at", point.at);
        write_text(out, "kind", turn.map(Turn::name));
        write_height(out, Some(point.height_m));
        out.push(b'}');
    }
    out.push(b']');
    write_key(out, "covered");
    match tide.covered() {
        Some((first, last)) => {
            out.push(b'{');
            write_at(out, "from", first.at);
            write_at(out, "to", last.at);
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    write_text(out, "time_zone", Some(&facts.time_zone));
}

fn write_at(out: &mut Vec<u8>, name: &str, at: DateTime<Utc>) {
    write_key(out, name);
    write_instant(out, at);
}

/// Appends a height in metres, to two decimals, never `-0`.
fn write_height(out: &mut Vec<u8>, height_m: Option<f64>) {
    write_key(out, "height_m");
    match height_m {
        Some(height) => write_number(out, format!("{height:.2}").parse::<f64>().expect("a number") + 0.0),
        None => out.extend_from_slice(b"null"),
    }
}
