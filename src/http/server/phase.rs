//! What a connection is waiting for, told by the service to the socket's deadlines, and which of its
//! heads is refused, told by the socket to the service.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::FramingFault;
use super::framing::Misframed;

/// What a connection is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The rest of a request's head.
    Head,
    /// The server: the request is being handled or its answer produced.
    Busy,
    /// The first byte of the next request.
    Idle,
    /// The same, for so long that it should be waited for without buffers.
    Asleep,
}

/// The phase of one connection, shared by the socket, the service and the answer's body.
///
/// All three live in the connection's one task, so no ordering is asked of the atomics.
#[derive(Debug)]
pub(super) struct Progress {
    phase: AtomicU32,
    unread: AtomicBool,
    /// Requests that hyper gave to the service.
    served: AtomicU64,
    misframed: OnceLock<Misframed>,
}

/// A phase as it was entered at one moment: entering the same phase again gives another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u32);

impl Progress {
    /// A connection that has yet to send something.
    pub(super) fn new() -> Self {
        Self {
            phase: AtomicU32::new(Phase::Head as u32),
            unread: AtomicBool::new(false),
            served: AtomicU64::new(0),
            misframed: OnceLock::new(),
        }
    }

    pub(super) fn enter(&self, phase: Phase) {
        let entered = (self.phase.load(Ordering::Relaxed) >> 2).wrapping_add(1);
        self.phase.store(entered << 2 | phase as u32, Ordering::Relaxed);
    }

    /// Ready when the connection is asleep. It wakes nobody: who falls asleep does so while polled.
    pub(super) async fn asleep(&self) {
        poll_fn(|_| match self.mark().phase() {
            Phase::Asleep => Poll::Ready(()),
            Phase::Head | Phase::Busy | Phase::Idle => Poll::Pending,
        })
        .await;
    }

    /// Says that the connection ends with a request whose body was not read.
    pub(super) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// Whether somebody said so.
    pub(super) fn left_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// Says that a head is refused. Only the first one that is counts.
    pub(super) fn refuse(&self, misframed: Misframed) {
        let _ = self.misframed.set(misframed);
    }

    /// The server has the next request. What is wrong with its head, if anything: the socket has seen all of
    /// it, since hyper has.
    pub(super) fn serve_next(&self) -> Option<FramingFault> {
        self.enter(Phase::Busy);
        let head = self.served.fetch_add(1, Ordering::Relaxed);
        self.misframed.get().filter(|misframed| misframed.head == head).map(|misframed| misframed.fault)
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.phase.load(Ordering::Relaxed))
    }
}

impl Mark {
    pub(super) fn phase(self) -> Phase {
        match self.0 & 0b11 {
            phase if phase == Phase::Head as u32 => Phase::Head,
            phase if phase == Phase::Busy as u32 => Phase::Busy,
            phase if phase == Phase::Idle as u32 => Phase::Idle,
            _ => Phase::Asleep,
        }
    }
}

/// An answer's body, which sets the connection idle when hyper has taken all of it and drops it.
///
/// The bytes may still be in hyper's buffer then: see the write deadline in `timed_io`.
#[derive(Debug)]
pub(super) struct AnswerBody {
    pub(super) body: Body,
    pub(super) progress: Arc<Progress>,
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.progress.enter(Phase::Idle);
    }
}
