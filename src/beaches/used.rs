//! The reports that are used at an instant, and what they come to together. Knows no capacity.
use super::estimate::{Weighed, upper_weighted_median};
use super::level::Freshness;
use super::policy::Policy;

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) observed: i64,
    pub(super) people: i64,
    pub(super) weight: f64,
    pub(super) is_band: bool,
}

/// The reports that are used at an instant, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Used(Vec<Seen>);

impl FromIterator<Seen> for Used {
    fn from_iter<I: IntoIterator<Item = Seen>>(seen: I) -> Self {
        let mut all: Vec<Seen> = seen.into_iter().collect();
        all.sort_by_key(|seen| std::cmp::Reverse(seen.observed));
        Self(all)
    }
}

impl Used {
    /// The reports, newest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Seen> + Clone {
        self.0.iter()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of them that are younger than `expire_min` at `ms`.
    pub(super) fn young(&self, policy: &Policy, ms: i64) -> Self {
        Self(self.0.iter().filter(|seen| ms - seen.observed < policy.expire_ms).copied().collect())
    }

    /// When the newest was observed.
    pub(super) fn newest(&self) -> Option<i64> {
        self.0.first().map(|seen| seen.observed)
    }

    /// Until when the same are used, but for the end of the patrol's day.
    pub(super) fn expiry(&self, policy: &Policy) -> Option<i64> {
        self.0.last().map(|seen| seen.observed + policy.expire_ms)
    }

    pub(super) fn freshness(&self, policy: &Policy, ms: i64) -> Freshness {
        match self.newest() {
            None => Freshness::None,
            Some(newest) if ms - newest < policy.fresh_ms => Freshness::Fresh,
            Some(_) => Freshness::Ageing,
        }
    }

    /// How many people there are. Ages are counted from the newest report: all weights decay together, and so none
    /// of them can vanish in the limits of a binary number when all are old.
    pub(super) fn estimate(&self, policy: &Policy) -> Option<i64> {
        let newest = self.newest()?;
        let weighed = |seen: &Seen| {
            #[expect(clippy::cast_precision_loss, reason = "less than a day in milliseconds")]
            let age = (newest - seen.observed) as f64;
            Weighed { people: seen.people, weight: seen.weight * (-age / policy.half_life_ms).exp2() }
        };
        upper_weighted_median(self.0.iter().map(weighed).collect())
    }
}
