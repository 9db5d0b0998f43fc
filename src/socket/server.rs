//! The server's end: reads a command, has it carried out, says what became of it.
use super::wire::{Reply, Request, Took};
use crate::access::By;
use crate::app::App;
use crate::app::orders::Asked;
use crate::clock::{Move, shown};
use crate::ids::RequestId;
use rustix::fs::Mode;
use rustix::process::umask;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long a client may take to send its command.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a long command says how far it is.
const STEP: Duration = Duration::from_millis(500);

/// Why the socket cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {}: {cause}", path.display())]
pub struct SocketError {
    path: PathBuf,
    cause: io::Error,
}

/// Listens at `path` until dropped. The caller holds the lock on the database file, so whatever stands there
/// was left by a process that died.
pub fn serve(path: &Path, app: App) -> Result<impl Future<Output = ()> + use<>, SocketError> {
    let error = |cause| SocketError { path: path.to_owned(), cause };
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(error(cause)),
        Ok(()) | Err(_) => {}
    }
    // The mask, because between a bind and a chmod anybody could connect.
    let before = umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    umask(before);
    let listener = bound.map_err(error)?;
    Ok(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => drop(tokio::spawn(answer(stream, app.clone()))),
                Err(error) => {
                    tracing::warn!(error = %error, "a command could not be accepted");
                    sleep(STEP).await;
                }
            }
        }
    })
}

async fn answer(mut stream: UnixStream, app: App) {
    let last = match timeout(PATIENCE, read(&mut stream)).await {
        Ok(Ok(request)) => carry_out(request, &app, &mut stream).await,
        Ok(Err(error)) => Reply::Refused { lines: vec![format!("the command cannot be read: {error}")] },
        Err(_) => Reply::Refused { lines: vec!["the command did not arrive in time".to_owned()] },
    };
    if let Err(error) = say(&mut stream, &last).await {
        tracing::info!(error = %error, "a command was answered, but nobody waited");
    }
}

async fn read(stream: &mut UnixStream) -> io::Result<Request> {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await?;
    Ok(serde_json::from_slice(&text)?)
}

async fn say(stream: &mut UnixStream, reply: &Reply) -> io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    stream.write_all(&line).await
}

async fn move_clock(to: Move, app: &App) -> Reply {
    match app.rehearse(to).await {
        Ok(now) => {
            let now = shown(now);
            tracing::info!(%now, "the time of the rehearsal was moved");
            Reply::Done(Took::Moved { now })
        }
        Err(error) => Reply::Refused { lines: vec![error.to_string()] },
    }
}

/// The command that `request` means here and now.
async fn asked(request: Request, app: &App) -> Result<Asked, Vec<String>> {
    let Request::ImportEvents(events) = request else { return request.asked(app.clock().now()) };
    let area = app.snapshot().area.clone();
    let read = tokio::task::spawn_blocking(move || events.asked(&area.facts));
    let read = read.await.map_err(|_| vec!["the reader failed on it".to_owned()])?;
    read.map(|events| events.asked)
}

async fn carry_out(request: Request, app: &App, stream: &mut UnixStream) -> Reply {
    if let Some(to) = request.moves_clock() {
        return move_clock(to, app).await;
    }
    let Asked { command, secret } = match asked(request, app).await {
        Ok(asked) => asked,
        Err(lines) => return Reply::Refused { lines },
    };
    let request = RequestId::fresh();
    let (progress, done) = watch::channel(0);
    let work = app.execute_with_progress(command, By::Operator, request, progress);
    tokio::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return match outcome {
                Ok(outcome) => {
                    let took = Took::new(outcome, secret.as_ref());
                    tracing::info!(%request, ?took, "a command was carried out");
                    Reply::Done(took)
                }
                Err(error) => {
                    tracing::info!(%request, error = %error, "a command was refused");
                    Reply::Refused { lines: vec![error.to_string()] }
                }
            },
            () = sleep(STEP) => {
                let done = *done.borrow();
                // Whoever asked may be gone; the command runs to its end all the same.
                drop(say(stream, &Reply::Progress { done }).await);
            }
        }
    }
}
