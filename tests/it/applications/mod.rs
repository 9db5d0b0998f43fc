//! Businesses that apply: kept from everybody, looked at by an admin, listed or not, and who asked forgotten.
mod limits;

use crate::support::applications::{application, applied, apply};
use crate::support::client::Answer;
use crate::support::ledger::Ledger;
use crate::support::people::{Person, organisation, person, profile};
use crate::support::promotions::promotion;
use crate::support::{SANDHAVEN, Service, at, services};
use axum::http::Method;
use promenade::access::{OrganisationKind, Role};
use serde_json::{Value, json};

const NOON: &str = "2026-07-18T12:00:00Z";
const PATH: &str = "/v1/applications";
const JSON: (&str, &str) = ("content-type", "application/json");

/// What is answered to `who` when something is done with the application `id`, at `version`.
async fn decide(service: &Service, who: &Person, id: &str, deed: &str, version: i64, body: Value) -> Answer {
    let tag = format!("\"{version}\"");
    let target = format!("{PATH}/{id}/{deed}");
    service.client.write(who, Method::POST, &target, &[JSON, ("if-match", &tag)], body.to_string()).await
}

async fn seen(service: &Service, who: &Person, id: &str) -> Value {
    let seen = service.client.write(who, Method::GET, &format!("{PATH}/{id}"), &[], "").await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    seen.json()
}

fn listing() -> Value {
    json!({"organisation": "lantern-cafe", "business": "biz-lantern-cafe", "position_quality": "surveyed"})
}

