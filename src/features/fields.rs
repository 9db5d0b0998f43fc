//! The fields a place or a record has: checked values, each beside the number of its field.
use super::field::{Field, FieldError, Value};

/// The values of a table's fields, those that are known; sorted by the field's place in the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(Box<[(u8, Value)]>);

impl Fields {
    /// The values `given`, each for the field of that number; a later one replaces an earlier.
    ///
    /// # Panics
    /// When a number does not fit a byte: tables are far shorter.
    pub fn new(given: impl IntoIterator<Item = (usize, Value)>) -> Self {
        let mut values: Vec<(u8, Value)> = Vec::new();
        for (number, value) in given {
            let number = u8::try_from(number).expect("a table of fewer than 256 fields");
            match values.binary_search_by_key(&number, |(known, _)| *known) {
                Ok(at) => values[at].1 = value,
                Err(at) => values.insert(at, (number, value)),
            }
        }
        Self(values.into())
    }

    /// The same values with those `given`, or none, for the fields of these numbers.
    #[must_use]
    pub fn with(&self, given: impl IntoIterator<Item = (usize, Option<Value>)>) -> Self {
        let mut values = self.0.to_vec();
        for (number, value) in given {
            let at = values.binary_search_by_key(&number, |(known, _)| usize::from(*known));
            match (at, value) {
                (Ok(at), Some(value)) => values[at].1 = value,
                (Ok(at), None) => drop(values.remove(at)),
                (Err(at), Some(value)) => {
                    let number = u8::try_from(number).expect("a table of fewer than 256 fields");
                    values.insert(at, (number, value));
                }
                (Err(_), None) => {}
            }
        }
        Self(values.into())
    }

    /// The value of the field of that number, if known.
    pub fn get(&self, number: usize) -> Option<&Value> {
        let found = self.0.binary_search_by_key(&number, |(known, _)| usize::from(*known));
        found.ok().map(|at| &self.0[at].1)
    }

    /// The text or the chosen word of the field of that number.
    pub fn text(&self, number: usize) -> Option<&str> {
        match self.get(number) {
            Some(Value::Text(text)) => Some(text),
            Some(Value::Choice(word)) => Some(word),
            _ => None,
        }
    }

    /// The first required field of `table` that is missing.
    pub fn missing(&self, table: &'static [Field]) -> Option<&'static Field> {
        table
            .iter()
            .enumerate()
            .find(|(number, field)| field.required && self.get(*number).is_none())
            .map(|(_, f)| f)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A value that a named field does not take.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} {cause}")]
pub struct RefusedField {
    /// The field's name, with its group where it has one.
    pub field: String,
    /// Why.
    pub cause: FieldError,
}
