//! Places that differ from those of the area in one thing.
use promenade::features::field::{Kind, Value};
use promenade::features::schema::{self, at};
use promenade::features::{Feature, Fields, Status};
use promenade::ids::{Collection, FeatureId, Version};
use promenade::spatial::{Geometry, LatLon};
use std::sync::Arc;

/// An id.
pub fn id(text: &str) -> FeatureId {
    FeatureId::new(text).unwrap()
}

/// A toilet called `name`, somewhere in Sandhaven.
pub fn toilet(of: &str, name: &str) -> Arc<Feature> {
    let number = |field: &str| schema::number(Collection::Toilets, field).unwrap();
    let text = |field: &str, text: &str| {
        let number = number(field);
        (number, schema::fields(Collection::Toilets)[number].kind.text(text).unwrap())
    };
    let fields = Fields::new([
        text("name", name),
        text("position_quality", "approximate"),
        text("source_name", "Sandhaven Council"),
        text("source_retrieved_on", "2026-10-01"),
    ]);
    let position = LatLon::new(54.601, -3.451).unwrap();
    let geometry = Arc::new(Geometry::Point(position));
    Arc::new(Feature::new(id(of), Collection::Toilets, Some(geometry), None, Status::Active, fields).unwrap())
}

/// `place` with the name `name`.
pub fn renamed(place: &Feature, name: &str) -> Arc<Feature> {
    let own = (0..schema::fields(place.collection()).len())
        .filter_map(|number| Some((number, place.fields().get(number)?.clone())));
    let fields = Fields::new(own.chain([(at::NAME, Kind::Text(120).text(name).unwrap())]));
    let (geometry, position) = (place.geometry().cloned(), place.position());
    let renamed = Feature::new(
        place.id().clone(),
        place.collection(),
        geometry,
        position,
        place.status().clone(),
        fields,
    );
    Arc::new(renamed.unwrap())
}

/// A closure for a while.
pub fn shut(reason: &str) -> Status {
    let Value::Text(reason) = Kind::Text(500).text(reason).unwrap() else { unreachable!("text is text") };
    Status::TemporarilyClosed { reason, until: None }
}

/// A version.
pub fn version(number: i64) -> promenade::command::Expected {
    promenade::command::Expected::Version(Version(number))
}
