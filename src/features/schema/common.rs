//! The fields every place has.
use super::{Field, Kind, LINE, NOTE};

/// The number of each common field that rules and renderers ask for by name.
pub mod at {
    /// Its name.
    pub const NAME: usize = 0;
    /// `wheelchair`.
    pub const WHEELCHAIR: usize = 11;
    /// `assistance_dogs`, the last of the five accessibility flags.
    pub const ASSISTANCE_DOGS: usize = 15;
    /// `free`.
    pub const FREE: usize = 16;
    /// `opening_hours`.
    pub const OPENING_HOURS: usize = 17;
    /// The image's address, which needs a text beside it.
    pub const IMAGE_URL: usize = 18;
    /// The image's text.
    pub const IMAGE_ALT: usize = 19;
    /// When somebody last checked it on the ground.
    pub const VERIFIED_AT: usize = 20;
    /// The id of the attribution that the source asks for.
    pub const SOURCE_ATTRIBUTION: usize = 25;
}

/// Which computed members stand after the field `opening_hours`.
pub const AND_NOW: usize = at::OPENING_HOURS;

/// The common fields; [`at`] and its test know their order.
pub(super) const FIELDS: &[Field] = &[
    Field::new("name", LINE, "What it is called.").required().on_card(),
    Field::new("description", Kind::Text(2000), "Plain text about it."),
    Field::new("street_address", LINE, "House and street.").within("address").on_card(),
    Field::new("locality", LINE, "The part of town or village.").within("address"),
    Field::new("postal_code", Kind::Text(12), "The postcode.").within("address"),
    Field::new("uprn", Kind::Text(12), "Unique property reference number, where known.").within("address"),
    Field::new("town", LINE, "The town it belongs to.").on_card(),
    Field::new("phone", Kind::Text(40), "Telephone number.").within("contact"),
    Field::new("email", Kind::Text(254), "E-mail address.").within("contact"),
    Field::new("url", Kind::Https, "Its page.").within("contact"),
    Field::new(
        "position_quality",
        Kind::Choice(&["surveyed", "derived", "approximate"]),
        "How good the position or the shape is: surveyed on the ground, derived from another record, or only approximate.",
    )
    .required()
    .on_card(),
    Field::new("wheelchair", Kind::Flag, "Usable in a wheelchair; null: not known.").within("accessibility").on_card().filtered(),
    Field::new("step_free", Kind::Flag, "Reached without a step; null: not known.").within("accessibility").on_card().filtered(),
    Field::new("hearing_loop", Kind::Flag, "Has a hearing loop; null: not known.").within("accessibility").on_card().filtered(),
    Field::new("changing_places", Kind::Flag, "Has a Changing Places toilet; null: not known.").within("accessibility").on_card().filtered(),
    Field::new("assistance_dogs", Kind::Flag, "Assistance dogs are welcome; null: not known.").within("accessibility").on_card().filtered(),
    Field::new("free", Kind::Flag, "Costs nothing at any time; false: there is a charge at some time; null: not known.").on_card().filtered(),
    Field::new("opening_hours", Kind::Hours, "OSM opening_hours, on the area's wall clock; what does not parse is a text, and open_now is null.").on_card(),
    Field::new("image_url", Kind::Https, "A picture of it.").within("image"),
    Field::new("image_alt", NOTE, "What the picture shows, in words.").within("image"),
    Field::new("verified_at", Kind::Instant, "When somebody last checked it on the ground."),
    Field::new("source_name", LINE, "Who published the facts.").within("source").required(),
    Field::new("source_url", Kind::Https, "Where they were published.").within("source"),
    Field::new("source_licence", Kind::Text(60), "The licence of what was taken; null where only facts were.").within("source"),
    Field::new("source_retrieved_on", Kind::Date, "The day they were taken.").within("source").required(),
    Field::new("source_attribution", Kind::Text(60), "The id of the attribution the source asks for.").within("source"),
];

impl Field {
    /// The member's name within its group's object: `image_url` is `url` of `image`.
    pub fn member(&self) -> &'static str {
        let prefix = self.group.filter(|group| {
            matches!(
                *group,
                "image" | "source" | "about" | "profile" | "venue" | "price" | "amount" | "ages" | "tickets"
            )
        });
        prefix.and_then(|group| self.name.strip_prefix(group)?.strip_prefix('_')).unwrap_or(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_fields_stand_where_their_numbers_say() {
        for (number, name) in [
            (at::NAME, "name"),
            (at::WHEELCHAIR, "wheelchair"),
            (at::ASSISTANCE_DOGS, "assistance_dogs"),
            (at::FREE, "free"),
            (at::OPENING_HOURS, "opening_hours"),
            (at::IMAGE_URL, "image_url"),
            (at::IMAGE_ALT, "image_alt"),
            (at::VERIFIED_AT, "verified_at"),
            (at::SOURCE_ATTRIBUTION, "source_attribution"),
        ] {
            assert_eq!(FIELDS[number].name, name);
        }
    }

    #[test]
    fn the_prefix_of_a_group_is_not_said_twice() {
        let members: Vec<_> =
            FIELDS[at::IMAGE_URL..].iter().map(|field| (field.group, field.member())).collect();
        assert_eq!(members[0], (Some("image"), "url"));
        assert_eq!(members[2], (None, "verified_at"));
        assert_eq!(members[3], (Some("source"), "name"));
    }
}
