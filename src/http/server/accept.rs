//! The accept loop: who gets a connection, and how all of them end.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, info, warn};

use super::connection::{self, Common, Stage};
use super::seats::Seats;
use super::{Limits, Refuse};

const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LAST_BACKOFF: Duration = Duration::from_secs(1);

/// How the connections that were open at the stop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Ended by themselves: idle ones at once, the others with their answer.
    pub finished: usize,
    /// Cut, because the time to drain was over.
    pub cut: usize,
}

/// Answers requests on `listener` with `answer` until `stop` resolves, then lets the open connections end.
///
/// Every request carries a [`PeerAddr`](super::PeerAddr). A request whose head is refused is answered
/// by `refuse`, which chooses status and document. No error of the listener ends it: running out of
/// file descriptors makes it wait. A handler that panics loses its connection and nothing else.
/// Dropping the future cuts every connection. A request's body must be read before its answer ends.
pub async fn serve<F, A>(
    listener: TcpListener,
    answer: F,
    limits: Limits,
    refuse: Refuse,
    stop: impl Future<Output = ()> + Send,
) -> Drained
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    // As many as can be asked for at once, when draining.
    let all = u32::try_from(limits.connections.max(1)).unwrap_or(u32::MAX);
    let permits = Arc::new(Semaphore::new(all as usize));
    let drain = limits.drain;
    let seats = Arc::new(Seats::new(&limits));
    let common = Arc::new(Common::new(Arc::new(limits), refuse));
    let (stage, told) = watch::channel(Stage::Serving);
    let mut full = Sampled::default();
    let mut refused = Sampled::default();

    let mut stop = pin!(stop);
    loop {
        let next = async {
            let permit = free(&permits, &mut full).await;
            (permit, accept(&listener).await)
        };
        let (permit, (socket, peer)) = tokio::select! {
            biased;
            () = stop.as_mut() => break,
            next = next => next,
        };
        let Some(seat) = seats.take(peer.ip()) else {
            if let Some(times) = refused.due() {
                warn!(times, "closed connections over the cap of their address");
            }
            continue;
        };
        tokio::spawn(connection::run(
            socket,
            peer,
            answer.clone(),
            Arc::clone(&common),
            told.clone(),
            (permit, seat),
        ));
    }
    drop(listener);
    end(&permits, all, &stage, drain).await
}

/// Ends the open connections, each of which holds one of `all` permits.
async fn end(permits: &Semaphore, all: u32, stage: &watch::Sender<Stage>, drain: Duration) -> Drained {
    let open = all as usize - permits.available_permits();
    info!(open, "draining connections");
    stage.send_replace(Stage::Draining);
    if timeout(drain, permits.acquire_many(all)).await.is_ok() {
        return Drained { finished: open, cut: 0 };
    }
    let cut = all as usize - permits.available_permits();
    warn!(cut, "cutting connections");
    stage.send_replace(Stage::Cut);
    // A handler that blocks its thread cannot be cut, and is not waited for.
    let _ = timeout(LAST_BACKOFF, permits.acquire_many(all)).await;
    Drained { finished: open - cut, cut }
}

/// The right to one more connection, once there is one.
async fn free(permits: &Arc<Semaphore>, full: &mut Sampled) -> OwnedSemaphorePermit {
    if permits.available_permits() == 0
        && let Some(times) = full.due()
    {
        warn!(times, "all connections are taken, clients wait");
    }
    Arc::clone(permits).acquire_owned().await.expect("nothing closes this semaphore")
}

/// The next connection, however long it takes to get one. An IPv4 peer is given as IPv4.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut backoff = FIRST_BACKOFF;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                return (socket, SocketAddr::new(peer.ip().to_canonical(), peer.port()));
            }
            Err(error) if is_of_the_client(&error) => {}
            // Most likely no file descriptor is free. The client stays in the queue.
            Err(error) => {
                error!(%error, ?backoff, "cannot accept a connection");
                sleep(backoff).await;
                backoff = (backoff * 2).min(LAST_BACKOFF);
            }
        }
    }
}

/// Whether the client was gone before it was accepted, which says nothing about the next one.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

/// Something that may happen thousands of times a second and is logged once in ten.
#[derive(Debug, Default)]
struct Sampled {
    times: u64,
    logged: Option<Instant>,
}

impl Sampled {
    /// Counts once. How often it happened since the last time it was due, if it is due again.
    fn due(&mut self) -> Option<u64> {
        self.times += 1;
        let now = Instant::now();
        if self.logged.is_some_and(|at| now < at + Duration::from_secs(10)) {
            return None;
        }
        self.logged = Some(now);
        Some(std::mem::take(&mut self.times))
    }
}
