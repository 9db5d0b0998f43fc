//! Both databases do the same.
use super::{NOON, afresh, asked, everything};
use crate::area;
use crate::support::ledger::Ledger;
use crate::support::places::{renamed, shut, version};
use crate::support::{SANDHAVEN, services};
use promenade::catalogue::Item;
use promenade::command::{Aim, Command, Expected};
use promenade::features::{Feature, Status};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::sync::Arc;
use std::time::Duration;

/// One random command, on one of the places there are or on a new one.
#[derive(Clone, Debug)]
enum Step {
    Put(Arc<Feature>),
    Rename(Index, String, Option<i64>),
    Set(Index, Option<String>, Option<i64>),
    Delete(Index, Option<i64>),
    Verify(Index, Option<i64>),
    /// Of one that is there, or of the last that was deleted.
    Undo(Option<Index>, Option<i64>),
    Later(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let name = || "[A-Za-z'\" ,é🐟]{0,10}[A-Za-z]";
    let expected = || prop_oneof![3 => Just(None), 1 => (1_i64..4).prop_map(Some)];
    prop_oneof![
        2 => area::place().prop_map(Step::Put),
        3 => (any::<Index>(), name(), expected()).prop_map(|(which, name, expected)| Step::Rename(which, name, expected)),
        3 => (any::<Index>(), proptest::option::of(name()), expected())
            .prop_map(|(which, reason, expected)| Step::Set(which, reason, expected)),
        1 => (any::<Index>(), expected()).prop_map(|(which, expected)| Step::Delete(which, expected)),
        1 => (any::<Index>(), expected()).prop_map(|(which, expected)| Step::Verify(which, expected)),
        3 => (proptest::option::of(any::<Index>()), expected())
            .prop_map(|(which, expected)| Step::Undo(which, expected)),
        1 => (1_i64..10_000_000).prop_map(Step::Later),
    ]
}

fn aim(feature: &Feature, expected: Expected) -> Aim {
    Aim { collection: feature.collection(), id: feature.id().clone(), expected }
}

#[tokio::test]
async fn both_databases_answer_the_same_after_the_same_random_commands() {
    let mut runner = TestRunner::deterministic();
    let [lite, server] = &services(SANDHAVEN, NOON).await[..] else { panic!("two databases") };
    let mut deleted = None;
    for _ in 0..400 {
        let step = step().new_tree(&mut runner).unwrap().current();
        let items = {
            let mut reading = lite.store.read().await.unwrap();
            let items = reading.features().await.unwrap();
            reading.close().await.unwrap();
            items
        };
        let which = |index: &Index| &index.get(&items).feature;
        let expected = |number: &Option<i64>| number.map_or(Expected::Anything, version);
        let command = match &step {
            Step::Put(place) => Command::Put { feature: place.clone(), expected: Expected::Anything },
            Step::Rename(index, name, number) => {
                Command::Put { feature: renamed(which(index), name), expected: expected(number) }
            }
            Step::Set(index, reason, number) => Command::SetStatus {
                aim: aim(which(index), expected(number)),
                status: reason.as_ref().map_or(Status::Active, |reason| shut(reason)),
            },
            Step::Delete(index, number) => {
                deleted = Some(which(index).clone());
                Command::Delete(aim(which(index), expected(number)))
            }
            Step::Verify(index, number) => Command::Verify(aim(which(index), expected(number))),
            Step::Undo(index, number) => {
                let last = || deleted.clone().unwrap_or_else(|| items[0].feature.clone());
                let feature = index.as_ref().map_or_else(last, |index| which(index).clone());
                Command::Undo(aim(&feature, expected(number)))
            }
            Step::Later(ms) => {
                let later = lite.clock.now() + Duration::from_millis(ms.unsigned_abs());
                lite.clock.set(later);
                server.clock.set(later);
                continue;
            }
        };
        let (a, b) = (asked(&lite.app, command.clone()).await, asked(&server.app, command).await);
        assert_eq!(format!("{a:?}"), format!("{b:?}"), "{step:?}");
    }
    assert_eq!(everything(&lite.app), everything(&server.app));
    let (a, b) = (Ledger::of(&lite.store).await, Ledger::of(&server.store).await);
    assert!(100 < a.changes.len(), "{}", a.changes.len());
    assert_eq!((a.documents, a.changes), (b.documents, b.changes));
    let sorted = |mut items: Vec<Item>| {
        items.sort_by(|a, b| a.feature.id().cmp(b.feature.id()));
        items
    };
    assert_eq!(sorted(a.items), sorted(b.items));
    for service in [lite, server] {
        assert_eq!(everything(&service.app), afresh(service).await, "{}", service.name);
    }
}
