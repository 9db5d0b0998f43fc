//! A rule as RFC 5545 writes one, read and checked. Knows no zone.
//!
//! The crate `rrule` has a reader and a writer of its own. They are not used: it writes `1MO` as `MO`, ignores what
//! it does not know of a weekday, and its messages do not say what to write instead.
use super::{MAX_COUNT, MAX_INTERVAL, MAX_RULE_BYTES, MAX_TIMES_A_DAY};
use super::{ScheduleError, Wall};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc, Weekday};
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result as Written};

/// What recurs: the period that the other parts select from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freq {
    Yearly,
    Monthly,
    Weekly,
    Daily,
}

/// The last date of a rule, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Day(NaiveDate),
    Time(NaiveDateTime),
    Instant(DateTime<Utc>),
}

/// A weekday, and the how many-th of its period, from the end where negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByDay {
    pub(super) nth: Option<i16>,
    pub(super) weekday: Weekday,
}

/// A rule, checked: whatever is in range alone and together. Lists are sorted, without repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) freq: Freq,
    pub(super) interval: u16,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    pub(super) week_start: Weekday,
    pub(super) months: Vec<u8>,
    pub(super) weeks: Vec<i8>,
    pub(super) year_days: Vec<i16>,
    pub(super) month_days: Vec<i8>,
    pub(super) days: Vec<ByDay>,
    pub(super) hours: Vec<u8>,
    pub(super) minutes: Vec<u8>,
    pub(super) positions: Vec<i32>,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl Rule {
    /// Reads a rule of a series that starts then. Case, spaces around what is listed, and the order of the parts do
    /// not matter; parts that say what goes without saying are dropped.
    pub(super) fn read(text: &str, starts: Wall) -> Result<Self, ScheduleError> {
        if MAX_RULE_BYTES < text.len() {
            return Err(ScheduleError::TooLong { bytes: text.len() });
        }
        let text = text.to_ascii_uppercase();
        let mut parts = parts(&text)?;
        let rule = Self {
            freq: freq(parts.remove("FREQ"))?,
            interval: match parts.remove("INTERVAL") {
                None => 1,
                Some(text) => within(text, 1, MAX_INTERVAL)
                    .ok_or_else(|| ScheduleError::Interval { interval: text.to_owned() })?,
            },
            count: match parts.remove("COUNT") {
                None => None,
                Some(text) => Some(
                    within(text, 1, MAX_COUNT)
                        .ok_or_else(|| ScheduleError::Count { count: text.to_owned() })?,
                ),
            },
            until: parts.remove("UNTIL").map(until).transpose()?,
            week_start: match parts.remove("WKST") {
                None => Weekday::Mon,
                Some(text) => weekday(text).ok_or_else(|| part("WKST", text, "give one of MO to SU"))?,
            },
            months: numbers("BYMONTH", parts.remove("BYMONTH"), 1, 12)?,
            weeks: numbers("BYWEEKNO", parts.remove("BYWEEKNO"), -53, 53)?,
            year_days: numbers("BYYEARDAY", parts.remove("BYYEARDAY"), -366, 366)?,
            month_days: numbers("BYMONTHDAY", parts.remove("BYMONTHDAY"), -31, 31)?,
            days: days(parts.remove("BYDAY"))?,
            hours: clock("BYHOUR", parts.remove("BYHOUR"), 23, starts)?,
            minutes: clock("BYMINUTE", parts.remove("BYMINUTE"), 59, starts)?,
            positions: numbers("BYSETPOS", parts.remove("BYSETPOS"), -366, 366)?,
        };
        let seconds: Vec<u8> = clock("BYSECOND", parts.remove("BYSECOND"), 59, starts)?;
        if seconds.iter().any(|second| u32::from(*second) != starts.time().second()) {
            return Err(ScheduleError::Seconds);
        }
        rule.check()?;
        Ok(rule)
    }

    /// What each part allows alone was asked when it was read; this is what they allow together.
    fn check(&self) -> Result<(), ScheduleError> {
        let together = |part, with: String, instead| Err(ScheduleError::Together { part, with, instead });
        let freq = || format!("FREQ={}", self.freq);
        if self.count.is_some() && self.until.is_some() {
            return Err(ScheduleError::TwoEnds);
        }
        let times = self.hours.len().max(1) * self.minutes.len().max(1);
        if MAX_TIMES_A_DAY < times {
            return Err(ScheduleError::TooManyTimes { times });
        }
        if !self.weeks.is_empty() && self.freq != Freq::Yearly {
            return together("BYWEEKNO", freq(), "use FREQ=YEARLY");
        }
        if !self.year_days.is_empty() && self.freq != Freq::Yearly {
            return together("BYYEARDAY", freq(), "use FREQ=YEARLY");
        }
        if !self.month_days.is_empty() && self.freq == Freq::Weekly {
            return together("BYMONTHDAY", freq(), "use FREQ=DAILY or FREQ=MONTHLY");
        }
        let numbered = || self.days.iter().filter_map(|day| day.nth);
        if numbered().next().is_some() {
            match self.freq {
                Freq::Weekly | Freq::Daily => {
                    return together("a number in BYDAY", freq(), "use FREQ=MONTHLY or FREQ=YEARLY");
                }
                Freq::Yearly if !self.weeks.is_empty() => {
                    return together("a number in BYDAY", "BYWEEKNO".to_owned(), "leave the number out");
                }
                Freq::Monthly | Freq::Yearly => {}
            }
        }
        let is_mixed = numbered().next().is_some() && self.days.iter().any(|day| day.nth.is_none());
        if is_mixed && self.freq == Freq::Yearly && self.months.is_empty() {
            let with = "weekdays without a number".to_owned();
            return together("a number in BYDAY", with, "use FREQ=MONTHLY, add BYMONTH, or write two events");
        }
        let of_month = self.freq == Freq::Monthly || !self.months.is_empty();
        if let Some(nth) = numbered().find(|nth| of_month && !(-4..=5).contains(nth)) {
            let value = nth.to_string();
            return Err(ScheduleError::Number { part: "BYDAY", value, from: -4, to: 5 });
        }
        let selected = [
            self.months.len(),
            self.weeks.len(),
            self.year_days.len(),
            self.month_days.len(),
            self.days.len(),
            self.hours.len(),
            self.minutes.len(),
        ];
        if !self.positions.is_empty() && selected == [0; 7] {
            return together("BYSETPOS", "no other BY part".to_owned(), "add what it is to choose from");
        }
        let most = match self.freq {
            Freq::Yearly | Freq::Daily => 366,
            Freq::Monthly => 31,
            Freq::Weekly => 53,
        };
        if let Some(position) = self.positions.iter().find(|position| most < position.abs()) {
            let value = position.to_string();
            return Err(ScheduleError::Number {
                part: "BYSETPOS",
                value,
                from: -i64::from(most),
                to: most.into(),
            });
        }
        Ok(())
    }
}

