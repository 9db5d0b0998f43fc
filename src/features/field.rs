//! What a field of a place may hold, and the checked values it does hold.
//!
//! A collection is a table of fields ([`super::schema`]); reading, checking, storing and rendering a place
//! all walk that table. Knows nothing of CSV, JSON or SQL.
use crate::ids::FeatureId;
use crate::recurrence::Wall;
use crate::text::{self, TextError};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, Utc};
use std::ops::RangeInclusive;

/// One field of a collection.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name: the CSV column, the JSON member, the query parameter.
    pub name: &'static str,
    /// The JSON object it stands in; at the top of the properties without one.
    pub group: Option<&'static str>,
    /// What it holds.
    pub kind: Kind,
    /// Whether every place must have it.
    pub required: bool,
    /// What sets it.
    pub set_by: SetBy,
    /// Whether it is shown to whose feature it is alone, and to who decides about it.
    pub private: bool,
    /// Whether an app's list shows it, so that the short answers carry it.
    pub card: bool,
    /// By which parameter readers may ask for the features that have a certain value, if they may.
    pub asked: Option<&'static str>,
    /// What it means: unit, range, what empty says.
    pub doc: &'static str,
}

/// What sets a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// An edit: whoever may write the feature says it.
    Edit,
    /// What is done with the feature, and no edit.
    Deed,
    /// Other features, from which it follows: it is shown, and never stored.
    Others,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Yes or no; absent is unknown, never no.
    Flag,
    /// A whole number of that range, both ends included.
    Whole(i64, i64),
    /// A number of that range, both ends included.
    Decimal(f64, f64),
    /// Plain text of at most so many characters.
    Text(usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any of these words, each once.
    Choices(&'static [&'static str]),
    /// An OSM `opening_hours` string of at most 255 characters, kept as given.
    Hours,
    /// An `https` address.
    Https,
    /// A calendar day.
    Date,
    /// A day of any year, `MM-DD`.
    MonthDay,
    /// A wall-clock time, `HH:MM`, to 24:00.
    TimeOfDay,
    /// An instant.
    Instant,
    /// The id of a feature or of an organisation.
    Id,
    /// A day, or a time on a day, on the wall clock.
    Wall,
    /// A list of such, in order, each once.
    Walls,
    /// A list of records with these fields.
    Records(&'static [Field]),
}

