//! Many who edit at once, and clients that are not ours.
use super::{CAR_PARK, GEO, MERGE, NOON, new_toilet, publisher};
use crate::support::ledger::Ledger;
use crate::support::{SANDHAVEN, services};
use axum::http::Method;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn of_fifty_who_edit_one_item_one_wins_each_version_and_the_rest_are_told() {
    const EDITORS: usize = 50;
    const ROUNDS: usize = 4;
    for service in services(SANDHAVEN, NOON).await {
        let mut people = Vec::new();
        for _ in 0..EDITORS {
            people.push(publisher(&service).await);
        }
        let mut won = Vec::new();
        for round in 0..ROUNDS {
            let before = service.client.get(CAR_PARK).await;
            let mut editing = JoinSet::new();
            for (n, who) in people.iter().cloned().enumerate() {
                let (client, tag) = (service.client.clone(), before.header("etag").to_owned());
                editing.spawn(async move {
                    let name = format!("Round {round} by {n}");
                    let body = json!({"properties": {"name": name}}).to_string();
                    let answer =
                        client.write(&who, Method::PATCH, CAR_PARK, &[MERGE, ("if-match", &tag)], body).await;
                    (name, answer)
                });
            }
            let answers = editing.join_all().await;
            let (winners, rest): (Vec<_>, Vec<_>) =
                answers.iter().partition(|(_, answer)| answer.status == 200);
            let [(name, answer)] = winners[..] else { panic!("{}: {} won", service.name, winners.len()) };
            let written = answer.json()["properties"].clone();
            assert_eq!((&written["name"], &written["version"]), (&json!(name), &json!(round + 2)));
            for (_, answer) in rest {
                assert_eq!((answer.problem().1.as_str(), answer.status.as_u16()), ("stale-version", 412));
                assert_eq!(answer.json()["current_version"], round + 2);
            }
            assert_eq!(
                service.client.json(CAR_PARK).await["properties"]["name"],
                json!(name),
                "visible already"
            );
            won.push(name.clone());
        }
        let ledger = Ledger::of(&service.store).await;
        let names: Vec<String> = ledger
            .audit
            .iter()
            .filter(|row| row.subject == "car-parks/cp-north-sands")
            .map(|row| {
                let after: serde_json::Value = serde_json::from_str(row.after.as_ref().unwrap()).unwrap();
                after["fields"]["name"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(names, won, "nothing is lost");
    }
}

#[tokio::test]
async fn each_of_many_at_once_is_answered_what_it_wrote_itself() {
    for service in services(SANDHAVEN, NOON).await {
        let who = publisher(&service).await;
        let mut writing = JoinSet::new();
        for n in 0..40 {
            let (client, who) = (service.client.clone(), who.clone());
            writing.spawn(async move {
                let name = format!("Toilet {n}");
                let body = new_toilet(&name).to_string();
                let made =
                    client.write(&who, Method::POST, "/v1/collections/toilets/items", &[GEO], body).await;
                assert_eq!((made.status.as_u16(), &made.json()["properties"]["name"]), (201, &json!(name)));
                let target = format!("/v1/collections/toilets/items/{}", made.json()["id"].as_str().unwrap());
                assert_eq!(client.json(&target).await["properties"]["name"], json!(name));
            });
        }
        writing.join_all().await;
    }
}
