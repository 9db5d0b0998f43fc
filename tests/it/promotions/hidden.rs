//! What is written and not approved, and why not, is in no answer to a reader.
use super::*;
use crate::support::addresses;
use crate::support::promotions::promotion;

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

        let mut targets = addresses();
        for id in ["shown", "draft", "waiting", "refused", "back"] {
            targets.push(format!("{ITEMS}/cafe-{id}"));
            targets.push(format!("{ITEMS}/cafe-{id}/history"));
            targets.push(format!("/v1/promotions/cafe-{id}"));
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
        let mut shown = 0;
        for target in &targets {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST, Method::DELETE] {
                let answer = client.send(method.clone(), target, &[]).await;
                let said = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
                // What was asked may be said back.
                let said = said.replace("q=cana", "").replace("`cana`", "");
                assert!(!said.contains(CANARY), "{method} {target}: {said}");
                shown += usize::from(said.contains("two cream teas"));
            }
        }
        assert!(5 < shown, "what was approved is shown, {shown} times");
    }
}
