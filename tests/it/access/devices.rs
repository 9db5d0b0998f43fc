//! A supervisor offers a code, a phone becomes a device, the supervisor takes it away again; guessing does not pay.
use super::{JSON, NOON, after_noon, said, shown};
use crate::support::client::Answer;
use crate::support::ledger::tamper;
use crate::support::people::{Person, beaches, person, profile};
use crate::support::{SANDHAVEN, Service, services};
use axum::http::Method;
use chrono::TimeDelta;
use promenade::access::Role;
use promenade::ids::{ActorId, TokenId};
use serde_json::{Value, json};

async fn supervisor(service: &Service, own: &[&str]) -> Person {
    let mut profile = profile(&[Role::Supervisor]);
    profile.beaches = beaches(own);
    person(&service.app, profile).await
}

fn phone(of: &[&str]) -> Value {
    json!({"name": "Phone 3", "beaches": of, "reports_as": "warden", "device_expires_at": "2026-09-30T22:00:00Z"})
}

async fn code(service: &Service, who: &Person, of: &[&str]) -> String {
    let offered = said(service, who, Method::POST, "/v1/enrolments", &phone(of)).await;
    assert_eq!(offered.status, 201, "{}", offered.text());
    assert_eq!(offered.json()["expires_at"], "2026-07-18T12:10:00Z");
    offered.json()["code"].as_str().unwrap().to_owned()
}

/// What is answered to who types in `code`, sent by nobody in particular.
async fn typed(service: &Service, code: &str) -> Answer {
    let body = json!({ "code": code }).to_string();
    service.client.post("/v1/devices", &[JSON], body).await
}

#[tokio::test]
async fn a_phone_is_enrolled_by_a_code_and_revoked_by_the_supervisor_of_its_beaches() {
    for service in services(SANDHAVEN, NOON).await {
        let ours = supervisor(&service, &["beach-gull-cove"]).await;
        let theirs = supervisor(&service, &["beach-north-sands"]).await;
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        let code = code(&service, &ours, &["beach-gull-cove"]).await;
        let enrolled = typed(&service, &code.to_lowercase().replace('-', " ")).await;
        assert_eq!(enrolled.status, 201, "{}", enrolled.text());
        assert_eq!(enrolled.header("cache-control"), "no-store");
        let mut device = enrolled.json();
        let text = device.as_object_mut().unwrap().remove("token").unwrap();
        assert_eq!(
            device,
            json!({
                "id": device["id"], "name": "Phone 3", "beaches": ["beach-gull-cove"], "reports_as": "warden",
                "state": "live", "enrolled_at": NOON, "expires_at": "2026-09-30T22:00:00Z", "revoked_at": null,
                "last_used_at": null
            })
        );
        let id = ActorId::new(device["id"].as_str().unwrap()).unwrap();
        let token = TokenId::new(text.as_str().unwrap().split('_').nth(2).unwrap()).unwrap();
        let phone = Person { actor: id, token, text: text.as_str().unwrap().to_owned() };
        assert_eq!(shown(&service, &phone, "/v1/me").await["actor"]["roles"], json!(["patrol"]));
        service.app.note_uses().await.unwrap();
        device["last_used_at"] = json!(NOON);
        assert_eq!(shown(&service, &ours, "/v1/devices").await["devices"], json!([device]));
        assert_eq!(shown(&service, &auditor, "/v1/devices").await["devices"], json!([device]));
        assert_eq!(shown(&service, &theirs, "/v1/devices").await["devices"], json!([]), "{}", service.name);

        let target = format!("/v1/devices/{id}");
        for (who, status) in [(&theirs, 404), (&auditor, 403), (&phone, 403), (&ours, 204), (&ours, 204)] {
            let answer = service.client.write(who, Method::DELETE, &target, &[], "").await;
            assert_eq!(answer.status.as_u16(), status, "{} {}", service.name, answer.text());
        }
        assert_eq!(service.client.write(&phone, Method::GET, "/v1/me", &[], "").await.status, 401);
        assert_eq!(shown(&service, &ours, "/v1/devices").await["devices"][0]["state"], "revoked");
        let person = format!("/v1/devices/{}", ours.actor);
        assert_eq!(
            service.client.write(&ours, Method::DELETE, &person, &[], "").await.status,
            404,
            "no device"
        );
    }
}

