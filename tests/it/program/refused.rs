//! How it ends when it cannot do what was asked: a message that says what to do, a code, nothing half made.
use super::{AREA, ITEM, WC, done, edited, refused, sandhaven};
use crate::support::database::Database;
use crate::support::program::{Server, listing, run, write_area};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use tempfile::tempdir;

#[test]
fn what_is_refused_ends_with_1_and_says_why() {
    let folder = sandhaven();
    let (broken, other) = (tempdir().unwrap(), tempdir().unwrap());
    let broken = write_area(broken.path(), &edited("places/toilets.csv", "54.600200", "north"));
    let other = write_area(other.path(), &edited("area.toml", "id = \"sandhaven\"", "id = \"mudhaven\""));
    let (broken, other) = (broken.to_str().unwrap(), other.to_str().unwrap());
    let cases: &[(&[&str], &[&str])] = &[
        (&["close", "toilets/wc-nowhere", "--reason", "x"], &["toilets/wc-nowhere does not exist"]),
        (&["open", "loos/wc-promenade"], &["`loos`", "toilets"]),
        (&["open", "toilets/WC"], &["`WC`"]),
        (&["close", WC, "--reason", " "], &["reason"]),
        (&["close", WC, "--reason", "x", "--until", "tomorrow"], &["`tomorrow`"]),
        (&["import", other], &["`sandhaven`", "`mudhaven`"]),
        (&["import", broken], &["places/toilets.csv, row 3, field lat"]),
        (&["import", "nowhere"], &["nowhere"]),
        (&["export", broken], &["not empty"]),
    ];
    let here = |arguments: &[&str], says: &[&str]| refused(folder.path(), arguments, 1, says);
    for beside_a_server in [false, true] {
        let _server = beside_a_server.then(|| Server::start(folder.path(), &["--area", AREA]));
        for (arguments, says) in cases {
            here(arguments, says);
        }
        assert!(done(folder.path(), &["import", AREA]).contains("nothing has changed"));
    }
    // A server for one area is not started on the database of another.
    here(&["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--area", other], &["`mudhaven`"]);
    let check = run(folder.path(), &["check", broken]);
    assert_eq!(check.code, 1);
    assert!(check.out.contains("places/toilets.csv, row 3, field lat: error: `north`"), "{check:?}");
    assert!(done(folder.path(), &["check", AREA]).contains("15 places"));
    assert!(done(folder.path(), &["check"]).contains("119 places and 45 events, nothing to mend"));
}

#[test]
fn an_area_with_faults_stops_the_start_with_all_of_them_and_leaves_no_database() {
    let (folder, broken) = (tempdir().unwrap(), tempdir().unwrap());
    let mut files = edited("places/toilets.csv", "54.600200", "north");
    files.remove("towns.csv");
    let broken = write_area(broken.path(), &files);
    let area = ["--area", broken.to_str().unwrap()];
    let free = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
    let says = ["towns.csv: error: is missing", "places/toilets.csv, row 3, field lat: error"];
    refused(folder.path(), &[&free[..], &area].concat(), 1, &says);
    refused(folder.path(), &[&["init"], &area[..]].concat(), 1, &says);
    assert_eq!(listing(folder.path()), [""; 0]);
}

#[test]
fn a_file_that_is_missing_is_not_made_up_but_the_message_says_how() {
    let folder = tempdir().unwrap();
    let says = ["notes.db does not exist", "promenade init --database sqlite://notes.db"];
    let database = ["--database", "sqlite://notes.db"];
    let free = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
    for arguments in
        [&[&["serve"], &free[..]].concat()[..], &["import", AREA], &["export", "out"], &["open", WC]]
    {
        refused(folder.path(), &[arguments, &database].concat(), 3, &says);
        assert!(!folder.path().join("notes.db").exists(), "{arguments:?}");
    }
    done(folder.path(), &["init", "--database", "sqlite://notes.db", "--area", AREA]);
    Server::start(folder.path(), &["--database", "sqlite://notes.db", "--area", AREA]).body(ITEM);
}

