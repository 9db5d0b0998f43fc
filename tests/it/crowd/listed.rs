//! Who is shown which reports, and in what pages.
use super::{COVE, NOON, REPORTS, SANDS, after_noon, counted, patrol, sent, shown, supervisor};
use crate::support::people::{Person, beaches, person, profile};
use crate::support::{SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::Role;
use serde_json::{Value, json};

fn ids(reports: &[Value]) -> Vec<&str> {
    reports.iter().map(|report| report["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_patrol_sees_its_own_a_supervisor_those_of_its_beaches_an_auditor_all() {
    for service in services(SANDHAVEN, NOON).await {
        let (ann, bob) =
            (patrol(&service, &[COVE, SANDS], None).await, patrol(&service, &[COVE], None).await);
        let of_ann: Vec<Value> = (0..4).map(|n| counted([COVE, SANDS][n % 2], -1, 1)).collect();
        let of_bob: Vec<Value> = (0..3).map(|_| counted(COVE, -2, 2)).collect();
        sent(&service, &ann, NOON, &of_ann).await;
        sent(&service, &bob, NOON, &of_bob).await;
        let mut both = profile(&[Role::Patrol, Role::Supervisor]);
        both.beaches = beaches(&[SANDS]);
        let both = person(&service.app, both).await;
        let mine = counted(SANDS, -3, 3);
        sent(&service, &both, NOON, std::slice::from_ref(&mine)).await;
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        for (who, count, of_cove) in [
            (&ann, 4, 2),
            (&bob, 3, 3),
            (&supervisor(&service, &[COVE]).await, 5, 5),
            (&supervisor(&service, &[SANDS]).await, 3, 0),
            (&supervisor(&service, &[COVE, SANDS]).await, 8, 5),
            (&both, 3, 0),
            (&auditor, 8, 5),
        ] {
            assert_eq!(shown(&service, who, "").await.len(), count, "{}", service.name);
            for limit in [1, 2, 100] {
                let found = shown(&service, who, &format!("?beach={COVE}&limit={limit}")).await;
                assert_eq!(found.len(), of_cove, "{}", service.name);
            }
        }
        let own = shown(&service, &bob, "").await;
        let mut by_id = ids(&own);
        by_id.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(ids(&own), by_id, "of one instant, by id");
        let mut first = own[0].clone();
        let revision = first["revision"].take();
        assert_eq!(
            first,
            json!({
                "id": first["id"], "beach": COVE, "observed_at": "2026-07-18T11:58:00Z", "received_at": NOON,
                "skew_ms": 0, "author": bob.actor.to_string(), "role": "patrol", "count": 2, "method": "counted",
                "band": null, "withdrawn_at": null, "confirmed_at": null, "awaiting_confirmation": false, "revision": null
            })
        );
        assert!(0 < revision.as_i64().unwrap());
    }
}

async fn refused(service: &Service, who: &Person, query: &str) -> (u16, String, Option<String>) {
    service.client.write(who, Method::GET, &format!("{REPORTS}{query}"), &[], "").await.problem()
}

#[tokio::test]
async fn reports_are_asked_for_by_when_they_were_observed() {
    for service in services(SANDHAVEN, NOON).await {
        let who = patrol(&service, &[COVE], None).await;
        let all: Vec<Value> = (0..30).map(|n| counted(COVE, -10 * n, 1)).collect();
        sent(&service, &who, NOON, &all).await;
        for (from, to, want) in [
            (None, None, 0..30),
            (Some(after_noon(-50)), None, 0..6),
            (None, Some(after_noon(-50)), 6..30),
            (Some(after_noon(-100)), Some(after_noon(-50)), 6..11),
            (Some(after_noon(-100)), Some(after_noon(-100)), 0..0),
            (Some("2026-07-18T11:10:00.0005Z".to_owned()), None, 0..5),
            (Some("0000-01-01T00:00:00Z".to_owned()), Some("9999-12-31T23:59:59-23:00".to_owned()), 0..30),
            (Some("9999-12-31T23:59:59-23:00".to_owned()), None, 0..0),
        ] {
            let mut query = "?limit=4".to_owned();
            for (name, value) in [("from", from), ("to", to)] {
                query += &value.map_or_else(String::new, |value| format!("&{name}={value}"));
            }
            let found = shown(&service, &who, &query).await;
            assert_eq!(ids(&found), ids(&all[want]), "{} {query}", service.name);
        }
        for (query, kind, parameter) in [
            ("?from=2026-07-18T12:00:00Z&to=2026-07-18T11:00:00Z", "invalid-parameter", "to"),
            ("?from=noon", "invalid-parameter", "from"),
            ("?beach=Beach%201", "invalid-parameter", "beach"),
            ("?limit=0", "invalid-parameter", "limit"),
            ("?author=x", "unknown-parameter", "author"),
            ("?cursor=x", "invalid-cursor", "cursor"),
            ("?cursor=0123456789abcdef.1.0198f1d2-7b3c-7c1e-8a55-0242ac120002", "invalid-cursor", "cursor"),
        ] {
            let want = (400, kind.to_owned(), Some(parameter.to_owned()));
            assert_eq!(refused(&service, &who, query).await, want, "{query}");
        }
    }
}
