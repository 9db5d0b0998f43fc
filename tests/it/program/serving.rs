//! What it is told by options and variables, and what it answers and logs.
use super::{AREA, ITEM, WC, done, sandhaven};
use crate::support::program::{Server, get, run_with};
use std::fs;
use std::time::Duration;
use tempfile::tempdir;

#[test]
fn help_names_every_option_and_variable() {
    let folder = tempdir().unwrap();
    let serve: &[&str] = &[
        "--listen",
        "PROMENADE_LISTEN",
        "127.0.0.1:8080",
        "--admin-listen",
        "PROMENADE_ADMIN_LISTEN",
        "127.0.0.1:8081",
        "--database",
        "PROMENADE_DATABASE",
        "sqlite://promenade.db",
        "--area",
        "PROMENADE_AREA",
        "--public-url",
        "PROMENADE_PUBLIC_URL",
        "--trusted-proxies",
        "PROMENADE_TRUSTED_PROXIES",
        "--reads-per-address",
        "PROMENADE_READS_PER_ADDRESS",
        "100/400",
        "--writes-per-token",
        "PROMENADE_WRITES_PER_TOKEN",
        "2/50",
    ];
    let database = ["--database", "PROMENADE_DATABASE", "sqlite://promenade.db"];
    let commands = ["serve", "init", "import", "export", "check", "close", "open", "audit", "Exit codes"];
    for (arguments, names) in [
        (&["--help"][..], &[serve, &commands].concat()[..]),
        (&["serve", "--help"], serve),
        (&["init", "--help"], &[&database[..], &["--area", "PROMENADE_AREA"]].concat()),
        (&["import", "--help"], &[&database[..], &["<FOLDER>"]].concat()),
        (&["export", "--help"], &[&database[..], &["<FOLDER>"]].concat()),
        (&["check", "--help"], &["[FOLDER]"]),
        (&["close", "--help"], &[&database[..], &["<PLACE>", "--reason", "--until", "--for-good"]].concat()),
        (&["open", "--help"], &[&database[..], &["<PLACE>"]].concat()),
        (&["audit", "verify", "--help"], &[&database[..], &["--anchor", "--anchors"]].concat()),
        (&["audit", "anchor", "--help"], &database),
    ] {
        let help = done(folder.path(), arguments);
        for name in names {
            assert!(help.contains(name), "{arguments:?}: no {name} in\n{help}");
        }
    }
    assert!(done(folder.path(), &["--version"]).starts_with("promenade "));
    // A password that stands in a variable is not shown to whoever asks for help.
    let secret = [("PROMENADE_DATABASE", "postgres://a:secret@b/c")];
    let help = run_with(folder.path(), &["--help"], &secret);
    assert!(!help.out.contains("secret"), "{}", help.out);
}

