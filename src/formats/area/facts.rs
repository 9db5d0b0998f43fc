//! The documents that hold for an area as a whole: manifest, boundary, holidays; towns, postcodes and tides beside.
use super::feeds;
use super::gazetteer;
use super::school;
use super::tides::{self, Tides};
use crate::catalogue::{AreaFacts, Attribution};
use crate::config::{self, FORMAT, MANIFEST, Manifest, TideEntry};
use crate::features::field::{Kind, Value};
use crate::formats::geojson;
use crate::formats::table::Findings;
use crate::formats::table::{Row, Table};
use crate::hours::Calendar;
use crate::ids::FeatureId;
use crate::spatial::{Area, Geometry, LatLon, LatLonError, Metres};
use crate::text;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

pub(super) const BOUNDARY: &str = "boundary.geojson";
pub(super) const HOLIDAYS: &str = "holidays.csv";

/// Where the documents come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A folder: everything is held against everything.
    Folder,
    /// A database, which took them from a folder that was sound: each start need not measure every postcode again.
    Store,
}

/// Reads them. None when the manifest or the boundary cannot be used at all.
pub(super) fn read(
    documents: &BTreeMap<String, String>,
    origin: Origin,
    findings: &mut Findings,
) -> Option<AreaFacts> {
    let manifest = document(documents, MANIFEST, findings).and_then(|text| {
        config::manifest(text).map_err(|error| findings.error(MANIFEST, error, "mend the line")).ok()
    });
    let boundary = document(documents, BOUNDARY, findings).and_then(|text| boundary(text, findings));
    let holidays =
        document(documents, HOLIDAYS, findings).map_or_else(Vec::new, |text| holidays(text, findings));
    let manifest = manifest?;
    let (buffer, start) = checked(&manifest, findings)?;
    let feeds = feeds::read(&manifest, findings);
    let near = boundary.as_ref().filter(|_| origin == Origin::Folder).map(|boundary| (boundary, buffer));
    let (towns, postcodes) = gazetteer::read(documents, near, findings);
    let Tides { tide, note: tide_note, attribution: tide_attribution } =
        tides::read(documents, manifest.tide.as_ref(), origin, findings);
    let Manifest { id, name, country, time_zone, licence_url, attribution, .. } = manifest;
    let attributions = attribution.into_iter().map(|entry| {
        let config::AttributionEntry { id, text, licence, url } = entry;
        Attribution { id, text, licence, url }
    });
    Some(AreaFacts {
        id,
        name,
        country,
        time_zone,
        licence_url,
        boundary: boundary?,
        buffer,
        start,
        holidays,
        school_holidays: school::read(documents, findings),
        towns,
        postcodes,
        attributions: attributions.collect(),
        tide,
        tide_note,
        tide_attribution,
        // Read when it is known which beaches there are.
        roads: Arc::default(),
        feeds,
    })
}

pub(super) fn document<'a>(
    documents: &'a BTreeMap<String, String>,
    name: &str,
    findings: &mut Findings,
) -> Option<&'a str> {
    let found = documents.get(name);
    if found.is_none() {
        findings.error(name, "is missing", "add it; the shipped area shows its form");
    }
    found.map(String::as_str)
}

/// Checks what the manifest says, and gives its buffer and start as types.
fn checked(manifest: &Manifest, findings: &mut Findings) -> Option<(Metres, LatLon)> {
    if manifest.format != FORMAT {
        let what = format!("is {}, this program reads {FORMAT}", manifest.format);
        findings.error_in(MANIFEST, "format", what, "use the program that goes with the folder");
    }
    if let Err(error) = FeatureId::new(&manifest.id) {
        findings.error_in(MANIFEST, "id", error, "choose a slug");
    }
    if let Err(error) = text::plain(&manifest.name, 120) {
        findings.error_in(MANIFEST, "name", error, "write it as plain text");
    }
    if manifest.country.len() != 2 || !manifest.country.bytes().all(|b| b.is_ascii_uppercase()) {
        findings.error_in(
            MANIFEST,
            "country",
            format!("is `{}`", manifest.country),
            "give two letters, such as GB",
        );
    }
    let addresses = manifest.attribution.iter().map(|attribution| ("attribution", &attribution.url));
    for (field, url) in addresses.chain([("licence_url", &manifest.licence_url)]) {
        if let Err(error) = Kind::Https.text(url) {
            findings.error_in(MANIFEST, field, error, "give an https address");
        }
    }
    if let Err(error) = Calendar::new(&manifest.time_zone, []) {
        findings.error_in(MANIFEST, "time_zone", error, "use an IANA name such as Europe/London");
    }
    if AreaFacts::MAX_ATTRIBUTIONS < manifest.attribution.len() {
        let what = format!(
            "{} are given, at most {} can be",
            manifest.attribution.len(),
            AreaFacts::MAX_ATTRIBUTIONS
        );
        findings.error_in(MANIFEST, "attribution", what, "merge some");
    }
    let mut seen = HashSet::new();
    for attribution in &manifest.attribution {
        if !seen.insert(attribution.id.as_str()) {
            findings.error_in(
                MANIFEST,
                "attribution",
                format!("`{}` stands twice", attribution.id),
                "rename one",
            );
        }
    }
    if let Some(tide) = &manifest.tide {
        checked_tide(tide, &seen, findings);
    }
    let buffer = Metres::new(manifest.boundary_buffer_m);
    let start = LatLon::new(manifest.start_lat, manifest.start_lon);
    if let Err(error) = &buffer {
        findings.error_in(MANIFEST, "boundary_buffer_m", error, "give metres, 0 or more");
    }
    if let Err(error) = &start {
        let field = match error {
            LatLonError::Lat(_) => "start_lat",
            LatLonError::Lon(_) => "start_lon",
        };
        findings.error_in(MANIFEST, field, error, "give degrees");
    }
    Some((buffer.ok()?, start.ok()?))
}

