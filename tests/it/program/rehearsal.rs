//! A rehearsal of the built program: begun, moved on, ended, and kept away from what is real.
use super::{AREA, ITEM, WC, done, refused, sandhaven};
use crate::support::at;
use crate::support::program::{Reply, Server, get, listing, run};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tempfile::tempdir;

const NINE: &str = "2026-07-18T09:00:00Z";
const BEGIN: [&str; 5] = ["serve", "--area", AREA, "--rehearse-at", NINE];
const FREE: [&str; 4] = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
const ITS_OWN: [&str; 2] = ["--database", "sqlite://rehearsal.db"];

/// The time of the rehearsal, as the answer says it.
fn time_of(reply: &Reply) -> DateTime<Utc> {
    let line = reply.head.lines().find(|line| line.starts_with("promenade-rehearsal: "));
    at(&line.unwrap_or_else(|| panic!("{}", reply.head))["promenade-rehearsal: ".len()..].to_uppercase())
}

/// Whether `time` is that of a clock that showed `from` a moment ago.
fn is_just_after(time: DateTime<Utc>, from: &str) -> bool {
    (TimeDelta::zero()..TimeDelta::minutes(1)).contains(&(time - at(from)))
}

#[test]
fn a_rehearsal_begins_with_one_command_and_everything_says_so() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &["serve", "--rehearse-at", NINE]);
    let said = &server.banner[..2];
    assert!(said[0].contains("THIS IS A REHEARSAL") && said[0].contains("2026-07-18T09:0"), "{said:?}");
    assert!(said[1].contains("Tendring") && said[1].contains("sqlite://rehearsal.db"), "{said:?}");
    assert!(!folder.path().join("promenade.db").exists());
    for (address, target) in [
        (&server.public, "/v1/nearby?near=Clacton"),
        (&server.public, "/nowhere"),
        (&server.public, "/health/ready"),
        (&server.admin, "/metrics"),
    ] {
        assert!(is_just_after(time_of(&get(address, target, &[])), NINE), "{target}");
    }
    let ready: Value = serde_json::from_str(&server.body("/health/ready")).unwrap();
    assert_eq!(ready["rehearsal"], true);
    let warned = server.log();
    assert!(warned.contains("\"WARN\"") && warned.contains("THIS IS A REHEARSAL"), "{warned}");
}

#[test]
fn it_is_said_in_the_log_at_any_level() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &[&BEGIN[..], &["--log", "error"]].concat());
    assert!(server.log().contains("THIS IS A REHEARSAL"), "{}", server.log());
}

#[test]
fn the_clock_is_moved_on_by_command_and_never_back() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &BEGIN);
    done(
        folder.path(),
        &[&["close", WC, "--reason", "Tide", "--until", "2026-07-18T11:00:00Z"], &ITS_OWN[..]].concat(),
    );
    let status = || {
        let item: Value = serde_json::from_str(&server.body(ITEM)).unwrap();
        item["properties"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(), "temporarily_closed");
    let said = done(folder.path(), &["clock", "forward", "1h30m"]);
    assert!(said.starts_with("it is 2026-07-18T10:3"), "{said}");
    assert_eq!(status(), "temporarily_closed");
    let said = done(folder.path(), &["clock", "set", "2026-07-18T13:00:00+01:00"]);
    assert!(said.starts_with("it is 2026-07-18T12:00:00Z"), "{said}");
    assert_eq!(status(), "active");
    let says = ["never goes back", "2026-07-18T11:00:00Z", "start anew"];
    refused(folder.path(), &["clock", "set", "2026-07-18T11:00:00Z"], 1, &says);
    refused(
        folder.path(),
        &["clock", "forward", "1000d", "--database", "sqlite://other.db"],
        1,
        &["no rehearsal runs"],
    );
    for wrong in [["forward", "-1h"], ["forward", "soon"], ["set", "noon"]] {
        let ended = run(folder.path(), &[&["clock"], &wrong[..]].concat());
        assert_eq!(ended.code, 2, "{ended:?}");
    }
    assert!(is_just_after(time_of(&server.get("/v1")), "2026-07-18T12:00:00Z"));
}

