//! Runs the server until it is told to stop.
use super::args::{DEFAULT_DATABASE, REHEARSAL_DATABASE, ServeArgs};
use super::change::location;
use super::failure::Failure;
use super::{area, audit, banner, events, logging, rehearsal, tell};
use crate::app::{self, App, Feeding, Seed};
use crate::clock::Clock;
use crate::http::server::{self, Drained, Limits};
use crate::http::{self, Front, Pressure, RequestLimits, Site};
use crate::jobs;
use crate::socket;
use crate::store::{Access, FileLock, Location, Store};
use anyhow::Context;
use chrono::TimeDelta;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

const BACKLOG: u32 = 4096;
const RESERVED_FILES: usize = 64;
/// How long the end may wait for a database that does not answer.
const LAST_NOTE: Duration = Duration::from_secs(2);

/// Where the database is, whose time it is given, what it is opened for, and that nobody else has it.
struct Place {
    location: Location,
    clock: Clock,
    access: Access,
    _lock: Option<FileLock>,
}

fn place(args: &ServeArgs) -> Result<Place, Failure> {
    let database = match args.database.database.as_str() {
        // Nobody rehearses on what is real by leaving something out.
        DEFAULT_DATABASE if args.rehearse_at.is_some() => REHEARSAL_DATABASE,
        other => other,
    };
    let location = location(database)?;
    let clock = rehearsal::clock(args, &location)?;
    // A missing file is made only where nobody named one: a misspelt name must not start an empty service. That of a
    // rehearsal is made in any case, since nothing else may make it.
    let is_made = database == DEFAULT_DATABASE || clock.is_rehearsal();
    let access = if is_made { Access::Create } else { Access::Write };
    if access == Access::Write {
        location.must_exist()?;
    }
    let lock = location.file().map(FileLock::take).transpose()?;
    Ok(Place { location, clock, access, _lock: lock })
}

