//! Car parks, after APDS / ISO 5206-1 and ParkAPI.
use super::{About, COUNT, Field, Kind, LINE, NOTE, Sort};

pub(super) static ABOUT: About = About {
    title: "Car parks",
    description: "Where to park: spaces by use, tariffs, free hours, ways to pay.",
    sort: Sort::Points,
    own: &[
        Field::new("spaces", COUNT, "Spaces in all.").on_card(),
        Field::new("spaces_disabled", COUNT, "Spaces for blue-badge holders.").on_card(),
        Field::new("spaces_parent", COUNT, "Parent-and-child spaces."),
        Field::new("spaces_ev", COUNT, "Spaces with a charger."),
        Field::new("spaces_coach", COUNT, "Coach spaces."),
        Field::new("spaces_motorhome", COUNT, "Motorhome spaces."),
        Field::new("spaces_approximate", Kind::Flag, "Whether the number of spaces is only about right."),
        Field::new(
            "surface",
            Kind::Choice(&["asphalt", "concrete", "gravel", "grass", "paved"]),
            "What one parks on.",
        ),
        Field::new("multi_storey", Kind::Flag, "Has several levels."),
        Field::new("max_height_m", Kind::Decimal(0.5, 20.0), "Height limit in metres."),
        Field::new("max_stay_min", COUNT, "Longest stay in minutes."),
        Field::new("free_hours", Kind::Hours, "When parking costs nothing, as OSM opening_hours.").on_card(),
        Field::new("payment", Kind::Choices(&["cash", "card", "app"]), "Ways to pay."),
        Field::new("payment_app", LINE, "The app to pay with."),
        Field::new("payment_location_code", Kind::Text(40), "The car park's code in that app."),
        Field::new("permits", NOTE, "Which permits are valid, and when."),
        Field::new("park_mark", Kind::Flag, "Holds the Park Mark safer-parking award."),
        Field::new("operator", LINE, "Who runs it."),
        Field::new(
            "tariffs",
            Kind::Records(&[
                Field::new("days", LINE, "The days it is for, as in OSM opening_hours; empty: every day."),
                Field::new("from", Kind::TimeOfDay, "From this wall-clock time; empty: the whole day."),
                Field::new("to", Kind::TimeOfDay, "To this wall-clock time."),
                Field::new("season", LINE, "The part of the year it is for; empty: all of it."),
                Field::new(
                    "minutes",
                    COUNT,
                    "For a stay of up to so many minutes; empty: for any longer stay.",
                ),
                Field::new("pence", COUNT, "The price in pence sterling.").required(),
            ]),
            "What a stay costs, in pence sterling.",
        ),
    ],
};
