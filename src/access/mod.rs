//! Who may do what. So far: who did it.
use std::fmt;

/// Who changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The server itself, taking in its area at the first start.
    System,
    /// Somebody at the command line of the machine, who owns the database file anyway.
    Operator,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "system",
            Self::Operator => "operator",
        })
    }
}
