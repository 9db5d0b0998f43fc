//! Bad questions: each is refused with a status, a kind of problem and the parameter it is about.
mod items;
mod near;

use crate::support::dice::Dice;
use crate::support::{BASE, SANDHAVEN, services};
use promenade::http::KINDS;

const NOON: &str = "2026-07-18T12:00:00Z";
const INVALID: &str = "invalid-parameter";
const UNKNOWN: &str = "unknown-parameter";
const REPEATED: &str = "repeated-parameter";
const MISSING: &str = "missing-parameter";

/// A question that follows a path, the kind of problem it is answered with, the parameter that is named.
type Case<'a> = (&'a str, &'a str, Option<&'a str>);

/// Panics unless each is refused as it should be, with a document that a client can read.
async fn refused(path: &str, cases: &[Case<'_>]) {
    for service in services(SANDHAVEN, NOON).await {
        for (question, slug, parameter) in cases {
            let target = format!("{path}{question}");
            let context = format!("{}: {}", service.name, target.chars().take(160).collect::<String>());
            let answer = service.client.get(&target).await;
            let kind =
                KINDS.iter().find(|kind| kind.slug == *slug).unwrap_or_else(|| panic!("no kind {slug}"));
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{context}: {}",
                answer.text()
            );
            let wanted = (kind.status.as_u16(), (*slug).to_owned(), parameter.map(ToOwned::to_owned));
            assert_eq!(answer.problem(), wanted, "{context}: {}", answer.text());
            let document = answer.json();
            assert_eq!(document["type"], format!("{BASE}/problems/{slug}"), "{context}");
            assert_eq!(
                (&document["status"], &document["title"]),
                (&wanted.0.into(), &kind.title.into()),
                "{context}"
            );
            let detail = document["detail"].as_str().unwrap();
            assert!((1..1_200).contains(&detail.len()), "{context}: {detail}");
        }
    }
}

#[tokio::test]
async fn documents_take_no_parameters_that_they_do_not_know() {
    const DOCUMENTS: [&str; 5] = [
        "/v1",
        "/v1/collections",
        "/v1/collections/toilets",
        "/v1/collections/toilets/schema",
        "/v1/conformance",
    ];
    const FIXED: [&str; 8] = [
        "/",
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/openapi.yaml",
        "/problems",
        "/problems/not-found",
        "/style.css",
    ];
    let asked: [(&[&str], &[Case<'_>]); 3] = [
        (
            &DOCUMENTS,
            &[
                ("?f=xml", INVALID, Some("f")),
                ("?limit=1", UNKNOWN, Some("limit")),
                ("?f=json&f=json", REPEATED, Some("f")),
            ],
        ),
        (
            &["/v1/collections/toilets/items/wc-promenade"],
            &[
                ("?f=html", INVALID, Some("f")),
                ("?crs=x", INVALID, Some("crs")),
                ("?q=a", UNKNOWN, Some("q")),
            ],
        ),
        (&FIXED, &[("?f=json", UNKNOWN, Some("f")), ("?%FF", "invalid-query", None)]),
    ];
    let mut cases = Vec::new();
    for (paths, questions) in asked {
        for path in paths {
            cases.extend(
                questions.iter().map(|(question, kind, name)| (format!("{path}{question}"), *kind, *name)),
            );
        }
    }
    let cases: Vec<Case<'_>> =
        cases.iter().map(|(target, kind, name)| (target.as_str(), *kind, *name)).collect();
    refused("", &cases).await;
}

#[tokio::test]
async fn what_is_nowhere() {
    let cases: &[Case] = &[
        ("nowhere", "not-found", None),
        ("v1/collections/piers", "not-found", None),
        ("v1/collections/piers/items", "not-found", None),
        ("v1/collections/piers/schema", "not-found", None),
        ("v1/collections/piers/items/x", "not-found", None),
        // Which collection is asked first, what is asked of it second.
        ("v1/collections/piers/items?limit=0", "not-found", None),
        ("v1/collections/Toilets", "not-found", None),
        ("v1/collections/toilets/items/", "not-found", None),
        ("v1/collections/toilets/items/x/y", "not-found", None),
        ("v1/collections/toilets/items/%00", "not-found", None),
        ("v1/collections/toilets/items/%2F..%2F", "not-found", None),
        ("v1/collections/toilets/items/%E2%82%AC", "not-found", None),
        ("v1/collections/toilets/items/%3Cscript%3E", "not-found", None),
        ("v1/collections/toilets/items/%FF", "not-found", None),
        ("v1/collections/%FF", "not-found", None),
        ("v1/collections/%FF/items", "not-found", None),
        ("v1/collections/%ED%A0%80/schema", "not-found", None),
        ("problems/%FF", "not-found", None),
        ("v1/collections/toilets/items/%", "not-found", None),
        ("%FF", "not-found", None),
        ("v2/nearby", "not-found", None),
        ("v1/../etc/passwd", "not-found", None),
        ("v1/nearby.json", "not-found", None),
    ];
    refused("/", cases).await;
}

#[tokio::test]
async fn no_question_makes_the_server_fail() {
    const PATHS: [&str; 5] = [
        "/v1/nearby",
        "/v1/collections/toilets/items",
        "/v1/collections/beaches/items",
        "/v1/collections/toilets/items/wc-promenade",
        "/v1/collections",
    ];
    const NAMES: [&str; 20] = [
        "lat",
        "lon",
        "near",
        "radius_m",
        "collections",
        "limit",
        "open",
        "wheelchair",
        "free",
        "service_type",
        "bbox",
        "bbox-crs",
        "crs",
        "cursor",
        "datetime",
        "f",
        "q",
        "baby_change",
        "%FF",
        "x[]",
    ];
    const VALUES: [&str; 34] = [
        "",
        "0",
        "-0",
        "1",
        "54.6",
        "-3.45",
        "90",
        "-90",
        "180",
        "-180",
        "1e308",
        "-1e-308",
        "4.9e-324",
        "NaN",
        "2000",
        "25000",
        "Sandhaven",
        "SH1+1AA",
        "toilets",
        "toilets,beaches",
        "now",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
        "2016-12-31T23:59:60Z",
        "../2026-07-18T12:00:00Z",
        "true",
        "true,false",
        "-180,-90,180,90",
        "179,-1,-179,1",
        "0,0,0,0",
        "%F0%9F%8F%96",
        "%00",
        "json",
        "lifeguard",
    ];
    for (seed, service) in services(SANDHAVEN, NOON).await.into_iter().enumerate() {
        let mut dice = Dice::new(seed as u64);
        let mut answered = 0;
        for round in 0..600 {
            let mut target = PATHS[dice.below(PATHS.len())].to_owned();
            // Every other question is one that can be answered, with something added.
            let anchor = if round % 2 == 0 && target == PATHS[0] { "?lat=54.6&lon=-3.45" } else { "?" };
            target += anchor;
            for _ in 0..dice.below(4) {
                target = format!(
                    "{target}&{}={}",
                    NAMES[dice.below(NAMES.len())],
                    VALUES[dice.below(VALUES.len())]
                );
            }
            let answer = service.client.get(&target).await;
            let status = answer.status.as_u16();
            assert!([200, 400].contains(&status), "{} {target}: {}", service.name, answer.text());
            answered += usize::from(status == 200);
        }
        assert!(100 < answered, "{answered}: most questions are refused, nothing is tried");
    }
}

/// So many times `begin`, each followed by its number.
fn many(begin: &str, count: usize) -> String {
    (0..count).map(|n| format!("{begin}{n}")).collect::<Vec<_>>().concat()
}
