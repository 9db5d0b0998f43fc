//! A client of a router. Whatever it is answered is held against the contract first.
use super::people::Person;
use super::{BASE, contract};
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use promenade::http::Front;
use serde_json::Value;

/// The client.
#[derive(Clone)]
pub struct Client(Front);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the listener that `front` answers for.
    pub fn new(front: Front) -> Self {
        Self(front)
    }

    /// GETs `target`.
    pub async fn get(&self, target: &str) -> Answer {
        self.send(Method::GET, target, &[]).await
    }

    /// GETs `target` with these headers.
    pub async fn ask(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, target, headers).await
    }

    /// GETs `target`, which must be answered with 200, as JSON.
    pub async fn json(&self, target: &str) -> Value {
        let answer = self.get(target).await;
        assert_eq!(answer.status, StatusCode::OK, "{target}: {}", answer.text());
        answer.json()
    }

    /// The features of every page from `target` on, and how many pages there were.
    pub async fn pages(&self, target: &str) -> (Vec<Value>, usize) {
        let (mut features, mut next, mut pages) = (Vec::new(), Some(target.to_owned()), 0);
        while let Some(target) = next {
            let mut page = self.json(&target).await;
            pages += 1;
            assert!(pages <= 10_000, "{target}: the pages do not end");
            next = link(&page, "next").map(|link| {
                assert_eq!(link["type"], "application/geo+json", "{target}");
                path_of(link["href"].as_str().unwrap()).to_owned()
            });
            let Value::Array(own) = page["features"].take() else { panic!("{target} has no features") };
            features.extend(own);
        }
        (features, pages)
    }

    /// Sends a request with these headers.
    pub async fn send(&self, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.put_in(method, target, headers, Body::empty()).await
    }

    /// POSTs this body with these headers, as nobody in particular.
    pub async fn post(&self, target: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        self.put_in(Method::POST, target, headers, body.into()).await
    }

    /// Sends a request with these headers and this body, as `person`.
    pub async fn write(
        &self,
        person: &Person,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let (name, value) = person.header();
        let headers: Vec<_> = headers.iter().copied().chain([(name, value.as_str())]).collect();
        self.put_in(method, target, &headers, body.into()).await
    }

    /// Sends a request with these headers and this body.
    pub async fn put_in(&self, method: Method, target: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.0.clone().answer(request.body(body).unwrap()).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = Answer { status: head.status, headers: head.headers, body };
        contract::hold(&method, target, &answer);
        answer
    }
}

/// The link of `document` with that relation.
pub fn link<'a>(document: &'a Value, rel: &str) -> Option<&'a Value> {
    document["links"].as_array().unwrap().iter().find(|link| link["rel"] == rel)
}

/// The path and query of an absolute address of the service.
pub fn path_of(href: &str) -> &str {
    href.strip_prefix(BASE).unwrap_or_else(|| panic!("{href} does not begin with {BASE}"))
}

/// The ids of features, in their order.
pub fn ids(features: &Value) -> Vec<&str> {
    features.as_array().unwrap().iter().map(|feature| feature["id"].as_str().unwrap()).collect()
}

impl Answer {
    /// The header `name`, which must be there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no header {name}: {:?}", self.headers));
        value.to_str().unwrap()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The kind of problem it is, and the parameter it names.
    pub fn problem(&self) -> (u16, String, Option<String>) {
        let document = self.json();
        let kind = document["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (self.status.as_u16(), kind, document["parameter"].as_str().map(ToOwned::to_owned))
    }
}
