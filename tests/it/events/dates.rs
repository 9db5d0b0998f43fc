//! What is said of single dates.
use super::*;

const SECOND: &str = "/v1/occurrences/show-20260725t1930";

#[tokio::test]
async fn one_date_is_moved_cancelled_and_brought_back_and_the_series_goes_on() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        let mut version = 2;
        for (deed, body, starts_at, ends_at, status, reason, previous) in [
            (
                "reschedule",
                json!({"starts": "2026-07-26T15:00", "reason": "Wedding"}),
                "2026-07-26T14:00:00Z",
                "2026-07-26T16:30:00Z",
                "rescheduled",
                json!("Wedding"),
                json!("2026-07-25T18:30:00Z"),
            ),
            (
                "cancel",
                json!({}),
                "2026-07-26T14:00:00Z",
                "2026-07-26T16:30:00Z",
                "cancelled",
                Value::Null,
                json!("2026-07-25T18:30:00Z"),
            ),
            (
                "reschedule",
                json!({"starts": "2026-07-25T19:30"}),
                "2026-07-25T18:30:00Z",
                "2026-07-25T21:00:00Z",
                "scheduled",
                Value::Null,
                Value::Null,
            ),
            (
                "postpone",
                json!({"reason": "Fog"}),
                "2026-07-25T18:30:00Z",
                "2026-07-25T21:00:00Z",
                "postponed",
                json!("Fog"),
                Value::Null,
            ),
            (
                "reinstate",
                json!({}),
                "2026-07-25T18:30:00Z",
                "2026-07-25T21:00:00Z",
                "scheduled",
                Value::Null,
                Value::Null,
            ),
        ] {
            let answer = stage.act(&format!("{SECOND}/{deed}"), version, body).await;
            assert_eq!(answer.status, 200, "{deed}: {}", answer.text());
            let date = answer.json();
            let properties = &date["properties"];
            assert_eq!(date["id"], "show-20260725t1930", "{deed}: it keeps its id");
            assert_eq!(
                (&properties["starts_at"], &properties["ends_at"]),
                (&json!(starts_at), &json!(ends_at))
            );
            assert_eq!(properties["event_status"], status, "{deed}");
            assert_eq!(properties["event_status_reason"], reason, "{deed}");
            assert_eq!(properties["previous_start"], previous, "{deed}");
            version += 1;
            assert_eq!(properties["sequence"], version, "{deed}");
            assert_eq!(stage.public(OCCURRENCES).await.len(), 7, "{deed}: the others stay");
        }
        assert_eq!(stage.seen("show").await["properties"]["changes"], json!([]), "nothing is left of it");
        let again = stage.act(&format!("{SECOND}/reinstate"), version, Value::Null).await;
        assert_eq!(again.json()["properties"]["version"], version, "what changes nothing writes nothing");
    }
}

#[tokio::test]
async fn places_left_and_access_are_said_of_one_date_and_taken_back() {
    for stage in Stage::each().await {
        let mut show = weekly("show");
        show["properties"]["availability"] = json!("good");
        show["properties"]["access_performance"] = json!(["captioned"]);
        stage.published(&show).await;
        let mut version = 2;
        for (body, availability, access) in [
            (json!({"availability": "sold_out"}), "sold_out", json!(["captioned"])),
            (json!({"access_performance": ["relaxed", "bsl"]}), "sold_out", json!(["bsl", "relaxed"])),
            (json!({"availability": null, "access_performance": []}), "good", json!(["captioned"])),
        ] {
            let tag = format!("\"{version}\"");
            let headers = [MERGE, ("if-match", tag.as_str())];
            let answer = stage.theatre(Method::PATCH, SECOND, &headers, body.clone()).await;
            assert_eq!(answer.status, 200, "{body}: {}", answer.text());
            let properties = &answer.json()["properties"];
            assert_eq!(properties["availability"], availability, "{body}");
            assert_eq!(properties["access_performance"], access, "{body}");
            version += 1;
            let first = stage.service.client.json(&format!("{OCCURRENCES}/show-20260718t1930")).await;
            assert_eq!(first["properties"]["availability"], "good", "{body}: that one alone");
        }
        let tag = format!("\"{version}\"");
        let headers = [MERGE, ("if-match", tag.as_str())];
        for (body, pointer) in [
            (json!({"availability": "plenty"}), "/availability"),
            (json!({"access_performance": ["loud"]}), "/access_performance"),
            (json!({"event_status": "cancelled"}), "/event_status"),
            (json!({"starts": "2026-07-26T15:00"}), "/starts"),
            (json!({"occurrence": "2026-07-26T15:00"}), "/occurrence"),
            (json!({"sequence": 7}), "/sequence"),
        ] {
            let refused = stage.theatre(Method::PATCH, SECOND, &headers, body.clone()).await;
            let (status, _, at) = refusal(&refused);
            assert_eq!((status, at.as_str()), (422, pointer), "{body}: {}", refused.text());
        }
    }
}

#[tokio::test]
async fn a_date_is_moved_to_what_is_a_time_and_no_other() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        let target = format!("{SECOND}/reschedule");
        for (body, pointer) in [
            (json!({}), "/starts"),
            (json!({"starts": "tomorrow"}), "/starts"),
            (json!({"starts": "2026-02-30T10:00"}), "/starts"),
            (json!({"starts": "2026-07-26T15:00", "ends": "2026-07-26T14:00"}), "/ends"),
            (json!({"starts": "2026-07-26T15:00", "ends": "2026-07-27"}), "/starts"),
            (json!({"starts": "2027-03-28T01:30"}), "/starts"),
            (json!({"starts": "2026-07-26T15:00", "by": "me"}), "/by"),
            (json!({"starts": "2026-07-26"}), "/starts"),
        ] {
            let refused = stage.act(&target, 2, body.clone()).await;
            let (status, _, at) = refusal(&refused);
            assert_eq!((status, at.as_str()), (422, pointer), "{body}: {}", refused.text());
        }
        let refused = stage.act(&target, 2, json!({"starts": "2026-07-26"})).await;
        assert!(refused.text().contains("are times: give a day and a time"), "{}", refused.text());
        for id in ["show-20260726t1930", "show-20260725", "show", "nowhere-20260725t1930", "Show"] {
            for deed in ["cancel", "reinstate"] {
                let none = stage.act(&format!("/v1/occurrences/{id}/{deed}"), 2, Value::Null).await;
                assert_eq!(none.status, 404, "{id} {deed}: {}", none.text());
            }
        }
    }
}

#[tokio::test]
async fn dates_of_what_is_put_away_stay_as_they_are_and_those_of_drafts_may_change() {
    for stage in Stage::each().await {
        stage.draft(&weekly("show")).await;
        let said = stage.act(&format!("{SECOND}/cancel"), 1, Value::Null).await;
        assert_eq!(said.json()["properties"]["event_status"], "cancelled", "{}", said.text());
        assert_eq!(stage.public(OCCURRENCES).await, Vec::<String>::new());
        stage.act("/v1/events/show/publish", 2, Value::Null).await;
        stage.act("/v1/events/show/archive", 3, Value::Null).await;
        let refused = stage.act(&format!("{SECOND}/reinstate"), 4, Value::Null).await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        // A rule that would leave the changed date out is refused.
        stage.act("/v1/events/show/restore", 4, Value::Null).await;
        let headers = [MERGE, ("if-match", "\"5\"")];
        let rule = json!({"properties": {"schedule": {"rrule": "FREQ=MONTHLY"}}});
        let refused = stage.theatre(Method::PATCH, &format!("{EVENTS}/show"), &headers, rule).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
    }
}
