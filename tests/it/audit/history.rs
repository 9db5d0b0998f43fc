//! What became of one item, and who is told.
use super::reading::{HISTORY, auditor, get, pages};
use super::{NOON, asked, past};
use crate::support::ledger::{Ledger, tamper};
use crate::support::people::{beaches, organisation, person, profile};
use crate::support::places::id;
use crate::support::{SANDHAVEN, services};
use axum::http::Method;
use chrono::SecondsFormat;
use promenade::access::{OrganisationKind, Role};
use promenade::command::{Aim, Command, Expected};
use promenade::ids::{Collection, OrganisationId};
use serde_json::{Value, json};

#[tokio::test]
async fn the_history_of_an_item_has_every_version_who_made_it_and_what_it_was() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let who = auditor(&service).await;
        let ledger = Ledger::of(&service.store).await;
        for (limit, count) in [(100, 1), (2, 3), (1, 5)] {
            let (changes, counted) =
                pages(&service, &who, &format!("{HISTORY}?limit={limit}"), "changes").await;
            assert_eq!(counted, count, "{} {limit}", service.name);
            let told: Vec<Value> = changes
                .iter()
                .map(|c| {
                    json!([
                        c["version"],
                        c["change"],
                        c["actor"],
                        c["command"],
                        c["before"]["status"],
                        c["after"]["status"],
                        c["after"]["fields"]["name"]
                    ])
                })
                .collect();
            assert_eq!(
                told,
                [
                    json!([5, "put", "operator", "import", null, null, null]),
                    json!([
                        4,
                        "put",
                        "operator",
                        "set_status",
                        "temporarily_closed",
                        "active",
                        "Market Street Loos"
                    ]),
                    json!([
                        3,
                        "put",
                        "operator",
                        "set_status",
                        "active",
                        "temporarily_closed",
                        "Market Street Loos"
                    ]),
                    json!([2, "put", "operator", "import", null, null, null]),
                    json!([1, "put", "system", "import", null, null, null]),
                ],
                "{}",
                service.name
            );
            let row = &ledger.audit[23];
            assert_eq!(changes[1]["request"], row.request_id.to_string(), "{}", service.name);
            assert_eq!(changes[1]["at"], row.at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
        // What is older than the record of commands has no command, and is there all the same.
        tamper(&service.store, &["UPDATE change SET audit_seq = NULL WHERE version = 1"]).await;
        let (changes, _) = pages(&service, &who, HISTORY, "changes").await;
        let last = &changes[4];
        assert_eq!([&last["actor"], &last["command"], &last["request"]], [&Value::Null; 3]);
        assert_eq!((changes.len(), &last["version"]), (5, &json!(1)), "{}", service.name);
    }
}

#[tokio::test]
async fn the_history_of_an_item_is_for_whoever_may_edit_it_or_has_its_beach() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let tourism = person(app, profile(&[Role::Publisher])).await;
        organisation(app, "theatre", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let mut of_theatre = profile(&[Role::Publisher]);
        of_theatre.organisation = Some(OrganisationId::new("theatre").unwrap());
        let theatre = person(app, of_theatre).await;
        let mut of_cove = profile(&[Role::Supervisor]);
        of_cove.beaches = beaches(&["beach-gull-cove"]);
        let cove = person(app, of_cove).await;
        let (who, admin) = (auditor(&service).await, person(app, profile(&[Role::Admin])).await);
        let notice = |on: &str| {
            json!({
                "type": "Feature", "geometry": null,
                "properties": { "name": "Mind the gap", "severity": "warning", "about": { "collection": "beaches", "id": on } }
            })
            .to_string()
        };
        let mut notices = Vec::new();
        for on in ["beach-gull-cove", "beach-north-sands"] {
            let by = if on == "beach-gull-cove" {
                &cove
            } else {
                &person(app, profile(&[Role::Supervisor])).await
            };
            let geojson = [("content-type", "application/geo+json")];
            let items = "/v1/collections/notices/items";
            let made = service.client.write(by, Method::POST, items, &geojson, notice(on)).await;
            assert_eq!(made.status, 201, "{}", made.text());
            notices.push(format!("notices/items/{}", made.json()["id"].as_str().unwrap()));
        }
        let aim =
            Aim { collection: Collection::Toilets, id: id("wc-promenade"), expected: Expected::Anything };
        asked(&service, Command::Delete(aim)).await.unwrap();
        for (item, want) in [
            // The auditor, the tourism team, a theatre, who keeps Gull Cove, an admin, nobody.
            ("toilets/items/wc-market-street", [200, 200, 403, 403, 403, 401]),
            ("toilets/items/wc-promenade", [200, 200, 404, 404, 403, 401]),
            ("venues/items/ven-lantern-theatre", [200, 200, 200, 403, 403, 401]),
            ("venues/items/ven-bandstand", [200, 200, 403, 403, 403, 401]),
            ("beaches/items/beach-gull-cove", [200, 200, 403, 200, 403, 401]),
            ("beaches/items/beach-north-sands", [200, 200, 403, 403, 403, 401]),
            (&notices[0], [200, 403, 403, 200, 403, 401]),
            (&notices[1], [200, 403, 403, 403, 403, 401]),
            ("toilets/items/wc-never", [404, 404, 404, 404, 403, 401]),
        ] {
            let target = format!("/v1/collections/{item}/history");
            let mut found = Vec::new();
            for person in [&who, &tourism, &theatre, &cove, &admin] {
                found.push(get(&service, person, &target).await.status.as_u16());
            }
            found.push(service.client.get(&target).await.status.as_u16());
            assert_eq!(found, want, "{} {item}", service.name);
        }
        for person in [&tourism, &theatre, &cove, &admin] {
            assert_eq!(get(&service, person, "/v1/audit").await.problem().0, 403, "{}", service.name);
        }
    }
}
