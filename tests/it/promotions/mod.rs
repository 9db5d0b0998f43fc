//! What businesses offer, and who looks at it first: drafts, decisions, what readers see of it, and what they never do.
mod batches;
mod counting;
mod deciding;
mod hidden;
mod quotas;
mod races;
mod reading;
mod story;

use crate::support::client::Answer;
use crate::support::people::{Person, organisation, person, profile};
use crate::support::promotions::{business, put_business};
use crate::support::{SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::{OrganisationKind, Profile, Role};
use promenade::ids::OrganisationId;
use serde_json::{Value, json};

/// A Saturday.
const NOON: &str = "2026-07-18T12:00:00Z";
const GEO: (&str, &str) = ("content-type", "application/geo+json");
const JSON: (&str, &str) = ("content-type", "application/json");
const MERGE: (&str, &str) = ("content-type", "application/merge-patch+json");
const ITEMS: &str = "/v1/collections/promotions/items";
const NEAR: &str = "/v1/nearby?lat=54.6005&lon=-3.4489&radius_m=500&collections=promotions";

/// A service, businesses that offer something, and who decides about it.
struct Market {
    service: Service,
    cafe: Person,
    /// Of another business.
    rival: Person,
    moderator: Person,
    auditor: Person,
}

impl Market {
    /// One on each database.
    async fn each() -> Vec<Self> {
        let mut markets = Vec::new();
        for service in services(SANDHAVEN, NOON).await {
            markets.push(Self::of(service).await);
        }
        markets
    }

    async fn of(service: Service) -> Self {
        let app = &service.app;
        for id in ["cafe", "rival"] {
            organisation(app, id, OrganisationKind::Business, &[]).await;
            put_business(app, &business(&format!("biz-{id}"), id)).await;
        }
        let of = |id: &str, role| Profile {
            organisation: Some(OrganisationId::new(id).unwrap()),
            ..profile(&[role])
        };
        let cafe = person(app, of("cafe", Role::Business)).await;
        let rival = person(app, of("rival", Role::Business)).await;
        // Who also works for the rival decides nothing about it.
        let moderator = person(app, of("rival", Role::Moderator)).await;
        let auditor = person(app, profile(&[Role::Auditor])).await;
        Self { service, cafe, rival, moderator, auditor }
    }

    async fn asked(
        &self,
        who: &Person,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.service.client.write(who, method, target, headers, body).await
    }

    /// A new draft of the cafe's.
    async fn draft(&self, promotion: &Value) -> Answer {
        let made = self.asked(&self.cafe, Method::POST, ITEMS, &[GEO], promotion.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made
    }

    /// Does something with the promotion called `id`, which is at `version`.
    async fn act(&self, who: &Person, id: &str, deed: &str, version: i64, body: Value) -> Answer {
        let tag = format!("\"{version}\"");
        let target = format!("/v1/promotions/{id}/{deed}");
        self.asked(who, Method::POST, &target, &[JSON, ("if-match", &tag)], body).await
    }

    /// Edits the promotion called `id`, which is at `version`.
    async fn edit(&self, id: &str, version: i64, properties: Value) -> Answer {
        let tag = format!("\"{version}\"");
        let target = format!("{ITEMS}/{id}");
        let body = json!({"properties": properties});
        self.asked(&self.cafe, Method::PATCH, &target, &[MERGE, ("if-match", &tag)], body).await
    }

    /// The promotion as `who` sees it.
    async fn seen(&self, who: &Person, id: &str) -> Answer {
        self.asked(who, Method::GET, &format!("/v1/promotions/{id}"), &[], Value::Null).await
    }

    /// The properties of the promotion as the cafe sees it.
    async fn own(&self, id: &str) -> Value {
        let seen = self.seen(&self.cafe, id).await;
        assert_eq!(seen.status, 200, "{}", seen.text());
        seen.json()["properties"].clone()
    }

    /// Lets what waits be shown, as the moderator has seen it.
    async fn approve(&self, id: &str) -> Answer {
        let seen = self.seen(&self.moderator, id).await.json()["properties"].clone();
        let body = json!({"content_hash": seen["content_hash"]});
        self.act(&self.moderator, id, "approve", seen["version"].as_i64().unwrap(), body).await
    }

    /// A promotion of the cafe's that everybody sees, at version 3.
    async fn approved(&self, promotion: &Value) {
        let id = self.draft(promotion).await.json()["id"].as_str().unwrap().to_owned();
        let submitted = self.act(&self.cafe, &id, "submit", 1, Value::Null).await;
        assert_eq!(submitted.status, 200, "{}", submitted.text());
        let approved = self.approve(&id).await;
        assert_eq!(approved.status, 200, "{}", approved.text());
    }

    /// The features at `target`, as everybody sees them.
    async fn public(&self, target: &str) -> Vec<Value> {
        self.service.client.json(target).await["features"].as_array().unwrap().clone()
    }

    /// The names of the promotions that everybody sees.
    async fn names(&self) -> Vec<String> {
        let shown = self.public(ITEMS).await.into_iter();
        let mut names: Vec<String> =
            shown.map(|feature| feature["properties"]["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

/// What is wrong with a document, and where.
fn refusal(answer: &Answer) -> (u16, String, String) {
    let document = answer.json();
    let kind = document["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (answer.status.as_u16(), kind, document["pointer"].as_str().unwrap_or_default().to_owned())
}
