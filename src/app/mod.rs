//! What the service does, whoever asks: HTTP, a job, the command line.
//!
//! Readers take [`App::snapshot`] and ask it. Whoever wants something changed hands a command to the one
//! [`Writer`]; what it commits, the [`Follower`] reads from the log and shows.
mod anchors;
mod applications;
mod apply;
mod batches;
mod contact;
mod counts;
mod crowd;
mod edits;
mod error;
mod events;
mod everything;
mod feeds;
mod follower;
mod lease;
pub mod orders;
mod policies;
mod promotions;
mod publish;
mod published;
mod records;
mod replay;
mod roster;
mod secrets;
mod start;
mod writer;

pub use apply::Progress;
pub use contact::{Contact, Reach};
pub use edits::{Editor, How, Outside};
pub use error::Error;
pub use everything::ReadError;
pub use feeds::{FEEDING, FeedPage, Feeding, ReadFeed, Source};
pub use follower::{Follower, Shown};
pub use policies::{Trial, Tried};
pub use publish::PUBLISHING;
pub use records::RecordsError;
pub use replay::{ReplayError, Replayed, Replaying};
pub use secrets::{new_code, new_token};
pub use start::{Seed, StartError, change_directly, start};
pub use writer::{Fatal, Writer};

use crate::access::{By, Roster};
use crate::clock::Clock;
use crate::command::{Command, Outcome};
use crate::ids::{NodeId, RequestId};
use crate::snapshot::Snapshot;
use crate::store::Store;
use arc_swap::ArcSwap;
use published::Published;
use roster::Uses;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A running service. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct App {
    clock: Clock,
    current: Arc<ArcSwap<Snapshot>>,
    roster: Arc<ArcSwap<Roster>>,
    uses: Arc<Uses>,
    /// For what only staff ask; what visitors ask never comes here.
    store: Store,
    writer: Writer,
    follower: Follower,
    /// What was shown and is to be written down.
    published: Published,
    contact: Contact,
    /// Which one this is of those on the database.
    node: NodeId,
    /// Turns to read records, see [`records`].
    records: Arc<Semaphore>,
    /// Turns to read what was published.
    past: Arc<Semaphore>,
    past_waiting: Arc<Semaphore>,
    /// Turns to count something.
    counting: Arc<Semaphore>,
    /// What feeds are asked with; none: they are not asked.
    feeding: Option<Arc<Feeding>>,
}

impl App {
    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What is published now. Held for the length of one answer, not longer.
    ///
    /// When the database has been silent for too long, it shows that nobody knows how full the beaches are, whether the
    /// follower has come to say so or not.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let snapshot = self.current.load_full();
        if self.contact.reach() == Reach::Lost && !snapshot.is_blind() {
            return Arc::new(snapshot.blind(self.clock.now()));
        }
        snapshot
    }

    /// How long ago the database last answered, and what follows from it.
    pub fn reach(&self) -> Reach {
        self.contact.reach()
    }

    /// How many groups of commands this node has committed.
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Carries out `command`. When it answers, the change is on disk and visible in [`App::snapshot`].
    ///
    /// Runs to its end even if the caller goes away.
    pub async fn execute(&self, command: Command, by: By, request: RequestId) -> Result<Outcome, Error> {
        self.writer.execute(command, by, request, None).await
    }

    /// The same, saying how far it is: for long commands.
    pub async fn execute_with_progress(
        &self,
        command: Command,
        by: By,
        request: RequestId,
        progress: Progress,
    ) -> Result<Outcome, Error> {
        self.writer.execute(command, by, request, Some(progress)).await
    }
}
