//! What staff and visitors run into when something has changed: calendars of what was put away, dates that have been, what is
//! looked for by a name that nothing has.
use super::*;
use crate::support::at;

#[tokio::test]
async fn the_calendar_of_what_was_put_away_says_that_it_does_not_take_place_until_it_is_over() {
    for stage in Stage::each().await {
        let client = &stage.service.client;
        stage.published(&weekly("show")).await;
        stage.act("/v1/events/show/archive", 2, Value::Null).await;
        assert_eq!(client.get(&format!("{EVENTS}/show")).await.status, 404);
        let calendar = client.get("/v1/events/show.ics").await;
        assert_eq!(calendar.status, 200);
        let text = calendar.text();
        assert!(text.contains("\r\nSTATUS:CANCELLED\r\n") && text.contains("\r\nSEQUENCE:3\r\n"), "{text}");
        assert!(!text.contains("A comedy."), "no more than is needed to find it by: {text}");
        assert!(!client.get("/v1/events.ics").await.text().contains("VEVENT"));
        // Shown again, it takes place again; put away and over, there is nothing to say.
        stage.act("/v1/events/show/restore", 3, Value::Null).await;
        let text = client.get("/v1/events/show.ics").await.text();
        assert!(text.contains("\r\nSTATUS:CONFIRMED\r\n") && text.contains("\r\nSEQUENCE:4\r\n"), "{text}");
        stage.act("/v1/events/show/archive", 4, Value::Null).await;
        stage.service.clock.set(at("2026-08-29T20:59:59Z"));
        assert_eq!(client.get("/v1/events/show.ics").await.status, 200);
        stage.service.clock.set(at("2026-08-29T21:00:00Z"));
        assert_eq!(client.get("/v1/events/show.ics").await.status, 404);
        // A draft is no calendar's business.
        stage.draft(&weekly("draft")).await;
        assert_eq!(client.get("/v1/events/draft.ics").await.status, 404);
    }
}

#[tokio::test]
async fn who_asks_for_what_is_cancelled_nearby_is_told() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        stage.act("/v1/occurrences/show-20260718t1930/cancel", 2, Value::Null).await;
        let near = "/v1/nearby?near=Sandhaven-on-Sea&collections=occurrences";
        assert_eq!(stage.public(near).await, Vec::<String>::new());
        assert_eq!(stage.public(&format!("{near}&event_status=scheduled")).await, Vec::<String>::new());
        for words in ["cancelled", "cancelled,scheduled"] {
            let found = stage.public(&format!("{near}&event_status={words}")).await;
            assert_eq!(found, ["show-20260718t1930"], "{words}");
        }
    }
}

