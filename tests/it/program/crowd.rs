//! The beach rule from the command line.
use super::{done, refused};
use std::fs;
use tempfile::tempdir;

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crowd/a-saturday.json");

fn levels(answer: &str) -> String {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
    let levels = answer.as_array().unwrap().iter().map(|one| one["level"].as_str().unwrap());
    levels.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_scenario_is_replayed_without_a_database() {
    let folder = tempdir().unwrap();
    let answer = done(folder.path(), &["crowd", "replay", "--scenario", SCENARIO]);
    let want = "unknown green green amber red red amber amber green unknown unknown";
    assert_eq!(levels(&answer), want);
    let names: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let mut names: Vec<&str> = names[0].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let want = "access advice at capacity computed_at computed_level confidence estimate expected_change freshness level \
        observed_at override policy_version ratio reasons report_count tide usable_area_m2 valid_until";
    assert_eq!(names.join(" "), want);

    // Values that decide are those of the file, to the last place.
    let policy = folder.path().join("strict.toml");
    fs::write(&policy, "amber_percent = 24.31\nred_percent = 24.32\nhysteresis_percent = 0\n").unwrap();
    let tried = ["crowd", "replay", "--scenario", SCENARIO, "--policy", "strict.toml"];
    let answer = done(folder.path(), &tried);
    // 620 of 2,550 are 24.3137 percent.
    assert_eq!(levels(&answer), "unknown amber red red red red red red red unknown unknown");
    assert!(answer.contains(r#""policy_version":"strict""#), "{answer}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "it made files");
}

#[test]
fn what_cannot_be_replayed_is_refused_with_file_and_place() {
    let folder = tempdir().unwrap();
    let scenario = fs::read_to_string(SCENARIO).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("good.json", &scenario);
    write("bad.json", &scenario.replacen("T09:02:00Z", "T9:02Z", 1));
    write("cut.json", &scenario[..scenario.len() / 2]);
    write("bad.toml", "red_percent = 90\nred = 1\n");
    fs::write(folder.path().join("binary.toml"), [0xff, 0xfe]).unwrap();
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["--scenario", "bad.json"],
            &["bad.json: /reports/0/observed_at `2026-07-18T9:02Z` is not an instant"],
        ),
        (&["--scenario", "cut.json"], &["cut.json: ", "at line "]),
        (&["--scenario", "none.json"], &["reading none.json"]),
        (&["--scenario", "good.json", "--policy", "none.toml"], &["reading none.toml"]),
        (&["--scenario", "good.json", "--policy", "bad.toml"], &["bad.toml: line 2: `red` is no value"]),
        (&["--scenario", "good.json", "--policy", "binary.toml"], &["binary.toml: invalid utf-8"]),
    ];
    for (arguments, says) in cases {
        let arguments: Vec<&str> = ["crowd", "replay"].iter().chain(*arguments).copied().collect();
        refused(folder.path(), &arguments, 1, says);
    }
    refused(folder.path(), &["crowd", "replay"], 2, &["--scenario <FILE>"]);
}
