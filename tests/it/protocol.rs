//! What HTTP asks of a server: methods, other origins, headers that protect; the documents at the root.
use crate::support::client::Answer;
use crate::support::database::Database;
use crate::support::{
    BASE, SANDHAVEN, Service, TENDRING, address, addresses, area_folder, at, public_paths, service_by,
    services,
};
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt;
use promenade::clock::Clock;
use promenade::http::{KINDS, operations};
use serde_json::Value;

const NOON: &str = "2026-07-18T12:00:00Z";
const ITEMS: &str = "/v1/collections/toilets/items";

#[tokio::test]
async fn options_lists_the_methods_and_others_are_refused_with_the_list() {
    for service in services(SANDHAVEN, NOON).await {
        for path in public_paths() {
            let target = address(path);
            let own = operations().into_iter().filter(|(_, known)| *known == path);
            let mut known: Vec<String> = own.map(|(method, _)| method.to_string()).collect();
            known.push("HEAD".to_owned());
            known.sort_unstable();
            let options = service.client.send(Method::OPTIONS, &target, &[]).await;
            assert_eq!(options.status, 204, "{target}");
            assert!(options.body.is_empty(), "{target}");
            assert_eq!(methods(&options), known, "{target}");
            for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"] {
                if known.iter().any(|known| known == method) {
                    continue;
                }
                let answer = service.client.send(method.parse().unwrap(), &target, &[]).await;
                let refused = (405, "method-not-allowed".to_owned(), None);
                assert_eq!(answer.problem(), refused, "{method} {target}");
                assert_eq!(methods(&answer), known, "{method} {target}");
                assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {target}");
            }
        }
        for method in [Method::GET, Method::POST, Method::DELETE] {
            for target in
                ["/nowhere", "/v1/near", "/v1/collections/", "/V1", "//v1", "/v1/nearby/", "/metrics"]
            {
                let answer = service.client.send(method.clone(), target, &[]).await;
                assert_eq!(answer.problem(), (404, "not-found".to_owned(), None), "{method} {target}");
            }
        }
    }
}

#[tokio::test]
async fn any_web_page_may_read_and_none_may_do_more() {
    const ORIGINS: [&str; 5] = [
        "https://app.example",
        "https://evil.example",
        "null",
        "file://",
        "https://a.example, https://b.example",
    ];
    for service in services(SANDHAVEN, NOON).await {
        for origin in ORIGINS {
            for target in [ITEMS, "/health/ready", "/nowhere", "/v1/nearby?lat=91&lon=0", "/openapi.json"] {
                let answer = service.client.ask(target, &[("origin", origin), ("cookie", "session=1")]).await;
                assert_eq!(answer.header("access-control-allow-origin"), "*", "{origin} {target}");
                assert!(
                    !answer.headers.contains_key("access-control-allow-credentials"),
                    "{origin} {target}"
                );
                let exposed = answer.header("access-control-expose-headers").to_lowercase();
                assert!(exposed.contains("etag") && exposed.contains("x-request-id"), "{exposed}");
            }
            for (method, wanted) in [("GET", "if-none-match"), ("DELETE", "x-evil"), ("PUT", "authorization")]
            {
                let asked = [
                    ("origin", origin),
                    ("access-control-request-method", method),
                    ("access-control-request-headers", wanted),
                ];
                let answer = service.client.send(Method::OPTIONS, ITEMS, &asked).await;
                assert_eq!(answer.status, 204);
                assert_eq!(answer.header("access-control-allow-origin"), "*");
                assert_eq!(
                    answer.header("access-control-allow-methods"),
                    "GET, HEAD",
                    "whatever is asked for"
                );
                assert_eq!(answer.header("access-control-allow-headers"), "if-none-match");
                assert_eq!(answer.header("access-control-max-age"), "86400");
                assert!(!answer.headers.contains_key("access-control-allow-credentials"));
            }
        }
    }
}

#[tokio::test]
async fn a_page_from_anywhere_may_count_an_offer_and_write_nothing_else() {
    for service in services(SANDHAVEN, NOON).await {
        for (target, open) in [
            ("/v1/promotions/cafe-teas/views", true),
            ("/v1/promotions/cafe-teas/clicks", true),
            ("/v1/promotions/cafe-teas/submit", false),
            ("/v1/applications", false),
            ("/v1/devices", false),
            ("/v1/crowd-reports", false),
        ] {
            let asked = [("origin", "https://app.example"), ("access-control-request-method", "POST")];
            let answer = service.client.send(Method::OPTIONS, target, &asked).await;
            let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(answer.status, 204, "{target}");
            assert_eq!(header("access-control-allow-origin"), open.then_some("*"), "{target}");
            assert_eq!(header("access-control-allow-methods"), open.then_some("POST"), "{target}");
            assert_eq!(header("access-control-allow-headers"), open.then_some("content-type"), "{target}");
        }
    }
}

