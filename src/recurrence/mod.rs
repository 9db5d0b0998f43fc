//! On which dates something recurring takes place, on a wall clock. Pure: no clock, no files, no calendars' notation
//! but a rule's own (the value of an RRULE of RFC 5545).
//!
//! A rule is expanded on the wall, where every day has 24 hours, and only then given its instants:
//! - A time that the clocks skip in spring does not take place. RFC 5545 says so of rules ("must be ignored and must
//!   not be counted": a COUNT goes on past it); here it holds for dates given by hand, too. They are listed.
//! - Of a time that they show twice in autumn it is the first.
//!
//! Where calendars differ, it is as follows:
//! - The start is a date of the series even when the rule does not match it, and the first that COUNT counts.
//! - UNTIL is inclusive. As a day it includes all times of that day, though the start is a time; of a time in UTC
//!   counts the local day, where the start is a day. An UNTIL before the start leaves nothing of the rule, the start
//!   included: that is how some calendars delete a series.
//! - A date left out that is a day leaves out every time of that day; one that is a time leaves out its day, where
//!   the start is a day.
//! - Parts of a rule that a start which is a day cannot have (BYHOUR, BYMINUTE, BYSECOND) are ignored, as RFC 5545 says.
//! - BYDAY may have numbered and plain weekdays in one list: it is all of them.
mod error;
mod expand;
mod rule;
mod schedule;
#[cfg(test)]
mod tests;
mod wall;

pub use error::ScheduleError;
pub use schedule::{Date, Dates, Schedule};
pub use wall::Wall;

/// The most bytes a rule may have.
pub const MAX_RULE_BYTES: usize = 500;
/// The most dates that may be added to a rule by hand, and as many again that may be left out.
pub const MAX_DATES_BY_HAND: usize = 1_000;
/// The greatest INTERVAL.
pub const MAX_INTERVAL: u16 = 1_000;
/// The greatest COUNT.
pub const MAX_COUNT: u32 = 10_000;
/// The most times a day that BYHOUR and BYMINUTE may make.
pub const MAX_TIMES_A_DAY: usize = 12;
/// The most dates that are ever listed at once, whatever the limit asked for.
pub const MAX_LISTED: usize = 20_000;
