//! What is answered for a beach at an instant, put together from the parts of the rule.
use super::advice::Advice;
use super::beach::Beach;
use super::confidence::{Confidence, Reason};
use super::day::{Day, Rule};
use super::level::{Freshness, Level};
use super::outlook::ExpectedChange;
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
    /// For how many people there is room now. `None`: the beach's profile is not known.
    pub capacity: Option<i64>,
    /// The area that the tide leaves, in square metres; not rounded. `None`: the same.
    pub usable_area_m2: Option<f64>,
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

/// What of a status makes another status of it: the level and what it rests on. The rest moves with the tide.
#[derive(Clone, Debug, PartialEq)]
pub struct Gist {
    level: Level,
    computed_level: Level,
    access: Access,
    freshness: Freshness,
    in_force: Option<Override>,
    /// Where nothing follows from it, it does not matter which one it is.
    policy_version: Option<String>,
}

impl Gist {
    /// Whether it says nothing: nobody has counted, and nobody has decided.
    pub fn is_silent(&self) -> bool {
        self.freshness == Freshness::None && self.in_force.is_none()
    }
}

impl Status {
    /// What makes it another than one before or after it.
    pub fn gist(&self) -> Gist {
        Gist {
            level: self.level,
            computed_level: self.computed_level,
            access: self.access,
            freshness: self.freshness,
            in_force: self.in_force,
            policy_version: self.estimate.map(|_| self.policy_version.clone()),
        }
    }

    /// The part of the capacity that is taken; not rounded.
    #[expect(clippy::cast_precision_loss, reason = "people and room, each at most 10^16")]
    pub fn ratio(&self) -> Option<f64> {
        self.estimate.zip(self.capacity).map(|(people, capacity)| people as f64 / capacity as f64)
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

/// The same function for many instants: each day is told once.
#[derive(Debug)]
pub struct Replay {
    rule: Rule,
    reports: Reports,
    overrides: Vec<Override>,
    days: HashMap<NaiveDate, Day>,
}

impl Replay {
    /// What may be asked for the status at any instant.
    pub fn new(
        policy: &Policy,
        beach: &Beach,
        tide: &Tide,
        reports: &[Report],
        overrides: &[Override],
    ) -> Self {
        let (policy, beach, tide) = (policy.clone(), beach.clone(), tide.clone());
        let rule = Rule { policy: policy.into(), beach: beach.into(), tide: tide.into() };
        let days = HashMap::new();
        Self { rule, reports: Reports::new(reports), overrides: overrides.to_vec(), days }
    }

    /// What [`status`] answers for `now`.
    pub fn status(&mut self, now: DateTime<Utc>) -> Status {
        let date = self.rule.beach.calendar.date(now);
        let day = self.days.entry(date).or_insert_with(|| {
            let mut day = Day::new(self.rule.clone(), date);
            self.reports.iter().for_each(|report| day.put(report));
            day
        });
        day.watch(now.timestamp_millis()).status(&self.overrides, now)
    }
}
