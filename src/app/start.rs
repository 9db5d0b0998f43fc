//! From a database to a running service.
use super::App;
use super::apply::Progress;
use super::contact::Contact;
use super::counts::COUNTING;
use super::error::Error;
use super::everything::{ReadError, read_everything};
use super::follower::{Follower, Shown};
use super::published::Published;
use super::records::{AT_A_TIME, OF_VISITORS, WAITING};
use super::writer::{Fatal, Followed, Writer};
use crate::access::By;
use crate::clock::Clock;
use crate::command::{Command, Import, Outcome, Refusal};
use crate::formats::area::{self, AreaFolder, Files};
use crate::ids::{NodeId, RequestId};
use crate::store::{Store, StoreError, Times};
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What is stored cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The first import was not carried out.
    #[error("the area was not taken in: {0}")]
    Import(Box<Error>),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Read(error.into())
    }
}

/// The area that an empty database takes in.
#[derive(Clone, Debug)]
pub enum Seed {
    /// One that somebody named: a database that holds another is refused.
    Named(Box<AreaFolder>),
    /// One for want of any, not yet read: a database that holds one already is served as it is.
    Shipped(Files),
}

/// Starts the service on `store`, which is migrated. An empty database takes in the area of `seed` first.
pub async fn start(store: Store, clock: Clock, seed: Seed) -> Result<(App, Fatal), StartError> {
    let times = Times::of(&clock);
    store.found(times).await?;
    let mut reading = store.read().await?;
    let held = reading.head().await?.area;
    let changed = reading.last_change_at().await?;
    if let Some(later) = changed.filter(|at| times == Times::Rehearsed && clock.now() < *at) {
        return Err(StoreError::RehearsedLater(later).into());
    }
    reading.close().await?;
    match (held, seed) {
        (None, Seed::Named(area)) => {
            import(&store, &clock, *area, By::System).await?;
        }
        (None, Seed::Shipped(files)) => {
            let (area, findings) = area::read(files);
            let area = area.ok_or_else(|| ReadError::damaged(&findings))?;
            import(&store, &clock, area, By::System).await?;
        }
        (Some(held), Seed::Named(area)) if held != area.facts.id => {
            let refusal = Refusal::OtherArea { held, given: area.facts.id };
            return Err(StartError::Import(Box::new(refusal.into())));
        }
        (Some(_), Seed::Named(_) | Seed::Shipped(_)) => {}
    }
    let contact = Contact::new();
    let mut reading = store.read().await?;
    let now = clock.now();
    let everything = read_everything(&mut reading, now).await?;
    let roster = Arc::new(ArcSwap::from_pointee(reading.roster().await?));
    reading.close().await?;
    let (snapshot, books) = everything.snapshot(now).await?;
    let current = Arc::new(ArcSwap::from_pointee(snapshot));
    let published = Published::default();
    published.show(&current.load(), now);
    let shown = Shown { snapshot: current.clone(), roster: roster.clone(), published: published.clone() };
    let follower = Follower::start(store.clone(), clock.clone(), shown.clone(), books, contact.clone());
    let followed = Followed { follower: follower.clone(), shown };
    let (writer, fatal) = Writer::start(store.clone(), clock.clone(), Some(followed));
    let node = match &store {
        // A lease that the process before this one left, when it died, is this one's.
        Store::Sqlite { .. } => NodeId::ALONE,
        Store::Postgres(_) => NodeId::fresh(),
    };
    let records = Arc::new(Semaphore::new(AT_A_TIME));
    let past = Arc::new(Semaphore::new(OF_VISITORS));
    let past_waiting = Arc::new(Semaphore::new(WAITING));
    let uses = Arc::default();
    let app = App {
        clock,
        current,
        roster,
        uses,
        store,
        writer,
        follower,
        published,
        contact,
        node,
        records,
        past,
        past_waiting,
        counting: Arc::new(Semaphore::new(COUNTING)),
        feeding: None,
    };
    Ok((app, fatal))
}

/// Carries out one command without a running service: for the command line when no server runs.
pub async fn change_directly(
    store: &Store,
    clock: &Clock,
    command: Command,
    by: By,
    progress: Option<Progress>,
) -> Result<Outcome, Error> {
    let (writer, _fatal) = Writer::start(store.clone(), clock.clone(), None);
    writer.execute(command, by, RequestId::fresh(), progress).await
}

async fn import(store: &Store, clock: &Clock, area: AreaFolder, by: By) -> Result<Outcome, StartError> {
    let done = change_directly(store, clock, Command::Import(area.into()), by, None).await;
    done.map_err(|error| StartError::Import(Box::new(error)))
}

impl From<AreaFolder> for Import {
    fn from(folder: AreaFolder) -> Self {
        Self { area: folder.facts.id, documents: folder.documents, places: folder.places }
    }
}
