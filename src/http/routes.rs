//! Every operation there is: its method, its path, whose room it takes, what body it takes, and what answers it. Who
//! may ask is said by its row in the policy table; without one the program does not start.
//!
//! A test holds this table against the contract.
mod ruled;

pub(super) use ruled::{Matched, Open, READ, Route, Ruled};

use super::admin::{Meters, metrics};
use super::body::Takes;
use super::events::{Deed, Saying};
use super::flight::Class;
use super::problem::{NOT_FOUND, Problem};
use super::{
    Site, access, audit, beaches, collections, crowd, documents, edits, events, feeds, health, items, nearby,
    pages, policies, promotions, quality, sources,
};
use crate::access::{POLICY, Row, Who};
use crate::catalogue::Axis;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, get, on};

/// What is near.
pub(super) const NEARBY: &str = "/v1/nearby";
/// Items of a collection.
pub(super) const ITEMS: &str = "/v1/collections/{collection}/items";
/// One item.
pub(super) const ITEM: &str = "/v1/collections/{collection}/items/{id}";

/// How full every beach is.
pub(super) const STATUSES: &str = "/v1/beaches/status";

/// The reads that are answered before anything is asked about who reads.
const AT_ONCE: [&str; 4] = [NEARBY, ITEMS, ITEM, STATUSES];

/// One operation of the public listener.
pub(super) struct Operation {
    /// Its method; GET stands for HEAD too.
    pub(super) method: Method,
    /// Its path, with parameters in braces.
    pub(super) path: &'static str,
    /// Whose room it takes.
    pub(super) class: Class,
    /// The body it takes.
    pub(super) takes: Takes,
    handler: MethodRouter<Site>,
}

/// Every operation of the public listener.
fn table() -> Vec<Operation> {
    let mut table = plain();
    table.extend(of_axis(Axis::Override, "/v1/beaches/{id}/override"));
    table.extend(of_axis(Axis::Hazard, "/v1/beaches/{id}/hazards"));
    table.extend(of_axis(Axis::WaterQuality, "/v1/beaches/{id}/water-quality"));
    table.extend(of_events());
    table.extend(promotions::operations());
    table.extend(access::operations());
    table
}

/// What is done with events and their dates.
fn of_events() -> Vec<Operation> {
    let deed = |deed, path| {
        staff(
            Method::POST,
            path,
            Takes::OptionalDocument,
            move |site, path, query, admitted, request, headers, given| {
                events::carry_out(deed, site, path, query, admitted, request, headers, given)
            },
        )
    };
    let dated = |method, path, takes, saying| {
        staff(method, path, takes, move |site, path, query, admitted, request, headers, given| {
            events::say(saying, site, path, query, admitted, request, headers, given)
        })
    };
    vec![
        deed(Deed::Archive, "/v1/events/{id}/archive"),
        deed(Deed::Cancel, "/v1/events/{id}/cancel"),
        deed(Deed::Postpone, "/v1/events/{id}/postpone"),
        deed(Deed::Publish, "/v1/events/{id}/publish"),
        deed(Deed::Reinstate, "/v1/events/{id}/reinstate"),
        deed(Deed::Restore, "/v1/events/{id}/restore"),
        deed(Deed::Unschedule, "/v1/events/{id}/unschedule"),
        dated(Method::PATCH, "/v1/occurrences/{id}", Takes::DocumentPatch, Saying::Change),
        dated(Method::POST, "/v1/occurrences/{id}/cancel", Takes::OptionalDocument, Saying::Cancel),
        dated(Method::POST, "/v1/occurrences/{id}/postpone", Takes::OptionalDocument, Saying::Postpone),
        dated(Method::POST, "/v1/occurrences/{id}/reinstate", Takes::OptionalDocument, Saying::Reinstate),
        dated(Method::POST, "/v1/occurrences/{id}/reschedule", Takes::Document, Saying::Reschedule),
        see("/v1/programme", events::programme),
        // Before the events by their ids, of which none is called so.
        staff(Method::POST, "/v1/programme/preview", Takes::Feature, events::preview),
        see("/v1/programme/{id}", events::event),
        staff(Method::POST, "/v1/programme/{id}/copy", Takes::Document, events::copy),
    ]
}

/// What is decided and said of a beach, on one axis.
fn of_axis(axis: Axis, path: &'static str) -> [Operation; 3] {
    [
        see(path, move |site, path, query, admitted| beaches::declared(axis, site, path, query, admitted)),
        staff(Method::PUT, path, Takes::Document, move |site, path, query, admitted, request, given| {
            beaches::declare(axis, site, path, query, admitted, request, given)
        }),
        staff(Method::DELETE, path, Takes::Nothing, move |site, path, query, admitted, request| {
            beaches::withdraw(axis, site, path, query, admitted, request)
        }),
    ]
}

