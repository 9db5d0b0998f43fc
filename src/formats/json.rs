//! The fields of a place as a JSON object, written and read by walking the collection's table.
//!
//! One notation serves the API and the store: fields that form a group stand in an object of that name.
use crate::features::field::{Field, Kind, Value};
use crate::features::{Feature, Fields, schema};
use crate::formats::geojson;
use crate::spatial::Geometry;
use chrono::SecondsFormat;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Appends `text` as a JSON string.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("writing to memory cannot fail");
}

/// Appends `number` as JSON, the shortest text that reads back the same; finite by the caller's types.
pub fn write_number(out: &mut Vec<u8>, number: f64) {
    serde_json::to_writer(out, &number).expect("writing to memory cannot fail");
}

/// Appends an instant as a JSON string, RFC 3339 in UTC, milliseconds only where they are not zero.
pub fn write_instant(out: &mut Vec<u8>, at: chrono::DateTime<chrono::Utc>) {
    out.push(b'"');
    out.extend_from_slice(at.to_rfc3339_opts(SecondsFormat::AutoSi, true).as_bytes());
    out.push(b'"');
}

/// Which fields to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that are known: the stored form.
    Known,
    /// Those that are known and that an app's list shows.
    Card,
    /// All of them; unknown ones are null, and lists without entries empty.
    All,
}

/// Appends the members of `fields` (without braces), each after a comma when `out` does not end in `{`;
/// after the field numbered `then`, calls `also` to add members of its own.
pub fn write_fields(
    out: &mut Vec<u8>,
    table: &'static [Field],
    fields: &Fields,
    which: Which,
    then: Option<usize>,
    mut also: impl FnMut(&mut Vec<u8>),
) {
    let mut group: Option<&str> = None;
    for (number, field) in table.iter().enumerate() {
        let value = fields.get(number);
        let wanted = match which {
            Which::Known => value.is_some(),
            Which::Card => field.card && value.is_some(),
            Which::All => true,
        };
        if wanted {
            if group != field.group {
                if group.is_some() {
                    out.push(b'}');
                }
                if let Some(name) = field.group {
                    write_key(out, name);
                    out.push(b'{');
                }
                group = field.group;
            }
            write_key(out, field.member());
            write_value(out, &field.kind, value);
        }
        if then == Some(number) {
            if group.take().is_some() {
                out.push(b'}');
            }
            also(out);
        }
    }
    if group.is_some() {
        out.push(b'}');
    }
}

