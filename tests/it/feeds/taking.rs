//! What is taken in, and what is left alone.
use super::*;
use crate::support::ledger::Ledger;
use crate::support::{SANDHAVEN, services};
use promenade::command::Aim;
use promenade::features::field::Value;
use promenade::features::schema;
use promenade::ids::Version;
use std::time::Instant;

fn text(item: &Item, number: usize) -> Option<&str> {
    item.feature.fields().text(number)
}

fn with(item: &Item, number: usize, word: &str) -> Feature {
    let value = schema::fields(Collection::Events)[number].kind.text(word).unwrap();
    item.feature.with_field(number, value)
}

#[tokio::test]
async fn the_first_run_publishes_every_event_with_one_row_in_the_audit() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let done = run(&service, &said(0..3)).await;
        assert_eq!(done, FeedTaken { added: 3, ..FeedTaken::default() }, "{}", service.name);
        let after = Ledger::of(&service.store).await;
        assert_eq!(after.changes.len(), before.changes.len() + 3);
        let row = &after.audit[before.audit.len()..];
        let [row] = row else { panic!("{row:?}") };
        assert_eq!((&*row.actor, &*row.command, &*row.subject), ("system", "take_in_feed", "sources/pier"));
        assert_eq!(
            row.after.as_deref(),
            Some(r#"{"added":3,"changed":0,"unchanged":0,"kept":0,"archived":0,"deleted":0,"refused":0}"#)
        );
        let item = stored(&service, 1).await;
        assert_eq!(item.version, Version(1));
        let fields = [at::PUBLICATION, at::FEED, at::ORGANISATION, at::SOURCE_ATTRIBUTION, at::SOURCE_NAME];
        let said = ["published", "pier", "theatre", "invented", "What is on at the pier"];
        assert_eq!(fields.map(|number| text(&item, number)), said.map(Some));
        let published_at = item.feature.fields().get(at::PUBLISHED_AT).cloned();
        assert_eq!(published_at, Some(Value::Instant(service.clock.now())));
        assert_eq!(service.app.snapshot().revision, after.head.revision);
    }
}

#[tokio::test]
async fn the_same_again_writes_nothing_but_that_the_feed_was_asked() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..3)).await;
        let before = Ledger::of(&service.store).await;
        service.clock.set(crate::support::at("2026-07-18T13:00:00Z"));
        assert_eq!(run(&service, &said(0..3)).await, FeedTaken { unchanged: 3, ..FeedTaken::default() });
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
        let state = state(&service, "pier").await;
        assert_eq!((state.attempted_at, state.items), (Some(service.clock.now()), 3));
        assert_eq!(state.succeeded_at, Some(service.clock.now()));
    }
}

#[tokio::test]
async fn a_field_that_staff_changed_stays_theirs_and_all_others_follow_the_feed() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..3)).await;
        let ours = stored(&service, 1).await;
        edit(&service, with(&ours, at::SUMMARY, "Bring a coat")).await;
        edit(&service, with(&stored(&service, 2).await, at::NAME, "Our name")).await;
        // The feed says the same still: what staff did is counted, and stays.
        let done = run(&service, &said(0..3)).await;
        assert_eq!(done, FeedTaken { unchanged: 3, kept: 2, ..FeedTaken::default() }, "{}", service.name);
        let mut now = said(0..3);
        now[1].name = "Show 1, new".to_owned();
        now[2].name = "Show 2, new".to_owned();
        let done = run(&service, &now).await;
        assert_eq!(done, FeedTaken { changed: 1, unchanged: 2, kept: 2, ..FeedTaken::default() });
        let one = stored(&service, 1).await;
        assert_eq!((one.feature.name(), text(&one, at::SUMMARY)), ("Show 1, new", Some("Bring a coat")));
        assert_eq!(stored(&service, 2).await.feature.name(), "Our name");
        assert_eq!(run(&service, &now).await, FeedTaken { unchanged: 3, kept: 2, ..FeedTaken::default() });
        // Taken back, the field is the feed's again.
        edit(&service, with(&stored(&service, 2).await, at::NAME, "Show 2, new")).await;
        assert_eq!(run(&service, &now).await, FeedTaken { unchanged: 3, kept: 1, ..FeedTaken::default() });
        let mut reading = service.store.read().await.unwrap();
        let edited = reading.edited_items(&source(&service).id, 100).await.unwrap();
        reading.close().await.unwrap();
        let names: Vec<_> = edited.iter().map(|(_, item)| item.feature.name()).collect();
        assert_eq!(names, ["Show 1, new"]);
        Ledger::of(&service.store).await;
    }
}

