//! The rules of feeds: when one is due, what it brings that is suspicious, and what staff have edited. Pure: no clock, no
//! SQL, no HTTP.
mod due;
mod guard;
mod merge;

pub use due::is_due;
pub use guard::{Seen, alarm};
pub use merge::{Merged, edited, merged};
