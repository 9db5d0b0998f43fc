//! Follows the log: reads what was committed, here or on another node, and swaps the snapshot and the roster.
//!
//! Only this task stores either. It looks when told of a commit, when hinted at one, and every second.
use super::anchors::Anchors;
use super::contact::{Contact, Reach};
use super::crowd::{Books, Counted};
use super::everything::{ReadError, read_everything};
use super::published::Published;
use crate::access::Roster;
use crate::clock::Clock;
use crate::ids::{Collection, Epoch, FeatureId, Revision};
use crate::snapshot::{Changed, NewCrowds, Snapshot};
use crate::store::{Head, Op, Reading, Store, StoreError, Subject};
use arc_swap::ArcSwap;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

const LOOK: Duration = Duration::from_secs(1);
/// How long a writer waits to see its change shown.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the database may take to answer: everything is read again within it, too.
const DEADLINE: Duration = Duration::from_mins(2);
/// How long it may take to say whether anything has changed.
const SILENCE: Duration = Duration::from_secs(8);
/// Features that are read one by one; with more, everything is read again.
const STEPS: usize = 1000;
/// Lines of the log that are read at once; with more, everything is read again.
const LINES: i64 = 20_000;

/// The door to the follower. Cloning is cheap; it stops when the last one is gone.
#[derive(Clone, Debug)]
pub struct Follower {
    wishes: mpsc::Sender<Wish>,
}

/// What the follower is asked for.
#[derive(Debug)]
enum Wish {
    /// To say when this revision is shown.
    Reach(Revision, oneshot::Sender<()>),
    /// To read everything again: what is shown is not what is stored.
    Anew,
}

/// What the follower swaps: nobody else does.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What is published.
    pub snapshot: Arc<ArcSwap<Snapshot>>,
    /// Who may act; never older than the snapshot.
    pub roster: Arc<ArcSwap<Roster>>,
    /// What was shown of the beaches.
    pub(super) published: Published,
}

struct Following {
    store: Store,
    clock: Clock,
    shown: Shown,
    contact: Contact,
    anchors: Anchors,
    /// None: they must be read again, with everything else.
    books: Option<Books>,
    /// Whether everything is to be read again.
    anew: bool,
}

impl Follower {
    /// Starts to follow from what `shown` shows.
    pub(super) fn start(store: Store, clock: Clock, shown: Shown, books: Books, contact: Contact) -> Self {
        let (wishes, asked) = mpsc::channel(16);
        let (hinted, hints) = mpsc::channel(1);
        tokio::spawn(listen(store.clone(), hinted));
        let anchors = Anchors::default();
        tokio::spawn(
            Following { store, clock, shown, contact, anchors, books: Some(books), anew: false }
                .run(asked, hints),
        );
        Self { wishes }
    }

    /// Returns when the snapshot shows `revision`, or when the database cannot be read now.
    pub async fn reach(&self, revision: Revision) {
        let (done, wait) = oneshot::channel();
        let shown = async {
            // An error is the follower stopping: there is nobody left to show anything to.
            if self.wishes.send(Wish::Reach(revision, done)).await.is_ok() {
                drop(wait.await);
            }
        };
        if timeout(PATIENCE, shown).await.is_err() {
            tracing::error!(committed = %revision, "a committed change is not shown yet");
        }
    }
}

impl Follower {
    /// Has everything read again, soon.
    pub(super) async fn begin_anew(&self) {
        // An error is the follower stopping: there is nothing left to show.
        let _ = self.wishes.send(Wish::Anew).await;
    }
}

/// Passes on hints; one that waits is enough. Gone wrong, it begins again after a second.
async fn listen(store: Store, hinted: mpsc::Sender<()>) {
    let hear = async || -> Result<Infallible, StoreError> {
        let mut hints = store.hints().await?;
        loop {
            hints.next().await?;
            let _ = hinted.try_send(());
        }
    };
    loop {
        let Err(error) = tokio::select! {
            // At once, and not at the next hint: until then it would keep a connection.
            () = hinted.closed() => return,
            heard = hear() => heard,
        };
        if error.is_closed() {
            return;
        }
        tracing::warn!(error = %error, "not listening for changes; looking every second");
        sleep(LOOK).await;
    }
}

