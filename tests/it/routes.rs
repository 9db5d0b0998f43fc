//! The routes are those of the contract, and its examples are true of the shipped area.
use crate::support::contract::{CONTRACT, resolved, validate};
use crate::support::{TENDRING, public_paths, services};
use axum::http::Method;
use promenade::access::{Who, row};
use promenade::http::{KINDS, operations};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// When the examples were taken.
const THEN: &str = "2026-07-18T10:00:00Z";

#[test]
fn the_contract_has_every_route_and_no_other() {
    let mut written = BTreeSet::new();
    for (path, item) in CONTRACT["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        written.extend(methods.map(|method| (method.to_uppercase(), path.as_str())));
    }
    let served = operations().into_iter().map(|(method, path)| (method.to_string(), path)).collect();
    assert_eq!(written, served);
}

#[test]
fn every_operation_has_a_name_a_summary_and_the_parameters_of_its_path() {
    let mut names = BTreeSet::new();
    for (method, path) in operations() {
        let context = format!("{method} {path}");
        let operation = &CONTRACT["paths"][path][method.as_str().to_lowercase()];
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{context}: no operationId"));
        assert!(names.insert(name), "{name} is there twice");
        assert!(operation["summary"].is_string(), "{context}");
        let is_public = row(method.as_str(), path).is_some_and(|row| row.who == Who::Everybody);
        assert_eq!(operation.get("security").is_none(), is_public, "{context}: who needs a token");
        let parameters = parameters(&method, path);
        let in_path: BTreeSet<String> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
            .collect();
        // Behind a parameter may stand what kind of file it is.
        let named =
            path.split('/').filter(|part| part.starts_with('{')).map(|part| part.split_inclusive('}').next());
        assert_eq!(in_path, named.flatten().map(ToOwned::to_owned).collect(), "{context}");
    }
}

#[test]
fn every_example_of_a_document_fits_its_schema() {
    let mut examples = 0;
    let mut hold = |at: String, content: &Value| {
        for (media, content) in content.as_object().into_iter().flatten() {
            if let Some(example) = content.get("example").filter(|_| media.contains("json")) {
                let pointer = format!("{at}/content/{}/schema", media.replace('/', "~1"));
                validate(&pointer, &at, example);
                examples += 1;
            }
        }
    };
    for (method, path) in operations() {
        let method = method.as_str().to_lowercase();
        let operation = &CONTRACT["paths"][path][&method];
        let at = format!("#/paths/{}/{method}", path.replace('/', "~1"));
        hold(format!("{}/requestBody", &at[1..]), &operation["requestBody"]["content"]);
        for (status, response) in operation["responses"].as_object().unwrap() {
            hold(format!("{}/responses/{status}", &at[1..]), &response["content"]);
        }
    }
    for (name, response) in CONTRACT["components"]["responses"].as_object().unwrap() {
        hold(format!("/components/responses/{name}"), &response["content"]);
    }
    assert!(50 < examples, "{examples}");
}

#[tokio::test]
async fn the_example_of_every_operation_is_answered_as_the_contract_shows() {
    for service in services(TENDRING, THEN).await {
        let mut untrue = Vec::new();
        for path in public_paths() {
            let target = example(path);
            let answer = service.client.get(&target).await;
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            let media = answer.header("content-type");
            let content = &CONTRACT["paths"][path]["get"]["responses"]["200"]["content"][media];
            let shown =
                content.get("example").unwrap_or_else(|| panic!("{path} has no example of its answer"));
            // Documents of the contract and pages for people are shown by their first lines, long lists in part.
            if media.contains("json") && path != "/openapi.json" {
                let (shown, given) = (settled(shown.clone()), settled(answer.json()));
                let abridged =
                    ["/v1/beaches/status", "/v1/collections", "/v1/collections/{collection}/schema"];
                let abridged = abridged.contains(&path);
                if given != shown && !(abridged && is_part(&shown, &given)) {
                    untrue.push(format!("{target}\nshown: {shown}\ngiven: {given}"));
                }
            }
            let head = service.client.send(Method::HEAD, &target, &[]).await;
            assert_eq!(head.status, 200, "{target}");
        }
        assert!(untrue.is_empty(), "{}: {}", service.name, untrue.join("\n\n"));
    }
}

