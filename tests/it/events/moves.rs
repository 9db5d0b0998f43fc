//! Moves between draft and archive.
use super::*;
use crate::support::at;
use crate::support::ledger::Ledger;

#[tokio::test]
async fn an_event_is_moved_as_the_table_of_moves_has_it() {
    for stage in Stage::each().await {
        stage.draft(&weekly("show")).await;
        let mut version = 1;
        for (deed, body, status, publication, event_status) in [
            ("cancel", Value::Null, 409, "draft", "scheduled"),
            ("archive", json!({}), 409, "draft", "scheduled"),
            ("unschedule", Value::Null, 200, "draft", "scheduled"),
            ("publish", json!({"at": "2026-07-18T11:59:59Z"}), 422, "draft", "scheduled"),
            ("publish", json!({"at": "2026-08-01T00:00:00Z"}), 200, "draft", "scheduled"),
            ("unschedule", json!({}), 200, "draft", "scheduled"),
            ("publish", json!({}), 200, "published", "scheduled"),
            ("publish", Value::Null, 200, "published", "scheduled"),
            ("publish", json!({"at": "2026-08-01T00:00:00Z"}), 409, "published", "scheduled"),
            ("unschedule", Value::Null, 409, "published", "scheduled"),
            ("postpone", json!({"reason": "Storm"}), 200, "published", "postponed"),
            ("cancel", json!({"reason": "Still storm"}), 200, "published", "cancelled"),
            ("cancel", Value::Null, 200, "published", "cancelled"),
            ("reinstate", Value::Null, 200, "published", "scheduled"),
            ("archive", Value::Null, 200, "archived", "scheduled"),
            ("cancel", Value::Null, 409, "archived", "scheduled"),
            ("publish", Value::Null, 409, "archived", "scheduled"),
            ("restore", Value::Null, 200, "published", "scheduled"),
        ] {
            let context = format!("{}: {deed} {body} at {version}", stage.service.name);
            let answer = stage.act(&format!("/v1/events/show/{deed}"), version, body).await;
            assert_eq!(answer.status.as_u16(), status, "{context}: {}", answer.text());
            let seen = stage.seen("show").await;
            assert_eq!(seen["properties"]["publication"], publication, "{context}");
            assert_eq!(seen["properties"]["event_status"], event_status, "{context}");
            if status == 200 {
                assert_eq!(answer.json(), seen, "{context}: as the programme shows it");
            }
            version = seen["properties"]["version"].as_i64().unwrap();
            let is_public = stage.public(EVENTS).await == ["show"];
            assert_eq!(is_public, publication == "published", "{context}");
            assert_eq!(stage.public(OCCURRENCES).await.is_empty(), publication != "published", "{context}");
        }
        // What changed nothing wrote nothing: of 18 moves nine did.
        assert_eq!(version, 9);
        let commands: Vec<String> = Ledger::of(&stage.service.store)
            .await
            .audit
            .into_iter()
            .filter(|row| row.subject == "events/show")
            .map(|row| row.command)
            .collect();
        assert_eq!(
            commands,
            [
                "put",
                "publish",
                "unschedule",
                "publish",
                "postpone",
                "cancel",
                "reinstate",
                "archive",
                "restore"
            ]
        );
    }
}

#[tokio::test]
async fn a_reason_is_shown_and_is_not_taken_away_by_silence() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        let cancelled = stage.act("/v1/events/show/cancel", 2, json!({"reason": " The roof leaks. "})).await;
        assert_eq!(cancelled.json()["properties"]["event_status_reason"], "The roof leaks.");
        let again = stage.act("/v1/events/show/cancel", 3, Value::Null).await;
        assert_eq!(again.json(), cancelled.json(), "nothing is written");
        for (body, pointer) in [
            (json!({"reason": "  "}), "/reason"),
            (json!({"reason": "x".repeat(501)}), "/reason"),
            (json!({"reason": 1}), "/reason"),
            (json!({"because": "x"}), "/because"),
            (json!([]), ""),
        ] {
            let refused = stage.act("/v1/events/show/cancel", 3, body.clone()).await;
            assert_eq!(refusal(&refused).0, 422, "{body}: {}", refused.text());
            assert_eq!(refusal(&refused).2, pointer, "{body}");
        }
        let refused = stage.act("/v1/events/show/archive", 3, json!({"reason": "x"})).await;
        assert_eq!(refused.status, 422);
    }
}

