//! The front of a listener: every request comes in here. It gives the request its id, has it answered, writes out
//! refusals, adds the headers that protect, and leaves a line in the log.
//!
//! Never logs a query: it may say where a visitor is.
use super::admin::Meters;
use super::body::checked;
use super::flight::Class;
use super::gate::{Gate, RequestLimits};
use super::pressure::Pressure;
use super::problem::{HEADERS_TOO_LARGE, INTERNAL, INVALID_FRAMING, Problem, URI_TOO_LONG};
use super::routes::{ITEM, ITEMS, Matched, NEARBY, Open, Passed, READ, Routes, Ruled, STATUSES};
use super::server::{FramingFault, Refusal};
use super::{Site, auth, beaches, items, nearby};
use crate::access::Who;
use crate::app::Reach;
use crate::clock::shown;
use crate::ids::RequestId;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tower::ServiceExt;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REHEARSAL: HeaderName = HeaderName::from_static("promenade-rehearsal");
const DEGRADED: HeaderName = HeaderName::from_static("promenade-degraded");

/// What a listener answers with. Cloning is cheap.
#[derive(Clone)]
pub struct Front(Arc<Inside>);

struct Inside {
    site: Site,
    meters: Meters,
    routes: Routes,
    /// What the public must pass; whoever reaches the other listener passes as they are.
    gate: Option<Gate>,
}

impl Front {
    /// The front of the public listener, and that of the one the public must not see.
    pub fn both(site: &Site, limits: RequestLimits, pressure: Pressure) -> (Self, Self) {
        let public = Self::of(site, Routes::public(site), Gate::new(limits, pressure));
        let routes = Routes::private(site, public.0.meters.clone());
        // Counted apart: what asks there is not the public.
        let meters = Meters::new(std::iter::empty());
        (public, Self(Arc::new(Inside { site: site.clone(), meters, routes, gate: None })))
    }

    /// The front of a listener with these routes and this gate.
    fn of(site: &Site, routes: Routes, gate: Gate) -> Self {
        let meters = Meters::new(routes.templates());
        Self(Arc::new(Inside { site: site.clone(), meters, routes, gate: Some(gate) }))
    }

    /// Answers a request.
    pub async fn answer<B>(self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let Inside { site, meters, routes, gate } = self.0.as_ref();
        let id = RequestId::fresh();
        let method = request.method().clone();
        let at = routes.matched(request.uri().path());
        let route = at.map(|matched| matched.route);
        let asked = route.and_then(|route| route.operation(&method));
        let path = route.map_or("none", |route| route.template);
        let panicked = |_| {
            tracing::error!(request = %id, %method, path, "a handler panicked");
            Problem::new(&INTERNAL, "the server failed").into_response()
        };
        let mut unread = !request.body().is_end_stream();
        let at_once = catch_unwind(AssertUnwindSafe(|| self.0.at_once(at, &request)));
        let response = if let Some(response) = at_once.unwrap_or_else(|cause| Some(panicked(cause))) {
            response
        } else {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(id);
            let answer = self.0.in_turn(asked, request, &mut unread);
            let answer = AssertUnwindSafe(answer).catch_unwind().await;
            answer.unwrap_or_else(|cause| Ok(panicked(cause))).unwrap_or_else(Problem::into_response)
        };
        let mut response = written_out(response, &method, site);
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::warn!(request = %id, %method, path, status, "answered");
        } else {
            tracing::debug!(request = %id, %method, path, status, "answered");
        }
        meters.answered(path, response.status());
        if unread {
            // Where the next request would begin is not known for sure.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let headers = response.headers_mut();
        if asked.is_some_and(|asked| !asked.is_public_read()) && !headers.contains_key(header::CACHE_CONTROL)
        {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        let is_open = match (asked, route) {
            (Some(asked), _) => asked.is_open(),
            (None, Some(route)) => route.open_to_pages().is_some(),
            (None, None) => gate.is_some(),
        };
        surround(site, id, is_open, headers);
        response
    }
}

impl Inside {
    /// The answer to what is answered without waiting: a browser's preflight, and the reads that a sunny weekend
    /// multiplies. The router would cost as much as the answer. Each of those reads is an operation as well, for HEAD
    /// and for addresses that need decoding.
    fn at_once<B>(&self, at: Option<Matched<'_, '_>>, request: &Request<B>) -> Option<Response> {
        let gate = self.gate.as_ref()?;
        let (query, headers) = (request.uri().query(), request.headers());
        if request.method() == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            return Some(preflight_answer(at.map_or(Some(READ), |at| at.route.open_to_pages())));
        }
        if request.method() != Method::GET {
            return None;
        }
        let Matched { route, parts: [collection, id] } = at?;
        if collection.contains('%') || id.contains('%') {
            return None;
        }
        let may = || gate.may_read(headers, request.extensions());
        let answer = match route.template {
            NEARBY => may().and_then(|()| nearby::answer(&self.site, query, headers)),
            ITEMS => may().and_then(|()| items::page(&self.site, collection, query, headers)),
            STATUSES => may().and_then(|()| beaches::statuses_now(&self.site, query, headers)),
            ITEM => may().and_then(|()| items::one(&self.site, collection, id, query, headers)),
            _ => return None,
        };
        Some(answer.into_response())
    }

