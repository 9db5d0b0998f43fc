//! Tries the beach rule on what was, or might have been.
use super::args::{CrowdVerb, ReplayArgs};
use super::change::location;
use super::failure::Failure;
use super::say;
use crate::app::{ReplayError, Replayed, Replaying};
use crate::beaches::{Policy, Replay};
use crate::formats::crowd::{read_policy, read_scenario, status_line, write_statuses};
use crate::store::{Access, Store};
use anyhow::Context;
use std::fs;
use std::path::Path;
use std::sync::Arc;

pub(super) async fn crowd(verb: CrowdVerb) -> Result<(), Failure> {
    match verb {
        CrowdVerb::Replay(args) => replay(args).await,
    }
}

async fn replay(args: ReplayArgs) -> Result<(), Failure> {
    let policy = args.policy.as_deref().map(policy_in).transpose()?;
    match (&args.scenario, args.beach.zip(args.from).zip(args.to)) {
        (Some(scenario), _) => of_scenario(scenario, policy),
        (None, Some(((beach, from), to))) => {
            let asked = Replayed { beach, from, to, every: args.every, policy: policy.map(Arc::new) };
            let store = Store::open(&location(&args.database.database)?, Access::Read).await?;
            store.require_migrated().await?;
            of_stored(&store, asked).await?;
            store.close().await;
            Ok(())
        }
        (None, None) => unreachable!("one of them must be typed"),
    }
}

fn of_scenario(file: &Path, policy: Option<Policy>) -> Result<(), Failure> {
    let scenario = read_scenario(&bytes(file)?).map_err(|error| refused(file, error))?;
    let policy = policy.unwrap_or(scenario.policy);
    let (beach, tide) = (&scenario.beach, &scenario.tide);
    let mut replay = Replay::new(&policy, beach, tide, &scenario.reports, &scenario.overrides);
    let statuses: Vec<_> = scenario.at.iter().map(|at| replay.status(*at)).collect();
    say(write_statuses(&statuses));
    Ok(())
}

/// Printed day by day: a summer is not held as a whole.
async fn of_stored(store: &Store, asked: Replayed) -> Result<(), Failure> {
    let mut replaying = Replaying::begin(store, asked).await.map_err(|error| match error {
        ReplayError::Read(cause) => cause.into(),
        refused => Failure::Refused(vec![refused.to_string()]),
    })?;
    let mut last: Option<String> = None;
    say("[");
    while let Some(statuses) = replaying.next_day().await? {
        for status in &statuses {
            if let Some(line) = last.replace(status_line(status)) {
                say(format_args!("{line},"));
            }
        }
    }
    last.iter().for_each(say);
    say("]");
    Ok(replaying.end().await?)
}

fn policy_in(file: &Path) -> Result<Policy, Failure> {
    let text = String::from_utf8(bytes(file)?).map_err(|error| refused(file, error))?;
    let version = file.file_stem().unwrap_or_default().to_string_lossy();
    read_policy(&text, &version).map_err(|error| refused(file, error))
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).with_context(|| format!("reading {}", file.display())).map_err(Failure::general)
}

fn refused(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::Refused(vec![format!("{}: {error}", file.display())])
}
