//! Why a schedule is refused, and what to write instead.
use super::Wall;
use super::{MAX_COUNT, MAX_DATES_BY_HAND, MAX_INTERVAL, MAX_RULE_BYTES, MAX_TIMES_A_DAY};
use thiserror::Error;

/// Why a schedule cannot be used, and what to write instead.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ScheduleError {
    /// A year that no schedule names, or a part of a second.
    #[error(
        "{wall} cannot be used: give a year from {} to {}, in whole seconds",
        Wall::FIRST_YEAR,
        Wall::LAST_YEAR
    )]
    OutOfRange {
        /// The day or time as given.
        wall: Wall,
    },
    /// A day where the start is a time, or the reverse.
    #[error("{wall} is not written as the start {starts} is: give both as days, or both as times")]
    Kind {
        /// When the first date starts.
        starts: Wall,
        /// The other.
        wall: Wall,
    },
    /// The first date ends before it starts.
    #[error("it cannot end ({ends}) before it starts ({starts})")]
    EndsBeforeStart {
        /// When the first date starts.
        starts: Wall,
        /// When it is said to end.
        ends: Wall,
    },
    /// Whole days, but not one: the day it ends is the day after the last.
    #[error("whole days end on the day after the last: {ends} must be later than {starts}")]
    NoDay {
        /// The first day.
        starts: Wall,
        /// The day given as the end.
        ends: Wall,
    },
    /// More dates by hand than a schedule may have.
    #[error("{count} {what}, the limit is {MAX_DATES_BY_HAND}: write a rule, or several events")]
    TooManyDates {
        /// "dates added" or "dates left out".
        what: &'static str,
        /// How many were given.
        count: usize,
    },
    /// The rule's text is too long.
    #[error("a rule of {bytes} bytes, the limit is {MAX_RULE_BYTES}: write several events")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The rule is not written as RFC 5545 says, or has a part that is not known.
    #[error("the rule's part {part:?} cannot be read: {why}")]
    Part {
        /// The part as given, or its name when it is missing.
        part: String,
        /// What to write, in English.
        why: &'static str,
    },
    /// A number that is not one, or is out of its range.
    #[error(
        "the rule's part {part} has {value:?}: give a whole number from {from} to {to}{}",
        if *from < 0 { ", but not 0" } else { "" }
    )]
    Number {
        /// The part's name.
        part: &'static str,
        /// What it has.
        value: String,
        /// The least.
        from: i64,
        /// The greatest.
        to: i64,
    },
    /// Every second, minute or hour.
    #[error("FREQ={freq} is too often: use DAILY or slower, with BYHOUR for several times a day")]
    TooOften {
        /// The frequency as given.
        freq: String,
    },
    /// Seconds other than those of the start.
    #[error("BYSECOND is not supported: leave it out, and let the start say the seconds")]
    Seconds,
    /// Too many times of the day.
    #[error(
        "BYHOUR and BYMINUTE make {times} times a day, the limit is {MAX_TIMES_A_DAY}: write several events"
    )]
    TooManyTimes {
        /// How many.
        times: usize,
    },
    /// The interval is out of range.
    #[error("INTERVAL={interval} cannot be used: give a whole number from 1 to {MAX_INTERVAL}")]
    Interval {
        /// As given.
        interval: String,
    },
    /// The count is out of range.
    #[error(
        "COUNT={count} cannot be used: give a whole number from 1 to {MAX_COUNT}, or leave it out for a series without end"
    )]
    Count {
        /// As given.
        count: String,
    },
    /// Two ends.
    #[error("the rule has COUNT and UNTIL: give one of them")]
    TwoEnds,
    /// Two parts that do not go together.
    #[error("{part} cannot be used with {with}: {instead}")]
    Together {
        /// The part.
        part: &'static str,
        /// What it does not go with.
        with: String,
        /// What to write, in English.
        instead: &'static str,
    },
    /// The evaluator refuses what was thought to be right.
    #[error("the rule {rule:?} cannot be used ({cause}): write it in other words")]
    Refused {
        /// The rule as given.
        rule: String,
        /// What the evaluator says.
        cause: String,
    },
}
