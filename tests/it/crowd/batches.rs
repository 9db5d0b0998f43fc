//! Each report of a batch is decided by itself.
use super::{COVE, JSON, NOON, REPORTS, SANDS, after_noon, answer, counted, patrol, sent, shown, words};
use crate::support::dice::Dice;
use crate::support::ledger::Ledger;
use crate::support::people::{Person, beaches, person, profile};
use crate::support::{SANDHAVEN, Service, at, services};
use axum::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use promenade::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A report that is not taken: what is wrong with it, the code, and where.
const WRONG: [(&str, &str, &str, &str); 22] = [
    ("count", "-1", "invalid", "/count"),
    ("count", "1000000000", "invalid", "/count"),
    ("count", "1e9", "invalid", "/count"),
    ("count", "3.7", "invalid", "/count"),
    ("count", "\"12\"", "invalid", "/count"),
    ("count", "null", "invalid", ""),
    ("count", "{}", "invalid", "/count"),
    ("method", "null", "invalid", "/method"),
    ("method", "\"guessed\"", "invalid", "/method"),
    ("band", "\"packed\"", "invalid", "/band"),
    ("beach", "\"Beach One\"", "invalid", "/beach"),
    ("beach", "null", "invalid", "/beach"),
    ("beach", "\"beach-nowhere\"", "no_such_beach", "/beach"),
    ("beach", "\"wc-promenade\"", "no_such_beach", "/beach"),
    ("beach", "\"beach-north-sands\"", "not_your_beach", "/beach"),
    ("id", "\"1\"", "invalid", "/id"),
    ("id", "null", "invalid", "/id"),
    ("observed_at", "\"noon\"", "invalid", "/observed_at"),
    ("observed_at", "1784376000000", "invalid", "/observed_at"),
    ("observed_at", "\"2026-07-18T12:00:00.001Z\"", "observed_after_sent", "/observed_at"),
    ("observed_at", "\"2026-07-11T11:59:59.999Z\"", "too_old", "/observed_at"),
    ("received_at", "\"2026-07-18T12:00:00Z\"", "invalid", "/received_at"),
];

fn wrong(number: usize) -> Value {
    let mut report = counted(COVE, -10, 12);
    let (member, value, ..) = WRONG[number];
    report[member] = serde_json::from_str(value).unwrap();
    report
}

#[tokio::test]
async fn each_way_to_be_wrong_is_refused_in_the_same_words_again_and_nothing_is_stored() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let before = Ledger::of(&service.store).await;
        let batch: Vec<Value> = (0..WRONG.len()).map(wrong).collect();
        let results = sent(&service, &who, NOON, &batch).await;
        for (n, ((member, value, code, pointer), result)) in WRONG.iter().zip(&results).enumerate() {
            let context = format!("{} {member} {value}: {result}", service.name);
            assert_eq!(result["code"], *code, "{context}");
            assert_eq!(result["pointer"], format!("/reports/{n}{pointer}"), "{context}");
            let status = match *code {
                "no_such_beach" => 404,
                "not_your_beach" => 403,
                _ => 422,
            };
            assert_eq!(result["status"], status, "{context}");
            let id = if *member == "id" { &Value::Null } else { &batch[n]["id"] };
            assert_eq!(result["id"], *id, "{context}");
        }
        assert_eq!(sent(&service, &who, NOON, &batch).await, results);
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
        assert_eq!(shown(&service, &who, "").await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn three_wrong_ones_of_fifty_keep_none_of_the_others_back() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let mut batch: Vec<Value> = (0..50).map(|n| counted(COVE, -n, 10)).collect();
        for (at, number) in [(0, 0), (17, 12), (49, 15)] {
            batch[at] = wrong(number);
        }
        let results = sent(&service, &who, NOON, &batch).await;
        let refused: Vec<usize> = (0..50).filter(|n| results[*n]["result"] == "refused").collect();
        assert_eq!(refused, [0, 17, 49], "{}", service.name);
        let stored = shown(&service, &who, "?limit=7").await;
        let kept: Vec<&Value> = batch
            .iter()
            .zip(&results)
            .filter(|(_, r)| r["result"] == "accepted")
            .map(|(b, _)| &b["id"])
            .collect();
        assert_eq!(stored.iter().map(|report| &report["id"]).collect::<Vec<_>>(), kept, "newest first");
    }
}

