//! A feature as a client writes it: whole, or only what is to change, as OGC API – Features Part 4 has it.
mod pointer;
#[cfg(test)]
mod tests;

use super::geometry::read_geometry;
use crate::catalogue::Item;
use crate::features::field::{Kind, SetBy, Value};
use crate::features::schema::{self, Sort, at, event_at};
use crate::features::{Feature, Fields, Promotion, Status, StatusError, without_past_orphans};
use crate::formats::json::{DocumentError, Given, Scalar, read_given};
use crate::ids::{Collection, FeatureId};
use crate::spatial::Geometry;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use pointer::place_of;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// What a document says of a feature, each part checked by itself.
#[derive(Clone, Debug)]
pub struct Edit {
    collection: Collection,
    /// Whether the document says that it is a Feature.
    typed: bool,
    id: Option<FeatureId>,
    geometry: Where,
    given: Given,
    /// The first day that has not been, where what is said of those before it may be dropped.
    today: Option<NaiveDate>,
}

/// What a document says of where the feature is.
#[derive(Clone, Debug)]
enum Where {
    /// Nothing.
    Unsaid,
    /// That it is nowhere: null.
    Nowhere,
    /// Here.
    Here(Geometry),
}

impl Where {
    fn read(raw: Option<&RawValue>) -> Result<Self, DocumentError> {
        match raw.map(RawValue::get) {
            None => Ok(Self::Unsaid),
            Some("null") => Ok(Self::Nowhere),
            Some(text) => {
                let known: Result<Members, _> = serde_json::from_str(text);
                known.map_err(|cause| DocumentError::at("/geometry", cause))?;
                read_geometry(text).map(Self::Here).map_err(|cause| DocumentError::at("/geometry", cause))
            }
        }
    }

    fn known(self) -> Option<Geometry> {
        match self {
            Self::Unsaid | Self::Nowhere => None,
            Self::Here(geometry) => Some(geometry),
        }
    }
}

/// Members that the server keeps. A document may have them as they are.
const KEPT: [&str; 4] = ["collection", "version", "created_at", "updated_at"];
/// Members that follow from the others and the time.
const COMPUTED: [&str; 13] = [
    "content_hash",
    "crowd",
    "distance_m",
    "hazards",
    "in_force",
    "lifecycle",
    "lifeguards",
    "next_change",
    "next_occurrences",
    "notices",
    "occurrences_until",
    "open_now",
    "water_quality",
];
/// Members that make the status.
const STATUS: [&str; 3] = ["status", "status_reason", "status_until"];

/// A document, its parts not yet read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "said")]
    geometry: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    // What our own answers and RFC 7946 have besides.
    #[serde(rename = "bbox")]
    _bbox: Option<IgnoredAny>,
    #[serde(rename = "links")]
    _links: Option<IgnoredAny>,
    #[serde(rename = "notices")]
    _notices: Option<IgnoredAny>,
    #[serde(rename = "attribution")]
    _attribution: Option<IgnoredAny>,
    #[serde(rename = "time_zone")]
    _time_zone: Option<IgnoredAny>,
    #[serde(rename = "conflicts")]
    _conflicts: Option<IgnoredAny>,
    #[serde(rename = "skipped")]
    _skipped: Option<IgnoredAny>,
    #[serde(rename = "warnings")]
    _warnings: Option<IgnoredAny>,
}

/// The members that a geometry may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(rename = "type")]
    _kind: Option<IgnoredAny>,
    #[serde(rename = "coordinates")]
    _coordinates: Option<IgnoredAny>,
    #[serde(rename = "bbox")]
    _bbox: Option<IgnoredAny>,
}

