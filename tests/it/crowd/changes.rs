//! A report is taken back or confirmed, and the audit and the log say so.
use super::{COVE, JSON, NOON, REPORTS, SANDS, counted, one, patrol, sent, supervisor, words};
use crate::support::ledger::Ledger;
use crate::support::people::{Person, beaches, person, profile};
use crate::support::{SANDHAVEN, Service, at, services};
use axum::http::Method;
use chrono::TimeDelta;
use promenade::access::Role;
use serde_json::{Value, json};

async fn withdraw(service: &Service, who: &Person, id: &Value) -> u16 {
    let target = format!("{REPORTS}/{}", id.as_str().unwrap());
    service.client.write(who, Method::DELETE, &target, &[], "").await.status.as_u16()
}

async fn confirm(service: &Service, who: &Person, id: &Value) -> (u16, Value) {
    let target = format!("{REPORTS}/{}/confirm", id.as_str().unwrap());
    let answer = service.client.write(who, Method::POST, &target, &[], "").await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn a_report_is_withdrawn_by_its_author_and_by_the_supervisor_of_its_beach_alone() {
    for service in services(SANDHAVEN, NOON).await {
        let author = patrol(&service, &[COVE], None).await;
        let [admin, auditor] = [
            person(&service.app, profile(&[Role::Admin])).await,
            person(&service.app, profile(&[Role::Auditor])).await,
        ];
        let others = [
            (patrol(&service, &[COVE], None).await, 404),
            (patrol(&service, &[COVE, SANDS], None).await, 404),
            (supervisor(&service, &[SANDS]).await, 404),
            (admin, 403),
            (auditor.clone(), 403),
        ];
        for who in [author.clone(), supervisor(&service, &[COVE]).await] {
            service.clock.set(at(NOON));
            let report = counted(COVE, -1, 10);
            sent(&service, &author, NOON, std::slice::from_ref(&report)).await;
            let before = Ledger::of(&service.store).await;
            for (other, status) in &others {
                assert_eq!(withdraw(&service, other, &report["id"]).await, *status, "{}", service.name);
            }
            assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
            let first = one(&service, &auditor, &report["id"]).await;

            service.clock.set(at(NOON) + TimeDelta::milliseconds(1_500));
            assert_eq!(withdraw(&service, &who, &report["id"]).await, 204, "{}", service.name);
            let ledger = Ledger::of(&service.store).await;
            assert_eq!(ledger.changes.len(), before.changes.len() + 1);
            let (revision, collection, beach, op, version) = ledger.changes.last().unwrap().clone();
            assert_eq!(
                (collection.as_str(), beach.as_str(), op.as_str(), version),
                ("crowd", COVE, "put", 0)
            );
            let mut withdrawn = first.clone();
            withdrawn["withdrawn_at"] = json!("2026-07-18T12:00:01.500Z");
            withdrawn["revision"] = json!(revision);
            assert_eq!(one(&service, &auditor, &report["id"]).await, withdrawn);
            let row = ledger.audit.last().unwrap();
            assert_eq!(ledger.audit.len(), before.audit.len() + 1);
            assert_eq!(
                (row.command.as_str(), row.subject.clone(), row.actor.clone()),
                (
                    "withdraw_report",
                    format!("crowd-reports/{}", report["id"].as_str().unwrap()),
                    who.actor.to_string()
                )
            );
            let kept = |text: &Option<String>| serde_json::from_str::<Value>(text.as_ref().unwrap()).unwrap();
            assert_eq!(kept(&row.before)["withdrawn_at"], Value::Null);
            assert_eq!(kept(&row.after)["withdrawn_at"], "2026-07-18T12:00:01.500Z");
            assert_eq!(kept(&row.after)["count"], 10);

            service.clock.set(at(NOON) + TimeDelta::hours(1));
            for again in [&author, &who] {
                assert_eq!(withdraw(&service, again, &report["id"]).await, 204);
            }
            assert_eq!(Ledger::of(&service.store).await, ledger, "{}: once is enough", service.name);
        }
        assert_eq!(withdraw(&service, &author, &json!("nonsense")).await, 404);
        assert_eq!(withdraw(&service, &author, &counted(COVE, 0, 0)["id"]).await, 404);
    }
}

#[tokio::test]
async fn a_report_is_confirmed_by_the_supervisor_of_its_beach_alone_unless_it_was_withdrawn() {
    for service in services(SANDHAVEN, NOON).await {
        let author = patrol(&service, &[COVE, SANDS], None).await;
        let chief = supervisor(&service, &[COVE]).await;
        let elsewhere = supervisor(&service, &[SANDS]).await;
        let mut both = profile(&[Role::Patrol, Role::Supervisor]);
        both.beaches = beaches(&[COVE, SANDS]);
        let both = person(&service.app, both).await;
        let (report, taken_back) = (counted(COVE, -1, 90_000), counted(COVE, -2, 80_000));
        sent(&service, &author, NOON, &[report.clone(), taken_back.clone()]).await;
        let before = Ledger::of(&service.store).await;
        for (who, status) in [
            (&author, 403),
            (&elsewhere, 404),
            (&person(&service.app, profile(&[Role::Auditor])).await, 403),
            (&person(&service.app, profile(&[Role::Admin])).await, 403),
        ] {
            assert_eq!(confirm(&service, who, &report["id"]).await.0, status, "{}", service.name);
        }
        assert_eq!(withdraw(&service, &author, &taken_back["id"]).await, 204);
        assert_eq!(confirm(&service, &chief, &taken_back["id"]).await.0, 409, "{}", service.name);
        // Nobody knows how many people the cove has room for, so no count of it is too many.
        assert_eq!(one(&service, &chief, &report["id"]).await["awaiting_confirmation"], false);

        service.clock.set(at(NOON) + TimeDelta::minutes(1));
        let (status, confirmed) = confirm(&service, &chief, &report["id"]).await;
        assert_eq!((status, &confirmed["confirmed_at"]), (200, &json!("2026-07-18T12:01:00Z")));
        assert_eq!(one(&service, &chief, &report["id"]).await, confirmed);
        let ledger = Ledger::of(&service.store).await;
        assert_eq!(confirmed["revision"], ledger.head.revision.0);
        let row = ledger.audit.last().unwrap();
        assert_eq!((row.command.as_str(), &row.actor), ("confirm_report", &chief.actor.to_string()));
        assert!(before.audit.len() < ledger.audit.len());
        service.clock.set(at(NOON) + TimeDelta::minutes(2));
        assert_eq!(confirm(&service, &both, &report["id"]).await, (200, confirmed.clone()), "once is enough");
        assert_eq!(Ledger::of(&service.store).await, ledger, "{}", service.name);
        // What was confirmed may still be taken back, and sent again it is known as it is.
        assert_eq!(withdraw(&service, &chief, &report["id"]).await, 204);
        let stored = one(&service, &chief, &report["id"]).await;
        assert_eq!(
            (&stored["confirmed_at"], &stored["withdrawn_at"]),
            (&confirmed["confirmed_at"], &json!("2026-07-18T12:02:00Z"))
        );
        assert_eq!(confirm(&service, &chief, &report["id"]).await.0, 409);
        assert_eq!(words(&sent(&service, &author, NOON, &[report]).await), ["duplicate"]);
    }
}

#[tokio::test]
async fn who_may_not_confirm_their_own_report_from_a_beach_they_lost_is_told_that_it_is_not_theirs() {
    for service in services(SANDHAVEN, NOON).await {
        let mut both = profile(&[Role::Patrol, Role::Supervisor]);
        both.beaches = beaches(&[COVE, SANDS]);
        let who = person(&service.app, both).await;
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        let report = counted(COVE, -1, 90_000);
        sent(&service, &who, NOON, std::slice::from_ref(&report)).await;
        let less = json!({"name": "Both", "roles": ["patrol", "supervisor"], "beaches": [SANDS]});
        let headers = [JSON, ("if-match", "\"1\"")];
        let target = format!("/v1/actors/{}", who.actor);
        let done = service.client.write(&admin, Method::PUT, &target, &headers, less.to_string()).await;
        assert_eq!(done.status, 200, "{}", done.text());
        assert_eq!(confirm(&service, &who, &report["id"]).await.0, 403, "{}", service.name);
        assert_eq!(withdraw(&service, &who, &report["id"]).await, 204, "its own it may take back");
    }
}

#[tokio::test]
async fn a_batch_is_one_row_of_the_audit_and_a_line_in_the_log_for_each_beach() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE, SANDS], None).await;
        let before = Ledger::of(&service.store).await;
        let batch = [
            counted(SANDS, -1, 1),
            counted(COVE, -2, 2),
            counted(SANDS, -3, 3),
            counted("beach-nowhere", -3, 4),
            json!({"id": counted(COVE, 0, 0)["id"], "beach": COVE, "observed_at": NOON, "band": "full"}),
        ];
        let results = sent(&service, &who, NOON, &batch).await;
        let ledger = Ledger::of(&service.store).await;
        let lines: Vec<_> = ledger.changes[before.changes.len()..]
            .iter()
            .map(|(_, collection, id, ..)| (collection.as_str(), id.as_str()))
            .collect();
        assert_eq!(lines, [("crowd", SANDS), ("crowd", COVE)], "{}", service.name);
        let revision = ledger.head.revision.0;
        assert_eq!(
            [&results[0], &results[1]].map(|r| r["revision"].as_i64().unwrap()),
            [revision - 1, revision]
        );
        let [row] = &ledger.audit[before.audit.len()..] else { panic!("one row") };
        assert_eq!(
            (row.command.as_str(), row.subject.as_str(), &row.actor, &row.before),
            ("report_crowd", "crowd-reports", &who.actor.to_string(), &None)
        );
        let kept: Value = serde_json::from_str(row.after.as_ref().unwrap()).unwrap();
        assert_eq!(
            kept[0],
            json!({
                "id": batch[0]["id"], "beach": SANDS, "observed_at": "2026-07-18T11:59:00Z", "received_at": NOON,
                "skew_ms": 0, "author": who.actor.to_string(), "role": "patrol", "count": 1, "method": "counted"
            })
        );
        assert_eq!(kept.as_array().unwrap().len(), 4);
        assert_eq!((&kept[3]["band"], &kept[3]["count"]), (&json!("full"), &Value::Null));
        // Nothing new, nothing written; one new one, one line.
        sent(&service, &who, NOON, &batch).await;
        assert_eq!(Ledger::of(&service.store).await, ledger, "{}", service.name);
        sent(&service, &who, NOON, &[batch[0].clone(), counted(COVE, -9, 9)]).await;
        let after = Ledger::of(&service.store).await;
        assert_eq!(
            (after.changes.len(), after.audit.len()),
            (ledger.changes.len() + 1, ledger.audit.len() + 1)
        );
    }
}

#[tokio::test]
async fn a_count_that_nobody_would_believe_waits_and_says_so() {
    for service in services(SANDHAVEN, NOON).await {
        let (author, chief) = (patrol(&service, &[SANDS], None).await, supervisor(&service, &[SANDS]).await);
        let report = counted(SANDS, -1, 90_000);
        let answered = sent(&service, &author, NOON, std::slice::from_ref(&report)).await;
        assert_eq!(answered[0]["level"], "unknown", "{}: it is not used", service.name);
        assert_eq!(answered[0]["awaiting_confirmation"], true);
        assert_eq!(one(&service, &chief, &report["id"]).await["awaiting_confirmation"], true);
        assert_eq!(confirm(&service, &chief, &report["id"]).await.0, 200);
        assert_eq!(one(&service, &chief, &report["id"]).await["awaiting_confirmation"], false);
        let statuses = service.client.json("/v1/beaches/status").await;
        let sands =
            statuses["beaches"].as_array().unwrap().iter().find(|beach| beach["id"] == SANDS).unwrap();
        assert_eq!(sands["crowd"]["level"], "red", "{}", service.name);
    }
}
