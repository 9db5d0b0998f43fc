//! Calendars of others are read, ours are read by others.
mod bombs;
mod made;
mod others;
mod programme;

use promenade::features::{Event, EventStatus, Feature};
use promenade::formats::feed::Origin;
use promenade::formats::ics;
use promenade::hours::Calendar;
use promenade::ids::FeatureId;
use promenade::recurrence::Wall;
use std::path::PathBuf;
use std::process::Command;

fn london() -> Calendar {
    Calendar::new("Europe/London", []).unwrap()
}

fn origin() -> Origin {
    let feed = FeatureId::new("theirs").unwrap();
    Origin { feed, organisation: None, time_zone: "Europe/London".to_owned() }
}

/// The calendars of the project's own.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/calendars");

/// The calendars of the project, and those of the corpus where there is one.
fn calendars() -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from(FIXTURES)];
    folders.extend(std::env::var_os("PROMENADE_CORPUS").map(|corpus| PathBuf::from(corpus).join("ics")));
    let mut calendars = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "ics") {
                calendars.push(path);
            }
        }
    }
    calendars.sort();
    calendars
}

/// What the other implementation says: the fields of each of its lines.
fn python(arguments: &[&str], files: &[PathBuf]) -> Vec<Vec<String>> {
    let python =
        std::env::var("TEST_PYTHON").expect("TEST_PYTHON is not set: run tests/run, which installs clients");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/calendars/occurrences.py");
    let out = Command::new(python).arg(script).args(arguments).args(files).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A date of an event as the other implementation says it: when it begins, when it ends (none: not known), whether it
/// takes place.
type Told = (String, Option<String>, &'static str);

/// The dates of an event that begin in these years, year by year, since no more than so many are told at once.
fn told(feature: &Feature, years: std::ops::Range<i32>) -> Vec<Told> {
    let calendar = london();
    let event = Event::of(feature).unwrap();
    let day = |year: i32| Wall::parse(&format!("{year}-01-01")).unwrap().date();
    let mut all = Vec::new();
    for year in years.clone() {
        let found = event.occurrences(&calendar, day(year)..day(year + 1));
        assert!(found.complete, "{}", feature.id());
        for one in found.occurrences {
            let stamp = |at: chrono::DateTime<chrono::Utc>| {
                if one.all_day {
                    calendar.date(at).to_string()
                } else {
                    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
                }
            };
            let status = match one.status {
                EventStatus::Scheduled | EventStatus::Rescheduled => "CONFIRMED",
                EventStatus::Cancelled => "CANCELLED",
                EventStatus::Postponed => "TENTATIVE",
            };
            let starts = stamp(one.starts_at);
            if years.contains(&starts[..4].parse::<i32>().unwrap()) {
                all.push((starts, one.ends_at.map(stamp), status));
            }
        }
    }
    all.sort();
    // Dates that no rule gives are told whatever the year.
    all.dedup();
    all
}

/// Compares the dates of an event with what the other implementation says of it, and says what differs.
fn differences(ours: &[Told], theirs: &[&Vec<String>]) -> Vec<String> {
    let mut theirs: Vec<(&str, &str, &str)> =
        theirs.iter().map(|line| (line[2].as_str(), line[3].as_str(), line[4].as_str())).collect();
    let mut differences = Vec::new();
    for (starts, ends, status) in ours {
        let same = |their: &(&str, &str, &str)| {
            their.0 == starts && ends.as_deref().is_none_or(|ends| ends == their.1) && their.2 == *status
        };
        match theirs.iter().position(same) {
            Some(at) => drop(theirs.remove(at)),
            None => differences.push(format!("only ours: {starts} {ends:?} {status}")),
        }
    }
    differences.extend(theirs.iter().map(|their| format!("only theirs: {their:?}")));
    differences
}

#[test]
fn every_vevent_is_an_event_a_change_of_one_or_is_refused_with_its_line() {
    for path in calendars() {
        let text = std::fs::read(&path).unwrap();
        let content = match ics::read(&text, &origin()) {
            Ok(content) => content,
            Err(note) => {
                assert!(note.at.starts_with("line ") && !note.what.is_empty(), "{}", path.display());
                continue;
            }
        };
        let told: Vec<&str> = (content.items.iter().map(|item| item.at.as_str()))
            .chain(content.refused.iter().chain(&content.altered).map(|note| note.at.as_str()))
            .collect();
        let changes = content.items.iter().map(|item| programme::changes(&item.feature)).sum::<usize>();
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n").replace('\r', "\n");
        let begun =
            (1..).zip(text.lines()).filter(|(_, line)| line.trim().eq_ignore_ascii_case("BEGIN:VEVENT"));
        let silent = begun.filter(|(number, _)| !told.contains(&format!("line {number}").as_str())).count();
        assert!(silent <= changes, "{}: {silent} VEVENTs of which nothing is said", path.display());
    }
}
