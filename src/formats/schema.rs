//! The JSON Schema of a collection's features, from its table of fields.
use super::json::{write_key, write_number, write_string};
use crate::features::field::{Field, Kind};
use crate::features::schema::{AND_NOW, Sort, about, event_at, fields, notice_at, promotion_at};
use crate::ids::Collection;

/// The schema of the properties of `collection`, whose address is `id`: what clients that need to know every
/// column before the first feature read.
pub fn schema(collection: Collection, id: &str) -> Vec<u8> {
    let mut out = vec![b'{'];
    member(&mut out, "$schema", "https://json-schema.org/draft/2020-12/schema");
    member(&mut out, "$id", id);
    member(&mut out, "title", about(collection).title);
    member(&mut out, "description", about(collection).description);
    member(&mut out, "type", "object");
    write_key(&mut out, "properties");
    out.push(b'{');
    let sort = about(collection).sort;
    let is_place = matches!(sort, Sort::Points | Sort::Shapes);
    let shape = match sort {
        Sort::Points | Sort::Events | Sort::Occurrences | Sort::Promotions => Some("geometry-point"),
        Sort::Shapes => Some("geometry-multipolygon"),
        Sort::Notices => None,
    };
    if let Some(shape) = shape {
        write_key(&mut out, "geometry");
        out.extend_from_slice(
            format!(r#"{{"format":"{shape}","x-ogc-role":"primary-geometry"}}"#).as_bytes(),
        );
    }
    computed(&mut out, "id", r#""type":"string","x-ogc-role":"id""#, "Its id, stable for ever.");
    computed(&mut out, "collection", r#""type":"string""#, "The collection it is in.");
    let of_places = [
        (
            "status",
            r#""type":"string","enum":["active","temporarily_closed","closed"]"#,
            "Whether it can be used at all.",
        ),
        ("status_reason", r#""type":["string","null"]"#, "Why it is not active."),
        (
            "status_until",
            r#""type":["string","null"],"format":"date-time""#,
            "When a temporary closure ends by itself.",
        ),
        ("notices", r#""type":"array","items":{"type":"object"}"#, "The notices about it that hold now."),
    ];
    for (name, kind, doc) in of_places.into_iter().filter(|_| is_place) {
        computed(&mut out, name, kind, doc);
    }
    properties(&mut out, fields(collection), |out, number| {
        if sort == Sort::Notices && number == notice_at::ENDS_AT {
            computed(out, "in_force", r#""type":"boolean""#, "Whether it holds now.");
        }
        if is_place && number == AND_NOW {
            computed(out, "open_now", r#""type":["boolean","null"]"#, "Open now; null: not known.");
            computed(
                out,
                "next_change",
                r#""type":["string","null"],"format":"date-time""#,
                "When open_now changes next.",
            );
        }
        if sort == Sort::Promotions && number == promotion_at::VALID_THROUGH {
            let kind = r#""type":"string","enum":["scheduled","active"]"#;
            computed(out, "lifecycle", kind, "Whether it holds already.");
        }
        if sort == Sort::Events && number == event_at::CHANGES {
            for (name, kind, doc) in OF_EVENTS {
                computed(out, name, kind, doc);
            }
        }
        if collection == Collection::Beaches && number == AND_NOW {
            for (name, kind, doc) in OF_BEACHES {
                computed(out, name, kind, doc);
            }
        }
    });
    computed(&mut out, "version", r#""type":"integer""#, "How often it was written.");
    computed(&mut out, "created_at", r#""type":"string","format":"date-time""#, "When it was first written.");
    computed(&mut out, "updated_at", r#""type":"string","format":"date-time""#, "When it was last written.");
    out.extend_from_slice(b"}}");
    out
}

fn member(out: &mut Vec<u8>, name: &str, text: &str) {
    write_key(out, name);
    write_string(out, text);
}

/// Appends a property that is not a field of the table, `kind` being members of its schema.
fn computed(out: &mut Vec<u8>, name: &str, kind: &str, doc: &str) {
    write_key(out, name);
    out.push(b'{');
    out.extend_from_slice(kind.as_bytes());
    member(out, "description", doc);
    out.push(b'}');
}

fn properties(out: &mut Vec<u8>, table: &'static [Field], after: impl Fn(&mut Vec<u8>, usize)) {
    let mut group = None;
    for (number, field) in table.iter().enumerate().filter(|(_, field)| !field.private) {
        if group != field.group {
            if group.is_some() {
                out.extend_from_slice(b"}}");
            }
            if let Some(name) = field.group {
                write_key(out, name);
                out.extend_from_slice(br#"{"type":"object","properties":{"#);
            }
            group = field.group;
        }
        write_key(out, field.member());
        out.push(b'{');
        kind(out, field);
        member(out, "description", field.doc);
        out.push(b'}');
        if group.is_none() {
            after(out, number);
        }
    }
    if group.is_some() {
        out.extend_from_slice(b"}}");
    }
}

fn kind(out: &mut Vec<u8>, field: &Field) {
    let optional =
        |kind: &str| if field.required { format!(r#""{kind}""#) } else { format!(r#"["{kind}","null"]"#) };
    let (kind, format) = match field.kind {
        Kind::Flag => ("boolean", None),
        Kind::Whole(..) => ("integer", None),
        Kind::Decimal(..) => ("number", None),
        Kind::Https => ("string", Some("uri")),
        Kind::Date => ("string", Some("date")),
        Kind::Instant => ("string", Some("date-time")),
        Kind::Text(_)
        | Kind::Hours
        | Kind::Choice(_)
        | Kind::MonthDay
        | Kind::TimeOfDay
        | Kind::Id
        | Kind::Wall => ("string", None),
        Kind::Choices(_) | Kind::Walls | Kind::Records(_) => ("array", None),
    };
    write_key(out, "type");
    match field.kind {
        Kind::Choices(_) | Kind::Walls | Kind::Records(_) => write_string(out, kind),
        _ => out.extend_from_slice(optional(kind).as_bytes()),
    }
    if let Some(format) = format {
        member(out, "format", format);
    }
    match field.kind {
        Kind::Whole(low, high) => {
            write_key(out, "minimum");
            out.extend_from_slice(low.to_string().as_bytes());
            write_key(out, "maximum");
            out.extend_from_slice(high.to_string().as_bytes());
        }
        Kind::Decimal(low, high) => {
            write_key(out, "minimum");
            write_number(out, low);
            write_key(out, "maximum");
            write_number(out, high);
        }
        Kind::Text(max) => {
            write_key(out, "maxLength");
            out.extend_from_slice(max.to_string().as_bytes());
        }
        Kind::Choice(words) => {
            write_key(out, "enum");
            let all: Vec<Option<&str>> =
                words.iter().map(|word| Some(*word)).chain((!field.required).then_some(None)).collect();
            serde_json::to_writer(&mut *out, &all).expect("writing to memory cannot fail");
        }
        Kind::Choices(words) => {
            write_key(out, "items");
            out.extend_from_slice(br#"{"type":"string","enum":"#);
            serde_json::to_writer(&mut *out, words).expect("writing to memory cannot fail");
            out.push(b'}');
        }
        Kind::Walls => {
            write_key(out, "items");
            out.extend_from_slice(br#"{"type":"string"}"#);
        }
        Kind::Records(table) => {
            write_key(out, "items");
            out.extend_from_slice(br#"{"type":"object","properties":{"#);
            properties(out, table, |_, _| ());
            out.extend_from_slice(b"}}");
        }
        Kind::Flag
        | Kind::Hours
        | Kind::Https
        | Kind::Date
        | Kind::MonthDay
        | Kind::TimeOfDay
        | Kind::Instant
        | Kind::Id
        | Kind::Wall => {}
    }
}

/// What an event shows besides its fields.
const OF_EVENTS: [(&str, &str, &str); 2] = [
    (
        "next_occurrences",
        r#""type":"array","items":{"type":"object"}"#,
        "Its next dates, at most ten of them.",
    ),
    (
        "occurrences_until",
        r#""type":["string","null"],"format":"date""#,
        "The first day of which its dates are not told yet; null: all of them are.",
    ),
];

/// What a beach shows besides its fields.
const OF_BEACHES: [(&str, &str, &str); 4] = [
    (
        "crowd",
        r#""type":"object""#,
        "How full it is, as far as anybody knows, and for how long that may be said.",
    ),
    ("hazards", r#""type":"array","items":{"type":"object"}"#, "What may hurt there now."),
    ("water_quality", r#""type":["object","null"]"#, "What is said of bathing there now."),
    ("lifeguards", r#""type":"object""#, "Whether lifeguards are on duty."),
];
