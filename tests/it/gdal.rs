//! GDAL reads the collections as they are: the very addresses that the app asks.
use crate::support::program::Server;
use serde_json::Value;
use std::process::Command;
use tempfile::tempdir;

/// What `ogrinfo` says of the API at `address`.
fn ogrinfo(address: &str, arguments: &[&str]) -> String {
    let source = format!("OAPIF:http://{address}/v1");
    let out = Command::new("ogrinfo").args(["-ro", "-so", &source]).args(arguments).output();
    let out = out.expect("ogrinfo is missing: run tests/run, which installs gdal-bin");
    assert!(out.status.success(), "{out:?}");
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn gdal_finds_every_collection_with_its_type_its_fields_and_all_its_features() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let layers = ogrinfo(&server.public, &[]);
    let list: Value = serde_json::from_str(&server.body("/v1/collections")).unwrap();
    for collection in list["collections"].as_array().unwrap() {
        let name = collection["id"].as_str().unwrap();
        let shape = match name {
            "beaches" => "Multi Polygon",
            // GDAL learns the type of a layer from its first features, and notices are nowhere.
            // The area comes with no businesses, nor what they would offer.
            "businesses" | "notices" | "promotions" => continue,
            _ => "Point",
        };
        assert!(
            layers.contains(&format!("{name} (title: {}) ({shape})", collection["title"].as_str().unwrap())),
            "{layers}"
        );
        let items: Value =
            serde_json::from_str(&server.body(&format!("/v1/collections/{name}/items?limit=1"))).unwrap();
        let layer = ogrinfo(&server.public, &[name]);
        for line in [
            format!("Geometry: {shape}"),
            format!("Feature Count: {}", items["numberMatched"]),
            "name: String".to_owned(),
        ] {
            assert!(layer.contains(&line), "no `{line}` in\n{layer}");
        }
    }
}

#[test]
fn gdal_reads_the_features_of_a_window_with_their_values() {
    let folder = tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let out = ogrinfo(&server.public, &["-al", "-spat", "1.15", "51.78", "1.16", "51.79", "toilets"]);
    assert!(out.contains("Feature Count: "), "{out}");
    let source = format!("OAPIF:http://{}/v1", server.public);
    let full = Command::new("ogrinfo")
        .args(["-ro", &source, "-where", "id = 'wc-pier-gap'", "toilets"])
        .output()
        .unwrap();
    let full = String::from_utf8(full.stdout).unwrap();
    for line in [
        "name (String) = Pier Gap Public Conveniences",
        "POINT (1.154323 51.787108)",
        "town (String) = Clacton-on-Sea",
    ] {
        assert!(full.contains(line), "no `{line}` in\n{full}");
    }
    assert!(full.lines().any(|line| line.trim().starts_with("created_at (DateTime) = 20")), "{full}");
}
