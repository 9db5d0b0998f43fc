//! A revocation does not wait for long work.
use super::*;
use crate::access::{Beaches, By, Personal, Profile, Role};
use crate::app::{Seed, start};
use crate::command::{AccessCommand, Command};
use crate::formats::area;
use crate::ids::{ActorId, RequestId};
use crate::store::{Access, Location};

#[tokio::test]
async fn who_may_act_is_read_again_while_work_takes_long() {
    let folder = tempfile::tempdir().unwrap();
    let location: Location = format!("sqlite://{}", folder.path().join("test.db").display()).parse().unwrap();
    let store = Store::open(&location, Access::Create).await.unwrap();
    store.migrate().await.unwrap();
    let mut files = area::Files::new();
    for name in ["area.toml", "boundary.geojson", "holidays.csv", "postcodes.csv", "towns.csv"] {
        let path = format!("{}/tests/area/sandhaven/{name}", env!("CARGO_MANIFEST_DIR"));
        files.insert(name.to_owned(), std::fs::read(path).unwrap());
    }
    let clock = Clock::fixed("2026-07-18T12:00:00Z".parse().unwrap());
    let seed = Seed::Named(Box::new(area::read(files).0.unwrap()));
    let (app, _fatal) = start(store.clone(), clock.clone(), seed).await.unwrap();
    let shown =
        Shown { snapshot: app.current.clone(), roster: Arc::default(), published: Published::default() };
    let following = Following {
        store,
        clock,
        shown: shown.clone(),
        contact: Contact::new(),
        anchors: Anchors::default(),
        books: None,
        anew: false,
    };
    let snapshot = app.snapshot();
    let known = (snapshot.epoch, snapshot.revision);
    let profile = Profile {
        name: Some(Personal::new("Ada")),
        email: None,
        organisation: None,
        roles: BTreeSet::from([Role::Admin]),
        beaches: Beaches::none(),
        reports_as: None,
    };
    let command = Command::Access(AccessCommand::CreateActor { id: ActorId::fresh(), profile });
    app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
    let work = async {
        while shown.roster.load().actors().next().is_none() {
            sleep(Duration::from_millis(10)).await;
        }
        Ok(7)
    };
    let done = timeout(Duration::from_secs(10), following.meanwhile(known, work)).await;
    assert_eq!(done.unwrap().unwrap(), 7);
}
