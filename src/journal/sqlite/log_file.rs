//! The size of the write-ahead log's file.
//!
//! A flush of a file that has grown also writes the file system's own notes of its new size and
//! blocks; one that overwrites what is there does not, and takes about two thirds of the time.
//! SQLite writes its log from the beginning again once all of it was moved, so a log that has its
//! size from the start is never grown. What stands behind the log's last page is ignored: each page
//! carries salts and a checksum.

use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom, Write};

use rusqlite::Connection;

/// The size that the file is given, in bytes: a little more than the keeper lets the log become.
const SIZE: u64 = 5 * 1024 * 1024;

/// How much is written at once.
static PIECE: [u8; 64 * 1024] = [0; 64 * 1024];

/// Gives the log's file its size. Only for the thread that appends, between two appends: nobody else
/// writes the log.
pub(super) fn grow(conn: &Connection) -> io::Result<()> {
    let Some(path) = conn.path() else {
        return Ok(());
    };
    let mut file = OpenOptions::new().write(true).open(format!("{path}-wal"))?;
    let mut size = file.seek(SeekFrom::End(0))?;
    while size < SIZE {
        file.write_all(&PIECE)?;
        size += PIECE.len() as u64;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{SIZE, grow};
    use crate::journal::sqlite::schema;

    const FILL: &str = "INSERT INTO blobs VALUES (randomblob(32), hex(randomblob(2000)))";

    #[test]
    fn a_grown_log_loses_nothing_and_is_not_grown_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = schema::file(dir.path());
        let log = dir.path().join("room.db-wal");
        let writer = schema::open_writer(&path).unwrap();
        writer.execute(FILL, []).unwrap();
        grow(&writer).unwrap();
        let grown = fs::metadata(&log).unwrap().len();
        assert!(grown >= SIZE);
        for _ in 0..20 {
            writer.execute(FILL, []).unwrap();
        }
        grow(&writer).unwrap();
        assert_eq!(fs::metadata(&log).unwrap().len(), grown);
        // As a crash leaves it: the log with zeros behind its end, and no index of it.
        let left = tempfile::tempdir().unwrap();
        let copy = schema::file(left.path());
        fs::copy(&path, &copy).unwrap();
        fs::copy(&log, left.path().join("room.db-wal")).unwrap();
        let found = schema::open_writer(&copy).unwrap();
        let rows: u32 = found
            .query_row("SELECT count(*) FROM blobs", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 21);
    }

    #[test]
    fn an_empty_log_can_be_grown() {
        let dir = tempfile::tempdir().unwrap();
        let path = schema::file(dir.path());
        drop(schema::open_writer(&path).unwrap());
        let writer = schema::open_writer(&path).unwrap();
        writer
            .query_row("SELECT count(*) FROM blobs", [], |_| Ok(()))
            .unwrap();
        grow(&writer).unwrap();
        writer.execute(FILL, []).unwrap();
        drop(writer);
        let writer = schema::open_writer(&path).unwrap();
        let rows: u32 = writer
            .query_row("SELECT count(*) FROM blobs", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 1);
    }
}