#[tokio::test]
async fn what_is_no_batch_is_refused_as_a_whole_and_nothing_is_stored() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let before = Ledger::of(&service.store).await;
        let one = counted(COVE, -10, 12);
        let many: Vec<Value> = (0..51).map(|n| counted(COVE, -n, 10)).collect();
        let wide =
            json!({"sent_at": NOON, "reports": [one, "x".repeat(4_000)], "x": vec!["x".repeat(4_000); 15]});
        for (body, want, pointer) in [
            (json!([NOON, [one]]).to_string(), 422, Some("")),
            (json!({"reports": [one]}).to_string(), 422, Some("/sent_at")),
            (json!({"sent_at": NOON}).to_string(), 422, Some("/reports")),
            (json!({"sent_at": NOON, "reports": []}).to_string(), 422, Some("/reports")),
            (json!({"sent_at": NOON, "reports": one}).to_string(), 422, Some("/reports")),
            (json!({"sent_at": NOON, "reports": many}).to_string(), 422, Some("/reports")),
            (json!({"sent_at": "now", "reports": [one]}).to_string(), 422, Some("/sent_at")),
            (
                json!({"sent_at": "10000-01-01T00:00:00Z", "reports": [one]}).to_string(),
                422,
                Some("/sent_at"),
            ),
            (json!({"sent_at": NOON, "reports": [one], "epoch": "x"}).to_string(), 422, Some("/epoch")),
            (json!({"sent_at": NOON, "reports": [one]}).to_string().replace("12,", "NaN,"), 400, None),
            (json!({"sent_at": NOON, "reports": [one]}).to_string()[..60].to_owned(), 400, None),
            (String::new(), 400, None),
            (wide.to_string(), 422, Some("/x")),
            (json!({"sent_at": NOON, "reports": vec!["x".repeat(4_000); 17]}).to_string(), 413, None),
        ] {
            let refused = service.client.write(&who, Method::POST, REPORTS, &[JSON], body.clone()).await;
            assert_eq!(refused.status, want, "{}: {}", &body[..body.len().min(99)], refused.text());
            assert_eq!(refused.json()["pointer"].as_str(), pointer, "{}", refused.text());
        }
        let plain = [("content-type", "text/plain")];
        let refused = service.client.write(&who, Method::POST, REPORTS, &plain, "{}").await;
        assert_eq!((refused.status.as_u16(), refused.header("accept-post")), (415, "application/json"));
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}

/// Beaches that are there, that are not, and that were.
#[tokio::test]
async fn a_beach_that_is_taken_away_is_reported_of_no_more_but_what_was_is_kept() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let publisher = person(&service.app, profile(&[Role::Publisher])).await;
        let known = counted(COVE, -10, 12);
        sent(&service, &who, NOON, std::slice::from_ref(&known)).await;
        let target = format!("/v1/collections/beaches/items/{COVE}");
        let tag = [("if-match", "\"1\"")];
        let gone = service.client.write(&publisher, Method::DELETE, &target, &tag, "").await;
        assert_eq!(gone.status, 204, "{}", gone.text());
        let results = sent(&service, &who, NOON, &[known, counted(COVE, -9, 12)]).await;
        assert_eq!(words(&results), ["duplicate", "no_such_beach"], "{}", service.name);
        assert_eq!(shown(&service, &who, "").await.len(), 1);
    }
}

/// What the rules say of a batch, told once more: every report that was ever taken, by id.
#[derive(Default)]
struct Model(BTreeMap<String, (Value, DateTime<Utc>, String)>);

impl Model {
    /// What becomes of `report`, sent by `author` from `own` at the instant `now` by both clocks.
    fn word(&mut self, report: &Value, author: &Person, own: &[&str], now: DateTime<Utc>) -> &'static str {
        let key = report["id"].as_str().unwrap().to_owned();
        if !report["count"].is_u64() {
            return "invalid";
        }
        if let Some((known, ..)) = self.0.get(&key) {
            return if known == report { "duplicate" } else { "id_reused" };
        }
        let beach = report["beach"].as_str().unwrap();
        let age = now - at(report["observed_at"].as_str().unwrap());
        if ![COVE, SANDS].contains(&beach) {
            "no_such_beach"
        } else if !own.contains(&beach) {
            "not_your_beach"
        } else if age < TimeDelta::zero() {
            "observed_after_sent"
        } else if TimeDelta::days(7) < age {
            "too_old"
        } else {
            self.0.insert(key, (report.clone(), now, author.actor.to_string()));
            "accepted"
        }
    }
}

