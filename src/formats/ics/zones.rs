//! The zones that times of a calendar are in: what it calls them, and which zones of the time zone database those are.
use crate::hours::Calendar;
use chrono::{DateTime, NaiveDateTime, Utc};

/// The zones that a calendar names, each once.
#[derive(Default)]
pub(super) struct Zones {
    used: Vec<String>,
    defined: Vec<Defined>,
}

/// What a VTIMEZONE says that is of use.
#[derive(Default)]
pub(super) struct Defined {
    /// What times call it.
    pub(super) tzid: Option<String>,
    /// The zone of the database that it stands for, where it says so.
    pub(super) location: Option<String>,
}

/// Which of the zones named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZoneNumber(u8);

/// A zone of the time zone database.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    /// Its IANA name.
    pub(super) name: String,
    /// Its clocks.
    pub(super) calendar: Calendar,
}

/// Names that a calendar may give zones, and VTIMEZONEs that it may have.
const MAX: usize = 200;
/// Bytes that such a name may have.
const MAX_NAME: usize = 255;

impl Zones {
    /// The number of the zone called `tzid`; none when there are too many, or that is no name.
    pub(super) fn number(&mut self, tzid: &str) -> Option<ZoneNumber> {
        if MAX_NAME < tzid.len() {
            return None;
        }
        let at = self.used.iter().position(|known| known == tzid).or_else(|| {
            (self.used.len() < MAX).then(|| self.used.push(tzid.to_owned()))?;
            Some(self.used.len() - 1)
        });
        at.and_then(|at| u8::try_from(at).ok()).map(ZoneNumber)
    }

    /// Takes in what a VTIMEZONE says. What stands after hundreds of others is left out.
    pub(super) fn define(&mut self, defined: Defined) {
        let names = defined.tzid.iter().chain(&defined.location);
        if self.defined.len() < MAX && names.map(String::len).all(|length| length <= MAX_NAME) {
            self.defined.push(defined);
        }
    }

    /// Which zones those are that times named, by their numbers; or why one is none.
    pub(super) fn known(&self) -> Known {
        Known(self.used.iter().map(|tzid| self.look_up(tzid)).collect())
    }

    fn look_up(&self, tzid: &str) -> Result<Zone, String> {
        if let Some(zone) = Zone::named(tzid) {
            return Ok(zone);
        }
        let defined = self.defined.iter().find(|defined| defined.tzid.as_deref() == Some(tzid));
        let location = defined.and_then(|defined| defined.location.as_deref());
        location.and_then(Zone::named).ok_or_else(|| {
            let tzid = super::notes::short(tzid);
            match defined {
                Some(_) => format!("the zone {tzid} is of the calendar's own making, and says of no IANA zone that it is that"),
                None => format!("the zone {tzid} is not known: it is neither an IANA name nor one of Windows"),
            }
        })
    }
}

/// Which zones a calendar named, by number.
pub(super) struct Known(Vec<Result<Zone, String>>);

impl Known {
    /// The zone of that number, or why it is none.
    pub(super) fn of(&self, number: ZoneNumber) -> Result<&Zone, String> {
        self.0[usize::from(number.0)].as_ref().map_err(Clone::clone)
    }
}

impl Zone {
    /// The zone that `name` is, or ends in after slashes, as in `/mozilla.org/20050126_1/Europe/Berlin`; a name of
    /// Windows is that of its zone.
    pub(super) fn named(name: &str) -> Option<Self> {
        let iana = |name: &str| {
            let calendar = Calendar::new(name, []).ok()?;
            Some(Self { name: name.to_owned(), calendar })
        };
        let name = name.trim();
        let ends = std::iter::successors(Some(name), |rest| rest.split_once('/').map(|(_, rest)| rest));
        ends.take(8).find_map(iana).or_else(|| {
            let windows = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name));
            windows.and_then(|(_, name)| iana(name))
        })
    }

    /// What its wall shows at that instant.
    pub(super) fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        self.calendar.local(at)
    }

    /// When its wall shows `time`. A time that the clocks skip is as RFC 5545 (3.3.5) says: by the offset before.
    pub(super) fn instant(&self, time: NaiveDateTime) -> DateTime<Utc> {
        let at = self.calendar.instant(time);
        if self.calendar.local(at) == time {
            return at;
        }
        let before = at - chrono::TimeDelta::seconds(1);
        (time - (self.calendar.local(before) - before.naive_utc())).and_utc()
    }
}

