//! Applications: businesses that ask to be listed, as staff look at them. Nothing of one is published.
use crate::access::Applicant;
use crate::features::field::{FieldError, Kind, Value};
use crate::features::schema::{self, at, business_at};
use crate::features::{Feature, Fields, Status};
use crate::ids::{ApplicationId, Collection, FeatureId, OrganisationId, Version};
use crate::spatial::{Geometry, LatLon};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::sync::Arc;

/// An application.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Which one.
    pub id: ApplicationId,
    /// The business as it would be listed. Its id and its organisation are none of anybody's until it is accepted.
    pub business: Arc<Feature>,
    /// What it wants to offer, in its own words.
    pub offer: Box<str>,
    /// Who asks; none once it is decided.
    pub applicant: Option<Applicant>,
    /// What has become of it.
    pub state: ApplicationState,
    /// How often it was written.
    pub version: Version,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}

/// What has become of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplicationState {
    /// Staff have to look at it.
    Waiting,
    /// It is listed.
    Accepted {
        /// As this organisation's.
        organisation: OrganisationId,
        /// Under this id.
        business: FeatureId,
    },
    /// It is not listed.
    Refused {
        /// Why not.
        reason: Box<str>,
    },
}

impl ApplicationState {
    /// The names of all states.
    pub const NAMES: [&str; 3] = ["waiting", "accepted", "refused"];

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
        }
    }
}

impl Application {
    /// How long one waits at most: until then it is decided, or its applicant is forgotten.
    pub const WAITS: TimeDelta = TimeDelta::days(30);
    /// Characters of an offer.
    pub const OFFER: usize = 2_000;
    /// Characters of a reason.
    pub const REASON: usize = 500;

    /// The same one, decided at `now`: who asked is forgotten.
    #[must_use]
    pub fn decided(&self, state: ApplicationState, now: DateTime<Utc>) -> Self {
        let version = Version(self.version.0 + 1);
        Self { applicant: None, state, version, decided_at: Some(now), ..self.clone() }
    }

    /// The business, listed under `id` as that of `organisation`, with a position as good as `quality` says.
    #[must_use]
    pub fn listed(&self, id: FeatureId, organisation: &OrganisationId, quality: Option<Value>) -> Feature {
        let asked = &self.business;
        let quality = quality.or_else(|| asked.fields().get(POSITION_QUALITY).cloned());
        let organisation = Value::Text(organisation.as_str().into());
        let fields = asked
            .fields()
            .with([(business_at::ORGANISATION, Some(organisation)), (POSITION_QUALITY, quality)]);
        let geometry = asked.geometry().cloned();
        Feature::new(id, Collection::Businesses, geometry, None, Status::Active, fields)
            .expect("what was a business is one under another id")
    }
}

/// The number of the field `position_quality` of a business.
const POSITION_QUALITY: usize = at::WHEELCHAIR - 1;
/// Who says what an application says.
const SOURCE: &str = "the business itself";
/// In place of the organisation that the business will be of.
const NOBODY: &str = "nobody";

/// What a business says of itself, a member each, by the names of the fields of the collection `businesses`.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Where it is.
    pub position: LatLon,
    /// Fields and what it says of them.
    pub said: &'a [(&'static str, &'a str)],
}

/// Why a claim is not that of a business.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{cause}")]
pub struct ClaimError {
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub cause: FieldError,
}

impl Claim<'_> {
    /// The business that it makes, not listed yet, as it was said on `today`.
    pub fn business(&self, id: ApplicationId, today: NaiveDate) -> Result<Feature, ClaimError> {
        let collection = Collection::Businesses;
        let kept = [("organisation", NOBODY), ("position_quality", "approximate"), ("source_name", SOURCE)];
        let mut values = Vec::new();
        for (field, text) in self.said.iter().copied().chain(kept) {
            let number = schema::number(collection, field).expect("a field of businesses");
            let value = schema::fields(collection)[number].kind.text(text);
            values.push((number, value.map_err(|cause| ClaimError { field, cause })?));
        }
        let retrieved = schema::number(collection, "source_retrieved_on").expect("a field of businesses");
        values.push((retrieved, Value::Date(today)));
        let id = FeatureId::new(&id.to_string()).expect("a UUID is a slug");
        let geometry = Some(Arc::new(Geometry::Point(self.position)));
        let fields = Fields::new(values);
        Ok(Feature::new(id, collection, geometry, None, Status::Active, fields)
            .expect("whoever claims says what is required"))
    }
}

/// The quality of a position that `text` is.
///
/// # Errors
/// When it is none.
pub fn position_quality(text: &str) -> Result<Value, FieldError> {
    let kind: &Kind = &schema::fields(Collection::Businesses)[POSITION_QUALITY].kind;
    kind.text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_names_the_fields_by_their_numbers() {
        assert_eq!(schema::fields(Collection::Businesses)[POSITION_QUALITY].name, "position_quality");
    }
}