    /// The answer to anything else. `unread` becomes false when the request's body has been read to its end.
    async fn in_turn(
        &self,
        asked: Option<&Ruled>,
        request: Request<Body>,
        unread: &mut bool,
    ) -> Result<Response, Problem> {
        match self.gate.as_ref().zip(asked) {
            Some((gate, asked)) => self.through(gate, asked, request, unread).await,
            // Nothing is here, or not with this method, which the router says; or the listener has no gate.
            None => Ok(self.routed(request).await),
        }
    }

    /// The answer to a request that must pass `gate`.
    async fn through(
        &self,
        gate: &Gate,
        asked: &Ruled,
        request: Request<Body>,
        unread: &mut bool,
    ) -> Result<Response, Problem> {
        let Ruled { operation, row } = asked;
        let (mut parts, body) = request.into_parts();
        let method = parts.method.clone();
        let (mut room, mut _seat) = (None, None);
        if row.who == Who::Everybody {
            if matches!(operation.class, Class::Public | Class::Count | Class::Form) {
                gate.may_read(&parts.headers, &parts.extensions)?;
            }
            // Nobody is known to send the body, so there is room for no more bodies than for answers, and for few of one
            // address.
            if !method.is_safe() {
                _seat = gate.seat(&parts.headers, &parts.extensions)?;
            }
            room = Some(gate.enter(operation.class).await?);
        } else {
            let admitted = auth::admitted(&self.site, row, &parts.headers);
            // Many patrols may come from one address, but only with tokens.
            if method.is_safe() && (operation.class != Class::Patrol || admitted.is_err()) {
                gate.may_read(&parts.headers, &parts.extensions)?;
            }
            let admitted = admitted?;
            if !method.is_safe() {
                gate.may_write(admitted.permit.token())?;
            }
            parts.extensions.insert(admitted);
        }
        // The body of a read means nothing. It stays unread, and the connection ends with the answer.
        if !method.is_safe() {
            let whole = gate.body(operation, &method, &parts.headers, body).await?;
            *unread = false;
            if let Some(given) = checked(whole, operation.takes)? {
                parts.extensions.insert(given);
            }
        }
        let client = gate.client(&parts.headers, &parts.extensions);
        parts.extensions.insert(client);
        parts.extensions.insert(Passed(row));
        let _room = match room {
            Some(room) => room,
            None => gate.enter(operation.class).await?,
        };
        gate.in_time(&method, self.routed(Request::from_parts(parts, Body::empty()))).await
    }

    /// What the router answers.
    async fn routed(&self, request: Request<Body>) -> Response {
        let Ok(response) = self.routes.router().oneshot(request).await;
        response
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

/// The answer to a request whose head is refused before it is routed.
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
        Refusal::Misframed(fault) => Problem::new(
            &INVALID_FRAMING,
            match fault {
                FramingFault::BareLineFeed => "a line of the head ends in LF without CR",
                FramingFault::LengthTwice => "`Content-Length` is given more than once",
                FramingFault::LengthAndCoding => "both `Content-Length` and `Transfer-Encoding` are given",
                FramingFault::Length => "`Content-Length` is not one number",
                FramingFault::Coding => "`Transfer-Encoding` can be `chunked`, once, and nothing else",
            },
        ),
    };
    let mut response = problem.response(site.base());
    surround(site, RequestId::fresh(), true, response.headers_mut());
    response
}

/// Sets the headers that every answer has.
fn surround(site: &Site, id: RequestId, is_open: bool, headers: &mut HeaderMap) {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    let text = id.0.hyphenated().encode_lower(&mut text);
    headers.insert(REQUEST_ID, HeaderValue::from_str(text).expect("a UUID is ASCII"));
    match site.app().reach() {
        Reach::Current => {}
        Reach::Degraded | Reach::Lost => drop(headers.insert(DEGRADED, HeaderValue::from_static("database"))),
    }
    let clock = site.app().clock();
    if clock.is_rehearsal() {
        let now = HeaderValue::from_str(&shown(clock.now())).expect("an instant is ASCII");
        headers.insert(REHEARSAL, now);
    }
    if is_open {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(
                "etag, link, retry-after, x-request-id, promenade-degraded, promenade-rehearsal",
            ),
        );
    }
    protect(headers, site.base().starts_with("https://"));
}

/// What everybody may read may be read from anywhere, without credentials; that an offer was looked at may be said from there.
/// Nothing else is for other origins' pages.
fn preflight_answer(open: Option<Open>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let Some(Open { methods, headers: allowed }) = open else { return response };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
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

#[cfg(test)]
mod tests;