/// Zones as Windows calls them: those of Europe and of whoever else may be found in a calendar of here. After
/// `windowsZones.xml` of the Unicode CLDR, territory 001.
const WINDOWS: &[(&str, &str)] = &[
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("UTC", "Etc/UTC"),
    ("tzone://Microsoft/Utc", "Etc/UTC"),
    ("Coordinated Universal Time", "Etc/UTC"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time", "Europe/Paris"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("Kaliningrad Standard Time", "Europe/Kaliningrad"),
    ("Belarus Standard Time", "Europe/Minsk"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Azores Standard Time", "Atlantic/Azores"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Egypt Standard Time", "Africa/Cairo"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("W. Central Africa Standard Time", "Africa/Lagos"),
    ("E. Africa Standard Time", "Africa/Nairobi"),
    ("Morocco Standard Time", "Africa/Casablanca"),
    ("Arab Standard Time", "Asia/Riyadh"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("Pakistan Standard Time", "Asia/Karachi"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Bangladesh Standard Time", "Asia/Dhaka"),
    ("SE Asia Standard Time", "Asia/Bangkok"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("Taipei Standard Time", "Asia/Taipei"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("W. Australia Standard Time", "Australia/Perth"),
    ("AUS Central Standard Time", "Australia/Darwin"),
    ("Cen. Australia Standard Time", "Australia/Adelaide"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Tasmania Standard Time", "Australia/Hobart"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Eastern Standard Time", "America/New_York"),
    ("US Eastern Standard Time", "America/Indianapolis"),
    ("Central Standard Time", "America/Chicago"),
    ("Canada Central Standard Time", "America/Regina"),
    ("Mountain Standard Time", "America/Denver"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Alaskan Standard Time", "America/Anchorage"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Argentina Standard Time", "America/Buenos_Aires"),
    ("SA Pacific Standard Time", "America/Bogota"),
    ("SA Western Standard Time", "America/La_Paz"),
    ("Pacific SA Standard Time", "America/Santiago"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_the_names_that_calendars_give_it() {
        let mut zones = Zones::default();
        for (tzid, location) in [("Mine", Some("Europe/Paris")), ("Theirs", None), ("Odd", Some("Nowhere"))] {
            let (tzid, location) = (Some(tzid.to_owned()), location.map(str::to_owned));
            zones.define(Defined { tzid, location });
        }
        for (tzid, name) in [
            ("Europe/London", Ok("Europe/London")),
            ("/mozilla.org/20050126_1/Europe/Berlin", Ok("Europe/Berlin")),
            ("/x/America/Argentina/Buenos_Aires", Ok("America/Argentina/Buenos_Aires")),
            ("GMT Standard Time", Ok("Europe/London")),
            ("w. europe standard time", Ok("Europe/Berlin")),
            ("Mine", Ok("Europe/Paris")),
            ("Theirs", Err("of the calendar's own making")),
            ("Odd", Err("of the calendar's own making")),
            ("Customized Time Zone", Err("is not known")),
            ("", Err("is not known")),
        ] {
            let number = zones.number(tzid).unwrap();
            match (zones.known().of(number), name) {
                (Ok(zone), Ok(name)) => assert_eq!(zone.name, name, "{tzid}"),
                (Err(cause), Err(part)) => assert!(cause.contains(part), "{tzid}: {cause}"),
                (found, _) => panic!("{tzid}: {found:?}"),
            }
        }
    }

    #[test]
    fn every_zone_of_windows_is_one_of_the_database() {
        for (windows, name) in WINDOWS {
            assert!(Zone::named(windows).is_some(), "{windows} {name}");
        }
    }

    #[test]
    fn a_calendar_names_hundreds_of_zones_at_most() {
        let mut zones = Zones::default();
        let numbers: Vec<_> = (0..300).map(|n| zones.number(&n.to_string())).collect();
        assert_eq!(numbers.iter().flatten().count(), MAX);
        assert_eq!(zones.number("3"), numbers[3]);
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_by_the_offset_before() {
        let london = Zone::named("Europe/London").unwrap();
        let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap();
        for (wall, utc) in [
            ("20260329T005900", "20260329T005900"),
            ("20260329T013000", "20260329T013000"),
            ("20260329T020000", "20260329T010000"),
            ("20261025T013000", "20261025T003000"),
        ] {
            assert_eq!(london.instant(at(wall)), at(utc).and_utc(), "{wall}");
        }
    }
}
