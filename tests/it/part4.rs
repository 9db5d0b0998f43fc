//! OGC API – Features Part 4, with a client that is not ours.
use crate::support::program::{Server, run};
use std::process::Command;
use tempfile::tempdir;

#[test]
fn owslib_creates_replaces_patches_and_deletes_a_feature() {
    let folder = tempdir().unwrap();
    let area = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");
    let server = Server::start(folder.path(), &["--area", area]);
    let made =
        run(folder.path(), &["organisation", "create", "tourism", "--name", "Tourism", "--kind", "tourism"]);
    assert_eq!(made.code, 0, "{made:?}");
    let made = run(
        folder.path(),
        &["token", "create", "--name", "Ann", "--role", "publisher", "--organisation", "tourism"],
    );
    assert_eq!(made.code, 0, "{made:?}");
    let python =
        std::env::var("TEST_PYTHON").expect("TEST_PYTHON is not set: run tests/run, which installs clients");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/part4.py");
    let url = format!("http://{}/v1", server.public);
    let out = Command::new(python).args([script, &url, made.out.trim()]).output().unwrap();
    assert_eq!(
        (out.status.code(), String::from_utf8_lossy(&out.stdout).trim()),
        (Some(0), "done"),
        "{out:?}"
    );
}
