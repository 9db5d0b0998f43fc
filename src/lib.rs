//! Promenade: the open backend of a seaside council's leisure and tourism app.
//!
//! A tour, from the ground up; a module uses only those above it, and a test says so.
//!
//! - The ground: [`clock`] (the only one that reads the time), [`ids`], [`text`], [`spatial`] (where things are
//!   and which is near), [`hours`] (civil time and opening hours), [`config`] (an area's manifest), [`fetch`] (what other
//!   servers are asked).
//! - Above it [`recurrence`] (on which dates something takes place).
//! - The rules, by feature: [`features`] and their tables of fields, [`access`], [`beaches`] (how full they are).
//! - The content: [`catalogue`] (everything as plain values), [`feeds`] (what of others may come into it) and [`command`]
//!   (everything that can change it).
//! - The notations: [`formats`] (GeoJSON, CSV, the area folder), in and out.
//! - The edges of state: [`store`] (all SQL) and [`snapshot`] (indexed, rendered, swapped; every public read).
//! - The use cases: [`app`] (the one writer, the follower of the log).
//! - The doors: [`http`], [`socket`], and [`jobs`], which time comes in by; [`cli`] wires it all.
//!
//! A visitor's question goes `http::nearby` → `snapshot` → bytes: no SQL, no lock, no waiting. A change goes
//! through `app::Writer` to the database, comes back through the log, and is visible before it is answered.
pub mod access;
pub mod app;
pub mod beaches;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod features;
pub mod feeds;
pub mod fetch;
pub mod formats;
pub mod hours;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod recurrence;
pub mod snapshot;
pub mod socket;
pub mod spatial;
pub mod store;
pub mod text;
