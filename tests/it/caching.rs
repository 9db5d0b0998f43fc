//! What caches are told: tags, encodings, how long, and that HEAD says the same.
use crate::support::{SANDHAVEN, addresses, at, services};
use axum::http::Method;

const NOON: &str = "2026-07-18T12:00:00Z";
const ITEMS: &str = "/v1/collections/toilets/items";
const ITEM: &str = "/v1/collections/toilets/items/wc-promenade";

#[tokio::test]
async fn a_client_that_has_the_answer_is_not_sent_it_again() {
    for service in services(SANDHAVEN, NOON).await {
        for target in addresses().iter().filter(|target| !target.starts_with("/health")) {
            let first = service.client.get(target).await;
            let tag = first.header("etag");
            assert!(tag.starts_with('"') && tag.ends_with("-identity\""), "{target}: {tag}");
            for (given, known) in [
                (tag.to_owned(), true),
                (format!("W/{tag}"), true),
                (format!("\"x\", W/\"y\" ,{tag}"), true),
                ("*".to_owned(), true),
                ("\"x\"".to_owned(), false),
                (tag.trim_matches('"').to_owned(), false),
                (tag.to_uppercase(), false),
                (tag.replace("-identity", "-gzip"), false),
                (String::new(), false),
            ] {
                let answer = service.client.ask(target, &[("if-none-match", &given)]).await;
                assert_eq!(answer.status.as_u16(), if known { 304 } else { 200 }, "{target} {given}");
                assert_eq!(answer.body.is_empty(), known, "{target} {given}");
                for name in ["etag", "cache-control", "vary"] {
                    assert_eq!(answer.header(name), first.header(name), "{target} {given}");
                }
                assert_eq!(answer.headers.contains_key("content-type"), !known, "{target} {given}");
            }
            let two = service.client.ask(target, &[("if-none-match", "\"x\""), ("if-none-match", tag)]).await;
            assert_eq!(two.status, 304, "{target}: two header lines are one list");
        }
    }
}

#[tokio::test]
async fn a_compressed_body_is_the_plain_one_under_a_tag_of_its_own() {
    for service in services(SANDHAVEN, NOON).await {
        for target in addresses().iter().filter(|target| !target.starts_with("/health")) {
            let plain = service.client.get(target).await;
            assert!(!plain.headers.contains_key("content-encoding"));
            let packed =
                service.client.ask(target, &[("accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1")]).await;
            for name in ["content-type", "cache-control", "vary"] {
                assert_eq!(packed.header(name), plain.header(name), "{target}");
            }
            assert_eq!(plain.header("vary"), "accept-encoding", "{target}");
            if !packed.headers.contains_key("content-encoding") {
                assert!(plain.body.len() < 512, "{target} is worth compressing");
                assert_eq!((&packed.body, packed.header("etag")), (&plain.body, plain.header("etag")));
                continue;
            }
            assert_eq!(packed.header("content-encoding"), "gzip");
            assert!(packed.body.len() < plain.body.len(), "{target}");
            assert_eq!(unpacked(&packed.body), plain.body, "{target}");
            assert_eq!(packed.header("etag"), plain.header("etag").replace("-identity", "-gzip"), "{target}");
            let tag = packed.header("etag").to_owned();
            let again =
                service.client.ask(target, &[("accept-encoding", "gzip"), ("if-none-match", &tag)]).await;
            assert_eq!((again.status.as_u16(), again.header("etag")), (304, tag.as_str()), "{target}");
            let other = service.client.ask(target, &[("if-none-match", &tag)]).await;
            assert_eq!(
                (other.status.as_u16(), &other.body),
                (200, &plain.body),
                "{target}: has it packed, wants it plain"
            );
        }
        for wanted in ["gzip", "GZIP", "deflate, gzip;q=0.001", "x-gzip", "*", "gzip ; q=1"] {
            let answer = service.client.ask(ITEMS, &[("accept-encoding", wanted)]).await;
            assert!(answer.headers.contains_key("content-encoding"), "{wanted}");
        }
        for refused in ["gzip;q=0", "gzip;q=0.000, *", "br, deflate", "identity", ""] {
            let answer = service.client.ask(ITEMS, &[("accept-encoding", refused)]).await;
            assert!(!answer.headers.contains_key("content-encoding"), "{refused}");
        }
    }
}

