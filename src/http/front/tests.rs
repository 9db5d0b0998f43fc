//! The gate, with operations of the tests' own: slow ones, and ones that take bodies.
mod auth;
mod wire;

use super::*;
use crate::access::{Reach, Role, Row};
use crate::app::{self, App, Seed};
use crate::clock::Clock;
use crate::formats::area;
use crate::http::auth::Admitted;
use crate::http::body::{Given, Takes};
use crate::http::client::ClientAddr;
use crate::http::flight::InFlight;
use crate::http::routes::{Operation, operation};
use crate::http::server::PeerAddr;
use crate::store::{Access, Location, Store};
use axum::Extension;
use futures_util::StreamExt;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const NEAR: &str = "/v1/nearby?near=Sandhaven";

/// A listener in one process.
struct Listener {
    app: App,
    front: Front,
    pressure: Pressure,
    _folder: TempDir,
}

impl Listener {
    async fn start(limits: RequestLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location: Location =
            format!("sqlite://{}", folder.path().join("test.db").display()).parse().unwrap();
        let store = Store::open(&location, Access::Create).await.unwrap();
        store.migrate().await.unwrap();
        let mut files = area::Files::new();
        for name in ["area.toml", "boundary.geojson", "holidays.csv", "postcodes.csv", "towns.csv"] {
            let path = format!("{}/tests/area/sandhaven/{name}", env!("CARGO_MANIFEST_DIR"));
            files.insert(name.to_owned(), std::fs::read(path).unwrap());
        }
        let seed = Seed::Named(Box::new(area::read(files).0.unwrap()));
        let clock = Clock::fixed("2026-07-18T12:00:00Z".parse().unwrap());
        let (app, _fatal) = app::start(store, clock, seed).await.unwrap();
        let site = Site::new(app.clone(), "https://api.example");
        let pressure = Pressure::default();
        let front =
            Front::of(&site, Routes::of(table(), TEST_POLICY, &site), Gate::new(limits, pressure.clone()));
        Self { app, front, pressure, _folder: folder }
    }

    /// The answer to a request from `peer` with these header lines.
    async fn ask(
        &self,
        method: Method,
        target: &str,
        peer: &str,
        lines: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(PeerAddr(format!("{peer}:4711").parse().unwrap()));
        let (head, body) = self.front.clone().answer(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(body.into()).unwrap(),
        }
    }

    async fn get(&self, target: &str, peer: &str) -> Answer {
        self.ask(Method::GET, target, peer, &[], Body::empty()).await
    }

    async fn post(&self, target: &str, body: impl Into<Body>) -> Answer {
        let json = [("content-type", "application/json")];
        self.ask(Method::POST, target, "203.0.113.1", &json, body.into()).await
    }

