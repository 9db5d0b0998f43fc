//! From a database to a running service.
use super::App;
use super::contact::Contact;
use super::error::Error;
use super::follower::Follower;
use super::writer::{Fatal, Progress, Writer};
use crate::access::Actor;
use crate::catalogue::Item;
use crate::clock::Clock;
use crate::command::{Command, Import, Outcome, Refusal};
use crate::formats::area::{self, AreaFolder};
use crate::hours::CalendarError;
use crate::ids::{Epoch, RequestId, Revision};
use crate::snapshot::{AreaView, Snapshot};
use crate::store::{Reading, Store, StoreError};
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first import was not carried out.
    #[error("the area was not taken in: {0}")]
    Import(Box<Error>),
    /// What the database holds of the area as a whole cannot be used.
    #[error("the area stored in the database is damaged: {0}")]
    Area(String),
    /// The time zone is unknown to this program.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The snapshot could not be built.
    #[error("the snapshot could not be built: {0}")]
    Build(String),
}

/// Starts the service on `store`, which is migrated. An empty database takes in `area` first; one that holds
/// another area refuses it.
pub async fn start(store: Store, clock: Clock, area: AreaFolder) -> Result<(App, Fatal), StartError> {
    store.found().await?;
    let mut reading = store.read().await?;
    let held = reading.head().await?.area;
    reading.close().await?;
    match held {
        None => {
            import(&store, &clock, area, Actor::System).await?;
        }
        Some(held) if held == area.facts.id => {}
        Some(held) => {
            let refusal = Refusal::OtherArea { held, given: area.facts.id };
            return Err(StartError::Import(Box::new(refusal.into())));
        }
    }
    let contact = Contact::new();
    let mut reading = store.read().await?;
    let everything = read_everything(&mut reading).await?;
    reading.close().await?;
    let now = clock.now();
    let built = tokio::task::spawn_blocking(move || everything.snapshot(now)).await;
    let snapshot = built.map_err(|error| StartError::Build(error.to_string()))?;
    let current = Arc::new(ArcSwap::from_pointee(snapshot));
    let follower = Follower::start(store.clone(), clock.clone(), current.clone(), contact.clone());
    let (writer, fatal) = Writer::start(store, clock.clone(), Some(follower));
    Ok((App { clock, current, writer, contact }, fatal))
}

/// Carries out one command without a running service: for the command line when no server runs.
pub async fn change_directly(
    store: &Store,
    clock: &Clock,
    command: Command,
    actor: Actor,
    progress: Option<Progress>,
) -> Result<Outcome, Error> {
    let (writer, _fatal) = Writer::start(store.clone(), clock.clone(), None);
    writer.execute(command, actor, RequestId::fresh(), progress).await
}

async fn import(store: &Store, clock: &Clock, area: AreaFolder, actor: Actor) -> Result<Outcome, StartError> {
    let done = change_directly(store, clock, Command::Import(area.into()), actor, None).await;
    done.map_err(|error| StartError::Import(Box::new(error)))
}

impl From<AreaFolder> for Import {
    fn from(folder: AreaFolder) -> Self {
        Self { area: folder.facts.id, documents: folder.documents, places: folder.places }
    }
}

/// All that a snapshot is built from, of one instant.
pub(super) struct Everything {
    epoch: Epoch,
    revision: Revision,
    area: Arc<AreaView>,
    items: Vec<Item>,
}

impl Everything {
    pub(super) fn snapshot(self, now: DateTime<Utc>) -> Snapshot {
        Snapshot::build(self.epoch, self.revision, self.area, self.items, now)
    }
}

pub(super) async fn read_everything(reading: &mut Reading) -> Result<Everything, StartError> {
    let head = reading.head().await?;
    let documents = reading.documents().await?;
    let (facts, findings) = area::read_facts(&documents);
    let facts = facts.ok_or_else(|| {
        let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
        StartError::Area(all.join("; "))
    })?;
    let area = Arc::new(AreaView::new(facts)?);
    let items = reading.places().await?;
    Ok(Everything { epoch: head.epoch, revision: head.revision, area, items })
}
