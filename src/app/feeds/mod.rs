//! Sources of events: asked when they are due, read, and handed to the writer.
mod read;
mod sources;

pub use read::{FeedPage, ReadFeed, read_page};
pub use sources::Source;

use super::{App, Error};
use crate::access::By;
use crate::catalogue::{Alarm, AlarmKind, FeedFormat, FeedSource, FeedState};
use crate::command::{
    Command, Extent, FeedAttempt, FeedCommand, FeedOutcome, FeedRefusal, Outcome, Refusal, TakeInFeed,
    Validators,
};
use crate::feeds::is_due;
use crate::fetch::{Address, Document, Fetched, Fetcher, Known};
use crate::formats::feed::Origin;
use crate::ids::RequestId;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The lease of the node that takes feeds in.
pub const FEEDING: &str = "feeding";

/// How long a document may be read. Readers are bounded themselves; this is for what nobody has thought of.
const READING: Duration = Duration::from_secs(20);
/// Pages of one run; what is left is read when the feed is due again.
const MAX_PAGES: usize = 200;

/// What feeds are asked and read with.
#[derive(Clone, Debug)]
pub struct Feeding {
    fetcher: Fetcher,
    read: ReadFeed,
}

impl Feeding {
    /// Asks with `fetcher`.
    pub fn new(fetcher: Fetcher) -> Self {
        Self { fetcher, read: read_page }
    }

    /// The same, with another reader: for tests of what comes before and after it.
    #[must_use]
    pub fn reading_by(self, read: ReadFeed) -> Self {
        Self { read, ..self }
    }
}

/// What one answer came to: whether there is more, and where.
enum Page {
    Last,
    More(Address),
}

impl App {
    /// The same service, which asks feeds.
    #[must_use]
    pub fn with_feeding(self, feeding: Feeding) -> Self {
        Self { feeding: Some(Arc::new(feeding)), ..self }
    }

    /// Asks the feeds that are due, one after the other, if this node is the one that does.
    pub async fn take_feeds_in(&self) -> Result<(), Error> {
        let Some(feeding) = &self.feeding else { return Ok(()) };
        let area = self.snapshot().area.clone();
        if area.facts.feeds.iter().all(|source| source.address.is_none()) || !self.holds(FEEDING).await? {
            return Ok(());
        }
        let mut reading = self.store.read_briefly().await?;
        let states = reading.feeds().await?;
        reading.close().await?;
        for source in &area.facts.feeds {
            let state = states.get(&source.id).cloned().unwrap_or_default();
            if source.address.is_some() && is_due(self.clock.now(), state.attempted_at, source.every) {
                self.ask_feed(feeding, source, state).await?;
            }
        }
        Ok(())
    }

    /// Asks one feed, and takes in what it brings: of a feed of pages, as many as there are.
    async fn ask_feed(&self, feeding: &Feeding, source: &FeedSource, state: FeedState) -> Result<(), Error> {
        let Some(start) = &source.address else { return Ok(()) };
        let mut known = Known { etag: state.etag, last_modified: state.last_modified };
        let mut address = match state.next.as_deref().map(|next| start.join(next)) {
            // The manifest may have another address by now.
            Some(Ok(next)) if next.is_beside(start) => next,
            Some(_) => {
                known = Known::default();
                start.clone()
            }
            None => start.clone(),
        };
        for _ in 0..MAX_PAGES {
            match self.ask_page(feeding, source, &address, &known).await? {
                Page::Last => return Ok(()),
                Page::More(next) => address = next,
            }
            known = Known::default();
        }
        Ok(())
    }

