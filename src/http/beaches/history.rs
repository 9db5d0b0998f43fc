//! `GET /v1/beaches/{id}/history`: how full a beach was shown to be. A late report changes the present, never this.
use super::beach;
use crate::formats::json::{write_instant, write_key, write_string};
use crate::http::Site;
use crate::http::answer::Answer;
use crate::http::json::JSON;
use crate::http::paging::{resumed, write_end, write_list, write_number};
use crate::http::path::PathParts;
use crate::http::problem::{INVALID_PARAMETER, Problem};
use crate::http::query::{Query, instant};
use crate::ids::Revision;
use crate::snapshot::Answered;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;

pub(in crate::http) async fn history(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["cursor", "from", "limit", "to"])?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let beach = beach(&snapshot, &path)?;
    let span = span(&parameters)?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let own = format!("/v1/beaches/{beach}/history");
    let before = resumed(&own, &parameters, |revision| revision.parse().ok().map(Revision))?;
    let before = before.unwrap_or(Revision(i64::MAX));
    let page = site.app().published(beach.clone(), span, before, limit).await?;
    let mut out = vec![b'{'];
    write_key(&mut out, "beach");
    write_string(&mut out, beach.as_str());
    write_key(&mut out, "statuses");
    write_list(&mut out, &page.rows, |out, row| {
        write_key(out, "published_at");
        write_instant(out, row.at);
        write_number(out, "revision", row.revision);
        write_key(out, "crowd");
        // As it was written down.
        out.extend_from_slice(row.content.as_bytes());
    });
    write_key(&mut out, "time_zone");
    write_string(&mut out, &snapshot.area.facts.time_zone);
    let next = page.rows.last().filter(|_| page.more).map(|row| row.revision.to_string());
    write_end(&mut out, &site, &own, &parameters, next);
    let answered = Answered { attributions: 0, valid_until: None, of_crowd: true };
    Ok(Answer::new(JSON, out, answered).respond(&headers, now))
}

/// From when and until when it is asked for; everything when nobody says.
fn span(parameters: &Query<'_>) -> Result<(DateTime<Utc>, DateTime<Utc>), Problem> {
    let at = |name| parameters.get(name).map(|value| instant(name, value)).transpose();
    let (from, to) = (at("from")?, at("to")?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(Problem::parameter(&INVALID_PARAMETER, "to", "`to` is before `from`"));
    }
    Ok((from.unwrap_or(DateTime::UNIX_EPOCH), to.unwrap_or(FAR_OFF)))
}

/// After everything: the end of the year 9999.
const FAR_OFF: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MAX_UTC,
};
