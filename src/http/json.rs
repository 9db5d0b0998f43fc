//! Wire structs of the small documents, and their media types.
use super::answer::Link;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

pub(super) const JSON: &str = "application/json";
pub(super) const GEOJSON: &str = "application/geo+json";
pub(super) const MERGE_PATCH: &str = "application/merge-patch+json";
pub(super) const SCHEMA: &str = "application/schema+json";
pub(super) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.1";
pub(super) const YAML: &str = "application/yaml";
pub(super) const HTML: &str = "text/html; charset=utf-8";

#[derive(Serialize)]
pub(super) struct LinkBody<'a> {
    href: &'a str,
    rel: &'a str,
    #[serde(rename = "type")]
    media: &'a str,
    title: &'a str,
}

impl<'a> From<Link<'a>> for LinkBody<'a> {
    fn from(link: Link<'a>) -> Self {
        Self { href: link.href, rel: link.rel, media: link.media, title: link.title }
    }
}

/// The document that `body` is.
pub(super) fn document(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("a wire struct of text and numbers")
}

/// The answer of a JSON document that nobody may keep.
pub(super) fn uncached(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
