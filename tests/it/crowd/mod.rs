//! Crowd reports, from a phone to the database and back; and what is declared of beaches, by which policy.
mod batches;
mod changes;
mod clocks;
mod declared;
mod keeping;
mod killed;
mod listed;
mod policies;
mod refused;
mod sending;
mod statuses;
mod stored;
mod whose;

use crate::support::client::{Answer, link, path_of};
use crate::support::people::{Person, beaches, person, profile};
use crate::support::{Service, at};
use axum::http::Method;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use promenade::access::{ReportsAs, Role};
use serde_json::{Value, json};
use uuid::Uuid;

const NOON: &str = "2026-07-18T12:00:00Z";
const JSON: (&str, &str) = ("content-type", "application/json");
const REPORTS: &str = "/v1/crowd-reports";
const COVE: &str = "beach-gull-cove";
const SANDS: &str = "beach-north-sands";

fn id() -> String {
    Uuid::now_v7().to_string()
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// So many minutes after noon, as an instant is written.
fn after_noon(minutes: i64) -> String {
    written(at(NOON) + TimeDelta::minutes(minutes))
}

/// A new report of so many people on `beach`, observed so many minutes after noon.
fn counted(beach: &str, minutes: i64, count: u32) -> Value {
    json!({"id": id(), "beach": beach, "observed_at": after_noon(minutes), "count": count, "method": "counted"})
}

/// A patrol of `own` that reports in that capacity.
async fn patrol(service: &Service, own: &[&str], capacity: Option<ReportsAs>) -> Person {
    let mut profile = profile(&[Role::Patrol]);
    (profile.beaches, profile.reports_as) = (beaches(own), capacity);
    person(&service.app, profile).await
}

/// A supervisor of `own`.
async fn supervisor(service: &Service, own: &[&str]) -> Person {
    let mut profile = profile(&[Role::Supervisor]);
    profile.beaches = beaches(own);
    person(&service.app, profile).await
}

/// What is answered to `reports`, sent by `who` when its clock shows `sent_at`.
async fn answer(service: &Service, who: &Person, sent_at: &str, reports: &[Value]) -> Answer {
    let batch = json!({"sent_at": sent_at, "reports": reports}).to_string();
    service.client.write(who, Method::POST, REPORTS, &[JSON], batch).await
}

/// What becomes of each of `reports`.
async fn sent(service: &Service, who: &Person, sent_at: &str, reports: &[Value]) -> Vec<Value> {
    let answer = answer(service, who, sent_at, reports).await;
    assert_eq!(answer.status, 200, "{}: {}", service.name, answer.text());
    let mut body = answer.json();
    assert_eq!(body["epoch"], service.app.snapshot().epoch.to_string());
    let Value::Array(results) = body["results"].take() else { panic!("{body}") };
    assert_eq!(results.len(), reports.len());
    results
}

/// The results, in a word each: accepted, duplicate, or the code of the refusal.
fn words(results: &[Value]) -> Vec<&str> {
    let word = |result: &'_ Value| match result["code"].as_str() {
        Some(_) => "code",
        None => "result",
    };
    results.iter().map(|result| result[word(result)].as_str().unwrap()).collect()
}

/// All that `who` is shown at `query`, over all pages.
async fn shown(service: &Service, who: &Person, query: &str) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), Some(format!("{REPORTS}{query}")));
    while let Some(target) = next {
        let answer = service.client.write(who, Method::GET, &target, &[], "").await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        let mut page = answer.json();
        next = link(&page, "next").map(|link| path_of(link["href"].as_str().unwrap()).to_owned());
        let Value::Array(reports) = page["reports"].take() else { panic!("{page}") };
        all.extend(reports);
    }
    all
}

/// What is stored of the report `id`.
async fn one(service: &Service, auditor: &Person, id: &Value) -> Value {
    let all = shown(service, auditor, "").await;
    all.into_iter().find(|report| report["id"] == *id).unwrap_or_else(|| panic!("no report {id}"))
}
