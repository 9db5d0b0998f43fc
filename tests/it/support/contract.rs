//! Holds an answer against `openapi.yaml`: the path, the status, the media type, the headers, the body.
use super::client::Answer;
use axum::http::{Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// The contract as it is written.
pub static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).expect("openapi.yaml is YAML")
});

/// The path of the contract that `target` is asked at.
fn template(target: &str) -> Option<&'static str> {
    let path = target.split('?').next().unwrap();
    let paths = CONTRACT["paths"].as_object().unwrap();
    if let Some((exact, _)) = paths.get_key_value(path) {
        return Some(exact);
    }
    let fits = |template: &str| {
        let (a, b): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a == b || (a.starts_with('{') && !b.is_empty()))
    };
    paths.keys().find(|template| fits(template)).map(String::as_str)
}

/// What `$ref` of `value` names, or `value`.
pub fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        None => value,
        Some(reference) => resolved(CONTRACT.pointer(reference.trim_start_matches('#')).expect(reference)),
    }
}

/// Panics when the contract does not allow `answer`.
pub fn hold(method: &Method, target: &str, answer: &Answer) {
    let Some(template) = template(target) else {
        // An address that is nowhere in the contract is answered as a problem, or moved.
        assert!(
            [404, 405, 414, 308, 204].contains(&answer.status.as_u16()),
            "{target} is not in the contract, yet answers {}",
            answer.status
        );
        return;
    };
    if *method == Method::OPTIONS || answer.status == StatusCode::METHOD_NOT_ALLOWED {
        return;
    }
    let operation = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let responses = &CONTRACT["paths"][template][&operation]["responses"];
    let status = answer.status.as_str();
    let response = resolved(&responses[status]);
    assert!(
        response.is_object(),
        "{method} {target}: the contract has no status {status}: {}",
        answer.text()
    );
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        if resolved(header)["required"] == json!(true) {
            assert!(
                answer.headers.contains_key(name.to_lowercase()),
                "{target}: {status} lacks the header {name}"
            );
        }
    }
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{target}: {status} has a body, the contract has none");
        return;
    };
    let media = answer.header("content-type").to_owned();
    let entry =
        content.get(&media).unwrap_or_else(|| panic!("{target}: the contract has no {media} for {status}"));
    if *method == Method::HEAD || answer.headers.contains_key("content-encoding") || !media.contains("json") {
        return;
    }
    let pointer = format!(
        "/paths/{}/{operation}/responses/{status}/content/{}/schema",
        template.replace('~', "~0").replace('/', "~1"),
        media.replace('~', "~0").replace('/', "~1")
    );
    let pointer = match responses[status]["$ref"].as_str() {
        Some(reference) => {
            format!("{}/content/{}/schema", reference.trim_start_matches('#'), media.replace('/', "~1"))
        }
        None => pointer,
    };
    if entry.get("schema").is_some() {
        validate(&pointer, target, &answer.json());
    }
}

/// Panics when `body` does not fit the schema at `pointer` of the contract.
pub fn validate(pointer: &str, target: &str, body: &Value) {
    static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);
    let known = VALIDATORS.lock().unwrap().get(pointer).copied();
    let validator = known.unwrap_or_else(|| {
        let validator: &'static Validator = Box::leak(Box::new(validator(pointer)));
        VALIDATORS.lock().unwrap().insert(pointer.to_owned(), validator);
        validator
    });
    let faults: Vec<String> =
        validator.iter_errors(body).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(
        faults.is_empty(),
        "{target} does not fit the contract ({pointer}):\n{}\n{body:#}",
        faults.join("\n")
    );
}

fn validator(pointer: &str) -> Validator {
    // The whole contract, pointing into itself: its references resolve as they do where they are written.
    let mut schema = CONTRACT.clone();
    schema["$ref"] =
        json!(format!("#{}", pointer.replace('{', "%7B").replace('}', "%7D").replace(' ', "%20")));
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{pointer}: {error}"))
}
