//! What is known of a beach at an instant, which is all that its status needs then and at any later instant, if nobody
//! reports again. Small, and never changed: what readers hold.
use super::advice::advice;
use super::beach::capacity;
use super::confidence::{Reason, confidence};
use super::day::Rule;
use super::level::Level;
use super::outlook::{expected_change, shown, valid_until};
use super::overrides::Override;
use super::status::Status;
use super::used::Used;
use super::{instant, next_ten_minutes};
use chrono::{DateTime, Days, Utc};

/// What is known of a beach at an instant.
#[derive(Clone, Debug)]
pub struct Watch {
    pub(super) rule: Rule,
    /// The instant.
    pub(super) at: i64,
    /// The next midnight: from then on nothing is known.
    pub(super) midnight: i64,
    /// When another policy begins: from then on nothing is known, either.
    pub(super) over: Option<i64>,
    /// From when on no report is used.
    pub(super) cut: Option<i64>,
    /// The reports that are used.
    pub(super) used: Used,
    /// The level at the last instant at which it was looked at.
    pub(super) level: Level,
    /// Whether it may have been overtaken by what nobody here has heard of.
    pub(super) blind: bool,
}

impl Watch {
    /// The same, but that nothing is known from `at` on, if that is given: another policy begins then.
    #[must_use]
    pub fn ending(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.over = at.map(|at| at.timestamp_millis());
        self
    }

    /// The same of who has lost the database: what was counted, decided or taken back since, nobody here has heard of.
    #[must_use]
    pub fn blind(mut self) -> Self {
        self.blind = true;
        self
    }

    /// The status at `now`, or at the instant of this watch if `now` is before it.
    pub fn status(&self, overrides: &[Override], now: DateTime<Utc>) -> Status {
        let now = now.timestamp_millis().max(self.at);
        let Rule { policy, beach, tide } = &self.rule;
        let overrides: &[Override] = &self.believed(overrides);
        let computed_at = instant(now);
        let tide = tide.at(computed_at);
        let usable_area_m2 = beach.profile.map(|profile| profile.area_m2(tide.height_m));
        let capacity = usable_area_m2.map(|area| capacity(policy, area));
        let used = self.used_at(now);
        let estimate = used.estimate(policy);
        let computed_level = self.level_at(now);
        let (level, access) = shown(overrides, computed_level, now);
        let (confidence, mut reasons) = confidence(policy, &used, capacity, tide.height_m.is_some(), now);
        reasons.extend(self.blind.then_some(Reason::NoContact));
        let freshness = used.freshness(policy, now);
        let observed_at = used.newest().map(instant);
        let last_counted =
            observed_at.map_or(String::new(), |at| beach.calendar.local(at).format("%H:%M").to_string());
        Status {
            level,
            computed_level,
            access,
            estimate,
            capacity,
            usable_area_m2,
            tide,
            observed_at,
            computed_at,
            valid_until: instant(valid_until(self, overrides, &used, computed_level, now)),
            freshness,
            confidence,
            reasons,
            advice: advice(level, access, freshness, &last_counted),
            expected_change: estimate
                .and_then(|people| expected_change(&self.rule, people, computed_level, now)),
            in_force: Override::in_force(overrides, now).copied(),
            policy_version: policy.version().to_owned(),
            report_count: used.len(),
        }
    }

    /// What of `overrides` may still be said: one that lets a beach look better or worse may have been taken back; one
    /// that closes it is kept to.
    fn believed(&self, overrides: &[Override]) -> Vec<Override> {
        let level = |one: &Override| one.level.filter(|_| !self.blind);
        overrides.iter().map(|one| Override { level: level(one), ..*one }).collect()
    }

    /// The reports of it that are used at `ms`.
    fn used_at(&self, ms: i64) -> Used {
        let over = [Some(self.midnight), self.over, self.cut].into_iter().flatten().any(|end| end <= ms);
        if over || self.blind || self.rule.beach.profile.is_none() {
            return Used::default();
        }
        self.used.young(&self.rule.policy, ms)
    }

    /// The computed level at `ms`: the course of the day goes on at every whole ten minutes.
    fn level_at(&self, ms: i64) -> Level {
        if self.used_at(ms).is_empty() {
            return Level::Unknown;
        }
        let tens = std::iter::successors(Some(next_ten_minutes(self.at)), |ms| Some(next_ten_minutes(*ms)));
        tens.take_while(|ten| *ten <= ms)
            .fold(self.level, |level, ten| self.rule.step(level, &self.used_at(ten), ten))
    }

    /// The end of what can be said at `ms`: another policy, or the next midnight.
    pub(super) fn end_after(&self, ms: i64) -> i64 {
        let calendar = &self.rule.beach.calendar;
        let tomorrow = || calendar.date(instant(ms)).checked_add_days(Days::new(1));
        let midnight = if ms < self.midnight {
            self.midnight
        } else {
            tomorrow().map_or(i64::MAX, |date| calendar.midnight(date).timestamp_millis())
        };
        self.over.filter(|over| ms < *over).map_or(midnight, |over| over.min(midnight))
    }
}
