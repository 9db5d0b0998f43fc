//! What the VEVENTs of a calendar are as events of ours.
use super::notes::{Notes, at as line_of, short};
use super::parse::parse;
use super::series::{Series, newer, series};
use super::times::Stamp;
use super::until::on_wall;
use super::vevent::Vevent;
use super::zones::{Known, Zone};
use crate::catalogue::{FeedContent, FeedItem, FeedNote};
use crate::formats::feed::Origin;
use crate::formats::fuel::Fuel;
use std::collections::BTreeMap;

/// The events of the calendar `text`. Every VEVENT of it is one, a change of one, or is refused with its line.
///
/// # Errors
/// When the file as a whole cannot be used: it is no calendar (a page, JSON), is not UTF-8, is cut short, or has more
/// than [`MAX_BYTES`](super::MAX_BYTES) or [`MAX_EVENTS`](super::MAX_EVENTS). Then nothing in it may be taken for gone.
pub fn read(text: &[u8], origin: &Origin) -> Result<FeedContent, FeedNote> {
    let zone = |name: &str| {
        let unknown = || FeedNote { at: line_of(1), what: format!("the zone {} is not known", short(name)) };
        Zone::named(name).ok_or_else(unknown)
    };
    let mut parsed = parse(text)?;
    let area = zone(&origin.time_zone)?;
    let floating = parsed.floating.as_deref().map(|name| (name, Zone::named(name)));
    if let Some((name, None)) = floating {
        let what = format_args!("X-WR-TIMEZONE {} is not known: the area's is taken", short(name));
        parsed.altered.add(1, what);
    }
    let said = floating.and_then(|(_, zone)| zone);
    let in_utc = said.clone().map_or_else(|| zone("UTC"), Ok)?;
    let floating = said.unwrap_or_else(|| area.clone());
    let known = parsed.zones.known();
    let all = series(parsed.events, &mut parsed.refused, &mut parsed.altered);
    let mut reading = Reading {
        origin,
        area,
        floating,
        utc: zone("UTC")?,
        series_in_utc: in_utc,
        known,
        items: Vec::new(),
        refused: parsed.refused,
        altered: parsed.altered,
        fuel: Fuel::full(),
    };
    for series in all {
        reading.series(series);
    }
    let Reading { items, refused, altered, .. } = reading;
    Ok(FeedContent { items, removed: Vec::new(), refused: refused.list(), altered: altered.list() })
}

/// A calendar that is being read.
pub(super) struct Reading<'a> {
    pub(super) origin: &'a Origin,
    /// The area's zone.
    pub(super) area: Zone,
    /// That of times that name none.
    pub(super) floating: Zone,
    pub(super) utc: Zone,
    /// That of series in UTC.
    pub(super) series_in_utc: Zone,
    /// Those that times name.
    pub(super) known: Known,
    items: Vec<FeedItem>,
    pub(super) refused: Notes,
    pub(super) altered: Notes,
    /// For looking through the series for dates that have a change of their own.
    pub(super) fuel: Fuel,
}

impl Reading<'_> {
    fn series(&mut self, series: Series) {
        let Series { uid, of_all, of_dates } = series;
        let Some(of_all) = of_all else {
            let mut by_date: BTreeMap<String, Box<Vevent>> = BTreeMap::new();
            for change in of_dates {
                let date = change.replaces.map(Stamp::name).unwrap_or_default();
                let taken = by_date.remove(&date);
                let kept = newer(taken, change, &uid, &mut self.refused);
                by_date.insert(date, kept);
            }
            for (date, change) in by_date {
                self.alone(&format!("{uid}#{date}"), change);
            }
            return;
        };
        let lines: Vec<usize> = of_dates.iter().map(|change| change.line).collect();
        let at = of_all.line;
        if let Err(fault) = self.whole(&uid, of_all, of_dates) {
            self.refused.add(at, fault);
            for line in lines {
                self.refused.add(line, format_args!("it changes the event on line {at}, which is refused"));
            }
        }
    }

    /// Makes an event of a VEVENT that changes a date of what is not there.
    pub(super) fn alone(&mut self, uid: &str, mut change: Box<Vevent>) {
        change.rule = None;
        for dates in [&mut change.added, &mut change.except] {
            dates.clear();
        }
        change.periods.clear();
        let line = change.line;
        if let Err(fault) = self.whole(uid, change, Vec::new()) {
            self.refused.add(line, fault);
        }
    }

    /// Makes an event of `event`, with `changes` of its single dates.
    fn whole(
        &mut self,
        uid: &str,
        mut event: Box<Vevent>,
        mut changes: Vec<Box<Vevent>>,
    ) -> Result<(), String> {
        if let Some(fault) = event.fault.take() {
            return Err(fault);
        }
        if changes.is_empty() {
            changes.extend(event.moved());
        }
        if let Some(change) = changes.iter().find(|change| change.and_following) {
            return Err(format!(
                "RECURRENCE-ID on line {}: a RANGE is not supported, every later date would be wrong",
                change.line
            ));
        }
        let mut times = self.times(&event, !changes.is_empty())?;
        event.rule = event.rule.map(|rule| on_wall(&rule, times.starts, &times.zone).into());
        let changes = self.changes(uid, &event, &mut times, changes)?;
        let item = self.item(uid, &event, times, changes)?;
        self.items.push(item);
        Ok(())
    }
}
