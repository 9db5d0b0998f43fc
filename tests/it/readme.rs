//! The README does what it says, and both documents speak of what is there.
#![expect(
    clippy::disallowed_types,
    reason = "an answer of any shape is held against an example of any shape"
)]
use promenade::features::field::Kind;
use promenade::features::schema;
use promenade::ids::Collection;
use regex::Regex;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What the README calls the two listeners, their defaults.
const PUBLIC: &str = "127.0.0.1:8080";
const ADMIN: &str = "127.0.0.1:8081";
/// A scenario of the beach rule.
const SCENARIO: &str = "tests/crowd/a-saturday.json";

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The built program, on the shipped area, in a folder of its own.
struct Server {
    child: Child,
    /// What it said when it had started, the addresses being those of the README.
    banner: Vec<String>,
    public: String,
    admin: String,
    folder: TempDir,
    /// What the commands so far have given names to.
    names: Vec<(String, String)>,
}

impl Server {
    fn start() -> Self {
        Self::started(&[])
    }

    fn started(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The files that commands name, where they name them.
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")), folder.path());
        fs::create_dir_all(to.join("tests/crowd")).unwrap();
        fs::copy(from.join(SCENARIO), to.join(SCENARIO)).unwrap();
        let mut child = program()
            .args(options)
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .env("PROMENADE_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut banner: Vec<String> = Vec::new();
        while banner.last().is_none_or(|line| !line.ends_with("/metrics")) {
            banner.push(lines.next().expect("the program ended before it had started"));
        }
        let address = |end: &str| {
            let line = banner.iter().find(|line| line.ends_with(end)).unwrap();
            line.rsplit_once("http://").unwrap().1.strip_suffix(end).unwrap().to_owned()
        };
        let (public, admin) = (address("/openapi.yaml"), address("/metrics"));
        let banner = banner.iter().map(|line| line.replace(&public, PUBLIC).replace(&admin, ADMIN)).collect();
        Self { child, banner, public, admin, folder, names: Vec::new() }
    }

    /// What the shell command `line` prints when it means this server.
    fn run(&mut self, line: &str) -> String {
        let line = line.replace(PUBLIC, &self.public).replace(ADMIN, &self.admin);
        let line = line.replacen("curl", "curl --fail --silent --show-error --max-time 20", 1);
        // `NAME=$(command)` gives what the command prints a name, for the lines that follow.
        let name = line.split_once("=$(").map(|(name, _)| name.to_owned());
        let name = name.filter(|name| !name.contains(' '));
        let line = name.as_ref().map_or(line.clone(), |name| format!("{line} && echo \"${name}\""));
        let program = Path::new(env!("CARGO_BIN_EXE_promenade")).parent().unwrap().display();
        let path = format!("{program}:{}", std::env::var("PATH").unwrap());
        let done = Command::new("sh")
            .args(["-c", &line])
            .current_dir(self.folder.path())
            .env("PATH", path)
            .envs(self.names.iter().cloned())
            .output()
            .unwrap();
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
        let printed = String::from_utf8(done.stdout).unwrap().replace(&self.public, PUBLIC);
        if let Some(name) = name {
            self.names.push((name, printed.trim_end().to_owned()));
        }
        printed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The built program, whatever is set around the tests.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_promenade"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PROMENADE_")) {
        command.env_remove(name);
    }
    command
}

/// A fenced block of a document.
struct Block<'a> {
    /// What stands behind the fence.
    kind: &'a str,
    text: String,
    /// Whether nothing stands between it and the block above.
    follows: bool,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let (mut open, mut follows) = (false, false);
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(kind) if !open => {
                open = true;
                blocks.push(Block { kind, text: String::new(), follows });
            }
            Some(_) => (open, follows) = (false, true),
            None if open => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => follows &= line.is_empty(),
        }
    }
    assert!(!open, "a block is not closed");
    blocks
}

/// Where `answer` is not what `shown` shows of it: members may be left out of objects, and the end of lists.
fn difference(shown: &Value, answer: &Value, at: &str) -> Option<String> {
    match (shown, answer) {
        (Value::Object(shown), Value::Object(answer)) => shown.iter().find_map(|(name, shown)| {
            let at = format!("{at}.{name}");
            answer.get(name).map_or_else(|| Some(format!("{at} is missing")), |a| difference(shown, a, &at))
        }),
        (Value::Array(shown), Value::Array(answer)) => shown.iter().enumerate().find_map(|(n, shown)| {
            let at = format!("{at}[{n}]");
            answer.get(n).map_or_else(|| Some(format!("{at} is missing")), |a| difference(shown, a, &at))
        }),
        (shown, answer) => (shown != answer).then(|| format!("{at} is {answer}, not {shown}")),
    }
}

