//! Events, after schema.org Event: what is on, on which dates, where, for whom and for how much.
use super::{About, Field, Kind, LINE, NOTE, Sort};

/// The number of each field that rules and renderers ask for by name.
pub mod at {
    /// What it is called.
    pub const NAME: usize = 0;
    /// What it is, in a sentence.
    pub const SUMMARY: usize = 1;
    /// All that there is to say.
    pub const DESCRIPTION: usize = 2;
    /// What kind of event it is.
    pub const CATEGORY: usize = 3;
    /// The organisation whose it is.
    pub const ORGANISATION: usize = 4;
    /// How far its publication is.
    pub const PUBLICATION: usize = 5;
    /// When a draft publishes itself.
    pub const PUBLISH_AT: usize = 6;
    /// When it was published first.
    pub const PUBLISHED_AT: usize = 7;
    /// Whether all of it takes place.
    pub const EVENT_STATUS: usize = 8;
    /// Why not.
    pub const EVENT_STATUS_REASON: usize = 9;
    /// Its first date, on the wall.
    pub const STARTS: usize = 10;
    /// The end of the first date, on the wall.
    pub const ENDS: usize = 11;
    /// Whose wall, where not the area's.
    pub const TIME_ZONE: usize = 12;
    /// By which rule it recurs.
    pub const RRULE: usize = 13;
    /// Dates beside the rule.
    pub const RDATES: usize = 14;
    /// Dates that are none.
    pub const EXDATES: usize = 15;
    /// What single dates have of their own.
    pub const CHANGES: usize = 16;
    /// Whether places are left.
    pub const AVAILABILITY: usize = 17;
    /// For whom it is made accessible.
    pub const ACCESS: usize = 18;
    /// The id of the place it is held at.
    pub const VENUE_ID: usize = 19;
    /// What that place is called.
    pub const VENUE_NAME: usize = 20;
    /// The town.
    pub const TOWN: usize = 21;
    /// Whether it costs nothing.
    pub const FREE: usize = 22;
    /// The least it costs.
    pub const PRICE_FROM: usize = 23;
    /// The most it costs.
    pub const PRICE_TO: usize = 24;
    /// In which currency.
    pub const CURRENCY: usize = 25;
    /// The youngest it is for.
    pub const AGES_FROM: usize = 26;
    /// The oldest it is for.
    pub const AGES_TO: usize = 27;
    /// Where tickets are sold.
    pub const TICKETS_URL: usize = 28;
    /// The box office's telephone number.
    pub const TICKETS_PHONE: usize = 29;
    /// Its own page.
    pub const URL: usize = 30;
    /// A picture of it.
    pub const IMAGE_URL: usize = 31;
    /// What the picture shows.
    pub const IMAGE_ALT: usize = 32;
    /// Who published the facts.
    pub const SOURCE_NAME: usize = 33;
    /// Where.
    pub const SOURCE_URL: usize = 34;
    /// Under which licence.
    pub const SOURCE_LICENCE: usize = 35;
    /// When they were taken.
    pub const SOURCE_RETRIEVED_ON: usize = 36;
    /// The attribution they ask for.
    pub const SOURCE_ATTRIBUTION: usize = 37;
    /// The feed that it came by.
    pub const FEED: usize = 38;
}

/// The number of each field of what a single date has of its own.
pub mod change_at {
    /// Which date, as the series has it.
    pub const OCCURRENCE: usize = 0;
    /// Whether it takes place.
    pub const EVENT_STATUS: usize = 1;
    /// Why not, or why at another time.
    pub const REASON: usize = 2;
    /// When it begins instead.
    pub const STARTS: usize = 3;
    /// When it ends instead.
    pub const ENDS: usize = 4;
    /// Whether places are left.
    pub const AVAILABILITY: usize = 5;
    /// For whom it is made accessible.
    pub const ACCESS: usize = 6;
}

/// Whether an event, or a date of one, takes place. What is moved to another time is `rescheduled` by that alone.
pub(super) const STATUS: Kind = Kind::Choice(&["scheduled", "cancelled", "postponed"]);
/// Whether places are left.
pub(super) const AVAILABILITY: Kind = Kind::Choice(&["good", "limited", "sold_out", "unknown"]);
/// What is done for whom cannot see, hear or sit through it as others do.
pub(super) const ACCESS: Kind =
    Kind::Choices(&["audio_described", "bsl", "captioned", "dementia_friendly", "relaxed", "touch_tour"]);
/// What kinds of events there are.
pub(super) const CATEGORY: Kind = Kind::Choice(&[
    "comedy",
    "community",
    "exhibition",
    "family",
    "festival",
    "film",
    "library",
    "market",
    "music",
    "other",
    "sport",
    "talk",
    "theatre",
    "tour",
    "water_sport",
]);
/// The least and the most that something costs, in pence.
const PENCE: Kind = Kind::Whole(0, 10_000_000);
/// Years of age.
const AGE: Kind = Kind::Whole(0, 120);

