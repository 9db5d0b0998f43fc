//! The drain at shutdown.

use super::*;

#[tokio::test]
async fn a_request_in_flight_is_answered_and_the_connection_closed() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    client.send("GET /wait/200 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(ms(50)).await;
    let drained = server.stop().await;
    let expected = Drained { finished: 1, cut: 0 };
    assert_eq!(drained, expected);
    let answer = client.rest().await;
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("waited"), "{answer}");
}

#[tokio::test]
async fn a_request_that_outlives_the_drain_is_cut() {
    let limits = Limits { drain: ms(400), ..wide() };
    let server = Running::start(limits).await;
    let mut short = server.connect().await;
    let mut long = server.connect().await;
    short.send("GET /wait/200 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    long.send("GET /wait/10000 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(ms(50)).await;
    let start = Instant::now();
    let expected = Drained { finished: 1, cut: 1 };
    assert_eq!(server.stop().await, expected);
    let took = start.elapsed();
    assert!((ms(395)..ms(900)).contains(&took), "{took:?}");
    assert!(short.rest().await.ends_with("waited"));
    assert_eq!(long.rest().await, "");
}

#[tokio::test]
async fn idle_and_sleeping_and_silent_connections_do_not_hold_the_stop_up() {
    let limits = Limits { doze: ms(150), ..wide() };
    let server = Running::start(limits).await;
    let mut clients = Vec::new();
    for n in 0..60 {
        let mut client = server.connect().await;
        if n % 3 > 0 {
            client.get("/").await;
        }
        clients.push(client);
    }
    sleep(ms(300)).await;
    for awake in clients.iter_mut().step_by(3) {
        awake.get("/").await;
    }
    clients.push(server.connect().await);
    sleep(ms(30)).await;
    let start = Instant::now();
    let expected = Drained { finished: 61, cut: 0 };
    assert_eq!(server.stop().await, expected);
    assert!(start.elapsed() < ms(500), "{:?}", start.elapsed());
    for client in &mut clients {
        assert_eq!(client.rest().await, "");
    }
}

#[tokio::test]
async fn nobody_is_accepted_after_the_stop() {
    let server = Running::start(wide()).await;
    let addr = server.addr;
    server.stop().await;
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn a_server_that_is_dropped_cuts_its_connections() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    client.send("GET /wait/10000 HTTP/1.1\r\nhost: a\r\n\r\n").await;
    sleep(ms(50)).await;
    server.served.abort();
    assert_eq!(client.rest().await, "");
}
