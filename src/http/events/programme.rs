//! `/v1/programme`: every event of one's own, drafts and what is put away too; how one would look before it is written; and last
//! year's again.
use super::dates::wall;
use super::named;
use super::shown::{event_answer, write_conflicts, write_skipped, write_warnings};
use crate::access::{By, Target};
use crate::features::Publication;
use crate::formats::json::{
    DocumentError, read_document, write_instant, write_instant_or_null, write_key, write_string, write_text,
};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::edits::{created, edit, editor, outside};
use crate::http::json::uncached;
use crate::http::paging::{resumed, write_end, write_list, write_number};
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::{Query, invalid};
use crate::ids::{Collection, FeatureId, RequestId};
use crate::snapshot::Production;
use crate::text::folded;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::sync::Arc;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
/// Dates that a preview shows.
const PREVIEWED: usize = 100;
const PROGRAMME: &str = "/v1/programme";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CopyBody {
    starts: String,
    id: Option<String>,
}

pub(in crate::http) async fn programme(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["cursor", "limit", "publication", "q"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = resumed(PROGRAMME, &parameters, |id| FeatureId::new(id).ok())?;
    let publications = publications(&parameters)?;
    let words = words(&parameters)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let is_asked = |production: &&Arc<Production>| {
        let event = production.event();
        admitted.permit.covers(&Target::Event(event.organisation()))
            && after.as_ref().is_none_or(|after| after < event.feature().id())
            && publications.contains(&event.stage(now).publication)
            && has_words(production, &words)
    };
    let mut found: Vec<&Arc<Production>> = snapshot.programme().all().filter(is_asked).collect();
    found.sort_unstable_by(|a, b| a.item.feature.id().cmp(b.item.feature.id()));
    let more = limit < found.len();
    found.truncate(limit);
    let mut out = b"{\"events\":".to_vec();
    write_list(&mut out, &found, |out, production| write_one(out, &site, production, now));
    let next = found.last().filter(|_| more).map(|last| last.item.feature.id().to_string());
    write_end(&mut out, &site, PROGRAMME, &parameters, next);
    Ok(uncached(out))
}

/// How far the events that are asked for are published.
fn publications(parameters: &Query<'_>) -> Result<Vec<Publication>, Problem> {
    const ALL: [Publication; 3] = [Publication::Draft, Publication::Published, Publication::Archived];
    let Some(value) = parameters.get("publication") else { return Ok(ALL.to_vec()) };
    let one = |name: &str| {
        let known = ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| invalid("publication", name, "one or more of draft, published, archived"))
    };
    value.split(',').map(one).collect()
}

/// The words that are looked for, folded.
fn words(parameters: &Query<'_>) -> Result<Vec<String>, Problem> {
    let Some(q) = parameters.get("q") else { return Ok(Vec::new()) };
    let words: Vec<String> = folded(q).split(' ').map(|word| format!(" {word}")).collect();
    if 120 < q.chars().count() || words.iter().all(|word| word == " ") {
        return Err(invalid("q", q, "words to look for, of at most 120 characters"));
    }
    Ok(words)
}

/// Whether each of the words begins one of the event's name or of its venue's.
fn has_words(production: &Production, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let shown = &production.shown.feature;
    let venue = shown.fields().text(crate::features::schema::event_at::VENUE_NAME).unwrap_or_default();
    let text = format!(" {} {}", folded(shown.name()), folded(venue));
    words.iter().all(|word| text.contains(word))
}

fn write_one(out: &mut Vec<u8>, site: &Site, production: &Production, now: DateTime<Utc>) {
    let (event, item) = (production.event(), &production.item);
    let (id, stage) = (item.feature.id(), event.stage(now));
    write_text(out, "id", Some(id.as_str()));
    write_text(out, "name", Some(item.feature.name()));
    write_text(out, "organisation", event.organisation());
    write_text(out, "publication", Some(stage.publication.name()));
    write_key(out, "publish_at");
    write_instant_or_null(out, stage.publish_at);
    write_text(out, "event_status", Some(stage.status.name()));
    write_key(out, "next");
    let upcoming = production.occurrences.occurrences.iter().filter(|date| now < date.over_at);
    match upcoming.min_by_key(|date| date.starts_at) {
        Some(date) => {
            out.push(b'{');
            write_text(out, "id", Some(event.occurrence_id(date.original).as_str()));
            write_key(out, "starts_at");
            write_instant(out, date.starts_at);
            write_text(out, "event_status", Some(date.status.name()));
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    write_number(out, "version", item.version.0);
    write_key(out, "updated_at");
    write_instant(out, item.updated_at);
    write_text(out, "href", Some(&site.url(&format!("{PROGRAMME}/{id}"))));
}

pub(in crate::http) async fn event(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let id = named(&path, Collection::Events)?;
    let production = site.app().event(&By::Actor(admitted.permit.clone()), &id)?;
    Ok(event_answer(&site, production.item.clone(), &admitted.permit, &[]))
}

pub(in crate::http) async fn preview(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Given(body): Given,
) -> Result<Response, Problem> {
    let (edit, outside) = (edit(Collection::Events, &body)?, outside(raw.as_deref())?);
    let permit = admitted.permit;
    let production = site.app().preview(&By::Actor(permit.clone()), edit, outside)?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let event = production.event();
    let upcoming: Vec<_> =
        production.occurrences.occurrences.iter().filter(|date| now < date.over_at).collect();
    let shown = &upcoming[..upcoming.len().min(PREVIEWED)];
    let mut out = b"{\"dates\":".to_vec();
    write_list(&mut out, shown, |out, date| {
        write_text(out, "starts", Some(&date.original.to_string()));
        write_text(out, "ends", event.ends_of(date.original).map(|ends| ends.to_string()).as_deref());
        write_key(out, "starts_at");
        write_instant(out, date.starts_at);
        write_key(out, "ends_at");
        write_instant_or_null(out, date.ends_at);
        write_key(out, "all_day");
        out.extend_from_slice(if date.all_day { b"true" } else { b"false" });
    });
    write_number(&mut out, "count", upcoming.len());
    write_key(&mut out, "complete");
    out.extend_from_slice(if production.occurrences.complete { b"true" } else { b"false" });
    write_text(&mut out, "occurrences_until", production.until.map(|day| day.to_string()).as_deref());
    write_skipped(&mut out, &production.occurrences.skipped);
    write_conflicts(&mut out, &snapshot, &production, &permit, now);
    write_warnings(&mut out, &production, &[], now);
    write_key(&mut out, "time_zone");
    write_string(&mut out, event.time_zone().unwrap_or(&snapshot.area.facts.time_zone));
    out.push(b'}');
    Ok(uncached(out))
}

pub(in crate::http) async fn copy(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let of = named(&path, Collection::Events)?;
    let CopyBody { starts, id } = read_document(&body)?;
    let id = id.map(|id| FeatureId::new(&id)).transpose();
    let id = id.map_err(|cause| DocumentError::at("/id", cause))?;
    let starts = wall("/starts", &starts)?;
    let permit = admitted.permit.clone();
    let (outcome, without) = site.app().copy_event(editor(admitted, request), &of, starts, id).await?;
    created(&site, outcome, &permit, without.as_slice())
}
