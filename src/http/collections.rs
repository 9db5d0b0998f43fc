//! The landing page of the API, what it conforms to, and what collections there are.
use super::Site;
use super::answer::{Answer, Link};
use super::items::{collection, plain_format};
use super::json::{GEOJSON, JSON, LinkBody, OPENAPI, SCHEMA, YAML, document};
use super::path::PathParts;
use super::problem::Problem;
use super::query::Query;
use crate::features::schema::about;
use crate::formats::schema;
use crate::snapshot::{CollectionView, Snapshot};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;

const CONFORMS_TO: [&str; 5] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
];
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

#[derive(Serialize)]
struct LandingBody<'a> {
    title: String,
    description: String,
    epoch: String,
    revision: i64,
    links: Vec<LinkBody<'a>>,
}

#[derive(Serialize)]
struct ConformanceBody {
    #[serde(rename = "conformsTo")]
    conforms_to: &'static [&'static str],
}

#[derive(Serialize)]
struct CollectionsBody<'a> {
    collections: Vec<CollectionBody<'a>>,
    links: Vec<LinkBody<'a>>,
}

#[derive(Serialize)]
struct CollectionBody<'a> {
    id: &'static str,
    title: &'static str,
    description: &'static str,
    #[serde(rename = "itemType")]
    item_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extent: Option<ExtentBody>,
    crs: [&'static str; 1],
    links: Vec<LinkBody<'a>>,
}

#[derive(Serialize)]
struct ExtentBody {
    spatial: SpatialBody,
}

#[derive(Serialize)]
struct SpatialBody {
    bbox: [[f64; 4]; 1],
    crs: &'static str,
}

pub(super) async fn landing(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    plain_format(&Query::read(raw.as_deref(), &["f"])?)?;
    let snapshot = site.app().snapshot();
    let at = |path: &str| site.url(path);
    let links = [
        ("self", JSON, at("/v1"), "This document"),
        ("service-desc", OPENAPI, at("/openapi.json"), "The contract"),
        ("alternate", YAML, at("/openapi.yaml"), "The contract, as written"),
        ("conformance", JSON, at("/v1/conformance"), "What the API conforms to"),
        ("data", JSON, at("/v1/collections"), "The collections"),
    ];
    let body = LandingBody {
        title: format!("{}: leisure and tourism", snapshot.area.facts.name),
        description: format!(
            "What is near, and whether it is open: the open data of {} for visitors.",
            snapshot.area.facts.name
        ),
        epoch: snapshot.epoch.to_string(),
        revision: snapshot.revision.0,
        links: bodies(&links, &snapshot),
    };
    Ok(Answer::fixed(JSON, document(&body)).respond(&headers, site.app().clock().now()))
}

pub(super) async fn conformance(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    plain_format(&Query::read(raw.as_deref(), &["f"])?)?;
    let body = ConformanceBody { conforms_to: &CONFORMS_TO };
    Ok(Answer::fixed(JSON, document(&body)).respond(&headers, site.app().clock().now()))
}

pub(super) async fn list(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    plain_format(&Query::read(raw.as_deref(), &["f"])?)?;
    let snapshot = site.app().snapshot();
    let links: Vec<_> = snapshot.collections().map(|view| links_of(&site, view)).collect();
    let own = [("self", JSON, site.url("/v1/collections"), "This document")];
    let body = CollectionsBody {
        collections: snapshot
            .collections()
            .zip(&links)
            .map(|(view, links)| one(view, links, &snapshot))
            .collect(),
        links: bodies(&own, &snapshot),
    };
    Ok(Answer::fixed(JSON, document(&body)).respond(&headers, site.app().clock().now()))
}

pub(super) async fn describe(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection(path.get("collection"))?;
    plain_format(&Query::read(raw.as_deref(), &["f"])?)?;
    let snapshot = site.app().snapshot();
    let view = snapshot.collection(collection);
    let links = links_of(&site, view);
    let body = one(view, &links, &snapshot);
    Ok(Answer::fixed(JSON, document(&body)).respond(&headers, site.app().clock().now()))
}

pub(super) async fn schema(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection(path.get("collection"))?;
    plain_format(&Query::read(raw.as_deref(), &["f"])?)?;
    let body = schema::schema(collection, &site.url(&format!("/v1/collections/{collection}/schema")));
    Ok(Answer::fixed(SCHEMA, body).respond(&headers, site.app().clock().now()))
}

/// Relation, media type, address and title.
type OwnedLink = (&'static str, &'static str, String, &'static str);

fn links_of(site: &Site, view: &CollectionView) -> [OwnedLink; 3] {
    let own = site.url(&format!("/v1/collections/{}", view.collection()));
    [
        ("items", GEOJSON, format!("{own}/items"), "Its items"),
        ("describedby", SCHEMA, format!("{own}/schema"), "Its fields"),
        ("self", JSON, own, "This collection"),
    ]
}

fn one<'a>(view: &CollectionView, links: &'a [OwnedLink], snapshot: &'a Snapshot) -> CollectionBody<'a> {
    let about = about(view.collection());
    CollectionBody {
        id: view.collection().name(),
        title: about.title,
        description: about.description,
        item_type: "feature",
        extent: view.extent().map(|bbox| ExtentBody { spatial: SpatialBody { bbox: [bbox], crs: CRS84 } }),
        crs: [CRS84],
        links: bodies(links, snapshot),
    }
}

fn bodies<'a>(links: &'a [OwnedLink], snapshot: &'a Snapshot) -> Vec<LinkBody<'a>> {
    let licence =
        Link { rel: "license", media: "text/html", href: &snapshot.area.facts.licence_url, title: "Licence" };
    let own = links.iter().map(|(rel, media, href, title)| Link { rel, media, href, title });
    own.chain([licence]).map(LinkBody::from).collect()
}
