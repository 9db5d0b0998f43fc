//! Commands from words: what the command line and the socket are given, checked the same way for both.
mod access;
mod feeds;

pub use access::{Asked, TokenWords, create_organisation, create_token, revoke_token};
pub use feeds::{AskedEvents, EventsWords, feed_source, import_events};

use crate::command::{Aim, Command, Expected, Import};
use crate::features::Status;
use crate::features::field::{Kind, Value};
use crate::formats::area::{self, Files};
use crate::ids::{Collection, FeatureId};

/// The command to take in the area folder with these files; or every finding that stops it, a line each.
pub fn import(files: Files) -> Result<Command, Vec<String>> {
    let (folder, findings) = area::read(files);
    match folder {
        Some(folder) => Ok(Command::Import(Import::from(folder))),
        None => Err(findings.iter().map(ToString::to_string).collect()),
    }
}

/// The command to take in the table of tides that is called `file`, as one of `station` where that is given; or every
/// finding that stops it, a line each.
pub fn import_tides(file: &str, text: &str, station: Option<&str>) -> Result<Command, Vec<String>> {
    let (table, findings) = area::read_tides(file, text, station);
    let table = table.ok_or_else(|| findings.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let (names_station, summary) = (table.station.is_some(), table.summary());
    Ok(Command::ImportTides { table: table.text, names_station, summary })
}

/// The command to give the place of that collection and id another status; or why there is no such command.
pub fn set_status(
    collection: &str,
    id: &str,
    status: &str,
    reason: Option<&str>,
    until: Option<&str>,
) -> Result<Command, Vec<String>> {
    let line = |text: String| vec![text];
    let known = Collection::named(collection)
        .filter(|collection| Collection::PLACES.contains(collection))
        .ok_or_else(|| {
            let all: Vec<_> = Collection::PLACES.iter().map(|collection| collection.name()).collect();
            line(format!("there is no collection `{collection}`; there are {}", all.join(", ")))
        })?;
    let id = FeatureId::new(id).map_err(|error| line(error.to_string()))?;
    let read = |kind: &Kind, what: &str, text: Option<&str>| {
        let value = text.map(|text| kind.text(text)).transpose();
        value.map_err(|error| line(format!("{what}: {error}")))
    };
    let reason = match read(&Kind::Text(500), "the reason", reason)? {
        Some(Value::Text(reason)) => Some(reason),
        _ => None,
    };
    let until = match read(&Kind::Instant, "the end", until)? {
        Some(Value::Instant(until)) => Some(until),
        _ => None,
    };
    let status = Status::from_parts(status, reason, until).map_err(|error| line(error.to_string()))?;
    let aim = Aim { collection: known, id, expected: Expected::Anything };
    Ok(Command::SetStatus { aim, status })
}
