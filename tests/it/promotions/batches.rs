//! Decisions about many promotions: proposed by one moderator, confirmed by another, and then all made at once, or none.
mod nodes;
mod refused;

use super::*;
use crate::support::ledger::Ledger;
use crate::support::people::access;
use crate::support::promotions::promotion;
use crate::support::{BASE, at};
use chrono::TimeDelta;
use promenade::access::TokenText;
use promenade::app::new_token;
use promenade::command::{AccessCommand, AccessOutcome};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const BATCHES: &str = "/v1/moderation/batches";

impl Market {
    /// Promotions of the cafe's that wait, with those names, of which each is the id too; what a batch names of each.
    async fn waiting(&self, names: &[&str]) -> Vec<Value> {
        let mut named = Vec::new();
        for name in names {
            let id = format!("cafe-{name}");
            let mut document = promotion(&id, "biz-cafe");
            document["properties"]["name"] = json!(name);
            self.draft(&document).await;
            let submitted = self.act(&self.cafe, &id, "submit", 1, Value::Null).await;
            assert_eq!(submitted.status, 200, "{}", submitted.text());
            named.push(json!({"id": id, "content_hash": self.own(&id).await["content_hash"]}));
        }
        named
    }

    async fn propose(&self, who: &Person, body: Value) -> Answer {
        self.asked(who, Method::POST, BATCHES, &[JSON], body).await
    }

