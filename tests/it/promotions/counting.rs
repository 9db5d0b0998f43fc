//! How often promotions are looked at: counted once, by the area's days, and nothing kept of who looked.
use super::*;
use crate::support::ledger::{Ledger, everything};
use crate::support::promotions::promotion;
use crate::support::{BASE, area_folder, at};
use axum::http::StatusCode;
use futures_util::future::join_all;
use promenade::app::{self, Seed};
use promenade::features::PromotionStep;
use promenade::http::{Front, Pressure, RequestLimits, Site};
use promenade::ids::FeatureId;
use std::time::Duration;
use uuid::Uuid;

const PHONE: (&str, &str) = ("user-agent", "Promenade/1.4 CFNetwork/1496 Darwin/23.5.0");

fn said(nonce: Uuid) -> String {
    json!({"nonce": nonce.to_string()}).to_string()
}

impl Market {
    /// A phone tells of a view or a click with this nonce.
    async fn told(&self, id: &str, what: &str, nonce: Uuid) -> StatusCode {
        let target = format!("/v1/promotions/{id}/{what}");
        let answer = self.service.client.post(&target, &[JSON, PHONE], said(nonce)).await;
        if answer.status == 204 {
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        answer.status
    }

    /// What was counted, as the cafe sees it: each day with its views and clicks, and all of them.
    async fn counted(&self, id: &str) -> (Vec<(String, i64, i64)>, (i64, i64)) {
        let target = format!("/v1/promotions/{id}/counts");
        let answer = self.asked(&self.cafe, Method::GET, &target, &[], Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let counts = answer.json();
        let pair = |of: &Value| (of["views"].as_i64().unwrap(), of["clicks"].as_i64().unwrap());
        let day = |of: &Value| (of["day"].as_str().unwrap().to_owned(), pair(of).0, pair(of).1);
        (counts["days"].as_array().unwrap().iter().map(day).collect(), pair(&counts["total"]))
    }
}

#[tokio::test]
async fn one_nonce_sent_fifty_times_at_once_is_counted_once_and_views_and_clicks_apart() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        assert_eq!(market.counted("cafe-teas").await, (vec![], (0, 0)));
        let before = Ledger::of(&market.service.store).await;
        let nonce = Uuid::new_v4();
        let answers = join_all((0..50).map(|_| market.told("cafe-teas", "views", nonce))).await;
        assert!(answers.iter().all(|status| *status == 204), "{answers:?}");
        let today = |views, clicks| (vec![("2026-07-18".to_owned(), views, clicks)], (views, clicks));
        assert_eq!(market.counted("cafe-teas").await, today(1, 0), "{}", market.service.name);
        // What is made up for a view may be for a click, and by another phone for another promotion.
        assert_eq!(market.told("cafe-teas", "clicks", nonce).await, 204);
        assert_eq!(market.told("cafe-teas", "clicks", nonce).await, 204);
        // Some phones write it in capitals; it is the same one.
        let capitals = json!({"nonce": nonce.to_string().to_uppercase()}).to_string();
        let target = "/v1/promotions/cafe-teas/clicks";
        let again = market.service.client.post(target, &[JSON, PHONE], capitals).await;
        assert_eq!(again.status, 204, "{}", again.text());
        assert_eq!(market.counted("cafe-teas").await, today(1, 1));
        let others = join_all((0..20).map(|_| market.told("cafe-teas", "views", Uuid::new_v4()))).await;
        assert!(others.iter().all(|status| *status == 204), "{others:?}");
        assert_eq!(market.counted("cafe-teas").await, today(21, 1));
        assert_eq!(Ledger::of(&market.service.store).await, before, "nobody has decided anything");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_robots_are_not_counted() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        let client = &market.service.client;
        let target = "/v1/promotions/cafe-teas/views";
        for (body, want) in [
            ("{\"nonce\": \"tuesday\"}", (422, "invalid-document", "/nonce")),
            ("{\"nonce\": 7}", (422, "invalid-document", "/nonce")),
            ("{}", (422, "invalid-document", "/nonce")),
            ("{\"nonce\": \"5f0d7a523c1e4f7b9a448d2b6c1f0e93\"}", (422, "invalid-document", "/nonce")),
            (
                "{\"nonce\": \"5f0d7a52-3c1e-4f7b-9a44-8d2b6c1f0e93\", \"user\": 1}",
                (422, "invalid-document", "/user"),
            ),
            ("", (400, "invalid-json", "")),
        ] {
            let (status, kind, pointer) = refusal(&client.post(target, &[JSON, PHONE], body).await);
            assert_eq!((status, kind.as_str(), pointer.as_str()), want, "{body}");
        }
        let robots =
            [&[JSON][..], &[JSON, ("user-agent", "curl/8.5.0")], &[JSON, ("user-agent", "Googlebot/2.1")]];
        for headers in robots {
            let answer = client.post(target, headers, said(Uuid::new_v4())).await;
            assert_eq!(answer.status, 204, "{}", answer.text());
        }
        assert_eq!(market.counted("cafe-teas").await, (vec![], (0, 0)));
    }
}

