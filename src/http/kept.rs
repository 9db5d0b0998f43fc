//! An answer that everybody gets is written once, and kept while what it tells of is the same and it holds.
use super::answer::Answer;
use crate::snapshot::Snapshot;
use chrono::{DateTime, Utc};
use std::sync::{Arc, PoisonError, RwLock, Weak};

/// The last answer to a question that all who ask it ask in the same words.
#[derive(Debug, Default)]
pub(super) struct Kept(RwLock<Option<Written>>);

#[derive(Clone, Debug)]
struct Written {
    /// What it tells of; what nobody else has any more is not held in memory for it.
    of: Weak<Snapshot>,
    at: DateTime<Utc>,
    answer: Arc<Answer>,
}

impl Written {
    fn holds(&self, snapshot: &Arc<Snapshot>, now: DateTime<Utc>) -> bool {
        // While it is known here, no other snapshot can be where this one was.
        let is_same = self.of.as_ptr() == Arc::as_ptr(snapshot);
        is_same && self.at <= now && self.answer.valid_until.is_none_or(|until| now < until)
    }
}

impl Kept {
    /// The answer of `snapshot` at `now`, which `write` writes if it is not there yet.
    pub(super) fn answer(
        &self,
        snapshot: &Arc<Snapshot>,
        now: DateTime<Utc>,
        write: impl FnOnce() -> Answer,
    ) -> Arc<Answer> {
        let written = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = written.as_ref().filter(|written| written.holds(snapshot, now)) {
            return written.answer.clone();
        }
        drop(written);
        let answer = Arc::new(write());
        let written = Written { of: Arc::downgrade(snapshot), at: now, answer: answer.clone() };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(written);
        answer
    }
}
