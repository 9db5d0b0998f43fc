//! Writes an area folder that reads back equal.
use super::places::{CORE, collections, columns, file_of, file_of_list, lists};
use super::roads::{ROADS, without_gone};
use super::shapes::SHAPES;
use super::{Files, beaches};
use crate::features::Feature;
use crate::features::field::{Field, Value};
use crate::formats::geojson;
use crate::formats::json::{write_key, write_string};
use crate::formats::table::cell;
use crate::ids::Collection;
use crate::spatial::Geometry;
use chrono::SecondsFormat;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of the folder that `documents` and `places` make, places in the order given. Lists and shapes
/// without an entry have no file. Roads to beaches that are not among the places are left out.
pub fn write(documents: &BTreeMap<String, String>, places: &[Arc<Feature>]) -> Files {
    let mut files: Files =
        documents.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
    if let Some(text) = documents.get(ROADS) {
        files.insert(ROADS.to_owned(), without_gone(text, &beaches(places)).into_bytes());
    }
    for collection in collections() {
        let own: Vec<&Feature> =
            places.iter().map(AsRef::as_ref).filter(|place| place.collection() == collection).collect();
        files.insert(file_of(collection), table(collection, &own));
        for (number, field, table) in lists(collection) {
            let bytes = list(&own, number, table);
            files.extend(bytes.map(|bytes| (file_of_list(collection, field), bytes)));
        }
    }
    files.extend(shapes(places).map(|bytes| (SHAPES.to_owned(), bytes)));
    files
}

fn table(collection: Collection, places: &[&Feature]) -> Vec<u8> {
    let columns = columns(collection);
    let mut out = csv::Writer::from_writer(Vec::new());
    row(&mut out, CORE.into_iter().chain(columns.iter().map(|(_, field)| field.name)).map(ToOwned::to_owned));
    for place in places {
        let status = place.status();
        let core = [
            place.id().to_string(),
            status.name().to_owned(),
            status.reason().unwrap_or_default().to_owned(),
            status.until().map_or_else(String::new, |at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            place.position().map_or_else(String::new, |pin| pin.lat().to_string()),
            place.position().map_or_else(String::new, |pin| pin.lon().to_string()),
        ];
        let own = columns
            .iter()
            .map(|(number, _)| place.fields().get(*number).map_or_else(String::new, cell::write));
        row(&mut out, core.into_iter().chain(own));
    }
    out.into_inner().expect("writing to memory cannot fail")
}

fn list(places: &[&Feature], number: usize, fields: &[Field]) -> Option<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    row(&mut out, ["id"].into_iter().chain(fields.iter().map(|field| field.name)).map(ToOwned::to_owned));
    let mut any = false;
    for place in places {
        let Some(Value::Records(records)) = place.fields().get(number) else { continue };
        for record in records {
            let cells = (0..fields.len()).map(|n| record.get(n).map_or_else(String::new, cell::write));
            row(&mut out, [place.id().to_string()].into_iter().chain(cells));
            any = true;
        }
    }
    any.then(|| out.into_inner().expect("writing to memory cannot fail"))
}

fn row(out: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = String>) {
    out.write_record(cells).expect("writing to memory cannot fail");
}

fn shapes(places: &[Arc<Feature>]) -> Option<Vec<u8>> {
    let mut out = br#"{"type":"FeatureCollection","features":["#.to_vec();
    let mut any = false;
    for place in places {
        let Some(Geometry::Area(area)) = place.geometry().map(AsRef::as_ref) else { continue };
        out.extend_from_slice(if any { b",\n{" } else { b"\n{" });
        write_key(&mut out, "type");
        write_string(&mut out, "Feature");
        write_key(&mut out, "id");
        write_string(&mut out, place.id().as_str());
        write_key(&mut out, "properties");
        out.extend_from_slice(b"{}");
        write_key(&mut out, "geometry");
        geojson::write_area(&mut out, area);
        out.push(b'}');
        any = true;
    }
    out.extend_from_slice(b"\n]}\n");
    any.then_some(out)
}
