//! What the built server says of events in the notations of others, held against validators and readers that are not ours.
mod linked;
mod openactive;
mod published;

use crate::support::program::{Server, run, send};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::{TempDir, tempdir};

const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");
/// A Saturday.
const NOON: &str = "2026-07-18T12:00:00Z";
/// Events that a calendar by hand brings: enough for pages.
const IMPORTED: usize = 1_100;

/// A server that rehearses a summer's day and has something of everything on.
struct Stage {
    server: Server,
    token: String,
    folder: TempDir,
}

/// Every kind of event, each with what documents may say of one: the members of `properties` beside the name.
fn events() -> Vec<(&'static str, Value)> {
    let hall = json!({"id": "ven-lantern-theatre"});
    let evening = json!({"starts": "2026-08-01T19:30", "ends": "2026-08-01T22:00"});
    let weekly = json!({"starts": "2026-07-18T19:30", "ends": "2026-07-18T22:00", "rrule": "FREQ=WEEKLY;UNTIL=20260831"});
    let pounds = |from: u32, to: u32| json!({"from_pence": from, "to_pence": to, "currency": "GBP"});
    vec![
        (
            "everything",
            json!({"category": "theatre", "schedule": evening, "venue": hall, "price": pounds(900, 2_450),
                "summary": "A comedy.", "description": "A comedy\nin \"two\" acts, & more.", "availability": "limited",
                "access_performance": ["bsl", "captioned"], "ages": {"from": 7, "to": 99},
                "tickets": {"url": "https://lantern.example/tickets", "phone": "01632 960010"},
                "url": "https://lantern.example/shows/1",
                "image": {"url": "https://lantern.example/1.jpg", "alt": "Two people at a table"}}),
        ),
        ("nowhere", json!({"category": "other", "schedule": {"starts": "2026-08-03T19:30"}})),
        ("little", json!({"category": "other", "schedule": {"starts": "2026-08-02T19:30"}})),
        (
            "weekly",
            json!({"category": "theatre", "schedule": weekly, "venue": hall, "price": pounds(900, 900)}),
        ),
        (
            "nights",
            json!({"category": "tour", "schedule": {"starts": "2026-10-18T01:30", "ends": "2026-10-18T02:30",
                "rrule": "FREQ=WEEKLY;COUNT=3"}, "venue": hall, "free": true}),
        ),
        (
            "days",
            json!({"category": "festival", "schedule": {"starts": "2026-08-07", "ends": "2026-08-10"},
                "venue": {"name": "The whole front"}, "town": "Sandhaven-on-Sea", "free": true}),
        ),
        (
            "monthly-days",
            json!({"category": "market", "schedule": {"starts": "2026-07-20", "rrule": "FREQ=MONTHLY;COUNT=4"},
                "venue": {"id": "ven-bandstand"}, "free": true}),
        ),
        ("online", json!({"category": "talk", "schedule": evening, "venue": {"name": "Online"}})),
        (
            "sold-out",
            json!({"category": "music", "schedule": evening, "venue": hall, "availability": "sold_out"}),
        ),
        ("teens", json!({"category": "family", "schedule": evening, "venue": hall, "ages": {"to": 15}})),
        ("over", json!({"category": "talk", "schedule": {"starts": "2026-07-01T19:30"}, "venue": hall})),
        ("called-off", json!({"category": "music", "schedule": evening, "venue": hall})),
        ("put-off", json!({"category": "music", "schedule": evening, "venue": hall})),
        ("put-away", json!({"category": "music", "schedule": evening, "venue": hall})),
        ("not-yet", json!({"category": "music", "schedule": evening, "venue": hall})),
    ]
}

