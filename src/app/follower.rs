//! Follows the log: reads what was committed, here or on another node, and swaps the snapshot and the roster.
//!
//! Only this task stores either. It looks when told of a commit, when hinted at one, and every second.
use super::anchors::Anchors;
use super::contact::Contact;
use super::everything::{ReadError, read_everything};
use crate::access::Roster;
use crate::clock::Clock;
use crate::ids::Revision;
use crate::snapshot::{Changed, Snapshot};
use crate::store::{Hints, Op, Reading, Store, StoreError, Subject};
use arc_swap::ArcSwap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

const LOOK: Duration = Duration::from_secs(1);
/// How long a writer waits to see its change shown.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the database may take to answer: everything is read again within it, too.
const DEADLINE: Duration = Duration::from_mins(2);
/// How long it may take to say whether anything has changed.
const SILENCE: Duration = Duration::from_secs(8);
/// Changes that are read one by one; with more, everything is read again.
const STEPS: i64 = 1000;

/// The door to the follower. Cloning is cheap; it stops when the last one is gone.
#[derive(Clone, Debug)]
pub struct Follower {
    wishes: mpsc::Sender<(Revision, oneshot::Sender<()>)>,
}

/// What the follower swaps: nobody else does.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What is published.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Who may act; never older than the snapshot.
    pub roster: Arc<ArcSwap<Roster>>,
}

struct Following {
    store: Store,
    clock: Clock,
    shown: Shown,
    contact: Contact,
    anchors: Anchors,
}

impl Follower {
    /// Starts to follow from what `shown` shows.
    pub fn start(store: Store, clock: Clock, shown: Shown, contact: Contact) -> Self {
        let (wishes, asked) = mpsc::channel(16);
        let (hinted, hints) = mpsc::channel(1);
        tokio::spawn(listen(store.clone(), hinted));
        let anchors = Anchors::default();
        tokio::spawn(Following { store, clock, shown, contact, anchors }.run(asked, hints));
        Self { wishes }
    }

    /// Returns when the snapshot shows `revision`, or when the database cannot be read now.
    pub async fn reach(&self, revision: Revision) {
        let (done, wait) = oneshot::channel();
        let shown = async {
            // An error is the follower stopping: there is nobody left to show anything to.
            if self.wishes.send((revision, done)).await.is_ok() {
                drop(wait.await);
            }
        };
        if timeout(PATIENCE, shown).await.is_err() {
            tracing::error!(committed = %revision, "a committed change is not shown yet");
        }
    }
}

/// Passes on hints; one that waits is enough. Gone wrong, it begins again after a second.
async fn listen(store: Store, hinted: mpsc::Sender<()>) {
    while !hinted.is_closed() {
        let heard = async {
            let mut hints = store.hints().await?;
            if matches!(hints, Hints::None) {
                hinted.closed().await;
            }
            while !hinted.is_closed() {
                hints.next().await?;
                let _ = hinted.try_send(());
            }
            Ok::<(), StoreError>(())
        };
        if let Err(error) = heard.await {
            if error.is_closed() {
                return;
            }
            tracing::warn!(error = %error, "not listening for changes; looking every second");
            sleep(LOOK).await;
        }
    }
}

