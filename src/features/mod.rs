//! Features: the places on the map, the notices about them, and what is on there. Pure: no I/O, no clock, no JSON, no SQL.
//!
//! A feature is the values of its collection's table of [`schema`] fields; a place has a checked geometry and a status
//! besides.
mod event;
pub mod field;
mod fields;
mod notice;
mod profile;
mod promotion;
pub mod schema;
#[cfg(test)]
mod tests;

use crate::hours::State;
use crate::ids::{Collection, FeatureId};
use crate::spatial::{Geometry, LatLon};
use chrono::{DateTime, Utc};
pub use event::{
    CopyError, Event, EventError, EventStatus, EventWarning, IllegalMove, Move, Occurrence, OccurrenceChange,
    Occurrences, Overlap, Publication, Stage, Step, next, occurrence_feature, overlaps, without_past_orphans,
};
use field::Value;
pub use fields::{Fields, RefusedField};
pub use notice::{Notice, NoticeError};
pub use profile::ProfileError;
pub use promotion::{
    Deciders, IllegalDecision, Lifecycle, Moderation, Promotion, PromotionError, PromotionStage,
    PromotionStep, moderated,
};
use schema::{Sort, at, event_at, occurrence_at};
use std::sync::Arc;

/// One feature, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    id: FeatureId,
    collection: Collection,
    placed: Option<Placed>,
    status: Status,
    fields: Fields,
}

/// Where a place is.
#[derive(Clone, Debug, PartialEq)]
struct Placed {
    geometry: Arc<Geometry>,
    position: LatLon,
}

/// Whether a place can be used at all; a notice is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// As its opening hours say.
    Active,
    /// Shut for a while, whatever its opening hours say.
    TemporarilyClosed {
        /// Why.
        reason: Box<str>,
        /// The instant it ends by itself; open-ended without one.
        until: Option<DateTime<Utc>>,
    },
    /// Gone for good; kept so that who asks for it by name hears so.
    Closed {
        /// Why, or since when.
        reason: Box<str>,
    },
}

/// Why facts do not make a [`Feature`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FeatureError {
    /// A required field has no value.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The geometry is not of the kind that the collection's features have.
    #[error("the features of {0} have {wanted}", wanted = wanted(*.0))]
    Geometry(Collection),
    /// A status that only places have.
    #[error("{0} have no status")]
    Status(Collection),
    /// Not a notice.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// Not an event.
    #[error(transparent)]
    Event(#[from] Box<EventError>),
    /// Not a promotion.
    #[error(transparent)]
    Promotion(#[from] PromotionError),
    /// Not how the area of a beach follows the tide.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A picture that who cannot see it hears nothing of.
    #[error("image_alt is missing: say in words what the picture shows")]
    ImageWithoutText,
}

/// Whether a place is open at an instant, and how long that may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Openness {
    /// Open, shut, or not known.
    pub open: Option<bool>,
    /// The first later instant at which `open` or the status is another; none that is known of.
    pub until: Option<DateTime<Utc>>,
}

impl Feature {
    /// The feature that these facts make. `position` is where a pin goes: the geometry's own point without one.
    pub fn new(
        id: FeatureId,
        collection: Collection,
        geometry: Option<Arc<Geometry>>,
        position: Option<LatLon>,
        status: Status,
        fields: Fields,
    ) -> Result<Self, FeatureError> {
        let sort = schema::about(collection).sort;
        match (sort, geometry.as_deref()) {
            (Sort::Points, Some(Geometry::Point(_)))
            | (Sort::Shapes, Some(Geometry::Area(_)))
            | (Sort::Notices | Sort::Promotions, None)
            | (Sort::Events | Sort::Occurrences, None | Some(Geometry::Point(_))) => {}
            (
                Sort::Points
                | Sort::Shapes
                | Sort::Notices
                | Sort::Events
                | Sort::Occurrences
                | Sort::Promotions,
                _,
            ) => return Err(FeatureError::Geometry(collection)),
        }
        if let Some(field) = fields.missing(schema::fields(collection)) {
            return Err(FeatureError::Missing(field.name));
        }
        match sort {
            Sort::Points | Sort::Shapes => {
                if fields.get(at::IMAGE_URL).is_some() && fields.get(at::IMAGE_ALT).is_none() {
                    return Err(FeatureError::ImageWithoutText);
                }
                if collection == Collection::Beaches {
                    profile::check(&fields)?;
                }
            }
            Sort::Notices | Sort::Events | Sort::Occurrences | Sort::Promotions
                if status != Status::Active =>
            {
                return Err(FeatureError::Status(collection));
            }
            Sort::Notices => notice::check(&fields)?,
            Sort::Events => event::check(&id, &fields, geometry.is_some()).map_err(Box::new)?,
            Sort::Promotions => promotion::check(&fields)?,
            Sort::Occurrences => {}
        }
        let placed = geometry.map(|geometry| {
            let position = position.unwrap_or_else(|| geometry.position());
            Placed { geometry, position }
        });
        Ok(Self { id, collection, placed, status, fields })
    }

    /// The same feature with another status.
    #[must_use]
    pub fn with_status(&self, status: Status) -> Self {
        Self { status, ..self.clone() }
    }

    /// The same feature with `value` in the field of that number.
    #[must_use]
    pub fn with_field(&self, number: usize, value: Value) -> Self {
        self.with_fields([(number, Some(value))])
    }