#[tokio::test]
async fn an_id_that_nothing_has_is_refused_and_named() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        for (target, parameter) in [
            (format!("{EVENTS}?venue=ven-nowhere"), "venue"),
            (format!("{OCCURRENCES}?venue={VENUE},ven-nowhere"), "venue"),
            (format!("{OCCURRENCES}?organisation=nobody"), "organisation"),
            (
                "/v1/nearby?near=Sandhaven-on-Sea&collections=occurrences&venue=ven-nowhere".to_owned(),
                "venue",
            ),
            ("/v1/events.ics?organisation=nobody".to_owned(), "organisation"),
        ] {
            let refused = stage.service.client.get(&target).await;
            let named = (400, "invalid-parameter".to_owned(), Some(parameter.to_owned()));
            assert_eq!(refused.problem(), named, "{target}");
        }
        // Somebody who has nothing on, and a place where nothing is on, are known all the same.
        assert_eq!(stage.public(&format!("{EVENTS}?organisation=rival,lantern")).await, ["show"]);
        assert_eq!(stage.public(&format!("{EVENTS}?venue=ven-bandstand")).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_on_is_found_by_the_name_of_its_venue_too() {
    for stage in Stage::each().await {
        stage.published(&once("quiz", "2026-08-01T10:00", "2026-08-01T11:00")).await;
        for q in ["lantern", "quiz%20thea", "LANTERN%20THEATRE"] {
            assert_eq!(stage.public(&format!("{EVENTS}?q={q}")).await, ["quiz"], "{q}");
            assert_eq!(stage.public(&format!("{OCCURRENCES}?q={q}")).await, ["quiz-20260801t1000"], "{q}");
        }
        let place = "/v1/collections/venues/items/ven-lantern-theatre";
        let tag = stage.service.client.get(place).await.header("etag").to_owned();
        let headers = [MERGE, ("if-match", tag.as_str())];
        let renamed = json!({"properties": {"name": "Lighthouse"}});
        stage.asked(&stage.tourism, Method::PATCH, place, &headers, renamed).await;
        assert_eq!(stage.public(&format!("{EVENTS}?q=lighthouse")).await, ["quiz"]);
        assert_eq!(stage.public(&format!("{OCCURRENCES}?q=lantern")).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn no_date_of_what_is_cancelled_as_a_whole_is_reinstated_alone() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        for (deed, version) in [("cancel", 2), ("postpone", 3)] {
            stage.act(&format!("/v1/events/show/{deed}"), version, Value::Null).await;
            let date = "/v1/occurrences/show-20260718t1930/reinstate";
            let refused = stage.act(date, version + 1, Value::Null).await;
            assert_eq!(refused.status, 409, "{deed}: {}", refused.text());
            assert!(refused.text().contains("reinstate the event first"), "{}", refused.text());
        }
        assert_eq!(stage.seen("show").await["properties"]["version"], 4, "nothing was written");
    }
}

#[tokio::test]
async fn what_is_said_of_dates_that_have_been_hinders_no_edit_and_of_those_to_come_does() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        let target = format!("{EVENTS}/show");
        for (n, day) in (2..).zip(["20260718", "20260725", "20260822"]) {
            let date = format!("/v1/occurrences/show-{day}t1930");
            let tag = format!("\"{n}\"");
            let body = json!({"availability": "sold_out"});
            let said = stage.theatre(Method::PATCH, &date, &[MERGE, ("if-match", &tag)], body).await;
            assert_eq!(said.status, 200, "{}", said.text());
        }
        stage.service.clock.set(at("2026-08-03T12:00:00Z"));
        let edit = async |tag: &str, starts: &str| {
            let headers = [MERGE, ("if-match", tag)];
            let ends = starts.replace("T19", "T22").replace("T18", "T21");
            let body = json!({"properties": {"schedule": {"starts": starts, "ends": ends}}});
            stage.theatre(Method::PATCH, &target, &headers, body).await
        };
        // From August on: the July nights have been, and the one in August is still a date of it.
        let edited = edit("\"5\"", "2026-08-08T19:30").await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        let changes = edited.json()["properties"]["changes"].clone();
        assert_eq!(changes.as_array().unwrap().len(), 1, "{changes}");
        assert_eq!(changes[0]["occurrence"], "2026-08-22T19:30");
        // An hour earlier, what is said of that night would be said of none.
        let refused = edit("\"6\"", "2026-08-08T18:30").await;
        assert_eq!(refusal(&refused).0, 422, "{}", refused.text());
        assert!(refused.text().contains("2026-08-22T19:30"), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_draft_is_shown_as_published_to_its_own_staff_from_the_instant_on() {
    for stage in Stage::each().await {
        let when = "2026-07-18T13:00:00Z";
        stage.draft(&weekly("show")).await;
        stage.act("/v1/events/show/publish", 1, json!({"at": when})).await;
        for (now, publication, publish_at, published_at) in [
            ("2026-07-18T12:59:59Z", "draft", json!(when), Value::Null),
            (when, "published", Value::Null, json!(when)),
        ] {
            stage.service.clock.set(at(now));
            let properties = stage.seen("show").await["properties"].clone();
            assert_eq!(
                (&properties["publication"], &properties["publish_at"], &properties["published_at"]),
                (&json!(publication), &publish_at, &published_at),
                "{now}"
            );
        }
    }
}

#[tokio::test]
async fn staff_are_warned_of_what_is_seldom_meant() {
    for stage in Stage::each().await {
        let codes = |answer: &Value| -> Vec<(String, String)> {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let warnings = answer["warnings"].as_array().unwrap().iter();
            warnings.map(|warning| (text(&warning["code"]), text(&warning["detail"]))).collect()
        };
        let mut show = weekly("show");
        // A day off and a time off that are met, and two that are not.
        show["properties"]["schedule"]["exdates"] =
            json!(["2026-07-25", "2026-08-01T19:30", "2026-08-08T19:00", "2026-08-09"]);
        let seen = stage.theatre(Method::POST, "/v1/programme/preview", &[GEO], show.clone()).await.json();
        let made = stage.draft(&show).await.json();
        for answer in [&seen, &made] {
            let told = codes(answer);
            assert!(told.iter().all(|(code, _)| code == "excludes_nothing"), "{told:?}");
            let days: Vec<&str> = told.iter().map(|(_, detail)| detail.split(' ').next().unwrap()).collect();
            assert_eq!(days, ["2026-08-08T19:00", "2026-08-09"]);
        }
        // What has been, and a rule that begins in ten years.
        for (id, starts, ends) in [
            ("old", "2026-05-01T19:30", "2026-05-01T22:00"),
            ("late", "2036-05-02T19:30", "2036-05-02T22:00"),
        ] {
            let mut event = once(id, starts, ends);
            if id == "late" {
                event["properties"]["schedule"]["rrule"] = json!("FREQ=WEEKLY");
            }
            let published = stage.published(&event).await;
            assert_eq!(codes(&published)[0].0, "no_dates", "{published}");
        }
        let fine = stage.published(&weekly("fine")).await;
        assert_eq!(fine["warnings"], json!([]));
    }
}
