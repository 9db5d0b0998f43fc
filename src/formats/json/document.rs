//! A feature as one JSON document: the form that is stored and that the audit keeps.
use super::{DocumentError, Which, read_fields, write_fields, write_instant, write_key, write_string};
use crate::features::{Feature, Promotion, Status, schema};
use crate::formats::geojson;
use crate::ids::{Collection, FeatureId};
use crate::spatial::Geometry;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::Arc;

/// The known fields of a feature as one JSON object: the stored form.
pub fn fields_document(feature: &Feature) -> String {
    let mut out = vec![b'{'];
    let table = schema::fields(feature.collection());
    write_fields(&mut out, table, feature.fields(), Which::Known, None, |_| ());
    out.push(b'}');
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A feature as one JSON object, all of it: what the audit keeps.
pub fn feature_document(feature: &Feature) -> String {
    let mut out = vec![b'{'];
    write_key(&mut out, "collection");
    write_string(&mut out, feature.collection().name());
    write_key(&mut out, "id");
    write_string(&mut out, feature.id().as_str());
    if let (Some(geometry), Some(pin)) = (feature.geometry(), feature.position()) {
        write_key(&mut out, "geometry");
        geojson::write_geometry(&mut out, geometry);
        write_key(&mut out, "pin");
        geojson::write_geometry(&mut out, &Geometry::Point(pin));
    }
    write_key(&mut out, "status");
    write_string(&mut out, feature.status().name());
    if let Some(reason) = feature.status().reason() {
        write_key(&mut out, "status_reason");
        write_string(&mut out, reason);
    }
    if let Some(until) = feature.status().until() {
        write_key(&mut out, "status_until");
        write_instant(&mut out, until);
    }
    write_key(&mut out, "fields");
    out.extend_from_slice(fields_document(feature).as_bytes());
    out.push(b'}');
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A hash of all that a feature says: two features with one hash are equal.
pub fn feature_hash(feature: &Feature) -> [u8; 16] {
    document_hash(&feature_document(feature))
}

/// The same of the document that [`feature_document`] wrote.
pub fn document_hash(document: &str) -> [u8; 16] {
    xxhash_rust::xxh3::xxh3_128(document.as_bytes()).to_be_bytes()
}

/// The SHA-256 of what a promotion says, in hexadecimal: whoever decides about it names what they have looked at.
pub fn content_hash(promotion: &Promotion<'_>) -> String {
    let mut out = vec![b'{'];
    let table = schema::fields(Collection::Promotions);
    write_fields(&mut out, table, &promotion.content(), Which::Known, None, |_| ());
    out.push(b'}');
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(&out) {
        write!(text, "{byte:02x}").expect("writing to memory cannot fail");
    }
    text
}

/// A document as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    collection: String,
    id: String,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow)]
    pin: Option<&'a RawValue>,
    status: String,
    status_reason: Option<Box<str>>,
    status_until: Option<DateTime<Utc>>,
    #[serde(borrow)]
    fields: &'a RawValue,
}

/// Reads what [`feature_document`] wrote.
pub fn read_feature_document(text: &str) -> Result<Feature, DocumentError> {
    let whole = |cause: &dyn std::fmt::Display| DocumentError::at("", cause);
    let document: Document<'_> = serde_json::from_str(text).map_err(|cause| whole(&cause))?;
    let collection = Collection::named(&document.collection)
        .ok_or_else(|| DocumentError::at("/collection", "is not a collection"))?;
    let id = FeatureId::new(&document.id).map_err(|cause| DocumentError::at("/id", cause))?;
    let shape = |name: &str, text: Option<&RawValue>| {
        let read = text.map(|text| geojson::read_geometry(text.get())).transpose();
        read.map_err(|cause| DocumentError::at(name, cause))
    };
    let geometry = shape("/geometry", document.geometry)?.map(Arc::new);
    let pin = shape("/pin", document.pin)?.map(|pin| pin.position());
    let status = Status::from_parts(&document.status, document.status_reason, document.status_until);
    let status = status.map_err(|cause| DocumentError::at("/status", cause))?;
    let fields = read_fields(document.fields.get(), schema::fields(collection));
    let fields = fields.map_err(|cause| cause.within("/fields"))?;
    Feature::new(id, collection, geometry, pin, status, fields).map_err(|cause| whole(&cause))
}
