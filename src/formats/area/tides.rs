//! The table of tides: every high and low water that is known at the area's shore.
use super::facts::Origin;
use crate::beaches::{Tide, TurningPoint};
use crate::config::{MANIFEST, TideEntry};
use crate::features::field;
use crate::formats::json;
use crate::formats::table::Findings;
use crate::formats::table::{Row, Table};
use crate::text;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The document's name within the folder.
pub const TIDES: &str = "tides.csv";
const COLUMNS: [&str; 4] = ["kind", "time_utc", "height_m", "station"];
/// What is said of a table of which nobody says more.
const NOTE: &str =
    "The weather is left out, and between high and low water the height is computed. Not for navigation.";

/// What a folder says of the tide.
#[derive(Debug, Default)]
pub(super) struct Tides {
    pub(super) tide: Arc<Tide>,
    pub(super) note: Option<String>,
    pub(super) attribution: Option<String>,
}

/// Reads the table, which a folder need not have, and what the manifest says of it.
pub(super) fn read(
    documents: &BTreeMap<String, String>,
    manifest: Option<&TideEntry>,
    origin: Origin,
    findings: &mut Findings,
) -> Tides {
    let Some(text) = documents.get(TIDES) else {
        if manifest.is_some() {
            let remedy = format!("add {TIDES}, or take the table [tide] out");
            findings.warn(MANIFEST, format!("says whose tide it is, but there is no {TIDES}"), remedy);
        }
        return Tides::default();
    };
    let (points, own) = Reading { file: TIDES, findings }.table(text);
    // A table that says whose it is, is not the one of which the manifest speaks.
    let manifest = manifest.filter(|_| own.is_none());
    // In a database the two may have come from different folders.
    if own.is_none() && manifest.is_none() && origin == Origin::Folder {
        let what = format!("is missing: nobody says whose tide {TIDES} gives");
        findings.error_in(MANIFEST, "tide", what, "add a table [tide] with its station");
    }
    let station = own.or_else(|| Some(manifest?.station.clone()));
    let points = points.iter().map(|point| TurningPoint { at: point.at, height_m: point.height_m });
    let tide = Tide::new(station, points.collect());
    Tides {
        tide: Arc::new(
            tide.map_err(|error| findings.error(TIDES, error, "mend the row")).unwrap_or_default(),
        ),
        note: Some(manifest.and_then(|tide| tide.note.clone()).unwrap_or_else(|| NOTE.to_owned())),
        attribution: manifest.and_then(|tide| tide.attribution.clone()),
    }
}

/// A table of tides by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TideTable {
    /// The document.
    pub text: String,
    /// Whose tide it is, where it says so itself.
    pub station: Option<String>,
    /// How many turning points it has, one at least.
    pub turning_points: usize,
    /// The first of them.
    pub from: DateTime<Utc>,
    /// The last of them; nothing is known from then on.
    pub to: DateTime<Utc>,
}

/// Reads a table of tides that is called `file`; with `station`, it becomes one of that station. The table is there when
/// no finding is an error.
pub fn read_tides(file: &str, text: &str, station: Option<&str>) -> (Option<TideTable>, Findings) {
    let mut findings = Findings::default();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let (points, own) = Reading { file, findings: &mut findings }.table(text);
    let station = match station.map(|given| text::plain(given, 120)) {
        Some(Err(error)) => {
            findings.error(file, format!("the station {error}"), "write its name as plain text");
            None
        }
        Some(Ok(given)) => Some(String::from(given)),
        None => None,
    };
    if points.is_empty() && !findings.any_error() {
        findings.error(file, "has no row", "give the high and low waters");
    }
    let table =
        points.first().zip(points.last()).filter(|_| !findings.any_error()).map(|(first, last)| TideTable {
            text: station.as_ref().map_or_else(|| text.to_owned(), |station| written(&points, station)),
            station: station.or(own),
            turning_points: points.len(),
            from: first.at,
            to: last.at,
        });
    (table, findings)
}

impl TideTable {
    /// What the audit keeps of it, a JSON document.
    pub fn summary(&self) -> String {
        let mut out = b"{".to_vec();
        json::write_key(&mut out, "station");
        match &self.station {
            Some(station) => json::write_string(&mut out, station),
            None => out.extend_from_slice(b"null"),
        }
        json::write_key(&mut out, "turning_points");
        out.extend_from_slice(self.turning_points.to_string().as_bytes());
        for (name, at) in [("from", self.from), ("to", self.to)] {
            json::write_key(&mut out, name);
            json::write_instant(&mut out, at);
        }
        out.push(b'}');
        String::from_utf8(out).expect("JSON is UTF-8")
    }
}

/// The document of these points at `station`, which its first row names.
fn written(points: &[Point], station: &str) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: [&str; 4]| out.write_record(cells).expect("writing to memory cannot fail");
    row(COLUMNS);
    for (n, point) in points.iter().enumerate() {
        let kind = if point.is_high { "high" } else { "low" };
        let station = if n == 0 { station } else { "" };
        row([
            kind,
            &point.at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(),
            &point.height_m.to_string(),
            station,
        ]);
    }
    String::from_utf8(out.into_inner().expect("writing to memory cannot fail")).expect("made of text")
}