fn part(name: &str, value: &str, why: &'static str) -> ScheduleError {
    ScheduleError::Part { part: format!("{name}={value}"), why }
}

/// The parts by name, without those that say nothing. An empty part (a `;` too many) is common and harmless.
fn parts(text: &str) -> Result<BTreeMap<&str, &str>, ScheduleError> {
    const KNOWN: [&str; 14] = [
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYMONTH",
        "BYWEEKNO",
        "BYYEARDAY",
        "BYMONTHDAY",
        "BYDAY",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
        "BYSETPOS",
    ];
    let mut parts = BTreeMap::new();
    for piece in text.split(';').map(str::trim).filter(|piece| !piece.is_empty()) {
        let refused = |why| Err(ScheduleError::Part { part: piece.to_owned(), why });
        let Some((name, value)) = piece.split_once('=').map(|(name, value)| (name.trim(), value.trim()))
        else {
            return refused("write NAME=VALUE, as in FREQ=WEEKLY;BYDAY=SA");
        };
        match name {
            "RSCALE" if value == "GREGORIAN" => continue,
            "SKIP" if value == "OMIT" => continue,
            "RSCALE" | "SKIP" => {
                return refused("only the Gregorian calendar is known: add the dates by hand");
            }
            _ if !KNOWN.contains(&name) => {
                return refused("there is no such part: leave it out, and write the rule without RRULE:");
            }
            _ => {}
        }
        if parts.insert(name, value).is_some() {
            return refused("it is there twice: give one list, separated by commas");
        }
    }
    Ok(parts)
}

fn freq(text: Option<&str>) -> Result<Freq, ScheduleError> {
    match text {
        Some("YEARLY") => Ok(Freq::Yearly),
        Some("MONTHLY") => Ok(Freq::Monthly),
        Some("WEEKLY") => Ok(Freq::Weekly),
        Some("DAILY") => Ok(Freq::Daily),
        Some(freq @ ("HOURLY" | "MINUTELY" | "SECONDLY")) => {
            Err(ScheduleError::TooOften { freq: freq.to_owned() })
        }
        other => Err(part("FREQ", other.unwrap_or(""), "give one of DAILY, WEEKLY, MONTHLY, YEARLY")),
    }
}

