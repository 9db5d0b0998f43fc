//! The only module that reads the time. Everything else is told what time it is.
use chrono::{DateTime, SubsecRound, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// A source of the present instant, in UTC, at millisecond precision.
///
/// Milliseconds because PostgreSQL keeps microseconds and SQLite text keeps whatever it is given: a value
/// that survives both unchanged can be compared after a round trip.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// The operating system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still at `at` until [`Clock::set`] moves it.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(at.trunc_subsecs(3)))))
    }

    /// Moves a fixed clock to `at`; the system clock is nobody's to move and stays.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.0 {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = at.trunc_subsecs(3);
        }
    }

    /// The present instant.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            None => Utc::now().trunc_subsecs(3),
            Some(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}
