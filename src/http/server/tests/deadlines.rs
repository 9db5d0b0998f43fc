//! The deadlines of a connection.

use super::*;

fn assert_near(lived: Duration, expected: Duration) {
    let late = lived.saturating_sub(expected);
    assert!(lived + ms(5) >= expected && late < ms(900), "{lived:?}");
}

#[tokio::test]
async fn a_silent_client_is_closed_at_the_first_byte_deadline() {
    let limits = Limits { first_byte: ms(150), ..wide() };
    let server = Running::start(limits).await;
    assert_near(server.connect().await.lives().await, ms(150));
}

#[tokio::test]
async fn a_head_sent_byte_by_byte_is_closed_at_the_head_deadline() {
    let limits = Limits { header: ms(200), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    let start = Instant::now();
    for byte in "GET / HTTP/1.1\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyy".chars() {
        if client.0.write_all(&[byte as u8]).await.is_err() {
            break;
        }
        if timeout(ms(20), client.0.read_u8()).await.is_ok() {
            break;
        }
    }
    assert_near(start.elapsed(), ms(200));
}

#[tokio::test]
async fn the_second_head_of_a_connection_has_the_same_deadline() {
    let limits = Limits { header: ms(150), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    client.get("/").await;
    sleep(ms(300)).await;
    client.send("GET /").await;
    assert_near(client.lives().await, ms(150));
}

#[tokio::test]
async fn an_idle_connection_is_closed_at_the_idle_deadline_and_not_the_shorter_ones() {
    let limits = Limits { first_byte: ms(100), header: ms(100), idle: ms(400), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    client.get("/").await;
    sleep(ms(200)).await;
    client.get("/").await;
    assert_near(client.lives().await, ms(400));
}

#[tokio::test]
async fn a_handler_may_take_longer_than_any_of_the_deadlines() {
    let limits =
        Limits { first_byte: ms(100), header: ms(100), idle: ms(100), write_stall: ms(100), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    assert!(client.get("/wait/400").await.ends_with("waited"));
}

#[tokio::test]
async fn an_answer_that_trickles_is_not_idle_until_it_ends() {
    let limits = Limits { header: ms(100), idle: ms(150), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    client.send("GET /trickle HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let start = Instant::now();
    let answer = client.rest().await;
    assert!(answer.ends_with("0\r\n\r\n"), "{answer}");
    assert_near(start.elapsed(), ms(500 + 150));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_when_its_answer_stalls() {
    let limits = Limits { write_stall: ms(200), idle: ms(100), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    client.send("GET /big HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(ms(700)).await;
    assert!(client.rest().await.len() < 16 << 20);
}

#[tokio::test]
async fn a_client_that_takes_its_answer_slowly_gets_all_of_it_and_is_idle_only_then() {
    let limits = Limits { write_stall: ms(400), idle: ms(2_000), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    client.send("GET /big HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut piece = vec![0; 1 << 20];
    for _ in 0..16 {
        sleep(ms(50)).await;
        client.0.read_exact(&mut piece).await.expect("a piece");
    }
    assert!(client.get("/").await.ends_with("hello"));
    assert_near(client.lives().await, ms(2_000));
}

#[tokio::test]
async fn a_connection_that_fell_asleep_serves_on_and_keeps_its_idle_deadline() {
    let limits = Limits { doze: ms(20), idle: ms(400), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    for _ in 0..5 {
        assert!(client.get("/").await.ends_with("hello"));
        sleep(ms(60)).await;
    }
    client.send("POST /echo HTTP/1.1\r\nhost: a\r\n").await;
    sleep(ms(60)).await;
    client.send("content-length: 4\r\n\r\nsand").await;
    assert!(client.answer().await.ends_with("sand"));
    assert_near(client.lives().await, ms(400));
}

#[tokio::test]
async fn half_a_request_that_came_with_the_one_before_survives_sleep_and_has_the_head_deadline() {
    let limits = Limits { doze: ms(50), header: ms(300), ..wide() };
    let server = Running::start(limits).await;
    for finishes in [true, false] {
        let mut client = server.connect().await;
        client.send("GET /n/1 HTTP/1.1\r\nhost: a\r\n\r\nGET /n/2 HT").await;
        assert!(client.answer().await.ends_with("\r\n\r\n1"));
        sleep(ms(150)).await;
        if finishes {
            client.send("TP/1.1\r\nhost: a\r\n\r\n").await;
            assert!(client.answer().await.ends_with("\r\n\r\n2"));
        } else {
            assert_near(client.lives().await, ms(200));
        }
    }
}

#[tokio::test]
async fn who_is_refused_while_it_sends_hears_why_and_may_go_on_for_a_while() {
    let limits = Limits { linger: ms(300), ..wide() };
    let server = Running::start(limits).await;
    let mut client = server.connect().await;
    let head = format!("POST /{} HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n", "p".repeat(5_000));
    client.send(&head).await;
    client.send(&"x".repeat(500_000)).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 414 "));
    let start = Instant::now();
    while client.0.write_all(b"x").await.is_ok() {
        assert!(start.elapsed() < ms(3_000), "a client that does not stop is cut");
        sleep(ms(10)).await;
    }
    assert_near(start.elapsed(), ms(300));
}
