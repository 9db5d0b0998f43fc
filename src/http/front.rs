//! The front of a listener: every request comes in here. It gives the request its id, has it answered, writes out
//! refusals, adds the headers that protect, and leaves a line in the log.
//!
//! Never logs a query: it may say where a visitor is.
use super::admin::Meters;
use super::problem::{HEADERS_TOO_LARGE, INTERNAL, Problem, URI_TOO_LONG};
use super::routes::{self, ITEM, ITEMS, Matched, NEARBY, PATHS, matched};
use super::server::Refusal;
use super::{Site, items, nearby};
use crate::app::Reach;
use crate::ids::RequestId;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tower::ServiceExt;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const DEGRADED: HeaderName = HeaderName::from_static("promenade-degraded");

/// What a listener answers with. Cloning is cheap.
#[derive(Clone)]
pub struct Front(Arc<Inside>);

struct Inside {
    site: Site,
    meters: Meters,
    router: Router,
    /// Whether the reads that a sunny weekend multiplies are answered here.
    public: bool,
}

impl Front {
    /// The front of the public listener, and that of the one the public must not see.
    pub fn both(site: &Site) -> (Self, Self) {
        let meters = Meters::new(PATHS.into_iter());
        let front =
            |router, meters, public| Self(Arc::new(Inside { site: site.clone(), meters, router, public }));
        let private = routes::private(site, meters.clone());
        // Counted apart: what asks there is not the public.
        let uncounted = Meters::new(std::iter::empty());
        (front(routes::public(site), meters, true), front(private, uncounted, false))
    }

    /// Answers a request.
    pub async fn answer<B>(self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let Inside { site, meters, router, .. } = self.0.as_ref();
        let id = RequestId::fresh();
        let method = request.method().clone();
        let preflight = method == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let at = matched(request.uri().path());
        let path = at.map_or("none", |matched| matched.template);
        let panicked = |_| {
            tracing::error!(request = %id, %method, path, "a handler panicked");
            Problem::new(&INTERNAL, "the server failed").into_response()
        };
        let response = if preflight && self.0.public {
            preflight_answer()
        } else if let Some(read) = catch_unwind(AssertUnwindSafe(|| self.0.read(at?, &request)))
            .unwrap_or_else(|cause| Some(panicked(cause)))
        {
            read
        } else {
            let answer = router.clone().oneshot(request.map(Body::new));
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(cause) => panicked(cause),
            }
        };
        let mut response = written_out(response, &method, site);
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::warn!(request = %id, %method, path, status, "answered");
        } else {
            tracing::debug!(request = %id, %method, path, status, "answered");
        }
        meters.answered(path, response.status());
        surround(site, id, self.0.public, response.headers_mut());
        response
    }
}

impl Inside {
    /// The answer to one of the reads that a sunny weekend multiplies, without the router: it would cost as much as
    /// the answer. Every one of them has a route as well, for HEAD and for addresses that need decoding.
    fn read<B>(&self, at: Matched<'_>, request: &Request<B>) -> Option<Response> {
        if !self.public || request.method() != Method::GET {
            return None;
        }
        let Matched { template, parts: [collection, id] } = at;
        if collection.contains('%') || id.contains('%') {
            return None;
        }
        let (query, headers) = (request.uri().query(), request.headers());
        let answer = match template {
            NEARBY => nearby::answer(&self.site, query, headers),
            ITEMS => items::page(&self.site, collection, query, headers),
            ITEM => items::one(&self.site, collection, id, query, headers),
            _ => return None,
        };
        Some(answer.into_response())
    }
}

/// The response with its problem, if it is one, written out, and a plain OPTIONS answered by what is allowed.
fn written_out(mut response: Response, method: &Method, site: &Site) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        // What axum put there (`Allow`) stays.
        let allow = response.headers_mut().remove(header::ALLOW);
        response = problem.response(site.base());
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    if *method == Method::OPTIONS && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    response
}

/// The answer to a request whose head is too large to be routed.
pub fn refuse(site: &Site, refusal: Refusal) -> Response {
    let problem = match refusal {
        Refusal::UriTooLong { bytes } => {
            Problem::new(&URI_TOO_LONG, format!("the address has {bytes} bytes"))
        }
        Refusal::TooManyHeaders { count } => {
            Problem::new(&HEADERS_TOO_LARGE, format!("the request has {count} header lines"))
        }
        Refusal::HeadersTooLarge { bytes } => {
            Problem::new(&HEADERS_TOO_LARGE, format!("the headers have {bytes} bytes"))
        }
    };
    let mut response = problem.response(site.base());
    surround(site, RequestId::fresh(), true, response.headers_mut());
    response
}

/// Sets the headers that every answer has.
fn surround(site: &Site, id: RequestId, public: bool, headers: &mut HeaderMap) {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    let text = id.0.hyphenated().encode_lower(&mut text);
    headers.insert(REQUEST_ID, HeaderValue::from_str(text).expect("a UUID is ASCII"));
    match site.app().reach() {
        Reach::Current => {}
        Reach::Degraded | Reach::Lost => drop(headers.insert(DEGRADED, HeaderValue::from_static("database"))),
    }
    if public {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("etag, link, retry-after, x-request-id, promenade-degraded"),
        );
    }
    protect(headers, site.base().starts_with("https://"));
}

/// Anybody may read from anywhere, without credentials.
fn preflight_answer() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("if-none-match"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

fn protect(headers: &mut HeaderMap, https: bool) {
    let page =
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(if page {
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        } else {
            "default-src 'none'; frame-ancestors 'none'"
        }),
    );
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}
