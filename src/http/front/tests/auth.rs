//! Who is let through to what, and what the answers say to browsers and caches.
use super::*;
use crate::access::{Beaches, By, Personal, Profile, TokenKind, TokenText};
use crate::app::new_token;
use crate::command::{AccessCommand, Command};
use crate::ids::ActorId;
use std::collections::BTreeSet;

impl Listener {
    /// A token of a new actor with that name and role.
    async fn token(&self, name: &str, role: Role) -> String {
        let profile = Profile {
            name: Some(Personal::new(name)),
            email: None,
            organisation: None,
            roles: BTreeSet::from([role]),
            beaches: Beaches::none(),
            reports_as: None,
        };
        let (token, secret) = new_token(None);
        let text = TokenText::new(TokenKind::Staff, token.id, &secret).reveal().to_owned();
        let command = AccessCommand::CreateActorWithToken { id: ActorId::fresh(), profile, token };
        self.app.execute(Command::Access(command), By::Operator, RequestId::fresh()).await.unwrap();
        text
    }

    /// The answer to who shows `token`.
    async fn show(&self, method: Method, target: &str, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let lines = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if method == Method::PUT { Body::from("{}") } else { Body::empty() };
        self.ask(method, target, "203.0.113.1", &lines, body).await
    }
}

#[tokio::test]
async fn only_a_bearer_with_a_role_of_the_row_is_let_through() {
    let listener = Listener::start(RequestLimits::default()).await;
    let (auditor, moderator) =
        (listener.token("Ada", Role::Auditor).await, listener.token("Mo", Role::Moderator).await);
    for (method, target) in [
        (Method::GET, "/private/7"),
        (Method::HEAD, "/private/7"),
        (Method::POST, "/private/7"),
        (Method::PUT, "/mixed"),
    ] {
        let context = format!("{method} {target}");
        let answer = listener.show(method.clone(), target, &auditor).await;
        let name = if method == Method::HEAD { "" } else { "Ada" };
        assert_eq!((answer.status, answer.text.as_str()), (200, name), "{context}");
        let answer = listener.show(method.clone(), target, &moderator).await;
        assert_eq!(answer.status, 403, "{context}");
        if method != Method::HEAD {
            assert_eq!(answer.kind(), (403, Some("forbidden")), "{context}");
        }
        assert_eq!(
            listener.ask(method, target, "203.0.113.1", &[], Body::empty()).await.status,
            401,
            "{context}"
        );
    }
    for token in [&auditor, &moderator] {
        assert_eq!(listener.show(Method::GET, "/any", token).await.status, 200, "any actor may");
    }
    assert_eq!(listener.get("/any", "203.0.113.1").await.status, 401, "and nobody else");
    // What everybody may read asks nobody.
    for token in [auditor.as_str(), &moderator, "prm_staff_junk", ""] {
        for target in [NEAR, "/whom", "/mixed"] {
            assert_eq!(listener.show(Method::GET, target, token).await.status, 200, "{target} {token}");
        }
    }
}

#[tokio::test]
async fn nothing_says_why_a_token_is_not_accepted() {
    let listener = Listener::start(RequestLimits::default()).await;
    let sound = listener.token("Ada", Role::Auditor).await;
    let revoked = listener.token("Ida", Role::Auditor).await;
    let (_, id, _) = TokenText::read(&revoked).unwrap();
    let command = Command::Access(AccessCommand::RevokeToken(id));
    listener.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
    let (unknown, secret) = new_token(None);
    let unknown = TokenText::new(TokenKind::Staff, unknown.id, &secret).reveal().to_owned();
    let (_, id, _) = TokenText::read(&sound).unwrap();
    let guessed = TokenText::new(TokenKind::Staff, id, &secret).reveal().to_owned();
    let bearer = |token: &str| format!("Bearer {token}");
    let mut bodies = BTreeSet::new();
    for (name, line) in [
        ("authorization", bearer(&revoked)),
        ("authorization", bearer(&unknown)),
        ("authorization", bearer(&guessed)),
        ("authorization", bearer(&sound[..sound.len() - 1])),
        ("authorization", bearer(&sound.to_uppercase())),
        ("authorization", bearer("")),
        ("authorization", sound.clone()),
        ("authorization", format!("Basic {sound}")),
        ("cookie", format!("token={sound}")),
        ("x-authorization", bearer(&sound)),
        ("proxy-authorization", bearer(&sound)),
    ] {
        let answer =
            listener.ask(Method::GET, "/private/7", "203.0.113.1", &[(name, &line)], Body::empty()).await;
        assert_eq!(answer.kind(), (401, Some("unauthenticated")), "{name}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{name}");
        bodies.insert(answer.text);
    }
    let target = format!("/private/7?access_token={sound}");
    bodies.insert(listener.get(&target, "203.0.113.1").await.text);
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(listener.show(Method::GET, "/private/7", &sound).await.status, 200);
}

