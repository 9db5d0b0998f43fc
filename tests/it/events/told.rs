//! What people read: the Atom feed, the start page, and what a refusal says.
use super::*;

#[tokio::test]
async fn a_feed_reader_is_told_when_it_is_on_and_when_it_is_not() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        stage.act("/v1/occurrences/show-20260725t1930/cancel", 2, Value::Null).await;
        let feed = stage.service.client.get("/v1/events.atom").await.text();
        let dates = "Sat 18 July 2026, 19:30; Sat 25 July 2026, 19:30 (cancelled); Sat 1 August 2026, 19:30";
        assert!(
            feed.contains(&format!("<summary>{dates}; and more dates&#10;A comedy.</summary>")),
            "{feed}"
        );
        stage.act("/v1/events/show/cancel", 3, json!({"reason": "The roof leaks."})).await;
        let feed = stage.service.client.get("/v1/events.atom").await.text();
        assert!(
            feed.contains("<summary>Cancelled: The roof leaks.&#10;Sat 18 July 2026, 19:30; Sat 25"),
            "{feed}"
        );
    }
}

#[tokio::test]
async fn the_start_page_says_how_much_is_on() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        stage.draft(&weekly("draft")).await;
        let page = stage.service.client.get("/").await.text();
        assert!(page.contains("in the next two years, 1 event on 7 dates"), "{page}");
        assert!(page.contains("/v1/events.ics"), "{page}");
    }
}

#[tokio::test]
async fn whoever_asks_at_the_wrong_address_is_told_the_right_one() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        let client = &stage.service.client;
        let event = client.get("/v1/events/show").await;
        assert_eq!(event.status, 404);
        assert!(event.text().contains("/v1/collections/events/items/show"), "{}", event.text());
        let date = client.get("/v1/occurrences/show-20260718t1930").await;
        assert_eq!(date.status, 405);
        assert!(
            date.text().contains("/v1/collections/occurrences/items/show-20260718t1930"),
            "{}",
            date.text()
        );
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    for stage in Stage::each().await {
        let client = &stage.service.client;
        let nobody = client.post(EVENTS, &[GEO], weekly("show").to_string()).await;
        assert_eq!(nobody.status, 401);
        assert!(nobody.text().contains("send `Authorization: Bearer`"), "{}", nobody.text());
        let empty = stage.theatre(Method::POST, EVENTS, &[GEO], Value::Null).await;
        assert_eq!(empty.status, 400);
        assert!(empty.text().contains("the body is missing"), "{}", empty.text());
        for (member, value, says) in [
            ("publication", json!("published"), "POST /v1/events/{id}/publish"),
            ("event_status", json!("cancelled"), "POST /v1/events/{id}/publish, cancel"),
            ("changes", json!([{"occurrence": "2026-07-18T19:30"}]), "POST /v1/occurrences/{id}/cancel"),
            ("price", json!({"from_pence": 900}), "give `currency` in `price`"),
        ] {
            let mut show = weekly("show");
            show["properties"][member] = value;
            let refused = stage.theatre(Method::POST, EVENTS, &[GEO], show).await;
            assert_eq!(refused.status, 422, "{member}");
            assert!(refused.text().contains(says), "{member}: {}", refused.text());
        }
    }
}
