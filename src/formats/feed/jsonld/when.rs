//! Dates, times and lengths as ISO 8601 has them, on the wall of an area.
use crate::hours::Calendar;
use crate::recurrence::Wall;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// A date that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    pub(super) wall: Wall,
    /// What the wall does not say of it.
    pub(super) lost: Option<&'static str>,
}

/// How often something recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frequency {
    /// The value of FREQ.
    pub(super) name: &'static str,
    pub(super) interval: u32,
}

/// Reads a day, a time on the wall, or an instant, which `calendar` puts on its wall.
pub(super) fn read(text: &str, calendar: &Calendar) -> Option<When> {
    let text = text.trim();
    let day = day(text.get(..10)?)?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(When { wall: Wall::Day(day), lost: None });
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, offset) = time(rest)?;
    let local = day.and_time(time);
    let Some(offset) = offset else { return Some(When { wall: Wall::Time(local), lost: None }) };
    let at = local.checked_sub_signed(TimeDelta::minutes(offset))?.and_utc();
    let shown = calendar.local(at);
    let lost = (calendar.instant(shown) != at)
        .then_some("is in the hour that the clocks show twice; taken as the first of the two");
    Some(When { wall: Wall::Time(shown), lost })
}

/// A day, `YYYY-MM-DD`.
fn day(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// A time of the day, without parts of seconds, and the minutes that its offset is ahead of UTC, if it has one.
pub(super) fn time(text: &str) -> Option<(NaiveTime, Option<i64>)> {
    let text = text.trim();
    let end = text.find(['Z', 'z', '+', '-', ' ']).unwrap_or(text.len());
    let (time, offset) = text.split_at(end);
    let whole = match time.split_once(['.', ',']) {
        Some((whole, part)) if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => time,
    };
    let mut parts = whole.split(':');
    let mut two = || -> Option<Option<u32>> {
        match parts.next() {
            None => Some(None),
            Some(digits) => two_digits(digits).map(Some),
        }
    };
    let (hour, minute, second) = (two()??, two()??, two()?.unwrap_or(0));
    if parts.next().is_some() {
        return None;
    }
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let offset = offset.trim_start();
    let minutes = match offset.as_bytes() {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), ..] => {
            let digits = offset[1..].replace(':', "");
            let hours = i64::from(two_digits(digits.get(..2)?)?);
            let minutes = if digits.len() == 2 { 0 } else { i64::from(two_digits(&digits[2..])?) };
            let ahead = hours * 60 + minutes;
            Some(if *sign == b'-' { -ahead } else { ahead }).filter(|_| hours < 24 && minutes < 60)
        }
        _ => return None,
    };
    // An offset that was begun must be one.
    if minutes.is_none() && !offset.is_empty() { None } else { Some((time, minutes)) }
}

fn two_digits(text: &str) -> Option<u32> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The parts of a duration, each a whole number and its letter, those of a time in lower case.
fn parts(text: &str) -> Option<Vec<(i64, char)>> {
    let rest = text.trim().strip_prefix('P').filter(|rest| rest.len() <= 40)?;
    let (mut parts, mut digits, mut is_time) = (Vec::new(), String::new(), false);
    for c in rest.chars() {
        match c {
            'T' if digits.is_empty() && !is_time => is_time = true,
            '0'..='9' => digits.push(c),
            'Y' | 'M' | 'W' | 'D' if !is_time => parts.push((digits.parse().ok()?, c)),
            'H' | 'M' | 'S' => parts.push((digits.parse().ok()?, c.to_ascii_lowercase())),
            _ => return None,
        }
        if !c.is_ascii_digit() {
            digits.clear();
        }
    }
    (digits.is_empty() && !parts.is_empty()).then_some(parts)
}

/// How long a duration is, such as `PT1H30M`; none of one in months or years, whose length is not known.
pub(super) fn length(text: &str) -> Option<TimeDelta> {
    let mut seconds = 0_i64;
    for (number, letter) in parts(text)? {
        let one = match letter {
            'W' => 604_800,
            'D' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(one)?)?;
    }
    // A hundred years.
    (seconds < 3_155_760_000).then(|| TimeDelta::seconds(seconds))
}

/// How often a duration or a word such as `weekly` says that something recurs.
pub(super) fn frequency(text: &str) -> Option<Frequency> {
    let every = |name: &'static str, interval: u32| Some(Frequency { name, interval });
    match text.trim().to_ascii_lowercase().as_str() {
        "daily" => return every("DAILY", 1),
        "weekly" => return every("WEEKLY", 1),
        "biweekly" | "fortnightly" => return every("WEEKLY", 2),
        "monthly" => return every("MONTHLY", 1),
        "yearly" | "annually" => return every("YEARLY", 1),
        _ => {}
    }
    let parts: Vec<(i64, char)> = parts(text)?.into_iter().filter(|(number, _)| 0 < *number).collect();
    let [(number, letter)] = parts[..] else { return None };
    let number = u32::try_from(number).ok().filter(|number| *number <= 1_000)?;
    match letter {
        'D' if number % 7 == 0 => every("WEEKLY", number / 7),
        'D' => every("DAILY", number),
        'W' => every("WEEKLY", number),
        'M' => every("MONTHLY", number),
        'Y' => every("YEARLY", number),
        _ => None,
    }
}

