//! The policies of the beach rule, each in force from an instant on.
use crate::beaches::Policy;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A policy that was adopted.
#[derive(Clone, Debug, PartialEq)]
pub struct AdoptedPolicy {
    /// The policy.
    pub policy: Arc<Policy>,
    /// From when it is in force.
    pub adopted_from: DateTime<Utc>,
    /// When that was decided.
    pub created_at: DateTime<Utc>,
    /// By whom, as the audit has it.
    pub author: Box<str>,
}

/// Every policy that was adopted, the one that begins first being first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies(Vec<AdoptedPolicy>);

impl Policies {
    /// These policies; of two that begin at one instant the one decided on later holds.
    pub fn new(mut adopted: Vec<AdoptedPolicy>) -> Self {
        adopted.sort_by_key(|one| (one.adopted_from, one.created_at));
        Self(adopted)
    }

    /// They, the one that begins first being first.
    pub fn all(&self) -> &[AdoptedPolicy] {
        &self.0
    }

    /// The policy in force at `now`: the default before any was adopted.
    pub fn in_force(&self, now: DateTime<Utc>) -> Arc<Policy> {
        let begun = self.0.iter().rev().find(|one| one.adopted_from <= now);
        begun.map_or_else(Arc::default, |one| one.policy.clone())
    }

    /// When another one begins.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.0.iter().map(|one| one.adopted_from).find(|from| now < *from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beaches::PolicyValues;

    #[test]
    fn a_policy_is_in_force_until_another_begins() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let adopted = |version: &str, from: &str, created: &str| AdoptedPolicy {
            policy: Arc::new(Policy::new(version, PolicyValues::default()).unwrap()),
            adopted_from: at(from),
            created_at: at(created),
            author: "operator".into(),
        };
        let policies = Policies::new(vec![
            adopted("second", "2026-07-02T00:00:00Z", "2026-06-02T00:00:00Z"),
            adopted("first", "2026-07-01T00:00:00Z", "2026-06-01T00:00:00Z"),
            adopted("corrected", "2026-07-02T00:00:00Z", "2026-06-03T00:00:00Z"),
        ]);
        for (now, version, next) in [
            ("2026-06-30T23:59:59.999Z", "covid-2020", Some("2026-07-01T00:00:00Z")),
            ("2026-07-01T00:00:00Z", "first", Some("2026-07-02T00:00:00Z")),
            ("2026-07-02T00:00:00Z", "corrected", None),
        ] {
            assert_eq!(policies.in_force(at(now)).version(), version, "{now}");
            assert_eq!(policies.next_change(at(now)), next.map(at), "{now}");
        }
    }
}
