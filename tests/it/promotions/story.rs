//! A business offers something, a moderator looks at it, and a phone nearby sees it until its last minute.
use super::*;
use crate::collections::{assert_same_members, members};
use crate::support::promotions::promotion;

#[tokio::test]
async fn an_offer_is_written_looked_at_and_shown_until_its_last_minute() {
    for market in Market::each().await {
        let context = market.service.name;
        let draft = market.draft(&promotion("cafe-teas", "biz-cafe")).await;
        assert_eq!(
            draft.header("location"),
            "https://api.sandhaven.example/v1/promotions/cafe-teas",
            "{context}"
        );
        let own = draft.json();
        assert_eq!(own["properties"]["moderation"], "draft");
        assert_eq!(own["geometry"]["coordinates"], json!([-3.4489, 54.6005]), "where its business is");
        assert!(market.names().await.is_empty() && market.public(NEAR).await.is_empty());

        let submitted = market.act(&market.cafe, "cafe-teas", "submit", 1, Value::Null).await;
        assert_eq!(submitted.json()["properties"]["submitted_at"], NOON);
        assert!(market.names().await.is_empty());

        let queue =
            market.asked(&market.moderator, Method::GET, "/v1/moderation", &[], Value::Null).await.json();
        let waiting = &queue["waiting"][0];
        assert_eq!(
            (&waiting["id"], &waiting["business_name"]),
            (&json!("cafe-teas"), &json!("The biz-cafe"))
        );
        let fields: Vec<&str> = waiting["differences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, ["name", "kind", "terms", "valid_from", "valid_through", "url", "business"]);
        assert_eq!(queue["responses"]["decided"], 0);

        market.service.clock.set(crate::support::at("2026-07-18T13:30:00Z"));
        let body = json!({"content_hash": waiting["content_hash"]});
        let approved = market.act(&market.moderator, "cafe-teas", "approve", 2, body).await;
        assert_eq!(approved.status, 200, "{}", approved.text());
        let queue =
            market.asked(&market.moderator, Method::GET, "/v1/moderation", &[], Value::Null).await.json();
        assert_eq!((&queue["waiting"], &queue["responses"]["median_s"]), (&json!([]), &json!(5400)));

        let near = market.public(NEAR).await;
        let card = &near[0]["properties"];
        assert_eq!(near.len(), 1);
        for (name, want) in [
            ("advertisement", json!(true)),
            ("label", json!("Advertisement")),
            ("business_name", json!("The biz-cafe")),
            ("category", json!("cafe")),
            ("lifecycle", json!("active")),
            ("url_host", json!("cafe.sandhaven.example")),
            ("valid_through", json!("2026-07-20T17:00:00Z")),
        ] {
            assert_eq!(card[name], want, "{name}");
        }
        same_members(&market, "promotions", &market.public(ITEMS).await[0]).await;
        let business = market.public("/v1/collections/businesses/items").await.remove(0);
        same_members(&market, "businesses", &business).await;
        for private in ["moderation", "approved", "decisions", "content_hash", "keep_public", "submitted_at"]
        {
            assert!(card.get(private).is_none(), "{private}");
            let item = &market.public(ITEMS).await[0]["properties"];
            assert!(item.get(private).is_none(), "{private}");
        }

        for (now, shown) in [("2026-07-20T16:59:59.999Z", true), ("2026-07-20T17:00:00Z", false)] {
            market.service.clock.set(crate::support::at(now));
            assert_eq!(market.names().await.len(), usize::from(shown), "{now}");
            assert_eq!(market.public(NEAR).await.len(), usize::from(shown), "{now}");
            // Not by asking for a time at which it held, either.
            for then in ["2026-07-19T00:00:00Z", "2026-01-01T00:00:00Z/.."] {
                let (page, near) = (format!("{ITEMS}?datetime={then}"), format!("{NEAR}&datetime={then}"));
                let page = market.service.client.json(&page).await;
                assert_eq!(page["numberMatched"], usize::from(shown), "{now} {then}");
                assert_eq!(market.public(&near).await.len(), usize::from(shown), "{now} {then}");
            }
            let item = market.service.client.get(&format!("{ITEMS}/cafe-teas")).await;
            assert_eq!(item.status.as_u16(), if shown { 200 } else { 404 }, "{now}");
        }
        // Its business sees it for ever.
        let own = market.own("cafe-teas").await;
        assert_eq!((&own["lifecycle"], &own["moderation"]), (&json!("expired"), &json!("approved")));
        let list = market.asked(&market.cafe, Method::GET, "/v1/promotions", &[], Value::Null).await.json();
        assert_eq!(
            (&list["promotions"][0]["public"], &list["promotions"][0]["lifecycle"]),
            (&json!(false), &json!("expired"))
        );
    }
}

/// Panics unless a feature of `collection` has the members that its schema declares, and no other.
async fn same_members(market: &Market, collection: &str, feature: &Value) {
    let schema = market.service.client.json(&format!("/v1/collections/{collection}/schema")).await;
    let mut declared = members(&schema);
    assert_eq!(declared.remove("geometry").unwrap()["format"], "geometry-point");
    declared.remove("id").unwrap();
    assert_same_members(&declared, &feature["properties"], collection);
}
