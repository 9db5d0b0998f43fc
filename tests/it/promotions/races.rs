//! Approving while it is edited: whatever comes first, nothing is shown that nobody looked at.
use super::*;
use crate::support::at;
use crate::support::promotions::promotion;
use chrono::TimeDelta;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_thousand_races_of_approving_and_editing_show_no_word_that_nobody_approved() {
    let rounds = if std::env::var_os("PROMENADE_LONG").is_some() { 1_000 } else { 100 };
    for market in Market::each().await {
        let (market, mut day) = (&market, at(NOON));
        for n in 0..rounds {
            let id = &format!("cafe-race-{n}");
            let mut document = promotion(id, "biz-cafe");
            document["properties"]["name"] = json!(format!("Good {n}"));
            document["properties"]["valid_through"] = json!("2027-07-01T00:00:00Z");
            // Another day: a business edits only so often.
            if n % 6 == 5 {
                day += TimeDelta::days(1);
                market.service.clock.set(day);
            }
            market.draft(&document).await;
            market.act(&market.cafe, id, "submit", 1, Value::Null).await;
            let hash = market.own(id).await["content_hash"].clone();
            let approve = market.act(&market.moderator, id, "approve", 2, json!({"content_hash": hash}));
            let edit = market.edit(id, 2, json!({"name": format!("Bad {n}")}));
            let submit = market.act(&market.cafe, id, "submit", 3, Value::Null);
            // Again with the version that comes of the edit: the hash is another.
            let late = market.act(&market.moderator, id, "approve", 4, json!({"content_hash": hash}));
            let (approved, edited, _, late) = tokio::join!(approve, edit, submit, late);
            let done = [&approved, &edited].map(|answer| answer.status == 200);
            assert!(done == [true, false] || done == [false, true], "{n}: {done:?}");
            assert_ne!(late.status, 200, "{n}");
            let shown = market.service.client.get(&format!("{ITEMS}/{id}")).await;
            assert!(!shown.text().contains("Bad"), "{n}");
            assert_eq!(shown.status == 200, done[0], "{n}");
            if done[1] {
                // What waits now would keep others from being handed in.
                let version = market.own(id).await["version"].as_i64().unwrap();
                market.act(&market.cafe, id, "withdraw", version, Value::Null).await;
            }
        }
        let (all, _) = market.service.client.pages(&format!("{ITEMS}?limit=100&seed=3")).await;
        let names: BTreeSet<&str> =
            all.iter().map(|one| one["properties"]["name"].as_str().unwrap()).collect();
        assert!(names.iter().all(|name| name.starts_with("Good")), "{names:?}");
    }
}
