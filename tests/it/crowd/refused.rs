//! What nobody may declare of a beach, and where in the body it is said.
use super::keeping::{HAZARDS, Kept, OVERRIDE, WATER};
use axum::http::Method;
use serde_json::{Value, json};

const UNTIL: &str = "2026-07-18T18:00:00Z";

/// A body that is taken, but for the members that `other` has.
fn with(mut body: Value, other: &Value) -> Value {
    for (name, value) in other.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn refused() -> Vec<(&'static str, Value, &'static str)> {
    let decided = |other: Value| {
        (OVERRIDE, with(json!({"access": "closed", "reason": "other", "expires_at": UNTIL}), &other))
    };
    let hazard = |other: Value| {
        let mud = json!({"kind": "mud", "expires_at": UNTIL});
        (HAZARDS, json!({"hazards": [mud, with(mud.clone(), &other)]}))
    };
    let water = |other: Value| (WATER, with(json!({"state": "normal", "expires_at": UNTIL}), &other));
    let cases = [
        (decided(json!({"access": null})), ""),
        (decided(json!({"access": "ajar"})), "/access"),
        (decided(json!({"level": "unknown"})), "/level"),
        (decided(json!({"level": 3})), "/level"),
        (decided(json!({"reason": "because"})), "/reason"),
        (decided(json!({"reason": null})), "/reason"),
        (decided(json!({"author": "me"})), "/author"),
        (decided(json!({"created_at": UNTIL})), "/created_at"),
        (decided(json!({"message": ""})), "/message"),
        (decided(json!({"message": "a\u{0}b"})), "/message"),
        (decided(json!({"message": "\u{202e}live"})), "/message"),
        (decided(json!({"message": "x".repeat(501)})), "/message"),
        (decided(json!({"expires_at": "18:00"})), "/expires_at"),
        (decided(json!({"expires_at": "2026-07-18T18:00:00"})), "/expires_at"),
        (decided(json!({"expires_at": "2026-07-18T12:00:00Z"})), "/expires_at"),
        (decided(json!({"expires_at": "2026-07-19T00:00:00.001Z"})), "/expires_at"),
        (decided(json!({"starts_at": UNTIL})), "/expires_at"),
        (decided(json!({"starts_at": "2026-07-18T05:59:59.999Z"})), "/expires_at"),
        (decided(json!({"starts_at": "2026-07-18T18:00:01Z"})), "/expires_at"),
        (hazard(json!({"kind": "shark"})), "/hazards/1/kind"),
        (hazard(json!({"level": "red"})), "/hazards/1/level"),
        (hazard(json!({"message": "a\tb"})), "/hazards/1/message"),
        (hazard(json!({"expires_at": "2026-07-18T11:00:00Z"})), "/hazards/1/expires_at"),
        (hazard(json!({"expires_at": "2026-08-18T12:00:00.001Z"})), "/hazards/1/expires_at"),
        ((HAZARDS, json!({"hazards": vec![json!({"kind": "mud", "expires_at": UNTIL}); 21]})), "/hazards"),
        ((HAZARDS, json!({})), "/hazards"),
        (water(json!({"state": "lovely"})), "/state"),
        (water(json!({"starts_at": "tomorrow"})), "/starts_at"),
        (water(json!({"level": "red"})), "/level"),
        (water(json!({"expires_at": "2026-08-18T12:00:00.001Z"})), "/expires_at"),
    ];
    cases.into_iter().map(|((target, body), pointer)| (target, body, pointer)).collect()
}

#[tokio::test]
async fn what_cannot_be_declared_is_refused_where_it_stands_and_changes_nothing() {
    for kept in Kept::each().await {
        let before = kept.ledger().await;
        for (target, body, pointer) in refused() {
            let answer = kept.send(&kept.supervisor, Method::PUT, target, &body).await;
            let context = format!("{} {target} {body}: {}", kept.service.name, answer.text());
            assert_eq!(answer.status, 422, "{context}");
            // A member that is missing or unknown is said of the object or of itself.
            let said = answer.json()["pointer"].as_str().unwrap().to_owned();
            assert!(said == pointer || (said.is_empty() && pointer == "/hazards"), "{context}");
        }
        for target in ["/v1/beaches/beach-nowhere/override", "/v1/beaches/wc-promenade/override"] {
            let body = json!({"access": "closed", "reason": "other", "expires_at": UNTIL});
            let answer = kept.send(&kept.supervisor, Method::PUT, target, &body).await;
            assert_eq!(answer.status, 404, "{}", answer.text());
        }
        assert_eq!(kept.ledger().await, before, "{}", kept.service.name);
        // The longest that there is, and a beginning in the past.
        kept.declare(
            OVERRIDE,
            json!({"access": "closed", "reason": "other", "expires_at": "2026-07-19T00:00:00Z"}),
        )
        .await;
        kept.declare(
            OVERRIDE,
            json!({"access": "open", "reason": "other", "starts_at": "2026-07-18T06:00:00Z", "expires_at": UNTIL}),
        )
        .await;
        kept.declare(WATER, json!({"state": "normal", "expires_at": "2026-08-18T12:00:00Z"})).await;
    }
}

#[tokio::test]
async fn no_more_overrides_are_piled_up_than_anybody_keeps_in_mind() {
    for kept in Kept::each().await {
        let decided = |n: u32| json!({"level": "red", "reason": "event", "message": format!("{n}"), "expires_at": UNTIL});
        for n in 0..50 {
            kept.declare(OVERRIDE, decided(n)).await;
        }
        let answer = kept.send(&kept.supervisor, Method::PUT, OVERRIDE, &decided(50)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().1.as_str()),
            (409, "conflict"),
            "{}",
            answer.text()
        );
        assert_eq!(kept.status().await["override"]["message"], "49");
        kept.withdraw(OVERRIDE).await;
        kept.declare(OVERRIDE, decided(50)).await;
    }
}
