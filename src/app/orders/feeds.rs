//! Commands about feeds, from words.
use crate::app::feeds::{extent, read_page};
use crate::app::orders::Asked;
use crate::catalogue::{AreaFacts, FeedFormat, FeedSource};
use crate::command::{Command, Extent, FeedCommand, TakeInFeed, Validators};
use crate::formats::feed::Origin;
use crate::ids::{FeatureId, OrganisationId};
use std::path::Path;
use std::sync::Arc;

/// What is said of a document of events to be taken in.
#[derive(Clone, Copy, Debug)]
pub struct EventsWords<'a> {
    /// What the file is called, or where it was found.
    pub file: &'a str,
    /// The feed whose its events are.
    pub feed: &'a str,
    /// How it is written; none: as the manifest says of the feed, or as the file's name ends.
    pub format: Option<&'a str>,
    /// The organisation whose its events are; none: as the manifest says of the feed.
    pub organisation: Option<&'a str>,
    /// Whether it is all of the feed; none: as is usual for its format.
    pub whole: Option<bool>,
    /// Whether it is taken in whatever it looks like.
    pub forced: bool,
}

/// A document of events to be taken in, and where the feed goes on, of feeds of pages.
#[derive(Debug)]
pub struct AskedEvents {
    /// The command.
    pub asked: Asked,
    /// The next page.
    pub next: Option<String>,
}

/// The feed that is meant: of the manifest of the area, or a new one.
pub fn feed_source(words: &EventsWords<'_>, facts: &AreaFacts) -> Result<FeedSource, Vec<String>> {
    let line = |text: String| vec![text];
    let id = FeatureId::new(words.feed).map_err(|error| line(error.to_string()))?;
    if Origin::MAX_ID < words.feed.len() {
        return Err(line(format!("the feed's id `{id}` has more than {} characters", Origin::MAX_ID)));
    }
    let known = facts.feeds.iter().find(|feed| feed.id == id);
    let format = match (words.format, known) {
        (Some(name), _) => FeedFormat::named(name).ok_or_else(|| {
            let all: Vec<&str> = FeedFormat::ALL.iter().map(|format| format.name()).collect();
            line(format!("`{name}` is no format; there are {}", all.join(", ")))
        })?,
        (None, Some(known)) => known.format,
        (None, None) => format_named(words.file)
            .ok_or_else(|| line(format!("{}: say with --format how it is written", words.file)))?,
    };
    let organisation = words.organisation.map(OrganisationId::new).transpose();
    let organisation = organisation.map_err(|error| line(error.to_string()))?;
    let organisation = organisation.or_else(|| known.and_then(|known| known.organisation.clone()));
    Ok(FeedSource {
        name: known.map_or_else(|| words.feed.to_owned(), |known| known.name.clone()),
        address: known.and_then(|known| known.address.clone()),
        every: known.map_or(FeedSource::LONGEST, |known| known.every),
        attribution: known.and_then(|known| known.attribution.clone()),
        id,
        format,
        organisation,
    })
}

/// The command to take in the document of events that says this; or why there is none.
pub fn import_events(
    words: &EventsWords<'_>,
    bytes: &[u8],
    facts: &AreaFacts,
) -> Result<AskedEvents, Vec<String>> {
    let source = feed_source(words, facts)?;
    let calendar = facts.calendar().map_err(|error| vec![error.to_string()])?;
    let origin = Origin {
        feed: source.id.clone(),
        organisation: source.organisation.clone(),
        time_zone: facts.time_zone.clone(),
    };
    let page = read_page(source.format, bytes, &origin, words.file)
        .map_err(|note| vec![format!("{}: {}: {}", words.file, note.at, note.what)])?;
    let extent = match words.whole {
        Some(true) => Extent::Whole,
        Some(false) => Extent::Part,
        None => extent(source.format),
    };
    let take = TakeInFeed {
        source,
        calendar,
        content: Arc::new(page.content),
        extent,
        forced: words.forced,
        validators: Validators::default(),
        node: None,
    };
    let next = page.next.filter(|_| !page.is_last);
    Ok(AskedEvents { asked: Command::Feed(FeedCommand::TakeIn(take)).into(), next })
}

fn format_named(file: &str) -> Option<FeedFormat> {
    let ending = Path::new(file).extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "ics" => Some(FeedFormat::Ics),
        "jsonld" => Some(FeedFormat::JsonLd),
        "csv" => Some(FeedFormat::Csv),
        _ => None,
    }
}