pub(super) async fn serve(args: ServeArgs) -> Result<(), Failure> {
    logging::start(args.log);
    let seed = match &args.area {
        Some(folder) => Seed::Named(Box::new(area::read(Some(folder))?)),
        None => Seed::Shipped(area::files(None)?),
    };
    let Place { location, clock, access, _lock } = place(&args)?;
    let (listener, admin_listener) =
        (listen(args.listen, "--listen")?, listen(args.admin_listen, "--admin-listen")?);
    let address = listener.local_addr().map_err(|error| Failure::Listen(error.into()))?;
    let admin_address = admin_listener.local_addr().map_err(|error| Failure::Listen(error.into()))?;
    let store = Store::open(&location, access).await?;
    store.migrate().await?;
    let (app, mut fatal) = app::start(store.clone(), clock.clone(), seed).await?;
    let app = asking_feeds(app, args.feed_ca.as_deref())?;
    let base = args.public_url.unwrap_or_else(|| format!("http://{address}"));
    let site = Site::new(app.clone(), &base);
    let requests = RequestLimits {
        trusted_proxies: args.trusted_proxies.clone(),
        reads_per_address: args.reads_per_address,
        writes_per_token: args.writes_per_token,
        ..RequestLimits::default()
    };
    let pressure = Pressure::default();
    let measuring = tokio::spawn(pressure.clone().measure());
    let (public, admin) = Front::both(&site, requests, pressure);

    // Before anybody can know that it runs: a signal in between would end it without ceremony.
    let mut terminate =
        signal(SignalKind::terminate()).context("waiting for SIGTERM").map_err(Failure::general)?;
    let mut interrupt =
        signal(SignalKind::interrupt()).context("waiting for SIGINT").map_err(Failure::general)?;
    let (stop, stopped) = watch::channel(false);
    let limits = Limits { exempt: args.trusted_proxies, ..Limits::default() };
    let limits = Limits { connections: limits.connections.min(affordable_connections()), ..limits };
    let refusing = site.clone();
    let refuse = Arc::new(move |refusal| http::refuse(&refusing, refusal));
    let serving = tokio::spawn(server::serve(
        listener,
        move |request| public.clone().answer(request),
        limits,
        refuse.clone(),
        until(stopped.clone()),
    ));
    let admin_serving = tokio::spawn(server::serve(
        admin_listener,
        move |request| admin.clone().answer(request),
        Limits::default(),
        refuse,
        until(stopped.clone()),
    ));
    let commands = location.socket().and_then(|path| match socket::serve(&path, app.clone()) {
        Ok(serving) => Some((tokio::spawn(serving), path)),
        Err(error) => {
            tracing::warn!(error = %error, "commands cannot reach this server while it runs; a shorter path may help");
            None
        }
    });
    if address.ip().is_unspecified() && base.ends_with(&address.to_string()) {
        tell(
            "links in answers begin with an address that nobody can reach: say with --public-url what they begin with",
        );
    }
    let reminding = tokio::spawn(rehearsal::remind(clock, rehearsal::warn));
    tracing::info!(%address, admin = %admin_address, database = %location, "serving");
    banner::show(&app, &location, &base, admin_address);
    let forget_after = Some(args.forget_after_days).filter(|days| 0 < *days);
    let forget_after = forget_after.map(|days| TimeDelta::days(days.into()));
    let keeping = tokio::spawn(jobs::run(app.clone(), forget_after, until(stopped.clone())));

    let cause = tokio::select! {
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
        Ok(told) = fatal.wait_for(Option::is_some) => told.clone(),
    };
    tracing::info!("stopping");
    stop.send_replace(true);
    if let Some((commands, path)) = commands {
        commands.abort();
        // Whoever comes now finds the lock free, not a socket that nobody answers.
        let _ = std::fs::remove_file(path);
    }
    let Drained { finished, cut } = serving.await.unwrap_or(Drained { finished: 0, cut: 0 });
    admin_serving.abort();
    measuring.abort();
    // They were told, too: nothing asks the database when it is closed.
    let _ = keeping.await;
    reminding.abort();
    if let Ok(Err(error)) = timeout(LAST_NOTE, app.note_uses()).await {
        tracing::warn!(error = %error, "when tokens were last used is not written down");
    }
    drop((app, site));
    match timeout(LAST_NOTE, audit::end(&store)).await {
        Ok(Ok(anchor)) => tracing::info!(%anchor, "the audit"),
        Ok(Err(_)) | Err(_) => tracing::warn!("the end of the audit could not be read for the log"),
    }
    store.close().await;
    tracing::info!(finished, cut, "stopped");
    cause.map_or(Ok(()), |cause| Err(Failure::Fatal(cause)))
}

/// `app`, which asks feeds. By a clock that is made up, nobody else is asked anything.
fn asking_feeds(app: App, authorities: Option<&Path>) -> Result<App, Failure> {
    if app.clock().is_rehearsal() {
        return Ok(app);
    }
    match events::fetcher(&app.snapshot().area.facts, authorities) {
        Ok(fetcher) => Ok(app.with_feeding(Feeding::new(fetcher))),
        Err(failure) if authorities.is_some() => Err(failure),
        Err(failure) => {
            tracing::warn!(?failure, "feeds are not asked");
            Ok(app)
        }
    }
}

fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, Failure> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        // The usual 128 would make a crowd that connects at once wait a second for its second try.
        socket.listen(BACKLOG)
    };
    bound()
        .with_context(|| format!("cannot listen at {address}; choose another address with {option}"))
        .map_err(Failure::Listen)
}

/// Connections there are file descriptors for: as many as the system allows this process, less a reserve for
/// the database, the log and the other listener.
fn affordable_connections() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // A process may raise its own limit to the maximum it was given; where it may not, it keeps what it has.
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let files = if raised.is_ok() { maximum } else { current };
    files
        .map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
        .saturating_sub(RESERVED_FILES)
        .max(1)
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error is the sender gone, which is a stop too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