impl Following {
    async fn run(mut self, mut asked: mpsc::Receiver<Wish>, mut hints: mpsc::Receiver<()>) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent = false;
        loop {
            let wish = tokio::select! {
                wish = asked.recv() => match wish {
                    Some(Wish::Reach(revision, done)) => Some((revision, done)),
                    Some(Wish::Anew) => {
                        self.anew = true;
                        None
                    }
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

    /// Reads what was committed since, and shows it: first who may act, which waits for no snapshot.
    async fn look(&mut self) -> Result<(), ReadError> {
        let shown = self.shown.snapshot.load_full();
        let asked = Instant::now();
        let (mut reading, head) = self.ask().await?;
        self.anchors.seen(&head);
        let now = self.clock.now();
        let is_over = self.books.as_ref().is_none_or(|books| books.is_over(&shown.area, now));
        if head.epoch == shown.epoch
            && head.revision == shown.revision
            && !shown.is_blind()
            && !is_over
            && !self.anew
        {
            self.contact.knew_roster(asked);
            return Ok(reading.close().await?);
        }
        let touched = if self.anew {
            None
        } else if head.epoch == shown.epoch {
            touched(&mut reading, shown.revision, head.revision).await?
        } else {
            tracing::warn!(was = %shown.epoch, is = %head.epoch, "the database is on another timeline");
            None
        };
        if touched.as_ref().is_none_or(|touched| touched.access) {
            // Whoever sees the revision of a change of access sees the change, too.
            self.shown.roster.store(Arc::new(reading.roster().await?));
        }
        self.contact.knew_roster(asked);
        // Taken away while they are worked on: what is cut short half way is read again.
        let books = self.books.take().filter(|_| !is_over);
        let next = async {
            let Some(Touched { items, counted, .. }) = touched else {
                let everything = read_everything(&mut reading, now).await?;
                reading.close().await?;
                return everything.snapshot(now).await;
            };
            let features = changed(&mut reading, items).await?;
            let books = books.filter(|_| !counted.policies);
            let all = books.is_none();
            let mut books = match books {
                Some(books) => books,
                None => Books::read(&mut reading, &shown.area, shown.beaches(), now).await?,
            };
            let mut of = books.follow(&mut reading, &shown.area, shown.revision, &counted, &features).await?;
            reading.close().await?;
            let build = move || {
                if all {
                    of = books.beaches().cloned().collect();
                }
                let known = books.known(of.iter(), now);
                let crowds = Arc::new(shown.crowds().changed(books.policy().clone(), known));
                let of = of.into_iter().collect();
                let shown = if shown.is_blind() { Arc::new(shown.seeing(now)) } else { shown };
                (shown.after(head.revision, features, Some(NewCrowds { crowds, of }), now), books)
            };
            let built = tokio::task::spawn_blocking(build).await;
            built.map_err(|error| ReadError::Build(error.to_string()))
        };
        let (next, books) = self.meanwhile((head.epoch, head.revision), next).await?;
        (self.books, self.anew) = (Some(books), false);
        self.show(next);
        Ok(())
    }

    /// A reading of now, and its head.
    async fn ask(&self) -> Result<(Reading, Head), ReadError> {
        let asked = async {
            let mut reading = self.store.read().await?;
            let head = reading.head().await?;
            Ok::<_, ReadError>((reading, head))
        };
        timeout(SILENCE, asked).await.unwrap_or(Err(ReadError::Silent))
    }

    /// What `work` comes to, which may take long. Until then who may act is read again when anything has changed after
    /// `known`: a revocation does not wait for the snapshot of a whole area.
    async fn meanwhile<T>(
        &self,
        mut known: (Epoch, Revision),
        work: impl Future<Output = Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = timeout(LOOK, &mut work).await {
                return done;
            }
            let asked = Instant::now();
            let (mut reading, head) = self.ask().await?;
            if known != (head.epoch, head.revision) {
                self.shown.roster.store(Arc::new(reading.roster().await?));
                known = (head.epoch, head.revision);
            }
            reading.close().await?;
            self.contact.knew_roster(asked);
        }
    }

    /// Renders for everybody what time alone has changed; and when the database has been silent for too long, that
    /// nobody knows how full the beaches are.
    async fn refresh(&self) {
        let (shown, now) = (self.shown.snapshot.load_full(), self.clock.now());
        if self.contact.reach() == Reach::Lost && !shown.is_blind() {
            self.show(shown.blind(now));
            return;
        }
        if let Ok(Some(fresh)) = tokio::task::spawn_blocking(move || shown.refreshed(now)).await {
            self.show(fresh);
        }
    }

    /// Swaps the snapshot, and takes note of what it shows of the beaches.
    fn show(&self, next: Snapshot) {
        self.shown.published.show(&next, self.clock.now());
        self.shown.snapshot.store(Arc::new(next));
    }
}

/// What the log is about.
struct Touched {
    items: BTreeSet<(Collection, FeatureId)>,
    /// Whether who may act has changed.
    access: bool,
    /// What of how full the beaches are.
    counted: Counted,
}

/// What was changed after `shown` up to `head`. None: everything must be read again, because the log has a gap, is too
/// long, or is about the area as a whole.
async fn touched(
    reading: &mut Reading,
    shown: Revision,
    head: Revision,
) -> Result<Option<Touched>, StoreError> {
    let log = reading.changes(shown, LINES).await?;
    let contiguous = log.iter().zip(shown.0 + 1..).all(|(change, number)| change.revision.0 == number);
    let reaches = log.last().is_some_and(|last| last.revision == head);
    if !contiguous || !reaches {
        tracing::info!(%shown, %head, changes = log.len(), "reading everything again");
        return Ok(None);
    }
    let mut touched = Touched { items: BTreeSet::new(), access: false, counted: Counted::default() };
    for change in log {
        match (change.subject, change.op) {
            (Subject::Area(_), _) => return Ok(None),
            (Subject::Access(_), Op::Put | Op::Delete) => touched.access = true,
            (Subject::Crowd(_), Op::Put | Op::Delete) => touched.counted.reports = true,
            (Subject::Declaration(beach), Op::Put | Op::Delete) => {
                touched.counted.declared.insert(beach);
            }
            (Subject::Policy(_), Op::Put | Op::Delete) => touched.counted.policies = true,
            // What was published follows from the rest; it says nothing new.
            (Subject::Status(_), Op::Put | Op::Delete) => {}
            (Subject::Item(collection, id), Op::Put | Op::Delete) => {
                touched.items.insert((collection, id));
            }
        }
    }
    Ok(Some(touched).filter(|touched| touched.items.len() <= STEPS))
}

/// These features as they are now.
async fn changed(
    reading: &mut Reading,
    items: BTreeSet<(Collection, FeatureId)>,
) -> Result<Changed, StoreError> {
    let mut features = Changed::new();
    for (collection, id) in items {
        let item = reading.feature(collection, &id).await?.map(Arc::new);
        features.entry(collection).or_default().push((id, item));
    }
    Ok(features)
}

#[cfg(test)]
mod tests;
