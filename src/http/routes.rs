//! Every address there is. A test holds this list against the contract.
use super::admin::{Meters, metrics};
use super::front::{Front, surround};
use super::problem::{HEADERS_TOO_LARGE, METHOD_NOT_ALLOWED, NOT_FOUND, Problem, URI_TOO_LONG};
use super::server::Refusal;
use super::{Site, collections, documents, health, items, nearby, pages};
use crate::ids::RequestId;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use std::sync::LazyLock;

/// What is near.
pub(super) const NEARBY: &str = "/v1/nearby";
/// Items of a collection.
pub(super) const ITEMS: &str = "/v1/collections/{collection}/items";
/// One item.
pub(super) const ITEM: &str = "/v1/collections/{collection}/items/{id}";

/// The addresses of the public listener, all of them read with GET and HEAD.
pub const PATHS: [&str; 16] = [
    "/",
    "/health/live",
    "/health/ready",
    "/openapi.json",
    "/openapi.yaml",
    "/problems",
    "/problems/{kind}",
    "/style.css",
    "/v1",
    "/v1/collections",
    "/v1/collections/{collection}",
    ITEMS,
    ITEM,
    "/v1/collections/{collection}/schema",
    "/v1/conformance",
    NEARBY,
];

/// What answers at `path`, one of [`PATHS`].
fn handler(path: &'static str) -> MethodRouter<Site> {
    match path {
        "/" => get(pages::home),
        "/health/live" => get(health::live),
        "/health/ready" => get(health::ready),
        "/openapi.json" => get(documents::json),
        "/openapi.yaml" => get(documents::yaml),
        "/problems" => get(pages::problems),
        "/problems/{kind}" => get(pages::problem),
        "/style.css" => get(pages::style),
        "/v1" => get(collections::landing),
        "/v1/collections" => get(collections::list),
        "/v1/collections/{collection}" => get(collections::describe),
        ITEMS => get(items::items),
        ITEM => get(items::item),
        "/v1/collections/{collection}/schema" => get(collections::schema),
        "/v1/conformance" => get(collections::conformance),
        NEARBY => get(nearby::nearby),
        other => unreachable!("{other} is listed without a handler"),
    }
}

/// The public listener's front, and that of the one the public must not see.
pub fn fronts(site: &Site) -> (Front, Front) {
    let meters = Meters::new(PATHS.into_iter());
    let mut public = Router::new();
    for path in PATHS {
        public = public.route(path, handler(path));
    }
    let public = public
        .route("/v1/", get(|| async { moved("/v1") }))
        .fallback(|| async { Problem::new(&NOT_FOUND, "nothing is at this address") })
        .method_not_allowed_fallback(|| async {
            Problem::new(&METHOD_NOT_ALLOWED, "this address is only read")
        })
        .with_state(site.clone());
    let health = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(site.clone());
    let private = Router::new()
        .route("/metrics", get(metrics))
        .with_state((site.clone(), meters.clone()))
        .merge(health)
        .fallback(|| async { Problem::new(&NOT_FOUND, "nothing is at this address") });
    // Counted apart: what asks there is not the public.
    let uncounted = Meters::new(std::iter::empty());
    (Front::public(site.clone(), meters, public), Front::private(site.clone(), uncounted, private))
}

/// One of [`PATHS`], and what stands in an address for the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Matched<'a> {
    pub(super) template: &'static str,
    pub(super) parts: [&'a str; 2],
}

/// The path that `address` is an address of.
pub(super) fn matched(address: &str) -> Option<Matched<'_>> {
    const DEEPEST: usize = 6;
    static TEMPLATES: LazyLock<[(&str, Vec<&str>); PATHS.len()]> =
        LazyLock::new(|| PATHS.map(|template| (template, template.split('/').collect())));
    let mut segments = [""; DEEPEST];
    let mut given = 0;
    for segment in address.split('/') {
        *segments.get_mut(given)? = segment;
        given += 1;
    }
    TEMPLATES.iter().filter(|(_, wanted)| wanted.len() == given).find_map(|(template, wanted)| {
        let mut parts = [""; 2];
        let mut named = 0;
        for (wanted, given) in wanted.iter().zip(segments) {
            if wanted.starts_with('{') && !given.is_empty() {
                parts[named] = given;
                named += 1;
            } else if *wanted != given {
                return None;
            }
        }
        Some(Matched { template, parts })
    })
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
    surround(site, RequestId::fresh(), response.headers_mut());
    response
}

fn moved(to: &'static str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, HeaderValue::from_static(to))]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_matched_with_the_path_it_is_of() {
        for (address, template, parts) in [
            ("/", Some("/"), ["", ""]),
            ("/v1/nearby", Some(NEARBY), ["", ""]),
            ("/v1/collections", Some("/v1/collections"), ["", ""]),
            ("/v1/collections/toilets/items", Some(ITEMS), ["toilets", ""]),
            ("/v1/collections/toilets/items/wc-pier-gap", Some(ITEM), ["toilets", "wc-pier-gap"]),
            ("/v1/collections/toilets/items/", None, ["", ""]),
            ("/v1/collections//items", None, ["", ""]),
            ("/v1/collections/toilets/items/a/b", None, ["", ""]),
            ("/v1/nearby/", None, ["", ""]),
            ("//v1/nearby", None, ["", ""]),
            ("", None, ["", ""]),
        ] {
            assert_eq!(matched(address), template.map(|template| Matched { template, parts }), "{address}");
        }
    }
}
