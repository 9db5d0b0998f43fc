//! The table of tides: every high and low water that is known at the area's shore.
use super::finding::Findings;
use super::table::{Row, Table};
use crate::beaches::{Tide, TurningPoint};
use crate::config::{MANIFEST, TideEntry};
use crate::features::field;
use crate::text;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const TIDES: &str = "tides.csv";
const COLUMNS: [&str; 4] = ["kind", "time_utc", "height_m", "station"];

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
    findings: &mut Findings,
) -> Tides {
    let Some(text) = documents.get(TIDES) else {
        if manifest.is_some() {
            let remedy = format!("add {TIDES}, or take the table [tide] out");
            findings.warn(MANIFEST, format!("says whose tide it is, but there is no {TIDES}"), remedy);
        }
        return Tides::default();
    };
    let (points, own) = points(text, findings);
    let tide = |station: Option<String>, findings: &mut Findings| {
        let table = Tide::new(station, points).map_err(|error| findings.error(TIDES, error, "mend the row"));
        Arc::new(table.unwrap_or_default())
    };
    match (own, manifest) {
        // A table that says whose it is, is not the one of which the manifest speaks.
        (Some(station), _) => Tides { tide: tide(Some(station), findings), ..Tides::default() },
        (None, Some(TideEntry { station, attribution, note })) => Tides {
            tide: tide(Some(station.clone()), findings),
            note: note.clone(),
            attribution: attribution.clone(),
        },
        (None, None) => {
            let what = format!("is missing: nobody says whose tide {TIDES} gives");
            findings.error_in(MANIFEST, "tide", what, "add a table [tide] with its station");
            Tides::default()
        }
    }
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

/// The turning points of the table, and the station that it names itself.
fn points(text: &str, findings: &mut Findings) -> (Vec<TurningPoint>, Option<String>) {
    let table = Table::read(TIDES, text, &COLUMNS, &COLUMNS[..3], findings);
    let before = findings.len();
    let mut station: Option<String> = None;
    let mut points: Vec<Point> = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        self::station(row, &mut station, findings);
        let Some(point) = point(row, findings) else { continue };
        match points.last() {
            Some(last) if point.at <= last.at => {
                let what =
                    format!("is {}, not after that of row {}", row.cell(1).unwrap_or_default(), last.line);
                let remedy = "put the rows into the order of time, each time once";
                findings.error_at(TIDES, row.line, Some("time_utc"), what, remedy);
            }
            _ => points.push(point),
        }
    }
    // A row that could not be read leaves a gap of which it was told already.
    if findings.len() == before {
        check(&points, findings);
    }
    let points = points.iter().map(|point| TurningPoint { at: point.at, height_m: point.height_m });
    (points.collect(), station)
}

fn point(row: &Row, findings: &mut Findings) -> Option<Point> {
    let [kind, time, height] = [0, 1, 2].map(|column| row.cell(column).unwrap_or_default());
    let mut refuse = |field: &str, what: String, remedy: &str| {
        findings.error_at(TIDES, row.line, Some(field), what, remedy);
    };
    let is_high = match kind {
        "high" => Some(true),
        "low" => Some(false),
        _ => {
            refuse("kind", format!("`{kind}` is no turn of the tide"), "write high or low");
            None
        }
    };
    let at = instant(time);
    if at.is_none() {
        let what = format!("`{time}` is not a time in UTC of the years 1900 to 2199");
        refuse("time_utc", what, "write it like 2026-07-18T11:05Z");
    }
    let height_m = height.parse().ok().filter(|height: &f64| (-100.0..=100.0).contains(height));
    if height_m.is_none() {
        refuse("height_m", format!("`{height}` is not a height of -100 to 100"), "give metres, such as 3.72");
    }
    Some(Point { line: row.line, is_high: is_high?, at: at?, height_m: height_m? })
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

/// Notes the station that a row names: one for the whole table, in any of its rows.
fn station(row: &Row, station: &mut Option<String>, findings: &mut Findings) {
    let Some(named) = row.cell(3) else { return };
    match (text::plain(named, 120), &station) {
        (Err(error), _) => {
            findings.error_at(TIDES, row.line, Some("station"), error, "write it as plain text");
        }
        (Ok(named), Some(known)) if **known != *named => {
            let what = format!("`{named}` is not `{known}`, which an earlier row names");
            findings.error_at(TIDES, row.line, Some("station"), what, "make a table of one station");
        }
        (Ok(named), _) => *station = Some(named.into()),
    }
}

/// Holds each turning point against its neighbours, as far as they are near enough to be such.
fn check(points: &[Point], findings: &mut Findings) {
    let longest = TimeDelta::milliseconds(Tide::LONGEST_MS);
    let close = |a: &Point, b: &Point| b.at - a.at <= longest;
    for (n, point) in points.iter().enumerate() {
        let before = n.checked_sub(1).map(|n| &points[n]);
        let near = before.filter(|before| close(before, point));
        if near.is_none() && !points.get(n + 1).is_some_and(|after| close(point, after)) {
            let what = "has no other turning point within 8 hours, so nothing follows from it";
            findings.error_at(
                TIDES,
                point.line,
                Some("time_utc"),
                what,
                "add its neighbours, or take it out",
            );
            continue;
        }
        match (before, near) {
            (_, Some(near)) if near.is_high == point.is_high => {
                let what = format!("is that of row {} too, less than 8 hours before", near.line);
                let remedy = "correct one of the two, or add what is between them";
                findings.error_at(TIDES, point.line, Some("kind"), what, remedy);
            }
            (_, Some(near)) if !point.turns_after(near) => {
                let what = format!(
                    "is {} after {} in row {}: a high water is over the low waters beside it",
                    point.height_m, near.height_m, near.line
                );
                findings.error_at(TIDES, point.line, Some("height_m"), what, "correct one of the two");
            }
            (Some(before), None) => {
                let what = format!("is more than 8 hours after that of row {}", before.line);
                let remedy = "add what is missing between them; until then nothing is said of that time";
                findings.warn_at(TIDES, point.line, "time_utc", what, remedy);
            }
            (None, _) | (_, Some(_)) => {}
        }
    }
}
