//! Takes in documents of events: a file, or what is found at an address.
use super::args::ImportEventsArgs;
use super::change::{change, location};
use super::failure::Failure;
use super::{say, tell};
use crate::catalogue::{AreaFacts, FeedFormat};
use crate::fetch::{Address, Fetched, Fetcher, Known};
use crate::formats::area;
use crate::socket::{EventsRequest, Request, Took};
use crate::store::{Access, Store};
use anyhow::Context;
use std::fs;
use std::path::Path;

/// So many of the entries that were refused are named.
const SHOWN: usize = 20;
/// Pages of a feed that one command takes in.
const MAX_PAGES: usize = 2_000;

/// What one or several documents came to.
#[derive(Default)]
struct Done {
    added: u64,
    changed: u64,
    unchanged: u64,
    kept: u64,
    archived: u64,
    deleted: u64,
    refused: Vec<String>,
}

pub(super) async fn import(args: ImportEventsArgs) -> Result<(), Failure> {
    let facts = facts(&args.database.database).await?;
    let mut done = Done::default();
    if args.source.contains("://") {
        let fetcher = fetcher(&facts, args.feed_ca.as_deref())?;
        let mut next = Some(address(&args, &facts)?);
        for _ in 0..MAX_PAGES {
            let Some(page) = next else { break };
            let fetched = fetcher.fetch(&page, &Known::default()).await;
            let refused = |what: String| Failure::Refused(vec![format!("{page}: {what}")]);
            let Fetched::Document(document) = fetched.map_err(|error| refused(error.to_string()))? else {
                return Err(refused("it says that nothing has changed, and was not asked that".to_owned()));
            };
            let after = take_in(&args, &facts, page.as_str(), document.bytes.to_vec(), &mut done).await?;
            next = match after.map(|next| page.join(&next)).transpose() {
                Ok(next) => next.filter(|next| next != &page),
                Err(error) => return Err(refused(format!("the address of its next page {error}"))),
            };
            if let Some(next) = next.as_ref().filter(|next| !next.is_beside(&page)) {
                return Err(refused(format!("its next page is at another host: {next}")));
            }
        }
    } else {
        let read = || format!("reading {}", args.source);
        let bytes = fs::read(&args.source).with_context(read).map_err(Failure::general)?;
        take_in(&args, &facts, &args.source, bytes, &mut done).await?;
    }
    report(&done);
    Ok(())
}

/// Takes in one document; where the next page is, if there is one.
async fn take_in(
    args: &ImportEventsArgs,
    facts: &AreaFacts,
    file: &str,
    bytes: Vec<u8>,
    done: &mut Done,
) -> Result<Option<String>, Failure> {
    let request = EventsRequest {
        file: file.to_owned(),
        content: bytes.into(),
        feed: args.feed.clone(),
        format: args.format.map(|format| format.name().to_owned()),
        organisation: args.organisation.clone(),
        whole: (args.whole || args.part).then_some(args.whole),
        forced: args.force,
    };
    // Read here first: whoever typed the command sees what is wrong whether a server runs or not.
    let events = request.asked(facts).map_err(Failure::Refused)?;
    match change(&args.database.database, events.asked, &Request::ImportEvents(request)).await? {
        Took::Events { added, changed, unchanged, kept, archived, deleted, refused } => {
            done.added += added;
            done.changed += changed;
            done.unchanged += unchanged;
            done.kept += kept;
            done.archived += archived;
            done.deleted += deleted;
            done.refused.extend(refused.into_iter().map(|(at, what)| format!("{file}: {at}: {what}")));
            Ok(events.next)
        }
        Took::HeldBack { why } => Err(Failure::Refused(vec![
            format!("{file}: nothing was taken in, since it looks broken: {why}"),
            "look at it; `--force` takes it in all the same".to_owned(),
        ])),
        other => unreachable!("events that are taken in come to {other:?}"),
    }
}

fn report(done: &Done) {
    let Done { added, changed, unchanged, kept, archived, deleted, refused } = done;
    for line in refused.iter().take(SHOWN) {
        tell(format_args!("refused: {line}"));
    }
    if SHOWN < refused.len() {
        tell(format_args!("refused: {} more", refused.len() - SHOWN));
    }
    let count = refused.len();
    let what = if added + changed + archived == 0 { "nothing has changed" } else { "taken in" };
    say(format_args!(
        "{what}: {added} events added, {changed} changed, {archived} archived, {unchanged} unchanged; {kept} fields stay as staff have them, {deleted} events stay deleted, {count} entries were refused"
    ));
}

/// What is stored of the area: which feeds there are, and how its clocks run.
async fn facts(database: &str) -> Result<AreaFacts, Failure> {
    let location = location(database)?;
    location.must_exist()?;
    let store = Store::open(&location, Access::Read).await?;
    store.require_migrated().await?;
    let mut reading = store.read().await?;
    let documents = reading.documents().await?;
    reading.close().await?;
    store.close().await;
    if documents.is_empty() {
        let what = "the database holds no area yet; `promenade import` takes one in";
        return Err(Failure::Refused(vec![what.to_owned()]));
    }
    let (facts, findings) = area::read_facts(&documents);
    facts.ok_or_else(|| Failure::Findings(findings.iter().map(ToString::to_string).collect()))
}

/// What asks for feeds of that area.
pub(super) fn fetcher(facts: &AreaFacts, authorities: Option<&Path>) -> Result<Fetcher, Failure> {
    let read = |path: &Path| fs::read(path).with_context(|| format!("reading {}", path.display()));
    let authorities = authorities.map(read).transpose().map_err(Failure::general)?;
    let agent = format!("Promenade/{} (visitor information of {})", env!("CARGO_PKG_VERSION"), facts.id);
    let made = Fetcher::new(&agent, authorities.as_deref());
    made.map_err(|error| Failure::Refused(vec![format!("feeds cannot be asked: {error}")]))
}

/// The address that is asked for, where its host is one that the manifest or the command names.
fn address(args: &ImportEventsArgs, facts: &AreaFacts) -> Result<Address, Failure> {
    let refused = |what: String| Failure::Refused(vec![what]);
    let address = Address::new(&args.source).map_err(|error| refused(format!("{}: {error}", args.source)))?;
    let of_manifest = facts.feeds.iter().filter_map(|feed| feed.address.as_ref());
    let named = args.allow_host.iter().any(|host| {
        *host == format!("{}:{}", address.host(), address.port())
            || (host == address.host() && address.port() == 443)
    });
    if named || of_manifest.into_iter().any(|known| known.is_beside(&address)) {
        return Ok(address);
    }
    let host = address.host();
    Err(refused(format!(
        "no feed of the area is at {host}: name it in area.toml, or give --allow-host {host}"
    )))
}

/// A format by its name.
pub(super) fn format(text: &str) -> Result<FeedFormat, String> {
    FeedFormat::named(text).ok_or_else(|| "there are ics, jsonld, rpde and csv".to_owned())
}
