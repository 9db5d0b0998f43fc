//! What is answered, and what is refused before the router is asked.

use super::*;

#[tokio::test]
async fn a_connection_serves_many_requests_and_names_its_peer() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    let local = client.0.local_addr().expect("an address").to_string();
    for _ in 0..500 {
        assert!(client.get("/peer").await.ends_with(&local));
    }
}

#[tokio::test]
async fn a_body_of_known_length_keeps_its_content_length() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    client.send("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nsand").await;
    let answer = client.answer().await;
    assert!(answer.contains("content-length: 4\r\n"), "{answer}");
    assert!(answer.ends_with("sand"), "{answer}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    let all: Vec<_> = (0..100).map(|n| format!("GET /n/{n} HTTP/1.1\r\nhost: a\r\n\r\n")).collect();
    client.send(&all.concat()).await;
    for n in 0..100 {
        assert!(client.answer().await.ends_with(&format!("\r\n\r\n{n}")));
    }
}

#[tokio::test]
async fn an_answer_is_not_held_back_by_half_of_the_next_request() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    client.send("GET /n/1 HTTP/1.1\r\nhost: a\r\n\r\nGET /n/2 HT").await;
    assert!(client.answer().await.ends_with("\r\n\r\n1"));
    client.send("TP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(client.answer().await.ends_with("\r\n\r\n2"));
}

#[tokio::test]
async fn http_1_0_is_answered_and_closed() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.0\r\n\r\n").await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn what_is_not_http_1_is_closed() {
    let server = Running::start(wide()).await;
    for (sent, answered) in [
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""),
        ("GET /\r\n\r\n", "HTTP/1.1 400 "),
        ("\u{16}\u{3}\u{1} tls\r\n\r\n", "HTTP/1.1 400 "),
    ] {
        let mut client = server.connect().await;
        client.send(sent).await;
        let answer = client.rest().await;
        let right = answer.starts_with(answered) && answer.is_empty() == answered.is_empty();
        assert!(right, "{sent:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_with_a_document_and_closed() {
    let server = Running::start(wide()).await;
    let lines = |count: usize| "a: b\r\n".repeat(count);
    let line = |bytes: usize| format!("a: {}\r\n", "b".repeat(bytes - 1));
    let path = |bytes: usize| format!("/n/{}", "p".repeat(bytes - 3));
    let ok = "HTTP/1.1 200 ";
    for (path, headers, status, document) in [
        (path(4_096), String::new(), ok, ""),
        (path(4_097), String::new(), "HTTP/1.1 414 ", "UriTooLong { bytes: 4097 }"),
        (path(5_120), String::new(), "HTTP/1.1 414 ", "UriTooLong { bytes: 5120 }"),
        (path(9_000), String::new(), "HTTP/1.1 414 ", "UriTooLong { bytes: 9000 }"),
        (path(9), lines(64), ok, ""),
        (path(9), lines(65), "HTTP/1.1 431 ", "TooManyHeaders { count: 65 }"),
        (path(9), line(16_384), ok, ""),
        (path(9), line(16_385), "HTTP/1.1 431 ", "HeadersTooLarge { bytes: 16385 }"),
        (path(9), line(17_408), "HTTP/1.1 431 ", "HeadersTooLarge { bytes: 17408 }"),
        (path(9), line(70_000), "HTTP/1.1 431 ", ""),
    ] {
        let mut client = server.connect().await;
        let head = format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
        // A refusal may come before all is sent.
        let _ = client.0.write_all(head.as_bytes()).await;
        let answer = if status == ok { client.answer().await } else { client.rest().await };
        assert!(answer.starts_with(status), "{status}: {answer:.80}");
        assert!(answer.ends_with(document), "{answer}");
        let closes = answer.contains("connection: close\r\n");
        assert_eq!(closes, status != ok, "{answer}");
    }
}
