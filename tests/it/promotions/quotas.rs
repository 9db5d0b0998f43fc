//! How much one business may put before a moderator, and how often it may change its mind.
use super::*;
use crate::support::at;
use crate::support::promotions::promotion;

#[tokio::test]
async fn five_promotions_of_a_business_wait_and_no_sixth() {
    for market in Market::each().await {
        for n in 0..6 {
            let id = format!("cafe-offer-{n}");
            market.draft(&promotion(&id, "biz-cafe")).await;
            let submitted = market.act(&market.cafe, &id, "submit", 1, Value::Null).await;
            assert_eq!(submitted.status.as_u16(), if n < 5 { 200 } else { 409 }, "{n}: {}", submitted.text());
        }
        assert_eq!(market.own("cafe-offer-5").await["moderation"], "draft");
        // Said twice, it waits once.
        assert_eq!(market.act(&market.cafe, "cafe-offer-0", "submit", 2, Value::Null).await.status, 200);
        // Another's are not counted.
        let theirs = promotion("rival-theirs", "biz-rival");
        market.asked(&market.rival, Method::POST, ITEMS, &[GEO], theirs).await;
        assert_eq!(market.act(&market.rival, "rival-theirs", "submit", 1, Value::Null).await.status, 200);
        assert_eq!(market.approve("cafe-offer-0").await.status, 200);
        assert_eq!(market.act(&market.cafe, "cafe-offer-5", "submit", 1, Value::Null).await.status, 200);
    }
}

#[tokio::test]
async fn a_business_edits_its_promotions_and_hands_them_in_forty_times_a_day() {
    for market in Market::each().await {
        market.draft(&promotion("cafe-teas", "biz-cafe")).await;
        for n in 1..40 {
            let edited = market.edit("cafe-teas", n, json!({"name": format!("Tea {n}")})).await;
            assert_eq!(edited.status, 200, "{n}: {}", edited.text());
            // What changes nothing is no edit.
            let same = market.edit("cafe-teas", n + 1, json!({"name": format!("Tea {n}")})).await;
            assert_eq!(same.status, 200, "{n}: {}", same.text());
        }
        let refused = market.edit("cafe-teas", 40, json!({"name": "One too many"})).await;
        assert_eq!(refused.status, 429, "{}", refused.text());
        assert_eq!(refused.header("retry-after"), (12 * 60 * 60).to_string(), "until midnight, from noon");
        assert_eq!(market.own("cafe-teas").await["name"], "Tea 39", "nothing of it was written");
        let another =
            market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], promotion("cafe-more", "biz-cafe")).await;
        assert_eq!(another.status, 429, "a new one is one of them");
        // Handing it in is one of them, too. Another business may do both.
        assert_eq!(market.act(&market.cafe, "cafe-teas", "submit", 40, Value::Null).await.status, 429);
        let theirs =
            market.asked(&market.rival, Method::POST, ITEMS, &[GEO], promotion("rival-x", "biz-rival")).await;
        assert_eq!(theirs.status, 201, "{}", theirs.text());
        market.service.clock.set(at("2026-07-19T00:00:00Z"));
        assert_eq!(market.edit("cafe-teas", 40, json!({"name": "Next day"})).await.status, 200);
    }
}
