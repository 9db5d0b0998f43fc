//! A socket that fails with `TimedOut` when its client keeps it waiting, and shows what it reads to
//! `Framing`. It knows no HTTP itself but the phase it is told.
//!
//! A deadline is set only when the socket has nothing to give or take, so a request that arrives whole
//! costs one look at the clock. There is one timer a connection: it is moved forward at once, but moved
//! back only when it rings too early.

use std::io::{self, ErrorKind, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Limits;
use super::framing::Framing;
use super::phase::{Mark, Phase, Progress};

/// Bytes of one read: as many as hyper asks for first.
const READ: usize = 8 * 1024;

/// The socket of one connection, with its deadlines.
#[derive(Debug)]
pub(super) struct TimedIo {
    socket: TokioIo<TcpStream>,
    /// Bytes that were read before, to be read again first.
    unread: Bytes,
    framing: Framing,
    limits: Arc<Limits>,
    progress: Arc<Progress>,
    timer: Pin<Box<Sleep>>,
    /// When the bytes waited for in this phase must have come.
    read_by: Option<(Mark, Instant)>,
    /// When the client must have taken something, if a write waits for it.
    write_by: Option<Instant>,
    /// When the client must have closed, once the server has.
    close_by: Option<Instant>,
}

impl TimedIo {
    /// A new connection, whose client has `limits.first_byte` from now to say something.
    pub(super) fn new(socket: TcpStream, limits: Arc<Limits>, progress: Arc<Progress>) -> Self {
        let by = Instant::now() + limits.first_byte;
        Self {
            socket: TokioIo::new(socket),
            unread: Bytes::new(),
            framing: Framing::new(),
            timer: Box::pin(sleep_until(by)),
            read_by: Some((progress.mark(), by)),
            write_by: None,
            close_by: None,
            limits,
            progress,
        }
    }

    /// Waits for a byte, without reading it and without a buffer. Whether one came in time.
    pub(super) async fn byte_comes(&mut self) -> bool {
        if self.unread.is_empty() {
            if let Some((_, by)) = self.read_by {
                self.timer.as_mut().reset(by);
            }
            let mut byte = [0];
            let came = tokio::select! {
                biased;
                // Not `readable()`, which may say so of a socket that has nothing.
                peeked = self.socket.inner().peek(&mut byte) => matches!(peeked, Ok(1..)),
                () = self.timer.as_mut() => false,
            };
            if !came {
                return false;
            }
        }
        self.progress.enter(Phase::Head);
        true
    }

    /// Gives back bytes that were read and not used.
    pub(super) fn unread(&mut self, bytes: Bytes) {
        // An empty one would still hold the buffer it was cut from.
        if !bytes.is_empty() {
            self.unread = bytes;
        }
    }

    /// Whether the client is late with bytes. Wakes the task when it will be. An idle one is not late
    /// here: it falls asleep first, and `byte_comes` waits for the rest of its time.
    fn read_is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let Limits { header, idle, doze, .. } = *self.limits;
        let mark = self.progress.mark();
        let allowed = match mark.phase() {
            Phase::Busy | Phase::Asleep => return false,
            Phase::Head => header,
            // The client is not idle while it is still taking the last answer.
            Phase::Idle if self.write_by.is_some() => return false,
            Phase::Idle => idle,
        };
        let by = match self.read_by {
            Some((set_for, by)) if set_for == mark => by,
            Some(_) | None => {
                let by = Instant::now() + allowed;
                self.read_by = Some((mark, by));
                by
            }
        };
        if mark.phase() == Phase::Idle
            && let Some(asleep) = idle.checked_sub(doze)
        {
            if self.has_passed(by - asleep, cx) {
                self.progress.enter(Phase::Asleep);
            }
            return false;
        }
        self.has_passed(by, cx)
    }

    fn written<T>(&mut self, cx: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_pending() {
            let limits = &self.limits;
            let by = *self.write_by.get_or_insert_with(|| Instant::now() + limits.write_stall);
            return if self.has_passed(by, cx) {
                Poll::Ready(Err(ErrorKind::TimedOut.into()))
            } else {
                Poll::Pending
            };
        }
        if self.write_by.take().is_some() && self.progress.mark().phase() == Phase::Idle {
            // Idleness starts now, not when hyper first looked for the next request.
            self.read_by = None;
        }
        write
    }

    /// Whether it is past `by`. If not, the task is woken then, or earlier for another deadline.
    fn has_passed(&mut self, by: Instant, cx: &mut Context<'_>) -> bool {
        if self.timer.deadline() > by {
            self.timer.as_mut().reset(by);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            if self.timer.deadline() >= by {
                return true;
            }
            self.timer.as_mut().reset(by);
        }
        false
    }
}

impl Read for TimedIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.unread.is_empty() {
            let length = self.unread.len().min(buf.remaining());
            buf.put_slice(&self.unread.split_to(length));
            return Poll::Ready(Ok(()));
        }
        // Not into `buf`, which cannot be looked into without `unsafe`. A copy costs less than the read.
        let mut bytes = [MaybeUninit::uninit(); READ];
        let mut read = ReadBuf::uninit(&mut bytes[..READ.min(buf.remaining())]);
        let Poll::Ready(done) = Pin::new(self.socket.inner_mut()).poll_read(cx, &mut read) else {
            return if self.read_is_late(cx) {
                Poll::Ready(Err(ErrorKind::TimedOut.into()))
            } else {
                Poll::Pending
            };
        };
        match self.progress.mark().phase() {
            Phase::Idle | Phase::Asleep => self.progress.enter(Phase::Head),
            Phase::Head | Phase::Busy => {}
        }
        if let Some(misframed) = self.framing.follow(read.filled()) {
            self.progress.refuse(misframed);
        }
        buf.put_slice(read.filled());
        Poll::Ready(done)
    }
}

impl Write for TimedIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.written(cx, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        self.written(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flush = Pin::new(&mut self.socket).poll_flush(cx);
        // hyper reads before it writes, so after an answer it may wait for the next request without
        // having polled the read side since the connection became idle.
        let mark = self.progress.mark();
        if mark.phase() == Phase::Idle && self.read_by.is_none_or(|(set_for, _)| set_for != mark) {
            let _ = self.read_is_late(cx);
        }
        flush
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let by = match self.close_by {
            Some(by) => by,
            None => {
                ready!(Pin::new(&mut self.socket).poll_shutdown(cx))?;
                let by = Instant::now() + self.limits.linger;
                self.close_by = Some(by);
                by
            }
        };
        if !self.progress.left_unread() {
            return Poll::Ready(Ok(()));
        }
        // What the client still sends is thrown away until it closes too.
        let mut bytes = [MaybeUninit::uninit(); 4096];
        loop {
            let mut buf = ReadBuf::uninit(&mut bytes);
            let read = Pin::new(self.socket.inner_mut()).poll_read(cx, &mut buf);
            match read {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => break,
            }
        }
        if self.has_passed(by, cx) { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}
