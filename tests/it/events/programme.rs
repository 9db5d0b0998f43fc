//! The list of one's own, previews, copies, and what else is on at the venue.
use super::*;
use crate::support::client::link;
use crate::support::ledger::Ledger;

#[tokio::test]
async fn the_programme_lists_ones_own_events_page_by_page() {
    for stage in Stage::each().await {
        for n in 0..5 {
            stage.draft(&once(&format!("draft-{n}"), "2026-08-01T10:00", "2026-08-01T11:00")).await;
        }
        stage.published(&weekly("whist")).await;
        stage.published(&weekly("old")).await;
        stage.act("/v1/events/old/archive", 2, Value::Null).await;
        let listed = async |query: &str| {
            let (mut ids, mut next) = (Vec::new(), Some(format!("/v1/programme{query}")));
            while let Some(target) = next {
                let page = stage.theatre(Method::GET, &target, &[], Value::Null).await;
                assert_eq!(
                    (page.status.as_u16(), page.header("cache-control")),
                    (200, "no-store"),
                    "{target}"
                );
                let page = page.json();
                ids.extend(
                    page["events"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|one| one["id"].as_str().unwrap().to_owned()),
                );
                next = link(&page, "next").map(|link| path_of(link["href"].as_str().unwrap()).to_owned());
            }
            ids
        };
        let all = ["draft-0", "draft-1", "draft-2", "draft-3", "draft-4", "old", "whist"];
        assert_eq!(listed("").await, all);
        assert_eq!(listed("?limit=2").await, all);
        assert_eq!(listed("?publication=draft&limit=3").await, all[..5]);
        assert_eq!(listed("?publication=archived,published").await, all[5..]);
        assert_eq!(listed("?q=WHISTL%20and").await, ["old", "whist"]);
        assert_eq!(listed("?q=lantern%20draft-3").await, ["draft-3"]);
        assert_eq!(listed("?q=histles").await, Vec::<String>::new());
        for (query, parameter) in [
            ("publication=none", "publication"),
            ("publication=", "publication"),
            ("q=", "q"),
            ("q=--", "q"),
            ("limit=0", "limit"),
            ("cursor=1", "cursor"),
            ("sortby=name", "sortby"),
        ] {
            let refused =
                stage.theatre(Method::GET, &format!("/v1/programme?{query}"), &[], Value::Null).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.json()["parameter"]),
                (400, &json!(parameter)),
                "{query}"
            );
        }
        let page =
            stage.theatre(Method::GET, "/v1/programme?q=whist&publication=published", &[], Value::Null).await;
        assert_eq!(
            page.json()["events"],
            json!([{
                "id": "whist", "name": "Whist and whistles", "organisation": "lantern", "publication": "published",
                "publish_at": null, "event_status": "scheduled", "version": 2, "updated_at": NOON,
                "next": {"id": "whist-20260718t1930", "starts_at": "2026-07-18T18:30:00Z", "event_status": "scheduled"},
                "href": "https://api.sandhaven.example/v1/programme/whist"
            }])
        );
    }
}

