//! The parts of an address that name something.
use super::problem::{NOT_FOUND, Problem};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

/// The named parts of the address, decoded. An address that cannot be decoded names nothing.
pub(super) struct PathParts(RawPathParams);

impl PathParts {
    /// The part called `name`.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathParts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = RawPathParams::from_request_parts(parts, state).await;
        read.map(Self).map_err(|_| Problem::new(&NOT_FOUND, "the address is not percent-encoded UTF-8"))
    }
}
