//! Which features of a collection name which id: those of a venue, those of an organisation.
use super::entry::Entry;
use crate::features::field::Kind;
use crate::features::schema;
use crate::ids::Collection;
use std::collections::HashMap;
use std::sync::Arc;

/// The keys of the features that have an id in a field that can be asked for.
#[derive(Debug, Default)]
pub(super) struct Postings(HashMap<(usize, Box<str>), Vec<u32>>);

impl Postings {
    /// Those of `entries`, the keys in order.
    pub(super) fn new(collection: Collection, entries: &[Arc<Entry>]) -> Self {
        let fields = schema::fields(collection).iter().enumerate();
        let asked: Vec<usize> = fields
            .filter(|(_, field)| field.asked.is_some() && matches!(field.kind, Kind::Id))
            .map(|(number, _)| number)
            .collect();
        let mut out = Self::default();
        for (key, entry) in (0_u32..).zip(entries).filter(|_| !asked.is_empty()) {
            for number in &asked {
                if let Some(id) = entry.item.feature.fields().text(*number) {
                    out.0.entry((*number, id.into())).or_default().push(key);
                }
            }
        }
        out
    }

    /// The keys of those with `id` in the field of that number.
    pub(super) fn of(&self, number: usize, id: &str) -> &[u32] {
        self.0.get(&(number, id.into())).map_or(&[], Vec::as_slice)
    }
}
