//! Days, times and lengths as iCalendar writes them.
use super::zones::{Known, Zone, ZoneNumber};
use crate::recurrence::Wall;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// A day or a time, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// A day.
    Day(NaiveDate),
    /// A time on a wall that is not named.
    Floating(NaiveDateTime),
    /// A time in UTC.
    Utc(NaiveDateTime),
    /// A time on the wall of a zone.
    Zoned(NaiveDateTime, ZoneNumber),
}

/// How long something takes, as written: days on the wall, then seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    days: u32,
    seconds: u32,
}

impl Stamp {
    /// Reads `20260718`, `20260718T193000` and `20260718T193000Z`; a time is of `zone` when that is given and it does
    /// not say itself that it is in UTC. A second that is inserted is the one before it.
    pub(super) fn read(text: &str, zone: Option<ZoneNumber>) -> Option<Self> {
        let text = text.trim();
        let digits = |part: &str| {
            let all = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
            all.then(|| part.parse::<u32>().ok()).flatten()
        };
        let number = |from: usize, to: usize| text.get(from..to).and_then(digits);
        let year = i32::try_from(number(0, 4)?).ok()?;
        let day = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
        if text.len() == 8 {
            return Some(Self::Day(day));
        }
        let (time, is_utc) = match text.get(15..)? {
            "" => (text, false),
            "Z" | "z" => (text, true),
            _ => return None,
        };
        if !matches!(time.get(8..9)?, "T" | "t") {
            return None;
        }
        let time = day.and_hms_opt(number(9, 11)?, number(11, 13)?, number(13, 15)?.min(59))?;
        Some(match (is_utc, zone) {
            (true, _) => Self::Utc(time),
            (false, Some(zone)) => Self::Zoned(time, zone),
            (false, None) => Self::Floating(time),
        })
    }

    /// Its day, as written.
    pub(super) fn day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Floating(time) | Self::Utc(time) | Self::Zoned(time, _) => time.date(),
        }
    }

    /// It as names are made of it; the zone is left out.
    pub(super) fn name(self) -> String {
        match self {
            Self::Day(day) => day.format("%Y%m%d").to_string(),
            Self::Floating(time) | Self::Utc(time) | Self::Zoned(time, _) => {
                time.format("%Y%m%dT%H%M%S").to_string()
            }
        }
    }

    /// What the wall of `zone` shows then, of a day the day; `floating` is the zone of times that name none.
    pub(super) fn wall(self, zone: &Zone, floating: &Zone, known: &Known) -> Result<Wall, String> {
        Ok(match self {
            Self::Day(day) => Wall::Day(day),
            // As it stands, where no other wall is asked for: the clocks may skip it.
            Self::Floating(time) if floating.name == zone.name => Wall::Time(time),
            Self::Zoned(time, number) if known.of(number)?.name == zone.name => Wall::Time(time),
            Self::Floating(_) | Self::Utc(_) | Self::Zoned(..) => {
                Wall::Time(zone.wall(self.instant(floating, known)?))
            }
        })
    }

    /// When it is, of a day its beginning in UTC.
    pub(super) fn instant(self, floating: &Zone, known: &Known) -> Result<DateTime<Utc>, String> {
        Ok(match self {
            Self::Day(day) => day.and_time(chrono::NaiveTime::MIN).and_utc(),
            Self::Floating(time) => floating.instant(time),
            Self::Utc(time) => time.and_utc(),
            Self::Zoned(time, number) => known.of(number)?.instant(time),
        })
    }
}