/// Each command that needs a database is refused with 3 and says why.
fn cannot_use(folder: &Path, database: &str, says: &[&str]) {
    let (free, database) =
        (["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"], ["--database", database]);
    for arguments in
        [&free[..], &["init", "--area", AREA], &["import", AREA], &["export", "out"], &["open", WC]]
    {
        refused(folder, &[arguments, &database].concat(), 3, says);
    }
    assert!(!folder.join("out").exists());
}

#[test]
fn a_database_that_cannot_be_used_ends_with_3_and_says_why() {
    let folder = tempdir().unwrap();
    for (database, says) in [
        ("mysql://root@localhost/promenade", &["sqlite://FILE", "postgres://"][..]),
        ("sqlite://", &["file is missing"]),
        ("sqlite:///dev/null/promenade.db", &["/dev/null/promenade.db"]),
        ("sqlite://no/such/folder/promenade.db", &["no/such/folder/promenade.db"]),
        ("postgres://nobody:secret@127.0.0.1:1/promenade", &["refused"]),
    ] {
        cannot_use(folder.path(), database, says);
        assert_eq!(listing(folder.path()), [""; 0], "{database}");
    }
    let secret = run(folder.path(), &["open", WC, "--database", "postgres://nobody:secret@127.0.0.1:1/x"]);
    assert!(!secret.err.contains("secret") && !secret.out.contains("secret"), "{secret:?}");

    let text = "Dear diary, this is not a database. ".repeat(100);
    fs::write(folder.path().join("diary.db"), &text).unwrap();
    cannot_use(folder.path(), "sqlite://diary.db", &["not a database"]);
    assert_eq!(fs::read_to_string(folder.path().join("diary.db")).unwrap(), text);
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let folder = tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("notes.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    connection.execute("CREATE TABLE note (text TEXT)").await.unwrap();
    connection.close().await.unwrap();
    let database = ["--database", "sqlite://notes.db"];
    refused(folder.path(), &[&["init"], &database[..]].concat(), 3, &["tables of another program"]);
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema").fetch_all(&mut connection).await.unwrap();
    assert_eq!(tables, ["note"]);
}

/// What a program of the next version would leave.
const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
    SELECT 9999, 'later', installed_on, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    let folder = sandhaven();
    let url = format!("sqlite://{}", folder.path().join("promenade.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    connection.execute(NEWER).await.unwrap();
    connection.close().await.unwrap();
    cannot_use(folder.path(), "sqlite://promenade.db", &["migration 9999", "newer promenade"]);

    let Database::Postgres(url) = Database::postgres().await else { panic!("a server") };
    done(folder.path(), &["init", "--area", AREA, "--database", &url]);
    let mut connection = PgConnection::connect(&url).await.unwrap();
    connection.execute(NEWER).await.unwrap();
    cannot_use(folder.path(), &url, &["migration 9999", "newer promenade"]);
}

#[test]
fn an_address_that_is_taken_ends_with_4_before_anything_is_made() {
    let folder = tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let free = "127.0.0.1:0";
    refused(folder.path(), &["--listen", &taken, "--admin-listen", free], 4, &[&taken]);
    refused(folder.path(), &["--listen", free, "--admin-listen", &taken], 4, &[&taken]);
    refused(folder.path(), &["--listen", "203.0.113.7:80", "--admin-listen", free], 4, &["203.0.113.7:80"]);
    assert!(!folder.path().join("promenade.db").exists());
}

#[test]
fn a_command_line_that_is_not_understood_ends_with_2() {
    let folder = tempdir().unwrap();
    for (arguments, says) in [
        (&["--colour", "blue"][..], "--colour"),
        (&["paint"], "paint"),
        (&["--listen", "localhost"], "--listen"),
        (&["--public-url", "ftp://example.org"], "https://"),
        (&["--trusted-proxies", "the-one-next-door"], "the-one-next-door"),
        (&["close", WC], "--reason"),
        (&["close", "wc-promenade", "--reason", "x"], "COLLECTION/ID"),
        (&["close", WC, "--reason", "x", "--for-good", "--until", "2099-01-01T00:00:00Z"], "--until"),
        (&["import"], "<FOLDER>"),
    ] {
        refused(folder.path(), arguments, 2, &[says]);
    }
    assert_eq!(listing(folder.path()), [""; 0]);
}
