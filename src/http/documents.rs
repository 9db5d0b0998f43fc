//! The contract, served as it is written and as JSON.
use super::Site;
use super::answer::Answer;
use super::json::{OPENAPI, YAML};
use super::problem::{INTERNAL, Problem};
use super::query::Query;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::LazyLock;

/// The API, written by hand: the routes and every answer in every test are held against it.
pub(super) const CONTRACT: &str = include_str!("../../openapi.yaml");

#[expect(
    clippy::disallowed_types,
    reason = "a document of any shape, turned once from one notation to the other"
)]
static AS_JSON: LazyLock<Option<Vec<u8>>> = LazyLock::new(|| {
    let document: serde_json::Value = serde_saphyr::from_str(CONTRACT).ok()?;
    serde_json::to_vec(&document).ok()
});

pub(super) async fn yaml(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    Ok(Answer::fixed(YAML, CONTRACT).respond(&headers, site.app().clock().now()))
}

pub(super) async fn json(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let body = AS_JSON.as_ref().ok_or_else(|| Problem::new(&INTERNAL, "the contract cannot be read"))?;
    Ok(Answer::fixed(OPENAPI, body.as_slice()).respond(&headers, site.app().clock().now()))
}
