//! iCalendar (RFC 5545), in and out: calendars of others read as events, ours written for whoever subscribes.
//!
//! What is read:
//! - Times are on the wall of the zone that they name, in the database's rules, whatever the calendar's own VTIMEZONE
//!   says of it. Those that name none are on that of X-WR-TIMEZONE, without one the area's.
//! - A single date in UTC is put on the area's wall. A series in UTC is put on the wall of X-WR-TIMEZONE, as others
//!   do. Without one it stays in UTC, as RFC 5545 has it: its times move with the clocks.
//! - What a VEVENT with RECURRENCE-ID says of times and of whether it takes place becomes a change of that date. Texts
//!   of its own are left out, and noted. Without its series, or of what is no date of it, it is an event of its own.
//! - RANGE=THISANDFUTURE refuses the whole series: from there on every date would be wrong. A change that cannot be
//!   read takes its date out of the series.
//! - No DTEND of a time: the end is not known (RFC 5545 has it end at once).
//! - TENTATIVE is taken as taking place; postponed is what [`write()`] wrote so, in a property of its own.
//!
//! What is written:
//! - Each event is a VEVENT, by its own wall's times, and one more for each date that does not take place, not when it
//!   was to, or for other people. What is cancelled stays in, with a SEQUENCE that is the event's version, so that
//!   whoever holds it hears. What has one date is one VEVENT, whatever became of that date.
//! - The same state is the same bytes: nothing says when it was written, or by which version of the program.
//! - Times that the clocks skip, which others would show at another time, are left out by EXDATE. COUNT, which others
//!   count such times in, and no start that the rule does not give, is then written as the UNTIL that it comes to.
//! - What iCalendar has no words for stands in properties of our own, and in words in the description.
#![allow(
    clippy::vec_box,
    reason = "VEVENTs are large, and moved from list to list: 20,000 of them are tens of megabytes"
)]
mod category;
mod changes;
mod dates;
mod item;
mod lines;
mod notes;
mod out;
mod own;
mod parse;
mod read;
mod series;
#[cfg(test)]
mod tests;
mod times;
mod until;
mod vevent;
mod vtimezone;
mod write;
mod written;
mod zones;

pub use read::read;
pub use write::{CalendarShown, write};

/// Bytes that a calendar may have.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// VEVENTs that a calendar may have.
pub const MAX_EVENTS: usize = 20_000;
