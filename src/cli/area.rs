//! Where an area comes from: a folder, or the one shipped inside the program.
use super::failure::Failure;
use super::{say, tell};
use crate::formats::area::{self, AreaFolder, Files};
use anyhow::Context;
use rust_embed::Embed;
use std::fs;
use std::path::Path;

/// The area that is shipped.
#[derive(Embed)]
#[folder = "data/tendring"]
struct Shipped;

/// The files of `folder`, of the shipped area without one.
pub(super) fn files(folder: Option<&Path>) -> Result<Files, Failure> {
    let Some(folder) = folder else {
        let file = |name: std::borrow::Cow<'static, str>| {
            Some((name.to_string(), Shipped::get(&name)?.data.into_owned()))
        };
        return Ok(Shipped::iter().filter_map(file).collect());
    };
    let mut files = Files::new();
    collect(folder, "", &mut files).map_err(Failure::general)?;
    Ok(files)
}

/// Reads the files of `folder` and of the folders in it, whose names begin with `prefix`.
fn collect(folder: &Path, prefix: &str, files: &mut Files) -> anyhow::Result<()> {
    let reading = || format!("reading the area folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // Hidden files are an editor's or a file manager's, never the area's.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            let bytes =
                fs::read(entry.path()).with_context(|| format!("reading {}", entry.path().display()))?;
            files.insert(name, bytes);
        }
    }
    Ok(())
}

/// Reads the area in `folder`, the shipped one without; refused with every finding when one stops it.
/// Warnings are told, and stop nothing.
pub(super) fn read(folder: Option<&Path>) -> Result<AreaFolder, Failure> {
    let (area, findings) = area::read(files(folder)?);
    match area {
        Some(area) => {
            findings.iter().for_each(tell);
            Ok(area)
        }
        None => Err(Failure::Findings(findings.iter().map(ToString::to_string).collect())),
    }
}

/// Reads an area without a database and lists every finding.
pub(super) fn check(folder: Option<&Path>) -> Result<(), Failure> {
    let (area, findings) = area::read(files(folder)?);
    findings.iter().for_each(say);
    match (area, findings.len()) {
        (Some(area), 0) => {
            say(format_args!("{}: {} places, nothing to mend", area.facts.name, area.places.len()));
            Ok(())
        }
        (_, 1) => Err(Failure::Findings(vec!["1 finding".to_owned()])),
        (_, count) => Err(Failure::Findings(vec![format!("{count} findings")])),
    }
}
