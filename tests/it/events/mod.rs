//! What is on, as staff make it: drafts, moves, single dates, previews and copies, each within their own organisation's reach.
mod calendar;
mod dates;
mod hidden;
mod moves;
mod programme;
mod standing;
mod story;
mod told;
mod venues;

use crate::support::client::{Answer, path_of};
use crate::support::people::{Person, organisation, person, profile};
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
const EVENTS: &str = "/v1/collections/events/items";
const OCCURRENCES: &str = "/v1/collections/occurrences/items";
const VENUE: &str = "ven-lantern-theatre";

/// A service, and whoever publishes there.
struct Stage {
    service: Service,
    theatre: Person,
    /// Of another theatre.
    rival: Person,
    tourism: Person,
    auditor: Person,
}

impl Stage {
    /// One on each database.
    async fn each() -> Vec<Self> {
        let mut stages = Vec::new();
        for service in services(SANDHAVEN, NOON).await {
            organisation(&service.app, "lantern", OrganisationKind::Theatre, &[VENUE]).await;
            organisation(&service.app, "rival", OrganisationKind::Theatre, &[]).await;
            let of = |id: &str| Profile {
                organisation: Some(OrganisationId::new(id).unwrap()),
                ..profile(&[Role::Publisher])
            };
            let theatre = person(&service.app, of("lantern")).await;
            let rival = person(&service.app, of("rival")).await;
            let tourism = person(&service.app, profile(&[Role::Publisher])).await;
            let auditor = person(&service.app, profile(&[Role::Auditor])).await;
            stages.push(Self { service, theatre, rival, tourism, auditor });
        }
        stages
    }

    /// The answer to the theatre.
    async fn theatre(&self, method: Method, target: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.asked(&self.theatre, method, target, headers, body).await
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

    /// A new draft of the theatre's.
    async fn draft(&self, event: &Value) -> Answer {
        let made = self.theatre(Method::POST, EVENTS, &[GEO], event.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made
    }

    /// Does something with what is at `target`, whose event is at `version`.
    async fn act(&self, target: &str, version: i64, body: Value) -> Answer {
        self.act_as(&self.theatre, target, version, body).await
    }

    async fn act_as(&self, who: &Person, target: &str, version: i64, body: Value) -> Answer {
        let tag = format!("\"{version}\"");
        self.asked(who, Method::POST, target, &[JSON, ("if-match", &tag)], body).await
    }

    /// A published event of the theatre's, at version 2.
    async fn published(&self, event: &Value) -> Value {
        let draft = self.draft(event).await.json();
        let target = format!("/v1/events/{}/publish", draft["id"].as_str().unwrap());
        let published = self.act(&target, 1, Value::Null).await;
        assert_eq!(published.status, 200, "{}", published.text());
        published.json()
    }

    /// The event as the theatre sees it.
    async fn seen(&self, id: &str) -> Value {
        let answer = self.theatre(Method::GET, &format!("/v1/programme/{id}"), &[], Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The ids of the features at `target`, as everybody sees them.
    async fn public(&self, target: &str) -> Vec<String> {
        let page = self.service.client.json(target).await;
        let features = page["features"].as_array().unwrap().iter();
        features.map(|feature| feature["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// Every Saturday at half past seven, until the end of August.
fn weekly(id: &str) -> Value {
    json!({
        "type": "Feature", "id": id, "geometry": null,
        "properties": {
            "name": "Whist and whistles", "category": "theatre", "summary": "A comedy.",
            "schedule": {
                "starts": "2026-07-18T19:30", "ends": "2026-07-18T22:00",
                "rrule": "FREQ=WEEKLY;UNTIL=20260831"
            },
            "venue": {"id": VENUE}, "price": {"from_pence": 900, "currency": "GBP"}
        }
    })
}

/// One evening at the theatre.
fn once(id: &str, starts: &str, ends: &str) -> Value {
    let mut event = weekly(id);
    event["properties"]["schedule"] = json!({"starts": starts, "ends": ends});
    event["properties"]["name"] = json!(format!("Once, {id}"));
    event
}

/// What is wrong with a document, and where.
fn refusal(answer: &Answer) -> (u16, String, String) {
    let document = answer.json();
    let kind = document["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (answer.status.as_u16(), kind, document["pointer"].as_str().unwrap_or_default().to_owned())
}

/// The path that a header `Location` leads to.
fn location(answer: &Answer) -> String {
    path_of(answer.header("location")).to_owned()
}
