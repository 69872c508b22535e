//! Why a room's journal cannot be opened, in words for people, and how SQLite's errors are sorted.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use crate::journal::codec::DecodeError;
use crate::journal::{AppendError, ReadError};

/// Why a journal was not opened. Nothing on disk was changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process runs the room.
    #[error(
        "the room in {} is run by another process{}; attach to it, or end it first",
        dir.display(), by(*pid)
    )]
    Owned {
        /// The room's folder.
        dir: PathBuf,
        /// The other process, when it has written down its id.
        pid: Option<u32>,
    },
    /// A newer Synod made the journal.
    #[error(
        "{} has the layout {found}, and this Synod knows layouts up to {known}: use the newer Synod that wrote it",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The layout found.
        found: u32,
        /// The newest layout that is known.
        known: u32,
    },
    /// The file is a database of some other program.
    #[error("{} is not a journal of Synod; move it out of the way", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the journal {} is damaged: {why}. Nothing was changed. Put a backup in its place, or move it aside to begin a new room",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// An event is sound but cannot be understood.
    #[error("event {seq} of {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Its place.
        seq: u64,
        /// Why.
        source: DecodeError,
    },
    /// There is no journal to read.
    #[error("there is no journal in {}; `synod` opens a room", dir.display())]
    Missing {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder or the file cannot be made or written.
    #[error("{} cannot be written: {why}. The room needs a folder that it may write to", path.display())]
    Unwritable {
        /// Folder or file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// No space is left.
    #[error("no space is left for {}; free some and try again", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Anything else.
    #[error("{} cannot be opened: {why}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

/// Why a stored event cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum RowError {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error("event {seq}: {why}")]
    Damaged { seq: u64, why: String },
    #[error("event {seq}: {source}")]
    Unknown { seq: u64, source: DecodeError },
}

impl RowError {
    pub(super) fn into_open(self, path: &Path, conn: &Connection) -> OpenError {
        match self {
            Self::Sql(error) => sort_open(&error, path, Some(conn)),
            Self::Damaged { seq, why } => OpenError::Corrupt {
                path: path.to_owned(),
                why: format!("event {seq}: {why}{}", suspicion(conn)),
            },
            Self::Unknown { seq, source } => OpenError::Unreadable {
                path: path.to_owned(),
                seq,
                source,
            },
        }
    }
}

impl From<RowError> for ReadError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::Sql(error) => Self::Io {
                why: error.to_string(),
            },
            RowError::Damaged { seq, why } => Self::Event { seq, why },
            RowError::Unknown { seq, source } => Self::Event {
                seq,
                why: source.to_string(),
            },
        }
    }
}

/// Sorts an error that came while a journal was opened.
pub(super) fn sort_open(
    error: &rusqlite::Error,
    path: &Path,
    conn: Option<&Connection>,
) -> OpenError {
    let (path, why) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            let why = why + &conn.map(suspicion).unwrap_or_default();
            OpenError::Corrupt { path, why }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            OpenError::Unwritable { path, why }
        }
        Some(ErrorCode::DiskFull) => OpenError::Full { path },
        Some(_) | None => OpenError::Io { path, why },
    }
}

/// Sorts an error of the file system that came while a journal was opened.
pub(super) fn sort_io(error: &io::Error, path: &Path) -> OpenError {
    let (path, why) = (path.to_owned(), error.to_string());
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
    if full.contains(&error.kind()) {
        OpenError::Full { path }
    } else {
        OpenError::Unwritable { path, why }
    }
}

/// Sorts an error that came while events were appended.
pub(super) fn sort_append(error: &rusqlite::Error) -> AppendError {
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => AppendError::Full { why },
        Some(_) | None => AppendError::Io { why },
    }
}

/// What SQLite's own check finds in a file that has shown damage; empty when it finds nothing.
fn suspicion(conn: &Connection) -> String {
    let first = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match first {
        Ok(found) if found != "ok" => {
            let line = found.split_whitespace().collect::<Vec<_>>().join(" ");
            format!(" ({line})")
        }
        Ok(_) | Err(_) => String::new(),
    }
}

fn by(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" ({pid})")).unwrap_or_default()
}
