//! Promotions, after schema.org Offer: what a business offers, for a while, and what has been decided about it.
//!
//! The first fields are the content: what somebody checks before anybody sees it. What was checked is kept beside them, whole,
//! and is all that readers are ever shown: so an edit cannot be public before it is approved.
use super::businesses::CATEGORY;
use super::{About, Field, Kind, LINE, NOTE, Sort};

/// The number of each field that rules and renderers ask for by name.
pub mod at {
    /// What is offered, in a line.
    pub const NAME: usize = 0;
    /// What kind of offer it is.
    pub const KIND: usize = 1;
    /// By how many percent something is cheaper.
    pub const PERCENT: usize = 4;
    /// By how much something is cheaper.
    pub const AMOUNT_PENCE: usize = 5;
    /// In which currency that is.
    pub const AMOUNT_CURRENCY: usize = 6;
    /// From when it holds.
    pub const VALID_FROM: usize = 7;
    /// Until when it holds, not including it.
    pub const VALID_THROUGH: usize = 8;
    /// At which hours it can be had.
    pub const REDEEM_HOURS: usize = 9;
    /// Its page.
    pub const URL: usize = 11;
    /// The business where it holds.
    pub const BUSINESS: usize = 12;
    /// How many fields are content.
    pub const CONTENT: usize = 13;
    /// The organisation whose it is.
    pub const ORGANISATION: usize = 13;
    /// What the business is called.
    pub const BUSINESS_NAME: usize = 14;
    /// What kind of business it is.
    pub const CATEGORY: usize = 15;
    /// The town of the business.
    pub const TOWN: usize = 16;
    /// The host that its page is on.
    pub const URL_HOST: usize = 17;
    /// That somebody pays for it, or gains by it: always.
    pub const ADVERTISEMENT: usize = 18;
    /// The same in words.
    pub const LABEL: usize = 19;
    /// Whether what was approved stays public while a change of it is looked at.
    pub const KEEP_PUBLIC: usize = 20;
    /// How far its moderation is.
    pub const MODERATION: usize = 21;
    /// When it was submitted.
    pub const SUBMITTED_AT: usize = 22;
    /// When it was taken back.
    pub const WITHDRAWN_AT: usize = 23;
    /// When what readers see was approved.
    pub const APPROVED_AT: usize = 24;
    /// The content that was approved, as it was; none, or one.
    pub const APPROVED: usize = 25;
    /// What was decided, the last first.
    pub const DECISIONS: usize = 26;
}

/// The number of each field of a decision.
pub mod decision_at {
    /// When.
    pub const AT: usize = 0;
    /// What was decided.
    pub const DECISION: usize = 1;
    /// By whom, a pseudonym.
    pub const BY: usize = 2;
    /// Why not.
    pub const REASON: usize = 3;
    /// The hash of the content that was looked at.
    pub const CONTENT_HASH: usize = 4;
    /// Since when that had waited.
    pub const SUBMITTED_AT: usize = 5;
    /// Who proposed it, where one moderator proposed and another confirmed.
    pub const PROPOSED_BY: usize = 6;
}

/// Content: what a business says, and a moderator looks at.
pub(super) static CONTENT: &[Field] = &[
    Field::new("name", LINE, "What is offered, in a line.").required().on_card(),
    Field::new(
        "kind",
        Kind::Choice(&["amount", "freebie", "information", "percent"]),
        "amount: so much less; percent: so many percent less; freebie: something for nothing; information: no price is meant.",
    )
    .required()
    .on_card()
    .filtered(),
    Field::new("description", Kind::Text(1000), "All that there is to say, as plain text."),
    Field::new("terms", Kind::Text(2000), "For whom and on what it holds, as plain text.").on_card(),
    Field::new("percent", Kind::Whole(1, 100), "By how many percent something is cheaper.").on_card(),
    Field::new("amount_pence", Kind::Whole(1, 10_000_000), "By how many pence something is cheaper.")
        .within("amount")
        .on_card(),
    Field::new("amount_currency", Kind::Choice(&["EUR", "GBP"]), "The currency, as ISO 4217 has it.")
        .within("amount")
        .on_card(),
    Field::new("valid_from", Kind::Instant, "From when it holds.").required().on_card(),
    Field::new("valid_through", Kind::Instant, "Until when it holds, not including that instant.")
        .required()
        .on_card(),
    Field::new(
        "redeem_hours",
        Kind::Hours,
        "At which hours it can be had, as OSM opening_hours on the area's wall clock; null: whenever the business is open.",
    )
    .on_card(),
    Field::new("code", Kind::Text(40), "What to say or show to have it.").on_card(),
    Field::new("url", Kind::Https, "Its page.").on_card(),
    Field::new("business", Kind::Id, "The id of the business where it holds, which says where that is.")
        .required()
        .on_card()
        .filtered(),
];

