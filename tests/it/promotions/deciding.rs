//! What may be done with a promotion, by whom, and what readers see meanwhile.
use super::*;
use crate::support::at;
use crate::support::promotions::promotion;
use chrono::TimeDelta;

#[tokio::test]
async fn an_edit_is_not_shown_before_it_is_approved() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        let edited = market.edit("cafe-teas", 3, json!({"name": "Free beer"})).await;
        assert_eq!(edited.json()["properties"]["moderation"], "draft", "{}", edited.text());
        assert_eq!(market.names().await, ["Two cream teas for one"]);
        market.act(&market.cafe, "cafe-teas", "submit", 4, Value::Null).await;
        let queue =
            market.asked(&market.moderator, Method::GET, "/v1/moderation", &[], Value::Null).await.json();
        let want = json!([{"field": "name", "approved": "Two cream teas for one", "submitted": "Free beer"}]);
        assert_eq!(queue["waiting"][0]["differences"], want);
        assert_eq!(queue["waiting"][0]["decisions"][0]["decision"], "approved");

        let hidden = market.edit("cafe-teas", 5, json!({"keep_public": false})).await;
        assert_eq!(hidden.json()["properties"]["moderation"], "submitted", "that is no content");
        assert!(market.names().await.is_empty());
        let gone = market.service.client.get(&format!("{ITEMS}/cafe-teas")).await;
        assert_eq!(gone.status, 404);
        market.edit("cafe-teas", 6, json!({"keep_public": null})).await;
        assert_eq!(market.names().await, ["Two cream teas for one"]);

        let own = market.own("cafe-teas").await;
        let body = json!({"content_hash": own["content_hash"], "reason": "No beer, please."});
        let rejected = market.act(&market.moderator, "cafe-teas", "reject", 7, body).await;
        assert_eq!(rejected.json()["properties"]["decisions"][0]["reason"], "No beer, please.");
        // The council answers its business, not one of its people.
        assert!(rejected.json()["properties"]["decisions"][0]["by"].is_string());
        assert_eq!(market.own("cafe-teas").await["decisions"][0]["by"], Value::Null);
        assert_eq!(market.names().await, ["Two cream teas for one"]);
        // The text that was approved needs no second look.
        let back = market.edit("cafe-teas", 8, json!({"name": "Two cream teas for one"})).await;
        assert_eq!(back.json()["properties"]["moderation"], "approved");

        let withdrawn =
            market.act(&market.cafe, "cafe-teas", "withdraw", 9, json!({"reason": "Sold out"})).await;
        assert_eq!(withdrawn.json()["properties"]["lifecycle"], "withdrawn");
        assert!(market.names().await.is_empty() && market.public(NEAR).await.is_empty());
    }
}

#[tokio::test]
async fn what_is_decided_is_what_was_looked_at() {
    for market in Market::each().await {
        market.draft(&promotion("cafe-teas", "biz-cafe")).await;
        market.act(&market.cafe, "cafe-teas", "submit", 1, Value::Null).await;
        let seen = market.own("cafe-teas").await["content_hash"].clone();
        // Edited and submitted again: another version, and other words.
        market.edit("cafe-teas", 2, json!({"name": "Free beer"})).await;
        market.act(&market.cafe, "cafe-teas", "submit", 3, Value::Null).await;
        let stale =
            market.act(&market.moderator, "cafe-teas", "approve", 2, json!({"content_hash": seen})).await;
        assert_eq!(stale.status, 412);
        let other =
            market.act(&market.moderator, "cafe-teas", "approve", 4, json!({"content_hash": seen})).await;
        assert_eq!(other.status, 409, "{}", other.text());
        let other = market
            .act(&market.moderator, "cafe-teas", "reject", 4, json!({"content_hash": seen, "reason": "No"}))
            .await;
        assert_eq!(other.status, 409, "{}", other.text());
        assert!(market.names().await.is_empty());
        assert_eq!(market.approve("cafe-teas").await.status, 200);
        assert_eq!(market.names().await, ["Free beer"]);
    }
}

