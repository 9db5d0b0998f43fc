//! Events as a table: CSV with the columns of the area folder's events, one row an event.
use super::reading::{Reading, text_of, whole};
use super::{Draft, Origin};
use crate::catalogue::{FeedContent, FeedNote};
use crate::features::field::{Field, Kind};
use crate::features::schema::{self, event_at as at};
use crate::formats::table::{Findings, Row, Table, cell};
use crate::ids::Collection;
use crate::spatial::LatLon;

/// The columns beside the fields: what the source calls it, and where it is.
const BESIDE: [&str; 3] = ["id", "lat", "lon"];
/// Fields that say whose an event is and how far it is: of an event of a feed that is known.
const OURS: [usize; 5] = [at::ORGANISATION, at::PUBLICATION, at::PUBLISH_AT, at::PUBLISHED_AT, at::FEED];
/// Columns without which there is no event.
pub(super) const REQUIRED: [&str; 3] = ["id", "name", "starts"];

/// The fields that stand in the table, each with its number.
fn columns() -> Vec<(usize, &'static Field)> {
    let fields = schema::fields(Collection::Events).iter().enumerate();
    fields.filter(|(_, field)| !matches!(field.kind, Kind::Records(_))).collect()
}

/// Reads a table of events.
pub fn read(bytes: &[u8], origin: &Origin) -> Result<FeedContent, FeedNote> {
    let text = text_of(bytes)?;
    if super::jsonld::is_html(text) {
        return Err(whole("is HTML, not a table"));
    }
    let columns = columns();
    let names: Vec<&str> = BESIDE.into_iter().chain(columns.iter().map(|(_, field)| field.name)).collect();
    let mut findings = Findings::default();
    let table = Table::read("the table", text, &names, &REQUIRED, &mut findings);
    let mut reading = Reading::new(origin)?;
    for finding in findings.iter() {
        let what = format!("{}; {}", finding.what, finding.remedy);
        match (finding.row, &finding.field) {
            // A table whose columns are not known says nothing.
            (None, _) => return Err(whole(what)),
            (Some(1), Some(column)) if REQUIRED.contains(&column.as_str()) => {
                return Err(FeedNote { at: spot(1, Some(column)), what });
            }
            (Some(1), Some(column)) => {
                reading.alter(&spot(1, Some(column)), format!("{}; the column is left out", finding.what));
            }
            (Some(line), column) => reading.refuse(&spot(line, column.as_deref()), what),
        }
    }
    for number in OURS {
        let Some(column) = columns.iter().position(|(known, _)| *known == number) else { continue };
        if table.rows.iter().any(|row| row.cell(BESIDE.len() + column).is_some()) {
            let name = columns[column].1.name;
            reading.alter(&spot(1, Some(name)), "is the feed's to say; the column is left out");
        }
    }
    for row in &table.rows {
        take(&mut reading, row, &columns);
    }
    Ok(reading.finish())
}

fn take(reading: &mut Reading<'_>, row: &Row, columns: &[(usize, &'static Field)]) {
    let here = spot(row.line, None);
    let Some(id) = row.cell(0) else {
        return reading.refuse(&spot(row.line, Some("id")), "is missing: give what the source calls it");
    };
    let mut draft = Draft::default();
    let mut is_sound = true;
    for (column, (number, field)) in
        columns.iter().enumerate().filter(|(_, (number, _))| !OURS.contains(number))
    {
        let Some(text) = row.cell(BESIDE.len() + column) else { continue };
        match cell::read(&field.kind, text) {
            Ok(value) => draft.values.push((*number, value)),
            Err(cause) => {
                is_sound = false;
                reading.refuse(&spot(row.line, Some(field.name)), cause.to_string());
            }
        }
    }
    match (row.cell(1), row.cell(2)) {
        (None, None) => {}
        (Some(lat), Some(lon)) => {
            let position = match (lat.parse(), lon.parse()) {
                (Ok(lat), Ok(lon)) => LatLon::new(lat, lon).map_err(|cause| cause.to_string()),
                (Err(_), _) => Err(format!("`{lat}` is no latitude")),
                (_, Err(_)) => Err(format!("`{lon}` is no longitude")),
            };
            match position {
                Ok(position) => draft.position = Some(position),
                Err(cause) => {
                    is_sound = false;
                    reading.refuse(&spot(row.line, Some("lat")), cause);
                }
            }
        }
        (_, _) => {
            is_sound = false;
            reading.refuse(&spot(row.line, Some("lat")), "give lat and lon, or neither");
        }
    }
    if is_sound {
        reading.add(id, None, &here, draft);
    }
}

fn spot(line: u64, column: Option<&str>) -> String {
    match column {
        Some(column) => format!("line {line}, column {column}"),
        None => format!("line {line}"),
    }
}
