//! `promenade audit`, and the anchors that a server leaves in its log.
use crate::support::program::{Ended, Server, run};
use promenade::store::Anchor;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");
const WC: &str = "toilets/wc-market-street";

fn done(folder: &Path, arguments: &[&str]) -> String {
    let Ended { code, out, err, .. } = run(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}:\n{out}{err}");
    out
}

/// Sandhaven with a toilet that was closed and opened once: three rows of the audit.
fn sandhaven() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["init", "--area", AREA]);
    done(folder.path(), &["close", WC, "--reason", "Pipe"]);
    done(folder.path(), &["open", WC]);
    folder
}

/// Runs statements on the file behind the program's back.
async fn meddle(folder: &Path, statements: &[&str]) {
    let file = SqliteConnectOptions::new().filename(folder.join("promenade.db"));
    let mut connection = file.connect().await.unwrap();
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(*statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

#[test]
fn the_audit_is_verified_beside_a_running_server_and_its_log_has_the_anchors() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &[]);
    done(folder.path(), &["close", WC, "--reason", "Pipe"]);
    let anchor = done(folder.path(), &["audit", "anchor"]);
    assert_eq!(anchor.trim().parse::<Anchor>().unwrap().seq, 4);
    let alone = done(folder.path(), &["audit", "verify"]);
    assert!(alone.starts_with(&format!("the audit holds: 4 rows up to {}, 0 anchors met\n", anchor.trim())));
    assert!(alone.contains("without an anchor from outside"), "{alone}");
    let held = done(folder.path(), &["audit", "verify", "--anchor", anchor.trim()]);
    assert_eq!(held, format!("the audit holds: 4 rows up to {}, 1 anchor met\n", anchor.trim()));

    done(folder.path(), &["open", WC]);
    server.signal("TERM");
    let log = folder.path().join("server.log");
    while !server.log().contains("stopped") {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    fs::write(&log, server.log()).unwrap();
    let numbers: Vec<i64> = Anchor::all_in(&server.log()).iter().map(|anchor| anchor.seq).collect();
    assert_eq!(numbers, [3, 5], "at the start and at the stop:\n{}", server.log());
    let held = done(
        folder.path(),
        &["audit", "verify", "--anchors", log.to_str().unwrap(), "--anchor", anchor.trim()],
    );
    assert!(held.contains("5 rows") && held.contains("3 anchors met"), "{held}");
}

#[tokio::test]
async fn the_first_row_that_is_not_as_it_was_written_is_named() {
    const UNGUARD: &str = "DROP TRIGGER audit_is_not_changed";
    for (statements, says) in [
        (
            &[UNGUARD, "UPDATE audit SET actor = 'nobody' WHERE seq = 2"][..],
            "row 2 of the audit is not what its hash was made of",
        ),
        (
            &["DROP TRIGGER audit_is_not_deleted", "DELETE FROM audit WHERE seq = 2"],
            "row 2 of the audit is missing",
        ),
        (
            &["DROP TRIGGER audit_is_not_deleted", "DELETE FROM audit WHERE seq = 3"],
            "row 3 of the audit is missing: the head counts 3 rows",
        ),
        (
            &[
                "DROP TRIGGER audit_is_not_deleted",
                "DELETE FROM audit WHERE seq = 3",
                "UPDATE head SET audit_seq = 2, audit_hash = (SELECT hash FROM audit WHERE seq = 2)",
            ],
            "row 3 of the audit is missing: row 3 was anchored outside",
        ),
        (
            &[UNGUARD, "UPDATE audit SET request_id = x'00' WHERE seq = 1"],
            "row 1 of the audit cannot be read: ",
        ),
    ] {
        let folder = sandhaven();
        let anchor = done(folder.path(), &["audit", "anchor"]);
        meddle(folder.path(), statements).await;
        let ended = run(folder.path(), &["audit", "verify", "--anchor", anchor.trim()]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{says}: {ended:?}");
        assert!(ended.err.starts_with(&format!("error: {says}")), "{says}: {}", ended.err);
    }
}

#[test]
fn what_cannot_be_verified_is_refused_and_never_looks_verified() {
    let folder = sandhaven();
    let zeros = "0".repeat(64);
    let nothing = folder.path().join("nothing.log");
    fs::write(&nothing, b"serving\n12:00:00 \xff\n").unwrap();
    for (arguments, code, says) in [
        (
            vec!["audit", "verify", "--anchor", "3"],
            2,
            "an anchor is a number, a colon and 64 hexadecimal digits",
        ),
        (vec!["audit", "verify", "--anchors", "missing.log"], 1, "reading missing.log"),
        (vec!["audit", "verify", "--anchors", nothing.to_str().unwrap()], 1, "holds no anchor"),
        (vec!["audit", "verify", "--database", "sqlite://missing.db"], 3, "missing.db does not exist"),
        (vec!["audit", "anchor", "--database", "sqlite://missing.db"], 3, "missing.db does not exist"),
        (vec!["audit"], 2, "verify"),
    ] {
        let ended = run(folder.path(), &arguments);
        assert_eq!((ended.code, ended.out.as_str()), (code, ""), "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(says), "{arguments:?}: {}", ended.err);
    }
    // Of two anchors for one row at least one is false.
    let anchor = done(folder.path(), &["audit", "anchor"]);
    let other = format!("3:{zeros}");
    let ended = run(folder.path(), &["audit", "verify", "--anchor", anchor.trim(), "--anchor", &other]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(
        ended.err.contains("row 3 of the audit is not the one that was anchored outside"),
        "{}",
        ended.err
    );
}

#[test]
fn the_commands_of_the_readme_do_what_it_says() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let folder = sandhaven();
    let anchor = done(folder.path(), &["audit", "anchor"]);
    fs::write(folder.path().join("server.log"), format!("{{\"anchor\":\"{}\"}}\n", anchor.trim())).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_promenade")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut ran = 0;
    for line in readme.lines().filter_map(|line| line.strip_prefix("    promenade audit ")) {
        let done = std::process::Command::new("sh")
            .args(["-c", &format!("promenade audit {line}")])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env_remove("PROMENADE_DATABASE")
            .output()
            .unwrap();
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
        ran += 1;
    }
    assert_eq!(ran, 4);
}