fn until(text: &str) -> Result<Until, ScheduleError> {
    let refused = || part("UNTIL", text, "write 20261231, 20261231T193000 or 20261231T193000Z");
    let (wall, is_utc) = match text.strip_suffix('Z') {
        Some(wall) => (wall, true),
        None => (text, false),
    };
    // What chrono reads may have signs and spaces.
    if !wall.bytes().all(|byte| byte.is_ascii_digit() || byte == b'T') {
        return Err(refused());
    }
    match (wall.len(), is_utc) {
        (8, false) => NaiveDate::parse_from_str(wall, "%Y%m%d").map(Until::Day).map_err(|_| refused()),
        (15, _) => {
            let time = NaiveDateTime::parse_from_str(wall, "%Y%m%dT%H%M%S").map_err(|_| refused())?;
            Ok(if is_utc { Until::Instant(time.and_utc()) } else { Until::Time(time) })
        }
        _ => Err(refused()),
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, weekday)| *weekday)
}

/// A whole number, with or without a sign, between these.
fn within<N: std::str::FromStr + PartialOrd>(text: &str, from: N, to: N) -> Option<N> {
    text.parse().ok().filter(|number| from <= *number && *number <= to)
}

fn numbers<N>(part: &'static str, text: Option<&str>, from: N, to: N) -> Result<Vec<N>, ScheduleError>
where
    N: std::str::FromStr + Ord + Copy + Into<i64>,
{
    let Some(text) = text else { return Ok(Vec::new()) };
    let number = |text: &str| {
        let number = within(text, from, to).filter(|number| from.into() == 0 || (*number).into() != 0);
        let (from, to) = (from.into(), to.into());
        number.ok_or_else(|| ScheduleError::Number { part, value: text.to_owned(), from, to })
    };
    let mut numbers: Vec<N> =
        text.split(',').map(str::trim).map(number).collect::<Result<_, ScheduleError>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

/// Hours, minutes or seconds, which a series of days does not have.
fn clock(part: &'static str, text: Option<&str>, to: u8, starts: Wall) -> Result<Vec<u8>, ScheduleError> {
    let numbers = numbers(part, text, 0, to)?;
    Ok(match starts {
        Wall::Day(_) => Vec::new(),
        Wall::Time(_) => numbers,
    })
}

fn days(text: Option<&str>) -> Result<Vec<ByDay>, ScheduleError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let day = |text: &str| {
        let refused = || part("BYDAY", text, "give weekdays, MO to SU, with a number before each if need be");
        let (number, name) = text.split_at_checked(text.len().saturating_sub(2)).ok_or_else(refused)?;
        let weekday = weekday(name).ok_or_else(refused)?;
        if number.is_empty() {
            return Ok(ByDay { nth: None, weekday });
        }
        let nth = numbers("BYDAY", Some(number), -52, 53)?;
        Ok(ByDay { nth: nth.first().copied(), weekday })
    };
    let mut days: Vec<ByDay> = text.split(',').map(str::trim).map(day).collect::<Result<_, _>>()?;
    days.sort_unstable_by_key(|day| (day.nth, day.weekday.num_days_from_monday()));
    days.dedup();
    Ok(days)
}

impl Display for Freq {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        out.write_str(match self {
            Self::Yearly => "YEARLY",
            Self::Monthly => "MONTHLY",
            Self::Weekly => "WEEKLY",
            Self::Daily => "DAILY",
        })
    }
}

impl Display for ByDay {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        let name = WEEKDAYS[self.weekday.num_days_from_monday() as usize].0;
        match self.nth {
            None => out.write_str(name),
            Some(nth) => write!(out, "{nth}{name}"),
        }
    }
}

impl Display for Rule {
    /// As RFC 5545 writes the value of an RRULE; the same for rules that are the same.
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        write!(out, "FREQ={}", self.freq)?;
        if self.interval != 1 {
            write!(out, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(out, ";COUNT={count}")?;
        }
        match self.until {
            None => {}
            Some(Until::Day(day)) => write!(out, ";UNTIL={}", day.format("%Y%m%d"))?,
            Some(Until::Time(time)) => write!(out, ";UNTIL={}", time.format("%Y%m%dT%H%M%S"))?,
            Some(Until::Instant(at)) => write!(out, ";UNTIL={}", at.format("%Y%m%dT%H%M%SZ"))?,
        }
        if self.week_start != Weekday::Mon {
            write!(out, ";WKST={}", ByDay { nth: None, weekday: self.week_start })?;
        }
        list(out, "BYMONTH", &self.months)?;
        list(out, "BYWEEKNO", &self.weeks)?;
        list(out, "BYYEARDAY", &self.year_days)?;
        list(out, "BYMONTHDAY", &self.month_days)?;
        list(out, "BYDAY", &self.days)?;
        list(out, "BYHOUR", &self.hours)?;
        list(out, "BYMINUTE", &self.minutes)?;
        list(out, "BYSETPOS", &self.positions)
    }
}

fn list<N: Display>(out: &mut Formatter<'_>, part: &str, values: &[N]) -> Written {
    for (at, value) in values.iter().enumerate() {
        match at {
            0 => write!(out, ";{part}={value}")?,
            _ => write!(out, ",{value}")?,
        }
    }
    Ok(())
}
