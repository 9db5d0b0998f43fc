//! Tokens from the command line: made, listed and revoked, with a server running or without.
use super::{AREA, done, refused, sandhaven};
use crate::support::program::{Server, get, run};
use std::path::Path;

/// The token that `promenade token create` prints with these arguments.
fn token(folder: &Path, arguments: &[&str]) -> String {
    let ended = run(folder, &[&["token", "create"], arguments].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    let token = ended.out.trim_end();
    assert!(token.starts_with("prm_staff_") && !token.contains(char::is_whitespace), "{ended:?}");
    assert!(ended.err.contains("not shown again") && !ended.err.contains(token), "{ended:?}");
    token.to_owned()
}

/// The status that whoever shows `token` is answered with, asking who they are.
fn status(server: &Server, token: &str) -> u16 {
    get(&server.public, "/v1/me", &[format!("Authorization: Bearer {token}")]).status
}

/// The rows of `promenade token list`, below its head.
fn listed(folder: &Path) -> Vec<String> {
    done(folder, &["token", "list"]).lines().skip(1).map(ToOwned::to_owned).collect()
}

#[test]
fn without_an_admin_the_banner_says_how_to_make_one() {
    let folder = sandhaven();
    let hint = |server: &Server| {
        server.banner.iter().any(|line| line.contains("promenade token create --role admin"))
    };
    let server = Server::start(folder.path(), &["--area", AREA]);
    assert!(hint(&server), "{:?}", server.banner);
    // Beside the running server, which accepts it at once.
    let admin = token(folder.path(), &["--role", "admin", "--name", "Ada Lovelace"]);
    assert_eq!((status(&server, &admin), status(&server, "prm_staff_x")), (200, 401));
    server.stop("TERM");
    let server = Server::start(folder.path(), &["--area", AREA]);
    assert!(!hint(&server), "{:?}", server.banner);
    assert_eq!(status(&server, &admin), 200);
}

#[test]
fn a_token_is_made_listed_and_revoked_with_and_without_a_server() {
    let folder = sandhaven();
    let folder = folder.path();
    done(folder, &["organisation", "create", "lantern", "--name", "Lantern Theatre", "--kind", "theatre"]);
    let grace = ["--name", "Grace Hopper", "--organisation", "lantern", "--role", "publisher,supervisor"];
    let first =
        token(folder, &[&grace[..], &["--beaches", "beach-gull-cove", "--expires-in-days", "9"]].concat());
    let rows = listed(folder);
    let actor = rows[0].split_whitespace().nth(2).unwrap();
    assert!(rows[0].contains("Grace Hopper  publisher,supervisor  lantern"), "{rows:?}");
    assert!(rows[0].ends_with("live") && first.contains(rows[0].split(' ').next().unwrap()), "{rows:?}");
    let second = token(folder, &["--actor", actor]);
    assert!(done(folder, &["organisation", "list"]).contains("lantern  theatre  Lantern Theatre"));

    let server = Server::start(folder, &["--area", AREA]);
    assert_eq!((status(&server, &first), status(&server, &second)), (200, 200));
    let id = first.split('_').nth(2).unwrap();
    for _ in 0..2 {
        assert_eq!(done(folder, &["token", "revoke", id]), "done\n");
        assert_eq!((status(&server, &first), status(&server, &second)), (401, 200));
    }
    // When a token was last used is written down as the server stops, if not before.
    server.stop("TERM");
    let rows = listed(folder);
    assert!(rows[0].ends_with("revoked") && rows[1].ends_with(":00:00Z  live"), "{rows:?}");
}

#[test]
fn what_cannot_be_is_refused_with_what_can() {
    let folder = sandhaven();
    let folder = folder.path();
    let create = |more: &[&'static str]| [&["token", "create", "--name", "Ada"], more].concat();
    for (arguments, code, says) in [
        (create(&["--role", "king"]), 1, "there is no role `king`; there are admin, auditor"),
        (create(&["--role", "admin,auditor"]), 1, "do not go together"),
        (create(&["--role", "publisher"]), 1, "`publisher` needs an organisation"),
        (create(&["--role", "publisher", "--organisation", "none"]), 1, "no organisation `none`"),
        (create(&["--role", "patrol"]), 1, "`patrol` needs beaches"),
        (create(&["--role", "patrol", "--beaches", "beach-none"]), 1, "no beach `beach-none`"),
        (create(&["--role", "admin", "--expires-in-days", "0"]), 2, "0 is not in 1..=36500"),
        (create(&[]), 2, "--role"),
        (vec!["token", "create", "--role", "admin"], 2, "--name"),
        (vec!["token", "create", "--actor", "x", "--name", "Ada"], 2, "cannot be used with"),
        (vec!["token", "create", "--actor", "x"], 1, "`x` is not an actor's id"),
        (vec!["token", "revoke", "000000000000"], 1, "there is no token `000000000000`"),
        (vec!["organisation", "create", "A", "--name", "A", "--kind", "theatre"], 1, "`A` is not"),
        (vec!["organisation", "create", "a", "--name", "A", "--kind", "circus"], 1, "no kind `circus`"),
    ] {
        refused(folder, &arguments, code, &[says]);
    }
    assert!(listed(folder).is_empty());
}

#[test]
fn no_name_and_no_token_is_in_the_log() {
    let folder = sandhaven();
    let server = Server::start(folder.path(), &["--area", AREA, "--log", "debug"]);
    let name = ["--role", "admin", "--name", "Canary Lovelace", "--email", "canary@mail.example"];
    let admin = token(folder.path(), &name);
    assert_eq!(status(&server, &admin), 200);
    let other = format!("{}x", &admin[..admin.len() - 1]);
    assert_eq!(status(&server, &other), 401);
    let (secret, log) = (admin.rsplit('_').next().unwrap().to_owned(), server.log());
    assert!(log.contains("/v1/me"), "{log}");
    for canary in ["anary", "prm_", &secret[..20]] {
        assert!(!log.contains(canary), "{canary}:\n{log}");
    }
}
