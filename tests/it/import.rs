//! Taking in an area: once, again, changed, refused; what staff did in between stays.
use crate::support::ledger::Ledger;
use crate::support::places::{renamed, shut, toilet};
use crate::support::{SANDHAVEN, Service, files, services};
use promenade::access::By;
use promenade::app::{Error, orders};
use promenade::command::{Command, Expected, Imported, Outcome, Refusal};
use promenade::formats::area::Files;
use promenade::ids::{Collection, FeatureId, RequestId, Version};

const NOON: &str = "2026-07-18T12:00:00Z";
const PLACES: u64 = 15;

/// The files with the first `from` of `file` replaced by `to`.
fn edited(mut files: Files, file: &str, from: &str, to: &str) -> Files {
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    files
}

/// The files without the row of `file` that begins with `id`.
fn without(mut files: Files, file: &str, id: &str) -> Files {
    let text = String::from_utf8(files[file].clone()).unwrap();
    let begin = format!("{id},");
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with(&begin)).collect();
    assert!(rows.len() < text.lines().count(), "{file} has no row {id}");
    files.insert(file.to_owned(), format!("{}\n", rows.join("\n")).into_bytes());
    files
}

async fn asked(service: &Service, command: Command) -> Result<Outcome, Error> {
    service.app.execute(command, By::Operator, RequestId::fresh()).await
}

async fn imported(service: &Service, files: Files) -> Imported {
    match asked(service, orders::import(files).unwrap()).await.unwrap() {
        Outcome::Imported(imported) => imported,
        other => panic!("{other:?}"),
    }
}

async fn refused(service: &Service, files: Files) -> Refusal {
    match asked(service, orders::import(files).unwrap()).await {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn shown(service: &Service) -> usize {
    service.app.snapshot().collections().map(|view| view.len()).sum()
}

#[tokio::test]
async fn the_first_start_takes_in_every_place_and_document_with_one_line_in_the_audit() {
    for service in services(SANDHAVEN, NOON).await {
        let ledger = Ledger::of(&service.store).await;
        assert_eq!(ledger.items.len() as u64, PLACES, "{}", service.name);
        assert!(ledger.items.iter().all(|item| item.version == Version(1)));
        assert_eq!(ledger.documents.len(), 7);
        assert_eq!(ledger.changes.len(), ledger.items.len() + 7);
        assert_eq!(ledger.head.area.as_deref(), Some("sandhaven"));
        let [row] = &ledger.audit[..] else { panic!("{:?}", ledger.audit) };
        assert_eq!((&*row.actor, &*row.command, &*row.subject), ("system", "import", "sandhaven"));
        assert_eq!(
            row.after.as_deref(),
            Some(r#"{"added":15,"changed":0,"unchanged":0,"deleted":0,"missing":0,"documents":7}"#)
        );
        assert_eq!(shown(&service) as u64, PLACES);
        assert_eq!(service.app.snapshot().revision, ledger.head.revision);
    }
}

#[tokio::test]
async fn the_same_files_again_change_nothing_and_say_so() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let done = imported(&service, files(SANDHAVEN)).await;
        assert_eq!(done, Imported { unchanged: PLACES, ..Imported::default() }, "{}", service.name);
        assert!(!done.wrote());
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}

#[tokio::test]
async fn a_changed_row_is_at_version_2_and_the_others_are_untouched() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let changed = edited(
            files(SANDHAVEN),
            "places/car-parks.csv",
            "cp-cove-field,Cove Field",
            "cp-cove-field,Gull Field",
        );
        let changed = edited(changed, "places/car-parks.tariffs.csv", "120,300", "120,350");
        let done = imported(&service, changed.clone()).await;
        assert_eq!(
            done,
            Imported { changed: 2, unchanged: PLACES - 2, ..Imported::default() },
            "{}",
            service.name
        );
        let after = Ledger::of(&service.store).await;
        for (before, after) in before.items.iter().zip(&after.items) {
            if ["cp-cove-field", "cp-north-sands"].contains(&after.feature.id().as_str()) {
                assert_eq!((after.version, after.created_at), (Version(2), before.created_at));
                assert_ne!(before.feature, after.feature);
            } else {
                assert_eq!(before, after);
            }
        }
        assert_eq!(after.item("cp-cove-field").feature.name(), "Gull Field Car Park");
        assert_eq!(after.changes.len(), before.changes.len() + 2);
        assert_eq!(after.audit.len(), before.audit.len() + 1);
        assert_eq!(service.app.snapshot().revision, after.head.revision);
        assert_eq!(imported(&service, changed).await.unchanged, PLACES);
    }
}

#[tokio::test]
async fn what_staff_have_changed_survives_the_same_files() {
    for service in services(SANDHAVEN, NOON).await {
        let museum = Ledger::of(&service.store).await.item("att-fish-museum").feature.clone();
        for command in [
            Command::Put { feature: renamed(&museum, "Museum of Large Fish"), expected: Expected::Anything },
            Command::Put { feature: toilet("wc-new", "New Toilets"), expected: Expected::Anything },
            orders::set_status("toilets", "wc-market-street", "temporarily_closed", Some("Flooded"), None)
                .unwrap(),
            orders::set_status("toilets", "wc-promenade", "active", None, None).unwrap(),
        ] {
            asked(&service, command).await.unwrap();
        }
        let before = Ledger::of(&service.store).await;
        let done = imported(&service, files(SANDHAVEN)).await;
        assert_eq!(done, Imported { unchanged: PLACES, ..Imported::default() }, "{}", service.name);
        let after = Ledger::of(&service.store).await;
        assert_eq!(before, after, "{}", service.name);
        assert_eq!(after.item("att-fish-museum").feature.name(), "Museum of Large Fish");
        assert_eq!(after.item("wc-market-street").feature.status(), &shut("Flooded"));
    }
}

