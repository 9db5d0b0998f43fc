//! One feature as published: rendered, with the marks that filters test and the time its rendering holds.
use super::area::AreaView;
use super::board::Board;
use crate::catalogue::Item;
use crate::features::field::{Kind, Value};
use crate::features::schema::{self, at};
use crate::features::{Notice, Status};
use crate::formats::geojson::{self, Card, Shown};
use crate::hours::{OpeningHours, State};
use crate::spatial::Geometry;
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// One feature.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) item: Arc<Item>,
    pub(super) hours: Option<Arc<OpeningHours>>,
    pub(super) attributions: u64,
    /// The notices about it, whether they hold or not.
    notices: Box<[Arc<Item>]>,
    /// Whether it lies outside the area, once somebody has asked: for 100,000 that takes half a second.
    outside: OnceLock<bool>,
    rendering: Rendering,
}

/// How a feature looks for a while.
#[derive(Clone, Debug)]
pub(super) struct Rendering {
    pub(super) card: Card,
    pub(super) feature: Vec<u8>,
    pub(super) marks: u64,
    from: DateTime<Utc>,
    pub(super) valid_until: Option<DateTime<Utc>>,
}

/// The longest that opening hours are trusted without asking again: they are searched a year ahead, no further.
const ASK_AGAIN: TimeDelta = TimeDelta::days(1);

/// The marks that time changes; the marks of fields begin behind them.
pub(super) mod mark {
    /// Open.
    pub(crate) const OPEN: u64 = 1;
    /// Closed for good.
    pub(crate) const CLOSED: u64 = 2;
    /// How many marks are not of fields.
    pub(crate) const COUNT: u32 = 2;
}

/// What opening hours say at one instant, each asked once however many features have them.
pub(super) struct StatesAt {
    pub(super) now: DateTime<Utc>,
    states: HashMap<*const OpeningHours, State>,
    open: HashMap<*const OpeningHours, Option<bool>>,
}

impl StatesAt {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self { now, states: HashMap::new(), open: HashMap::new() }
    }

    /// Open or not, and until when.
    fn state(&mut self, hours: &Arc<OpeningHours>) -> State {
        *self.states.entry(Arc::as_ptr(hours)).or_insert_with(|| hours.state(self.now))
    }

    /// Open or not: what a filter asks, of perhaps every feature there is.
    fn open(&mut self, hours: &Arc<OpeningHours>) -> Option<bool> {
        *self.open.entry(Arc::as_ptr(hours)).or_insert_with(|| hours.open_at(self.now))
    }
}

impl Entry {
    pub(super) fn new(item: Arc<Item>, area: &AreaView, board: &Board, states: &mut StatesAt) -> Self {
        let hours = item.feature.opening_hours().and_then(|text| area.hours(text));
        let attributions = area.attributions.bit(item.feature.fields().text(at::SOURCE_ATTRIBUTION));
        let notices = board.on(item.feature.id());
        let rendering = render(&item, hours.as_ref(), notices, states);
        Self { notices: notices.into(), item, hours, attributions, outside: OnceLock::new(), rendering }
    }

    /// The same feature rendered at the instant of `states`.
    pub(super) fn rendered(&self, states: &mut StatesAt) -> Self {
        let rendering = render(&self.item, self.hours.as_ref(), &self.notices, states);
        Self {
            item: self.item.clone(),
            hours: self.hours.clone(),
            attributions: self.attributions,
            notices: self.notices.clone(),
            outside: self.outside.clone(),
            rendering,
        }
    }

    /// Whether it lies outside the area.
    pub(super) fn is_outside(&self, area: &AreaView) -> bool {
        let outside = |geometry: &Arc<Geometry>| area.is_outside(geometry);
        *self.outside.get_or_init(|| self.item.feature.geometry().is_some_and(outside))
    }

    /// Whether its rendering holds at `now`.
    pub(super) fn holds(&self, now: DateTime<Utc>) -> bool {
        self.rendering.from <= now && self.rendering.valid_until.is_none_or(|until| now < until)
    }

    pub(super) fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.rendering.valid_until
    }

    /// How it looks at `now`: as prepared while that holds, otherwise rendered afresh for this reader.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Cow<'_, Rendering> {
        if self.holds(now) {
            Cow::Borrowed(&self.rendering)
        } else {
            Cow::Owned(render(&self.item, self.hours.as_ref(), &self.notices, &mut StatesAt::new(now)))
        }
    }

    /// Its marks as prepared: those of fields hold at any time, those of [`mark`] only while [`Entry::holds`].
    pub(super) fn marks(&self) -> u64 {
        self.rendering.marks
    }

    /// Whether it is open at the instant of `states`.
    pub(super) fn open_at(&self, states: &mut StatesAt) -> Option<bool> {
        let now = states.now;
        let hours = || self.hours.as_ref().map(|hours| State { open: states.open(hours), until: None });
        self.item.feature.openness(now, hours).open
    }
}

fn render(
    item: &Item,
    hours: Option<&Arc<OpeningHours>>,
    notices: &[Arc<Item>],
    states: &mut StatesAt,
) -> Rendering {
    let now = states.now;
    let openness = item.feature.openness(now, || hours.map(|hours| states.state(hours)));
    let shown = Shown { item, openness, notices, now };
    let closure_ends = item.feature.status().until().filter(|until| now < *until);
    let asked_again = hours.map(|_| now + ASK_AGAIN);
    // A notice is said to hold or not, by itself and by the place it is about.
    let of_time = |item: &Item| Notice::of(&item.feature)?.next_change(now);
    let noticed = notices.iter().filter_map(|item| of_time(item)).chain(of_time(item));
    let valid_until = [openness.until, closure_ends, asked_again].into_iter().flatten().chain(noticed).min();
    let mut marks = field_marks(item);
    if openness.open == Some(true) {
        marks |= mark::OPEN;
    }
    if matches!(item.feature.status(), Status::Closed { .. }) {
        marks |= mark::CLOSED;
    }
    let (card, feature) = (geojson::card(&shown), geojson::feature(&shown));
    Rendering { card, feature, marks, from: now, valid_until }
}

/// The marks of the fields that readers may filter by: two for a yes or no, one for each word of a choice.
fn field_marks(item: &Item) -> u64 {
    let mut marks = 0;
    let mut bit = mark::COUNT;
    for (number, field) in
        schema::fields(item.feature.collection()).iter().enumerate().filter(|(_, f)| f.filter)
    {
        let word = match item.feature.fields().get(number) {
            Some(Value::Flag(true)) => Some("true"),
            Some(Value::Flag(false)) => Some("false"),
            Some(Value::Choice(word)) => Some(*word),
            _ => None,
        };
        let at = word.and_then(|word| field.kind.words_to_ask().iter().position(|known| *known == word));
        if let Some(at) = at {
            marks |= 1 << (bit as usize + at);
        }
        bit += width(&field.kind);
    }
    marks
}

/// How many marks a field of that kind has: one for each word to ask for.
pub(super) fn width(kind: &Kind) -> u32 {
    u32::try_from(kind.words_to_ask().len()).expect("a short list of words")
}