#[tokio::test]
async fn the_api_without_its_slash_is_where_the_api_with_it_leads() {
    for service in services(SANDHAVEN, NOON).await {
        let answer = service.client.get("/v1/").await;
        assert_eq!(answer.status, 308);
        let location = answer.header("location");
        assert_eq!(location.strip_prefix(BASE).unwrap_or(location), "/v1");
    }
}

#[tokio::test]
async fn every_kind_of_problem_is_a_page_that_explains_it() {
    for service in services(SANDHAVEN, NOON).await {
        let index = service.client.get("/problems").await.text();
        for kind in KINDS {
            let path = format!("/problems/{}", kind.slug);
            let page = service.client.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            let text = page.text().replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
            for part in [kind.title, kind.explanation, kind.status.as_str()] {
                assert!(text.contains(part), "{path} lacks {part}");
            }
            assert!(index.contains(&path), "{path} is not listed");
        }
        for kind in ["unheard-of", "NOT-FOUND", "%3Cscript%3E", "."] {
            let answer = service.client.get(&format!("/problems/{kind}")).await;
            assert_eq!(answer.problem(), (404, "not-found".to_owned(), None), "{kind}");
        }
        let refused = service.client.get("/nowhere").await.json();
        assert_eq!(refused["type"], format!("{BASE}/problems/not-found"));
        assert_eq!(refused["status"], 404);
    }
}

#[tokio::test]
async fn every_link_of_the_pages_for_people_leads_somewhere() {
    for area in [SANDHAVEN, TENDRING] {
        for service in services(area, NOON).await {
            for page in ["/", "/problems", "/problems/not-found"] {
                let text = service.client.get(page).await.text();
                let mut followed = 0;
                for rest in text.split("href=\"").skip(1) {
                    let href = rest.split('"').next().unwrap().replace("&amp;", "&");
                    if !href.starts_with("https://") {
                        assert_eq!(service.client.get(&href).await.status, 200, "{page} links to {href}");
                        followed += 1;
                    }
                }
                assert!(1 < followed, "{page}");
            }
        }
    }
}

#[tokio::test]
async fn every_answer_keeps_a_browser_safe_and_has_an_id() {
    for service in services(SANDHAVEN, NOON).await {
        let mut seen = std::collections::HashSet::new();
        let also = ["/nowhere", "/v1/", "/v1/nearby?lat=NaN&lon=0", "/%3Cscript%3E"];
        for target in addresses().into_iter().chain(also.map(ToOwned::to_owned)) {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
                let answer = service.client.send(method.clone(), &target, &[("x-request-id", "mine")]).await;
                let context = format!("{method} {target}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff", "{context}");
                assert_eq!(answer.header("referrer-policy"), "no-referrer", "{context}");
                assert!(
                    answer.header("strict-transport-security").starts_with("max-age=31536000"),
                    "{context}"
                );
                let policy = answer.header("content-security-policy");
                assert!(
                    policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                    "{context}"
                );
                assert!(!policy.contains("unsafe"), "{context}");
                let id = answer.header("x-request-id");
                assert!(id.parse::<uuid::Uuid>().is_ok() && seen.insert(id.to_owned()), "{context}: {id}");
                assert!(!answer.headers.contains_key("promenade-degraded"), "{context}");
                assert!(!answer.headers.contains_key("promenade-rehearsal"), "{context}");
                assert!(!answer.headers.contains_key("server"), "{context}");
            }
        }
    }
}