/// A value that is there, null too.
fn said<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Edit {
    /// Reads a Feature for `collection`, or a part of one.
    pub fn read(collection: Collection, text: &str) -> Result<Self, DocumentError> {
        let body: Body<'_> = serde_json::from_str(text).map_err(|cause| unread(&cause))?;
        let typed = body.kind.is_some();
        if let Some(kind) = body.kind.filter(|kind| kind != "Feature") {
            let shown: String = kind.chars().take(40).collect();
            return Err(DocumentError::at("/type", format!("is `{shown}`, expected `Feature`")));
        }
        let id = body.id.map(|id| FeatureId::new(&id)).transpose();
        let properties = body.properties.map_or("{}", RawValue::get);
        let given = read_given(properties, schema::fields(collection), &[&KEPT, &COMPUTED, &STATUS]);
        Ok(Self {
            collection,
            typed,
            id: id.map_err(|cause| DocumentError::at("/id", cause))?,
            geometry: Where::read(body.geometry)?,
            given: given.map_err(|cause| cause.within("/properties"))?,
            today: None,
        })
    }

    /// The same, made on `today`: an event may lose what was said of single dates before, where it would not have these
    /// any more.
    #[must_use]
    pub fn on(self, today: NaiveDate) -> Self {
        Self { today: Some(today), ..self }
    }

    /// The collection that it is for.
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// The new feature that the document describes; called `fresh` when it does not say what it is called. `kept` are
    /// the values of fields that no document sets.
    pub fn create(
        self,
        fresh: FeatureId,
        kept: Vec<(usize, Value)>,
        now: DateTime<Utc>,
    ) -> Result<Feature, DocumentError> {
        self.check_typed()?;
        self.check_kept(None)?;
        let status = self.status(None)?;
        let id = self.id.unwrap_or(fresh);
        let fields = self.given.known().with(kept.into_iter().map(|(number, value)| (number, Some(value))));
        build(id, self.collection, self.geometry.known(), None, status, fields, now)
    }

    /// `current` with everything replaced by what the document says.
    pub fn replace(self, current: &Item, now: DateTime<Utc>) -> Result<Feature, DocumentError> {
        self.check_typed()?;
        self.check_kept(Some(current))?;
        let status = self.status(None)?;
        let (id, geometry) = (current.feature.id().clone(), self.geometry.known());
        let before = &current.feature;
        let kept = schema::set_by(self.collection, SetBy::Deed)
            .map(|number| (number, before.fields().get(number).cloned()));
        let fields = standing(self.given.known().with(kept), self.collection, self.today);
        build(id, self.collection, geometry, Some(before), status, fields, now)
    }

    /// `current` with what the document says changed, and what it does not say left: RFC 7396.
    pub fn patch(self, current: &Item, now: DateTime<Utc>) -> Result<Feature, DocumentError> {
        self.check_kept(Some(current))?;
        let feature = &current.feature;
        let status = self.status(Some(feature.status()))?;
        let said = |number: usize| self.given.fields.iter().any(|(given, _)| *given == number);
        let kept = (0..schema::fields(self.collection).len())
            .filter(|number| !said(*number))
            .filter_map(|number| Some((number, feature.fields().get(number)?.clone())));
        let fields =
            Fields::new(kept.chain(
                self.given.fields.iter().filter_map(|(number, value)| Some((*number, value.clone()?))),
            ));
        let fields = standing(fields, self.collection, self.today);
        let geometry = match self.geometry {
            Where::Unsaid => feature.geometry().map(|geometry| (**geometry).clone()),
            said @ (Where::Nowhere | Where::Here(_)) => said.known(),
        };
        build(feature.id().clone(), self.collection, geometry, Some(feature), status, fields, now)
    }

    /// Refuses a whole feature that does not say that it is one.
    fn check_typed(&self) -> Result<(), DocumentError> {
        if self.typed { Ok(()) } else { Err(DocumentError::at("/type", "is missing, expected `Feature`")) }
    }

    /// Refuses what only the server may say, unless it says so already. Members that follow from others may stand in a
    /// copy of a feature as it was answered, which its version tells.
    fn check_kept(&self, current: Option<&Item>) -> Result<(), DocumentError> {
        let differs = |name: &str| {
            DocumentError::at(
                format!("/properties/{name}"),
                "is kept by the server and cannot be set; leave it out",
            )
        };
        if let (Some(current), Some(id)) = (current, &self.id)
            && id != current.feature.id()
        {
            return Err(DocumentError::at("/id", format!("is `{id}`, expected `{}`", current.feature.id())));
        }
        for (name, value) in self.given.others.iter().filter(|(name, _)| KEPT.contains(name)) {
            if *value != Scalar::Null && !is_so(name, value, self.collection, current) {
                return Err(differs(name));
            }
        }
        for number in schema::set_by(self.collection, SetBy::Deed) {
            let given = self.given.fields.iter().find(|(given, _)| *given == number);
            let standing = current.and_then(|current| current.feature.fields().get(number));
            // Nothing is something else, too, where something stands.
            if let Some((_, value)) = given
                && value.as_ref() != standing
                && !current.is_some_and(|current| Promotion::told(&current.feature, number, value.as_ref()))
            {
                let field = &schema::fields(self.collection)[number];
                let how = match number {
                    event_at::PUBLICATION..=event_at::EVENT_STATUS_REASON => {
                        "is changed by POST /v1/events/{id}/publish, cancel and so on, not by a document; leave it out"
                    }
                    event_at::CHANGES => {
                        "is changed by POST /v1/occurrences/{id}/cancel and so on, not by a document; leave it out"
                    }
                    _ => "is kept by the server and cannot be set; leave it out",
                };
                return Err(DocumentError::at(format!("/properties/{}", field.member()), how));
            }
        }
        let copy = self.given.others.iter().any(|(name, value)| *name == "version" && *value != Scalar::Null);
        let derived = |(number, value): &&(usize, Option<Value>)| {
            !copy && value.is_some() && schema::fields(self.collection)[*number].set_by == SetBy::Others
        };
        if let Some((number, _)) = self.given.fields.iter().find(derived) {
            return Err(differs(schema::fields(self.collection)[*number].member()));
        }
        let computed = self
            .given
            .others
            .iter()
            .find(|(name, value)| COMPUTED.contains(name) && *value != Scalar::Null && !copy);
        computed.map_or(Ok(()), |(name, _)| Err(differs(name)))
    }

    /// The status that the document gives; without one, `standing`, or active.
    fn status(&self, standing: Option<&Status>) -> Result<Status, DocumentError> {
        let said =
            |name: &str| self.given.others.iter().find(|(given, _)| *given == name).map(|(_, value)| value);
        if STATUS.iter().all(|name| said(name).is_none()) {
            return Ok(standing.cloned().unwrap_or(Status::Active));
        }
        let text = |name: &'static str| match said(name) {
            None => Ok(None),
            Some(Scalar::Null) => Ok(Some(None)),
            Some(Scalar::Text(text)) => Ok(Some(Some(text.clone()))),
            Some(Scalar::Flag(_) | Scalar::Whole(_) | Scalar::Other) => {
                Err(DocumentError::at(format!("/properties/{name}"), "is not a text"))
            }
        };
        // The reason and the end of another status are no longer those of this one.
        let same = |name: &str| standing.filter(|standing| standing.name() == name);
        let name = match text("status")? {
            None => standing.map_or("active", Status::name).to_owned(),
            Some(name) => name.as_deref().unwrap_or("active").to_owned(),
        };
        let reason = match text("status_reason")? {
            Some(reason) => {
                reason.map(|reason| read(&Kind::Text(500), "status_reason", &reason)).transpose()?
            }
            None => same(&name).and_then(Status::reason).map(|reason| Value::Text(reason.into())),
        };
        let until = match text("status_until")? {
            Some(until) => until.map(|until| read(&Kind::Instant, "status_until", &until)).transpose()?,
            None => same(&name).and_then(Status::until).map(Value::Instant),
        };
        let reason = reason.and_then(|reason| if let Value::Text(text) = reason { Some(text) } else { None });
        let until = until.and_then(|until| if let Value::Instant(at) = until { Some(at) } else { None });
        Status::from_parts(&name, reason, until).map_err(|cause| {
            let member = match cause {
                StatusError::Unknown(_) => "status",
                StatusError::ReasonMissing | StatusError::ReasonWithoutClosure => "status_reason",
                StatusError::UntilWithoutEnd => "status_until",
            };
            DocumentError::at(format!("/properties/{member}"), cause)
        })
    }
}

