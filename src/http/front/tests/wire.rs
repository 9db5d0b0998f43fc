//! Requests as bytes: what is wrong with the framing of one is answered with a refusal or by closing, and never read
//! as the beginning of another.
use super::*;
use crate::http::refuse;
use crate::http::server::{Limits, serve};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Serves the listener over a socket.
async fn served(listener: &Listener) -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (front, site) = (listener.front.clone(), listener.front.0.site.clone());
    let refuse = Arc::new(move |refusal| refuse(&site, refusal));
    let answer = move |request| front.clone().answer(request);
    tokio::spawn(serve(socket, answer, Limits::default(), refuse, std::future::pending()));
    address
}

/// Sends `bytes`, and listens until the server closes: all that it said.
async fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may refuse before it has all, and a reset is a close, too.
    let _ = stream.write_all(bytes).await;
    let mut all = Vec::new();
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut all)).await.expect("the server closes");
    String::from_utf8_lossy(&all).into_owned()
}

/// The status of each answer.
fn statuses(said: &str) -> Vec<u16> {
    said.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].parse().unwrap()).collect()
}

/// What stands behind each request of the corpus: a request of its own, or the rest of the one before.
const NEXT: &str = "GET /patrol HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// A POST with these header lines and these bytes behind its head.
fn post(lines: &str, body: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{lines}\r\n{body}")
}

/// A POST of these chunks.
fn chunks(chunks: &str) -> String {
    post("Transfer-Encoding: chunked\r\n", chunks)
}

