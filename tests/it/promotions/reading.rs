//! What readers may ask of promotions: when, where, of which kind, in which order.
use super::*;
use crate::support::at;
use crate::support::promotions::{decide, promotion, put_promotion};
use promenade::features::PromotionStep;
use std::collections::BTreeSet;

/// Approved offers of the cafe's and of the rival's.
async fn filled(market: &Market, count: usize) {
    let app = &market.service.app;
    for n in 0..count {
        let whose = if n % 3 == 0 { "cafe" } else { "rival" };
        let mut document = promotion(&format!("offer-{n:02}"), &format!("biz-{whose}"));
        if n % 2 == 0 {
            document["properties"]["kind"] = json!("percent");
            document["properties"]["percent"] = json!(20);
        }
        if n == 0 {
            document["properties"]["valid_from"] = json!("2026-07-19T08:00:00Z");
        }
        let mut item = put_promotion(app, &document, whose).await;
        for step in [PromotionStep::Submit, PromotionStep::Approve] {
            item = decide(app, &item, step).await;
        }
    }
}

#[tokio::test]
async fn the_pages_of_one_draw_show_each_offer_once_and_another_seed_is_another_draw() {
    for market in Market::each().await {
        filled(&market, 24).await;
        let client = &market.service.client;
        let mut orders = BTreeSet::new();
        for seed in 0..12 {
            let (features, pages) = client.pages(&format!("{ITEMS}?limit=5&seed={seed}")).await;
            let ids: Vec<String> =
                features.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!((ids.len(), pages, ids.iter().collect::<BTreeSet<_>>().len()), (23, 5, 23), "{seed}");
            let owners: BTreeSet<&str> =
                features[..2].iter().map(|one| one["properties"]["organisation"].as_str().unwrap()).collect();
            assert_eq!(owners.len(), 2, "one of each in the first round");
            orders.insert(ids);
        }
        assert!(9 < orders.len(), "{}", orders.len());
        // Without a seed the answer says which it was, and its next page has it.
        let page = client.json(&format!("{ITEMS}?limit=5")).await;
        let seed = page["seed"].as_u64().unwrap();
        let (features, _) = client.pages(&format!("{ITEMS}?limit=5")).await;
        let (again, _) = client.pages(&format!("{ITEMS}?limit=23&seed={seed}")).await;
        assert_eq!(features, again);
        assert_eq!(page["numberMatched"], 23);
        for bad in ["seed=-1", "seed=x", "seed=4294967296", "seed=", "sortby=id"] {
            assert_eq!(client.get(&format!("{ITEMS}?{bad}")).await.status, 400, "{bad}");
        }
        let cursor = page["links"][1]["href"].as_str().unwrap().split("cursor=").nth(1).unwrap().to_owned();
        let other = client.get(&format!("{ITEMS}?seed=1&cursor={cursor}")).await;
        assert_eq!(other.status, 400, "a cursor of another draw");
    }
}

