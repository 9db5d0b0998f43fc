//! What supervisors decide and say of their beaches, and what visitors are shown of it.
use super::keeping::{BEACH, HAZARDS, Kept, OVERRIDE, WATER, only};
use crate::support::contract::CONTRACT;
use crate::support::{at, people};
use promenade::app::{self, Seed};
use promenade::catalogue::Axis;
use promenade::clock::Clock;
use serde_json::{Value, json};

/// What makes a status, as far as an override can change it.
const DECIDED: [&str; 4] = ["level", "computed_level", "access", "valid_until"];

fn decided(level: &str, access: &str, valid_until: &str) -> Value {
    json!({"level": level, "computed_level": "green", "access": access, "valid_until": valid_until})
}

#[tokio::test]
async fn what_a_supervisor_decides_is_shown_at_once_beside_what_is_computed_and_ends_by_itself() {
    for kept in Kept::each().await {
        kept.count(420).await;
        assert_eq!(only(&kept.status().await, &DECIDED), decided("green", "open", "2026-07-18T13:00:00Z"));
        let stands = kept
            .declare(
                OVERRIDE,
                json!({"level": "red", "access": "restricted", "reason": "event", "message": "Air show until 12:30",
                    "expires_at": "2026-07-18T12:30:00.250Z"}),
            )
            .await;
        assert_eq!(
            only(&stands["overrides"][0], &["level", "access", "reason", "starts_at", "author", "shown"]),
            json!({"level": "red", "access": "restricted", "reason": "event", "starts_at": "2026-07-18T12:00:00Z",
                "author": kept.supervisor.actor.to_string(), "shown": true})
        );
        let [status, feature, card] = kept.shown().await;
        for crowd in [&status["crowd"], &feature["crowd"]] {
            assert_eq!(only(crowd, &DECIDED), decided("red", "restricted", "2026-07-18T12:30:00.250Z"));
            assert_eq!(
                only(&crowd["override"], &["level", "access", "reason", "message"]),
                json!({"level": "red", "access": "restricted", "reason": "event", "message": "Air show until 12:30"})
            );
        }
        assert_eq!(
            only(&card["crowd"], &["level", "access", "message"]),
            json!({"level": "red", "access": "restricted", "message": "Air show until 12:30"})
        );
        kept.clock("2026-07-18T12:30:00.249Z");
        assert_eq!(kept.status().await["level"], "red");
        kept.clock("2026-07-18T12:30:00.250Z");
        let [status, feature, card] = kept.shown().await;
        for crowd in [&status["crowd"], &feature["crowd"]] {
            assert_eq!(only(crowd, &DECIDED), decided("green", "open", "2026-07-18T13:00:00Z"));
            assert_eq!(crowd["override"], Value::Null);
        }
        assert_eq!(card["crowd"].get("message"), None);
        assert_eq!(kept.standing(OVERRIDE).await, json!({"beach": BEACH, "overrides": []}));
    }
}

#[tokio::test]
async fn of_several_overrides_the_newest_decides_alone_and_when_it_ends_the_one_before() {
    for kept in Kept::each().await {
        kept.count(420).await;
        kept.declare(
            OVERRIDE,
            json!({"access": "closed", "reason": "incident", "expires_at": "2026-07-18T12:50:00Z"}),
        )
        .await;
        kept.clock("2026-07-18T12:00:00.001Z");
        let stands = kept
            .declare(
                OVERRIDE,
                json!({"level": "amber", "reason": "crowding", "starts_at": "2026-07-18T13:20:00+01:00",
                    "expires_at": "2026-07-18T12:40:00Z"}),
            )
            .await;
        let shown: Vec<_> = stands["overrides"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| only(one, &["reason", "shown"]))
            .collect();
        assert_eq!(
            shown,
            [json!({"reason": "crowding", "shown": false}), json!({"reason": "incident", "shown": true})]
        );
        assert_eq!(kept.standing(OVERRIDE).await, stands);
        for (now, level, access, until) in [
            ("2026-07-18T12:00:01Z", "green", "closed", "2026-07-18T12:20:00Z"),
            ("2026-07-18T12:19:59.999Z", "green", "closed", "2026-07-18T12:20:00Z"),
            // What the newest leaves out is not taken from the one before it.
            ("2026-07-18T12:20:00Z", "amber", "open", "2026-07-18T12:40:00Z"),
            ("2026-07-18T12:40:00Z", "green", "closed", "2026-07-18T12:50:00Z"),
            ("2026-07-18T12:50:00Z", "green", "open", "2026-07-18T13:00:00Z"),
        ] {
            kept.clock(now);
            assert_eq!(only(&kept.status().await, &DECIDED), decided(level, access, until), "{now}");
        }
    }
}

