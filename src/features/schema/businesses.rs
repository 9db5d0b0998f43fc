//! Businesses, after `LocalBusiness` of schema.org: shops, cafes, hotels that the council has looked at, and may offer something.
use super::{About, Field, Kind, Sort};

/// The number of each field of a business that rules ask for by name.
pub mod at {
    use crate::features::schema::COMMON;

    /// What kind of business it is.
    pub const CATEGORY: usize = COMMON;
    /// The organisation whose it is.
    pub const ORGANISATION: usize = COMMON + 1;
}

/// What kinds of businesses there are.
pub(super) const CATEGORY: Kind = Kind::Choice(&[
    "accommodation",
    "activity",
    "cafe",
    "entertainment",
    "food_shop",
    "other",
    "pub",
    "restaurant",
    "service",
    "shop",
    "takeaway",
]);

pub(super) static ABOUT: About = About {
    title: "Businesses",
    description: "Local businesses that staff have verified, and that may offer something.",
    sort: Sort::Points,
    own: &[
        Field::new("category", CATEGORY, "What kind of business it is.").required().on_card().filtered(),
        Field::new("organisation", Kind::Id, "The organisation whose it is, and whose promotions hold here.")
            .required()
            .filtered(),
        Field::new(
            "food_hygiene_id",
            Kind::Text(20),
            "Its number in the register of food hygiene ratings (FHRSID), where it has one.",
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::schema;
    use crate::ids::Collection;

    #[test]
    fn the_fields_stand_where_their_numbers_say() {
        let table = schema::fields(Collection::Businesses);
        assert_eq!(table[at::CATEGORY].name, "category");
        assert_eq!(table[at::ORGANISATION].name, "organisation");
    }
}
