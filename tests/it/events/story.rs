//! A theatre drafts, previews and publishes a weekly show of which one night is cancelled, and a visitor looks what is on.
use super::*;
use crate::support::at;

const NEARBY: &str = "/v1/nearby?near=Sandhaven&collections=occurrences&radius_m=5000";

#[tokio::test]
async fn a_theatre_publishes_a_weekly_show_with_a_cancelled_night_and_a_visitor_sees_what_is_on() {
    for stage in Stage::each().await {
        let show = weekly("whist");
        // Looked at first: every Saturday from today on.
        let preview = stage.theatre(Method::POST, "/v1/programme/preview", &[GEO], show.clone()).await;
        assert_eq!(preview.status, 200, "{}", preview.text());
        let preview = preview.json();
        assert_eq!((&preview["count"], &preview["complete"]), (&json!(7), &json!(true)), "{preview}");
        assert_eq!(
            preview["dates"][1],
            json!({"starts": "2026-07-25T19:30", "ends": "2026-07-25T22:00", "all_day": false,
                "starts_at": "2026-07-25T18:30:00Z", "ends_at": "2026-07-25T21:00:00Z"})
        );
        assert_eq!(stage.public(EVENTS).await, Vec::<String>::new(), "nothing is written by a look");

        let draft = stage.draft(&show).await;
        assert_eq!(location(&draft), "/v1/programme/whist");
        assert_eq!(draft.json()["properties"]["publication"], "draft");
        assert_eq!(stage.public(NEARBY).await, Vec::<String>::new());

        let published = stage.act("/v1/events/whist/publish", 1, Value::Null).await;
        assert_eq!(published.status, 200, "{}", published.text());
        assert!(published.header("etag").starts_with("\"2-"), "{}", published.header("etag"));
        assert_eq!(published.header("cache-control"), "no-store");
        let properties = &published.json()["properties"];
        assert_eq!(properties["published_at"], NOON);
        assert_eq!(properties["venue"]["name"], "Lantern Theatre");
        assert_eq!(stage.public(NEARBY).await, ["whist-20260718t1930"]);
        let before = stage.service.client.json(&format!("{OCCURRENCES}/whist-20260725t1930")).await;
        assert_eq!(before["properties"]["sequence"], 2);

        // The second night is cancelled, by the tag of its own.
        let tag = stage.service.client.get(&format!("{OCCURRENCES}/whist-20260725t1930")).await;
        let headers = [JSON, ("if-match", tag.header("etag"))];
        let target = "/v1/occurrences/whist-20260725t1930/cancel";
        let reason = json!({"reason": "The band is ill."});
        let cancelled = stage.theatre(Method::POST, target, &headers, reason).await;
        assert_eq!(cancelled.status, 200, "{}", cancelled.text());
        let after = stage.service.client.json(&format!("{OCCURRENCES}/whist-20260725t1930")).await;
        assert_eq!(after["properties"], cancelled.json()["properties"]);
        assert_eq!(after["id"], before["id"], "it keeps its id");
        assert_eq!(
            (&after["properties"]["sequence"], &after["properties"]["event_status"]),
            (&json!(3), &json!("cancelled")),
            "its sequence rises"
        );
        assert_eq!(after["properties"]["event_status_reason"], "The band is ill.");

        // Whoever asks for the date itself hears what became of it.
        let told = stage.public(&format!("{OCCURRENCES}?event_status=cancelled")).await;
        assert_eq!(told, ["whist-20260725t1930"]);

        // A visitor, evening after evening.
        for (now, is_on) in [
            ("2026-07-18T18:00:00Z", &["whist-20260718t1930"][..]),
            ("2026-07-18T21:30:00Z", &[]),
            ("2026-07-25T18:00:00Z", &[]),
            ("2026-08-01T18:00:00Z", &["whist-20260801t1930"]),
            ("2026-09-05T18:00:00Z", &[]),
        ] {
            stage.service.clock.set(at(now));
            assert_eq!(stage.public(NEARBY).await, is_on, "{now}");
        }
    }
}

#[tokio::test]
async fn what_is_at_half_past_one_is_skipped_in_spring_and_once_in_autumn() {
    for stage in Stage::each().await {
        let mut show = weekly("night");
        // Nightly around the changes of both years.
        show["properties"]["schedule"] = json!({"starts": "2026-10-24T01:30", "ends": "2026-10-24T02:30", "rrule": "FREQ=DAILY;UNTIL=20270330"});
        let preview = stage.theatre(Method::POST, "/v1/programme/preview", &[GEO], show.clone()).await.json();
        assert_eq!(preview["skipped"], json!(["2027-03-28T01:30"]));
        assert_eq!(preview["count"], 157, "158 nights but one");
        let night = |day: &str| {
            let dates = preview["dates"].as_array().unwrap();
            dates.iter().find(|date| date["starts"] == format!("{day}T01:30")).cloned().unwrap()
        };
        // Of the two half past ones it is the first; half past two is an hour by the clock and two by the sun.
        assert_eq!(night("2026-10-24")["starts_at"], "2026-10-24T00:30:00Z");
        assert_eq!(night("2026-10-25")["starts_at"], "2026-10-25T00:30:00Z");
        assert_eq!(night("2026-10-25")["ends_at"], "2026-10-25T02:30:00Z");
        assert_eq!(night("2026-10-26")["starts_at"], "2026-10-26T01:30:00Z");

        let event = stage.published(&show).await;
        assert_eq!(event["skipped"], json!(["2027-03-28T01:30"]));
        let nowhere = stage.act("/v1/occurrences/night-20270328t0130/cancel", 2, Value::Null).await;
        assert_eq!(nowhere.status, 404);
        stage.service.clock.set(at("2026-10-24T23:30:00Z"));
        let asked = format!("{OCCURRENCES}?when=today");
        assert_eq!(stage.public(&asked).await, ["night-20261025t0130"]);
        let moved = json!({"starts": "2027-03-28T01:30"});
        let refused = stage.act("/v1/occurrences/night-20261025t0130/reschedule", 2, moved).await;
        assert_eq!(refusal(&refused), (422, "invalid-document".to_owned(), "/starts".to_owned()));
    }
}
