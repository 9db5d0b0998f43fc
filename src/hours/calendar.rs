//! An area's civil time: its zone, its bank holidays, and where its sun rises. Knows no opening hours.

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};
use opening_hours::localization::{Coordinates, TzLocation};
use opening_hours::{Context, ContextHolidays};
use std::sync::LazyLock;
use thiserror::Error;

/// How an area counts hours and days. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Calendar {
    context: Context<TzLocation<Tz>>,
}

/// Why a calendar could not be made.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum CalendarError {
    /// The time zone database has no such name; names are case-sensitive.
    #[error("unknown time zone {zone:?}")]
    UnknownZone {
        /// The name as given.
        zone: String,
    },
    /// The position is not on WGS 84.
    #[error("not a position: latitude {lat}, longitude {lon}")]
    Position {
        /// The latitude as given.
        lat: f64,
        /// The longitude as given.
        lon: f64,
    },
}

impl Calendar {
    /// The calendar of the zone with this IANA name (`Europe/London`), in which exactly `holidays` are
    /// bank holidays. With none given, no day is one.
    ///
    /// It has no position: times such as `sunset` are unknown until [`Calendar::with_position`].
    ///
    /// # Errors
    /// When the time zone database does not have `zone`.
    pub fn new(zone: &str, holidays: impl IntoIterator<Item = NaiveDate>) -> Result<Self, CalendarError> {
        let tz: Tz = zone.parse().map_err(|_| CalendarError::UnknownZone { zone: zone.to_owned() })?;
        let none = ContextHolidays::default();
        let mut public = none.get_public().clone();
        for holiday in holidays {
            public.insert(holiday);
        }
        let school = none.get_school().clone();
        let context = Context::default()
            .with_holidays(ContextHolidays::new(public.into(), school.into()))
            .with_locale(TzLocation::new(tz));
        Ok(Self { context })
    }

    /// That of UTC, whose clocks skip nothing and which has no bank holidays.
    #[must_use]
    pub fn utc() -> &'static Self {
        static UTC: LazyLock<Calendar> = LazyLock::new(|| Calendar::new("UTC", []).expect("UTC is a zone"));
        &UTC
    }

    /// The same calendar, whose sun rises and sets as seen from `lat`, `lon` (WGS 84 degrees).
    ///
    /// One position serves a district: ten kilometres east or west are forty seconds of sun.
    ///
    /// # Errors
    /// When either is not finite or out of range.
    pub fn with_position(self, lat: f64, lon: f64) -> Result<Self, CalendarError> {
        let position = Coordinates::new(lat, lon)
            .filter(|_| lat.is_finite() && lon.is_finite())
            .ok_or(CalendarError::Position { lat, lon })?;
        let locale = self.context.locale.clone().with_coords(position);
        Ok(Self { context: self.context.with_locale(locale) })
    }

    /// The IANA name of the zone.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        self.zone().name()
    }

    /// What a clock on the wall shows at this instant.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let utc = at.naive_utc();
        let offset = self.zone().offset_from_utc_datetime(&utc).fix();
        // Overflows in the first and last hours chrono can represent, where no zone has a say.
        utc.checked_add_offset(offset).unwrap_or(utc)
    }

    /// The local date at this instant.
    #[must_use]
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// The first instant at which the clock on the wall shows `local` or later.
    ///
    /// A time the clocks skip in spring is the instant at which they resume; of a time they show twice
    /// in autumn it is the first. Later times never give earlier instants.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.zone().from_local_datetime(&local) {
            MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => instant.to_utc(),
            MappedLocalTime::None => GapInfo::new(&local, &self.zone())
                .and_then(|gap| gap.end)
                // No gap: an overflow, see `local`.
                .map_or_else(|| local.and_utc(), |end| end.to_utc()),
        }
    }

    /// The first instant at which the clock on the wall shows `local`. `None`: the clocks skip it.
    #[must_use]
    pub fn exact(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self.zone().from_local_datetime(&local) {
            MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => {
                Some(instant.to_utc())
            }
            MappedLocalTime::None => None,
        }
    }

    /// The first instant of this local day: midnight, unless the clocks skip it.
    #[must_use]
    pub fn midnight(&self, date: NaiveDate) -> DateTime<Utc> {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// How many seconds the clocks are ahead of UTC at this instant, and what the time is called then: `BST`, `+03`.
    #[must_use]
    pub fn offset(&self, at: DateTime<Utc>) -> (i32, String) {
        let offset = self.zone().offset_from_utc_datetime(&at.naive_utc());
        (offset.fix().local_minus_utc(), offset.to_string())
    }

    /// Whether this is one of the bank holidays the calendar was given.
    #[must_use]
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        self.context.holidays.get_public().contains(date)
    }

    pub(super) fn context(&self) -> &Context<TzLocation<Tz>> {
        &self.context
    }

    pub(super) fn has_position(&self) -> bool {
        self.context.locale.get_coords().is_some()
    }

    fn zone(&self) -> Tz {
        *self.context.locale.get_timezone()
    }
}
