//! How many requests are answered at once, by class, so that no class can take the room of another. It knows no
//! requests.
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
}

impl Default for InFlight {
    fn default() -> Self {
        Self { public: 512, patrol: 64, staff: 64, batch: 4 }
    }
}

/// The room there is.
#[derive(Debug)]
pub(super) struct Flight {
    public: Arc<Semaphore>,
    patrol: Arc<Semaphore>,
    staff: Arc<Semaphore>,
    batch: Arc<Semaphore>,
}

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
            staff: room(most.staff),
            batch: room(most.batch),
        }
    }

    /// Room for one more request of `class`, or nothing where all of it is taken.
    pub(super) fn enter(&self, class: Class) -> Option<Room> {
        let of = match class {
            Class::Public => &self.public,
            Class::Patrol => &self.patrol,
            Class::Staff => &self.staff,
            Class::Batch => &self.batch,
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
        let flight = Flight::new(InFlight { public: 2, patrol: 1, staff: 1, batch: 0 });
        let reads = [flight.enter(Class::Public), flight.enter(Class::Public)];
        assert!(reads.iter().all(Option::is_some) && flight.enter(Class::Public).is_none());
        let patrol = flight.enter(Class::Patrol);
        assert!(patrol.is_some(), "nobody takes the patrols' room");
        assert!(flight.enter(Class::Patrol).is_none(), "nor they that of others");
        assert!(flight.enter(Class::Staff).is_some());
        assert!(flight.enter(Class::Batch).is_none());
        drop(reads);
        assert!(flight.enter(Class::Public).is_some());
        let health: Vec<_> = (0..1_000).map(|_| flight.enter(Class::Health)).collect();
        assert!(health.iter().all(Option::is_some));
    }
}
