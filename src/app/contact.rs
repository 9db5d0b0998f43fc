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

impl Contact {
    /// The database answered just now.
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), last_ms: Arc::new(AtomicU64::new(0)) }
    }

    /// Notes that the database answered.
    pub(super) fn made(&self) {
        let ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.fetch_max(ms, Ordering::Relaxed);
    }

    pub(super) fn reach(&self) -> Reach {
        let last = Duration::from_millis(self.last_ms.load(Ordering::Relaxed));
        match self.start.elapsed().saturating_sub(last) {
            silence if silence < DEGRADED => Reach::Current,
            silence if silence < LOST => Reach::Degraded,
            _ => Reach::Lost,
        }
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
}
