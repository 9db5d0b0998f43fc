//! One process a database file: a lock file beside it says which.
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The lock on a database file; dropped, it is free again, also when the process dies.
#[derive(Debug)]
pub struct FileLock(File);

/// Nobody has it any more, and the file says so; it stays, because to delete it would race with who takes it next.
impl Drop for FileLock {
    fn drop(&mut self) {
        // What cannot be said here is seen from the lock itself.
        let _ = self.0.set_len(0);
    }
}

/// Why the file could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("{database} is in use by process {pid}: stop it, or give another --database")]
    Held {
        /// The database file.
        database: String,
        /// The other process, as far as it said.
        pid: String,
    },
    /// The lock file cannot be made.
    #[error(
        "cannot write {path}: {cause}; run this as who owns the database, or choose another folder with --database"
    )]
    Io {
        /// The lock file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
}

impl FileLock {
    /// Locks the database file `database`, and writes this process's number beside it.
    pub fn take(database: &Path) -> Result<Self, LockError> {
        let path = beside(&real(database), "lock");
        let io = |cause| LockError::Io { path: path.display().to_string(), cause };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).map_err(io)?;
                return Err(LockError::Held {
                    database: database.display().to_string(),
                    pid: pid.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(io(cause)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write(&mut file).map_err(io)?;
        Ok(Self(file))
    }
}

/// The path of the file itself, so that two names of one file find one lock.
pub(super) fn real(database: &Path) -> PathBuf {
    fs::canonicalize(database).unwrap_or_else(|_| {
        // It is about to be made: its folder is there, if anything is.
        let folder =
            database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (fs::canonicalize(folder), database.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            (Ok(_) | Err(_), _) => database.to_owned(),
        }
    })
}

/// The file beside `database` with another ending added: `promenade.db` has `promenade.db.lock`.
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
