//! Tries the beach rule on what was, or might have been.
use super::args::{CrowdVerb, ReplayArgs};
use super::failure::Failure;
use super::say;
use crate::beaches::Replay;
use crate::formats::crowd::{read_policy, read_scenario, write_statuses};
use anyhow::Context;
use std::fs;
use std::path::Path;

pub(super) fn crowd(verb: CrowdVerb) -> Result<(), Failure> {
    match verb {
        CrowdVerb::Replay(args) => replay(&args),
    }
}

fn replay(args: &ReplayArgs) -> Result<(), Failure> {
    let text = bytes(&args.scenario)?;
    let mut scenario = read_scenario(&text).map_err(|error| refused(&args.scenario, error))?;
    if let Some(file) = &args.policy {
        let text = String::from_utf8(bytes(file)?).map_err(|error| refused(file, error))?;
        let version = file.file_stem().unwrap_or_default().to_string_lossy();
        scenario.policy = read_policy(&text, &version).map_err(|error| refused(file, error))?;
    }
    let (policy, beach, tide) = (&scenario.policy, &scenario.beach, &scenario.tide);
    let mut replay = Replay::new(policy, beach, tide, &scenario.reports, &scenario.overrides);
    let statuses: Vec<_> = scenario.at.iter().map(|at| replay.status(*at)).collect();
    say(write_statuses(&statuses));
    Ok(())
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).with_context(|| format!("reading {}", file.display())).map_err(Failure::general)
}

fn refused(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::Refused(vec![format!("{}: {error}", file.display())])
}
