//! The file `room.db`: how it is opened, which layout it has, and how a new one is made.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, MAIN_DB, OpenFlags, TransactionBehavior};

use super::error::{OpenError, sort_io, sort_open};

/// Marks the file as Synod's: "Synd".
const APPLICATION_ID: i32 = 0x5379_6e64;

/// The layout that is written now, kept in `user_version`.
pub(super) const LAYOUT: u32 = 1;

/// How long to wait for somebody else who reads or writes the file (the `sqlite3` shell).
const PATIENCE: Duration = Duration::from_secs(5);

/// How large the log's file may stay when it is empty, in bytes.
const LOG_KEPT: i64 = 16 * 1024 * 1024;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- The truth. `body` is JSON in which large texts are named by their hash.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
-- Large texts by their SHA-256; no body: redacted.
CREATE TABLE blobs (hash BLOB PRIMARY KEY, body TEXT) STRICT;
-- Caches, all of which can be made again from the events.
CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    chain BLOB NOT NULL,
    digest BLOB NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE calls (call INTEGER PRIMARY KEY, task INTEGER NOT NULL) STRICT;
CREATE VIRTUAL TABLE transcripts USING fts5(
    text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
";

/// The journal's file in a room's folder.
pub(super) fn file(dir: &Path) -> PathBuf {
    dir.join("room.db")
}

/// Makes the folder where it is missing, and keeps others out of it.
pub(super) fn prepare_folder(dir: &Path) -> Result<(), OpenError> {
    let failed = |error: io::Error| sort_io(&error, dir);
    let folder = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    folder.map_err(failed)?;
    let mode = fs::metadata(dir).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Opens the file for its one writer, making it where it is missing.
pub(super) fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    // SQLite gives its side files the mode of this one.
    let made = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    made.map_err(|error| sort_io(&error, path))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn =
        Connection::open_with_flags(path, flags).map_err(|error| sort_open(&error, path, None))?;
    set_up(&mut conn, path)?;
    Ok(conn)
}

/// Opens the file for reading beside the writer, or without one.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error: &rusqlite::Error, conn| sort_open(error, path, conn);
    let conn = Connection::open_with_flags(path, flags).map_err(|error| failed(&error, None))?;
    let ready = conn.busy_timeout(PATIENCE);
    ready.map_err(|error| failed(&error, Some(&conn)))?;
    check_layout(&conn, path)?;
    Ok(conn)
}

/// Opens the file once more beside its writer, to move the log.
pub(super) fn open_beside(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error: &rusqlite::Error| sort_open(error, path, None);
    let conn = Connection::open_with_flags(path, flags).map_err(|error| failed(&error))?;
    configure(&conn).map_err(|error| failed(&error))?;
    Ok(conn)
}

fn set_up(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error: &rusqlite::Error, conn: &Connection| sort_open(error, path, Some(conn));
    if conn.is_readonly(MAIN_DB).unwrap_or(true) {
        return Err(OpenError::Unwritable {
            path: path.to_owned(),
            why: "the file is read-only".to_owned(),
        });
    }
    let is_new = check_layout(conn, path)?;
    configure(conn).map_err(|error| failed(&error, conn))?;
    if is_new {
        create(conn).map_err(|error| failed(&error, conn))?;
    }
    Ok(())
}

/// Whether the file is still empty; an error when its layout is none that is known.
fn check_layout(conn: &Connection, path: &Path) -> Result<bool, OpenError> {
    let number = |pragma: &str| {
        conn.query_row(pragma, [], |row| row.get::<_, i64>(0))
            .map_err(|error| sort_open(&error, path, Some(conn)))
    };
    let application = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    if number("SELECT count(*) FROM sqlite_schema")? == 0 && application == 0 && found == 0 {
        return Ok(true);
    }
    if application != i64::from(APPLICATION_ID) {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    if found > i64::from(LAYOUT) {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found: u32::try_from(found).unwrap_or(u32::MAX),
            known: LAYOUT,
        });
    }
    Ok(false)
}

fn configure(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(32);
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    // macOS: fsync alone does not reach the platter. Ignored elsewhere.
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    // The keeper moves the log into the file, not a commit; an emptied log gives its space back.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
    conn.pragma_update(None, "trusted_schema", false)
}

fn create(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(TABLES)?;
    let meta = "INSERT INTO meta (key, value) VALUES (?1, ?2)";
    tx.execute(meta, ("schema_version", LAYOUT.to_string()))?;
    tx.execute(meta, ("app", concat!("synod ", env!("CARGO_PKG_VERSION"))))?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", LAYOUT)?;
    tx.commit()
}
