//! Days are the area's, also those of 23 and 25 hours; and clocks that differ agree on what was counted.
use super::{SANDS, at, counted, decided, held, looked, patrol, sent, shown, written};
use crate::support::{SANDHAVEN, services};
use chrono::TimeDelta;
use promenade::beaches::Colour;
use serde_json::json;

#[tokio::test]
async fn a_status_holds_until_the_midnight_of_the_area_also_when_the_clocks_change() {
    // The instant, and the midnight after it: the last day of summer time, that of 25 hours, that of 23.
    for (now, midnight) in [
        ("2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z"),
        ("2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"),
        ("2026-10-25T23:59:59.999Z", "2026-10-26T00:00:00Z"),
        ("2026-10-26T00:00:00Z", "2026-10-27T00:00:00Z"),
        ("2026-03-28T23:59:59.999Z", "2026-03-29T00:00:00Z"),
        ("2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"),
        ("2026-03-29T22:59:59.999Z", "2026-03-29T23:00:00Z"),
        ("2026-03-29T23:00:00Z", "2026-03-30T23:00:00Z"),
    ] {
        for service in services(SANDHAVEN, now).await {
            assert_eq!(held(&service, SANDS).await["valid_until"], midnight, "{} {now}", service.name);
            // One that was counted just now holds for an hour, but not into another day.
            let who = patrol(&service, &[SANDS], None).await;
            let mut report = counted(SANDS, 0, 500);
            report["observed_at"] = json!(now);
            sent(&service, &who, now, &[report]).await;
            let crowd = held(&service, SANDS).await;
            let holds = (at(now) + TimeDelta::hours(1)).min(at(midnight));
            assert_eq!(
                [&crowd["level"], &crowd["valid_until"]],
                ["green", &written(holds)],
                "{} {now}",
                service.name
            );
            service.clock.set(at(midnight));
            assert_eq!(
                shown(&service, SANDS).await["level"],
                "unknown",
                "nobody has looked yet, and nobody need"
            );
            looked(&service).await;
            assert_eq!(held(&service, SANDS).await["level"], "unknown", "{} {now}", service.name);
        }
    }
}

#[tokio::test]
async fn each_instant_of_the_days_of_23_and_25_hours_is_shown_as_the_rule_has_it() {
    for (midnight, hours) in [("2026-10-24T23:00:00Z", 25), ("2026-03-29T00:00:00Z", 23)] {
        for service in services(SANDHAVEN, midnight).await {
            let who = [patrol(&service, &[SANDS], None).await, patrol(&service, &[SANDS], None).await];
            let mut fresh = 0;
            for tens in 0..hours * 6 + 6 {
                let now = at(midnight) + TimeDelta::minutes(10 * tens);
                service.clock.set(now);
                looked(&service).await;
                // Counted each half hour of the first three and the last two.
                let hour = tens / 6;
                if (hour < 3 || hours - 2 <= hour) && tens % 3 == 0 {
                    let people = u32::try_from(700 + 250 * (tens % 8)).unwrap();
                    let mut report = counted(SANDS, 0, people);
                    report["observed_at"] = json!(written(now));
                    let who = &who[usize::try_from(tens % 2).unwrap()];
                    sent(&service, who, &written(now), &[report]).await;
                }
                fresh += usize::from(held(&service, SANDS).await["freshness"] == "fresh");
            }
            // In tens of minutes: up to an hour after 02:30, the last two hours, and one of the next day.
            assert_eq!(fresh, 21 + 12 + 6, "{} {midnight}", service.name);
        }
    }
}

#[tokio::test]
async fn a_report_that_a_clock_ahead_has_received_counts_from_when_it_was_observed() {
    const NOON: &str = "2026-07-18T12:00:00Z";
    const LATER: &str = "2026-07-18T12:10:00.500Z";
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[SANDS], None).await;
        service.clock.set(at(LATER));
        let mut report = counted(SANDS, 0, 500);
        report["observed_at"] = json!(LATER);
        sent(&service, &who, LATER, &[report]).await;
        // As on another node, whose clock is right: it hears of the report before it was observed.
        service.clock.set(at(NOON));
        decided(&service, SANDS, (Some(Colour::Red), None), (NOON, "2026-07-18T12:05:00Z")).await;
        let before = shown(&service, SANDS).await;
        assert_eq!([&before["level"], &before["computed_level"]], ["red", "unknown"], "{}", service.name);
        service.clock.set(at("2026-07-18T12:10:00.499Z"));
        let before = shown(&service, SANDS).await;
        assert_eq!([&before["level"], &before["valid_until"]], ["unknown", LATER], "{}", service.name);
        // And nobody looks again.
        service.clock.set(at(LATER));
        assert_eq!(held(&service, SANDS).await["level"], "green", "{}", service.name);
        service.app.reconcile().await.unwrap();
        service.clock.set(at(LATER) + TimeDelta::minutes(50));
        assert_eq!(held(&service, SANDS).await["level"], "green", "{}", service.name);
    }
}
