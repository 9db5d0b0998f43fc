//! The tide: a council's own table, taken in, and what visitors are told.
use crate::support::ledger::Ledger;
use crate::support::{SANDHAVEN, Service, at, files, services, services_of};
use promenade::access::By;
use promenade::app::{Error, orders};
use promenade::command::{Imported, Outcome, Refusal};
use promenade::formats::area::{self, Files};
use promenade::ids::RequestId;
use serde_json::json;

const NOON: &str = "2026-07-18T12:00:00Z";
const TIDES: &str = "tides.csv";
const OWN: &str = "kind,time_utc,height_m\nlow,2026-07-18T11:00:30Z,0.5\nhigh,2026-07-18T17:10Z,8\n";

async fn asked(service: &Service, table: &str, station: Option<&str>) -> Result<Imported, Error> {
    let command = orders::import_tides("own.csv", table, station).unwrap();
    match service.app.execute(command, By::Operator, RequestId::fresh()).await? {
        Outcome::Imported(imported) => Ok(imported),
        other => panic!("{other:?}"),
    }
}

/// Sandhaven without a tide, and without a word of one.
fn inland() -> Files {
    let mut inland = files(SANDHAVEN);
    inland.remove(TIDES);
    let manifest = String::from_utf8(inland["area.toml"].clone()).unwrap();
    let (head, tail) = manifest.split_once("[tide]").unwrap();
    let tail = &tail[tail.find("[[").unwrap()..];
    inland.insert("area.toml".to_owned(), format!("{head}{tail}").into_bytes());
    inland
}

#[tokio::test]
async fn a_councils_own_table_replaces_the_one_that_is_stored_and_shows_at_once() {
    for service in services(SANDHAVEN, NOON).await {
        let before = Ledger::of(&service.store).await;
        let done = asked(&service, OWN, Some("Gull Cove")).await.unwrap();
        assert_eq!(done, Imported { documents: 1, ..Imported::default() }, "{}", service.name);
        let now = service.app.snapshot().area.facts.tide.at(at("2026-07-18T11:00:30Z"));
        assert_eq!((now.height_m, now.station.as_deref()), (Some(0.5), Some("Gull Cove")));

        let after = Ledger::of(&service.store).await;
        assert_eq!(after.items, before.items);
        assert_eq!(after.changes.len(), before.changes.len() + 1);
        let row = after.audit.last().unwrap();
        assert_eq!((&*row.actor, &*row.command, &*row.subject), ("operator", "import_tides", "sandhaven"));
        let was = r#"{"station":null,"turning_points":25,"from":"2026-07-15T21:05:00Z","to":"2026-07-22T02:05:00Z"}"#;
        let is = r#"{"station":"Gull Cove","turning_points":2,"from":"2026-07-18T11:00:30Z","to":"2026-07-18T17:10:00Z"}"#;
        assert_eq!((row.before.as_deref(), row.after.as_deref()), (Some(was), Some(is)));
        assert_eq!(after.audit.len(), before.audit.len() + 1);

        // The same again, also as it is exported, is nothing new.
        let exported = after.documents[TIDES].clone();
        for (table, station) in
            [(OWN, Some("Gull Cove")), (&*exported, None), (&*exported, Some("Gull Cove"))]
        {
            assert!(!asked(&service, table, station).await.unwrap().wrote(), "{}", service.name);
        }
        assert_eq!(Ledger::of(&service.store).await.changes, after.changes);
    }
}

#[tokio::test]
async fn a_table_without_a_station_is_that_of_the_station_which_the_manifest_names_if_it_does() {
    for service in services(SANDHAVEN, NOON).await {
        asked(&service, OWN, None).await.unwrap();
        let now = service.app.snapshot().area.facts.tide.at(at(NOON));
        assert_eq!(now.station.as_deref(), Some("Sandhaven Pier"), "{}", service.name);
    }
    for service in services_of(&inland(), NOON).await {
        let before = Ledger::of(&service.store).await;
        let refused = asked(&service, OWN, None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::NobodysTide))), "{refused:?}");
        assert_eq!(Ledger::of(&service.store).await.audit, before.audit, "{}", service.name);
        assert!(asked(&service, OWN, Some("Gull Cove")).await.unwrap().wrote());
        assert!(service.app.snapshot().area.facts.tide.at(at(NOON)).height_m.is_some());
    }
}

#[tokio::test]
async fn a_folder_that_knows_no_tide_leaves_the_table_that_is_stored() {
    for service in services(SANDHAVEN, NOON).await {
        let command = orders::import(inland()).unwrap();
        service.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
        let now = service.app.snapshot().area.facts.tide.at(at("2026-07-18T11:10:00Z"));
        assert_eq!((now.height_m, now.station), (Some(0.7), None), "{}: nobody says whose", service.name);
    }
}

#[test]
fn a_table_is_refused_whole_with_every_finding() {
    let broken = "kind,time_utc,height_m\nebb,2026-07-18T11:00Z,0.5\nhigh,2026-07-18T17:10,8\nlow,2026-07-18T23:00Z,deep\n";
    for (table, station, says) in [
        (
            broken,
            None,
            &[
                "own.csv, row 2, field kind",
                "own.csv, row 3, field time_utc",
                "own.csv, row 4, field height_m",
            ][..],
        ),
        ("kind,time_utc,height_m\n", None, &["own.csv: error: has no row"]),
        ("time,height\n", None, &["own.csv, row 1, field kind"]),
        (OWN, Some(" "), &["own.csv: error: the station"]),
    ] {
        let lines = orders::import_tides("own.csv", table, station).unwrap_err();
        assert_eq!(lines.len(), says.len(), "{lines:?}");
        assert!(says.iter().zip(&lines).all(|(part, line)| line.starts_with(part)), "{lines:?}");
    }
}