impl Stage {
    fn set() -> Self {
        let folder = tempdir().unwrap();
        let server = Server::start(folder.path(), &["serve", "--area", AREA, "--rehearse-at", NOON]);
        let database = ["--database", "sqlite://rehearsal.db"];
        let done = |arguments: &[&str]| {
            let ended = run(folder.path(), &[arguments, &database].concat());
            assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
            ended.out.trim().to_owned()
        };
        done(&["organisation", "create", "lantern", "--name", "Lantern & Friends", "--kind", "tourism"]);
        let token =
            done(&["token", "create", "--name", "Ann", "--role", "publisher", "--organisation", "lantern"]);
        fs::write(folder.path().join("many.csv"), many()).unwrap();
        done(&["import", "events", "many.csv", "--feed", "town"]);
        let stage = Self { server, token, folder };
        for (id, mut properties) in events() {
            let more = if id == "everything" { " & 1 < 2" } else { "" };
            properties["name"] = json!(format!("What is called {id}{more}"));
            let geometry = (id == "little").then(|| json!({"type": "Point", "coordinates": [-3.45, 54.61]}));
            stage.made(&json!({"type": "Feature", "id": id, "geometry": geometry, "properties": properties}));
            if id != "not-yet" {
                stage.act(&format!("events/{id}/publish"), 1, &Value::Null);
            }
        }
        stage.act("events/called-off/cancel", 2, &json!({"reason": "The band is ill."}));
        stage.act("events/put-off/postpone", 2, &Value::Null);
        stage.act("events/put-away/archive", 2, &Value::Null);
        stage.act("occurrences/weekly-20260725t1930/cancel", 2, &Value::Null);
        let moved = json!({"starts": "2026-08-02T18:00", "ends": "2026-08-02T20:30"});
        stage.act("occurrences/weekly-20260801t1930/reschedule", 3, &moved);
        stage
    }

    fn made(&self, event: &Value) {
        let lines = [
            format!("Authorization: Bearer {}", self.token),
            "Content-Type: application/geo+json".to_owned(),
        ];
        self.sent("POST /v1/collections/events/items HTTP/1.1", &lines, event, 201);
    }

    /// Does something with what is at `target`, whose event is at `version`.
    fn act(&self, target: &str, version: i64, body: &Value) {
        let lines = [
            format!("Authorization: Bearer {}", self.token),
            "Content-Type: application/json".to_owned(),
            format!("If-Match: \"{version}\""),
        ];
        self.sent(&format!("POST /v1/{target} HTTP/1.1"), &lines, body, 200);
    }

    fn sent(&self, request: &str, lines: &[String], body: &Value, status: u16) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = send(&self.server.public, request, &lines, &body);
        assert_eq!(answer.0, status, "{request}: {}", answer.1);
    }

    /// Where it is.
    fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.server.public)
    }
}

/// The town's calendar, in CSV.
fn many() -> String {
    let mut out = "id,name,starts,ends,category,venue_name\n".to_owned();
    for n in 0..IMPORTED {
        let (month, day) = (8 + n / 28 % 5, 1 + n % 28);
        let date = format!("2026-{month:02}-{day:02}");
        writeln!(out, "show-{n},Show {n},{date}T10:00,{date}T11:00,talk,Town hall").unwrap();
    }
    out
}

/// What `program` prints of it, which must end well.
fn said_by(program: &mut Command) -> String {
    let out = program.output().unwrap_or_else(|error| panic!("{program:?}: {error}"));
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{program:?}: {errors}");
    String::from_utf8(out.stdout).unwrap()
}

/// What `script`, beside this file, says, of these arguments.
fn said_by_python(script: &str, arguments: &[String]) -> String {
    let python =
        std::env::var("TEST_PYTHON").expect("TEST_PYTHON is not set: run tests/run, which installs clients");
    let script = format!("{}/tests/it/validators/{script}", env!("CARGO_MANIFEST_DIR"));
    said_by(Command::new(python).arg(script).args(arguments))
}

/// Node, with the packages of `tests/package.json`.
fn node() -> Command {
    let place =
        std::env::var("TEST_NODE").expect("TEST_NODE is not set: run tests/run, which installs validators");
    let mut node = Command::new("node");
    node.env("NODE_PATH", Path::new(&place).join("node_modules"));
    node
}
