//! One feature as published: rendered, with the marks that filters test and the time its rendering holds.
use super::Answered;
use super::area::AreaView;
use super::board::Board;
use super::crowd::{BeachCrowd, Crowds};
use super::programme::{Production, Programme};
use super::timeline::Span;
use crate::beaches::Level;
use crate::catalogue::Item;
use crate::features::field::{Kind, Value};
use crate::features::schema;
use crate::features::{Event, Notice, Occurrence, Promotion, Status};
use crate::formats::geojson::{self, BeachShown, Card, DatesShown, Shown};
use crate::hours::{OpeningHours, State};
use crate::ids::Collection;
use crate::spatial::Geometry;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
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
    /// Of a beach: how full it is.
    beach: Option<BeachParts>,
    /// Of an event: its dates.
    production: Option<Arc<Production>>,
    /// When it is, where it is something that is on.
    pub(super) spans: Box<[Span]>,
    /// Whether it lies outside the area, once somebody has asked: for 100,000 that takes half a second.
    outside: OnceLock<bool>,
    rendering: Rendering,
}

/// What a beach shows that other places do not.
#[derive(Clone, Debug)]
struct BeachParts {
    crowd: Arc<BeachCrowd>,
    lifeguard_hours: Option<Arc<OpeningHours>>,
}

/// What is beside a feature, and shown with it.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) area: &'a AreaView,
    pub(super) board: &'a Board,
    pub(super) crowds: &'a Crowds,
    pub(super) programme: &'a Programme,
}

/// How a feature looks for a while.
#[derive(Clone, Debug)]
pub(super) struct Rendering {
    pub(super) card: Card,
    pub(super) feature: Vec<u8>,
    pub(super) marks: u64,
    /// Of a beach: how full it is, and that alone.
    pub(super) status: Option<StatusShown>,
    from: DateTime<Utc>,
    pub(super) valid_until: Option<DateTime<Utc>>,
}

impl Rendering {
    /// What an answer needs to know of it, with the attributions that its feature asks for.
    pub(super) fn answered(&self, attributions: u64) -> Answered {
        Answered { attributions, valid_until: self.valid_until, of_crowd: self.status.is_some() }
    }
}

/// How full a beach is, rendered.
#[derive(Clone, Debug)]
pub(super) struct StatusShown {
    pub(super) level: Level,
    pub(super) valid_until: DateTime<Utc>,
    pub(super) bytes: Vec<u8>,
}

/// The longest that opening hours are trusted without asking again: they are searched a year ahead, no further.
const ASK_AGAIN: TimeDelta = TimeDelta::days(1);
/// The next dates that an event shows.
const NEXT: usize = 10;
/// How often the tide of a beach is shown anew, at whole multiples of it.
const TIDE: TimeDelta = TimeDelta::minutes(10);

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
    pub(super) fn state(&mut self, hours: &Arc<OpeningHours>) -> State {
        *self.states.entry(Arc::as_ptr(hours)).or_insert_with(|| hours.state(self.now))
    }

    /// Open or not: what a filter asks, of perhaps every feature there is.
    fn open(&mut self, hours: &Arc<OpeningHours>) -> Option<bool> {
        *self.open.entry(Arc::as_ptr(hours)).or_insert_with(|| hours.open_at(self.now))
    }
}

impl Entry {
    pub(super) fn new(item: Arc<Item>, around: Around<'_>, states: &mut StatesAt) -> Self {
        let Around { area, board, crowds, programme } = around;
        let hours = item.feature.opening_hours().and_then(|text| area.hours(text));
        let attributions = area.attributions.bit(item.feature.attribution());
        let is_beach = item.feature.collection() == Collection::Beaches;
        let attributions = if is_beach { attributions | area.tide_attribution() } else { attributions };
        let notices = board.on(item.feature.id());
        let beach = is_beach.then(|| BeachParts {
            crowd: crowds.of(&item, area, states.now),
            lifeguard_hours: area.hours_of(&item.feature, "lifeguard_hours"),
        });
        let of_events = item.feature.collection() == Collection::Events;
        let production = programme.event(item.feature.id()).filter(|_| of_events).cloned();
        let spans = spans(&item, production.as_deref(), programme);
        let rendering = render(&item, hours.as_ref(), notices, beach.as_ref(), production.as_deref(), states);
        Self {
            notices: notices.into(),
            item,
            hours,
            attributions,
            beach,
            production,
            spans,
            outside: OnceLock::new(),
            rendering,
        }
    }

