//! What is on in the notations of others: JSON-LD, Atom, `OpenActive`'s RPDE, iCalendar.
mod atom;
mod calendar;
pub(super) mod linked;
mod rpde;
mod shown;

pub(super) use atom::atom;
pub(super) use calendar::{all, one};
pub(super) use rpde::rpde;
pub(super) use shown::Shown;
