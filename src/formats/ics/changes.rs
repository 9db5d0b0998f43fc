//! What VEVENTs with a RECURRENCE-ID say of single dates of a series.
use super::dates::{Times, naive};
use super::item::{reason, status};
use super::read::Reading;
use super::series::newer;
use super::vevent::{Standing, Vevent};
use crate::features::field::Value;
use crate::features::schema::change_at;
use crate::features::{EventStatus, Fields};
use crate::recurrence::{Schedule, Wall};
use std::collections::BTreeMap;

impl Reading<'_> {
    /// What `changes` say of single dates of `event`. Those that cannot be read take their date out of `times`; those
    /// of other dates become events of their own.
    pub(super) fn changes(
        &mut self,
        uid: &str,
        event: &Vevent,
        times: &mut Times,
        changes: Vec<Vevent>,
    ) -> Result<Vec<Fields>, String> {
        let mut by_date: BTreeMap<Wall, Vevent> = BTreeMap::new();
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
        Ok(said)
    }

    /// The dates of `event` between the first and the last of `changes`, both included.
    fn dates_among(
        &mut self,
        event: &Vevent,
        times: &Times,
        changes: &BTreeMap<Wall, Vevent>,
    ) -> Result<Vec<Wall>, String> {
        let days = changes.keys().map(|wall| wall.date());
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(Vec::new()) };
        let (added, except) = (times.added.clone(), times.except.clone());
        let schedule = Schedule::new(times.starts, times.ends, event.rule.as_deref(), added, except);
        let schedule = schedule.map_err(|cause| cause.to_string())?;
        let window = first..last.succ_opt().unwrap_or(last);
        // In a zone that skips nothing, as `features::Event` looks for them.
        let found = schedule.dates(&self.utc.calendar, window, self.dates_left);
        self.dates_left = self.dates_left.saturating_sub(found.dates.len());
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
        let length = times.ends.map(|ends| naive(ends) - naive(times.starts));
        match change.standing {
            Some(Standing::Cancelled) => {
                fields.push((change_at::EVENT_STATUS, status(EventStatus::Cancelled)))
            }
            Some(Standing::Postponed) => {
                fields.push((change_at::EVENT_STATUS, status(EventStatus::Postponed)))
            }
            Some(Standing::TakesPlace) | None => {
                if let Some(starts) = change.starts {
                    let (starts, ends) = self.walls(change, starts, &times.zone, true)?;
                    let usual = length.and_then(|length| naive(date).checked_add_signed(length));
                    let usual = usual.map(|ends| match date {
                        Wall::Day(_) => Wall::Day(ends.date()),
                        Wall::Time(_) => Wall::Time(ends),
                    });
                    let says_end = change.ends.is_some() || change.length.is_some();
                    if starts != date || (says_end && ends != usual) {
                        let ends = if says_end { ends } else { None };
                        let alone = Schedule::new(starts, ends, None, Vec::new(), Vec::new());
                        alone.map_err(|cause| cause.to_string())?;
                        fields.push((change_at::STARTS, Value::Wall(starts)));
                        fields.extend(ends.map(|ends| (change_at::ENDS, Value::Wall(ends))));
                    }
                }
            }
        }
        let own: Vec<&str> = [
            ("SUMMARY", &change.summary, &event.summary),
            ("DESCRIPTION", &change.description, &event.description),
            ("LOCATION", &change.location, &event.location),
            ("URL", &change.url, &event.url),
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
}
