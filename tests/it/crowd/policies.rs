//! Policies: which there are, what another one would show, and that the beaches turn when it begins.
use super::keeping::{BEACH, Kept, NOON, OVERRIDE, only};
use axum::http::Method;
use serde_json::{Value, json};

const POLICIES: &str = "/v1/policies";
const TRY: &str = "/v1/policies?dry_run=true";

impl Kept {
    async fn adopt(&self, body: Value) -> (u16, Value) {
        let answer = self.send(&self.admin, Method::POST, POLICIES, &body).await;
        (answer.status.as_u16(), answer.json())
    }

    async fn policies(&self) -> Value {
        let answer = self.client().write(&self.admin, Method::GET, POLICIES, &[], "").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// What was published of the beach: level, policy and when, the last first.
    async fn published(&self) -> Vec<(String, String, String)> {
        self.service.app.publish().await.unwrap();
        let history = self.client().json(&format!("/v1/beaches/{BEACH}/history")).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let row = |row: &Value| {
            (text(&row["crowd"]["level"]), text(&row["crowd"]["policy_version"]), text(&row["published_at"]))
        };
        history["statuses"].as_array().unwrap().iter().map(row).collect()
    }
}

#[tokio::test]
async fn before_any_is_adopted_the_default_is_in_force() {
    for kept in Kept::each().await {
        let policies = kept.policies().await;
        assert_eq!((&policies["in_force"], &policies["next"]), (&json!("covid-2020"), &Value::Null));
        let only_one = policies["policies"].as_array().unwrap();
        assert_eq!(only_one.len(), 1);
        assert_eq!(
            only(&only_one[0], &["version", "adopted_from", "author"]),
            json!({"version": "covid-2020", "adopted_from": null, "author": null})
        );
        assert_eq!(only_one[0]["values"]["m2_per_person"], 8.5);
    }
}

#[tokio::test]
async fn the_beaches_turn_at_the_instant_a_policy_begins_and_what_was_published_stays() {
    for kept in Kept::each().await {
        kept.count(420).await;
        let before = kept.published().await;
        assert_eq!(before, [("green".into(), "covid-2020".into(), NOON.into())]);
        let (status, adopted) = kept
            .adopt(json!({"version": "strict", "adopted_from": "2026-07-18T13:30:00+01:00",
                "values": {"amber_percent": 1.5, "red_percent": 2.25}}))
            .await;
        assert_eq!(
            (status, adopted["adopted_from"].as_str()),
            (201, Some("2026-07-18T12:30:00Z")),
            "{adopted}"
        );
        assert_eq!(adopted["author"], kept.admin.actor.to_string());
        let policies = kept.policies().await;
        assert_eq!(policies["in_force"], "covid-2020");
        assert_eq!(policies["next"], json!({"version": "strict", "adopted_from": "2026-07-18T12:30:00Z"}));
        let members = ["level", "policy_version", "report_count", "valid_until"];
        assert_eq!(
            only(&kept.status().await, &members),
            json!({"level": "green", "policy_version": "covid-2020", "report_count": 1,
                "valid_until": "2026-07-18T12:30:00Z"})
        );
        // Reports and decisions in between count by the coming one, too.
        kept.clock("2026-07-18T12:20:00Z");
        kept.count(430).await;
        kept.clock("2026-07-18T12:29:59.999Z");
        assert_eq!(kept.status().await["level"], "green");
        // Nobody waits until the follower has looked: at the very instant it is so.
        kept.clock("2026-07-18T12:30:00Z");
        assert_eq!(
            only(&kept.status().await, &["level", "estimate", "policy_version"]),
            json!({"level": "red", "estimate": 430, "policy_version": "strict"})
        );
        assert_eq!(kept.policies().await["in_force"], "strict");
        kept.service.app.reconcile().await.unwrap();
        kept.clock("2026-07-18T12:31:00Z");
        // A command makes the follower look.
        kept.declare(
            OVERRIDE,
            json!({"access": "closed", "reason": "other", "starts_at": "2026-07-18T14:00:00Z",
                "expires_at": "2026-07-18T15:00:00Z"}),
        )
        .await;
        assert_eq!(
            only(&kept.status().await, &["level", "policy_version"]),
            json!({"level": "red", "policy_version": "strict"})
        );
        let mut wanted = vec![("red".into(), "strict".into(), "2026-07-18T12:30:00Z".into())];
        wanted.extend(before);
        assert_eq!(kept.published().await, wanted, "{}", kept.service.name);
    }
}

#[tokio::test]
async fn a_policy_adopted_at_once_is_shown_when_it_is_answered_and_bounds_overrides() {
    for kept in Kept::each().await {
        kept.count(420).await;
        let (status, adopted) =
            kept.adopt(json!({"version": "strict", "values": {"red_percent": 2, "amber_percent": 1, "max_override_h": 0.5}})).await;
        assert_eq!((status, adopted["adopted_from"].as_str()), (201, Some(NOON)));
        assert_eq!(
            only(&kept.status().await, &["level", "policy_version"]),
            json!({"level": "red", "policy_version": "strict"})
        );
        let body = json!({"level": "green", "reason": "other", "expires_at": "2026-07-18T12:30:00.001Z"});
        let answer = kept.send(&kept.supervisor, Method::PUT, OVERRIDE, &body).await;
        assert_eq!(answer.status, 422);
        let said = answer.json();
        assert_eq!(said["pointer"], "/expires_at");
        assert_eq!(
            said["detail"],
            "it would hold for more than 0 hours and 30 minutes, the longest there is"
        );
        let last = kept.ledger().await.audit.pop().unwrap();
        assert_eq!((last.command.as_str(), last.subject.as_str()), ("adopt_policy", "policies/strict"));
        assert!(last.after.unwrap().contains(r#""max_override_h":0.5"#));
        // Of two that begin at one instant the one decided on later holds.
        kept.clock("2026-07-18T12:00:00.001Z");
        for version in ["first", "corrected"] {
            let adoption = json!({"version": version, "adopted_from": "2026-07-19T00:00:00Z", "values": {}});
            assert_eq!(kept.adopt(adoption).await.0, 201);
            kept.clock("2026-07-18T12:00:00.002Z");
        }
        let policies = kept.policies().await;
        let versions: Vec<&Value> =
            policies["policies"].as_array().unwrap().iter().map(|policy| &policy["version"]).collect();
        assert_eq!(versions, ["corrected", "first", "strict", "covid-2020"]);
        assert_eq!(policies["next"]["version"], "corrected");
    }
}

#[tokio::test]
async fn a_policy_is_never_changed() {
    for kept in Kept::each().await {
        let adoption = json!({"version": "a", "adopted_from": "2026-07-18T12:00:00Z", "values": {"red_percent": 90.000}});
        assert_eq!(kept.adopt(adoption.clone()).await.0, 201);
        let before = kept.ledger().await;
        kept.clock("2026-07-18T12:10:00Z");
        for again in [
            adoption.clone(),
            json!({"version": "a", "values": {"red_percent": 9e1, "amber_percent": 50.0}}),
            json!({"version": "a", "adopted_from": null, "values": {}}),
        ] {
            let (status, answer) = kept.adopt(again.clone()).await;
            assert_eq!((status, answer["adopted_from"].as_str()), (200, Some(NOON)), "{again}");
        }
        for other in [
            json!({"version": "a", "values": {"red_percent": 90.000_000_000_000_01}}),
            json!({"version": "a", "adopted_from": "2026-07-18T12:00:00.001Z", "values": {}}),
            json!({"version": "covid-2020", "values": {}}),
        ] {
            let (status, answer) = kept.adopt(other.clone()).await;
            assert_eq!(status, 409, "{other}: {answer}");
        }
        assert_eq!(kept.ledger().await, before, "{}", kept.service.name);
    }
}

#[tokio::test]
async fn what_is_no_policy_is_refused_where_it_stands() {
    for kept in Kept::each().await {
        let before = kept.ledger().await;
        for (body, pointer) in [
            (r#"{"version": "a", "values": {"red_percent": -1}}"#, "/values/red_percent"),
            (r#"{"version": "a", "values": {"m2_per_person": 0}}"#, "/values/m2_per_person"),
            (r#"{"version": "a", "values": {"fresh_min": 1000000.000000000000000001}}"#, "/values/fresh_min"),
            (r#"{"version": "a", "values": {"fresh_min": 0.1234567890123456789}}"#, "/values/fresh_min"),
            (r#"{"version": "a", "values": {"fresh_min": "60"}}"#, "/values/fresh_min"),
            (r#"{"version": "a", "values": {"fresh_min": null}}"#, "/values/fresh_min"),
            (r#"{"version": "a", "values": {"fresh_min": 1, "fresh_min": 1}}"#, "/values"),
            (r#"{"version": "a", "values": {"violet_percent": 50}}"#, "/values"),
            (r#"{"version": "a", "values": {"amber_percent": 90.5}}"#, "/values"),
            (r#"{"version": "a", "values": []}"#, "/values"),
            (r#"{"version": "a", "values": {}, "author": "me"}"#, "/author"),
            (r#"{"version": "A b", "values": {}}"#, "/version"),
            (r#"{"version": "", "values": {}}"#, "/version"),
            (
                r#"{"version": "a", "adopted_from": "2026-07-18T11:59:59.999Z", "values": {}}"#,
                "/adopted_from",
            ),
            (r#"{"version": "a", "adopted_from": "tomorrow", "values": {}}"#, "/adopted_from"),
        ] {
            let headers = [("content-type", "application/json")];
            let answer = kept.client().write(&kept.admin, Method::POST, POLICIES, &headers, body).await;
            assert_eq!(answer.status, 422, "{body}: {}", answer.text());
            assert_eq!(answer.json()["pointer"], pointer, "{body}: {}", answer.text());
        }
        let answer = kept.send(&kept.admin, Method::POST, "/v1/policies?dry_run=yes", &json!({})).await;
        assert_eq!(answer.problem(), (400, "invalid-parameter".into(), Some("dry_run".into())));
        for who in [&kept.supervisor, &kept.patrol] {
            let body = json!({"version": "a", "values": {}});
            assert_eq!(kept.send(who, Method::POST, POLICIES, &body).await.status, 403);
        }
        assert_eq!(kept.ledger().await, before, "{}", kept.service.name);
    }
}

#[tokio::test]
async fn a_policy_is_tried_on_the_reports_of_today_and_nothing_is_written() {
    for kept in Kept::each().await {
        kept.count(420).await;
        // What was decided over it is not what is compared.
        kept.declare(
            OVERRIDE,
            json!({"level": "amber", "reason": "event", "expires_at": "2026-07-18T13:00:00Z"}),
        )
        .await;
        let ratio = kept.status().await["ratio"].clone();
        let before = kept.ledger().await;
        let stricter = json!({"version": "strict", "values": {"amber_percent": 1, "red_percent": 2}});
        let roomier = json!({"version": "roomy", "values": {"m2_per_person": 17}});
        for (policy, would_be) in [(&stricter, "red"), (&roomier, "green")] {
            let answer = kept.send(&kept.admin, Method::POST, TRY, policy).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let trial = answer.json();
            assert_eq!(
                only(&trial, &["version", "in_force", "computed_at"]),
                json!({"version": policy["version"], "in_force": "covid-2020", "computed_at": NOON})
            );
            assert_eq!(
                only(&trial["beaches"][0], &["beach", "level", "would_be", "ratio", "would_be_ratio"]),
                json!({"beach": "beach-gull-cove", "level": "unknown", "would_be": "unknown", "ratio": null,
                    "would_be_ratio": null})
            );
            let tried = &trial["beaches"][1];
            assert_eq!(
                only(tried, &["beach", "level", "would_be", "ratio"]),
                json!({"beach": BEACH, "level": "green", "would_be": would_be, "ratio": ratio})
            );
            // Twice the room a person needs is twice as full.
            let (is, would_be) = (ratio.as_f64().unwrap(), tried["would_be_ratio"].as_f64().unwrap());
            let factor = if policy["version"] == "roomy" { 2.0 } else { 1.0 };
            assert!((would_be - factor * is).abs() < 0.002, "{would_be} {is}");
        }
        assert_eq!(kept.ledger().await, before, "{}", kept.service.name);
        // Adopted, it shows what was foretold.
        assert_eq!(kept.adopt(stricter).await.0, 201);
        assert_eq!(kept.status().await["computed_level"], "red");
    }
}
