//! Events and the places they are held at.
use super::*;
use crate::support::events::put;
use crate::support::ledger::Ledger;

const PLACE: &str = "/v1/collections/venues/items/ven-lantern-theatre";

/// The version at which `target` is.
async fn tag(stage: &Stage, target: &str) -> String {
    stage.service.client.get(target).await.header("etag").to_owned()
}

#[tokio::test]
async fn a_place_that_events_are_held_at_is_not_deleted() {
    for stage in Stage::each().await {
        stage.draft(&weekly("show")).await;
        let delete = async || {
            let tag = tag(&stage, PLACE).await;
            stage.asked(&stage.tourism, Method::DELETE, PLACE, &[("if-match", &tag)], Value::Null).await
        };
        // The tourism team sees no drafts of a theatre's.
        let refused = delete().await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("an event is held at venues/ven-lantern-theatre: "), "{detail}");
        stage.act("/v1/events/show/publish", 1, Value::Null).await;
        for n in 0..6 {
            put(&stage.service.app, &once(&format!("own-{n}"), "2026-08-01T10:00", "2026-08-01T11:00"), None)
                .await;
        }
        let detail = delete().await.json()["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.starts_with(
                "events/own-0, events/own-1, events/own-2, events/own-3, events/own-4 and 2 more are held at"
            ),
            "{detail}"
        );
        // Others are not asked about, and what is put away counts: it may be restored.
        for n in 0..6 {
            let (target, seen) = (format!("{EVENTS}/own-{n}"), [("if-match", "\"1\"")]);
            let gone = stage.asked(&stage.tourism, Method::DELETE, &target, &seen, Value::Null).await;
            assert_eq!(gone.status, 204, "{}", gone.text());
        }
        stage.act("/v1/events/show/archive", 2, Value::Null).await;
        assert_eq!(delete().await.status, 409);
        // Held elsewhere, it hinders nobody; and the place does not come back under it by an undo.
        let headers = [MERGE, ("if-match", "\"3\"")];
        let moved = json!({"properties": {"venue": {"id": "ven-bandstand"}}});
        let moved = stage.theatre(Method::PATCH, &format!("{EVENTS}/show"), &headers, moved).await;
        assert_eq!(moved.status, 200, "{}", moved.text());
        assert_eq!(delete().await.status, 204);
        let undo = format!("{EVENTS}/show/undo");
        let undone = stage.theatre(Method::POST, &undo, &[("if-match", "\"4\"")], Value::Null).await;
        assert_eq!(undone.status, 422, "{}", undone.text());
    }
}

#[tokio::test]
async fn events_follow_their_venue_and_whoever_follows_them_hears() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        put(&stage.service.app, &once("other", "2026-08-01T10:00", "2026-08-01T11:00"), None).await;
        let client = &stage.service.client;
        let feed = client.json("/v1/feeds/events").await;
        let after = path_of(feed["next"].as_str().unwrap()).to_owned();
        let event = tag(&stage, &format!("{EVENTS}/show")).await;
        let change = async |body: Value| {
            let tag = tag(&stage, PLACE).await;
            let headers = [MERGE, ("if-match", tag.as_str())];
            let changed = stage.asked(&stage.tourism, Method::PATCH, PLACE, &headers, body).await;
            assert_eq!(changed.status, 200, "{}", changed.text());
        };
        change(json!({"properties": {"capacity": 321}})).await;
        assert_eq!(tag(&stage, &format!("{EVENTS}/show")).await, event, "events do not show how large it is");
        assert_eq!(client.json(&after).await["items"], json!([]));
        for (version, body) in [
            (3, json!({"properties": {"name": "Lighthouse Theatre"}})),
            (4, json!({"geometry": {"type": "Point", "coordinates": [-3.449, 54.601]}})),
            (5, json!({"properties": {"address": {"street_address": "2 Lantern Row"}}})),
        ] {
            change(body.clone()).await;
            let shown = client.json(&format!("{EVENTS}/show")).await;
            assert_eq!(shown["properties"]["version"], version, "{body}");
            assert_eq!(shown["properties"]["venue"]["name"], "Lighthouse Theatre");
            let date = client.json(&format!("{OCCURRENCES}/show-20260718t1930")).await;
            assert_eq!(date["properties"]["sequence"], version, "{body}");
            let calendar = client.get("/v1/events/show.ics").await.text();
            assert!(calendar.contains(&format!("\r\nSEQUENCE:{version}\r\n")), "{calendar}");
            let items = client.json(&after).await["items"].clone();
            assert_eq!(items.as_array().unwrap().len(), 1, "{body}: {items}");
            assert_eq!(items[0]["id"], "show");
        }
        // Each line of the log has the command that caused it, and the other one, a draft, is at the third version, too.
        let ledger = Ledger::of(&stage.service.store).await;
        assert_eq!(ledger.item("other").version.0, 4);
        let history = format!("{EVENTS}/show/history");
        let history = stage.theatre(Method::GET, &history, &[], Value::Null).await.json();
        assert_eq!(history["changes"][0]["command"], "put", "{history}");
        assert_eq!(history["changes"][0]["after"], Value::Null, "it was no change of its own");
    }
}