#[tokio::test]
async fn nobody_decides_about_their_own_and_nobody_touches_anothers() {
    for market in Market::each().await {
        let rivals = promotion("rival-theirs", "biz-rival");
        let at_anothers = promotion("cafe-theirs", "biz-rival");
        let at_anothers = market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], at_anothers).await;
        assert_eq!(at_anothers.status, 403, "{}", at_anothers.text());
        let made = market.asked(&market.rival, Method::POST, ITEMS, &[GEO], rivals).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(market.act(&market.cafe, "rival-theirs", "submit", 1, Value::Null).await.status, 404);
        assert_eq!(market.seen(&market.cafe, "rival-theirs").await.status, 404);
        assert_eq!(market.act(&market.rival, "rival-theirs", "submit", 1, Value::Null).await.status, 200);
        let hash =
            market.seen(&market.rival, "rival-theirs").await.json()["properties"]["content_hash"].clone();
        let body = json!({"content_hash": hash});
        for (who, want) in
            [(&market.moderator, 404), (&market.rival, 403), (&market.cafe, 403), (&market.auditor, 403)]
        {
            let answer = market.act(who, "rival-theirs", "approve", 2, body.clone()).await;
            assert_eq!(answer.status.as_u16(), want, "{}", answer.text());
        }
        let queue =
            market.asked(&market.moderator, Method::GET, "/v1/moderation", &[], Value::Null).await.json();
        assert_eq!((&queue["waiting"], &queue["number_waiting"]), (&json!([]), &json!(0)), "it is its own");
        let queue =
            market.asked(&market.auditor, Method::GET, "/v1/moderation", &[], Value::Null).await.json();
        assert_eq!(queue["number_waiting"], 1);
        assert!(market.names().await.is_empty());
    }
}

#[tokio::test]
async fn what_only_the_server_says_is_not_taken_from_a_document() {
    for market in Market::each().await {
        for (name, value) in [
            ("moderation", json!("approved")),
            ("approved", json!([{"name": "x"}])),
            ("approved_at", json!(NOON)),
            ("submitted_at", json!(NOON)),
            ("decisions", json!([])),
            ("organisation", json!("rival")),
            ("advertisement", json!(false)),
            ("label", json!("News")),
            ("business_name", json!("The Ritz")),
            ("url_host", json!("bank.example")),
            ("content_hash", json!("0".repeat(64))),
            ("lifecycle", json!("active")),
            ("verified", json!(true)),
        ] {
            let mut document = promotion("cafe-teas", "biz-cafe");
            document["properties"][name] = value;
            let answer = market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], document).await;
            if name == "decisions" {
                // An empty list says nothing.
                assert_eq!(answer.status, 201, "{name}: {}", answer.text());
                let tag = [("if-match", "\"1\"")];
                market
                    .asked(&market.cafe, Method::DELETE, &format!("{ITEMS}/cafe-teas"), &tag, Value::Null)
                    .await;
                continue;
            }
            let (status, _, pointer) = refusal(&answer);
            assert_eq!(status, 422, "{name}: {}", answer.text());
            assert!(pointer.starts_with("/properties/") && pointer.contains(name), "{name}: {pointer}");
        }
        let mut document = promotion("cafe-linked", "biz-cafe");
        document["properties"]["terms"] = json!("See https://elsewhere.example");
        let linked = market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], document).await;
        assert_eq!(refusal(&linked), (422, "invalid-document".into(), "/properties/terms".into()));
        let nowhere =
            market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], promotion("cafe-x", "biz-nowhere")).await;
        assert_eq!(refusal(&nowhere), (422, "invalid-document".into(), "/properties/business".into()));
    }
}