#[tokio::test]
async fn who_has_not_seen_the_version_changes_nothing() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        for target in ["/v1/events/show/cancel", "/v1/occurrences/show-20260718t1930/cancel"] {
            let blind = stage.theatre(Method::POST, target, &[], Value::Null).await;
            assert_eq!(blind.status, 428, "{target}");
            let stale = stage.act(target, 1, Value::Null).await;
            assert_eq!(
                (stale.status.as_u16(), &stale.json()["current_version"]),
                (412, &json!(2)),
                "{target}"
            );
        }
        assert_eq!(stage.seen("show").await["properties"]["version"], 2);
    }
}

#[tokio::test]
async fn what_is_published_is_not_deleted_and_not_unpublished_by_an_undo() {
    for stage in Stage::each().await {
        stage.draft(&weekly("show")).await;
        let target = format!("{EVENTS}/show");
        let headers = |tag: &'static str| [("if-match", tag)];
        stage.act("/v1/events/show/publish", 1, Value::Null).await;
        let kept = stage.theatre(Method::DELETE, &target, &headers("\"2\""), Value::Null).await;
        assert_eq!(kept.status, 409, "{}", kept.text());
        let undo = format!("{target}/undo");
        let kept = stage.theatre(Method::POST, &undo, &headers("\"2\""), Value::Null).await;
        assert_eq!(kept.status, 409, "{}", kept.text());
        assert_eq!(stage.public(EVENTS).await, ["show"]);
        // A cancellation can be undone.
        stage.act("/v1/events/show/cancel", 2, Value::Null).await;
        let undone = stage.theatre(Method::POST, &undo, &headers("\"3\""), Value::Null).await;
        assert_eq!(undone.json()["properties"]["event_status"], "scheduled", "{}", undone.text());
        // A draft is deleted, and brought back as a draft.
        stage.draft(&weekly("other")).await;
        let target = format!("{EVENTS}/other");
        let gone = stage.theatre(Method::DELETE, &target, &headers("\"1\""), Value::Null).await;
        assert_eq!(gone.status, 204, "{}", gone.text());
        let back = format!("{target}/undo");
        let back = stage.theatre(Method::POST, &back, &headers("\"2\""), Value::Null).await;
        assert_eq!(back.json()["properties"]["publication"], "draft", "{}", back.text());
    }
}

#[tokio::test]
async fn a_draft_publishes_itself_when_its_time_has_come() {
    for stage in Stage::each().await {
        let (service, when) = (&stage.service, "2026-07-18T13:00:00Z");
        for id in ["first", "second"] {
            stage.draft(&weekly(id)).await;
            let target = format!("/v1/events/{id}/publish");
            let put_off = stage.act(&target, 1, json!({"at": when})).await;
            assert_eq!(put_off.json()["properties"]["publish_at"], when);
        }
        service.clock.set(at("2026-07-18T12:59:59Z"));
        service.app.publish_drafts().await.unwrap();
        assert_eq!(stage.public(EVENTS).await, Vec::<String>::new());
        // Shown on time, though nobody has come to write it down.
        service.clock.set(at(when));
        let mut shown = Vec::new();
        for _ in 0..200 {
            shown = stage.public(EVENTS).await;
            if shown.len() == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(shown, ["first", "second"], "{}", service.name);
        assert_eq!(stage.seen("first").await["properties"]["version"], 2);
        // Whoever moves it meanwhile finds it published.
        let target = "/v1/events/second/unschedule";
        assert_eq!(stage.act(target, 2, Value::Null).await.status, 409);
        let cancelled = stage.act("/v1/events/second/cancel", 2, Value::Null).await;
        assert_eq!(cancelled.json()["properties"]["published_at"], when, "{}", cancelled.text());
        // The duty writes the other down, once, as the system.
        service.clock.set(at("2026-07-18T13:00:07Z"));
        for _ in 0..2 {
            service.app.publish_drafts().await.unwrap();
        }
        let seen = stage.seen("first").await;
        assert_eq!(
            (&seen["properties"]["publication"], &seen["properties"]["version"]),
            (&json!("published"), &json!(3))
        );
        assert_eq!(seen["properties"]["published_at"], when, "when it was meant to, not when it was written");
        assert_eq!(seen["properties"]["publish_at"], Value::Null);
        let ledger = Ledger::of(&service.store).await;
        let last = ledger.audit.iter().rfind(|row| row.subject == "events/first").unwrap();
        assert_eq!((last.actor.as_str(), last.command.as_str()), ("system", "publish"));
    }
}
