//! Notices, with the severities of GTFS Realtime: messages about a place, a collection or the whole area.
use super::{About, Field, Kind, LINE, Sort};

/// The number of each field.
pub mod at {
    /// Its headline.
    pub const NAME: usize = 0;
    /// All that there is to say.
    pub const DESCRIPTION: usize = 1;
    /// How bad it is.
    pub const SEVERITY: usize = 2;
    /// The collection it is about.
    pub const ABOUT_COLLECTION: usize = 3;
    /// The id of the place it is about.
    pub const ABOUT_ID: usize = 4;
    /// From when it holds.
    pub const STARTS_AT: usize = 5;
    /// Until when it holds.
    pub const ENDS_AT: usize = 6;
}

pub(super) static ABOUT: About = About {
    title: "Notices",
    description: "Messages about a place, a collection or the whole area, each for a while.",
    sort: Sort::Notices,
    own: &[
        Field::new("name", LINE, "The message in one line.").required().on_card(),
        Field::new("description", Kind::Text(2000), "All that there is to say, as plain text."),
        Field::new(
            "severity",
            Kind::Choice(&["info", "warning", "severe"]),
            "info: good to know; warning: plans may have to change; severe: stay away, or take care.",
        )
        .required()
        .on_card()
        .filtered(),
        Field::new(
            "about_collection",
            Kind::Choice(&[
                "attractions",
                "beaches",
                "businesses",
                "car-parks",
                "service-points",
                "toilets",
                "venues",
            ]),
            "The collection it is about, all of it when there is no id; null: the whole area.",
        )
        .within("about")
        .on_card(),
        Field::new(
            "about_id",
            Kind::Text(64),
            "The id of the one place of that collection that it is about.",
        )
        .within("about")
        .on_card(),
        Field::new("starts_at", Kind::Instant, "From when it holds; null: from when it was written.")
            .on_card(),
        Field::new(
            "ends_at",
            Kind::Instant,
            "Until when it holds, not including it; null: until it is taken away.",
        )
        .on_card(),
        Field::new("url", Kind::Https, "Where more is said."),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Collection;

    #[test]
    fn the_fields_stand_where_their_numbers_say() {
        for (number, name) in [
            (at::NAME, "name"),
            (at::DESCRIPTION, "description"),
            (at::SEVERITY, "severity"),
            (at::ABOUT_COLLECTION, "about_collection"),
            (at::ABOUT_ID, "about_id"),
            (at::STARTS_AT, "starts_at"),
            (at::ENDS_AT, "ends_at"),
        ] {
            assert_eq!(ABOUT.own[number].name, name);
        }
    }

    #[test]
    fn a_notice_may_be_about_every_collection_of_places() {
        let Kind::Choice(words) = ABOUT.own[at::ABOUT_COLLECTION].kind else { panic!("a choice") };
        assert_eq!(words, Collection::PLACES.map(Collection::name));
    }
}