#[tokio::test]
async fn what_the_server_keeps_is_not_taken_away_by_saying_nothing() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        market.edit("cafe-teas", 3, json!({"name": "Free beer"})).await;
        market.act(&market.cafe, "cafe-teas", "submit", 4, Value::Null).await;
        let before = market.own("cafe-teas").await;
        for name in ["moderation", "approved", "approved_at", "submitted_at", "decisions", "organisation"] {
            for nothing in [Value::Null, json!([])] {
                let answer = market.edit("cafe-teas", 5, json!({name: nothing})).await;
                assert_eq!(answer.status, 422, "{name} {nothing}: {}", answer.text());
            }
        }
        assert_eq!(market.own("cafe-teas").await, before);
    }
}

#[tokio::test]
async fn a_draft_is_its_business_alone_and_a_moderator_who_takes_something_back_says_why() {
    for market in Market::each().await {
        market.draft(&promotion("cafe-teas", "biz-cafe")).await;
        assert_eq!(market.seen(&market.moderator, "cafe-teas").await.status, 404);
        let list = market.asked(&market.moderator, Method::GET, "/v1/promotions", &[], Value::Null).await;
        assert_eq!(list.json()["promotions"], json!([]));
        market.act(&market.cafe, "cafe-teas", "submit", 1, Value::Null).await;
        assert_eq!(market.approve("cafe-teas").await.status, 200);
        let silent = market.act(&market.moderator, "cafe-teas", "withdraw", 3, Value::Null).await;
        assert_eq!(refusal(&silent), (422, "invalid-document".into(), "/reason".into()));
        let body = json!({"reason": "The cafe has burnt down."});
        let told = market.act(&market.moderator, "cafe-teas", "withdraw", 3, body).await;
        assert_eq!(told.status, 200, "{}", told.text());
        let own = market.own("cafe-teas").await;
        assert_eq!(own["decisions"][0]["reason"], "The cafe has burnt down.");
        assert_eq!((&own["lifecycle"], &own["moderation"]), (&json!("withdrawn"), &json!("draft")));
        // Handed in and taken back: nobody has decided anything, and the record says so.
        market.act(&market.cafe, "cafe-teas", "submit", 4, Value::Null).await;
        let back = market.act(&market.cafe, "cafe-teas", "withdraw", 5, Value::Null).await;
        assert_eq!(back.json()["properties"]["decisions"].as_array().unwrap().len(), 2, "{}", back.text());
        let anothers = promotion("wc-promenade-2", "biz-cafe");
        let anothers = market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], anothers).await;
        assert_eq!(refusal(&anothers), (422, "invalid-document".into(), "/id".into()), "an id of anybody's");
    }
}

#[tokio::test]
async fn what_stands_is_neither_deleted_nor_shown_by_an_undo() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        let target = format!("{ITEMS}/cafe-teas");
        let headers = |tag: &'static str| [("if-match", tag)];
        let deleted =
            market.asked(&market.cafe, Method::DELETE, &target, &headers("\"3\""), Value::Null).await;
        assert_eq!(deleted.status, 409, "{}", deleted.text());
        let undone = format!("{target}/undo");
        let nothing = market.asked(&market.cafe, Method::POST, &undone, &headers("\"3\""), Value::Null).await;
        assert_eq!(nothing.status, 409, "a decision is no edit: {}", nothing.text());

        market.edit("cafe-teas", 3, json!({"name": "Free beer"})).await;
        market.edit("cafe-teas", 4, json!({"name": "Free wine"})).await;
        let back = market.asked(&market.cafe, Method::POST, &undone, &headers("\"5\""), Value::Null).await;
        let back = back.json()["properties"].clone();
        assert_eq!((&back["name"], &back["moderation"]), (&json!("Free beer"), &json!("draft")));
        assert_eq!(market.names().await, ["Two cream teas for one"]);

        // A business is not taken away while something is offered there.
        let business = "/v1/collections/businesses/items/biz-cafe";
        let tourism = person(&market.service.app, profile(&[Role::Publisher])).await;
        let kept = market.asked(&tourism, Method::DELETE, business, &headers("\"1\""), Value::Null).await;
        assert_eq!(kept.status, 409, "{}", kept.text());
        market.act(&market.cafe, "cafe-teas", "withdraw", 6, Value::Null).await;
        let gone = market.asked(&tourism, Method::DELETE, business, &headers("\"1\""), Value::Null).await;
        assert_eq!(gone.status, 204, "{}", gone.text());
        let own = market.own("cafe-teas").await;
        assert_eq!(own["business_name"], Value::Null);
        let nowhere = market.act(&market.cafe, "cafe-teas", "submit", 7, Value::Null).await;
        assert_eq!(nowhere.status, 422, "{}", nowhere.text());
    }
}

