//! The fields of a feature as a JSON object, written and read by walking the collection's table.
//!
//! One notation serves the API and the store: fields that form a group stand in an object of that name.
mod document;
mod read;

pub use document::{
    content_hash, document_hash, feature_document, feature_hash, fields_document, read_feature_document,
};
pub use read::{DocumentError, Given, Scalar, read_document, read_fields, read_given};

use crate::features::Fields;
use crate::features::field::{Field, Kind, Value};
use chrono::SecondsFormat;

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

/// Appends an instant as [`write_instant`] does, or null.
pub fn write_instant_or_null(out: &mut Vec<u8>, at: Option<chrono::DateTime<chrono::Utc>>) {
    match at {
        Some(at) => write_instant(out, at),
        None => out.extend_from_slice(b"null"),
    }
}

/// Which fields to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that are known: the stored form.
    Known,
    /// Those that are known and that an app's list shows.
    Card,
    /// All that everybody may see; unknown ones are null, and lists without entries empty.
    All,
    /// The same, and those for whose feature it is.
    Own,
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
            Which::All => !field.private,
            Which::Own => true,
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

/// Appends a member that is text, or null.
pub fn write_text(out: &mut Vec<u8>, name: &str, text: Option<&str>) {
    write_key(out, name);
    match text {
        Some(text) => write_string(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

/// Appends the value of a field of that kind: null where nothing is known, and a list without entries empty.
pub fn write_value(out: &mut Vec<u8>, kind: &Kind, value: Option<&Value>) {
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
        (_, Some(Value::Wall(wall))) => write_string(out, &wall.to_string()),
        (_, Some(Value::Walls(walls))) => {
            out.push(b'[');
            for (n, wall) in walls.iter().enumerate() {
                if 0 < n {
                    out.push(b',');
                }
                write_string(out, &wall.to_string());
            }
            out.push(b']');
        }
        (Kind::Choices(_) | Kind::Walls | Kind::Records(_), None) => out.extend_from_slice(b"[]"),
        (_, None) => out.extend_from_slice(b"null"),
        (_, Some(Value::Records(_))) => unreachable!("only a list of records holds records"),
    }
}
