//! What the log must never say: tokens, codes, names, addresses.
use super::{AREA, done, sandhaven};
use crate::support::program::{Server, send};
use chrono::{SecondsFormat, TimeDelta};
use promenade::clock::Clock;
use serde_json::Value;

#[test]
fn the_log_has_no_tokens_no_codes_and_no_names() {
    const JSON: &str = "Content-Type: application/json";
    let folder = sandhaven();
    let ports = [("PROMENADE_LISTEN", "127.0.0.1:0"), ("PROMENADE_ADMIN_LISTEN", "127.0.0.1:0")];
    let variables = [&ports[..], &[("PROMENADE_LOG", "debug"), ("PROMENADE_AREA", AREA)]].concat();
    let server = Server::start_with(folder.path(), &[], &variables);
    let token = |role: &str, more: &[&str]| {
        let create = [
            "token",
            "create",
            "--name",
            "Canary Nightingale",
            "--email",
            "canary@mail.example",
            "--role",
            role,
        ];
        let said = done(folder.path(), &[&create, more].concat());
        let token =
            said.split_whitespace().find(|word| word.starts_with("prm_")).expect("a token is printed");
        token.to_owned()
    };
    let (admin, supervisor) = (token("admin", &[]), token("supervisor", &["--beaches", "all"]));
    let bearer = |token: &str| format!("Authorization: Bearer {token}");
    let (admin_line, supervisor_line) = (bearer(&admin), bearer(&supervisor));

    assert_eq!(send(&server.public, "GET /v1/me HTTP/1.1", &[&admin_line], "").0, 200);
    let wrong = bearer(&admin[..admin.len() - 1]);
    assert_eq!(send(&server.public, "GET /v1/me HTTP/1.1", &[&wrong], "").0, 401);
    assert_eq!(send(&server.public, "GET /v1/devices HTTP/1.1", &[&admin_line], "").0, 403);
    let asked = format!("GET /v1/me?access_token={admin} HTTP/1.1");
    assert_eq!(send(&server.public, &asked, &[], "").0, 401);
    let nowhere = format!("GET /v1/{admin} HTTP/1.1");
    assert_eq!(send(&server.public, &nowhere, &[&admin_line], "").0, 404);
    let basic = format!("Authorization: Basic {admin}");
    assert_eq!(send(&server.public, "POST /v1/actors HTTP/1.1", &[&basic, JSON], "{}").0, 401);
    let actor = r#"{"name":"Canary Wren","email":"wren@mail.example","roles":["moderator"]}"#;
    assert_eq!(send(&server.public, "POST /v1/actors HTTP/1.1", &[&admin_line, JSON], actor).0, 201);
    let junk = r#"{"name":"Canary Junk","roles":["auditor"],"password":"canary-word"}"#;
    assert_eq!(send(&server.public, "POST /v1/actors HTTP/1.1", &[&admin_line, JSON], junk).0, 422);
    assert_eq!(
        send(&server.public, "POST /v1/actors HTTP/1.1", &[&admin_line, JSON], "{\"Canary Cut\"").0,
        400
    );
    let phone = r#"{"name":"Canary Phone","beaches":"all","reports_as":"patrol","device_expires_at":"2099-01-01T00:00:00Z"}"#;
    let (status, refused) =
        send(&server.public, "POST /v1/enrolments HTTP/1.1", &[&supervisor_line, JSON], phone);
    assert_eq!(status, 422, "that is longer than a season: {refused}");
    let soon = Clock::system().now() + TimeDelta::days(30);
    let phone = phone.replace("2099-01-01T00:00:00Z", &soon.to_rfc3339_opts(SecondsFormat::Secs, true));
    let (status, offered) =
        send(&server.public, "POST /v1/enrolments HTTP/1.1", &[&supervisor_line, JSON], &phone);
    assert_eq!(status, 201, "{offered}");
    let code = serde_json::from_str::<Value>(&offered).unwrap()["code"].as_str().unwrap().to_owned();
    let wrong = r#"{"code":"CANA-RYC0"}"#;
    assert!((400..500).contains(&send(&server.public, "POST /v1/devices HTTP/1.1", &[JSON], wrong).0));
    let typed = format!("{{\"code\":\"{code}\"}}");
    let (status, enrolled) = send(&server.public, "POST /v1/devices HTTP/1.1", &[JSON], &typed);
    assert_eq!(status, 201, "{enrolled}");
    let device = serde_json::from_str::<Value>(&enrolled).unwrap()["token"].as_str().unwrap().to_owned();
    assert_eq!(send(&server.public, "GET /v1/me HTTP/1.1", &[&bearer(&device)], "").0, 200);

    let nonce = "5f0d7a52-3c1e-4f7b-9a44-8d2b6c1f0e93";
    let looked = format!("{{\"nonce\":\"{nonce}\"}}");
    let phone = [JSON, "User-Agent: Canary-Phone/1", "X-Forwarded-For: 198.51.100.77"];
    assert_eq!(send(&server.public, "POST /v1/promotions/teas/views HTTP/1.1", &phone, &looked).0, 404);
    assert_eq!(send(&server.public, "POST /v1/promotions/teas/views HTTP/1.1", &phone, "{}").0, 422);

    let log = server.log();
    assert!(log.contains("/v1/me") && log.contains("/v1/actors"), "nothing is logged at all:\n{log}");
    let secret = |token: &str| token.rsplit('_').next().unwrap()[..20].to_owned();
    let plain = code.replace('-', "");
    for canary in [
        "prm_",
        &secret(&admin),
        &secret(&supervisor),
        &secret(&device),
        &code,
        &plain,
        "CANA",
        "Canary",
        "Nightingale",
        "mail.example",
        "canary-word",
        "Wren",
        "198.51.100",
        nonce,
    ] {
        let line = log.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{canary} is in the log: {line:?}");
    }
}