fn businesses(all: &Value) -> Vec<&str> {
    all["features"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_business_applies_is_accepted_and_hands_in_what_it_offers() {
    for service in services(SANDHAVEN, NOON).await {
        let client = &service.client;
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        let id = applied(&service, 1).await;
        let items = "/v1/collections/businesses/items";
        assert!(businesses(&client.json(items).await).is_empty(), "nobody has looked at it");

        let waiting = seen(&service, &admin, &id).await;
        assert_eq!(waiting["applicant"], application()["applicant"]);
        assert_eq!((&waiting["state"], &waiting["version"]), (&json!("waiting"), &json!(1)));
        assert_eq!(waiting["claim"]["address"], application()["address"]);
        assert_eq!(waiting["claim"]["contact"]["url"], application()["url"]);

        let accepted = decide(&service, &admin, &id, "accept", 1, listing()).await;
        assert_eq!(accepted.status, 201, "{}", accepted.text());
        let accepted = accepted.json();

        let listed = client.json(&format!("{items}/biz-lantern-cafe")).await["properties"].clone();
        assert_eq!(
            [
                &listed["name"],
                &listed["organisation"],
                &listed["position_quality"],
                &listed["source"]["name"]
            ],
            ["Lantern Cafe", "lantern-cafe", "surveyed", "the business itself"]
        );
        let decided = seen(&service, &admin, &id).await;
        assert_eq!((&decided["applicant"], &decided["state"]), (&Value::Null, &json!("accepted")));
        assert_eq!(decided["business"], "biz-lantern-cafe");
        let actor = format!("/v1/actors/{}", accepted["actor"].as_str().unwrap());
        let actor = client.write(&admin, Method::GET, &actor, &[], "").await.json();
        assert_eq!([&actor["name"], &actor["email"]], ["Grace Canary-Name", "canary@mail.example"]);
        assert_eq!((&actor["roles"], &actor["organisation"]), (&json!(["business"]), &json!("lantern-cafe")));
        let audit = format!("{:?}", Ledger::of(&service.store).await.audit).to_lowercase();
        assert!(audit.contains("accept_application") && !audit.contains("canary"), "{audit}");

        let bearer = format!("Bearer {}", accepted["token"].as_str().unwrap());
        let headers = [("content-type", "application/geo+json"), ("authorization", bearer.as_str())];
        let draft = promotion("lantern-cafe-teas", "biz-lantern-cafe").to_string();
        let made = client.post("/v1/collections/promotions/items", &headers, draft).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let headers = [JSON, ("if-match", "\"1\""), ("authorization", bearer.as_str())];
        let submitted = client.post("/v1/promotions/lantern-cafe-teas/submit", &headers, "{}").await;
        assert_eq!(submitted.status, 200, "{}", submitted.text());
    }
}

#[tokio::test]
async fn an_application_is_decided_once() {
    for service in services(SANDHAVEN, NOON).await {
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        let id = applied(&service, 1).await;
        let stale = decide(&service, &admin, &id, "refuse", 2, json!({"reason": "No."})).await;
        assert_eq!(stale.status, 412, "{}", stale.text());
        let refused = decide(&service, &admin, &id, "refuse", 1, json!({"reason": "Not in town."})).await;
        assert_eq!(refused.status, 200, "{}", refused.text());
        let refused = refused.json();
        assert_eq!([&refused["state"], &refused["reason"]], ["refused", "Not in town."]);
        assert_eq!(refused["applicant"], Value::Null, "who asked is forgotten");
        let before = Ledger::of(&service.store).await;
        for version in [1, 2] {
            for (deed, body) in [("accept", listing()), ("refuse", json!({"reason": "No."}))] {
                let again = decide(&service, &admin, &id, deed, version, body).await;
                assert_eq!(again.status, 409, "{deed} {version}: {}", again.text());
            }
        }
        assert_eq!(Ledger::of(&service.store).await, before);
    }
}

#[tokio::test]
async fn what_cannot_be_listed_whole_is_not_listed_at_all() {
    for service in services(SANDHAVEN, NOON).await {
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        organisation(&service.app, "taken", OrganisationKind::Business, &[]).await;
        let id = applied(&service, 1).await;
        let before = Ledger::of(&service.store).await;
        for (organisation, business, quality, expires_at, status) in [
            ("taken", "biz-new", Value::Null, Value::Null, 409),
            ("new", "wc-promenade", Value::Null, Value::Null, 409),
            ("new", "biz-new", json!("perfect"), Value::Null, 422),
            ("new", "biz-new", Value::Null, json!("2026-07-18T11:00:00Z"), 422),
            ("New", "biz-new", Value::Null, Value::Null, 422),
        ] {
            let body = json!({"organisation": organisation, "business": business, "position_quality": quality,
                "expires_at": expires_at});
            let refused = decide(&service, &admin, &id, "accept", 1, body).await;
            assert_eq!(refused.status, status, "{organisation} {business}: {}", refused.text());
        }
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
        let roster = service.app.roster();
        assert!(roster.organisations().all(|one| one.id.as_str() != "new"));
        assert_eq!(decide(&service, &admin, &id, "accept", 1, listing()).await.status, 201);
    }
}

#[tokio::test]
async fn who_asked_is_forgotten_when_nobody_decides() {
    for service in services(SANDHAVEN, NOON).await {
        let id = applied(&service, 1).await;
        for (now, state) in [("2026-08-17T11:59:59Z", "waiting"), ("2026-08-17T12:00:00Z", "refused")] {
            service.clock.set(at(now));
            service.app.forget(None).await.unwrap();
            let admin = person(&service.app, profile(&[Role::Admin])).await;
            let seen = seen(&service, &admin, &id).await;
            assert_eq!(seen["state"], state, "{now}");
            assert_eq!(seen["applicant"] == Value::Null, state == "refused", "{now}");
        }
    }
}

#[tokio::test]
async fn staff_read_the_oldest_first_page_by_page() {
    for service in services(SANDHAVEN, NOON).await {
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        let mut ids = Vec::new();
        for n in 0..5 {
            service.clock.set(at(&format!("2026-07-18T12:0{n}:00Z")));
            ids.push(applied(&service, n).await);
        }
        decide(&service, &admin, &ids[1], "refuse", 1, json!({"reason": "No."})).await;
        for (question, want) in [
            ("?limit=2", vec![0, 1, 2, 3, 4]),
            ("?limit=2&state=waiting", vec![0, 2, 3, 4]),
            ("?state=refused", vec![1]),
            ("?state=accepted", vec![]),
        ] {
            let (mut found, mut next) = (Vec::new(), Some(format!("{PATH}{question}")));
            while let Some(target) = next {
                let page = service.client.write(&auditor, Method::GET, &target, &[], "").await.json();
                for one in page["applications"].as_array().unwrap() {
                    found.push(one["id"].as_str().unwrap().to_owned());
                }
                next = crate::support::client::link(&page, "next")
                    .map(|link| crate::support::client::path_of(link["href"].as_str().unwrap()).to_owned());
            }
            let want: Vec<_> = want.into_iter().map(|n: usize| ids[n].clone()).collect();
            assert_eq!(found, want, "{question}");
        }
        let refused =
            service.client.write(&auditor, Method::GET, "/v1/applications?state=new", &[], "").await;
        assert_eq!(refused.status, 400);
    }
}

#[tokio::test]
async fn what_an_application_says_is_held_to_what_a_business_may_say() {
    for service in services(SANDHAVEN, NOON).await {
        for (pointer, value) in [
            ("/name", json!("\u{202e}evil")),
            ("/category", json!("casino")),
            ("/address/street_address", json!("")),
            ("/address/postal_code", json!("much too long a code")),
            ("/town", json!("")),
            ("/position", json!({"lat": 91, "lon": 0})),
            ("/position", json!({"lat": 51.5, "lon": 0})),
            ("/url", json!("http://cafe.example/")),
            ("/food_hygiene_id", json!("")),
            ("/offer", json!("a\u{0}b")),
            ("/applicant/name", json!("two\nlines")),
            ("/applicant/email", json!("nowhere")),
        ] {
            let mut said = application();
            *said.pointer_mut(pointer).unwrap() = value;
            let refused = apply(&service, 1, &said).await;
            assert_eq!(refused.status, 422, "{pointer}: {}", refused.text());
            assert_eq!(refused.json()["pointer"], pointer, "{}", refused.text());
        }
        // None of them was counted.
        applied(&service, 1).await;
    }
}
