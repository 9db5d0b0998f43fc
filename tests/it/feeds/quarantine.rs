//! What looks broken is held back, the last good stays, and somebody who has looked lets it pass.
use super::*;
use crate::support::ledger::Ledger;
use crate::support::{SANDHAVEN, at as instant, services};
use promenade::catalogue::{Alarm, AlarmKind};
use promenade::command::{FeedAttempt, FeedRefusal, Refusal};

async fn held_back(service: &Service, content: FeedContent) -> AlarmKind {
    let source = source(service);
    let before = Ledger::of(&service.store).await;
    let outcome = asked(service, FeedCommand::TakeIn(take(&source, service, content))).await.unwrap();
    let FeedOutcome::Quarantined(held) = outcome else { panic!("{}: {outcome:?}", service.name) };
    assert_eq!(Ledger::of(&service.store).await, before, "{}: the last good stays", service.name);
    let state = state(service, "pier").await;
    assert_eq!(state.quarantine.as_ref(), Some(&held));
    assert_eq!(state.attempted_at, Some(service.clock.now()));
    held.alarm.kind
}

async fn acknowledged(service: &Service) -> Result<FeedOutcome, Error> {
    asked(service, FeedCommand::Acknowledge { source: source(service) }).await
}

#[tokio::test]
async fn what_looks_broken_is_not_taken_in() {
    for service in services(SANDHAVEN, NOON).await {
        let source = source(&service);
        run(&service, &said(0..20)).await;
        let renamed: Vec<Said> =
            said(0..20).into_iter().map(|one| Said { id: format!("new-{}", one.id), ..one }).collect();
        for (content, want) in [
            (content(&source, &[]), AlarmKind::Empty),
            (content(&source, &said(7..20)), AlarmKind::Shrunk),
            (content(&source, &renamed), AlarmKind::Replaced),
            (content(&source, &said(0..200)), AlarmKind::Grown),
            (FeedContent { refused: refused(2), ..content(&source, &said(0..20)) }, AlarmKind::Refused),
        ] {
            assert_eq!(held_back(&service, content).await, want, "{}", service.name);
        }
        let since = state(&service, "pier").await.quarantine.unwrap().since;
        service.clock.set(instant("2026-07-18T13:00:00Z"));
        held_back(&service, content(&source, &[])).await;
        let held = state(&service, "pier").await.quarantine.unwrap();
        assert_eq!((held.since, held.at), (since, service.clock.now()));
        // What is well again is taken in, and that is all that is needed.
        assert_eq!(run(&service, &said(0..20)).await.unchanged, 20);
        assert_eq!(state(&service, "pier").await.quarantine, None);
    }
}

#[tokio::test]
async fn who_has_looked_lets_one_run_pass() {
    for service in services(SANDHAVEN, NOON).await {
        let source = source(&service);
        run(&service, &said(0..20)).await;
        let refusal = FeedRefusal::NotQuarantined(source.id.clone());
        let nothing = acknowledged(&service).await;
        assert!(matches!(nothing, Err(Error::Refused(Refusal::Feed(is))) if is == refusal));
        held_back(&service, content(&source, &said(10..20))).await;
        let before = Ledger::of(&service.store).await;
        let until = instant("2026-07-19T12:00:00Z");
        assert_eq!(acknowledged(&service).await.unwrap(), FeedOutcome::Acknowledged(until));
        let after = Ledger::of(&service.store).await;
        assert_eq!(after.audit.len(), before.audit.len() + 1);
        let row = after.audit.last().unwrap();
        assert_eq!((&*row.command, &*row.subject), ("acknowledge_feed", "sources/pier"));
        assert_eq!(after.changes, before.changes);
        // It is due at once.
        assert_eq!(state(&service, "pier").await.attempted_at, None);
        let done = run(&service, &said(10..20)).await;
        assert_eq!(
            done,
            FeedTaken { unchanged: 10, archived: 10, ..FeedTaken::default() },
            "{}",
            service.name
        );
        let state = state(&service, "pier").await;
        assert_eq!((state.quarantine, state.acknowledged_until), (None, None));
        // One run: the next that looks broken is held back again.
        assert_eq!(held_back(&service, content(&source, &[])).await, AlarmKind::Empty);
        // And what was acknowledged long ago is not.
        acknowledged(&service).await.unwrap();
        service.clock.set(until);
        assert_eq!(held_back(&service, content(&source, &[])).await, AlarmKind::Empty);
    }
}

#[tokio::test]
async fn what_is_forced_is_taken_in_whatever_it_looks_like() {
    for service in services(SANDHAVEN, NOON).await {
        let source = source(&service);
        run(&service, &said(0..20)).await;
        let forced = TakeInFeed { forced: true, ..take(&source, &service, FeedContent::default()) };
        assert_eq!(taken(&service, forced).await.archived, 20, "{}", service.name);
    }
}

#[tokio::test]
async fn what_came_of_an_attempt_is_written_down_and_nothing_else() {
    for service in services(SANDHAVEN, NOON).await {
        run(&service, &said(0..20)).await;
        let before = Ledger::of(&service.store).await;
        let feed = source(&service).id;
        let good = state(&service, "pier").await;
        service.clock.set(instant("2026-07-18T13:00:00Z"));
        let note = |attempt| asked(&service, FeedCommand::Note { feed: feed.clone(), attempt });
        note(FeedAttempt::Failed("it answers 500".to_owned())).await.unwrap();
        let failed = state(&service, "pier").await;
        assert_eq!(failed.failure.as_deref(), Some("it answers 500"));
        assert_eq!((failed.succeeded_at, failed.items), (good.succeeded_at, 20));
        note(FeedAttempt::Same).await.unwrap();
        let same = state(&service, "pier").await;
        assert_eq!((same.failure, same.succeeded_at), (None, Some(service.clock.now())));
        let kind = AlarmKind::Markup;
        let alarm = Alarm { kind, detail: "it is a page for people".to_owned(), was: 0, is: 0 };
        let outcome = note(FeedAttempt::Unusable(alarm.clone())).await.unwrap();
        assert!(matches!(outcome, FeedOutcome::Quarantined(held) if held.alarm == alarm));
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}