#[tokio::test]
async fn the_contract_is_one_in_both_notations_and_the_one_in_this_repository() {
    for service in services(SANDHAVEN, NOON).await {
        let yaml = service.client.get("/openapi.yaml").await;
        assert_eq!(yaml.header("content-type"), "application/yaml");
        assert_eq!(yaml.text(), include_str!("../../openapi.yaml"));
        let json = service.client.get("/openapi.json").await;
        assert!(json.header("content-type").starts_with("application/vnd.oai.openapi+json"));
        let from_yaml: Value = serde_saphyr::from_str(&yaml.text()).unwrap();
        assert_eq!(json.json(), from_yaml);
    }
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_is_ready() {
    for service in services(TENDRING, NOON).await {
        assert_eq!(service.client.json("/health/live").await, serde_json::json!({"status": "live"}));
        let ready = service.client.json("/health/ready").await;
        assert_eq!((&ready["status"], &ready["rehearsal"]), (&"ready".into(), &false.into()));
        assert_eq!(ready["revision"], service.app.snapshot().revision.0);
        assert!(1 < service.app.snapshot().revision.0);
        assert_eq!(ready["epoch"], service.app.snapshot().epoch.to_string());
    }
}

#[tokio::test]
async fn figures_are_shown_behind_the_other_door_only() {
    for service in services(SANDHAVEN, NOON).await {
        for target in ["/metrics", "/v1/metrics", "/metrics/"] {
            assert_eq!(service.client.get(target).await.status, 404, "{target}");
        }
        let nowhere = sample(&figures(&service).await, "class=\"4xx\",path=\"none\"");
        for target in
            ["/v1/nearby?near=Sandhaven", "/v1/nearby?near=Gull+Cove", "/v1/nearby?lat=54.600001&lon=0"]
        {
            assert_eq!(service.client.get(target).await.status, 200);
        }
        service.client.get("/v1/nearby?near=Atlantis").await;
        service.client.get("/wp-login.php").await;
        let figures = figures(&service).await;
        assert_eq!(sample(&figures, "class=\"2xx\",path=\"/v1/nearby\""), 3, "{figures}");
        assert_eq!(sample(&figures, "class=\"4xx\",path=\"/v1/nearby\""), 1, "{figures}");
        assert_eq!(sample(&figures, "class=\"4xx\",path=\"none\""), nowhere + 1, "{figures}");
        assert!(figures.contains("promenade_items{collection=\"toilets\"} 3"), "{figures}");
        for secret in ["54.6", "Gull", "Atlantis", "wp-login"] {
            assert!(!figures.contains(secret), "where visitors are is nobody's figure: {secret}");
        }
        for target in ["/health/live", "/health/ready"] {
            assert_eq!(admin(&service, target).await.0, 200, "{target}");
        }
        for target in ["/", "/v1", "/v1/nearby?near=Sandhaven"] {
            assert_eq!(admin(&service, target).await.0, 404, "{target}: the public's addresses are not here");
        }
    }
}

/// Status and text that the other door answers.
async fn admin(service: &Service, target: &str) -> (u16, String) {
    let request = Request::get(target).body(Body::empty()).unwrap();
    let response = service.admin.clone().answer(request).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn figures(service: &Service) -> String {
    let (status, text) = admin(service, "/metrics").await;
    assert_eq!(status, 200);
    text
}

/// The count of answers with these labels, in either order.
fn sample(figures: &str, labels: &str) -> u64 {
    let mut wanted: Vec<&str> = labels.split(',').collect();
    wanted.sort_unstable();
    let line = figures.lines().find(|line| {
        let Some(rest) = line.strip_prefix("promenade_answers_total{") else { return false };
        let mut found: Vec<&str> = rest.split('}').next().unwrap().split(',').collect();
        found.sort_unstable();
        found == wanted
    });
    line.and_then(|line| line.rsplit(' ').next()).map_or(0, |count| count.parse().unwrap())
}

fn methods(answer: &Answer) -> Vec<String> {
    let mut methods: Vec<String> = answer.header("allow").split(',').map(|m| m.trim().to_owned()).collect();
    methods.sort_unstable();
    methods
}

#[tokio::test]
async fn every_answer_of_a_rehearsal_says_what_time_it_plays() {
    for database in Database::each().await {
        let store = database.open().await;
        let clock = Clock::rehearsal(at(NOON)).unwrap();
        let service = service_by(database, store, area_folder(SANDHAVEN), clock).await;
        for target in addresses().into_iter().chain(["/nowhere".to_owned(), "/v1/me".to_owned()]) {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
                let answer = service.client.send(method.clone(), &target, &[]).await;
                let shown = at(answer.header("promenade-rehearsal"));
                assert!(at(NOON) <= shown && shown <= service.clock.now(), "{method} {target}: {shown}");
            }
        }
        assert_eq!(service.client.json("/health/ready").await["rehearsal"], true);
    }
}
