//! GeoJSON (RFC 7946): geometries in and out, places out as features.
mod beach;
mod edit;
mod feature;
mod geometry;

pub use beach::{BeachShown, beach_status};
pub use edit::Edit;
pub use feature::{Attributions, Card, DatesShown, Shown, card, feature, write_notices};
pub use geometry::{
    GeometryError, read_collection, read_feature_geometry, read_geometry, write_area, write_geometry,
};
