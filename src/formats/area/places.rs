//! The files of places and of events: one a collection, one a list of records, and the shapes.
use super::facts::position;
use super::shapes::{SHAPES, Shape, Shapes};
use crate::catalogue::AreaFacts;
use crate::features::field::{Field, Kind, SetBy, Value};
use crate::features::schema::Sort;
use crate::features::{Feature, FeatureError, Fields, ProfileError, Status, schema};
use crate::formats::table::Findings;
use crate::formats::table::cell;
use crate::formats::table::{Row, Table};
use crate::hours::{Calendar, OpeningHours};
use crate::ids::{Collection, FeatureId};
use crate::spatial::{Geometry, LatLon};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// The columns that are not fields of a table.
pub(super) const CORE: [&str; 6] = ["id", "status", "status_reason", "status_until", "lat", "lon"];

/// The collections that a folder holds: the places, then what is on at them.
pub(super) fn collections() -> impl Iterator<Item = Collection> {
    Collection::PLACES.into_iter().chain([Collection::Events])
}

/// The file of a collection.
pub(super) fn file_of(collection: Collection) -> String {
    format!("{}.csv", stem(collection))
}

/// What the names of a collection's files begin with.
fn stem(collection: Collection) -> String {
    match collection {
        Collection::Events => collection.to_string(),
        _ => format!("places/{collection}"),
    }
}

/// The file of a collection's list of records.
pub(super) fn file_of_list(collection: Collection, field: &Field) -> String {
    format!("{}.{}.csv", stem(collection), field.name)
}

/// A collection's lists of records: the number of each field, the field, and the table of its records.
pub(super) fn lists(
    collection: Collection,
) -> impl Iterator<Item = (usize, &'static Field, &'static [Field])> {
    schema::fields(collection).iter().enumerate().filter_map(|(number, field)| match field.kind {
        Kind::Records(table) => Some((number, field, table)),
        _ => None,
    })
}

/// A collection's fields that stand in its own file, each with its number.
pub(super) fn columns(collection: Collection) -> Vec<(usize, &'static Field)> {
    let fields = schema::fields(collection).iter().enumerate();
    fields.filter(|(_, field)| !matches!(field.kind, Kind::Records(_))).collect()
}

/// What an event of a folder is where it does not say otherwise: to be seen, and to take place.
const STANDING: [(usize, &str); 2] =
    [(schema::event_at::PUBLICATION, "published"), (schema::event_at::EVENT_STATUS, "scheduled")];

/// The columns that a file with these fields must have.
fn required<'f>(fields: impl Iterator<Item = &'f Field>) -> Vec<&'static str> {
    ["id"]
        .into_iter()
        .chain(fields.filter(|field| field.required && field.set_by == SetBy::Edit).map(|field| field.name))
        .collect()
}

pub(super) fn is_place_file(name: &str) -> bool {
    let known = |collection: Collection| {
        name == file_of(collection)
            || lists(collection).any(|(_, field, _)| name == file_of_list(collection, field))
    };
    collections().any(known)
}

/// Reads every place. Those with an error are left out, each error a finding.
pub(super) fn read(
    files: &BTreeMap<String, String>,
    shapes: Option<&str>,
    facts: Option<&AreaFacts>,
    findings: &mut Findings,
) -> Vec<Arc<Feature>> {
    let mut reading = Reading {
        facts,
        calendar: facts.and_then(|facts| facts.calendar().ok()),
        shapes: Shapes::read(shapes, findings),
        seen: HashMap::new(),
        findings,
    };
    let mut places = Vec::new();
    for collection in collections() {
        reading.collection(collection, files, &mut places);
    }
    reading.shapes.report_unused(reading.findings);
    places.sort_by(|a: &Arc<Feature>, b| (a.collection(), a.id()).cmp(&(b.collection(), b.id())));
    places
}

