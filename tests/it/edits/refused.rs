//! What is refused changes nothing and says why.
use super::{CAR_PARK, GEO, MERGE, NOON, new_toilet, patch, publisher};
use crate::support::ledger::Ledger;
use crate::support::people::{organisation, person, profile};
use crate::support::{SANDHAVEN, services};
use axum::http::Method;
use promenade::access::{OrganisationKind, Role};
use promenade::ids::OrganisationId;
use serde_json::json;

#[tokio::test]
async fn whoever_has_not_said_what_they_have_seen_or_has_seen_something_older_overwrites_nothing() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let whole = client.json(CAR_PARK).await.to_string();
        let undo = format!("{CAR_PARK}/undo");
        let requests = [
            (Method::PUT, CAR_PARK, Some(GEO), whole.as_str()),
            (Method::PATCH, CAR_PARK, Some(MERGE), "{}"),
            (Method::DELETE, CAR_PARK, None, ""),
            (Method::POST, undo.as_str(), None, ""),
        ];
        let before = Ledger::of(&service.store).await;
        for (tag, want) in [
            (None, (428, "precondition-required")),
            (Some("*"), (400, "invalid-precondition")),
            (Some("1"), (400, "invalid-precondition")),
            (Some("\"1-a\", \"2-b\""), (400, "invalid-precondition")),
            (Some("\"2-4f8b2da6dc44dd53-gzip\""), (412, "stale-version")),
            (Some("\"0-\""), (412, "stale-version")),
        ] {
            for (method, target, media, body) in &requests {
                let headers: Vec<_> = media.iter().copied().chain(tag.map(|tag| ("if-match", tag))).collect();
                let answer = client.write(&who, method.clone(), target, &headers, (*body).to_owned()).await;
                let (status, kind, _) = answer.problem();
                assert_eq!((status, kind.as_str()), want, "{method} {target} {tag:?}: {}", answer.text());
                if status == 412 {
                    assert_eq!(answer.json()["current_version"], 1);
                }
            }
        }
        let stale = client
            .write(&who, Method::POST, &format!("{CAR_PARK}/verify"), &[("if-match", "\"7\"")], "")
            .await;
        assert_eq!(stale.problem().1, "stale-version");
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
        // The version alone counts: a proxy that compresses, and weakens the tag for it, does no harm.
        let weak =
            client.write(&who, Method::PATCH, CAR_PARK, &[MERGE, ("if-match", "W/\"1-0-br\"")], "{}").await;
        assert_eq!(weak.status, 200, "{}", weak.text());
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_taken_is_refused_with_where_and_why() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let before = Ledger::of(&service.store).await;
        for (change, pointer) in [
            (json!({"properties": {"owner_id": "me"}}), "/properties/owner_id"),
            (json!({"properties": {"imported": true}}), "/properties/imported"),
            (json!({"properties": {"deleted_at": NOON}}), "/properties/deleted_at"),
            (json!({"properties": {"version": 9}}), "/properties/version"),
            (json!({"properties": {"contact": {"url": "javascript:alert(1)"}}}), "/properties/contact/url"),
            (json!({"properties": {"name": "a\u{202e}b"}}), "/properties/name"),
            (json!({"properties": {"tariffs": [{"pence": -1}]}}), "/properties/tariffs/0/pence"),
            (json!({"properties": {"source": {"attribution": "nobody"}}}), "/properties/source/attribution"),
            (json!({"geometry": {"type": "Point", "coordinates": [54.61, -3.45]}}), "/geometry"),
        ] {
            let answer = patch(&service, &who, CAR_PARK, change.clone()).await;
            assert_eq!(answer.status, 422, "{change}: {}", answer.text());
            assert_eq!(answer.json()["pointer"], pointer, "{change}: {}", answer.text());
        }
        for (body, status) in [("", 400), ("{", 400), ("[]", 422), ("7", 422), (r#"{"a":1}"#, 422)] {
            let tag = client.get(CAR_PARK).await;
            let headers = [MERGE, ("if-match", tag.header("etag"))];
            let answer = client.write(&who, Method::PATCH, CAR_PARK, &headers, body).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.text());
        }
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}