#[test]
fn what_was_rehearsed_goes_on_later_but_not_earlier() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &BEGIN);
    done(folder.path(), &["clock", "forward", "3h"]);
    done(folder.path(), &[&["close", WC, "--reason", "Rehearsed"], &ITS_OWN[..]].concat());
    server.stop("TERM");
    refused(folder.path(), &["clock", "forward", "1h"], 1, &["no rehearsal runs", "--rehearse-at"]);
    refused(folder.path(), &[&BEGIN[..], &FREE].concat(), 3, &["2026-07-18T12:0", "delete the file"]);
    let later = ["serve", "--rehearse-at", "2026-07-18T13:00:00Z"];
    assert!(Server::start(folder.path(), &later).body(ITEM).contains("Rehearsed"));
}

#[test]
fn what_is_real_is_not_rehearsed_on() {
    let folder = sandhaven();
    let real = ["--database", "sqlite://other.db"];
    done(folder.path(), &[&["init", "--area", AREA], &real[..]].concat());
    refused(
        folder.path(),
        &[&BEGIN[..], &FREE, &real].concat(),
        3,
        &["not made by a rehearsal", "--database"],
    );
    // Without a name the rehearsal has a database of its own, beside the one that is there.
    Server::start(folder.path(), &BEGIN).stop("TERM");
    assert!(listing(folder.path()).contains(&"rehearsal.db".to_owned()));
    let server = Server::start(folder.path(), &[]);
    let ready: Value = serde_json::from_str(&server.body("/health/ready")).unwrap();
    assert_eq!(ready["rehearsal"], false);
    assert!(!server.get("/v1").head.contains("promenade-rehearsal: "));
    assert!(!server.log().contains("REHEARSAL") && !server.banner.concat().contains("REHEARSAL"));
    refused(
        folder.path(),
        &["clock", "forward", "1h", "--database", "sqlite://promenade.db"],
        1,
        &["the real time"],
    );
}

#[test]
fn what_was_rehearsed_is_never_taken_for_real() {
    let folder = tempdir().unwrap();
    Server::start(folder.path(), &BEGIN).stop("TERM");
    let says = ["made up", "`promenade serve --rehearse-at INSTANT`", "another --database"];
    for command in [
        &[&["serve"], &FREE[..]].concat()[..],
        &["init", "--area", AREA],
        &["import", AREA],
        &["close", WC, "--reason", "x"],
        &["token", "create", "--name", "x", "--role", "admin"],
        &["organisation", "create", "visit", "--name", "x", "--kind", "tourism"],
    ] {
        refused(folder.path(), &[command, &ITS_OWN].concat(), 3, &says);
    }
    // A folder of it could be imported into what is real.
    refused(folder.path(), &[&["export", "out"], &ITS_OWN[..]].concat(), 1, &["made up"]);
    assert!(!folder.path().join("out").exists());
    done(folder.path(), &[&["token", "list"], &ITS_OWN[..]].concat());
    done(folder.path(), &[&["audit", "verify"], &ITS_OWN[..]].concat());
}

#[test]
fn a_rehearsal_is_refused_where_the_public_could_meet_it() {
    let folder = tempdir().unwrap();
    for (arguments, says) in [
        (&["--listen", "0.0.0.0:0"][..], &["--listen", "127.0.0.1"][..]),
        (&["--admin-listen", "[::]:0"], &["--admin-listen"]),
        (&["--public-url", "https://api.example.org"], &["--public-url"]),
        (&["--trusted-proxies", "10.0.0.1"], &["--trusted-proxies"]),
        (&["--database", "postgres://promenade@127.0.0.1/promenade"], &["on a file"]),
        (&["--rehearse-at", "1826-07-18T09:00:00Z"], &["2000"]),
    ] {
        let begin: &[&str] =
            if arguments[0] == "--rehearse-at" { &["serve"] } else { &["serve", "--rehearse-at", NINE] };
        refused(folder.path(), &[begin, arguments].concat(), 1, says);
    }
    assert_eq!(listing(folder.path()), [""; 0]);
}