/// Checks what the manifest says of the tide, where it has these attributions.
fn checked_tide(tide: &TideEntry, attributions: &HashSet<&str>, findings: &mut Findings) {
    let texts = [("tide.station", Some(&tide.station), 120), ("tide.note", tide.note.as_ref(), 500)];
    for (field, given, longest) in texts {
        if let Some(Err(error)) = given.map(|given| text::plain(given, longest)) {
            findings.error_in(MANIFEST, field, error, "write it as plain text");
        }
    }
    if let Some(asked) = tide.attribution.as_deref().filter(|asked| !attributions.contains(asked)) {
        let what = format!("`{asked}` is no attribution of the manifest");
        findings.error_in(MANIFEST, "tide.attribution", what, "add it there, or correct it");
    }
}

fn boundary(text: &str, findings: &mut Findings) -> Option<Area> {
    match geojson::read_feature_geometry(text) {
        Ok(Geometry::Area(area)) => Some(area),
        Ok(Geometry::Point(_)) => {
            findings.error(BOUNDARY, "is a Point", "give a Polygon or a MultiPolygon");
            None
        }
        Err(error) => {
            findings.error(BOUNDARY, error, "mend the geometry");
            None
        }
    }
}

fn holidays(text: &str, findings: &mut Findings) -> Vec<(NaiveDate, String)> {
    let table = Table::read(HOLIDAYS, text, &["date", "name"], &["date", "name"], findings);
    let mut out: Vec<(NaiveDate, String)> = Vec::new();
    for row in &table.rows {
        let Some(Value::Date(day)) = row.cell(0).and_then(|text| Kind::Date.text(text).ok()) else {
            let what = format!("`{}` is not a date", row.cell(0).unwrap_or_default());
            findings.error_at(HOLIDAYS, row.line, Some("date"), what, "write YYYY-MM-DD");
            continue;
        };
        if out.iter().any(|(known, _)| *known == day) {
            findings.error_at(
                HOLIDAYS,
                row.line,
                Some("date"),
                format!("{day} stands twice"),
                "take one out",
            );
            continue;
        }
        if let Some(name) = named(HOLIDAYS, row, 1, findings) {
            out.push((day, name));
        }
    }
    out
}

/// The short plain text in a row's column that must have one.
pub(super) fn named(file: &str, row: &Row, column: usize, findings: &mut Findings) -> Option<String> {
    match text::plain(row.cell(column).unwrap_or_default(), 120) {
        Ok(name) => Some(name.into()),
        Err(error) => {
            findings.error_at(file, row.line, None, format!("the name {error}"), "write it as plain text");
            None
        }
    }
}

/// The position in a row's two columns, both of which must be there.
pub(super) fn position(
    file: &str,
    row: &Row,
    lat: usize,
    lon: usize,
    findings: &mut Findings,
) -> Option<LatLon> {
    let mut number = |column: usize, name: &str| match row.cell(column).map(str::parse::<f64>) {
        Some(Ok(number)) => Some(number),
        Some(Err(_)) | None => {
            let what = format!("`{}` is not a number", row.cell(column).unwrap_or_default());
            findings.error_at(file, row.line, Some(name), what, "give decimal degrees");
            None
        }
    };
    let (lat, lon) = (number(lat, "lat"), number(lon, "lon"));
    match LatLon::new(lat?, lon?) {
        Ok(position) => Some(position),
        Err(error) => {
            let field = match error {
                LatLonError::Lat(_) => "lat",
                LatLonError::Lon(_) => "lon",
            };
            findings.error_at(file, row.line, Some(field), error, "give degrees, north and east positive");
            None
        }
    }
}
