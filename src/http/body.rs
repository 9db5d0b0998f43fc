//! Bodies of requests: what an operation takes, and reading it, whole and within bounds, before the operation is
//! asked. It knows no document.
use super::json::{GEOJSON, JSON, MERGE_PATCH};
use super::problem::{
    BODY_TOO_LARGE, INTERNAL, INVALID_FRAMING, INVALID_JSON, Problem, REQUEST_TIMEOUT, UNSUPPORTED_MEDIA_TYPE,
};
use super::query::shown;
use super::scan::{Bounds, scan};
use axum::body::{Body, HttpBody};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use bytes::Bytes;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::timeout;

/// What an operation takes as the body of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// None.
    Nothing,
    /// A JSON document.
    Document,
    /// A JSON document, or nothing, which is as good as one without members.
    OptionalDocument,
    /// What is to change of a document: a merge patch (RFC 7396).
    DocumentPatch,
    /// A batch of crowd reports, in JSON.
    Reports,
    /// A GeoJSON feature.
    Feature,
    /// What is to change of a feature: a merge patch (RFC 7396), or a feature with only that.
    FeaturePatch,
}

const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");

impl Takes {
    /// The media types it may be of; none where there is no body.
    pub fn media(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Document | Self::OptionalDocument | Self::Reports => &[JSON],
            Self::DocumentPatch => &[MERGE_PATCH],
            Self::Feature => &[GEOJSON],
            Self::FeaturePatch => &[MERGE_PATCH, GEOJSON],
        }
    }

    /// Bytes it may have.
    pub fn cap(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Document | Self::OptionalDocument | Self::DocumentPatch => 32 * 1024,
            Self::Reports => 64 * 1024,
            Self::Feature | Self::FeaturePatch => 1024 * 1024,
        }
    }

    fn bounds(self) -> Bounds {
        match self {
            Self::Nothing | Self::Document | Self::OptionalDocument | Self::DocumentPatch | Self::Reports => {
                Bounds::Document
            }
            Self::Feature | Self::FeaturePatch => Bounds::Feature,
        }
    }
}

/// The body of the request: whole, and JSON within the bounds of what the operation takes. Taken by a handler whose
/// operation takes one.
#[derive(Clone, Debug)]
pub(super) struct Given(pub(super) Bytes);

impl<S: Sync> FromRequestParts<S> for Given {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let given = parts.extensions.get().cloned();
        given.ok_or_else(|| Problem::new(&INTERNAL, "the operation is not one that takes a body"))
    }
}

/// Refuses what only the head of a request says of its body: its length, what it is. Its framing was looked at by the
/// server.
pub(super) fn check_head(takes: Takes, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|declared: u64| (takes.cap() as u64) < declared) {
        return Err(too_large(takes));
    }
    let media = takes.media();
    if media.is_empty() {
        return Ok(());
    }
    for coding in headers.get_all(header::CONTENT_ENCODING) {
        if !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity") {
            let detail = "a body is taken as it is, without `Content-Encoding`";
            return Err(Problem::new(&UNSUPPORTED_MEDIA_TYPE, detail));
        }
    }
    let is_empty = declared.unwrap_or(0) == 0 && !headers.contains_key(header::TRANSFER_ENCODING);
    if takes == Takes::OptionalDocument && is_empty && !headers.contains_key(header::CONTENT_TYPE) {
        return Ok(());
    }
    let given = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    if !given.as_ref().is_some_and(|given| media.iter().any(|media| names(given, media))) {
        let taken = media.join(", ");
        let detail = match given {
            None => format!("`Content-Type` is missing; this operation takes {taken}"),
            Some(given) => format!("`{}` is not taken; this operation takes {taken}", shown(&given)),
        };
        let problem = Problem::new(&UNSUPPORTED_MEDIA_TYPE, detail);
        let accepts = match method.as_str() {
            "PATCH" => Some(ACCEPT_PATCH),
            "POST" => Some(ACCEPT_POST),
            // There is no such header for the others.
            _ => None,
        };
        return Err(match accepts {
            Some(name) => problem.with(name, HeaderValue::try_from(taken).expect("media types are ASCII")),
            None => problem,
        });
    }
    Ok(())
}

/// Whether `given` is `media`, in UTF-8 if it says in what.
fn names(given: &str, media: &str) -> bool {
    let mut parts = given.split(';').map(str::trim);
    let is_media = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(media));
    let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
    is_media
        && parameters.all(|(name, value)| {
            !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

fn too_large(takes: Takes) -> Problem {
    let detail = match takes {
        Takes::Nothing => "this operation takes no body".to_owned(),
        Takes::Document
        | Takes::OptionalDocument
        | Takes::DocumentPatch
        | Takes::Reports
        | Takes::Feature
        | Takes::FeaturePatch => {
            format!("the body may have {} bytes", takes.cap())
        }
    };
    Problem::new(&BODY_TOO_LARGE, detail)
}

/// The whole body, which must have come `within` this time.
pub(super) async fn read(body: Body, takes: Takes, within: Duration) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let late = |_| {
        let seconds = within.as_secs_f32();
        Problem::new(&REQUEST_TIMEOUT, format!("the body was not here after {seconds} s; nothing was done"))
    };
    timeout(within, collected(body, takes)).await.map_err(late)?
}

async fn collected(body: Body, takes: Takes) -> Result<Bytes, Problem> {
    let mut whole = Vec::new();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else {
            return Err(Problem::new(
                &INVALID_FRAMING,
                "the body ended before its end, or its chunks cannot be read",
            ));
        };
        if takes.cap() < whole.len() + piece.len() {
            return Err(too_large(takes));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

/// `whole`, when it is what the operation takes; none when it takes nothing.
pub(super) fn checked(whole: Bytes, takes: Takes) -> Result<Option<Given>, Problem> {
    if takes.media().is_empty() {
        return Ok(None);
    }
    if takes == Takes::OptionalDocument && whole.is_empty() {
        return Ok(Some(Given(Bytes::from_static(b"{}"))));
    }
    if whole.is_empty() {
        let taken = takes.media().join(", ");
        return Err(Problem::new(
            &INVALID_JSON,
            format!("the body is missing; this operation takes {taken}"),
        ));
    }
    scan(&whole, takes.bounds()).map_err(|fault| Problem::new(&INVALID_JSON, fault.to_string()))?;
    Ok(Some(Given(whole)))
}

#[cfg(test)]
mod tests;
