//! What VEVENTs with a RECURRENCE-ID say of single dates of a series.
use super::dates::Times;
use super::item::{reason, status};
use super::read::Reading;
use super::series::newer;
use super::vevent::{Standing, Vevent};
use crate::features::field::{Kind, Value};
use crate::features::schema::change_at;
use crate::features::{EventStatus, Fields};
use crate::recurrence::{MAX_LISTED, Schedule, Wall};
use std::collections::{BTreeMap, BTreeSet};

impl Reading<'_> {
    /// What `changes` say of single dates of `event`. Those that cannot be read take their date out of `times`; those
    /// of other dates become events of their own.
    pub(super) fn changes(
        &mut self,
        uid: &str,
        event: &Vevent,
        times: &mut Times,
        changes: Vec<Box<Vevent>>,
    ) -> Result<Vec<Fields>, String> {
        let mut by_date: BTreeMap<Wall, Box<Vevent>> = BTreeMap::new();
        for change in changes {
            let Some(replaces) = change.replaces else { continue };
            let date = match (times.starts, replaces.wall(&times.zone, &self.floating, &self.known)?) {
                (Wall::Time(starts), Wall::Day(day)) => Wall::Time(day.and_time(starts.time())),
                (Wall::Day(_), Wall::Time(_)) => Wall::Day(replaces.day()),
                (Wall::Day(_), day @ Wall::Day(_)) => day,
                (Wall::Time(_), time @ Wall::Time(_)) => time,
            };
            let taken = by_date.remove(&date);
            by_date.insert(date, newer(taken, change, uid, &mut self.refused));
        }
        let dates = self.dates_among(event, times, &by_date)?;
        let mut said = Vec::with_capacity(by_date.len());
        for (date, mut change) in by_date {
            if dates.binary_search(&date).is_err() {
                if change.fault.is_none() && change.standing == Some(Standing::Cancelled) {
                    let what = format_args!("it cancels {date}, which is no date of line {}", event.line);
                    self.altered.add(change.line, what);
                } else {
                    self.altered.add(
                        change.line,
                        format_args!("{date} is no date of line {}: taken by itself", event.line),
                    );
                    self.alone(&format!("{uid}#{}", date.compact()), change);
                }
                continue;
            }
            let read = match change.fault.take() {
                Some(fault) => Err(fault),
                None => self.change(event, times, date, &change),
            };
            match read {
                Ok(fields) => said.extend(fields),
                Err(fault) => {
                    let what =
                        format_args!("{fault}; so {date} is left out of the event on line {}", event.line);
                    self.refused.add(change.line, what);
                    times.except.push(date);
                }
            }
        }
        times.except.sort_unstable();
        times.except.dedup();
        Self::periods(times, &mut said)?;
        Ok(said)
    }

    /// Adds to what is `said` of single dates that those end at another time which were added as a period.
    fn periods(times: &Times, said: &mut Vec<Fields>) -> Result<(), String> {
        let of = |fields: &Fields| match fields.get(change_at::OCCURRENCE) {
            Some(Value::Wall(date)) => Some(*date),
            _ => None,
        };
        let known: BTreeSet<Wall> = said.iter().filter_map(of).collect();
        let is_left_out = |date: Wall| {
            let except = |wall: Wall| times.except.binary_search(&wall).is_ok();
            except(date) || except(Wall::Day(date.date()))
        };
        for (date, ends) in &times.own_ends {
            if known.contains(date) || is_left_out(*date) {
                continue;
            }
            let alone = Schedule::new(*date, Some(*ends), None, Vec::new(), Vec::new());
            alone.map_err(|cause| format!("RDATE: {cause}"))?;
            said.push(Fields::new([
                (change_at::OCCURRENCE, Value::Wall(*date)),
                (change_at::STARTS, Value::Wall(*date)),
                (change_at::ENDS, Value::Wall(*ends)),
            ]));
        }
        said.sort_by_key(of);
        if Kind::MAX_ENTRIES < said.len() {
            return Err(format!("more than {} dates have something of their own", Kind::MAX_ENTRIES));
        }
        Ok(())
    }

    /// The dates of `event` between the first and the last of `changes`, both included.
    fn dates_among(
        &mut self,
        event: &Vevent,
        times: &Times,
        changes: &BTreeMap<Wall, Box<Vevent>>,
    ) -> Result<Vec<Wall>, String> {
        let days = changes.keys().map(|wall| wall.date());
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(Vec::new()) };
        let (added, except) = (times.added.clone(), times.except.clone());
        let schedule = Schedule::new(times.starts, times.ends, event.rule.as_deref(), added, except);
        let schedule = schedule.map_err(|cause| cause.to_string())?;
        let window = first..last.succ_opt().unwrap_or(last);
        // In a zone that skips nothing, as `features::Event` looks for them.
        let found = self.fuel.dates(&schedule, &self.utc.calendar, window, MAX_LISTED)?;
        if !found.complete {
            return Err("too many dates lie between those that have a change of their own".to_owned());
        }
        Ok(found.dates.into_iter().map(|date| date.wall).collect())
    }

    /// What `change` says of the date `date`; none when that is nothing.
    fn change(
        &mut self,
        event: &Vevent,
        times: &Times,
        date: Wall,
        change: &Vevent,
    ) -> Result<Option<Fields>, String> {
        let mut fields = vec![(change_at::OCCURRENCE, Value::Wall(date))];
        let standing = match change.standing {
            Some(Standing::Cancelled) => Some(EventStatus::Cancelled),
            Some(Standing::Postponed) => Some(EventStatus::Postponed),
            Some(Standing::TakesPlace) | None => None,
        };
        fields.extend(standing.map(|standing| (change_at::EVENT_STATUS, status(standing))));
        match self.moved(times, date, change) {
            Ok(Some((starts, ends))) => {
                fields.push((change_at::STARTS, Value::Wall(starts)));
                fields.extend(ends.map(|ends| (change_at::ENDS, Value::Wall(ends))));
            }
            // When it would have been does not matter of what is not.
            Err(fault) if standing.is_none() => return Err(fault),
            Ok(None) | Err(_) => {}
        }
        if change.availability != event.availability {
            fields.extend(self.availability(change).map(|places| (change_at::AVAILABILITY, places)));
        }
        if change.access != event.access {
            fields.extend(self.access(change).map(|access| (change_at::ACCESS, access)));
        }
        let own: Vec<&str> = [
            ("SUMMARY", change.summary.as_deref(), event.summary.as_deref()),
            ("DESCRIPTION", change.about(), event.about()),
            ("LOCATION", change.location.as_deref(), event.location.as_deref()),
            ("URL", change.url.as_deref(), event.url.as_deref()),
        ]
        .into_iter()
        .filter(|(_, own, all)| own.is_some() && own != all)
        .map(|(name, ..)| name)
        .collect();
        if !own.is_empty() {
            let what =
                format_args!("{} of {date} alone: those of line {} are taken", own.join(", "), event.line);
            self.altered.add(change.line, what);
        }
        if fields.len() == 1 {
            if own.is_empty() {
                self.altered.add(
                    change.line,
                    format_args!("it says nothing of {date} that line {} does not", event.line),
                );
            }
            return Ok(None);
        }
        fields.extend(reason(change).map(|reason| (change_at::REASON, reason)));
        Ok(Some(Fields::new(fields)))
    }

    /// When `change` puts the date `date`; none: where it is.
    fn moved(
        &self,
        times: &Times,
        date: Wall,
        change: &Vevent,
    ) -> Result<Option<(Wall, Option<Wall>)>, String> {
        let Some(starts) = change.starts else { return Ok(None) };
        let (starts, ends) = self.walls(change, starts, &times.zone, true)?;
        let usual = times.usual_end(date);
        // Without a word of it, a time ends as it always does; a day is one, as it always is.
        let says_end = change.ends.is_some() || change.length.is_some();
        if starts == date && (!says_end || ends == usual) {
            return Ok(None);
        }
        let alone = Schedule::new(starts, ends, None, Vec::new(), Vec::new());
        alone.map_err(|cause| cause.to_string())?;
        Ok(Some((starts, ends)))
    }
}