struct Reading<'a> {
    facts: Option<&'a AreaFacts>,
    calendar: Option<Calendar>,
    shapes: Shapes,
    /// Where each id was seen first: ids are unique over all collections, so that `source` and notices can name one.
    seen: HashMap<String, String>,
    findings: &'a mut Findings,
}

impl Reading<'_> {
    fn collection(
        &mut self,
        collection: Collection,
        files: &BTreeMap<String, String>,
        places: &mut Vec<Arc<Feature>>,
    ) {
        let mut records = HashMap::new();
        for (number, field, table) in lists(collection) {
            let file = file_of_list(collection, field);
            if let Some(text) = files.get(&file) {
                self.records(&file, text, number, table, &mut records);
            }
        }
        let file = file_of(collection);
        if let Some(text) = files.get(&file) {
            let columns = columns(collection);
            let names: Vec<&str> =
                CORE.into_iter().chain(columns.iter().map(|(_, field)| field.name)).collect();
            let required = required(columns.iter().map(|(_, field)| *field));
            let table = Table::read(&file, text, &names, &required, self.findings);
            for row in &table.rows {
                places.extend(self.place(collection, &file, row, &columns, &mut records).map(Arc::new));
            }
        }
        let mut orphans: Vec<_> = records.into_iter().collect();
        orphans.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for ((id, number), (line, _)) in orphans {
            let file = file_of_list(collection, &schema::fields(collection)[number]);
            let what = format!("`{id}` is no place of {collection}");
            self.findings.error_at(&file, line, Some("id"), what, "add the place, or take the row out");
        }
    }

    /// Reads one file of records into `out`: by place and field, with the line of the first.
    fn records(
        &mut self,
        file: &str,
        text: &str,
        number: usize,
        fields: &'static [Field],
        out: &mut HashMap<(String, usize), (u64, Vec<Fields>)>,
    ) {
        let names: Vec<&str> = ["id"].into_iter().chain(fields.iter().map(|field| field.name)).collect();
        let table = Table::read(file, text, &names, &required(fields.iter()), self.findings);
        for row in &table.rows {
            let Some(id) = row.cell(0) else {
                self.findings.error_at(file, row.line, Some("id"), "is missing", "give the place's id");
                continue;
            };
            let cells = fields.iter().enumerate().map(|(n, field)| (n, n + 1, field));
            let record = self.fields(file, row, cells);
            if let Some(missing) = record.missing(fields) {
                // One that was refused was told already.
                let column = fields.iter().position(|field| field.name == missing.name).map(|n| n + 1);
                if column.and_then(|column| row.cell(column)).is_none() {
                    self.findings.error_at(file, row.line, Some(missing.name), "is missing", "fill it in");
                }
                continue;
            }
            out.entry((id.to_owned(), number)).or_insert((row.line, Vec::new())).1.push(record);
        }
    }

    /// The values of a row's cells: each the number of its field, of its column, and the field.
    fn fields<'f>(
        &mut self,
        file: &str,
        row: &Row,
        cells: impl Iterator<Item = (usize, usize, &'f Field)>,
    ) -> Fields {
        let mut values = Vec::new();
        for (number, column, field) in cells {
            let Some(text) = row.cell(column) else { continue };
            match cell::read(&field.kind, text) {
                Ok(value) => values.push((number, value)),
                Err(error) => {
                    let remedy = format!("write {}", field.kind.in_words());
                    self.findings.error_at(file, row.line, Some(field.name), error, remedy);
                }
            }
            if let (Kind::Hours, Some(calendar)) = (field.kind, &self.calendar)
                && let Err(error) = OpeningHours::parse(text, calendar)
            {
                let remedy =
                    "mend it, or put the text in double quotes; readers are told that it is not known";
                self.findings.warn_at(file, row.line, field.name, error, remedy);
            }
        }
        Fields::new(values)
    }

    fn place(
        &mut self,
        collection: Collection,
        file: &str,
        row: &Row,
        columns: &[(usize, &'static Field)],
        records: &mut HashMap<(String, usize), (u64, Vec<Fields>)>,
    ) -> Option<Feature> {
        let id = match FeatureId::new(row.cell(0).unwrap_or_default()) {
            Ok(id) => id,
            Err(error) => {
                self.findings.error_at(
                    file,
                    row.line,
                    Some("id"),
                    error,
                    "choose a slug and keep it for ever",
                );
                return None;
            }
        };
        let here = format!("{file}, row {}", row.line);
        if let Some(first) = self.seen.insert(id.to_string(), here) {
            let what = format!("`{id}` stands in {first} too");
            self.findings.error_at(file, row.line, Some("id"), what, "give one of them another id");
        }
        let before = self.findings.len();
        let status = self.status(file, row);
        let geometry = self.geometry(collection, file, row, &id);
        let cells = columns.iter().enumerate().map(|(n, (number, field))| (*number, CORE.len() + n, *field));
        let fields = self.fields(file, row, cells);
        let lists = lists(collection).filter_map(|(number, field, _)| {
            let (line, list) = records.remove(&(id.to_string(), number))?;
            let file = file_of_list(collection, field);
            let value = field.kind.records(list);
            Some((
                number,
                value.map_err(|error| self.findings.error_at(&file, line, None, error, "shorten it")).ok()?,
            ))
        });
        let lists: Vec<(usize, Value)> = lists.collect();
        let numbers = 0..schema::fields(collection).len();
        let fields = Fields::new(numbers.filter_map(|n| Some((n, fields.get(n)?.clone()))).chain(lists));
        let fields = if collection == Collection::Events {
            let standing = STANDING.into_iter().filter(|(number, _)| fields.get(*number).is_none());
            let table = schema::fields(collection);
            fields.with(standing.map(|(number, word)| (number, table[number].kind.text(word).ok())))
        } else {
            fields
        };
        let (geometry, pin) = geometry?;
        self.surroundings(collection, file, row, geometry.as_ref(), &fields);
        let error = match Feature::new(id, collection, geometry.map(Arc::new), pin, status?, fields) {
            Ok(place) => return Some(place),
            Err(error) => error,
        };
        let (field, remedy) = match &error {
            FeatureError::Missing(field) => (*field, "fill it in"),
            FeatureError::ImageWithoutText => ("image_alt", "say in words what the picture shows"),
            FeatureError::Profile(ProfileError::Incomplete(field)) => {
                (*field, "fill it in, or empty the others")
            }
            FeatureError::Profile(ProfileError::Heights { .. }) => {
                ("profile_high_height_m", "give the higher of the two heights")
            }
            FeatureError::Event(error) => (error.field(), "mend it"),
            FeatureError::Geometry(_) => ("lat", "give what the collection has"),
            FeatureError::Status(_) | FeatureError::Notice(_) | FeatureError::Promotion(_) => {
                unreachable!("an area folder holds neither notices nor promotions")
            }
        };
        // A field that was refused above is missing because of that: it is told once.
        if !self.findings.iter().skip(before).any(|finding| finding.field.as_deref() == Some(field)) {
            self.findings.error_at(file, row.line, Some(field), error, remedy);
        }
        None
    }

    /// Where a row's place is, and where its pin goes: its shape where the collection has shapes, otherwise its
    /// point.
    fn geometry(
        &mut self,
        collection: Collection,
        file: &str,
        row: &Row,
        id: &FeatureId,
    ) -> Option<(Option<Geometry>, Option<LatLon>)> {
        let has_point = row.cell(4).is_some() || row.cell(5).is_some();
        let point = has_point.then(|| position(file, row, 4, 5, self.findings));
        let sort = schema::about(collection).sort;
        match (sort == Sort::Shapes, self.shapes.take(id.as_str())) {
            (true, Shape::Usable(shape)) => match point {
                Some(None) => None,
                Some(Some(pin)) => Some((Some(shape), Some(pin))),
                None => Some((Some(shape), None)),
            },
            (_, Shape::Refused) => None,
            (true, Shape::None) => {
                let remedy =
                    format!("add it to {SHAPES}; a small circle and `approximate` if it is not known");
                self.findings.error_at(file, row.line, Some("id"), "is a place without a shape", remedy);
                None
            }
            (false, Shape::Usable(_)) => {
                let what = format!("is a shape, but the places of {collection} are points");
                self.findings.error_in(SHAPES, id.as_str(), what, "take the shape out");
                None
            }
            (false, Shape::None) => {
                let Some(point) = point else {
                    if sort == Sort::Events {
                        return Some((None, None));
                    }
                    self.findings.error_at(file, row.line, Some("lat"), "is missing", "give lat and lon");
                    return None;
                };
                point.map(|point| (Some(Geometry::Point(point)), None))
            }
        }
    }

    /// Refuses an event at a place that the folder does not have.
    fn venue(&mut self, file: &str, row: &Row, fields: &Fields) {
        let Some(venue) = fields.text(schema::event_at::VENUE_ID) else { return };
        if !self.seen.contains_key(venue) {
            let what = format!("`{venue}` is no place of the folder, so nobody could say where it is held");
            let remedy = "add the place, correct the id, or say in words where it is: venue_name, town";
            self.findings.error_at(file, row.line, Some("venue_id"), what, remedy);
        }
    }

    fn status(&mut self, file: &str, row: &Row) -> Option<Status> {
        let reason = row.cell(2).map(|text| Kind::Text(500).text(text));
        let until = row.cell(3).map(|text| Kind::Instant.text(text));
        for (name, value) in [("status_reason", &reason), ("status_until", &until)] {
            if let Some(Err(error)) = value {
                self.findings.error_at(file, row.line, Some(name), error, "mend it");
                return None;
            }
        }
        let reason =
            reason.and_then(|value| if let Ok(Value::Text(text)) = value { Some(text) } else { None });
        let until: Option<DateTime<Utc>> =
            until.and_then(|value| if let Ok(Value::Instant(at)) = value { Some(at) } else { None });
        match Status::from_parts(row.cell(1).unwrap_or("active"), reason, until) {
            Ok(status) => Some(status),
            Err(error) => {
                self.findings.error_at(file, row.line, Some("status"), error, "make the three columns agree");
                None
            }
        }
    }

    /// Holds a place against the area it is said to be in.
    fn surroundings(
        &mut self,
        collection: Collection,
        file: &str,
        row: &Row,
        geometry: Option<&Geometry>,
        fields: &Fields,
    ) {
        let Some(facts) = self.facts else { return };
        if let Some(away) = geometry.and_then(|geometry| facts.outside(geometry)) {
            let what = format!("lies {:.0} m outside the boundary", away.get());
            self.findings.error_at(file, row.line, Some("lat"), what, "mend the position");
        }
        let asked = schema::number(collection, "source_attribution").and_then(|number| fields.text(number));
        if collection == Collection::Events {
            self.venue(file, row, fields);
        }
        if let Some(asked) = asked.filter(|asked| !facts.attributions.iter().any(|known| known.id == *asked))
        {
            let what = format!("`{asked}` is no attribution of the manifest");
            self.findings.error_at(
                file,
                row.line,
                Some("source_attribution"),
                what,
                "add it there, or correct it",
            );
        }
        let towns: HashSet<&str> = facts.towns.iter().map(|town| town.name.as_str()).collect();
        let town = schema::number(collection, "town").and_then(|number| fields.text(number));
        if let Some(town) = town.filter(|town| !towns.contains(town)) {
            let what = format!("`{town}` is not in towns.csv");
            self.findings.warn_at(file, row.line, "town", what, "add the town, or correct it");
        }
    }
}
