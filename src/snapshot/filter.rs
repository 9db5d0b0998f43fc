//! What readers may ask for besides where and how many.
use super::entry::{Entry, StatesAt, mark, width};
use crate::features::Feature;
use crate::features::field::{Field, Kind};
use crate::features::schema;
use crate::ids::{Collection, FeatureId};
use chrono::{DateTime, Utc};
use std::sync::LazyLock;

/// Conditions on fields: every one must hold, of the values of one any may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    conditions: Vec<(&'static str, Vec<String>)>,
}

/// Whether only what is open is asked for, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenAt {
    /// At the time of asking.
    Now,
    /// At this instant.
    Instant(DateTime<Utc>),
}

/// Why a condition cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not one of {}", known.join(", "))]
pub struct FilterError {
    /// What was asked for.
    pub value: String,
    /// What can be.
    pub known: Vec<&'static str>,
}

impl Filter {
    /// The fields that can be asked for in `collection`, in order of name.
    pub fn names(collection: Collection) -> &'static [&'static str] {
        static NAMES: LazyLock<[Vec<&'static str>; Collection::ALL.len()]> =
            LazyLock::new(|| Collection::ALL.map(|collection| Filter::collect(&[collection])));
        &NAMES[collection as usize]
    }

    /// The fields that can be asked for in any collection that is near something, in order of name.
    pub fn all_names() -> &'static [&'static str] {
        static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
            let near: Vec<_> = Collection::PLACES
                .into_iter()
                .chain([Collection::Occurrences, Collection::Promotions])
                .collect();
            Filter::collect(&near)
        });
        &NAMES
    }

    fn collect(collections: &[Collection]) -> Vec<&'static str> {
        let fields = collections.iter().flat_map(|collection| schema::fields(*collection));
        let mut names: Vec<_> = fields.filter_map(|field| field.asked).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Adds the condition that the field `name` has one of the comma-separated `values`.
    pub fn add(
        &mut self,
        name: &'static str,
        values: &str,
        collections: &[Collection],
    ) -> Result<(), FilterError> {
        let fields = collections.iter().flat_map(|collection| schema::fields(*collection));
        let mut known: Vec<&'static str> = Vec::new();
        let mut ids = false;
        for field in fields.filter(|field| field.asked == Some(name)) {
            known.extend(field.kind.words_to_ask());
            ids |= matches!(field.kind, Kind::Id);
        }
        known.sort_unstable();
        known.dedup();
        let values: Vec<String> = values.split(',').map(ToOwned::to_owned).collect();
        let may = |value: &String| known.contains(&value.as_str()) || (ids && FeatureId::new(value).is_ok());
        if let Some(value) = values.iter().find(|value| !may(value)) {
            let known = if ids {
                vec!["the ids there are, each 1 to 64 of a-z, 0-9 and inner hyphens"]
            } else {
                known
            };
            return Err(FilterError { value: value.chars().take(80).collect(), known });
        }
        self.conditions.push((name, values));
        Ok(())
    }

    /// Whether it has a condition on what is asked by that name.
    pub(super) fn asks(&self, name: &str) -> bool {
        self.conditions.iter().any(|(asked, _)| *asked == name)
    }

    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The conditions, for a cursor to tell one question from another.
    pub fn conditions(&self) -> &[(&'static str, Vec<String>)] {
        &self.conditions
    }

    /// The conditions on ids: the number of the field, the name it is asked by, and the ids of which it must have one.
    pub(super) fn ids(
        &self,
        collection: Collection,
    ) -> impl Iterator<Item = (usize, &'static str, &[String])> {
        let number = move |name: &str| {
            let of = |field: &Field| field.asked == Some(name) && matches!(field.kind, Kind::Id);
            schema::fields(collection).iter().position(of)
        };
        self.conditions
            .iter()
            .filter_map(move |(name, values)| Some((number(name)?, *name, values.as_slice())))
    }

    /// Whether `feature` has one of the ids that are asked for, in each field of which some are.
    pub(super) fn names_ids_of(&self, feature: &Feature) -> bool {
        self.ids(feature.collection()).all(|(number, _, ids)| {
            feature.fields().text(number).is_some_and(|own| ids.iter().any(|id| id == own))
        })
    }

    /// The marks a feature of `collection` must have, at least one of each; none when no feature of it can pass.
    pub(super) fn marks(&self, collection: Collection) -> Option<Vec<u64>> {
        let mut masks = Vec::with_capacity(self.conditions.len());
        for (name, values) in &self.conditions {
            let mut first = mark::COUNT;
            let mut mask = 0;
            if self.ids(collection).any(|(_, of, _)| of == *name) {
                continue;
            }
            for field in schema::fields(collection).iter().filter(|field| field.asked.is_some()) {
                if field.asked == Some(*name) {
                    for (n, _) in field
                        .kind
                        .words_to_ask()
                        .iter()
                        .enumerate()
                        .filter(|(_, word)| values.iter().any(|v| v == *word))
                    {
                        mask |= 1 << (first as usize + n);
                    }
                }
                first += width(&field.kind);
            }
            if mask == 0 {
                return None;
            }
            masks.push(mask);
        }
        Some(masks)
    }
}

/// Whether marks pass the masks of a filter.
pub(super) fn passes(marks: u64, masks: &[u64]) -> bool {
    masks.iter().all(|mask| marks & mask != 0)
}

impl OpenAt {
    /// Whether `entry` is known to be open then; `states` are those of that instant.
    pub(super) fn lets_pass(entry: &Entry, states: &mut StatesAt) -> bool {
        if entry.holds(states.now) {
            entry.marks() & mark::OPEN != 0
        } else {
            entry.open_at(states) == Some(true)
        }
    }
}
