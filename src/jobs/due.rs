//! What is due, and when. Pure: instants in, duties out.
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// What a node does because time has gone on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Publish what time alone has changed: how full the beaches are, drafts.
    Publish,
    /// Hold what is published against what it follows from.
    Reconcile,
    /// Ask the feeds whose time has come.
    Feeds,
    /// Write down which tokens were used.
    NoteUses,
    /// Erase who is to be forgotten.
    Forget,
}

impl Duty {
    /// Each, the most urgent first.
    pub const ALL: [Self; 5] = [Self::Publish, Self::Reconcile, Self::Feeds, Self::NoteUses, Self::Forget];

    /// What it is called in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Reconcile => "reconcile",
            Self::Feeds => "take feeds in",
            Self::NoteUses => "note uses",
            Self::Forget => "forget",
        }
    }

    /// How much time there is between two times.
    pub fn every(self) -> TimeDelta {
        match self {
            Self::Publish => TimeDelta::seconds(1),
            Self::Reconcile => TimeDelta::minutes(5),
            Self::Feeds | Self::NoteUses => TimeDelta::minutes(1),
            Self::Forget => TimeDelta::hours(1),
        }
    }
}

/// When each duty was last begun.
pub type Ran = BTreeMap<Duty, DateTime<Utc>>;

/// What is due at `now`: at first everything, and each duty once its time has passed, once however much that was. When
/// the clock was set back nobody knows when a duty was last done, so it is due.
pub fn due(now: DateTime<Utc>, last: &Ran) -> Vec<Duty> {
    let is_due = |duty: &Duty| last.get(duty).is_none_or(|last| now < *last || duty.every() <= now - *last);
    Duty::ALL.into_iter().filter(is_due).collect()
}
