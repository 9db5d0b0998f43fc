//! What nobody but its organisation sees, and what no body can set.
use super::*;
use crate::support::ledger::Ledger;

#[tokio::test]
async fn a_draft_is_seen_by_nobody_else() {
    for stage in Stage::each().await {
        let (service, client) = (&stage.service, &stage.service.client);
        let public = [
            EVENTS,
            OCCURRENCES,
            "/v1/collections/events/items?q=whist",
            "/v1/collections/occurrences/items?q=whist",
            "/v1/collections/events/items?organisation=lantern",
            "/v1/collections/occurrences/items?venue=ven-lantern-theatre",
            "/v1/collections/occurrences/items?when=tonight",
            "/v1/nearby?near=Sandhaven&collections=occurrences",
            "/v1/collections/venues/items/ven-lantern-theatre",
            "/v1/collections/events",
            "/v1/collections/occurrences",
        ];
        let mut before = Vec::new();
        for target in public {
            let answer = client.get(target).await;
            before.push((answer.text(), answer.header("etag").to_owned()));
        }
        stage.draft(&weekly("secret")).await;
        for (target, (text, tag)) in public.iter().zip(&before) {
            let answer = client.get(target).await;
            assert_eq!(
                (&answer.text(), answer.header("etag")),
                (text, tag.as_str()),
                "{} {target}",
                service.name
            );
        }
        for target in [format!("{EVENTS}/secret"), format!("{OCCURRENCES}/secret-20260718t1930")] {
            assert_eq!(client.get(&target).await.status, 404, "{target}");
        }
        // Of another organisation, nobody hears that it is there, whatever they try.
        for (method, target, headers, body) in [
            (Method::GET, "/v1/programme/secret", &[][..], Value::Null),
            (Method::GET, "/v1/collections/events/items/secret/history", &[], Value::Null),
            (Method::POST, "/v1/events/secret/publish", &[], Value::Null),
            (Method::POST, "/v1/programme/secret/copy", &[JSON], json!({"starts": "2027-07-17T19:30"})),
            (Method::POST, "/v1/occurrences/secret-20260718t1930/cancel", &[], Value::Null),
            (
                Method::PATCH,
                "/v1/occurrences/secret-20260718t1930",
                &[MERGE],
                json!({"availability": "good"}),
            ),
            (
                Method::PATCH,
                "/v1/collections/events/items/secret",
                &[MERGE],
                json!({"properties": {"name": "x"}}),
            ),
            (Method::DELETE, "/v1/collections/events/items/secret", &[], Value::Null),
        ] {
            let is_read = method == Method::GET;
            for (tag, none) in [("\"1\"", "nowhere"), ("\"7\"", "nowhere")] {
                let headers: Vec<_> =
                    headers.iter().copied().chain((!is_read).then_some(("if-match", tag))).collect();
                let there = stage.asked(&stage.rival, method.clone(), target, &headers, body.clone()).await;
                let elsewhere = target.replace("secret", none);
                let nowhere =
                    stage.asked(&stage.rival, method.clone(), &elsewhere, &headers, body.clone()).await;
                let (there, nowhere) = (there.json(), nowhere.json());
                assert_eq!(there["status"], 404, "{method} {target}: {there}");
                let as_if = there.to_string().replace("secret", none);
                assert_eq!(as_if, nowhere.to_string(), "{method} {target}: told from what is not there");
            }
        }
        let list = stage.asked(&stage.rival, Method::GET, "/v1/programme", &[], Value::Null).await;
        assert_eq!(list.json()["events"], json!([]));
        // Its organisation and whoever watches over everything do.
        for who in [&stage.theatre, &stage.auditor] {
            let list = stage.asked(who, Method::GET, "/v1/programme", &[], Value::Null).await;
            assert_eq!(list.json()["events"][0]["id"], "secret");
            let seen = stage.asked(who, Method::GET, "/v1/programme/secret", &[], Value::Null).await;
            assert_eq!(seen.status, 200);
        }
    }
}