#[tokio::test]
async fn a_business_may_send_back_what_it_has_read() {
    for market in Market::each().await {
        market.approved(&promotion("cafe-teas", "biz-cafe")).await;
        for version in [3, 4] {
            let mut read = market.seen(&market.cafe, "cafe-teas").await.json();
            assert_eq!(read["properties"]["decisions"][0]["by"], Value::Null);
            read["properties"]["name"] = json!(format!("Version {version}"));
            let tag = format!("\"{version}\"");
            let target = format!("{ITEMS}/cafe-teas");
            let put =
                market.asked(&market.cafe, Method::PUT, &target, &[GEO, ("if-match", &tag)], read).await;
            assert_eq!(put.status, 200, "{}", put.text());
        }
        // What it was not told is not taken from it.
        let mut forged = market.seen(&market.cafe, "cafe-teas").await.json();
        forged["properties"]["decisions"][0]["decision"] = json!("rejected");
        let headers = [GEO, ("if-match", "\"5\"")];
        let put =
            market.asked(&market.cafe, Method::PUT, &format!("{ITEMS}/cafe-teas"), &headers, forged).await;
        assert_eq!(refusal(&put), (422, "invalid-document".into(), "/properties/decisions".into()));
        // Who decided is in the history, which is not for it.
        let history = format!("{ITEMS}/cafe-teas/history");
        let asked = market.asked(&market.cafe, Method::GET, &history, &[], Value::Null).await;
        assert_eq!(asked.status, 403, "{}", asked.text());
    }
}

#[tokio::test]
async fn what_was_refused_is_not_taken_away_and_asked_again_unawares() {
    for market in Market::each().await {
        let mut offer = promotion("cafe-teas", "biz-cafe");
        offer["properties"]["valid_through"] = json!("2027-07-01T00:00:00Z");
        market.draft(&offer).await;
        market.act(&market.cafe, "cafe-teas", "submit", 1, Value::Null).await;
        let hash = market.own("cafe-teas").await["content_hash"].clone();
        let body = json!({"content_hash": hash, "reason": "Untrue."});
        market.act(&market.moderator, "cafe-teas", "reject", 2, body).await;
        let take_away = async || {
            let target = format!("{ITEMS}/cafe-teas");
            market.asked(&market.cafe, Method::DELETE, &target, &[("if-match", "\"3\"")], Value::Null).await
        };
        let refused = take_away().await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert!(refused.text().contains("30 days"), "{}", refused.text());
        market.service.clock.set(at(NOON) + TimeDelta::days(30));
        assert_eq!(take_away().await.status, 204);
    }
}

#[tokio::test]
async fn an_id_begins_with_the_organisation_that_is_nearest_to_it() {
    for market in Market::each().await {
        organisation(&market.service.app, "cafe-roof", OrganisationKind::Business, &[]).await;
        let squatted = promotion("cafe-roof-teas", "biz-cafe");
        let made = market.asked(&market.cafe, Method::POST, ITEMS, &[GEO], squatted).await;
        assert_eq!(refusal(&made), (422, "invalid-document".into(), "/id".into()), "{}", made.text());
        market.draft(&promotion("cafe-roofs", "biz-cafe")).await;
    }
}
