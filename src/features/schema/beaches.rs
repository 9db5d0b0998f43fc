//! Beaches, after schema.org Beach and FIWARE Beach. How full one is, is another matter.
use super::{About, Field, Kind, LINE, NOTE, Sort, YEAR};

/// The number of each field of the profile: how much of the beach the tide leaves.
pub mod at {
    /// The first of them, and the lower height of the sea.
    pub const LOW_HEIGHT_M: usize = 30;
    /// The usable area at that height.
    pub const LOW_AREA_M2: usize = 31;
    /// The higher height of the sea.
    pub const HIGH_HEIGHT_M: usize = 32;
    /// The usable area at that height.
    pub const HIGH_AREA_M2: usize = 33;
    /// How far to trust it.
    pub const PROFILE_METHOD: usize = 35;
}

const HEIGHT: Kind = Kind::Decimal(-100.0, 100.0);
const AREA: Kind = Kind::Decimal(1.0, 1e9);

pub(super) static ABOUT: About = About {
    title: "Beaches",
    description: "Beaches with their shapes, facilities, dog rules, lifeguard and patrol hours, and awards.",
    sort: Sort::Shapes,
    own: &[
        Field::new(
            "surface",
            Kind::Choice(&["sand", "shingle", "sand_and_shingle", "mud"]),
            "What it is made of.",
        )
        .on_card()
        .filtered(),
        Field::new("length_m", Kind::Whole(1, 100_000), "Length along the coast in metres."),
        Field::new("area_m2", Kind::Whole(1, 100_000_000), "Area of the shape in square metres."),
        Field::new("shape_method", NOTE, "How the shape was made, and so how far to trust it."),
        Field::new(
            "profile_low_height_m",
            HEIGHT,
            "The lower of two heights of the sea at which the usable area is known, in metres over the datum of the tide table.",
        )
        .within("profile"),
        Field::new("profile_low_area_m2", AREA, "The usable area at that height, in square metres.").within("profile"),
        Field::new("profile_high_height_m", HEIGHT, "The higher of the two heights.").within("profile"),
        Field::new("profile_high_area_m2", AREA, "The usable area at that height, in square metres.").within("profile"),
        Field::new(
            "profile_quality",
            Kind::Choice(&["estimated", "surveyed"]),
            "Whether the profile was surveyed on the beach, or only estimated.",
        )
        .within("profile"),
        Field::new("profile_method", NOTE, "How the profile was made, and so how far to trust it.").within("profile"),
        Field::new(
            "facilities",
            Kind::Choices(&[
                "toilets",
                "showers",
                "cafe",
                "beach_huts",
                "first_aid",
                "lost_children",
                "deckchairs",
                "accessible_ramp",
                "beach_wheelchair",
                "parking",
            ]),
            "What is there.",
        )
        .on_card(),
        Field::new("lifeguarded", Kind::Flag, "Has lifeguards in season; null: not known.")
            .on_card()
            .filtered(),
        Field::new("lifeguard_hours", Kind::Hours, "When lifeguards are on duty, as OSM opening_hours."),
        Field::new("patrol_hours", Kind::Hours, "When the beach patrol counts, as OSM opening_hours."),
        Field::new("bathing_water_id", Kind::Text(40), "The bathing water's id with the Environment Agency."),
        Field::new(
            "bathing_water_class",
            Kind::Choice(&["excellent", "good", "sufficient", "poor"]),
            "The bathing water's class.",
        )
        .on_card(),
        Field::new("bathing_water_year", YEAR, "The year of that class."),
        Field::new(
            "dog_rules",
            Kind::Records(&[
                Field::new("from", Kind::MonthDay, "First day of the rule, MM-DD; empty: the whole year."),
                Field::new("to", Kind::MonthDay, "Last day of the rule, MM-DD."),
                Field::new("rule", Kind::Choice(&["banned", "on_lead", "allowed"]), "What holds.").required(),
                Field::new("where", LINE, "On which part of the beach; empty: all of it."),
            ]),
            "Where and when dogs are banned, on a lead or allowed.",
        ),
        Field::new(
            "awards",
            Kind::Records(&[
                Field::new("name", Kind::Choice(&["blue_flag", "seaside_award"]), "The award.").required(),
                Field::new("year", YEAR, "The year it was given for.").required(),
            ]),
            "Awards, a year each.",
        ),
    ],
};
