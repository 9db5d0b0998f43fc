//! Public toilets, after the LGA's public-toilets schema (service 579).
use super::{About, COUNT, Field, Kind, LINE, Sort};

pub(super) static ABOUT: About = About {
    title: "Public toilets",
    description: "Public toilets: who they are for, how they are reached, when they are open.",
    sort: Sort::Points,
    own: &[
        Field::new("female", Kind::Flag, "Has a women's room; null: not known."),
        Field::new("male", Kind::Flag, "Has a men's room; null: not known."),
        Field::new("unisex", Kind::Flag, "Has a room for anybody; null: not known."),
        Field::new("radar_key", Kind::Flag, "The accessible room needs a RADAR key.").on_card().filtered(),
        Field::new("baby_change", Kind::Flag, "Has baby changing; null: not known.").on_card().filtered(),
        Field::new("baby_change_where", LINE, "Where the baby changing is."),
        Field::new("family", Kind::Flag, "Has a family room."),
        Field::new("urinal_only", Kind::Flag, "Has urinals only."),
        Field::new("automatic", Kind::Flag, "Is an automatic cabin."),
        Field::new("attended", Kind::Flag, "Has an attendant."),
        Field::new("charge_pence", COUNT, "What a visit costs, in pence sterling; 0: nothing.").on_card(),
        Field::new("community_scheme", Kind::Flag, "A business's toilet that the public may use."),
        Field::new("access", Kind::Choice(&["public", "customers"]), "Who may use it."),
        Field::new("operator", LINE, "Who runs it."),
    ],
};