#[test]
fn variables_say_what_options_would() {
    let folder = tempdir().unwrap();
    let variables = [
        ("PROMENADE_LISTEN", "127.0.0.1:0"),
        ("PROMENADE_ADMIN_LISTEN", "127.0.0.1:0"),
        ("PROMENADE_DATABASE", "sqlite://set.db"),
        ("PROMENADE_AREA", AREA),
        ("PROMENADE_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
    ];
    let init = run_with(folder.path(), &["init"], &variables[2..4]);
    assert_eq!(init.code, 0, "{init:?}");
    let server = Server::start_with(folder.path(), &[], &variables);
    assert!(server.banner[0].contains("Sandhaven") && server.banner[0].contains("sqlite://set.db"));
    assert!(folder.path().join("set.db").exists() && !folder.path().join("promenade.db").exists());
    let close = ["close", WC, "--reason", "By variable"];
    assert_eq!(run_with(folder.path(), &close, &variables[2..3]).code, 0);
    assert!(server.body(ITEM).contains("By variable"));
    drop(server);
    // What is typed goes before what is set.
    let server = Server::start_with(folder.path(), &["--database", "sqlite://promenade.db"], &variables);
    assert!(server.banner[0].contains("sqlite://promenade.db"));
}

#[test]
fn links_begin_with_the_public_address() {
    let folder = sandhaven();
    let ports = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--area", AREA];
    let variables = [("PROMENADE_PUBLIC_URL", "https://api.sandhaven.example/")];
    let child = std::thread::spawn({
        let folder = folder.path().to_owned();
        move || run_with(&folder, &ports, &variables)
    });
    // The banner names the public address, so where it listens is read from the process's own socket table.
    let pid = loop {
        if let Ok(pid) = fs::read_to_string(folder.path().join("promenade.db.lock"))
            && folder.path().join("promenade.db.sock").exists()
        {
            break pid.trim().to_owned();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let reply = listening(&pid)
        .into_iter()
        .map(|port| get(&format!("127.0.0.1:{port}"), "/v1", &[]))
        .find(|r| r.status == 200);
    let stopped = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(stopped.success() && child.join().unwrap().code == 0);
    let body = reply.expect("one of the two listeners answers /v1").body;
    assert!(body.contains("https://api.sandhaven.example/v1/"), "{body}");
    assert!(!body.contains("127.0.0.1") && !body.contains("example//"), "{body}");
}

/// The TCP ports of 127.0.0.1 that the process `pid` listens at.
fn listening(pid: &str) -> Vec<u16> {
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row[3] == "0A" && sockets.iter().any(|inode| inode == row[9]))
        .map(|row| u16::from_str_radix(row[1].split_once(':').unwrap().1, 16).unwrap())
        .collect()
}

#[test]
fn a_head_that_is_too_large_is_answered_with_a_problem() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &["--area", AREA]);
    let long = format!("/v1/nearby?lat=54.6&lon=-3.45&near={}", "a".repeat(9_000));
    let many: Vec<String> = (0..65).map(|n| format!("X-Filler-{n}: x")).collect();
    let large = [format!("X-Filler: {}", "x".repeat(17_000))];
    for (target, headers, status, kind) in [
        (&*long, &[][..], 414, "uri-too-long"),
        ("/v1", &many, 431, "headers-too-large"),
        ("/v1", &large, 431, "headers-too-large"),
    ] {
        let reply = get(&server.public, target, headers);
        assert_eq!(reply.status, status, "{}", reply.body);
        assert!(reply.head.contains("content-type: application/problem+json"), "{}", reply.head);
        assert!(reply.body.contains(&format!("http://{}/problems/{kind}", server.public)), "{}", reply.body);
        server.body(&format!("/problems/{kind}"));
    }
    server.body(ITEM);
}

#[test]
fn what_the_public_must_not_see_is_at_the_other_address_only() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &["--area", AREA]);
    server.body("/v1/collections");
    let figures = get(&server.admin, "/metrics", &[]);
    assert_eq!(figures.status, 200);
    assert!(figures.body.contains("promenade_items{collection=\"toilets\"} 3"), "{}", figures.body);
    assert_eq!(get(&server.admin, "/health/ready", &[]).status, 200);
    assert_eq!(server.get("/metrics").status, 404);
    assert_eq!(get(&server.admin, "/v1", &[]).status, 404);
}

#[test]
fn the_log_never_says_where_a_visitor_is() {
    let folder = sandhaven();
    let ports = [("PROMENADE_LISTEN", "127.0.0.1:0"), ("PROMENADE_ADMIN_LISTEN", "127.0.0.1:0")];
    let variables = [&ports[..], &[("PROMENADE_LOG", "debug"), ("PROMENADE_AREA", AREA)]].concat();
    let server = Server::start_with(folder.path(), &[], &variables);
    let filler = "a".repeat(9_000);
    for (target, status) in [
        ("/v1/nearby?lat=54.604321&lon=-3.454321", 200),
        ("/v1/nearby?lat=54.604321&lon=-3.454321&radius_m=nought", 400),
        ("/v1/nearby?lat=154.604321&lon=-3.454321", 400),
        ("/v1/nearby?near=SH1%201AB", 200),
        ("/v1/nearby?near=SH1%201ABC", 400),
        ("/v1/collections/toilets/items?bbox=-3.454321,54.604321,-3.4,54.7", 200),
        ("/v1/nearby/54.604321,-3.454321", 404),
        (&*format!("/v1/nearby?lat=54.604321&lon=-3.454321&q={filler}"), 414),
    ] {
        assert_eq!(
            get(&server.public, target, &["X-Where: 54.604321".to_owned()]).status,
            status,
            "{target}"
        );
    }
    let log = server.log();
    assert!(log.contains("/v1/nearby"), "nothing is logged at all:\n{log}");
    for secret in ["604321", "454321", "SH1", "1AB"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in the log: {line:?}");
    }
}
