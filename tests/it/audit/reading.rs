//! What auditors and staff read of it over HTTP.
use super::{NOON, asked, past, set, verified};
use crate::support::client::{Answer, link, path_of};
use crate::support::contract::{CONTRACT, resolved};
use crate::support::ledger::{Ledger, forge, unguard};
use crate::support::people::{Person, access, person, profile};
use crate::support::places::shut;
use crate::support::{SANDHAVEN, Service, at, services};
use axum::http::Method;
use chrono::SecondsFormat;
use promenade::access::Role;
use promenade::command::AccessCommand;
use promenade::features::Status;
use promenade::ids::Version;
use promenade::store::{Anchor, Store};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The history of a toilet.
pub(super) const HISTORY: &str = "/v1/collections/toilets/items/wc-market-street/history";

/// GETs `target` as `who`.
pub(super) async fn get(service: &Service, who: &Person, target: &str) -> Answer {
    service.client.write(who, Method::GET, target, &[], "").await
}

/// Somebody who may read the audit.
pub(super) async fn auditor(service: &Service) -> Person {
    person(&service.app, profile(&[Role::Auditor])).await
}

/// The members `list` of every page from `target` on, and how many pages there were.
pub(super) async fn pages(service: &Service, who: &Person, target: &str, list: &str) -> (Vec<Value>, usize) {
    let (mut rows, mut next, mut pages) = (Vec::new(), Some(target.to_owned()), 0);
    while let Some(target) = next {
        let answer = get(service, who, &target).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"), "{target}");
        let page = answer.json();
        rows.extend(page[list].as_array().unwrap().iter().cloned());
        next = link(&page, "next").map(|link| path_of(link["href"].as_str().unwrap()).to_owned());
        pages += 1;
        assert!(pages < 100, "{target}: the pages do not end");
    }
    (rows, pages)
}

/// The numbers of the rows of the audit that `query` asks for.
async fn rows(service: &Service, who: &Person, query: &str) -> Vec<i64> {
    let (entries, _) = pages(service, who, &format!("/v1/audit?limit=4&{query}"), "entries").await;
    entries.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    Anchor { seq: 0, hash: bytes.to_vec() }.to_string().split_off(2)
}

#[tokio::test]
async fn auditors_read_every_row_as_it_is_stored_the_last_first() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let who = auditor(&service).await;
        let ledger = Ledger::of(&service.store).await;
        let document = |text: &Option<String>| text.as_ref().map(|text| serde_json::from_str(text).unwrap());
        let want: Vec<Value> = ledger
            .audit
            .iter()
            .rev()
            .map(|row| {
                json!({
                    "seq": row.seq, "at": row.at.to_rfc3339_opts(SecondsFormat::AutoSi, true), "actor": row.actor,
                    "name": null, "command": row.command, "request": row.request_id.to_string(), "subject": row.subject,
                    "before": document(&row.before) as Option<Value>, "after": document(&row.after) as Option<Value>,
                    "hash": hex(&row.hash)
                })
            })
            .collect();
        for (limit, count) in [(100, 1), (29, 1), (28, 2), (10, 3), (1, 29)] {
            let (entries, counted) =
                pages(&service, &who, &format!("/v1/audit?limit={limit}"), "entries").await;
            assert!(entries == want && counted == count, "{} {limit}: {counted} pages", service.name);
        }
        let page = get(&service, &who, "/v1/audit").await.json();
        assert_eq!(page["entries"].as_array().unwrap().len(), 20, "when nobody says how many");
        assert_eq!(
            page["head"],
            json!({ "seq": 29, "hash": hex(&ledger.head.audit_hash) }),
            "{}",
            service.name
        );
    }
}

