//! How long the database has been silent. Monotonic: a clock that is set moves nothing here.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// When the database last answered.
#[derive(Clone, Debug)]
pub struct Contact {
    start: Instant,
    last_ms: Arc<AtomicU64>,
    roster_ms: Arc<AtomicU64>,
}

/// What the silence of the database means for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What is shown is current.
    Current,
    /// Silent for 10 s: what is shown may be old.
    Degraded,
    /// Silent for 30 s: what is shown must not be relied on.
    Lost,
}

const DEGRADED: Duration = Duration::from_secs(10);
const LOST: Duration = Duration::from_secs(30);
/// A revocation must hold everywhere within 5 s: a node that cannot have heard of it accepts no token.
const TRUSTED: Duration = Duration::from_secs(4);

impl Contact {
    /// The database answered just now.
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), last_ms: Arc::default(), roster_ms: Arc::default() }
    }

    /// Notes that the database answered, and that what it answered is shown.
    pub(super) fn made(&self) {
        self.note(&self.last_ms, Instant::now());
    }

    /// Notes that the roster is as it was at `asked`, or later.
    pub(super) fn knew_roster(&self, asked: Instant) {
        self.note(&self.roster_ms, asked);
    }

    fn note(&self, stamp: &AtomicU64, at: Instant) {
        let ms = at.saturating_duration_since(self.start).as_millis();
        stamp.fetch_max(u64::try_from(ms).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn reach(&self) -> Reach {
        match self.since(&self.last_ms) {
            silence if silence < DEGRADED => Reach::Current,
            silence if silence < LOST => Reach::Degraded,
            _ => Reach::Lost,
        }
    }

    /// Whether the roster is fresh enough to say whose token is accepted.
    pub(super) fn knows_roster(&self) -> bool {
        self.since(&self.roster_ms) <= TRUSTED
    }

    fn since(&self, stamp: &AtomicU64) -> Duration {
        self.start.elapsed().saturating_sub(Duration::from_millis(stamp.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_degrades_after_ten_seconds_and_is_lost_after_thirty() {
        let contact = Contact::new();
        for (wait, want) in
            [(9, Reach::Current), (1, Reach::Degraded), (19, Reach::Degraded), (1, Reach::Lost)]
        {
            tokio::time::advance(Duration::from_secs(wait)).await;
            assert_eq!(contact.reach(), want);
        }
        contact.made();
        assert_eq!(contact.reach(), Reach::Current);
    }

    #[tokio::test(start_paused = true)]
    async fn a_roster_is_trusted_for_four_seconds_from_when_it_was_asked_for() {
        let contact = Contact::new();
        for (ms, want) in [(4_000, true), (1, false)] {
            tokio::time::advance(Duration::from_millis(ms)).await;
            assert_eq!(contact.knows_roster(), want);
        }
        let asked = Instant::now();
        tokio::time::advance(Duration::from_secs(3)).await;
        contact.made();
        assert!(!contact.knows_roster(), "a snapshot that is shown says nothing of the roster");
        contact.knew_roster(asked);
        assert!(contact.knows_roster());
        tokio::time::advance(Duration::from_millis(1_001)).await;
        assert!(!contact.knows_roster(), "it is as old as the question");
    }
}
