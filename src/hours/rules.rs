//! The rules of an `opening_hours` string: read, checked, and laid out over one day of the wall clock.
//! Knows no instants.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use opening_hours::localization::TzLocation;
use opening_hours::{OpeningHours as Evaluator, RuleKind};
use opening_hours_syntax::rules::day::{Date, HolidayKind, MonthdayRange, WeekDayRange};
use opening_hours_syntax::rules::time::{Time, TimeSpan};
use opening_hours_syntax::rules::{OpeningHoursExpression, RuleSequence};
use opening_hours_syntax::{Error as SyntaxError, ExtendedTime};

use super::{Calendar, HoursError, OpeningHours};

/// Rules and what they fall back on: each is asked where all before it say closed.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    fallbacks: Arc<[Evaluator<TzLocation<Tz>>]>,
    follow_the_sun: bool,
    never_change: bool,
}

/// A stretch of one day, as time since midnight, `end` up to 24 hours. Never empty.
pub(super) struct Piece {
    pub(super) start: TimeDelta,
    pub(super) end: TimeDelta,
    pub(super) kind: RuleKind,
}

impl Rules {
    pub(super) fn parse(text: &str, calendar: &Calendar) -> Result<Self, HoursError> {
        let mut fallbacks = Vec::new();
        let mut selectors = 0;
        let mut follow_the_sun = false;
        let mut never_change = true;
        for part in parts(text)? {
            let parsed: Evaluator = part
                .parse()
                .map_err(|error| HoursError::Syntax { text: text.to_owned(), cause: cause(&error) })?;
            let expression = parsed.get_expression();
            if let Some(what) = unsupported(&expression) {
                return Err(HoursError::Unsupported { text: text.to_owned(), what });
            }
            selectors += expression.rules.iter().map(weight).sum::<usize>();
            follow_the_sun |= spans(&expression).any(follows_the_sun);
            never_change &= expression.is_constant();
            fallbacks.push(parsed.with_context(calendar.context().clone()));
        }
        if selectors > OpeningHours::MAX_SELECTORS {
            return Err(HoursError::TooComplex { text: text.to_owned(), selectors });
        }
        Ok(Self { fallbacks: fallbacks.into(), follow_the_sun, never_change })
    }

    pub(super) fn follow_the_sun(&self) -> bool {
        self.follow_the_sun
    }

    /// Whether every day is like every other. May be false for rules that do not change either.
    pub(super) fn never_change(&self) -> bool {
        self.never_change
    }

    /// The whole of this day, in order and without holes. Neighbours may be of one kind.
    pub(super) fn day(&self, date: NaiveDate) -> Vec<Piece> {
        let mut pieces =
            vec![Piece { start: TimeDelta::zero(), end: TimeDelta::hours(24), kind: RuleKind::Closed }];
        for rules in self.fallbacks.iter() {
            let ranges: Vec<_> = rules.schedule_at(date).into_iter().collect();
            let mut refined = Vec::with_capacity(pieces.len() + ranges.len());
            for piece in pieces {
                match piece.kind {
                    RuleKind::Open | RuleKind::Unknown => refined.push(piece),
                    RuleKind::Closed => {
                        for range in &ranges {
                            let start = piece.start.max(since_midnight(range.range.start));
                            let end = piece.end.min(since_midnight(range.range.end));
                            if start < end {
                                let kind = range.kind;
                                refined.push(Piece { start, end, kind });
                            }
                        }
                    }
                }
            }
            pieces = refined;
        }
        pieces
    }
}

/// `text` cut at its fallback separators, with the modifier that a bare comment stands for written out.
///
/// The evaluator decides on a fallback by the day, and takes hours with a bare comment for open;
/// the specification decides by the moment, and takes them for unknown.
fn parts(text: &str) -> Result<Vec<String>, HoursError> {
    // The grammar looks ahead from each `Jan Mo[1],` through all that follow: three times the work for
    // every one more.
    const MOST_NUMBERED: usize = 4;
    const MODIFIERS: [&str; 4] = ["open", "closed", "off", "unknown"];
    let mut done = Vec::new();
    let mut part = String::new();
    let mut numbered = 0;
    let mut quoted = false;
    let mut pieces = text.split('"').peekable();
    while let Some(piece) = pieces.next() {
        if quoted {
            let before = part.trim_end().to_ascii_lowercase();
            let is_label = pieces.peek().is_some_and(|after| after.starts_with(':'));
            if !is_label && !MODIFIERS.iter().any(|word| before.ends_with(word)) {
                part.push_str("unknown ");
            }
            part.push('"');
            part.push_str(piece);
            // A quote that nobody closed is left so, for the grammar to refuse.
            if pieces.peek().is_some() {
                part.push('"');
            }
        } else {
            numbered += piece.matches("],").count();
            if numbered > MOST_NUMBERED {
                return Err(HoursError::Unsupported {
                    text: text.to_owned(),
                    what: "a list of more than 4 numbered weekdays",
                });
            }
            for (index, rules) in piece.split("||").enumerate() {
                if index > 0 {
                    done.push(std::mem::take(&mut part));
                }
                if !done.is_empty() && rules.contains(';') {
                    return Err(HoursError::Unsupported {
                        text: text.to_owned(),
                        what: "a rule after a fallback",
                    });
                }
                part.push_str(rules);
            }
        }
        quoted = !quoted;
    }
    done.push(part);
    Ok(done.into_iter().map(|part| part.trim().to_owned()).collect())
}

