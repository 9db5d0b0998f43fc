//! The names of places that a visitor may give instead of a position: towns and postcodes.
use super::facts::{document, named, position};
use crate::catalogue::Town;
use crate::formats::table::Findings;
use crate::formats::table::{Row, Table};
use crate::spatial::{Area, LatLon, Metres};
use crate::text;
use std::collections::{BTreeMap, HashMap};

pub(super) const POSTCODES: &str = "postcodes.csv";
pub(super) const TOWNS: &str = "towns.csv";

/// How far outside an area, buffer included, its names may lie, in metres: people ask from next door, not from afar.
const NEIGHBOURHOOD: f64 = 5_000.0;

/// Reads both tables. `near` is the boundary and its buffer, where the names are to be held against them.
pub(super) fn read(
    documents: &BTreeMap<String, String>,
    near: Option<(&Area, Metres)>,
    findings: &mut Findings,
) -> (Vec<Town>, Vec<(String, LatLon)>) {
    let mut reading = Reading { near, known: HashMap::new(), findings };
    let towns =
        document(documents, TOWNS, reading.findings).map_or_else(Vec::new, |text| reading.towns(text));
    let postcodes = document(documents, POSTCODES, reading.findings);
    let postcodes = postcodes.map_or_else(Vec::new, |text| reading.postcodes(text));
    (towns, postcodes)
}

struct Reading<'a> {
    near: Option<(&'a Area, Metres)>,
    /// What each name means, by the key it is looked up with.
    known: HashMap<String, String>,
    findings: &'a mut Findings,
}

impl Reading<'_> {
    fn towns(&mut self, text: &str) -> Vec<Town> {
        let columns = ["name", "aliases", "lat", "lon"];
        let table = Table::read(TOWNS, text, &columns, &["name", "lat", "lon"], self.findings);
        let mut towns = Vec::new();
        for row in &table.rows {
            let Some(name) = named(TOWNS, row, 0, self.findings) else { continue };
            let mut aliases = Vec::new();
            for alias in row.cell(1).unwrap_or_default().split(';').filter(|alias| !alias.trim().is_empty()) {
                match text::plain(alias, 120) {
                    Ok(alias) => aliases.push(String::from(alias)),
                    Err(error) => {
                        let what = format!("an alias {error}");
                        self.findings.error_at(
                            TOWNS,
                            row.line,
                            Some("aliases"),
                            what,
                            "write it as plain text",
                        );
                    }
                }
            }
            self.means(TOWNS, "name", row, &name, &format!("{name}, row {}", row.line));
            for alias in &aliases {
                self.means(TOWNS, "aliases", row, alias, &format!("{name}, row {}", row.line));
            }
            towns.extend(self.place(TOWNS, row, 2).map(|position| Town { name, aliases, position }));
        }
        towns
    }

    fn postcodes(&mut self, text: &str) -> Vec<(String, LatLon)> {
        let columns = ["postcode", "lat", "lon"];
        let table = Table::read(POSTCODES, text, &columns, &columns, self.findings);
        let mut postcodes = Vec::new();
        for row in &table.rows {
            let Some(postcode) = named(POSTCODES, row, 0, self.findings) else { continue };
            self.means(POSTCODES, "postcode", row, &postcode, &format!("{postcode}, row {}", row.line));
            postcodes.extend(self.place(POSTCODES, row, 1).map(|position| (postcode, position)));
        }
        postcodes
    }

    /// Notes that `called` means `meaning`; a name that means something else already is an error.
    fn means(&mut self, file: &str, field: &str, row: &Row, called: &str, meaning: &str) {
        let key = text::key(called);
        if key.is_empty() {
            let what = format!("`{called}` has neither letter nor digit");
            self.findings.error_at(file, row.line, Some(field), what, "give it a name to ask for");
        } else if let Some(other) =
            self.known.insert(key, meaning.to_owned()).filter(|other| other != meaning)
        {
            let what = format!("`{called}` means {other} too");
            self.findings.error_at(file, row.line, Some(field), what, "take one out");
        }
    }

    /// The position in the columns `lat` and the next, unless it is far from the area.
    fn place(&mut self, file: &str, row: &Row, lat: usize) -> Option<LatLon> {
        let position = position(file, row, lat, lat + 1, self.findings)?;
        if let Some((boundary, buffer)) = self.near {
            let away = boundary.distance_from(position).get();
            if NEIGHBOURHOOD + buffer.get() < away {
                let what = format!("lies {away:.0} m outside the boundary");
                self.findings.error_at(
                    file,
                    row.line,
                    Some("lat"),
                    what,
                    "mend the position, or the boundary",
                );
            }
        }
        Some(position)
    }
}
