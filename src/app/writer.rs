//! The one writer: a queue of commands, committed in groups, each answered only after the commit.
//!
//! It runs on its own task, so a caller that goes away cancels nothing, and on PostgreSQL no transaction is
//! ever dropped half way back into the pool.
use super::apply::{ApplyError, Progress, apply};
use super::error::Error;
use super::follower::{Follower, Shown};
use crate::access::{By, Roster};
use crate::clock::Clock;
use crate::command::{Command, CrowdCommand, Order, Outcome};
use crate::ids::{ReportId, RequestId};
use crate::store::{CommitError, Head, Store, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot, watch};

/// Commands that may wait.
const QUEUE: usize = 1024;
/// Commands that one transaction takes.
const GROUP: usize = 512;
/// How often a transaction is run when PostgreSQL breaks it off because two met.
const TRIES: usize = 5;

/// Told when the service must not go on: a write failed in a way after which the file cannot be trusted.
pub type Fatal = watch::Receiver<Option<String>>;

/// The door to the queue. Cloning is cheap; the writer stops when the last one is gone.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Ticket>,
    clock: Clock,
    commits: Arc<AtomicU64>,
}

struct Ticket {
    order: Order,
    progress: Option<Progress>,
    answer: oneshot::Sender<Result<Outcome, Error>>,
}

struct Desk {
    store: Store,
    followed: Option<Followed>,
    fatal: watch::Sender<Option<String>>,
    commits: Arc<AtomicU64>,
}

/// Who shows what is committed, and what is shown.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The follower.
    pub follower: Follower,
    /// What it swaps.
    pub shown: Shown,
}

impl Followed {
    /// Who may act, when that is known to be as of `head`, which the caller's transaction holds: nobody has committed
    /// anything that is not shown here.
    fn roster(&self, head: &Head) -> Option<Arc<Roster>> {
        // First the snapshot: the roster is never older.
        let snapshot = self.shown.snapshot.load();
        let roster = self.shown.roster.load_full();
        (snapshot.epoch == head.epoch && snapshot.revision == head.revision).then_some(roster)
    }
}

impl Writer {
    /// Starts the writer on `store`; after each commit the follower, if any, shows it before the answers go out.
    pub fn start(store: Store, clock: Clock, followed: Option<Followed>) -> (Self, Fatal) {
        let (queue, mut waiting) = mpsc::channel::<Ticket>(QUEUE);
        let (fatal, told) = watch::channel(None);
        let commits = Arc::new(AtomicU64::new(0));
        let desk = Desk { store, followed, fatal, commits: commits.clone() };
        tokio::spawn(async move {
            while let Some(first) = waiting.recv().await {
                let mut group = vec![first];
                while group.len() < GROUP
                    && let Ok(next) = waiting.try_recv()
                {
                    group.push(next);
                }
                desk.serve(group).await;
                if desk.fatal.borrow().is_some() {
                    // Whoever waits is told that the service stops. Nothing more is committed on that connection:
                    // a second fsync may succeed without having written anything.
                    return;
                }
            }
        });
        (Self { queue, clock, commits }, told)
    }

    /// How many groups of commands were committed.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Queues a command and waits for what became of it.
    pub async fn execute(
        &self,
        command: Command,
        by: By,
        request: RequestId,
        progress: Option<Progress>,
    ) -> Result<Outcome, Error> {
        let order = Order { command, by, request, at: self.clock.now() };
        let (answer, answered) = oneshot::channel();
        match self.queue.try_send(Ticket { order, progress, answer }) {
            Ok(()) => answered.await.unwrap_or(Err(Error::Stopping)),
            Err(mpsc::error::TrySendError::Full(_)) => Err(Error::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Error::Stopping),
        }
    }
}

