//! What is shown is held against what is stored.
use super::*;
use crate::app::{Seed, start};
use crate::beaches::{Crowd, Level, Method, Role};
use crate::catalogue::CrowdReport;
use crate::clock::Clock;
use crate::formats::area::{self, Files};
use crate::ids::{ActorId, Collection, ReportId, Revision, Version};
use crate::snapshot::{Changed, Crowds, NewCrowds};
use crate::store::{Access, Location, Op, Store, Subject};
use chrono::TimeDelta;
use std::collections::HashMap;
use uuid::Uuid;

const BEACH: &str = "beach-north-sands";

fn sandhaven() -> Files {
    let folder = format!("{}/tests/area/sandhaven", env!("CARGO_MANIFEST_DIR"));
    let mut files = Files::new();
    for (prefix, folder) in [("", folder.clone()), ("places/", format!("{folder}/places"))] {
        for entry in
            std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
        {
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Stores a count of 500 as another node would.
async fn counted(store: &Store, now: DateTime<Utc>) -> Revision {
    let beach = FeatureId::new(BEACH).unwrap();
    let mut tx = store.begin().await.unwrap();
    let revision = tx.log(now, &Subject::Crowd(beach.clone()), Op::Put, Version(0)).await.unwrap();
    let report = CrowdReport {
        id: ReportId(Uuid::now_v7()),
        beach,
        observed_at: now,
        received_at: now,
        phone_observed_at: now,
        skew: TimeDelta::zero(),
        author: ActorId::fresh(),
        role: Role::Patrol,
        crowd: Crowd::Count(500, Method::Counted),
        withdrawn_at: None,
        confirmed_at: None,
        revision,
    };
    tx.save_reports(vec![report]);
    tx.commit().await.unwrap()
}

#[tokio::test]
async fn what_is_shown_and_is_not_what_is_stored_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let location: Location = format!("sqlite://{}", folder.path().join("test.db").display()).parse().unwrap();
    let store = Store::open(&location, Access::Create).await.unwrap();
    store.migrate().await.unwrap();
    let clock = Clock::fixed("2026-07-18T12:00:00Z".parse().unwrap());
    let now = clock.now();
    let seed = Seed::Named(Box::new(area::read(sandhaven()).0.unwrap()));
    let (app, _fatal) = start(store.clone(), clock.clone(), seed).await.unwrap();
    let revision = counted(&store, now).await;
    app.follower.reach(revision).await;
    let right = app.snapshot();
    assert_eq!(right.status(BEACH, now).unwrap().level, Level::Green);

    app.reconcile().await.unwrap();
    // Whatever it asked of the follower comes before this.
    app.follower.reach(revision).await;
    assert!(Arc::ptr_eq(&right, &app.snapshot()), "it is right, so nothing is read again");

    let forgetful = Arc::new(Crowds::new(Arc::default(), HashMap::new()));
    let of = vec![FeatureId::new(BEACH).unwrap()];
    let wrong = right.after(revision, Changed::new(), Some(NewCrowds { crowds: forgetful, of }), now);
    app.current.store(Arc::new(wrong));
    assert_eq!(app.snapshot().status(BEACH, now).unwrap().level, Level::Unknown);
    app.reconcile().await.unwrap();
    app.follower.reach(revision).await;
    let mended = app.snapshot();
    assert_eq!(mended.status(BEACH, now), right.status(BEACH, now));
    assert_eq!(mended.collection(Collection::Beaches).len(), 2);
    app.reconcile().await.unwrap();
    app.follower.reach(revision).await;
    assert!(Arc::ptr_eq(&mended, &app.snapshot()));
}
