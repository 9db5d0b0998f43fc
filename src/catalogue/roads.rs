//! How far it is from one beach to another by road: where a visitor would drive, not where a gull would fly.
use crate::ids::FeatureId;
use std::collections::BTreeMap;

/// Lengths of roads between beaches, the same both ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roads(BTreeMap<FeatureId, BTreeMap<FeatureId, u32>>);

impl Roads {
    /// The metres by road between two beaches. `None`: nobody has said; to a beach from itself it is 0.
    pub fn metres(&self, a: &FeatureId, b: &FeatureId) -> Option<u32> {
        if a == b { Some(0) } else { self.0.get(a)?.get(b).copied() }
    }

    /// Notes that it is so many metres between `a` and `b`. `false`: that was said already, and stays.
    pub fn add(&mut self, a: &FeatureId, b: &FeatureId, metres: u32) -> bool {
        if self.metres(a, b).is_some() {
            return false;
        }
        for (from, to) in [(a, b), (b, a)] {
            self.0.entry(from.clone()).or_default().insert(to.clone(), metres);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_is_as_long_both_ways_and_said_once() {
        let [a, b, c] = ["a", "b", "c"].map(|id| FeatureId::new(id).unwrap());
        let mut roads = Roads::default();
        assert!(roads.add(&a, &b, 20_000));
        assert!(!roads.add(&b, &a, 1_000) && !roads.add(&a, &a, 5));
        for (from, to, metres) in [
            (&a, &b, Some(20_000)),
            (&b, &a, Some(20_000)),
            (&a, &c, None),
            (&c, &b, None),
            (&c, &c, Some(0)),
        ] {
            assert_eq!(roads.metres(from, to), metres);
        }
    }
}
