//! How long and how much a connection may take. Plain values and the check of a request's head; it
//! knows no socket.

use std::time::Duration;

use hyper::Request;

use super::FramingFault;
use super::Network;

/// The bounds of the listener. [`Limits::default`] is what is meant for the open internet.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From the connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request until its head is complete.
    pub header: Duration,
    /// From the end of an answer to the first byte of the next request.
    pub idle: Duration,
    /// From the end of an answer until the connection, still open, gives its buffers back: an idle one
    /// then costs 2 KiB instead of 30. Never when above `idle`.
    pub doze: Duration,
    /// How long a write may wait for a client that takes nothing at all.
    pub write_stall: Duration,
    /// How long a client that is refused while it sends a body may go on sending: closing at once would take
    /// the answer away from it (RFC 9112, 9.6).
    pub linger: Duration,
    /// From the stop until the connections still open are cut.
    pub drain: Duration,
    /// Open connections altogether, at least 1. Beyond it clients wait in the kernel's queue.
    pub connections: usize,
    /// Open connections of one IPv4 address. One more is closed as it is accepted.
    pub per_ipv4: usize,
    /// Open connections of one IPv6 /64, which is what one subscriber holds.
    pub per_ipv6_64: usize,
    /// Networks the two caps above do not bind: the trusted proxies.
    pub exempt: Vec<Network>,
    /// Bytes of all header names and values of a request together.
    pub header_bytes: usize,
    /// Header lines of a request.
    pub header_count: usize,
    /// Bytes of the request target.
    pub uri_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            header: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            doze: Duration::from_millis(250),
            write_stall: Duration::from_secs(30),
            linger: Duration::from_secs(2),
            drain: Duration::from_secs(10),
            connections: 24_576,
            per_ipv4: 1_024,
            per_ipv6_64: 256,
            exempt: Vec::new(),
            header_bytes: 16 * 1024,
            header_count: 64,
            uri_bytes: 4 * 1024,
        }
    }
}

/// Why a request is answered without asking the router. The connection is closed after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request target is too long: 414.
    UriTooLong {
        /// Its length.
        bytes: usize,
    },
    /// There are too many header lines: 431.
    TooManyHeaders {
        /// How many there are.
        count: usize,
    },
    /// The header lines are too long together: 431.
    HeadersTooLarge {
        /// All names and values together, without separators.
        bytes: usize,
    },
    /// Where the head or the body ends can be understood in two ways: 400.
    Misframed(FramingFault),
}

impl Limits {
    /// What is wrong with the size of this request's head, if anything.
    pub(super) fn refusal<B>(&self, request: &Request<B>) -> Option<Refusal> {
        let uri = request.uri();
        let bytes = uri.path_and_query().map_or(0, |path| path.as_str().len())
            + uri.authority().map_or(0, |authority| authority.as_str().len())
            + uri.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
        if bytes > self.uri_bytes {
            return Some(Refusal::UriTooLong { bytes });
        }
        let count = request.headers().len();
        if count > self.header_count {
            return Some(Refusal::TooManyHeaders { count });
        }
        let bytes = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > self.header_bytes {
            return Some(Refusal::HeadersTooLarge { bytes });
        }
        None
    }
}