    /// The same feature rendered at the instant of `states`.
    pub(super) fn rendered(&self, states: &mut StatesAt) -> Self {
        let rendering = self.render(states);
        Self {
            item: self.item.clone(),
            hours: self.hours.clone(),
            attributions: self.attributions,
            notices: self.notices.clone(),
            beach: self.beach.clone(),
            production: self.production.clone(),
            spans: self.spans.clone(),
            outside: self.outside.clone(),
            rendering,
        }
    }

    /// Whether it lies outside the area.
    pub(super) fn is_outside(&self, area: &AreaView) -> bool {
        let outside = |geometry: &Arc<Geometry>| area.is_outside(geometry);
        *self.outside.get_or_init(|| self.item.feature.geometry().is_some_and(outside))
    }

    /// Whether it is an offer that holds no more at `now`: nobody is shown one.
    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        let is_offer = self.item.feature.collection() == Collection::Promotions;
        is_offer && self.spans.iter().all(|span| span.until <= now)
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
            Cow::Owned(self.render(&mut StatesAt::new(now)))
        }
    }

    fn render(&self, states: &mut StatesAt) -> Rendering {
        let production = self.production.as_deref();
        render(&self.item, self.hours.as_ref(), &self.notices, self.beach.as_ref(), production, states)
    }

    /// Whether it is open at `now`, if anybody knows.
    pub(super) fn is_open(&self, now: DateTime<Utc>) -> Option<bool> {
        self.open_at(&mut StatesAt::new(now))
    }

    /// Of a beach: how full it is, at any instant.
    pub(super) fn crowd(&self) -> Option<&Arc<BeachCrowd>> {
        self.beach.as_ref().map(|beach| &beach.crowd)
    }

    /// The level of a beach at `now`, and until when it may be shown; none of what is no beach.
    pub(super) fn level(&self, now: DateTime<Utc>) -> Option<(Level, DateTime<Utc>)> {
        if self.holds(now) {
            return self.rendering.status.as_ref().map(|status| (status.level, status.valid_until));
        }
        let status = self.crowd()?.status(now);
        Some((status.level, status.valid_until))
    }

    /// Of a beach: how full it is, as prepared.
    pub(super) fn status(&self) -> Option<&[u8]> {
        self.rendering.status.as_ref().map(|status| status.bytes.as_slice())
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
    beach: Option<&BeachParts>,
    production: Option<&Production>,
    states: &mut StatesAt,
) -> Rendering {
    let now = states.now;
    let openness = item.feature.openness(now, || hours.map(|hours| states.state(hours)));
    let status = beach.map(|beach| beach.crowd.status(now));
    let lifeguards = beach.and_then(|beach| beach.lifeguard_hours.as_ref()).map(|hours| states.state(hours));
    let beach = beach.zip(status.as_ref()).map(|(beach, status)| BeachShown {
        status,
        decided: beach.crowd.decided(status),
        declared: &beach.crowd.declared,
        lifeguards,
    });
    let next: Vec<_> =
        production.into_iter().flat_map(|production| production.upcoming(now)).take(NEXT).collect();
    let dates = production.map(|production| DatesShown { next: &next, until: production.until });
    let shown = Shown { item, openness, notices, beach, dates, own: None, now };
    let closure_ends = item.feature.status().until().filter(|until| now < *until);
    let asked_again = hours.map(|_| now + ASK_AGAIN);
    // A notice is said to hold or not, by itself and by the place it is about.
    let of_time = |item: &Item| match (Notice::of(&item.feature), Promotion::of(&item.feature)) {
        (Some(notice), _) => notice.next_change(now),
        (None, Some(promotion)) => promotion.next_change(now),
        (None, None) => None,
    };
    let noticed = notices.iter().filter_map(|item| of_time(item)).chain(of_time(item));
    let valid_until = [openness.until, closure_ends, asked_again].into_iter().flatten().chain(noticed);
    let valid_until = valid_until.chain(beach.iter().flat_map(|beach| beach_changes(beach, now)));
    let valid_until = valid_until.chain(next.first().map(|(_, first)| first.over_at)).min();
    let mut marks = field_marks(item, production);
    if openness.open == Some(true) {
        marks |= mark::OPEN;
    }
    if matches!(item.feature.status(), Status::Closed { .. }) {
        marks |= mark::CLOSED;
    }
    let (card, feature) = (geojson::card(&shown), geojson::feature(&shown));
    let status = beach.map(|beach| StatusShown {
        level: beach.status.level,
        valid_until: beach.status.valid_until,
        bytes: geojson::beach_status(item, &beach, now),
    });
    Rendering { card, feature, marks, status, from: now, valid_until }
}

