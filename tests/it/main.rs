//! The tests that go through the doors: the router, real sockets, the built program; on both databases.
//!
//! Run them with `tests/run`, which starts what they need.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_types, reason = "answers are looked into as they come")]

mod access;
mod applications;
mod architecture;
mod area;
mod audit;
mod caching;
mod calendars;
mod canary;
mod collections;
mod crowd;
mod distances;
mod durability;
mod edits;
mod events;
mod feeds;
mod fuzz;
mod gdal;
mod hours;
mod import;
mod items;
mod jobs;
mod log;
mod migrations;
mod nearby;
mod part4;
mod policy;
mod program;
mod promotions;
mod protocol;
mod quality;
mod readme;
mod recurrence;
mod refusals;
mod routes;
mod support;
mod tides;
mod validators;
