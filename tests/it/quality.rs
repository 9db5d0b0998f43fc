//! What staff are told to look at, over HTTP. The rules are tested beside them.
use crate::support::client::{link, path_of};
use crate::support::people::{Person, organisation, person, profile};
use crate::support::places::{renamed, toilet};
use crate::support::{BASE, SANDHAVEN, Service, at, services};
use axum::http::Method;
use promenade::access::{By, OrganisationKind, Role};
use promenade::command::{Command, Expected};
use promenade::ids::{OrganisationId, RequestId};
use serde_json::{Value, json};

const NOON: &str = "2026-07-18T12:00:00Z";

/// GETs `target` as `who`, as JSON.
async fn json(service: &Service, who: &Person, target: &str) -> Value {
    let answer = service.client.write(who, Method::GET, target, &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"), "{target}");
    answer.json()
}

/// The ids and findings of every page from `target` on.
async fn listed(service: &Service, who: &Person, target: &str) -> Vec<(String, Vec<String>)> {
    let (mut rows, mut next) = (Vec::new(), Some(target.to_owned()));
    while let Some(target) = next {
        let page = json(service, who, &target).await;
        for item in page["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap().to_owned();
            let address =
                format!("{BASE}/v1/collections/{}/items/{id}", item["collection"].as_str().unwrap());
            assert_eq!(item["href"], address);
            assert_eq!(service.client.json(path_of(&address)).await["properties"]["name"], item["name"]);
            let findings = item["findings"].as_array().unwrap().iter();
            rows.push((id, findings.map(|f| f["finding"].as_str().unwrap().to_owned()).collect()));
        }
        next = link(&page, "next").map(|link| path_of(link["href"].as_str().unwrap()).to_owned());
    }
    rows
}

fn ids(rows: &[(String, Vec<String>)]) -> Vec<&str> {
    rows.iter().map(|(id, _)| id.as_str()).collect()
}

#[tokio::test]
async fn staff_see_what_wants_looking_at_the_worst_first() {
    for service in services(SANDHAVEN, NOON).await {
        let who = person(&service.app, profile(&[Role::Auditor])).await;
        let page = json(&service, &who, "/v1/quality").await;
        // Fifteen places, of which one is closed for good.
        assert_eq!(
            (&page["looked_at"], &page["months"], &page["numberMatched"]),
            (&json!(14), &json!(12), &json!(14))
        );
        assert_eq!(
            page["counts"],
            json!({
                "outside_boundary": 0, "likely_duplicate": 0, "unreadable_hours": 0, "approximate_position": 2,
                "no_hours": 5, "not_verified": 14
            }),
            "{}",
            service.name
        );
        let all = listed(&service, &who, "/v1/quality").await;
        assert_eq!(ids(&all)[..2], ["cp-cove-field", "beach-gull-cove"], "{}", service.name);
        assert_eq!(all[0].1, ["approximate_position", "no_hours", "not_verified"]);
        assert_eq!(all[1].1, ["approximate_position", "not_verified"]);
        assert_eq!(all.len(), 14);
        for limit in [1, 5, 13, 14] {
            assert_eq!(listed(&service, &who, &format!("/v1/quality?limit={limit}")).await, all, "{limit}");
        }
        let some = listed(&service, &who, "/v1/quality?finding=no_hours&limit=2").await;
        assert!(
            some.len() == 5 && some.iter().all(|(_, findings)| findings.contains(&"no_hours".to_owned()))
        );
        let toilets = json(&service, &who, "/v1/quality?collection=toilets&finding=no_hours").await;
        assert_eq!((&toilets["looked_at"], &toilets["counts"]["not_verified"]), (&json!(2), &json!(2)));
        assert_eq!((&toilets["numberMatched"], &toilets["items"]), (&json!(0), &json!([])));
    }
}

#[tokio::test]
async fn a_duplicate_that_somebody_makes_is_seen_at_once_and_gone_when_it_is_renamed() {
    for service in services(SANDHAVEN, NOON).await {
        let who = person(&service.app, profile(&[Role::Auditor])).await;
        let put = async |feature| {
            let command = Command::Put { feature, expected: Expected::Anything };
            service.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
        };
        put(toilet("wc-new", "North Quay Toilets")).await;
        put(toilet("wc-newer", "Toilets, North Quay (new)")).await;
        let page = json(&service, &who, "/v1/quality?finding=likely_duplicate").await;
        let pairs: Vec<Value> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| json!([i["id"], i["findings"][0]["other"]]))
            .collect();
        assert_eq!(pairs, [json!(["wc-new", "wc-newer"]), json!(["wc-newer", "wc-new"])], "{}", service.name);
        assert_eq!(page["items"][0]["findings"][0]["detail"], "`Toilets, North Quay (new)` is 0 m away");
        put(renamed(&toilet("wc-newer", "x"), "South Quay Toilets")).await;
        let page = json(&service, &who, "/v1/quality?finding=likely_duplicate").await;
        assert_eq!(page["numberMatched"], 0, "{}", service.name);
        assert_eq!(service.app.clock().now(), at(NOON));
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    for service in services(SANDHAVEN, NOON).await {
        let who = person(&service.app, profile(&[Role::Auditor])).await;
        let page = json(&service, &who, "/v1/quality?limit=1").await;
        let next = path_of(link(&page, "next").unwrap()["href"].as_str().unwrap()).to_owned();
        let cursor = next.split("cursor=").nth(1).unwrap();
        for (query, kind, parameter) in [
            ("collection=loos", "invalid-parameter", "collection"),
            ("finding=untidy", "invalid-parameter", "finding"),
            ("months=0", "invalid-parameter", "months"),
            ("months=121", "invalid-parameter", "months"),
            ("months=%2B6", "invalid-parameter", "months"),
            ("months=1.5", "invalid-parameter", "months"),
            ("limit=0", "invalid-parameter", "limit"),
            ("cursor=x", "invalid-cursor", "cursor"),
            (&format!("cursor={cursor}&months=13"), "invalid-cursor", "cursor"),
            (&format!("cursor={}", cursor.replace("car-parks", "loos")), "invalid-cursor", "cursor"),
        ] {
            let target = format!("/v1/quality?{query}");
            let answer = service.client.write(&who, Method::GET, &target, &[], "").await;
            let want = (400, kind.to_owned(), Some(parameter.to_owned()));
            assert_eq!(answer.problem(), want, "{} {query}", service.name);
        }
        assert_eq!(json(&service, &who, &next).await["numberReturned"], 1);
    }
}

#[tokio::test]
async fn each_sees_what_is_theirs_to_mend() {
    for service in services(SANDHAVEN, NOON).await {
        let tourism = person(&service.app, profile(&[Role::Publisher])).await;
        organisation(&service.app, "theatre", OrganisationKind::Theatre, &["ven-lantern-theatre"]).await;
        let mut of_theatre = profile(&[Role::Publisher]);
        of_theatre.organisation = Some(OrganisationId::new("theatre").unwrap());
        let theatre = person(&service.app, of_theatre).await;
        assert_eq!(json(&service, &tourism, "/v1/quality").await["looked_at"], 14, "{}", service.name);
        let own = json(&service, &theatre, "/v1/quality").await;
        assert_eq!(
            (&own["looked_at"], &own["numberMatched"], &own["counts"]["not_verified"]),
            (&json!(1), &json!(1), &json!(1))
        );
        assert_eq!(own["items"][0]["id"], "ven-lantern-theatre", "{}", service.name);
        for roles in [&[Role::Supervisor][..], &[Role::Admin], &[Role::Patrol], &[Role::Moderator]] {
            let other = person(&service.app, profile(roles)).await;
            let answer = service.client.write(&other, Method::GET, "/v1/quality", &[], "").await;
            assert_eq!(answer.problem().0, 403, "{} {roles:?}", service.name);
        }
        assert_eq!(service.client.get("/v1/quality").await.problem().0, 401, "{}", service.name);
    }
}
