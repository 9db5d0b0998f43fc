//! An admin keeps organisations, actors and tokens over HTTP; what is written to it cannot be anything.
use super::{JSON, NOON, said, shown};
use crate::support::client::path_of;
use crate::support::ledger::Ledger;
use crate::support::people::{Person, person, profile};
use crate::support::{BASE, SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::Role;
use promenade::ids::{ActorId, TokenId};
use serde_json::{Value, json};

async fn admin(service: &Service) -> Person {
    person(&service.app, profile(&[Role::Admin])).await
}

#[tokio::test]
async fn an_admin_lets_somebody_in_changes_what_they_may_and_lets_them_out_again() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, admin(&service).await);
        let theatre = json!({"id": "lantern", "name": "Lantern Theatre", "kind": "theatre", "venues": ["ven-lantern-theatre"]});
        let made = said(&service, &who, Method::POST, "/v1/organisations", &theatre).await;
        assert_eq!((made.status.as_u16(), made.header("etag")), (201, "\"1\""), "{}", made.text());
        assert_eq!(made.header("location"), format!("{BASE}/v1/organisations/lantern"));
        let organisation = json!({
            "id": "lantern", "name": "Lantern Theatre", "kind": "theatre", "venues": ["ven-lantern-theatre"],
            "version": 1, "created_at": NOON, "updated_at": NOON
        });
        assert_eq!(made.json(), organisation);
        assert_eq!(shown(&service, &who, "/v1/organisations/lantern").await, organisation);
        let list = shown(&service, &who, "/v1/organisations").await;
        assert_eq!(list, json!({"organisations": [organisation], "links": []}));

        let grace = json!({"name": "Grace", "organisation": "lantern", "roles": ["publisher"]});
        let made = said(&service, &who, Method::POST, "/v1/actors", &grace).await;
        let target = path_of(made.header("location")).to_owned();
        let issued = said(&service, &who, Method::POST, &format!("{target}/tokens"), &json!({})).await;
        assert_eq!((made.status.as_u16(), issued.status.as_u16()), (201, 201), "{}", issued.text());
        assert_eq!(issued.header("cache-control"), "no-store");
        let issued = issued.json();
        let grace = Person {
            actor: ActorId::new(made.json()["id"].as_str().unwrap()).unwrap(),
            token: TokenId::new(issued["id"].as_str().unwrap()).unwrap(),
            text: issued["token"].as_str().unwrap().to_owned(),
        };
        let me = shown(&service, &grace, "/v1/me").await;
        assert_eq!((&me["actor"], &me["organisation"]), (&made.json(), &organisation), "{}", service.name);
        assert_eq!(me["token"], json!({"id": issued["id"], "kind": "staff", "expires_at": null}));

        let edited = json!({"name": "Grace H.", "roles": ["moderator"]});
        let headers = [JSON, ("if-match", "\"1\"")];
        let answer = client.write(&who, Method::PUT, &target, &headers, edited.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.text());
        assert_eq!(shown(&service, &grace, "/v1/me").await["actor"]["roles"], json!(["moderator"]));
        let seen = shown(&service, &who, &target).await;
        assert_eq!((&seen["name"], &seen["organisation"]), (&json!("Grace H."), &Value::Null));
        let tokens: Vec<&Value> = seen["tokens"].as_array().unwrap().iter().collect();
        assert_eq!((tokens.len(), &tokens[0]["created_by"]), (1, &json!(who.actor.to_string())));

        let token = format!("/v1/tokens/{}", grace.token);
        for _ in 0..2 {
            let revoked = client.write(&who, Method::DELETE, &token, &[], "").await;
            assert_eq!(revoked.status, 204, "{}", revoked.text());
            let refused = client.write(&grace, Method::GET, "/v1/me", &[], "").await;
            assert_eq!(refused.problem(), (401, "unauthenticated".to_owned(), None));
        }
        for _ in 0..2 {
            let erased = client.write(&who, Method::DELETE, &target, &[("if-match", "\"2\"")], "").await;
            assert_eq!(erased.status, 204, "{}", erased.text());
        }
        let left = shown(&service, &who, &target).await;
        assert_eq!(
            (&left["name"], &left["erased_at"], &left["version"]),
            (&Value::Null, &json!(NOON), &json!(3))
        );
        let late = said(&service, &who, Method::POST, &format!("{target}/tokens"), &json!({})).await;
        assert_eq!(late.problem(), (409, "conflict".to_owned(), None));
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_is_refused_with_where() {
    const ORGANISATIONS: &str = "/v1/organisations";
    const ACTORS: &str = "/v1/actors";
    for service in services(SANDHAVEN, NOON).await {
        let who = admin(&service).await;
        for (target, document, pointer) in [
            (ORGANISATIONS, json!({"id": "a", "name": "A", "kind": "circus"}), "/kind"),
            (ORGANISATIONS, json!({"id": "A", "name": "A", "kind": "theatre"}), "/id"),
            (ORGANISATIONS, json!({"name": "A", "kind": "theatre"}), "/id"),
            (ORGANISATIONS, json!({"id": "a", "name": " ", "kind": "theatre"}), "/name"),
            (
                ORGANISATIONS,
                json!({"id": "a", "name": "A", "kind": "theatre", "venues": ["v", "V"]}),
                "/venues/1",
            ),
            (ORGANISATIONS, json!({"id": "a", "name": "A", "kind": "theatre", "owner": 1}), "/owner"),
            (ORGANISATIONS, json!({"id": "a", "kind": "theatre"}), "/name"),
            (ORGANISATIONS, json!([]), ""),
            (ACTORS, json!({"name": "A", "roles": []}), "/roles"),
            (ACTORS, json!({"name": "A", "roles": ["admin", "king"]}), "/roles/1"),
            (ACTORS, json!({"name": "A", "roles": ["admin", "auditor"]}), "/roles"),
            (ACTORS, json!({"name": "A", "roles": "admin"}), "/roles"),
            (ACTORS, json!({"name": 7, "roles": ["admin"]}), "/name"),
            (ACTORS, json!({"name": "a\u{202e}b", "roles": ["admin"]}), "/name"),
            (ACTORS, json!({"name": "A", "roles": ["admin"], "email": "nobody"}), "/email"),
            (ACTORS, json!({"name": "A", "roles": ["publisher"]}), "/organisation"),
            (ACTORS, json!({"name": "A", "roles": ["publisher"], "organisation": "none"}), "/organisation"),
            (ACTORS, json!({"name": "A", "roles": ["patrol"]}), "/beaches"),
            (ACTORS, json!({"name": "A", "roles": ["patrol"], "beaches": "some"}), "/beaches"),
            (ACTORS, json!({"name": "A", "roles": ["patrol"], "beaches": ["beach-none"]}), "/beaches"),
            (ACTORS, json!({"name": "A", "roles": ["patrol"], "beaches": ["x", 1]}), "/beaches/1"),
            (ACTORS, json!({"name": "A", "roles": ["admin"], "reports_as": "warden"}), "/reports_as"),
            (ACTORS, json!({"name": "A", "roles": ["admin"], "erased_at": null}), "/erased_at"),
            (ACTORS, json!({"id": "1", "name": "A", "roles": ["admin"]}), "/id"),
        ] {
            let answer = said(&service, &who, Method::POST, target, &document).await;
            let kind = answer.problem();
            assert_eq!(kind, (422, "invalid-document".to_owned(), None), "{document}: {}", answer.text());
            assert_eq!(answer.json()["pointer"], pointer, "{document}: {}", answer.text());
        }
        let own = format!("/v1/actors/{}/tokens", who.actor);
        for expires in [
            "2026-07-18T12:00:00Z",
            "tomorrow",
            "1899-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "9999-12-31T23:59:59-01:00",
        ] {
            let answer = said(&service, &who, Method::POST, &own, &json!({"expires_at": expires})).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["pointer"]), (422, &json!("/expires_at")));
        }
    }
}

