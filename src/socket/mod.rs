//! The door for commands beside a running server: an owner-only Unix socket next to the database file.
//!
//! One connection is one command: a JSON document, then replies, a line each, the last one final.
mod client;
mod server;
mod wire;

pub use client::{AskError, ask};
pub use server::{SocketError, serve};
pub use wire::{Content, EventsRequest, Reply, Request, Said, StatusChange, TokenRequest, Took};
