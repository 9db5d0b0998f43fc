//! The landing page, what the API conforms to, what collections there are, and what their features look like.
use crate::support::client::{Client, link, path_of};
use crate::support::{BASE, SANDHAVEN, TENDRING, services};
use promenade::ids::Collection;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const NOON: &str = "2026-07-18T12:00:00Z";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

#[tokio::test]
async fn every_link_of_the_api_leads_somewhere_of_the_kind_it_says() {
    for service in services(SANDHAVEN, NOON).await {
        let mut to_follow = vec!["/v1".to_owned()];
        let mut followed = BTreeSet::new();
        while let Some(target) = to_follow.pop() {
            let document = service.client.json(&target).await;
            // What the API conforms to is a list of classes and nothing else.
            let own = document["links"].as_array();
            let listed = document["collections"].as_array().into_iter().flatten();
            let of_listed = listed.flat_map(|collection| collection["links"].as_array().unwrap());
            for link in own.into_iter().flatten().chain(of_listed) {
                let href = link["href"].as_str().unwrap();
                if link["rel"] == "license" {
                    assert_eq!(href, "https://creativecommons.org/publicdomain/zero/1.0/");
                    continue;
                }
                let path = path_of(href).to_owned();
                let answer = service.client.get(&path).await;
                assert_eq!(answer.status, 200, "{target} links to {href}");
                assert_eq!(answer.header("content-type"), link["type"], "{target} links to {href}");
                if followed.insert(path.clone()) && answer.header("content-type") == "application/json" {
                    to_follow.push(path);
                }
            }
            if own.is_some() {
                assert_eq!(link(&document, "self").unwrap()["href"], format!("{BASE}{target}"));
            }
        }
        // The landing page, two documents of the contract, what it conforms to, the list, three of each collection.
        assert_eq!(followed.len(), 5 + 3 * Collection::ALL.len(), "{followed:?}");
    }
}

#[tokio::test]
async fn the_landing_page_names_the_area_and_the_documents_that_clients_look_for() {
    for (area, name) in [(SANDHAVEN, "Sandhaven"), (TENDRING, "Tendring")] {
        for service in services(area, NOON).await {
            let landing = service.client.json("/v1").await;
            assert!(landing["title"].as_str().unwrap().contains(name));
            assert!(landing["description"].as_str().unwrap().contains(name));
            let ready = service.client.json("/health/ready").await;
            assert_eq!((&landing["epoch"], &landing["revision"]), (&ready["epoch"], &ready["revision"]));
            let links = landing["links"].as_array().unwrap();
            let descriptions: Vec<_> = links.iter().filter(|link| link["rel"] == "service-desc").collect();
            assert_eq!(descriptions.len(), 1, "GDAL takes any of several");
            assert!(descriptions[0]["type"].as_str().unwrap().contains("json"));
            let conformance = service.client.json("/v1/conformance").await;
            let classes: Vec<&str> =
                conformance["conformsTo"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
            for class in ["core", "geojson"] {
                let class = format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}");
                assert!(classes.contains(&class.as_str()), "{class}");
            }
        }
    }
}

#[tokio::test]
async fn a_collection_is_the_one_in_the_list_and_its_extent_is_that_of_its_features() {
    for service in services(TENDRING, NOON).await {
        let list = service.client.json("/v1/collections").await;
        let listed = list["collections"].as_array().unwrap();
        let names: Vec<&str> = listed.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(names, Collection::ALL.map(Collection::name));
        for listed in listed {
            let name = listed["id"].as_str().unwrap();
            let own = service.client.json(&format!("/v1/collections/{name}")).await;
            assert_eq!(own, *listed);
            assert_eq!((&own["itemType"], &own["crs"]), (&json!("feature"), &json!([CRS84])));
            let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
            for feature in features(&service.client, name).await {
                positions(&feature["geometry"]["coordinates"], &mut |lon, lat| {
                    bounds = [bounds[0].min(lon), bounds[1].min(lat), bounds[2].max(lon), bounds[3].max(lat)];
                });
            }
            if ["businesses", "notices", "promotions"].contains(&name) {
                assert_eq!(own["extent"]["spatial"], Value::Null, "what is nowhere has no extent");
                continue;
            }
            assert_eq!(own["extent"]["spatial"], json!({"bbox": [bounds], "crs": CRS84}), "{name}");
        }
    }
}

