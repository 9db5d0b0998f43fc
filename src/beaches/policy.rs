//! What of the beach rule a council may choose: thresholds, spans and factors. Checked; knows no beach.
use super::decimal::Decimal;
use chrono::TimeDelta;

/// The values of a policy, each under the name it has in policy files. The default is `covid-2020`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyValues {
    /// Square metres that a person needs. `InfoPraia`, the Portuguese beach app of 2020, took 8.5; others took
    /// 4.0 (Sutherland, Australia) and 13.9 (Esri UK, for 2 m between people).
    pub m2_per_person: Decimal,
    /// From which percentage of its capacity a beach is amber. Portugal 2021; 33 and 67 in 2020, and 75 and 90 on
    /// the Northern Beaches of Sydney.
    pub amber_percent: Decimal,
    /// From which percentage of its capacity a beach is red.
    pub red_percent: Decimal,
    /// By how much more than to its threshold the percentage must sink for the level to fall (a Schmitt trigger), so
    /// that a beach at the line does not flicker.
    pub hysteresis_percent: Decimal,
    /// In which time a report loses half of its weight.
    pub half_life_min: Decimal,
    /// Under which age a report is fresh. Counts are hourly in Málaga and on the Northern Beaches.
    pub fresh_min: Decimal,
    /// From which age a report is not used any more.
    pub expire_min: Decimal,
    /// The longest that an override may hold, held to when it is written.
    pub max_override_h: Decimal,
    /// By which percentage of the capacity reports of half an hour may differ before they are in conflict.
    pub conflict_percent: Decimal,
    /// A count over so many capacities waits until somebody confirms it.
    pub outlier_factor: Decimal,
    /// How long after the end of the day's patrol hours reports are still used.
    pub patrol_grace_min: Decimal,
}

/// Why values are not a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No value has that name.
    #[error("`{0}` is no value of a policy; there are {names}", names = PolicyValues::NAMES.join(", "))]
    Unknown(String),
    /// Out of its range.
    #[error("{name} is {value}, expected {low} to {high}")]
    Range {
        /// Whose value.
        name: &'static str,
        /// The value.
        value: Decimal,
        /// The least it may be.
        low: Decimal,
        /// The most it may be.
        high: Decimal,
    },
    /// Amber would begin after red.
    #[error("amber_percent ({amber}) is over red_percent ({red})")]
    Order {
        /// Where amber begins.
        amber: Decimal,
        /// Where red begins.
        red: Decimal,
    },
}

impl PolicyValues {
    /// The names of the values.
    pub const NAMES: [&str; 11] = [
        "m2_per_person",
        "amber_percent",
        "red_percent",
        "hysteresis_percent",
        "half_life_min",
        "fresh_min",
        "expire_min",
        "max_override_h",
        "conflict_percent",
        "outlier_factor",
        "patrol_grace_min",
    ];

    /// The values of the policy `covid-2020`.
    pub const COVID_2020: Self = Self {
        m2_per_person: Decimal::tenths(85),
        amber_percent: Decimal::whole(50),
        red_percent: Decimal::whole(90),
        hysteresis_percent: Decimal::whole(10),
        half_life_min: Decimal::whole(30),
        fresh_min: Decimal::whole(60),
        expire_min: Decimal::whole(120),
        max_override_h: Decimal::whole(12),
        conflict_percent: Decimal::whole(25),
        outlier_factor: Decimal::whole(3),
        patrol_grace_min: Decimal::whole(60),
    };

    /// Sets the value of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn set(&mut self, name: &str, value: Decimal) -> Result<(), PolicyError> {
        let number = Self::NAMES.iter().position(|known| *known == name);
        let number = number.ok_or_else(|| PolicyError::Unknown(name.chars().take(60).collect()))?;
        *self.all_mut()[number] = value;
        Ok(())
    }

    /// The values, in the order of their names.
    pub fn all(mut self) -> [Decimal; 11] {
        self.all_mut().map(|value| *value)
    }

    fn all_mut(&mut self) -> [&mut Decimal; 11] {
        [
            &mut self.m2_per_person,
            &mut self.amber_percent,
            &mut self.red_percent,
            &mut self.hysteresis_percent,
            &mut self.half_life_min,
            &mut self.fresh_min,
            &mut self.expire_min,
            &mut self.max_override_h,
            &mut self.conflict_percent,
            &mut self.outlier_factor,
            &mut self.patrol_grace_min,
        ]
    }
}

