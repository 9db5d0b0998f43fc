//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, TRANSFER_ENCODING};
use axum::response::Response;
use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tracing::debug;

use super::phase::{AnswerBody, Progress};
use super::seats::Seat;
use super::timed_io::TimedIo;
use super::{Limits, PeerAddr, Refusal, Refuse};

/// What the accept loop tells all connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Serve as many requests as come.
    Serving,
    /// Finish the request in hand, then close; close at once where there is none.
    Draining,
    /// Close now.
    Cut,
}

/// What all connections have in common.
pub(super) struct Common {
    pub(super) limits: Arc<Limits>,
    pub(super) refuse: Refuse,
    http1: http1::Builder,
}

impl Common {
    pub(super) fn new(limits: Arc<Limits>, refuse: Refuse) -> Self {
        let mut http1 = http1::Builder::new();
        // Heads are refused by our own check, with a document; hyper's refusals (a head over this
        // buffer or of over 100 lines) have none. Setting `max_headers` would cost an allocation a
        // request. `pipeline_flush` stays off: it holds an answer back for as long as half of the
        // next request is in the buffer.
        http1.max_buf_size(64 * 1024).header_read_timeout(None);
        Self { limits, refuse, http1 }
    }
}

/// What a connection holds until its socket is closed: its place among all, and its address's.
pub(super) type Place = (OwnedSemaphorePermit, Seat);

/// Serves `socket` until it ends, or `stage` says so. When the accept loop is gone, it is cut.
pub(super) async fn run<F, A>(
    socket: TcpStream,
    peer: SocketAddr,
    answer: F,
    common: Arc<Common>,
    mut stage: watch::Receiver<Stage>,
    _place: Place,
) where
    F: Fn(Request<Incoming>) -> A,
    A: Future<Output = Response>,
{
    // Only a socket that is already dead refuses this.
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let progress = Arc::new(Progress::new());
    let mut io = TimedIo::new(socket, Arc::clone(&common.limits), Arc::clone(&progress));
    let http1 = common.http1.clone();
    let told = Arc::clone(&progress);
    let mut service = service_fn(move |mut request: Request<Incoming>| {
        let fault = told.serve_next();
        // Of a request that is misframed something may come that is no body to hyper.
        let has_more = fault.is_some() || !request.body().is_end_stream();
        // `Framing` does not follow what is behind chunks.
        let is_last = request.headers().contains_key(TRANSFER_ENCODING);
        let asked = match fault.map(Refusal::Misframed).or_else(|| common.limits.refusal(&request)) {
            None => {
                request.extensions_mut().insert(PeerAddr(peer));
                Ok(answer(request))
            }
            Some(refusal) => Err((common.refuse)(refusal)),
        };
        let progress = Arc::clone(&told);
        async move {
            let is_last = is_last || asked.is_err();
            let mut response = match asked {
                Ok(answer) => answer.await,
                Err(refused) => refused,
            };
            if is_last {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            if has_more && response.headers().get(CONNECTION).is_some_and(|value| value == "close") {
                progress.leave_unread();
            }
            Ok::<_, Infallible>(response.map(|body| AnswerBody { body, progress }))
        }
    });
    loop {
        // hyper holds up to 30 KiB a connection, so there is no hyper while there is nothing to read.
        tokio::select! {
            biased;
            came = io.byte_comes() => if !came { return },
            _ = stage.wait_for(|now| *now != Stage::Serving) => return,
        }
        let mut connection = http1.serve_connection(io, service);
        loop {
            tokio::select! {
                biased;
                ended = &mut connection => {
                    if let Err(error) = ended {
                        debug!(%error, "a connection ended early");
                    }
                    return;
                }
                changed = stage.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let now = *stage.borrow();
                    match now {
                        Stage::Serving => {}
                        Stage::Draining => std::pin::Pin::new(&mut connection).graceful_shutdown(),
                        Stage::Cut => return,
                    }
                }
                () = progress.asleep() => break,
            }
        }
        let parts = connection.into_parts();
        (io, service) = (parts.io, parts.service);
        io.unread(parts.read_buf);
    }
}
