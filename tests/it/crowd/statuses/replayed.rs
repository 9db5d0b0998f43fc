//! What was is replayed from what is stored, beside a running server, and what would have been.
use super::{COVE, SANDS, at, counted, decided, done, looked, patrol, sent, shown, written};
use crate::support::database::Database;
use crate::support::dice::Dice;
use crate::support::program::run;
use crate::support::{SANDHAVEN, Service, area_folder, service};
use chrono::TimeDelta;
use promenade::beaches::{Access, Colour, Policy, PolicyValues};
use promenade::command::{AdoptPolicy, Command};
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use tempfile::tempdir;

const MORNING: &str = "2026-07-18T08:00:00Z";

/// A service on each database, and the address of that.
async fn addressed() -> Vec<(Service, String)> {
    let mut services = Vec::new();
    for database in Database::each().await {
        let (url, store) = (database.url(), database.open().await);
        services.push((service(database, store, area_folder(SANDHAVEN), MORNING).await, url));
    }
    services
}

/// What the command answers.
fn replayed(url: &str, arguments: &[&str]) -> Vec<Value> {
    let folder = tempdir().unwrap();
    let all = [&["crowd", "replay", "--database", url], arguments].concat();
    let ended = run(folder.path(), &all);
    assert_eq!(ended.code, 0, "{all:?}: {ended:?}");
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}", ended.out))
}

fn levels(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["level"].as_str().unwrap()).collect()
}

/// A policy that is stricter than the default.
async fn stricter_from(service: &Service, version: &str, from: &str) {
    let mut values = PolicyValues::COVID_2020;
    values.set("amber_percent", "20".parse().unwrap()).unwrap();
    let policy = Arc::new(Policy::new(version, values).unwrap());
    done(service, Command::AdoptPolicy(AdoptPolicy { policy, adopted_from: Some(at(from)) })).await;
}

#[tokio::test]
async fn a_replay_of_a_day_answers_what_was_answered_on_it() {
    for (service, url) in addressed().await {
        let people = [patrol(&service, &[SANDS], None).await, patrol(&service, &[SANDS, COVE], None).await];
        // Known from the beginning, so that nothing is known later that was not known then.
        let (amber, shut) = ((Some(Colour::Amber), None), (None, Some(Access::Closed)));
        decided(&service, SANDS, amber, ("2026-07-18T11:02:00Z", "2026-07-18T11:45:00Z")).await;
        decided(&service, SANDS, shut, ("2026-07-18T15:00:00Z", "2026-07-18T15:20:00Z")).await;
        stricter_from(&service, "stricter", "2026-07-18T13:05:00Z").await;
        let mut dice = Dice::new(18);
        let mut live = Vec::new();
        for tens in 0..=108 {
            let now = at(MORNING) + TimeDelta::minutes(10 * tens);
            service.clock.set(now);
            looked(&service).await;
            let quiet = [60..75, 100..200].iter().any(|quiet| quiet.contains(&tens));
            for _ in 0..if quiet { 0 } else { dice.below(3) } {
                let (who, before) =
                    (&people[dice.below(2)], TimeDelta::seconds(i64::try_from(dice.below(600)).unwrap()));
                let mut report = counted(SANDS, 0, u32::try_from(dice.below(9_000)).unwrap());
                report["observed_at"] = json!(written(now - before));
                sent(&service, who, &written(now), &[report]).await;
            }
            live.push(shown(&service, SANDS).await);
        }
        let told: std::collections::HashSet<_> =
            live.iter().map(|crowd| crowd["computed_level"].as_str()).collect();
        assert_eq!(told.len(), 4, "the dice show every level: {told:?}");
        for policy in ["covid-2020", "stricter"] {
            assert!(live.iter().any(|crowd| crowd["policy_version"] == policy), "{policy}");
        }
        let span = ["--beach", SANDS, "--from", "2026-07-18T07:59:59.5Z", "--to", "2026-07-19T02:00:00Z"];
        let answers = replayed(&url, &span);
        assert_eq!(answers.len(), live.len(), "{}", service.name);
        for (mut answer, mut live) in answers.into_iter().zip(live) {
            let at = answer.as_object_mut().unwrap().remove("at").unwrap();
            assert_eq!(at, answer["computed_at"]);
            // A replay says what was decided, not why.
            if let Some(decided) = live["override"].as_object_mut() {
                decided.remove("reason");
                decided.remove("message");
            }
            assert_eq!(answer, live, "{} {at}", service.name);
        }
        let hourly = replayed(&url, &[&span[..], &["--every", "1h"]].concat());
        assert_eq!(hourly.len(), 19);
        assert_eq!(hourly[18]["at"], "2026-07-19T02:00:00Z", "{}", service.name);
    }
}

