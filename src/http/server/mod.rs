//! Serving a router over HTTP/1.1: the accept loop, the deadlines of a connection, the caps on
//! connections and the drain at shutdown. It must not know what the router serves.
//!
//! `axum::serve` has no deadline for a head, no cap on connections and no end to its drain, so this is
//! hyper with our own loop. TLS and HTTP/2 belong to the proxy in front.

mod accept;
mod connection;
mod framing;
mod limits;
mod network;
mod phase;
mod seats;
mod timed_io;

#[cfg(test)]
mod tests;

use axum::response::Response;
use std::net::SocketAddr;
use std::sync::Arc;

pub use accept::{Drained, serve};
pub use framing::FramingFault;
pub use limits::{Limits, Refusal};
pub use network::{Network, NetworkError, household, subscriber};
pub(super) use seats::{Seat, Seats};

/// Writes the answer to a request whose head is refused before it is routed.
pub type Refuse = Arc<dyn Fn(Refusal) -> Response + Send + Sync>;

/// The other end of the connection a request came over, put into every request's extensions.
///
/// Behind a proxy this is the proxy. An IPv4 client of a dual-stack listener is given as IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);
