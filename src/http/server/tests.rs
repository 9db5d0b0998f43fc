//! The server as a client meets it: real sockets, and limits of some milliseconds.
#![expect(clippy::disallowed_types, reason = "a router of the tests, not the API")]

mod caps;
mod deadlines;
mod drain;
mod framing;
mod requests;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http_body::Frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep, timeout};

use super::{Drained, Limits, PeerAddr, Refusal, serve};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Limits no test meets by accident, to be narrowed one at a time.
fn wide() -> Limits {
    Limits {
        first_byte: ms(5_000),
        header: ms(5_000),
        idle: ms(5_000),
        write_stall: ms(5_000),
        drain: ms(5_000),
        ..Limits::default()
    }
}

struct Running {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Drained>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let stop = async {
                let _ = stopped.await;
            };
            serve(listener, answer, limits, std::sync::Arc::new(refuse), stop).await
        });
        Self { addr, stop, served }
    }

    async fn connect(&self) -> Client {
        let socket = TcpStream::connect(self.addr).await.expect("a connection");
        Client(socket)
    }

    /// Stops it, and waits until it has drained.
    async fn stop(self) -> Drained {
        self.stop.send(()).expect("it runs");
        self.served.await.expect("it does not panic")
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("sent");
    }

    async fn get(&mut self, path: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n")).await;
        self.answer().await
    }

    /// One answer with a content-length: its head and body.
    async fn answer(&mut self) -> String {
        let mut text = String::new();
        while !text.ends_with("\r\n\r\n") {
            text.push(char::from(self.0.read_u8().await.expect("a head")));
        }
        let length =
            text.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a content-length");
        let mut body = vec![0; length.parse().expect("a number")];
        self.0.read_exact(&mut body).await.expect("a body");
        text + &String::from_utf8(body).expect("text")
    }

    /// All that comes until the server closes; fails after three seconds.
    async fn rest(&mut self) -> String {
        let mut all = Vec::new();
        // A reset is a close, too.
        let _ =
            timeout(ms(3_000), self.0.read_to_end(&mut all)).await.expect("the server closes the connection");
        String::from_utf8_lossy(&all).into_owned()
    }

    /// How long the server leaves the connection open, sending nothing.
    async fn lives(&mut self) -> Duration {
        let start = Instant::now();
        assert_eq!(self.rest().await, "");
        start.elapsed()
    }
}

fn refuse(refusal: Refusal) -> Response {
    let status = match refusal {
        Refusal::UriTooLong { .. } => StatusCode::URI_TOO_LONG,
        Refusal::Misframed(_) => StatusCode::BAD_REQUEST,
        Refusal::TooManyHeaders { .. } | Refusal::HeadersTooLarge { .. } => {
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
        }
    };
    (status, format!("{refusal:?}")).into_response()
}

/// Answers with the router of the tests.
async fn answer(request: Request<hyper::body::Incoming>) -> Response {
    let Ok(response) = tower::ServiceExt::oneshot(router(), request).await;
    response
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/peer", get(|peer: Extension<PeerAddr>| async move { peer.0.0.to_string() }))
        .route("/echo", post(|body: String| async { body }))
        .route("/n/{n}", get(|n: axum::extract::Path<String>| async { n.0 }))
        .route(
            "/wait/{ms}",
            get(|n: axum::extract::Path<u64>| async move {
                sleep(ms(n.0)).await;
                "waited"
            }),
        )
        .route("/panic", get(panics))
        .route("/big", get(|| async { vec![b'x'; 16 << 20] }))
        .route("/trickle", get(trickle))
}

async fn panics() -> &'static str {
    panic!("a handler that panics")
}

/// Ten bytes, one every 50 ms.
struct Trickle {
    left: usize,
    timer: Pin<Box<Sleep>>,
}

impl http_body::Body for Trickle {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        std::task::ready!(self.timer.as_mut().poll(cx));
        self.timer.set(sleep(ms(50)));
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b".")))))
    }
}

async fn trickle() -> Body {
    Body::new(Trickle { left: 10, timer: Box::pin(sleep(ms(50))) })
}
