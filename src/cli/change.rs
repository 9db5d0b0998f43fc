//! Commands that change something: through the running server where there is one, otherwise directly.
use super::args::{CloseArgs, ImportArgs, ImportPart, ImportTidesArgs, InitArgs, PlaceArgs};
use super::failure::Failure;
use super::{area, events, say, tell};
use crate::access::By;
use crate::app::orders::Asked;
use crate::app::{self, orders};
use crate::clock::Clock;
use crate::command::Command;
use crate::formats;
use crate::socket::{self, Reply, Request, Said, StatusChange, Took};
use crate::store::{Access, FileLock, Location, LockError, Store, Times};
use anyhow::Context;
use chrono::{DateTime, Utc};
use std::fs;
use std::time::Duration;
use tokio::sync::watch;

const STEP: Duration = Duration::from_secs(1);

/// Where `text` says that the database is.
pub(super) fn location(text: &str) -> Result<Location, Failure> {
    Ok(text.parse::<Location>()?)
}

/// Creates or updates the database, and takes in an area.
pub(super) async fn init(args: InitArgs) -> Result<(), Failure> {
    let folder = area::read(args.area.as_deref())?;
    let location = location(&args.database.database)?;
    let _lock = location.file().map(FileLock::take).transpose()?;
    report(directly(&location, Access::Create, Command::Import(folder.into()).into()).await?);
    Ok(())
}

/// Takes in an area folder.
pub(super) async fn import(args: ImportArgs) -> Result<(), Failure> {
    // Read here first: whoever typed the command sees the findings whether a server runs or not.
    let path = match (args.part, args.area) {
        (Some(ImportPart::Tides(tides)), _) => return import_tides(tides).await,
        (Some(ImportPart::Events(args)), _) => return events::import(args).await,
        (None, area) => area,
    };
    let folder = area::read(path.as_deref())?;
    let text = |(name, bytes): (String, Vec<u8>)| Some((name, String::from_utf8(bytes).ok()?));
    let files = area::files(path.as_deref())?.into_iter().filter_map(text).collect();
    let request = Request::Import { files };
    report(change(&args.database.database, Command::Import(folder.into()).into(), &request).await?);
    Ok(())
}

/// Takes in a table of tides.
async fn import_tides(args: ImportTidesArgs) -> Result<(), Failure> {
    let read = || format!("reading the table {}", args.table.display());
    let text = fs::read_to_string(&args.table).with_context(read).map_err(Failure::general)?;
    let file = args.table.display().to_string();
    let (table, findings) = formats::area::read_tides(&file, &text, args.station.as_deref());
    let Some(table) = table else {
        let lines = findings.iter().map(ToString::to_string);
        return Err(Failure::Findings(lines.chain(["nothing was taken in".to_owned()]).collect()));
    };
    findings.iter().for_each(tell);
    let request = Request::ImportTides { file, text, station: args.station };
    let asked = request.clone().asked(Clock::system().now()).map_err(Failure::Refused)?;
    let instant = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC");
    let took = change(&args.database.database, asked, &request).await?;
    let unchanged = matches!(took, Took::Import { documents: 0, .. });
    let took = if unchanged { "nothing has changed" } else { "taken in" };
    say(format_args!(
        "{took}: {} turning points from {} to {}; the tide is unknown from then on",
        table.turning_points,
        instant(table.from),
        instant(table.to)
    ));
    Ok(())
}

/// Closes a place.
pub(super) async fn close(args: CloseArgs) -> Result<(), Failure> {
    let status = if args.for_good { "closed" } else { "temporarily_closed" };
    set_status(args.place, status, Some(args.reason), args.until).await
}

/// Opens a place again.
pub(super) async fn open(args: PlaceArgs) -> Result<(), Failure> {
    set_status(args, "active", None, None).await
}

async fn set_status(
    args: PlaceArgs,
    status: &str,
    reason: Option<String>,
    until: Option<String>,
) -> Result<(), Failure> {
    let (collection, id) = args.place;
    let command = orders::set_status(&collection, &id, status, reason.as_deref(), until.as_deref());
    let command = command.map_err(Failure::Refused)?;
    let request =
        Request::SetStatus(StatusChange { collection, id, status: status.to_owned(), reason, until });
    report(change(&args.database.database, command.into(), &request).await?);
    Ok(())
}