/// What a row says.
#[derive(Clone, Copy, Debug)]
struct Point {
    line: u64,
    is_high: bool,
    at: DateTime<Utc>,
    height_m: f64,
}

impl Point {
    /// Whether its height is on its own side of that of the turning point before it.
    fn turns_after(&self, before: &Self) -> bool {
        if self.is_high { before.height_m < self.height_m } else { self.height_m < before.height_m }
    }
}

struct Reading<'a> {
    file: &'a str,
    findings: &'a mut Findings,
}

impl Reading<'_> {
    /// The turning points of the table, in the order of time, and the station that it names itself.
    fn table(&mut self, text: &str) -> (Vec<Point>, Option<String>) {
        let table = Table::read(self.file, text, &COLUMNS, &COLUMNS[..3], self.findings);
        let before = self.findings.len();
        let mut station: Option<String> = None;
        let mut points: Vec<Point> = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            self.station(row, &mut station);
            let Some(point) = self.point(row) else { continue };
            match points.last() {
                Some(last) if point.at <= last.at => {
                    let time = row.cell(1).unwrap_or_default();
                    let what = format!("is {time}, not after that of row {}", last.line);
                    self.refuse(
                        row.line,
                        "time_utc",
                        &what,
                        "put the rows into the order of time, each time once",
                    );
                }
                _ => points.push(point),
            }
        }
        // A row that could not be read leaves a gap of which it was told already.
        if self.findings.len() == before {
            self.check(&points);
        }
        (points, station)
    }

    fn refuse(&mut self, line: u64, field: &str, what: &str, remedy: &str) {
        self.findings.error_at(self.file, line, Some(field), what, remedy);
    }

    fn point(&mut self, row: &Row) -> Option<Point> {
        let [kind, time, height] = [0, 1, 2].map(|column| row.cell(column).unwrap_or_default());
        let is_high = match kind {
            "high" => Some(true),
            "low" => Some(false),
            _ => {
                self.refuse(
                    row.line,
                    "kind",
                    &format!("`{kind}` is no turn of the tide"),
                    "write high or low",
                );
                None
            }
        };
        let at = instant(time);
        if at.is_none() {
            let what = format!("`{time}` is not a time in UTC of the years 1900 to 2199");
            self.refuse(row.line, "time_utc", &what, "write it like 2026-07-18T11:05Z");
        }
        let height_m = height.parse().ok().filter(|height: &f64| (-100.0..=100.0).contains(height));
        if height_m.is_none() {
            let what = format!("`{height}` is not a height of -100 to 100");
            self.refuse(row.line, "height_m", &what, "give metres, such as 3.72");
        }
        Some(Point { line: row.line, is_high: is_high?, at: at?, height_m: height_m? })
    }

    /// Notes the station that a row names: one for the whole table, in any of its rows.
    fn station(&mut self, row: &Row, station: &mut Option<String>) {
        let Some(named) = row.cell(3) else { return };
        match (text::plain(named, 120), &station) {
            (Err(error), _) => {
                self.refuse(row.line, "station", &error.to_string(), "write it as plain text");
            }
            (Ok(named), Some(known)) if **known != *named => {
                let what = format!("`{named}` is not `{known}`, which an earlier row names");
                self.refuse(row.line, "station", &what, "make a table of one station");
            }
            (Ok(named), _) => *station = Some(named.into()),
        }
    }

    /// Holds each turning point against its neighbours, as far as they are near enough to be such.
    fn check(&mut self, points: &[Point]) {
        let longest = TimeDelta::milliseconds(Tide::LONGEST_MS);
        let close = |a: &Point, b: &Point| b.at - a.at <= longest;
        for (n, point) in points.iter().enumerate() {
            let before = n.checked_sub(1).map(|n| &points[n]);
            let near = before.filter(|before| close(before, point));
            if near.is_none() && !points.get(n + 1).is_some_and(|after| close(point, after)) {
                let what = "has no other turning point within 8 hours, so nothing follows from it";
                self.refuse(point.line, "time_utc", what, "add its neighbours, or take it out");
                continue;
            }
            match (before, near) {
                (_, Some(near)) if near.is_high == point.is_high => {
                    let what = format!("is that of row {} too, at most 8 hours before", near.line);
                    self.refuse(
                        point.line,
                        "kind",
                        &what,
                        "correct one of the two, or add what is between them",
                    );
                }
                (_, Some(near)) if !point.turns_after(near) => {
                    let what = format!(
                        "is {} after {} in row {}: a high water is over the low waters beside it",
                        point.height_m, near.height_m, near.line
                    );
                    self.refuse(point.line, "height_m", &what, "correct one of the two");
                }
                (Some(before), None) => {
                    let what = format!("is more than 8 hours after that of row {}", before.line);
                    let remedy = "add what is missing between them; until then nothing is said of that time";
                    self.findings.warn_at(self.file, point.line, "time_utc", what, remedy);
                }
                (None, _) | (_, Some(_)) => {}
            }
        }
    }
}

/// A time in UTC, to the minute or finer.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (time, zone) = text.split_at_checked(text.len().checked_sub(1)?)?;
    match (zone, time.len()) {
        ("Z", 16) => field::instant(&format!("{time}:00Z")),
        ("Z", _) => field::instant(text),
        _ => None,
    }
}