#[tokio::test]
async fn what_is_not_everybodys_to_read_is_not_for_caches_nor_for_other_origins() {
    let listener = Listener::start(RequestLimits::default()).await;
    let (auditor, moderator) =
        (listener.token("Ada", Role::Auditor).await, listener.token("Mo", Role::Moderator).await);
    let cors = |answer: &Answer| {
        let names = answer.headers.keys().map(HeaderName::as_str);
        names.filter(|name| name.starts_with("access-control-")).count()
    };
    for origin in ["https://evil.example", "null", "https://api.example.evil.example", "https://api.example"]
    {
        for token in [auditor.as_str(), &moderator, "junk"] {
            for (method, target) in [
                (Method::GET, "/private/7"),
                (Method::HEAD, "/private/7"),
                (Method::PUT, "/mixed"),
                (Method::POST, "/echo"),
                (Method::GET, "/kept"),
                (Method::DELETE, "/private/7"),
            ] {
                let bearer = format!("Bearer {token}");
                let lines = [
                    ("authorization", bearer.as_str()),
                    ("origin", origin),
                    ("content-type", "application/json"),
                ];
                let answer =
                    listener.ask(method.clone(), target, "203.0.113.1", &lines, Body::from("{}")).await;
                assert_eq!(cors(&answer), 0, "{method} {target}: {:?}", answer.headers);
                let kept =
                    if (target, answer.status) == ("/kept", 200) { "private, max-age=5" } else { "no-store" };
                assert_eq!(answer.header("cache-control"), Some(kept), "{method} {target}");
            }
            let answer = listener.show(Method::GET, "/mixed", token).await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                Some("*"),
                "what everybody may read stays so"
            );
        }
        for (target, method, want) in [
            ("/private/7", "GET", None),
            ("/private/7", "POST", None),
            ("/echo", "POST", None),
            ("/mixed", "PUT", Some("GET, HEAD")),
            ("/mixed", "GET", Some("GET, HEAD")),
            (NEAR, "GET", Some("GET, HEAD")),
        ] {
            let lines = [
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", "authorization, content-type, if-match"),
            ];
            let answer = listener.ask(Method::OPTIONS, target, "203.0.113.1", &lines, Body::empty()).await;
            assert_eq!(answer.status, 204, "{target}");
            assert_eq!(answer.header("access-control-allow-methods"), want, "{target} {method}");
            assert_eq!(answer.header("access-control-allow-origin"), want.map(|_| "*"), "{target} {method}");
            assert_eq!(
                answer.header("access-control-allow-headers"),
                want.map(|_| "if-none-match"),
                "{target}"
            );
            assert_eq!(answer.header("access-control-allow-credentials"), None, "{target}");
        }
    }
}

#[tokio::test]
async fn a_token_writes_so_often_and_others_are_not_held_up() {
    let limits = RequestLimits { writes_per_token: "1/3".parse().unwrap(), ..RequestLimits::default() };
    let listener = Listener::start(limits).await;
    let (one, other) =
        (listener.token("Ada", Role::Auditor).await, listener.token("Ida", Role::Auditor).await);
    for _ in 0..3 {
        assert_eq!(listener.show(Method::POST, "/private/7", &one).await.status, 200);
    }
    let refused = listener.show(Method::PUT, "/mixed", &one).await;
    assert_eq!(refused.kind(), (429, Some("too-many-requests")));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("access-control-allow-origin"), None);
    for _ in 0..9 {
        assert_eq!(listener.show(Method::GET, "/private/7", &one).await.status, 200, "reads are not counted");
    }
    assert_eq!(listener.show(Method::POST, "/private/7", &other).await.status, 200);
}

