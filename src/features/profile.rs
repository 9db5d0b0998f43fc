//! What a beach says of how its area follows the tide: all of it, or nothing.
use super::Fields;
use super::field::Value;
use super::schema::{self, beach_at as at};
use crate::ids::Collection;

/// Why values do not make a profile.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProfileError {
    /// A part of it alone says nothing.
    #[error("{0} is missing: a profile is two heights, two areas, its quality and its method, or nothing")]
    Incomplete(&'static str),
    /// Nothing to draw a line between.
    #[error("profile_high_height_m ({high_m}) is not over profile_low_height_m ({low_m})")]
    Heights {
        /// The lower height.
        low_m: f64,
        /// The higher height.
        high_m: f64,
    },
}

/// Checks that the `fields` of a beach make a profile, or say nothing of one.
pub(super) fn check(fields: &Fields) -> Result<(), ProfileError> {
    let numbers = at::LOW_HEIGHT_M..=at::PROFILE_METHOD;
    if numbers.clone().all(|number| fields.get(number).is_none()) {
        return Ok(());
    }
    if let Some(missing) = numbers.into_iter().find(|number| fields.get(*number).is_none()) {
        return Err(ProfileError::Incomplete(schema::fields(Collection::Beaches)[missing].name));
    }
    match (fields.get(at::LOW_HEIGHT_M), fields.get(at::HIGH_HEIGHT_M)) {
        (Some(Value::Decimal(low_m)), Some(Value::Decimal(high_m))) if high_m <= low_m => {
            Err(ProfileError::Heights { low_m: *low_m, high_m: *high_m })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_stands_where_its_numbers_say() {
        let members: Vec<_> = schema::fields(Collection::Beaches)[at::LOW_HEIGHT_M..=at::PROFILE_METHOD]
            .iter()
            .map(|field| (field.group, field.member()))
            .collect();
        let names = ["low_height_m", "low_area_m2", "high_height_m", "high_area_m2", "quality", "method"];
        assert_eq!(members, names.map(|name| (Some("profile"), name)));
        let table = schema::fields(Collection::Beaches);
        assert!([at::LOW_HEIGHT_M - 1, at::PROFILE_METHOD + 1].iter().all(|n| table[*n].group.is_none()));
    }

    #[test]
    fn a_profile_is_whole_or_absent_and_its_high_water_over_its_low() {
        let all = ["0.86", "1000", "3.72", "500", "estimated", "by hand"];
        let with = |n: usize, text: &'static str| {
            let mut all = all;
            all[n] = text;
            all
        };
        let missing = |name| Err(ProfileError::Incomplete(name));
        let heights = |low_m, high_m| Err(ProfileError::Heights { low_m, high_m });
        for (given, expected) in [
            (all, Ok(())),
            ([""; 6], Ok(())),
            (with(0, ""), missing("profile_low_height_m")),
            (with(1, ""), missing("profile_low_area_m2")),
            (with(2, ""), missing("profile_high_height_m")),
            (with(3, ""), missing("profile_high_area_m2")),
            (with(4, ""), missing("profile_quality")),
            (with(5, ""), missing("profile_method")),
            (["", "", "", "", "", "by hand"], missing("profile_low_height_m")),
            (with(0, "3.71"), Ok(())),
            (with(0, "3.72"), heights(3.72, 3.72)),
            (with(0, "4"), heights(4.0, 3.72)),
            (with(3, "2000"), Ok(())),
        ] {
            let value = |(n, text): (usize, &&str)| {
                let kind = schema::fields(Collection::Beaches)[at::LOW_HEIGHT_M + n].kind;
                let value = text.parse().map_or_else(|_| kind.text(text), |number| kind.decimal(number));
                (!text.is_empty()).then(|| (at::LOW_HEIGHT_M + n, value.unwrap()))
            };
            assert_eq!(
                check(&Fields::new(given.iter().enumerate().filter_map(value))),
                expected,
                "{given:?}"
            );
        }
    }
}
