//! How much of a beach the tide leaves, and for how many people that is room. Knows no reports.
use super::policy::Policy;
use super::tide::Tide;
use crate::hours::{Calendar, OpeningHours};

/// A beach, as far as the rule must know it.
#[derive(Clone, Debug)]
pub struct Beach {
    /// How its area follows the tide. `None`: not known, and so is for how many people there is room.
    pub profile: Option<Profile>,
    /// When its patrol counts. `None`: not known, or never; its reports are then used as long as they last.
    pub patrol_hours: Option<OpeningHours>,
    /// Which days are its days.
    pub calendar: Calendar,
}

/// The usable area of a beach at two heights of the sea; straight between them, and no more beyond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    low: (f64, f64),
    high: (f64, f64),
}

/// Why two heights and areas are not a profile.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ProfileError {
    /// High water would not be over low water.
    #[error("high water ({high_m} m) is not over low water ({low_m} m)")]
    Heights {
        /// Low water.
        low_m: f64,
        /// High water.
        high_m: f64,
    },
    /// No area for people.
    #[error("an area of {area_m2} m² is not one of more than 0 and at most 1000000000")]
    Area {
        /// The area.
        area_m2: f64,
    },
}

impl Profile {
    /// The profile of a beach that has `area_m2.0` at the height `height_m.0` (low), and `area_m2.1` at `height_m.1`
    /// (high).
    ///
    /// # Errors
    /// When the second height is not over the first, or an area is not over zero.
    pub fn new(low: (f64, f64), high: (f64, f64)) -> Result<Self, ProfileError> {
        // Not `high <= low`, which NaN would pass.
        if !(low.0.is_finite() && high.0.is_finite() && low.0 < high.0) {
            return Err(ProfileError::Heights { low_m: low.0, high_m: high.0 });
        }
        match [low.1, high.1].into_iter().find(|area| !(0.0 < *area && *area <= 1e9)) {
            Some(area_m2) => Err(ProfileError::Area { area_m2 }),
            None => Ok(Self { low, high }),
        }
    }

    /// The usable area with the sea at this height; the smaller of the two when that is not known.
    pub fn area_m2(&self, height_m: Option<f64>) -> f64 {
        let ((low, area_low), (high, area_high)) = (self.low, self.high);
        match height_m {
            None => area_low.min(area_high),
            Some(height) => {
                area_low + (area_high - area_low) * ((height - low) / (high - low)).clamp(0.0, 1.0)
            }
        }
    }
}

/// For how many people an area is room: at least one. The 10⁻⁹ keeps an area that is a whole number of people, but
/// for the last bit of a binary number, from losing one of them.
pub(super) fn capacity(policy: &Policy, area_m2: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 10^12, by the ranges of areas and policies")]
    let people = (area_m2 / policy.m2_per_person + 1e-9).floor() as i64;
    people.max(1)
}

impl Beach {
    /// For how many people there is room at `ms`; none where the profile is not known.
    pub(super) fn capacity(&self, policy: &Policy, tide: &Tide, ms: i64) -> Option<i64> {
        self.profile.map(|profile| capacity(policy, profile.area_m2(tide.height_m(ms))))
    }
}
