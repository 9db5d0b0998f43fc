//! How staff are shown an event: as everybody is, with what the programme knows besides.
use crate::access::{Permit, Target};
use crate::catalogue::Item;
use crate::features::{EventWarning, Publication};
use crate::formats::json::{write_instant, write_key, write_string, write_text};
use crate::http::Site;
use crate::http::answer::{Answer, Link, write_context, write_links};
use crate::http::edits::written;
use crate::http::json::{GEOJSON, JSON};
use crate::http::paging::write_list;
use crate::ids::Collection;
use crate::recurrence::Wall;
use crate::snapshot::{Conflict, Production, Snapshot};
use axum::response::Response;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Conflicts that are told.
const MAX_CONFLICTS: usize = 20;
/// Warnings that are told.
const MAX_WARNINGS: usize = 20;

/// The event that `item` is: of that very version, whatever is published since; with these warnings besides.
pub(in crate::http) fn event_answer(
    site: &Site,
    item: Arc<Item>,
    permit: &Permit,
    warned: &[EventWarning],
) -> Response {
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let (id, version) = (item.feature.id().clone(), item.version);
    let production = snapshot.production(item.clone(), now);
    let mut out = Vec::with_capacity(4 * 1024);
    let mut answered = snapshot.render(item, now, &mut out);
    write_conflicts(&mut out, &snapshot, &production, permit, now);
    write_skipped(&mut out, &production.occurrences.skipped);
    write_warnings(&mut out, &production, warned, now);
    write_context(&mut out, &snapshot, &[Collection::Events], now, &mut answered);
    let (own, about) = (site.url("/v1/programme"), site.url("/v1/collections/events"));
    let this = format!("{own}/{id}");
    let links = [
        Link { rel: "self", media: GEOJSON, href: &this, title: "This event" },
        Link { rel: "up", media: JSON, href: &own, title: "The programme" },
        Link { rel: "collection", media: JSON, href: &about, title: "The collection" },
    ];
    write_links(&mut out, &snapshot, &links);
    out.push(b'}');
    written(Answer { version: Some(version.0), ..Answer::new(GEOJSON, out, answered) }, now)
}

/// Appends the member `conflicts`: what else is on at the venue while the event is. Of drafts that are not the reader's
/// nothing is told but that there is one.
pub(super) fn write_conflicts(
    out: &mut Vec<u8>,
    snapshot: &Snapshot,
    production: &Production,
    permit: &Permit,
    now: DateTime<Utc>,
) {
    let conflicts = snapshot.conflicts(production, now, MAX_CONFLICTS);
    write_key(out, "conflicts");
    write_list(out, &conflicts, |out, conflict| {
        let Conflict { other, theirs, ours, both } = conflict;
        let event = other.event();
        let publication = event.stage(now).publication;
        let is_told =
            publication == Publication::Published || permit.covers(&Target::Event(event.organisation()));
        write_text(out, "event", is_told.then(|| event.feature().id().as_str()));
        write_key(out, "name");
        write_string(out, if is_told { event.feature().name() } else { "another organisation's draft" });
        write_text(out, "occurrence", is_told.then(|| theirs.as_str()));
        write_key(out, "publication");
        write_string(out, publication.name());
        write_key(out, "with");
        write_string(out, ours.as_str());
        // Of what is not told, only which of one's own dates it meets.
        for (name, at) in [("starts_at", both.start), ("ends_at", both.end)] {
            if !is_told {
                write_key(out, name);
                out.extend_from_slice(b"null");
                continue;
            }
            write_key(out, name);
            write_instant(out, at);
        }
    });
}

/// Appends the member `warnings`: what may have been overlooked in the event, and what is `warned` of besides. Of what was
/// put away nothing.
pub(super) fn write_warnings(
    out: &mut Vec<u8>,
    production: &Production,
    warned: &[EventWarning],
    now: DateTime<Utc>,
) {
    let event = production.event();
    let is_over = event.publication() == Publication::Archived;
    let own = if is_over { Vec::new() } else { event.warnings(&production.occurrences, now) };
    let all: Vec<&EventWarning> = own.iter().chain(warned).take(MAX_WARNINGS).collect();
    write_key(out, "warnings");
    write_list(out, &all, |out, warning| {
        write_text(out, "code", Some(warning.code()));
        write_text(out, "detail", Some(&warning.to_string()));
    });
}

/// Appends the member `skipped`: the times that the clocks skip.
pub(super) fn write_skipped(out: &mut Vec<u8>, skipped: &[Wall]) {
    write_key(out, "skipped");
    out.push(b'[');
    for wall in skipped {
        if out.last() != Some(&b'[') {
            out.push(b',');
        }
        write_string(out, &wall.to_string());
    }
    out.push(b']');
}
