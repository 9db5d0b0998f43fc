//! What is written and not approved, and why not, is in no answer to a reader.
use super::*;
use crate::support::applications::applied;
use crate::support::dice::Dice;
use crate::support::promotions::promotion;
use crate::support::{addresses, at};
use chrono::TimeDelta;
use std::collections::BTreeSet;

const CANARY: &str = "canary";

/// A document whose every text is one that nobody may see.
fn hidden(id: &str) -> Value {
    let mut document = promotion(id, "biz-cafe");
    for name in ["name", "description", "terms", "code"] {
        document["properties"][name] = json!(format!("Canary {name}"));
    }
    document["properties"]["url"] = json!("https://canary.example/canary");
    document["properties"]["redeem_hours"] = json!("Mo-Fr 10:00-12:00 \"canary\"");
    document
}

/// What an answer says; what was asked may be said back.
fn said(answer: &Answer) -> String {
    let said = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
    said.replace("q=cana", "").replace("`cana`", "")
}

/// Where everybody may read, or somebody: of the promotions with these ids, too.
fn targets(ids: &[&str]) -> Vec<String> {
    let mut targets = addresses();
    for id in ids {
        targets.push(format!("{ITEMS}/{id}"));
        targets.push(format!("{ITEMS}/{id}/history"));
        targets.push(format!("/v1/promotions/{id}"));
    }
    for query in [
        "",
        "?limit=1000",
        "?q=cana",
        "?datetime=../..",
        "?datetime=2020-01-01T00:00:00Z/..",
        "?datetime=2026-07-19T00:00:00Z",
        "?when=tomorrow",
        "?business=biz-cafe",
        "?organisation=cafe",
        "?kind=freebie",
        "?bbox=-180,-90,180,90",
        "?seed=7&limit=1",
    ] {
        targets.push(format!("{ITEMS}{query}"));
    }
    targets.extend([NEAR.to_owned(), format!("{NEAR}&organisation=cafe"), "/v1/promotions".into()]);
    targets.extend(["/v1/moderation".into(), "/v1/collections/promotions/schema".into()]);
    targets.extend(["/v1/collections/businesses/items".into(), "/v1/feeds/events".into()]);
    targets.extend(["/v1/applications".into(), "/v1/audit".into()]);
    targets
}

/// Does something with one of the cafe's promotions, by whoever may: what says `canary` is never approved. Says what, and
/// whether it was done.
async fn deed(market: &Market, dice: &mut Dice, id: &str) -> (&'static str, bool) {
    let own = market.own(id).await;
    let (version, hash) = (own["version"].as_i64().unwrap(), own["content_hash"].clone());
    let approvable = !own["name"].to_string().contains("Canary");
    let reason = json!({"reason": "Canary of a reason"});
    let (what, answer) = match dice.below(7) {
        0 | 1 => ("hide", market.edit(id, version, hidden(id)["properties"].clone()).await),
        2 => ("say", market.edit(id, version, plain(id)["properties"].clone()).await),
        3 => ("submit", market.act(&market.cafe, id, "submit", version, Value::Null).await),
        4 if approvable => {
            let body = json!({"content_hash": hash});
            ("approve", market.act(&market.moderator, id, "approve", version, body).await)
        }
        4 => {
            let body = json!({"content_hash": hash, "reason": "Canary"});
            ("reject", market.act(&market.moderator, id, "reject", version, body).await)
        }
        5 => ("keep", market.edit(id, version, json!({"keep_public": dice.below(2) == 0})).await),
        _ => ("withdraw", market.act(&market.cafe, id, "withdraw", version, reason).await),
    };
    (what, answer.status == 200)
}

/// What may be approved.
fn plain(id: &str) -> Value {
    let mut document = promotion(id, "biz-cafe");
    for name in ["description", "terms", "code", "url", "redeem_hours"] {
        document["properties"][name] = Value::Null;
    }
    document["properties"]["valid_through"] = json!("2027-07-01T00:00:00Z");
    document
}

