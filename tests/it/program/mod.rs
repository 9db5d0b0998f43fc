//! The built program over real sockets: how it starts, stops and ends.
mod access;
mod commands;
mod crowd;
mod events;
mod refused;
mod rehearsal;
mod secrets;
mod serving;

use crate::support::program::{Ended, Server, get, listing, run, write_area};
use crate::support::{SANDHAVEN, files};
use promenade::formats::area::{self, Files};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use tempfile::{TempDir, tempdir};

const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");
const WC: &str = "toilets/wc-market-street";
const ITEM: &str = "/v1/collections/toilets/items/wc-market-street";

/// Runs the program, which must do what it is asked.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let Ended { code, out, err, .. } = run(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}:\n{out}{err}");
    out
}

/// Runs the program, which must end with `code` and name each of `says` on standard error.
fn refused(folder: &Path, arguments: &[&str], code: i32, says: &[&str]) {
    let ended = run(folder, arguments);
    assert_eq!(ended.code, code, "{arguments:?}: {ended:?}");
    for part in says {
        assert!(ended.err.contains(part), "{arguments:?}: no {part:?} in\n{}", ended.err);
    }
    assert!(!ended.err.contains("panicked"), "{arguments:?}:\n{}", ended.err);
    assert!(ended.took < Duration::from_secs(6), "{arguments:?} took {:?}", ended.took);
}

/// A folder with a database of Sandhaven, the one that is used when nobody says which.
fn sandhaven() -> TempDir {
    let folder = tempdir().unwrap();
    done(folder.path(), &["init", "--area", AREA]);
    folder
}

/// Sandhaven's files with the first `from` of `file` replaced by `to`.
fn edited(file: &str, from: &str, to: &str) -> Files {
    let mut files = files(SANDHAVEN);
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    files
}

fn exported(folder: &Path) -> area::AreaFolder {
    let mut files = Files::new();
    for name in listing(folder) {
        if folder.join(&name).is_dir() {
            for inner in listing(&folder.join(&name)) {
                files.insert(format!("{name}/{inner}"), fs::read(folder.join(&name).join(&inner)).unwrap());
            }
        } else {
            files.insert(name.clone(), fs::read(folder.join(&name)).unwrap());
        }
    }
    let (area, findings) = area::read(files);
    assert!(findings.is_empty(), "{findings:?}");
    area.unwrap()
}

#[test]
fn the_first_start_makes_its_database_and_every_address_of_its_banner_answers() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    assert!(listing(folder.path()).contains(&"promenade.db".to_owned()));
    assert!(server.banner[0].contains("Tendring") && server.banner[0].contains("sqlite://promenade.db"));
    let addresses: Vec<&str> =
        server.banner.iter().filter_map(|line| Some(&line[line.find("http://")? + 7..])).collect();
    assert!(5 <= addresses.len(), "{:?}", server.banner);
    for address in addresses {
        let (host, target) = address.split_once('/').unwrap();
        let reply = get(host, &format!("/{target}"), &[]);
        assert_eq!(reply.status, 200, "{address}: {}", reply.body);
        // What is open now, nobody can say of every hour of the day.
        let finds = target.starts_with("v1/nearby?") && !target.contains("open=now");
        assert!(!finds || reply.body.contains("distance_m"), "{address}: {}", reply.body);
    }
}

#[test]
fn a_second_server_on_the_same_file_is_refused_and_told_who_has_it() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &["--area", AREA]);
    let pid = format!("process {}", server.pid());
    let free = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--area", AREA];
    refused(folder.path(), &free, 3, &["promenade.db", &pid]);
    refused(folder.path(), &["init", "--area", AREA], 3, &["promenade.db", &pid]);
    server.body(ITEM);
    done(folder.path(), &["close", WC, "--reason", "The first server still takes commands"]);
}

#[test]
fn told_to_stop_it_ends_soon_and_leaves_nothing_in_the_way() {
    let folder = sandhaven();
    for signal in ["TERM", "INT", "TERM"] {
        let server = Server::start(folder.path(), &["--area", AREA]);
        // One who is connected and asks nothing does not hold it up for long.
        let mut idle = TcpStream::connect(&server.public).unwrap();
        idle.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut first = [0; 12];
        idle.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        let (code, took) = server.stop(signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(took < Duration::from_secs(2), "{signal}: {took:?}");
        assert_eq!(listing(folder.path()), ["promenade.db", "promenade.db.lock"], "{signal}");
    }
    assert!(done(folder.path(), &["close", WC, "--reason", "Nobody serves"]).contains("version 2"));
}

#[test]
fn killed_it_starts_again_with_all_that_was_answered() {
    let folder = sandhaven();
    for round in 2..5 {
        let server = Server::start(folder.path(), &["--area", AREA]);
        let reason = format!("Closed in round {round}");
        let said = done(folder.path(), &["close", WC, "--reason", &reason]);
        assert!(said.contains(&format!("version {round}")), "{said}");
        let (code, _) = server.stop("KILL");
        assert_eq!(code, None);
        assert!(listing(folder.path()).contains(&"promenade.db.sock".to_owned()), "it was not killed");
        // Without a server, the socket that the killed one left is nobody's.
        let said = done(folder.path(), &["close", WC, "--reason", &reason]);
        assert!(said.contains("nothing has changed") && said.contains(&format!("version {round}")), "{said}");
        let server = Server::start(folder.path(), &["--area", AREA]);
        assert!(server.body(ITEM).contains(&reason));
    }
}

#[test]
fn an_area_that_is_stored_is_served_without_its_folder() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &[]);
    assert!(server.body("/v1").contains("Sandhaven"));
}

#[test]
fn one_file_under_two_names_is_one_database() {
    let folder = sandhaven();
    std::os::unix::fs::symlink(folder.path().join("promenade.db"), folder.path().join("other.db")).unwrap();
    let server = Server::start(folder.path(), &[]);
    let other =
        ["--database", "sqlite://other.db", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
    refused(folder.path(), &other, 3, &[&server.pid().to_string()]);
    done(folder.path(), &["close", WC, "--reason", "flooded", "--database", "sqlite://other.db"]);
    assert!(server.body(ITEM).contains("flooded"));
}

#[test]
fn what_is_not_of_the_area_is_named_and_not_opened() {
    let folder = tempdir().unwrap();
    let area = write_area(folder.path(), &files(SANDHAVEN));
    // To open this one would wait for ever.
    assert!(std::process::Command::new("mkfifo").arg(area.join("pipe")).status().unwrap().success());
    fs::create_dir_all(area.join("photos/deep")).unwrap();
    let ended = run(folder.path(), &["check", area.to_str().unwrap()]);
    assert_eq!(ended.code, 1, "{ended:?}");
    for name in ["photos/: warning: is not a file", "pipe: warning: is not a file"] {
        assert!(ended.out.contains(name), "{ended:?}");
    }
    assert!(!ended.out.contains("deep"), "{ended:?}");
}
