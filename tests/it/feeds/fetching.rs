//! What other servers can have us do: answer for a name with any address, redirect, be slow, be huge.
use crate::support::outside::{Outside, Pace, answer};
use promenade::fetch::{Address, AddressError, FetchError, Fetched, Known, Loopback, MAX_BYTES};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const HOST: &str = "pier.sandhaven.example";

fn address(server: &Outside, path: &str) -> Address {
    Address::new(&format!("https://{HOST}:{}{path}", server.port)).unwrap()
}

#[test]
fn an_address_is_https_with_the_name_of_a_host() {
    for good in [
        "https://pier.example",
        "https://pier.example/whatson.ics?from=2026&to=%20",
        "https://PIER.Example:443/A",
        "https://a-1.b2.example:8443/",
        "https://xn--caf-dma.example/",
    ] {
        assert!(Address::new(good).is_ok(), "{good}");
    }
    let address = Address::new("https://PIER.Example:8443/A?b=/c").unwrap();
    assert_eq!((address.host(), address.port()), ("pier.example", 8443));
    assert_eq!(address.as_str(), "https://pier.example:8443/A?b=/c");
    assert_eq!(address.join("/next?x").unwrap().as_str(), "https://pier.example:8443/next?x");
    assert!(!address.is_beside(&address.join("https://pier.example/next").unwrap()));
    for bad in [
        "",
        "pier.example",
        "http://pier.example/",
        "HTTPS://pier.example/",
        "ftp://pier.example/",
        "file:///etc/passwd",
        "gopher://pier.example:70/_x",
        "javascript:alert(1)",
        "data:text/calendar,x",
        "//pier.example/",
        "https:/pier.example/",
        "https:///pier.example",
        "https://",
        "https://?x",
        "https://pier.example:22/",
        "https://pier.example:25/",
        "https://pier.example:80/",
        "https://pier.example:0/",
        "https://pier.example:65536/",
        "https://pier.example:+443/",
        "https://pier.example:/",
        "https://user@pier.example/",
        "https://user:word@pier.example/",
        "https://pier.example@169.254.169.254/",
        "https://pier.example#@169.254.169.254/",
        "https://pier.example/#x",
        "https://pier.example\\@169.254.169.254/",
        "https://pier.example\t/",
        " https://pier.example/",
        "https://pier.example/\r\nHost: other",
        "https://pier.example/é",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://169.254.43518/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://%31%32%37.0.0.1/",
        "https://localhost/",
        "https://pier/",
        "https://pier.example./",
        "https://.example/",
        "https://pier..example/",
        "https://-pier.example/",
        "https://pier_1.example/",
        "https://①②⑦.0.0.1/",
    ] {
        assert!(Address::new(bad).is_err(), "{bad}");
    }
    assert_eq!(Address::new("https://10.0.0.1/"), Err(AddressError::Host("10.0.0.1".to_owned())));
}

#[tokio::test]
async fn nothing_is_connected_to_that_is_not_public() {
    let server = Outside::start(&[HOST], |_| Pace::Whole(answer("200 OK", &[], "x"))).await;
    let address = address(&server, "/");
    for addresses in [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "203.0.113.9",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "fd00::1",
        "fe80::1",
        "ff02::1",
        // One that is public does not excuse another.
        "8.8.8.8 127.0.0.1",
        "2606:4700:4700::1111 ::1",
    ] {
        let found: Vec<IpAddr> = addresses.split(' ').map(|ip| ip.parse().unwrap()).collect();
        let fetcher = server.fetcher_by(Arc::new(move |_| found.clone()), Loopback::Refused);
        let error = fetcher.fetch(&address, &Known::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden(_)), "{addresses}: {error}");
    }
    assert_eq!(server.connects(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_looked_up_and_checked_once_a_request() {
    let server = Outside::start(&[HOST], |_| Pace::Whole(answer("200 OK", &[], "x"))).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let counted = lookups.clone();
    // First as it should be, for whoever checks; then where it wants us, for whoever connects.
    let rebinding = move |_: &str| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => vec!["127.0.0.1".parse().unwrap()],
        _ => vec!["169.254.169.254".parse().unwrap()],
    };
    let fetcher = server.fetcher_by(Arc::new(rebinding), Loopback::Allowed);
    let address = address(&server, "/");
    assert!(fetcher.fetch(&address, &Known::default()).await.is_ok());
    assert_eq!((lookups.load(Ordering::SeqCst), server.connects()), (1, 1));
    let error = fetcher.fetch(&address, &Known::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::Forbidden(_)), "{error}");
    assert_eq!((lookups.load(Ordering::SeqCst), server.connects()), (2, 1));
}

