//! What is private appears in no public answer: every private column holds a canary, and every public address is asked.
use crate::edits::{GEO, new_toilet, patch};
use crate::support::applications::{application, apply};
use crate::support::ledger::Ledger;
use crate::support::people::{organisation, person, profile};
use crate::support::{SANDHAVEN, addresses, services};
use axum::http::Method;
use promenade::access::{OrganisationKind, Personal, Role};
use promenade::ids::Collection;
use serde_json::json;

const CANARY: &str = "canary";
const NOON: &str = "2026-07-18T12:00:00Z";
const TOILETS: &str = "/v1/collections/toilets/items";

#[tokio::test]
async fn no_canary_of_a_private_column_is_in_a_public_answer() {
    for service in services(SANDHAVEN, NOON).await {
        let client = &service.client;
        let mut whole = profile(&[Role::Publisher, Role::Supervisor]);
        whole.name = Some(Personal::new("Canary Name"));
        whole.email = Some(Personal::new("canary@mail.example"));
        let who = person(&service.app, whole).await;
        organisation(&service.app, "canary-theatre", OrganisationKind::Theatre, &["ven-bandstand"]).await;

        // What was, and is no more: in the audit, and in rows of what is deleted.
        let toilet = format!("{TOILETS}/wc-promenade");
        for description in ["Canary of an old text", "A new text"] {
            let edited =
                patch(&service, &who, &toilet, json!({"properties": {"description": description}})).await;
            assert_eq!(edited.status, 200, "{}", edited.text());
        }
        let made =
            client.write(&who, Method::POST, TOILETS, &[GEO], new_toilet("Canary Toilet").to_string()).await;
        let gone = made.json()["id"].as_str().unwrap().to_owned();
        let deleted = format!("{TOILETS}/{gone}");
        let answer =
            client.write(&who, Method::DELETE, &deleted, &[("if-match", made.header("etag"))], "").await;
        assert_eq!(answer.status, 204);
        let notice = json!({"type": "Feature", "properties": {
            "name": "Canary Notice", "severity": "info", "about": {"collection": "toilets", "id": "wc-promenade"}
        }});
        let notices = "/v1/collections/notices/items";
        let made = client.write(&who, Method::POST, notices, &[GEO], notice.to_string()).await;
        let at = format!("{notices}/{}", made.json()["id"].as_str().unwrap());
        let answer = client.write(&who, Method::DELETE, &at, &[("if-match", made.header("etag"))], "").await;
        assert_eq!(answer.status, 204);

        // Of who asks, and of what a business says before somebody has looked at it.
        let mut said = application();
        (said["name"], said["offer"]) = (json!("Canary Cafe"), json!("A canary for two"));
        (said["applicant"]["name"], said["applicant"]["email"]) =
            (json!("Canary Applicant"), json!("applicant@canary.example"));
        let application = apply(&service, 1, &said).await;
        assert_eq!(
            (application.status.as_u16(), application.text().to_lowercase().contains(CANARY)),
            (201, false)
        );
        let application = format!("/v1/applications/{}", application.json()["id"].as_str().unwrap());

        let before = Ledger::of(&service.store).await;
        assert!(format!("{:?}", before.audit).to_lowercase().contains(CANARY), "the test would find nothing");

        let mut targets = addresses();
        for collection in Collection::ALL {
            let own = format!("/v1/collections/{collection}");
            targets.extend([own.clone(), format!("{own}/items?limit=1000"), format!("{own}/schema")]);
            let page = client.json(&format!("{own}/items?limit=1000")).await;
            for item in page["features"].as_array().unwrap() {
                targets.push(format!("{own}/items/{}", item["id"].as_str().unwrap()));
            }
        }
        targets.extend([
            "/v1/nearby?near=Sandhaven&radius_m=25000&limit=100".to_owned(),
            deleted.clone(),
            at.clone(),
        ]);
        targets.extend([format!("{notices}?datetime=../2030-01-01T00:00:00Z"), format!("{TOILETS}?q=cana")]);
        targets.extend(
            ["/v1/me", "/v1/actors", "/v1/organisations", "/v1/devices", "/v1/audit"].map(str::to_owned),
        );
        targets.extend(["/v1/applications".to_owned(), application]);
        targets.extend([format!("{toilet}/history"), format!("/v1/actors/{}", who.actor)]);
        assert!(60 < targets.len(), "{}", targets.len());
        for target in &targets {
            for method in
                [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST, Method::PUT, Method::DELETE]
            {
                let answer = client.send(method.clone(), target, &[]).await;
                let said = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
                // What was asked may be said back.
                let said = said.replace("`cana`", "").replace("q=cana", "");
                assert!(!said.contains(CANARY), "{} {method} {target}: {said}", service.name);
                assert!(!said.contains(&who.text.to_lowercase()), "{method} {target} shows a token");
            }
        }
        assert_eq!(Ledger::of(&service.store).await, before, "{}: nobody changed anything", service.name);
    }
}
