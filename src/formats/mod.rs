//! How things are written outside: GeoJSON, CSV, the area folder. In and out, each beside its counterpart.
//!
//! Knows the domain and the notations; no SQL, no HTTP, no clock.
pub mod access;
pub mod area;
pub mod atom;
pub mod batch;
pub mod crowd;
pub mod feed;
mod fuel;
pub mod geojson;
pub mod ics;
pub mod json;
pub mod jsonld;
pub mod rpde;
pub mod schema;
pub mod shown;
mod table;
