//! The area folder: what is found wrong with one, and that it reads back as it was written.
mod any;
mod beaches;

pub use any::place;

use crate::support::places::{renamed, shut};
use crate::support::{SANDHAVEN, TENDRING, area_folder, files, services};
use promenade::access::By;
use promenade::app::orders;
use promenade::command::{Command, Expected};
use promenade::formats::area::{self, Files, Findings, Severity};
use promenade::ids::RequestId;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

/// One thing done to a file.
enum Edit {
    Remove,
    /// The first of these texts becomes the second.
    Replace(&'static str, &'static str),
    Append(&'static str),
    /// Everything behind this text is lost.
    CutAfter(&'static str),
    /// This text becomes the byte 0xFF, which UTF-8 never has.
    Spoil(&'static str),
}
use Edit::{Append, CutAfter, Remove, Replace, Spoil};

/// File, row, field.
type Where = (&'static str, Option<u64>, Option<&'static str>);

fn edited(file: &str, edit: &Edit) -> Files {
    let mut files = files(SANDHAVEN);
    let bytes = files.remove(file).unwrap_or_default();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let found = |part: &str| text.find(part).unwrap_or_else(|| panic!("{file} has no {part}"));
    let bytes = match edit {
        Remove => return files,
        Replace(from, to) => {
            found(from);
            text.replacen(from, to, 1).into_bytes()
        }
        Append(more) => [&bytes, more.as_bytes()].concat(),
        CutAfter(part) => bytes[..found(part) + part.len()].to_vec(),
        Spoil(part) => [&bytes[..found(part)], &[0xFF], &bytes[found(part) + part.len()..]].concat(),
    };
    files.insert(file.to_owned(), bytes);
    files
}

fn found(findings: &Findings, severity: Severity) -> Vec<(String, Option<u64>, Option<String>)> {
    let of = findings.iter().filter(|finding| finding.severity == severity);
    of.map(|finding| (finding.file.clone(), finding.row, finding.field.clone())).collect()
}

fn owned((file, row, field): Where) -> (String, Option<u64>, Option<String>) {
    (file.to_owned(), row, field.map(ToOwned::to_owned))
}

#[test]
fn the_shipped_area_and_the_made_up_one_have_no_findings() {
    for folder in [TENDRING, SANDHAVEN] {
        let (area, findings) = area::read(files(folder));
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(area.is_some() && lines.is_empty(), "{folder}:\n{}", lines.join("\n"));
    }
}

const MANIFEST: &str = "area.toml";
const BEACHES: &str = "places/beaches.csv";
const CAR_PARKS: &str = "places/car-parks.csv";
const TARIFFS: &str = "places/car-parks.tariffs.csv";
const TOILETS: &str = "places/toilets.csv";
const ATTRACTIONS: &str = "places/attractions.csv";
const SHAPES: &str = "shapes.geojson";

/// File, what is done to it, where the one finding is, and a part of what it says.
#[rustfmt::skip]
const BROKEN: &[(&str, Edit, Where, &str)] = &[
    // The manifest and the other documents.
    (MANIFEST, Remove, (MANIFEST, None, None), "is missing"),
    (MANIFEST, Replace("format = 1", "format 1"), (MANIFEST, None, None), "line 1"),
    (MANIFEST, Replace("format = 1", "format = 2"), (MANIFEST, None, Some("format")), "is 2"),
    (MANIFEST, Replace("country", "county"), (MANIFEST, None, None), "county"),
    (MANIFEST, Replace("id = \"sandhaven\"", "id = \"Sand Haven\""), (MANIFEST, None, Some("id")), "`Sand Haven`"),
    (MANIFEST, Replace("Europe/London", "Europe/Sandhaven"), (MANIFEST, None, Some("time_zone")), "Europe/Sandhaven"),
    (MANIFEST, Replace("= 54.6", "= 154.6"), (MANIFEST, None, Some("start_lat")), "154.6"),
    (MANIFEST, Replace("= 300", "= -300"), (MANIFEST, None, Some("boundary_buffer_m")), "-300"),
    (MANIFEST, CutAfter("name = \"Sand"), (MANIFEST, None, None), "line 3"),
    ("boundary.geojson", Remove, ("boundary.geojson", None, None), "is missing"),
    ("boundary.geojson", CutAfter("54.65],"), ("boundary.geojson", None, None), "not GeoJSON"),
    ("holidays.csv", Remove, ("holidays.csv", None, None), "is missing"),
    ("holidays.csv", Replace("2027-01-01", "2027-02-29"), ("holidays.csv", Some(3), Some("date")), "`2027-02-29`"),
    ("holidays.csv", Append("2028-07-14,Again\n"), ("holidays.csv", Some(7), Some("date")), "2028-07-14"),
    ("towns.csv", Replace("-3.489000", "east"), ("towns.csv", Some(2), Some("lon")), "`east`"),
    ("towns.csv", Replace("Gullcove", "Sandhaven"), ("towns.csv", Some(3), Some("aliases")), "`Sandhaven`"),
    ("postcodes.csv", Append("SH1 1AA,54.6,-3.45\n"), ("postcodes.csv", Some(7), Some("postcode")), "SH1 1AA"),
    // Tables.
    (TOILETS, Replace("radar_key", "radar"), (TOILETS, Some(1), Some("radar")), "not a column"),
    (TOILETS, Replace("female,male", "female,female"), (TOILETS, Some(1), Some("female")), "stands twice"),
    (TOILETS, Spoil("Lost"), (TOILETS, Some(2), None), "UTF-8"),
    (TOILETS, CutAfter("surveyed,Prom"), (TOILETS, Some(4), None), "10 cells"),
    (TOILETS, CutAfter("wc-prom"), (TOILETS, Some(4), None), "1 cells"),
    // A row.
    (CAR_PARKS, Replace("cp-cove-field", "wc-promenade"), (TOILETS, Some(4), Some("id")), "places/car-parks.csv, row 2"),
    (TOILETS, Replace("wc-promenade", "wc-gull-cove"), (TOILETS, Some(4), Some("id")), "row 2"),
    (TOILETS, Replace("wc-promenade", "WC Promenade"), (TOILETS, Some(4), Some("id")), "`WC Promenade`"),
    (TOILETS, Replace("54.600200", "north"), (TOILETS, Some(3), Some("lat")), "`north`"),
    (TOILETS, Replace("54.600200", ""), (TOILETS, Some(3), Some("lat")), "not a number"),
    (TOILETS, Replace("54.600200", "NaN"), (TOILETS, Some(3), Some("lat")), "NaN"),
    (TOILETS, Replace("54.600200", "154.600200"), (TOILETS, Some(3), Some("lat")), "154.6002"),
    (TOILETS, Replace("-3.450600", "-203.450600"), (TOILETS, Some(3), Some("lon")), "-203.4506"),
    (TOILETS, Replace("54.600200", "55.600200"), (TOILETS, Some(3), Some("lat")), "outside the boundary"),
    (TOILETS, Replace("54.600200,-3.450600", "-3.450600,54.600200"), (TOILETS, Some(3), Some("lat")), "outside the boundary"),
    (TOILETS, Replace("surveyed", "guessed"), (TOILETS, Some(3), Some("position_quality")), "`guessed`"),
    (TOILETS, Replace(",20,public", ",20p,public"), (TOILETS, Some(3), Some("charge_pence")), "`20p`"),
    (TOILETS, Replace(",20,public", ",-20,public"), (TOILETS, Some(3), Some("charge_pence")), "-20"),
    (TOILETS, Replace("Market Street Toilets", ""), (TOILETS, Some(3), Some("name")), "is missing"),
    (TOILETS, Replace("Market Street Toilets", "Market\u{202E} Street"), (TOILETS, Some(3), Some("name")), "U+202E"),
    (ATTRACTIONS, Replace("A blue door under a painted herring.", ""), (ATTRACTIONS, Some(2), Some("image_alt")), "is missing"),
    (ATTRACTIONS, Replace("https://fish", "http://fish"), (ATTRACTIONS, Some(2), Some("url")), "http://fish"),
    (ATTRACTIONS, Replace("invented", "unheard"), (ATTRACTIONS, Some(2), Some("source_attribution")), "`unheard`"),
    (TOILETS, Replace("New pipes are being laid.", ""), (TOILETS, Some(4), Some("status")), "status_reason is missing"),
    (TOILETS, Replace("2024.,,", "2024.,2027-01-01T00:00:00Z,"), (TOILETS, Some(2), Some("status")), "status_until"),
    (TOILETS, Replace("temporarily_closed,New pipes are being laid.", "active,"), (TOILETS, Some(4), Some("status")), "status_until"),
    (TOILETS, Replace("T16:00:00Z", ""), (TOILETS, Some(4), Some("status_until")), "`2027-03-31`"),
    (TOILETS, Replace("closed,Lost", "gone,Lost"), (TOILETS, Some(2), Some("status")), "`gone`"),
    // Records and shapes.
    (TARIFFS, Append("cp-nowhere,,,,,,100\n"), (TARIFFS, Some(7), Some("id")), "`cp-nowhere`"),
    (TARIFFS, Append(",,,,,,100\n"), (TARIFFS, Some(7), Some("id")), "is missing"),
    (TARIFFS, Replace(",,200", ",,"), (TARIFFS, Some(6), Some("pence")), "is missing"),
    (TARIFFS, Replace(",,200", ",,2.00"), (TARIFFS, Some(6), Some("pence")), "`2.00`"),
    (TARIFFS, Replace("06:30", "6.30am"), (TARIFFS, Some(2), Some("from")), "`6.30am`"),
    (SHAPES, CutAfter("-3.4725,54.6"), (SHAPES, None, None), "not GeoJSON"),
    (SHAPES, Replace("]}}\n]}", "]}},{\"type\":\"Feature\",\"id\":\"beach-nowhere\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-3.46,54.6],[-3.45,54.6],[-3.45,54.61],[-3.46,54.6]]]}}\n]}"),
        (SHAPES, None, Some("beach-nowhere")), "of no place"),
    (SHAPES, Replace("[-3.4715,54.606],[-3.4705,54.618]", "[-3.4705,54.618],[-3.4705,54.609]"), (SHAPES, None, Some("beach-north-sands")), "meets itself"),
];

#[test]
fn whatever_is_wrong_is_found_where_it_is_and_nothing_is_taken_in() {
    each_is_found(BROKEN);
}

/// Holds what is found in Sandhaven, broken in each of these ways, against what should be.
fn each_is_found(broken: &[(&str, Edit, Where, &str)]) {
    let mut wrong = Vec::new();
    for (n, (file, edit, place, says)) in broken.iter().enumerate() {
        let (area, findings) = area::read(edited(file, edit));
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let errors = found(&findings, Severity::Error);
        if area.is_some() || errors != [owned(*place)] || !lines.iter().any(|line| line.contains(says)) {
            wrong
                .push(format!("case {n}: {place:?} with {says:?} expected, found\n  {}", lines.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_only_helps_readers_less_is_told_and_stops_nothing() {
    for (file, edit, place) in [
        (
            CAR_PARKS,
            Replace("Mo-Sa 06:30-22:00", "Mo-Sa half past six"),
            (CAR_PARKS, Some(3), Some("opening_hours")),
        ),
        (CAR_PARKS, Replace("18:00-09:00; PH", "after six"), (CAR_PARKS, Some(4), Some("free_hours"))),
        (
            CAR_PARKS,
            Replace("SH1 2QS,Sandhaven-on-Sea", "SH1 2QS,Atlantis"),
            (CAR_PARKS, Some(4), Some("town")),
        ),
        ("places/carparks.csv", Append("id,name\n"), ("places/carparks.csv", None, None)),
        ("notes.txt", Append("call the surveyor"), ("notes.txt", None, None)),
    ] {
        let (area, findings) = area::read(edited(file, &edit));
        assert_eq!(found(&findings, Severity::Warning), [owned(place)]);
        assert!(!findings.any_error() && area.is_some(), "{place:?}");
    }
}

#[test]
fn each_beach_without_a_shape_is_named_once() {
    let (area, findings) = area::read(edited(SHAPES, &Remove));
    assert!(area.is_none());
    let want: [Where; 2] = [(BEACHES, Some(2), Some("id")), (BEACHES, Some(3), Some("id"))];
    assert_eq!(found(&findings, Severity::Error), want.map(owned));
}

#[test]
fn every_finding_of_a_folder_is_told_at_once() {
    let mut files = edited(TOILETS, &Replace("54.600200", "north"));
    files.remove("towns.csv");
    files.insert(TARIFFS.to_owned(), edited(TARIFFS, &Replace(",,200", ",,"))[TARIFFS].clone());
    let (area, findings) = area::read(files);
    assert!(area.is_none());
    let want: [Where; 3] =
        [("towns.csv", None, None), (TARIFFS, Some(6), Some("pence")), (TOILETS, Some(3), Some("lat"))];
    assert_eq!(found(&findings, Severity::Error), want.map(owned));
}

#[test]
fn a_file_saved_with_a_byte_order_mark_or_windows_line_ends_reads_the_same() {
    let plain = area_folder(SANDHAVEN);
    let mut saved = files(SANDHAVEN);
    for bytes in saved.values_mut() {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = format!("\u{FEFF}{}", text.replace('\n', "\r\n")).into_bytes();
    }
    let (area, findings) = area::read(saved);
    assert!(findings.is_empty(), "{findings:?}");
    let area = area.unwrap();
    assert_eq!((area.facts, area.places), (plain.facts, plain.places));
}

#[test]
fn a_folder_that_is_written_reads_back_equal() {
    for folder in [TENDRING, SANDHAVEN] {
        let before = area_folder(folder);
        let written = area::write(&before.documents, &before.places);
        let (after, findings) = area::read(written.clone());
        assert!(findings.is_empty(), "{folder}: {findings:?}");
        let after = after.unwrap();
        assert_eq!(before.places, after.places, "{folder}");
        assert_eq!((&before.facts, &before.documents), (&after.facts, &after.documents), "{folder}");
        assert_eq!(written, area::write(&after.documents, &after.places), "{folder}");
    }
}

#[tokio::test]
async fn what_staff_have_changed_is_exported_and_reads_back_equal() {
    for service in services(SANDHAVEN, "2026-07-18T12:00:00Z").await {
        let places = area_folder(SANDHAVEN).places;
        let beach = places.iter().find(|place| place.id().as_str() == "beach-north-sands").unwrap();
        let toilet = places.iter().find(|place| place.id().as_str() == "wc-market-street").unwrap();
        for command in [
            Command::Put {
                feature: renamed(beach, "North \"Sands\",\nformerly; South"),
                expected: Expected::Anything,
            },
            Command::Put {
                feature: Arc::new(toilet.with_status(shut("A gull, \"Kevin\".\nHe bites."))),
                expected: Expected::Anything,
            },
            orders::set_status("venues", "ven-bandstand", "closed", Some("Blown away"), None).unwrap(),
            orders::set_status("toilets", "wc-promenade", "active", None, None).unwrap(),
        ] {
            service.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
        }
        let mut reading = service.store.read().await.unwrap();
        let documents = reading.documents().await.unwrap();
        let stored: Vec<_> = reading.features().await.unwrap().into_iter().map(|item| item.feature).collect();
        reading.close().await.unwrap();
        assert_ne!(stored, places);
        let (area, findings) = area::read(area::write(&documents, &stored));
        assert!(findings.is_empty(), "{}: {findings:?}", service.name);
        assert_eq!(area.unwrap().places, stored, "{}", service.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_places_that_are_written_read_back_equal(mut places in vec(place(), 0..6)) {
        places.sort_by(|a, b| a.id().cmp(b.id()));
        places.dedup_by(|a, b| a.id() == b.id());
        places.sort_by(|a, b| (a.collection(), a.id()).cmp(&(b.collection(), b.id())));
        let documents = area_folder(SANDHAVEN).documents;
        let (area, findings) = area::read(area::write(&documents, &places));
        let errors: Vec<String> = findings.iter()
            .filter(|finding| finding.severity == Severity::Error).map(ToString::to_string).collect();
        prop_assert!(errors.is_empty(), "{errors:?}");
        prop_assert_eq!(area.unwrap().places, places);
    }
}

#[test]
fn a_row_has_the_number_that_an_editor_shows_whatever_ends_the_lines() {
    let unix = edited(TOILETS, &Replace("54.600200", "north"));
    let text = String::from_utf8(unix[TOILETS].clone()).unwrap();
    let mut windows = unix.clone();
    windows.insert(TOILETS.to_owned(), text.replace('\n', "\r\n").into_bytes());
    for files in [unix, windows] {
        let (_, findings) = area::read(files);
        assert_eq!(found(&findings, Severity::Error), [owned((TOILETS, Some(3), Some("lat")))]);
    }
}

#[test]
fn a_table_without_its_columns_loses_no_place_silently() {
    let header =
        String::from_utf8(files(SANDHAVEN)[TOILETS].clone()).unwrap().lines().next().unwrap().to_owned();
    for (text, place, says) in [
        (String::new(), (TOILETS, Some(1), Some("id")), "missing among the columns"),
        (
            header.replace("source_name,", ""),
            (TOILETS, Some(1), Some("source_name")),
            "missing among the columns",
        ),
        (header.replace(',', ";"), (TOILETS, None, None), "semicolons"),
    ] {
        let mut files = files(SANDHAVEN);
        files.insert(TOILETS.to_owned(), text.into_bytes());
        let (area, findings) = area::read(files);
        assert!(area.is_none());
        assert_eq!(found(&findings, Severity::Error), [owned(place)]);
        assert!(findings.iter().any(|finding| finding.to_string().contains(says)));
    }
}