#[tokio::test]
async fn offers_are_asked_for_by_kind_by_business_by_time_and_by_place() {
    for market in Market::each().await {
        filled(&market, 12).await;
        for (query, want) in [
            ("", 11),
            ("kind=percent", 5),
            ("kind=freebie", 6),
            ("kind=percent,freebie", 11),
            ("category=cafe", 11),
            ("category=pub", 0),
            ("business=biz-cafe", 3),
            ("organisation=rival", 8),
            ("organisation=rival&kind=percent", 4),
            ("datetime=2026-07-19T09:00:00Z", 12),
            ("datetime=2026-07-21T09:00:00Z", 0),
            ("datetime=2026-01-01T00:00:00Z/..", 12),
            ("datetime=2026-07-18T00:00:00Z/2026-07-18T08:30:00Z", 11),
            ("when=tomorrow", 12),
            ("bbox=-3.5,54.5,-3.4,54.7", 11),
            ("bbox=0,51,1,52", 0),
            ("q=cream", 11),
            ("q=beer", 0),
        ] {
            let page = market.service.client.json(&format!("{ITEMS}?seed=1&{query}")).await;
            assert_eq!(page["features"].as_array().unwrap().len(), want, "{query}");
            assert_eq!(page["numberMatched"], want, "{query}");
        }
        for (query, want) in [
            // Three of each at most.
            ("", 6),
            ("&kind=percent", 4),
            ("&business=biz-rival", 8),
            ("&organisation=cafe", 3),
            ("&datetime=2026-07-19T09:00:00Z&organisation=cafe", 4),
            ("&when=tomorrow&organisation=cafe", 4),
            ("&category=pub", 0),
        ] {
            assert_eq!(market.public(&format!("{NEAR}{query}")).await.len(), want, "{query}");
        }
        // What nothing is called is no answer of nothing.
        for query in ["organisation=nobody", "business=biz-nobody"] {
            for target in [format!("{ITEMS}?{query}"), format!("{NEAR}&{query}")] {
                let answer = market.service.client.get(&target).await;
                assert_eq!(answer.status, 400, "{target}: {}", answer.text());
            }
        }
        for (query, want) in [("organisation=cafe", 1), ("category=cafe", 2)] {
            let target = format!("/v1/nearby?lat=54.6005&lon=-3.4489&collections=businesses&{query}");
            assert_eq!(market.public(&target).await.len(), want, "{query}");
        }
        assert_eq!(market.service.client.json(&format!("{NEAR}&seed=9")).await["seed"], 9);
        let undrawn = market.service.client.get("/v1/nearby?lat=54.6&lon=-3.4&seed=9").await;
        assert_eq!(undrawn.status, 400);
        let both = market
            .public("/v1/nearby?lat=54.6005&lon=-3.4489&collections=businesses,toilets&radius_m=500")
            .await;
        assert!(both.iter().any(|one| one["properties"]["collection"] == "businesses"));
        let places = market.public("/v1/nearby?lat=54.6005&lon=-3.4489&radius_m=500").await;
        assert!(
            places.iter().all(|one| one["properties"]["collection"] != "businesses"),
            "asked for by name alone"
        );
    }
}

#[tokio::test]
async fn an_answer_is_not_kept_beyond_the_next_change() {
    for market in Market::each().await {
        filled(&market, 3).await;
        let client = &market.service.client;
        market.service.clock.set(at("2026-07-20T16:59:50Z"));
        for target in [format!("{ITEMS}?seed=1"), format!("{ITEMS}/offer-01"), format!("{NEAR}&seed=1")] {
            let answer = client.get(&target).await;
            let age: u64 = answer
                .header("cache-control")
                .split("max-age=")
                .nth(1)
                .unwrap()
                .split(',')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            assert!(age <= 10, "{target}: {}", answer.header("cache-control"));
        }
    }
}

#[tokio::test]
async fn what_can_be_had_now_is_what_its_hours_say_or_those_of_its_business() {
    for market in Market::each().await {
        let app = &market.service.app;
        let mut cafe = business("biz-cafe", "cafe");
        cafe["properties"]["opening_hours"] = json!("Sa 09:00-17:00");
        put_business(app, &cafe).await;
        // Noon in London is 11:00 UTC.
        for (id, whose, hours) in [
            ("offer-of-the-house", "cafe", Value::Null),
            ("offer-at-two", "cafe", json!("Sa 14:00-16:00")),
            ("offer-unknown", "rival", Value::Null),
            ("offer-late", "rival", json!("Sa 18:00-20:00")),
        ] {
            let mut document = promotion(id, &format!("biz-{whose}"));
            document["properties"]["redeem_hours"] = hours;
            let mut item = put_promotion(app, &document, whose).await;
            for step in [PromotionStep::Submit, PromotionStep::Approve] {
                item = decide(app, &item, step).await;
            }
        }
        for (now, want) in [
            ("2026-07-18T12:00:00Z", &["offer-of-the-house"][..]),
            ("2026-07-18T13:00:00Z", &["offer-at-two", "offer-of-the-house"]),
            ("2026-07-18T15:30:00Z", &["offer-of-the-house"]),
            ("2026-07-18T17:30:00Z", &["offer-late"]),
            ("2026-07-19T12:00:00Z", &[]),
        ] {
            let ids = |features: Vec<Value>| {
                let ids = features.into_iter().map(|one| one["id"].as_str().unwrap().to_owned());
                ids.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
            };
            assert_eq!(
                ids(market.public(&format!("{NEAR}&open={now}&datetime=2026-07-18T12:00:00Z")).await),
                want
            );
            market.service.clock.set(at(now));
            assert_eq!(ids(market.public(&format!("{NEAR}&open=now")).await), want, "{now}");
        }
        // The answer is not kept beyond the hours.
        market.service.clock.set(at("2026-07-18T12:59:50Z"));
        let answer = market.service.client.get(&format!("{NEAR}&open=now&seed=1")).await;
        assert_eq!(answer.header("cache-control"), "public, max-age=10");
    }
}
