//! When a VEVENT is: its days and times on one wall.
use super::read::Reading;
use super::times::Stamp;
use super::vevent::{PeriodEnd, Vevent};
use super::zones::Zone;
use crate::recurrence::{MAX_DATES_BY_HAND, Wall};
use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, Utc};
use std::collections::BTreeMap;

/// The dates of an event on one wall.
pub(super) struct Times {
    /// Whose wall.
    pub(super) zone: Zone,
    pub(super) starts: Wall,
    pub(super) ends: Option<Wall>,
    pub(super) added: Vec<Wall>,
    pub(super) except: Vec<Wall>,
    /// Of dates that were added with an end that is not the usual, that end.
    pub(super) own_ends: BTreeMap<Wall, Wall>,
}

impl Times {
    /// When the date `date` ends, if that is as always.
    pub(super) fn usual_end(&self, date: Wall) -> Option<Wall> {
        let length = naive(self.ends?) - naive(self.starts);
        let ends = naive(date).checked_add_signed(length)?;
        Some(match date {
            Wall::Day(_) => Wall::Day(ends.date()),
            Wall::Time(_) => Wall::Time(ends),
        })
    }
}

impl Reading<'_> {
    /// When `event` is, and on whose wall.
    pub(super) fn times(&mut self, event: &Vevent, is_changed: bool) -> Result<Times, String> {
        let starts = event.starts.ok_or("DTSTART is missing")?;
        let recurs = event.rule.is_some() || !event.added.is_empty() || is_changed;
        let mut zone = match starts {
            Stamp::Floating(_) => self.floating.clone(),
            Stamp::Utc(_) if recurs => self.series_in_utc.clone(),
            Stamp::Day(_) | Stamp::Utc(_) => self.area.clone(),
            Stamp::Zoned(_, number) => self.known.of(number)?.clone(),
        };
        let mut walls = self.walls(event, starts, &zone, !recurs)?;
        // The second time that a wall shows an hour in autumn: it cannot say so, UTC's can.
        if !recurs && !matches!(starts, Stamp::Day(_)) {
            let instants = self.instants(event, starts, &zone)?;
            if !tells(walls, instants, &zone) {
                let in_utc = self.walls(event, starts, &self.utc, true)?;
                if tells(in_utc, instants, &self.utc) {
                    (zone, walls) = (self.utc.clone(), in_utc);
                }
            }
        }
        if event.ends.is_some() && event.length.is_some() {
            self.altered.add(event.line, "DTEND and DURATION: the first is taken");
        }
        let (starts, mut ends) = walls;
        if matches!(starts, Wall::Day(_)) && ends == Some(starts) {
            self.altered.add(event.line, "DTEND is DTSTART: taken as all of that day");
            ends = next_day(starts);
        }
        let list = |stamps: &[Stamp], is_left_out: bool| -> Result<Vec<Wall>, String> {
            let mut walls = Vec::with_capacity(stamps.len());
            for stamp in stamps {
                let wall = stamp.wall(&zone, &self.floating, &self.known)?;
                // A time that is left out of days is its day.
                let of_day = is_left_out && matches!(starts, Wall::Day(_));
                walls.push(if of_day { Wall::Day(stamp.day()) } else { wall });
            }
            walls.sort_unstable();
            walls.dedup();
            if MAX_DATES_BY_HAND < walls.len() {
                let name = if is_left_out { "EXDATE" } else { "RDATE" };
                return Err(format!("{} {name}, at most {MAX_DATES_BY_HAND} are taken", walls.len()));
            }
            Ok(walls)
        };
        let (added, except) = (list(&event.added, false)?, list(&event.except, true)?);
        let mut times = Times { zone, starts, ends, added, except, own_ends: BTreeMap::new() };
        for (starts, end) in &event.periods {
            let date = starts.wall(&times.zone, &self.floating, &self.known)?;
            let ends = match end {
                PeriodEnd::At(end) => Some(end.wall(&times.zone, &self.floating, &self.known)?),
                PeriodEnd::After(length) => length.end(date, &times.zone),
            };
            match ends {
                Some(ends) if Some(ends) != times.usual_end(date) => drop(times.own_ends.insert(date, ends)),
                Some(_) | None => {}
            }
        }
        Ok(times)
    }

    /// When it begins and ends on the wall of `zone`; of a single date as its clocks show it, should they skip what is
    /// written.
    pub(super) fn walls(
        &self,
        event: &Vevent,
        starts: Stamp,
        zone: &Zone,
        is_single: bool,
    ) -> Result<(Wall, Option<Wall>), String> {
        let wall = |stamp: Stamp| {
            let wall = stamp.wall(zone, &self.floating, &self.known)?;
            Ok::<_, String>(match wall {
                Wall::Time(time) if is_single => Wall::Time(zone.wall(zone.instant(time))),
                Wall::Time(_) | Wall::Day(_) => wall,
            })
        };
        let starts = wall(starts)?;
        let ends = match (event.ends, event.length) {
            (Some(ends), _) => Some(wall(ends)?),
            (None, Some(length)) => {
                let end = length.end(starts, zone);
                Some(end.ok_or("DURATION does not give whole days, as DTSTART does")?)
            }
            (None, None) => next_day(starts),
        };
        Ok((starts, ends))
    }

    /// When a single date begins and ends that is not whole days; its days are counted on the wall of `zone`.
    fn instants(&self, event: &Vevent, starts: Stamp, zone: &Zone) -> Result<Instants, String> {
        let begins = starts.instant(&self.floating, &self.known)?;
        let ends = match (event.ends, event.length) {
            (Some(ends), _) => Some(ends.instant(&self.floating, &self.known)?),
            (None, Some(length)) => length.after(zone.wall(begins), zone),
            (None, None) => None,
        };
        Ok((begins, ends))
    }
}

/// When a single date begins, and when it ends if that is known.
type Instants = (DateTime<Utc>, Option<DateTime<Utc>>);

/// Whether these walls of `zone` say when a single date is.
fn tells((starts, ends): (Wall, Option<Wall>), (begins, over): Instants, zone: &Zone) -> bool {
    let is = |wall: Wall, at: DateTime<Utc>| zone.instant(naive(wall)) == at;
    let ends_so = ends.zip(over).is_none_or(|(ends, over)| starts <= ends && is(ends, over));
    is(starts, begins) && ends_so
}

/// The end of what is said to begin and not to end: of a day the next, of a time none.
fn next_day(starts: Wall) -> Option<Wall> {
    match starts {
        Wall::Day(day) => day.checked_add_days(Days::new(1)).map(Wall::Day),
        Wall::Time(_) => None,
    }
}

/// Midnight of a day, or the time.
pub(super) fn naive(wall: Wall) -> NaiveDateTime {
    match wall {
        Wall::Day(day) => day.and_time(NaiveTime::MIN),
        Wall::Time(time) => time,
    }
}
