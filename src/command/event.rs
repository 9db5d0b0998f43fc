//! Commands about events that are no edits: moves between draft and archive, and what is said of single dates.
use super::Aim;
use crate::features::{OccurrenceChange, Step};
use crate::ids::FeatureId;
use crate::recurrence::Wall;

/// Something that is done with an event.
#[derive(Clone, Debug)]
pub enum EventCommand {
    /// Publish it, cancel it, archive it, and so on.
    Move {
        /// Which event.
        aim: Aim,
        /// What is done.
        step: Step,
    },
    /// Say something of one of its dates.
    Change {
        /// Which event.
        aim: Aim,
        /// Which date, as the series has it.
        of: Wall,
        /// What is said.
        change: OccurrenceChange,
    },
    /// Write down that a draft has published itself: everybody sees it already.
    PublishDue(FeatureId),
}

impl EventCommand {
    /// Its name in the audit.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Move { step, .. } => step.to.name(),
            Self::Change { change, .. } => change.name(),
            Self::PublishDue(_) => "publish",
        }
    }
}