#[tokio::test]
async fn redirects_and_failures_are_told_and_not_followed() {
    let server = Outside::start(&[HOST], |head| {
        let to = |to: &str| Pace::Whole(answer("302 Found", &[&format!("Location: {to}")], ""));
        match head.split(' ').nth(1).unwrap() {
            "/metadata" => to("https://169.254.169.254/latest/meta-data"),
            "/file" => to("file:///etc/passwd"),
            "/same" => to("/elsewhere"),
            "/404" => Pace::Whole(answer("404 Not Found", &[], "no")),
            "/500" => Pace::Whole(answer("500 Internal Server Error", &[], "no")),
            "/204" => Pace::Whole(answer("204 No Content", &[], "")),
            "/304" => Pace::Whole(answer("304 Not Modified", &[], "")),
            "/half" => Pace::Whole(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec()),
            "/nonsense" => Pace::Whole(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
            other => panic!("{other} was asked for"),
        }
    })
    .await;
    let fetcher = server.fetcher();
    for (path, want) in [
        ("/metadata", "it redirects to https://169.254.169.254/latest/meta-data; redirects are not followed"),
        ("/file", "it redirects to file:///etc/passwd; "),
        ("/same", "it redirects to /elsewhere; "),
        ("/404", "it answers 404"),
        ("/500", "it answers 500"),
        ("/204", "it answers 204"),
        // Nothing was known that could be the same.
        ("/304", "it answers 304"),
        ("/half", "what it answers is broken: "),
        ("/nonsense", "what it answers is broken: "),
    ] {
        let error = fetcher.fetch(&address(&server, path), &Known::default()).await.unwrap_err();
        assert!(error.to_string().starts_with(want), "{path}: {error}");
    }
    assert_eq!(server.connects(), 9);
    // Whoever has no certificate for the name is somebody else.
    let other = Address::new(&format!("https://other.example:{}/", server.port)).unwrap();
    let error = fetcher.fetch(&other, &Known::default()).await.unwrap_err();
    assert!(error.to_string().starts_with("it cannot be connected to: "), "{error}");
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let server = Outside::start(&[HOST], |head| {
        let head = head.to_lowercase();
        if head.contains("if-none-match: \"v1\"") && head.contains("if-modified-since: sat, 18 jul") {
            return Pace::Whole(answer("304 Not Modified", &[], ""));
        }
        let headers = [
            "ETag: \"v1\"",
            "Last-Modified: Sat, 18 Jul 2026 09:00:00 GMT",
            "Content-Type: text/calendar; charset=utf-8",
        ];
        Pace::Whole(answer("200 OK", &headers, "BEGIN:VCALENDAR"))
    })
    .await;
    let (fetcher, address) = (server.fetcher(), address(&server, "/whatson.ics?a=b"));
    let Fetched::Document(document) = fetcher.fetch(&address, &Known::default()).await.unwrap() else {
        panic!("a document")
    };
    assert_eq!(&document.bytes[..], b"BEGIN:VCALENDAR");
    assert_eq!(document.content_type.as_deref(), Some("text/calendar; charset=utf-8"));
    assert_eq!(fetcher.fetch(&address, &document.known).await, Ok(Fetched::Same));
    let asked = server.asked();
    assert!(asked[0].starts_with("GET /whatson.ics?a=b HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[0].to_lowercase().contains("user-agent: promenade"), "{}", asked[0]);
    assert!(!asked[0].to_lowercase().contains("referer"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut packed = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut packed).unwrap();
    packed.truncate(length);
    packed
}

#[tokio::test]
async fn what_is_slow_or_huge_is_given_up() {
    let bomb = gzip(&vec![b' '; 3 * MAX_BYTES]);
    let most = gzip(&vec![b' '; MAX_BYTES]);
    assert!(bomb.len() < 1_000_000);
    let server = Outside::start(&[HOST], move |head| {
        let gzipped = |bytes: &[u8]| Pace::Whole(answer("200 OK", &["Content-Encoding: gzip"], bytes));
        match head.split(' ').nth(1).unwrap() {
            "/drip" => Pace::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec()),
            "/drip-head" => Pace::Drip(b"HTTP/1.1 200 OK\r\nX: ".to_vec()),
            "/said" => Pace::Whole(answer("200 OK", &[], vec![b' '; MAX_BYTES + 1])),
            "/unsaid" => {
                let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
                bytes.resize(MAX_BYTES + 1_000, b' ');
                Pace::Whole(bytes)
            }
            "/bomb" => gzipped(&bomb),
            "/most" => gzipped(&most),
            other => panic!("{other}"),
        }
    })
    .await;
    let fetcher = server.fetcher();
    for (path, want) in [
        ("/drip", FetchError::Slow(Duration::from_secs(2))),
        ("/drip-head", FetchError::Slow(Duration::from_secs(2))),
        ("/said", FetchError::Large(MAX_BYTES)),
        ("/unsaid", FetchError::Large(MAX_BYTES)),
        ("/bomb", FetchError::Large(MAX_BYTES)),
    ] {
        let start = Instant::now();
        assert_eq!(fetcher.fetch(&address(&server, path), &Known::default()).await, Err(want), "{path}");
        assert!(start.elapsed() < Duration::from_secs(4), "{path} took {:?}", start.elapsed());
    }
    let Ok(Fetched::Document(document)) = fetcher.fetch(&address(&server, "/most"), &Known::default()).await
    else {
        panic!("it is just as large as is taken")
    };
    assert_eq!(document.bytes.len(), MAX_BYTES);
}

#[tokio::test]
async fn a_host_is_asked_one_thing_at_a_time() {
    let server = Outside::start(&[HOST], |_| {
        Pace::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec())
    })
    .await;
    let (fetcher, address) = (server.fetcher(), address(&server, "/"));
    let (first, second) = (fetcher.clone(), address.clone());
    let first = tokio::spawn(async move { first.fetch(&second, &Known::default()).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let known = Known::default();
    let waiting = fetcher.fetch(&address, &known);
    assert!(tokio::time::timeout(Duration::from_millis(500), waiting).await.is_err());
    assert_eq!(server.connects(), 1);
    assert!(first.await.unwrap().is_err());
}
