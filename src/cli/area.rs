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

/// Reads the area's files in `folder`, whose names begin with `prefix`. What is none of them is named, so that
/// it can be reported, and left unread.
fn collect(folder: &Path, prefix: &str, files: &mut Files) -> anyhow::Result<()> {
    let reading = || format!("reading the area folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let own = entry.file_name().to_string_lossy().into_owned();
        // Hidden files are an editor's or a file manager's, never the area's.
        if own.starts_with('.') {
            continue;
        }
        let (name, path) = (format!("{prefix}{own}"), entry.path());
        let kind = fs::metadata(&path).with_context(|| format!("reading {}", path.display()))?;
        if kind.is_dir() && name == "places" {
            collect(&path, "places/", files)?;
        } else if kind.is_file() && area::is_file(&name) {
            let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            files.insert(name, bytes);
        } else {
            files.insert(if kind.is_dir() { format!("{name}/") } else { name }, Vec::new());
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
        None => {
            let count = counted(findings.len());
            let last = format!("{count}; nothing was taken in");
            Err(Failure::Findings(findings.iter().map(ToString::to_string).chain([last]).collect()))
        }
    }
}

fn counted(findings: usize) -> String {
    if findings == 1 { "1 finding".to_owned() } else { format!("{findings} findings") }
}

/// Reads an area without a database and lists every finding.
pub(super) fn check(folder: Option<&Path>) -> Result<(), Failure> {
    let (area, findings) = area::read(files(folder)?);
    findings.iter().for_each(say);
    match (area, findings.len()) {
        (Some(area), 0) => {
            let places = area.places.iter().filter(|feature| feature.is_place()).count();
            let events = area.places.len() - places;
            say(format_args!("{}: {places} places and {events} events, nothing to mend", area.facts.name));
            Ok(())
        }
        (_, count) => Err(Failure::Findings(vec![counted(count)])),
    }
}
