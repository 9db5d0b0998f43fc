//! The only module that reads the time. Everything else is told what time it is.
use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A source of the present instant, in UTC, at millisecond precision.
///
/// Milliseconds because PostgreSQL keeps microseconds and SQLite text keeps whatever it is given: a value
/// that survives both unchanged can be compared after a round trip.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Fixed(Arc<Mutex<DateTime<Utc>>>),
    Rehearsal(Arc<Mutex<Shift>>),
}

/// What a rehearsal's clock showed, and when: it runs on from there, whatever becomes of the system's clock.
#[derive(Clone, Copy, Debug)]
struct Shift {
    showed: DateTime<Utc>,
    at: Instant,
}

impl Shift {
    fn now(self) -> DateTime<Utc> {
        let since = TimeDelta::from_std(self.at.elapsed()).unwrap_or(TimeDelta::MAX);
        self.showed.checked_add_signed(since).unwrap_or(self.showed).trunc_subsecs(3)
    }
}

/// Where the clock of a rehearsal shall be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To this instant.
    To(DateTime<Utc>),
    /// On by so much.
    By(TimeDelta),
}

/// Why a clock was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// It shows the real time.
    #[error("this server shows the real time, which nobody moves: only a rehearsal's clock can be set")]
    Real,
    /// It would go back, and what was said at a later time would be unsaid.
    #[error(
        "it is {} in the rehearsal, and its time never goes back: for {} stop the server, delete the rehearsal's database, and start anew",
        shown(*.now), shown(*.to)
    )]
    Back {
        /// What it shows.
        now: DateTime<Utc>,
        /// What it should show.
        to: DateTime<Utc>,
    },
    /// It would leave what is a year for everybody.
    #[error("a rehearsal is in one of the years 2000 to 2099")]
    OutOfRange,
}

impl Clock {
    /// The operating system's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still at `at` until [`Clock::set`] moves it.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Kind::Fixed(Arc::new(Mutex::new(at.trunc_subsecs(3)))))
    }

    /// A clock that shows `at` and runs on from there, until [`Clock::rehearse`] moves it.
    ///
    /// # Errors
    /// When `at` is not in a year of 2000 to 2099.
    pub fn rehearsal(at: DateTime<Utc>) -> Result<Self, MoveError> {
        let shift = Shift { showed: sensible(at)?, at: Instant::now() };
        Ok(Self(Kind::Rehearsal(Arc::new(Mutex::new(shift)))))
    }

    /// Moves a fixed clock to `at`; any other stays.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Kind::Fixed(fixed) = &self.0 {
            *fixed.lock().unwrap_or_else(PoisonError::into_inner) = at.trunc_subsecs(3);
        }
    }

    /// Moves the clock of a rehearsal; what it shows then.
    ///
    /// # Errors
    /// When the clock is none of a rehearsal, when it would go back, or out of range; it stays as it is.
    pub fn rehearse(&self, to: Move) -> Result<DateTime<Utc>, MoveError> {
        let Kind::Rehearsal(shift) = &self.0 else { return Err(MoveError::Real) };
        let mut shift = shift.lock().unwrap_or_else(PoisonError::into_inner);
        let now = shift.now();
        let to = match to {
            Move::To(to) => to,
            Move::By(by) => now.checked_add_signed(by).ok_or(MoveError::OutOfRange)?,
        };
        if to < now {
            return Err(MoveError::Back { now, to });
        }
        *shift = Shift { showed: sensible(to)?, at: Instant::now() };
        Ok(shift.showed)
    }

    /// Whether the time is made up, by a rehearsal.
    pub fn is_rehearsal(&self) -> bool {
        match self.0 {
            Kind::System | Kind::Fixed(_) => false,
            Kind::Rehearsal(_) => true,
        }
    }

    /// The present instant.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Kind::System => Utc::now().trunc_subsecs(3),
            Kind::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
            Kind::Rehearsal(shift) => shift.lock().unwrap_or_else(PoisonError::into_inner).now(),
        }
    }
}

/// How an instant is written for people.
pub fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn sensible(at: DateTime<Utc>) -> Result<DateTime<Utc>, MoveError> {
    const FIRST: i64 = 946_684_800;
    const END: i64 = 4_102_444_800;
    if (FIRST..END).contains(&at.timestamp()) { Ok(at.trunc_subsecs(3)) } else { Err(MoveError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_rehearsal_runs_on_from_where_it_was_set_and_never_goes_back() {
        let clock = Clock::rehearsal(at("2026-07-18T09:00:00Z")).unwrap();
        let near = |wanted: &str, shown: DateTime<Utc>| {
            assert!((TimeDelta::zero()..TimeDelta::minutes(1)).contains(&(shown - at(wanted))), "{shown}");
        };
        near("2026-07-18T09:00:00Z", clock.now());
        near("2026-07-18T11:30:00Z", clock.rehearse(Move::By(TimeDelta::minutes(150))).unwrap());
        // Whoever holds a clone is moved along.
        near("2026-07-18T11:30:00Z", clock.clone().now());
        let back = at("2026-07-18T11:29:59Z");
        for to in [Move::To(back), Move::By(TimeDelta::seconds(-1))] {
            assert!(matches!(clock.rehearse(to), Err(MoveError::Back { .. })), "{to:?}");
        }
        near("2026-07-19T00:00:00Z", clock.rehearse(Move::To(at("2026-07-19T00:00:00Z"))).unwrap());
        let before = clock.now();
        while clock.now() == before {
            std::thread::yield_now();
        }
        near("2026-07-19T00:00:00Z", clock.now());
    }

    #[test]
    fn years_of_no_use_are_refused() {
        for (text, good) in [
            ("1999-12-31T23:59:59Z", false),
            ("2000-01-01T00:00:00Z", true),
            ("2099-12-31T23:59:59.999Z", true),
            ("2100-01-01T00:00:00Z", false),
        ] {
            assert_eq!(Clock::rehearsal(at(text)).is_ok(), good, "{text}");
        }
        let clock = Clock::rehearsal(at("2026-07-18T09:00:00Z")).unwrap();
        for by in [TimeDelta::days(100 * 365), TimeDelta::MAX] {
            assert_eq!(clock.rehearse(Move::By(by)), Err(MoveError::OutOfRange));
        }
    }

    #[test]
    fn only_a_rehearsal_is_moved() {
        for clock in [Clock::system(), Clock::fixed(at("2026-07-18T09:00:00Z"))] {
            assert_eq!(clock.rehearse(Move::By(TimeDelta::hours(1))), Err(MoveError::Real));
            assert!(!clock.is_rehearsal());
        }
    }
}
