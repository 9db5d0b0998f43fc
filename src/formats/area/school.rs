//! When the schools of the area are closed: a file that an area need not have.
use super::facts::named;
use crate::catalogue::SchoolHoliday;
use crate::features::field::{Kind, Value};
use crate::formats::table::Findings;
use crate::formats::table::{Row, Table};
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub(super) const SCHOOL_HOLIDAYS: &str = "school_holidays.csv";
const COLUMNS: [&str; 3] = ["name", "starts_on", "ends_on"];

/// Reads the file: the holidays in order.
pub(super) fn read(documents: &BTreeMap<String, String>, findings: &mut Findings) -> Vec<SchoolHoliday> {
    let Some(text) = documents.get(SCHOOL_HOLIDAYS) else { return Vec::new() };
    let names: Vec<&str> = COLUMNS.into_iter().chain(["source"]).collect();
    let table = Table::read(SCHOOL_HOLIDAYS, text, &names, &COLUMNS, findings);
    let mut holidays: Vec<SchoolHoliday> = Vec::new();
    for row in &table.rows {
        let name = named(SCHOOL_HOLIDAYS, row, 0, findings);
        let (from, to) = (day(row, 1, findings), day(row, 2, findings));
        let (Some(name), Some(from), Some(to)) = (name, from, to) else { continue };
        let ends = Some(COLUMNS[2]);
        if to < from {
            let what = format!("{to} is before {from}, when it begins");
            findings.error_at(SCHOOL_HOLIDAYS, row.line, ends, what, "give its last day");
        } else if holidays.iter().any(|known| known.from <= to && from <= known.to) {
            let what = format!("{from} to {to} meets another row");
            findings.error_at(SCHOOL_HOLIDAYS, row.line, ends, what, "take one out, or correct it");
        } else {
            holidays.push(SchoolHoliday { name, from, to });
        }
    }
    holidays.sort_by_key(|holiday| holiday.from);
    holidays
}

fn day(row: &Row, column: usize, findings: &mut Findings) -> Option<NaiveDate> {
    let text = row.cell(column).unwrap_or_default();
    if let Ok(Value::Date(day)) = Kind::Date.text(text) {
        return Some(day);
    }
    let what = format!("`{text}` is not a date");
    findings.error_at(SCHOOL_HOLIDAYS, row.line, Some(COLUMNS[column]), what, "write YYYY-MM-DD");
    None
}
