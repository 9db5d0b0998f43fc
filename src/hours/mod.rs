//! Civil time and opening hours. Pure: the instant is an argument; knows no place, no SQL, no HTTP.
//!
//! Opening hours are OpenStreetMap `opening_hours` strings, read as its specification says. Two of its
//! rules surprise, and are kept because other readers of the same string keep them:
//! - a rule after `;` overwrites the whole day, the small hours spilling over from the day before
//!   included: after `Fr-Sa 18:00-02:00; Su 12:00-22:00` Saturday ends at midnight. `, ` adds instead;
//! - hours with a bare comment (`Sa 10:00-12:00 "by appointment"`) are unknown, not open. Hours that
//!   are open and annotated say so: `open "last entry 11:30"`.

mod calendar;
mod rules;
#[cfg(test)]
mod tests;
mod transitions;
mod when;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use opening_hours::RuleKind;
use thiserror::Error;

pub use calendar::{Calendar, CalendarError};
use rules::Rules;
pub use transitions::Transition;
pub use when::{Stretch, When};

/// When something is open. Parsed and checked, ready to be asked; cheap to clone.
#[derive(Clone, Debug)]
pub struct OpeningHours {
    calendar: Calendar,
    rules: Rules,
}

/// Whether something is open, and for how long that answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Open, closed, or, when `None`, not known: by appointment, or the rule depends on what we lack.
    pub open: Option<bool>,
    /// The first later instant at which `open` is different. `None`: not within
    /// [`OpeningHours::HORIZON`].
    pub until: Option<DateTime<Utc>>,
}

/// Why a text cannot be used as opening hours. It is then a text for people, and whether the thing is
/// open is unknown, never "closed".
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HoursError {
    /// Longer than [`OpeningHours::MAX_CHARS`].
    #[error("opening hours of {chars} characters, the limit is {}", OpeningHours::MAX_CHARS)]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// Not in the grammar.
    #[error("opening hours {text:?} cannot be read: {cause}")]
    Syntax {
        /// The text as given.
        text: String,
        /// What the grammar expected, in English.
        cause: String,
    },
    /// In the grammar, but an answer would be a guess.
    #[error("opening hours {text:?} use {what}, which is not supported")]
    Unsupported {
        /// The text as given.
        text: String,
        /// What is not supported, in English.
        what: &'static str,
    },
    /// So many selectors that a year of them could not be searched in time.
    #[error("opening hours {text:?} have {selectors} selectors, the limit is {limit}", limit = OpeningHours::MAX_SELECTORS)]
    TooComplex {
        /// The text as given.
        text: String,
        /// How many selectors it has, counted as [`OpeningHours::MAX_SELECTORS`] says.
        selectors: usize,
    },
}

impl OpeningHours {
    /// The most characters (not bytes) the text may have: the limit of OpenStreetMap.
    pub const MAX_CHARS: usize = 255;

    /// The most selectors the text may have, so that a year of them is searched in 5 ms: one for each
    /// rule, year, week, weekday and span of hours, 2 for a range of months, 3 of dates, 8 of dates
    /// counted from Easter, 16 for hours that follow the sun.
    pub const MAX_SELECTORS: usize = 64;

    /// How far ahead [`State::until`] is searched: 366 days. A state without an `until` may be kept for
    /// as long, and must then be asked again.
    pub const HORIZON: TimeDelta = TimeDelta::days(366);

    /// Reads `text` for use in the zone and with the bank holidays of `calendar`. Spaces around it are
    /// ignored.
    ///
    /// # Errors
    /// When the text is too long, is not in the grammar, or holds what cannot be answered for certain
    /// (school holidays, open ends, points in time).
    pub fn parse(text: &str, calendar: &Calendar) -> Result<Self, HoursError> {
        let chars = text.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(HoursError::TooLong { chars });
        }
        Ok(Self { calendar: calendar.clone(), rules: Rules::parse(text, calendar)? })
    }

    /// Whether it is open at this instant, and until when that holds.
    ///
    /// Where the clocks change, hours open and close once: a bound that is skipped is the instant the
    /// clocks resume, a bound that comes twice is its first coming (see [`Calendar::instant`]).
    /// Comments do not change the state. Rules that need the sun are unknown when the calendar has no
    /// position. Before 1901 and after 9997 everything is unknown.
    #[must_use]
    pub fn state(&self, at: DateTime<Utc>) -> State {
        self.look(at, Self::HORIZON.num_days().unsigned_abs())
    }

    /// Whether it is open at this instant: [`State::open`] without the search for how long, which may cost a
    /// hundred times as much.
    #[must_use]
    pub fn open_at(&self, at: DateTime<Utc>) -> Option<bool> {
        self.look(at, 0).open
    }

    /// When the last hours of this day end that are not closed: those that are unknown count too, and so do those
    /// that began the day before. Hours that go on into the next day end at midnight.
    ///
    /// `None`: the day has no hours, or they depend on a sun whose rising nobody knows.
    #[must_use]
    pub fn last_end(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        if !(1901..=9997).contains(&date.year()) {
            return None;
        }
        if self.rules.follow_the_sun() && !self.calendar.has_position() {
            return None;
        }
        let happens = |start, end| self.instant(date, start) < self.instant(date, end);
        let pieces = self.rules.day(date).into_iter();
        let mut hours =
            pieces.filter(|piece| piece.kind != RuleKind::Closed && happens(piece.start, piece.end));
        hours.next_back().map(|piece| self.instant(date, piece.end))
    }

    /// The state at this instant, its end looked for as many days ahead as `horizon`.
    fn look(&self, at: DateTime<Utc>, horizon: u64) -> State {
        const UNKNOWN: State = State { open: None, until: None };
        let today = self.calendar.date(at);
        if !(1901..=9997).contains(&today.year()) {
            return UNKNOWN;
        }
        if self.rules.follow_the_sun() && !self.calendar.has_position() {
            return UNKNOWN;
        }

        let mut now = RuleKind::Closed;
        for date in self.days_from(today, horizon) {
            for piece in self.rules.day(date) {
                let start = self.instant(date, piece.start);
                if start <= at {
                    now = piece.kind;
                    continue;
                }
                let skipped_by_the_clocks = self.instant(date, piece.end) == start;
                if piece.kind != now && !skipped_by_the_clocks {
                    return State { open: open(now), until: Some(start) };
                }
            }
        }
        State { open: open(now), until: None }
    }

    fn days_from(&self, today: NaiveDate, horizon: u64) -> impl Iterator<Item = NaiveDate> {
        let days = if self.rules.never_change() { 0 } else { horizon };
        (0..=days).filter_map(move |day| today.checked_add_days(Days::new(day)))
    }

    fn instant(&self, date: NaiveDate, since_midnight: TimeDelta) -> DateTime<Utc> {
        self.calendar.instant(date.and_time(NaiveTime::MIN) + since_midnight)
    }
}

fn open(kind: RuleKind) -> Option<bool> {
    match kind {
        RuleKind::Open => Some(true),
        RuleKind::Closed => Some(false),
        RuleKind::Unknown => None,
    }
}
