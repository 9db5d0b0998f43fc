//! Occurrences, after `OpenActive`'s subEvent: the dates of the events, each a feature by itself. Nobody writes them: each
//! follows from its event.
use super::events::{ACCESS, AVAILABILITY, CATEGORY};
use super::{About, Field, Kind, LINE, NOTE, Sort};

/// The number of each field.
pub mod at {
    /// The event's name.
    pub const NAME: usize = 0;
    /// The event's id.
    pub const EVENT_ID: usize = 1;
    /// When it begins.
    pub const STARTS_AT: usize = 2;
    /// When it ends.
    pub const ENDS_AT: usize = 3;
    /// Whether it takes whole days.
    pub const ALL_DAY: usize = 4;
    /// Whether it takes place.
    pub const EVENT_STATUS: usize = 5;
    /// Why not.
    pub const EVENT_STATUS_REASON: usize = 6;
    /// When it was to begin.
    pub const PREVIOUS_START: usize = 7;
    /// The number of its last change.
    pub const SEQUENCE: usize = 8;
    /// Whether places are left.
    pub const AVAILABILITY: usize = 9;
    /// For whom it is made accessible.
    pub const ACCESS: usize = 10;
    /// What kind of event it is.
    pub const CATEGORY: usize = 11;
    /// What it is, in a sentence.
    pub const SUMMARY: usize = 12;
    /// The organisation whose it is.
    pub const ORGANISATION: usize = 13;
    /// The id of the place.
    pub const VENUE_ID: usize = 14;
    /// What the place is called.
    pub const VENUE_NAME: usize = 15;
    /// The town.
    pub const TOWN: usize = 16;
    /// Whether it costs nothing.
    pub const FREE: usize = 17;
    /// The least it costs.
    pub const PRICE_FROM: usize = 18;
    /// The most it costs.
    pub const PRICE_TO: usize = 19;
    /// In which currency.
    pub const CURRENCY: usize = 20;
    /// Where tickets are sold.
    pub const TICKETS_URL: usize = 21;
    /// The attribution that the event's source asks for.
    pub const SOURCE_ATTRIBUTION: usize = 22;
}

pub(super) static ABOUT: About = About {
    title: "Occurrences",
    description: "The dates of the events, one by one: what is on tonight, this weekend, near here.",
    sort: Sort::Occurrences,
    own: &[
        Field::new("name", LINE, "What the event is called.").required().on_card(),
        Field::new("event_id", Kind::Id, "The event's id.").required().on_card(),
        Field::new("starts_at", Kind::Instant, "When it begins.").required().on_card(),
        Field::new("ends_at", Kind::Instant, "When it ends; null: not known.").on_card(),
        Field::new("all_day", Kind::Flag, "Whether it takes whole days of the area's.").required().on_card(),
        Field::new(
            "event_status",
            Kind::Choice(&["scheduled", "cancelled", "postponed", "rescheduled"]),
            "Whether it takes place, and when it was meant to: as schema.org's EventStatusType.",
        )
        .required()
        .on_card()
        .filtered(),
        Field::new("event_status_reason", NOTE, "Why it does not, or not then.").on_card(),
        Field::new("previous_start", Kind::Instant, "When a rescheduled one was to begin.").on_card(),
        Field::new(
            "sequence",
            Kind::Whole(0, 1_000_000_000),
            "Rises with each change of the event, as calendars need it.",
        )
        .required(),
        Field::new("availability", AVAILABILITY, "Whether places are left.").required().on_card().filtered(),
        Field::new(
            "access_performance",
            ACCESS,
            "What is done for whom cannot see, hear or sit through it as others do.",
        )
        .on_card()
        .asked_as("access"),
        Field::new("category", CATEGORY, "What kind of event it is.").required().on_card().filtered(),
        Field::new("summary", NOTE, "What it is, in a sentence or two.").on_card(),
        Field::new("organisation", Kind::Id, "The organisation whose it is; null: the area's own.")
            .filtered(),
        Field::new("venue_id", Kind::Id, "The id of the place it is held at.")
            .within("venue")
            .on_card()
            .asked_as("venue"),
        Field::new("venue_name", LINE, "Where it is held, in words.").within("venue").on_card(),
        Field::new("town", LINE, "The town it is in.").on_card(),
        Field::new("free", Kind::Flag, "Costs nothing; null: not known.").on_card().filtered(),
        Field::new("price_from_pence", Kind::Whole(0, 10_000_000), "The least it costs, in pence.")
            .within("price")
            .on_card(),
        Field::new("price_to_pence", Kind::Whole(0, 10_000_000), "The most it costs, in pence.")
            .within("price")
            .on_card(),
        Field::new("price_currency", Kind::Choice(&["EUR", "GBP"]), "The currency, as ISO 4217 has it.")
            .within("price")
            .on_card(),
        Field::new("tickets_url", Kind::Https, "Where tickets are sold.").within("tickets"),
        Field::new(
            "source_attribution",
            Kind::Text(60),
            "The id of the attribution the event's source asks for.",
        )
        .within("source"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_stand_where_their_numbers_say() {
        for (number, name) in [
            (at::NAME, "name"),
            (at::ALL_DAY, "all_day"),
            (at::EVENT_STATUS, "event_status"),
            (at::PREVIOUS_START, "previous_start"),
            (at::SEQUENCE, "sequence"),
            (at::ACCESS, "access_performance"),
            (at::CATEGORY, "category"),
            (at::ORGANISATION, "organisation"),
            (at::VENUE_NAME, "venue_name"),
            (at::FREE, "free"),
            (at::TICKETS_URL, "tickets_url"),
            (at::SOURCE_ATTRIBUTION, "source_attribution"),
        ] {
            assert_eq!(ABOUT.own[number].name, name);
        }
    }
}
