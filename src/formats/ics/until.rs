//! The end of a rule: a day, a time on the wall, or an instant.
use super::zones::Zone;
use crate::recurrence::Wall;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// The end of a rule, as it was given.
#[derive(Clone, Copy)]
pub(super) enum Until {
    Day(NaiveDate),
    Time(NaiveDateTime),
    Instant(DateTime<Utc>),
}

impl Until {
    /// Reads the value of UNTIL.
    pub(super) fn read(text: &str) -> Option<Self> {
        let time = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
        match text.strip_suffix(['Z', 'z']) {
            Some(text) => time(text).map(|time| Self::Instant(time.and_utc())),
            None if text.len() == 8 => NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Self::Day),
            None => time(text).map(Self::Time),
        }
    }
}

/// `rule` with an UNTIL that is an instant put on the wall of `zone`, where what starts as `starts` recurs: so which
/// dates there are can be told without its clocks, as it is of dates that something is said of.
pub(super) fn on_wall(rule: &str, starts: Wall, zone: &Zone) -> String {
    let part = |part: &str| match part.split_once('=') {
        Some((name, until)) if name.trim().eq_ignore_ascii_case("UNTIL") => match Until::read(until.trim()) {
            Some(Until::Instant(at)) => {
                let wall = zone.wall(at);
                let form = if matches!(starts, Wall::Day(_)) { "%Y%m%d" } else { "%Y%m%dT%H%M%S" };
                format!("{name}={}", wall.format(form))
            }
            Some(Until::Day(_) | Until::Time(_)) | None => part.to_owned(),
        },
        Some(_) | None => part.to_owned(),
    };
    rule.split(';').map(part).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_is_an_instant_is_put_on_the_wall() {
        let london = Zone::named("Europe/London").unwrap();
        for (rule, starts, read) in [
            ("FREQ=DAILY", "2026-07-18T19:30", "FREQ=DAILY"),
            ("UNTIL=20260818T183000Z;FREQ=DAILY", "2026-07-18T19:30", "UNTIL=20260818T193000;FREQ=DAILY"),
            ("FREQ=DAILY;until=20260817T230000z", "2026-07-18", "FREQ=DAILY;until=20260818"),
            ("FREQ=DAILY;UNTIL=20260818", "2026-07-18T19:30", "FREQ=DAILY;UNTIL=20260818"),
            ("FREQ=DAILY;UNTIL=20260818T120000", "2026-07-18T19:30", "FREQ=DAILY;UNTIL=20260818T120000"),
            ("FREQ=DAILY;UNTIL=everZ", "2026-07-18T19:30", "FREQ=DAILY;UNTIL=everZ"),
        ] {
            assert_eq!(on_wall(rule, Wall::parse(starts).unwrap(), &london), read);
        }
    }
}
