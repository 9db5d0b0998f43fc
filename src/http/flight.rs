//! How many requests are answered at once, by class, so that no class can take the room of another. It knows no
//! requests.
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Whose room an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What everybody may ask for.
    Public,
    /// What the phones of patrols ask, whom nobody may keep waiting.
    Patrol,
    /// What staff ask: whoever edits, sees what was edited, or says who may.
    Staff,
    /// What is asked seldom and takes long.
    Batch,
    /// What everybody may tell us to be counted: it must never keep anybody waiting who asks or reports.
    Count,
    /// What everybody may send us to be looked at, or to be let in: an application, an enrolment code.
    Form,
    /// What is asked by who watches over the server. Never refused: a full server is not a dead one.
    Health,
}

/// How many requests of each class may be in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// Of what everybody may ask for, those reads aside that are answered without waiting.
    pub public: usize,
    /// Of what the phones of patrols ask: nobody else takes this room.
    pub patrol: usize,
    /// Of what staff ask.
    pub staff: usize,
    /// Of what is asked seldom and takes long.
    pub batch: usize,
    /// Of what is counted.
    pub count: usize,
    /// Of what everybody sends us.
    pub forms: usize,
}

impl Default for InFlight {
    fn default() -> Self {
        Self { public: 512, patrol: 64, staff: 64, batch: 4, count: 64, forms: 64 }
    }
}

/// The room there is.
#[derive(Debug)]
pub(super) struct Flight {
    public: Arc<Semaphore>,
    patrol: Arc<Semaphore>,
    /// Patrols that wait for it.
    queue: Arc<Semaphore>,
    staff: Arc<Semaphore>,
    batch: Arc<Semaphore>,
    count: Arc<Semaphore>,
    forms: Arc<Semaphore>,
}

/// Phones that may wait for the patrols' room: when a mast comes back, all of a season send their queues at once.
const QUEUE: usize = 1_024;
/// How long they wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// The room that one request takes. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Room {
    _held: Option<OwnedSemaphorePermit>,
}

impl Flight {
    pub(super) fn new(most: InFlight) -> Self {
        let room = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self {
            public: room(most.public),
            patrol: room(most.patrol),
            queue: room(QUEUE),
            staff: room(most.staff),
            batch: room(most.batch),
            count: room(most.count),
            forms: room(most.forms),
        }
    }

    /// Room for one more request of `class`, or nothing where all of it is taken. Patrols wait a moment for theirs, in the
    /// order in which they came.
    pub(super) async fn enter(&self, class: Class) -> Option<Room> {
        let at_once = self.at_once(class);
        if at_once.is_some() || class != Class::Patrol {
            return at_once;
        }
        let _place = self.queue.try_acquire().ok()?;
        let held = timeout(PATIENCE, Arc::clone(&self.patrol).acquire_owned()).await.ok()?.ok()?;
        Some(Room { _held: Some(held) })
    }

    /// Room for one more request of `class`, if there is some now.
    fn at_once(&self, class: Class) -> Option<Room> {
        let of = match class {
            Class::Public => &self.public,
            Class::Patrol => &self.patrol,
            Class::Staff => &self.staff,
            Class::Batch => &self.batch,
            Class::Count => &self.count,
            Class::Form => &self.forms,
            Class::Health => return Some(Room { _held: None }),
        };
        let held = Arc::clone(of).try_acquire_owned().ok()?;
        Some(Room { _held: Some(held) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_room_of_its_own_and_gets_it_back() {
        let flight = Flight::new(InFlight { public: 2, patrol: 1, staff: 1, batch: 0, count: 1, forms: 1 });
        let reads = [flight.at_once(Class::Public), flight.at_once(Class::Public)];
        assert!(reads.iter().all(Option::is_some) && flight.at_once(Class::Public).is_none());
        let patrol = flight.at_once(Class::Patrol);
        assert!(patrol.is_some(), "nobody takes the patrols' room");
        assert!(flight.at_once(Class::Patrol).is_none(), "nor they that of others");
        assert!(flight.at_once(Class::Staff).is_some());
        assert!(flight.at_once(Class::Batch).is_none());
        let counted = flight.at_once(Class::Count);
        assert!(counted.is_some() && flight.at_once(Class::Count).is_none());
        drop(reads);
        assert!(flight.at_once(Class::Public).is_some());
        let health: Vec<_> = (0..1_000).map(|_| flight.at_once(Class::Health)).collect();
        assert!(health.iter().all(Option::is_some));
    }

    #[tokio::test(start_paused = true)]
    async fn patrols_wait_for_their_room_and_nobody_else_does() {
        let flight =
            Arc::new(Flight::new(InFlight { public: 1, patrol: 1, staff: 1, batch: 1, count: 1, forms: 1 }));
        let first = flight.enter(Class::Patrol).await.unwrap();
        let waits = tokio::spawn({
            let flight = flight.clone();
            async move { flight.enter(Class::Patrol).await.is_some() }
        });
        tokio::time::sleep(Duration::from_millis(900)).await;
        drop(first);
        assert!(waits.await.unwrap());
        let _taken = flight.enter(Class::Patrol).await.unwrap();
        assert!(flight.enter(Class::Patrol).await.is_none(), "but not for ever");
        let _staff = flight.enter(Class::Staff).await.unwrap();
        let asked = tokio::time::Instant::now();
        assert!(flight.enter(Class::Staff).await.is_none());
        assert_eq!(asked.elapsed(), Duration::ZERO);
    }
}