/// Has carried out what `request` asks.
pub(super) async fn change_as_asked(database: &str, request: Request) -> Result<(), Failure> {
    let asked = request.clone().asked(Clock::system().now()).map_err(Failure::Refused)?;
    report(change(database, asked, &request).await?);
    Ok(())
}

/// Has `asked` carried out by the server that has the database, which is asked by `request`; directly when
/// none runs.
pub(super) async fn change(database: &str, asked: Asked, request: &Request) -> Result<Took, Failure> {
    let location = location(database)?;
    location.must_exist()?;
    match beside(&location, request).await? {
        Beside::Server(took) => Ok(took),
        Beside::Nobody(_lock) => directly(&location, Access::Write, asked).await,
    }
}

/// Who has a database.
pub(super) enum Beside {
    /// A server, which did what it was asked.
    Server(Took),
    /// Nobody but who has this lock; there is none where several may have the database.
    Nobody(Option<FileLock>),
}

/// Has `request` carried out by the server that has the database, if one runs.
pub(super) async fn beside(location: &Location, request: &Request) -> Result<Beside, Failure> {
    let held = match location.file().map(FileLock::take).transpose() {
        Ok(lock) => return Ok(Beside::Nobody(lock)),
        Err(held @ LockError::Held { .. }) => held,
        Err(error @ LockError::Io { .. }) => return Err(error.into()),
    };
    let socket = location.socket().ok_or(held)?;
    match socket::ask(&socket, request, |done| tell(format_args!("{done} items done"))).await? {
        Reply::Done(took) => Ok(Beside::Server(took)),
        Reply::Refused { lines } => Err(Failure::Refused(lines)),
        Reply::Progress { .. } => unreachable!("the client returns the last reply only"),
    }
}

async fn directly(location: &Location, access: Access, asked: Asked) -> Result<Took, Failure> {
    let store = Store::open(location, access).await?;
    let took = in_store(&store, asked).await;
    store.close().await;
    took
}

async fn in_store(store: &Store, asked: Asked) -> Result<Took, Failure> {
    store.migrate().await?;
    store.found(Times::Real).await?;
    let (progress, mut done) = watch::channel(0);
    let shown = tokio::spawn(async move {
        while done.changed().await.is_ok() {
            tokio::time::sleep(STEP).await;
            tell(format_args!("{} items done", *done.borrow_and_update()));
        }
    });
    let outcome =
        app::change_directly(store, &Clock::system(), asked.command, By::Operator, Some(progress)).await;
    shown.abort();
    Ok(Took::new(outcome?, asked.secret.as_ref()))
}

/// Says what was done.
pub(super) fn report(took: Took) {
    match took {
        Took::Import { added: 0, changed: 0, documents: 0, unchanged, deleted, missing } => {
            say(format_args!(
                "nothing has changed: {unchanged} places and events are stored as the files say{}{}",
                gone(deleted),
                lacking(missing)
            ));
        }
        Took::Import { added, changed, unchanged, deleted, missing, documents } => say(format_args!(
            "taken in: {added} places and events added, {changed} changed, {unchanged} unchanged, {documents} documents of the area written{}{}",
            gone(deleted),
            lacking(missing)
        )),
        Took::Events { .. } | Took::HeldBack { .. } => unreachable!("events tell of themselves"),
        Took::Written { version } => say(format_args!("done: the place is at version {version}")),
        Took::Unchanged { version } => {
            say(format_args!("nothing has changed: the place is so at version {version}"));
        }
        Took::Token { id, actor, text: Said(text) } => {
            // Alone on the output, so that a script can take it from there.
            say(text);
            tell(format_args!(
                "this is the token {id} of the actor {actor}; it is not shown again, and whoever has it may use it"
            ));
        }
        Took::Organisation { id, version } => {
            say(format_args!("done: the organisation {id} is at version {version}"));
        }
        Took::Moved { now } => say(format_args!("it is {now} in the rehearsal")),
        Took::Done => say("done"),
    }
}

fn gone(deleted: u64) -> String {
    match deleted {
        0 => String::new(),
        1 => "; 1 place of the files was deleted by staff, and was left so".to_owned(),
        count => format!("; {count} places of the files were deleted by staff, and were left so"),
    }
}

fn lacking(missing: u64) -> String {
    match missing {
        0 => String::new(),
        1 => "; 1 stored place is not in the files, and was left as it is".to_owned(),
        count => format!("; {count} stored places are not in the files, and were left as they are"),
    }
}
