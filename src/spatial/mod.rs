//! Where things are: positions, shapes, map windows, and which of them is near. Pure: knows neither
//! what stands at a position nor how it is written (no `GeoJSON`, no SQL, no HTTP).
//!
//! All positions are WGS 84. Nearness is measured in earth-centred metres ([`distance`]), so it holds at
//! the poles and over the antimeridian; a map window is a matter of longitude and latitude alone.

mod area;
mod bbox;
mod earth;
mod geometry;
mod nearest;
mod position;
mod rings;
mod tree;
mod window;

#[cfg(test)]
mod tests;

pub use area::Area;
pub use bbox::{BBox, BBoxError};
pub use earth::distance;
pub use geometry::Geometry;
pub use nearest::{Near, Nearest, within};
pub use position::{LatLon, LatLonError, Metres, MetresError};
pub use rings::{AreaError, MAX_PIECES, MAX_POSITIONS, MAX_RINGS};
pub use window::{Matches, Window};