#[tokio::test]
async fn a_tag_follows_what_is_shown_and_an_items_begins_with_its_version() {
    for service in services(SANDHAVEN, NOON).await {
        let tag = async |target: &'static str| service.client.get(target).await.header("etag").to_owned();
        let (item, items, venues) =
            (tag(ITEM).await, tag(ITEMS).await, tag("/v1/collections/venues/items").await);
        assert!(item.starts_with("\"1-"), "{item}");
        assert_eq!(
            (tag(ITEM).await, tag(ITEMS).await),
            (item.clone(), items.clone()),
            "the same is the same"
        );
        service.clock.set(at("2026-07-18T19:30:00Z"));
        assert_eq!(tag(ITEM).await, item, "closed for a while: its hours change nothing");
        assert_ne!(tag(ITEMS).await, items, "Market Street has shut");
        assert_eq!(tag("/v1/collections/venues/items").await, venues);
    }
}

#[tokio::test]
async fn what_may_be_kept_and_what_may_not() {
    for service in services(SANDHAVEN, NOON).await {
        for target in addresses() {
            let answer = service.client.get(&target).await;
            let kept = answer.header("cache-control");
            if target.starts_with("/health") {
                assert_eq!(kept, "no-store", "{target}");
            } else if ["/nearby", "/beaches"].iter().any(|part| target.contains(part))
                && !["/tide", "/schema", "/collections/beaches"].iter().any(|end| target.ends_with(end))
            {
                assert_eq!(kept, "public, max-age=30", "{target} says how full a beach is");
            } else if target.starts_with("/v1/feeds/") {
                assert_eq!(kept, "public, max-age=8", "{target} is the last page");
            } else {
                assert_eq!(kept, "public, max-age=60", "{target}");
            }
        }
        for target in ["/v1/nearby?lat=91&lon=0", "/nowhere", "/v1/collections/piers/items"] {
            assert_eq!(service.client.get(target).await.header("cache-control"), "no-store", "{target}");
        }
    }
}

#[tokio::test]
async fn head_says_what_get_says_without_the_body() {
    for service in services(SANDHAVEN, NOON).await {
        let also =
            ["/nowhere", "/v1/", "/v1/nearby", "/v1/nearby?lat=NaN&lon=0", "/v1/collections/piers/items"];
        for target in addresses().into_iter().chain(also.map(ToOwned::to_owned)) {
            for headers in [&[][..], &[("accept-encoding", "gzip")], &[("if-none-match", "*")]] {
                let get = service.client.send(Method::GET, &target, headers).await;
                let head = service.client.send(Method::HEAD, &target, headers).await;
                assert_eq!(head.status, get.status, "{target}");
                for (name, value) in &get.headers {
                    // Each request has an id of its own; the length of an empty body is not the other's.
                    if name != "x-request-id" && name != "content-length" {
                        assert_eq!(head.headers.get(name), Some(value), "{target} {name}");
                    }
                }
                if let Some(length) = head.headers.get("content-length") {
                    assert_eq!(length.to_str().unwrap(), get.body.len().to_string(), "{target}");
                }
                if head.status.is_success() {
                    assert!(head.body.is_empty(), "{target}");
                }
            }
        }
    }
}

/// What gzip has packed.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(packed[packed.len() - 4..].try_into().unwrap()) as usize;
    let mut out = vec![0; length];
    let written = libdeflater::Decompressor::new().gzip_decompress(packed, &mut out).unwrap();
    assert_eq!(written, length);
    out
}