/// 600 answers on each database; 100,000 with `PROMENADE_LONG=1`.
#[tokio::test]
async fn whatever_was_done_before_nothing_private_is_in_a_public_answer() {
    let answers = if std::env::var_os("PROMENADE_LONG").is_some() { 100_000 } else { 600 };
    let ids = ["cafe-a", "cafe-b", "cafe-c", "cafe-d"];
    for market in Market::each().await {
        let (mut dice, mut now) = (Dice::new(6), at(NOON));
        applied(&market.service, 1).await;
        for id in ids {
            market.draft(&plain(id)).await;
        }
        let targets = targets(&ids);
        // Nor does anybody read who decided, or who writes for a business.
        let people = [&market.moderator, &market.cafe].map(|person| person.actor.to_string());
        let (mut shown, mut done) = (0, BTreeSet::new());
        for n in 0..answers {
            if n % 10 == 0 {
                // A business edits only so often a day, and what it offers holds for a year.
                if n % 300 == 0 && n < 90_000 {
                    now += TimeDelta::days(1);
                    market.service.clock.set(now);
                }
                let id = ids[dice.below(ids.len())];
                let (what, was_done) = deed(&market, &mut dice, id).await;
                done.extend(was_done.then_some(what));
            }
            let target = &targets[dice.below(targets.len())];
            let answer = market.service.client.get(target).await;
            let said = said(&answer);
            assert!(!said.contains(CANARY), "{n} {target}: {said}");
            assert!(!people.iter().any(|person| said.contains(person)), "{n} {target}: {said}");
            shown += usize::from(said.contains("two cream teas"));
        }
        assert_eq!(done.len(), 7, "each was done at least once: {done:?}");
        assert!(answers / 100 < shown, "what was approved is shown, {shown} times");
    }
}

#[tokio::test]
async fn no_word_that_is_not_approved_is_in_a_public_answer() {
    for market in Market::each().await {
        let client = &market.service.client;
        let reject = |hash: &Value| json!({"content_hash": hash, "reason": "Canary of a reason"});
        // Approved once, edited, and refused.
        market.approved(&promotion("cafe-shown", "biz-cafe")).await;
        let edited = market.edit("cafe-shown", 3, hidden("cafe-shown")["properties"].clone()).await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        market.act(&market.cafe, "cafe-shown", "submit", 4, Value::Null).await;
        let hash = market.own("cafe-shown").await["content_hash"].clone();
        assert_eq!(market.act(&market.moderator, "cafe-shown", "reject", 5, reject(&hash)).await.status, 200);
        // Never approved, waiting, refused, and taken back.
        for (id, deeds) in [("cafe-draft", 0), ("cafe-waiting", 1), ("cafe-refused", 2)] {
            market.draft(&hidden(id)).await;
            if 0 < deeds {
                market.act(&market.cafe, id, "submit", 1, Value::Null).await;
            }
            if 1 < deeds {
                let hash = market.own(id).await["content_hash"].clone();
                assert_eq!(market.act(&market.moderator, id, "reject", 2, reject(&hash)).await.status, 200);
            }
        }
        market.approved(&hidden("cafe-back")).await;
        let back = market.act(&market.cafe, "cafe-back", "withdraw", 3, json!({"reason": "Canary"})).await;
        assert_eq!(back.status, 200, "{}", back.text());

        let targets = targets(&["cafe-shown", "cafe-draft", "cafe-waiting", "cafe-refused", "cafe-back"]);
        let mut shown = 0;
        for target in &targets {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST, Method::DELETE] {
                let answer = client.send(method.clone(), target, &[]).await;
                let said = said(&answer);
                assert!(!said.contains(CANARY), "{method} {target}: {said}");
                shown += usize::from(said.contains("two cream teas"));
            }
        }
        assert!(5 < shown, "what was approved is shown, {shown} times");
    }
}
