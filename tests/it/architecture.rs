//! The shape of the house, checked like any other behaviour. ARCHITECTURE.md draws it.
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A module may use modules of the rows above its own, never of its own row or below.
const ROWS: &[&[&str]] = &[
    &["clock", "ids", "text", "spatial", "hours", "config", "fetch"],
    &["recurrence"],
    &["features", "access", "beaches"],
    &["catalogue"],
    &["feeds"],
    &["command"],
    &["formats"],
    &["store", "snapshot"],
    &["app"],
    &["http", "jobs", "socket"],
    &["cli"],
];

/// An outside crate is named in these modules only.
const OWNERS: &[(&str, &[&str])] = &[
    ("arc_swap", &["app"]),
    ("axum", &["http"]),
    ("chrono_tz", &["hours"]),
    ("clap", &["cli"]),
    ("crc32fast", &["access"]),
    ("csv", &["formats"]),
    ("data_encoding", &["access"]),
    ("geo", &["spatial"]),
    ("geojson", &["formats"]),
    ("getrandom", &["app"]),
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("libdeflater", &["http"]),
    ("memchr", &["snapshot", "http"]),
    ("metrics", &["http"]),
    ("metrics_exporter_prometheus", &["http"]),
    ("mimalloc", &["main"]),
    ("opening_hours", &["hours"]),
    ("opening_hours_syntax", &["hours"]),
    ("reqwest", &["fetch"]),
    ("rrule", &["recurrence"]),
    ("rust_embed", &["store", "cli"]),
    ("rustix", &["cli", "socket"]),
    ("serde_path_to_error", &["formats"]),
    ("serde_saphyr", &["http"]),
    ("sha2", &["access", "formats", "store"]),
    ("sqlx", &["store"]),
    ("subtle", &["access"]),
    ("toml", &["config"]),
    ("tower", &["http"]),
    ("tracing_subscriber", &["cli"]),
    ("unicode_normalization", &["text"]),
    ("xxhash_rust", &["formats", "snapshot", "http"]),
];

/// Crates that any module may name: they are the language of the house, or belong to one already by their types.
const COMMON: &[&str] = &[
    "anyhow",
    "bytes",
    "chrono",
    "futures_util",
    "http_body",
    "libsqlite3_sys",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "tracing",
    "uuid",
];

/// Lines a source file may have, and its inline tests.
const MAX_LINES: usize = 400;
const MAX_INLINE_TESTS: usize = 100;

/// What a file uses of the house.
static USED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bcrate::(\{|[a-z_0-9]+)").unwrap());
/// What it reaches by climbing.
static ROUND: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:super::){2,}([a-z_0-9]+)").unwrap());
/// Of each of [`OWNERS`]: a module of the house by that name, and the crate.
static OUTSIDE: LazyLock<Vec<(Regex, Regex)>> = LazyLock::new(|| {
    let of = |outside: &str| {
        let wrapped = Regex::new(&format!(r"use crate::[^;]*\b{outside}\b")).unwrap();
        (wrapped, Regex::new(&format!(r"(^|[^:\w]){outside}::")).unwrap())
    };
    OWNERS.iter().map(|(outside, _)| of(outside)).collect()
});

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// What is wrong with the file `name` (its path below `src`) that reads `text`.
fn faults(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if MAX_LINES < lines {
        faults.push(format!("{name}: {lines} lines, at most {MAX_LINES}"));
    }
    if let Some(tests) =
        text.lines().position(|line| line == "mod tests {").filter(|at| MAX_INLINE_TESTS < lines - at)
    {
        faults.push(format!(
            "{name}: {} lines of inline tests; move them to a file of their own",
            lines - tests
        ));
    }
    let is_test = name.split('/').any(|part| part.trim_end_matches(".rs") == "tests");
    if !is_test && !text.starts_with("//! ") {
        faults.push(format!("{name}: the file does not begin by saying what it is (`//! ...`)"));
    }
    let module = name.split('/').next().unwrap().trim_end_matches(".rs");
    if matches!(module, "lib" | "main") {
        return faults;
    }
    let Some(own) = row(module) else {
        faults.push(format!("{name}: module {module} is in no row"));
        return faults;
    };
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for found in USED.captures_iter(&code) {
        match (&found[1], row(&found[1])) {
            ("{", _) => faults.push(format!("{name}: write one `use crate::module::...` a line")),
            (used, Some(_)) if used == module => {}
            (_, Some(above)) if above < own => {}
            (used, Some(_)) => faults.push(format!("{name}: {module} may not use crate::{used}")),
            (used, None) => faults.push(format!("{name}: crate::{used} is in no row")),
        }
    }
    for found in ROUND.captures_iter(&code) {
        if found[1] != *module && row(&found[1]).is_some() {
            faults.push(format!("{name}: write crate::{} for a path that leaves the module", &found[1]));
        }
    }
    for ((outside, owners), (wrapped, named)) in OWNERS.iter().zip(OUTSIDE.iter()) {
        // A module of the house may have the name of the crate it wraps.
        let named = !wrapped.is_match(&code) && named.is_match(&code);
        if named && !owners.contains(&module) && !(is_test && module == "http") {
            faults.push(format!("{name}: only {owners:?} may name {outside}"));
        }
    }
    faults
}

#[test]
fn modules_use_only_modules_above_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(50 < files.len());
    let all: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let name = file.strip_prefix(&src).unwrap().display().to_string();
            faults(&name, &fs::read_to_string(file).unwrap())
        })
        .collect();
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn a_planted_breach_is_found() {
    let long = "//! Long.\n".repeat(MAX_LINES + 1);
    let tests = format!("//! Tests.\nmod tests {{\n{}}}\n", "    // more\n".repeat(MAX_INLINE_TESTS));
    for (name, text, fault) in [
        ("features/mod.rs", "//! Up.\nuse crate::store::Store;\n", "features may not use crate::store"),
        ("store/x.rs", "//! Across.\nuse crate::snapshot::Snapshot;\n", "store may not use crate::snapshot"),
        ("features/x.rs", "//! Many.\nuse crate::{ids, store};\n", "write one `use"),
        ("features/x.rs", "//! Path.\nfn f() { crate::http::g() }\n", "features may not use crate::http"),
        ("features/x.rs", "//! Round.\nuse super::super::store::Store;\n", "write crate::store"),
        ("app/x.rs", "//! Owner.\nuse sqlx::Row;\n", "only [\"store\"] may name sqlx"),
        ("drawer/x.rs", "//! Nowhere.\n", "module drawer is in no row"),
        ("features/x.rs", "use crate::ids::FeatureId;\n", "does not begin by saying what it is"),
        ("features/x.rs", &long, "401 lines"),
        ("features/x.rs", &tests, "inline tests"),
    ] {
        let found = faults(name, text);
        assert!(found.iter().any(|found| found.contains(fault)), "{name} {fault}: {found:?}");
    }
    assert_eq!(
        faults("store/x.rs", "//! Down.\nuse crate::features::Feature;\nuse sqlx::Row;\n"),
        Vec::<String>::new()
    );
}

#[test]
fn every_crate_has_an_owner_or_is_common() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for line in dependencies.lines().filter_map(|line| line.split_once(" = ")) {
        let name = line.0.replace('-', "_");
        assert!(
            COMMON.contains(&name.as_str()) || OWNERS.iter().any(|(owned, _)| *owned == name),
            "{name} has no owner, nor is it common"
        );
    }
}