#[tokio::test]
async fn every_parameter_of_the_contract_is_taken_and_no_other_is_known() {
    for service in services(TENDRING, THEN).await {
        for path in public_paths() {
            let answer = service.client.get(&format!("{}{}", in_path(path), "?unheard_of=1")).await;
            assert_eq!(
                answer.problem(),
                (400, "unknown-parameter".to_owned(), Some("unheard_of".to_owned())),
                "{path}"
            );
            // The refusal lists what can be asked: over all collections, where they differ.
            let mut known = BTreeSet::new();
            for collection in collections(path) {
                let target = path.replace("{collection}", collection);
                let answer = service.client.get(&format!("{}{}", in_path(&target), "?unheard_of=1")).await;
                let problem = answer.json();
                let detail = problem["detail"].as_str().unwrap();
                if let Some((_, list)) = detail.split_once(" is not one of ") {
                    known.extend(list.split(", ").map(ToOwned::to_owned));
                }
            }
            let written = parameters(&Method::GET, path);
            let written = written.iter().filter(|parameter| parameter["in"] == "query");
            let written: BTreeSet<String> =
                written.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect();
            assert_eq!(known, written, "{} {path}", service.name);
        }
    }
}

#[test]
fn every_problem_that_the_contract_names_is_a_kind() {
    let text = include_str!("../../openapi.yaml");
    for rest in text.split("/problems/").skip(1) {
        let slug: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        assert!(slug.is_empty() || KINDS.iter().any(|kind| kind.slug == slug), "{slug}");
    }
}

/// The parameters of the operation at a path, those of the path itself included.
fn parameters(method: &Method, path: &str) -> Vec<&'static Value> {
    let item = &CONTRACT["paths"][path];
    let all = [&item["parameters"], &item[method.as_str().to_lowercase()]["parameters"]];
    all.into_iter().filter_map(Value::as_array).flatten().map(resolved).collect()
}

/// The collections that a path can be asked of; one, whichever, for a path without any.
fn collections(path: &str) -> Vec<&'static str> {
    let all = promenade::ids::Collection::ALL.map(promenade::ids::Collection::name);
    if path.contains("{collection}") { all.into() } else { vec![all[0]] }
}

/// A path with the examples of its path parameters.
fn in_path(path: &str) -> String {
    let mut filled = path.to_owned();
    let template = public_paths()
        .into_iter()
        .find(|known| *known == path)
        .unwrap_or("/v1/collections/{collection}/items/{id}");
    for parameter in parameters(&Method::GET, template).iter().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        filled = filled.replace(&format!("{{{name}}}"), &text(example_of(parameter, path)));
    }
    filled
}

/// The request that the examples of an operation's parameters make.
fn example(path: &str) -> String {
    let shown = |parameter: &&Value| parameter["in"] == "query" && parameter.get("example").is_some();
    let pairs: Vec<String> = parameters(&Method::GET, path)
        .into_iter()
        .filter(shown)
        .map(|parameter| format!("{}={}", parameter["name"].as_str().unwrap(), text(&parameter["example"])))
        .collect();
    let separator = if pairs.is_empty() { "" } else { "?" };
    format!("{}{separator}{}", in_path(path), pairs.join("&"))
}

fn example_of<'a>(parameter: &'a Value, path: &str) -> &'a Value {
    parameter.get("example").unwrap_or_else(|| panic!("{path}: {} has no example", parameter["name"]))
}

/// A value as a query has it, lists separated by commas.
fn text(value: &Value) -> String {
    let plain = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => return values.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    plain.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace(' ', "%20")
}

/// Whether all of `part` is in `whole`: lists may be shorter, objects may lack members.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(name, value)| whole.get(name).is_some_and(|of_whole| is_part(value, of_whole)))
        }
        (Value::Array(part), Value::Array(whole)) => {
            part.iter().all(|value| whole.iter().any(|of_whole| is_part(value, of_whole)))
        }
        (part, whole) => part == whole,
    }
}

/// A document without what is another each time: the names of timelines, the counts of changes, where the
/// service is. Numbers are compared as numbers: 1 and 1.0 are the same.
fn settled(document: Value) -> Value {
    match document {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("epoch" | "revision", _) => Value::Null,
                    ("href" | "$id" | "next", Value::String(href)) => match href.split_once("/v1/") {
                        Some((_, path)) => json!(path),
                        None => json!(href.rsplit('/').next()),
                    },
                    (_, value) => settled(value),
                };
                (name, value)
            })
            .collect(),
        Value::Array(values) => values.into_iter().map(settled).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other,
    }
}
