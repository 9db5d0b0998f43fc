//! Promenade: the open backend of a seaside council's leisure and tourism app.
pub mod clock;
pub mod config;
pub mod hours;
pub mod ids;
pub mod spatial;
pub mod text;
