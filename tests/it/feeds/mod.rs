//! Events that come by feeds: taken in, owned, held back, and what staff make of them.
mod asking;
mod corpus;
mod fetching;
mod manifest;
mod quarantine;
mod running;
mod taking;

use crate::support::Service;
use promenade::access::By;
use promenade::app::Error;
use promenade::catalogue::{FeedContent, FeedItem, FeedNote, FeedSource, FeedState, FeedTaken, Item};
use promenade::command::{
    Command, Expected, Extent, FeedCommand, FeedOutcome, Outcome, TakeInFeed, Validators,
};
use promenade::features::Feature;
use promenade::features::schema::event_at as at;
use promenade::formats::feed::{Draft, Origin};
use promenade::ids::{Collection, FeatureId, RequestId};
use std::sync::Arc;

const NOON: &str = "2026-07-18T12:00:00Z";

/// What somebody says of an event in a feed.
#[derive(Clone, Debug)]
pub struct Said {
    pub id: String,
    pub name: String,
    pub starts: String,
}

/// The events with these numbers, one a day from 1 August 2026 on.
pub fn said(numbers: impl IntoIterator<Item = usize>) -> Vec<Said> {
    let one = |number: usize| Said {
        id: format!("uid-{number}@example"),
        name: format!("Show {number}"),
        starts: format!("2026-{:02}-{:02}T19:30", 8 + number / 28 % 4, 1 + number % 28),
    };
    numbers.into_iter().map(one).collect()
}

pub fn source(service: &Service) -> FeedSource {
    service.app.snapshot().area.facts.feeds[0].clone()
}

pub fn origin(source: &FeedSource) -> Origin {
    Origin {
        feed: source.id.clone(),
        organisation: source.organisation.clone(),
        time_zone: "Europe/London".to_owned(),
    }
}

pub fn item(source: &FeedSource, said: &Said) -> FeedItem {
    let mut draft = Draft::default();
    draft.put(at::NAME, &said.name).unwrap();
    draft.put(at::STARTS, &said.starts).unwrap();
    origin(source).item(&said.id, format!("item {}", said.id), draft).unwrap()
}

pub fn content(source: &FeedSource, said: &[Said]) -> FeedContent {
    FeedContent { items: said.iter().map(|said| item(source, said)).collect(), ..FeedContent::default() }
}

pub fn refused(count: usize) -> Vec<FeedNote> {
    (0..count).map(|n| FeedNote { at: format!("line {n}"), what: "has no DTSTART".to_owned() }).collect()
}

pub fn take(source: &FeedSource, service: &Service, content: FeedContent) -> TakeInFeed {
    TakeInFeed {
        source: source.clone(),
        calendar: service.app.snapshot().area.calendar.clone(),
        content: Arc::new(content),
        extent: Extent::Whole,
        forced: false,
        validators: Validators::default(),
        node: None,
    }
}

pub async fn asked(service: &Service, command: FeedCommand) -> Result<FeedOutcome, Error> {
    match service.app.execute(Command::Feed(command), By::System, RequestId::fresh()).await? {
        Outcome::Feed(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

pub async fn taken(service: &Service, take: TakeInFeed) -> FeedTaken {
    match asked(service, FeedCommand::TakeIn(take)).await.unwrap() {
        FeedOutcome::Taken { taken, .. } => taken,
        other => panic!("{}: {other:?}", service.name),
    }
}

/// Takes in the whole of a feed that says this.
pub async fn run(service: &Service, said: &[Said]) -> FeedTaken {
    let source = source(service);
    taken(service, take(&source, service, content(&source, said))).await
}

pub async fn state(service: &Service, feed: &str) -> FeedState {
    let mut reading = service.store.read().await.unwrap();
    let mut feeds = reading.feeds().await.unwrap();
    reading.close().await.unwrap();
    feeds.remove(&FeatureId::new(feed).unwrap()).expect("it was asked")
}

pub fn event_id(service: &Service, number: usize) -> FeatureId {
    origin(&source(service)).event_id(&said([number])[0].id)
}

pub async fn stored(service: &Service, number: usize) -> Item {
    let mut reading = service.store.read().await.unwrap();
    let item = reading.feature(Collection::Events, &event_id(service, number)).await.unwrap();
    reading.close().await.unwrap();
    item.unwrap_or_else(|| panic!("{} has no event {number}", service.name))
}

/// Writes `feature` as staff would.
pub async fn edit(service: &Service, feature: Feature) {
    let command = Command::Put { feature: Arc::new(feature), expected: Expected::Anything };
    service.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
}