#[tokio::test]
async fn a_day_ends_at_the_areas_midnight_and_what_was_counted_is_known_for_one_more() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        let nonce = Uuid::new_v4();
        market.service.clock.set(at("2026-07-18T22:59:59.999Z"));
        assert_eq!(market.told("cafe-teas", "views", nonce).await, 204);
        market.service.clock.set(at("2026-07-18T23:00:00Z"));
        assert_eq!(market.told("cafe-teas", "views", Uuid::new_v4()).await, 204);
        assert_eq!(market.told("cafe-teas", "clicks", Uuid::new_v4()).await, 204);
        market.service.clock.set(at("2026-07-19T22:59:59Z"));
        assert_eq!(market.told("cafe-teas", "views", nonce).await, 204, "a repeat of yesterday's");
        let days = [("2026-07-18".to_owned(), 1, 0), ("2026-07-19".to_owned(), 1, 1)];
        assert_eq!(market.counted("cafe-teas").await, (days.to_vec(), (2, 1)));
        let known = |all: &str| all.lines().filter(|line| line.starts_with("promotion_nonce ")).count();
        assert_eq!(known(&everything(&market.service.store).await), 3);
        market.service.clock.set(at("2026-07-20T09:00:00Z"));
        // Without anybody counting again: the duty that forgets people forgets these, too.
        market.service.app.forget(None).await.unwrap();
        assert_eq!(known(&everything(&market.service.store).await), 2, "the first is forgotten");
        assert_eq!(market.told("cafe-teas", "views", Uuid::new_v4()).await, 204);
        assert_eq!(known(&everything(&market.service.store).await), 3);
        // A year on it is not told day by day any more.
        market.service.clock.set(at("2027-07-19T22:59:59Z"));
        let days = [("2026-07-19".to_owned(), 1, 1), ("2026-07-20".to_owned(), 1, 0)];
        assert_eq!(market.counted("cafe-teas").await, (days.to_vec(), (3, 1)));
    }
}

#[tokio::test]
async fn nothing_is_counted_of_what_nobody_sees_and_its_counts_are_its_organisations() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        market.draft(&promotion("cafe-draft", "biz-cafe")).await;
        let mut later = promotion("cafe-later", "biz-cafe");
        later["properties"]["valid_from"] = json!("2026-07-19T08:00:00Z");
        market.approved(&later).await;
        assert_eq!(market.told("cafe-teas", "views", Uuid::new_v4()).await, 204);
        for id in ["cafe-draft", "cafe-later", "nowhere", "no%20id"] {
            for what in ["views", "clicks"] {
                assert_eq!(market.told(id, what, Uuid::new_v4()).await, 404, "{id} {what}");
            }
        }
        let counts = "/v1/promotions/cafe-teas/counts";
        for (who, want) in [
            (&market.cafe, 200),
            (&market.auditor, 200),
            (&market.rival, 404),
            // Of the rival's too, and no counter of anything.
            (&market.moderator, 403),
        ] {
            let answer = market.asked(who, Method::GET, counts, &[], Value::Null).await;
            assert_eq!(answer.status.as_u16(), want, "{}", answer.text());
        }
        assert_eq!(market.service.client.get(counts).await.status, 401);
        assert_eq!(market.service.client.get("/v1/promotions/cafe-teas/counts?from=2026").await.status, 401);
        let odd = "/v1/promotions/cafe-teas/counts?from=2026-01-01";
        assert_eq!(market.asked(&market.cafe, Method::GET, odd, &[], Value::Null).await.status, 400);

        let withdrawn = market.act(&market.cafe, "cafe-teas", "withdraw", 3, Value::Null).await;
        assert_eq!(withdrawn.status, 200, "{}", withdrawn.text());
        assert_eq!(market.told("cafe-teas", "views", Uuid::new_v4()).await, 404);
        market.service.clock.set(at("2026-07-20T17:00:00Z"));
        assert_eq!(market.told("cafe-later", "views", Uuid::new_v4()).await, 404, "it is over");
        // What was counted stays.
        assert_eq!(market.counted("cafe-teas").await.1, (1, 0));
    }
}

