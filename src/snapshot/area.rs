//! What holds for the area as a whole, ready to be asked: civil time, names of places, attributions.
use crate::catalogue::AreaFacts;
use crate::formats::geojson::Attributions;
use crate::hours::{Calendar, CalendarError, OpeningHours};
use crate::spatial::{Geometry, LatLon, Nearest};
use crate::text::key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The area as a whole.
#[derive(Debug)]
pub struct AreaView {
    /// What was imported of it.
    pub facts: AreaFacts,
    /// Its civil time.
    pub calendar: Calendar,
    /// Its attributions, rendered.
    pub attributions: Attributions,
    /// The boundary as an index: most of its edges need not be looked at to say whether something lies within.
    boundary: Nearest,
    by_name: HashMap<String, PlaceName>,
    /// Each opening-hours string is parsed once, however many places have it; none: it does not parse.
    hours: Mutex<HashMap<Box<str>, Option<Arc<OpeningHours>>>>,
}

/// A place that a visitor named instead of a position.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceName {
    /// Its name as it is written.
    pub name: String,
    /// Where it is.
    pub position: LatLon,
}

impl AreaView {
    /// The view of `facts`.
    pub fn new(facts: AreaFacts) -> Result<Self, CalendarError> {
        let calendar = facts.calendar()?;
        let attributions = Attributions::new(&facts.attributions);
        let mut by_name = HashMap::new();
        for (postcode, position) in &facts.postcodes {
            by_name.insert(key(postcode), PlaceName { name: postcode.clone(), position: *position });
        }
        for town in &facts.towns {
            for called in town.aliases.iter().chain([&town.name]) {
                by_name.insert(key(called), PlaceName { name: town.name.clone(), position: town.position });
            }
        }
        let boundary = Nearest::new([(0, &Geometry::Area(facts.boundary.clone()))]);
        Ok(Self { facts, calendar, attributions, boundary, by_name, hours: Mutex::default() })
    }

    /// The town or postcode called `name`, whatever its case, spaces and hyphens.
    pub fn named(&self, name: &str) -> Option<&PlaceName> {
        self.by_name.get(&key(name))
    }

    /// Whether `geometry` lies outside the area, the strip around it included: as [`AreaFacts::outside`] says.
    pub(super) fn is_outside(&self, geometry: &Geometry) -> bool {
        self.boundary.within(geometry.position(), self.facts.buffer).next().is_none()
    }

    /// The hours that `text` says; none when it cannot be read.
    pub(super) fn hours(&self, text: &str) -> Option<Arc<OpeningHours>> {
        let mut known = self.hours.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hours) = known.get(text) {
            return hours.clone();
        }
        let hours = OpeningHours::parse(text, &self.calendar).ok().map(Arc::new);
        known.insert(text.into(), hours.clone());
        hours
    }
}
