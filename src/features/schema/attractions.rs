//! Attractions, after schema.org TouristAttraction.
use super::{About, Field, Kind, LINE, Sort};

pub(super) static ABOUT: About = About {
    title: "Attractions",
    description: "Piers, museums, parks, viewpoints: what a visitor asks for by name.",
    sort: Sort::Points,
    own: &[
        Field::new(
            "attraction_type",
            Kind::Choice(&[
                "museum",
                "pier",
                "park",
                "viewpoint",
                "tower",
                "historic_building",
                "amusements",
                "cinema",
                "shopping",
                "nature_reserve",
                "other",
            ]),
            "What kind of attraction it is.",
        )
        .required()
        .on_card()
        .filtered(),
        Field::new("operator", LINE, "Who runs it."),
    ],
};