    /// A GET that is on its way for as long as the test wants.
    fn held(&self, target: &'static str) -> JoinHandle<Response> {
        tokio::spawn(self.front.clone().answer(Request::get(target).body(Body::empty()).unwrap()))
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    /// The status, and the kind of problem if it is one.
    fn kind(&self) -> (u16, Option<&str>) {
        let slug = self.text.split_once("/problems/").map(|(_, rest)| rest.split('"').next().unwrap());
        (self.status, slug)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

const fn row(method: &'static str, path: &'static str, who: Who) -> Row {
    Row { method, path, who }
}

const AUDITOR: Who = Who::Roles(&[(Role::Auditor, Reach::Everything)]);

static TEST_POLICY: &[Row] = &[
    row("GET", NEARBY, Who::Everybody),
    row("GET", "/whom", Who::Everybody),
    row("GET", "/forever", Who::Everybody),
    row("GET", "/staff/forever", Who::Everybody),
    row("GET", "/patrol", Who::Everybody),
    row("GET", "/health", Who::Everybody),
    row("POST", "/echo", Who::Everybody),
    row("POST", "/forever", Who::Everybody),
    row("POST", "/confused", Who::Everybody),
    row("GET", "/mixed", Who::Everybody),
    row("PUT", "/mixed", AUDITOR),
    row("GET", "/private/{id}", AUDITOR),
    row("POST", "/private/{id}", AUDITOR),
    row("GET", "/kept", AUDITOR),
    row("GET", "/any", Who::AnyActor),
];

fn table() -> Vec<Operation> {
    let echo = |Given(body): Given| async move { body };
    let whom = |Extension(ClientAddr(address)): Extension<ClientAddr>| async move { address.to_string() };
    let who = |Admitted { permit, caller }: Admitted| async move {
        assert_eq!(permit.actor(), caller.actor.id());
        caller.actor.name().unwrap_or_default().to_owned()
    };
    let kept = |_: Admitted| async move { ([("cache-control", "private, max-age=5")], "") };
    let forever = || async { sleep(Duration::from_hours(1)).await };
    let get = |path, class, handler| operation(Method::GET, path, class, Takes::Nothing, handler);
    vec![
        operation(Method::GET, NEARBY, Class::Public, Takes::Nothing, nearby::nearby),
        operation(Method::GET, "/whom", Class::Public, Takes::Nothing, whom),
        get("/forever", Class::Public, forever),
        get("/staff/forever", Class::Staff, forever),
        operation(Method::GET, "/patrol", Class::Patrol, Takes::Nothing, whom),
        operation(Method::GET, "/health", Class::Health, Takes::Nothing, whom),
        operation(Method::POST, "/echo", Class::Staff, Takes::Document, echo),
        operation(Method::POST, "/forever", Class::Patrol, Takes::Nothing, forever),
        operation(Method::POST, "/confused", Class::Staff, Takes::Nothing, echo),
        operation(Method::GET, "/mixed", Class::Public, Takes::Nothing, whom),
        operation(Method::PUT, "/mixed", Class::Staff, Takes::Document, who),
        operation(Method::GET, "/private/{id}", Class::Staff, Takes::Nothing, who),
        operation(Method::POST, "/private/{id}", Class::Staff, Takes::Nothing, who),
        operation(Method::GET, "/kept", Class::Staff, Takes::Nothing, kept),
        operation(Method::GET, "/any", Class::Patrol, Takes::Nothing, who),
    ]
}

#[tokio::test]
async fn an_address_may_read_as_often_as_it_likes_until_there_is_pressure() {
    let limits = RequestLimits {
        reads_per_address: "1/3".parse().unwrap(),
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..RequestLimits::default()
    };
    let listener = Listener::start(limits).await;
    for _ in 0..50 {
        assert_eq!(listener.get(NEAR, "203.0.113.1").await.status, 200);
    }
    listener.pressure.set(true);
    // Those that are answered at once, and those that are not, are counted together.
    for target in [NEAR, "/whom", "/v1/nearby?near=Atlantis"] {
        assert_ne!(listener.get(target, "203.0.113.1").await.status, 429);
    }
    for target in [NEAR, "/whom"] {
        let refused = listener.get(target, "203.0.113.1").await;
        assert_eq!(refused.kind(), (429, Some("too-many-requests")));
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
    for target in ["/patrol", "/health"] {
        for _ in 0..10 {
            assert_eq!(
                listener.get(target, "203.0.113.1").await.status,
                200,
                "{target} is never limited by address"
            );
        }
    }
    assert_eq!(listener.get(NEAR, "203.0.113.2").await.status, 200, "others have their own");
    // A /64 is one client of IPv6.
    let six = |n: u16| format!("[2001:db8:0:1::{n:x}]");
    for n in 0..3 {
        assert_eq!(listener.get(NEAR, &six(n)).await.status, 200);
    }
    assert_eq!(listener.get(NEAR, &six(3)).await.status, 429);
    assert_eq!(listener.get(NEAR, "[2001:db8:0:2::1]").await.status, 200);
    // Behind a trusted proxy it is the client that counts, and a proxy that does not say whom it asks for is not one.
    for (said, want) in [("198.51.100.1", [200, 200, 200, 429]), ("198.51.100.2", [200, 200, 200, 429])] {
        for want in want {
            let lines = [("x-forwarded-for", said)];
            let answer = listener.ask(Method::GET, NEAR, "10.0.0.1", &lines, Body::empty()).await;
            assert_eq!(answer.status, want, "{said}");
        }
    }
    for _ in 0..10 {
        assert_eq!(listener.get(NEAR, "10.0.0.1").await.status, 200);
    }
    listener.pressure.set(false);
    assert_eq!(listener.get(NEAR, "203.0.113.1").await.status, 200);
}

#[tokio::test]
async fn an_operation_is_told_where_the_request_comes_from() {
    let limits =
        RequestLimits { trusted_proxies: vec!["10.0.0.1".parse().unwrap()], ..RequestLimits::default() };
    let listener = Listener::start(limits).await;
    let lines = [("x-forwarded-for", "192.0.2.66, 198.51.100.1")];
    for (peer, want) in [("10.0.0.1", "198.51.100.1"), ("10.0.0.2", "10.0.0.2")] {
        assert_eq!(listener.ask(Method::GET, "/whom", peer, &lines, Body::empty()).await.text, want);
    }
}

#[tokio::test]
async fn a_class_that_is_full_is_refused_and_takes_nobody_elses_room() {
    let in_flight = InFlight { public: 2, patrol: 1, staff: 1, batch: 1, count: 1, forms: 1 };
    let listener = Listener::start(RequestLimits { in_flight, ..RequestLimits::default() }).await;
    let held = [listener.held("/forever"), listener.held("/forever"), listener.held("/staff/forever")];
    sleep(Duration::from_millis(100)).await;
    let mut waits = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let refused = listener.get("/whom", "203.0.113.1").await;
        assert_eq!(refused.kind(), (503, Some("unavailable")));
        waits.insert(refused.header("retry-after").unwrap().parse::<u64>().unwrap());
    }
    assert!(waits.iter().all(|wait| (2..=10).contains(wait)) && 3 < waits.len(), "jittered: {waits:?}");
    assert_eq!(listener.post("/echo", "{}").await.kind(), (503, Some("unavailable")));
    assert_eq!(listener.get("/patrol", "203.0.113.1").await.status, 200, "nobody takes the patrols' room");
    assert_eq!(listener.get("/health", "203.0.113.1").await.status, 200, "a full server is not a dead one");
    assert_eq!(listener.get(NEAR, "203.0.113.1").await.status, 200, "what is answered at once takes no room");
    for held in held {
        held.abort();
        assert!(held.await.unwrap_err().is_cancelled());
    }
    assert_eq!(listener.get("/whom", "203.0.113.1").await.status, 200, "who hangs up gives the room back");
    assert_eq!(listener.post("/echo", "{}").await.status, 200);
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_given_up() {
    let listener = Listener::start(RequestLimits::default()).await;
    tokio::time::pause();
    for (method, after, kind) in [
        (Method::GET, 2, "unavailable"),
        (Method::HEAD, 2, "unavailable"),
        (Method::POST, 10, "outcome-unknown"),
    ] {
        let start = Instant::now();
        let answer = listener.ask(method.clone(), "/forever", "203.0.113.1", &[], Body::empty()).await;
        assert_eq!(answer.status, 503, "{method}");
        assert_eq!(start.elapsed().as_secs(), after, "{method}");
        if method != Method::HEAD {
            assert_eq!(answer.kind(), (503, Some(kind)));
        }
        assert!(answer.header("retry-after").is_some());
    }
}

#[tokio::test]
async fn a_body_is_read_and_checked_before_its_operation_is_asked() {
    let listener = Listener::start(RequestLimits::default()).await;
    let answer = listener.post("/echo", r#"{"a": ["é"]}"#).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"a": ["é"]}"#));
    assert_eq!(answer.header("connection"), None);
    for (body, want) in [
        ("", "invalid-json"),
        ("{", "invalid-json"),
        ("\u{feff}{}", "invalid-json"),
        (&*"[".repeat(33), "invalid-json"),
        (&format!("{{\"a\":\"{}\"}}", "x".repeat(5_000)), "invalid-json"),
    ] {
        let answer = listener.post("/echo", body.to_owned()).await;
        assert_eq!(answer.kind(), (400, Some(want)), "{body:.40}");
        assert_eq!(answer.header("connection"), None, "all of it was read");
    }
    let large = listener.post("/echo", "x".repeat(32 * 1024 + 1)).await;
    assert_eq!(large.kind(), (413, Some("body-too-large")));
    assert_eq!(large.header("connection"), Some("close"));
    let unasked = listener.post("/confused", "{}").await;
    assert_eq!(unasked.kind(), (413, Some("body-too-large")), "an operation without a body takes none");
    let plain = listener.ask(Method::POST, "/echo", "203.0.113.1", &[], Body::from("{}")).await;
    assert_eq!(plain.kind(), (415, Some("unsupported-media-type")));
    assert_eq!(plain.header("accept-post"), Some("application/json"));
    // An operation that wants a body though its row says that it takes none is our own mistake, and is seen.
    assert_eq!(listener.post("/confused", Body::empty()).await.kind(), (500, Some("internal")));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let listener = Listener::start(RequestLimits::default()).await;
    tokio::time::pause();
    let pieces = futures_util::stream::repeat(()).then(|()| async {
        sleep(Duration::from_secs(4)).await;
        Ok::<_, std::convert::Infallible>(Bytes::from_static(b" "))
    });
    let start = Instant::now();
    let answer = listener.post("/echo", Body::from_stream(pieces)).await;
    assert_eq!(answer.kind(), (408, Some("request-timeout")));
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(start.elapsed().as_secs(), 15);
}

#[tokio::test]
async fn who_sends_a_body_without_a_token_takes_the_room_of_an_answer_from_the_start() {
    let in_flight = InFlight { public: 2, patrol: 1, staff: 1, batch: 1, count: 1, forms: 1 };
    let listener = Listener::start(RequestLimits { in_flight, ..RequestLimits::default() }).await;
    let slow = || {
        let never = futures_util::stream::pending::<Result<Bytes, std::convert::Infallible>>();
        let request = Request::post("/echo").header("content-type", "application/json");
        tokio::spawn(listener.front.clone().answer(request.body(Body::from_stream(never)).unwrap()))
    };
    let first = slow();
    sleep(Duration::from_millis(50)).await;
    let second = slow().await.unwrap();
    assert_eq!(second.status(), 503, "its body is not waited for");
    assert_eq!(listener.post("/echo", "{}").await.kind(), (503, Some("unavailable")));
    assert_eq!(listener.get("/patrol", "203.0.113.1").await.status, 200, "nobody takes the patrols' room");
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(listener.post("/echo", "{}").await.status, 200);
}

#[tokio::test]
async fn an_address_sends_sixteen_bodies_at_once_without_a_token_and_no_more() {
    let listener = Listener::start(RequestLimits::default()).await;
    let peer = |address: &str| PeerAddr(format!("{address}:4242").parse().unwrap());
    let sent = |address: &str, body: Body| {
        let request = Request::post("/echo").header("content-type", "application/json");
        listener.front.clone().answer(request.extension(peer(address)).body(body).unwrap())
    };
    let never =
        || Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::convert::Infallible>>());
    let slow: Vec<_> = (0..16).map(|_| tokio::spawn(sent("203.0.113.1", never()))).collect();
    sleep(Duration::from_millis(50)).await;
    let refused = sent("203.0.113.1", Body::from("{}")).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"1".parse().unwrap()));
    assert_eq!(sent("203.0.113.2", Body::from("{}")).await.status(), 200);
    for one in slow {
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
    }
    assert_eq!(sent("203.0.113.1", Body::from("{}")).await.status(), 200);
}

#[tokio::test]
async fn the_body_of_a_read_means_nothing_and_ends_the_connection() {
    let listener = Listener::start(RequestLimits::default()).await;
    for (target, status) in [(NEAR, 200), ("/whom", 200), ("/nowhere", 404), ("/echo", 405)] {
        let answer = listener.ask(Method::GET, target, "203.0.113.1", &[], Body::from("{}")).await;
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")), "{target}");
        let answer = listener.get(target, "203.0.113.1").await;
        assert_eq!((answer.status, answer.header("connection")), (status, None), "{target}");
    }
}