pub(super) static ABOUT: About = About {
    title: "Promotions",
    description: "What local businesses offer: advertisements, each checked before anybody sees it.",
    sort: Sort::Promotions,
    own: &[
        Field::new("organisation", Kind::Id, "The organisation whose it is.").kept().filtered(),
        Field::new("business_name", LINE, "What the business is called.").derived().on_card(),
        Field::new("category", CATEGORY, "What kind of business it is.").derived().on_card().filtered(),
        Field::new("town", LINE, "The town of the business.").derived().on_card(),
        Field::new("url_host", Kind::Text(255), "The host that its page is on.").derived().on_card(),
        Field::new("advertisement", Kind::Flag, "Always true: a business gains by it.").derived().on_card(),
        Field::new("label", LINE, "What to write beside it.").derived().on_card(),
        Field::new(
            "keep_public",
            Kind::Flag,
            "Whether what was approved stays public while a change of it is looked at; null: it does.",
        )
        .private(),
        Field::new(
            "moderation",
            Kind::Choice(&["draft", "submitted", "approved", "rejected"]),
            "How far its content has been looked at.",
        )
        .required()
        .kept()
        .private(),
        Field::new("submitted_at", Kind::Instant, "Since when it waits to be looked at.").kept().private(),
        Field::new("withdrawn_at", Kind::Instant, "When its business took it back.").kept().private(),
        Field::new("approved_at", Kind::Instant, "When the content that readers see was approved.")
            .kept()
            .private(),
        Field::new("approved", Kind::Records(CONTENT), "The content that readers see: none, or one.")
            .kept()
            .private(),
        Field::new(
            "decisions",
            Kind::Records(&[
                Field::new("at", Kind::Instant, "When.").required(),
                Field::new(
                    "decision",
                    Kind::Choice(&["approved", "rejected", "withdrawn"]),
                    "What was decided.",
                )
                .required(),
                Field::new("by", Kind::Text(36), "By whom, a pseudonym."),
                Field::new("reason", NOTE, "Why not."),
                Field::new("content_hash", Kind::Text(64), "The hash of the content that was looked at.")
                    .required(),
                Field::new("submitted_at", Kind::Instant, "Since when that had waited."),
                Field::new(
                    "proposed_by",
                    Kind::Text(36),
                    "Who proposed it, a pseudonym, where another confirmed it; null: nobody did.",
                ),
            ]),
            "What was decided about it, the last decision first.",
        )
        .kept()
        .private(),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::schema;
    use crate::ids::Collection;

    #[test]
    fn the_fields_stand_where_their_numbers_say() {
        let table = schema::fields(Collection::Promotions);
        assert_eq!(CONTENT.len(), at::CONTENT);
        for (number, name) in [
            (at::NAME, "name"),
            (at::KIND, "kind"),
            (at::PERCENT, "percent"),
            (at::AMOUNT_CURRENCY, "amount_currency"),
            (at::VALID_THROUGH, "valid_through"),
            (at::REDEEM_HOURS, "redeem_hours"),
            (at::URL, "url"),
            (at::BUSINESS, "business"),
            (at::ORGANISATION, "organisation"),
            (at::LABEL, "label"),
            (at::KEEP_PUBLIC, "keep_public"),
            (at::MODERATION, "moderation"),
            (at::APPROVED, "approved"),
            (at::DECISIONS, "decisions"),
        ] {
            assert_eq!(table[number].name, name);
        }
        let Kind::Records(decision) = table[at::DECISIONS].kind else { panic!("records") };
        for (number, name) in [
            (decision_at::AT, "at"),
            (decision_at::DECISION, "decision"),
            (decision_at::BY, "by"),
            (decision_at::REASON, "reason"),
            (decision_at::CONTENT_HASH, "content_hash"),
            (decision_at::SUBMITTED_AT, "submitted_at"),
            (decision_at::PROPOSED_BY, "proposed_by"),
        ] {
            assert_eq!(decision[number].name, name);
        }
        assert!(
            table[at::KEEP_PUBLIC..]
                .iter()
                .all(|field| field.private && !field.card && field.asked.is_none())
        );
        assert!(table[..at::KEEP_PUBLIC].iter().all(|field| !field.private));
    }
}