#[tokio::test]
async fn conditions_are_on_the_actor_the_subject_the_command_and_the_time_and_must_all_hold() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let who = auditor(&service).await;
        let ledger = Ledger::of(&service.store).await;
        let when = |seq: usize| ledger.audit[seq - 1].at.to_rfc3339_opts(SecondsFormat::Millis, true);
        for (query, want) in [
            ("actor=system".to_owned(), vec![1]),
            ("actor=nobody".to_owned(), vec![]),
            ("command=import".to_owned(), vec![26, 22, 1]),
            ("command=import&actor=operator".to_owned(), vec![26, 22]),
            ("subject=toilets/wc-market-street".to_owned(), vec![24, 23]),
            ("subject=toilets%2Fwc-gull-cove&actor=operator&command=set_status".to_owned(), vec![27]),
            ("subject=toilets/wc-gull-cove&actor=system".to_owned(), vec![]),
            (format!("from={}", when(25)), vec![29, 28, 27, 26, 25]),
            (format!("from={}&to={}", when(22), when(24)), vec![23, 22]),
            (format!("to={}", when(2)), vec![]),
            (format!("from={0}&to={0}", when(25)), vec![]),
            ("from=2026-07-18T14:00:00.008%2B02:00&to=2026-07-18T12:00:01.007Z".to_owned(), vec![23]),
        ] {
            assert_eq!(rows(&service, &who, &query).await, want, "{} {query}", service.name);
        }
        assert_eq!(rows(&service, &who, "actor=operator").await, (2..=29).rev().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    for service in services(SANDHAVEN, NOON).await {
        let long = format!("actor={}", "a".repeat(201));
        let who = auditor(&service).await;
        let page = get(&service, &who, "/v1/audit").await.json();
        assert!(link(&page, "next").is_none(), "two rows are one page");
        past(&service).await;
        let page = get(&service, &who, "/v1/audit?limit=1&command=import").await.json();
        let next = path_of(link(&page, "next").unwrap()["href"].as_str().unwrap()).to_owned();
        let cursor = next.split("cursor=").nth(1).unwrap().to_owned();
        for (target, kind, parameter) in [
            (format!("/v1/audit?{long}"), "invalid-parameter", "actor"),
            ("/v1/audit?actor=".to_owned(), "invalid-parameter", "actor"),
            ("/v1/audit?actor=a%00b".to_owned(), "invalid-parameter", "actor"),
            ("/v1/audit?subject=%20a".to_owned(), "invalid-parameter", "subject"),
            ("/v1/audit?command=%E2%80%AE".to_owned(), "invalid-parameter", "command"),
            ("/v1/audit?from=yesterday".to_owned(), "invalid-parameter", "from"),
            (
                "/v1/audit?from=2026-07-19T00:00:00Z&to=2026-07-18T00:00:00Z".to_owned(),
                "invalid-parameter",
                "to",
            ),
            ("/v1/audit?limit=0".to_owned(), "invalid-parameter", "limit"),
            ("/v1/audit?cursor=7".to_owned(), "invalid-cursor", "cursor"),
            (format!("/v1/audit?cursor={cursor}x&command=import"), "invalid-cursor", "cursor"),
            (format!("/v1/audit?cursor={cursor}&command=put"), "invalid-cursor", "cursor"),
            (format!("/v1/audit?cursor={cursor}"), "invalid-cursor", "cursor"),
            (format!("{HISTORY}?cursor={cursor}"), "invalid-cursor", "cursor"),
            (format!("{HISTORY}?limit=x"), "invalid-parameter", "limit"),
        ] {
            let answer = get(&service, &who, &target).await;
            let want = (400, kind.to_owned(), Some(parameter.to_owned()));
            assert_eq!(answer.problem(), want, "{} {target}", service.name);
        }
        assert_eq!(get(&service, &who, &next).await.status, 200);
        for target in [
            "/v1/collections/toilets/items/wc-never/history",
            "/v1/collections/toilets/items/Not_an_id/history",
            "/v1/collections/car-parks/items/wc-market-street/history",
            "/v1/collections/loos/items/wc-market-street/history",
        ] {
            assert_eq!(get(&service, &who, target).await.problem().0, 404, "{} {target}", service.name);
        }
    }
}