#[tokio::test]
async fn a_place_outside_the_area_must_be_meant() {
    const ITEMS: &str = "/v1/collections/toilets/items";
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let mut far = new_toilet("Far away");
        far["geometry"]["coordinates"] = json!([-3.2, 54.61]);
        let refused = client.write(&who, Method::POST, ITEMS, &[GEO], far.to_string()).await;
        assert_eq!((refused.status.as_u16(), refused.problem().1.as_str()), (422, "outside-area"));
        let target = format!("{ITEMS}?outside=allow");
        let meant = client.write(&who, Method::POST, &target, &[GEO], far.to_string()).await;
        assert_eq!(meant.status, 201, "{}", meant.text());
        let target = meant.header("location").strip_prefix(crate::support::BASE).unwrap().to_owned();
        let hours = patch(&service, &who, &target, json!({"properties": {"opening_hours": "24/7"}})).await;
        assert_eq!(
            hours.status,
            200,
            "where it was allowed to be it is not asked about again: {}",
            hours.text()
        );
        for junk in ["outside=yes", "outside", "inside=allow", "outside=allow&outside=allow"] {
            let answer =
                client.write(&who, Method::POST, &format!("{ITEMS}?{junk}"), &[GEO], far.to_string()).await;
            assert_eq!(answer.status, 400, "{junk}");
        }
    }
}

#[tokio::test]
async fn a_theatre_keeps_its_own_venue_and_nothing_else() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, admin) = (&service.client, person(&service.app, profile(&[Role::Admin])).await);
        organisation(&service.app, "lantern", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let mut stage = profile(&[Role::Publisher]);
        stage.organisation = OrganisationId::new("lantern").ok();
        let theatre = person(&service.app, stage).await;
        let venue = |id: &str| format!("/v1/collections/venues/items/{id}");
        for (who, target, want) in [
            (&theatre, venue("ven-lantern-theatre"), 200),
            (&theatre, venue("ven-bandstand"), 403),
            (&theatre, CAR_PARK.to_owned(), 403),
            // An admin says who may; it does not write.
            (&admin, venue("ven-lantern-theatre"), 403),
        ] {
            let answer = patch(&service, who, &target, json!({"properties": {"description": "Ours"}})).await;
            assert_eq!(answer.status, want, "{target}: {}", answer.text());
        }
        let headers = [MERGE, ("if-match", "\"1\"")];
        let absent = client.write(&theatre, Method::PATCH, &venue("ven-none"), &headers, "{}").await;
        assert_eq!(absent.status, 404, "{}", absent.text());
        let made = client
            .write(
                &theatre,
                Method::POST,
                "/v1/collections/toilets/items",
                &[GEO],
                new_toilet("Theirs").to_string(),
            )
            .await;
        assert_eq!(made.status, 403, "{}", made.text());
    }
}

#[tokio::test]
async fn who_does_not_reach_a_place_is_not_told_that_it_was_deleted() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        organisation(&service.app, "lantern", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let mut stage = profile(&[Role::Publisher]);
        stage.organisation = OrganisationId::new("lantern").ok();
        let theatre = person(&service.app, stage).await;
        let tag = client.get(CAR_PARK).await.header("etag").to_owned();
        let gone = client.write(&who, Method::DELETE, CAR_PARK, &[("if-match", &tag)], "").await;
        assert_eq!(gone.status, 204, "{}", gone.text());
        let asked = async |id: &str| {
            let target = format!("/v1/collections/car-parks/items/{id}/undo");
            let answer =
                client.write(&theatre, Method::POST, &target, &[("if-match", gone.header("etag"))], "").await;
            (answer.problem(), answer.json()["detail"].as_str().unwrap().replace(id, "ID"))
        };
        assert_eq!(asked("cp-north-sands").await, asked("cp-never-was").await);
    }
}

#[tokio::test]
async fn a_shape_that_reaches_far_out_is_outside_though_its_pin_is_within() {
    for service in services(SANDHAVEN, NOON).await {
        let who = publisher(&service).await;
        let ring =
            [[-3.46, 54.60], [-3.44, 54.60], [3.0, 56.0], [-3.44, 54.61], [-3.46, 54.61], [-3.46, 54.60]];
        let shape = json!({"type": "Polygon", "coordinates": [ring]});
        let beach = "/v1/collections/beaches/items/beach-north-sands";
        let refused = patch(&service, &who, beach, json!({"geometry": shape})).await;
        assert_eq!(
            (refused.status.as_u16(), refused.problem().1.as_str()),
            (422, "outside-area"),
            "{}",
            refused.text()
        );
    }
}
