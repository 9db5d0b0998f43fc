//! `GET /v1/events.atom`: what was published last.
use super::Shown;
use crate::formats::atom::{self, About};
use crate::http::Site;
use crate::http::answer::Answer;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::snapshot::Answered;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;

/// Events in it: more than anybody publishes between two looks.
const ENTRIES: usize = 50;

pub(in crate::http) async fn atom(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let public = snapshot.programme().all().filter(|production| production.event().is_public(now));
    let published = |item: &crate::catalogue::Item, at: Option<DateTime<Utc>>| at.unwrap_or(item.created_at);
    let mut newest: Vec<_> = public
        .map(|production| (published(&production.item, production.event().published_at()), production))
        .collect();
    newest.sort_by_key(|(at, production)| (Reverse(*at), production.item.feature.id()));
    newest.truncate(ENTRIES);
    let updated = newest.iter().map(|(_, production)| production.item.updated_at).max();
    let shown: Vec<_> =
        newest.iter().map(|(_, production)| Shown::new(&site, &snapshot, production, now)).collect();
    let facts = &snapshot.area.facts;
    let (url, about_url) = (site.url("/v1/events.atom"), site.url("/v1/collections/events"));
    let about = About {
        title: &format!("What is on in {}", facts.name),
        url: &url,
        about_url: &about_url,
        author: &facts.name,
        licence_url: &facts.licence_url,
        updated: updated.unwrap_or(DateTime::UNIX_EPOCH),
    };
    let body = atom::feed(&about, shown.iter().map(Shown::shown));
    // What an event's entry says changes when one of its next dates is over.
    let over = newest.iter().filter_map(|(_, production)| Some(production.upcoming(now).next()?.1.over_at));
    let answered = Answered { attributions: 0, valid_until: over.min(), of_crowd: false };
    Ok(Answer::new(atom::MEDIA_TYPE, body, answered).respond(&headers, now))
}