/// One report, which may be one that was made before, or nearly.
fn random(dice: &mut Dice, made: &mut Vec<Value>) -> Value {
    let mut report = match made.len() {
        0 => counted(COVE, 0, 1),
        count if dice.below(3) == 0 => made[dice.below(count)].clone(),
        _ => {
            let beach = [COVE, SANDS, SANDS, "beach-nowhere"][dice.below(4)];
            let minutes = i64::try_from(dice.below(60 * 24 * 8)).unwrap();
            counted(beach, 60 - minutes, 7)
        }
    };
    match dice.below(12) {
        0 => report["count"] = json!(u32::try_from(dice.below(3)).unwrap()),
        1 => report["count"] = [json!(-1), json!(0.5), json!("7"), Value::Null][dice.below(4)].clone(),
        2 => report["beach"] = json!([COVE, SANDS][dice.below(2)]),
        _ => {}
    }
    made.push(report.clone());
    report
}

/// 60 batches; 2,000 with `PROMENADE_LONG=1`.
#[tokio::test]
async fn random_batches_come_to_what_the_rules_say_on_both_databases() {
    let rounds = if std::env::var_os("PROMENADE_LONG").is_some() { 2_000 } else { 60 };
    for service in services(SANDHAVEN, NOON).await {
        let (mut dice, mut made, mut model) = (Dice::new(2020), Vec::new(), Model::default());
        let people = [
            (patrol(&service, &[COVE], None).await, vec![COVE]),
            (patrol(&service, &[SANDS], None).await, vec![SANDS]),
            (patrol(&service, &[COVE, SANDS], None).await, vec![COVE, SANDS]),
        ];
        let mut words_seen = BTreeMap::new();
        for round in 0..rounds {
            let now = at(NOON) + TimeDelta::minutes(round);
            service.clock.set(now);
            let (who, own) = &people[dice.below(3)];
            let batch: Vec<Value> = (0..=dice.below(50)).map(|_| random(&mut dice, &mut made)).collect();
            let results = sent(&service, who, &after_noon(round), &batch).await;
            let mut expected = Vec::new();
            for report in &batch {
                expected.push(model.word(report, who, own, now));
            }
            assert_eq!(words(&results), expected, "{} {round}", service.name);
            for word in expected {
                *words_seen.entry(word).or_insert(0) += 1;
            }
        }
        assert!(words_seen.len() == 8 && words_seen.values().all(|seen| 3 < *seen), "{words_seen:?}");
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        let stored = shown(&service, &auditor, "?limit=100").await;
        assert_eq!(stored.len(), model.0.len(), "{}", service.name);
        for found in &stored {
            let (report, received, author) = &model.0[found["id"].as_str().unwrap()];
            for member in ["beach", "observed_at", "count", "method"] {
                assert_eq!(found[member], report[member], "{member}");
            }
            assert_eq!(at(found["received_at"].as_str().unwrap()), *received);
            assert_eq!(found["author"], *author);
        }
        Ledger::of(&service.store).await;
    }
}

#[tokio::test]
async fn reports_that_come_late_and_in_any_order_are_stored_as_they_were_observed() {
    let mut dice = Dice::new(6);
    let mut all: Vec<Value> = (0..120).map(|n| counted(COVE, -6 * n, 100)).collect();
    let in_order: Vec<Value> = all.iter().map(|report| report["observed_at"].clone()).collect();
    for n in (1..all.len()).rev() {
        all.swap(n, dice.below(n + 1));
    }
    for service in services(SANDHAVEN, NOON).await {
        let who: Person = {
            let mut profile = profile(&[Role::Patrol]);
            profile.beaches = beaches(&[COVE]);
            person(&service.app, profile).await
        };
        for (n, batch) in (0..).zip(all.chunks(7)) {
            service.clock.set(at(NOON) + TimeDelta::minutes(20 * n));
            let results = sent(&service, &who, &after_noon(20 * n), batch).await;
            assert_eq!(words(&results), vec!["accepted"; batch.len()]);
        }
        let stored = shown(&service, &who, "?limit=100").await;
        let observed: Vec<Value> = stored.iter().map(|report| report["observed_at"].clone()).collect();
        assert_eq!(observed, in_order, "{}", service.name);
    }
    // Twice the same answer for who asks twice.
    let service: &Service = &services(SANDHAVEN, NOON).await[0];
    let who = patrol(service, &[COVE], None).await;
    assert_eq!(answer(service, &who, NOON, &[]).await.status, 422);
}