#[tokio::test]
async fn anothers_event_is_seen_when_it_is_published_and_is_not_theirs_to_change() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        for target in ["/v1/events/show/cancel", "/v1/occurrences/show-20260718t1930/cancel"] {
            let refused = stage.act_as(&stage.rival, target, 2, Value::Null).await;
            assert_eq!(refused.status, 403, "{}", refused.text());
            let refused = stage.act_as(&stage.tourism, target, 2, Value::Null).await;
            assert_eq!(refused.status, 403, "{}", refused.text());
            let refused = stage.act_as(&stage.auditor, target, 2, Value::Null).await;
            assert_eq!(refused.status, 403, "{}", refused.text());
        }
        assert_eq!(stage.seen("show").await["properties"]["version"], 2);
    }
}

#[tokio::test]
async fn what_the_server_keeps_is_refused_by_name_and_changes_nothing() {
    for stage in Stage::each().await {
        stage.draft(&weekly("show")).await;
        let before = Ledger::of(&stage.service.store).await;
        for (member, value) in [
            ("organisation", json!("rival")),
            ("publication", json!("published")),
            ("publish_at", json!("2026-08-01T00:00:00Z")),
            ("published_at", json!("2026-07-01T00:00:00Z")),
            ("event_status", json!("cancelled")),
            ("event_status_reason", json!("Because")),
            ("changes", json!([{"occurrence": "2026-07-18T19:30", "event_status": "cancelled"}])),
            ("feed", json!("theirs")),
            ("version", json!(7)),
            ("created_at", json!("2026-07-01T00:00:00Z")),
            ("updated_at", json!("2026-07-01T00:00:00Z")),
            ("next_occurrences", json!([])),
            ("occurrences_until", json!("2026-08-01")),
            ("status", json!("closed")),
        ] {
            let mut created = weekly("other");
            created["properties"][member] = value.clone();
            let mut replaced = weekly("show");
            replaced["properties"][member] = value.clone();
            let target = format!("{EVENTS}/show");
            let patch = json!({"properties": {member: value}});
            let seen = ("if-match", "\"1\"");
            for (method, target, headers, body) in [
                (Method::POST, EVENTS, &[GEO][..], created.clone()),
                (Method::POST, "/v1/programme/preview", &[GEO], created),
                (Method::PUT, target.as_str(), &[GEO, seen], replaced),
                (Method::PATCH, target.as_str(), &[MERGE, seen], patch),
            ] {
                let refused = stage.theatre(method.clone(), target, headers, body).await;
                let (status, _, pointer) = refusal(&refused);
                assert_eq!(status, 422, "{method} {member}: {}", refused.text());
                assert!(pointer.starts_with("/properties"), "{method} {member}: {pointer}");
            }
        }
        assert_eq!(Ledger::of(&stage.service.store).await, before, "{}", stage.service.name);
        // A copy of what was answered has all of them, as they are.
        let mut copy = stage.seen("show").await;
        copy["properties"]["summary"] = json!("Another");
        let headers = [GEO, ("if-match", "\"1\"")];
        let put = stage.theatre(Method::PUT, &format!("{EVENTS}/show"), &headers, copy).await;
        assert_eq!(put.status, 200, "{}", put.text());
        assert_eq!(put.json()["properties"]["publication"], "draft");
    }
}

#[tokio::test]
async fn occurrences_follow_from_events_and_are_not_written() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        let target = format!("{OCCURRENCES}/show-20260718t1930");
        let seen = ("if-match", "\"2\"");
        let date = stage.service.client.json(&target).await;
        for (method, target, headers, body, status) in [
            (Method::POST, OCCURRENCES, &[GEO][..], date.clone(), 405),
            (Method::PUT, &target, &[GEO, seen], date.clone(), 405),
            (Method::PATCH, &target, &[MERGE, seen], json!({"properties": {}}), 405),
            (Method::DELETE, &target, &[seen], Value::Null, 404),
            (Method::POST, &format!("{target}/undo"), &[seen], Value::Null, 404),
            (Method::POST, &format!("{target}/verify"), &[seen], Value::Null, 404),
        ] {
            let refused = stage.theatre(method.clone(), target, headers, body).await;
            assert_eq!(refused.status.as_u16(), status, "{method} {target}: {}", refused.text());
        }
    }
}