#[tokio::test]
async fn when_a_token_expires_is_kept_to_the_millisecond() {
    for service in services(SANDHAVEN, NOON).await {
        let who = admin(&service).await;
        let own = format!("/v1/actors/{}/tokens", who.actor);
        for (given, kept) in [
            ("2026-07-18T12:00:00.0019999Z", "2026-07-18T12:00:00.001Z"),
            ("2199-12-31T23:59:59.9999Z", "2199-12-31T23:59:59.999Z"),
        ] {
            let issued = said(&service, &who, Method::POST, &own, &json!({"expires_at": given})).await;
            assert_eq!(issued.json()["expires_at"], kept, "{}", issued.text());
        }
        let short =
            said(&service, &who, Method::POST, &own, &json!({"expires_at": "2026-07-18T12:00:00.0009Z"}))
                .await;
        assert_eq!(short.problem().1, "invalid-document", "that is noon: {}", short.text());
    }
}

#[tokio::test]
async fn an_admin_makes_edits_and_lets_in_no_auditor() {
    for service in services(SANDHAVEN, NOON).await {
        let who = admin(&service).await;
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        let other = person(&service.app, profile(&[Role::Moderator])).await;
        let before = Ledger::of(&service.store).await;
        let become_one = json!({"name": "A", "roles": ["auditor", "moderator"]});
        let be_none = json!({"name": "A", "roles": ["moderator"]});
        let seen = [JSON, ("if-match", "\"1\"")];
        for (method, target, document) in [
            (Method::POST, "/v1/actors".to_owned(), &become_one),
            (Method::PUT, format!("/v1/actors/{}", other.actor), &become_one),
            (Method::PUT, format!("/v1/actors/{}", who.actor), &json!({"name": "A", "roles": ["auditor"]})),
            (Method::PUT, format!("/v1/actors/{}", auditor.actor), &be_none),
            (Method::POST, format!("/v1/actors/{}/tokens", auditor.actor), &json!({})),
        ] {
            let headers = if method == Method::PUT { &seen[..] } else { &seen[..1] };
            let answer = service.client.write(&who, method, &target, headers, document.to_string()).await;
            assert_eq!(answer.problem(), (403, "forbidden".to_owned(), None), "{target}: {}", answer.text());
        }
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
        // Who is to be let out goes like anybody else.
        let token = format!("/v1/tokens/{}", auditor.token);
        assert_eq!(service.client.write(&who, Method::DELETE, &token, &[], "").await.status, 204);
        let actor = format!("/v1/actors/{}", auditor.actor);
        assert_eq!(service.client.write(&who, Method::DELETE, &actor, &seen[1..], "").await.status, 204);
    }
}

