//! What is on in the notations of others: JSON-LD, Atom, `OpenActive`'s RPDE, iCalendar.
mod atom;
pub(super) mod linked;
mod rpde;
mod shown;

pub(super) use atom::atom;
pub(super) use rpde::rpde;
pub(super) use shown::Shown;
