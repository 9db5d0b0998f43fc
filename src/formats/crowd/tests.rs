//! Scenarios and policies as people write them, well and badly.
mod round_trip;

use super::*;
use crate::beaches::{Replay, Status};

const SCENARIO: &str = include_str!("../../../tests/crowd/a-saturday.json");

fn asked(scenario: &Scenario) -> Vec<Status> {
    let (policy, beach, tide) = (&scenario.policy, &scenario.beach, &scenario.tide);
    let mut replay = Replay::new(policy, beach, tide, &scenario.reports, &scenario.overrides);
    scenario.at.iter().map(|at| replay.status(*at)).collect()
}

fn refusal(text: &str) -> String {
    read_scenario(text.as_bytes()).expect_err("a refusal").to_string()
}

#[test]
fn an_answer_has_every_member_rounded_as_said() {
    let text = r#"{
        "beach": { "profile": { "low": { "height_m": 0.4, "area_m2": 24000 }, "high": { "height_m": 4.2, "area_m2": 9e3 } }, "patrol_hours": null },
        "tide": [{ "at": "2026-07-18T16:00:00+01:00", "kind": "high", "height_m": 4.204 }, { "at": "2026-07-18T09:00:00Z", "kind": "low", "height_m": 0.40 }],
        "reports": [{ "id": "r1", "author": "p", "role": "supervisor", "method": "counted", "count": 1200, "observed_at": "2026-07-18T13:10:00.5Z", "received_at": "2026-07-18T13:10:01Z", "withdrawn": false, "confirmed": null }],
        "overrides": [{ "level": null, "access": "restricted", "starts_at": "2026-07-18T13:00:00Z", "expires_at": "2026-07-18T13:30:00Z", "created_at": "2026-07-18T12:59:00Z", "cancelled_at": null }],
        "at": ["2026-07-18T13:20:00Z", "2026-07-18T08:00:00Z"]
    }"#;
    let answers = write_statuses(&asked(&read_scenario(text.as_bytes()).unwrap()));
    let want = concat!(
        "[\n",
        r#"{"at":"2026-07-18T13:20:00Z","level":"amber","computed_level":"amber","access":"restricted","ratio":0.875,"estimate":1200,"capacity":1372,"usable_area_m2":"#,
        "AREA",
        r#","tide":{"height_m":3.52,"trend":"rising","station":null,"approximate":true,"next":{"at":"2026-07-18T15:00:00Z","height_m":4.2}},"observed_at":"2026-07-18T13:10:00.500Z","computed_at":"2026-07-18T13:20:00Z","valid_until":"2026-07-18T13:30:00Z","freshness":"fresh","confidence":"medium","reasons":[],"advice":{"code":"filling_up","text":"Getting busy"},"expected_change":{"level":"red","at":"2026-07-18T13:30:00Z","cause":"tide"},"override":{"level":null,"access":"restricted","starts_at":"2026-07-18T13:00:00Z","expires_at":"2026-07-18T13:30:00Z","created_at":"2026-07-18T12:59:00Z","cancelled_at":null},"policy_version":"covid-2020","report_count":1},"#,
        "\n",
        r#"{"at":"2026-07-18T08:00:00Z","level":"unknown","computed_level":"unknown","access":"open","ratio":null,"estimate":null,"capacity":1058,"usable_area_m2":9000.0,"tide":{"height_m":null,"trend":null,"station":null,"approximate":true,"next":{"at":"2026-07-18T09:00:00Z","height_m":0.4}},"observed_at":null,"computed_at":"2026-07-18T08:00:00Z","valid_until":"2026-07-18T13:00:00Z","freshness":"none","confidence":"low","reasons":["tide_unknown"],"advice":{"code":"not_monitored","text":"Not monitored now"},"expected_change":null,"override":null,"policy_version":"covid-2020","report_count":0}"#,
        "\n]"
    );
    let area = answers.split("usable_area_m2\":").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
    assert_eq!(answers, want.replace("AREA", area));
    assert!((11_666.123..11_666.124).contains(&area.parse::<f64>().unwrap()), "{area}");
}