#[tokio::test]
async fn a_supervisor_offers_codes_for_its_own_beaches_and_a_season() {
    for service in services(SANDHAVEN, NOON).await {
        let who = supervisor(&service, &["beach-gull-cove"]).await;
        for (member, value, want) in [
            ("beaches", json!(["beach-north-sands"]), (403, None)),
            ("beaches", json!(["beach-gull-cove", "beach-north-sands"]), (403, None)),
            ("beaches", json!("all"), (403, None)),
            ("beaches", json!([]), (422, Some("/beaches"))),
            ("name", json!(""), (422, Some("/name"))),
            ("reports_as", json!("king"), (422, Some("/reports_as"))),
            ("device_expires_at", json!(NOON), (422, Some("/device_expires_at"))),
            ("device_expires_at", json!("2027-08-22T12:00:01Z"), (422, Some("/device_expires_at"))),
            ("device_expires_at", json!("9999-12-31T23:59:59-01:00"), (422, Some("/device_expires_at"))),
            ("device_expires_at", json!("2027-08-22T12:00:00.0009Z"), (201, None)),
            ("device_expires_at", json!("2027-08-22T12:00:00Z"), (201, None)),
        ] {
            let mut given = phone(&["beach-gull-cove"]);
            given[member] = value;
            let answer = said(&service, &who, Method::POST, "/v1/enrolments", &given).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["pointer"].as_str()),
                want,
                "{given}: {}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn a_code_that_is_wrong_used_or_late_is_refused_alike_and_after_five_nothing_is_looked_at() {
    for service in services(SANDHAVEN, NOON).await {
        let who = supervisor(&service, &["beach-gull-cove"]).await;
        let used = code(&service, &who, &["beach-gull-cove"]).await;
        let late = code(&service, &who, &["beach-gull-cove"]).await;
        let good = code(&service, &who, &["beach-gull-cove"]).await;
        assert_eq!(typed(&service, &used).await.status, 201);
        let answer_of = |answer: &Answer| (answer.status.as_u16(), answer.json());
        let wrong = typed(&service, "0000-0000").await;
        assert_eq!(wrong.problem(), (403, "forbidden".to_owned(), None));
        assert_eq!(answer_of(&typed(&service, &used).await), answer_of(&wrong));
        assert_eq!(answer_of(&typed(&service, "not a code at all").await), answer_of(&wrong));
        after_noon(&service.app, TimeDelta::minutes(11));
        assert_eq!(answer_of(&typed(&service, &late).await), answer_of(&wrong));
        after_noon(&service.app, TimeDelta::minutes(9));
        assert_eq!(typed(&service, "1111-1111").await.status, 403, "the fifth");
        let locked = typed(&service, &good).await;
        assert_eq!(locked.problem(), (429, "too-many-requests".to_owned(), None), "{}", service.name);
        let wait: i64 = locked.header("retry-after").parse().unwrap();
        after_noon(&service.app, TimeDelta::minutes(9) + TimeDelta::seconds(wait));
        let offered =
            said(&service, &who, Method::POST, "/v1/enrolments", &phone(&["beach-gull-cove"])).await;
        let fresh = offered.json()["code"].as_str().unwrap().to_owned();
        assert_eq!(typed(&service, &fresh).await.status, 201, "{}", service.name);
    }
}

#[tokio::test]
async fn whose_a_device_is_is_what_is_stored() {
    for service in services(SANDHAVEN, NOON).await {
        let ours = supervisor(&service, &["beach-gull-cove"]).await;
        let theirs = supervisor(&service, &["beach-north-sands"]).await;
        let code = code(&service, &theirs, &["beach-north-sands"]).await;
        let device = typed(&service, &code).await.json()["id"].as_str().unwrap().to_owned();
        // As if another node had written it just now: this one has not heard of it.
        tamper(&service.store, &["UPDATE actor SET beaches = 'beach-gull-cove' WHERE name = 'Phone 3'"])
            .await;
        let target = format!("/v1/devices/{device}");
        for (who, status) in [(&theirs, 404), (&ours, 204)] {
            let answer = service.client.write(who, Method::DELETE, &target, &[], "").await;
            assert_eq!(answer.status.as_u16(), status, "{} {}", service.name, answer.text());
        }
        let junk = service.client.write(&ours, Method::DELETE, "/v1/devices/none", &[], "").await;
        assert_eq!(junk.problem(), (404, "not-found".to_owned(), None));
    }
}