/// A value that a [`Kind`] admitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A finite number.
    Decimal(f64),
    /// Text: of the kinds text, hours, https, month-day, time of day and id.
    Text(Box<str>),
    /// A word of the kind's list.
    Choice(&'static str),
    /// Words of the kind's list, in the order of the list.
    Choices(Box<[&'static str]>),
    /// A calendar day.
    Date(NaiveDate),
    /// An instant, in milliseconds.
    Instant(DateTime<Utc>),
    /// A day, or a time on a day.
    Wall(Wall),
    /// Such, in order, each once.
    Walls(Box<[Wall]>),
    /// Records, in the order given.
    Records(Box<[super::Fields]>),
}

/// Why a field does not take a value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FieldError {
    /// A text that plain text refuses.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Not of the field's kind at all.
    #[error("`{found}` is not {wanted}")]
    Kind {
        /// What was given.
        found: String,
        /// What the field holds, in words.
        wanted: String,
    },
    /// A number out of range.
    #[error("{found} is out of range, {low} to {high}")]
    Range {
        /// What was given.
        found: f64,
        /// The least value taken.
        low: f64,
        /// The greatest value taken.
        high: f64,
    },
    /// A list with more entries than are taken.
    #[error("has {found} entries, at most {max} are taken")]
    TooMany {
        /// How many it has.
        found: usize,
        /// How many it may have.
        max: usize,
    },
}

impl Kind {
    /// The years that an instant or a day may be in.
    pub const YEARS: RangeInclusive<i32> = 1900..=2199;
    /// Records that a list may have: as many as an event may have dates.
    pub const MAX_ENTRIES: usize = 500;
    /// Days and times that a list may have.
    pub const MAX_WALLS: usize = 1_000;
    /// Characters that an `opening_hours` string may have, as in OpenStreetMap.
    pub const MAX_HOURS: usize = 255;

    /// What the field holds, in words, for an error that says what to write instead.
    pub fn in_words(&self) -> String {
        match self {
            Self::Flag => "yes or no".to_owned(),
            Self::Whole(low, high) => format!("a whole number, {low} to {high}"),
            Self::Decimal(low, high) => format!("a number, {low} to {high}"),
            Self::Text(max) => format!("plain text of at most {max} characters"),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Choices(words) => format!("a list of {}", words.join(", ")),
            Self::Hours => "an opening_hours string".to_owned(),
            Self::Https => "an https:// address".to_owned(),
            Self::Date => "a date, YYYY-MM-DD".to_owned(),
            Self::MonthDay => "a day of the year, MM-DD".to_owned(),
            Self::TimeOfDay => "a time, HH:MM".to_owned(),
            Self::Instant => "an instant such as 2026-07-18T16:00:00Z, of the years 1900 to 2199".to_owned(),
            Self::Id => "an id: 1 to 64 of a-z, 0-9 and inner hyphens".to_owned(),
            Self::Wall => {
                "a day or a time on the wall clock, such as 2026-07-18 or 2026-07-18T19:30".to_owned()
            }
            Self::Walls => "a list of days or times such as 2026-07-18 or 2026-07-18T19:30".to_owned(),
            Self::Records(_) => "a list of records".to_owned(),
        }
    }

    /// The values that readers may ask for by name, in the order of the list; none for kinds without such.
    pub fn words_to_ask(&self) -> &'static [&'static str] {
        match self {
            Self::Flag => &["true", "false"],
            Self::Choice(words) | Self::Choices(words) => words,
            Self::Whole(..)
            | Self::Decimal(..)
            | Self::Text(_)
            | Self::Hours
            | Self::Https
            | Self::Date
            | Self::MonthDay
            | Self::TimeOfDay
            | Self::Instant
            | Self::Id
            | Self::Wall
            | Self::Walls
            | Self::Records(_) => &[],
        }
    }

    /// The value that a yes or no is.
    pub fn flag(&self, flag: bool) -> Result<Value, FieldError> {
        match self {
            Self::Flag => Ok(Value::Flag(flag)),
            _ => Err(self.mismatch(flag)),
        }
    }

    /// The value that a whole number is.
    pub fn whole(&self, number: i64) -> Result<Value, FieldError> {
        #[expect(clippy::cast_precision_loss, reason = "for the message and for decimals, which are small")]
        let wide = |n: i64| n as f64;
        match self {
            Self::Whole(low, high) if (low..=high).contains(&&number) => Ok(Value::Whole(number)),
            Self::Whole(low, high) => {
                Err(FieldError::Range { found: wide(number), low: wide(*low), high: wide(*high) })
            }
            Self::Decimal(..) => self.decimal(wide(number)),
            _ => Err(self.mismatch(number)),
        }
    }

    /// The value that a number with decimals is.
    pub fn decimal(&self, number: f64) -> Result<Value, FieldError> {
        match self {
            Self::Decimal(low, high) if (*low..=*high).contains(&number) => Ok(Value::Decimal(number)),
            Self::Decimal(low, high) => Err(FieldError::Range { found: number, low: *low, high: *high }),
            _ => Err(self.mismatch(number)),
        }
    }

    /// The value that `text` writes out, as JSON gives it: for the kinds that are text there.
    pub fn text(&self, text: &str) -> Result<Value, FieldError> {
        let mismatch = || self.mismatch(text);
        match self {
            Self::Text(max) => Ok(Value::Text(text::plain(text, *max)?)),
            Self::Hours => Ok(Value::Text(text::plain(text, Self::MAX_HOURS)?)),
            Self::Https => https(text).map(|url| Value::Text(url.into())).ok_or_else(mismatch),
            Self::Choice(words) => {
                words.iter().find(|word| **word == text).map(|word| Value::Choice(word)).ok_or_else(mismatch)
            }
            Self::Date => day(text).map(Value::Date).ok_or_else(mismatch),
            Self::MonthDay => {
                // 2024 is a leap year, so that 29 February is a day.
                let is_day = text.len() == 5 && day(&format!("2024-{text}")).is_some();
                is_day.then(|| Value::Text(text.into())).ok_or_else(mismatch)
            }
            Self::TimeOfDay => {
                let is_time =
                    text == "24:00" || (text.len() == 5 && NaiveTime::parse_from_str(text, "%H:%M").is_ok());
                is_time.then(|| Value::Text(text.into())).ok_or_else(mismatch)
            }
            Self::Instant => instant(text).map(Value::Instant).ok_or_else(mismatch),
            Self::Id => FeatureId::new(text).map(|_| Value::Text(text.into())).map_err(|_| mismatch()),
            Self::Wall => Wall::parse(text).map(Value::Wall).ok_or_else(mismatch),
            Self::Flag
            | Self::Whole(..)
            | Self::Decimal(..)
            | Self::Choices(_)
            | Self::Walls
            | Self::Records(_) => Err(mismatch()),
        }
    }

    /// The value that a list of words, or of days and times, is.
    pub fn words<'a>(&self, given: impl IntoIterator<Item = &'a str>) -> Result<Value, FieldError> {
        let words = match self {
            Self::Choices(words) => words,
            Self::Walls => return self.walls(given),
            _ => return Err(self.mismatch("a list")),
        };
        let mut chosen = vec![false; words.len()];
        for word in given {
            let at = words.iter().position(|known| *known == word).ok_or_else(|| self.mismatch(word))?;
            chosen[at] = true;
        }
        Ok(Value::Choices(
            words.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(word, _)| *word).collect(),
        ))
    }

    fn walls<'a>(&self, given: impl IntoIterator<Item = &'a str>) -> Result<Value, FieldError> {
        let read = |text: &str| Wall::parse(text).ok_or_else(|| self.mismatch(text));
        let mut walls = given.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        walls.sort_unstable();
        walls.dedup();
        if Self::MAX_WALLS < walls.len() {
            return Err(FieldError::TooMany { found: walls.len(), max: Self::MAX_WALLS });
        }
        Ok(Value::Walls(walls.into()))
    }

    /// The value of a list of `records`, each already checked against the kind's own fields.
    pub fn records(&self, records: Vec<super::Fields>) -> Result<Value, FieldError> {
        match self {
            Self::Records(_) if Self::MAX_ENTRIES < records.len() => {
                Err(FieldError::TooMany { found: records.len(), max: Self::MAX_ENTRIES })
            }
            Self::Records(_) => Ok(Value::Records(records.into())),
            _ => Err(self.mismatch("a list of records")),
        }
    }

    /// The error that `found` is not of this kind; at most 80 characters of it are quoted.
    pub fn mismatch(&self, found: impl ToString) -> FieldError {
        let mut found = found.to_string();
        if let Some((cut, _)) = found.char_indices().nth(80) {
            found.truncate(cut);
            found.push('…');
        }
        FieldError::Kind { found, wanted: self.in_words() }
    }
}

/// An instant, to the millisecond, as it is taken wherever somebody writes one.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc().trunc_subsecs(3);
    // Beyond the year 9999 an instant is written in a way that nobody reads back.
    Kind::YEARS.contains(&at.year()).then_some(at)
}

fn day(text: &str) -> Option<NaiveDate> {
    let day = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    day.filter(|day| Kind::YEARS.contains(&day.year()))
}

/// `text` when it is an `https` address: a host, no user information, only the characters of RFC 3986, at most
/// 2,000 of them.
fn https(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
    let escaped = |(at, _): (usize, &str)| {
        text.get(at + 1..at + 3).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    let fits = text.len() <= 2000
        && host.contains('.')
        && host.bytes().all(host_char)
        && text.bytes().all(allowed)
        && text.match_indices('%').all(escaped);
    fits.then_some(text)
}