/// When an event or a date of one is; nothing for what is at all times.
fn spans(item: &Item, production: Option<&Production>, programme: &Programme) -> Box<[Span]> {
    if let Some(production) = production {
        let span = |date: &Occurrence| Span { from: date.starts_at, until: date.over_at };
        let mut spans: Vec<Span> = production.occurrences.occurrences.iter().map(span).collect();
        spans.sort_unstable_by_key(|span| span.from);
        return spans.into();
    }
    if let Some(promotion) = Promotion::of(&item.feature) {
        let (from, until) = promotion.window();
        return Box::new([Span { from, until }]);
    }
    if item.feature.collection() != Collection::Occurrences {
        return Box::default();
    }
    let date = Event::named_by(item.feature.id()).and_then(|(event, of)| {
        let dates = &programme.event(&event)?.occurrences.occurrences;
        dates.iter().find(|date| date.original == of)
    });
    date.map(|date| Span { from: date.starts_at, until: date.over_at }).into_iter().collect()
}

/// When something that is shown of a beach will be different, if nobody reports or decides again.
fn beach_changes(beach: &BeachShown<'_>, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let tide = now.duration_trunc(TIDE).map(|before| before + TIDE).ok();
    let declared = beach.declared.iter().filter_map(move |declared| declared.next_change(now));
    let lifeguards = beach.lifeguards.map(|state| state.until.unwrap_or(now + ASK_AGAIN));
    [Some(beach.status.valid_until), tide, lifeguards].into_iter().flatten().chain(declared)
}

/// The marks of the fields that readers may filter by: two for a yes or no, one for each word of a choice.
fn field_marks(item: &Item, production: Option<&Production>) -> u64 {
    let mut marks = 0;
    let mut bit = mark::COUNT;
    for (number, field) in
        schema::fields(item.feature.collection()).iter().enumerate().filter(|(_, f)| f.asked.is_some())
    {
        let words: &[&str] = match item.feature.fields().get(number) {
            Some(Value::Flag(true)) => &["true"],
            Some(Value::Flag(false)) => &["false"],
            Some(Value::Choice(word)) => &[word],
            Some(Value::Choices(words)) => words,
            _ => &[],
        };
        let dates = production.into_iter().flat_map(|production| &production.occurrences.occurrences);
        let of_dates =
            dates.filter(|_| field.asked == Some("access")).filter_map(|date| match &date.access {
                Some(Value::Choices(words)) => Some(words.iter()),
                _ => None,
            });
        // An event is made accessible when one of its dates is.
        for word in words.iter().chain(of_dates.flatten()) {
            let at = field.kind.words_to_ask().iter().position(|known| known == word);
            marks |= at.map_or(0, |at| 1 << (bit as usize + at));
        }
        bit += width(&field.kind);
    }
    marks
}

/// How many marks a field of that kind has: one for each word to ask for.
pub(super) fn width(kind: &Kind) -> u32 {
    u32::try_from(kind.words_to_ask().len()).expect("a short list of words")
}
