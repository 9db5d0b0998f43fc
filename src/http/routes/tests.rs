use super::*;

/// A table without handlers that matter.
fn paths(paths: &[(&'static str, &'static str)]) -> Routes {
    let mut routes = Routes { paths: Vec::new(), router: Router::new() };
    for (method, path) in paths {
        let operation =
            operation(method.parse().unwrap(), path, Class::Public, Takes::Nothing, || async { "" });
        routes.add(Ruled { operation, row: &POLICY[0] });
    }
    routes
}

#[test]
fn an_address_is_matched_with_the_path_it_is_of() {
    let routes = paths(&[
        ("GET", "/"),
        ("GET", NEARBY),
        ("GET", "/v1/collections"),
        ("GET", ITEMS),
        ("GET", ITEM),
        ("GET", "/v1/collections/{collection}/items/{id}/history"),
    ]);
    for (address, template, parts) in [
        ("/", Some("/"), ["", ""]),
        ("/v1/nearby", Some(NEARBY), ["", ""]),
        ("/v1/collections", Some("/v1/collections"), ["", ""]),
        ("/v1/collections/toilets/items", Some(ITEMS), ["toilets", ""]),
        ("/v1/collections/toilets/items/wc-pier-gap", Some(ITEM), ["toilets", "wc-pier-gap"]),
        (
            "/v1/collections/toilets/items/wc-pier-gap/history",
            Some("/v1/collections/{collection}/items/{id}/history"),
            ["toilets", "wc-pier-gap"],
        ),
        ("/v1/collections/toilets/items/", None, ["", ""]),
        ("/v1/collections//items", None, ["", ""]),
        ("/v1/collections/toilets/items/a/b", None, ["", ""]),
        ("/v1/collections/toilets/items/a/b/c/d/e/f/g/h", None, ["", ""]),
        ("/v1/nearby/", None, ["", ""]),
        ("//v1/nearby", None, ["", ""]),
        ("", None, ["", ""]),
    ] {
        let found = routes.matched(address).map(|matched| (matched.route.template, matched.parts));
        assert_eq!(found, template.map(|template| (template, parts)), "{address}");
    }
}

#[test]
fn a_path_has_its_operations_by_their_methods_and_head_is_get() {
    let routes = paths(&[("GET", ITEM), ("POST", ITEMS), ("PUT", ITEM)]);
    for (method, address, want) in [
        ("GET", "/v1/collections/toilets/items/a", Some("GET")),
        ("HEAD", "/v1/collections/toilets/items/a", Some("GET")),
        ("PUT", "/v1/collections/toilets/items/a", Some("PUT")),
        ("POST", "/v1/collections/toilets/items/a", None),
        ("POST", "/v1/collections/toilets/items", Some("POST")),
        ("HEAD", "/v1/collections/toilets/items", None),
        ("get", "/v1/collections/toilets/items/a", None),
        ("OPTIONS", "/v1/collections/toilets/items/a", None),
    ] {
        let route = routes.matched(address).unwrap().route;
        let found = route.operation(&method.parse().unwrap()).map(|ruled| ruled.operation.method.as_str());
        assert_eq!(found, want, "{method} {address}");
    }
    assert_eq!(routes.templates().collect::<Vec<_>>(), [ITEM, ITEMS]);
}

#[test]
#[expect(clippy::disallowed_types, reason = "the contract as it is written")]
fn the_contract_names_the_media_types_that_each_operation_takes() {
    let contract: serde_json::Value = serde_saphyr::from_str(documents::CONTRACT).unwrap();
    for Operation { method, path, takes, .. } in table() {
        let operation = &contract["paths"][path][method.as_str().to_lowercase()];
        let written = operation["requestBody"]["content"].as_object();
        let mut written: Vec<&str> =
            written.map_or(Vec::new(), |content| content.keys().map(String::as_str).collect());
        written.sort_unstable();
        let mut taken = takes.media().to_vec();
        taken.sort_unstable();
        assert_eq!(written, taken, "{method} {path}");
    }
}
