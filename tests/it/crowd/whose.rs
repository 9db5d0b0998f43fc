//! Whose a report is, and in what capacity it was made.
use super::{COVE, NOON, SANDS, counted, one, patrol, sent, shown, supervisor, words};
use crate::support::people::{person, profile};
use crate::support::{SANDHAVEN, services};
use promenade::access::{ReportsAs, Role};
use serde_json::{Value, json};

#[tokio::test]
async fn a_report_belongs_to_whose_token_was_on_the_phone_at_the_tap() {
    for service in services(SANDHAVEN, NOON).await {
        let (morning, evening) = (
            patrol(&service, &[COVE], Some(ReportsAs::Warden)).await,
            patrol(&service, &[COVE], Some(ReportsAs::Staff)).await,
        );
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        // One phone, one queue: it keeps with each report the token it was taken under, and sends a batch a token.
        let queue = [
            (&morning, counted(COVE, -30, 300)),
            (&morning, counted(COVE, -20, 310)),
            (&evening, counted(COVE, -10, 320)),
            (&morning, counted(COVE, -5, 330)),
        ];
        for token in [&evening, &morning] {
            let own: Vec<Value> = queue
                .iter()
                .filter(|(of, _)| of.token == token.token)
                .map(|(_, report)| report.clone())
                .collect();
            assert_eq!(words(&sent(&service, token, NOON, &own).await), vec!["accepted"; own.len()]);
        }
        for (who, report) in &queue {
            let stored = one(&service, &auditor, &report["id"]).await;
            let role = if who.token == morning.token { "warden" } else { "staff" };
            assert_eq!(
                (&stored["author"], &stored["role"]),
                (&json!(who.actor.to_string()), &json!(role)),
                "{}",
                service.name
            );
        }
        assert_eq!(shown(&service, &morning, "").await.len(), 3);
        assert_eq!(shown(&service, &evening, "").await.len(), 1);
    }
}

#[tokio::test]
async fn a_supervisor_counts_as_the_patrol_and_a_patrol_as_what_it_reports_as() {
    for service in services(SANDHAVEN, NOON).await {
        let auditor = person(&service.app, profile(&[Role::Auditor])).await;
        let mut both = profile(&[Role::Patrol, Role::Supervisor]);
        both.reports_as = Some(ReportsAs::Staff);
        let people = [
            (patrol(&service, &[COVE], Some(ReportsAs::Patrol)).await, "patrol"),
            (patrol(&service, &[COVE], Some(ReportsAs::Warden)).await, "warden"),
            (patrol(&service, &[COVE], Some(ReportsAs::Staff)).await, "staff"),
            (patrol(&service, &[COVE], None).await, "patrol"),
            (supervisor(&service, &[COVE]).await, "patrol"),
            (person(&service.app, both).await, "patrol"),
        ];
        for (who, role) in people {
            let report = counted(COVE, -1, 10);
            sent(&service, &who, NOON, std::slice::from_ref(&report)).await;
            assert_eq!(one(&service, &auditor, &report["id"]).await["role"], role, "{}", service.name);
        }
    }
}

#[tokio::test]
async fn who_is_not_assigned_to_a_beach_is_told_so_for_good() {
    for service in services(SANDHAVEN, NOON).await {
        let (who, chief) = (patrol(&service, &[COVE], None).await, supervisor(&service, &[SANDS]).await);
        let batch = [counted(COVE, -1, 1), counted(SANDS, -1, 2), counted("beach-nowhere", -1, 3)];
        let of_patrol = sent(&service, &who, NOON, &batch).await;
        assert_eq!(words(&of_patrol), ["accepted", "not_your_beach", "no_such_beach"]);
        assert!(of_patrol[1]["detail"].as_str().unwrap().contains(SANDS), "{}", of_patrol[1]);
        assert_eq!(words(&sent(&service, &who, NOON, &batch).await)[1..], words(&of_patrol)[1..]);
        // Nothing of it is kept, so another may say it.
        let of_chief = sent(&service, &chief, NOON, &batch[1..]).await;
        assert_eq!(words(&of_chief), ["accepted", "no_such_beach"], "{}", service.name);
    }
}