#[tokio::test]
async fn a_method_is_what_the_request_line_says() {
    let listener = Listener::start(RequestLimits::default()).await;
    let token = format!("Bearer {}", listener.token("Mo", Role::Moderator).await);
    for name in
        ["x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"]
    {
        for value in ["PUT", "GET", "/private/7"] {
            let lines =
                [(name, value), ("authorization", token.as_str()), ("content-type", "application/json")];
            let got = listener.ask(Method::GET, "/mixed", "203.0.113.1", &lines, Body::empty()).await;
            assert_eq!((got.status, got.text.as_str()), (200, "203.0.113.1"), "{name} {value}");
            let put = listener.ask(Method::PUT, "/mixed", "203.0.113.1", &lines, Body::from("{}")).await;
            assert_eq!(put.status, 403, "{name} {value}");
        }
    }
}

#[tokio::test]
async fn an_address_that_is_spelt_otherwise_leads_nowhere_private() {
    let listener = Listener::start(RequestLimits::default()).await;
    for target in [
        "/private/7/",
        "//private/7",
        "/private//7",
        "/private/",
        "/private",
        "/%70rivate/7",
        "/private%2f7",
        "/private/7/..",
        "/./private/7",
        "/Private/7",
        "/private/7;a=b/",
        "/mixed/../private/7",
    ] {
        assert_eq!(listener.get(target, "203.0.113.1").await.status, 404, "{target}");
    }
    for target in
        ["/private/%37", "/private/7?x", "/private/7%2f..", "/private/..", "/private/%00", "/private/7;a=b"]
    {
        assert_eq!(listener.get(target, "203.0.113.1").await.status, 401, "{target}");
    }
    // Were the router to take an address for a private one that the front did not, nobody would come through.
    let request = Request::get("/private/7").body(Body::empty()).unwrap();
    let response = listener.front.0.routed(request).await;
    assert_eq!(response.status(), 404);
}

#[tokio::test]
#[should_panic(expected = "POST /echo has no row in the policy table")]
async fn an_operation_about_which_nobody_decided_is_not_served() {
    static WITHOUT: &[Row] = &[row("GET", "/echo", Who::Everybody)];
    let listener = Listener::start(RequestLimits::default()).await;
    let echo = operation(Method::POST, "/echo", Class::Staff, Takes::Document, || async { "" });
    Routes::of(vec![echo], WITHOUT, &listener.front.0.site);
}

#[tokio::test]
#[should_panic(expected = "GET /v1/nearby is answered without asking who reads")]
async fn a_read_that_asks_nobody_must_be_everybodys() {
    static WRONG: &[Row] = &[row("GET", NEARBY, AUDITOR)];
    let listener = Listener::start(RequestLimits::default()).await;
    let nearby = operation(Method::GET, NEARBY, Class::Public, Takes::Nothing, nearby::nearby);
    Routes::of(vec![nearby], WRONG, &listener.front.0.site);
}

#[tokio::test]
async fn under_pressure_reads_with_a_token_are_limited_by_address_but_not_those_of_patrols() {
    let limits = RequestLimits { reads_per_address: "1/3".parse().unwrap(), ..RequestLimits::default() };
    let listener = Listener::start(limits).await;
    let auditor = listener.token("Ada", Role::Auditor).await;
    for _ in 0..9 {
        assert_eq!(listener.show(Method::GET, "/private/7", &auditor).await.status, 200);
    }
    listener.pressure.set(true);
    for want in [200, 200, 200, 429] {
        assert_eq!(listener.show(Method::GET, "/private/7", &auditor).await.status, want);
    }
    assert_eq!(listener.show(Method::GET, "/private/7", "junk").await.status, 429);
    assert_eq!(listener.show(Method::GET, "/any", "junk").await.status, 429, "no patrol asks so");
    for _ in 0..9 {
        assert_eq!(listener.show(Method::GET, "/any", &auditor).await.status, 200);
    }
    assert_eq!(
        listener.show(Method::POST, "/private/7", &auditor).await.status,
        200,
        "writes are counted apart"
    );
}
