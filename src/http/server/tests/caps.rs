//! The caps on connections.

use super::*;

#[tokio::test]
async fn a_connection_over_the_cap_of_its_address_is_closed_and_one_given_back_serves_again() {
    let limits = Limits { per_ipv4: 2, ..wide() };
    let server = Running::start(limits).await;
    let mut first = server.connect().await;
    let mut second = server.connect().await;
    first.get("/").await;
    second.get("/").await;
    assert!(server.connect().await.lives().await < ms(500));

    drop(first);
    sleep(ms(100)).await;
    assert!(server.connect().await.get("/").await.ends_with("hello"));
    assert!(second.get("/").await.ends_with("hello"));
}

#[tokio::test]
async fn an_exempt_address_is_not_capped() {
    let limits = Limits { per_ipv4: 0, exempt: vec!["127.0.0.0/8".parse().expect("a network")], ..wide() };
    let server = Running::start(limits).await;
    assert!(server.connect().await.get("/").await.ends_with("hello"));
}

#[tokio::test]
async fn a_client_beyond_the_total_waits_until_another_leaves() {
    let limits = Limits { connections: 2, ..wide() };
    let server = Running::start(limits).await;
    let mut first = server.connect().await;
    let mut second = server.connect().await;
    first.get("/").await;
    second.get("/").await;

    let mut third = server.connect().await;
    third.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let waiting = timeout(ms(200), third.0.readable()).await;
    assert!(waiting.is_err(), "answered beyond the total");
    drop(first);
    assert!(third.answer().await.ends_with("hello"));
}

#[tokio::test]
async fn a_panic_in_a_handler_ends_its_connection_and_gives_the_place_back() {
    let limits = Limits { connections: 1, ..wide() };
    let server = Running::start(limits).await;
    for _ in 0..3 {
        let mut client = server.connect().await;
        client.send("GET /panic HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert_eq!(client.rest().await, "");
    }
    assert!(server.connect().await.get("/").await.ends_with("hello"));
}
