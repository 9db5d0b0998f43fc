//! Refusals: RFC 9457 problem documents, each of a kind that a page of this server explains.
mod refused;

use crate::formats::json::{write_key, write_string};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// A kind of refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The last part of its address.
    pub slug: &'static str,
    /// The status it is answered with.
    pub status: StatusCode,
    /// What is wrong, in general.
    pub title: &'static str,
    /// What to do about it.
    pub explanation: &'static str,
}

macro_rules! kinds {
    ($($name:ident $slug:literal $status:ident $title:literal $explanation:literal)*) => {
        $(pub(super) static $name: Kind =
            Kind { slug: $slug, status: StatusCode::$status, title: $title, explanation: $explanation };)*
        /// Every kind.
        pub static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    INVALID_QUERY "invalid-query" BAD_REQUEST "The query cannot be read"
        "The part of the address after `?` is not pairs of names and values in percent-encoded UTF-8, or has more than 32 of them."
    UNKNOWN_PARAMETER "unknown-parameter" BAD_REQUEST "A parameter is not known here"
        "Every parameter must be one the operation has; a misspelt one that was ignored would give a wrong answer. The problem names the parameter, and what can be asked."
    REPEATED_PARAMETER "repeated-parameter" BAD_REQUEST "A parameter is given twice"
        "Give each parameter once. Where several values are meant, separate them with commas."
    MISSING_PARAMETER "missing-parameter" BAD_REQUEST "A parameter is missing"
        "The operation needs a parameter that was not given; the problem names it."
    INVALID_PARAMETER "invalid-parameter" BAD_REQUEST "A parameter has a value that cannot be used"
        "The problem names the parameter, the value, and what can be used instead. Numbers are decimal and finite; latitudes lie within 90 degrees of the equator, longitudes within 180 of Greenwich."
    UNKNOWN_PLACE "unknown-place" BAD_REQUEST "No town or postcode of the area has that name"
        "`near` takes the name of a town of the area, or a full postcode in it. Anywhere else can be asked for with `lat` and `lon`."
    UNKNOWN_DATES "unknown-dates" NOT_FOUND "Nobody has said when that is"
        "What was asked for by its name has no dates here, such as school holidays of a year that the council has not published yet. Ask with `datetime` instead."
    INVALID_CURSOR "invalid-cursor" BAD_REQUEST "The cursor cannot be used"
        "A cursor is taken from the `next` link of an answer as it is, with the same question. To ask another question, begin again without it."
    NOT_FOUND "not-found" NOT_FOUND "There is nothing at this address"
        "The address is misspelt, or what it named is not published. The API begins at /v1."
    UNAUTHENTICATED "unauthenticated" UNAUTHORIZED "A token is needed"
        "This operation is not everybody's: send `Authorization: Bearer` and a token that is accepted. One that is missing, mistyped, unknown, expired or revoked is answered alike. Whoever keeps the actors of this server gives out tokens."
    FORBIDDEN "forbidden" FORBIDDEN "This is not yours to do"
        "The token is accepted, but none of its bearer's roles reaches so far. `/v1/me` says what they are."
    CONFLICT "conflict" CONFLICT "This does not fit what is stored"
        "The id is taken, or there is nothing to undo. Look at what is stored, and decide anew."
    PRECONDITION_REQUIRED "precondition-required" PRECONDITION_REQUIRED "It must be said which version was seen"
        "Read the item, and send its `ETag` as `If-Match` with the change. If somebody changed it meanwhile, nothing is overwritten, and you are told."
    INVALID_PRECONDITION "invalid-precondition" BAD_REQUEST "The header If-Match cannot be read"
        "`If-Match` takes one entity tag, as it came with the item in `ETag`. Neither `*` nor a list: nobody means to overwrite what they have not seen."
    STALE_VERSION "stale-version" PRECONDITION_FAILED "Somebody changed it first"
        "Nothing was changed. The problem has the version that is there now (`current_version`): read it, see whether your change still makes sense, and send it again with the new `ETag`."
    INVALID_DOCUMENT "invalid-document" UNPROCESSABLE_ENTITY "The body says something that cannot be taken"
        "Nothing was changed. The problem names what in the body is wrong by a JSON pointer (`pointer`, RFC 6901; empty for the body as a whole), and says why."
    OUTSIDE_AREA "outside-area" UNPROCESSABLE_ENTITY "The place would lie outside the area"
        "Far more often than not this is a slip: longitude comes before latitude in GeoJSON. If it is meant, send the request again with the parameter `outside=allow`."
    METHOD_NOT_ALLOWED "method-not-allowed" METHOD_NOT_ALLOWED "The method is not allowed here"
        "The header `Allow` lists the methods of this address."
    URI_TOO_LONG "uri-too-long" URI_TOO_LONG "The address is too long"
        "An address may have 4,096 bytes."
    HEADERS_TOO_LARGE "headers-too-large" REQUEST_HEADER_FIELDS_TOO_LARGE "The request's headers are too large"
        "A request may have 64 header lines, and 16,384 bytes of them."
    INVALID_FRAMING "invalid-framing" BAD_REQUEST "Where the request ends cannot be told"
        "The lines of a head end in CR LF. A body has one `Content-Length`, or comes in chunks (`Transfer-Encoding: chunked`), never both, and all of it must come. The connection is closed, since where the next request would begin is not known."
    INVALID_JSON "invalid-json" BAD_REQUEST "The body is not JSON that is taken"
        "A body is one JSON text (RFC 8259) in UTF-8 without a byte order mark; arrays and objects lie at most 32 deep, have at most 1,000 entries each (the coordinates of a feature may have more), and strings have at most 4,096 bytes. The problem says at which byte it is not so."
    REQUEST_TIMEOUT "request-timeout" REQUEST_TIMEOUT "The request took too long to come"
        "The whole body must come within 15 seconds. Nothing was done; send the request again."
    BODY_TOO_LARGE "body-too-large" PAYLOAD_TOO_LARGE "The request's body is too large"
        "A document may have 32,768 bytes, a batch of reports 65,536, a feature 1,048,576. Where an operation takes no body, send none."
    UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE "The body is not of a kind that is taken"
        "Send what the operation takes, named by `Content-Type`, in UTF-8 and not compressed. The problem says what the operation takes."
    TOO_MANY_REQUESTS "too-many-requests" TOO_MANY_REQUESTS "Too many requests"
        "Try again after the seconds in `Retry-After`, and less often from then on. Writes are counted by token. Reads are counted by address, and only while the server has more to do than it can."
    OUTCOME_UNKNOWN "outcome-unknown" SERVICE_UNAVAILABLE "What became of the request is not known"
        "It may have been carried out, or may be yet. Look at what it should have changed, or send it again after the seconds in `Retry-After`."
    UNAVAILABLE "unavailable" SERVICE_UNAVAILABLE "This cannot be done now"
        "Nothing was changed. Try again after the seconds in `Retry-After`."
    INTERNAL "internal" INTERNAL_SERVER_ERROR "The server failed"
        "It is not your request: something is wrong with the server, and its log has the cause under the request's id (the header `X-Request-Id`)."
}

/// Seconds after which to try again: one of these, so that who is refused together does not come back together.
const RETRY_AFTER: RangeInclusive<u8> = 2..=10;

/// Said of every token that is not accepted, and of none at all.
const NO_TOKEN: &str = "the request shows no token that is accepted: send `Authorization: Bearer` and the token, which whoever keeps the actors of this server gives out";

/// One refusal.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: &'static Kind,
    detail: String,
    /// Members of its own, each with its JSON.
    members: Vec<(&'static str, Vec<u8>)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A refusal of that kind; `detail` says what is wrong with this very request.
    pub(super) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        let mut headers = Vec::new();
        if kind.status == StatusCode::SERVICE_UNAVAILABLE {
            let dice = Uuid::new_v4().as_bytes()[0] % (RETRY_AFTER.end() - RETRY_AFTER.start() + 1);
            headers.push((header::RETRY_AFTER, HeaderValue::from(u16::from(RETRY_AFTER.start() + dice))));
        }
        Self { kind, detail: detail.into(), members: Vec::new(), headers }
    }

    /// The refusal of who shows no token that is accepted. It says of none of them why.
    pub(super) fn unauthenticated() -> Self {
        let problem = Self::new(&UNAUTHENTICATED, NO_TOKEN);
        problem.with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// The refusal of a method that the address `path` does not have.
    pub(super) fn no_method(path: &str) -> Self {
        let elsewhere = path.strip_prefix("/v1/occurrences/").map_or_else(String::new, |rest| {
            let id = rest.split('/').next().unwrap_or_default();
            format!("; a date is read at /v1/collections/occurrences/items/{}", super::query::shown(id))
        });
        Self::new(&METHOD_NOT_ALLOWED, format!("this address has no such method{elsewhere}"))
    }

    /// The same, answered with this header too.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// A refusal because of the parameter `name`.
    pub(super) fn parameter(kind: &'static Kind, name: &str, detail: impl Into<String>) -> Self {
        let name: String = name.chars().take(80).collect();
        Self::new(kind, detail).text("parameter", &name)
    }

    /// A refusal because of what `pointer`, a JSON pointer, names in the body.
    pub(super) fn pointed(kind: &'static Kind, pointer: &str, detail: impl Into<String>) -> Self {
        Self::new(kind, detail).text("pointer", pointer)
    }

    fn text(mut self, name: &'static str, text: &str) -> Self {
        let mut json = Vec::new();
        write_string(&mut json, text);
        self.members.push((name, json));
        self
    }

    fn number(mut self, name: &'static str, number: i64) -> Self {
        self.members.push((name, number.to_string().into_bytes()));
        self
    }

    /// The document, with addresses that begin with `base`.
    pub(super) fn document(&self, base: &str) -> Vec<u8> {
        let mut out = vec![b'{'];
        write_key(&mut out, "type");
        write_string(&mut out, &format!("{base}/problems/{}", self.kind.slug));
        write_key(&mut out, "title");
        write_string(&mut out, self.kind.title);
        write_key(&mut out, "status");
        out.extend_from_slice(self.kind.status.as_str().as_bytes());
        write_key(&mut out, "detail");
        write_string(&mut out, &self.detail);
        for (name, json) in &self.members {
            write_key(&mut out, name);
            out.extend_from_slice(json);
        }
        out.push(b'}');
        out
    }

    /// The answer, with addresses that begin with `base`.
    pub(super) fn response(&self, base: &str) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let mut response = (self.kind.status, headers, self.document(base)).into_response();
        response.headers_mut().extend(self.headers.iter().cloned());
        response
    }
}

/// Handlers do not know the address that links begin with: the front writes the document.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_an_address_of_its_own_and_an_explanation() {
        let mut slugs: Vec<_> = KINDS.iter().map(|kind| kind.slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), KINDS.len());
        for kind in KINDS {
            assert!(kind.explanation.ends_with('.'), "{}", kind.slug);
            assert!(kind.status.is_client_error() || kind.status.is_server_error(), "{}", kind.slug);
        }
    }

    #[test]
    fn a_document_names_its_type_and_the_parameter() {
        let problem = Problem::parameter(&INVALID_PARAMETER, "lat", "`91` is \"out\"");
        assert_eq!(
            String::from_utf8(problem.document("https://example.org")).unwrap(),
            r#"{"type":"https://example.org/problems/invalid-parameter","title":"A parameter has a value that cannot be used","status":400,"detail":"`91` is \"out\"","parameter":"lat"}"#
        );
    }
}