#[tokio::test]
async fn an_event_that_staff_deleted_stays_deleted() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..3)).await;
        // What is published is not deleted: somebody put it back among the drafts first.
        edit(&service, with(&stored(&service, 1).await, at::PUBLICATION, "draft")).await;
        let id = event_id(&service, 1);
        let aim = Aim { collection: Collection::Events, id: id.clone(), expected: Expected::Anything };
        service.app.execute(Command::Delete(aim), By::Operator, RequestId::fresh()).await.unwrap();
        let mut now = said(0..3);
        now[1].name = "Once more".to_owned();
        let done = run(&service, &now).await;
        assert_eq!(done, FeedTaken { unchanged: 2, deleted: 1, ..FeedTaken::default() }, "{}", service.name);
        let ledger = Ledger::of(&service.store).await;
        assert!(ledger.items.iter().all(|item| *item.feature.id() != id));
    }
}

#[tokio::test]
async fn what_is_gone_is_archived_while_it_has_dates_to_come_and_is_shown_again_when_it_is_back() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..12)).await;
        // Event 0 is over by then.
        service.clock.set(crate::support::at("2026-08-02T12:00:00Z"));
        let done = run(&service, &said(2..12)).await;
        assert_eq!(
            done,
            FeedTaken { unchanged: 10, archived: 1, ..FeedTaken::default() },
            "{}",
            service.name
        );
        let of = |item: Item| (text(&item, at::PUBLICATION).map(ToOwned::to_owned), item.version.0);
        assert_eq!(of(stored(&service, 0).await), (Some("published".to_owned()), 1));
        assert_eq!(of(stored(&service, 1).await), (Some("archived".to_owned()), 2));
        let ledger = Ledger::of(&service.store).await;
        assert_eq!(run(&service, &said(2..12)).await.unchanged, 10);
        assert_eq!(Ledger::of(&service.store).await, ledger);
        let done = run(&service, &said(0..12)).await;
        assert_eq!(done, FeedTaken { unchanged: 11, changed: 1, ..FeedTaken::default() });
        assert_eq!(of(stored(&service, 1).await), (Some("published".to_owned()), 3));
    }
}

#[tokio::test]
async fn what_staff_archived_stays_so_whatever_the_feed_does() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..12)).await;
        edit(&service, with(&stored(&service, 3).await, at::PUBLICATION, "archived")).await;
        let mut now = said(0..12);
        now[3].name = "Renamed".to_owned();
        let done = run(&service, &now).await;
        assert_eq!(done, FeedTaken { unchanged: 11, changed: 1, kept: 1, ..FeedTaken::default() });
        now.remove(3);
        run(&service, &now).await;
        run(&service, &said(0..12)).await;
        let item = stored(&service, 3).await;
        assert_eq!((item.feature.name(), text(&item, at::PUBLICATION)), ("Show 3", Some("archived")));
    }
}

