//! When the database is silent nobody knows how full the beaches are, and the service says so.
use super::{COVE, SANDS, at, counted, decided, held, patrol, sent, shown};
use crate::support::{SANDHAVEN, Service, services};
use chrono::TimeDelta;
use promenade::beaches::{Access, Colour};
use promenade::store::{Reading, Store};
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};
use std::time::Duration;
use tokio::time::{advance, pause, resume, sleep, timeout};

const NOON: &str = "2026-07-18T12:00:00Z";

/// What keeps a database from answering, until it is dropped.
enum Hush {
    /// All the connections that read.
    Readings(#[expect(dead_code, reason = "held, not read")] Vec<Reading>),
    /// A lock on what every look reads.
    Locked(#[expect(dead_code, reason = "held, not read")] Transaction<'static, Postgres>),
}

async fn silenced(store: &Store) -> Hush {
    match store {
        Store::Sqlite { .. } => {
            let mut readings = Vec::new();
            while let Ok(Ok(reading)) = timeout(Duration::from_millis(300), store.read()).await {
                readings.push(reading);
            }
            Hush::Readings(readings)
        }
        Store::Postgres(pool) => {
            let mut held = pool.begin().await.unwrap();
            sqlx::query("LOCK TABLE head IN ACCESS EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
            Hush::Locked(held)
        }
    }
}

/// Lets so many seconds pass for whoever waits. Time stands still but for that, so nothing else must be under way.
async fn pass(seconds: u64) {
    pause();
    advance(Duration::from_secs(seconds)).await;
    resume();
}

async fn both(service: &Service) -> [Value; 2] {
    [shown(service, SANDS).await, shown(service, COVE).await]
}

#[tokio::test]
async fn a_silent_database_leaves_every_status_unknown_until_it_answers() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[SANDS, COVE], None).await;
        sent(&service, &who, NOON, &[counted(SANDS, 0, 5_000), counted(COVE, 0, 50)]).await;
        let hours = ("2026-07-18T12:00:00Z", "2026-07-18T15:00:00Z");
        decided(&service, COVE, (Some(Colour::Green), Some(Access::Closed)), hours).await;
        let before = both(&service).await;
        assert_eq!([&before[0]["level"], &before[1]["level"]], ["amber", "green"], "{}", service.name);
        assert_eq!(before[1]["access"], "closed");

        let hush = silenced(&service.store).await;
        // The look that is under way, if one is, comes to nothing.
        sleep(Duration::from_millis(1_500)).await;
        pass(15).await;
        assert_eq!(both(&service).await, before, "{}: not yet", service.name);
        pass(20).await;
        for minutes in [0, 1, 12, 70] {
            service.clock.set(at(NOON) + TimeDelta::minutes(minutes));
            let [sands, cove] = both(&service).await;
            for (crowd, reason) in [(&sands, None), (&cove, Some("closed"))] {
                let context = format!("{} {minutes}: {crowd}", service.name);
                assert_eq!([&crowd["level"], &crowd["computed_level"]], ["unknown", "unknown"], "{context}");
                assert_eq!(
                    (&crowd["estimate"], &crowd["freshness"]),
                    (&Value::Null, &json!("none")),
                    "{context}"
                );
                assert!(crowd["reasons"].as_array().unwrap().contains(&json!("no_contact")), "{context}");
                assert_eq!(crowd["access"], reason.unwrap_or("open"), "{context}");
            }
            for target in [
                "/v1/collections/beaches/items/beach-north-sands",
                "/v1/nearby?near=Sandhaven&radius_m=25000",
            ] {
                let text = service.client.get(target).await.text();
                assert!(
                    !text.contains("\"level\":\"amber\"") && text.contains("\"level\":\"unknown\""),
                    "{text}"
                );
            }
            let near =
                service.client.json("/v1/nearby?near=Sandhaven&radius_m=25000&crowd=green,amber").await;
            assert_eq!(near["numberReturned"], 0, "{near}");
            let elsewhere = service.client.json("/v1/beaches/beach-gull-cove/alternatives").await;
            assert_eq!(elsewhere["alternatives"], json!([]));
        }
        service.clock.set(at(NOON));
        drop(hush);
        let back = async {
            while service.app.snapshot().is_blind() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(Duration::from_secs(30), back).await.expect("it is heard from again");
        assert_eq!(both(&service).await, before, "{}: nobody has reported since", service.name);
        for beach in [SANDS, COVE] {
            held(&service, beach).await;
        }
    }
}

#[tokio::test]
async fn what_was_decided_and_counted_while_the_database_was_silent_is_shown_after_it() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[SANDS], None).await;
        sent(&service, &who, NOON, &[counted(SANDS, 0, 5_000)]).await;
        let hush = silenced(&service.store).await;
        sleep(Duration::from_millis(1_500)).await;
        pass(35).await;
        // The first that asks is told so, whether the follower has found out or not.
        assert_eq!(shown(&service, SANDS).await["level"], "unknown", "{}", service.name);
        drop(hush);
        // Told by the follower that it is shown, as soon as the report is answered.
        service.clock.set(at("2026-07-18T12:00:01Z"));
        let mut report = counted(SANDS, 0, 9_900);
        report["observed_at"] = json!("2026-07-18T12:00:01Z");
        let accepted = async {
            loop {
                let answer = super::super::answer(
                    &service,
                    &who,
                    "2026-07-18T12:00:01Z",
                    std::slice::from_ref(&report),
                )
                .await;
                if answer.status == 200 {
                    return answer.json();
                }
                sleep(Duration::from_millis(100)).await;
            }
        };
        let answer = timeout(Duration::from_secs(30), accepted).await.expect("an answer");
        assert_eq!(answer["results"][0]["level"], "red", "{}: {answer}", service.name);
        held(&service, SANDS).await;
    }
}