#[test]
fn a_shown_answer_may_leave_out_but_not_change() {
    let answer = serde_json::json!({ "a": [1, { "b": null, "c": 2 }], "d": "x" });
    for (shown, want) in [
        (r#"{"a":[1]}"#, None),
        (r#"{"a":[1,{"b":null}]}"#, None),
        (r#"{"a":[2]}"#, Some("$.a[0] is 1, not 2")),
        (r#"{"a":[1,{"b":false}]}"#, Some("$.a[1].b is null, not false")),
        (r#"{"a":[1,{},3]}"#, Some("$.a[2] is missing")),
        (r#"{"e":null}"#, Some("$.e is missing")),
    ] {
        let found = difference(&serde_json::from_str(shown).unwrap(), &answer, "$");
        assert_eq!(found.as_deref(), want, "{shown}");
    }
}

#[test]
fn the_examples_of_the_readme_answer_what_it_shows() {
    let mut server = Server::start();
    let text = document("README.md");
    let (mut commands, mut shown) = (0, 0);
    let (mut rehearsal, mut rehearsed): (Option<Server>, usize) = (None, 0);
    // The answer to the command above, for the block of JSON that follows it.
    let mut answer: Option<(String, String)> = None;
    for Block { kind, text, follows } in blocks(&text) {
        answer = answer.filter(|_| follows);
        match kind {
            "console" => {
                for line in text.lines() {
                    let line = line.strip_prefix("$ ").unwrap_or_else(|| panic!("`{line}` is no command"));
                    assert!(line.contains("curl ") || line.contains("promenade "), "{line}");
                    let body = server.run(line);
                    if body.starts_with(['{', '[']) {
                        let parsed: Result<Value, _> = serde_json::from_str(&body);
                        assert!(parsed.is_ok(), "{line}: {parsed:?}");
                    }
                    commands += 1;
                    answer = Some((line.to_owned(), body));
                }
            }
            "console rehearsal" => {
                for line in text.lines() {
                    let line = line.strip_prefix("$ ").unwrap_or_else(|| panic!("`{line}` is no command"));
                    commands += 1;
                    rehearsed += 1;
                    if let Some(options) = line.strip_prefix("promenade serve --rehearse-at") {
                        rehearsal = Some(Server::started(&["serve", "--rehearse-at", options.trim()]));
                        continue;
                    }
                    let body = rehearsal.as_mut().expect("a rehearsal begins with its server").run(line);
                    // What the clock says stands before what the server answers.
                    let body = body.find('{').map_or("", |start| &body[start..]);
                    answer = Some((line.to_owned(), body.to_owned()));
                }
            }
            "json" => {
                let example: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
                if let Some((line, body)) = answer.take() {
                    let body = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{line}: {e}"));
                    assert_eq!(difference(&example, &body, "$"), None, "{line}");
                    shown += 1;
                }
            }
            _ => {}
        }
    }
    assert_eq!(rehearsed, 6 + 9 + 13, "a Saturday in six commands, a show in nine, and an offer in thirteen");
    assert!(8 <= commands && 5 <= shown, "{commands} commands, {shown} answers shown");
    for line in &server.banner {
        // How much is on changes from day to day.
        let told = |line: &str| {
            let counts = line.starts_with("On in the next two years: ");
            line.replace(|c: char| counts && c.is_ascii_digit(), "")
        };
        assert!(text.lines().any(|shown| told(shown) == told(line)), "the README does not show `{line}`");
    }
}

#[test]
fn the_readme_names_every_column_filter_option_and_variable() {
    let text = document("README.md");
    let names = |name: &str| text.contains(&format!("`{name}`"));
    for collection in Collection::ALL {
        for field in schema::fields(collection) {
            match field.kind {
                Kind::Records(columns) => {
                    assert!(names(&format!("{collection}.{}", field.name)), "{collection}.{}", field.name);
                    for column in columns {
                        assert!(names(column.name), "{collection}.{}: {}", field.name, column.name);
                    }
                }
                Kind::Flag
                | Kind::Whole(..)
                | Kind::Decimal(..)
                | Kind::Text(_)
                | Kind::Choice(_)
                | Kind::Choices(_)
                | Kind::Hours
                | Kind::Https
                | Kind::Date
                | Kind::MonthDay
                | Kind::TimeOfDay
                | Kind::Instant
                | Kind::Id
                | Kind::Wall
                | Kind::Walls => assert!(names(field.name), "{collection}: {}", field.name),
            }
        }
    }
    let filters = text.lines().find(|line| line.starts_with("| filters of")).unwrap();
    for name in promenade::snapshot::Filter::all_names() {
        assert!(filters.contains(&format!("`{name}`")), "the filter {name}");
    }
    let help = program().args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let options = Regex::new(r"(?m)^ +(?:-h, )?(--[a-z-]+)|\[env: ([A-Z_]+)").unwrap();
    let mut found = 0;
    for option in options.captures_iter(&help) {
        let name = option.get(1).or(option.get(2)).unwrap().as_str();
        assert!(name == "--help" || names(name), "{name}");
        found += 1;
    }
    assert!(12 <= found, "{help}");
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    for name in ["README.md", "ARCHITECTURE.md"] {
        let text = document(name);
        let targets = link.captures_iter(&text).map(|found| found.get(1).unwrap().as_str());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let path = target.split('#').next().unwrap();
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(), "{name}: {target}");
        }
    }
}

#[test]
fn the_architecture_speaks_of_every_module() {
    let text = document("ARCHITECTURE.md");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "lib" || text.contains(&format!("`{module}`")), "the module {module}");
    }
}
