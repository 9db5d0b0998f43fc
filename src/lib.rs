//! Promenade: the open backend of a seaside council's leisure and tourism app.
pub mod access;
pub mod app;
pub mod catalogue;
pub mod clock;
pub mod command;
pub mod config;
pub mod formats;
pub mod hours;
pub mod http;
pub mod ids;
pub mod places;
pub mod snapshot;
pub mod spatial;
pub mod store;
pub mod text;
