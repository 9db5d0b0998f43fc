//! The one writer and the log: what is answered is visible, in order, on every node; whatever else happens.
mod both;
mod follower;

use crate::support::ledger::Ledger;
use crate::support::places::{id, shut, toilet, version};
use crate::support::{SANDHAVEN, Service, area_folder, services};
use promenade::access::By;
use promenade::app::{self, App, Error, Seed};
use promenade::command::{Aim, Command, Expected, Outcome, Refusal};
use promenade::features::Status;
use promenade::ids::{Collection, RequestId, Revision, Version};
use promenade::snapshot::{Filter, ItemsQuery, SortBy};
use promenade::store::{Op, Subject};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

const NOON: &str = "2026-07-18T12:00:00Z";

async fn asked(app: &App, command: Command) -> Result<Outcome, Error> {
    app.execute(command, By::Operator, RequestId::fresh()).await
}

fn put(of: &str, name: &str, expected: Expected) -> Command {
    Command::Put { feature: toilet(of, name), expected }
}

fn set(of: &str, status: Status, expected: Expected) -> Command {
    Command::SetStatus { aim: Aim { collection: Collection::Toilets, id: id(of), expected }, status }
}

fn written(outcome: Result<Outcome, Error>) -> (Version, Revision) {
    match outcome {
        Ok(Outcome::Written { item, revision }) => (item.version, revision),
        other => panic!("{other:?}"),
    }
}

fn refusal(outcome: Result<Outcome, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The feature called `of` as readers get it now, without its last brace.
fn feature(app: &App, of: &str) -> Option<String> {
    let mut out = Vec::new();
    let snapshot = app.snapshot();
    let found = snapshot.collection(Collection::Toilets).feature(of, app.clock().now(), &mut out);
    found.map(|_| String::from_utf8(out).unwrap())
}

fn shows(app: &App, of: &str, text: &str) -> bool {
    feature(app, of).is_some_and(|feature| feature.contains(text))
}

/// Every feature as readers get it now, collection by collection.
fn everything(app: &App) -> Vec<String> {
    let (snapshot, now) = (app.snapshot(), app.clock().now());
    let views = snapshot.collections().map(|view| {
        let collection = view.collection();
        let all = ItemsQuery {
            collection,
            bbox: None,
            q: None,
            filter: Filter::default(),
            when: None,
            during: None,
            sort: SortBy::Id,
            after: None,
            limit: 10_000,
        };
        let mut out = Vec::new();
        let found = snapshot.items(&all, now, &mut out);
        assert_eq!(found.returned, view.len());
        String::from_utf8(out).unwrap()
    });
    views.collect()
}

/// What a snapshot built from nothing on the same database shows.
async fn afresh(service: &Service) -> Vec<String> {
    let (app, _fatal) = app::start(
        service.store.clone(),
        service.clock.clone(),
        Seed::Named(Box::new(area_folder(SANDHAVEN))),
    )
    .await
    .unwrap();
    everything(&app)
}

#[tokio::test]
async fn what_is_answered_is_visible_already() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        let (first, revision) = written(asked(app, put("wc-new", "First name", Expected::Anything)).await);
        assert_eq!((first, app.snapshot().revision), (Version(1), revision), "{}", service.name);
        assert!(shows(app, "wc-new", "First name"));
        let (second, revision) = written(asked(app, put("wc-new", "Second name", version(1))).await);
        assert_eq!((second, app.snapshot().revision), (Version(2), revision));
        assert!(shows(app, "wc-new", "Second name"));
        let (third, revision) = written(asked(app, set("wc-new", shut("A gull"), version(2))).await);
        assert_eq!((third, app.snapshot().revision), (Version(3), revision));
        assert!(shows(app, "wc-new", "A gull") && shows(app, "wc-new", "temporarily_closed"));
        Ledger::of(&service.store).await;
    }
}