#[tokio::test]
async fn large_documents_make_short_pages_and_very_large_ones_are_left_out() {
    for service in services(SANDHAVEN, NOON).await {
        for status in [shut("a"), Status::Active, shut("b"), Status::Active, shut("c")] {
            asked(&service, set("wc-market-street", status)).await.unwrap();
        }
        let ledger = Ledger::of(&service.store).await;
        let who = auditor(&service).await;
        unguard(&service.store).await;
        let mut rows = ledger.audit.clone();
        let document = |bytes: usize| Some(format!("\"{}\"", "x".repeat(bytes - 2)));
        for row in &mut rows[1..] {
            (row.before, row.after) = (document(300_000), document(200_000));
        }
        rows[3].after = document((1 << 20) + 1);
        rows[3].before = document(1 << 20);
        rows[4].after = Some("no JSON".to_owned());
        forge(&service.store, &rows, &ledger.head.anchor()).await;
        // The first row is of an import, which is no document of the item's history.
        for (target, list, pages_wanted) in [("/v1/audit", "entries", 4), (HISTORY, "changes", 3)] {
            let (rows, counted) = pages(&service, &who, target, list).await;
            assert_eq!((rows.len(), counted), (6, pages_wanted), "{} {target}", service.name);
            let large = &rows[2];
            assert_eq!((&large["after"], &large["after_bytes"]), (&Value::Null, &json!((1 << 20) + 1)));
            assert!(large["before"].as_str().is_some_and(|text| text.len() == (1 << 20) - 2));
            assert_eq!(rows[1]["after"], "no JSON", "shown as the text it is");
            assert!(rows[1].get("after_bytes").is_none());
        }
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_an_answer_of_503_in_time() {
    let services = services(SANDHAVEN, NOON).await;
    let targets = ["/v1/audit", HISTORY];
    if let Store::Postgres(pool) = &services[1].store {
        let who = auditor(&services[1]).await;
        let mut holder = pool.begin().await.unwrap();
        sqlx::query("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE").execute(&mut *holder).await.unwrap();
        let start = Instant::now();
        for target in targets {
            let answer = get(&services[1], &who, target).await;
            assert_eq!(answer.problem().0, 503, "{target}");
            assert!(answer.headers.contains_key("retry-after"), "{target}");
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        holder.rollback().await.unwrap();
        let start = Instant::now();
        while get(&services[1], &who, targets[0]).await.status != 200 {
            assert!(start.elapsed() < Duration::from_secs(5), "it is not read again");
        }
    }
    for service in &services {
        let who = auditor(service).await;
        service.store.close().await;
        for target in targets {
            assert_eq!(get(service, &who, target).await.problem().0, 503, "{} {target}", service.name);
        }
        assert_eq!(service.client.get("/v1/nearby?near=Sandhaven").await.status, 200, "{}", service.name);
        assert_eq!(service.app.clock().now(), at(NOON));
    }
}

#[tokio::test]
async fn every_parameter_of_the_contract_is_taken_and_no_other_is_known() {
    for service in services(SANDHAVEN, NOON).await {
        let who = auditor(&service).await;
        for (path, target) in [
            ("/v1/audit", "/v1/audit"),
            ("/v1/collections/{collection}/items/{id}/history", HISTORY),
            ("/v1/quality", "/v1/quality"),
        ] {
            let answer = get(&service, &who, &format!("{target}?unheard_of=1")).await.json();
            let known = answer["detail"].as_str().unwrap().split_once(" is not one of ").unwrap().1;
            let parameters = CONTRACT["paths"][path]["get"]["parameters"].as_array().unwrap();
            let written: Vec<&str> =
                parameters.iter().map(|one| resolved(one)["name"].as_str().unwrap()).collect();
            assert_eq!(known, written.join(", "), "{} {path}", service.name);
        }
    }
}

#[tokio::test]
async fn auditors_see_the_name_of_an_actor_until_it_is_erased_and_nobody_else_does() {
    for service in services(SANDHAVEN, NOON).await {
        let editor = person(&service.app, profile(&[Role::Publisher])).await;
        let who = auditor(&service).await;
        let verify = "/v1/collections/toilets/items/wc-market-street/verify";
        assert_eq!(service.client.write(&editor, Method::POST, verify, &[], "").await.status, 200);
        let actor = editor.actor.to_string();
        let (seen, name) = (json!(actor), json!("Grace Canary-Name"));
        let entry =
            get(&service, &who, &format!("/v1/audit?actor={actor}")).await.json()["entries"][0].take();
        assert_eq!([&entry["actor"], &entry["name"], &entry["command"]], [&seen, &name, &json!("verify")]);
        let change = get(&service, &who, HISTORY).await.json()["changes"][0].take();
        assert_eq!([&change["actor"], &change["name"]], [&seen, &name], "{}", service.name);
        let own = get(&service, &editor, HISTORY).await;
        assert_eq!(own.json()["changes"][0]["actor"], seen);
        assert!(!own.text().contains("Canary") && own.json()["changes"][0].get("name").is_none());

        access(&service.app, AccessCommand::EraseActor { id: editor.actor, expected: Version(1) })
            .await
            .unwrap();
        let entry =
            get(&service, &who, &format!("/v1/audit?actor={actor}")).await.json()["entries"][0].take();
        assert_eq!([&entry["actor"], &entry["name"]], [&seen, &Value::Null], "{}", service.name);
        assert!(verified(&service.store, &[]).await.is_ok(), "what is erased was never in the audit");
    }
}
