//! What is on as a calendar that others subscribe to, and that another server takes in.
use super::*;
use crate::feeds::{origin, source, take, taken};
use promenade::formats::ics;

/// What a reader is told of each date, but for whose it is and what it is called; in order.
async fn told(service: &Service, organisation: &str) -> Vec<(String, Value)> {
    let target =
        format!("{OCCURRENCES}?organisation={organisation}&datetime=2026-01-01T00:00:00Z/..&limit=100");
    let (features, _) = service.client.pages(&target).await;
    let mut told: Vec<(String, Value)> = features
        .iter()
        .map(|feature| {
            let of = &feature["properties"];
            let date = feature["id"].as_str().unwrap().rsplit('-').next().unwrap().to_owned();
            let said = [
                "name",
                "category",
                "starts_at",
                "ends_at",
                "all_day",
                "event_status",
                "event_status_reason",
                "previous_start",
                "availability",
                "access_performance",
            ];
            let said = said.iter().map(|name| ((*name).to_owned(), of[*name].clone()));
            (date, Value::Object(said.collect()))
        })
        .collect();
    told.sort_by_key(|(date, said)| (said["name"].to_string(), date.clone()));
    told
}

#[tokio::test]
async fn what_is_written_as_a_calendar_is_taken_in_by_another_server_as_the_same_occurrences() {
    let others = services(SANDHAVEN, NOON).await;
    for (stage, other) in Stage::each().await.into_iter().zip(others) {
        let with = |mut event: Value, name: &str, schedule: Value| {
            event["properties"]["name"] = json!(name);
            event["properties"]["schedule"] = schedule;
            event
        };
        let nights = json!({"starts": "2027-03-01T01:30", "rrule": "FREQ=WEEKLY;BYDAY=SU;COUNT=8"});
        let abroad = json!({"starts": "2026-10-20T20:00", "ends": "2026-10-20T21:00",
            "time_zone": "Europe/Paris", "rrule": "FREQ=DAILY;UNTIL=20261101", "rdates": ["2026-11-05T20:00"],
            "exdates": ["2026-10-24"]});
        let mut show = weekly("show");
        show["properties"]["access_performance"] = json!(["captioned"]);
        for event in [
            show,
            once("moved", "2026-08-01T19:30", "2026-08-01T21:00"),
            once("off", "2026-08-02T19:30", "2026-08-02T21:00"),
            with(weekly("fair"), "Fair", json!({"starts": "2026-08-08", "ends": "2026-08-10"})),
            with(weekly("nights"), "Nights", nights),
            with(weekly("abroad"), "Abroad", abroad),
        ] {
            stage.published(&event).await;
        }
        for (target, version, body) in [
            ("show-20260725t1930/cancel", 2, json!({"reason": "Storm, again; sorry"})),
            ("show-20260801t1930/reschedule", 3, json!({"starts": "2026-08-02T15:00", "reason": "Wedding"})),
            ("show-20260808t1930/postpone", 4, json!({})),
            (
                "moved-20260801t1930/reschedule",
                2,
                json!({"starts": "2026-08-03T10:00", "ends": "2026-08-03T12:00"}),
            ),
            ("off-20260802t1930/cancel", 2, json!({"reason": "Fog"})),
        ] {
            let done = stage.act(&format!("/v1/occurrences/{target}"), version, body).await;
            assert_eq!(done.status, 200, "{target}: {}", done.text());
        }
        for (date, version, body) in [
            ("show-20260815t1930", 5, json!({"availability": "sold_out"})),
            ("show-20260822t1930", 6, json!({"access_performance": ["bsl", "relaxed"]})),
        ] {
            let tag = format!("\"{version}\"");
            let headers = [MERGE, ("if-match", tag.as_str())];
            let done = stage.theatre(Method::PATCH, &format!("/v1/occurrences/{date}"), &headers, body).await;
            assert_eq!(done.status, 200, "{date}: {}", done.text());
        }
        let calendar = stage.service.client.get("/v1/events.ics").await;
        assert_eq!(calendar.status, 200);
        let feed = source(&other);
        let content = ics::read(calendar.text().as_bytes(), &origin(&feed)).unwrap();
        assert_eq!((content.items.len(), &content.refused, &content.altered), (6, &vec![], &vec![]));
        taken(&other, take(&feed, &other, content)).await;
        let before = told(&stage.service, "lantern").await;
        assert!(20 < before.len(), "{}", before.len());
        assert_eq!(told(&other, feed.organisation.as_ref().unwrap().as_str()).await, before);
        // Written again it is the same, but for what it is called, whose it is, and when it was written.
        let again = other.client.get("/v1/events.ics").await;
        let dates = |text: String| {
            let lines = text.replace("\r\n ", "");
            let kept =
                ["DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE", "RRULE", "STATUS", "DESCRIPTION"];
            let mut lines: Vec<String> = lines
                .lines()
                .filter(|line| kept.iter().any(|kept| line.starts_with(kept)))
                .map(str::to_owned)
                .collect();
            lines.sort();
            lines
        };
        assert_eq!(dates(again.text()), dates(calendar.text()));
    }
}