#[tokio::test]
async fn a_preview_refuses_what_writing_would_refuse() {
    for stage in Stage::each().await {
        let before = Ledger::of(&stage.service.store).await;
        for (pointer, value) in [
            ("/properties/schedule/starts", json!("soon")),
            ("/properties/schedule/ends", json!("2026-07-17T19:30")),
            ("/properties/schedule/rrule", json!("FREQ=SECONDLY")),
            ("/properties/schedule/rrule", json!("FREQ=WEEKLY;COUNT=3;UNTIL=20260901")),
            ("/properties/schedule/time_zone", json!("Europe/Clacton")),
            ("/properties/venue/id", json!("ven-nowhere")),
            ("/properties/price/currency", Value::Null),
            ("/properties/category", json!("opera")),
            ("/properties/source/attribution", json!("nobody")),
            ("/properties/name", Value::Null),
            ("/geometry", json!({"type": "Polygon", "coordinates": []})),
            ("/id", json!("preview")),
            ("/id", json!("x".repeat(49))),
        ] {
            let mut show = weekly("show");
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            if show.pointer(parent).is_none() {
                show["properties"]["source"] = json!({});
            }
            show.pointer_mut(parent).unwrap()[member] = value.clone();
            let seen = stage.theatre(Method::POST, "/v1/programme/preview", &[GEO], show.clone()).await;
            assert_eq!(seen.status, 422, "{pointer} {value}: {}", seen.text());
            let written = stage.theatre(Method::POST, EVENTS, &[GEO], show.clone()).await;
            assert_eq!(refusal(&seen), (422, "invalid-document".to_owned(), pointer.to_owned()), "{value}");
            assert_eq!(seen.json(), written.json(), "{pointer} {value}");
        }
        assert_eq!(Ledger::of(&stage.service.store).await, before);
        let mut away = weekly("show");
        away["geometry"] = json!({"type": "Point", "coordinates": [0.0, 51.0]});
        away["properties"]["venue"] = json!({"name": "Somewhere"});
        let seen = stage.theatre(Method::POST, "/v1/programme/preview", &[GEO], away.clone()).await;
        assert_eq!(refusal(&seen).1, "outside-area");
        let meant = stage.theatre(Method::POST, "/v1/programme/preview?outside=allow", &[GEO], away).await;
        assert_eq!(meant.status, 200, "{}", meant.text());
        // A hundred dates are shown, five hundred counted, and that there are more is said.
        let mut daily = weekly("show");
        daily["properties"]["schedule"]["rrule"] = json!("FREQ=DAILY");
        let seen = stage.theatre(Method::POST, "/v1/programme/preview", &[GEO], daily).await.json();
        assert_eq!(seen["dates"].as_array().unwrap().len(), 100);
        assert_eq!((&seen["count"], &seen["complete"]), (&json!(500), &json!(false)));
        assert!(seen["occurrences_until"].is_string());
    }
}

