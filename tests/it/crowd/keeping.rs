//! A beach that is kept: who counts on it, who decides over it, and what visitors are shown of it.
use crate::support::client::{Answer, Client};
use crate::support::ledger::Ledger;
use crate::support::people::{Person, person, profile};
use crate::support::{SANDHAVEN, Service, at, services};
use axum::http::Method;
use promenade::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

/// A Saturday in July; the patrol counts until 18:00 there, which is 17:00 UTC.
pub const NOON: &str = "2026-07-18T12:00:00Z";
/// The beach.
pub const BEACH: &str = "beach-north-sands";
/// Its override.
pub const OVERRIDE: &str = "/v1/beaches/beach-north-sands/override";
/// Its hazards.
pub const HAZARDS: &str = "/v1/beaches/beach-north-sands/hazards";
/// Its water.
pub const WATER: &str = "/v1/beaches/beach-north-sands/water-quality";

/// A service with a supervisor of every beach, a patrol and an admin.
pub struct Kept {
    pub service: Service,
    pub supervisor: Person,
    pub patrol: Person,
    pub admin: Person,
}

impl Kept {
    /// One on each database, at noon.
    pub async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for service in services(SANDHAVEN, NOON).await {
            let supervisor = person(&service.app, profile(&[Role::Supervisor])).await;
            let patrol = person(&service.app, profile(&[Role::Patrol])).await;
            let admin = person(&service.app, profile(&[Role::Admin])).await;
            all.push(Self { service, supervisor, patrol, admin });
        }
        all
    }

    pub fn client(&self) -> &Client {
        &self.service.client
    }

    /// Sets the clock.
    pub fn clock(&self, now: &str) {
        self.service.clock.set(at(now));
    }

    /// What a request with a JSON body is answered.
    pub async fn send(&self, who: &Person, method: Method, target: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.client().write(who, method, target, &headers, body.to_string()).await
    }

    /// Declares this, as the supervisor; what stands then.
    pub async fn declare(&self, target: &str, body: Value) -> Value {
        let answer = self.send(&self.supervisor, Method::PUT, target, &body).await;
        assert_eq!(answer.status, 200, "{}: {}", self.service.name, answer.text());
        answer.json()
    }

    /// Takes back what is declared, as the supervisor.
    pub async fn withdraw(&self, target: &str) {
        let answer = self.client().write(&self.supervisor, Method::DELETE, target, &[], "").await;
        assert_eq!(answer.status, 204, "{}: {}", self.service.name, answer.text());
    }

    /// What the supervisor sees there.
    pub async fn standing(&self, target: &str) -> Value {
        let answer = self.client().write(&self.supervisor, Method::GET, target, &[], "").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Reports so many people, counted now.
    pub async fn count(&self, people: u32) {
        let now = self.service.clock.now();
        let report = json!({"id": Uuid::now_v7().to_string(), "beach": BEACH, "observed_at": now.to_rfc3339(), "count": people,
            "method": "counted"});
        let batch = json!({"sent_at": now.to_rfc3339(), "reports": [report]});
        let answer = self.send(&self.patrol, Method::POST, "/v1/crowd-reports", &batch).await;
        assert_eq!(answer.json()["results"][0]["result"], "accepted", "{}", answer.text());
    }

    /// What an app is shown of the beach: its entry in the statuses, its feature's properties, its card.
    pub async fn shown(&self) -> [Value; 3] {
        let statuses = self.client().json("/v1/beaches/status").await;
        let all = statuses["beaches"].as_array().unwrap();
        let status = all.iter().find(|beach| beach["id"] == BEACH).unwrap().clone();
        let feature = self.client().json(&format!("/v1/collections/beaches/items/{BEACH}")).await;
        let near = self.client().json("/v1/nearby?near=Sandhaven&collections=beaches&radius_m=25000").await;
        let all = near["features"].as_array().unwrap();
        let card = all.iter().find(|card| card["id"] == BEACH).unwrap();
        [status, feature["properties"].clone(), card["properties"].clone()]
    }

    /// Its status alone.
    pub async fn status(&self) -> Value {
        let [status, ..] = self.shown().await;
        status["crowd"].clone()
    }

    /// Everything that a command could have changed.
    pub async fn ledger(&self) -> Ledger {
        Ledger::of(&self.service.store).await
    }
}

/// The members of `object` that `names` name.
pub fn only(object: &Value, names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), object[*name].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
