//! `GET /v1/feeds/events`: every change of what is on, page by page, as `OpenActive`'s RPDE has it.
use super::Shown;
use crate::features::Publication;
use crate::formats::rpde::{self, RpdeItem};
use crate::http::Site;
use crate::http::answer::Answer;
use crate::http::problem::Problem;
use crate::http::query::{Query, invalid};
use crate::ids::Revision;
use crate::snapshot::{Answered, Snapshot};
use crate::store::{LastChange, Op};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};

/// How long a page with something on it is kept, in seconds, as `OpenActive` advises: whatever changes of it stands on a
/// later page, which who follows the feed comes to.
const MAX_AGE: i64 = 3_600;
/// The same of an empty page, which who has come to the end asks for again and again.
const MAX_AGE_OF_LAST: i64 = 8;
const MAX_LIMIT: usize = 500;
/// Changes that are read at a time.
const READ: i64 = 500;

pub(in crate::http) async fn rpde(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["afterChangeNumber", "limit"])?;
    let limit = parameters.limit(rpde::PAGE, MAX_LIMIT)?;
    let given = parameters.get("afterChangeNumber").map(|value| {
        let number = value.parse().ok().filter(|number| 0 <= *number);
        number
            .map(Revision)
            .ok_or_else(|| invalid("afterChangeNumber", value, "a change number: take `next` as it is"))
    });
    let given = given.transpose()?;
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    // As far as this node shows: what it says of an event is never older than the change that it stands at.
    let until = snapshot.revision;
    let (mut after, mut page) = (given.unwrap_or_default(), Vec::new());
    // What nobody may see fills no page, and is passed over many at a time.
    while page.is_empty() {
        let changes = site.app().changed_events(after, until, READ).await?;
        let Some(last) = changes.last() else { break };
        after = last.revision;
        let shown = changes.into_iter().filter_map(|change| {
            let data = told(&site, &snapshot, &change, now)?;
            Some((change, data))
        });
        page.extend(shown.take(limit));
    }
    let items: Vec<_> = page
        .iter()
        .map(|(change, data)| RpdeItem { id: &change.id, modified: change.revision, data: data.as_deref() })
        .collect();
    let licence = &snapshot.area.facts.licence_url;
    let body = rpde::page(&site.url("/v1/feeds/events"), given, &items, licence);
    // Who follows it follows what is done, not the clock.
    let answered = Answered { attributions: 0, valid_until: None, of_crowd: false };
    let max_age = if items.is_empty() { MAX_AGE_OF_LAST } else { MAX_AGE };
    Ok(Answer { max_age, ..Answer::new(rpde::MEDIA_TYPE, body, answered) }.respond(&headers, now))
}

/// What the feed says of the event that changed: its data, or that it is gone; nothing of what was never public.
#[expect(clippy::option_option, reason = "nothing, gone, or its data")]
fn told(
    site: &Site,
    snapshot: &Snapshot,
    change: &LastChange,
    now: DateTime<Utc>,
) -> Option<Option<Vec<u8>>> {
    if change.op == Op::Delete {
        // Only drafts are deleted.
        return None;
    }
    let production = snapshot.programme().event(&change.id)?;
    let event = production.event();
    if event.is_public(now) {
        return Some(Some(rpde::data(&Shown::new(site, snapshot, production, now).shown())));
    }
    (event.publication() == Publication::Archived).then_some(None)
}