#[tokio::test]
async fn nothing_is_kept_of_who_looked_and_what_was_counted_outlives_a_restart() {
    const ADDRESS: &str = "198.51.100.77";
    for mut market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        market.approved(&promotion("cafe-chips", "biz-cafe")).await;
        let nonce = Uuid::new_v4();
        let phone = [JSON, ("user-agent", "Nightingale/7"), ("x-forwarded-for", ADDRESS)];
        // Whoever asks, asks by a proxy that says for whom.
        let trusted_proxies = vec!["0.0.0.0".parse().unwrap()];
        let behind = |app: &app::App| {
            let limits =
                RequestLimits { trusted_proxies: trusted_proxies.clone(), ..RequestLimits::default() };
            crate::support::client::Client::new(
                Front::both(&Site::new(app.clone(), BASE), limits, Pressure::default()).0,
            )
        };
        let client = behind(&market.service.app);
        for id in ["cafe-teas", "cafe-chips"] {
            let target = format!("/v1/promotions/{id}/views");
            assert_eq!(client.post(&target, &phone, said(nonce)).await.status, 204);
        }
        let all = everything(&market.service.store).await;
        assert!(all.contains("Two cream teas for one"), "the test would find nothing");
        let rows: Vec<&str> = all.lines().filter(|line| line.starts_with("promotion_nonce ")).collect();
        assert!(rows.len() == 2 && rows[0] != rows[1], "one nonce is two: {rows:?}");
        let all = all.to_lowercase();
        for private in [ADDRESS, "nightingale", &nonce.hyphenated().to_string(), &nonce.simple().to_string()]
        {
            assert!(!all.contains(private), "{}: {private} is kept", market.service.name);
        }

        let (store, clock) = (market.service.store.clone(), market.service.clock.clone());
        let seed = Seed::Named(Box::new(area_folder(SANDHAVEN)));
        (market.service.app, _) = app::start(store, clock, seed).await.unwrap();
        let client = behind(&market.service.app);
        market.service.client = client.clone();
        assert_eq!(client.post("/v1/promotions/cafe-teas/views", &phone, said(nonce)).await.status, 204);
        assert_eq!(market.counted("cafe-teas").await.1, (1, 0), "it is known still");

        // So much of one address, and no more; the others have their own.
        let mut counted = 1;
        let refused = loop {
            let answer = client.post("/v1/promotions/cafe-teas/views", &phone, said(nonce)).await;
            if answer.status != 204 {
                break answer;
            }
            counted += 1;
        };
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        // One more each six seconds that this takes.
        assert!((600..700).contains(&counted), "{counted}");
        assert!((1..=6).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
        let neighbour = [JSON, PHONE, ("x-forwarded-for", "198.51.100.78")];
        let counted = client.post("/v1/promotions/cafe-teas/views", &neighbour, said(Uuid::new_v4())).await;
        assert_eq!(counted.status, 204, "{}", counted.text());
        assert_eq!(market.counted("cafe-teas").await.1, (2, 0));
    }
}

#[tokio::test]
async fn counts_wait_in_a_corner_of_the_queue_even_when_their_phones_have_hung_up() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        // While somebody else holds the head, nothing is committed.
        let held = market.service.store.begin().await.unwrap();
        let client = market.service.client.clone();
        let phones: Vec<_> = (0..64)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move {
                    client.post("/v1/promotions/cafe-teas/views", &[JSON, PHONE], said(Uuid::new_v4())).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(market.told("cafe-teas", "views", Uuid::new_v4()).await, 503);
        for phone in &phones {
            phone.abort();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(
            market.told("cafe-teas", "views", Uuid::new_v4()).await,
            503,
            "its count waits all the same"
        );
        drop(held);
        let id = FeatureId::new("cafe-teas").unwrap();
        let item = market.service.app.snapshot().offers().offer(&id).unwrap().item.clone();
        let withdrawn = crate::support::promotions::decide(
            &market.service.app,
            &item,
            PromotionStep::Withdraw { reason: None },
        )
        .await;
        assert_eq!(withdrawn.version.0, 4, "{}: what comes after them is carried out", market.service.name);
        assert_eq!(market.counted("cafe-teas").await.1, (64, 0));
    }
}
