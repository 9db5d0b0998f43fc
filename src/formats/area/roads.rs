//! The table of roads: how far it is from one beach to another for who drives.
use crate::catalogue::Roads;
use crate::formats::table::Findings;
use crate::formats::table::{Row, Table};
use crate::ids::FeatureId;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ROADS: &str = "roads.csv";
const COLUMNS: [&str; 3] = ["from", "to", "road_m"];
/// No beach of an area is farther from another, in metres.
const LONGEST: u32 = 1_000_000;

/// Reads the table, which an area need not have. `beaches` are those that there are, where the table is to be held
/// against them: of what is stored, a beach may be gone.
pub(super) fn read(
    documents: &BTreeMap<String, String>,
    beaches: Option<&BTreeSet<&FeatureId>>,
    findings: &mut Findings,
) -> Roads {
    let mut roads = Roads::default();
    let Some(text) = documents.get(ROADS) else { return roads };
    let table = Table::read(ROADS, text, &COLUMNS, &COLUMNS, findings);
    for row in &table.rows {
        let ends = [0, 1].map(|column| end(row, column, beaches, findings));
        let metres = metres(row, findings);
        let ([Some(from), Some(to)], Some(metres)) = (ends, metres) else { continue };
        if from == to {
            let what = format!("`{to}` is where the road begins");
            findings.error_at(ROADS, row.line, Some("to"), what, "name another beach");
        } else if !roads.add(&from, &to, metres) {
            let what = format!("the road from `{from}` to `{to}` stands in an earlier row");
            findings.error_at(ROADS, row.line, Some("to"), what, "take one out; it is the same both ways");
        }
    }
    roads
}

fn end(
    row: &Row,
    column: usize,
    beaches: Option<&BTreeSet<&FeatureId>>,
    findings: &mut Findings,
) -> Option<FeatureId> {
    let text = row.cell(column).unwrap_or_default();
    let known = FeatureId::new(text).ok().filter(|id| beaches.is_none_or(|beaches| beaches.contains(id)));
    if known.is_none() {
        let what = format!("`{text}` is no beach of places/beaches.csv");
        findings.error_at(ROADS, row.line, Some(COLUMNS[column]), what, "add the beach, or take the row out");
    }
    known
}

fn metres(row: &Row, findings: &mut Findings) -> Option<u32> {
    let text = row.cell(2).unwrap_or_default();
    let metres = text.parse().ok().filter(|metres| (1..=LONGEST).contains(metres));
    if metres.is_none() {
        let what = format!("`{text}` is not a length of 1 to {LONGEST}");
        findings.error_at(ROADS, row.line, Some("road_m"), what, "give whole metres, such as 20000");
    }
    metres
}

/// The table without the roads to beaches that are gone.
pub(super) fn without_gone(text: &str, beaches: &BTreeSet<&FeatureId>) -> String {
    let mut unheard = Findings::default();
    let table = Table::read(ROADS, text, &COLUMNS, &COLUMNS, &mut unheard);
    let is_there = |text: Option<&str>| {
        text.and_then(|text| FeatureId::new(text).ok()).is_some_and(|id| beaches.contains(&id))
    };
    let (kept, gone): (Vec<&Row>, Vec<&Row>) =
        table.rows.iter().partition(|row| is_there(row.cell(0)) && is_there(row.cell(1)));
    if gone.is_empty() {
        return text.to_owned();
    }
    let rows = kept.iter().map(|row| [0, 1, 2].map(|column| row.cell(column).unwrap_or_default()).join(","));
    [COLUMNS.join(",")].into_iter().chain(rows).map(|row| row + "\n").collect()
}
