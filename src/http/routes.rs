//! Every address there is. A test holds this list against the contract.
use super::admin::{Meters, metrics};
use super::problem::{METHOD_NOT_ALLOWED, NOT_FOUND, Problem};
use super::{Site, collections, documents, health, items, nearby, pages};
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

/// The router of the public listener.
pub(super) fn public(site: &Site) -> Router {
    let mut router = Router::new();
    for path in PATHS {
        router = router.route(path, handler(path));
    }
    router
        .route("/v1/", get(|| async { moved("/v1") }))
        .fallback(|| async { Problem::new(&NOT_FOUND, "nothing is at this address") })
        .method_not_allowed_fallback(|| async {
            Problem::new(&METHOD_NOT_ALLOWED, "this address is only read")
        })
        .with_state(site.clone())
}

/// The router of the listener that the public must not see; `meters` are those it shows.
pub(super) fn private(site: &Site, meters: Meters) -> Router {
    let health = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(site.clone());
    Router::new()
        .route("/metrics", get(metrics))
        .with_state((site.clone(), meters))
        .merge(health)
        .fallback(|| async { Problem::new(&NOT_FOUND, "nothing is at this address") })
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
