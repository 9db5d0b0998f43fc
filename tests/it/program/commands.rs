//! Commands that change something: through the running server, without one, on a database server.
use super::{AREA, ITEM, WC, done, edited, exported, refused, sandhaven};
use crate::support::database::Database;
use crate::support::program::{Server, listing, write_area};
use crate::support::{SANDHAVEN, area_folder};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};
use tempfile::tempdir;

#[test]
fn commands_beside_a_running_server_go_through_it_and_show_at_once() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &["--area", AREA]);
    let mode = fs::metadata(folder.path().join("promenade.db.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");

    let close = ["close", WC, "--reason", "A burst pipe", "--until", "2099-01-01T08:00:00Z"];
    assert!(done(folder.path(), &close).contains("version 2"));
    let body = server.body(ITEM);
    for part in ["temporarily_closed", "A burst pipe", "2099-01-01T08:00:00Z"] {
        assert!(body.contains(part), "{body}");
    }
    assert!(done(folder.path(), &close).contains("nothing has changed"));
    assert!(done(folder.path(), &["open", WC]).contains("version 3"));
    assert!(!server.body(ITEM).contains("A burst pipe"));
    done(folder.path(), &["close", WC, "--reason", "Sold", "--for-good"]);
    assert!(server.body(ITEM).contains(r#""closed""#));

    assert!(done(folder.path(), &["import", AREA]).contains("nothing has changed"));
    let other = tempdir().unwrap();
    let theatre = edited("places/venues.csv", "Lantern Theatre", "Candle Theatre");
    let given = write_area(other.path(), &theatre);
    let said = done(folder.path(), &["import", given.to_str().unwrap()]);
    assert!(said.contains("1 changed") && said.contains("14 unchanged"), "{said}");
    assert!(server.body("/v1/collections/venues/items/ven-lantern-theatre").contains("Candle Theatre"));
    assert!(server.body(ITEM).contains("Sold"), "an import takes nothing of what staff did");

    done(folder.path(), &["export", "out"]);
    let area = exported(&folder.path().join("out"));
    let names: Vec<&str> = area.places.iter().map(|place| place.name()).collect();
    assert!(names.contains(&"Candle Theatre") && !names.contains(&"Lantern Theatre"));
    assert_eq!(area.documents, area_folder(SANDHAVEN).documents);
    assert!(
        done(folder.path(), &["import", "out"]).contains("taken in"),
        "staff's edits are facts of the files now"
    );
    assert!(done(folder.path(), &["import", "out"]).contains("nothing has changed"));
}

#[test]
fn the_same_commands_work_when_no_server_runs() {
    let folder = tempdir().unwrap();
    let named = ["--database", "sqlite://deep.db"];
    let with = |arguments: &[&'static str]| done(folder.path(), &[arguments, &named[..]].concat());
    let said = with(&["init", "--area", AREA]);
    assert!(said.contains("15 places and events added"), "{said}");
    assert!(with(&["init", "--area", AREA]).contains("nothing has changed"));
    assert!(with(&["import", AREA]).contains("nothing has changed"));
    assert!(with(&["close", WC, "--reason", "A gull"]).contains("version 2"));
    assert!(with(&["close", WC, "--reason", "A gull"]).contains("nothing has changed"));
    assert!(with(&["open", WC]).contains("version 3"));
    assert!(with(&["close", WC, "--reason", "Two gulls"]).contains("version 4"));
    with(&["export", "out"]);
    let area = exported(&folder.path().join("out"));
    assert_eq!(area.places.len(), 15);
    assert!(with(&["import", "out"]).contains("1 changed"));
    assert_eq!(listing(folder.path()), ["deep.db", "deep.db.lock", "out"]);
    let server = Server::start(folder.path(), &["serve", "--database", named[1], "--area", AREA]);
    assert!(server.body(ITEM).contains("Two gulls"));
}

#[tokio::test]
async fn on_a_database_server_it_serves_is_changed_and_stops_the_same_way() {
    let folder = tempdir().unwrap();
    let Database::Postgres(url) = Database::postgres().await else { panic!("a server") };
    let named = ["--database", &url];
    let serve = [&named[..], &["--area", AREA]].concat();
    let (one, other) = (Server::start(folder.path(), &serve), Server::start(folder.path(), &serve));
    assert!(!one.banner.concat().contains("postgres@"), "{:?}", one.banner);
    let with = |arguments: &[&str]| done(folder.path(), &[arguments, &named[..]].concat());
    assert!(with(&["import", AREA]).contains("nothing has changed"));
    assert!(with(&["close", WC, "--reason", "A burst pipe"]).contains("version 2"));
    for server in [&one, &other] {
        let start = Instant::now();
        while !server.body(ITEM).contains("A burst pipe") {
            assert!(start.elapsed() < Duration::from_millis(1500), "not shown");
        }
    }
    with(&["export", "out"]);
    assert_eq!(exported(&folder.path().join("out")).places.len(), 15);
    let (code, took) = one.stop("TERM");
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(2), "{took:?}");
    other.stop("KILL");
    assert!(with(&["open", WC]).contains("version 3"));
    assert!(!Server::start(folder.path(), &serve).body(ITEM).contains("A burst pipe"));
    assert_eq!(listing(folder.path()), ["out"]);

    // A server that is there, and a database of it that is not.
    let nowhere = format!("{url}-nowhere");
    refused(folder.path(), &["open", WC, "--database", &nowhere], 3, &["-nowhere"]);
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let reader = format!("CREATE DATABASE {}_empty", url.rsplit('/').next().unwrap());
    connection.execute(AssertSqlSafe(reader)).await.unwrap();
    refused(
        folder.path(),
        &["export", "out2", "--database", &format!("{url}_empty")],
        3,
        &["promenade init"],
    );
}

#[test]
fn a_table_of_tides_is_taken_in_beside_a_server_and_without_one() {
    let folder = sandhaven();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("own.csv", "kind,time_utc,height_m\nlow,2026-07-18T11:00:30Z,0.5\nhigh,2026-07-18T17:10Z,8\n");
    write("broken.csv", "kind,time_utc,height_m\nebb,2026-07-18T11:00Z,0.5\nlow,2026-07-18T23:00Z,deep\n");
    let ours = ["import", "tides", "own.csv", "--station", "Gull Cove"];
    let covers = "2 turning points from 2026-07-18 11:00 UTC to 2026-07-18 17:10 UTC; the tide is unknown from then on";
    for beside_a_server in [true, false] {
        let _server = beside_a_server.then(|| Server::start(folder.path(), &["--area", AREA]));
        assert_eq!(done(folder.path(), &ours), format!("taken in: {covers}\n"));
        assert_eq!(done(folder.path(), &ours), format!("nothing has changed: {covers}\n"));
        let says =
            ["broken.csv, row 2, field kind", "broken.csv, row 3, field height_m", "nothing was taken in"];
        refused(folder.path(), &["import", "tides", "broken.csv"], 1, &says);
        refused(folder.path(), &["import", "tides", "nowhere.csv"], 1, &["nowhere.csv"]);
        let out = if beside_a_server { "beside" } else { "without" };
        done(folder.path(), &["export", out]);
        let tides = fs::read_to_string(folder.path().join(out).join("tides.csv")).unwrap();
        assert!(tides.contains("low,2026-07-18T11:00:30Z,0.5,Gull Cove\n"), "{tides}");
        assert!(
            done(folder.path(), &["import", AREA]).contains("1 documents"),
            "the folder has a table, too"
        );
    }
    refused(folder.path(), &["import"], 2, &["FOLDER"]);
    refused(folder.path(), &["import", "tides"], 2, &["FILE"]);
}
