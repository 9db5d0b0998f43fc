//! How often may be applied, and how many may wait.
use super::{NOON, decide, person, profile};
use crate::support::applications::{application, applied, apply};
use crate::support::{SANDHAVEN, at, services};
use chrono::TimeDelta;
use promenade::access::Role;
use serde_json::json;

#[tokio::test]
async fn an_address_applies_three_times_an_hour() {
    for service in services(SANDHAVEN, NOON).await {
        for _ in 0..3 {
            applied(&service, 1).await;
        }
        let fourth = apply(&service, 1, &application()).await;
        assert_eq!(
            (fourth.status.as_u16(), fourth.header("retry-after")),
            (429, "3601"),
            "{}",
            fourth.text()
        );
        applied(&service, 2).await;
        service.clock.set(at("2026-07-18T13:00:00Z"));
        applied(&service, 1).await;
    }
}

#[tokio::test]
async fn two_hundred_wait_and_no_more() {
    for service in services(SANDHAVEN, NOON).await {
        let first = applied(&service, 0).await;
        for n in 1..200 {
            if n % 100 == 0 {
                let crowded = apply(&service, n, &application()).await;
                assert_eq!(crowded.status, 429, "a hundred an hour are all that are taken");
                service.clock.set(service.clock.now() + TimeDelta::hours(1));
            }
            applied(&service, n).await;
        }
        service.clock.set(service.clock.now() + TimeDelta::hours(1));
        // Who finds no room has asked all the same.
        for _ in 0..3 {
            let more = apply(&service, 200, &application()).await;
            assert_eq!((more.status.as_u16(), more.header("retry-after")), (429, "3600"), "{}", more.text());
        }
        let admin = person(&service.app, profile(&[Role::Admin])).await;
        decide(&service, &admin, &first, "refuse", 1, json!({"reason": "No."})).await;
        assert_eq!(apply(&service, 200, &application()).await.status, 429);
        applied(&service, 201).await;
    }
}
