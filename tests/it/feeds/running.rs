//! A node with its duties running, whose feed is a calendar at another server, over TLS: what staff and visitors see of it.
//!
//! The built program asks no server of this machine, and has no option for it. So the node runs here, by the very `jobs::run`
//! of `serve`, the reader of calendars and the doors, with a fetcher that knows the test's names and its authority.
use super::asking::{HOST, asked_at};
use super::*;
use crate::support::area_of;
use crate::support::database::Database;
use crate::support::outside::{Outside, Pace, answer};
use crate::support::people::{Person, organisation, person, profile};
use crate::support::service;
use axum::http::Method;
use chrono::TimeDelta;
use promenade::access::{OrganisationKind, Profile, Role};
use promenade::app::Feeding;
use promenade::ids::OrganisationId;
use promenade::jobs;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// A calendar of that many shows, one a day from 1 August on, of which the second is a week of them.
fn calendar(shows: usize) -> String {
    let show = |n: usize| {
        let rule = if n == 1 { "RRULE:FREQ=DAILY;COUNT=7\r\n" } else { "" };
        format!(
            "BEGIN:VEVENT\r\nUID:{n}@pier\r\nDTSTAMP:20260701T090000Z\r\nSUMMARY:Show {n}\r\n\
             DTSTART;TZID=Europe/London:202608{:02}T193000\r\n{rule}END:VEVENT\r\n",
            n + 1
        )
    };
    let shows: String = (0..shows).map(show).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pier//EN\r\n{shows}END:VCALENDAR\r\n")
}

/// The source as staff see it, once `is` holds.
async fn seen(service: &Service, staff: &Person, is: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let answer = service.client.write(staff, Method::GET, "/v1/sources/pier", &[], "").await;
        let source = answer.json();
        if is(&source) {
            return source;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{} stays so: {source}", service.name);
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until visitors see that many: what is in the database is shown a moment later.
async fn shown(service: &Service, target: &str, want: usize) {
    let begun = Instant::now();
    loop {
        let count = service.client.json(target).await["features"].as_array().unwrap().len();
        if count == want {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{}: {count} at {target}", service.name);
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_calendar_over_tls_is_asked_by_the_running_node_and_what_is_left_of_it_is_held_back() {
    // What the server has: the number of the calendar, its entity tag, and how many shows are in it.
    let shows = Arc::new(Mutex::new(10));
    let its = shows.clone();
    let outside = Outside::start(&[HOST], move |head| {
        let shows = *its.lock().unwrap();
        let tag = format!("\"{shows}-shows\"");
        if head.to_lowercase().contains(&format!("if-none-match: {tag}")) {
            return Pace::Whole(answer("304 Not Modified", &[], ""));
        }
        let headers = [&*format!("ETag: {tag}"), "Content-Type: text/calendar; charset=utf-8"];
        Pace::Whole(answer("200 OK", &headers, calendar(shows)))
    })
    .await;
    for database in Database::each().await {
        *shows.lock().unwrap() = 10;
        let before = outside.asked().len();
        let store = database.open().await;
        let mut service = service(database, store, area_of(&asked_at(&outside, "ics")), NOON).await;
        service.app = service.app.with_feeding(Feeding::new(outside.fetcher()));
        organisation(&service.app, "theatre", OrganisationKind::Theatre, &[]).await;
        let theatre = Profile {
            organisation: Some(OrganisationId::new("theatre").unwrap()),
            ..profile(&[Role::Publisher])
        };
        let theatre = person(&service.app, theatre).await;
        let (stop, stopped) = oneshot::channel();
        let duties = tokio::spawn(jobs::run(service.app.clone(), None, async { drop(stopped.await) }));
        let then = |hours: i64| {
            let then = crate::support::at(NOON) + TimeDelta::hours(hours);
            service.clock.set(then);
            json!(then.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        };

        let source = seen(&service, &theatre, |source| source["items"] == 10).await;
        assert_eq!(
            (&source["succeeded_at"], &source["taken"]["added"], &source["quarantine"]),
            (&json!(NOON), &json!(10), &Value::Null),
            "{source}"
        );
        let items = "/v1/collections/events/items?q=show&limit=100";
        shown(&service, items, 10).await;
        let nights =
            "/v1/collections/occurrences/items?limit=100&datetime=2026-08-01T00:00:00Z/2026-08-31T00:00:00Z";
        // One of them is a week.
        shown(&service, nights, 16).await;

        // An hour later nothing is new there.
        let later = then(1);
        let source = seen(&service, &theatre, |source| source["attempted_at"] == later).await;
        assert_eq!((&source["succeeded_at"], &source["failure"]), (&later, &Value::Null));
        let asked = outside.asked().split_off(before);
        assert_eq!(asked.len(), 2);
        assert!(asked[1].to_lowercase().contains("if-none-match: \"10-shows\"\r\n"), "{}", asked[1]);

        // Half of it is gone: it is held back, the last good stays, and staff see why.
        *shows.lock().unwrap() = 5;
        then(2);
        let source = seen(&service, &theatre, |source| !source["quarantine"].is_null()).await;
        let held = &source["quarantine"];
        assert_eq!((&held["reason"], &held["was"], &held["is"]), (&json!("shrunk"), &json!(10), &json!(5)));
        assert_eq!((&source["succeeded_at"], &source["items"]), (&later, &json!(10)));
        shown(&service, items, 10).await;

        // Somebody has looked, and lets it pass.
        let passed =
            service.client.write(&theatre, Method::POST, "/v1/sources/pier/acknowledge", &[], "").await;
        assert_eq!(passed.status, 200, "{}", passed.text());
        service.clock.set(service.clock.now() + TimeDelta::minutes(1));
        let source = seen(&service, &theatre, |source| source["quarantine"].is_null()).await;
        assert_eq!((&source["taken"]["archived"], &source["items"]), (&json!(5), &json!(5)), "{source}");
        shown(&service, items, 5).await;

        stop.send(()).unwrap();
        timeout(Duration::from_secs(10), duties).await.unwrap().unwrap();
    }
}
