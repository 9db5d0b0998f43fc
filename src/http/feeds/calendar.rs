//! `GET /v1/events.ics` and `GET /v1/events/{id}.ics`: what is on as a calendar to subscribe to.
use super::Shown;
use crate::catalogue::Item;
use crate::features::Publication;
use crate::formats::ics::{self, CalendarShown};
use crate::http::Site;
use crate::http::answer::Answer;
use crate::http::items;
use crate::http::path::PathParts;
use crate::http::problem::{NOT_FOUND, Problem};
use crate::http::query::{Query, shown};
use crate::ids::{Collection, FeatureId};
use crate::snapshot::{Answered, Filter, Production, Snapshot};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use std::sync::{Arc, LazyLock};

const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// The parameters: those of the items of `events` that say which.
static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let own = ["bbox", "datetime", "q", "when"];
    own.into_iter().chain(Filter::names(Collection::Events).iter().copied()).collect()
});

/// The calendar of every event that the parameters ask for; of those that are not over, when nobody says when.
pub(in crate::http) async fn all(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let parameters = Query::read(raw.as_deref(), &KNOWN)?;
    let (query, valid_until) = items::asked(&parameters, Collection::Events, (&site, &snapshot), now)?;
    let productions = snapshot.productions(&query, now);
    let mut answered = snapshot.answered(Collection::Events, now);
    answered.expire(valid_until);
    let name = format!("What is on in {}", snapshot.area.facts.name);
    Ok(calendar((&site, &snapshot), &name, &productions, answered, &headers, now))
}

/// The calendar of one event, also when it is over. Of one that was put away while it has dates to come it says that it
/// does not take place: where there is no calendar any more, those who subscribed would keep what they have.
pub(in crate::http) async fn one(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let file = path.get("id");
    let id = file.strip_suffix(".ics").and_then(|id| FeatureId::new(id).ok());
    let known = id.and_then(|id| snapshot.programme().event(&id));
    let file = shown(file);
    let Some((production, over_at)) = known.and_then(|known| shown_of(known, &snapshot, now)) else {
        return Err(Problem::new(
            &NOT_FOUND,
            format!(
                "there is no calendar `{file}`: that of an event is at /v1/events/ID.ics, and the event itself at /v1/collections/events/items/{}",
                file.strip_suffix(".ics").unwrap_or(&file)
            ),
        ));
    };
    let answered = Answered { attributions: 0, valid_until: over_at, of_crowd: false };
    let name = production.item.feature.name();
    Ok(calendar((&site, &snapshot), name, &[&production], answered, &headers, now))
}

/// What the calendar of an event says, and until when; nothing of a draft, and of what was put away and is over.
fn shown_of(
    production: &Arc<Production>,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Option<(Arc<Production>, Option<DateTime<Utc>>)> {
    let event = production.event();
    match event.stage(now).publication {
        Publication::Draft => None,
        Publication::Published => Some((production.clone(), None)),
        Publication::Archived => {
            event.published_at()?;
            let over_at = production.upcoming(now).map(|(_, date)| date.over_at).max()?;
            let item = Item { feature: Arc::new(event.withdrawn()), ..(*production.item).clone() };
            Some((Arc::new(snapshot.production(Arc::new(item), now)), Some(over_at)))
        }
    }
}

fn calendar(
    (site, snapshot): (&Site, &Snapshot),
    name: &str,
    productions: &[&Arc<Production>],
    answered: Answered,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Response {
    let facts = &snapshot.area.facts;
    let about = CalendarShown { area: &facts.id, name, calendar: &snapshot.area.calendar };
    let shown: Vec<_> =
        productions.iter().map(|production| Shown::undated(site, snapshot, production)).collect();
    let body = ics::write(&about, shown.iter().map(Shown::shown));
    let mut response = Answer::new(MEDIA_TYPE, body, answered).respond(headers, now);
    let file = HeaderValue::from_static("inline; filename=\"events.ics\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    response
}