    async fn ask_page(
        &self,
        feeding: &Feeding,
        source: &FeedSource,
        address: &Address,
        known: &Known,
    ) -> Result<Page, Error> {
        let document = match feeding.fetcher.fetch(address, known).await {
            Ok(Fetched::Document(document)) => document,
            Ok(Fetched::Same) => return self.note(source, FeedAttempt::Same).await,
            Err(error) => return self.note(source, FeedAttempt::Failed(error.to_string())).await,
        };
        let page = match self.read(feeding, source, address, &document).await {
            Ok(page) => page,
            Err(attempt) => return self.note(source, attempt).await,
        };
        let next = page.next.as_deref().map(|next| address.join(next)).transpose();
        let next = match next {
            Ok(Some(next)) if !next.is_beside(address) => {
                let why = format!("its next page is at another host: {next}");
                return self.note(source, FeedAttempt::Failed(why)).await;
            }
            Ok(next) => next,
            Err(error) => {
                let why = format!("the address of its next page {error}");
                return self.note(source, FeedAttempt::Failed(why)).await;
            }
        };
        // What is known of this answer helps only where the very same is asked for again.
        let again = next.as_ref().is_none_or(|next| next == address);
        let known = if again { document.known } else { Known::default() };
        let validators = Validators {
            etag: known.etag,
            last_modified: known.last_modified,
            next: next.as_ref().map(ToString::to_string),
        };
        if !self.holds(FEEDING).await? {
            return Ok(Page::Last);
        }
        let take = TakeInFeed {
            source: source.clone(),
            calendar: self.snapshot().area.calendar.clone(),
            content: Arc::new(page.content),
            extent: extent(source.format),
            forced: false,
            validators,
            node: Some(self.node),
        };
        let outcome = match self.execute_feed(FeedCommand::TakeIn(take)).await {
            Err(Error::Refused(Refusal::Feed(FeedRefusal::NoLease))) => return Ok(Page::Last),
            done => done?,
        };
        match outcome {
            FeedOutcome::Taken { taken, .. } => {
                if taken.wrote() {
                    tracing::info!(feed = %source.id, ?taken, "a feed was taken in");
                }
                Ok(next.filter(|_| !page.is_last).map_or(Page::Last, Page::More))
            }
            FeedOutcome::Quarantined(held) => {
                tracing::warn!(feed = %source.id, why = held.alarm.detail, "what a feed brings is held back");
                Ok(Page::Last)
            }
            FeedOutcome::Noted | FeedOutcome::Acknowledged(_) | FeedOutcome::Asked => Ok(Page::Last),
        }
    }

    /// Reads what came, on a thread that may take its time; or what is to be noted instead.
    async fn read(
        &self,
        feeding: &Feeding,
        source: &FeedSource,
        address: &Address,
        document: &Document,
    ) -> Result<FeedPage, FeedAttempt> {
        let unusable = |kind, detail| FeedAttempt::Unusable(Alarm { kind, detail, was: 0, is: 0 });
        if source.format != FeedFormat::JsonLd && is_markup(document) {
            let what = "it is a page for people (HTML), not a feed".to_owned();
            return Err(unusable(AlarmKind::Markup, what));
        }
        let origin = Origin {
            feed: source.id.clone(),
            organisation: source.organisation.clone(),
            time_zone: self.snapshot().area.facts.time_zone.clone(),
        };
        let (read, format) = (feeding.read, source.format);
        let (bytes, address) = (document.bytes.clone(), address.to_string());
        let work = tokio::task::spawn_blocking(move || read(format, &bytes, &origin, &address));
        match timeout(READING, work).await {
            Ok(Ok(Ok(page))) => Ok(page),
            Ok(Ok(Err(note))) => Err(unusable(AlarmKind::Unreadable, format!("{}: {}", note.at, note.what))),
            Ok(Err(_)) => Err(unusable(AlarmKind::Unreadable, "its reader failed on it".to_owned())),
            Err(_) => Err(unusable(AlarmKind::Unreadable, "it took too long to read".to_owned())),
        }
    }

    async fn note(&self, source: &FeedSource, attempt: FeedAttempt) -> Result<Page, Error> {
        match &attempt {
            FeedAttempt::Same => {}
            FeedAttempt::Failed(why) => tracing::warn!(feed = %source.id, why, "a feed cannot be had"),
            FeedAttempt::Unusable(alarm) => {
                tracing::warn!(feed = %source.id, why = alarm.detail, "what a feed brings is held back");
            }
        }
        self.execute_feed(FeedCommand::Note { feed: source.id.clone(), attempt }).await?;
        Ok(Page::Last)
    }

    async fn execute_feed(&self, command: FeedCommand) -> Result<FeedOutcome, Error> {
        match self.execute(Command::Feed(command), By::System, RequestId::fresh()).await? {
            Outcome::Feed(outcome) => Ok(outcome),
            other => unreachable!("a command about a feed comes to {other:?}"),
        }
    }
}

/// How much of a feed one document in that format is.
pub fn extent(format: FeedFormat) -> Extent {
    match format {
        FeedFormat::Rpde => Extent::Part,
        FeedFormat::Ics | FeedFormat::JsonLd | FeedFormat::Csv => Extent::Whole,
    }
}

/// Whether a document is a page for people. One may hold linked data all the same.
fn is_markup(document: &Document) -> bool {
    let said = document.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let start = document.bytes.trim_ascii_start();
    let begins = |tag: &[u8]| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    begins(b"<!doctype html") || begins(b"<html") || (said.starts_with("text/html") && begins(b"<"))
}