#[test]
fn a_table_of_a_station_says_in_every_time_and_height_what_it_said_before() {
    let (plain, findings) = area::read_tides("own.csv", OWN, None);
    assert!(findings.is_empty(), "{findings:?}");
    let (named, _) = area::read_tides("own.csv", OWN, Some("Gull, \"Cove\""));
    let (plain, named) = (plain.unwrap(), named.unwrap());
    assert_eq!(plain.text, OWN);
    let (again, findings) = area::read_tides(TIDES, &named.text, None);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(again.as_ref(), Some(&named));
    assert_eq!(named.station.as_deref(), Some("Gull, \"Cove\""));
    assert_eq!((plain.turning_points, plain.from, plain.to), (named.turning_points, named.from, named.to));
}

#[tokio::test]
async fn the_tide_is_told_with_what_turns_it_and_from_whom_it_is() {
    for service in services(SANDHAVEN, "2026-07-18T11:10:42.5Z").await {
        let target = "/v1/beaches/beach-north-sands/tide";
        let answer = service.client.get(&format!("{target}?days=1")).await;
        assert_eq!(answer.status, 200, "{}", service.name);
        assert_eq!(answer.header("cache-control"), "public, max-age=17", "until the next minute");
        let point = |at: &str, kind: &str, height: f64| json!({"at": at, "kind": kind, "height_m": height});
        let mut told = answer.json();
        assert!(told["links"].take().is_array());
        let attribution = json!([{
            "id": "invented", "text": "Sandhaven is made up; so is everything in it.", "licence": "CC0-1.0",
            "url": "https://creativecommons.org/publicdomain/zero/1.0/"
        }]);
        let wanted = json!({
            "beach": "beach-north-sands", "station": "Sandhaven Pier", "approximate": true,
            "note": "Made up. Not for navigation.",
            "now": {"at": "2026-07-18T11:10:00Z", "height_m": 0.7, "trend": "rising"},
            "turning_points": [
                point("2026-07-18T11:10:00Z", "low", 0.7),
                point("2026-07-18T17:05:00Z", "high", 8.4),
                point("2026-07-18T23:35:00Z", "low", 0.8),
                point("2026-07-19T05:30:00Z", "high", 8.1)
            ],
            "covered": {"from": "2026-07-15T21:05:00Z", "to": "2026-07-22T02:05:00Z"},
            "time_zone": "Europe/London", "attribution": attribution, "links": null
        });
        assert_eq!(told, wanted, "{}", service.name);
        let again = service
            .client
            .ask(&format!("{target}?days=1"), &[("if-none-match", answer.header("etag"))])
            .await;
        assert_eq!(again.status, 304);

        let points = async |query: &str| {
            let answer = service.client.get(&format!("{target}{query}")).await;
            answer.json()["turning_points"].as_array().unwrap().len()
        };
        assert_eq!(points("").await, 15, "a week, as far as the table goes");
        assert_eq!(points("?from=2026-07-16T00:00:00%2B01:00&days=14").await, 24);
        assert_eq!(points("?from=2026-07-22T02:05:00Z").await, 1);
        assert_eq!(points("?from=2026-07-22T02:05:01Z").await, 0);
        assert_eq!(points("?from=9999-12-31T23:59:59Z&days=14").await, 0);
    }
}

#[tokio::test]
async fn outside_the_table_the_tide_is_unknown_and_nothing_is_extrapolated() {
    for service in services(SANDHAVEN, "2026-07-22T02:06:00Z").await {
        let told = service.client.get("/v1/beaches/beach-gull-cove/tide").await.json();
        let nothing = json!({"at": "2026-07-22T02:06:00Z", "height_m": null, "trend": null});
        assert_eq!((&told["now"], &told["turning_points"]), (&nothing, &json!([])), "{}", service.name);
        assert_eq!(told["covered"]["to"], "2026-07-22T02:05:00Z");
    }
    for service in services_of(&inland(), NOON).await {
        let told = service.client.get("/v1/beaches/beach-gull-cove/tide").await.json();
        for unknown in ["station", "note", "covered"] {
            assert_eq!(told[unknown], json!(null), "{} {unknown}", service.name);
        }
        assert_eq!((&told["turning_points"], &told["attribution"]), (&json!([]), &json!([])));
    }
}

#[tokio::test]
async fn a_tide_that_cannot_be_told_is_refused_by_name() {
    for service in services(SANDHAVEN, NOON).await {
        for (query, kind, parameter) in [
            ("days=0", "invalid-parameter", "days"),
            ("days=15", "invalid-parameter", "days"),
            ("days=1.5", "invalid-parameter", "days"),
            ("days=%2B1", "invalid-parameter", "days"),
            ("days=", "invalid-parameter", "days"),
            ("from=2026-07-18", "invalid-parameter", "from"),
            ("from=2026-07-18T00:00:00", "invalid-parameter", "from"),
            ("from=now", "invalid-parameter", "from"),
            ("days=1&days=1", "repeated-parameter", "days"),
            ("to=2026-07-18T00:00:00Z", "unknown-parameter", "to"),
        ] {
            let answer = service.client.get(&format!("/v1/beaches/beach-gull-cove/tide?{query}")).await;
            assert_eq!(answer.problem(), (400, kind.to_owned(), Some(parameter.to_owned())), "{query}");
        }
        for nowhere in ["beach-nowhere", "wc-promenade", "Beach"] {
            let answer = service.client.get(&format!("/v1/beaches/{nowhere}/tide")).await;
            assert_eq!(answer.problem(), (404, "not-found".to_owned(), None), "{nowhere}");
        }
    }
}
