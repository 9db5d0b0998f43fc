//! What iCalendar has no words for: properties of our own, by which we read back what we wrote. Others pass over them,
//! so whatever a person should know stands in words, too: the notice at the head of the description.
use crate::features::EventStatus;
use crate::features::field::Value;

/// What does not take place as it was to, and why: `POSTPONED`, which is told from what is only tentative.
pub(super) const STATUS: &str = "X-PROMENADE-STATUS";
/// What we put before the description, which is taken off again.
pub(super) const NOTICE: &str = "X-PROMENADE-NOTICE";
/// Whether places are left: a word of the field's list.
pub(super) const AVAILABILITY: &str = "X-PROMENADE-AVAILABILITY";
/// For whom it is made accessible: words of the field's list, with commas between.
pub(super) const ACCESS: &str = "X-PROMENADE-ACCESS";
/// When something that has one date was to begin, before it was moved.
pub(super) const WAS_START: &str = "X-PROMENADE-WAS-START";
/// When it was to end.
pub(super) const WAS_END: &str = "X-PROMENADE-WAS-END";

/// What is said of an event or of one of its dates, beside when it is.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) status: EventStatus,
    /// Why it does not take place, or not then.
    pub(super) reason: Option<&'a str>,
    pub(super) availability: Option<&'a Value>,
    pub(super) access: Option<&'a Value>,
}

impl Said<'_> {
    /// It in words; none where all is as one expects.
    pub(super) fn notice(&self) -> Option<String> {
        let standing = match self.status {
            EventStatus::Scheduled => None,
            EventStatus::Rescheduled => Some("Moved"),
            EventStatus::Cancelled => Some("Cancelled"),
            EventStatus::Postponed => Some("Postponed"),
        };
        let standing = standing.map(|word| match self.reason {
            Some(reason) => format!("{word}: {reason}"),
            None => format!("{word}."),
        });
        let takes_place = matches!(self.status, EventStatus::Scheduled | EventStatus::Rescheduled);
        let places = match self.availability {
            Some(Value::Choice("sold_out")) if takes_place => Some("Sold out.".to_owned()),
            Some(Value::Choice("limited")) if takes_place => Some("Few places are left.".to_owned()),
            _ => None,
        };
        let access = match self.access {
            Some(Value::Choices(words)) if takes_place && !words.is_empty() => {
                let words: Vec<String> = words.iter().map(|word| in_words(word)).collect();
                Some(format!("Access: {}.", words.join(", ")))
            }
            _ => None,
        };
        let lines: Vec<String> = [standing, places, access].into_iter().flatten().collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// A word of the list of access, as people say it.
fn in_words(word: &str) -> String {
    match word {
        "bsl" => "British Sign Language".to_owned(),
        _ => word.replace('_', " "),
    }
}
