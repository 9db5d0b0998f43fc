//! The tables of fields, one file a collection: a new collection begins here.
mod attractions;
mod beaches;
mod businesses;
mod car_parks;
mod common;
mod events;
mod notices;
mod occurrences;
mod promotions;
mod service_points;
mod toilets;
mod venues;

use super::field::{Field, Kind, SetBy};
use crate::ids::Collection;
use std::sync::LazyLock;

pub use beaches::at as beach_at;
pub use businesses::at as business_at;
pub use common::{AND_NOW, at};
pub use events::{at as event_at, change_at};
pub use notices::at as notice_at;
pub use occurrences::at as occurrence_at;
pub use promotions::{at as promotion_at, decision_at};

/// What a collection is, in words for people and clients.
#[derive(Debug)]
pub struct About {
    /// Its title.
    pub title: &'static str,
    /// One sentence on what is in it.
    pub description: &'static str,
    /// What its features are.
    pub sort: Sort,
    /// Its own fields; a place's stand after the common ones.
    own: &'static [Field],
}

/// What the features of a collection are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Places, each a point.
    Points,
    /// Places, each a shape.
    Shapes,
    /// Messages: without a position, and without the fields that places have in common.
    Notices,
    /// What is on: each at a place that has a feature of its own, at a point, or nobody says where.
    Events,
    /// The dates of what is on: they follow from the events, and nobody writes them.
    Occurrences,
    /// What businesses offer: each where the business is.
    Promotions,
}

/// What `collection` is.
pub fn about(collection: Collection) -> &'static About {
    match collection {
        Collection::Attractions => &attractions::ABOUT,
        Collection::Beaches => &beaches::ABOUT,
        Collection::Businesses => &businesses::ABOUT,
        Collection::CarParks => &car_parks::ABOUT,
        Collection::Events => &events::ABOUT,
        Collection::Notices => &notices::ABOUT,
        Collection::Occurrences => &occurrences::ABOUT,
        Collection::Promotions => &promotions::ABOUT,
        Collection::ServicePoints => &service_points::ABOUT,
        Collection::Toilets => &toilets::ABOUT,
        Collection::Venues => &venues::ABOUT,
    }
}

/// Every field of `collection` beside its id, its geometry and its status. Of places: the common ones first, each at
/// the number that [`at`] names, then its own. Of all others: those that [`notice_at`], [`event_at`],
/// [`occurrence_at`] and [`promotion_at`] name. The name is everywhere first.
pub fn fields(collection: Collection) -> &'static [Field] {
    static TABLES: LazyLock<[Vec<Field>; Collection::ALL.len()]> = LazyLock::new(|| {
        Collection::ALL.map(|collection| {
            let About { sort, own, .. } = about(collection);
            let common = match sort {
                Sort::Points | Sort::Shapes => common::FIELDS,
                Sort::Promotions => promotions::CONTENT,
                Sort::Notices | Sort::Events | Sort::Occurrences => &[],
            };
            common.iter().chain(*own).copied().collect()
        })
    });
    &TABLES[collection as usize]
}

/// The number of the field `name` of `collection`.
pub fn number(collection: Collection, name: &str) -> Option<usize> {
    fields(collection).iter().position(|field| field.name == name)
}

/// The numbers of the fields of `collection` that `what` sets.
pub fn set_by(collection: Collection, what: SetBy) -> impl Iterator<Item = usize> {
    let table = fields(collection).iter().enumerate();
    table.filter(move |(_, field)| field.set_by == what).map(|(number, _)| number)
}

impl Field {
    const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            group: None,
            kind,
            required: false,
            set_by: SetBy::Edit,
            private: false,
            card: false,
            asked: None,
            doc,
        }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn on_card(mut self) -> Self {
        self.card = true;
        self
    }

    const fn filtered(self) -> Self {
        let name = self.name;
        self.asked_as(name)
    }

    const fn asked_as(mut self, name: &'static str) -> Self {
        self.asked = Some(name);
        self
    }

    const fn kept(mut self) -> Self {
        self.set_by = SetBy::Deed;
        self
    }

    const fn derived(mut self) -> Self {
        self.set_by = SetBy::Others;
        self
    }

    const fn private(mut self) -> Self {
        self.private = true;
        self
    }

    const fn within(mut self, group: &'static str) -> Self {
        self.group = Some(group);
        self
    }
}

/// How many fields all places have in common.
pub const COMMON: usize = common::FIELDS.len();
/// A count of something: 0 to a million.
const COUNT: Kind = Kind::Whole(0, 1_000_000);
/// A short text, such as a name.
const LINE: Kind = Kind::Text(120);
/// A text of a sentence or two.
const NOTE: Kind = Kind::Text(500);
/// A year that a visitor could care about.
const YEAR: Kind = Kind::Whole(1900, 2100);