fn plain() -> Vec<Operation> {
    vec![
        read("/", pages::home),
        probe("/health/live", health::live),
        probe("/health/ready", health::ready),
        read("/openapi.json", documents::json),
        read("/openapi.yaml", documents::yaml),
        read("/problems", pages::problems),
        read("/problems/{kind}", pages::problem),
        read("/style.css", pages::style),
        read("/v1", collections::landing),
        read("/v1/beaches/{id}/tide", beaches::tide),
        read("/v1/collections", collections::list),
        read("/v1/collections/{collection}", collections::describe),
        read(ITEMS, items::items),
        read(ITEM, items::item),
        read("/v1/collections/{collection}/schema", collections::schema),
        read("/v1/conformance", collections::conformance),
        read(NEARBY, nearby::nearby),
        read(STATUSES, beaches::statuses),
        read("/v1/beaches/{id}/alternatives", beaches::alternatives),
        read("/v1/beaches/{id}/history", beaches::history),
        read("/v1/events.atom", feeds::atom),
        read("/v1/events.ics", feeds::all),
        read("/v1/events/{id}.ics", feeds::one),
        read("/v1/feeds/events", feeds::rpde),
        staff(Method::POST, ITEMS, Takes::Feature, edits::create),
        staff(Method::PUT, ITEM, Takes::Feature, edits::replace),
        staff(Method::PATCH, ITEM, Takes::FeaturePatch, edits::patch),
        staff(Method::DELETE, ITEM, Takes::Nothing, edits::delete),
        staff(Method::POST, "/v1/collections/{collection}/items/{id}/undo", Takes::Nothing, edits::undo),
        staff(Method::POST, "/v1/collections/{collection}/items/{id}/verify", Takes::Nothing, edits::verify),
        see("/v1/collections/{collection}/items/{id}/history", audit::history),
        see("/v1/audit", audit::audit),
        operation(Method::GET, "/v1/quality", Class::Batch, Takes::Nothing, quality::quality),
        operation(Method::GET, "/v1/me", Class::Patrol, Takes::Nothing, access::me),
        see("/v1/policies", policies::policies),
        staff(Method::POST, "/v1/policies", Takes::Document, policies::adopt),
        see("/v1/sources", sources::sources),
        see("/v1/sources/{id}", sources::source),
        staff(Method::POST, "/v1/sources/{id}/acknowledge", Takes::Nothing, sources::acknowledge),
        staff(Method::POST, "/v1/sources/{id}/fetch", Takes::Nothing, sources::fetch),
        see("/v1/organisations", access::organisations),
        staff(Method::POST, "/v1/organisations", Takes::Document, access::create_organisation),
        see("/v1/organisations/{id}", access::one_organisation),
        staff(Method::PUT, "/v1/organisations/{id}", Takes::Document, access::edit_organisation),
        see("/v1/actors", access::actors),
        staff(Method::POST, "/v1/actors", Takes::Document, access::create_actor),
        see("/v1/actors/{id}", access::one_actor),
        staff(Method::PUT, "/v1/actors/{id}", Takes::Document, access::edit_actor),
        staff(Method::DELETE, "/v1/actors/{id}", Takes::Nothing, access::erase_actor),
        staff(Method::POST, "/v1/actors/{id}/tokens", Takes::Document, access::issue_token),
        staff(Method::DELETE, "/v1/tokens/{id}", Takes::Nothing, access::revoke_token),
        staff(Method::POST, "/v1/enrolments", Takes::Document, access::offer_enrolment),
        see("/v1/devices", access::devices),
        // Everybody's, so its room must not be that of the patrols.
        operation(Method::POST, "/v1/devices", Class::Form, Takes::Document, access::enrol),
        staff(Method::DELETE, "/v1/devices/{id}", Takes::Nothing, access::revoke_device),
        operation(Method::POST, "/v1/crowd-reports", Class::Patrol, Takes::Reports, crowd::report),
        see("/v1/crowd-reports", crowd::reports),
        operation(Method::DELETE, "/v1/crowd-reports/{id}", Class::Patrol, Takes::Nothing, crowd::withdraw),
        staff(Method::POST, "/v1/crowd-reports/{id}/confirm", Takes::Nothing, crowd::confirm),
    ]
}

/// The method and path of every operation of the public listener; GET stands for HEAD too.
pub fn operations() -> Vec<(Method, &'static str)> {
    table().into_iter().map(|operation| (operation.method, operation.path)).collect()
}

/// What everybody may read.
fn read<H: Handler<T, Site>, T: 'static>(path: &'static str, handler: H) -> Operation {
    operation(Method::GET, path, Class::Public, Takes::Nothing, handler)
}

/// What somebody with a token may see.
pub(super) fn see<H: Handler<T, Site>, T: 'static>(path: &'static str, handler: H) -> Operation {
    operation(Method::GET, path, Class::Staff, Takes::Nothing, handler)
}

/// What whoever watches over the server asks.
fn probe<H: Handler<T, Site>, T: 'static>(path: &'static str, handler: H) -> Operation {
    operation(Method::GET, path, Class::Health, Takes::Nothing, handler)
}

/// What staff do, or see.
pub(super) fn staff<H: Handler<T, Site>, T: 'static>(
    method: Method,
    path: &'static str,
    takes: Takes,
    handler: H,
) -> Operation {
    operation(method, path, Class::Staff, takes, handler)
}