#[tokio::test]
async fn who_changes_something_has_seen_it() {
    for service in services(SANDHAVEN, NOON).await {
        let (client, who) = (&service.client, admin(&service).await);
        let target = format!("/v1/actors/{}", who.actor);
        let actor = json!({"name": "Ada", "roles": ["admin"]}).to_string();
        let put = |headers: &'static [(&str, &str)]| {
            client.write(&who, Method::PUT, &target, headers, actor.clone())
        };
        assert_eq!(put(&[JSON]).await.problem().1, "precondition-required");
        let stale = put(&[JSON, ("if-match", "\"2\"")]).await;
        assert_eq!(stale.problem().1, "stale-version");
        assert_eq!(stale.json()["current_version"], 1);
        assert_eq!(put(&[JSON, ("if-match", "\"1\"")]).await.status, 200);
        let late = client.write(&who, Method::DELETE, &target, &[("if-match", "\"1\"")], "").await;
        assert_eq!(late.problem(), (412, "stale-version".to_owned(), None));
        for target in
            ["/v1/organisations/none", "/v1/actors/none", "/v1/actors/0198f1d2-7b3c-7c1e-8a55-0242ac120002"]
        {
            assert_eq!(client.write(&who, Method::GET, target, &[], "").await.problem().1, "not-found");
        }
        for target in ["/v1/tokens/none", "/v1/tokens/000000000000"] {
            assert_eq!(client.write(&who, Method::DELETE, target, &[], "").await.problem().1, "not-found");
        }
    }
}

#[tokio::test]
async fn a_list_is_paged_to_its_end() {
    for service in services(SANDHAVEN, NOON).await {
        let who = admin(&service).await;
        for n in 0..6 {
            let given = json!({"name": format!("Nobody {n}"), "roles": ["moderator"]});
            assert_eq!(said(&service, &who, Method::POST, "/v1/actors", &given).await.status, 201);
        }
        let (mut names, mut next, mut pages) = (Vec::new(), Some("/v1/actors?limit=3".to_owned()), 0);
        while let Some(target) = next {
            let page = shown(&service, &who, &target).await;
            names.extend(page["actors"].as_array().unwrap().iter().map(|actor| actor["name"].clone()));
            next = page["links"][0]["href"].as_str().map(|href| path_of(href).to_owned());
            pages += 1;
        }
        assert_eq!((names.len(), pages), (7, 3), "{names:?}");
        assert_eq!(names[1..], (0..6).map(|n| json!(format!("Nobody {n}"))).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn the_names_of_people_are_answered_to_an_admin_and_an_auditor_alone() {
    for service in services(SANDHAVEN, NOON).await {
        let roles =
            [Role::Admin, Role::Auditor, Role::Publisher, Role::Supervisor, Role::Patrol, Role::Moderator];
        let mut people = Vec::new();
        for role in roles {
            people.push((role, person(&service.app, profile(&[role])).await));
        }
        let other = &people[0].1.actor.to_string();
        for (role, who) in &people {
            for (_, path) in promenade::http::operations().into_iter().filter(|(method, _)| method == "GET") {
                let target = path.replace("/actors/{id}", &format!("/actors/{other}"));
                let target = target.replace("{collection}", "toilets").replace("{id}", "wc-promenade");
                let answer = service.client.write(who, Method::GET, &target, &[], "").await;
                let sees = answer.text().to_lowercase().contains("canary");
                let may = matches!(role, Role::Admin | Role::Auditor) && path.starts_with("/v1/actors");
                assert_eq!(sees, may || path == "/v1/me", "{role} {target}: {}", answer.text());
            }
        }
    }
}
