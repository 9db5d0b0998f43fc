//! What is on: every event with its dates, those that nobody may see yet too. The public collections `events` and
//! `occurrences` are made of it, of what is public alone; the rest is for staff who ask for it by name.
use super::area::AreaView;
use super::{ItemsQuery, Snapshot};
use crate::catalogue::Item;
use crate::features::schema::{self, event_at};
use crate::features::{Event, Occurrence, Occurrences, occurrence_feature};
use crate::ids::{Collection, FeatureId};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Days before today whose dates are told.
const BEFORE: Days = Days::new(31);
/// Days from today on whose dates are told: two years.
const AHEAD: Days = Days::new(731);

/// Every event.
#[derive(Debug)]
pub struct Programme {
    events: HashMap<FeatureId, Arc<Production>>,
    /// The days whose dates are told.
    days: Range<NaiveDate>,
    /// When the next draft publishes itself.
    next_publication: Option<DateTime<Utc>>,
}

/// One event, and its dates.
#[derive(Debug)]
pub struct Production {
    /// As stored.
    pub item: Arc<Item>,
    /// As shown: where its venue is, what that is called, and published once it has published itself.
    pub shown: Arc<Item>,
    /// Its dates.
    pub occurrences: Occurrences,
    /// The first of the days of which nothing is told, where its dates may go on.
    pub until: Option<NaiveDate>,
}

/// The days whose dates are told at `now`.
fn days(area: &AreaView, now: DateTime<Utc>) -> Range<NaiveDate> {
    let today = area.calendar.date(now);
    today.checked_sub_days(BEFORE).unwrap_or(today)..today.checked_add_days(AHEAD).unwrap_or(today)
}

impl Programme {
    /// The programme of `events` at `now`, at the places that `place` knows.
    pub(super) fn new<'p>(
        events: impl Iterator<Item = Arc<Item>>,
        place: impl Fn(&FeatureId) -> Option<&'p Arc<Item>>,
        area: &AreaView,
        now: DateTime<Utc>,
    ) -> Self {
        let days = days(area, now);
        let events = events.map(|item| {
            let production = Production::new(item, &place, area, &days, now);
            (production.item.feature.id().clone(), Arc::new(production))
        });
        Self::of(events.collect(), days, now)
    }

    fn of(events: HashMap<FeatureId, Arc<Production>>, days: Range<NaiveDate>, now: DateTime<Utc>) -> Self {
        let publications = events.values().filter_map(|production| production.event().publish_at());
        let next_publication = publications.filter(|at| now < *at).min();
        Self { events, days, next_publication }
    }

    /// The programme after `changes`: an event written, or none for one taken away.
    pub(super) fn changed<'p>(
        &self,
        changes: impl Iterator<Item = (FeatureId, Option<Arc<Item>>)>,
        place: impl Fn(&FeatureId) -> Option<&'p Arc<Item>>,
        area: &AreaView,
        now: DateTime<Utc>,
    ) -> Self {
        let mut events = self.events.clone();
        for (id, item) in changes {
            match item {
                Some(item) => {
                    events.insert(id, Arc::new(Production::new(item, &place, area, &self.days, now)));
                }
                None => drop(events.remove(&id)),
            }
        }
        Self::of(events, self.days.clone(), now)
    }

    /// Whether it tells other days at `now`.
    pub(super) fn is_over(&self, area: &AreaView, now: DateTime<Utc>) -> bool {
        self.days != days(area, now)
    }

    /// Whether a draft has published itself since it was made, that nobody is shown yet.
    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next_publication.is_some_and(|at| at <= now)
    }

    /// The drafts that have published themselves by `now`.
    pub fn due(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Arc<Production>> {
        self.events
            .values()
            .filter(move |production| production.event().publish_at().is_some_and(|at| at <= now))
    }

    /// How many public events have dates to come at `now`, and how many dates that are.
    pub fn ahead(&self, now: DateTime<Utc>) -> (usize, usize) {
        let public = self.all().filter(|production| production.event().is_public(now));
        let dates = public.map(|production| production.upcoming(now).count()).filter(|dates| 0 < *dates);
        dates.fold((0, 0), |(events, all), dates| (events + 1, all + dates))
    }

    /// Every event, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Production>> {
        self.events.values()
    }

    /// The event called `id`, whoever may see it.
    pub fn event(&self, id: &FeatureId) -> Option<&Arc<Production>> {
        self.events.get(id)
    }

    /// The events at one of these places.
    pub(super) fn at<'s>(
        &'s self,
        is_one: impl Fn(&str) -> bool + 's,
    ) -> impl Iterator<Item = &'s FeatureId> {
        self.events.iter().filter_map(move |(id, production)| {
            let venue = production.item.feature.fields().text(event_at::VENUE_ID)?;
            is_one(venue).then_some(id)
        })
    }

    /// The days whose dates are told.
    pub fn days(&self) -> &Range<NaiveDate> {
        &self.days
    }
}