#[tokio::test]
async fn last_years_event_is_copied_as_a_draft_with_its_series_moved() {
    for stage in Stage::each().await {
        let mut show = weekly("show");
        show["properties"]["schedule"]["exdates"] = json!(["2026-08-01"]);
        show["properties"]["availability"] = json!("sold_out");
        stage.published(&show).await;
        stage.act("/v1/occurrences/show-20260725t1930/cancel", 2, Value::Null).await;
        stage.act("/v1/events/show/cancel", 3, json!({"reason": "Done"})).await;
        let target = "/v1/programme/show/copy";
        let body = json!({"starts": "2027-07-17T20:00", "id": "show-2027"});
        let made = stage.theatre(Method::POST, target, &[JSON], body.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(location(&made), "/v1/programme/show-2027");
        let copy = made.json();
        let properties = &copy["properties"];
        assert_eq!(
            properties["schedule"],
            json!({"starts": "2027-07-17T20:00", "ends": "2027-07-17T22:30", "time_zone": null,
                "rrule": "FREQ=WEEKLY;UNTIL=20270830", "rdates": [], "exdates": []})
        );
        assert_eq!((&properties["publication"], &properties["version"]), (&json!("draft"), &json!(1)));
        assert_eq!(
            (&properties["event_status"], &properties["event_status_reason"]),
            (&json!("scheduled"), &Value::Null)
        );
        assert_eq!((&properties["changes"], &properties["availability"]), (&json!([]), &Value::Null));
        assert_eq!(properties["organisation"], "lantern");
        assert_eq!(properties["published_at"], Value::Null);
        assert_eq!(
            (&properties["name"], &properties["venue"]["id"]),
            (&json!("Whist and whistles"), &json!(VENUE))
        );
        assert_eq!(copy["conflicts"], json!([]));
        assert_eq!(copy["warnings"][0]["code"], "copied_without", "{copy}");
        let detail = copy["warnings"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("1 that are none (exdates), 1 with something of their own"), "{detail}");
        let again = stage.theatre(Method::POST, target, &[JSON], body).await;
        assert_eq!((again.status.as_u16(), again.json()), (200, copy), "asked twice, written once");
        let other = stage.theatre(Method::POST, target, &[JSON], json!({"starts": "2027-07-17T20:00"})).await;
        assert_eq!(other.status, 201, "{}", other.text());
        for (body, status, pointer) in [
            (json!({"starts": "2027-07-17"}), 422, "/starts"),
            (json!({"starts": "2199-12-31T23:00"}), 422, "/starts"),
            (json!({"starts": "2027-07-17T20:00", "id": "preview"}), 422, "/id"),
            (json!({"starts": "2027-07-17T20:00", "id": "A"}), 422, "/id"),
            (json!({"starts": "2027-07-17T20:00", "id": "x".repeat(49)}), 422, "/id"),
            (json!({"id": "x"}), 422, "/starts"),
            (json!({"starts": "2028-07-15T20:00", "id": "show"}), 409, ""),
        ] {
            let refused = stage.theatre(Method::POST, target, &[JSON], body.clone()).await;
            let (is, _, at) = refusal(&refused);
            assert_eq!((is, at.as_str()), (status, pointer), "{body}: {}", refused.text());
        }
        // What is of another is not copied, published or not.
        let refused = stage
            .asked(&stage.rival, Method::POST, target, &[JSON], json!({"starts": "2027-07-17T20:00"}))
            .await;
        assert_eq!(refused.status, 403, "{}", refused.text());
    }
}

#[tokio::test]
async fn what_else_is_on_at_the_venue_is_told_and_refuses_nothing() {
    for stage in Stage::each().await {
        stage.published(&weekly("show")).await;
        // A draft of another's, one of its own, and what is elsewhere, over or cancelled.
        let rivals = once("rivals", "2026-08-01T21:00", "2026-08-01T23:30");
        let made = stage.asked(&stage.rival, Method::POST, EVENTS, &[GEO], rivals).await;
        assert_eq!(
            made.json()["conflicts"],
            json!([{"event": "show", "name": "Whist and whistles", "occurrence": "show-20260801t1930",
                "publication": "published", "with": "rivals-20260801t2100",
                "starts_at": "2026-08-01T20:00:00Z", "ends_at": "2026-08-01T21:00:00Z"}])
        );
        let own = stage.draft(&once("own", "2026-07-25T18:00", "2026-07-25T19:31")).await;
        assert_eq!(own.json()["conflicts"][0]["with"], "own-20260725t1800");
        let after = stage.draft(&once("after", "2026-07-25T22:00", "2026-07-25T23:00")).await;
        assert_eq!(after.json()["conflicts"], json!([]), "one after the other is no conflict");
        let mut elsewhere = once("elsewhere", "2026-07-25T19:30", "2026-07-25T22:00");
        elsewhere["properties"]["venue"] = json!({"id": "ven-bandstand"});
        assert_eq!(stage.draft(&elsewhere).await.json()["conflicts"], json!([]));
        let mut nowhere = once("nowhere", "2026-07-25T19:30", "2026-07-25T22:00");
        nowhere["properties"]["venue"] = json!({"name": "Lantern Theatre"});
        assert_eq!(stage.draft(&nowhere).await.json()["conflicts"], json!([]));

        let told = stage.seen("show").await["conflicts"].clone();
        let names: Vec<_> =
            told.as_array().unwrap().iter().map(|one| (&one["event"], &one["name"])).collect();
        assert_eq!(
            names,
            [(&json!("own"), &json!("Once, own")), (&Value::Null, &json!("another organisation's draft"))],
            "{told}"
        );
        assert_eq!(told[1]["occurrence"], Value::Null);
        assert!(!told.to_string().contains("rivals"), "{told}");
        let all =
            stage.asked(&stage.auditor, Method::GET, "/v1/programme/show", &[], Value::Null).await.json();
        assert_eq!(all["conflicts"][1]["event"], "rivals", "an auditor sees whose");
        // What does not take place takes no place.
        let cancelled = stage.act("/v1/occurrences/show-20260725t1930/cancel", 2, Value::Null).await.json();
        assert_eq!(cancelled["conflicts"].as_array().unwrap().len(), 1, "{cancelled}");
        let moved = json!({"starts": "2026-07-25T17:00", "ends": "2026-07-25T18:30"});
        let moved = stage.act("/v1/occurrences/show-20260725t1930/reschedule", 3, moved).await.json();
        assert_eq!(moved["conflicts"][0]["ends_at"], "2026-07-25T17:30:00Z", "{moved}");
        // Published all the same.
        let published = stage.act("/v1/events/own/publish", 1, Value::Null).await;
        assert_eq!(
            (published.status.as_u16(), published.json()["conflicts"].as_array().unwrap().len()),
            (200, 1)
        );
        let mut daily = weekly("daily");
        daily["properties"]["schedule"]["rrule"] = json!("FREQ=DAILY;COUNT=100");
        let mut second = daily.clone();
        second["id"] = json!("second");
        stage.draft(&daily).await;
        let many = stage.draft(&second).await.json();
        assert_eq!(many["conflicts"].as_array().unwrap().len(), 20, "at most");
    }
}