impl Following {
    async fn run(
        mut self,
        mut asked: mpsc::Receiver<(Revision, oneshot::Sender<()>)>,
        mut hints: mpsc::Receiver<()>,
    ) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent = false;
        loop {
            let wish = tokio::select! {
                wish = asked.recv() => match wish {
                    Some(wish) => Some(wish),
                    None => return,
                },
                _ = ticks.tick() => None,
                Some(()) = hints.recv() => None,
            };
            let looked = timeout(DEADLINE, self.look()).await.unwrap_or(Err(ReadError::Silent));
            if let Err(ReadError::Silent) = looked {
                // Cut short, a connection may come back into its pool as an open transaction that sees the past,
                // or wait for a network that has forgotten it: none of them is used again.
                self.store = self.store.reconnected();
            }
            match looked {
                Ok(()) => {
                    self.contact.made();
                    if silent {
                        tracing::info!("the database answers again");
                    }
                    silent = false;
                }
                Err(error) if silent => {
                    tracing::debug!(error = %error, "the database still cannot be followed");
                }
                Err(error) => {
                    tracing::error!(error = %error, "the database cannot be followed; what is shown may be old");
                    silent = true;
                }
            }
            self.refresh().await;
            if let Some((revision, done)) = wish {
                let shown = self.shown.snapshot.load().revision;
                if shown < revision {
                    tracing::error!(%shown, committed = %revision, "a committed change is not shown yet");
                }
                let _ = done.send(());
            }
        }
    }

    /// Reads what was committed since, and shows it.
    async fn look(&mut self) -> Result<(), ReadError> {
        let shown = self.shown.snapshot.load_full();
        let asked = async {
            let mut reading = self.store.read().await?;
            let head = reading.head().await?;
            Ok::<_, ReadError>((reading, head))
        };
        let (mut reading, head) = timeout(SILENCE, asked).await.unwrap_or(Err(ReadError::Silent))?;
        self.anchors.seen(&head);
        if head.epoch == shown.epoch && head.revision == shown.revision {
            return Ok(reading.close().await?);
        }
        let changed = if head.epoch == shown.epoch {
            changes(&mut reading, shown.revision, head.revision).await?
        } else {
            tracing::warn!(was = %shown.epoch, is = %head.epoch, "the database is on another timeline");
            None
        };
        let now = self.clock.now();
        let (roster, next) = match changed {
            Some(Changes { features, roster }) => {
                reading.close().await?;
                let build = move || shown.after(head.revision, features, now);
                let built = tokio::task::spawn_blocking(build).await;
                (roster, built.map_err(|error| ReadError::Build(error.to_string()))?)
            }
            None => {
                let everything = read_everything(&mut reading).await?;
                reading.close().await?;
                (Some(everything.roster.clone()), everything.snapshot(now).await?)
            }
        };
        // First: whoever sees the revision of a change of access sees the change.
        if let Some(roster) = roster {
            self.shown.roster.store(roster);
        }
        self.shown.snapshot.store(Arc::new(next));
        Ok(())
    }

    /// Renders for everybody what time alone has changed.
    async fn refresh(&self) {
        let (shown, now) = (self.shown.snapshot.load_full(), self.clock.now());
        if let Ok(Some(fresh)) = tokio::task::spawn_blocking(move || shown.refreshed(now)).await {
            self.shown.snapshot.store(Arc::new(fresh));
        }
    }
}

/// What the log is about, as it is now.
struct Changes {
    features: Changed,
    /// None: nobody's access has changed.
    roster: Option<Arc<Roster>>,
}

/// What changed after `shown` up to `head`, as it is now. None: everything must be read again, because the log has a
/// gap, is too long, or is about the area as a whole.
async fn changes(
    reading: &mut Reading,
    shown: Revision,
    head: Revision,
) -> Result<Option<Changes>, StoreError> {
    let log = reading.changes(shown, STEPS).await?;
    let contiguous = log.iter().zip(shown.0 + 1..).all(|(change, number)| change.revision.0 == number);
    let reaches = log.last().is_some_and(|last| last.revision == head);
    if !contiguous || !reaches {
        tracing::info!(%shown, %head, changes = log.len(), "reading everything again");
        return Ok(None);
    }
    let (mut touched, mut access) = (BTreeSet::new(), false);
    for change in log {
        match (change.subject, change.op) {
            (Subject::Area(_), _) => return Ok(None),
            (Subject::Access(_), Op::Put | Op::Delete) => access = true,
            (Subject::Item(collection, id), Op::Put | Op::Delete) => drop(touched.insert((collection, id))),
        }
    }
    let mut features = Changed::new();
    for (collection, id) in touched {
        let item = reading.feature(collection, &id).await?.map(Arc::new);
        features.entry(collection).or_default().push((id, item));
    }
    let roster = if access { Some(Arc::new(reading.roster().await?)) } else { None };
    Ok(Some(Changes { features, roster }))
}
