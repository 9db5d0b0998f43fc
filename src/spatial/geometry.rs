//! What a thing looks like on the map: a point or an area.

use super::{Area, BBox, LatLon};

/// The place of a thing. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    /// A single position.
    Point(LatLon),
    /// A shape on the ground.
    Area(Area),
}

impl Geometry {
    /// One position to stand for the thing: the point itself, or one inside the area.
    #[must_use]
    pub fn position(&self) -> LatLon {
        match self {
            Self::Point(position) => *position,
            Self::Area(area) => area.interior_point(),
        }
    }

    /// The smallest window that holds it; a point's has no width and no height.
    #[must_use]
    pub fn bounds(&self) -> BBox {
        match self {
            Self::Point(at) => BBox::checked(at.lon(), at.lat(), at.lon(), at.lat()),
            Self::Area(area) => area.bounds(),
        }
    }

    /// Whether any of it is in `bbox`, edges included.
    #[must_use]
    pub fn intersects(&self, bbox: &BBox) -> bool {
        match self {
            Self::Point(position) => bbox.contains(*position),
            Self::Area(area) => area.intersects(bbox),
        }
    }
}
