//! Who may act: made, followed on every node, revoked, forgotten; and what of it is kept where.
mod admin;
mod devices;
mod life;
mod standing;
mod timing;

use crate::support::client::Answer;
use crate::support::people::Person;
use crate::support::{Service, at};
use axum::http::Method;
use chrono::TimeDelta;
use promenade::app::App;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const NOON: &str = "2026-07-18T12:00:00Z";
const JSON: (&str, &str) = ("content-type", "application/json");

/// What is answered to `document`, sent by `who`.
async fn said(service: &Service, who: &Person, method: Method, target: &str, document: &Value) -> Answer {
    service.client.write(who, method, target, &[JSON], document.to_string()).await
}

/// What `who` is shown at `target`.
async fn shown(service: &Service, who: &Person, target: &str) -> Value {
    let answer = service.client.write(who, Method::GET, target, &[], "").await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.json()
}

/// Whether `app` accepts the token of `person`.
fn accepts(app: &App, person: &Person) -> bool {
    app.roster().caller(&person.text, app.clock().now()).is_some()
}

/// Waits until `app` does, or does not, accept the token.
async fn until_it_accepts(app: &App, person: &Person, wanted: bool) {
    let start = Instant::now();
    while accepts(app, person) != wanted {
        assert!(start.elapsed() < Duration::from_secs(10), "after {:?}", start.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
}

/// Moves the clock to so long after noon.
fn after_noon(app: &App, time: TimeDelta) {
    app.clock().set(at(NOON) + time);
}
