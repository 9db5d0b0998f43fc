//! The clock of a phone may stand at anything, and jump: what counts is how long before sending somebody looked.
use super::{COVE, NOON, counted, patrol, sent, shown, supervisor, words, written};
use crate::support::dice::Dice;
use crate::support::people::{person, profile};
use crate::support::{SANDHAVEN, at, services};
use chrono::{DateTime, TimeDelta, Utc};
use promenade::access::Role;
use serde_json::{Value, json};

/// What the clock of a phone shows at `now`.
fn phone(dice: &mut Dice, now: DateTime<Utc>) -> DateTime<Utc> {
    let year = |text: &str| at(text) + (now - at(NOON));
    match dice.below(9) {
        0 => now + TimeDelta::days(1),
        1 => now - TimeDelta::days(1),
        2 => now + TimeDelta::minutes(5),
        3 => now - TimeDelta::minutes(5),
        4 => year("1970-01-01T00:00:00Z"),
        5 => year("2038-01-19T03:14:07Z"),
        6 => year("9999-12-30T00:00:00Z"),
        7 => year("0001-01-02T00:00:00.5Z"),
        _ => now,
    }
}

/// Phones whose clock is wrong, but the same wrong from the tap to the sending.
#[tokio::test]
async fn a_wrong_clock_cancels_out_and_is_kept_for_the_supervisor() {
    for service in services(SANDHAVEN, NOON).await {
        let (who, chief) = (patrol(&service, &[COVE], None).await, supervisor(&service, &[COVE]).await);
        let mut dice = Dice::new(1970);
        let mut expected = Vec::new();
        for n in 0..60 {
            let now = at(NOON) + TimeDelta::milliseconds(n * 61_003);
            service.clock.set(now);
            let sent_at = phone(&mut dice, now);
            let age = TimeDelta::milliseconds(i64::try_from(dice.below(7_200_000)).unwrap());
            let mut report = counted(COVE, 0, 100);
            report["observed_at"] = json!(written(sent_at - age));
            let results = sent(&service, &who, &written(sent_at), &[report.clone()]).await;
            assert_eq!(words(&results), ["accepted"], "{sent_at} {age}: {results:?}");
            expected.push((report["id"].clone(), now - age, (now - sent_at).num_milliseconds()));
        }
        expected.sort_by_key(|(_, observed, _)| std::cmp::Reverse(*observed));
        let stored = shown(&service, &chief, "").await;
        let found = stored.iter().map(|report| {
            let observed = at(report["observed_at"].as_str().unwrap());
            (report["id"].clone(), observed, report["skew_ms"].as_i64().unwrap())
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{}", service.name);
    }
}

/// Phones whose clock jumps between the tap and the sending.
#[tokio::test]
async fn nothing_is_stored_as_observed_in_the_future_or_too_long_ago_however_the_clock_jumps() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        let mut dice = Dice::new(2038);
        for n in 0..30 {
            let now = at(NOON) + TimeDelta::minutes(n);
            service.clock.set(now);
            let sent_at = phone(&mut dice, now);
            let batch: Vec<Value> = (0..20)
                .map(|m| {
                    let mut report = counted(COVE, 0, 100);
                    report["observed_at"] = json!(written(phone(&mut dice, now - TimeDelta::minutes(m))));
                    report
                })
                .collect();
            let results = sent(&service, &who, &written(sent_at), &batch).await;
            for (report, result) in batch.iter().zip(&results) {
                let age = sent_at - at(report["observed_at"].as_str().unwrap());
                let want = if age < TimeDelta::zero() {
                    "observed_after_sent"
                } else if TimeDelta::days(7) < age {
                    "too_old"
                } else {
                    "accepted"
                };
                assert_eq!(words(std::slice::from_ref(result)), [want], "{sent_at} {report}");
            }
        }
        let stored = shown(&service, &auditor, "?limit=100").await;
        assert!(100 < stored.len(), "{}", stored.len());
        for report in stored {
            let [observed, received] =
                ["observed_at", "received_at"].map(|member| at(report[member].as_str().unwrap()));
            assert!(observed <= received && received - observed <= TimeDelta::days(7), "{report}");
        }
    }
}
