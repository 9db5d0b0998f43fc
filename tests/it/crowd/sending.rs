//! Sending is safe to repeat.
use super::{
    COVE, JSON, NOON, REPORTS, SANDS, after_noon, answer, counted, id, one, patrol, sent, shown, supervisor,
    words, written,
};
use crate::support::ledger::Ledger;
use crate::support::people::{access, person, profile};
use crate::support::program::{Server, run, send};
use crate::support::{SANDHAVEN, at, services};
use axum::http::Method;
use chrono::TimeDelta;
use promenade::access::Role;
use promenade::clock::Clock;
use promenade::command::AccessCommand;
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[tokio::test]
async fn a_batch_whose_answer_was_lost_is_answered_the_same_again() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE, SANDS], None).await;
        let batch = [
            counted(COVE, -10, 420),
            counted("beach-nowhere", -10, 1),
            counted(SANDS, -5, 0),
            counted(COVE, -9, 430),
            json!({"id": id(), "beach": COVE, "observed_at": NOON, "count": -1, "method": "counted"}),
        ];
        let first = sent(&service, &who, NOON, &batch).await;
        assert_eq!(words(&first), ["accepted", "no_such_beach", "accepted", "accepted", "invalid"]);
        assert_eq!(first[0]["received_at"], NOON);
        assert_eq!((&first[0]["beach"], &first[2]["beach"]), (&json!(COVE), &json!(SANDS)));
        assert_eq!(first[0]["revision"], first[3]["revision"], "one change a beach");
        assert_ne!(first[0]["revision"], first[2]["revision"]);
        let before = Ledger::of(&service.store).await;
        for minutes in [0, 1, 60 * 24 * 30] {
            service.clock.set(at(NOON) + TimeDelta::minutes(minutes));
            let again = sent(&service, &who, &after_noon(minutes), &batch).await;
            let expected = first.iter().map(|result| match result["result"].as_str() {
                Some("accepted") => {
                    let mut result = result.clone();
                    result["result"] = json!("duplicate");
                    // How full the beach is now is of now.
                    let now = again.iter().find(|one| one["id"] == result["id"]).unwrap();
                    (result["level"], result["valid_until"]) =
                        (now["level"].clone(), now["valid_until"].clone());
                    result
                }
                _ => result.clone(),
            });
            assert_eq!(again, expected.collect::<Vec<_>>(), "{} after {minutes} min", service.name);
        }
        assert_eq!(Ledger::of(&service.store).await, before, "{}: nothing is written twice", service.name);
        assert_eq!(shown(&service, &who, "").await.len(), 3);
    }
}

#[tokio::test]
async fn another_report_under_a_known_id_is_refused_and_the_first_is_kept() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE, SANDS], None).await;
        let other = patrol(&service, &[COVE], None).await;
        let first = counted(COVE, -10, 420);
        let banded = json!({"id": id(), "beach": COVE, "observed_at": after_noon(-3), "band": "busy"});
        sent(&service, &who, NOON, &[first.clone(), banded.clone()]).await;
        let kept = shown(&service, &who, "").await;
        let before = Ledger::of(&service.store).await;
        let with = |report: &Value, member: &str, value: Value| {
            let mut report = report.clone();
            report[member] = value;
            report
        };
        let batch = [
            with(&first, "count", json!(421)),
            with(&first, "method", json!("estimated")),
            with(&first, "beach", json!(SANDS)),
            with(&first, "beach", json!("beach-nowhere")),
            with(&first, "observed_at", json!("2026-07-18T11:50:00.001Z")),
            with(&first, "count", Value::Null),
            with(&banded, "band", json!("full")),
            with(&banded, "id", first["id"].clone()),
            with(&with(&banded, "count", json!(1)), "method", json!("counted")),
        ];
        for who in [&who, &other] {
            let results = sent(&service, who, NOON, &batch).await;
            for (n, result) in results.iter().enumerate() {
                let want = if n == 5 { "invalid" } else { "id_reused" };
                assert_eq!(
                    (&result["code"], &result["status"]),
                    (&json!(want), &json!(422)),
                    "{n}: {result}"
                );
            }
            assert_eq!(results[0]["pointer"], "/reports/0/id");
        }
        // The very same, said otherwise.
        let same = [
            with(&first, "observed_at", json!("2026-07-18T12:50:00.0004+01:00")),
            with(&first, "band", json!("full")),
            with(&banded, "method", json!("counted")),
        ];
        assert_eq!(words(&sent(&service, &other, &after_noon(4), &same).await), ["duplicate"; 3]);
        assert_eq!(shown(&service, &who, "").await, kept, "{}", service.name);
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}

#[tokio::test]
async fn an_id_that_is_twice_in_a_batch_is_as_if_sent_twice() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let first = counted(COVE, -10, 420);
        let mut other = first.clone();
        other["count"] = json!(7);
        let mut elsewhere = first.clone();
        elsewhere["beach"] = json!(SANDS);
        let batch = [elsewhere, first.clone(), first.clone(), other, first];
        let results = sent(&service, &who, NOON, &batch).await;
        let want = ["not_your_beach", "accepted", "duplicate", "id_reused", "duplicate"];
        assert_eq!(words(&results), want, "{}", service.name);
        assert_eq!(results[1]["revision"], results[4]["revision"]);
        assert_eq!(shown(&service, &who, "").await.len(), 1);
    }
}