#[tokio::test]
async fn a_request_whose_framing_is_wrong_is_refused_and_ends_its_connection() {
    const CHUNKED: &str = "2\r\n{}\r\n0\r\n\r\n";
    let listener = Listener::start(RequestLimits::default()).await;
    let address = served(&listener).await;
    let length = |value: &str| post(&format!("Content-Length: {value}\r\n"), "{}");
    let coded = |lines: &str| post(lines, CHUNKED);
    for (bytes, status) in [
        // Its length.
        (length("-2"), 400),
        (length("+2"), 400),
        (length("0x2"), 400),
        (length("2.0"), 400),
        (length(""), 400),
        (length("2 2"), 400),
        (length("2, 2"), 400),
        (length("2\r\nContent-Length: 3"), 400),
        (length("2\r\nContent-Length: 2"), 400),
        (length("99999999999999999999"), 400),
        (length("18446744073709551615"), 431),
        (length("18446744073709551613"), 413),
        (length("32769"), 413),
        (post("Content-Length : 2\r\n", "{}"), 400),
        (post("Content-Length\t: 2\r\n", "{}"), 400),
        // How it is coded.
        (coded("Transfer-Encoding : chunked\r\n"), 400),
        (coded("Transfer-Encoding:\r\n chunked\r\n"), 400),
        (coded("Transfer-Encoding: chunked, identity\r\n"), 400),
        (coded("Transfer-Encoding: identity\r\n"), 400),
        (coded("Transfer-Encoding: gzip, chunked\r\n"), 400),
        (coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400),
        (coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400),
        (coded("Transfer-Encoding: xchunked\r\n"), 400),
        (coded("Transfer-Encoding: \x0bchunked\r\n"), 400),
        (coded("Transfer-Encoding: \"chunked\"\r\n"), 400),
        (chunks(CHUNKED).replace("HTTP/1.1", "HTTP/1.0"), 400),
        (format!("GET /whom HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{CHUNKED}"), 400),
        // Both.
        (coded("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"), 400),
        (coded("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n"), 400),
        (coded("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), 400),
        // Its chunks.
        (chunks("-2\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("+2\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("0x2\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("1\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("3\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("10000000000000002\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("2\n{}\n0\n\n"), 400),
        (chunks("2;a\nb\r\n{}\r\n0\r\n\r\n"), 400),
        (chunks("2\r\n{}\r\n"), 400),
        (chunks(&format!("9000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x9000))), 413),
        // Its head.
        (length("2").replace("\r\n", "\n"), 400),
        (length("2").replacen("\r\n", "\n", 1), 400),
        (length("2").replace("2\r\n", "2\n"), 400),
        (length("2").replace("\r\n\r\n", "\r\n\n"), 400),
        (format!("\n{}", length("2")), 400),
        (NEXT.replace("\r\n", "\n"), 400),
        (post("X-A: b\r\n c\r\nContent-Length: 2\r\n", "{}"), 400),
        (post("X-A: b\rContent-Length: 2\r\n", "{}"), 400),
        (post("X-A: b\0\r\nContent-Length: 2\r\n", "{}"), 400),
        (post("X-A\r\nContent-Length: 2\r\n", "{}"), 400),
        (post(": b\r\nContent-Length: 2\r\n", "{}"), 400),
        (format!(" {}", length("2")), 400),
        (length("2").replace("POST ", "POST  "), 400),
        (length("2").replace(" HTTP/1.1", ""), 400),
        (length("2").replace(" HTTP/1.1", " HTTP/1.2"), 400),
        // A body where none is taken.
        (length("2").replace("/echo", "/forever"), 413),
        (length("2").replace("/echo", "/whom"), 405),
        (length("2").replace("/echo", "/nowhere"), 404),
    ] {
        let said = said(address, format!("{bytes}{NEXT}").as_bytes()).await;
        assert_eq!(statuses(&said), [status], "{bytes:?}: {said}");
        assert!(said.contains("connection: close\r\n"), "{bytes:?}: {said}");
    }
}

#[tokio::test]
async fn a_request_that_is_the_last_of_its_connection_is_answered_and_nothing_is_read_behind_it() {
    let listener = Listener::start(RequestLimits::default()).await;
    let address = served(&listener).await;
    let chunked = "2\r\n{}\r\n0\r\n\r\n";
    for bytes in [
        // What comes behind chunks is not followed.
        chunks(chunked),
        chunks("1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: 9\r\n\r\n"),
        // The body of a read.
        "GET /whom HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
        format!("GET /whom HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
        format!("GET {NEAR} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", NEXT.len()),
    ] {
        let said = said(address, format!("{bytes}{NEXT}").as_bytes()).await;
        assert_eq!(statuses(&said), [200], "{bytes:?}: {said}");
        assert!(said.contains("connection: close\r\n"), "{bytes:?}: {said}");
    }
}

#[tokio::test]
async fn a_request_that_is_sound_is_answered_and_so_is_the_next() {
    let listener = Listener::start(RequestLimits::default()).await;
    let address = served(&listener).await;
    for bytes in [
        post("Content-Length: 2\r\n", "{}"),
        post("content-length:2\r\n", "{}"),
        post("Content-Length: 2\r\nExpect: 100-continue\r\n", "{}"),
        post("Content-Length: 2\r\nConnection: upgrade\r\nUpgrade: h2c\r\n", "{}"),
        // An empty line before a head is passed over (RFC 9112, 2.2).
        format!("\r\n{}", post("Content-Length: 2\r\n", "{}")),
    ] {
        let said = said(address, format!("{bytes}{NEXT}").as_bytes()).await;
        let statuses: Vec<u16> = statuses(&said).into_iter().filter(|status| *status != 100).collect();
        assert_eq!(statuses, [200, 200], "{bytes:?}: {said}");
        assert!(said.contains("\r\n\r\n{}HTTP/1.1 200 OK"), "{bytes:?}: {said}");
    }
    // Without a body there is no document, and the next request begins where it does.
    let said = said(address, format!("{}{NEXT}", post("", "")).as_bytes()).await;
    assert_eq!(statuses(&said), [400, 200], "{said}");
}

#[tokio::test]
async fn who_sends_too_much_hears_why() {
    const LENGTH: usize = 4 << 20;
    let listener = Listener::start(RequestLimits::default()).await;
    let address = served(&listener).await;
    for lines in [format!("Content-Length: {LENGTH}\r\n"), "Transfer-Encoding: chunked\r\n".to_owned()] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let sent = async {
            stream.write_all(post(&lines, &format!("{LENGTH:x}\r\n")).as_bytes()).await?;
            stream.write_all(&vec![b' '; LENGTH]).await
        };
        sent.await.unwrap_or_else(|error| panic!("{lines}: the connection is cut while it sends: {error}"));
        let mut all = Vec::new();
        timeout(Duration::from_secs(5), stream.read_to_end(&mut all))
            .await
            .expect("the server closes")
            .unwrap();
        assert_eq!(statuses(&String::from_utf8(all).unwrap()), [413], "{lines}");
    }
}

#[tokio::test]
async fn who_is_asked_to_wait_with_a_body_need_not_send_one_that_is_refused() {
    let listener = Listener::start(RequestLimits::default()).await;
    let address = served(&listener).await;
    let said = said(address, post("Content-Length: 99999\r\nExpect: 100-continue\r\n", "").as_bytes()).await;
    assert_eq!(statuses(&said), [413], "no 100 comes before it: {said}");
}
