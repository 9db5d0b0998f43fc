//! A checked position and a checked length. Knows nothing of shapes or indexes.

/// A position on WGS 84: latitude within 90 degrees of the equator, longitude within 180 of Greenwich, both
/// finite. Longitude 180 and −180 are both kept as given; every question in this module treats them as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatLon {
    lat: f64,
    lon: f64,
}

/// Why two numbers are not a position.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum LatLonError {
    /// The latitude is not finite or out of range.
    #[error("latitude {0} is not between -90 and 90")]
    Lat(f64),
    /// The longitude is not finite or out of range.
    #[error("longitude {0} is not between -180 and 180")]
    Lon(f64),
}

impl LatLon {
    /// A position from degrees north and degrees east. A negative zero becomes zero.
    ///
    /// # Errors
    /// When either is not finite or is out of range (latitude is looked at first); the error names which,
    /// and its value.
    pub fn new(lat: f64, lon: f64) -> Result<Self, LatLonError> {
        if !is_latitude(lat) {
            return Err(LatLonError::Lat(lat));
        }
        if !is_longitude(lon) {
            return Err(LatLonError::Lon(lon));
        }
        Ok(Self { lat: lat + 0.0, lon: lon + 0.0 })
    }

    /// Degrees north of the equator, −90 to 90.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east of Greenwich, −180 to 180.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }
}

/// Whether `degrees` is finite and within 90 of the equator.
pub(super) fn is_latitude(degrees: f64) -> bool {
    (-90.0..=90.0).contains(&degrees)
}

/// Whether `degrees` is finite and within 180 of Greenwich.
pub(super) fn is_longitude(degrees: f64) -> bool {
    (-180.0..=180.0).contains(&degrees)
}

/// A length in metres: finite, zero or more.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Metres(f64);

/// Why a number is not a length.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0} is not a length in metres, zero or more")]
pub struct MetresError(pub f64);

impl Metres {
    /// A length. A negative zero becomes zero.
    ///
    /// # Errors
    /// When `metres` is negative, infinite or not a number; the error carries it.
    pub fn new(metres: f64) -> Result<Self, MetresError> {
        if metres.is_finite() && metres >= 0.0 { Ok(Self(metres + 0.0)) } else { Err(MetresError(metres)) }
    }

    /// The length in metres.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// A length that is finite and not negative because of how it was computed.
    pub(super) fn computed(metres: f64) -> Self {
        debug_assert!(metres.is_finite() && metres >= 0.0, "{metres}");
        Self(metres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_finite_and_in_range() {
        for (lat, lon) in [(0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (51.79, 1.15)] {
            let position = LatLon::new(lat, lon).expect("in range");
            assert_eq!((position.lat(), position.lon()), (lat, lon));
        }
        for (lat, lon, message) in [
            (91.0, 0.0, "latitude 91 is not between -90 and 90"),
            (-90.000_001, 0.0, "latitude -90.000001 is not between -90 and 90"),
            (f64::NAN, 0.0, "latitude NaN is not between -90 and 90"),
            (f64::INFINITY, f64::NAN, "latitude inf is not between -90 and 90"),
            (0.0, 180.5, "longitude 180.5 is not between -180 and 180"),
            (0.0, f64::NAN, "longitude NaN is not between -180 and 180"),
            (0.0, f64::NEG_INFINITY, "longitude -inf is not between -180 and 180"),
        ] {
            let error = LatLon::new(lat, lon).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn a_negative_zero_becomes_zero() {
        let position = LatLon::new(-0.0, -0.0).expect("in range");
        assert!(position.lat().is_sign_positive() && position.lon().is_sign_positive());
        assert!(Metres::new(-0.0).expect("zero").get().is_sign_positive());
    }

    #[test]
    fn a_length_is_finite_and_not_negative() {
        assert_eq!(Metres::new(2_000.0).map(Metres::get), Ok(2_000.0));
        for metres in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Metres::new(metres).is_err(), "{metres}");
        }
        assert_eq!(MetresError(-1.0).to_string(), "-1 is not a length in metres, zero or more");
    }
}
