//! The moves of an event between draft and archive, and which of them are legal: one table.
use super::{EventStatus, Publication};
use chrono::{DateTime, Utc};

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// How far its publication is.
    pub publication: Publication,
    /// When a draft publishes itself.
    pub publish_at: Option<DateTime<Utc>>,
    /// Whether it takes place.
    pub status: EventStatus,
}

/// What is done with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Show it to everybody.
    Publish,
    /// Let it publish itself at this instant.
    PublishAt(DateTime<Utc>),
    /// Let a draft wait for somebody to publish it.
    Unschedule,
    /// Say that it does not take place.
    Cancel,
    /// Say that it takes place later, and nobody knows when.
    Postpone,
    /// Say that it takes place after all.
    Reinstate,
    /// Put it away.
    Archive,
    /// Show again what was put away.
    Restore,
}

/// A move, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The move.
    pub to: Move,
    /// Why: shown where something does not take place.
    pub reason: Option<Box<str>>,
}

/// Why a move is not legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalMove {
    /// Nobody has seen it: it is deleted, not cancelled.
    #[error("it is a draft, which nobody has seen: publish it first, or delete it")]
    Draft,
    /// It is published: whoever holds it must hear what becomes of it.
    #[error("it is published, so calendars hold it: cancel it, or archive it")]
    Published,
    /// It is put away.
    #[error("it is archived, and was published: it is kept; restore it to do anything with it")]
    Archived,
    /// A single date cannot take place while the whole does not.
    #[error("it is {} as a whole, and so is each of its dates: reinstate the event first", .0.name())]
    Whole(EventStatus),
    /// An instant that has been.
    #[error("{0} is not yet to come: publish it without `at`")]
    Past(DateTime<Utc>),
}

impl Move {
    /// Its name, in the audit and in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish | Self::PublishAt(_) => "publish",
            Self::Unschedule => "unschedule",
            Self::Cancel => "cancel",
            Self::Postpone => "postpone",
            Self::Reinstate => "reinstate",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }
}

/// Where an event that stands at `state` stands after `step`, taken at `now`; the same where it stands there already.
pub fn next(state: Stage, step: Move, now: DateTime<Utc>) -> Result<Stage, IllegalMove> {
    use EventStatus::{Cancelled, Postponed, Scheduled};
    use Publication::{Archived, Draft, Published};
    let published = Stage { publication: Published, publish_at: None, ..state };
    let with = |status: EventStatus| Stage { status, ..state };
    match (state.publication, step) {
        (Draft | Published, Move::Publish) | (Archived, Move::Restore) => Ok(published),
        (Draft, Move::PublishAt(at)) if at <= now => Err(IllegalMove::Past(at)),
        (Draft, Move::PublishAt(at)) => Ok(Stage { publish_at: Some(at), ..state }),
        (Draft, Move::Unschedule) => Ok(Stage { publish_at: None, ..state }),
        (Draft, Move::Cancel | Move::Postpone | Move::Reinstate | Move::Archive | Move::Restore) => {
            Err(IllegalMove::Draft)
        }
        (Published, Move::PublishAt(_) | Move::Unschedule) => Err(IllegalMove::Published),
        (Published, Move::Cancel) => Ok(with(Cancelled)),
        (Published, Move::Postpone) => Ok(with(Postponed)),
        (Published, Move::Reinstate) => Ok(with(Scheduled)),
        (Published, Move::Restore) => Ok(state),
        (Published | Archived, Move::Archive) => Ok(Stage { publication: Archived, ..state }),
        (
            Archived,
            Move::Publish
            | Move::PublishAt(_)
            | Move::Unschedule
            | Move::Cancel
            | Move::Postpone
            | Move::Reinstate,
        ) => Err(IllegalMove::Archived),
    }
}
