//! What comes if nobody reports again: until when a status holds, and how the tide will change it.
use super::day::Rule;
use super::level::{Freshness, Level, step};
use super::overrides::{Access, Override};
use super::used::Used;
use super::watch::Watch;
use super::{MINUTE, instant, next_ten_minutes};
use chrono::{DateTime, Utc};

/// How far ahead [`expected_change`] looks.
const AHEAD: i64 = 3 * 60 * MINUTE;

/// What the tide will make of the level, if as many people stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedChange {
    /// The level that comes.
    pub level: Level,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is shown at an instant, as far as an override decides it: the level, and whether one may go there.
pub(super) fn shown(overrides: &[Override], computed: Level, ms: i64) -> (Level, Access) {
    let decided = Override::in_force(overrides, ms);
    let level = decided.and_then(|one| one.level).map_or(computed, Level::from);
    (level, decided.and_then(|one| one.access).unwrap_or(Access::Open))
}

/// The first instant after `now` at which the level, the computed level, the access, the freshness or the number of
/// reports that are used will differ, if nobody reports again; the next midnight at the latest.
///
/// `used` and `computed` are what is used and computed at `now`.
pub(super) fn valid_until(
    watch: &Watch,
    overrides: &[Override],
    used: &Used,
    computed: Level,
    now: i64,
) -> i64 {
    let policy = &watch.rule.policy;
    let freshness = used.freshness(policy, now);
    let mut until = watch.end_after(now);
    if let Some(newest) = used.newest() {
        // Up to the first of these the same reports are used, and are as fresh: the estimate is the same, and only
        // the tide can turn the level, at a whole ten minutes.
        let edge = (freshness == Freshness::Fresh).then_some(newest + policy.fresh_ms);
        until = [used.expiry(policy), edge, watch.cut].into_iter().flatten().fold(until, i64::min);
        let tens = std::iter::successors(Some(next_ten_minutes(now)), |ms| Some(next_ten_minutes(*ms)));
        let turns = |ms: &i64| watch.rule.step(computed, used, *ms) != computed;
        until = tens.take_while(|ms| *ms < until).find(turns).unwrap_or(until);
    }
    let is = shown(overrides, computed, now);
    let edges = Override::edges(overrides).filter(|edge| now < *edge && *edge < until);
    edges.filter(|edge| shown(overrides, computed, *edge) != is).min().unwrap_or(until)
}

/// The first crossing in steps of ten minutes, up to three hours ahead, if as many people stay and somebody goes on
/// counting them.
pub(super) fn expected_change(rule: &Rule, people: i64, computed: Level, now: i64) -> Option<ExpectedChange> {
    if computed == Level::Unknown {
        return None;
    }
    let tens = std::iter::successors(Some(next_ten_minutes(now)), |ms| Some(next_ten_minutes(*ms)));
    tens.take_while(|ms| *ms <= now + AHEAD).find_map(|ms| {
        let level = step(&rule.policy, computed, Freshness::Fresh, people, rule.capacity(ms)?);
        (level != computed).then(|| ExpectedChange { level, at: instant(ms) })
    })
}