/// Ten rounds; 1,000 with `PROMENADE_LONG=1`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_that_send_one_report_at_once_are_answered_alike_and_it_is_stored_once() {
    let rounds = if std::env::var_os("PROMENADE_LONG").is_some() { 1_000 } else { 10 };
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE, SANDS], None).await;
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        for round in 0..rounds {
            let report = counted(COVE, -10 - round, 420);
            let mut sending = JoinSet::new();
            for n in 0..50 {
                let (client, who, clock) = (service.client.clone(), who.clone(), service.clock.clone());
                // Some behind another, that they may come in any order.
                let mut reports = vec![report.clone()];
                if n % 10 == 0 {
                    reports.insert(0, counted(SANDS, -n, 1));
                }
                let sent_at = written(at(NOON) + TimeDelta::milliseconds(n));
                let batch = json!({"sent_at": sent_at, "reports": reports});
                sending.spawn(async move {
                    clock.set(at(NOON) + TimeDelta::milliseconds(round * 100 + n));
                    client.write(&who, Method::POST, REPORTS, &[JSON], batch.to_string()).await
                });
            }
            let mut results = Vec::new();
            for answer in sending.join_all().await {
                assert_eq!(answer.status, 200, "{}", answer.text());
                results.push(answer.json()["results"].as_array().unwrap().last().unwrap().clone());
            }
            let accepted = results.iter().filter(|result| result["result"] == "accepted").count();
            assert_eq!(accepted, 1, "{}", service.name);
            // Their clocks agree to a tenth of a second, and the server's has moved on by as much a round.
            let about = at(NOON) - TimeDelta::minutes(10 + round) + TimeDelta::milliseconds(100 * round);
            let [from, to] = [-30, 30].map(|seconds| written(about + TimeDelta::seconds(seconds)));
            let span = format!("?beach={COVE}&from={from}&to={to}");
            let [stored] = &shown(&service, &auditor, &span).await[..] else { panic!("one of {span}") };
            for result in &results {
                assert!(["accepted", "duplicate"].contains(&result["result"].as_str().unwrap()), "{result}");
                for member in ["id", "received_at", "revision", "beach"] {
                    assert_eq!(result[member], stored[member], "{} {member}", service.name);
                }
            }
        }
        let of_cove = shown(&service, &auditor, &format!("?limit=100&beach={COVE}")).await;
        assert_eq!(i64::try_from(of_cove.len()).unwrap(), rounds);
    }
}

#[tokio::test]
async fn a_phone_that_is_enrolled_anew_sends_its_queue_again_and_nothing_is_lost_or_there_twice() {
    for service in services(SANDHAVEN, NOON).await {
        let old = patrol(&service, &[COVE], None).await;
        let queue = [counted(COVE, -20, 400), counted(COVE, -10, 410), counted(COVE, 0, 420)];
        let first = sent(&service, &old, NOON, &queue[..2]).await;
        access(&service.app, AccessCommand::RevokeToken(old.token)).await.unwrap();
        let refused = answer(&service, &old, NOON, &queue).await;
        assert_eq!(refused.problem().0, 401);
        let new = patrol(&service, &[COVE], None).await;
        let results = sent(&service, &new, &after_noon(5), &queue).await;
        assert_eq!(words(&results), ["duplicate", "duplicate", "accepted"], "{}", service.name);
        assert_eq!(results[0]["revision"], first[0]["revision"]);
        // What the old one reported stays its own.
        let of_new = shown(&service, &new, "").await;
        assert_eq!((of_new.len(), &of_new[0]["id"]), (1, &queue[2]["id"]));
        // And so with one whose beaches are others by now: its queue empties.
        let elsewhere = patrol(&service, &[SANDS], None).await;
        assert_eq!(words(&sent(&service, &elsewhere, NOON, &queue).await), ["duplicate"; 3]);
    }
}

#[tokio::test]
async fn a_withdrawn_report_that_is_sent_again_stays_withdrawn() {
    for service in services(SANDHAVEN, NOON).await {
        let (who, chief) = (patrol(&service, &[COVE], None).await, supervisor(&service, &[COVE]).await);
        let report = counted(COVE, -10, 42_000);
        sent(&service, &who, NOON, std::slice::from_ref(&report)).await;
        let target = format!("{REPORTS}/{}", report["id"].as_str().unwrap());
        assert_eq!(service.client.write(&who, Method::DELETE, &target, &[], "").await.status, 204);
        let before = one(&service, &chief, &report["id"]).await;
        assert_eq!(before["withdrawn_at"], NOON);
        let again = sent(&service, &who, NOON, std::slice::from_ref(&report)).await;
        assert_eq!((&again[0]["result"], &again[0]["revision"]), (&json!("duplicate"), &before["revision"]));
        assert_eq!(one(&service, &chief, &report["id"]).await, before, "{}", service.name);
    }
}

#[test]
fn a_reused_id_is_a_line_in_the_security_log() {
    const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--area", AREA]);
    let create = ["token", "create", "--name", "Ada", "--role", "supervisor", "--beaches", COVE];
    let said = run(folder.path(), &create).out;
    let token = said.split_whitespace().find(|word| word.starts_with("prm_")).unwrap();
    let lines = [&format!("Authorization: Bearer {token}"), "Content-Type: application/json"];
    let now = written(Clock::system().now());
    let mut report = json!({"id": id(), "beach": COVE, "observed_at": now, "count": 1, "method": "counted"});
    let mut results = Vec::new();
    for count in [1, 1, 2] {
        report["count"] = json!(count);
        let body = json!({"sent_at": now, "reports": [report]}).to_string();
        let (status, body) = send(&server.public, &format!("POST {REPORTS} HTTP/1.1"), &lines, &body);
        assert_eq!(status, 200, "{body}");
        results.push(serde_json::from_str::<Value>(&body).unwrap()["results"][0].clone());
    }
    assert_eq!(words(&results), ["accepted", "duplicate", "id_reused"]);
    let log = server.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("security")).collect();
    assert!(matches!(&lines[..], [line] if line.contains(report["id"].as_str().unwrap())), "{log}");
}