/// Appends `"name":`, after a comma when something stands before it in the same object.
pub fn write_key(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn write_value(out: &mut Vec<u8>, kind: &Kind, value: Option<&Value>) {
    match (kind, value) {
        (Kind::Records(table), Some(Value::Records(records))) => {
            out.push(b'[');
            for (n, record) in records.iter().enumerate() {
                if 0 < n {
                    out.push(b',');
                }
                out.push(b'{');
                write_fields(out, table, record, Which::All, None, |_| ());
                out.push(b'}');
            }
            out.push(b']');
        }
        (_, Some(Value::Flag(flag))) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        (_, Some(Value::Whole(number))) => out.extend_from_slice(number.to_string().as_bytes()),
        (_, Some(Value::Decimal(number))) => write_number(out, *number),
        (_, Some(Value::Text(text))) => write_string(out, text),
        (_, Some(Value::Choice(word))) => write_string(out, word),
        (_, Some(Value::Choices(words))) => {
            serde_json::to_writer(out, words).expect("writing to memory cannot fail");
        }
        (_, Some(Value::Date(day))) => write_string(out, &day.to_string()),
        (_, Some(Value::Instant(at))) => write_instant(out, *at),
        (Kind::Choices(_) | Kind::Records(_), None) => out.extend_from_slice(b"[]"),
        (_, None) => out.extend_from_slice(b"null"),
        (_, Some(Value::Records(_))) => unreachable!("only a list of records holds records"),
    }
}

/// Reads what [`write_fields`] wrote, with braces. Null and empty lists are nothing; an unknown member is an
/// error, as is a value that its field does not take.
pub fn read_fields(text: &str, table: &'static [Field]) -> Result<Fields, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let fields = FieldsSeed { table, group: None }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(Fields::new(fields))
}

/// The members of one object: of the top (`group` is none) or of a group.
struct FieldsSeed {
    table: &'static [Field],
    group: Option<&'static str>,
}

impl<'de> DeserializeSeed<'de> for FieldsSeed {
    type Value = Vec<(usize, Value)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldsSeed {
    type Value = Vec<(usize, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = Vec::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let own = |field: &Field| field.group == self.group && field.member() == key;
            if let Some(number) = self.table.iter().position(own) {
                let field = &self.table[number];
                let value = map.next_value_seed(ValueSeed(&field.kind));
                if let Some(value) =
                    value.map_err(|cause| A::Error::custom(format_args!("{key}: {cause}")))?
                {
                    out.push((number, value));
                }
                continue;
            }
            let group = self.table.iter().filter_map(|field| field.group).find(|group| *group == key);
            let Some(group) = group.filter(|_| self.group.is_none()) else {
                return Err(A::Error::custom(format_args!("unknown member `{key}`")));
            };
            out.extend(map.next_value_seed(FieldsSeed { table: self.table, group: Some(group) })?);
        }
        Ok(out)
    }
}

struct ValueSeed(&'static Kind);

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.in_words())
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        self.0.flag(flag).map(Some).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.0.whole(number).map(Some).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        let number = i64::try_from(number).map_err(|_| E::custom(self.0.mismatch(number)))?;
        self.visit_i64(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.0.decimal(number).map(Some).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.0.text(text).map(Some).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let Kind::Records(table) = self.0 else {
            let mut words = Vec::new();
            while let Some(word) = seq.next_element::<Cow<'de, str>>()? {
                words.push(word);
            }
            let words = self.0.words(words.iter().map(AsRef::as_ref)).map_err(A::Error::custom)?;
            return Ok(Some(words).filter(|words| *words != Value::Choices(Box::default())));
        };
        let mut records = Vec::new();
        while let Some(record) = seq.next_element_seed(FieldsSeed { table, group: None })? {
            let record = Fields::new(record);
            if let Some(field) = record.missing(table) {
                return Err(A::Error::custom(format_args!("[{}].{} is missing", records.len(), field.name)));
            }
            records.push(record);
            if Kind::MAX_ENTRIES < records.len() {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Err(A::Error::custom(format_args!("has more than {} entries", Kind::MAX_ENTRIES)));
            }
        }
        if records.is_empty() {
            return Ok(None);
        }
        self.0.records(records).map(Some).map_err(A::Error::custom)
    }
}

/// The known fields of a feature as one JSON object: the stored form.
pub fn fields_document(feature: &Feature) -> String {
    let mut out = vec![b'{'];
    let table = schema::fields(feature.collection());
    write_fields(&mut out, table, feature.fields(), Which::Known, None, |_| ());
    out.push(b'}');
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A feature as one JSON object, all of it: what the audit keeps.
pub fn feature_document(feature: &Feature) -> String {
    let mut out = vec![b'{'];
    write_key(&mut out, "collection");
    write_string(&mut out, feature.collection().name());
    write_key(&mut out, "id");
    write_string(&mut out, feature.id().as_str());
    if let (Some(geometry), Some(pin)) = (feature.geometry(), feature.position()) {
        write_key(&mut out, "geometry");
        geojson::write_geometry(&mut out, geometry);
        write_key(&mut out, "pin");
        geojson::write_geometry(&mut out, &Geometry::Point(pin));
    }
    write_key(&mut out, "status");
    write_string(&mut out, feature.status().name());
    if let Some(reason) = feature.status().reason() {
        write_key(&mut out, "status_reason");
        write_string(&mut out, reason);
    }
    if let Some(until) = feature.status().until() {
        write_key(&mut out, "status_until");
        write_instant(&mut out, until);
    }
    write_key(&mut out, "fields");
    out.extend_from_slice(fields_document(feature).as_bytes());
    out.push(b'}');
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A hash of all that a feature says: two features with one hash are equal.
pub fn feature_hash(feature: &Feature) -> [u8; 16] {
    xxhash_rust::xxh3::xxh3_128(feature_document(feature).as_bytes()).to_be_bytes()
}
