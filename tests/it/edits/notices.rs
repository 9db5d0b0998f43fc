//! Notices, from who writes them to who reads them.
use super::{CAR_PARK, GEO, NOON, patch, publisher};
use crate::support::client::{Answer, ids};
use crate::support::people::{Person, beaches, organisation, person, profile};
use crate::support::{SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::{OrganisationKind, Role};
use promenade::ids::OrganisationId;
use serde_json::{Value, json};

const NOTICES: &str = "/v1/collections/notices/items";

fn notice(name: &str, severity: &str, about: Value) -> Value {
    json!({"type": "Feature", "properties": {"name": name, "severity": severity, "about": about}})
}

async fn post(service: &Service, who: &Person, notice: &Value) -> Answer {
    service.client.write(who, Method::POST, NOTICES, &[GEO], notice.to_string()).await
}

fn names(notices: &Value) -> Vec<&str> {
    notices.as_array().map_or(Vec::new(), |all| all.iter().map(|one| one["name"].as_str().unwrap()).collect())
}

#[tokio::test]
async fn a_notice_stands_on_what_it_is_about_for_as_long_as_it_holds() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let about = json!({"collection": "car-parks", "id": "cp-north-sands"});
        let mut festival = notice("Festival parking", "info", about.clone());
        festival["properties"]["starts_at"] = json!("2026-07-18T13:00:00Z");
        festival["properties"]["ends_at"] = json!("2026-07-18T15:00:00Z");
        let made = post(&service, &who, &festival).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(post(&service, &who, &notice("Barrier broken", "severe", about)).await.status, 201);

        let near = "/v1/nearby?near=Sandhaven&radius_m=25000&collections=car-parks&limit=100";
        for (now, want, cached) in [
            (NOON, &["Barrier broken"][..], 3600),
            ("2026-07-18T12:59:50Z", &["Barrier broken"], 10),
            ("2026-07-18T13:00:00Z", &["Barrier broken", "Festival parking"], 7200),
            ("2026-07-18T14:59:59Z", &["Barrier broken", "Festival parking"], 1),
            ("2026-07-18T15:00:00Z", &["Barrier broken"], 60),
        ] {
            service.clock.set(now.parse().unwrap());
            let item = client.get(CAR_PARK).await;
            assert_eq!(names(&item.json()["properties"]["notices"]), want, "{} {now}", service.name);
            let most = format!("public, max-age={}", cached.min(60));
            assert_eq!(item.header("cache-control"), most, "no cache keeps it beyond the next change, {now}");
            let cards = client.json(near).await;
            let card = |id: &str| {
                cards["features"].as_array().unwrap().iter().find(|card| card["id"] == id).cloned()
            };
            assert_eq!(names(&card("cp-north-sands").unwrap()["properties"]["notices"]), want, "{now}");
        }
        // It is over: the list does not have it, who asks for that time does, and so does who knows its id.
        let all = client.json(NOTICES).await;
        assert_eq!((ids(&all["features"]).len(), &all["numberMatched"]), (1, &json!(1)));
        let then = client.json(&format!("{NOTICES}?datetime=2026-07-18T14:00:00Z")).await;
        assert_eq!(then["numberMatched"], 2);
        let severe =
            client.json(&format!("{NOTICES}?datetime=../2026-07-18T14:00:00Z&severity=severe")).await;
        assert_eq!(severe["numberMatched"], 1);
        assert_eq!(client.json(&format!("{NOTICES}?bbox=-180,-90,180,90")).await["numberMatched"], 0);
    }
}

#[tokio::test]
async fn a_notice_about_more_than_one_place_stands_once_in_each_answer_it_concerns() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        for (name, severity, about) in [
            ("Storm", "warning", json!({})),
            ("Machines out of order", "severe", json!({"collection": "car-parks"})),
        ] {
            assert_eq!(post(&service, &who, &notice(name, severity, about)).await.status, 201);
        }
        for (target, want) in [
            (CAR_PARK, &["Machines out of order", "Storm"][..]),
            ("/v1/collections/car-parks/items", &["Machines out of order", "Storm"]),
            ("/v1/collections/toilets/items", &["Storm"]),
            ("/v1/nearby?near=Sandhaven&collections=toilets", &["Storm"]),
            ("/v1/nearby?near=Sandhaven", &["Machines out of order", "Storm"]),
            (NOTICES, &[]),
        ] {
            assert_eq!(names(&client.json(target).await["notices"]), want, "{target}");
        }
        let storm = client.json(NOTICES).await["features"][0]["id"].as_str().unwrap().to_owned();
        let target = format!("{NOTICES}/{storm}");
        let ended =
            patch(&service, &who, &target, json!({"properties": {"ends_at": "2026-07-18T12:00:01Z"}})).await;
        assert_eq!(ended.status, 200, "{}", ended.text());
        service.clock.set("2026-07-18T12:00:01Z".parse().unwrap());
        let left = client.json("/v1/nearby?near=Sandhaven").await;
        assert_eq!(names(&left["notices"]), ["Machines out of order"]);
    }
}

