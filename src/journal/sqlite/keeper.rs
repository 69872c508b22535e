//! Moves what was committed from the write-ahead log into the main file, on a thread and a
//! connection of its own, so that no append waits for it.

use std::path::Path;
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::error::{OpenError, sort_io};
use super::schema;

/// How many pages (of 4 KiB) wait in the log before they are moved.
const PAGES: i64 = 1000;

/// How many pages the log may have before the writer stops to have it emptied: under a steady
/// load the keeper never quite catches up with it.
const PAGES_MAX: i64 = 16_000;

/// How often the keeper tries to catch up with the writer at one time.
const PASSES: usize = 8;

/// The keeper's thread; dropping this waits for its end.
#[derive(Debug)]
pub(super) struct Keeper {
    wake: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How far the log has been moved, in pages.
#[derive(Debug, Clone, Copy)]
struct Log {
    pages: i64,
    moved: i64,
}

impl Keeper {
    /// Starts it on a journal.
    pub(super) fn start(path: &Path) -> Result<Self, OpenError> {
        let conn = schema::open_beside(path)?;
        // One wake-up that waits is as good as many.
        let (wake, waking) = mpsc::channel(1);
        let thread = thread::Builder::new()
            .name("journal-keeper".to_owned())
            .spawn(move || run(&conn, waking))
            .map_err(|error| sort_io(&error, path))?;
        Ok(Self {
            wake: Some(wake),
            thread: Some(thread),
        })
    }

    /// Looks after a commit of the writer, on whose connection this is called.
    pub(super) fn look(&self, writer: &Connection) {
        let Ok(log) = log(writer, "NOOP") else {
            return;
        };
        if log.pages > PAGES_MAX {
            // Errors here are those of the next append too, which reports them.
            drop(self::log(writer, "PASSIVE"));
        } else if log.pages - log.moved > PAGES
            && let Some(wake) = &self.wake
        {
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(conn: &Connection, mut waking: mpsc::Receiver<()>) {
    while waking.blocking_recv().is_some() {
        for _ in 0..PASSES {
            match log(conn, "PASSIVE") {
                Ok(log) if log.moved < log.pages => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "the journal's log could not be moved into its file");
                    break;
                }
            }
        }
    }
}

/// Moves what can be moved (or nothing, with `NOOP`) and says how the log is then.
fn log(conn: &Connection, mode: &str) -> rusqlite::Result<Log> {
    let mut query = conn.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?;
    query.query_row([], |row| {
        Ok(Log {
            pages: row.get(1)?,
            moved: row.get(2)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Keeper, PAGES, log};
    use crate::journal::sqlite::schema;

    #[test]
    fn a_long_log_is_moved_without_the_writer() {
        let dir = tempfile::tempdir().unwrap();
        let path = schema::file(dir.path());
        let writer = schema::open_writer(&path).unwrap();
        let keeper = Keeper::start(&path).unwrap();
        let fill = "INSERT INTO blobs VALUES (randomblob(32), hex(randomblob(1000000)))";
        keeper.look(&writer);
        assert_eq!(log(&writer, "NOOP").unwrap().moved, 0);
        while log(&writer, "NOOP").unwrap().pages <= PAGES {
            writer.execute(fill, []).unwrap();
        }
        keeper.look(&writer);
        // It ends only when it has done what it was woken for.
        drop(keeper);
        let log = log(&writer, "NOOP").unwrap();
        assert_eq!(log.moved, log.pages);
        assert!(log.moved > PAGES);
    }
}