#[test]
fn numbers_of_a_policy_are_read_exactly() {
    let values = |text: &str| {
        let scenario = SCENARIO.replacen('{', &format!("{{\"policy\": {text},"), 1);
        read_scenario(scenario.as_bytes()).map(|read| read.policy.values().amber_percent.to_string())
    };
    assert_eq!(values(r#"{"amber_percent": 33.300000000000000001}"#).unwrap(), "33.300000000000000001");
    assert_eq!(values(r#"{"amber_percent": 5e1}"#).unwrap(), "50");
    let toml = "# a try\namber_percent = 33.300000000000000001\nred_percent = 6_7\n";
    let policy = read_policy(toml, "try").unwrap();
    assert_eq!(policy.values().amber_percent.to_string(), "33.300000000000000001");
    assert_eq!((policy.values().red_percent.to_string().as_str(), policy.version()), ("67", "try"));
    for (text, want) in [
        ("amber_percent = \"50\"", "line 1: amber_percent: `\"50\"` is not a decimal number"),
        ("\n\namber_percent = inf", "line 3: amber_percent: `inf` is not a decimal number"),
        ("\nred = 1", "line 2: `red` is no value of a policy"),
        ("red_percent = 10", "amber_percent (50) is over red_percent (10)"),
        ("red_percent = ", "TOML parse error at line 1, column 15"),
        ("expire_min = 1\nexpire_min = 2", "TOML parse error at line 2"),
        ("[policy]\nred_percent = 90", "line 1: policy: `"),
    ] {
        let told = read_policy(text, "try").unwrap_err().to_string();
        assert!(told.starts_with(want), "{text}: {told}");
    }
}

#[test]
fn a_refusal_says_where() {
    for (from, to, want) in [
        ("\"beach\"", "\"beech\"", "/beech unknown field `beech`, expected one of `policy`, `beach`"),
        ("\"at\": [", "\"at\": [\"noon\",", "/at/0 `noon` is not an instant, such as 2026-07-18T16:00:00Z"),
        (
            "\"count\": 620",
            "\"count\": 620.5",
            "/reports/0/count invalid type: floating point `620.5`, expected u32",
        ),
        ("\"count\": 620", "\"count\": -1", "/reports/0/count invalid value: integer `-1`, expected u32"),
        (
            "\"count\": 620",
            "\"count\": \"620\"",
            "/reports/0/count invalid type: string \"620\", expected u32",
        ),
        ("\"count\": 620,", "", "/reports/0 has neither a count nor a band"),
        ("\"method\": \"counted\",", "", "/reports/0 has a count but no method, counted or estimated"),
        (
            "\"role\": \"patrol\"",
            "\"role\": \"king\"",
            "/reports/0/role unknown variant `king`, expected one of `patrol`",
        ),
        (
            "\"height_m\": 4.2",
            "\"height_m\": 0.4",
            "/beach/profile high water (0.4 m) is not over low water (0.4 m)",
        ),
        ("\"area_m2\": 9000", "\"area_m2\": 0", "/beach/profile an area of 0 m² is not one of more than 0"),
        ("10:00-18:00", "10:00-", "/beach/patrol_hours opening hours \"May-Sep 10:00-\" cannot be read"),
        ("{", "{\"policy\": {\"red\": 1},", "/policy `red` is no value of a policy"),
        (
            "{",
            "{\"policy\": {\"red_percent\": \"90\"},",
            "/policy/red_percent `\"90\"` is not a decimal number",
        ),
        (
            "{",
            "{\"policy\": {\"red_percent\": 90, \"red_percent\": 90},",
            "/policy duplicate field `red_percent`",
        ),
        ("{", "{\"policy\": {\"expire_min\": 0},", "/policy expire_min is 0, expected 0.001 to 1000000"),
        ("{", "{\"at\": [],", "duplicate field `at`"),
        ("{", "[", "/0 invalid type: string \"beach\", expected an object of the values"),
    ] {
        let text = SCENARIO.replacen(from, to, 1);
        assert_ne!(text, SCENARIO, "{from}");
        let told = refusal(&text);
        assert!(told.starts_with(want), "{to}: {told}");
    }
    assert!(refusal(&format!("{SCENARIO} {{}}")).starts_with("trailing characters at line"));
    let twice = SCENARIO.replacen(
        "\"tide\": [",
        "\"tide\": [{\"at\": \"2026-07-18T08:04:00Z\", \"height_m\": 9},",
        1,
    );
    assert_eq!(refusal(&twice), "/tide the tide at 2026-07-18 08:04:00 UTC is given twice, with two heights");
}

/// Numbers as good as random, the same ones in every run (`SplitMix64`).
fn below(seed: &mut u64, count: usize) -> usize {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) % count as u64).expect("below a count")
}

#[test]
fn no_scenario_makes_it_panic() {
    const JUNK: [&str; 24] = [
        "null",
        "-1",
        "1e9",
        "1e999",
        "0",
        "99999999999999999999",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "true",
        "NaN",
        "\u{0}",
        "\"\u{1F3D6}\"",
        "\"0001-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59.999Z\"",
        "\"2026-03-29T01:30:00+14:00\"",
        "3.7",
        "\"12\"",
        ",",
        "]",
        "}",
        "0.0000000000000000001",
        "\"2016-12-31T23:59:60Z\"",
    ];
    let mut seed = 4;
    let (mut read, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let mut text = SCENARIO.to_owned();
        for _ in 0..=below(&mut seed, 2) {
            // The beginnings of values, or anywhere.
            let colons: Vec<usize> = text.match_indices([':', '[', ',']).map(|(at, _)| at + 1).collect();
            let mut start = colons.get(below(&mut seed, colons.len().max(1))).copied().unwrap_or(0);
            if below(&mut seed, 5) == 0 {
                start = (0..=below(&mut seed, text.len()))
                    .rev()
                    .find(|at| text.is_char_boundary(*at))
                    .unwrap_or(0);
            }
            let length = text[start..].find([',', '}', ']', '\n']).unwrap_or(0);
            text.replace_range(start..start + length, JUNK[below(&mut seed, JUNK.len())]);
        }
        match read_scenario(text.as_bytes()) {
            Ok(scenario) => {
                let answers = write_statuses(&asked(&scenario));
                assert_eq!(answers.matches("\"valid_until\"").count(), scenario.at.len());
                read += 1;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty() && error.to_string().len() < 600, "{error}");
                refused += 1;
            }
        }
    }
    assert!(50 < read && 1_000 < refused, "{read} read, {refused} refused");
}