impl Snapshot {
    /// The public events that `query`, which is of events, asks for on any page of it, in the order of their ids.
    pub fn productions(&self, query: &ItemsQuery, now: DateTime<Utc>) -> Vec<&Arc<Production>> {
        let view = self.collection(Collection::Events);
        let keys = view.matching(query, now).into_iter();
        let id = |key: u32| view.entries[key as usize].item.feature.id();
        keys.filter_map(|key| self.programme.event(id(key))).collect()
    }
}

impl Production {
    pub(super) fn new<'p>(
        item: Arc<Item>,
        place: impl Fn(&FeatureId) -> Option<&'p Arc<Item>>,
        area: &AreaView,
        days: &Range<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Self {
        let event = Event::of(&item.feature).expect("an event");
        let occurrences = event.occurrences(&area.calendar, days.clone());
        let last = occurrences.occurrences.last().map(|last| last.original.date());
        let until = match (occurrences.complete, event.recurs(), last) {
            (false, _, Some(last)) => last.succ_opt(),
            (true | false, true, _) => event.goes_on(&area.calendar, days.end).then_some(days.end),
            (true | false, false, _) => None,
        };
        let venue = event.venue().and_then(|id| place(&id));
        let due = event.published_by(now);
        let held = venue.map(|venue| {
            let town = schema::number(venue.feature.collection(), "town");
            let town = town.and_then(|number| venue.feature.fields().get(number)).cloned();
            due.as_ref().unwrap_or(event.feature()).held_at(&venue.feature, town)
        });
        let shown = match held.or(due) {
            None => item.clone(),
            Some(feature) => Arc::new(Item { feature: Arc::new(feature), ..(*item).clone() }),
        };
        Self { item, shown, occurrences, until }
    }

    /// What it is.
    pub fn event(&self) -> Event<'_> {
        Event::of(&self.item.feature).expect("an event")
    }

    /// Its dates that are not over at `now`, each with its id.
    pub fn upcoming(&self, now: DateTime<Utc>) -> impl Iterator<Item = (FeatureId, &Occurrence)> {
        let upcoming = self.occurrences.occurrences.iter().filter(move |occurrence| now < occurrence.over_at);
        upcoming.map(|occurrence| (self.event().occurrence_id(occurrence.original), occurrence))
    }

    /// The ids of its dates.
    pub(super) fn ids(&self) -> impl Iterator<Item = FeatureId> {
        self.occurrences.occurrences.iter().map(|date| self.event().occurrence_id(date.original))
    }

    /// Its dates as features.
    pub(super) fn items(&self) -> impl Iterator<Item = (FeatureId, Arc<Item>)> {
        let Item { feature, version, created_at, updated_at } = &*self.shown;
        let shown = Event::of(feature).expect("an event");
        self.occurrences.occurrences.iter().map(move |occurrence| {
            let feature = Arc::new(occurrence_feature(&shown, occurrence, *version));
            let id = feature.id().clone();
            (
                id,
                Arc::new(Item {
                    feature,
                    version: *version,
                    created_at: *created_at,
                    updated_at: *updated_at,
                }),
            )
        })
    }
}
