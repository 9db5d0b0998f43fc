//! The command line's end.
use super::wire::{Reply, Request};
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// Why the running server did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be reached.
    #[error("the database is in use, but nobody answers at {}: {cause}; a server that is just starting or stopping can be asked again in a moment", path.display())]
    Connect {
        /// The socket.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It went away.
    #[error(
        "the running server went away before it answered: {0}; the command may be done or not, asking again is safe"
    )]
    Gone(#[from] io::Error),
}

/// Has the server that listens at `path` carry out `request`; `progress` is told how many items are done.
pub async fn ask(path: &Path, request: &Request, mut progress: impl FnMut(u64)) -> Result<Reply, AskError> {
    let connected = UnixStream::connect(path).await;
    let mut stream = connected.map_err(|cause| AskError::Connect { path: path.to_owned(), cause })?;
    stream.write_all(&serde_json::to_vec(request).map_err(io::Error::from)?).await?;
    stream.shutdown().await?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line).map_err(io::Error::from)? {
            Reply::Progress { done } => progress(done),
            last @ (Reply::Done(_) | Reply::Refused { .. }) => return Ok(last),
        }
    }
    Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
}