/// Why a document is no Feature. What a collection has is often written one level too high.
fn unread(cause: &serde_json::Error) -> DocumentError {
    let text = cause.to_string();
    let hint = if text.starts_with("unknown field") {
        "; what the collection has stands in `properties`"
    } else {
        ""
    };
    DocumentError::at("", format!("{text}{hint}"))
}

fn read(kind: &Kind, name: &str, text: &str) -> Result<Value, DocumentError> {
    kind.text(text).map_err(|cause| DocumentError::at(format!("/properties/{name}"), cause))
}

/// `fields` without what of the past would stand in the way of the rest, where an edit says which day it is.
fn standing(fields: Fields, collection: Collection, today: Option<NaiveDate>) -> Fields {
    match today.filter(|_| collection == Collection::Events) {
        Some(today) => without_past_orphans(fields, today),
        None => fields,
    }
}

/// Whether the member `name`, which the server keeps, has that value already.
fn is_so(name: &str, value: &Scalar, collection: Collection, current: Option<&Item>) -> bool {
    let instant = |at: DateTime<Utc>| match value {
        Scalar::Text(text) => DateTime::parse_from_rfc3339(text).is_ok_and(|given| {
            let millis = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
            millis(given.to_utc()) == millis(at)
        }),
        Scalar::Null | Scalar::Flag(_) | Scalar::Whole(_) | Scalar::Other => false,
    };
    match (name, current) {
        ("collection", _) => *value == Scalar::Text(collection.name().into()),
        ("version", Some(current)) => *value == Scalar::Whole(current.version.0),
        ("created_at", Some(current)) => instant(current.created_at),
        ("updated_at", Some(current)) => instant(current.updated_at),
        _ => false,
    }
}

