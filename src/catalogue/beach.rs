//! What the rule of the beaches must know of one, as it is published.
use crate::beaches::Profile;
use crate::features::Feature;
use crate::features::field::Value;
use crate::features::schema::beach_at as at;
use crate::ids::Collection;

/// How the usable area of a beach follows the tide. `None`: nobody knows, or it is no beach.
pub fn profile(feature: &Feature) -> Option<Profile> {
    let number = |number: usize| match feature.fields().get(number) {
        Some(Value::Decimal(value)) if feature.collection() == Collection::Beaches => Some(*value),
        _ => None,
    };
    let low = (number(at::LOW_HEIGHT_M)?, number(at::LOW_AREA_M2)?);
    let high = (number(at::HIGH_HEIGHT_M)?, number(at::HIGH_AREA_M2)?);
    // A feature was held against the same when it was made.
    Profile::new(low, high).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::schema::fields;
    use crate::features::{Fields, Status};
    use crate::ids::FeatureId;
    use crate::spatial::{Area, Geometry, LatLon};
    use std::sync::Arc;

    fn beach(given: &[(&str, Value)]) -> Feature {
        let corner = |lat, lon| LatLon::new(lat, lon).unwrap();
        let ring = vec![corner(51.0, 1.0), corner(51.0, 1.1), corner(51.1, 1.1), corner(51.0, 1.0)];
        let shape = Geometry::Area(Area::new(vec![vec![ring]]).unwrap());
        let usual = [
            ("name", Value::Text("Sands".into())),
            ("position_quality", Value::Choice("surveyed")),
            ("source_name", Value::Text("test".into())),
            ("source_retrieved_on", Value::Date("2026-01-01".parse().unwrap())),
        ];
        let number = |name| fields(Collection::Beaches).iter().position(|field| field.name == name).unwrap();
        let all = usual.iter().chain(given).map(|(name, value)| (number(*name), value.clone()));
        let (id, shape) = (FeatureId::new("sands").unwrap(), Some(Arc::new(shape)));
        Feature::new(id, Collection::Beaches, shape, None, Status::Active, Fields::new(all)).unwrap()
    }

    #[test]
    fn a_beach_has_the_profile_that_its_fields_say_or_none() {
        let whole = |(low, low_area): (f64, f64), (high, high_area): (f64, f64)| {
            beach(&[
                ("profile_low_height_m", Value::Decimal(low)),
                ("profile_low_area_m2", Value::Decimal(low_area)),
                ("profile_high_height_m", Value::Decimal(high)),
                ("profile_high_area_m2", Value::Decimal(high_area)),
                ("profile_quality", Value::Choice("estimated")),
                ("profile_method", Value::Text("by hand".into())),
            ])
        };
        for (low, high) in [
            ((0.86, 132_865.0), (3.72, 66_432.0)),
            ((0.4, 9_000.0), (4.2, 9_000.0)),
            ((-100.0, 1.0), (100.0, 1e9)),
        ] {
            assert_eq!(
                profile(&whole(low, high)),
                Some(Profile::new(low, high).unwrap()),
                "{low:?} {high:?}"
            );
        }
        assert_eq!(profile(&beach(&[("area_m2", Value::Whole(86_306))])), None);
    }
}
