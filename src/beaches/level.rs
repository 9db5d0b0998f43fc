//! The colour of a beach, and how it follows the estimate. Knows no reports and no time.
use super::decimal::Decimal;
use super::policy::Policy;

/// How full a beach is, or that nobody knows. Unknown is a level, and comes before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Nobody knows.
    Unknown,
    /// There is room.
    Green,
    /// It fills up.
    Amber,
    /// It is full.
    Red,
}

/// A level that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Colour {
    /// There is room.
    Green,
    /// It fills up.
    Amber,
    /// It is full.
    Red,
}

/// How old the newest report is that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// New enough to lower the level.
    Fresh,
    /// Old enough that it may only raise it.
    Ageing,
    /// There is none.
    None,
}

impl Colour {
    /// Every one, the emptiest first.
    pub const ALL: [Self; 3] = [Self::Green, Self::Amber, Self::Red];

    /// Its name outside.
    pub fn name(self) -> &'static str {
        Level::from(self).name()
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.name() == name)
    }
}

impl From<Colour> for Level {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Green => Self::Green,
            Colour::Amber => Self::Amber,
            Colour::Red => Self::Red,
        }
    }
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Green, Self::Amber, Self::Red];

    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }

    /// The level of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

impl Freshness {
    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Ageing => "ageing",
            Self::None => "none",
        }
    }
}

/// Whether `people` are this percentage of `capacity`, or more; exactly.
fn reaches(people: i64, percent: Decimal, capacity: i64) -> bool {
    percent.times(capacity) <= Decimal::units(i128::from(people) * 100)
}

/// The level of a beach that had the level `before`, with `people` on it and room for `capacity`.
///
/// Fresh, it rises at once and falls past the band only, through both if need be. Ageing, it may rise, and neither
/// falls nor turns unknown to green.
pub(super) fn step(
    policy: &Policy,
    before: Level,
    freshness: Freshness,
    people: i64,
    capacity: i64,
) -> Level {
    let values = policy.values();
    let (amber, red, band) = (values.amber_percent, values.red_percent, values.hysteresis_percent);
    let at_least = |percent| reaches(people, percent, capacity);
    let plain = if at_least(red) {
        Level::Red
    } else if at_least(amber) {
        Level::Amber
    } else {
        Level::Green
    };
    match (freshness, before) {
        (Freshness::None, _) => Level::Unknown,
        (Freshness::Ageing, Level::Unknown) if plain == Level::Green => Level::Unknown,
        (Freshness::Ageing, _) => plain.max(before),
        (Freshness::Fresh, Level::Unknown | Level::Green) => plain,
        (Freshness::Fresh, Level::Amber | Level::Red) => {
            let held = if before == Level::Red && at_least(red.minus(band)) {
                Level::Red
            } else if at_least(amber.minus(band)) {
                Level::Amber
            } else {
                Level::Green
            };
            plain.max(held)
        }
    }
}
