//! What is on as JSON-LD, by a processor that is not ours, schema.org's vocabulary, and what search engines ask for.
use super::*;

#[test]
fn events_as_json_ld_are_what_schema_org_and_search_engines_have() {
    let stage = Stage::set();
    let vocabulary = said_by(
        node().args(["--print", "JSON.stringify(require('@openactive/data-models').getSchemaOrgVocab())"]),
    );
    let file = stage.folder.path().join("schemaorg.json");
    fs::write(&file, vocabulary).unwrap();
    let items = |target: &str| stage.url(&format!("/v1/collections/{target}"));
    let mut arguments = vec![
        file.to_str().unwrap().to_owned(),
        items("events/items?f=jsonld&limit=100&category=theatre,tour,festival,market,music,family,other"),
        items("occurrences/items?f=jsonld&limit=100"),
        items("occurrences/items?f=jsonld&limit=100&event_status=cancelled"),
        items("occurrences/items/weekly-20260801t1930?f=jsonld"),
        items("occurrences/items/nights-20261025t0130?f=jsonld"),
    ];
    let public = events().into_iter().map(|(id, _)| id).filter(|id| !["put-away", "not-yet"].contains(id));
    arguments.extend(public.map(|id| items(&format!("events/items/{id}?f=jsonld"))));
    let said = said_by_python("linked.py", &arguments);
    let (count, faults): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| line.ends_with(" events"));
    let is_nowhere = |line: &str| line.contains(": nowhere") && line.ends_with(": location is missing");
    // Nobody has said where it is, and nobody makes it up.
    let others: Vec<&&str> = faults.iter().filter(|line| !is_nowhere(line)).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(!faults.is_empty(), "it is said of what is nowhere that it is");
    let count: usize = count[0].trim_end_matches(" events").parse().unwrap();
    assert!(100 < count, "{count} were looked at");
}