pub(super) fn operation<H: Handler<T, Site>, T: 'static>(
    method: Method,
    path: &'static str,
    class: Class,
    takes: Takes,
    handler: H,
) -> Operation {
    let filter = MethodFilter::try_from(method.clone()).expect("a method that axum knows");
    Operation { method, path, class, takes, handler: on(filter, handler) }
}

/// The addresses of a listener, and what answers there.
pub(super) struct Routes {
    paths: Vec<Route>,
    router: Router,
}

/// The front has looked at this row, and lets the request through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed(pub(super) &'static Row);

impl Routes {
    /// Parameters that a path may have.
    const PARAMETERS: usize = 2;
    /// Segments that a path may have.
    const DEEPEST: usize = 8;

    /// Those of the public listener.
    ///
    /// # Panics
    /// When an operation has no row in the policy table: what nobody decided about is not served.
    pub(super) fn public(site: &Site) -> Self {
        Self::of(table(), POLICY, site)
    }

    /// Those of `table`, for whom `policy` says.
    pub(super) fn of(table: Vec<Operation>, policy: &'static [Row], site: &Site) -> Self {
        let mut router = Router::new();
        let mut routes = Self { paths: Vec::new(), router: Router::new() };
        for operation in table {
            let Operation { method, path, handler, .. } = &operation;
            let row = policy.iter().find(|row| method == row.method && row.path == *path);
            let row = row
                .unwrap_or_else(|| panic!("{method} {path} has no row in the policy table: nobody may ask"));
            let at_once = *method == Method::GET && AT_ONCE.contains(path);
            assert!(
                !at_once || row.who == Who::Everybody,
                "{method} {path} is answered without asking who reads"
            );
            // Also when the router should take an address for another one than the front did.
            let guarded = handler.clone().layer(from_fn(move |request, next| guard(row, request, next)));
            let path = &routed(path);
            router = router.route(path, if row.who == Who::Everybody { handler.clone() } else { guarded });
            routes.add(Ruled { operation, row });
        }
        routes.router = router
            .route("/v1/", get(|| async { moved("/v1") }))
            .fallback(|| async { nowhere() })
            .method_not_allowed_fallback(|address: Uri| async move { Problem::no_method(address.path()) })
            .with_state(site.clone());
        routes
    }

    fn add(&mut self, ruled: Ruled) {
        let path = ruled.operation.path;
        if let Some(route) = self.paths.iter_mut().find(|route| route.template == path) {
            route.operations.push(ruled);
        } else {
            let segments = path.split('/').collect();
            self.paths.push(Route { template: path, segments, operations: vec![ruled] });
        }
    }

    /// Those of the listener that the public must not see; `meters` are those it shows.
    pub(super) fn private(site: &Site, meters: Meters) -> Self {
        let health = Router::new()
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .with_state(site.clone());
        let router = Router::new()
            .route("/metrics", get(metrics))
            .with_state((site.clone(), meters))
            .merge(health)
            .fallback(|| async { nowhere() });
        Self { paths: Vec::new(), router }
    }

    /// What answers.
    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    /// The paths.
    pub(super) fn templates(&self) -> impl Iterator<Item = &'static str> {
        self.paths.iter().map(|route| route.template)
    }

    /// The route that `address` is of.
    pub(super) fn matched<'r, 'a>(&'r self, address: &'a str) -> Option<Matched<'r, 'a>> {
        let mut segments = [""; Self::DEEPEST];
        let mut given = 0;
        for segment in address.split('/') {
            *segments.get_mut(given)? = segment;
            given += 1;
        }
        self.paths.iter().filter(|route| route.segments.len() == given).find_map(|route| {
            let mut parts = [""; Self::PARAMETERS];
            let mut named = 0;
            for (wanted, given) in route.segments.iter().zip(segments) {
                let part = named_part(wanted, given);
                if let Some(part) = part {
                    parts[named] = part;
                    named += 1;
                } else if *wanted != given {
                    return None;
                }
            }
            Some(Matched { route, parts })
        })
    }
}

/// What `given` says for the parameter that `wanted` is, such as `{id}` or `{id}.ics`; none when it does not, or is none.
fn named_part<'a>(wanted: &str, given: &'a str) -> Option<&'a str> {
    let (_, suffix) = wanted.strip_prefix('{')?.split_once('}')?;
    given.strip_suffix(suffix).filter(|part| !part.is_empty())
}

/// The path for the router, which knows no parameter with something behind it: its handler takes that away.
fn routed(path: &str) -> String {
    path.split_inclusive('}').map(|part| part.strip_prefix(".ics").unwrap_or(part)).collect()
}

/// Lets through what the front has let through to this very row.
async fn guard(row: &'static Row, request: Request, next: Next) -> Response {
    match request.extensions().get() {
        Some(Passed(passed)) if std::ptr::eq(*passed, row) => next.run(request).await,
        Some(Passed(_)) | None => nowhere().into_response(),
    }
}

fn nowhere() -> Problem {
    Problem::new(&NOT_FOUND, "nothing is at this address")
}

fn moved(to: &'static str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, HeaderValue::from_static(to))]).into_response()
}

#[cfg(test)]
mod tests;