#[tokio::test]
async fn what_is_taken_back_ends_at_once_and_what_was_to_come_never_begins() {
    for kept in Kept::each().await {
        let later = json!({"level": "red", "reason": "event", "starts_at": "2026-07-18T14:00:00Z",
            "expires_at": "2026-07-18T15:00:00Z"});
        kept.declare(
            OVERRIDE,
            json!({"level": "green", "reason": "other", "expires_at": "2026-07-18T15:00:00Z"}),
        )
        .await;
        kept.declare(OVERRIDE, later).await;
        kept.clock("2026-07-18T12:10:00Z");
        assert_eq!(kept.status().await["level"], "green");
        kept.withdraw(OVERRIDE).await;
        assert_eq!(kept.standing(OVERRIDE).await["overrides"], json!([]));
        let before = kept.ledger().await;
        let last = before.audit.last().unwrap();
        let subject = format!("beaches/{BEACH}/override");
        assert_eq!(
            (last.command.as_str(), &last.subject, last.after.as_deref()),
            ("withdraw_declaration", &subject, Some("[]"))
        );
        assert_eq!(last.actor, kept.supervisor.actor.to_string());
        let was: Value = serde_json::from_str(last.before.as_ref().unwrap()).unwrap();
        assert_eq!(was.as_array().unwrap().len(), 2);
        kept.withdraw(OVERRIDE).await;
        assert_eq!(kept.ledger().await, before, "{}: nothing was left to take back", kept.service.name);
        for now in ["2026-07-18T12:10:00Z", "2026-07-18T14:30:00Z"] {
            kept.clock(now);
            assert_eq!(
                only(&kept.status().await, &["level", "override"]),
                json!({"level": "unknown", "override": null})
            );
        }
    }
}

#[tokio::test]
async fn the_same_declared_twice_is_written_once() {
    for kept in Kept::each().await {
        let until = "2026-07-18T18:00:00Z";
        let mud = json!({"kind": "mud", "message": " Deep mud\u{2019}s edge ", "expires_at": until});
        let jellyfish =
            json!({"kind": "jellyfish", "starts_at": "2026-07-18T13:00:00Z", "expires_at": until});
        for (target, body) in [
            (OVERRIDE, json!({"level": "red", "access": "closed", "reason": "weather", "expires_at": until})),
            (HAZARDS, json!({"hazards": [mud, jellyfish]})),
            (WATER, json!({"state": "pollution_incident", "message": null, "expires_at": until})),
        ] {
            let first = kept.declare(target, body.clone()).await;
            let before = kept.ledger().await;
            assert_eq!(before.audit.last().unwrap().command, "declare");
            kept.clock("2026-07-18T12:05:00Z");
            assert_eq!(kept.declare(target, body).await, first, "{target}");
            assert_eq!(kept.ledger().await, before, "{}: {target}", kept.service.name);
            kept.clock("2026-07-18T12:00:00Z");
        }
    }
}