pub(super) static ABOUT: About = About {
    title: "Events",
    description: "What is on: plays, fairs, regattas, stops of the mobile library; each with its next dates.",
    sort: Sort::Events,
    own: &[
        Field::new("name", LINE, "What it is called.").required().on_card(),
        Field::new("summary", NOTE, "What it is, in a sentence or two.").on_card(),
        Field::new("description", Kind::Text(5000), "All that there is to say, as plain text."),
        Field::new("category", CATEGORY, "What kind of event it is.").required().on_card().filtered(),
        Field::new("organisation", Kind::Id, "The organisation whose it is; null: the area's own.")
            .kept()
            .filtered(),
        Field::new(
            "publication",
            Kind::Choice(&["draft", "published", "archived"]),
            "draft: seen by its organisation alone; published: by everybody; archived: put away.",
        )
        .required()
        .kept(),
        Field::new("publish_at", Kind::Instant, "When a draft publishes itself; null: when somebody does it.")
            .kept(),
        Field::new("published_at", Kind::Instant, "When it was published first.").kept(),
        Field::new("event_status", STATUS, "Whether it takes place; of single dates, see the occurrences.")
            .required()
            .kept()
            .on_card(),
        Field::new("event_status_reason", NOTE, "Why it does not take place, or not yet.").kept().on_card(),
        Field::new(
            "starts",
            Kind::Wall,
            "When the first date begins, on the wall clock; a day alone: all of that day.",
        )
        .within("schedule")
        .required(),
        Field::new(
            "ends",
            Kind::Wall,
            "When the first date ends, and with it how long each lasts; a day is the first that is not part of it. Null: not known.",
        )
        .within("schedule"),
        Field::new("time_zone", Kind::Text(64), "The IANA name of that wall's zone; null: the area's.")
            .within("schedule"),
        Field::new("rrule", Kind::Text(500), "By which rule it recurs, an RFC 5545 RRULE; null: it does not.")
            .within("schedule"),
        Field::new("rdates", Kind::Walls, "Dates beside the first and those of the rule.").within("schedule"),
        Field::new("exdates", Kind::Walls, "Dates of the rule that are none.").within("schedule"),
        Field::new(
            "changes",
            Kind::Records(&[
                Field::new("occurrence", Kind::Wall, "Which date, as the series has it.").required(),
                Field::new("event_status", STATUS, "Whether it takes place; null: as the event says."),
                Field::new("reason", NOTE, "Why not, or why at another time."),
                Field::new("starts", Kind::Wall, "When it begins instead."),
                Field::new("ends", Kind::Wall, "When it ends instead."),
                Field::new("availability", AVAILABILITY, "Whether places are left; null: as the event says."),
                Field::new("access_performance", ACCESS, "For whom; none: as the event says."),
            ]),
            "What single dates have of their own.",
        )
        .kept(),
        Field::new("availability", AVAILABILITY, "Whether places are left, on every date that says nothing else."),
        Field::new("access_performance", ACCESS, "What is done for whom cannot see, hear or sit through it as others do.")
            .on_card()
            .asked_as("access"),
        Field::new("venue_id", Kind::Id, "The id of the place it is held at, which says where it is.")
            .within("venue")
            .on_card()
            .asked_as("venue"),
        Field::new("venue_name", LINE, "Where it is held, in words; of a place with an id, its name.")
            .within("venue")
            .on_card(),
        Field::new("town", LINE, "The town it is in; of a place with an id, that place's.").on_card(),
        Field::new("free", Kind::Flag, "Costs nothing; null: not known.").on_card().filtered(),
        Field::new("price_from_pence", PENCE, "The least it costs, in pence.").within("price").on_card(),
        Field::new("price_to_pence", PENCE, "The most it costs, in pence.").within("price").on_card(),
        Field::new("price_currency", Kind::Choice(&["EUR", "GBP"]), "The currency, as ISO 4217 has it.")
            .within("price")
            .on_card(),
        Field::new("ages_from", AGE, "The youngest it is for, in years.").within("ages"),
        Field::new("ages_to", AGE, "The oldest it is for, in years.").within("ages"),
        Field::new("tickets_url", Kind::Https, "Where tickets are sold.").within("tickets"),
        Field::new("tickets_phone", Kind::Text(40), "Telephone number of the box office.").within("tickets"),
        Field::new("url", Kind::Https, "Its own page."),
        Field::new("image_url", Kind::Https, "A picture of it.").within("image"),
        Field::new("image_alt", NOTE, "What the picture shows, in words.").within("image"),
        Field::new("source_name", LINE, "Who published the facts; null: its organisation.").within("source"),
        Field::new("source_url", Kind::Https, "Where they were published.").within("source"),
        Field::new("source_licence", Kind::Text(60), "The licence of what was taken; null where only facts were.")
            .within("source"),
        Field::new("source_retrieved_on", Kind::Date, "The day they were taken.").within("source"),
        Field::new("source_attribution", Kind::Text(60), "The id of the attribution the source asks for.")
            .within("source"),
        Field::new("feed", Kind::Id, "The feed that it came by; null: none.").kept(),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_stand_where_their_numbers_say() {
        for (number, name) in [
            (at::NAME, "name"),
            (at::CATEGORY, "category"),
            (at::ORGANISATION, "organisation"),
            (at::PUBLISHED_AT, "published_at"),
            (at::STARTS, "starts"),
            (at::EXDATES, "exdates"),
            (at::CHANGES, "changes"),
            (at::ACCESS, "access_performance"),
            (at::VENUE_NAME, "venue_name"),
            (at::TOWN, "town"),
            (at::CURRENCY, "price_currency"),
            (at::TICKETS_PHONE, "tickets_phone"),
            (at::IMAGE_ALT, "image_alt"),
            (at::SOURCE_ATTRIBUTION, "source_attribution"),
            (at::FEED, "feed"),
        ] {
            assert_eq!(ABOUT.own[number].name, name);
        }
        let Kind::Records(changes) = ABOUT.own[at::CHANGES].kind else { panic!("records") };
        for (number, name) in [
            (change_at::OCCURRENCE, "occurrence"),
            (change_at::EVENT_STATUS, "event_status"),
            (change_at::REASON, "reason"),
            (change_at::STARTS, "starts"),
            (change_at::ENDS, "ends"),
            (change_at::AVAILABILITY, "availability"),
            (change_at::ACCESS, "access_performance"),
        ] {
            assert_eq!(changes[number].name, name);
        }
    }
}
