//! Batches on two nodes of one database.
use super::*;
use crate::support::client::Client;
use crate::support::database::Database;
use crate::support::{area_folder, service};
use promenade::app::{self, App, Seed};
use promenade::clock::Clock;
use promenade::http::{Front, Pressure, RequestLimits, Site};

async fn until_equal(one: &App, other: &App) {
    let began = Instant::now();
    while one.snapshot().revision != other.snapshot().revision {
        assert!(began.elapsed() < Duration::from_secs(10), "the other node follows no more");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirmed_on_two_nodes_at_once_it_is_decided_once_and_neither_shows_a_part_of_it() {
    const EACH: usize = 5;
    let database = Database::postgres().await;
    let seed = Seed::Named(Box::new(area_folder(SANDHAVEN)));
    let (other, _fatal) = app::start(database.open().await, Clock::fixed(at(NOON)), seed).await.unwrap();
    let site = Site::new(other.clone(), BASE);
    let elsewhere = Client::new(Front::both(&site, RequestLimits::default(), Pressure::default()).0);
    let store = database.open().await;
    let market = Market::of(service(database, store, area_folder(SANDHAVEN), NOON).await).await;
    let app = &market.service.app;
    let (second, third) = (market.second().await, market.second().await);
    let shown = |all: Value| all["features"].as_array().unwrap().len();
    for n in 0..4 {
        let names: Vec<String> = (0..EACH).map(|m| format!("offer-{n}-{m}")).collect();
        let promotions = market.waiting(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let batch = market.proposed(&promotions).await;
        until_equal(app, &other).await;
        let before = Ledger::of(&market.service.store).await;
        let done = AtomicBool::new(false);
        let confirm = async {
            let target = format!("{batch}/confirm");
            let answers = tokio::join!(
                market.confirm(&second, &batch),
                elsewhere.write(&third, Method::POST, &target, &[], ""),
            );
            until_equal(app, &other).await;
            done.store(true, Ordering::Release);
            answers
        };
        let watch = async {
            while !done.load(Ordering::Acquire) {
                for client in [&market.service.client, &elsewhere] {
                    let seen = shown(client.json(&format!("{ITEMS}?limit=100")).await);
                    assert!([n * EACH, (n + 1) * EACH].contains(&seen), "{n}: {seen}");
                }
                tokio::task::yield_now().await;
            }
        };
        let ((here, there), ()) = tokio::join!(confirm, watch);
        let statuses = [&here, &there].map(|answer| answer.status.as_u16());
        assert!([[200, 409], [409, 200]].contains(&statuses), "{n}: {statuses:?} {}", there.text());
        let after = Ledger::of(&market.service.store).await;
        assert_eq!(after.changes.len(), before.changes.len() + EACH, "{n}");
        assert_eq!(shown(elsewhere.json(&format!("{ITEMS}?limit=100")).await), (n + 1) * EACH);
    }
}