impl Default for PolicyValues {
    fn default() -> Self {
        Self::COVID_2020
    }
}

/// A policy that can be applied: its values are in their ranges.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    version: String,
    values: PolicyValues,
    pub(super) m2_per_person: f64,
    pub(super) half_life_ms: f64,
    pub(super) fresh_ms: i64,
    pub(super) expire_ms: i64,
    pub(super) grace_ms: i64,
}

impl Policy {
    /// What the default policy is called.
    pub const DEFAULT_VERSION: &str = "covid-2020";

    /// The policy of these values, which every status names as `version`.
    ///
    /// # Errors
    /// When a value is out of its range, or amber would begin after red.
    pub fn new(version: impl Into<String>, values: PolicyValues) -> Result<Self, PolicyError> {
        // Over zero, and so that no capacity is more than 10^12.
        let least = |name| match name {
            "m2_per_person" | "half_life_min" | "expire_min" => LEAST_POSITIVE,
            _ => Decimal::ZERO,
        };
        let high = Decimal::whole(1_000_000);
        for (name, value) in PolicyValues::NAMES.into_iter().zip(values.all()) {
            let low = least(name);
            if value < low || high < value {
                return Err(PolicyError::Range { name, value, low, high });
            }
        }
        if values.red_percent < values.amber_percent {
            return Err(PolicyError::Order { amber: values.amber_percent, red: values.red_percent });
        }
        let half_life_ms = values.half_life_min.to_f64() * 60_000.0;
        Ok(Self {
            version: version.into(),
            m2_per_person: values.m2_per_person.to_f64(),
            half_life_ms,
            fresh_ms: values.fresh_min.minutes(),
            expire_ms: values.expire_min.minutes(),
            grace_ms: values.patrol_grace_min.minutes(),
            values,
        })
    }

    /// What the policy is called.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The longest that an override may hold.
    pub fn max_override(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.values.max_override_h.minutes() * 60)
    }

    /// Its values.
    pub fn values(&self) -> &PolicyValues {
        &self.values
    }
}

/// A thousandth.
const LEAST_POSITIVE: Decimal = Decimal::thousandth();

impl Default for Policy {
    fn default() -> Self {
        Self::new(Self::DEFAULT_VERSION, PolicyValues::COVID_2020).expect("values in their ranges")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_was_decided_for_2020() {
        let values = PolicyValues::NAMES.into_iter().zip(PolicyValues::default().all());
        let told: Vec<String> = values.map(|(name, value)| format!("{name} {value}")).collect();
        let want = "m2_per_person 8.5, amber_percent 50, red_percent 90, hysteresis_percent 10, half_life_min 30, \
            fresh_min 60, expire_min 120, max_override_h 12, conflict_percent 25, outlier_factor 3, patrol_grace_min 60";
        assert_eq!(told.join(", "), want);
        assert_eq!(Policy::default().version(), "covid-2020");
    }

    #[test]
    fn values_out_of_range_are_no_policy() {
        for (name, value, want) in [
            ("m2_per_person", "0", "m2_per_person is 0, expected 0.001 to 1000000"),
            ("expire_min", "-1", "expire_min is -1, expected 0.001 to 1000000"),
            ("half_life_min", "0", "half_life_min is 0, expected 0.001 to 1000000"),
            ("red_percent", "49.9", "amber_percent (50) is over red_percent (49.9)"),
            ("outlier_factor", "1000000.1", "outlier_factor is 1000000.1, expected 0 to 1000000"),
        ] {
            let mut values = PolicyValues::default();
            values.set(name, value.parse().unwrap()).unwrap();
            assert_eq!(Policy::new("x", values).unwrap_err().to_string(), want);
        }
        let unknown = PolicyValues::default().set("red", Decimal::ZERO).unwrap_err().to_string();
        assert!(
            unknown.starts_with("`red` is no value of a policy; there are m2_per_person, amber_"),
            "{unknown}"
        );
    }
}