#[tokio::test]
async fn a_notice_moves_with_its_edit_and_goes_with_its_deletion() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let toilet = "/v1/collections/toilets/items/wc-promenade";
        let about = |collection: &str, id: &str| json!({"collection": collection, "id": id});
        let made = post(&service, &who, &notice("Works", "info", about("car-parks", "cp-north-sands"))).await;
        let target = format!("{NOTICES}/{}", made.json()["id"].as_str().unwrap());
        let shown = async |target: &str| names(&client.json(target).await["properties"]["notices"]).len();
        assert_eq!((shown(CAR_PARK).await, shown(toilet).await), (1, 0));
        let moved = patch(
            &service,
            &who,
            &target,
            json!({"properties": {"about": about("toilets", "wc-promenade")}}),
        );
        let moved = moved.await;
        assert_eq!((shown(CAR_PARK).await, shown(toilet).await), (0, 1), "{}", moved.text());
        let gone =
            client.write(&who, Method::DELETE, &target, &[("if-match", moved.header("etag"))], "").await;
        assert_eq!((gone.status.as_u16(), shown(toilet).await), (204, 0));
        for (about, kind) in [
            (about("toilets", "wc-nowhere"), "invalid-document"),
            (json!({"id": "wc-promenade"}), "invalid-document"),
            (json!({"collection": "notices"}), "invalid-document"),
        ] {
            let refused = post(&service, &who, &notice("Nothing", "info", about)).await;
            assert_eq!(
                (refused.status.as_u16(), refused.problem().1.as_str()),
                (422, kind),
                "{}",
                refused.text()
            );
        }
    }
}

#[tokio::test]
async fn notices_on_beaches_are_the_supervisors_and_all_others_the_tourism_teams() {
    for service in services(SANDHAVEN, NOON).await {
        let tourism = publisher(&service).await;
        organisation(&service.app, "lantern", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let mut stage = profile(&[Role::Publisher]);
        stage.organisation = OrganisationId::new("lantern").ok();
        let theatre = person(&service.app, stage).await;
        let mut sands = profile(&[Role::Supervisor]);
        sands.beaches = beaches(&["beach-north-sands"]);
        let supervisor = person(&service.app, sands).await;
        let on = |collection: &str, id: &str| json!({"collection": collection, "id": id});
        for (about, allowed) in [
            (json!({}), [true, false, false]),
            (json!({"collection": "toilets"}), [true, false, false]),
            (json!({"collection": "beaches"}), [false, false, false]),
            (on("beaches", "beach-north-sands"), [false, false, true]),
            (on("beaches", "beach-gull-cove"), [false, false, false]),
            (on("venues", "ven-lantern-theatre"), [true, true, false]),
            (on("venues", "ven-bandstand"), [true, false, false]),
        ] {
            for (who, allowed) in [&tourism, &theatre, &supervisor].into_iter().zip(allowed) {
                let answer = post(&service, who, &notice("Mind the gap", "info", about.clone())).await;
                let want = if allowed { 201 } else { 403 };
                assert_eq!(answer.status, want, "{} {about}: {}", service.name, answer.text());
            }
        }
        // A notice cannot be carried off to where its writer does not reach.
        let made =
            post(&service, &supervisor, &notice("Tide", "info", on("beaches", "beach-north-sands"))).await;
        let target = format!("{NOTICES}/{}", made.json()["id"].as_str().unwrap());
        for (who, change) in [
            (&supervisor, json!({"about": on("beaches", "beach-gull-cove")})),
            (&supervisor, json!({"about": null})),
            (&tourism, json!({"name": "Ours now"})),
            (&tourism, json!({"about": null})),
        ] {
            let answer = patch(&service, who, &target, json!({"properties": change})).await;
            assert_eq!(answer.problem().1, "forbidden", "{change}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn no_notice_is_left_about_a_place_that_is_gone() {
    const TOILET: &str = "/v1/collections/toilets/items/wc-promenade";
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, publisher(&service).await);
        let about = json!({"collection": "toilets", "id": "wc-promenade"});
        let made = post(&service, &who, &notice("Works", "info", about)).await;
        let target = format!("{NOTICES}/{}", made.json()["id"].as_str().unwrap());
        let delete = async |target: &str, tag: &str| {
            client.write(&who, Method::DELETE, target, &[("if-match", tag)], "").await
        };
        let tag = client.get(TOILET).await.header("etag").to_owned();
        let refused = delete(TOILET, &tag).await;
        assert_eq!(
            (refused.status.as_u16(), refused.problem().1.as_str()),
            (409, "conflict"),
            "{}",
            refused.text()
        );
        let notice = delete(&target, made.header("etag")).await;
        let toilet = delete(TOILET, &tag).await;
        assert_eq!((notice.status.as_u16(), toilet.status.as_u16()), (204, 204));
        // Nor is one brought back to where nothing is.
        let undo = async |target: &str, tag: &str| {
            client.write(&who, Method::POST, &format!("{target}/undo"), &[("if-match", tag)], "").await
        };
        assert_eq!(undo(&target, notice.header("etag")).await.status, 422);
        assert_eq!(undo(TOILET, toilet.header("etag")).await.status, 200);
        assert_eq!(undo(&target, notice.header("etag")).await.status, 200);
        assert_eq!(names(&client.json(TOILET).await["properties"]["notices"]), ["Works"]);
    }
}
