//! Venues, after schema.org EventVenue: where events are held.
use super::{About, COUNT, Field, Kind, LINE, NOTE, Sort};

pub(super) static ABOUT: About = About {
    title: "Venues",
    description: "Theatres, halls and other places where events are held.",
    sort: Sort::Points,
    own: &[
        Field::new(
            "venue_type",
            Kind::Choice(&["theatre", "cinema", "hall", "outdoor", "library", "leisure_centre", "other"]),
            "What kind of venue it is.",
        )
        .on_card()
        .filtered(),
        Field::new("capacity", COUNT, "People it holds."),
        Field::new("box_office_phone", Kind::Text(40), "Telephone number of the box office."),
        Field::new("box_office_url", Kind::Https, "Where tickets are sold."),
        Field::new("access_notes", NOTE, "What to know before coming with an access need."),
        Field::new("operator", LINE, "Who runs it."),
    ],
};
