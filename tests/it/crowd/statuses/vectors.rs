//! The vectors by which the rule was specified, over HTTP.
use super::{SANDS, at, held, id, patrol, sandhaven, sent, shown, written};
use crate::support::services_of;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Low at 09:00, high at 15:00.
const TIDES: &str = "low,2026-07-18T09:00Z,0.4\nhigh,2026-07-18T15:00Z,4.2\n";
/// 24,000 m² at low water, 9,000 at high.
const PROFILE: &str = "0.4,24000,4.2,9000";

fn of(count: usize, observed_at: &str) -> Value {
    json!({"id": id(), "beach": SANDS, "observed_at": observed_at, "count": count, "method": "counted"})
}

#[tokio::test]
async fn the_tide_leaves_an_area_for_so_many_people() {
    for service in services_of(&sandhaven(PROFILE, TIDES), "2026-07-18T08:00:00Z").await {
        for (time, height, area, capacity) in [
            ("08:59:59.999", None, 9_000.0, 1_058),
            ("09:00:00", Some(0.40), 24_000.0, 2_823),
            ("10:00:00", Some(0.65), 22_995.0, 2_705),
            ("11:00:00", Some(1.35), 20_250.0, 2_382),
            ("12:00:00", Some(2.30), 16_500.0, 1_941),
            ("13:00:00", Some(3.25), 12_750.0, 1_500),
            ("14:00:00", Some(3.95), 10_005.0, 1_177),
            ("15:00:00", Some(4.20), 9_000.0, 1_058),
            ("15:10:00", None, 9_000.0, 1_058),
        ] {
            service.clock.set(at(&format!("2026-07-18T{time}Z")));
            let crowd = held(&service, SANDS).await;
            // The tide is shown as of a whole ten minutes.
            let crowd = if time.ends_with("999") { shown(&service, SANDS).await } else { crowd };
            assert_eq!(crowd["tide"]["height_m"], json!(height), "{time}");
            assert_eq!(crowd["usable_area_m2"].as_f64().map(f64::round), Some(area), "{time}");
            assert_eq!(crowd["capacity"], capacity, "{time}");
            let reasons = if height.is_none() { json!(["tide_unknown"]) } else { json!([]) };
            assert_eq!(crowd["reasons"], reasons, "{time}");
        }
    }
}

#[tokio::test]
async fn a_rising_tide_reddens_a_standing_crowd() {
    for service in services_of(&sandhaven(PROFILE, TIDES), "2026-07-18T08:00:00Z").await {
        let who = patrol(&service, &[SANDS], None).await;
        for (number, want) in [
            "green 0.425",
            "green 0.43",
            "green 0.444",
            "green 0.468",
            "amber 0.504",
            "amber 0.553",
            "amber 0.618",
            "amber 0.701",
            "amber 0.8",
            "red 0.911",
            "red 1.02",
            "red 1.103",
        ]
        .into_iter()
        .enumerate()
        {
            let now = at("2026-07-18T09:00:00Z") + TimeDelta::minutes(30 * i64::try_from(number).unwrap());
            service.clock.set(now);
            sent(&service, &who, &written(now), &[of(1_200, &written(now))]).await;
            let crowd = held(&service, SANDS).await;
            let told = format!("{} {}", crowd["level"].as_str().unwrap(), crowd["ratio"]);
            assert_eq!(told, want, "{} {now}", service.name);
        }
    }
}

#[tokio::test]
async fn a_beach_at_the_line_does_not_flicker() {
    // Room for a hundred, whatever the sea does.
    for service in services_of(&sandhaven("0.4,850,4.2,850", TIDES), "2026-07-18T10:00:00Z").await {
        let who = patrol(&service, &[SANDS], None).await;
        let mut told = String::new();
        for (minute, people) in (0..).zip([30, 49, 50, 45, 41, 39, 89, 90, 85, 80, 79, 89, 91, 35]) {
            let now = at("2026-07-18T10:00:00Z") + TimeDelta::minutes(minute);
            service.clock.set(now);
            sent(&service, &who, &written(now), &[of(people, &written(now))]).await;
            told.push_str(&held(&service, SANDS).await["level"].as_str().unwrap()[..1]);
        }
        assert_eq!(told, "ggaaagarrraarg", "{}", service.name);
    }
}

#[tokio::test]
async fn one_report_does_not_lead_the_estimate_astray() {
    for (cases, want) in [
        (&[(400, 0), (900, 0)][..], 900),
        (&[(400, 0), (900, 60)], 400),
        (&[(400, 0), (420, 0), (2_000, 0)], 420),
    ] {
        for service in services_of(&sandhaven(PROFILE, TIDES), "2026-07-18T10:00:00Z").await {
            for (people, minutes) in cases {
                let who = patrol(&service, &[SANDS], None).await;
                let observed = at("2026-07-18T10:00:00Z") - TimeDelta::minutes(*minutes);
                sent(&service, &who, "2026-07-18T10:00:00Z", &[of(*people, &written(observed))]).await;
            }
            let crowd = held(&service, SANDS).await;
            assert_eq!((&crowd["estimate"], &crowd["report_count"]), (&json!(want), &json!(cases.len())));
        }
    }
}

#[tokio::test]
async fn every_instant_is_shown_as_the_rule_has_it() {
    for service in services_of(&sandhaven(PROFILE, TIDES), "2026-07-18T08:00:00Z").await {
        let (one, two) = (patrol(&service, &[SANDS], None).await, patrol(&service, &[SANDS], None).await);
        let reports =
            [(60, &one, 800), (62, &two, 1_000), (131, &one, 1_300), (133, &two, 9_999), (200, &two, 300)];
        for minute in 0..7 * 60 {
            let now = at("2026-07-18T08:00:00Z") + TimeDelta::minutes(minute);
            service.clock.set(now);
            for (_, who, people) in reports.iter().filter(|(when, ..)| *when == minute) {
                sent(&service, who, &written(now), &[of(*people, &written(now))]).await;
            }
            let crowd = held(&service, SANDS).await;
            // The last instant at which it holds, and the first at which it does not any more.
            let edge = at(crowd["valid_until"].as_str().unwrap());
            let before = if edge <= now + TimeDelta::minutes(1) { &[-1, 0, 1][..] } else { &[] };
            for ms in before {
                service.clock.set(edge + TimeDelta::milliseconds(*ms));
                held(&service, SANDS).await;
            }
        }
    }
}