impl Desk {
    /// Commits a group and answers each of its tickets.
    async fn serve(&self, group: Vec<Ticket>) {
        let mut outcome = self.commit(&group).await;
        for _ in 1..TRIES {
            match &outcome {
                Err(Failure::Before(error)) if error.may_retry() => outcome = self.commit(&group).await,
                Ok(_) | Err(Failure::Before(_) | Failure::During(_)) => break,
            }
        }
        let answers = match outcome {
            Ok(answers) => answers,
            Err(Failure::Before(error)) => {
                tracing::error!(error = %error, commands = group.len(), "nothing was written");
                let error = Arc::new(error);
                group.iter().map(|_| Err(Error::Unavailable(error.clone()))).collect()
            }
            Err(Failure::During(CommitError(error))) => {
                tracing::error!(error = %error, commands = group.len(), "the outcome of a commit is unknown");
                if matches!(self.store, Store::Sqlite { .. }) {
                    // The file may hold less than SQLite believes: only a new start reads what is really there.
                    self.fatal.send_replace(Some(error.to_string()));
                }
                let error = Arc::new(error);
                group.iter().map(|_| Err(Error::OutcomeUnknown(error.clone()))).collect()
            }
        };
        for (ticket, answer) in group.into_iter().zip(answers) {
            // Whoever asked may be gone: the command is done all the same.
            drop(ticket.answer.send(answer));
        }
    }

    async fn commit(&self, group: &[Ticket]) -> Result<Vec<Result<Outcome, Error>>, Failure> {
        let mut tx = self.store.begin().await?;
        let before = tx.head().revision;
        let mut answers = Vec::with_capacity(group.len());
        let mut roster = self.followed.as_ref().and_then(|followed| followed.roster(tx.head()));
        match tx.foresee(&reported(group)).await {
            // A stored report that cannot be read fails the command that needs it, and no other.
            Err(error) if error.is_of_one_command() => {}
            foreseen => foreseen?,
        }
        for ticket in group {
            match &ticket.order.command {
                Command::Crowd(CrowdCommand::Report(_)) => tx.mark_rows(),
                _ => tx.mark().await?,
            }
            if matches!(ticket.order.command, Command::Access(_)) {
                // From here on who may act is what this transaction says.
                roster = None;
            }
            match apply(&mut tx, &ticket.order, roster.as_deref(), ticket.progress.as_ref()).await {
                Ok(outcome) => {
                    tx.keep().await?;
                    answers.push(Ok(outcome));
                }
                Err(ApplyError::Refused(refusal)) => {
                    tx.undo().await?;
                    answers.push(Err(Error::Refused(refusal)));
                }
                // What the database refuses in one command must not sink the others.
                Err(ApplyError::Store(error)) if error.is_of_one_command() => {
                    tracing::error!(error = %error, "a command failed");
                    tx.undo().await?;
                    answers.push(Err(Error::Unavailable(Arc::new(error))));
                }
                Err(ApplyError::Store(error)) => return Err(error.into()),
            }
        }
        // What fails here has not been committed, for sure.
        tx.flush().await?;
        let revision = tx.commit().await.map_err(|error| match error {
            CommitError(full) if full.is_disk_full() => Failure::Before(full),
            error @ CommitError(_) => Failure::During(error),
        })?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        if before < revision {
            let hinted = tokio::spawn(hint(self.store.clone()));
            match &self.followed {
                Some(followed) => followed.follower.reach(revision).await,
                // Whoever has no follower is about to end, and the hint with it.
                None => drop(hinted.await),
            }
        }
        Ok(answers)
    }
}

/// The reports that a group brings.
fn reported(group: &[Ticket]) -> Vec<ReportId> {
    let of = |ticket: &Ticket| match &ticket.order.command {
        Command::Crowd(CrowdCommand::Report(batch)) => batch.reports.iter().map(|sent| sent.id).collect(),
        _ => Vec::new(),
    };
    group.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Tells the other nodes; one that is not told looks every second.
async fn hint(store: Store) {
    if let Err(error) = store.hint().await {
        tracing::warn!(error = %error, "other nodes were not told of a change; they look every second");
    }
}

enum Failure {
    Before(StoreError),
    During(CommitError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Before(error)
    }
}
