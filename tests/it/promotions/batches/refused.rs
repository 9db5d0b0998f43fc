//! Batches that are not kept, and those that nobody confirms.
use super::*;

#[tokio::test]
async fn nobody_proposes_confirms_or_discards_a_batch_with_their_own_organisations_promotion() {
    for market in Market::each().await {
        let rivals = promotion("rival-theirs", "biz-rival");
        market.asked(&market.rival, Method::POST, ITEMS, &[GEO], rivals).await;
        market.act(&market.rival, "rival-theirs", "submit", 1, Value::Null).await;
        let hash =
            market.seen(&market.rival, "rival-theirs").await.json()["properties"]["content_hash"].clone();
        let mut promotions = market.waiting(&["a"]).await;
        promotions.push(json!({"id": "rival-theirs", "content_hash": hash}));
        let body = json!({"decision": "approve", "promotions": promotions});
        let own = |answer: &Answer| {
            assert_eq!(refusal(answer), (403, "forbidden".into(), "/promotions/1".into()));
            assert!(answer.text().contains("promotions/rival-theirs is of your own organisation"));
        };
        own(&market.propose(&market.moderator, body.clone()).await);
        let second = market.second().await;
        let made = market.propose(&second, body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let batch = made.header("location").strip_prefix(BASE).unwrap().to_owned();
        let before = Ledger::of(&market.service.store).await;
        own(&market.confirm(&market.moderator, &batch).await);
        for method in [Method::GET, Method::DELETE] {
            own(&market.asked(&market.moderator, method, &batch, &[], Value::Null).await);
        }
        assert!(market.batches(&market.moderator).await.is_empty());
        assert_eq!(market.batches(&market.auditor).await.len(), 1);
        assert_eq!(Ledger::of(&market.service.store).await, before);
        assert!(market.names().await.is_empty());
        assert_eq!(market.confirm(&market.second().await, &batch).await.status, 200);
        assert_eq!(market.names().await.len(), 2);
    }
}

#[tokio::test]
async fn what_does_not_wait_as_it_was_looked_at_is_not_proposed() {
    for market in Market::each().await {
        let good = market.waiting(&["a"]).await.remove(0);
        let hash = good["content_hash"].clone();
        market.draft(&promotion("cafe-draft", "biz-cafe")).await;
        market.approved(&promotion("cafe-approved", "biz-cafe")).await;
        let approved = market.own("cafe-approved").await["content_hash"].clone();
        let before = Ledger::of(&market.service.store).await;
        for (id, hash, says) in [
            ("cafe-nowhere", &hash, "promotions/cafe-nowhere does not exist"),
            ("cafe-draft", &approved, "promotions/cafe-draft does not exist"),
            ("cafe-approved", &approved, "it is approved"),
            ("cafe-b", &hash, "does not exist"),
            ("wc-promenade", &hash, "promotions/wc-promenade does not exist"),
        ] {
            let promotions = json!([good, {"id": id, "content_hash": hash}]);
            let refused = market
                .propose(&market.moderator, json!({"decision": "approve", "promotions": promotions}))
                .await;
            assert_eq!(refusal(&refused), (409, "conflict".into(), "/promotions/1".into()), "{id}");
            assert!(refused.text().contains(says), "{id}: {}", refused.text());
        }
        let promotions = json!([{"id": "cafe-a", "content_hash": "0".repeat(64)}]);
        let other =
            market.propose(&market.moderator, json!({"decision": "approve", "promotions": promotions})).await;
        assert_eq!(refusal(&other), (409, "conflict".into(), "/promotions/0".into()));
        let many: Vec<Value> =
            (0..51).map(|n| json!({"id": format!("cafe-{n}"), "content_hash": hash})).collect();
        for (body, pointer) in [
            (json!({"decision": "approve", "promotions": []}), "/promotions"),
            (json!({"decision": "approve", "promotions": many}), "/promotions"),
            (json!({"decision": "approve", "promotions": [good, good]}), "/promotions/1/id"),
            (
                json!({"decision": "approve", "promotions": [{"id": "A b", "content_hash": hash}]}),
                "/promotions/0/id",
            ),
            (json!({"decision": "approve", "reason": "Fine", "promotions": [good]}), "/reason"),
            (json!({"decision": "reject", "promotions": [good]}), "/reason"),
            (json!({"decision": "reject", "reason": " ", "promotions": [good]}), "/reason"),
            (json!({"decision": "reject", "reason": "a\u{202e}b", "promotions": [good]}), "/reason"),
            (json!({"decision": "withdraw", "reason": "No", "promotions": [good]}), "/decision"),
        ] {
            let refused = market.propose(&market.moderator, body).await;
            assert_eq!(refusal(&refused), (422, "invalid-document".into(), pointer.into()));
        }
        assert_eq!(Ledger::of(&market.service.store).await, before);
        assert!(market.batches(&market.auditor).await.is_empty());
    }
}

#[tokio::test]
async fn a_batch_is_discarded_by_any_moderator_and_only_so_many_wait() {
    for market in Market::each().await {
        let second = market.second().await;
        let promotions = market.waiting(&["a"]).await;
        let propose = |n: usize| {
            let reason = format!("Number {n}.");
            json!({"decision": "reject", "reason": reason, "promotions": promotions})
        };
        for n in 0..20 {
            market.service.clock.set(at(NOON) + TimeDelta::seconds(i64::try_from(n).unwrap()));
            let made = market.propose(&market.moderator, propose(n)).await;
            assert_eq!(made.status, 201, "{}", made.text());
        }
        let full = market.propose(&market.moderator, propose(20)).await;
        assert_eq!(refusal(&full), (409, "conflict".into(), String::new()));
        assert_eq!(market.propose(&market.moderator, propose(7)).await.status, 200, "that one waits already");

        let mut reasons = Vec::new();
        let mut next = Some(format!("{BATCHES}?limit=7"));
        while let Some(target) = next {
            let page = market.asked(&second, Method::GET, &target, &[], Value::Null).await.json();
            reasons.extend(page["batches"].as_array().unwrap().iter().map(|one| one["reason"].clone()));
            let links = page["links"].as_array().unwrap();
            let link = links.iter().find(|link| link["rel"] == "next");
            next = link.map(|link| link["href"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned());
        }
        assert_eq!(reasons, (0..20).map(|n| json!(format!("Number {n}."))).collect::<Vec<_>>());

        let id = market.batches(&second).await[0]["id"].as_str().unwrap().to_owned();
        let batch = format!("{BATCHES}/{id}");
        let discarded = market.asked(&second, Method::DELETE, &batch, &[], Value::Null).await;
        assert_eq!(discarded.status, 204, "{}", discarded.text());
        assert_eq!(market.confirm(&second, &batch).await.status, 404);
        assert_eq!(market.own("cafe-a").await["moderation"], "submitted", "nothing is decided");
        let ledger = Ledger::of(&market.service.store).await;
        let last = ledger.audit.last().unwrap();
        assert_eq!(
            (last.command.as_str(), last.subject.as_str()),
            ("discard_batch", &*format!("batch/{id}"))
        );
        assert_eq!(last.actor, second.actor.to_string());
        assert!(last.before.as_ref().unwrap().contains(&market.moderator.actor.to_string()));
        assert_eq!(market.propose(&market.moderator, propose(20)).await.status, 201);
    }
}
