//! What makes values a promotion.
use super::{Moderation, window};
use crate::features::Fields;
use crate::features::field::Value;
use crate::features::schema::{self, promotion_at as at};
use crate::ids::Collection;
use crate::text::unseen;
use chrono::{DateTime, Days, Utc};

/// Why values do not make a promotion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromotionError {
    /// It would be over before it begins.
    #[error("a promotion cannot end ({through}) before it begins ({from})")]
    Window {
        /// Its beginning.
        from: DateTime<Utc>,
        /// Its end.
        through: DateTime<Utc>,
    },
    /// Nobody would look at it again.
    #[error("a promotion holds {LONGEST} days at most: {through} is later")]
    TooLong {
        /// Its end.
        through: DateTime<Utc>,
    },
    /// Its kind needs a value.
    #[error("{needs} is missing: the kind is `{kind}`")]
    Needs {
        /// The kind.
        kind: &'static str,
        /// The field.
        needs: &'static str,
    },
    /// Its kind has no such value.
    #[error("{field} is given, but the kind is `{kind}`")]
    Excess {
        /// The kind.
        kind: &'static str,
        /// The field.
        field: &'static str,
    },
    /// An address within a text, where nobody sees where it leads.
    #[error(
        "{0} has an address in it, or what a phone takes for one: give addresses as `url`, so that readers see where they lead, and put a space behind a full stop"
    )]
    Link(&'static str),
    /// Something that whoever looks at it does not see.
    #[error("{field} has the character U+{code:04X} where nobody sees it: leave it out")]
    Unseen {
        /// The field.
        field: &'static str,
        /// The character.
        code: u32,
    },
    /// More than one content that was approved, or none of what is said to be.
    #[error("approved has {found} entries, and moderation is {}", .moderation.name())]
    Approved {
        /// How many.
        found: usize,
        /// How far it has been looked at.
        moderation: Moderation,
    },
}

/// Days that a promotion may hold at most.
const LONGEST: u64 = 366;

impl PromotionError {
    /// The field because of which.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Window { .. } | Self::TooLong { .. } => "valid_through",
            Self::Needs { needs, .. } => needs,
            Self::Excess { field, .. } | Self::Link(field) | Self::Unseen { field, .. } => field,
            Self::Approved { .. } => "approved",
        }
    }
}

/// Checks that the required `fields` of a promotion agree.
pub(in crate::features) fn check(fields: &Fields) -> Result<(), PromotionError> {
    check_content(fields)?;
    let approved: &[Fields] = match fields.get(at::APPROVED) {
        Some(Value::Records(approved)) => approved,
        _ => &[],
    };
    let moderation = fields.text(at::MODERATION).and_then(Moderation::named).expect("moderation is required");
    let found = approved.len();
    if 1 < found || (found == 0 && moderation == Moderation::Approved) {
        return Err(PromotionError::Approved { found, moderation });
    }
    approved.iter().try_for_each(check_content)
}

fn check_content(fields: &Fields) -> Result<(), PromotionError> {
    let (from, through) = window(fields);
    if through <= from {
        return Err(PromotionError::Window { from, through });
    }
    let Some(Value::Choice(kind)) = fields.get(at::KIND) else { unreachable!("kind is required") };
    let name = |number: usize| schema::fields(Collection::Promotions)[number].name;
    for (of, number) in
        [("percent", at::PERCENT), ("amount", at::AMOUNT_PENCE), ("amount", at::AMOUNT_CURRENCY)]
    {
        match (*kind == of, fields.get(number).is_some()) {
            (true, false) => return Err(PromotionError::Needs { kind, needs: name(number) }),
            (false, true) => return Err(PromotionError::Excess { kind, field: name(number) }),
            (true, true) | (false, false) => {}
        }
    }
    Ok(())
}

/// Checks what an edit writes, and what stands already need not agree with: how long it holds, and that nothing in its texts
/// is hidden from whoever looks at them.
pub(super) fn check_words(fields: &Fields) -> Result<(), PromotionError> {
    let (from, through) = window(fields);
    if from.checked_add_days(Days::new(LONGEST)).is_some_and(|latest| latest < through) {
        return Err(PromotionError::TooLong { through });
    }
    let name = |number: usize| schema::fields(Collection::Promotions)[number].name;
    for number in (0..at::CONTENT).filter(|number| *number != at::URL) {
        let Some(Value::Text(text)) = fields.get(number) else { continue };
        if let Some(hidden) = unseen(text) {
            return Err(PromotionError::Unseen { field: name(number), code: u32::from(hidden) });
        }
        if text.split_whitespace().any(|word| is_address(&word.to_lowercase())) {
            return Err(PromotionError::Link(name(number)));
        }
    }
    Ok(())
}

/// Whether a phone would make a link of `word`, in lower case: of an address of the web or of e-mail, whatever it ends in.
fn is_address(word: &str) -> bool {
    // What a browser reads as a full stop.
    let word = word.replace(['\u{2024}', '\u{3002}', '\u{ff0e}', '\u{ff61}'], ".");
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or(word);
    let is_word = |part: &str| 1 < part.chars().count() && part.chars().all(char::is_alphabetic);
    let is_host = host.rsplit_once('.').is_some_and(|(before, ending)| {
        before.chars().filter(|c| c.is_alphanumeric()).count() > 1 && is_word(ending)
    });
    let is_mail = word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    word.contains("://") || is_host || is_mail || word.starts_with("mailto:")
}