#[tokio::test]
async fn what_does_not_fit_what_is_stored_is_refused_and_changes_nothing() {
    for service in services(SANDHAVEN, NOON).await {
        let app = &service.app;
        written(asked(app, put("wc-new", "First name", Expected::Anything)).await);
        written(asked(app, put("wc-new", "Second name", Expected::Anything)).await);
        let before = (Ledger::of(&service.store).await, everything(app));
        let collection = Collection::Toilets;
        let stale = |expected| Refusal::Stale {
            collection,
            id: id("wc-new"),
            expected: Version(expected),
            current: Version(2),
        };
        let nowhere = Refusal::NotFound { collection, id: id("wc-nowhere") };
        for (command, want) in [
            (put("wc-new", "Third name", version(1)), stale(1)),
            (put("wc-new", "Third name", version(3)), stale(3)),
            // Even when it would change nothing: whoever asks has not seen what is stored.
            (put("wc-new", "Second name", version(1)), stale(1)),
            (set("wc-new", shut("A gull"), version(1)), stale(1)),
            (put("wc-nowhere", "Name", version(1)), nowhere.clone()),
            (set("wc-nowhere", shut("A gull"), version(1)), nowhere.clone()),
            (set("wc-nowhere", shut("A gull"), Expected::Anything), nowhere),
        ] {
            let what = format!("{}: {command:?}", service.name);
            assert_eq!(refusal(asked(app, command).await), want, "{what}");
        }
        for command in [
            put("wc-new", "Second name", Expected::Anything),
            put("wc-new", "Second name", version(2)),
            set("wc-new", Status::Active, Expected::Anything),
        ] {
            let outcome = asked(app, command).await.unwrap();
            let Outcome::Unchanged { item } = outcome else { panic!("{}: {outcome:?}", service.name) };
            assert_eq!(item.version, Version(2), "{}", service.name);
        }
        assert_eq!((Ledger::of(&service.store).await, everything(app)), before, "{}", service.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_saw_the_same_version_exactly_one_wins_each_time() {
    for service in services(SANDHAVEN, NOON).await {
        written(asked(&service.app, put("wc-new", "Name 1", Expected::Anything)).await);
        for round in 1..=3 {
            let mut asking = JoinSet::new();
            for n in 0..50 {
                let app = service.app.clone();
                let command = put("wc-new", &format!("Name {round} {n}"), version(round));
                asking.spawn(async move { (n, asked(&app, command).await) });
            }
            let mut won = Vec::new();
            for (n, outcome) in asking.join_all().await {
                match outcome {
                    Ok(Outcome::Written { item, .. }) => won.push((n, item.version)),
                    Err(Error::Refused(Refusal::Stale { current, .. })) => {
                        assert_eq!(current, Version(round + 1));
                    }
                    other => panic!("{}: {other:?}", service.name),
                }
            }
            let [(winner, version)] = won[..] else { panic!("{}: {won:?}", service.name) };
            assert_eq!(version, Version(round + 1));
            assert!(shows(&service.app, "wc-new", &format!("Name {round} {winner}")));
        }
        Ledger::of(&service.store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_are_all_visible_and_those_refused_among_them_sink_nobody() {
    for service in services(SANDHAVEN, NOON).await {
        let before = service.app.snapshot().revision;
        let mut asking = JoinSet::new();
        for n in 0..250 {
            let app = service.app.clone();
            let expected = if n % 5 == 0 { version(7) } else { Expected::Anything };
            let command = put(&format!("wc-{n}"), &format!("Toilet number {n}"), expected);
            asking.spawn(async move {
                let outcome = asked(&app, command).await;
                // What this one was told must hold at once, whatever becomes of the others.
                assert_eq!(outcome.is_ok(), shows(&app, &format!("wc-{n}"), "Toilet number"));
                (n, outcome)
            });
        }
        let mut revisions = BTreeSet::new();
        for (n, outcome) in asking.join_all().await {
            if n % 5 == 0 {
                assert!(matches!(refusal(outcome), Refusal::NotFound { .. }), "{n}");
            } else {
                revisions.insert(written(outcome).1);
            }
        }
        let want: BTreeSet<_> = (1..=200).map(|n| Revision(before.0 + n)).collect();
        assert_eq!(revisions, want, "{}", service.name);
        assert_eq!(service.app.snapshot().revision, Revision(before.0 + 200));
        let ledger = Ledger::of(&service.store).await;
        assert_eq!(ledger.audit.len(), 1 + 200, "{}", service.name);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_changes_nothing_of_what_becomes_of_its_command() {
    for service in services(SANDHAVEN, NOON).await {
        for n in 0..20 {
            let gone = asked(&service.app, put(&format!("wc-{n}"), "Left alone", Expected::Anything));
            tokio::select! {
                biased;
                _ = gone => panic!("answered without waiting"),
                () = std::future::ready(()) => {}
            }
        }
        // One queue: when the last is answered, those before it are done.
        written(asked(&service.app, put("wc-last", "Waited for", Expected::Anything)).await);
        for n in 0..20 {
            assert!(shows(&service.app, &format!("wc-{n}"), "Left alone"), "{}: {n}", service.name);
        }
        Ledger::of(&service.store).await;
    }
}

#[tokio::test]
async fn when_too_many_wait_the_next_is_told_at_once_and_nobody_before_it_is_lost() {
    for service in services(SANDHAVEN, NOON).await {
        let command = || set("wc-market-street", Status::Active, Expected::Anything);
        let mut waiting = Vec::new();
        let mut busy = 0;
        // The writer runs on this same thread: until something is awaited, it takes nothing from the queue.
        for _ in 0..1100 {
            let mut asked = Box::pin(asked(&service.app, command()));
            tokio::select! {
                biased;
                outcome = &mut asked => {
                    assert!(matches!(outcome, Err(Error::Busy)), "{outcome:?}");
                    busy += 1;
                }
                () = std::future::ready(()) => waiting.push(asked),
            }
        }
        assert_eq!((waiting.len(), busy), (1024, 76), "{}", service.name);
        for asked in waiting {
            let outcome = asked.await.unwrap();
            assert!(
                matches!(&outcome, Outcome::Unchanged { item } if item.version == Version(1)),
                "{outcome:?}"
            );
        }
        assert!(asked(&service.app, command()).await.is_ok());
    }
}

#[tokio::test]
async fn a_dropped_transaction_never_was_and_blocks_nobody() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let mut tx = service.store.begin().await.unwrap();
        let subject = Subject::Item(Collection::Toilets, id("wc-market-street"));
        tx.log(service.clock.now(), &subject, Op::Put, Version(2)).await.unwrap();
        drop(tx);
        let next = asked(&service.app, put("wc-new", "Next", Expected::Anything));
        let (_, revision) = written(timeout(Duration::from_secs(5), next).await.expect("not blocked"));
        assert_eq!(revision, Revision(before.head.revision.0 + 1), "{}", service.name);
        Ledger::of(&service.store).await;
    }
}