#[tokio::test]
async fn a_row_that_is_gone_from_the_files_is_left_and_counted() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let fewer = without(files(SANDHAVEN), "places/venues.csv", "ven-bandstand");
        let done = imported(&service, fewer).await;
        assert_eq!(
            done,
            Imported { unchanged: PLACES - 1, missing: 1, ..Imported::default() },
            "{}",
            service.name
        );
        assert_eq!(Ledger::of(&service.store).await, before);
        assert_eq!(shown(&service) as u64, PLACES);
    }
}

#[tokio::test]
async fn a_changed_document_of_the_area_shows_at_once() {
    for service in services(SANDHAVEN, NOON).await {
        let more = edited(files(SANDHAVEN), "towns.csv", "Gull Cove,", "Farsand,,54.62,-3.45\nGull Cove,");
        let done = imported(&service, more).await;
        assert_eq!(
            done,
            Imported { unchanged: PLACES, documents: 1, ..Imported::default() },
            "{}",
            service.name
        );
        let snapshot = service.app.snapshot();
        assert!(snapshot.area.facts.towns.iter().any(|town| town.name == "Farsand"), "{}", service.name);
        assert_eq!(snapshot.revision, Ledger::of(&service.store).await.head.revision);
    }
}

#[tokio::test]
async fn another_area_is_refused_and_nothing_of_it_is_written() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let other = edited(files(SANDHAVEN), "area.toml", "id = \"sandhaven\"", "id = \"mudhaven\"");
        let other = edited(other, "places/venues.csv", "Sandhaven Bandstand", "Mudhaven Bandstand");
        let refusal = refused(&service, other).await;
        assert_eq!(
            refusal,
            Refusal::OtherArea { held: "sandhaven".to_owned(), given: "mudhaven".to_owned() }
        );
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}

#[tokio::test]
async fn an_id_of_another_collection_is_refused_and_nothing_of_the_import_is_written() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        // Everything before the refusal in the order of an import: a document, a changed place, a new place.
        let moved = edited(files(SANDHAVEN), "towns.csv", "Gullcove", "Gull-cove");
        let moved = edited(moved, "places/attractions.csv", "Museum of Small Fish", "Museum of Huge Fish");
        let moved = edited(moved, "places/car-parks.csv", "cp-cove-field", "cp-new");
        let moved = without(moved, "places/toilets.csv", "wc-gull-cove");
        let moved = edited(moved, "places/venues.csv", "ven-bandstand", "wc-gull-cove");
        let id = FeatureId::new("wc-gull-cove").unwrap();
        let want = Refusal::IdTaken { id: id.clone(), taken_by: Collection::Toilets };
        assert_eq!(refused(&service, moved).await, want, "{}", service.name);
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
        assert_eq!(shown(&service) as u64, PLACES);

        let elsewhere = before.item("ven-bandstand").feature.clone();
        let place = toilet("ven-bandstand", "Not a venue");
        let refused = asked(&service, Command::Put { feature: place, expected: Expected::Anything }).await;
        let want = Refusal::IdTaken { id: elsewhere.id().clone(), taken_by: Collection::Venues };
        assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal == want));
        assert_eq!(Ledger::of(&service.store).await, before, "{}", service.name);
    }
}

#[tokio::test]
async fn each_accepted_command_has_one_row_in_the_audit_and_no_other_has() {
    for service in services(SANDHAVEN, NOON).await {
        let put = |name: &str| Command::Put { feature: toilet("wc-new", name), expected: Expected::Anything };
        let close = |id: &str| {
            orders::set_status("toilets", id, "temporarily_closed", Some("Flooded"), None).unwrap()
        };
        let requests: Vec<RequestId> = (0..6).map(|_| RequestId::fresh()).collect();
        let commands =
            [put("One"), put("One"), put("Two"), close("wc-new"), close("wc-new"), close("wc-unheard-of")];
        for (command, request) in commands.into_iter().zip(&requests) {
            drop(service.app.execute(command, By::Operator, *request).await);
        }
        let ledger = Ledger::of(&service.store).await;
        let rows = &ledger.audit[1..];
        let told: Vec<_> = rows.iter().map(|row| (&*row.command, &*row.subject, row.request_id)).collect();
        let of = |command, request: usize| (command, "toilets/wc-new", requests[request].0);
        assert_eq!(told, [of("put", 0), of("put", 2), of("set_status", 3)], "{}", service.name);
        assert_eq!(rows[0].before, None);
        // What was, is what the row before said that is.
        assert_eq!((&rows[1].before, &rows[2].before), (&rows[0].after, &rows[1].after));
        assert!(rows[2].after.as_ref().unwrap().contains("Flooded"));
        assert!(rows.iter().all(|row| row.actor == "operator" && row.at == service.clock.now()));
    }
}