/// The feature of these parts. A shape that has not moved keeps the pin of `before`.
fn build(
    id: FeatureId,
    collection: Collection,
    geometry: Option<Geometry>,
    before: Option<&Arc<Feature>>,
    status: Status,
    fields: Fields,
    now: DateTime<Utc>,
) -> Result<Feature, DocumentError> {
    // What is held at a place with an id is where that is, whatever a copy of it says.
    let held = collection == Collection::Events && fields.get(event_at::VENUE_ID).is_some();
    let (geometry, fields) = if collection == Collection::Promotions {
        (None, fields.with(schema::set_by(collection, SetBy::Others).map(|number| (number, None))))
    } else if held {
        (None, fields.with([(event_at::VENUE_NAME, None), (event_at::TOWN, None)]))
    } else {
        (geometry, fields)
    };
    let is_place = matches!(schema::about(collection).sort, Sort::Points | Sort::Shapes);
    let unmoved = before.filter(|before| before.geometry().map(AsRef::as_ref) == geometry.as_ref());
    let pin = unmoved.and_then(|before| before.position());
    if is_place
        && let Some(Value::Instant(verified)) = fields.get(at::VERIFIED_AT)
        && now < *verified
    {
        return Err(DocumentError::at(
            "/properties/verified_at",
            format!("is {verified}, which is yet to come"),
        ));
    }
    let feature = Feature::new(id, collection, geometry.map(Arc::new), pin, status, fields);
    let feature = feature.and_then(Promotion::worded);
    feature.map_err(|cause| DocumentError::at(place_of(&cause, collection), cause))
}