impl Length {
    /// Reads a DURATION such as `PT1H30M`, `P1DT2H` or `P2W`. One that is negative is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
        let (mut days, mut seconds, mut in_time, mut number) = (0_u32, 0_u32, false, None::<u32>);
        let mut parts = 0;
        for c in text.chars() {
            if let Some(digit) = c.to_digit(10) {
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
            if c == 'T' && !in_time && number.is_none() {
                in_time = true;
                continue;
            }
            let (sum, unit) = match (c, in_time) {
                ('W', false) => (&mut days, 7),
                ('D', false) => (&mut days, 1),
                ('H', true) => (&mut seconds, 3600),
                ('M', true) => (&mut seconds, 60),
                ('S', true) => (&mut seconds, 1),
                _ => return None,
            };
            *sum = sum.checked_add(number.take()?.checked_mul(unit)?)?;
            parts += 1;
        }
        // A century is more than anything takes, and less than a calendar has years.
        let fits = days <= 36_525 && seconds <= 36_525 * 86_400;
        (number.is_none() && 0 < parts && fits).then_some(Self { days, seconds })
    }

    /// The end of what begins at `starts` on the wall of `zone`: days are counted on the wall, what is less by the
    /// clock. A day that ends at a time is none.
    pub(super) fn end(self, starts: Wall, zone: &Zone) -> Option<Wall> {
        let days = Days::new(self.days.into());
        match starts {
            Wall::Day(day) => {
                let more = self
                    .seconds
                    .is_multiple_of(86_400)
                    .then_some(Days::new((self.seconds / 86_400).into()))?;
                day.checked_add_days(days)?.checked_add_days(more).map(Wall::Day)
            }
            Wall::Time(time) => {
                if self.seconds == 0 {
                    return time.checked_add_days(days).map(Wall::Time);
                }
                Some(Wall::Time(zone.wall(self.after(time, zone)?)))
            }
        }
    }

    /// The instant at which what begins when the wall of `zone` shows `time` is over.
    pub(super) fn after(self, time: NaiveDateTime, zone: &Zone) -> Option<DateTime<Utc>> {
        let days_later = time.checked_add_days(Days::new(self.days.into()))?;
        Some(zone.instant(days_later) + TimeDelta::seconds(self.seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_and_nothing_else() {
        for (text, read) in [
            ("20260718", "Day(2026-07-18)"),
            (" 20260718T193005 ", "Floating(2026-07-18T19:30:05)"),
            ("20260718T193005Z", "Utc(2026-07-18T19:30:05)"),
            ("20161231T235960Z", "Utc(2016-12-31T23:59:59)"),
        ] {
            assert_eq!(format!("{:?}", Stamp::read(text, None).unwrap()), read);
        }
        for wrong in [
            "",
            "2026",
            "20260230",
            "20260718T",
            "20260718T1930",
            "20260718T250000",
            "20260718T193000X",
            "20260718T193000ZZ",
            "2026-07-18",
            "20260718 193000",
            "+2026071",
            "2026071٠",
            "20260718T19300é",
        ] {
            assert_eq!(Stamp::read(wrong, None), None, "{wrong}");
        }
    }

    #[test]
    fn lengths_are_days_on_the_wall_and_then_hours_by_the_clock() {
        let london = Zone::named("Europe/London").unwrap();
        for (text, starts, ends) in [
            ("PT1H30M", "2026-07-18T19:30", "2026-07-18T21:00"),
            ("P1DT2H", "2026-07-18T19:30", "2026-07-19T21:30"),
            ("P2W", "2026-07-18", "2026-08-01"),
            ("+P1D", "2026-03-28T12:00", "2026-03-29T12:00"),
            ("PT24H", "2026-03-28T12:00", "2026-03-29T13:00"),
            ("PT48H", "2026-07-18", "2026-07-20"),
            ("PT0S", "2026-07-18T19:30", "2026-07-18T19:30"),
        ] {
            let end = Length::read(text).unwrap().end(Wall::parse(starts).unwrap(), &london);
            assert_eq!(end, Wall::parse(ends), "{text}");
        }
        for wrong in
            ["", "P", "PT", "P1", "1D", "-PT1H", "P1H", "PT1D", "P99999999999D", "P1DT1H1", "P-1D", "P40000D"]
        {
            assert_eq!(Length::read(wrong), None, "{wrong}");
        }
        let hour = Length::read("PT1H").unwrap();
        assert_eq!(hour.end(Wall::parse("2026-07-18").unwrap(), &london), None);
    }
}
