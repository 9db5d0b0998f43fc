//! How far to trust a status, and why not farther. Never changes the level.
use super::MINUTE;
use super::decimal::Decimal;
use super::level::Freshness;
use super::policy::Policy;
use super::used::Used;

/// Reports of one time: as old as this, or newer.
const RECENT: i64 = 30 * MINUTE;

/// How far to trust a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confidence {
    /// Two have counted about the same, not long ago.
    High,
    /// Neither the one nor the other.
    Medium,
    /// Nobody has counted lately, or they disagree, or something is missing.
    Low,
}

/// Why a status is to be trusted less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The tide is not known: the capacity is the smaller one.
    TideUnknown,
    /// The beach's profile is not known: no number of people says how full it is.
    ProfileUnknown,
    /// This server does not hear from its database: what was counted since it does not know.
    NoContact,
    /// Reports of half an hour differ: somebody should count again.
    ConflictingReports,
}

impl Confidence {
    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl Reason {
    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::TideUnknown => "tide_unknown",
            Self::ProfileUnknown => "profile_unknown",
            Self::NoContact => "no_contact",
            Self::ConflictingReports => "conflicting_reports",
        }
    }
}

/// How far to trust what `used` say at `now`, when there is room for `capacity`, if that is known.
pub(super) fn confidence(
    policy: &Policy,
    used: &Used,
    capacity: Option<i64>,
    tide_known: bool,
    now: i64,
) -> (Confidence, Vec<Reason>) {
    let differ = |people: i64| {
        let most = capacity.map(|capacity| policy.values().conflict_percent.times(capacity));
        most.is_some_and(|most| most < Decimal::units(i128::from(people) * 100))
    };
    let is_recent = |observed: i64| now - observed <= RECENT;
    let recent = used.iter().filter(|seen| is_recent(seen.observed)).map(|seen| seen.people);
    let (least, most) = (recent.clone().min(), recent.max());
    let conflict = least.zip(most).is_some_and(|(least, most)| differ(most - least));
    let mut reasons = Vec::new();
    if capacity.is_none() {
        reasons.push(Reason::ProfileUnknown);
    } else if !tide_known {
        reasons.push(Reason::TideUnknown);
    }
    if conflict {
        reasons.push(Reason::ConflictingReports);
    }
    let is_fresh = used.freshness(policy, now) == Freshness::Fresh;
    // Without a report there is nothing but bands, too.
    let bands_only = used.iter().all(|seen| seen.is_band);
    if !is_fresh || bands_only || !reasons.is_empty() {
        return (Confidence::Low, reasons);
    }
    let mut people: Vec<i64> = used.iter().map(|seen| seen.people).collect();
    people.sort_unstable();
    let agree = people.windows(2).any(|two| !differ(two[1] - two[0]));
    let high = agree && used.newest().is_some_and(is_recent);
    (if high { Confidence::High } else { Confidence::Medium }, reasons)
}
