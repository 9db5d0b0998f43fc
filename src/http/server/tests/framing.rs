//! Requests whose end can be understood in two ways, among others on their connection.

use super::*;

const CLEAN: &str = "GET /n/1 HTTP/1.1\r\nhost: a\r\n\r\n";
const BARE: &str = "GET /n/2 HTTP/1.1\r\nhost: a\n\r\n";
const BOTH: &str = "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n\
    4\r\nsand\r\n0\r\n\r\n";

/// The status of each answer, and the document of the last.
fn answers(said: &str) -> (Vec<&str>, &str) {
    let statuses = said.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    (statuses, said.rsplit("\r\n\r\n").next().unwrap_or_default())
}

#[tokio::test]
async fn a_misframed_request_is_refused_behind_sound_ones_and_nothing_is_read_behind_it() {
    let server = Running::start(wide()).await;
    // A body that looks like what is refused.
    let body = format!("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{BARE}", BARE.len());
    for (sent, statuses, document) in [
        (format!("{BARE}{CLEAN}"), vec!["400"], "Misframed(BareLineFeed)"),
        (format!("{BOTH}{CLEAN}"), vec!["400"], "Misframed(LengthAndCoding)"),
        (format!("{CLEAN}{CLEAN}{BARE}{CLEAN}"), vec!["200", "200", "400"], "Misframed(BareLineFeed)"),
        (format!("{body}{body}{BOTH}{BARE}"), vec!["200", "200", "400"], "Misframed(LengthAndCoding)"),
    ] {
        let mut client = server.connect().await;
        client.send(&sent).await;
        let said = client.rest().await;
        assert_eq!(answers(&said), (statuses.clone(), document), "{sent:?} at once: {said}");
        assert!(said.contains("connection: close\r\n"), "{said}");

        let mut client = server.connect().await;
        for byte in sent.bytes() {
            // The refusal comes before all is sent.
            let _ = client.0.write_all(&[byte]).await;
            tokio::task::yield_now().await;
        }
        let said = client.rest().await;
        assert_eq!(answers(&said), (statuses, document), "{sent:?} byte by byte: {said}");
    }
}

#[tokio::test]
async fn heads_are_counted_on_while_the_connection_sleeps() {
    let server = Running::start(Limits { doze: ms(20), ..wide() }).await;
    for (rest, status, document) in
        [("host: a\r\n\r\n", "200", "2"), ("host: a\n\r\n", "400", "Misframed(BareLineFeed)")]
    {
        let mut client = server.connect().await;
        for _ in 0..3 {
            assert!(client.get("/n/1").await.ends_with("\r\n\r\n1"));
            sleep(ms(60)).await;
        }
        // Half of a head is in hyper's buffer when hyper is taken down.
        client.send(&format!("{CLEAN}GET /n/2 HTTP/1.1\r\n")).await;
        assert!(client.answer().await.ends_with("\r\n\r\n1"));
        sleep(ms(60)).await;
        client.send(rest).await;
        let said = client.answer().await;
        assert_eq!(answers(&said), (vec![status], document), "{rest:?}");
    }
}

#[tokio::test]
async fn a_connection_ends_with_a_body_in_chunks() {
    let server = Running::start(wide()).await;
    let mut client = server.connect().await;
    client.send(&format!("{}{CLEAN}", BOTH.replace("content-length: 3\r\n", ""))).await;
    let said = client.rest().await;
    assert_eq!(answers(&said), (vec!["200"], "sand"), "{said}");
    assert!(said.contains("connection: close\r\n"), "{said}");
}
