//! Every operation there is: its method, its path, for whom it is, what body it takes, and what answers it. A test
//! holds this table against the contract.
use super::admin::{Meters, metrics};
use super::body::Takes;
use super::flight::Class;
use super::problem::{METHOD_NOT_ALLOWED, NOT_FOUND, Problem};
use super::{Site, collections, documents, health, items, nearby, pages};
use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, get, on};

/// What is near.
pub(super) const NEARBY: &str = "/v1/nearby";
/// Items of a collection.
pub(super) const ITEMS: &str = "/v1/collections/{collection}/items";
/// One item.
pub(super) const ITEM: &str = "/v1/collections/{collection}/items/{id}";

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
        read("/v1/collections", collections::list),
        read("/v1/collections/{collection}", collections::describe),
        read(ITEMS, items::items),
        read(ITEM, items::item),
        read("/v1/collections/{collection}/schema", collections::schema),
        read("/v1/conformance", collections::conformance),
        read(NEARBY, nearby::nearby),
    ]
}

/// The method and path of every operation of the public listener; GET stands for HEAD too.
pub fn operations() -> Vec<(Method, &'static str)> {
    table().into_iter().map(|operation| (operation.method, operation.path)).collect()
}

/// What everybody may read.
fn read<H: Handler<T, Site>, T: 'static>(path: &'static str, handler: H) -> Operation {
    operation(Method::GET, path, Class::Read, Takes::Nothing, handler)
}

/// What whoever watches over the server asks.
fn probe<H: Handler<T, Site>, T: 'static>(path: &'static str, handler: H) -> Operation {
    operation(Method::GET, path, Class::Health, Takes::Nothing, handler)
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

/// One path, and its operations.
pub(super) struct Route {
    /// The path, with parameters in braces.
    pub(super) template: &'static str,
    segments: Vec<&'static str>,
    operations: Vec<Operation>,
}

/// The route that an address is of, and what stands in the address for the parameters.
#[derive(Clone, Copy)]
pub(super) struct Matched<'r, 'a> {
    pub(super) route: &'r Route,
    pub(super) parts: [&'a str; Routes::PARAMETERS],
}

impl Routes {
    /// Parameters that a path may have.
    const PARAMETERS: usize = 2;
    /// Segments that a path may have.
    const DEEPEST: usize = 8;

    /// Those of the public listener.
    pub(super) fn public(site: &Site) -> Self {
        Self::of(table(), site)
    }

    /// Those of `table`.
    pub(super) fn of(table: Vec<Operation>, site: &Site) -> Self {
        let mut router = Router::new();
        let mut routes = Self { paths: Vec::new(), router: Router::new() };
        for operation in table {
            router = router.route(operation.path, operation.handler.clone());
            routes.add(operation);
        }
        routes.router = router
            .route("/v1/", get(|| async { moved("/v1") }))
            .fallback(|| async { Problem::new(&NOT_FOUND, "nothing is at this address") })
            .method_not_allowed_fallback(|| async {
                Problem::new(&METHOD_NOT_ALLOWED, "this address has no such method")
            })
            .with_state(site.clone());
        routes
    }

    fn add(&mut self, operation: Operation) {
        if let Some(route) = self.paths.iter_mut().find(|route| route.template == operation.path) {
            route.operations.push(operation);
        } else {
            let (template, segments) = (operation.path, operation.path.split('/').collect());
            self.paths.push(Route { template, segments, operations: vec![operation] });
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
            .fallback(|| async { Problem::new(&NOT_FOUND, "nothing is at this address") });
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
                if wanted.starts_with('{') && !given.is_empty() {
                    parts[named] = given;
                    named += 1;
                } else if *wanted != given {
                    return None;
                }
            }
            Some(Matched { route, parts })
        })
    }
}

impl Route {
    /// What is done here with that method; HEAD is answered as GET is.
    pub(super) fn operation(&self, method: &Method) -> Option<&Operation> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.operations.iter().find(|operation| operation.method == *method)
    }
}

fn moved(to: &'static str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, HeaderValue::from_static(to))]).into_response()
}

#[cfg(test)]
mod tests;