/// The end of what begins at `starts`, as our series have it: of whole days the first that is not part of it. None when
/// it is not known; what is said of that, if it is not what stands there.
pub(super) fn end(starts: Wall, ends: Wall) -> (Option<Wall>, Option<&'static str>) {
    let next = |day: NaiveDate| day.checked_add_days(Days::new(1)).map(Wall::Day);
    match (starts, ends) {
        (Wall::Day(first), Wall::Day(last)) if first <= last => (next(last), None),
        (Wall::Day(first), Wall::Time(last)) if first <= last.date() => {
            (next(last.date()), Some("is a time and the start a day; taken as all of that day"))
        }
        (Wall::Time(first), Wall::Day(last)) if first.date() < last => {
            let midnight =
                last.checked_add_days(Days::new(1)).map(|day| Wall::Time(day.and_time(NaiveTime::MIN)));
            (midnight, Some("is a day and the start a time; taken as the end of that day"))
        }
        (Wall::Time(first), Wall::Day(last)) if first.date() == last => {
            (None, Some("is a day and the start a time on it; left out"))
        }
        (Wall::Time(first), Wall::Time(last)) if first <= last => (Some(ends), None),
        (_, _) => (None, Some("is before the start; left out")),
    }
}

/// The end of what begins at `starts` and lasts `length`.
pub(super) fn after(starts: Wall, length: TimeDelta) -> Option<Wall> {
    match starts {
        Wall::Time(time) => time.checked_add_signed(length).map(Wall::Time),
        Wall::Day(day) => {
            let days = length.num_days() + i64::from(0 < length.num_seconds() % 86_400);
            day.checked_add_signed(TimeDelta::days(days.max(1))).map(Wall::Day)
        }
    }
}

/// How far `to` is from `from` on the wall; none between a day and a time.
pub(super) fn between(from: Wall, to: Wall) -> Option<TimeDelta> {
    let time = |wall: Wall| match wall {
        Wall::Day(day) => NaiveDateTime::new(day, NaiveTime::MIN),
        Wall::Time(time) => time,
    };
    (matches!(from, Wall::Day(_)) == matches!(to, Wall::Day(_))).then(|| time(to) - time(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london(text: &str) -> Option<String> {
        read(text, &Calendar::new("Europe/London", []).unwrap()).map(|when| when.wall.to_string())
    }

    #[test]
    fn dates_are_put_on_the_wall_of_the_area() {
        for (text, want) in [
            ("2026-07-18", Some("2026-07-18")),
            (" 2026-07-18T19:30 ", Some("2026-07-18T19:30")),
            ("2026-07-18 19:30:00", Some("2026-07-18T19:30")),
            ("2026-07-18T19:30:00.000", Some("2026-07-18T19:30")),
            ("2026-07-18T18:30:00Z", Some("2026-07-18T19:30")),
            ("2026-07-18T19:30:00+01:00", Some("2026-07-18T19:30")),
            ("2026-07-18T19:30:00+0100", Some("2026-07-18T19:30")),
            ("2026-01-18T19:30:00+00", Some("2026-01-18T19:30")),
            ("2017-03-06T19:30:00-08:00", Some("2017-03-07T03:30")),
            ("2026-02-30", None),
            ("2026-7-18", None),
            ("+026-07-18", None),
            ("2026-07-18T", None),
            ("2026-07-18T25:00", None),
            ("2026-07-18T19", None),
            ("2026-07-18T19:30:00:00", None),
            ("2026-07-18T19:30:00.", None),
            ("2026-07-18T19:30+", None),
            ("2026-07-18T19:30+99:00", None),
            ("2026-07-18T19:30 Uhr", None),
            ("20260718", None),
            ("next Friday", None),
            ("ééééééééé", None),
            ("", None),
        ] {
            assert_eq!(london(text).as_deref(), want, "{text}");
        }
        let calendar = Calendar::new("Europe/London", []).unwrap();
        let second = read("2026-10-25T01:30:00Z", &calendar).unwrap();
        assert_eq!((second.wall.to_string().as_str(), second.lost.is_some()), ("2026-10-25T01:30", true));
        assert_eq!(read("2026-10-25T01:30:00+01:00", &calendar).unwrap().lost, None);
    }

    #[test]
    fn durations_are_lengths_and_frequencies() {
        for (text, want) in [
            ("PT1H", Some(3_600)),
            ("PT2H40M0S", Some(9_600)),
            ("P1DT1H", Some(90_000)),
            ("P2W", Some(1_209_600)),
            ("P1M", None),
            ("PT", None),
            ("P", None),
            ("P1", None),
            ("PT99999999999999999999H", None),
            ("P9999999W", None),
            ("1 hour", None),
        ] {
            assert_eq!(length(text).map(|length| length.num_seconds()), want, "{text}");
        }
        for (text, want) in [
            ("P1W", Some(("WEEKLY", 1))),
            ("P14D", Some(("WEEKLY", 2))),
            ("P3D", Some(("DAILY", 3))),
            ("P1M", Some(("MONTHLY", 1))),
            ("P1Y", Some(("YEARLY", 1))),
            ("Weekly", Some(("WEEKLY", 1))),
            ("PT1H", None),
            ("P1M1D", None),
            ("P0W", None),
            ("P5000W", None),
        ] {
            assert_eq!(frequency(text).map(|every| (every.name, every.interval)), want, "{text}");
        }
    }
}