#[tokio::test]
async fn another_policy_is_tried_on_what_was_counted() {
    for (service, url) in addressed().await {
        let who = patrol(&service, &[SANDS], None).await;
        // The sea stands under 0.9 m: 86,306 m² are room for 10,153, and 3,000 take 29.55 percent of that.
        service.clock.set(at("2026-07-18T11:10:00Z"));
        sent(&service, &who, "2026-07-18T11:10:00Z", &[counted(SANDS, -50, 3_000)]).await;
        let folder = tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let span = ["--beach", SANDS, "--from", "2026-07-18T11:00:00Z", "--to", "2026-07-18T11:30:00Z"];
        let short = file("short.toml", "amber_percent = 29.55\nfresh_min = 5\nexpire_min = 15\n");
        let (red, amber) = (file("red.toml", "amber_percent = 20\nred_percent = 29.54\n"), "amber.toml");
        let amber = file(amber, "amber_percent = 29.54\nred_percent = 29.55\n");
        for (policy, want) in [
            (None, "unknown green green green"),
            (Some(("amber", &amber)), "unknown amber amber amber"),
            (Some(("red", &red)), "unknown red red red"),
            (Some(("short", &short)), "unknown green green unknown"),
        ] {
            let tried: Vec<&str> = policy.iter().flat_map(|(_, file)| ["--policy", file.as_str()]).collect();
            let answers = replayed(&url, &[&span[..], &tried].concat());
            assert_eq!(levels(&answers).join(" "), want, "{} {policy:?}", service.name);
            assert_eq!(answers[1]["ratio"], 0.295);
            let version = policy.map_or("covid-2020", |(version, _)| version);
            assert!(answers.iter().all(|answer| answer["policy_version"] == version), "{version}");
        }
        // Nothing is known of the room on this beach, nor was it counted.
        let cove = replayed(&url, &[&["--beach", COVE], &span[2..]].concat());
        assert_eq!(levels(&cove).join(" "), "unknown unknown unknown unknown");
        let none = ["--beach", SANDS, "--from", "2026-07-18T11:00:01Z", "--to", "2026-07-18T11:09:59Z"];
        assert_eq!(replayed(&url, &none), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn what_came_late_or_was_taken_back_is_replayed_as_it_is_known_now() {
    for (service, url) in addressed().await {
        let who = patrol(&service, &[SANDS], None).await;
        let (late, wrong) = (counted(SANDS, -60, 9_900), counted(SANDS, -30, 10));
        service.clock.set(at("2026-07-20T12:00:00Z"));
        let results = sent(&service, &who, "2026-07-20T12:00:00Z", &[late, wrong.clone()]).await;
        assert!(results.iter().all(|result| result["result"] == "accepted"), "{results:?}");
        let target = format!("/v1/crowd-reports/{}", wrong["id"].as_str().unwrap());
        let gone = service.client.write(&who, axum::http::Method::DELETE, &target, &[], "").await;
        assert_eq!(gone.status, 204);
        let span = ["--from", "2026-07-18T10:50:00Z", "--to", "2026-07-18T11:40:00Z"];
        let answers = replayed(&url, &[&["--beach", SANDS], &span[..]].concat());
        assert_eq!(levels(&answers).join(" "), "unknown red red red red red", "{}", service.name);
        // Days without a report are days, too, each told by itself.
        let span = ["--from", "2026-07-17T22:59:00Z", "--to", "2026-07-20T23:00:00Z", "--every", "60m"];
        let answers = replayed(&url, &[&["--beach", SANDS], &span[..]].concat());
        assert_eq!(answers.len(), 73);
        assert_eq!(levels(&answers).iter().filter(|level| **level == "red").count(), 2, "{}", service.name);
    }
}

#[tokio::test]
async fn what_cannot_be_replayed_is_refused() {
    let (_service, url) = addressed().await.remove(0);
    let folder = tempdir().unwrap();
    let span = ["--from", "2026-07-18T11:00:00Z", "--to", "2026-07-18T12:00:00Z"];
    let cases: &[(&[&str], i32, &str)] = &[
        (
            &["--beach", "beach-nowhere", span[0], span[1], span[2], span[3]],
            1,
            "there is no beach `beach-nowhere`",
        ),
        (
            &["--beach", "wc-promenade", span[0], span[1], span[2], span[3]],
            1,
            "there is no beach `wc-promenade`",
        ),
        (&["--beach", SANDS, "--from", span[3], "--to", span[1]], 1, "2026-07-18 12:00:00 UTC is after"),
        (
            &["--beach", SANDS, "--from", "2020-01-01T00:00:00Z", "--to", span[3]],
            1,
            "instants, more than 100000",
        ),
        (&["--beach", SANDS, span[0], span[1]], 2, "--to <INSTANT>"),
        (&["--beach", SANDS, "--from", "today", "--to", span[3]], 2, "expected an instant with its zone"),
        (&["--beach", SANDS, span[0], span[1], span[2], span[3], "--every", "0s"], 2, "at least 1s"),
        (&["--beach", "No Beach", span[0], span[1], span[2], span[3]], 2, "--beach"),
        (
            &["--scenario", "s.json", "--beach", SANDS, span[0], span[1], span[2], span[3]],
            2,
            "cannot be used with",
        ),
        (&["--scenario", "s.json", span[0], span[1]], 2, "--beach <ID>"),
    ];
    for (arguments, code, says) in cases {
        let ended = run(folder.path(), &[&["crowd", "replay", "--database", &url], *arguments].concat());
        assert_eq!(ended.code, *code, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(says), "{arguments:?}: {ended:?}");
        assert_eq!(ended.out, "", "{arguments:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "it made files");
}