#[tokio::test]
async fn the_schema_of_a_collection_has_every_property_of_its_features_and_no_other() {
    for area in [SANDHAVEN, TENDRING] {
        for service in services(area, NOON).await {
            for collection in Collection::ALL.map(Collection::name) {
                let target = format!("/v1/collections/{collection}/schema");
                let schema = service.client.json(&target).await;
                assert_eq!(schema["$id"], format!("{BASE}{target}"));
                let mut declared = members(&schema);
                let geometry = declared.remove("geometry").unwrap_or_default();
                let role = if collection == "notices" { Value::Null } else { json!("primary-geometry") };
                assert_eq!(geometry["x-ogc-role"], role);
                let id = declared.remove("id").unwrap();
                assert_eq!(id["x-ogc-role"], "id");
                let validator =
                    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
                let features = features(&service.client, collection).await;
                let is_of_time = ["events", "notices", "occurrences"].contains(&collection);
                // No area comes with businesses: their schema is held against one in `promotions`.
                let is_market = ["businesses", "promotions"].contains(&collection);
                let is_empty = is_market || (is_of_time && (area == SANDHAVEN || collection == "notices"));
                assert_eq!(features.is_empty(), is_empty, "{collection}");
                for feature in features {
                    let shape = feature["geometry"]["type"].as_str().map(str::to_lowercase);
                    // Of what is on, nobody may have said where.
                    if shape.is_some() || !is_of_time {
                        let shape = shape.unwrap();
                        assert_eq!(geometry["format"], format!("geometry-{shape}"), "{}", feature["id"]);
                    }
                    assert_same_members(&declared, &feature["properties"], &feature["id"].to_string());
                    let mut document = feature["properties"].clone();
                    document["id"] = feature["id"].clone();
                    let faults: Vec<String> = validator
                        .iter_errors(&document)
                        .map(|error| format!("{error} at {}", error.instance_path()))
                        .collect();
                    assert!(faults.is_empty(), "{} {}: {}", service.name, feature["id"], faults.join("\n"));
                }
            }
        }
    }
}

#[tokio::test]
async fn an_area_of_its_own_has_no_word_of_the_shipped_one() {
    const WORDS: [&str; 11] = [
        "tendring",
        "clacton",
        "frinton",
        "walton",
        "harwich",
        "jaywick",
        "dovercourt",
        "essex",
        "brightlingsea",
        "manningtree",
        "co15",
    ];
    for service in services(SANDHAVEN, NOON).await {
        let mut targets: Vec<String> = [
            "/",
            "/v1",
            "/v1/conformance",
            "/v1/collections",
            "/v1/nearby?near=Sandhaven&radius_m=25000&limit=100",
            "/v1/nearby?near=Clacton",
            "/v1/nearby",
            "/v1/collections/piers",
            "/problems",
            "/health/live",
            "/health/ready",
            "/style.css",
        ]
        .map(ToOwned::to_owned)
        .into();
        targets.extend(promenade::http::KINDS.iter().map(|kind| format!("/problems/{}", kind.slug)));
        for collection in Collection::ALL {
            let own = format!("/v1/collections/{collection}");
            targets.extend([format!("{own}/items"), format!("{own}/schema"), own]);
        }
        for target in targets {
            let answer = service.client.get(&target).await;
            // What was asked may be said back.
            let text = answer.text().to_lowercase().replace("`clacton`", "");
            for word in WORDS {
                assert!(!text.contains(word), "{target} has {word}: {text}");
            }
        }
    }
}

/// All that there is, what is over too.
async fn features(client: &Client, collection: &str) -> Vec<Value> {
    let always = "1900-01-01T00:00:00Z/..";
    client.pages(&format!("/v1/collections/{collection}/items?limit=1000&datetime={always}")).await.0
}

/// Calls `each` with the longitude and latitude of every position in `coordinates`, however deep.
fn positions(coordinates: &Value, each: &mut impl FnMut(f64, f64)) {
    // What is nowhere has none.
    let Some(list) = coordinates.as_array() else { return };
    match (list[0].as_f64(), list.get(1).and_then(Value::as_f64)) {
        (Some(lon), Some(lat)) => each(lon, lat),
        _ => list.iter().for_each(|inner| positions(inner, each)),
    }
}

/// The members that a schema of an object declares.
pub fn members(schema: &Value) -> Map<String, Value> {
    schema["properties"].as_object().unwrap().clone()
}

/// Panics unless `object`, and every object in it, has the members that its schema declares and no other.
pub fn assert_same_members(declared: &Map<String, Value>, object: &Value, context: &str) {
    let object = object.as_object().unwrap();
    let names = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(object), names(declared), "{context}");
    for (name, schema) in declared {
        let context = format!("{context}: {name}");
        if schema.get("properties").is_some() {
            assert_same_members(&members(schema), &object[name], &context);
        }
        if let Some(items) = schema.get("items").filter(|items| items.get("properties").is_some()) {
            for entry in object[name].as_array().unwrap() {
                assert_same_members(&members(items), entry, &context);
            }
        }
    }
}
