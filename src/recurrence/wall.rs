//! A day or a time as a wall shows it. Knows no zone.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use std::cmp::Ordering;
use std::fmt::{Display, Formatter, Result};

/// A day, or a time on a day, as a wall shows it: without a zone. Times are in whole seconds, years in
/// [`Wall::FIRST_YEAR`]`..=`[`Wall::LAST_YEAR`]; what is [parsed](Wall::parse) is, and a schedule refuses the rest.
///
/// Walls are ordered as a diary is: by the day, the day as such before the times on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wall {
    /// A whole day.
    Day(NaiveDate),
    /// A time on a day.
    Time(NaiveDateTime),
}

impl Wall {
    /// The first year that a schedule may name.
    pub const FIRST_YEAR: i32 = 1900;
    /// The last year that a schedule may name.
    pub const LAST_YEAR: i32 = 2199;

    /// Reads `2026-07-18`, `2026-07-18T19:30` and `2026-07-18T19:30:05`, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let [year, month, day] = numbers(date, "####-##-##")?;
        let time = match time {
            None => None,
            Some(time) if time.len() == 5 => Some(numbers(time, "##:##")?),
            Some(time) => Some(numbers(time, "##:##:##")?),
        };
        made([year, month, day], time)
    }

    /// Its day.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Time(time) => time.date(),
        }
    }

    /// The form that ids are made of: `20260718`, `20260718t1930`, `20260718t193005`. Each wall has one.
    #[must_use]
    pub fn compact(self) -> String {
        match self {
            Self::Day(day) => day.format("%Y%m%d").to_string(),
            Self::Time(time) if time.second() == 0 => time.format("%Y%m%dt%H%M").to_string(),
            Self::Time(time) => time.format("%Y%m%dt%H%M%S").to_string(),
        }
    }

    /// Reads what [`Wall::compact`] wrote, and nothing else: seconds that are zero are not said.
    #[must_use]
    pub fn from_compact(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('t') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let date = numbers(date, "########")?;
        let time = match time {
            None => None,
            Some(time) if time.len() == 4 => Some(numbers(time, "####")?),
            Some(time) => Some(numbers(time, "######").filter(|[_, _, second]| *second != 0)?),
        };
        made(date, time)
    }

    /// Midnight of a day, or the time: what a rule is expanded from.
    pub(super) fn time(self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN),
            Self::Time(time) => time,
        }
    }

    /// The wall of the same kind that shows this time.
    pub(super) fn alike(self, time: NaiveDateTime) -> Self {
        match self {
            Self::Day(_) => Self::Day(time.date()),
            Self::Time(_) => Self::Time(time),
        }
    }

    /// Whether both are days, or both times.
    pub(super) fn is_like(self, other: Self) -> bool {
        matches!((self, other), (Self::Day(_), Self::Day(_)) | (Self::Time(_), Self::Time(_)))
    }

    /// Whether it is as the type says: anybody can make one of what chrono can say.
    pub(super) fn is_sound(self) -> bool {
        let time = self.time();
        (Self::FIRST_YEAR..=Self::LAST_YEAR).contains(&time.year()) && time.nanosecond() == 0
    }
}

/// The digits of `text`, which has the shape of `form`: `#` is a digit, all else itself. The first number has four
/// digits where the form begins with a year, all others two; what is missing is zero.
fn numbers(text: &str, form: &str) -> Option<[u32; 3]> {
    let alike = text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(is, shall)| match shall {
            b'#' => is.is_ascii_digit(),
            shall => is == shall,
        });
    if !alike {
        return None;
    }
    let has_year = form.starts_with("####-") || form == "########";
    let mut digits = text.bytes().filter(u8::is_ascii_digit).map(|digit| u32::from(digit - b'0'));
    let mut number = |length| digits.by_ref().take(length).fold(0, |number, digit| number * 10 + digit);
    Some([number(if has_year { 4 } else { 2 }), number(2), number(2)])
}

fn made([year, month, day]: [u32; 3], time: Option<[u32; 3]>) -> Option<Wall> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let wall = match time {
        None => Wall::Day(date),
        Some([hour, minute, second]) => Wall::Time(date.and_hms_opt(hour, minute, second)?),
    };
    Some(wall).filter(|wall| wall.is_sound())
}

impl Display for Wall {
    /// What [`Wall::parse`] reads; seconds only when they are not zero.
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Day(day) => write!(out, "{}", day.format("%Y-%m-%d")),
            Self::Time(time) if time.second() == 0 => write!(out, "{}", time.format("%Y-%m-%dT%H:%M")),
            Self::Time(time) => write!(out, "{}", time.format("%Y-%m-%dT%H:%M:%S")),
        }
    }
}

impl Ord for Wall {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |wall: &Self| (wall.date(), matches!(wall, Self::Time(_)), wall.time());
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Wall {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
