//! `/v1/sources`: where events come from, how that goes, and why something is held back.
use super::Site;
use super::auth::Admitted;
use super::json::uncached;
use super::paging::write_list;
use super::path::PathParts;
use super::problem::{NOT_FOUND, Problem};
use super::query::Query;
use crate::access::{By, Permit, Target};
use crate::app::Source;
use crate::catalogue::{FeedEdit, FeedNote, FeedTaken};
use crate::command::{Command, FeedCommand, FeedOutcome, Outcome};
use crate::fetch::Address;
use crate::formats::json::{write_instant, write_key, write_string, write_text};
use crate::ids::{OrganisationId, RequestId};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, Utc};

pub(super) async fn sources(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let mut sources = site.app().sources().await?;
    sources.retain(|source| is_visible(&admitted.permit, source));
    let mut out = b"{\"sources\":".to_vec();
    write_list(&mut out, &sources, write_source);
    out.push(b'}');
    Ok(uncached(out))
}

pub(super) async fn source(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let source = found(&site, &path, &admitted.permit).await?;
    answer(&site, source).await
}

pub(super) async fn acknowledge(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let source = found(&site, &path, &admitted.permit).await?.source;
    carry_out(&site, &path, admitted, request, FeedCommand::Acknowledge { source }).await
}

pub(super) async fn fetch(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let source = found(&site, &path, &admitted.permit).await?.source;
    carry_out(&site, &path, admitted, request, FeedCommand::Ask { source }).await
}

/// Has `command` carried out, and answers what the source is like then.
async fn carry_out(
    site: &Site,
    path: &PathParts,
    admitted: Admitted,
    request: RequestId,
    command: FeedCommand,
) -> Result<Response, Problem> {
    let by = By::Actor(admitted.permit.clone());
    match site.app().execute(Command::Feed(command), by, request).await? {
        Outcome::Feed(FeedOutcome::Acknowledged(_) | FeedOutcome::Asked) => {}
        other => return Err(Problem::unheard_of(other)),
    }
    let source = found(site, path, &admitted.permit).await?;
    answer(site, source).await
}

fn is_visible(permit: &Permit, source: &Source) -> bool {
    permit.covers(&Target::Event(source.source.organisation.as_ref().map(OrganisationId::as_str)))
}

/// The source that the path names, if it is one that the permit reaches.
async fn found(site: &Site, path: &PathParts, permit: &Permit) -> Result<Source, Problem> {
    let id = path.get("id");
    let sources = site.app().sources().await?;
    let found = sources.into_iter().find(|one| one.source.id.as_str() == id && is_visible(permit, one));
    found.ok_or_else(|| Problem::new(&NOT_FOUND, format!("there is no source `{id}`, or you may not see it")))
}

async fn answer(site: &Site, source: Source) -> Result<Response, Problem> {
    let edits = site.app().edits_of(source.source.id.clone()).await?;
    let mut out = vec![b'{'];
    write_source(&mut out, &source);
    write_key(&mut out, "edited");
    write_list(&mut out, &edits, |out, FeedEdit { event, name, fields }: &FeedEdit| {
        write_text(out, "event", Some(event.as_str()));
        write_text(out, "name", Some(name));
        write_key(out, "fields");
        out.push(b'[');
        for (n, field) in fields.iter().enumerate() {
            if 0 < n {
                out.push(b',');
            }
            write_string(out, field);
        }
        out.push(b']');
    });
    out.push(b'}');
    Ok(uncached(out))
}

fn write_source(out: &mut Vec<u8>, Source { source, state }: &Source) {
    write_text(out, "id", Some(source.id.as_str()));
    write_text(out, "name", Some(&source.name));
    write_text(out, "url", source.address.as_ref().map(Address::as_str));
    write_text(out, "format", Some(source.format.name()));
    write_text(out, "organisation", source.organisation.as_ref().map(OrganisationId::as_str));
    write_key(out, "every_minutes");
    match &source.address {
        Some(_) => out.extend_from_slice(source.every.num_minutes().to_string().as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
    write_text(out, "attribution", source.attribution.as_deref());
    write_at(out, "attempted_at", state.attempted_at);
    write_at(out, "succeeded_at", state.succeeded_at);
    write_text(out, "failure", state.failure.as_deref());
    write_count(out, "items", state.items);
    write_key(out, "taken");
    out.push(b'{');
    let FeedTaken { added, changed, unchanged, kept, archived, deleted, refused } = state.taken;
    for (name, count) in [
        ("added", added),
        ("changed", changed),
        ("unchanged", unchanged),
        ("kept", kept),
        ("archived", archived),
        ("deleted", deleted),
        ("refused", refused),
    ] {
        write_count(out, name, count);
    }
    out.push(b'}');
    write_key(out, "refused");
    write_list(out, &state.notes, |out, FeedNote { at, what }: &FeedNote| {
        write_text(out, "at", Some(at));
        write_text(out, "what", Some(what));
    });
    write_key(out, "quarantine");
    match &state.quarantine {
        None => out.extend_from_slice(b"null"),
        Some(held) => {
            out.push(b'{');
            write_at(out, "since", Some(held.since));
            write_at(out, "at", Some(held.at));
            write_text(out, "reason", Some(held.alarm.kind.name()));
            write_text(out, "detail", Some(&held.alarm.detail));
            write_count(out, "was", held.alarm.was);
            write_count(out, "is", held.alarm.is);
            out.push(b'}');
        }
    }
    write_at(out, "acknowledged_until", state.acknowledged_until);
}

fn write_at(out: &mut Vec<u8>, name: &str, at: Option<DateTime<Utc>>) {
    write_key(out, name);
    match at {
        Some(at) => write_instant(out, at),
        None => out.extend_from_slice(b"null"),
    }
}

fn write_count(out: &mut Vec<u8>, name: &str, count: u64) {
    write_key(out, name);
    out.extend_from_slice(count.to_string().as_bytes());
}