#[tokio::test]
async fn a_page_takes_away_what_it_names_alone() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..12)).await;
        let source = source(&service);
        let page = FeedContent {
            removed: vec![said([4])[0].id.clone(), "never-heard-of".to_owned()],
            ..content(&source, &said([20]))
        };
        let page = TakeInFeed { extent: Extent::Part, ..take(&source, &service, page) };
        let done = taken(&service, page).await;
        assert_eq!(done, FeedTaken { added: 1, archived: 1, ..FeedTaken::default() }, "{}", service.name);
        assert_eq!(text(&stored(&service, 4).await, at::PUBLICATION), Some("archived"));
        assert_eq!(state(&service, "pier").await.items, 12);
        // An entry that makes several events takes them out along, or those it makes no more.
        let pair = |ends: &[&str]| -> Vec<Said> {
            let one = |end: &&str| Said { id: format!("pair{end}"), ..said([21]).remove(0) };
            ends.iter().map(one).collect()
        };
        for (there, removed, want) in [
            (pair(&["#a", "#b"]), vec![], FeedTaken { added: 2, ..FeedTaken::default() }),
            (pair(&["#b"]), vec![], FeedTaken { unchanged: 1, archived: 1, ..FeedTaken::default() }),
            (pair(&["#a", "#b"]), vec![], FeedTaken { unchanged: 1, changed: 1, ..FeedTaken::default() }),
            (vec![], vec!["pair".to_owned()], FeedTaken { archived: 2, ..FeedTaken::default() }),
        ] {
            let page = FeedContent { removed, ..content(&source, &there) };
            let page = TakeInFeed { extent: Extent::Part, ..take(&source, &service, page) };
            assert_eq!(taken(&service, page).await, want, "{}", service.name);
        }
    }
}

#[tokio::test]
async fn nothing_is_put_away_that_may_be_what_could_not_be_read() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..60)).await;
        let source = source(&service);
        for (gone, archived) in [(2, 0), (3, 3)] {
            let now = FeedContent { refused: refused(2), ..content(&source, &said(gone..60)) };
            let done = taken(&service, take(&source, &service, now)).await;
            assert_eq!((done.archived, done.refused), (archived, 2), "{}", service.name);
        }
    }
}

#[tokio::test]
async fn an_event_that_is_not_the_feeds_own_is_never_touched() {
    for service in services(SANDHAVEN, NOON).await {
        let pier = source(&service);
        let own = item(&pier, &said([0])[0]).feature;
        // Staff had made an event of that very id, and one that another feed brought was given away.
        edit(&service, own.with_fields([(at::FEED, None)])).await;
        let before = Ledger::of(&service.store).await;
        let outcome =
            asked(&service, FeedCommand::TakeIn(take(&pier, &service, content(&pier, &said(0..40)))));
        let Ok(FeedOutcome::Taken { taken: done, notes }) = outcome.await else { panic!("taken in") };
        assert_eq!(done, FeedTaken { added: 39, refused: 1, ..FeedTaken::default() }, "{}", service.name);
        assert!(notes[0].what.starts_with("Show 0: its id pier-"), "{notes:?}");
        let id = own.id().as_str();
        assert_eq!(Ledger::of(&service.store).await.item(id), before.item(id));
        let given_away = with(&stored(&service, 1).await, at::FEED, "another");
        edit(&service, given_away.clone()).await;
        let mut now = said(0..40);
        now[1].name = "Mine".to_owned();
        let done = run(&service, &now).await;
        assert_eq!((done.changed, done.refused), (0, 2));
        assert_eq!(*stored(&service, 1).await.feature, given_away);
    }
}

/// As many as the largest feed of the corpus has where the build is optimised, and for each how long it may take.
#[expect(clippy::print_stdout, reason = "figures are what the long version is run for")]
#[tokio::test]
async fn many_events_are_taken_in_and_held_against_what_they_were_in_seconds() {
    let many = if cfg!(debug_assertions) { 1_000 } else { 28_500 };
    for service in services(SANDHAVEN, NOON).await {
        let source = source(&service);
        let content = Arc::new(content(&source, &said(0..many)));
        let whole =
            || TakeInFeed { content: content.clone(), ..take(&source, &service, FeedContent::default()) };
        let start = Instant::now();
        assert_eq!(taken(&service, whole()).await.added, many as u64, "{}", service.name);
        let took = start.elapsed();
        let before = Ledger::of(&service.store).await.head;
        let start = Instant::now();
        assert_eq!(taken(&service, whole()).await.unchanged, many as u64);
        let unchanged = start.elapsed();
        println!("{}: {many} events: {took:?}, and again {unchanged:?}", service.name);
        assert_eq!(Ledger::of(&service.store).await.head, before);
    }
}
