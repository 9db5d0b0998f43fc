//! What a request must pass before its operation is asked: how often it may come, that there is room, that its body
//! is whole, and how long the answer may take. The numbers are those of [`RequestLimits`].
use super::body;
use super::client::{ClientAddr, client};
use super::flight::{Class, Flight, InFlight, Room};
use super::pressure::Pressure;
use super::problem::{OUTCOME_UNKNOWN, Problem, TOO_MANY_REQUESTS, UNAVAILABLE};
use super::rates::{Rate, Rates};
use super::routes::Operation;
use super::server::{Network, PeerAddr, Seat, Seats, subscriber};
use crate::ids::TokenId;
use axum::body::Body;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How much requests may ask for. [`RequestLimits::default`] is what is meant for the open internet.
#[derive(Clone, Debug)]
pub struct RequestLimits {
    /// Whose word about their clients' addresses is taken.
    pub trusted_proxies: Vec<Network>,
    /// Reads of an address, an IPv6 /64 being one; held to only under pressure.
    pub reads_per_address: Rate,
    /// Writes of a token.
    pub writes_per_token: Rate,
    /// Answers in the making.
    pub in_flight: InFlight,
    /// From the end of a head until the body must be whole.
    pub body: Duration,
    /// The longest that a read may be in the making.
    pub read: Duration,
    /// The longest that is waited for what became of a write.
    pub write: Duration,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            reads_per_address: Rate::new(100, 400).expect("numbers that a rate may have"),
            writes_per_token: Rate::new(2, 50).expect("numbers that a rate may have"),
            in_flight: InFlight::default(),
            body: Duration::from_secs(15),
            read: Duration::from_secs(2),
            write: Duration::from_secs(10),
        }
    }
}

/// The gate of a listener.
pub(super) struct Gate {
    limits: RequestLimits,
    pressure: Pressure,
    reads: Rates<IpAddr>,
    writes: Rates<TokenId>,
    flight: Flight,
    /// Bodies that each address is sending without saying who it is.
    bodies: Arc<Seats>,
}

/// Bodies that an address may be sending at once without a token: slow ones must not take all the room there is.
const BODIES: usize = 16;

impl Gate {
    pub(super) fn new(limits: RequestLimits, pressure: Pressure) -> Self {
        let (reads, writes) = (Rates::new(limits.reads_per_address), Rates::new(limits.writes_per_token));
        let flight = Flight::new(limits.in_flight);
        let bodies = Arc::new(Seats::each(BODIES, limits.trusted_proxies.clone()));
        Self { limits, pressure, reads, writes, flight, bodies }
    }

    /// Where a request comes from. One that came over no socket comes from nowhere.
    pub(super) fn client(&self, headers: &HeaderMap, extensions: &Extensions) -> ClientAddr {
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let peer = extensions.get().map_or(nowhere, |PeerAddr(peer)| peer.ip());
        client(peer, headers, &self.limits.trusted_proxies)
    }

    /// Refuses a read of somebody who asks too often, while there is pressure. Without, it costs a load of a byte.
    pub(super) fn may_read(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<(), Problem> {
        if !self.pressure.is_on() {
            return Ok(());
        }
        let ClientAddr(address) = self.client(headers, extensions);
        // A proxy that does not say for whom it asks would make one client of all of them.
        if self.limits.trusted_proxies.iter().any(|network| network.contains(address)) {
            return Ok(());
        }
        let taken = self.reads.take(subscriber(address), Instant::now());
        taken.map_err(|wait| too_many("this address asks too often while the server is under pressure", wait))
    }

    /// A place for one more body of somebody unknown.
    pub(super) fn seat(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<Option<Seat>, Problem> {
        let ClientAddr(address) = self.client(headers, extensions);
        if address.is_unspecified() {
            // It came over no socket.
            return Ok(None);
        }
        let seat = self.bodies.take(address).map(Some);
        seat.ok_or_else(|| too_many("this address is sending too much at once", Duration::from_secs(1)))
    }

    /// Refuses a write of a token that is used too often.
    pub(super) fn may_write(&self, token: TokenId) -> Result<(), Problem> {
        let taken = self.writes.take(token, Instant::now());
        taken.map_err(|wait| too_many("this token writes too often", wait))
    }

    /// The whole body of a request for `operation`.
    pub(super) async fn body(
        &self,
        operation: &Operation,
        method: &Method,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Bytes, Problem> {
        body::check_head(operation.takes, method, headers)?;
        body::read(body, operation.takes, self.limits.body).await
    }

    /// Room for one more request of `class`.
    pub(super) async fn enter(&self, class: Class) -> Result<Room, Problem> {
        let full = || Problem::new(&UNAVAILABLE, "too many requests are being answered; nothing was done");
        self.flight.enter(class).await.ok_or_else(full)
    }

    /// What `answer` comes to, if it does in time.
    ///
    /// A write that is given up goes on: what changes something is in the hands of the writer's task, not in those of
    /// who waits for it.
    pub(super) async fn in_time(
        &self,
        method: &Method,
        answer: impl Future<Output = Response>,
    ) -> Result<Response, Problem> {
        let (time, kind) = if method.is_safe() {
            (self.limits.read, &UNAVAILABLE)
        } else {
            (self.limits.write, &OUTCOME_UNKNOWN)
        };
        let late = |_| Problem::new(kind, format!("there was no answer within {} s", time.as_secs_f32()));
        timeout(time, answer).await.map_err(late)
    }
}

/// The refusal of who may come again after `wait`.
pub(super) fn too_many(detail: &str, wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(0 < wait.subsec_nanos());
    Problem::new(&TOO_MANY_REQUESTS, detail).with(header::RETRY_AFTER, HeaderValue::from(seconds))
}