    /// The same feature with these values, or none, in the fields of these numbers.
    #[must_use]
    pub fn with_fields(&self, given: impl IntoIterator<Item = (usize, Option<Value>)>) -> Self {
        Self { fields: self.fields.with(given), ..self.clone() }
    }

    /// This event as it is shown at `venue`, which is in `town`: at its point, by its name.
    #[must_use]
    pub fn held_at(&self, venue: &Self, town: Option<Value>) -> Self {
        let name = Some(Value::Text(venue.name().into()));
        let shown = self.with_fields([(event_at::VENUE_NAME, name), (event_at::TOWN, town)]);
        let placed = venue
            .position()
            .map(|position| Placed { geometry: Arc::new(Geometry::Point(position)), position });
        Self { placed, ..shown }
    }

    /// Its id, unique over all collections.
    pub fn id(&self) -> &FeatureId {
        &self.id
    }

    /// The collection it is in.
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// Its point or shape; none for what is nowhere, such as a notice.
    pub fn geometry(&self) -> Option<&Arc<Geometry>> {
        self.placed.as_ref().map(|placed| &placed.geometry)
    }

    /// Where a pin goes.
    pub fn position(&self) -> Option<LatLon> {
        self.placed.as_ref().map(|placed| placed.position)
    }

    /// Whether it is a place: what is on the map for itself, with a status and hours.
    pub fn is_place(&self) -> bool {
        matches!(schema::about(self.collection).sort, Sort::Points | Sort::Shapes)
    }

    /// The id of the attribution that its source asks for.
    pub fn attribution(&self) -> Option<&str> {
        let number = match schema::about(self.collection).sort {
            Sort::Points | Sort::Shapes => at::SOURCE_ATTRIBUTION,
            Sort::Events => event_at::SOURCE_ATTRIBUTION,
            Sort::Occurrences => occurrence_at::SOURCE_ATTRIBUTION,
            Sort::Notices | Sort::Promotions => return None,
        };
        self.fields.text(number)
    }

    /// Its status as written; one that has ended by itself still stands here, see [`Feature::status_at`].
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Its status at `now`: a temporary closure whose time is up is over.
    pub fn status_at(&self, now: DateTime<Utc>) -> &Status {
        match &self.status {
            Status::TemporarilyClosed { until: Some(until), .. } if *until <= now => &Status::Active,
            standing => standing,
        }
    }

    /// The values of its fields.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        self.fields.text(at::NAME).expect("name is required")
    }

    /// Its `opening_hours` string, as given.
    pub fn opening_hours(&self) -> Option<&str> {
        self.fields.text(at::OPENING_HOURS).filter(|_| self.is_place())
    }

    /// Whether it is open at `now`, where `hours` tells what its opening hours say then.
    ///
    /// A closed place is shut whatever its hours say. Without hours, or with hours that cannot be read, it is
    /// not known: silence is not "shut".
    pub fn openness(&self, now: DateTime<Utc>, hours: impl FnOnce() -> Option<State>) -> Openness {
        match self.status_at(now) {
            Status::Active => match hours() {
                Some(State { open, until }) => Openness { open, until },
                None => Openness { open: None, until: None },
            },
            Status::TemporarilyClosed { until, .. } => Openness { open: Some(false), until: *until },
            Status::Closed { .. } => Openness { open: Some(false), until: None },
        }
    }
}

impl Status {
    /// Its name in the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::TemporarilyClosed { .. } => "temporarily_closed",
            Self::Closed { .. } => "closed",
        }
    }

    /// Why it is not active.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Active => None,
            Self::TemporarilyClosed { reason, .. } | Self::Closed { reason } => Some(reason),
        }
    }

    /// When it ends by itself.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::TemporarilyClosed { until, .. } => *until,
            Self::Active | Self::Closed { .. } => None,
        }
    }

    /// The status that these three members of a row or a document make.
    pub fn from_parts(
        name: &str,
        reason: Option<Box<str>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<Self, StatusError> {
        match (name, reason, until) {
            ("active", None, None) => Ok(Self::Active),
            ("temporarily_closed", Some(reason), until) => Ok(Self::TemporarilyClosed { reason, until }),
            ("closed", Some(reason), None) => Ok(Self::Closed { reason }),
            ("temporarily_closed" | "closed", None, _) => Err(StatusError::ReasonMissing),
            ("active", Some(_), _) => Err(StatusError::ReasonWithoutClosure),
            ("active" | "closed", _, Some(_)) => Err(StatusError::UntilWithoutEnd),
            (other, _, _) => Err(StatusError::Unknown(other.chars().take(40).collect())),
        }
    }
}

/// Why three members do not make a [`Status`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// Not one of the three words.
    #[error("status is `{0}`, expected active, temporarily_closed or closed")]
    Unknown(String),
    /// Readers are told why.
    #[error("status_reason is missing: say why it is closed")]
    ReasonMissing,
    /// A reason for nothing.
    #[error("status_reason is given, but status is active")]
    ReasonWithoutClosure,
    /// Only a temporary closure ends by itself.
    #[error("status_until is given, but only temporarily_closed ends by itself")]
    UntilWithoutEnd,
}

/// What the geometries of a collection are, in words.
fn wanted(collection: Collection) -> &'static str {
    match schema::about(collection).sort {
        Sort::Points => "points",
        Sort::Shapes => "shapes",
        Sort::Notices | Sort::Promotions => "no position",
        Sort::Events | Sort::Occurrences => "points, or no position",
    }
}
