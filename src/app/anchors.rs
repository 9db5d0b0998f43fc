//! The end of the audit, written into the log now and then. A log is kept where whoever can write the database cannot
//! change it, so it shows later what of the audit was rewritten.
use crate::store::Head;
use std::time::Duration;
use tokio::time::Instant;

const EVERY: Duration = Duration::from_hours(1);

/// What was written last.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    last: Option<(i64, Instant)>,
}

impl Anchors {
    /// Writes the end of the audit that `head` names: the first one seen, then what has moved, once an hour.
    pub(super) fn seen(&mut self, head: &Head) {
        if self.is_due(head.audit_seq) {
            tracing::info!(anchor = %head.anchor(), "the audit");
        }
    }

    fn is_due(&mut self, seq: i64) -> bool {
        let due = self.last.is_none_or(|(written, at)| written != seq && EVERY <= at.elapsed());
        if due {
            self.last = Some((seq, Instant::now()));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_end_is_written_at_first_and_every_hour_that_it_moves() {
        let mut anchors = Anchors::default();
        for (minutes, seq, want) in [
            (0, 7, true),
            (0, 7, false),
            (59, 8, false),
            (1, 8, true),
            (60, 8, false),
            (60, 9, true),
            (30, 10, false),
        ] {
            tokio::time::advance(Duration::from_mins(minutes)).await;
            assert_eq!(anchors.is_due(seq), want, "{minutes} {seq}");
        }
    }
}
