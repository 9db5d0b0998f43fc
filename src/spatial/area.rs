//! A checked shape on the ground, and what can be asked of it. Its edges are straight in longitude and
//! latitude, as on the map. The checks are in `rings`.

use std::sync::Arc;

use geo::{Coord, InteriorPoint as _, Intersects as _, MultiPolygon, Point, Rect};

use super::earth::{Xyz, chord2_to_piece, over_ground, pieces, xyz};
use super::rings::{self, AreaError};
use super::{BBox, LatLon, Metres};

/// One or more polygons, each an exterior ring and the rings of its holes: each ring closed, not meeting
/// itself, with an area. A shape over the antimeridian is two polygons that meet there (RFC 7946, 3.1.9).
/// Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Area(Arc<Shape>);

#[derive(Debug, PartialEq)]
struct Shape {
    polygons: Vec<Vec<Vec<LatLon>>>,
    // The same in x = longitude, y = latitude, for `geo`.
    plane: MultiPolygon<f64>,
    bounds: BBox,
    inside: LatLon,
}

impl Area {
    /// An area from polygons, each a list of rings, the exterior first; each ring a closed list of positions.
    /// Rings may turn either way.
    ///
    /// # Errors
    /// What [`AreaError`] names, with the polygon, ring and position.
    pub fn new(polygons: Vec<Vec<Vec<LatLon>>>) -> Result<Self, AreaError> {
        let plane = rings::checked(&polygons)?;
        let inside = plane
            .interior_point()
            .and_then(|point| LatLon::new(point.y(), point.x()).ok())
            .unwrap_or(polygons[0][0][0]);
        let bounds = bounds_of(&polygons);
        Ok(Self(Arc::new(Shape { polygons, plane, bounds, inside })))
    }

    /// The polygons as they were given: polygons, rings, positions.
    #[must_use]
    pub fn polygons(&self) -> &[Vec<Vec<LatLon>>] {
        &self.0.polygons
    }

    /// The smallest window that holds the area: across the antimeridian if it is smaller that way round.
    #[must_use]
    pub fn bounds(&self) -> BBox {
        self.0.bounds
    }

    /// A position well inside the area, in none of its holes.
    #[must_use]
    pub fn interior_point(&self) -> LatLon {
        self.0.inside
    }

    /// Whether `position` is inside or on an edge, be it a hole's.
    #[must_use]
    pub fn contains(&self, position: LatLon) -> bool {
        if !self.0.bounds.contains(position) {
            return false;
        }
        let holds = |lon| self.0.plane.intersects(&Point::new(lon, position.lat()));
        holds(position.lon()) || (position.lon().abs() >= 180.0 && holds(-position.lon()))
    }

    /// Whether any of the area, its edges included, is in `bbox`, its edges included. A window inside a
    /// hole is not met; one inside the area is.
    #[must_use]
    pub fn intersects(&self, bbox: &BBox) -> bool {
        let (south, north) = (bbox.south(), bbox.north());
        bbox.spans().any(|[west, east]| {
            let window = Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
            self.0.plane.intersects(&window)
        })
    }

    /// How far `position` is from the area: 0 m inside, else to the nearest edge, right to 0.02 m for
    /// distances up to 25 km ([`distance`](super::distance) has the rest). Looks at every edge.
    #[must_use]
    pub fn distance_from(&self, position: LatLon) -> Metres {
        if self.contains(position) {
            return over_ground(0.0);
        }
        let from = xyz(position);
        let chords = self.pieces().map(|piece| chord2_to_piece(&from, &piece));
        over_ground(chords.fold(f64::INFINITY, f64::min))
    }

    /// The edges of all rings as straight pieces through the ground.
    pub(super) fn pieces(&self) -> impl Iterator<Item = [Xyz; 2]> {
        let edges = self.0.polygons.iter().flatten().flat_map(|ring| ring.windows(2));
        edges.flat_map(|edge| pieces(edge[0], edge[1]))
    }
}

/// The smallest window over `polygons`: what is left of the circle of longitudes without its widest gap.
fn bounds_of(polygons: &[Vec<Vec<LatLon>>]) -> BBox {
    let mut spans = Vec::with_capacity(polygons.len());
    let (mut south, mut north) = (90.0_f64, -90.0_f64);
    for rings in polygons {
        let (mut west, mut east) = (180.0_f64, -180.0_f64);
        for at in &rings[0] {
            west = west.min(at.lon());
            east = east.max(at.lon());
            south = south.min(at.lat());
            north = north.max(at.lat());
        }
        spans.push([west, east]);
    }
    spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut reached = spans[0][1];
    let mut widest = 0.0;
    let mut split = None;
    for &[west, east] in &spans[1..] {
        if west - reached > widest {
            widest = west - reached;
            split = Some([west, reached]);
        }
        reached = reached.max(east);
    }
    let over_the_antimeridian = spans[0][0] + 360.0 - reached;
    match split {
        Some([west, east]) if widest > over_the_antimeridian => BBox::checked(west, south, east, north),
        Some(_) | None => BBox::checked(spans[0][0], south, reached, north),
    }
}

#[cfg(test)]
mod tests;
