//! The feed of changes, by `OpenActive`'s own validators.
use super::*;

/// What they find all the same, by how it begins, and why it stays.
const EXPLAINED: [(&str, &str); 9] = [
    (
        "data failure missing_required_field $.activity: ",
        "their model is one of sport, and takes only what is in its list: a play is not",
    ),
    ("data failure missing_required_field $.subEvent[N].activity: ", "the same"),
    (
        "data failure missing_required_field $.offers: Required property `offers` is missing from `Event`.",
        "nobody has said what it costs, and a price is not made up",
    ),
    ("data warning missing_recommended_field ", "nobody has said it, or it is of sport alone"),
    (
        "data warning type_limits_use $.location: Not including components within your address",
        "of a place that is not one of ours no address is known",
    ),
    ("data suggestion consumer_assume_", "so they may"),
    ("data suggestion invalid_precision $.location.geo.", "zeros at the end are not written"),
    ("rpde suggestion has_modelling_data: ", "the data are validated here, too"),
    (
        "rpde warning missing_cache_control: Response header `Cache-Control` should include \"public\", \
         and also include a \"max-age\" of N or more for all pages except the last",
        "as it walks it takes the last page for one of the others; it asks for it again, and then it is right",
    ),
];

#[test]
fn the_feed_of_changes_is_what_openactive_validates() {
    let stage = Stage::set();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/validators/openactive.js");
    let said = said_by(node().args([script, &stage.url("/v1/feeds/events")]));
    let (walked, found) = said.split_once('\n').unwrap();
    // The validator asks for two pages more: one far behind the end, and what that says is next.
    let updated = IMPORTED + events().len() - 2;
    assert_eq!(ages_of_pages(&stage), ["3600", "3600", "3600", "8"]);
    assert_eq!(walked, format!("5 pages by the validator, 4 pages: {updated} updated, 1 deleted"));
    let is_explained = |line: &&str| EXPLAINED.iter().any(|(begins, _)| line.starts_with(begins));
    let others: Vec<&str> = found.lines().filter(|line| !is_explained(line)).collect();
    assert!(others.is_empty(), "{others:#?}");
    for (begins, why) in EXPLAINED {
        assert!(found.contains(begins), "it is not found any more that {begins:?}, because {why}");
    }
}

/// How long each page may be kept, in seconds.
fn ages_of_pages(stage: &Stage) -> Vec<String> {
    let mut ages = Vec::new();
    let mut target = "/v1/feeds/events".to_owned();
    loop {
        let reply = stage.server.get(&target);
        let kept = reply.head.lines().find_map(|line| line.strip_prefix("cache-control: public, max-age="));
        ages.push(kept.unwrap().to_owned());
        let page: Value = serde_json::from_str(&reply.body).unwrap();
        let next = page["next"].as_str().unwrap();
        let next = next.strip_prefix(&stage.url("")).unwrap_or_else(|| panic!("{next}")).to_owned();
        if next == target {
            return ages;
        }
        target = next;
    }
}
