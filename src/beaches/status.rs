//! What is answered for a beach at an instant, put together from the parts of the rule.
use super::advice::{Advice, advice};
use super::beach::{Beach, capacity};
use super::confidence::{Confidence, Reason, confidence};
use super::day::{Day, Rule};
use super::instant;
use super::level::{Freshness, Level};
use super::outlook::{ExpectedChange, expected_change, shown, valid_until};
use super::overrides::{Access, Override};
use super::policy::Policy;
use super::report::{Report, Reports};
use super::tide::{Tide, TideNow};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// How full a beach is, as far as anybody knows, and for how long that may be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// What is shown: what an override decides, the computed level without one.
    pub level: Level,
    /// What follows from the reports, whatever was decided.
    pub computed_level: Level,
    /// Whether one may go there.
    pub access: Access,
    /// How many people there are. `None`: no report is used.
    pub estimate: Option<i64>,
    /// For how many people there is room now.
    pub capacity: i64,
    /// The area that the tide leaves, in square metres; not rounded.
    pub usable_area_m2: f64,
    /// The tide.
    pub tide: TideNow,
    /// When the newest of the reports that are used was made.
    pub observed_at: Option<DateTime<Utc>>,
    /// The instant of which all this is true.
    pub computed_at: DateTime<Utc>,
    /// The first later instant at which `level`, `computed_level`, `access`, `freshness` or `report_count` will differ
    /// if nobody reports again; the next midnight at the latest. The status must not be shown from then on.
    pub valid_until: DateTime<Utc>,
    /// How old the newest report is.
    pub freshness: Freshness,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Why not farther.
    pub reasons: Vec<Reason>,
    /// What a visitor is told to do.
    pub advice: Advice,
    /// What the tide will change, if as many people stay.
    pub expected_change: Option<ExpectedChange>,
    /// The override that decides.
    pub in_force: Option<Override>,
    /// What the policy is called by which all this was computed.
    pub policy_version: String,
    /// How many reports are used.
    pub report_count: usize,
}

impl Status {
    /// The part of the capacity that is taken; not rounded.
    #[expect(clippy::cast_precision_loss, reason = "people and room, each at most 10^16")]
    pub fn ratio(&self) -> Option<f64> {
        self.estimate.map(|people| people as f64 / self.capacity as f64)
    }
}

/// The status of a beach at `now`.
///
/// With no report of the day that is still used it is unknown: silence is not an empty beach. Reports observed after
/// `now` are ignored. Neither the order of `reports` nor copies among them matter; that of `overrides` decides between
/// two that were made in the same millisecond. Instants count in whole milliseconds, what is finer is cut off.
///
/// Source: ARCHITECTURE.md, "The beach rule".
pub fn status(
    now: DateTime<Utc>,
    policy: &Policy,
    beach: &Beach,
    tide: &Tide,
    reports: &[Report],
    overrides: &[Override],
) -> Status {
    Replay::new(policy, beach, tide, reports, overrides).status(now)
}

/// The same function for many instants: each day is folded once.
#[derive(Debug)]
pub struct Replay<'a> {
    rule: Rule<'a>,
    reports: Reports,
    overrides: &'a [Override],
    days: HashMap<NaiveDate, Day<'a>>,
}

impl<'a> Replay<'a> {
    /// What may be asked for the status at any instant.
    pub fn new(
        policy: &'a Policy,
        beach: &'a Beach,
        tide: &'a Tide,
        reports: &[Report],
        overrides: &'a [Override],
    ) -> Self {
        let rule = Rule { policy, beach, tide };
        Self { rule, reports: Reports::new(reports), overrides, days: HashMap::new() }
    }

    /// What [`status`] answers for `now`.
    pub fn status(&mut self, now: DateTime<Utc>) -> Status {
        let (rule, reports) = (self.rule, &self.reports);
        let date = rule.beach.calendar.date(now);
        let day = self.days.entry(date).or_insert_with(|| Day::new(rule, reports, date));
        status_on(day, self.overrides, now.timestamp_millis())
    }
}

fn status_on(day: &Day<'_>, overrides: &[Override], now: i64) -> Status {
    let Rule { policy, beach, tide } = day.rule;
    let computed_at = instant(now);
    let tide = tide.at(computed_at);
    let usable_area_m2 = beach.profile.area_m2(tide.height_m);
    let capacity = capacity(policy, usable_area_m2);
    let used = day.used(now);
    let estimate = used.estimate(policy);
    let computed_level = day.level(&used, now);
    let (level, access) = shown(overrides, computed_level, now);
    let (confidence, reasons) = confidence(policy, &used, capacity, tide.height_m.is_some(), now);
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
        valid_until: instant(valid_until(day, overrides, &used, computed_level, now)),
        freshness,
        confidence,
        reasons,
        advice: advice(level, access, freshness, &last_counted),
        expected_change: estimate.and_then(|people| expected_change(day.rule, people, computed_level, now)),
        in_force: Override::in_force(overrides, now).copied(),
        policy_version: policy.version().to_owned(),
        report_count: used.0.len(),
    }
}
