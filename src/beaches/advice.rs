//! What a visitor is told to do. Knows the status, not the counts.
use super::level::{Freshness, Level};
use super::overrides::Access;

/// Advice: a code that stays, and English that may be translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What it comes to.
    pub code: AdviceCode,
    /// The same in English, without a full stop.
    pub text: String,
}

/// What advice comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdviceCode {
    /// It is closed.
    Closed,
    /// It is full.
    ChooseAnother,
    /// Nobody has counted lately.
    NotMonitored,
    /// Somebody has counted, but not lately.
    LastCounted,
    /// It fills up.
    FillingUp,
    /// There is room.
    Room,
}

impl AdviceCode {
    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::ChooseAnother => "choose_another",
            Self::NotMonitored => "not_monitored",
            Self::LastCounted => "last_counted",
            Self::FillingUp => "filling_up",
            Self::Room => "room",
        }
    }
}

/// The advice for a beach that is shown with this level and access; `last_counted` is the time of the newest report
/// that is used, on the clock on the wall.
pub(super) fn advice(level: Level, access: Access, freshness: Freshness, last_counted: &str) -> Advice {
    let (code, text) = match (access, level, freshness) {
        (Access::Closed, _, _) => (AdviceCode::Closed, "Closed. Please choose another beach".to_owned()),
        (_, Level::Red, _) => {
            (AdviceCode::ChooseAnother, "Very busy. Please choose another beach".to_owned())
        }
        (_, Level::Unknown, _) => (AdviceCode::NotMonitored, "Not monitored now".to_owned()),
        (_, _, Freshness::Ageing) => (AdviceCode::LastCounted, format!("Last counted {last_counted}")),
        (_, Level::Amber, _) => (AdviceCode::FillingUp, "Getting busy".to_owned()),
        (_, Level::Green, _) => (AdviceCode::Room, "Plenty of room".to_owned()),
    };
    Advice { code, text }
}