#[tokio::test]
async fn hazards_and_water_are_shown_while_they_hold_and_change_no_colour() {
    for kept in Kept::each().await {
        kept.count(420).await;
        let before = kept.status().await;
        let hazards = kept
            .declare(
                HAZARDS,
                json!({"hazards": [
                    {"kind": "mud", "message": "Soft mud", "expires_at": "2026-07-20T12:00:00Z"},
                    {"kind": "high_surf", "starts_at": "2026-07-18T12:00:01Z", "expires_at": "2026-07-18T12:00:02Z"}
                ]}),
            )
            .await;
        kept.declare(WATER, json!({"state": "advice_against_bathing", "expires_at": "2026-07-18T12:00:02Z"}))
            .await;
        let kinds = |of: &Value| -> Vec<Value> {
            of["hazards"].as_array().into_iter().flatten().map(|hazard| hazard["kind"].clone()).collect()
        };
        for (now, wanted, state) in [
            ("2026-07-18T12:00:00Z", &["mud"][..], Some("advice_against_bathing")),
            ("2026-07-18T12:00:01Z", &["mud", "high_surf"], Some("advice_against_bathing")),
            ("2026-07-18T12:00:02Z", &["mud"], None),
        ] {
            kept.clock(now);
            let [status, feature, card] = kept.shown().await;
            for shown in [&status, &feature, &card] {
                assert_eq!(kinds(shown), wanted, "{now}");
                assert_eq!(shown["water_quality"]["state"].as_str(), state, "{now}");
            }
            for moved in ["level", "computed_level", "access", "ratio", "advice", "valid_until", "override"] {
                assert_eq!(status["crowd"][moved], before[moved], "{moved}");
            }
        }
        // The list takes the place of the one before; what stays in it keeps its id.
        let mud = hazards["hazards"].as_array().unwrap().iter().find(|one| one["kind"] == "mud").unwrap();
        let again = kept
            .declare(
                HAZARDS,
                json!({"hazards": [
                    {"kind": "debris", "expires_at": "2026-07-18T18:00:00Z"},
                    {"kind": "mud", "message": "Soft mud", "expires_at": "2026-07-20T12:00:00Z"}
                ]}),
            )
            .await;
        assert_eq!(kinds(&again), ["debris", "mud"]);
        assert_eq!(again["hazards"][1]["id"], mud["id"]);
        assert_eq!(kinds(&kept.declare(HAZARDS, json!({"hazards": []})).await), Vec::<Value>::new());
        assert_eq!(kinds(&kept.shown().await[0]), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn lifeguards_are_on_duty_by_their_hours_whatever_is_declared() {
    for kept in Kept::each().await {
        kept.declare(
            OVERRIDE,
            json!({"access": "closed", "reason": "incident", "expires_at": "2026-07-18T20:00:00Z"}),
        )
        .await;
        // 10:00 to 18:00 in British Summer Time.
        for (now, on_duty, next) in [
            ("2026-07-18T12:00:00Z", true, "2026-07-18T17:00:00Z"),
            ("2026-07-18T16:59:59.999Z", true, "2026-07-18T17:00:00Z"),
            ("2026-07-18T17:00:00Z", false, "2026-07-19T09:00:00Z"),
        ] {
            kept.clock(now);
            let [status, feature, card] = kept.shown().await;
            for shown in [status, feature, card] {
                assert_eq!(shown["lifeguards"], json!({"on_duty": on_duty, "next_change": next}), "{now}");
                assert_eq!(shown["crowd"]["access"], "closed");
            }
        }
    }
}

#[tokio::test]
async fn another_node_and_a_new_start_show_the_same() {
    for kept in Kept::each().await {
        kept.declare(
            OVERRIDE,
            json!({"level": "amber", "reason": "crowding", "expires_at": "2026-07-18T20:00:00Z"}),
        )
        .await;
        kept.declare(WATER, json!({"state": "normal", "expires_at": "2026-07-18T20:00:00Z"})).await;
        let now = at("2026-07-18T12:30:00Z");
        let seed = Seed::Named(Box::new(crate::support::area_folder(crate::support::SANDHAVEN)));
        let (other, _fatal) = app::start(kept.service.store.clone(), Clock::fixed(now), seed).await.unwrap();
        let of = |snapshot: &promenade::snapshot::Snapshot| {
            let mut out = Vec::new();
            snapshot.write_statuses(now, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(of(&other.snapshot()), of(&kept.service.app.snapshot()), "{}", kept.service.name);
        assert!(of(&other.snapshot()).contains(r#""level":"amber""#));
        // Who has lost the database says neither a colour nor less than the contract asks for.
        let blind = other.snapshot().blind(now);
        let blind: Value = serde_json::from_str(&format!("[{}]", of(&blind))).unwrap();
        let north = blind.as_array().unwrap().iter().find(|beach| beach["id"] == BEACH).unwrap();
        assert_eq!(north["crowd"]["level"], "unknown");
        crate::support::contract::validate(
            "/components/schemas/CrowdStatus",
            "a blind node",
            &north["crowd"],
        );
    }
}

#[test]
fn the_contract_and_the_code_know_the_same_words() {
    for (axis, schema) in
        [(Axis::Override, "OverrideReason"), (Axis::Hazard, "HazardKind"), (Axis::WaterQuality, "WaterState")]
    {
        assert_eq!(json!(axis.codes()), CONTRACT["components"]["schemas"][schema]["enum"], "{schema}");
    }
}

#[tokio::test]
async fn a_supervisor_sees_and_keeps_its_own_beaches_alone() {
    for kept in Kept::each().await {
        let mut profile = people::profile(&[promenade::access::Role::Supervisor]);
        profile.beaches = people::beaches(&["beach-gull-cove"]);
        let other = people::person(&kept.service.app, profile).await;
        let closed = json!({"access": "closed", "reason": "other", "expires_at": "2026-07-18T18:00:00Z"});
        let before = kept.ledger().await;
        for (who, method, status) in [
            (&other, "PUT", 403),
            (&other, "DELETE", 403),
            (&other, "GET", 403),
            (&kept.patrol, "PUT", 403),
            (&kept.patrol, "GET", 403),
            (&kept.admin, "PUT", 403),
        ] {
            let body = if method == "PUT" { closed.to_string() } else { String::new() };
            let headers = [("content-type", "application/json")];
            let headers = &headers[usize::from(method != "PUT")..];
            let answer = kept.client().write(who, method.parse().unwrap(), OVERRIDE, headers, body).await;
            assert_eq!(answer.status, status, "{method}: {}", answer.text());
        }
        assert_eq!(kept.ledger().await, before);
        let theirs = OVERRIDE.replace(BEACH, "beach-gull-cove");
        let answer = kept.send(&other, axum::http::Method::PUT, &theirs, &closed).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_clock_that_is_behind_makes_no_decision_older_than_the_one_before() {
    for kept in Kept::each().await {
        let decided =
            |level: &str| json!({"level": level, "reason": "other", "expires_at": "2026-07-18T14:00:00Z"});
        kept.declare(OVERRIDE, decided("red")).await;
        kept.clock("2026-07-18T11:59:59Z");
        kept.declare(OVERRIDE, decided("amber")).await;
        kept.clock("2026-07-18T12:00:01Z");
        assert_eq!(kept.status().await["level"], "amber", "{}", kept.service.name);
        kept.withdraw(OVERRIDE).await;
        let before = kept.ledger().await;
        kept.clock("2026-07-18T12:00:00Z");
        kept.withdraw(OVERRIDE).await;
        assert_eq!(kept.ledger().await, before, "{}: cancelled already", kept.service.name);
    }
}
