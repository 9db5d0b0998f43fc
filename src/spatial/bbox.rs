//! A map window in longitude and latitude. Knows nothing of metres: it is a rectangle on the map's plane.

use super::LatLon;
use super::position::{is_latitude, is_longitude};

/// A window between two parallels and two meridians, its edges included. With `west` greater than `east`
/// it crosses the antimeridian. Longitude 180 and −180 are the same meridian; at a pole every longitude
/// is still its own place, as on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// Why four numbers are not a window.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum BBoxError {
    /// The western edge is not finite or out of range.
    #[error("west {0} is not between -180 and 180")]
    West(f64),
    /// The southern edge is not finite or out of range.
    #[error("south {0} is not between -90 and 90")]
    South(f64),
    /// The eastern edge is not finite or out of range.
    #[error("east {0} is not between -180 and 180")]
    East(f64),
    /// The northern edge is not finite or out of range.
    #[error("north {0} is not between -90 and 90")]
    North(f64),
    /// The edges are the wrong way round.
    #[error("south {south} is north of north {north}")]
    SouthAboveNorth {
        /// The southern edge as given.
        south: f64,
        /// The northern edge as given.
        north: f64,
    },
}

impl BBox {
    /// A window from its edges in degrees, in the order of OGC and `GeoJSON`. It may have no width or height.
    ///
    /// # Errors
    /// The first edge that is not finite or out of range, then `south` greater than `north`. `west`
    /// greater than `east` is not an error: it crosses the antimeridian.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, BBoxError> {
        if !is_longitude(west) {
            return Err(BBoxError::West(west));
        }
        if !is_latitude(south) {
            return Err(BBoxError::South(south));
        }
        if !is_longitude(east) {
            return Err(BBoxError::East(east));
        }
        if !is_latitude(north) {
            return Err(BBoxError::North(north));
        }
        if south > north {
            return Err(BBoxError::SouthAboveNorth { south, north });
        }
        Ok(Self { west: west + 0.0, south: south + 0.0, east: east + 0.0, north: north + 0.0 })
    }

    /// The western edge, degrees east.
    #[must_use]
    pub fn west(&self) -> f64 {
        self.west
    }

    /// The southern edge, degrees north.
    #[must_use]
    pub fn south(&self) -> f64 {
        self.south
    }

    /// The eastern edge, degrees east.
    #[must_use]
    pub fn east(&self) -> f64 {
        self.east
    }

    /// The northern edge, degrees north.
    #[must_use]
    pub fn north(&self) -> f64 {
        self.north
    }

    /// Whether the window runs from `west` over the antimeridian to `east`.
    #[must_use]
    pub fn crosses_antimeridian(&self) -> bool {
        self.west > self.east
    }

    /// Whether `position` is inside or on an edge.
    #[must_use]
    pub fn contains(&self, position: LatLon) -> bool {
        (self.south..=self.north).contains(&position.lat())
            && self.spans().any(|[west, east]| (west..=east).contains(&position.lon()))
    }

    /// The spans of longitude, each `[west, east]` with `west <= east`, that hold the window's positions
    /// however the antimeridian is written. They do not overlap.
    pub(super) fn spans(&self) -> impl Iterator<Item = [f64; 2]> + use<> {
        let (west, east) = (self.west, self.east);
        let spans = if west > east {
            [Some([west, 180.0]), Some([-180.0, east])]
        } else if west <= -180.0 && east < 180.0 {
            [Some([west, east]), Some([180.0, 180.0])]
        } else if west > -180.0 && east >= 180.0 {
            [Some([west, east]), Some([-180.0, -180.0])]
        } else {
            [Some([west, east]), None]
        };
        spans.into_iter().flatten()
    }

    /// A window over checked edges: see `new` for what must hold.
    pub(super) fn checked(west: f64, south: f64, east: f64, north: f64) -> Self {
        Self::new(west, south, east, north).expect("the edges are those of checked positions")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).expect("a position")
    }

    #[test]
    fn a_window_refuses_edges_that_are_no_degrees_and_south_above_north() {
        for (edges, message) in [
            ([f64::NAN, 0.0, 1.0, 1.0], "west NaN is not between -180 and 180"),
            ([-181.0, 0.0, 1.0, 1.0], "west -181 is not between -180 and 180"),
            ([0.0, -91.0, 1.0, 1.0], "south -91 is not between -90 and 90"),
            ([0.0, 0.0, f64::INFINITY, 1.0], "east inf is not between -180 and 180"),
            ([0.0, 0.0, 1.0, 90.5], "north 90.5 is not between -90 and 90"),
            ([0.0, 2.0, 1.0, 1.0], "south 2 is north of north 1"),
        ] {
            let [west, south, east, north] = edges;
            let error = BBox::new(west, south, east, north).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn a_window_holds_its_edges_and_may_cross_the_antimeridian() {
        let tendring = [0.9, 51.7, 1.3, 52.0];
        let fiji = [177.0, -20.0, -178.0, -12.0];
        let world = [-180.0, -90.0, 180.0, 90.0];
        let west_of_the_date_line = [170.0, -10.0, 180.0, 10.0];
        let east_of_the_date_line = [-180.0, -10.0, -170.0, 10.0];
        let date_line = [180.0, -10.0, -180.0, 10.0];
        for (edges, position, inside) in [
            (tendring, at(51.8, 1.1), true),
            (tendring, at(51.7, 0.9), true),
            (tendring, at(52.0, 1.3), true),
            (tendring, at(51.8, 1.300_001), false),
            (tendring, at(52.1, 1.1), false),
            (fiji, at(-18.0, 178.0), true),
            (fiji, at(-18.0, -179.0), true),
            (fiji, at(-18.0, 180.0), true),
            (fiji, at(-18.0, -180.0), true),
            (fiji, at(-18.0, 0.0), false),
            (fiji, at(-21.0, 179.0), false),
            (world, at(90.0, -180.0), true),
            (west_of_the_date_line, at(0.0, -180.0), true),
            (west_of_the_date_line, at(0.0, -179.9), false),
            (east_of_the_date_line, at(0.0, 180.0), true),
            (east_of_the_date_line, at(0.0, 179.9), false),
            (date_line, at(0.0, 180.0), true),
            (date_line, at(0.0, -180.0), true),
            (date_line, at(0.0, 179.9), false),
        ] {
            let [west, south, east, north] = edges;
            let bbox = BBox::new(west, south, east, north).expect("a window");
            assert_eq!(bbox.contains(position), inside, "{edges:?} {position:?}");
        }
        assert!(BBox::checked(177.0, -20.0, -178.0, -12.0).crosses_antimeridian());
        assert!(!BBox::checked(-180.0, -20.0, 180.0, -12.0).crosses_antimeridian());
    }
}