    /// The address of a batch of these approvals, which `moderator` has proposed.
    async fn proposed(&self, promotions: &[Value]) -> String {
        let body = json!({"decision": "approve", "promotions": promotions});
        let made = self.propose(&self.moderator, body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.header("location").strip_prefix(BASE).unwrap().to_owned()
    }

    async fn confirm(&self, who: &Person, batch: &str) -> Answer {
        self.asked(who, Method::POST, &format!("{batch}/confirm"), &[], Value::Null).await
    }

    /// Another moderator, of no organisation.
    async fn second(&self) -> Person {
        person(&self.service.app, profile(&[Role::Moderator])).await
    }

    async fn batches(&self, who: &Person) -> Vec<Value> {
        let listed = self.asked(who, Method::GET, BATCHES, &[], Value::Null).await;
        assert_eq!(listed.status, 200, "{}", listed.text());
        listed.json()["batches"].as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_moderator_proposes_and_another_confirms_is_public_at_once() {
    for market in Market::each().await {
        let second = market.second().await;
        let names = ["a", "b", "c", "d", "e"];
        let batch = market.proposed(&market.waiting(&names).await).await;
        assert!(market.names().await.is_empty(), "nobody has confirmed it");
        let listed = market.batches(&second).await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["proposed_by"], json!(market.moderator.actor.to_string()));
        let asked = market.asked(&second, Method::GET, &batch, &[], Value::Null).await;
        assert_eq!(asked.json(), listed[0]);
        for promotion in listed[0]["promotions"].as_array().unwrap() {
            assert_eq!(promotion["still_as_proposed"], true);
            assert_eq!(promotion["organisation"], "cafe");
        }
        let (before, done) = (Ledger::of(&market.service.store).await, AtomicBool::new(false));
        let confirm = async {
            let confirmed = market.confirm(&second, &batch).await;
            done.store(true, Ordering::Release);
            confirmed
        };
        let watch = async {
            while !done.load(Ordering::Acquire) {
                let shown = market.names().await.len();
                assert!([0, names.len()].contains(&shown), "{shown}: all of it, or nothing");
                tokio::task::yield_now().await;
            }
        };
        let (confirmed, ()) = tokio::join!(confirm, watch);
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        let confirmed = confirmed.json();
        assert_eq!(confirmed["confirmed_by"], json!(second.actor.to_string()));
        assert_eq!(confirmed["promotions"][4]["decided_version"], 3);
        assert_eq!(market.names().await, names);
        let seen = market.seen(&market.moderator, "cafe-c").await.json();
        let decision = seen["properties"]["decisions"][0].clone();
        assert_eq!([&decision["decision"], &decision["by"]], ["approved", &*second.actor.to_string()]);
        assert_eq!(decision["proposed_by"], json!(market.moderator.actor.to_string()));
        let told = market.own("cafe-c").await["decisions"][0].clone();
        assert_eq!((&told["by"], &told["proposed_by"]), (&Value::Null, &Value::Null), "that is not for it");

        let after = Ledger::of(&market.service.store).await;
        let audited: Vec<&str> =
            after.audit[before.audit.len()..].iter().map(|row| row.command.as_str()).collect();
        assert_eq!(audited, ["approve", "approve", "approve", "approve", "approve", "confirm_batch"]);
        assert_eq!(after.changes.len(), before.changes.len() + names.len());
        assert!(market.batches(&second).await.is_empty(), "it waits no more");
        let again = market.confirm(&second, &batch).await;
        assert_eq!((again.status.as_u16(), again.json()), (200, confirmed), "its answer may have been lost");
        assert_eq!(Ledger::of(&market.service.store).await, after);
    }
}

#[tokio::test]
async fn a_batch_of_rejections_tells_each_business_why() {
    for market in Market::each().await {
        let second = market.second().await;
        let promotions = market.waiting(&["a", "b"]).await;
        let body = json!({"decision": "reject", "reason": " Which day? ", "promotions": promotions});
        let made = market.propose(&market.moderator, body.clone()).await.json();
        let same = market.propose(&market.moderator, body.clone()).await;
        assert_eq!((same.status.as_u16(), &same.json()), (200, &made), "the very same is proposed once");
        let other = market.propose(&second, body).await;
        assert_eq!(other.status, 201, "another proposes it too");
        let batch = format!("{BATCHES}/{}", made["id"].as_str().unwrap());
        assert_eq!(market.confirm(&second, &batch).await.status, 200);
        for id in ["cafe-a", "cafe-b"] {
            let own = market.own(id).await;
            assert_eq!([&own["moderation"], &own["decisions"][0]["reason"]], ["rejected", "Which day?"]);
        }
        assert!(market.names().await.is_empty());
    }
}

#[tokio::test]
async fn who_has_proposed_a_batch_does_not_confirm_it_with_another_token_either() {
    for market in Market::each().await {
        let batch = market.proposed(&market.waiting(&["a"]).await).await;
        let (token, secret) = new_token(None);
        let actor = market.moderator.actor;
        let issued = access(&market.service.app, AccessCommand::IssueToken { actor, token }).await.unwrap();
        let AccessOutcome::Token(_, token) = issued else { panic!("no token") };
        let text = TokenText::new(token.kind, token.id, &secret).reveal().to_owned();
        let same = Person { actor, token: token.id, text };
        let before = Ledger::of(&market.service.store).await;
        for who in [&market.moderator, &same] {
            let refused = market.confirm(who, &batch).await;
            assert_eq!(refused.status, 403, "{}", refused.text());
            assert!(refused.text().contains("another moderator must confirm it"), "{}", refused.text());
        }
        for who in [&market.auditor, &market.cafe, &market.rival] {
            assert_eq!(market.confirm(who, &batch).await.status, 403);
        }
        assert_eq!(Ledger::of(&market.service.store).await, before);
        // Nor does one whose token is revoked.
        let second = market.second().await;
        access(&market.service.app, AccessCommand::RevokeToken(second.token)).await.unwrap();
        assert_eq!(market.confirm(&second, &batch).await.status, 401);
        assert!(market.names().await.is_empty());
    }
}

#[tokio::test]
async fn a_batch_is_decided_whole_or_not_at_all() {
    for market in Market::each().await {
        let second = market.second().await;
        let promotions = market.waiting(&["a", "b", "c", "d"]).await;
        let (edited, withdrawn) =
            (market.proposed(&promotions[..2]).await, market.proposed(&promotions[2..]).await);
        market.edit("cafe-b", 2, json!({"name": "Free beer"})).await;
        market.act(&market.cafe, "cafe-b", "submit", 3, Value::Null).await;
        market.act(&market.cafe, "cafe-d", "withdraw", 2, Value::Null).await;
        let before = Ledger::of(&market.service.store).await;
        for (batch, id) in [(&edited, "promotions/cafe-b"), (&withdrawn, "promotions/cafe-d")] {
            let seen = market.asked(&second, Method::GET, batch, &[], Value::Null).await.json();
            let still = |n: usize| seen["promotions"][n]["still_as_proposed"].clone();
            assert_eq!((still(0), still(1)), (json!(true), json!(false)));
            assert!(!seen.to_string().contains("beer"), "what nobody has proposed is not told");
            let refused = market.confirm(&second, batch).await;
            assert_eq!(refusal(&refused), (409, "conflict".into(), "/promotions/1".into()));
            assert!(refused.text().contains(id), "{}", refused.text());
        }
        assert_eq!(Ledger::of(&market.service.store).await, before);
        assert!(market.names().await.is_empty());
        // As it was: the hash is the same again.
        market.act(&market.cafe, "cafe-d", "submit", 3, Value::Null).await;
        let confirmed = market.confirm(&second, &withdrawn).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        assert_eq!(market.names().await, ["c", "d"]);
    }
}

#[tokio::test]
async fn a_batch_is_confirmed_within_a_day_or_not_at_all() {
    for market in Market::each().await {
        let second = market.second().await;
        let promotions = market.waiting(&["a", "b"]).await;
        let late = market.proposed(&promotions[..1]).await;
        let end = at(NOON) + TimeDelta::hours(24);
        market.service.clock.set(end - TimeDelta::milliseconds(1));
        market.service.app.forget(None).await.unwrap();
        assert_eq!(market.batches(&second).await.len(), 1);
        let in_time = market.proposed(&promotions[1..]).await;
        market.service.clock.set(end);
        assert_eq!(market.batches(&second).await.len(), 1, "the other has run out");
        let refused = market.confirm(&second, &late).await;
        assert_eq!(refusal(&refused), (409, "conflict".into(), String::new()));
        assert!(refused.text().contains("2026-07-19 12:00:00 UTC"), "{}", refused.text());
        market.service.app.forget(None).await.unwrap();
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(market.asked(&second, method, &late, &[], Value::Null).await.status, 404);
        }
        assert_eq!(market.confirm(&second, &late).await.status, 404);
        assert_eq!(market.confirm(&second, &in_time).await.status, 200);
        // What is confirmed can be looked at for a day more.
        market.service.clock.set(end + TimeDelta::hours(23));
        market.service.app.forget(None).await.unwrap();
        assert_eq!(market.confirm(&second, &in_time).await.status, 200);
        market.service.clock.set(end + TimeDelta::hours(24));
        market.service.app.forget(None).await.unwrap();
        assert_eq!(market.confirm(&second, &in_time).await.status, 404);
    }
}

#[tokio::test]
async fn two_who_confirm_at_once_decide_once() {
    for market in Market::each().await {
        let (second, third) = (market.second().await, market.second().await);
        let mut version = 1;
        for n in 0..25 {
            if n == 0 {
                market.draft(&promotion("cafe-teas", "biz-cafe")).await;
            } else {
                market.service.clock.set(at(NOON) + TimeDelta::minutes(n));
                market.act(&market.cafe, "cafe-teas", "withdraw", version, Value::Null).await;
                version += 1;
            }
            market.act(&market.cafe, "cafe-teas", "submit", version, Value::Null).await;
            version += 1;
            let hash = market.own("cafe-teas").await["content_hash"].clone();
            let batch = market.proposed(&[json!({"id": "cafe-teas", "content_hash": hash})]).await;
            let before = Ledger::of(&market.service.store).await;
            let (a, b, discarded) = tokio::join!(
                market.confirm(&second, &batch),
                market.confirm(&third, &batch),
                market.asked(&second, Method::DELETE, &batch, &[], Value::Null),
            );
            version += 1;
            let statuses = [&a, &b, &discarded].map(|answer| answer.status.as_u16());
            assert!([[200, 409, 409], [409, 200, 409]].contains(&statuses), "{n}: {statuses:?}");
            let after = Ledger::of(&market.service.store).await;
            assert_eq!(after.changes.len(), before.changes.len() + 1, "{n}");
            assert_eq!(after.item("cafe-teas").version.0, version, "{n}");
        }
    }
}

#[tokio::test]
async fn no_race_of_confirming_and_editing_shows_a_word_that_nobody_looked_at() {
    for market in Market::each().await {
        let (second, mut day) = (market.second().await, at(NOON));
        for n in 0..50 {
            if n % 3 == 2 {
                day += TimeDelta::days(1);
                market.service.clock.set(day);
            }
            let ids = [format!("cafe-race-{n}-a"), format!("cafe-race-{n}-b")];
            let mut promotions = Vec::new();
            for id in &ids {
                let mut document = promotion(id, "biz-cafe");
                document["properties"]["name"] = json!(format!("Good {n}"));
                document["properties"]["valid_through"] = json!("2027-07-01T00:00:00Z");
                market.draft(&document).await;
                market.act(&market.cafe, id, "submit", 1, Value::Null).await;
                promotions.push(json!({"id": id, "content_hash": market.own(id).await["content_hash"]}));
            }
            let batch = market.proposed(&promotions).await;
            let edit = market.edit(&ids[1], 2, json!({"name": format!("Bad {n}")}));
            let submit = market.act(&market.cafe, &ids[1], "submit", 3, Value::Null);
            let confirm = async {
                // An edit reads first: give it more and more of a start.
                let started = Instant::now();
                while started.elapsed() < Duration::from_micros(100 * n) {
                    tokio::task::yield_now().await;
                }
                market.confirm(&second, &batch).await
            };
            let (edited, confirmed, _) = tokio::join!(edit, confirm, submit);
            let done = [&confirmed, &edited].map(|answer| answer.status == 200);
            assert!(done == [true, false] || done == [false, true], "{n}: {done:?}");
            for id in &ids {
                let shown = market.service.client.get(&format!("{ITEMS}/{id}")).await;
                assert!(!shown.text().contains("Bad"), "{n}");
                assert_eq!(shown.status == 200, done[0], "{n}: all of it, or nothing");
                let own = market.own(id).await;
                if own["moderation"] == "submitted" {
                    // What waits now would keep others from being handed in.
                    let version = own["version"].as_i64().unwrap();
                    market.act(&market.cafe, id, "withdraw", version, Value::Null).await;
                }
            }
            let gone = market.asked(&second, Method::DELETE, &batch, &[], Value::Null).await;
            assert_eq!(gone.status == 204, !done[0], "{n}: {}", gone.text());
        }
    }
}
