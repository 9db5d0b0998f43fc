//! Public service points, after Open Referral UK (service at location) and the NHS organisation data.
use super::{About, Field, Kind, LINE, NOTE, Sort};

pub(super) static ABOUT: About = About {
    title: "Public service points",
    description: "Hospitals, libraries, council offices, stations, lifeguards and other public services.",
    sort: Sort::Points,
    own: &[
        Field::new(
            "service_type",
            Kind::Choice(&[
                "hospital",
                "hospice",
                "urgent_care",
                "gp_surgery",
                "pharmacy",
                "council_office",
                "library",
                "leisure_centre",
                "lifeguard",
                "lifeboat",
                "police",
                "fire_station",
                "post_office",
                "railway_station",
                "ferry_port",
                "tourist_information",
                "other",
            ]),
            "What kind of service point it is.",
        )
        .required()
        .on_card()
        .filtered(),
        Field::new("ods_code", Kind::Text(12), "The NHS organisation code."),
        Field::new("emergency_note", NOTE, "Where to turn in an emergency, if not here.").on_card(),
        Field::new("appointment_needed", Kind::Flag, "Seen only by appointment; null: not known."),
        Field::new("operator", LINE, "Who runs it."),
        Field::new(
            "services",
            Kind::Records(&[
                Field::new("name", LINE, "What the service is called.").required(),
                Field::new("opening_hours", Kind::Hours, "Its own hours, as OSM opening_hours."),
                Field::new("appointment_needed", Kind::Flag, "Given only by appointment; null: not known."),
                Field::new("phone", Kind::Text(40), "Its own telephone number."),
                Field::new("note", NOTE, "Anything else to know."),
            ]),
            "The services offered here, each with its own hours.",
        ),
    ],
};
