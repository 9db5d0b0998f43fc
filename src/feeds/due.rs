//! When a feed is asked again.
use chrono::{DateTime, TimeDelta, Utc};

/// Whether a feed that was last asked at `last` is due at `now`: at first, and whenever its time has passed, once however
/// much that was. When the clock was set back nobody knows when it was asked, so it is due.
pub fn is_due(now: DateTime<Utc>, last: Option<DateTime<Utc>>, every: TimeDelta) -> bool {
    last.is_none_or(|last| now < last || every <= now - last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_due_at_first_and_whenever_its_time_has_passed() {
        let now: DateTime<Utc> = "2026-10-25T01:30:00Z".parse().unwrap();
        for (last_s, due) in [
            (None, true),
            (Some(0), false),
            (Some(899), false),
            (Some(900), true),
            // Down for 26 hours: once.
            (Some(93_600), true),
            (Some(-1), true),
        ] {
            let last = last_s.map(|seconds| now - TimeDelta::seconds(seconds));
            assert_eq!(is_due(now, last, TimeDelta::minutes(15)), due, "{last_s:?}");
        }
    }
}