/// What in these rules the evaluator ignores, gets wrong or panics at.
fn unsupported(expression: &OpeningHoursExpression) -> Option<&'static str> {
    for rule in &expression.rules {
        for range in &rule.day_selector.weekday {
            match range {
                // We have none: `SH off` would never be off, `SH 10:00-16:00` never open.
                WeekDayRange::Holiday { kind: HolidayKind::School, .. } => return Some("school holidays"),
                WeekDayRange::Holiday { kind: HolidayKind::Public, .. } | WeekDayRange::Fixed { .. } => {}
            }
        }
        for range in &rule.day_selector.monthday {
            match range {
                // Ends on the first day of the last month.
                MonthdayRange::Month { year: Some(_), .. } => {
                    return Some("a year joined to a month");
                }
                MonthdayRange::Month { year: None, .. } => {}
                // `Feb 30` would be all year: from March 1 to February 28.
                MonthdayRange::Date { start, end } => {
                    if !(can_be(start.0) && can_be(end.0)) {
                        return Some("a day its month never has");
                    }
                }
            }
        }
    }
    spans(expression).find_map(unsupported_span)
}

fn can_be(date: Date) -> bool {
    const A_LEAP_YEAR: i32 = 2024;
    match date {
        Date::Fixed { month, day, .. } => {
            NaiveDate::from_ymd_opt(A_LEAP_YEAR, month.into(), day.into()).is_some()
        }
        Date::Weekday { .. } | Date::Easter { .. } => true,
    }
}

fn unsupported_span(span: &TimeSpan) -> Option<&'static str> {
    const FARTHEST_FROM_SUN: i16 = 3 * 60;
    if span.open_end {
        return Some("an open end");
    }
    if span.repeats.is_some() {
        return Some("points in time");
    }
    let offsets = [span.range.start, span.range.end].map(|time| match time {
        Time::Fixed(_) => 0,
        Time::Variable(event) => event.offset,
    });
    if offsets.iter().any(|offset| offset.abs() > FARTHEST_FROM_SUN) {
        return Some("a time more than 3 hours from the sun's");
    }
    let ends_past_midnight = match span.range.end {
        Time::Fixed(end) => end > ExtendedTime::MIDNIGHT_24,
        Time::Variable(event) => event.offset > 0,
    };
    // Both past midnight and in the wrong order, the evaluator counts past its 48 hours and panics.
    if offsets[0] > 0 && ends_past_midnight {
        return Some("hours that begin after a time of the sun and may end after midnight");
    }
    None
}

fn spans(expression: &OpeningHoursExpression) -> impl Iterator<Item = &TimeSpan> {
    expression.rules.iter().flat_map(|rule| &rule.time_selector.spans)
}

fn follows_the_sun(span: &TimeSpan) -> bool {
    [span.range.start, span.range.end].iter().any(|time| time.as_time_event().is_some())
}

/// What a day of this rule costs to evaluate, by measurement, in plain selectors.
fn weight(rule: &RuleSequence) -> usize {
    let days = &rule.day_selector;
    let dates = days.monthday.iter().map(|range| match range {
        MonthdayRange::Month { .. } => 2,
        MonthdayRange::Date { start, end } => match (start.0, end.0) {
            (Date::Easter { .. }, _) | (_, Date::Easter { .. }) => 8,
            (Date::Fixed { .. } | Date::Weekday { .. }, _) => 3,
        },
    });
    let times = rule.time_selector.spans.iter();
    let times = times.map(|span| if follows_the_sun(span) { 16 } else { 1 });
    1 + days.year.len() + days.week.len() + days.weekday.len() + dates.sum::<usize>() + times.sum::<usize>()
}

fn since_midnight(time: ExtendedTime) -> TimeDelta {
    TimeDelta::minutes(time.mins_from_midnight().into())
}

fn cause(error: &SyntaxError) -> String {
    match error {
        SyntaxError::Syntax(error) => error.variant.message().into_owned(),
        other => other.to_string(),
    }
}
