//! Reads what is said of the fields of a feature: a JSON object, member by member, each refusal with where it is.
use crate::features::Fields;
use crate::features::field::{Field, Kind, Value};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_path_to_error::{Path, Segment, Track};
use std::borrow::Cow;
use std::fmt;

/// Why a document cannot be taken, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{cause}", if pointer.is_empty() { String::new() } else { format!("{pointer} ") })]
pub struct DocumentError {
    /// A JSON pointer (RFC 6901) to what is refused; empty for the document as a whole.
    pub pointer: String,
    /// Why.
    pub cause: String,
}

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// Of fields of the table, by number: a value, or that there is none (null, or an empty list).
    pub fields: Vec<(usize, Option<Value>)>,
    /// Of members beside the table.
    pub others: Vec<(&'static str, Scalar)>,
}

/// The value of a member beside the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Null.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Text.
    Text(Box<str>),
    /// Anything else.
    Other,
}

impl DocumentError {
    /// The error that what `pointer` names is refused because of `cause`.
    pub fn at(pointer: impl Into<String>, cause: impl ToString) -> Self {
        Self { pointer: pointer.into(), cause: cause.to_string() }
    }

    /// The same error in a document of which the one read is the part that `pointer` names.
    #[must_use]
    pub fn within(self, pointer: &str) -> Self {
        Self { pointer: format!("{pointer}{}", self.pointer), ..self }
    }
}

impl Given {
    /// The values alone.
    pub fn known(self) -> Fields {
        Fields::new(self.fields.into_iter().filter_map(|(number, value)| Some((number, value?))))
    }
}

/// Reads what [`super::write_fields`] wrote, with braces.
pub fn read_fields(text: &str, table: &'static [Field]) -> Result<Fields, DocumentError> {
    read_given(text, table, &[]).map(Given::known)
}

/// Reads an object with members of `table` and of `beside`, any of them, each once.
pub fn read_given(
    text: &str,
    table: &'static [Field],
    beside: &[&[&'static str]],
) -> Result<Given, DocumentError> {
    let mut track = Track::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let given = GivenSeed { table, beside, group: None }.deserialize(tracked);
    given.map_err(|cause| DocumentError { pointer: pointer(&track.path()), cause: without_position(&cause) })
}

/// Reads a document of the API that is not about a feature, into the wire struct of its operation.
pub fn read_document<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DocumentError> {
    let mut track = Track::new();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let document = T::deserialize(serde_path_to_error::Deserializer::new(&mut reader, &mut track));
    // More text after a document may be a second one, and nobody would know which was meant.
    let whole = document.and_then(|document| reader.end().map(|()| document));
    // A wire struct would also be read from a list of its members, which nobody means.
    if whole.is_ok() && bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(DocumentError::at("", "is a list, expected an object"));
    }
    whole.map_err(|cause| {
        let (within, cause) = (pointer(&track.path()), without_position(&cause));
        // What is missing has a place, too.
        let missing = cause.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        match missing {
            Some(name) => DocumentError::at(format!("{within}/{name}"), "is missing"),
            None => DocumentError { pointer: within, cause },
        }
    })
}

fn pointer(path: &Path) -> String {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}

/// What `cause` says, without the line and the column: the pointer says where.
fn without_position(cause: &serde_json::Error) -> String {
    let text = cause.to_string();
    match text.rfind(" at line ") {
        Some(at) if cause.is_data() => text[..at].to_owned(),
        _ => text,
    }
}

/// The members of one object: of the top (`group` is none) or of a group.
#[derive(Clone, Copy)]
struct GivenSeed<'b> {
    table: &'static [Field],
    beside: &'b [&'b [&'static str]],
    group: Option<&'static str>,
}

impl GivenSeed<'_> {
    /// What a document says that gives null for the group.
    fn nothing(self) -> Given {
        let own = |(number, field): (usize, &Field)| (field.group == self.group).then_some((number, None));
        Given { fields: self.table.iter().enumerate().filter_map(own).collect(), others: Vec::new() }
    }

    /// The names that an object may have.
    fn names(self) -> String {
        let own = self.table.iter().filter(|field| field.group == self.group).map(Field::member);
        let groups = self.table.iter().filter(|_| self.group.is_none()).filter_map(|field| field.group);
        let mut names: Vec<&str> = own.chain(groups).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    }
}

impl<'de> DeserializeSeed<'de> for GivenSeed<'_> {
    type Value = Given;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        if self.group.is_some() {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de> Visitor<'de> for GivenSeed<'_> {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Given, E> {
        Ok(self.nothing())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        let mut out = Given::default();
        let mut seen: Vec<Cow<'de, str>> = Vec::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if seen.contains(&key) {
                map.next_value_seed(Refused("is given twice".to_owned()))?;
            }
            let own = |field: &Field| field.group == self.group && field.member() == key;
            let group = self.table.iter().filter_map(|field| field.group).find(|group| *group == key);
            let beside = self.beside.iter().copied().flatten().find(|name| **name == key);
            if let Some(number) = self.table.iter().position(own) {
                out.fields.push((number, map.next_value_seed(ValueSeed(&self.table[number].kind))?));
            } else if let Some(group) = group.filter(|_| self.group.is_none()) {
                let inner = map.next_value_seed(Self { group: Some(group), beside: &[], ..self })?;
                out.fields.extend(inner.fields);
            } else if let Some(name) = beside {
                out.others.push((name, map.next_value_seed(ScalarSeed)?));
            } else {
                map.next_value_seed(Refused(format!("is not known here; there are {}", self.names())))?;
            }
            seen.push(key);
        }
        Ok(out)
    }
}

/// Refuses a value for what its member is: read, so that the error knows where it is.
struct Refused(String);

impl<'de> DeserializeSeed<'de> for Refused {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_ignored_any(IgnoredAny)?;
        Err(D::Error::custom(self.0))
    }
}

struct ScalarSeed;

impl<'de> DeserializeSeed<'de> for ScalarSeed {
    type Value = Scalar;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ScalarSeed {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(number).map_or(Scalar::Other, Scalar::Whole))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
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
            return Ok(Some(words).filter(|words| {
                !matches!(words, Value::Choices(words) if words.is_empty())
                    && !matches!(words, Value::Walls(walls) if walls.is_empty())
            }));
        };
        let mut records = Vec::new();
        while let Some(record) = seq.next_element_seed(GivenSeed { table, beside: &[], group: None })? {
            let record = record.known();
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
